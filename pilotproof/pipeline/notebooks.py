"""Run a notebook with Papermill, and say in plain words what went wrong when a cell fails."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pilotproof import errors
from pilotproof.errors import OF_THE_MACHINE, NotebookError, machine_trouble
from pilotproof.workspace import STAGING_VARIABLE, Workspace

STOCK_KERNEL = "python3"
KERNELS_VARIABLE = "KERNELS"  # set to "stock" for ordinary kernels
HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.MULTILINE)
KERNELS = Path(__file__).parent / "kernels"  # the specification of the warm kernel, as Jupyter looks for it
# The matrices of a pilot are small: threads make nothing faster, and where other programs run they wait for one another, so that
# a study of 300 classes took 150 s instead of 10. One thread also adds in one order on every machine.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")
FROM_THE_SYSTEM = re.compile(r"\[Errno (\d+)\] [^:]*(?:: '(.*)')?$")  # as Python words an OSError
PLACE_OF_MODULE = re.compile(r"^(?:[A-Za-z]:)?[/\\].*?([\w.-]+\.py:\d+: )", re.MULTILINE)
OWN_ERRORS = {name for name in dir(errors) if name.endswith("Error")}


def run_notebook(stem: str, pilot: str, workspace: Workspace, *, kernel: str = STOCK_KERNEL) -> Path:
    """Run notebooks/STEM.ipynb for `pilot`; return the executed copy in reports/<pilot>/notebooks/.

    kernel : name of a kernel specification, from `ready_kernel`
    Raises NotebookError naming the notebook, the cell's heading and source, and the error. The notebook as it stopped
    is kept in reports/<pilot>/failed/.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    source = workspace.notebook(stem)
    executed = executed_notebook(stem, pilot, workspace)
    executed.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _environment(is_staging=workspace.is_staging, runtime=workspace.runtime(pilot)):
            papermill.execute_notebook(
                source,
                executed,
                parameters={"pilot": pilot},
                cwd=source.parent,
                kernel_name=kernel,
                progress_bar=sys.stderr.isatty(),
                request_save_on_cell_execute=False,
                extra_arguments=["--log-level=50"],  # else every kernel warns of its local, unencrypted port
            )
    except PapermillExecutionError as error:
        raise NotebookError(_describe(stem, executed, pilot, workspace)) from error
    except DeadKernelError as error:
        raise NotebookError(
            f"notebooks/{stem}.ipynb: its Python process ended without a word, most likely for want of memory.\n"
            "Close other programs and run the command again."
        ) from error
    _make_repeatable(executed)
    return executed


def executed_notebook(stem: str, pilot: str, workspace: Workspace) -> Path:
    """Where the executed copy of notebooks/STEM.ipynb lies."""
    return workspace.report(pilot) / "notebooks" / f"{stem}.ipynb"


def ready_kernel() -> str:
    """The kernel to run notebooks with: one forked from a server that imports meanwhile, where that can be had."""
    if os.environ.get(KERNELS_VARIABLE) == "stock":
        return STOCK_KERNEL
    from pilotproof.pipeline import warm

    if not warm.can_fork() or not warm.is_installed():
        return STOCK_KERNEL
    with _environment():
        warm.start_server()
    return warm.KERNEL


def _make_repeatable(executed: Path) -> None:
    """Drop when, how fast and where the notebook ran, so that the same inputs give the same bytes on any machine."""
    import nbformat

    notebook = nbformat.read(executed, as_version=4)
    notebook.metadata.papermill = {"parameters": notebook.metadata.papermill.parameters}
    for place, cell in enumerate(notebook.cells):
        cell.id = f"cell-{place}"  # Papermill gives the cell with the parameters a random one
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":  # a warning says where its module lies on this computer
                output.text = PLACE_OF_MODULE.sub(r"\1", output.text)
    nbformat.write(notebook, executed)


@contextmanager
def _environment(*, is_staging: bool = False, runtime: Path | None = None) -> Iterator[None]:
    """Tell the kernels to write beside the final folders, to reckon in one thread, and keep figures away from any display.

    runtime : where Jupyter keeps the addresses of running kernels; of a killed run the next one finds and deletes them
    """
    before = dict(os.environ)
    os.environ |= {"MPLBACKEND": "agg"} | ONE_THREAD
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # the server has the debugger of kernels, and nobody debugs a report
    os.environ |= {"COLUMNS": "100", "LINES": "40"}  # else tables are folded to the width of this terminal
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(KERNELS), before.get("JUPYTER_PATH")]))
    if runtime is not None:
        os.environ["JUPYTER_RUNTIME_DIR"] = str(runtime)
    if is_staging:
        os.environ[STAGING_VARIABLE] = "1"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _describe(stem: str, executed: Path, pilot: str, workspace: Workspace) -> str:
    """The message for a failed cell, read from the notebook as it stopped."""
    import nbformat

    heading, source, name, value = "its first cell", "", "", ""
    for cell in nbformat.read(executed, as_version=4).cells:
        if cell.cell_type == "markdown" and "papermill" not in str(cell.metadata.get("tags", "")):
            heading = (HEADING.findall(cell.source) or [heading])[-1]
        failed = [output for output in cell.get("outputs", []) if output.output_type == "error"]
        if failed:
            source, name, value = cell.source, failed[0].ename, failed[0].evalue
            break
    if (trouble := FROM_THE_SYSTEM.match(value)) and int(trouble[1]) in OF_THE_MACHINE:
        return machine_trouble(OSError(int(trouble[1]), os.strerror(int(trouble[1])), trouble[2]))
    kept = _keep(executed, pilot, workspace)
    cell_text = "\n".join(f"    {line}" for line in source.splitlines())
    what = value if name in OWN_ERRORS else f"{name}: {value}"
    return (
        f"notebooks/{stem}.ipynb stopped under the heading “{heading}”, in this cell:\n\n{cell_text}\n\n{what}\n\n"
        f"The notebook as it stopped: {kept}"
    )


def _keep(executed: Path, pilot: str, workspace: Workspace) -> str:
    """Keep the failed notebook next to earlier reports, outside the folder that is thrown away."""
    kept = Workspace(workspace.root).report(pilot) / "failed" / executed.name
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(executed, kept)
    return workspace.show(kept)
