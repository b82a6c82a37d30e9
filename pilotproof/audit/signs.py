"""What nothing that leaves the district may hold: each sign gives what stands there and why it is one."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(
    r"(?<![\w.+-])(?:(?:\+\d{1,3}|1)[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-]|\.\d)"
    r"|(?<![\w+])\+[1-9]\d{0,2}(?:[ -]?\(?\d{1,5}\)?){2,5}(?![\w-]|\.\d)"  # from other countries: +44 20 7946 0958
)
LEAST_DIGITS = 9  # of a number with its country
MONTH_NAMES = "January February March April May June July August September October November December".split()
MONTHS = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in MONTH_NAMES) + ")"
DATE = re.compile(
    r"(?<![\w.-])(?:(?P<y1>\d{4})-\d\d-\d\d|\d{1,2}[/.-]\d{1,2}[/.-](?P<y2>\d{4})"
    rf"|{MONTHS}\.? \d{{1,2}},? (?P<y3>\d{{4}})|\d{{1,2}}\.? {MONTHS} (?P<y4>\d{{4}}))(?![\w-])"
)
BORN_WITHIN = (100, 3)  # years before the pilot in which somebody at a school was born
LOCAL_PATH = re.compile(
    r"(?<![\w/:.~<])/(?:home|Users|root|tmp|var|mnt|media|private|srv|work|opt|data)/[\w.@-]+"
    r"|(?<!\w)[A-Za-z]:\\(?:\\)?\w+|file:///+[\w.]+"
)
FEW_STUDENTS = re.compile(r"(?<![\w.,−–≥<>+/=-])(?<![<≤≥] )(?P<n>\d{1,3}) (?:of (?:the )?[\d,]+ )?(?:students?|pupils)\b")
NO_COUNT = ("fewer than ", "grade ", "year ", "grades ")  # "grade 6 students"
COUNTS_OF_STUDENTS = {"students", "n_treated", "n_comparison", "assigned", "analysed"}
COLUMNS_OF_STUDENTS = {"students", "students analyzed"}
ROWS_OF_STUDENTS = re.compile(r"(?:^|: )(?:students|score rows)[,:]", re.IGNORECASE)
LEFT_OUT = re.compile(r"\([−-](?P<n>\d+)\)")


@dataclass(frozen=True, slots=True)
class Sign:
    """what : the kind of thing; shown : what stands there, fit to be printed on the terminal"""

    what: str
    shown: str


def addresses(text: str) -> Iterator[Sign]:
    """E-mail addresses and telephone numbers."""
    for found in EMAIL.finditer(text) if "@" in text else ():
        yield Sign("an e-mail address", f"…@{found.group().rsplit('@', 1)[1]}")
    for found in PHONE.finditer(text):
        if found.group().startswith("+") and sum(map(str.isdigit, found.group())) < LEAST_DIGITS:
            continue  # a difference, +12.5 to 30
        yield Sign("a telephone number", re.sub(r"\d", "9", found.group()))


def births(text: str, *, year: int) -> Iterator[Sign]:
    """Days on which somebody at a school could have been born. year : of the pilot"""
    first, last = year - BORN_WITHIN[0], year - BORN_WITHIN[1]
    for found in DATE.finditer(text):
        of = int(next(part for part in found.groups() if part))
        if first <= of <= last:
            yield Sign("a day that could be a date of birth", f"a day in {of}")


def local_paths(text: str, *, places: tuple[str, ...]) -> Iterator[Sign]:
    """Where something lay on the computer. places : the project's folder and the user's home"""
    for place in places:
        if place in text:
            yield Sign("a path of this computer", place)
            return
    for found in LOCAL_PATH.finditer(text):
        yield Sign("a path of a computer", found.group())


def few_students(text: str, *, least: int) -> Iterator[Sign]:
    """Sentences that count few students."""
    for found in FEW_STUDENTS.finditer(text):
        before = text[max(0, found.start() - 12) : found.start()].casefold()
        if 0 < int(found["n"]) < least and not before.endswith(NO_COUNT):
            yield Sign("a group that is too small", f"“{found.group()}”")


def small_cells_of_tables(page: str, *, least: int) -> Iterator[Sign]:
    """Cells of the HTML page under a heading of students, and students left out by a rule."""
    reader = _Tables()
    reader.feed(page)
    for caption, rows in reader.tables:
        header = [cell.casefold() for cell in rows[0]] if rows else []
        counted = [place for place, cell in enumerate(header) if cell in COLUMNS_OF_STUDENTS]
        cells = [(row[0], row[place]) for row in rows[1:] for place in counted if place < len(row)]
        if ROWS_OF_STUDENTS.search(caption):
            cells += [(row[0], found["n"]) for row in rows[1:] for cell in row[1:] for found in LEFT_OUT.finditer(cell)]
        for name, cell in cells:
            if cell.isdecimal() and 0 < int(cell) < least:
                yield Sign("a group that is too small", f"{cell} in the row “{name}” of “{caption}”")


def small_cells_of_csv(text: str, *, least: int) -> Iterator[Sign]:
    """Cells under a heading of students, in the values behind a figure."""
    for row, cells in enumerate(csv.DictReader(text.splitlines()), start=2):
        for name, cell in cells.items():
            is_count = isinstance(name, str) and isinstance(cell, str) and name.strip().casefold() in COUNTS_OF_STUDENTS
            if is_count and cell.strip().isdecimal() and 0 < int(cell) < least:
                yield Sign("a group that is too small", f"{cell.strip()} in row {row} of the column “{name}”")


class _Tables(HTMLParser):
    """Tables with their captions, as rows of cells."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[str, list[list[str]]]] = []
        self._rows: list[list[str]] | None = None
        self._text: list[str] | None = None
        self._caption = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows, self._caption = [], self._caption
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in ("td", "th", "caption", "figcaption"):
            self._text = []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        text = " ".join("".join(self._text or []).split())
        if tag in ("td", "th") and self._rows:
            self._rows[-1].append(text)
        elif tag in ("caption", "figcaption"):
            self._caption = text
        elif tag == "table" and self._rows is not None:
            self.tables.append((self._caption, [row for row in self._rows if row]))
            self._rows, self._caption = None, ""
        if tag in ("td", "th", "caption", "figcaption"):
            self._text = None


def small_cells_of_json(path: Path, *, least: int) -> Iterator[Sign]:
    """Counts of students in evidence.json, wherever they stand."""
    yield from _walk(json.loads(path.read_text(encoding="utf-8")), least, "")


def _walk(part: Any, least: int, place: str) -> Iterator[Sign]:
    if isinstance(part, dict):
        for key, value in part.items():
            where = f"{place}.{key}".lstrip(".")
            if key in COUNTS_OF_STUDENTS and isinstance(value, int) and not isinstance(value, bool) and 0 < value < least:
                yield Sign("a group that is too small", f"{where} = {value}")
            yield from _walk(value, least, where)
    elif isinstance(part, list):
        for place_in_list, value in enumerate(part):
            yield from _walk(value, least, f"{place}[{place_in_list}]")
