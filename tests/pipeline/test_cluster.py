"""Reports made by workers of a Dask cluster: the same bytes as here, and a worker that dies costs its pilot a new try only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pilotproof.errors import PilotproofError
from pilotproof.pipeline.batch import Result
from pilotproof.pipeline.bundle import pack_report, take_report
from pilotproof.pipeline.cluster import ARCHIVES_PER_WORKER, in_window, make_reports_on_cluster
from pilotproof.workspace import Workspace
from tests.pipeline.test_report import FORMATS, run
from tests.pipeline.test_steps import outputs

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
psutil = pytest.importorskip("psutil", reason="needs the extra `cluster`")
pytestmark = pytest.mark.filterwarnings("ignore:.*:ResourceWarning", "ignore:.*:DeprecationWarning")


@pytest.fixture(scope="module")
def temporary() -> Iterator[Path]:
    """Where the workers make their temporary folders. (Its path is short, because sockets lie there.)"""
    with tempfile.TemporaryDirectory(prefix="w-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        yield Path(folder).resolve()


@pytest.fixture(scope="module")
def cluster(temporary) -> Iterator[object]:
    """Two workers, each a process of its own, that share nothing with this one but the machine."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as local:
        yield local


def quiet(pilot: str, what: str) -> None:
    pass


def made_on(cluster: object, workspace: Workspace, *pilots: str, store: str | None = None) -> dict[str, tuple[str, str]]:
    address = cluster.scheduler_address
    how = {"scheduler": address, "renderer": "embedded", "formats": FORMATS[1], "on_step": quiet, "store": store}
    return {result.pilot: (result.fate, result.said) for result in make_reports_on_cluster(pilots, workspace, **how)}


def left_of_reports(temporary: Path) -> list[str]:
    """Folders with a copy of a pilot's data, and processes that make a report, of the workers of these tests."""
    found = [path.name for path in temporary.glob("pilotproof-*")]
    for process in psutil.process_iter():
        try:
            given = process.environ()
            at_work = given.get("PYTHONPATH", "").startswith(f"{temporary}/")
            of_these = given.get("TMPDIR") == str(temporary)
            command = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if at_work or (of_these and "on_worker" in command):
            found.append(command)
    return found


def wait_until(is_so: Callable[[], object]) -> None:
    """The minutes are for a machine under load; a test that needs them has failed."""
    end = time.monotonic() + 180
    while not is_so():
        assert time.monotonic() < end, "it never came to this"
        time.sleep(0.05)


def is_report_running(temporary: Path) -> bool:
    return any("pilotproof report" in found for found in left_of_reports(temporary))


def kill_the_worker_that_gets_the_task(address: str, temporary: Path) -> threading.Thread:
    """As the system does for want of memory, once the report is being made."""

    def strike() -> None:
        with distributed.Client(address, set_as_default=False) as client:
            wait_until(lambda: is_report_running(temporary))
            time.sleep(1.5)
            busy = [worker for worker, tasks in client.processing().items() if tasks]
            pid = client.run(os.getpid, workers=busy)[busy[0]]
            os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=strike)
    thread.start()
    return thread


def test_a_worker_is_killed_and_the_report_has_the_bytes_of_one_made_here(cluster, project, made, tmp_path, temporary):
    workspace, store = Workspace.open(project), tmp_path / "store"
    store.mkdir()
    killer = kill_the_worker_that_gets_the_task(cluster.scheduler_address, temporary)
    results = made_on(cluster, workspace, "nearpod", store=str(store))
    killer.join()
    assert results == {"nearpod": ("made", "reports/nearpod/nearpod.pdf")}
    assert outputs(project) == outputs(made)
    assert left_of_reports(temporary) == [], "neither of the worker that was killed nor of the one that made it"
    assert list(store.iterdir()) == [], "raw data stay in no store"
    again = made_on(cluster, workspace, "nearpod")
    assert again["nearpod"][0] == "up to date", "nothing is sent for a report that is there"


def test_the_deaths_after_which_a_pilot_is_given_up_are_those_that_dask_counts(project, temporary):
    """With allowed-failures 0 the first death of a worker is the last: 0 + 1 = 1."""
    import dask

    workers = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), distributed.LocalCluster(**workers) as local:
        killer = kill_the_worker_that_gets_the_task(local.scheduler_address, temporary)
        results = made_on(local, Workspace.open(project), "nearpod")
        killer.join()
        wait_until(lambda: left_of_reports(temporary) == [])
    assert results == {"nearpod": ("failed", "A worker died while making it, most likely for want of memory.")}
    assert not (project / "reports/nearpod").exists()


