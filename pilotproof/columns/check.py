"""The check that a tidy table keeps to the dictionary."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pilotproof.columns.column import Column
from pilotproof.columns.corrections import CORRECTIONS
from pilotproof.columns.flow import ACCOUNT, FLOW
from pilotproof.columns.lesson_coding import LESSON_CODE_PAIRS, LESSON_CODES
from pilotproof.columns.logs import ERRORS, SESSIONS
from pilotproof.columns.observations import OBSERVATION_PAIRS, OBSERVATIONS
from pilotproof.columns.probes import PROBES
from pilotproof.columns.students import STUDENTS
from pilotproof.columns.survey import SURVEY_ITEMS, SURVEY_QUALITY, SURVEY_QUOTES, TEACHER_SCALES
from pilotproof.columns.usage import USAGE
from pilotproof.errors import DataError, Problem

TABLES: Mapping[str, Mapping[str, Column]] = {
    "students": STUDENTS,
    "probes": PROBES,
    "teacher_scales": TEACHER_SCALES,
    "survey_items": SURVEY_ITEMS,
    "survey_quality": SURVEY_QUALITY,
    "survey_quotes": SURVEY_QUOTES,
    "sessions": SESSIONS,
    "errors": ERRORS,
    "observations": OBSERVATIONS,
    "observation_pairs": OBSERVATION_PAIRS,
    "lesson_codes": LESSON_CODES,
    "lesson_code_pairs": LESSON_CODE_PAIRS,
    "usage": USAGE,
    "flow": FLOW,
    "account": ACCOUNT,
    "corrections": CORRECTIONS,
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
    allowed = {*(column.allowed or ()), *([""] if column.may_be_empty else [])}
    if column.allowed and (other := sorted(set(present) - allowed)):
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
