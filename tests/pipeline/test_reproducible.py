"""The same inputs and code give the same bytes, wherever and however they run; `verify` proves it of a report."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import copy_project
from tests.pipeline.test_failures import edit
from tests.pipeline.test_report import FORMATS, run
from tests.pipeline.test_steps import outputs

ELSEWHERE = {
    "TZ": "Pacific/Kiritimati",  # fourteen hours ahead: another day
    "LC_ALL": "C",
    "LANG": "tr_TR.UTF-8",
    "PYTHONHASHSEED": "4711",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "KERNELS": "stock",
    "COLUMNS": "40",
}


def test_another_path_zone_locale_hash_seed_thread_count_and_kind_of_kernel_give_the_same_bytes(made, tmp_path):
    root = copy_project(tmp_path / "Größe & naïveté 2")
    done = subprocess.run(
        [sys.executable, "-m", "pilotproof", "report", "nearpod", "--renderer", "embedded", *FORMATS],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)} | ELSEWHERE,
        umask=0o077,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    here, there = outputs(made), outputs(root)
    assert here.keys() == there.keys()
    assert [path for path in here if here[path] != there[path]] == []


@pytest.fixture(scope="module")
def verified(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with its report, in which one page was edited by hand and one input changed after the report was made."""
    root = Path(shutil.copytree(made, tmp_path_factory.mktemp("verified") / "project"))
    with (root / "reports/nearpod/nearpod.html").open("a") as page:
        page.write("<p>Everything is better.</p>")
    edit(root / "params/nearpod.yaml", "title: ", "title: Once more, ", 1)
    return root


def test_verify_finds_every_byte_of_an_honest_report(made):
    before = outputs(made)
    done = run(made, "verify", "nearpod")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"all {len(before) - 1} files are the same, byte for byte" in done.stdout, "all but the manifest"
    assert outputs(made) == before, "nothing is written where the report is"


def test_verify_names_the_edited_page_and_the_input_that_changed(verified):
    done = run(verified, "verify", "nearpod")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "edited: reports/nearpod/nearpod.html is not as it was" in done.stdout
    assert "differs: data/processed/nearpod/findings.json" in done.stdout
    assert "differs: data/processed/nearpod/students.parquet" not in done.stdout
    assert "input: params/nearpod.yaml is changed" in done.stdout
    assert "package:" not in done.stdout and "machine:" not in done.stdout


def test_verify_without_a_report_says_how_to_make_one(project):
    done = run(project, "verify", "nearpod")
    assert done.returncode == 1 and "make report PILOT=nearpod" in done.stderr
