"""Delimited text: encoding, delimiter and rows, told from the content."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import MOST_BYTES, MOST_CHARACTERS_IN_A_CELL, MOST_COLUMNS

DELIMITERS = ",;\t|"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_text(path: Path, *, shown_as: str) -> str:
    """The file's text: UTF-8, UTF-16 with a byte order mark, else cp1252. Raises DataError for other bytes."""
    if path.stat().st_size > MOST_BYTES:
        raise DataError([_problem(shown_as, f"{path.stat().st_size:,} bytes", f"at most {MOST_BYTES:,}", "Export less of it.")])
    content = path.read_bytes()
    named = next((name for mark, name in MARKS if content.startswith(mark)), None)
    for encoding in (named,) if named else ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DataError(
        [_problem(shown_as, "bytes that are no text", "a text file in UTF-8, UTF-16 or Windows (cp1252)", "Export it again.")]
    )


def delimited_rows(path: Path, *, shown_as: str, sheet: str | None = None) -> list[list[str]]:
    """Every row of a delimited text file. Raises DataError for broken quotes and for rows beyond the bounds."""
    text = read_text(path, shown_as=shown_as)
    csv.field_size_limit(MOST_CHARACTERS_IN_A_CELL)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True))
    except csv.Error as error:
        raise DataError([_problem(shown_as, f"a broken CSV file ({error})", "a CSV file", "Export the file again.")]) from error
    if (widest := max(map(len, rows), default=0)) > MOST_COLUMNS:
        raise DataError([_problem(shown_as, f"{widest:,} columns", f"at most {MOST_COLUMNS:,}", "Export less of it.")])
    return rows


def delimiter_of(text: str) -> str:
    """The delimiter that splits the first rows into the most cells, each row alike."""
    sample = text[:64_000].splitlines()[:20]
    counts = {mark: [line.count(mark) for line in sample if line] for mark in DELIMITERS}
    best = max(counts, key=lambda mark: min(counts[mark], default=0))
    return best if min(counts[best], default=0) else max(counts, key=lambda mark: (counts[mark] or [0])[0])


def _problem(file: str, found: str, expected: str, action: str) -> Problem:
    return Problem(file=file, found=found, expected=expected, action=action)
