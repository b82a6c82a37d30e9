"""The process that makes a report on a worker: it ends with the worker and leaves neither process nor folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pilotproof.pilot import load_pilot
from pilotproof.pipeline.bundle import pack_inputs
from pilotproof.pipeline.manifest import describe_inputs
from pilotproof.pipeline.render import choose_renderer
from pilotproof.pipeline.worker_folder import own_folder, sweep, variables_for
from pilotproof.workspace import Workspace
from tests.pipeline.test_cluster import is_report_running, left_of_reports, wait_until

pytest.importorskip("psutil", reason="needs the extra `cluster`")


@pytest.fixture
def temporary(monkeypatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="w-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder).resolve()


def packed(project: Path) -> bytes:
    workspace = Workspace.open(project)
    inputs = describe_inputs("nearpod", load_pilot("nearpod", workspace), workspace, choose_renderer("embedded").label, ("html",))
    return pack_inputs(inputs, workspace)


def started(archive: bytes, *, length: int | None = None) -> subprocess.Popen:
    order = {"pilot": "nearpod", "renderer": "embedded", "formats": "html", "key": "00" * 32, "bytes": length or len(archive)}
    command = [sys.executable, "-m", "pilotproof.pipeline.on_worker"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(json.dumps(order).encode() + b"\n" + archive)
    process.stdin.flush()
    return process


@pytest.mark.parametrize("kernels", ["", "stock"])
def test_it_ends_with_its_worker_whatever_kernels_it_has_started(project, temporary, monkeypatch, kernels):
    monkeypatch.setenv("KERNELS", kernels)
    with started(packed(project)) as process:
        wait_until(lambda: list(temporary.glob("*/project/data/processed/*")))  # the first notebook writes, in its kernel
        assert is_report_running(temporary)
        process.stdin.close()  # as the system does for a worker that is killed
    assert left_of_reports(temporary) == [] == list(temporary.iterdir())


def test_a_signal_to_end_is_obeyed_as_tidily(project, temporary):
    with started(packed(project)) as process:
        wait_until(lambda: is_report_running(temporary))
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 1 and left_of_reports(temporary) == []


def test_a_worker_that_dies_while_it_sends_starts_nothing(temporary):
    with started(b"half an archive", length=10_000) as process:
        process.stdin.close()
    assert process.returncode == 1 and list(temporary.iterdir()) == []


def test_what_cannot_be_made_is_said_in_the_answer(project, temporary):
    (project / "params/nearpod.yaml").write_text("title: too little\n")
    with started(packed_as_it_is(project)) as process:
        answer, _, report = process.stdout.read().partition(b"\n")
    assert "params/nearpod.yaml cannot be used" in json.loads(answer) and report == b""
    assert left_of_reports(temporary) == []


def test_where_a_socket_would_have_too_long_a_path_temporary_files_go_to_the_usual_place():
    """A socket of multiprocessing adds 32 bytes to the folder's path, and Linux allows 107: 75 are left."""
    for length, is_kept in ((75, True), (76, False)):
        scratch = Path("/" + "x" * (length - 1))
        assert ("TMPDIR" in variables_for(Path("/folder"), scratch)) is is_kept


def packed_as_it_is(project: Path) -> bytes:
    return pack_inputs({"files": []}, Workspace.open(project))


def test_a_sweep_takes_folders_of_the_dead_only(temporary):
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    with own_folder("spring") as own:
        ours, computer = own.name.rpartition("-")[0], own.name.split(".")[2].rpartition("-")[0]
        stale = temporary / f"pilotproof-spring.{dead.pid}.{computer}-a1b2c3_4"
        (stale / "project").mkdir(parents=True)
        others = (f"pilotproof-spring.{dead.pid}.{computer[::-1]}-a1b2c3_4", "pilotproof-spring-a1b2c3_4", "notes")
        for name in others:
            (temporary / name).mkdir()
        link = temporary / f"pilotproof-autumn.{dead.pid}.{computer}-a1b2c3_4"
        link.symlink_to(temporary / "notes")
        sweep()
        assert sorted(path.name for path in temporary.iterdir()) == sorted([own.name, link.name, *others])
        assert ours == f"pilotproof-spring.{os.getpid()}.{computer}"
    assert not own.exists()
