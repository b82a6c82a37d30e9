"""Feed every reader of files from outside with noise and with broken copies of good files, for as long as one likes.

Run: python benchmarks/fuzz.py [minutes]. Writes benchmarks/fuzz.csv: for each reader how many inputs were tried, how many were
read, how many refused in plain words, how many raised anything else, and the longest time that one took.
"""

from __future__ import annotations

import csv
import platform
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from pilotproof.workspace import Workspace  # noqa: E402
from tests.conftest import copy_project  # noqa: E402
from tests.hostile import fuzzing  # noqa: E402

RESULTS = Path(__file__).with_suffix(".csv")
AT_A_TIME = 50  # inputs for one reader before the next has its turn
BYTES = st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
BROKEN = st.builds(
    lambda file, steps: fuzzing.broken(fuzzing.good_files()[file], steps),
    st.sampled_from(sorted(fuzzing.good_files())),
    fuzzing.STEPS,
)


@dataclass(slots=True)
class Count:
    """What came of the inputs of one reader."""

    tried: int = 0
    read: int = 0
    refused: int = 0
    faults: int = 0
    longest: float = 0.0


Target = tuple[str, st.SearchStrategy[bytes], Callable[[bytes], str]]


def targets(folder: Path) -> Iterator[Target]:
    """Each reader by name, what it is fed, and the call."""
    workspace = Workspace.open(copy_project(folder / "project"))
    books = st.builds(fuzzing.broken_workbook, fuzzing.STEPS, st.integers(0, 30))
    for name in fuzzing.READERS:
        suitable = st.just(fuzzing.good_files()[fuzzing.SUITABLE.get(name, "outcomes.csv")])
        fed = st.one_of(BYTES, BROKEN, books, st.builds(fuzzing.broken, suitable, fuzzing.STEPS))
        yield f"reader: {name}", fed, lambda content, name=name: fuzzing.try_reader(name, folder / "file", content)
    for file in fuzzing.READINGS:
        good = (fuzzing.RAW / file).read_bytes()
        fed = fuzzing.STEPS.map(lambda steps, good=good: fuzzing.broken(good, steps))
        yield f"export through cleaning: {file}", fed, lambda content, file=file: fuzzing.try_cleaning(file, workspace, content)
    for kind, file in fuzzing.yaml_files().items():
        changed = st.builds(fuzzing.yaml_with, st.just(kind), st.lists(st.integers(0, 40), max_size=5), fuzzing.VALUES)
        spoilt = fuzzing.STEPS.map(lambda steps, good=file.good: fuzzing.broken(good, steps))
        fed = st.one_of(BYTES, spoilt, changed)
        yield f"YAML: {kind}", fed, lambda content, kind=kind: fuzzing.try_yaml(kind, workspace, content)


def some(target: Target, count: Count, number: int) -> None:
    """Feed one reader `AT_A_TIME` inputs and count."""
    name, fed, call = target

    @seed(number)
    @settings(
        max_examples=AT_A_TIME, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(content=fed)
    def feed(content: bytes) -> None:
        started = time.perf_counter()
        count.tried += 1
        try:
            outcome = call(content)
        except Exception:
            count.faults += 1
            print(f"{name}: {content[:400]!r}\n{traceback.format_exc(limit=-4)}", flush=True)
        else:
            count.read += outcome == "read"
            count.refused += outcome == "refused"
        count.longest = max(count.longest, time.perf_counter() - started)

    feed()


def main(minutes: float) -> None:
    """Go round all readers until the time is up, then write what was counted."""
    first = random.randrange(2**31)
    end = time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory(prefix="pilotproof-fuzz-") as folder:
        known = list(targets(Path(folder)))
        counts = {name: Count() for name, _, _ in known}
        round_ = 0
        while time.monotonic() < end:
            for target in known:
                if time.monotonic() < end:
                    some(target, counts[target[0]], first + round_)
            round_ += 1
    with RESULTS.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["what", "tried", "read", "refused", "faults", "longest_seconds"])
        for name, count in counts.items():
            writer.writerow([name, count.tried, count.read, count.refused, count.faults, f"{count.longest:.2f}"])
    total, faults = sum(each.tried for each in counts.values()), sum(each.faults for each in counts.values())
    print(f"{total:,} inputs, {faults} faults; first seed {first}; Python {platform.python_version()}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
