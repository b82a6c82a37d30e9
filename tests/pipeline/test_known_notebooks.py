"""A notebook is a program: one that is not as the project brings it runs only when somebody says so, and the report tells."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from pilotproof.errors import NotebookError
from pilotproof.findings import read_findings
from pilotproof.pipeline.known_notebooks import KNOWN, digest_of, own_notebooks, require_known
from pilotproof.workspace import Workspace
from tests.conftest import PROJECT
from tests.pipeline.test_failures import refused
from tests.pipeline.test_report import run


def changed(project: Path, stem: str, line: str) -> None:
    """Write `line` at the end of the last code cell of a notebook."""
    path = project / "notebooks" / f"{stem}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in reversed(notebook.cells) if cell.cell_type == "code")
    cell.source = f"{line}\n{cell.source}"
    nbformat.write(notebook, path)


def test_the_notebooks_of_the_project_are_known():
    assert own_notebooks(Workspace.open(PROJECT)) == (), "after a change of a notebook: make notebooks"
    assert sorted(json.loads(KNOWN.read_text())) == ["01-clean", "02-test", "03-report"]


def test_a_changed_notebook_is_refused_before_anything_of_it_runs(project):
    trace = project / "trace"
    changed(project, "01-clean", f"open({str(trace)!r}, 'w').close()")
    said = refused(project)
    assert "notebooks/01-clean.ipynb is not as this version of Pilotproof brings it" in said and "--own-notebooks" in said
    assert not trace.exists()


def test_with_the_flag_it_runs_and_the_report_says_so(project):
    changed(project, "02-test", "# my own line")
    done = run(project, "report", "nearpod", "--renderer", "embedded", "--formats", "html", "--own-notebooks")
    assert done.returncode == 0, done.stderr
    page = (project / "reports/nearpod/nearpod.html").read_text()
    assert "This report was made with <code>notebooks/02-test.ipynb</code> changed from how" in page
    assert "notebooks changed · code" in page, "at the foot"
    assert read_findings(project / "data/processed/nearpod").provenance.own_notebooks == ("notebooks/02-test.ipynb",)
    manifest = json.loads((project / "reports/nearpod/manifest.json").read_text())
    assert manifest["inputs"]["own_notebooks"] == ["notebooks/02-test.ipynb"]
    assert "--own-notebooks" in run(project, "verify", "nearpod").stderr, "verify runs notebooks too"
    assert "--own-notebooks" in run(project, "report", "nearpod").stderr, "the flag is for one run"


@pytest.mark.parametrize(
    "change",
    [
        lambda cell: cell.update(source=cell.source + " "),
        lambda cell: cell.metadata.update(tags=["operator"]),
        lambda cell: cell.update(cell_type="raw"),
    ],
    ids=["source", "tag", "kind"],
)
def test_source_tags_and_kind_of_a_cell_count(project, change):
    path = project / "notebooks/03-report.ipynb"
    notebook = nbformat.read(path, as_version=4)
    before = digest_of(path)
    change(notebook.cells[-1])
    path.write_text(json.dumps(notebook))
    assert digest_of(path) != before


def test_opening_and_saving_a_notebook_changes_nothing(project):
    path = project / "notebooks/02-test.ipynb"
    notebook = json.loads(path.read_text())
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"other-{number}"
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "shown"}]
            cell["source"] = "".join(cell["source"])
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.13"}
    path.write_text(json.dumps(notebook))
    assert own_notebooks(Workspace.open(project)) == ()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"cells": 3}', '{"cells": [{}]}', '{"cells": [3]}', "[" * 100_000], ids=range(7)
)
def test_what_is_no_notebook_is_not_a_known_one(project, content):
    path = project / "notebooks/02-test.ipynb"
    path.write_text(content)
    assert digest_of(path) is None
    with pytest.raises(NotebookError, match="02-test"):
        require_known(Workspace.open(project), is_own_allowed=False)


def test_two_changed_notebooks_are_named_together(project):
    changed(project, "01-clean", "1")
    changed(project, "03-report", "1")
    with pytest.raises(NotebookError, match=r"notebooks/01-clean.ipynb and notebooks/03-report.ipynb are not as"):
        require_known(Workspace.open(project), is_own_allowed=False)
