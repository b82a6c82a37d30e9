"""What grows faster than the pilot: time and memory of cleaning, testing and intake as students, classes and log rows multiply.

    python benchmarks/scale.py [--classes 6,60,300] [--records 10000,100000,1000000]

Each measurement is a process of its own. The exponent between two sizes is log(times more) / log(times as large): 1 is linear.
"""

from __future__ import annotations

import argparse
import math
import resource
import sys
import tempfile
import time
from pathlib import Path

from intake import generate
from intake import ours as clean_log
from measuring import add_pilot, copy_project, run, write_results

from pilotproof.analyse.outcomes import analyse_outcomes
from pilotproof.intake import Intake
from pilotproof.simulate import Truth
from pilotproof.workspace import Workspace

PER_CLASS = 22
PILOT = "pilot"
NOISE = 1.2  # exponent above which growth is called faster than linear


def clean_and_test(root: str) -> dict[str, float]:
    """Seconds for the students' scores and for their analysis."""
    intake = Intake.open(PILOT, Workspace.open(root))
    started = time.process_time()
    students = intake.students().tables["students"]
    cleaned = time.process_time()
    analyse_outcomes(students, intake.pilot, probes=None, usage=None)
    return {"clean the scores": cleaned - started, "test the outcomes": time.process_time() - cleaned}


def reduce_log(path: str) -> dict[str, float]:
    """Seconds for a log."""
    started = time.process_time()
    clean_log(Path(path))
    return {"clean the log": time.process_time() - started}


PARTS = {"pilot": clean_and_test, "log": reduce_log}


def measured(part: str, what: str, folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds and peak megabytes of each step of a part, in a process of its own."""
    said = run([sys.executable, __file__, "--part", part, "--of", what], folder).said
    lines = [line.split("\t") for line in said.splitlines() if "\t" in line]
    return {step: (float(seconds), float(megabytes)) for step, seconds, megabytes in lines}


def many_classes(classes: int) -> Truth:
    """Half of the classes have the tool; about four to a school."""
    half = classes // 2
    return Truth(treated_classes=half, comparison_classes=half, schools=max(1, half // 2), has_mess=False)


def pilots_of(sizes: list[int]) -> list[dict[str, object]]:
    """Rows of simulated pilots with ever more classes."""
    found: dict[str, list[tuple[int, float, float]]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = copy_project(Path(folder).resolve())
            add_pilot(root, PILOT, seed=1, truth=many_classes(size))
            for step, (seconds, megabytes) in measured("pilot", str(root), root).items():
                found.setdefault(step, []).append((size, seconds, megabytes))
    return [row for step, each in found.items() for row in with_exponents(step, f"classes of {PER_CLASS}", each)]


def logs_of(sizes: list[int]) -> list[dict[str, object]]:
    """Rows of generated logs of growing size."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = copy_project(Path(folder).resolve() / "project")
            generate(Path(folder) / "log.csv", size)
            ((seconds, megabytes),) = measured("log", f"{folder}/log.csv", root).values()
            found.append((size, seconds, megabytes))
    return with_exponents("clean the log", "log rows", found)


def with_exponents(step: str, by: str, each: list[tuple[int, float, float]]) -> list[dict[str, object]]:
    """One row a size, with the exponents from the size before."""
    rows = []
    for place, (size, seconds, megabytes) in enumerate(each):
        time_exponent = memory_exponent = growth = ""
        if place:
            before = each[place - 1]
            larger = math.log(size / before[0])
            exponent = math.log(seconds / before[1]) / larger
            time_exponent, memory_exponent = f"{exponent:.2f}", f"{math.log(megabytes / before[2]) / larger:.2f}"
            growth = "faster than linear" if exponent > NOISE else ""
        rows.append(
            {
                "step": step,
                "grows": by,
                "size": size,
                "processor seconds": f"{seconds:.2f}",
                "peak MB": f"{megabytes:.0f}",
                "time exponent": time_exponent,
                "memory exponent": memory_exponent,
                "growth": growth,
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--classes", default="6,60,300", help=f"of {PER_CLASS} students")
    parser.add_argument("--records", default="10000,100000,1000000")
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--of")
    given = parser.parse_args()
    if given.part:
        for step, seconds in PARTS[given.part](given.of).items():
            print(step, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, sep="\t")
        return
    classes, records = ([int(n) for n in sizes.split(",")] for sizes in (given.classes, given.records))
    write_results(__file__, pilots_of(classes) + logs_of(records), "pandas", "duckdb")


if __name__ == "__main__":
    main()