def test_a_run_that_is_stopped_leaves_nothing_in_the_store_then_or_later(cluster, project, tmp_path, temporary):
    store = tmp_path / "store"
    store.mkdir()
    (store / "of-another-project.zip").write_bytes(b"stays")
    where = ("--engine", "dask", "--scheduler", cluster.scheduler_address, "--store", str(store))
    command = [sys.executable, "-m", "pilotproof", "reports", "nearpod", *where, "--renderer", "embedded", "--formats", "html"]
    with subprocess.Popen(command, cwd=project, env=os.environ | {"PYTHONPATH": str(project)}, stderr=subprocess.PIPE) as stopped:
        wait_until(lambda: is_report_running(temporary))
        stopped.send_signal(signal.SIGINT)
        said = stopped.stderr.read().decode()
    assert stopped.returncode == 130 and "Stopped." in said
    assert [path.name for path in store.iterdir()] == ["of-another-project.zip"]
    wait_until(lambda: left_of_reports(temporary) == [])
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        wait_until(lambda: not any(client.run(lambda dask_worker: dask_worker.state.executing_count).values()))
    assert [path.name for path in store.iterdir()] == ["of-another-project.zip"], "the worker has ended, and kept its report back"


def test_what_is_under_way_is_bounded_by_the_workers(cluster):
    """2 workers of one thread, 2 archives each: never more than 4 of 20 are sent and not taken."""
    sent, taken, most = [], [], []
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        wait_until(lambda: len(client.nthreads()) == 2)

        def send(pilot: str) -> object:
            if pilot == "7":
                return Result(pilot=pilot, fate="failed", said="its files are broken")
            sent.append(pilot)
            most.append(len(sent) - len(taken))
            return client.submit(int, pilot, pure=False)

        def take(task: object, pilot: str) -> Result:
            taken.append(pilot)
            return Result(pilot=pilot, fate="made", said=str(task.result()))

        results = list(in_window(client, [str(n) for n in range(20)], send, take))
    assert max(most) == 2 * ARCHIVES_PER_WORKER == 4
    assert {result.pilot: result.said for result in results} == {str(n): str(n) for n in range(20)} | {
        "7": "its files are broken"
    }


def test_pilots_with_a_broken_file_or_no_place_in_the_store_stop_nobody(cluster, project, tmp_path):
    """A name of 245 letters and `.inputs.zip` make 256 bytes, and file systems allow 255: the store does not take it."""
    long, store = "a" * 245, tmp_path / "store"
    store.mkdir()
    for name in ("second", "broken", long):
        shutil.copyfile(project / "params/nearpod.yaml", project / f"params/{name}.yaml")
        shutil.copytree(project / "data/raw/nearpod", project / f"data/raw/{name}")
    with (project / "data/raw/broken/outcomes.csv").open("a") as file:
        file.write("one more line\n")
    results = made_on(cluster, Workspace.open(project), "broken", long, "second", store=str(store))
    assert results["second"] == ("made", "reports/second/second.pdf")
    assert results["broken"][0] == "failed" and "Raw files are never edited" in results["broken"][1]
    assert not (project / "reports/broken").exists()
    assert results[long][0] == "failed" and "The store does not give or take files at" in results[long][1]
    assert list(store.iterdir()) == []


def test_a_report_that_comes_back_damaged_is_thrown_away(made, tmp_path):
    root = Path(shutil.copytree(made, tmp_path / "project"))
    before = outputs(root)
    with (root / "reports/nearpod/nearpod.html").open("a") as page:
        page.write("x")
    damaged = pack_report("nearpod", Workspace.open(root))
    (root / "reports/nearpod/nearpod.html").write_bytes(before["reports/nearpod/nearpod.html"])
    with pytest.raises(PilotproofError, match=r"came back damaged \(reports/nearpod/nearpod.html\)"):
        take_report("nearpod", damaged, Workspace.open(root))
    assert outputs(root) == before and not list((root / "reports").glob("*.partial"))


def test_a_scheduler_that_does_not_answer_is_named(project, monkeypatch):
    monkeypatch.setattr("pilotproof.pipeline.cluster.SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(PilotproofError, match="No Dask scheduler answers at tcp://"):
        list(
            make_reports_on_cluster(
                ["nearpod"], Workspace.open(project), scheduler="tcp://127.0.0.1:9", renderer="embedded", on_step=quiet
            )
        )


def test_an_engine_without_a_scheduler_is_refused(project):
    done = run(project, "reports", "nearpod", "--engine", "dask")
    assert done.returncode == 1 and "SCHEDULER" in done.stderr
