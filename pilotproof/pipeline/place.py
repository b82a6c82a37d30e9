"""Put a whole report in the place of the last one, and tidy up after a run that was killed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from pilotproof.workspace import PARTIAL, Workspace


def recover(name: str, workspace: Workspace, staging: Workspace) -> None:
    """Undo what a killed run left: the last report goes back to its place, everything unfinished goes."""
    for final, partial, outgoing in _folders(name, workspace, staging):
        if outgoing.exists() and not final.exists():
            outgoing.rename(final)
        for folder in (outgoing, partial):
            _remove(folder)
    _remove(workspace.runtime(name))


def move_into_place(name: str, workspace: Workspace, staging: Workspace) -> None:
    """Replace the folders of the last report by those of this one; killed at any moment, `recover` finds one of the two."""
    for final, partial, outgoing in _folders(name, workspace, staging):
        if final.exists():
            final.rename(outgoing)
        partial.rename(final)
        _remove(outgoing)


def _folders(name: str, workspace: Workspace, staging: Workspace) -> Iterator[tuple[Path, Path, Path]]:
    """Final, unfinished and outgoing folder, of the tables and of the report."""
    for final, partial in (
        (workspace.processed(name), staging.processed(name)),
        (workspace.report(name), staging.report(name)),
    ):
        yield final, partial, final.with_name(f"{name}.outgoing{PARTIAL}")


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
