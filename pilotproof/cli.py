"""The command line: one command per make target. Imports are local, so that a command starts at once."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from pilotproof import cli_privacy
from pilotproof.cli_options import HERE, PilotName, Root
from pilotproof.cli_options import plain_errors as _plain_errors
from pilotproof.errors import PilotproofError, printable
from pilotproof.workspace import Workspace

app = typer.Typer(
    help="From the raw exports of a classroom technology pilot to a checked, reproducible report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Renderer = Annotated[str, typer.Option(help="auto, quarto or embedded")]
Formats = Annotated[str, typer.Option(help="Of the pages: pdf, html, docx; several with commas between them")]
OwnNotebooks = Annotated[bool, typer.Option("--own-notebooks", help="Run notebooks, too, that were changed; the report says so")]

DEMO = "nearpod"


@app.command()
def report(
    pilot: PilotName, root: Root = HERE, renderer: Renderer = "auto", formats: Formats = "pdf,html", own: OwnNotebooks = False
) -> None:
    """Make the report of a pilot: PDF, HTML, Word if asked for, and evidence.json."""
    from pilotproof.pipeline.report import make_report

    with _plain_errors():
        workspace = Workspace.open(root)
        _fetch_public_study(pilot, workspace)
        make_report(pilot, workspace, renderer=renderer, say=typer.echo, formats=formats, is_own_allowed=own)


@app.command()
def reports(
    pilots: Annotated[list[str] | None, typer.Argument(help="Names or patterns such as 2026-*; all when none is given")] = None,
    root: Root = HERE,
    renderer: Renderer = "auto",
    formats: Formats = "pdf,html",
    jobs: Annotated[int | None, typer.Option(help="How many at a time; by cores and memory when not said", min=1)] = None,
    engine: Annotated[Literal["local", "dask"], typer.Option(help="Where: on this machine, or on a Dask cluster")] = "local",
    scheduler: Annotated[str | None, typer.Option(help="Address of the Dask scheduler, such as tcp://10.0.0.5:8786")] = None,
    store: Annotated[str | None, typer.Option(help="Folder that all workers can write, such as s3://bucket/folder")] = None,
) -> None:
    """Make the reports of many pilots; one that fails does not stop the others."""
    from pilotproof.pipeline.batch import make_reports, workers_for
    from pilotproof.pipeline.cluster import make_reports_on_cluster
    from pilotproof.pipeline.progress import Progress
    from pilotproof.pipeline.render import chosen_formats

    with _plain_errors():
        if (engine == "dask") != (scheduler is not None):
            raise PilotproofError("ENGINE=dask and SCHEDULER=tcp://… go together: the first says how, the second where.")
        chosen_formats(formats)  # said once, not by every pilot
        workspace = Workspace.open(root)
        names = _matching(pilots or ["*"], workspace)
        for name in names:
            _fetch_public_study(name, workspace)
        with Progress(names) as progress:
            how = {"renderer": renderer, "formats": formats, "on_step": progress.step}
            made = (
                make_reports_on_cluster(names, workspace, scheduler=scheduler, store=store, **how)
                if scheduler
                else make_reports(names, workspace, workers=jobs or workers_for(len(names)), **how)
            )
            with closing(made):  # a run that is stopped tidies up before its last word
                for result in made:
                    progress.result(result)
        if progress.failed:
            raise typer.Exit(1)


@app.command()
def receive(
    pilot: PilotName,
    files: Annotated[
        list[str],
        typer.Argument(help="Exports as they came; a bundle as ZIP, a folder of Parquet, an address s3://…", show_default=False),
    ],
    root: Root = HERE,
    sent_by: Annotated[str | None, typer.Option(help="Who sent them")] = None,
    one_row_is: Annotated[str | None, typer.Option(help="What one row stands for; told from the file when not said")] = None,
    agreement: Annotated[str | None, typer.Option(help="The agreement under which they were sent")] = None,
    received: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day on which they came; today")] = None,
    delete_by: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of deletion; a year later")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook that holds the records")] = None,
) -> None:
    """Copy exports into the raw folder of a pilot and write their passports."""
    from pilotproof.pilot.fields import is_url
    from pilotproof.sources.receive import receive as take_in

    with _plain_errors():
        receipts = take_in(
            pilot,
            [file if is_url(file) else Path(file) for file in files],
            Workspace.open(root),
            received=(received or datetime.now()).date(),
            sent_by=sent_by,
            one_row_is=one_row_is,
            agreement=agreement,
            delete_by=delete_by.date() if delete_by else None,
            sheet=sheet,
        )
        for receipt in receipts:
            one = receipt.passport
            typer.echo(f"{receipt.file}: {one.rows:,} rows" + ("" if receipt.is_new else ", was there already"))
            typer.echo(
                f"  sent by {one.sent_by}; one row is {one.one_row_is}; agreement {one.agreement}; delete by {one.delete_by}"
            )
            for note in receipt.notes:
                typer.echo(printable(f"  note: {note}"))


@app.command()
def check(pilot: PilotName, root: Root = HERE) -> None:
    """Check the params, the passports and every raw file of a pilot; write nothing."""
    from pilotproof.readiness import check_inputs

    with _plain_errors():
        found = check_inputs(pilot, Workspace.open(root))
        about = None
        for fact in found.facts:
            if fact.about != about:
                typer.echo(fact.about)
                about = fact.about
            typer.echo(printable(f"{'  !' if fact.is_doubtful else '   '} {fact.what}: {fact.found}"))
        for notice in found.notices:
            typer.echo(printable(f"note: {notice}"))
        found.raise_problems()
        typer.echo(f"{pilot}: the inputs can be used")


@app.command()
def lock(
    pilot: PilotName,
    root: Root = HERE,
    why: Annotated[str | None, typer.Option(help="Reason, when an earlier plan is changed")] = None,
) -> None:
    """Write down the analysis plan with its date and hash, before the outcomes arrive."""
    from pilotproof.pilot_notices import outcomes_arrived
    from pilotproof.plan import lock_plan

    with _plain_errors():
        workspace = Workspace.open(root)
        path = lock_plan(workspace.require_pilot(pilot), workspace, today=date.today(), why=why)
        typer.echo(f"wrote {workspace.show(path)}; commit it, or send it to somebody, so that others can tell its date")
        if (late := outcomes_arrived(pilot, workspace)) is not None:
            typer.echo(f"warning: {late}")


@app.command()
def packet(pilot: PilotName, root: Root = HERE) -> None:
    """Write what peers ask for to certify ESSA Tier 4, as one document; every empty field is named."""
    from pilotproof.pipeline.packet import write_packet

    with _plain_errors():
        workspace = Workspace.open(root)
        for path in write_packet(workspace.require_pilot(pilot), workspace):
            typer.echo(f"wrote {workspace.show(path)}")


@app.command()
def template(
    kind: Annotated[Literal["observations", "lessons"], typer.Argument(help="What the sheet is for")],
    pilot: Annotated[str | None, typer.Argument(help="Pilot whose raw folder it goes to", show_default=False)] = None,
    output: Annotated[Path | None, typer.Option(help="Another place to write it to, .xlsx or .csv")] = None,
    root: Root = HERE,
) -> None:
    """Write a sheet to fill in, into the raw folder of a pilot."""
    from pilotproof.sources.templates import write_template

    with _plain_errors():
        path = write_template(kind, pilot=pilot, output=output, root=root)
        typer.echo(f"wrote {path}")
        if pilot is not None:
            typer.echo(f"When it is filled in, give it its passport: pilotproof receive {pilot} {path}")


@app.command()
def simulate(
    pilot: PilotName = DEMO,
    root: Root = HERE,
    seed: Annotated[int | None, typer.Option(help="Start of the random numbers")] = None,
) -> None:
    """Write the raw exports of the simulated demo pilot, with the mess that real exports have."""
    from pilotproof.simulate import DEFAULT_SEED, simulate_pilot

    with _plain_errors():
        if pilot != DEMO:
            raise PilotproofError(f"Only the demo pilot can be simulated: pilotproof simulate {DEMO}")
        workspace = Workspace.open(root)
        simulate_pilot(workspace.raw(pilot), seed=DEFAULT_SEED if seed is None else seed)
        typer.echo(f"{pilot}: wrote {workspace.show(workspace.raw(pilot))}/")


@app.command()
def verify(pilot: PilotName, root: Root = HERE, own_notebooks: OwnNotebooks = False) -> None:
    """Make a report again in a temporary folder and compare every file with the one that is there."""
    from pilotproof.pipeline.verify import verify_report

    with _plain_errors():
        found = verify_report(pilot, Workspace.open(root), say=typer.echo, is_own_allowed=own_notebooks)
        for path in found.edited:
            typer.echo(f"edited: {path} is not as it was when the report was made")
        for path in found.differing:
            typer.echo(f"differs: {path}")
        for cause in found.causes:
            typer.echo(cause)
        if not found.is_same:
            raise PilotproofError(f"{pilot}: the report is not what these inputs give here")
        typer.echo(f"{pilot}: all {found.files} files are the same, byte for byte")


@app.command()
def clean(
    pilot: Annotated[str | None, typer.Argument(help="Only this pilot", show_default=False)] = None,
    root: Root = HERE,
) -> None:
    """Delete what can be made again: data/processed/ and reports/<pilot>/."""
    from pilotproof.pipeline.tidy import delete_outputs

    with _plain_errors():
        workspace = Workspace.open(root)
        names = [workspace.require_pilot(pilot)] if pilot else workspace.pilots()
        for folder in delete_outputs(names, workspace):
            typer.echo(f"deleted {folder}")


@app.command()
def figures(pilot: PilotName, root: Root = HERE) -> None:
    """Put each figure of a report that is there into reports/<pilot>/figures: SVG, PNG, and its numbers as CSV."""
    from pilotproof.pipeline.pictures import write_figures

    with _plain_errors():
        write_figures(pilot, Workspace.open(root), say=typer.echo)


@app.command()
def picture(pilot: PilotName = DEMO, root: Root = HERE) -> None:
    """Make the pictures of the documentation, page one and the gallery of figures, from a report that is there."""
    from pilotproof.pipeline.pictures import write_documentation

    with _plain_errors():
        write_documentation(pilot, Workspace.open(root), say=typer.echo)


cli_privacy.add_to(app)


def _matching(patterns: list[str], workspace: Workspace) -> list[str]:
    """The pilots that the patterns name, each once; a name that fits none is an error."""
    from fnmatch import fnmatchcase

    found: dict[str, None] = {}
    for pattern in patterns:
        fitting = [name for name in workspace.pilots() if fnmatchcase(name, pattern)]
        found |= dict.fromkeys(fitting or [workspace.require_pilot(pattern)])
    return list(found)


def _fetch_public_study(pilot: str, workspace: Workspace) -> None:
    """The raw files of published studies are not kept in the repository; write them on first use."""
    if workspace.raw(pilot).is_dir():
        return
    from pilotproof.studies import STUDIES

    if pilot in STUDIES:
        STUDIES[pilot](workspace.raw(pilot))


if __name__ == "__main__":
    sys.exit(app())
