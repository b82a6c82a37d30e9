"""Where errors and use lay: counted by hand in small tables."""

from __future__ import annotations

import pandas as pd
import pytest

from pilotproof.analyse.calendar import calendar_of
from pilotproof.stats.counts import poisson_rate


def tables(lessons: list[tuple[str, str, float]], errors: list[tuple[str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    sessions = pd.DataFrame(lessons, columns=["session_date", "period", "session_hours"])
    found = pd.DataFrame(errors, columns=["session_date", "period"])
    for frame in (sessions, found):
        frame["session_date"] = pd.to_datetime(frame["session_date"])
    return found, sessions


LESSONS = [("2026-09-14", "1", 0.5), ("2026-09-14", "1", 0.75), ("2026-09-15", "2", 1.0), ("2026-09-28", "1", 1.0)]
ERRORS = [("2026-09-14", "1"), ("2026-09-14", "1"), ("2026-09-16", "3"), ("2026-09-29", "")]


def test_every_place_of_a_lesson_or_an_error_has_a_cell():
    found = calendar_of(*tables(LESSONS, ERRORS), confidence=0.95)
    assert found["calendar_by"] == "day"
    cells = {(f"{cell.day}", cell.period): (cell.errors, cell.hours, cell.lessons) for cell in found["calendar"]}
    assert cells == {
        ("2026-09-14", "1"): (2, 1.25, 2),
        ("2026-09-15", "2"): (0, 1.0, 1),
        ("2026-09-16", "3"): (1, 0.0, 0),  # fits no lesson on record
        ("2026-09-28", "1"): (0, 1.0, 1),
    }


def test_weeks_begin_on_monday_and_one_without_lessons_has_no_rate():
    weeks = calendar_of(*tables(LESSONS, ERRORS), confidence=0.95)["weeks"]
    assert [(f"{week.monday}", week.errors, week.hours) for week in weeks] == [
        ("2026-09-14", 3, 2.25),
        ("2026-09-21", 0, 0.0),
        ("2026-09-28", 1, 1.0),
    ]
    assert weeks[0].rate == poisson_rate(3, 2.25, confidence=0.95) and weeks[1].rate is None


def test_a_long_window_is_told_by_weeks():
    days = pd.bdate_range("2026-09-14", periods=31)
    found = calendar_of(*tables([(f"{day:%F}", "1", 1.0) for day in days], [("2026-09-16", "1")]), confidence=0.95)
    assert found["calendar_by"] == "week" and len(found["calendar"]) == 7
    assert found["calendar"][0].errors == 1 and found["calendar"][0].hours == 5.0
    assert sum(cell.hours for cell in found["calendar"]) == pytest.approx(31)


def test_without_an_error_there_is_a_calendar_too():
    found = calendar_of(*tables(LESSONS, []), confidence=0.9)
    assert {cell.errors for cell in found["calendar"]} == {0} and found["weeks"][0].rate.events == 0
