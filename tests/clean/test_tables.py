"""Tidy tables from small exports: every rule at work, every contradiction named."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from pilotproof.clean.reliability import clean_errors, clean_sessions
from pilotproof.errors import DataError
from pilotproof.pilot import ErrorLogSource, SessionSource, Window
from pilotproof.sources.raw import RawTable

WINDOW = Window(start=date(2026, 9, 14), end=date(2026, 10, 9))


def raw(text: str, file: str = "data/raw/x/file.csv") -> RawTable:
    """A table drawn with | between cells; the first line holds the names."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return RawTable(file, pd.DataFrame(lines[1:], columns=lines[0], index=range(2, len(lines) + 1), dtype="str"))


LESSONS = SessionSource(
    file="l.csv",
    date_column="day",
    teacher_column="who",
    period_column="p",
    minutes_column="min",
    date_formats=("%Y-%m-%d", "%m/%d/%Y"),
)
ERRORS = ErrorLogSource(
    file="e.csv",
    time_column="at",
    teacher_column="who",
    period_column="p",
    category_column="kind",
    message_column="text",
    test_categories=("test",),
)
LESSON_ROWS = """
day        | who | p  | min
2026-09-14 | t1  | 3  | 45
09/15/2026 | T1  | P3 | 45
2026-09-14 | t1  | 3  | 45
2026-11-02 | t1  | 3  | 45
"""
ERROR_ROWS = """
at               | who | p   | kind  | text
2026-09-14 10:00 | t1  | 3   | Crash | froze
2026-09-14 10:00 | t1  | 3   | Crash | froze
2026-09-15 10:00 | t1  | 3rd | test  | ignore
"""


def test_lessons_and_errors():
    sessions = clean_sessions(raw(LESSON_ROWS), source=LESSONS, window=WINDOW).tables["sessions"]
    assert len(sessions) == 2 and sessions["session_hours"].sum() == 2 * 45 / 60
    cleaned = clean_errors(raw(ERROR_ROWS), source=ERRORS, window=WINDOW, sessions=sessions)
    errors, flow = cleaned.tables["errors"], cleaned.flow
    assert errors["category"].tolist() == ["crash"] and errors["period"].tolist() == ["3"]
    treated = flow[flow["arm"] == "treated"]
    assert treated["remaining"].tolist() == [3, 2, 1, 1]


def test_an_error_in_a_period_without_any_lesson_is_a_contradiction():
    sessions = clean_sessions(raw(LESSON_ROWS), source=LESSONS, window=WINDOW).tables["sessions"]
    text = ERROR_ROWS.replace("t1  | 3   | Crash", "t1  | 5   | Crash", 1)
    with pytest.raises(DataError, match="row 2, p: found an error in period '5'"):
        clean_errors(raw(text), source=ERRORS, window=WINDOW, sessions=sessions)


@pytest.mark.parametrize(("minutes", "said"), [("", "an empty cell"), ("0", "'0'"), ("600", "'600'"), ("long", "'long'")])
def test_minutes_must_be_a_lesson_s(minutes, said):
    with pytest.raises(DataError, match=f"row 2, min: found {said}"):
        clean_sessions(raw(LESSON_ROWS.replace("3  | 45", f"3  | {minutes}", 1)), source=LESSONS, window=WINDOW)
