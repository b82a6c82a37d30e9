"""What tests of the pipeline share: the demo report, made once for all that only read it, and an empty report's folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import PROJECT, copy_project
from tests.pipeline.test_report import FORMATS, run

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 20 L40 0" stroke="black"/></svg>'


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the demo report was made, in every format. Nobody may change it."""
    root = copy_project(tmp_path_factory.mktemp("made") / "project")
    done = run(root, "report", "nearpod", "--renderer", "embedded", *FORMATS)
    assert done.returncode == 0, done.stderr
    assert "01-clean" in done.stdout and "nearpod.pdf is ready" in done.stdout
    assert done.stderr == ""
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """reports/x with the template beside it."""
    shutil.copytree(PROJECT / "reports/_template", tmp_path / "reports/_template")
    shutil.copyfile(PROJECT / "reports/references.bib", tmp_path / "reports/references.bib")
    (tmp_path / "reports/x/figures").mkdir(parents=True)
    (tmp_path / "reports/x/figures/x.svg").write_text(SVG)
    return tmp_path / "reports/x"
