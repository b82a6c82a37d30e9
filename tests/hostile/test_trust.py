"""docs/trust.md says how often what was tried; the numbers are those of the corpus and of the last long run."""

from __future__ import annotations

import csv

import pytest

from tests.conftest import PROJECT
from tests.hostile.pilot import IN_PARAMS, IN_PROSE, OTHERS
from tests.hostile.strings import ALL, PATHS
from tests.hostile.test_files import BOOKS, LOGOS, PARAMS, TEXTS

PAGE = (PROJECT / "docs/trust.md").read_text(encoding="utf-8")
RESULTS = list(csv.DictReader((PROJECT / "benchmarks/fuzz.csv").read_text(encoding="utf-8").splitlines()))
FUZZED = sum(int(row["tried"]) for row in RESULTS)
STRUCK = list(csv.DictReader((PROJECT / "benchmarks/faults.csv").read_text(encoding="utf-8").splitlines()))
FAULTS = sum(int(row["faults"]) for row in RESULTS)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("hostile texts,", len(ALL)),
        ("places of one pilot", len(IN_PARAMS) + len(IN_PROSE) + len(OTHERS)),
        ("hostile workbooks", len(BOOKS)),
        ("hostile JSON files", len(TEXTS)),
        ("hostile YAML files", len(PARAMS)),
        ("paths that lead elsewhere", len(PATHS)),
        ("hostile logos", len(LOGOS)),
        ("faults at a random moment", sum(int(row["tried"]) for row in STRUCK)),
        ("noise and broken copies", FUZZED),
    ],
)
def test_the_page_says_how_often(line, count):
    row = next(row for row in PAGE.splitlines() if row.startswith(f"| {line}"))
    assert row.split(" | ")[1] == f"{count:,}"


def test_every_fault_at_a_random_moment_was_borne():
    assert all(row["held"] == row["tried"] for row in STRUCK)


def test_the_long_run_reached_every_reader_and_found_no_fault():
    assert FAULTS == 0 and "| no fault other than a result" in PAGE
    assert all(int(row["tried"]) >= 50 for row in RESULTS)
    assert all(int(row["read"]) + int(row["refused"]) == int(row["tried"]) for row in RESULTS)
