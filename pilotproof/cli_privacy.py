"""The commands that keep people out of reports, and their data out of git and out of time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from pilotproof.cli_options import HERE, PilotName, Root, plain_errors
from pilotproof.workspace import Workspace


def add_to(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (audit, release, purge, guard):
        app.command()(command)


def audit(pilot: PilotName, root: Root = HERE) -> None:
    """Read a finished report as a stranger would; fail on identifiers, addresses, small groups and local paths."""
    from pilotproof.audit import audit_pilot

    with plain_errors():
        found = audit_pilot(pilot, Workspace.open(root))
        for note in found.notes:
            typer.echo(f"note: {note}")
        found.raise_breaches(pilot)
        typer.echo(f"{pilot}: {found.files} files hold none of {found.identifiers:,} identifiers, and no group that is too small")


def release(pilot: PilotName, root: Root = HERE) -> None:
    """Write down that the report was given out, so that a later one cannot differ from it by few students."""
    from pilotproof.pipeline.release import release_report

    with plain_errors():
        workspace = Workspace.open(root)
        path = release_report(workspace.require_pilot(pilot), workspace, today=date.today())
        typer.echo(f"wrote {workspace.show(path)}; keep it with the params")


def purge(
    pilot: PilotName,
    root: Root = HERE,
    now: Annotated[bool, typer.Option("--now", help="Before the day that the passports name")] = False,
) -> None:
    """Delete a pilot's raw and processed data and its key; the report, evidence.json and the manifest stay."""
    from pilotproof.purge import purge_pilot

    with plain_errors():
        workspace = Workspace.open(root)
        gone = purge_pilot(pilot, workspace, today=date.today(), is_now=now)
        typer.echo(f"{pilot}: {len(gone.files)} files are gone; {workspace.show(gone.record)} lists them with their hashes")
        for address in gone.elsewhere:
            typer.echo(f"NOT deleted: {address} lies in a store that Pilotproof only reads. Have whoever keeps it delete it.")


def guard(
    files: Annotated[list[str] | None, typer.Argument(help="What git would take in; the staged files when none is given")] = None,
    root: Root = HERE,
) -> None:
    """Refuse files that would put data of a pilot into git."""
    from pilotproof.guard import guard as look
    from pilotproof.guard import staged_files

    with plain_errors():
        workspace = Workspace.open(root)
        look(files or staged_files(workspace), workspace, is_staged=not files)
