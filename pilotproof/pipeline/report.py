"""The main job: one pilot from raw exports to its pages and evidence.json."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pilotproof.errors import PilotproofError
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.pipeline.manifest import describe_inputs, is_current, write_manifest
from pilotproof.pipeline.render import USUAL_FORMATS, Renderer, choose_renderer, chosen_formats
from pilotproof.sources.passport import check_passports
from pilotproof.workspace import PARTIAL, Workspace

Say = Callable[[str], None]

CLEAN, TEST, REPORT = "01-clean", "02-test", "03-report"


def make_report(name: str, workspace: Workspace, *, renderer: str, say: Say, formats: str = USUAL_FORMATS) -> bool:
    """Make the report of pilot `name`, unless nothing has changed since the last one.

    renderer : auto, quarto or embedded
    say : is called with one line per step
    formats : of the pages, such as "pdf,html,docx"
    Returns whether anything was made. Raises PilotproofError; then the last good report is still in place.
    """
    chosen, forms = choose_renderer(renderer), chosen_formats(formats)
    workspace.require_pilot(name)
    with _only_run(name, workspace):
        pilot = load_pilot(name, workspace)
        check_passports(name, pilot, workspace)
        inputs = describe_inputs(name, pilot, workspace, chosen.label, forms)
        page = workspace.show(workspace.report(name) / f"{name}.{forms[0]}")
        if is_current(workspace.report(name), inputs, workspace.root):
            say(f"{name}: nothing has changed since the last report; {page} is up to date")
            return False
        staging = replace(workspace, is_staging=True)
        _discard(staging, name)
        try:
            _run_steps(name, pilot, staging, chosen, forms, say)
            _move_into_place(name, workspace, staging)
        finally:
            _discard(staging, name)
        write_manifest(workspace.report(name), inputs, _outputs(name, workspace), workspace.root)
    say(f"{name}: {page} is ready")
    return True


def _run_steps(name: str, pilot: Pilot, staging: Workspace, renderer: Renderer, forms: tuple[str, ...], say: Say) -> None:
    from pilotproof.files import write_text
    from pilotproof.findings import read_findings
    from pilotproof.pipeline.notebooks import ready_kernel, run_notebook
    from pilotproof.pipeline.qmd import export_qmd
    from pilotproof.pipeline.wording import check_wording

    folder, kernel = staging.report(name), ready_kernel()
    for stem, what in ((CLEAN, "read and clean"), (TEST, "test"), (REPORT, "write the report")):
        with _timed(f"{stem}: {what}", say):
            executed = run_notebook(stem, name, staging, kernel=kernel)
    with _timed(f"render with {renderer.label}", say):
        qmd = folder / "report.qmd"
        write_text(qmd, export_qmd(executed))
        pilot.page.place_logo(staging.root / "params", folder)
        pages = {form: folder / f"{name}.{form}" for form in forms}
        html = pages.setdefault("html", folder / f"{name}.html")  # what is read over for its wording
        renderer.render(qmd, *pages.values())
    check_wording(html, read_findings(staging.processed(name)))
    if "html" not in forms:
        html.unlink()


@contextmanager
def _timed(what: str, say: Say) -> Iterator[None]:
    started = time.perf_counter()
    yield
    say(f"  {what:<58} {time.perf_counter() - started:5.1f} s")


@contextmanager
def _only_run(name: str, workspace: Workspace) -> Iterator[None]:
    """Keep two runs of one pilot apart. The lock goes with the process, however that ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(workspace.root / "reports" / f".{name}.lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout:
        raise PilotproofError(f"Another run for {name} is under way. Wait for it to end, then run this again.") from None


def _move_into_place(name: str, workspace: Workspace, staging: Workspace) -> None:
    for final, partial in (
        (workspace.processed(name), staging.processed(name)),
        (workspace.report(name), staging.report(name)),
    ):
        outgoing = final.with_name(f"{name}.outgoing{PARTIAL}")
        shutil.rmtree(outgoing, ignore_errors=True)
        if final.exists():
            final.rename(outgoing)
        partial.rename(final)
        shutil.rmtree(outgoing, ignore_errors=True)


def _discard(staging: Workspace, name: str) -> None:
    for folder in (staging.processed(name), staging.report(name)):
        shutil.rmtree(folder, ignore_errors=True)


def _outputs(name: str, workspace: Workspace) -> list[Path]:
    folders = (workspace.processed(name), workspace.report(name))
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
