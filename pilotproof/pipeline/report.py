"""The main job: one pilot from raw exports to its pages and evidence.json."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pilotproof.one_run import only_run
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.pipeline.known_notebooks import require_known
from pilotproof.pipeline.manifest import MANIFEST_FILE, Manifest, describe_inputs, is_current, this_machine, write_manifest
from pilotproof.pipeline.place import move_into_place, recover
from pilotproof.pipeline.render import USUAL_FORMATS, Renderer, choose_renderer, chosen_formats
from pilotproof.pipeline.steps import REPORT, STEPS, StepRecord, reusable_steps, step_keys, take_over
from pilotproof.sources.passport import check_passports, sha256_of
from pilotproof.workspace import PARTIAL, Workspace

Say = Callable[[str], None]


def make_report(
    name: str,
    workspace: Workspace,
    *,
    renderer: str,
    say: Say,
    formats: str = USUAL_FORMATS,
    is_own_allowed: bool = False,
    more_follow: bool = False,
) -> bool:
    """Make the report of pilot `name`, unless nothing has changed since the last one.

    renderer : auto, quarto or embedded
    say : is called with one line per step
    formats : of the pages, such as "pdf,html,docx"
    is_own_allowed : run notebooks, too, that are not as this version brings them
    more_follow : keep what other reports can use, at the price of memory
    Returns whether anything was made. Raises PilotproofError; then the last good report is still in place.
    """
    chosen, forms = choose_renderer(renderer), chosen_formats(formats)
    workspace.require_pilot(name)
    with only_run(name, workspace):
        if not (workspace.report(name) / MANIFEST_FILE).is_file():
            _ready_kernel()  # all notebooks will run: its imports go on while the inputs are read
        pilot = load_pilot(name, workspace)
        check_passports(name, pilot, workspace)
        own = require_known(workspace, is_own_allowed=is_own_allowed)
        inputs = describe_inputs(name, pilot, workspace, chosen.label, forms) | {"own_notebooks": list(own)}
        page = workspace.show(workspace.report(name) / f"{name}.{forms[0]}")
        staging = replace(workspace, is_staging=True)
        recover(name, workspace, staging)
        if is_current(workspace.report(name), inputs, workspace.root):
            say(f"{name}: nothing has changed since the last report; {page} is up to date")
            return False
        try:
            steps = _run_notebooks(name, workspace, staging, step_keys(pilot, inputs, workspace), say)
            if not more_follow:
                _end_kernels()
            html = _render(name, pilot, staging, chosen, forms, say)
            _check(name, pilot, staging, html, say)
            if "html" not in forms:
                html.unlink()
            _write_manifest(name, pilot, inputs, steps, workspace, staging)
            move_into_place(name, workspace, staging)
        finally:
            recover(name, workspace, staging)
    say(f"{name}: {page} is ready")
    return True


def _run_notebooks(
    name: str, workspace: Workspace, staging: Workspace, keys: Mapping[str, str], say: Say
) -> dict[str, StepRecord]:
    """Run the notebooks that must run, and take over from the last report what the others wrote."""
    from pilotproof.pipeline.notebooks import run_notebook

    done = reusable_steps(keys, name, workspace)
    kernel = _ready_kernel() if len(done) < len(keys) else ""
    for stem, key in keys.items():
        if stem in done:
            take_over(done[stem], name, workspace, staging)
            say(f"  {stem}: {STEPS[stem]:<47} as before")
            continue
        before = set(_outputs(name, staging))
        with _timed(f"{stem}: {STEPS[stem]}", say):
            run_notebook(stem, name, staging, kernel=kernel)
        written = sorted(set(_outputs(name, staging)) - before)
        done[stem] = StepRecord(key=key, outputs=tuple(_final(path, staging) for path in written))
    return done


def _ready_kernel() -> str:
    from pilotproof.pipeline.notebooks import ready_kernel

    return ready_kernel()


def _end_kernels() -> None:
    from pilotproof.pipeline.warm import stop_server

    stop_server()


def _render(name: str, pilot: Pilot, staging: Workspace, renderer: Renderer, forms: tuple[str, ...], say: Say) -> Path:
    """Make the pages; return the HTML page, which is made for the checks even where nobody asked for it."""
    from pilotproof.files import write_text
    from pilotproof.pipeline.notebooks import executed_notebook
    from pilotproof.pipeline.qmd import export_qmd

    folder = staging.report(name)
    with _timed(f"render with {renderer.label}", say):
        qmd = folder / "report.qmd"
        write_text(qmd, export_qmd(executed_notebook(REPORT, name, staging)))
        pilot.page.place_logo(staging.root / "params", folder)
        pages = {form: folder / f"{name}.{form}" for form in forms}
        html = pages.setdefault("html", folder / f"{name}.html")
        threading.Thread(target=_import_checks, daemon=True).start()  # this process only waits for the renderer meanwhile
        renderer.render(qmd, *pages.values())
    return html


def _import_checks() -> None:
    import pilotproof.audit
    import pilotproof.pipeline.release
    import pilotproof.pipeline.wording  # noqa: F401


def _check(name: str, pilot: Pilot, staging: Workspace, html: Path, say: Say) -> None:
    """Stop a report that says more than the evidence carries, or that could tell who somebody is."""
    from pilotproof.audit import audit_pilot
    from pilotproof.findings import read_findings
    from pilotproof.pipeline.release import require_releasable
    from pilotproof.pipeline.wording import check_wording

    findings = read_findings(staging.processed(name))
    check_wording(html, findings, staging.params(name))
    require_releasable(name, pilot, findings, staging)
    with _timed("audit: look for what could tell who somebody is", say):
        audit_pilot(name, staging).raise_breaches(name)


def _write_manifest(
    name: str, pilot: Pilot, inputs: dict[str, Any], steps: dict[str, StepRecord], workspace: Workspace, staging: Workspace
) -> None:
    """Written beside the pages before all of them move together: a report without its manifest is never seen."""
    manifest = Manifest(
        inputs=inputs,
        steps={stem: asdict(record) for stem, record in steps.items()},
        outputs={_final(path, staging): sha256_of(path) for path in sorted(_outputs(name, staging))},
        machine=this_machine(),
        seed=pilot.analysis.seed,
    )
    write_manifest(staging.report(name) / MANIFEST_FILE, manifest)


@contextmanager
def _timed(what: str, say: Say) -> Iterator[None]:
    started = time.perf_counter()
    yield
    say(f"  {what:<58} {time.perf_counter() - started:5.1f} s")


def _outputs(name: str, workspace: Workspace) -> list[Path]:
    folders = (workspace.processed(name), workspace.report(name))
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def _final(path: Path, staging: Workspace) -> str:
    """The path that a file will have when the report is in place."""
    return staging.show(path).replace(f"{PARTIAL}/", "/", 1)
