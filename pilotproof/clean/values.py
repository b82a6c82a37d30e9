"""From text to ids, numbers, dates and answers. Each parser returns its values and every problem it met."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from pilotproof.errors import Problem
from pilotproof.instrument import Instrument
from pilotproof.sources.raw import RawTable
from pilotproof.sources.wording import folded

Parsed = tuple[pd.Series, list[Problem]]

NUMBER_ALONE = re.compile(r"[(\[]?(?P<number>\d{1,9})(?:[.,]0+)?[)\]]?")  # "4", "(4)", and "4.0" as statistics programs write it
NUMBER_FIRST = re.compile(r"[(\[]?(?P<number>\d{1,9})[)\]]?\s*[-:.)=/]?\s*(?P<words>[^\d\s].*)")  # "4 - Agree", but not "3.5"
NUMBER_LAST = re.compile(r"(?P<words>.*[^\d\s(\[.,:=/-])\s*[-:=/]?\s*[(\[]?(?P<number>\d{1,9})[)\]]?")  # "Agree (4)", "Agree = 4"
LONGEST_ANSWER = 500  # characters; longer cells are texts
LONGEST_SHOWN = 60  # characters of a cell that a message shows
FIRST_NUMBER = re.compile(r"\d+")
SPACES = r"[\s\u00a0\u2009\u202f']"
THOUSANDS = r"[-+]?\d{1,3}(?:,\d{3})+"
WITH_THOUSANDS = r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"
DAY_NUMBER = r"[2-7]\d{4}(?:\.\d+)?"  # 20000 to 79999: the years 1954 to 2119
SECONDS_PER_DAY = 86_400
MOST_FORMATS = 3  # that a message spells out
SAMPLE = pd.Timestamp(2026, 9, 15, 13, 45, 20)  # its day cannot be a month
PART = re.compile(r"%[A-Za-z]")
PARTS = {
    "%Y": "year",
    "%y": "year in two digits",
    "%m": "month",
    "%d": "day",
    "%b": "month's short name",
    "%B": "month's name",
    "%H": "hour",
    "%I": "hour up to 12",
    "%M": "minute",
    "%S": "second",
    "%f": "fraction of a second",
    "%p": "AM or PM",
}
CODES = "%Y is the year, %m the month, %d the day, %H the hour and %M the minute; %m/%d/%Y reads 09/15/2026"
LOCAL_ISO_TIMES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f")  # read in every log, whatever its formats; Parquet has these
DAY_ZERO = pd.Timestamp(1899, 12, 30)  # of the spreadsheets' calendar


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
    table: RawTable,
    column: str,
    *,
    missing: Collection[str] = (),
    missing_key: str | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Parsed:
    """Numbers with missing values as NaN; a cell that is no number, or lies outside low..high, is a problem.

    missing_key : the key of the params that lists the spellings of a missing value, where there is one for this file

    Read are 1234.5, 1,234.5, 1 234,5 and 95%. A lone comma is a decimal comma where the column has one that cannot divide
    thousands (45,5), else it divides thousands.
    """
    cells = table.frame[column]
    absent = is_missing(cells, missing)
    numbers = pd.to_numeric(_with_decimal_points(cells.where(~absent, "")), errors="coerce")
    unreadable = (numbers.isna() | np.isinf(numbers)) & ~absent
    outside = pd.Series(False, index=cells.index)
    if low is not None:
        outside |= numbers < low
    if high is not None:
        outside |= numbers > high
    expected = "a number" if low is None and high is None else f"a number {_range(low, high)}"
    action = (
        "Correct it at its source and export again, or in corrections.yaml."
        if missing_key is None
        else f"Correct it at its source and export again; if it means a missing value, add it to {missing_key} in the params."
    )
    problems = _problems(table, column, unreadable | outside, expected=expected, action=action)
    return numbers.astype("float64"), problems


def parse_words(table: RawTable, column: str, *, values: Mapping[str, float], missing: Collection[str] = ()) -> Parsed:
    """The numbers that words stand for, whatever their case and padding; missing ones are NaN, another word is a problem."""
    cells = table.frame[column].str.strip().str.casefold()
    absent = is_missing(table.frame[column], missing)
    numbers = cells.map({word.strip().casefold(): float(value) for word, value in values.items()}).where(~absent)
    problems = _problems(
        table,
        column,
        numbers.isna() & ~absent,
        expected=f"one of {', '.join(values)}",
        action="Add its spelling to yes_values, no_values or missing in the params, or correct it and export again.",
    )
    return numbers.astype("float64"), problems


def _with_decimal_points(cells: pd.Series) -> pd.Series:
    text = cells.str.replace(SPACES, "", regex=True).str.removesuffix("%").str.replace("−", "-")
    has_comma, has_point = text.str.contains(",", regex=False), text.str.contains(".", regex=False)
    is_decimal = has_comma & has_point & (text.str.rfind(",") > text.str.rfind("."))
    alone = has_comma & ~has_point
    if (alone & ~text.str.fullmatch(THOUSANDS)).any():
        is_decimal |= alone
    pointed = text.where(~is_decimal, text.str.replace(".", "").str.replace(",", "."))
    return pointed.where(is_decimal | ~text.str.fullmatch(WITH_THOUSANDS), text.str.replace(",", ""))


def parse_times(table: RawTable, column: str, *, formats: Sequence[str], may_be_empty: bool = False) -> Parsed:
    """Dates or times, read by the first of `formats` that fits, or as a day number of a spreadsheet.

    A cell that none fits is a problem, and so is an empty one unless it `may_be_empty`.
    """
    cells = table.frame[column].str.strip()
    times = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")
    unsure = pd.Series(False, index=cells.index)
    for form in formats:
        if times.notna().any() and times.isna().any():
            unsure |= _differs(cells, times, form)
        read = pd.to_datetime(cells.where(times.isna()), format=form, errors="coerce", utc="Z" in form)
        times = times.fillna((read.dt.tz_localize(None) if read.dt.tz else read).astype(times.dtype))
    serial = pd.to_numeric(cells.where(cells.str.fullmatch(DAY_NUMBER)), errors="coerce")
    seconds = np.floor(serial * SECONDS_PER_DAY + 0.5)  # a day number is a fraction, and seldom an exact one
    times = times.fillna((DAY_ZERO + pd.to_timedelta(seconds, unit="s")).astype(times.dtype))
    wrong = times.isna() & (cells != "") if may_be_empty else times.isna()
    problems = _problems(
        table,
        column,
        wrong,
        expected=f"a date written as {_spoken_formats(formats)}",
        action=f"Say in this file's formats in the params how it writes dates, instead of one that does not fit ({CODES}).",
    )
    return times, problems + _problems(
        table,
        column,
        unsure,
        expected=f"a date that only one of {' and '.join(map(spoken_format, formats))} can read",
        action="Leave in the params only the format that this file uses: day first or month first.",
    )


def _spoken_formats(formats: Sequence[str]) -> str:
    """The first few, where an export's own layout allows many."""
    more = len(formats) - MOST_FORMATS
    shown = [spoken_format(form) for form in formats[:MOST_FORMATS]]
    return " or ".join([*shown, f"one of {more} more forms"] if more > 0 else shown)


