"""A log in Parquet, however it is cut into files and row groups, gives what the same rows give as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pilotproof.clean.cleaned import Cleaned
from pilotproof.clean.corrections import Corrections
from pilotproof.clean.reliability import clean_errors
from pilotproof.clean.usage_reduction import clean_large_usage
from pilotproof.errors import DataError
from pilotproof.identity.people import People
from pilotproof.intake import Intake
from pilotproof.pilot import load_pilot
from pilotproof.sources.error_log import log_of_relation
from pilotproof.sources.log_reader import LogPlace, relation_of
from pilotproof.sources.passport import Passport, Passports, load_passports
from pilotproof.sources.usage_layouts import event_query
from pilotproof.workspace import Workspace
from tests.conftest import copy_project
from tests.parquet_files import partitions

NAME = "nearpod"
START = datetime(2026, 9, 1)
TIMES = st.integers(0, 60 * 24 * 45).map(lambda minutes: START + timedelta(minutes=minutes))  # some outside the window
TEXTS = st.none() | st.sampled_from(["Quiz", "quiz", ' say "yes"', "a,b;c", "two\nlines", "ünï", "login", "submitted", "9"])
STUDENTS = st.sampled_from(["S-20169", "s-20174 ", "S-20039", "S-99999", "T-1001", ""])
EVENTS = st.fixed_dictionaries(
    {
        "Date": TIMES,
        "Student ID": STUDENTS,
        "Feature": TEXTS,
        "Action": TEXTS,
        "Minutes": st.none() | st.integers(0, 90) | st.sampled_from([0.5, 12.25, 7.125]),
    }
)
TEACHERS = st.sampled_from(["T-1001", "t-1002", "T-9999", ""])
REPORTS = st.fixed_dictionaries(
    {
        "Reported": TIMES,
        "Teacher": TEACHERS,
        "Period": st.sampled_from(["1", "P2", "3rd", ""]),
        "Category": st.sampled_from(["login", "test", "Crash", None]),
        "Message": TEXTS,
        "n": st.integers(0, 2),
    }
)
CUTS = st.lists(st.integers(0, 12), max_size=3)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    return Workspace.open(copy_project(tmp_path_factory.mktemp("logs") / "project"))


@pytest.fixture(scope="module")
def roster() -> dict[str, object]:
    """What the first reading knows of the roster, for all others: no log changes it."""
    return {}


def as_csv(path: Path, rows: Sequence[dict[str, object]], time: str) -> None:
    """The rows as a program writes them that keeps a missing value as an empty cell."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {time: f"{row[time]:%Y-%m-%d %H:%M:%S}"} for row in rows)


def as_parquet(folder: Path, rows: Sequence[dict[str, object]], cuts: Sequence[int], size: int, *, is_dictionary: bool) -> None:
    """The same rows, typed, in a folder that holds nothing else."""
    for old in folder.glob("*.parquet"):
        old.unlink()
    table = pa.Table.from_pandas(pd.DataFrame(list(rows), dtype=object).convert_dtypes(), preserve_index=False)
    if is_dictionary:
        texts = [name for name in table.column_names if pa.types.is_large_string(table.schema.field(name).type)]
        for name in texts:
            table = table.set_column(table.column_names.index(name), name, table[name].dictionary_encode())
    partitions(folder, table, [cut for cut in cuts if cut <= len(rows)], row_group_size=size)


def intake_of(workspace: Workspace, part: str, file: str, rows: int, roster: dict[str, object] | None = None) -> Intake:
    """The demo pilot with another file for `part` of its sources, of as many rows as its passport says."""
    pilot = load_pilot(NAME, workspace)
    source = getattr(pilot.sources, part)
    formats = {"time_formats": ("%Y-%m-%d %H:%M:%S",), "file": file}
    sources = pilot.sources.model_copy(update={part: source.model_copy(update=formats)})
    pilot = pilot.model_copy(update={"sources": sources})
    said = {"received": START.date(), "delete_by": START.date(), "sent_by": "x", "one_row_is": "x", "agreement": "x"}
    passport = Passport(file=file, rows=rows, sha256="0" * 64, **said)
    known = load_passports(NAME, workspace)
    passports = Passports(files=(*(one for one in known.files if one.file != file), passport))
    people = People.of(NAME, pilot, workspace)
    return Intake(NAME, pilot, workspace, passports, Corrections(""), people, known={} if roster is None else roster)


def outcome(read) -> Cleaned | list[str]:
    """What a reading gives, or what it says is wrong; the name of the file aside."""
    try:
        return read()
    except DataError as error:
        return [str(problem) for problem in error.problems]


