"""What the benchmarks of whole reports share: a project to work in, simulated pilots, a stop watch over processes, results."""

from __future__ import annotations

import contextlib
import csv
import ctypes
import os
import platform
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from pilotproof.simulate import Truth, simulate_pilot

PROJECT = Path(__file__).resolve().parents[1]
PARTS = ("params", "notebooks", "pilotproof", "reports/_template", "reports/_quarto.yml", "reports/references.bib")
DEMO = "nearpod"
PR_SET_CHILD_SUBREAPER = 36
EVERY = 0.05  # seconds between two looks at the memory of a tree of processes


def copy_project(folder: Path) -> Path:
    """A copy of the project without any report, whose only pilot is the demo."""
    for part in (*PARTS, f"data/raw/{DEMO}"):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copyfile
        copy(PROJECT / part, folder / part)
    for path in (folder / "params").glob("*.yaml"):
        if path.stem != DEMO:
            path.unlink()
    return folder


def add_pilot(root: Path, name: str, *, seed: int, truth: Truth | None = None) -> str:
    """Simulate another pilot into the project: raw files, passports and the demo's params with its own classes; return `name`."""
    truth = truth or Truth()
    simulate_pilot(root / "data/raw" / name, seed=seed, truth=truth)
    params = yaml.safe_load((root / "params" / f"{DEMO}.yaml").read_text(encoding="utf-8"))
    every = truth.treated_classes + truth.comparison_classes
    classes = [f"MATH6-{k + 1:0{max(2, len(str(every)))}d}" for k in range(every)]
    params["design"] |= {"treated": classes[: truth.treated_classes], "comparison": classes[truth.treated_classes :]}
    (root / "params" / f"{name}.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    return name


@dataclass(frozen=True, slots=True)
class Run:
    """How a command went.

    seconds : by the clock; busy : seconds of processor time of it and of every process that it started
    megabytes : largest memory of all these together, None where not looked at
    """

    seconds: float
    busy: float
    megabytes: float | None
    said: str


def run(
    command: Sequence[str | Path], folder: Path, *, environment: Mapping[str, str] | None = None, memory: bool = False
) -> Run:
    """Run a command in `folder` with the project's code there; stop when it fails.

    memory : look at it many times a second, which costs a little time
    """
    _be_reaper()
    started, before = time.perf_counter(), _busy()
    own = os.environ | {"PYTHONPATH": str(folder)} | dict(environment or {})
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=folder,
        env=own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    watch = _Watch(process.pid) if memory else None
    said, _ = process.communicate()
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{said}")
    _wait_for_orphans()
    return Run(seconds, _busy() - before, watch.end() if watch else None, said)


def _be_reaper() -> None:
    """Processes whose parent has ended become children of this one, so that their time is counted too (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _wait_for_orphans() -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _busy() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pilotproof(*arguments: str | Path) -> list[str | Path]:
    """The command line of the command `pilotproof` with this Python."""
    return [sys.executable, "-m", "pilotproof", *arguments]


Times = tuple[float, float]
"""Seconds by the clock, and of processor time."""


def in_turns(ways: Mapping[str, Callable[[], Times]], rounds: int) -> dict[str, Times]:
    """The least times of each way. They take turns, so that a busy moment of the machine meets all alike."""
    found: dict[str, list[Times]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(way())
    return {name: (min(clock for clock, _ in times), min(busy for _, busy in times)) for name, times in found.items()}


class _Watch:
    """Looks at the memory of a tree of processes until `end`. A page that several of them share counts once for each."""

    def __init__(self, pid: int) -> None:
        self._pid, self._most, self._is_over = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> float:
        self._is_over.set()
        self._thread.join()
        return self._most / 2**20

    def _look(self) -> None:
        while not self._is_over.wait(EVERY):
            self._most = max(self._most, sum(map(_memory, _tree(self._pid))))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            for children in Path(f"/proc/{one}/task").glob("*/children"):
                found.extend(map(int, children.read_text().split()))
        except OSError:
            continue
    return found


def _memory(pid: int) -> int:
    """Bytes of memory that a process has for itself, and its share of what it has with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def machine(*packages: str) -> str:
    """Kind of processor, cores and versions; nothing that names the computer."""
    versions = "".join(f", {package} {version(package)}" for package in packages)
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}{versions}"


def write_results(script: str, rows: Iterable[Mapping[str, Any]], *packages: str) -> None:
    """Print the rows as a table and keep them beside the script, with the machine and the versions."""
    rows = [dict(row) for row in rows]
    header = list(rows[0])
    widths = [max(len(str(row[key])) for row in [dict(zip(header, header, strict=True)), *rows]) for key in header]
    for row in [dict(zip(header, header, strict=True)), *rows]:
        print("  ".join(str(row[key]).rjust(width) for key, width in zip(header, widths, strict=True)))
    with Path(script).with_suffix(".csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*header, "machine"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | {"machine": machine(*packages)} for row in rows)