def spoken_format(form: str) -> str:
    """`%m/%d/%Y` as a person would say it: month/day/year, such as 09/15/2026."""
    words = PART.sub(lambda code: PARTS.get(code[0], code[0]), form)
    return f"{words}, such as {SAMPLE.strftime(form)}"


def _differs(cells: pd.Series, times: pd.Series, form: str) -> pd.Series:
    """Cells that were read by an earlier format and mean another day by `form`, if `form` is needed for others."""
    other = pd.to_datetime(cells, format=form, errors="coerce", utc="Z" in form)
    other = (other.dt.tz_localize(None) if other.dt.tz else other).astype(times.dtype)
    is_needed = (times.isna() & other.notna()).any()
    return times.notna() & other.notna() & (times != other) & is_needed


def parse_answers(
    table: RawTable, column: str, *, instrument: Instrument, missing: Collection[str], recode: Mapping[str, int] | None = None
) -> Parsed:
    """Likert answers as numbers: an anchor in any case, a number, or both ('4 - Agree', 'Agree (4)').

    recode : the number for each code or wording of this export that is not the codebook's; with codes in it no other number
        is an answer, because its meaning would be a guess
    Each wording that is no answer is one problem, however many rows have it.
    """
    read = AnswerReader(instrument, recode or {})
    cells = table.frame[column]
    absent = is_missing(cells, missing)
    answers = cells.where(~absent, "").map({cell: read(cell) for cell in cells.unique()} | {"": float("nan")}).astype("float64")
    unknown = cells[answers.isna() & ~absent]
    problems = []
    for text, rows in unknown.groupby(unknown.map(folded), sort=False):
        more = f" and in {len(rows) - 1:,} more rows" if len(rows) > 1 else ""
        problems.append(
            Problem(
                file=table.file,
                row=int(rows.index[0]),
                column=column,
                found=f"{rows.iloc[0][:LONGEST_SHOWN]!r}{more}",
                expected=read.expected,
                action=read.advice(str(text)),
            )
        )
    return answers, problems


class AnswerReader:
    """Reads one answer: the number it stands for in `instrument`, NaN when it stands for none."""

    def __init__(self, instrument: Instrument, recode: Mapping[str, int]) -> None:
        self._codes = {folded(text): number for text, number in recode.items()}
        self._words = {folded(text): number for number, text in instrument.anchors.items()}
        self._words |= {folded(text): number for number, texts in instrument.also.items() for text in texts}
        self._words |= self._codes
        self._range = range(instrument.low, instrument.high + 1)
        self._title = instrument.title
        words = [f", or one of {', '.join(instrument.anchors.values())}"] if instrument.anchors else []
        codes = [f", or one of the codes {', '.join(recode)}"] if recode else []
        self.expected = f"an answer from {instrument.low} to {instrument.high}{''.join(words + codes)}"

    def __call__(self, text: str) -> float:
        answer = folded(text[:LONGEST_ANSWER])
        if answer in self._words:
            return self._words[answer]
        if (alone := NUMBER_ALONE.fullmatch(answer)) is not None:
            return self._number(alone["number"])
        both = NUMBER_FIRST.fullmatch(answer) or NUMBER_LAST.fullmatch(answer)
        return self._agreeing(self._number(both["number"]), folded(both["words"])) if both else float("nan")

    def advice(self, answer: str) -> str:
        """What to do about an answer that was not read."""
        near = difflib.get_close_matches(answer, self._words, n=1, cutoff=0.75)
        hint = f"If it means {self._words[near[0]]} ('{near[0]}'), add it to `recode` in the params. " if near else ""
        return f"{hint}Check that this column belongs to the item it is mapped to in the params ({self._title})."

    def _number(self, digits: str) -> float:
        if any(code.isdecimal() for code in self._codes):
            return self._codes.get(digits, float("nan"))
        return int(digits) if int(digits) in self._range else float("nan")

    def _agreeing(self, number: float, words: str) -> float:
        """The number, unless the words beside it mean another one: then the scale runs the other way, or is another scale."""
        if self._words.get(words, number) != number:
            return float("nan")
        is_worded = number in self._words.values()
        return number if words in self._words or not words or not is_worded else float("nan")


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
