"""What grows faster than the pilot: time and memory of cleaning, testing and intake as students, classes and log rows multiply.

    python benchmarks/scale.py [--classes 6,60,600,6000] [--students 1000,10000,100000] [--records 10000,100000,1000000]

Each measurement is a process of its own, with one thread of arithmetic as a kernel has; seconds are of processor time.
The exponent between two sizes is log(times more) / log(times as large): 1 is linear.
"""

from __future__ import annotations

import argparse
import math
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from intake import generate
from intake import ours as clean_log
from measuring import DEMO, add_pilot, copy_project, run, write_results

from pilotproof.analyse.outcomes import analyse_outcomes
from pilotproof.intake import Intake
from pilotproof.pipeline.notebooks import ONE_THREAD
from pilotproof.simulate import Truth
from pilotproof.simulate.files import Export, write_exports
from pilotproof.workspace import Workspace

PER_CLASS = 22
PILOT = "pilot"
CLASSES = 40  # among which ever more students are shared out
ABSENT = 0.04  # of pretests and of posttests, which are imputed then
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
    said = run([sys.executable, __file__, "--part", part, "--of", what], folder, environment=ONE_THREAD).said
    lines = [line.split("\t") for line in said.splitlines() if "\t" in line]
    return {step: (float(seconds), float(megabytes)) for step, seconds, megabytes in lines}


def many_classes(classes: int) -> Truth:
    """Half of the classes have the tool; about four to a school."""
    half = classes // 2
    return Truth(treated_classes=half, comparison_classes=half, schools=max(1, half // 2), has_mess=False)


def add_classes(root: Path, classes: int) -> None:
    """A simulated pilot of many classes, with a roster and no score missing."""
    add_pilot(root, PILOT, seed=1, truth=many_classes(classes))


def add_students(root: Path, students: int) -> None:
    """A pilot of CLASSES classes whose outcomes file holds ever more students, some of them absent, and no roster."""
    rng = np.random.default_rng(1)
    names = [f"C{number:02d}" for number in range(CLASSES)]
    place = rng.integers(0, CLASSES, size=students)
    before = rng.normal(50, 8, size=students) + rng.normal(0, 4, size=CLASSES)[place]
    after = 20 + 0.6 * before + rng.normal(0, 6, size=students)
    cells = [
        np.where(rng.random(students) < ABSENT, "", np.char.mod("%.1f", np.clip(scores, 0, 100))).tolist()
        for scores in (before, after)
    ]
    rows = list(zip([f"{1000001 + n}" for n in range(students)], [names[p] for p in place.tolist()], *cells, strict=True))
    header = ("Student", "Class", "Pretest", "Posttest")
    said = {"sent_by": "benchmarks/scale.py", "one_row_is": "one student"}
    table = Export(file="outcomes.csv", header=[header], rows=rows, **said)
    write_exports(root / "data/raw" / PILOT, [table], received=date(2026, 10, 16))
    params = yaml.safe_load((root / "params" / f"{DEMO}.yaml").read_text(encoding="utf-8"))
    arms = {"treated": names[: CLASSES // 2], "comparison": names[CLASSES // 2 :]}
    params["design"] = {"assignment": "comparison-classes", "cluster": "class", "arm_column": "class"} | arms
    params["sources"] = {"outcomes": {"file": table.file, "student_column": header[0], "class_column": header[1]}}
    params["outcomes"] = [params["outcomes"][0] | {"pretest_column": header[2], "posttest_column": header[3]}]
    (root / "params" / f"{PILOT}.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")


def pilots_of(sizes: list[int], by: str, add: Callable[[Path, int], None]) -> list[dict[str, object]]:
    """Rows of pilots of growing size."""
    found: dict[str, list[tuple[int, float, float]]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = copy_project(Path(folder).resolve())
            add(root, size)
            for step, (seconds, megabytes) in measured("pilot", str(root), root).items():
                found.setdefault(step, []).append((size, seconds, megabytes))
    return [row for step, each in found.items() for row in with_exponents(step, by, each)]


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
        if place and seconds and each[place - 1][1]:
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
    parser.add_argument("--students", default="1000,10000,100000", help=f"in {CLASSES} classes")
    parser.add_argument("--records", default="10000,100000,1000000")
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--of")
    given = parser.parse_args()
    if given.part:
        for step, seconds in PARTS[given.part](given.of).items():
            print(step, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, sep="\t")
        return
    classes, students, records = (
        [int(n) for n in sizes.split(",") if n] for sizes in (given.classes, given.students, given.records)
    )
    rows = [
        *pilots_of(classes, f"classes of {PER_CLASS}", add_classes),
        *pilots_of(students, f"students in {CLASSES} classes", add_students),
        *logs_of(records),
    ]
    write_results(__file__, rows, "pandas", "duckdb")


if __name__ == "__main__":
    main()
