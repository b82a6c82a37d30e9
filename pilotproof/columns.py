"""The dictionary of every column of the tidy tables, and the check that a table keeps to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pilotproof.errors import DataError, Problem

Kind = Literal["text", "number", "whole number", "yes or no", "date", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a tidy table.

    low, high : smallest and largest allowed value, in `unit`
    allowed : the only values that may occur
    may_be_empty : whether a missing value is allowed
    """

    kind: Kind
    meaning: str
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] | None = None
    may_be_empty: bool = False


STUDENTS = {
    "student_id": Column(kind="text", meaning="Student, normalised id"),
    "class_id": Column(kind="text", meaning="Class in which the student was at the start"),
    "teacher_id": Column(kind="text", meaning="Teacher of that class", may_be_empty=True),
    "school_id": Column(kind="text", meaning="School (site)"),
    "district_id": Column(kind="text", meaning="District (site)"),
    "is_treated": Column(kind="yes or no", meaning="In an arm that used the tool"),
    "outcome": Column(kind="text", meaning="Name of the outcome in the params file"),
    "pretest_score": Column(kind="number", meaning="Score before", unit="outcome's unit", may_be_empty=True),
    "posttest_score": Column(kind="number", meaning="Score after", unit="outcome's unit", may_be_empty=True),
    "is_analysed": Column(kind="yes or no", meaning="Has every score that the analysis needs"),
}
TEACHER_SCALES = {
    "teacher_id": Column(kind="text", meaning="Teacher, normalised id"),
    "wave": Column(kind="text", meaning="Survey wave", allowed=("before", "after")),
    "subscale": Column(kind="text", meaning="Subscale of the instrument"),
    "items_answered": Column(kind="whole number", meaning="Items of the subscale with an answer", unit="items", low=0),
    "scale_score": Column(
        kind="number", meaning="Mean of answered items, reverse keys turned", unit="scale points", may_be_empty=True
    ),
    "is_paired": Column(kind="yes or no", meaning="The teacher answered both waves"),
}
SESSIONS = {
    "session_date": Column(kind="date", meaning="Day of the lesson"),
    "teacher_id": Column(kind="text", meaning="Teacher, normalised id"),
    "period": Column(kind="text", meaning="Class period of the school day"),
    "session_hours": Column(kind="number", meaning="Time the tool was in use", unit="hours", low=0, high=8),
}
ERRORS = {
    "reported_at": Column(kind="time", meaning="When the error was reported, local time"),
    "session_date": Column(kind="date", meaning="Day of the lesson"),
    "teacher_id": Column(kind="text", meaning="Teacher, normalised id"),
    "period": Column(kind="text", meaning="Class period of the school day"),
    "category": Column(kind="text", meaning="Kind of error as logged, lower case"),
}
FLOW = {
    "table": Column(kind="text", meaning="What is counted"),
    "step": Column(kind="whole number", meaning="Order of the step within its table", low=0),
    "label": Column(kind="text", meaning="The rule, in words"),
    "arm": Column(kind="text", meaning="Arm of those counted", allowed=("treated", "comparison", "neither")),
    "removed": Column(kind="whole number", meaning="Rows left out by this rule", unit="rows", low=0),
    "remaining": Column(kind="whole number", meaning="Rows left after this rule", unit="rows", low=0),
    "clusters": Column(kind="whole number", meaning="Clusters left after this rule", unit="clusters", low=0),
}

TABLES: Mapping[str, Mapping[str, Column]] = {
    "students": STUDENTS,
    "teacher_scales": TEACHER_SCALES,
    "sessions": SESSIONS,
    "errors": ERRORS,
    "flow": FLOW,
}

_IS_KIND = {
    "text": pd.api.types.is_string_dtype,
    "number": pd.api.types.is_float_dtype,
    "whole number": pd.api.types.is_integer_dtype,
    "yes or no": pd.api.types.is_bool_dtype,
    "date": pd.api.types.is_datetime64_any_dtype,
    "time": pd.api.types.is_datetime64_any_dtype,
}


def check_table(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return `frame` unchanged if it keeps to the dictionary; raise DataError with every breach otherwise."""
    columns = TABLES[table]
    problems: list[Problem] = []
    if list(frame.columns) != list(columns):
        problems.append(_breach(table, None, ", ".join(map(str, frame.columns)), ", ".join(columns)))
    for name, column in columns.items():
        if name in frame:
            problems.extend(_check_column(frame[name], name, column, table))
    if problems:
        raise DataError(problems)
    return frame


def _check_column(values: pd.Series, name: str, column: Column, table: str) -> list[Problem]:
    present = values.dropna()
    if len(values) and not _IS_KIND[column.kind](values):
        return [_breach(table, name, f"type {values.dtype}", column.kind)]
    problems = []
    if len(present) < len(values) and not column.may_be_empty:
        problems.append(_breach(table, name, f"{len(values) - len(present)} empty values", "none"))
    if column.allowed and (other := sorted(set(present) - set(column.allowed))):
        problems.append(_breach(table, name, ", ".join(other[:5]), " or ".join(column.allowed)))
    if column.low is not None and (present < column.low).any():
        problems.append(_breach(table, name, f"{present.min():g}", f"at least {column.low:g} {column.unit or ''}"))
    if column.high is not None and (present > column.high).any():
        problems.append(_breach(table, name, f"{present.max():g}", f"at most {column.high:g} {column.unit or ''}"))
    return problems


def _breach(table: str, column: str | None, found: str, expected: str) -> Problem:
    return Problem(
        file=f"data/processed: {table}.parquet",
        column=column,
        found=found,
        expected=expected.strip(),
        action="Run `make report` again; if it comes back, the cleaning code breaks its own dictionary.",
    )
