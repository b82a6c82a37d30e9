"""Kill, interrupt and starve `pilotproof report` at random moments, run it again, and compare every byte.

    .venv/bin/python benchmarks/faults.py [--kills 200] [--seed 20261127]

Each line of faults.csv is one kind of fault: how often it was tried, and how often all of its promises held. Needs Linux;
the full disk needs the right to mount (root), and is left out without it.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pilotproof.pipeline.bundle import PROJECT as PROJECT_PARTS

PROJECT = Path(__file__).resolve().parents[1]
PARTS = (*PROJECT_PARTS, "data/raw/nearpod")
RESULTS = Path(__file__).with_suffix(".csv")
MADE = ("reports/nearpod", "data/processed/nearpod")
GRACE = 10.0  # seconds in which kernels must notice that their owner is gone


def copy_project(target: Path) -> Path:
    for part in PARTS:
        source = PROJECT / part
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target / part)
    return target


def start(root: Path, pilot: str = "nearpod") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pilotproof", "report", pilot, "--renderer", "embedded"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(root: Path, pilot: str = "nearpod") -> tuple[int, str]:
    process = start(root, pilot)
    said = "".join(process.communicate())
    return process.returncode, said


def files(root: Path) -> dict[str, bytes]:
    """Everything in reports/ and data/processed/ but the lock and the notebook of a failed run, by path."""
    folders = (root / "reports", root / "data/processed")
    paths = [path for folder in folders if folder.is_dir() for path in folder.rglob("*") if path.is_file()]
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    return {path: data for path, data in found.items() if not path.endswith(".lock") and "/failed/" not in path}


def processes_of(root: Path) -> list[int]:
    """Processes whose environment names this project: the run, its kernels and the server that forks them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"PYTHONPATH={root}\0".encode() in (entry / "environ").read_bytes() + b"\0":
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def all_ended(root: Path) -> bool:
    end = time.monotonic() + GRACE
    while time.monotonic() < end:
        if not processes_of(root):
            return True
        time.sleep(0.1)
    return False


def is_good(root: Path, good: dict[str, bytes]) -> bool:
    """Run again: the same bytes as without a fault, and nothing beside them."""
    code, said = run(root)
    if code != 0:
        print(said, file=sys.stderr)
    return code == 0 and files(root) == good


def from_nothing(root: Path) -> None:
    for folder in MADE:
        shutil.rmtree(root / folder, ignore_errors=True)


def retitle(root: Path, title: str) -> None:
    params = root / "params/nearpod.yaml"
    lines = params.read_text(encoding="utf-8").splitlines(keepends=True)
    params.write_text("".join(f'title: "{title}"\n' if line.startswith("title:") else line for line in lines), encoding="utf-8")


