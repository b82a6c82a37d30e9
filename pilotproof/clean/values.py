"""From text to ids, numbers, dates and answers. Each parser returns its values and every problem it met."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import pandas as pd

from pilotproof.errors import Problem
from pilotproof.instrument import Instrument
from pilotproof.sources.raw import RawTable

Parsed = tuple[pd.Series, list[Problem]]

NUMBERED_ANSWER = re.compile(r"^(\d+)\s*(?:[-–—:.)=]\s*(?:\D.*)?)?$")  # "4 - Agree" and "4.", but not "3.5"
FIRST_NUMBER = re.compile(r"\d+")


def normalise_id(values: pd.Series) -> pd.Series:
    """Ids without surrounding spaces and in capitals: ' s-20417' and 'S-20417' are one student."""
    return values.str.strip().str.upper()


def normalise_period(values: pd.Series) -> pd.Series:
    """The class period's number where there is one ('P3', 'Period 3' and '3rd' are '3'), else its name."""

    def short(text: str) -> str:
        number = FIRST_NUMBER.search(text)
        return number.group() if number else text.strip()

    return values.map(short).astype("str")


def is_missing(values: pd.Series, missing: Collection[str]) -> pd.Series:
    """Whether each cell is one of the spellings of a missing value, whatever its case and padding."""
    spellings = {spelling.strip().casefold() for spelling in missing} | {""}
    return values.str.strip().str.casefold().isin(spellings)


def parse_numbers(
    table: RawTable, column: str, *, missing: Collection[str] = (), low: float | None = None, high: float | None = None
) -> Parsed:
    """Numbers with missing values as NaN; a cell that is no number, or lies outside low..high, is a problem."""
    cells = table.frame[column]
    absent = is_missing(cells, missing)
    numbers = pd.to_numeric(cells.where(~absent).str.strip(), errors="coerce")
    unreadable = numbers.isna() & ~absent
    outside = pd.Series(False, index=cells.index)
    if low is not None:
        outside |= numbers < low
    if high is not None:
        outside |= numbers > high
    expected = "a number" if low is None and high is None else f"a number {_range(low, high)}"
    action = "Correct it at its source and export again; if it means a missing value, add it to `missing` in the params."
    problems = _problems(table, column, unreadable | outside, expected=expected, action=action)
    return numbers.astype("float64"), problems


def parse_times(table: RawTable, column: str, *, formats: Sequence[str]) -> Parsed:
    """Dates or times, read by the first of `formats` that fits; a cell that none fits is a problem."""
    cells = table.frame[column].str.strip()
    times = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")
    for form in formats:
        times = times.fillna(pd.to_datetime(cells.where(times.isna()), format=form, errors="coerce").astype(times.dtype))
    problems = _problems(
        table,
        column,
        times.isna(),
        expected=f"a date written as {' or '.join(formats)}",
        action="Add the format that this file uses to its formats in the params.",
    )
    return times, problems


def parse_answers(table: RawTable, column: str, *, instrument: Instrument, missing: Collection[str]) -> Parsed:
    """Likert answers as numbers: anchor text in any case, a number, or a number with its anchor ('4 - Agree')."""
    by_text = {anchor.casefold(): number for number, anchor in instrument.anchors.items()}

    def number_of(text: str) -> float:
        cleaned = " ".join(text.split()).casefold()
        if cleaned in by_text:
            return by_text[cleaned]
        numbered = NUMBERED_ANSWER.match(cleaned)
        value = int(numbered.group(1)) if numbered else None
        return value if value is not None and instrument.low <= value <= instrument.high else float("nan")

    cells = table.frame[column]
    absent = is_missing(cells, missing)
    answers = cells.where(~absent, "").map(number_of).astype("float64")
    problems = _problems(
        table,
        column,
        answers.isna() & ~absent,
        expected=f"an answer from {instrument.low} to {instrument.high}, or one of {', '.join(instrument.anchors.values())}",
        action=f"Check that this column belongs to the item it is mapped to in the params ({instrument.title}).",
    )
    return answers, problems


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"of at most {high:g}"
    return f"of at least {low:g}" if high is None else f"from {low:g} to {high:g}"


def _problems(table: RawTable, column: str, wrong: pd.Series, *, expected: str, action: str) -> list[Problem]:
    cells = table.frame.loc[wrong, column]
    return [
        Problem(file=table.file, row=int(row), column=column, found=repr(cell), expected=expected, action=action)
        for row, cell in cells.items()
    ]