def require_same(one: Cleaned | list[str], other: Cleaned | list[str]) -> None:
    if isinstance(one, list) or isinstance(other, list):
        assert one == other
        return
    assert one.tables.keys() == other.tables.keys()
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
    pd.testing.assert_frame_equal(one.flow.iloc[3:], other.flow.iloc[3:])  # the first step's label names the file
    numbers = one.flow.select_dtypes("number").columns
    pd.testing.assert_frame_equal(one.flow[numbers], other.flow[numbers])
    assert [replace(account, file="") for account in one.accounts] == [replace(account, file="") for account in other.accounts]
    assert one.matches == other.matches


SOME = settings(
    max_examples=15, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SOME
@given(st.lists(EVENTS, min_size=1, max_size=12), CUTS, st.integers(1, 5), st.booleans())
def test_a_usage_log_gives_the_same_as_csv(workspace, roster, rows, cuts, size, is_dictionary):
    folder = workspace.raw(NAME)
    as_csv(folder / "usage.csv", rows, "Date")
    as_parquet(folder / "events", rows, cuts, size, is_dictionary=is_dictionary)
    read = [outcome(intake_of(workspace, "usage", file, len(rows), roster).usage) for file in ("usage.csv", "events")]
    require_same(*read)


@SOME
@given(st.lists(REPORTS, min_size=1, max_size=12), CUTS, st.integers(1, 5), st.booleans())
def test_an_error_log_gives_the_same_as_csv(workspace, roster, rows, cuts, size, is_dictionary):
    folder = workspace.raw(NAME)
    as_csv(folder / "error_log.csv", rows, "Reported")
    as_parquet(folder / "reports", rows, cuts, size, is_dictionary=is_dictionary)
    read = [outcome(intake_of(workspace, "error_log", file, len(rows), roster).errors) for file in ("error_log.csv", "reports")]
    require_same(*read)


@SOME
@given(st.lists(EVENTS, min_size=1, max_size=12), CUTS, st.integers(1, 5))
def test_a_usage_log_that_stays_where_it_lies_gives_the_same_as_csv(workspace, rows, cuts, size):
    folder = workspace.raw(NAME)
    as_csv(folder / "large.csv", rows, "Date")
    as_parquet(folder / "large", rows, cuts, size, is_dictionary=False)
    pilot = intake_of(workspace, "usage", "large.csv", len(rows)).pilot
    how = {"source": pilot.sources.usage, "window": pilot.window, "timezone": None, "people": None}
    read = []
    for path in (folder / "large.csv", folder / "large"):
        log = relation_of(LogPlace("log", path=path))
        read.append(outcome(lambda log=log: clean_large_usage(event_query(log, pilot.sources.usage), **how)))
    if all(row["Minutes"] != 7.125 for row in rows):  # in a text this may be 7,125, and is refused; of a number it is known
        require_same(*read)


@SOME
@given(st.lists(REPORTS, min_size=1, max_size=12), CUTS, st.integers(1, 5))
def test_an_error_log_that_stays_where_it_lies_gives_the_same_as_csv(workspace, rows, cuts, size):
    folder = workspace.raw(NAME)
    as_csv(folder / "large.csv", rows, "Reported")
    as_parquet(folder / "large", rows, cuts, size, is_dictionary=False)
    pilot = intake_of(workspace, "error_log", "large.csv", len(rows)).pilot
    source = pilot.sources.error_log
    read = []
    for path in (folder / "large.csv", folder / "large"):
        log = log_of_relation(relation_of(LogPlace("log", path=path)), source)
        read.append(outcome(lambda log=log: clean_errors(log, source=source, window=pilot.window, sessions=None)))
    require_same(*read)


def test_a_time_that_cannot_be_read_is_named_by_the_row_it_would_have_in_csv(workspace, tmp_path):
    table = pa.table({"Reported": ["2026-09-14 10:00:00", "2026-09-14 10:00:00", "yesterday"], "Teacher": ["T-1"] * 3})
    folder = partitions(tmp_path / "log", table, [1])
    source = intake_of(workspace, "error_log", "log", 3).pilot.sources.error_log
    named = source.model_copy(update={"period_column": None, "category_column": None, "message_column": None})
    log = log_of_relation(relation_of(LogPlace("log", path=folder)), named)
    # the names stand in row 1, so the third record is row 4
    with pytest.raises(DataError, match="row 4, Reported: found 'yesterday'"):
        clean_errors(log, source=named, window=load_pilot(NAME, workspace).window, sessions=None)


def test_parquet_is_no_json(workspace, tmp_path):
    folder = workspace.raw(NAME)
    partitions(folder / "events", pa.table({"a": [1]}))
    intake = intake_of(workspace, "usage", "events", 1)
    source = intake.pilot.sources.usage.model_copy(update={"format": "xapi"})
    sources = intake.pilot.sources.model_copy(update={"usage": source})
    with pytest.raises(DataError, match="found Parquet; expected json, as the params say"):
        replace(intake, pilot=intake.pilot.model_copy(update={"sources": sources})).usage()
