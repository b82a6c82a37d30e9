"""What a file is, how many records it has and what one of them is, told from its content. Used when a file is received."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import MOST_BYTES, MOST_CHARACTERS_IN_A_CELL, MOST_RECEIVED_BYTES
from pilotproof.sources.foreign import refuse_foreign
from pilotproof.sources.grid import Grid, read_grid, table_of
from pilotproof.sources.json_records import read_json_records
from pilotproof.sources.large import is_large
from pilotproof.sources.log_reader import LogPlace, counted, is_parquet_file
from pilotproof.sources.raw import RawTable
from pilotproof.sources.survey_formats import TOOLS, read_survey
from pilotproof.sources.text import delimiter_of, read_text
from pilotproof.sources.workbook import is_workbook

LOG_LINE = re.compile(  # has a day and a time in its first line; the first line of a table has names
    r"[^\r\n]{0,60}?(\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4}|\d\d?/[A-Z][a-z]{2}/\d{4}|[A-Z][a-z]{2} {1,2}\d{1,2})"
    r"[T: ,]{1,3}\d\d?:\d\d"
)
GENERAL_KINDS = ("Parquet", "table", "JSON", "JSON lines", "log")  # of which the content does not say what a record is
EVIDENCE_KEY = '"evidence_version"'  # findings.evidence_file
JSON_STARTS = ("{", "[{", "[ {", "[]")


@dataclass(frozen=True, slots=True)
class Detected:
    """What a file was taken for.

    kind : in words, for its passport
    rows : its records
    notes : sentences on how it was read that a person should see
    """

    kind: str
    one_row_is: str
    rows: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of table: how it is recognised, and how its records are taken out of the grid."""

    kind: str
    one_row_is: str
    recognises: Callable[[Grid], bool]
    read: Callable[[Grid], RawTable]


def _responses(grid: Grid) -> RawTable:
    return read_survey(grid).table


def _has_columns(*names: str) -> Callable[[Grid], bool]:
    return lambda grid: bool(grid.rows) and set(names) <= {name.strip() for name in grid.rows[0]}


LAYOUTS = (  # the first that fits; a reader of a new format with other header rows adds itself here
    *(Layout(f"{tool.title} survey", "one survey response", tool.recognises, _responses) for tool in TOOLS),
    Layout("OneRoster academic sessions", "one school year or term", _has_columns("sourcedId", "schoolYear"), table_of),
    Layout("OneRoster orgs", "one school or district", _has_columns("sourcedId", "parentSourcedId", "type"), table_of),
    Layout("OneRoster users", "one student or teacher", _has_columns("sourcedId", "identifier", "role"), table_of),
    Layout("OneRoster classes", "one class", _has_columns("sourcedId", "schoolSourcedId", "classType"), table_of),
    Layout("OneRoster enrollments", "one person in one class", _has_columns("classSourcedId", "userSourcedId"), table_of),
    Layout(
        "OneRoster academic sessions", "one school year or term", _has_columns("sourcedId", "schoolYear", "startDate"), table_of
    ),
    Layout("OneRoster manifest", "one property of the bundle", _has_columns("propertyName", "value"), table_of),
    Layout("table", "one record", lambda grid: True, table_of),
)


def detect(path: Path, *, shown_as: str, sheet: str | None = None) -> Detected:
    """What the file is, from its content; `sheet` of a workbook, as for read_grid.

    Raises DataError when it cannot be read or is beyond the bounds.
    """
    try:
        size = path.stat().st_size
        if is_log := size > 0 and is_parquet_file(path):
            is_book = False
        else:
            refuse_foreign(path, shown_as=shown_as)
            is_book = is_workbook(path)
    except OSError as error:
        raise DataError([_problem(shown_as, error.strerror or str(error), "a file that can be read")]) from error
    if size > MOST_RECEIVED_BYTES:
        raise DataError([_problem(shown_as, f"{size:,} bytes", f"at most {MOST_RECEIVED_BYTES:,}")])
    if size == 0:
        raise DataError([_problem(shown_as, "an empty file", "an export")])
    if is_log:
        return detect_log(LogPlace(shown_as, path=path))
    if is_book:
        return _detected(read_grid(path, shown_as=shown_as, sheet=sheet))
    start = _start_of(path)
    if size > MOST_BYTES:
        return _large(path, start, shown_as)
    if start.lstrip().startswith("{") and EVIDENCE_KEY in start:
        return Detected("evidence of a pilot", "all evidence of one pilot", 1)
    if start.lstrip().startswith(JSON_STARTS) or re.match(r"\s*\[\s*\{", start):
        records = read_json_records(path, shown_as=shown_as)
        return Detected("JSON", "one event", len(records))
    if LOG_LINE.match(start):
        lines = re.split(r"\r\n|\r|\n", read_text(path, shown_as=shown_as))
        return Detected("text log", "one line of a log", sum(1 for line in lines if line.strip()))
    if is_large(path):
        return _large(path, start, shown_as)
    return _detected(read_grid(path, shown_as=shown_as))


def detect_log(place: LogPlace) -> Detected:
    """A log in Parquet, every cell of which is read once. Raises DataError with every partition that cannot be."""
    log, records = counted(place)
    return Detected("Parquet", "one event", table_of(log).records if isinstance(log, Grid) else records)


def _detected(grid: Grid) -> Detected:
    layout = next(layout for layout in LAYOUTS if layout.recognises(grid))
    return Detected(layout.kind, layout.one_row_is, layout.read(grid).records, grid.notes)


def _start_of(path: Path) -> str:
    with path.open("rb") as stream:
        content = stream.read(64_000)
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return content.decode(encoding, "replace")


def _large(path: Path, start: str, shown_as: str) -> Detected:
    """A log that is not held in memory: records are counted as they go by."""
    if start.lstrip().startswith("{"):
        with path.open("rb") as stream:
            return Detected("JSON lines", "one event", sum(1 for line in stream if line.strip()))
    csv.field_size_limit(MOST_CHARACTERS_IN_A_CELL)
    try:
        rows = sum(1 for row in csv.reader(_decoded(path), delimiter=delimiter_of(start)) if any(row))
    except csv.Error as error:
        raise DataError([_problem(shown_as, f"a broken CSV file ({error})", "a CSV file")]) from error
    return Detected("log", "one event", rows - 1)


def _decoded(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:  # only counted, so a stray byte does no harm
        yield from stream


def _problem(file: str, found: str, expected: str) -> Problem:
    return Problem(file=file, found=found, expected=expected, action="Ask for the export again.")
