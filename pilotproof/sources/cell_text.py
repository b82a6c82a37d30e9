"""Numbers of a workbook as a person would type them: dates, times, leading zeros, no digits that only a computer sees."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

BUILT_IN = {  # number formats that a workbook uses without defining them (ECMA-376 part 1, 18.8.30)
    **dict.fromkeys((*range(14, 18), *range(27, 32), *range(50, 59), 36), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47), "h:mm:ss"),
    22: "yyyy-mm-dd h:mm",
    46: "[h]:mm:ss",
}
NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.')  # texts and paddings in a number format
ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
BRACKETS = re.compile(r"\[[^\]]*\]")  # colours, conditions and languages
ZEROS = re.compile(r"0{2,40}")
WHOLE = re.compile(r"-?\d+")
LAST_SERIAL = 2_958_466  # the day after 9999-12-31
FIRST_AFTER_THE_GAP = 61  # day 60 is 29 February 1900, which was none
SECONDS_A_DAY = 86_400
AS_SHOWN_DIGITS = ".15g"  # Excel works and shows with 15 digits; the file has 17, so 0.1 + 0.2 is 0.30000000000000004 there

Form = Callable[[str, bool], str]


def form_of(code: str) -> Form:
    """How a number with this format's code becomes text, given its digits in the file and whether days count from 1904."""
    shown = NOT_SHOWN.sub("", code.split(";")[0])
    if ELAPSED.search(shown):
        return _elapsed
    letters = BRACKETS.sub("", shown).casefold().replace("general", "")
    if re.search("[dy]", letters) or (re.search("m", letters) and not re.search("[hs]", letters)):
        return _moment_to_the_millisecond if ".0" in letters else _moment
    if re.search("[hs]", letters):
        return _moment_to_the_millisecond if ".0" in letters else _moment
    if ZEROS.fullmatch(letters):
        return lambda digits, _: _padded(digits, len(letters))
    return plain


def plain(digits: str, _is_1904: bool = False) -> str:
    """The number as Excel shows it unformatted: 15 digits, whole numbers without a point."""
    if digits.isdecimal() or WHOLE.fullmatch(digits):
        return digits
    try:
        number = float(digits)
    except ValueError:
        return digits
    if number.is_integer() and abs(number) < 1e21:
        return str(int(number))
    return format(number, AS_SHOWN_DIGITS)


def iso_text(text: str) -> str:
    """A date that the file spells as 2026-09-14T10:12:00 in the form of all others."""
    day, _, clock = text.removesuffix("Z").partition("T")
    clock = clock.removesuffix(".000")
    return day if clock in ("", "00:00:00") else f"{day} {clock}".strip()


def _padded(digits: str, width: int) -> str:
    text = plain(digits)
    return text.zfill(width) if WHOLE.fullmatch(text) else text


def _moment(digits: str, is_1904: bool) -> str:
    return _as_moment(digits, is_1904, 1)


def _moment_to_the_millisecond(digits: str, is_1904: bool) -> str:
    return _as_moment(digits, is_1904, 1000)


def _as_moment(digits: str, is_1904: bool, parts: int) -> str:
    """2026-09-14, 2026-09-14 10:12:00 or 10:12:00; a number that is no day of the calendar stays a number."""
    serial = _number(digits)
    if serial is None or not 0 <= serial < LAST_SERIAL or (int(serial) == FIRST_AFTER_THE_GAP - 1 and not is_1904):
        return plain(digits)
    if is_1904:
        first = datetime(1904, 1, 1)
    else:
        first = datetime(1899, 12, 30) if serial >= FIRST_AFTER_THE_GAP else datetime(1899, 12, 31)
    pieces = int(serial * SECONDS_A_DAY * parts + 0.5)  # to the nearest second: the fraction is never exact
    try:
        moment = first + timedelta(seconds=pieces // parts, milliseconds=pieces % parts)
    except OverflowError:
        return plain(digits)
    clock = f"{moment:%H:%M:%S}" + (f".{moment.microsecond // 1000:03d}" if moment.microsecond else "")
    if serial < 1:
        return clock
    day = moment.date().isoformat()
    return day if clock == "00:00:00" else f"{day} {clock}"


def _elapsed(digits: str, _is_1904: bool) -> str:
    """A duration as hours, minutes and seconds; 26:30:00 is more than a day."""
    days = _number(digits)
    if days is None or not 0 <= days < LAST_SERIAL:
        return plain(digits)
    seconds = int(days * SECONDS_A_DAY + 0.5)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _number(digits: str) -> float | None:
    try:
        number = float(digits)
    except ValueError:
        return None
    return number if number == number else None
