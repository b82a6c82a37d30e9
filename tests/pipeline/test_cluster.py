"""Reports made by workers of a Dask cluster: the same bytes as here, and a worker that dies costs its pilot a new try only."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pilotproof.errors import PilotproofError
from pilotproof.pipeline.bundle import pack_report, take_report
from pilotproof.pipeline.cluster import _forget, _put, make_reports_on_cluster
from pilotproof.workspace import Workspace
from tests.pipeline.test_report import FORMATS, run
from tests.pipeline.test_steps import outputs

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
pytestmark = pytest.mark.filterwarnings("ignore:.*:ResourceWarning", "ignore:.*:DeprecationWarning")


@pytest.fixture(scope="module")
def cluster() -> Iterator[object]:
    """Two workers, each a process of its own, that share nothing with this one but the machine."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local:
        yield local


def quiet(pilot: str, what: str) -> None:
    pass


def made_on(cluster: object, workspace: Workspace, *pilots: str, store: str | None = None) -> dict[str, tuple[str, str]]:
    address = cluster.scheduler_address
    how = {"scheduler": address, "renderer": "embedded", "formats": FORMATS[1], "on_step": quiet, "store": store}
    return {result.pilot: (result.fate, result.said) for result in make_reports_on_cluster(pilots, workspace, **how)}


def kill_the_worker_that_gets_the_task(address: str) -> threading.Thread:
    """As the system does for want of memory, once the report is being made."""

    def strike() -> None:
        with distributed.Client(address, set_as_default=False) as client:
            end = time.monotonic() + 120
            while time.monotonic() < end:
                busy = [worker for worker, tasks in client.processing().items() if tasks]
                if busy:
                    time.sleep(1.5)
                    pid = client.run(os.getpid, workers=busy)[busy[0]]
                    os.kill(pid, signal.SIGKILL)
                    return
                time.sleep(0.05)

    thread = threading.Thread(target=strike)
    thread.start()
    return thread


def test_a_worker_is_killed_and_the_report_has_the_bytes_of_one_made_here(cluster, project, made, tmp_path):
    workspace, store = Workspace.open(project), tmp_path / "store"
    store.mkdir()
    killer = kill_the_worker_that_gets_the_task(cluster.scheduler_address)
    results = made_on(cluster, workspace, "nearpod", store=str(store))
    killer.join()
    assert results == {"nearpod": ("made", "reports/nearpod/nearpod.pdf")}
    assert outputs(project) == outputs(made)
    assert list(store.iterdir()) == [], "raw data stay in no store"
    again = made_on(cluster, workspace, "nearpod")
    assert again["nearpod"][0] == "up to date", "nothing is sent for a report that is there"


def test_archives_leave_the_store(tmp_path):
    for part in ("spring.inputs.zip", "spring.report.zip", "autumn.inputs.zip"):
        _put(b"raw data", str(tmp_path), part)
    _forget("spring", str(tmp_path))
    _forget("never-sent", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["autumn.inputs.zip"]


def test_one_pilot_with_a_broken_file_stops_nobody(cluster, project):
    for name in ("second", "broken"):
        shutil.copyfile(project / "params/nearpod.yaml", project / f"params/{name}.yaml")
        shutil.copytree(project / "data/raw/nearpod", project / f"data/raw/{name}")
    with (project / "data/raw/broken/outcomes.csv").open("a") as file:
        file.write("one more line\n")
    results = made_on(cluster, Workspace.open(project), "broken", "second")
    assert results["second"] == ("made", "reports/second/second.pdf")
    assert results["broken"][0] == "failed" and "Raw files are never edited" in results["broken"][1]
    assert not (project / "reports/broken").exists()


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