class Bench:
    """A copy of the project, the bytes of its report under two titles, and how long a run from nothing takes."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.random = copy_project(root), random.Random(seed)
        self.good: dict[str, dict[str, bytes]] = {}
        for title in ("Before", "After"):
            retitle(root, title)
            started = time.monotonic()
            code, said = run(root)
            if code != 0:
                raise SystemExit(said)
            self.good[title] = files(root)
            self.seconds = time.monotonic() - started
            for folder in MADE:
                shutil.copytree(root / folder, self._kept(title) / folder)

    def prepare(self, *, has_report: bool) -> dict[str, bytes]:
        """Start from a good report of another title, or from nothing; return what was there."""
        retitle(self.root, "Before")
        from_nothing(self.root)
        if has_report:
            shutil.copytree(self._kept("Before"), self.root, dirs_exist_ok=True)
        there = files(self.root)
        retitle(self.root, "After")
        return there

    def _kept(self, title: str) -> Path:
        return self.root.with_name(f"kept-{title}")

    def fault(self, number: int, strike: signal.Signals) -> bool:
        """One run, struck at a random moment, then run again. From nothing in every second trial, else over a good report."""
        has_report = number % 2 == 1
        there = self.prepare(has_report=has_report)
        process = start(self.root)
        time.sleep(self.random.uniform(0, self.seconds))
        process.send_signal(strike)
        said = "".join(process.communicate())
        is_quiet = "Traceback" not in said
        is_untouched = not has_report or _pages(files(self.root)) in (_pages(there), _pages(self.good["After"]))
        return all((is_quiet, is_untouched, all_ended(self.root), is_good(self.root, self.good["After"])))


def _pages(found: dict[str, bytes]) -> dict[str, bytes]:
    """The pages that people open; of a report half-way into place, those that `recover` will find."""
    held = {path.replace(".outgoing.partial", ""): data for path, data in found.items() if ".outgoing.partial/" in path}
    return {path: data for path, data in (held | found).items() if path.startswith("reports/nearpod/nearpod.")}


def kernel_killed(bench: Bench) -> bool:
    """The system ends a kernel, as it does for want of memory: one clear message, the earlier report untouched."""
    there = bench.prepare(has_report=True)
    process = start(bench.root)
    time.sleep(bench.random.uniform(0.3, 0.8) * bench.seconds)
    for kernel in [pid for pid in processes_of(bench.root) if pid != process.pid and _is_kernel(pid)]:
        os.kill(kernel, signal.SIGKILL)
    said = "".join(process.communicate())
    is_clear = process.returncode == 0 or "most likely for want of memory" in said
    is_untouched = _pages(files(bench.root)) in (_pages(there), _pages(bench.good["After"]))
    return is_clear and "Traceback" not in said and is_untouched and is_good(bench.root, bench.good["After"])


def _is_kernel(pid: int) -> bool:
    """Kernels lead a session of their own."""
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return False


def two_at_once(bench: Bench) -> bool:
    """One makes the report, the other says that a run is under way; or it finds the finished report up to date."""
    bench.prepare(has_report=False)
    first, second = start(bench.root), start(bench.root)
    ends = [(process.communicate(), process.returncode) for process in (first, second)]
    codes = sorted(code for _, code in ends)
    refused = "".join(said for (out, err), code in ends if code for said in (out, err))
    is_fair = codes == [0, 0] or (codes == [0, 1] and "Another run for nearpod is under way" in refused)
    return is_fair and files(bench.root) == bench.good["After"]


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def disk_full(bench: Bench, folder: Path) -> bool:
    """No room at some moment of the run: one clear message, nothing that looks finished; with room, the same bytes."""
    folder.mkdir(exist_ok=True)
    size = sum(path.stat().st_size for part in PARTS for path in _files_in(PROJECT / part)) // 1024
    with small_disk(folder, size + 1_200 + bench.random.randrange(3_000)) as disk:
        root = copy_project(disk / "project")
        retitle(root, "After")
        code, said = run(root)
        left = [path for path in files(root) if path.startswith("reports/nearpod") or ".partial" in path]
        if code == 0:
            return files(root) == bench.good["After"]
        return "Traceback" not in said and not left and "room" in said


def _files_in(path: Path) -> list[Path]:
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]


def _earlier() -> dict[str, dict[str, object]]:
    """The committed results, by fault."""
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return {row["fault"]: dict(row) for row in csv.DictReader(file)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--only", default="", help="the faults with this in their names; the results of the others stay")
    parser.add_argument("--seed", type=int, default=20261127)
    options = parser.parse_args()
    few = max(1, options.kills // 10)
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        bench = Bench(Path(folder) / "project", options.seed)
        faults = {
            "kill -9 of the run at a random moment": (options.kills, lambda n: bench.fault(n, signal.SIGKILL)),
            "Ctrl-C at a random moment": (few, lambda n: bench.fault(n, signal.SIGINT)),
            "kernel killed, as for want of memory": (few, lambda _: kernel_killed(bench)),
            "two runs of one pilot at once": (few, lambda _: two_at_once(bench)),
        }
        if os.geteuid() == 0:
            faults["disk full at some moment"] = (few, lambda _: disk_full(bench, Path(folder) / "disk"))
        rows = _earlier() if options.only else {}
        for name, (times, once) in faults.items():
            if options.only not in name:
                continue
            held = 0
            for number in range(times):
                held += once(number)
                print(f"\r{name}: {held} of {number + 1} ", end="", flush=True)
            print()
            rows[name] = {"fault": name, "tried": times, "held": held}
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=["fault", "tried", "held"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.values())
    sys.exit(any(int(row["held"]) < int(row["tried"]) for row in rows.values()))


if __name__ == "__main__":
    main()
