"""Many pilots: one that fails, or whose process dies, takes nobody with it."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pilotproof.pipeline.batch import Result, make_reports, workers_for
from pilotproof.workspace import Workspace
from tests.pipeline.test_report import run


@pytest.fixture
def three(project: Path) -> Path:
    """The demo pilot, a copy of it, and a copy with a misspelt key."""
    for name in ("second", "broken"):
        shutil.copyfile(project / "params/nearpod.yaml", project / f"params/{name}.yaml")
        shutil.copytree(project / "data/raw/nearpod", project / f"data/raw/{name}")
    path = project / "params/broken.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("class_icc:", "class_ice:"), encoding="utf-8")
    return project


def test_one_failure_stops_nobody_and_the_exit_code_tells(three):
    done = run(three, "reports", "broken", "second", "near*", "--jobs", "2", "--renderer", "embedded")
    assert done.returncode == 1
    assert (three / "reports/second/second.pdf").is_file() and (three / "reports/nearpod/nearpod.pdf").is_file()
    assert not (three / "reports/broken").exists()
    assert "2 of 3 reports are up to date" in done.stdout and "reports/second/second.pdf" in done.stdout
    assert "broken failed:" in done.stdout and "class_ice" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    # the same inputs under another name give the same numbers
    first, second = (json.loads((three / f"data/processed/{name}/findings.json").read_text()) for name in ("second", "nearpod"))
    assert first["outcomes"] == second["outcomes"] and first["tier"] == second["tier"]


def test_a_worker_that_dies_takes_only_its_own_pilot_with_it(three):
    def kill(pilot: str, what: str) -> None:
        if pilot == "second" and what.strip().startswith("01-clean"):
            (worker,) = multiprocessing.active_children()
            worker.kill()

    workspace = Workspace.open(three)
    results = list(make_reports(["second", "nearpod"], workspace, renderer="embedded", workers=1, on_step=kill))
    assert [(result.pilot, result.fate) for result in results] == [("second", "failed"), ("nearpod", "made")]
    assert "ended without a word" in results[0].said
    again = list(make_reports(["second"], workspace, renderer="embedded", workers=1, on_step=lambda pilot, what: None))
    assert again == [Result(pilot="second", fate="made", said="reports/second/second.pdf")]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="this system has no groups of processes")
@pytest.mark.parametrize("seconds", [1.5, 4])
def test_ctrl_c_tells_what_was_done_and_shows_no_code(three, seconds):
    """Sent to all processes, as a terminal does: while they import, and while they work. The broken one has failed by then."""
    command = [sys.executable, "-m", "pilotproof", "reports", "broken", "second", "nearpod", "--jobs", "2"]
    environment = os.environ | {"PYTHONPATH": str(three)}
    with subprocess.Popen(
        command, cwd=three, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "broken: failed\n"
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        said, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "class_ice" in said and "not made: nearpod, second" in said and "0 of 3 reports are up to date" in said
    assert errors == "Stopped. The last good report, if there was one, is still in place.\n"


def test_trouble_of_the_machine_is_one_pilots_failure(three):
    """A file lies where the report's folder would be made."""
    (three / "reports").mkdir(exist_ok=True)
    (three / "reports/second.partial").write_text("in the way", encoding="utf-8")
    done = run(three, "reports", "second", "nearpod", "--jobs", "1", "--renderer", "embedded")
    assert done.returncode == 1 and (three / "reports/nearpod/nearpod.pdf").is_file()
    assert "Could not go on, because" in done.stdout and "Traceback" not in done.stdout + done.stderr
    assert "want of memory" not in done.stdout


def test_no_more_workers_than_pilots():
    assert workers_for(1) == 1 and 1 <= workers_for(1000) <= 1000


def test_a_name_that_fits_no_pilot_is_said(project):
    done = run(project, "reports", "nope*")
    assert done.returncode == 1 and "nope*" in done.stderr and "nearpod" in done.stderr
