"""Reports on a Dask cluster of worker processes on this machine: what the way there costs, and what a killed worker costs.

    python benchmarks/cluster.py [--pilots 4] [--workers 1,2,4]

Beside it the same pilots with `make reports` and as many workers. The kill: one worker gets SIGKILL while it makes a report;
all reports must be there in the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from distributed import Client, LocalCluster
from measuring import add_pilot, copy_project, pilotproof, run, write_results

from pilotproof.pipeline.cluster import make_reports_on_cluster
from pilotproof.workspace import Workspace

SECONDS_INTO_A_REPORT = 1.5


def on_cluster(root: Path, pilots: list[str], workers: int, strike: Callable[[str], None] | None = None) -> float:
    """Seconds until all reports are back; the cluster is up before. Stops when one is not."""
    forget(root, pilots)
    with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None) as local:
        if strike:
            threading.Thread(target=strike, args=(local.scheduler_address,), daemon=True).start()
        started = time.perf_counter()
        how = {"scheduler": local.scheduler_address, "renderer": "embedded", "on_step": lambda pilot, what: None}
        results = list(make_reports_on_cluster(pilots, Workspace.open(root), **how))
        seconds = time.perf_counter() - started
    if failed := [result for result in results if result.fate != "made"]:
        sys.exit(f"not made: {failed}")
    return seconds


def here(root: Path, pilots: list[str], workers: int) -> float:
    """Seconds of the same with workers of this machine."""
    forget(root, pilots)
    return run(pilotproof("reports", *pilots, "--jobs", str(workers), "--renderer", "embedded"), root).seconds


def kill_a_busy_worker(address: str) -> None:
    """Kill the first worker that has a report to make, in the middle of it."""
    with Client(address, set_as_default=False) as client:
        while not (busy := [worker for worker, tasks in client.processing().items() if tasks]):
            time.sleep(0.05)
        time.sleep(SECONDS_INTO_A_REPORT)
        os.kill(client.run(os.getpid, workers=busy[:1])[busy[0]], signal.SIGKILL)


def forget(root: Path, pilots: list[str]) -> None:
    for name in pilots:
        for folder in (root / "reports" / name, root / "data/processed" / name):
            shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pilots", type=int, default=4)
    parser.add_argument("--workers", default="1,2,4")
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        root = copy_project(Path(folder).resolve())
        pilots = [add_pilot(root, f"pilot-{n + 1:02d}", seed=n + 1) for n in range(given.pilots)]
        asked = [int(workers) for workers in given.workers.split(",")]
        local = {workers: here(root, pilots, workers) for workers in {*asked, 2}}  # first: Dask leaves processes here
        for workers in asked:
            rows.append(row(f"{workers} workers", given.pilots, local[workers], on_cluster(root, pilots, workers)))
        killed = on_cluster(root, pilots, 2, kill_a_busy_worker)
        rows.append(row("2 workers, one killed", given.pilots, local[2], killed))
    write_results(__file__, rows, "distributed")


def row(what: str, pilots: int, local: float, cluster: float) -> dict[str, object]:
    print(what, local, cluster)
    return {
        "what": what,
        "pilots": pilots,
        "seconds here": f"{local:.1f}",
        "seconds on the cluster": f"{cluster:.1f}",
        "times": f"{cluster / local:.2f}",
        "more a pilot, seconds": f"{(cluster - local) / pilots:.2f}",
    }


if __name__ == "__main__":
    main()
