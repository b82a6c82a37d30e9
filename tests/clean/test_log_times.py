"""Times of an error log that cannot be read: what is wanting is said once, and what is wrong with its rows."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from pilotproof.clean.reliability import clean_errors
from pilotproof.errors import DataError
from pilotproof.pilot import ErrorLogSource, Window
from pilotproof.sources.error_log import log_of_table
from tests.clean.drawn import raw

WINDOW = Window(start=date(2026, 9, 14), end=date(2026, 10, 9))
SOURCE = ErrorLogSource(file="e.csv", time_column="at", end_column="until")


def read(text: str, timezone: str | None = None, source: ErrorLogSource = SOURCE) -> pd.DataFrame:
    log = log_of_table(raw(text, "e.csv"), source)
    return clean_errors(log, source=source, window=WINDOW, sessions=None, timezone=timezone).tables["errors"]


def test_times_with_a_zone_are_one_line_that_asks_for_the_school_s():
    text = "at | until\n" + "\n".join(
        f"2026-09-14T10:{minute}:00Z | {'2026-09-14T11:00:00+02:00' if minute == 10 else ''}" for minute in range(10, 40)
    )
    with pytest.raises(DataError) as caught:
        read(text + "\nsoon |")
    began, ended, other = caught.value.problems
    asked = "Add `timezone:` to the params file, for example America/Chicago."
    # 30 records, of which one notes its end; the 31st is another fault, and named as ever
    assert (began.row, began.column, began.found) == (2, "at", "a time with a zone (2026-09-14T10:10:00Z), and 29 more")
    assert (ended.row, ended.column, ended.found) == (2, "until", "a time with a zone (2026-09-14T11:00:00+02:00)")
    assert began.expected == "the school's time zone, so that the day of an error is the school's day"
    assert began.action == ended.action == asked
    assert (other.row, other.found) == (32, "'soon'") and "time_formats" in other.action


def test_with_the_school_s_zone_they_are_read():
    """Chicago is 5 hours behind UTC in September: 15:00Z is 10:00, and 17:30 at +02:00 is 15:30Z, half an hour later."""
    errors = read("at | until\n2026-09-14T15:00:00Z | 2026-09-14T17:30:00+02:00", timezone="America/Chicago")
    assert errors["opened_at"].tolist() == [pd.Timestamp("2026-09-14 10:00")]
    assert errors["ended_at"].tolist() == [pd.Timestamp("2026-09-14 10:30")]


def test_one_time_with_a_zone_among_others_speaks_of_no_more():
    with pytest.raises(DataError) as caught:
        read("at | until\n2026-09-14 10:00 |\n2026-09-14T10:00:00Z |")
    (problem,) = caught.value.problems
    assert (problem.row, problem.found) == (3, "a time with a zone (2026-09-14T10:00:00Z)")


def test_many_that_cannot_be_read_are_counted_without_those_that_want_a_zone():
    rows = [f"soon {n} |" for n in range(25)] + [f"2026-09-14T10:{n}:00Z |" for n in range(10, 20)]
    with pytest.raises(DataError) as caught:
        read("at | until\n" + "\n".join(rows))
    zone, *others, last = caught.value.problems
    assert zone.found.endswith("and 9 more")
    assert len(others) == 20 and last.found == "5 more times that cannot be read"  # 35 less 10 with a zone, less 20 named
