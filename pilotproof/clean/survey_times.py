"""When responses were started and finished: every survey tool writes its times in the way of the country it was set to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from pilotproof.clean.values import parse_times
from pilotproof.errors import Problem
from pilotproof.sources.raw import RawTable

CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
YEAR_FIRST = (
    *(f"{day} {clock}" for day in ("%Y-%m-%d", "%Y/%m/%d") for clock in CLOCKS),
    *("%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d", "%Y/%m/%d"),
)
MONTH_FIRST = tuple(f"{day} {clock}".strip() for day in ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y") for clock in (*CLOCKS, ""))
DAY_FIRST = tuple(f"{day} {clock}".strip() for day in ("%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y") for clock in (*CLOCKS, ""))
DAY_OR_MONTH_FIRST = r"\d{1,2}[/.-]\d{1,2}[/.-].*"
# A zone or an offset behind the clock. Local time is what counts, and all responses of one survey have the same zone.
ZONE = (
    r"(?P<clock>:\d\d(?:\.\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?)\s*(?:Z|[+-]\d\d:?\d\d|\(?[A-Z]{3,5}(?:\s?[+-]\d{1,2}(?::?\d\d)?)?\)?)$"
)
ZONE_OF_FORMAT = re.compile(r"\s*(?:%z|%Z|Z)$")


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times.

    values : one for each row, NaT where the cell is empty
    is_ambiguous : every cell could be month first or day first; month first was taken
    """

    values: pd.Series
    problems: tuple[Problem, ...] = ()
    is_ambiguous: bool = False


def response_times(table: RawTable, column: str, formats: Sequence[str]) -> Times:
    """The times of a column; one order of day and month for the whole column, because that is how a tool writes it.

    formats : of the params, with or without seconds; when there are none the order is told from the cells
    """
    cells = table.frame[column].str.strip().str.replace(ZONE, r"\g<clock>", regex=True)
    cleaned = RawTable(table.file, pd.DataFrame({column: cells}))
    if formats:
        stated = [ZONE_OF_FORMAT.sub("", form) for form in formats]
        return _read(cleaned, column, [*stated, *(form.replace("%M", "%M:%S") for form in stated if "%S" not in form)])
    month_first = _read(cleaned, column, (*YEAR_FIRST, *MONTH_FIRST))
    if not cells.str.fullmatch(DAY_OR_MONTH_FIRST).any():
        return month_first
    day_first = _read(cleaned, column, (*YEAR_FIRST, *DAY_FIRST))
    if len(day_first.problems) < len(month_first.problems):
        return day_first
    is_either = not month_first.problems and not day_first.problems
    differs = (month_first.values != day_first.values) & month_first.values.notna()
    return replace(month_first, is_ambiguous=is_either and bool(differs.any()))


def _read(table: RawTable, column: str, formats: Sequence[str]) -> Times:
    values, problems = parse_times(table, column, formats=formats, may_be_empty=True)
    action = "Write how this file writes its times into `time_formats` of the survey, for example '%d/%m/%Y %H:%M'."
    return Times(values, tuple(replace(problem, expected="a date with a time", action=action) for problem in problems))
