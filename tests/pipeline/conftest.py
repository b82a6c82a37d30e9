"""The demo report, made once for all tests that only read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import copy_project
from tests.pipeline.test_report import FORMATS, run


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the demo report was made, in every format. Nobody may change it."""
    root = copy_project(tmp_path_factory.mktemp("made") / "project")
    done = run(root, "report", "nearpod", "--renderer", "embedded", *FORMATS)
    assert done.returncode == 0, done.stderr
    assert "01-clean" in done.stdout and "nearpod.pdf is ready" in done.stdout
    assert done.stderr == ""
    return root
