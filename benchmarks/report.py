"""How long a report takes: ours, the stock way with the same notebooks, and the same calls in one plain Python process.

    python benchmarks/report.py [--rounds 3] [--batch 10] [--log-rows 10000000]

Beside seconds by the clock stand seconds of processor time of all processes: other programs on the machine change them little.
Stock: the command `papermill` for each notebook, then the same renderer in a Python process of its own. The ways take turns,
and of each the fastest round counts; only ratios within one run mean something.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
import yaml
from measuring import Run, Times, add_pilot, copy_project, in_turns, pilotproof, run, write_results

from pilotproof.pipeline.steps import STEPS
from pilotproof.sources.parts import sha256_of

HERE = Path(__file__).parent
FLOOR = HERE / "plain_process.py"
RENDER = """
import sys
from pathlib import Path
from pilotproof.pipeline.qmd import export_qmd
from pilotproof.pipeline.render import choose_renderer
folder, pilot = Path(sys.argv[1]), sys.argv[2]
qmd = folder / "report.qmd"
qmd.write_text(export_qmd(folder / "notebooks" / "03-report.ipynb"), encoding="utf-8")
choose_renderer("embedded").render(qmd, folder / f"{pilot}.pdf", folder / f"{pilot}.html")
"""


class Ways:
    """Each way of making reports of simulated pilots in `root`, from nothing; gives the times of one report."""

    def __init__(self, root: Path, batch: int) -> None:
        self.root = root
        self.pilots = [add_pilot(root, f"pilot-{n + 1:02d}", seed=n + 1) for n in range(batch)]
        self.one = self.pilots[0]

    def ours_cold(self) -> Times:
        self._forget()
        return _times(run(pilotproof("report", self.one, "--renderer", "embedded"), self.root))

    def stock(self) -> Times:
        self._forget()
        folder = self.root / "reports" / self.one
        (folder / "notebooks").mkdir(parents=True)
        runs = []
        for stem in STEPS:
            names = [f"notebooks/{stem}.ipynb", folder / "notebooks" / f"{stem}.ipynb", "-p", "pilot", self.one]
            command = [sys.executable, "-m", "papermill", *names, "--cwd", "notebooks", "--no-progress-bar"]
            runs.append(run(command, self.root))
        runs.append(run([sys.executable, "-c", RENDER, folder, self.one], self.root))
        return _times(*runs)

    def floor(self) -> Times:
        self._forget()
        return _times(run([sys.executable, FLOOR, self.one], self.root))

    def ours_in_batch(self) -> Times:
        self._forget()
        command = pilotproof("reports", *self.pilots, "--jobs", "1", "--renderer", "embedded")
        return _times(run(command, self.root), among=len(self.pilots))

    def floor_in_batch(self) -> Times:
        self._forget()
        return _times(run([sys.executable, FLOOR, *self.pilots], self.root), among=len(self.pilots))

    def nothing_changed(self) -> float:
        return run(pilotproof("report", self.one, "--renderer", "embedded"), self.root).seconds

    def peak_megabytes(self) -> float:
        self._forget()
        return run(pilotproof("report", self.one, "--renderer", "embedded"), self.root, memory=True).megabytes or 0.0

    def _forget(self) -> None:
        for name in self.pilots:
            for folder in (self.root / "reports" / name, self.root / "data/processed" / name):
                shutil.rmtree(folder, ignore_errors=True)


def megabytes_with_log(root: Path, rows: int) -> float:
    """Peak memory of a report of a simulated pilot whose log of use has `rows` records: its own, over and over."""
    name = add_pilot(root, "long-log", seed=1)
    log = root / "data/raw" / name / "usage.csv"
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as connection:
        connection.execute(f"CREATE TABLE own AS SELECT * FROM read_csv('{log}', all_varchar=true)")
        times = -(-rows // connection.execute("SELECT count(*) FROM own").fetchall()[0][0])
        longer = f"SELECT own.* REPLACE (1 + n % 50 AS Minutes) FROM own, range({times}) AS r(n) LIMIT {rows}"
        connection.execute(f"COPY ({longer}) TO '{log}' (HEADER)")
    passports = log.with_name("source.yaml")
    said = yaml.safe_load(passports.read_text(encoding="utf-8"))
    next(one for one in said["files"] if one["file"] == log.name).update(rows=rows, sha256=sha256_of(log))
    passports.write_text(yaml.safe_dump(said), encoding="utf-8")
    return run(pilotproof("report", name, "--renderer", "embedded"), root, memory=True).megabytes or 0.0


def _times(*runs: Run, among: int = 1) -> Times:
    return sum(one.seconds for one in runs) / among, sum(one.busy for one in runs) / among


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, default=10, help="pilots made one after another in one process")
    parser.add_argument("--log-rows", type=int, default=1_000_000, help="records of the log whose report's memory is measured")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ways = Ways(copy_project(Path(folder).resolve()), given.batch)
        single = in_turns({"ours": ways.ours_cold, "stock": ways.stock, "floor": ways.floor}, given.rounds)
        batch = in_turns({"ours": ways.ours_in_batch, "floor": ways.floor_in_batch}, max(1, given.rounds - 1))
        megabytes = ways.peak_megabytes()
        with_log = megabytes_with_log(ways.root, given.log_rows)
        again = min(ways.nothing_changed() for _ in range(5))
    ratios = {
        "stock / ours, one pilot": (single["stock"], single["ours"], "at least 3"),
        "stock / ours in a batch": (single["stock"], batch["ours"], "at least 6"),
        "ours / plain process, one pilot": (single["ours"], single["floor"], "at most 1.8"),
        "ours / plain process in a batch": (batch["ours"], batch["floor"], "at most 1.3"),
        "seconds of ours, one pilot": (single["ours"], (1, 1), ""),
        "seconds of ours, a pilot in a batch": (batch["ours"], (1, 1), ""),
    }
    rows = [
        {"what": what, "clock": f"{over[0] / under[0]:.2f}", "processor": f"{over[1] / under[1]:.2f}", "promise": promise}
        for what, (over, under, promise) in ratios.items()
    ]
    rows.append({"what": "seconds, nothing changed", "clock": f"{again:.2f}", "processor": "", "promise": "below 1"})
    rows.append({"what": "peak memory, MB", "clock": f"{megabytes:.0f}", "processor": "", "promise": "below 600"})
    what = f"peak memory with a log of {given.log_rows:,} rows, MB"
    rows.append({"what": what, "clock": f"{with_log:.0f}", "processor": "", "promise": "below 2000"})
    rows = [row | {"rounds": given.rounds, "batch": given.batch} for row in rows]
    write_results(__file__, rows, "papermill", "matplotlib", "typst")


if __name__ == "__main__":
    main()
