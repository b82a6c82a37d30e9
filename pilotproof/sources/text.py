"""Delimited text: rows of cells, the delimiter told from the content. Plain text: see `read_text`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_CHARACTERS_IN_A_CELL,
    MOST_COLUMNS,
    MOST_FILLED_CELLS,
    MOST_ROWS,
)
from pilotproof.sources.encoding import decode

DELIMITERS = "\t;|,"  # where all else is equal the first is taken: a comma is the most common in texts
SAMPLE_CHARACTERS = 64_000
SAMPLE_ROWS = 50
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n)', re.IGNORECASE)  # written for Excel, which does not show it
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
DECIMAL_COMMA = re.compile(r"(?<![^;\s\"])[-+]?\d+,\d+(?![^;\s\"])")


def read_text(path: Path, *, shown_as: str) -> str:
    """The file's text, whatever its encoding. Raises DataError for bytes that are no text, and for files beyond the bounds."""
    return _text(path, shown_as)[0]


def delimited_rows(path: Path, *, shown_as: str) -> tuple[list[list[str]], list[str]]:
    """Every row of a delimited text file, and what to know about how it was read.

    A first line `sep=;` names the delimiter and is no row. Raises DataError for broken quotes and for files beyond the bounds.
    """
    text, notes = _text(path, shown_as)
    named = SEPARATOR_LINE.match(text)
    start = named.end() if named else 0
    delimiter = named.group(1) if named else delimiter_of(text)
    return _rows(text, start, delimiter, shown_as), notes


def _text(path: Path, shown_as: str) -> tuple[str, list[str]]:
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise DataError([_too_large(shown_as, f"{size:,} bytes", f"at most {MOST_BYTES:,}")])
        return decode(path.read_bytes(), shown_as=shown_as)
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError([_problem(shown_as, None, reason, "a file that can be read", "Check the file's permissions.")]) from error


def _rows(text: str, start: int, delimiter: str, shown_as: str) -> list[list[str]]:
    csv.field_size_limit(MOST_CHARACTERS_IN_A_CELL)
    rows: list[list[str]] = []
    cells = filled = 0
    try:
        for row in csv.reader(_lines(text, start), delimiter=delimiter, strict=True):
            rows.append(row)
            cells += len(row)
            filled += len(row) - row.count("")
            if len(row) > MOST_COLUMNS:
                raise DataError([_too_large(shown_as, f"{len(row):,} columns", f"at most {MOST_COLUMNS:,}", len(rows))])
            if cells > MOST_CELLS or filled > MOST_FILLED_CELLS or len(rows) > MOST_ROWS:
                raise DataError([_too_large(shown_as, *_size(cells, filled, len(rows)), len(rows))])
    except csv.Error as error:
        raise DataError([_broken(shown_as, len(rows) + 1, str(error))]) from error
    return rows


def _lines(text: str, start: int) -> Iterator[str]:
    """Lines with their ends, which may be CR, LF or both; never a second copy of the whole text."""
    return (found.group() for found in LINE.finditer(text, start))


def delimiter_of(text: str) -> str:
    """The delimiter that splits the rows like the first one, quotes heeded; a comma when none splits the first row.

    Of several that split every row alike the one that gives more cells is taken, except that a semicolon goes before a comma
    whose use in the rows is decimal ("1,5;2,5").
    """
    scores = {mark: score for mark in DELIMITERS if (score := _score(text[:SAMPLE_CHARACTERS], mark)) is not None}
    if not scores:
        return ","
    best = max(scores, key=lambda mark: scores[mark])
    if best == "," and ";" in scores and scores[";"][0] >= scores[","][0] and _has_decimal_commas(text[:SAMPLE_CHARACTERS]):
        return ";"
    return best


def _score(sample: str, mark: str) -> tuple[float, int] | None:
    """The share of rows with as many cells as the first, and that number; None when the first row is not split."""
    widths = []
    try:
        for row in csv.reader(_lines(sample, 0), delimiter=mark):
            if any(row):
                widths.append(len(row))
            if len(widths) == SAMPLE_ROWS:
                break
    except csv.Error:  # a cell longer than the bounds, told with its row when the file is read
        pass
    if len(sample) == SAMPLE_CHARACTERS and len(widths) > 1 and len(widths) < SAMPLE_ROWS:
        widths.pop()  # the sample ends inside this row
    if not widths or widths[0] < 2:
        return None
    return widths.count(widths[0]) / len(widths), widths[0]


def _has_decimal_commas(sample: str) -> bool:
    records = sample[sample.find("\n") + 1 :]
    return len(DECIMAL_COMMA.findall(records)) * 2 > records.count(",")


def _size(cells: int, filled: int, rows: int) -> tuple[str, str]:
    if rows > MOST_ROWS:
        return f"more than {MOST_ROWS:,} rows", "fewer"
    if filled > MOST_FILLED_CELLS:
        return f"more than {MOST_FILLED_CELLS:,} cells with content", "fewer"
    return f"{cells:,} cells", f"at most {MOST_CELLS:,}"


def _broken(file: str, row: int, reason: str) -> Problem:
    if "field larger" in reason:
        found = f"a cell of more than {MOST_CHARACTERS_IN_A_CELL:,} characters"
        return _problem(file, row, found, "a CSV file", "Most often a quote was opened and not closed: export the file again.")
    found = "a quote that is not closed" if "unexpected end" in reason else "text behind a closing quote"
    return _problem(
        file, row, f"a broken CSV file ({found})", "a CSV file", "Export the file again; a quote inside a text is written twice."
    )


def _too_large(file: str, found: str, expected: str, row: int | None = None) -> Problem:
    return _problem(file, row, found, expected, "Export less of it: the pilot's classes, or a shorter period.")


def _problem(file: str, row: int | None, found: str, expected: str, action: str) -> Problem:
    return Problem(file=file, row=row, found=found, expected=expected, action=action)
