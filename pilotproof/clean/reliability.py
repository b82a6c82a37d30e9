"""Technical errors, and the lessons in which they could have happened."""

from __future__ import annotations

from functools import partial

import pandas as pd

from pilotproof.clean.cleaned import Cleaned
from pilotproof.clean.flow import Rule, apply_rules
from pilotproof.clean.values import normalise_id, normalise_period, parse_numbers, parse_times
from pilotproof.columns import check_table
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import ErrorLogSource, SessionSource, Window
from pilotproof.sources.raw import RawTable, require_columns

MINUTES_PER_HOUR = 60
LONGEST_LESSON_MINUTES = 480


def clean_sessions(raw: RawTable, *, source: SessionSource, window: Window) -> Cleaned:
    """Lessons in which the tool was run (columns.SESSIONS), and their flow. Raises DataError."""
    require_columns(raw, [source.date_column, source.teacher_column, source.period_column, source.minutes_column])
    session_date, problems = parse_times(raw, source.date_column, formats=source.date_formats)
    minutes, found = parse_numbers(raw, source.minutes_column, low=1, high=LONGEST_LESSON_MINUTES)
    if problems := problems + found + _empty_minutes(raw, source.minutes_column, minutes):
        raise DataError(problems)
    sessions = _with_place(raw, source.teacher_column, source.period_column).assign(
        session_date=session_date, session_hours=minutes / MINUTES_PER_HOUR
    )
    rules = [entered_once, partial(in_window, start=window.start, end=window.end)]
    kept, flow = apply_rules(sessions, rules, table="lessons", start=f"Rows in {raw.file.rsplit('/', 1)[-1]}")
    columns = ["session_date", "teacher_id", "period", "session_hours"]
    tidy = check_table(kept[columns].sort_values(columns, ignore_index=True), "sessions")
    return Cleaned(tables={"sessions": tidy}, flow=flow)


def clean_errors(raw: RawTable, *, source: ErrorLogSource, window: Window, sessions: pd.DataFrame | None) -> Cleaned:
    """Reported errors (columns.ERRORS), and their flow.

    sessions : the lessons, to check that every error falls into a period in which the tool was run
    Raises DataError for unreadable times and for errors in a period without any lesson.
    """
    require_columns(
        raw,
        [
            source.time_column,
            source.teacher_column,
            source.period_column,
            source.category_column,
            source.message_column,
        ],
    )
    reported_at, problems = parse_times(raw, source.time_column, formats=source.time_formats)
    if problems:
        raise DataError(problems)
    tests = {category.casefold() for category in source.test_categories}
    category = raw.frame[source.category_column].str.strip().str.casefold()
    errors = _with_place(raw, source.teacher_column, source.period_column).assign(
        reported_at=reported_at,
        session_date=reported_at.dt.normalize(),
        category=category,
        message=raw.frame[source.message_column].str.strip(),
        is_test=category.isin(tests),
    )
    rules: list[Rule] = [entered_once, not_a_test, partial(in_window, start=window.start, end=window.end)]
    kept, flow = apply_rules(errors, rules, table="error reports", start=f"Rows in {raw.file.rsplit('/', 1)[-1]}")
    if sessions is not None:
        _check_exposure(kept, sessions, raw, source.period_column)
    columns = ["reported_at", "session_date", "teacher_id", "period", "category"]
    tidy = check_table(kept[columns].sort_values(columns, ignore_index=True), "errors")
    return Cleaned(tables={"errors": tidy}, flow=flow)


# ---- rules: the docstring is the label in the flow ----------------------------------------------------------------


def entered_once(frame: pd.DataFrame) -> pd.Series:
    """Same row entered twice."""
    return ~frame.duplicated(keep="first")


def not_a_test(frame: pd.DataFrame) -> pd.Series:
    """Entry made to try the form."""
    return ~frame["is_test"]


def in_window(frame: pd.DataFrame, *, start: object, end: object) -> pd.Series:
    """Outside the pilot's window ({start} to {end})."""
    return frame["session_date"].between(pd.Timestamp(start), pd.Timestamp(end))


# ---- steps --------------------------------------------------------------------------------------------------------


def _with_place(raw: RawTable, teacher_column: str, period_column: str) -> pd.DataFrame:
    teacher = normalise_id(raw.frame[teacher_column])
    return pd.DataFrame(
        {
            "teacher_id": teacher,
            "period": normalise_period(raw.frame[period_column]),
            "arm": pd.Series("treated", index=raw.frame.index, dtype="str"),
            "cluster": teacher,
        }
    )


def _empty_minutes(raw: RawTable, column: str, minutes: pd.Series) -> list[Problem]:
    empty = minutes.isna() & (raw.frame[column].str.strip() == "")
    return [
        Problem(
            file=raw.file,
            row=int(row),
            column=column,
            found="an empty cell",
            expected="how many minutes the tool was in use",
            action="Fill it in at the source; without it errors cannot be turned into a rate.",
        )
        for row in minutes.index[empty]
    ]


def _check_exposure(errors: pd.DataFrame, sessions: pd.DataFrame, raw: RawTable, column: str) -> None:
    lost = errors[~errors["period"].isin(sessions["period"])]
    problems = [
        Problem(
            file=raw.file,
            row=int(row),
            column=column,
            found=f"an error in period '{period}'",
            expected="a period in which the tool was run at least once, as in the file of lessons",
            action="Complete the file of lessons, or correct the period.",
        )
        for row, period in lost["period"].items()
    ]
    if problems:
        raise DataError(problems)
