"""What several tests share: the project's folder, and a copy of it that a test may spoil."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from pilotproof.identity.keys import KEYS_VARIABLE
from pilotproof.pipeline.bundle import PROJECT as PARTS
from pilotproof.workspace import Workspace

settings.register_profile("untimed", deadline=None)  # how fast it goes is for benchmarks/ to say
settings.load_profile("untimed")

PROJECT = Path(__file__).resolve().parents[1]
COPIED = (*PARTS, "data/raw/nearpod")


def copy_project(target: Path) -> Path:
    """Copy what a run of the demo pilot needs, without earlier outputs."""
    for name in COPIED:
        source = PROJECT / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy(source, target / name)
    return target


@pytest.fixture(scope="session", autouse=True)
def keys_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys that tests make are not left among those of the person who runs them."""
    os.environ[KEYS_VARIABLE] = str(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, with the demo pilot's raw files."""
    return copy_project(tmp_path / "project")


@pytest.fixture
def workspace(project: Path) -> Workspace:
    """The workspace of the copy."""
    return Workspace.open(project)
