"""Read a CSV export as text, keeping the row number of every record."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pilotproof.errors import DataError, Problem


@dataclass(frozen=True, slots=True)
class RawTable:
    """An export as received.

    file : path as a user would type it
    frame : every cell as text; the index is the row as a spreadsheet counts it (the header is row 1)
    """

    file: str
    frame: pd.DataFrame


def read_delimited(path: Path, *, shown_as: str, header_rows: int = 1, expected_rows: int | None = None) -> RawTable:
    """Read a comma-separated UTF-8 file (with or without byte order mark).

    header_rows : rows before the first record; the first of them holds the column names
    expected_rows : records that the passport counted
    Raises DataError for another encoding, a row of another length, repeated column names or another number of rows.
    """
    rows = _rows(path, shown_as)
    problems = [*_header_problems(rows, shown_as, header_rows), *_length_problems(rows, shown_as)]
    records = [row for row in enumerate(rows[header_rows:], start=header_rows + 1) if any(row[1])]
    if expected_rows is not None and len(records) != expected_rows and not problems:
        problems.append(_row_count_problem(shown_as, len(records), expected_rows))
    if problems:
        raise DataError(problems)
    frame = pd.DataFrame(
        [cells for _, cells in records],
        columns=[name.strip() for name in rows[0]],
        index=[number for number, _ in records],
        dtype="str",
    )
    return RawTable(shown_as, frame)


def require_columns(table: RawTable, wanted: Iterable[str]) -> None:
    """Raise DataError naming every wanted column that the table lacks, with the nearest one it has."""
    present = list(table.frame.columns)
    problems = []
    for name in wanted:
        if name not in present:
            near = difflib.get_close_matches(name, present, n=1)
            hint = f"Did you mean '{near[0]}'? " if near else ""
            problems.append(
                Problem(
                    file=table.file,
                    column=name,
                    found="no such column",
                    expected=f"one of {', '.join(present[:40])}",
                    action=f"{hint}Correct the name in the params file, or ask for a complete export.",
                )
            )
    if problems:
        raise DataError(problems)


def _rows(path: Path, shown_as: str) -> list[list[str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as error:
        found, action = f"a byte that is not UTF-8 at position {error.start}", "Export the file again as UTF-8 CSV."
    except csv.Error as error:
        found, action = f"a broken CSV file ({error})", "Export the file again."
    raise DataError([Problem(file=shown_as, found=found, expected="a UTF-8 CSV file", action=action)])


def _header_problems(rows: list[list[str]], shown_as: str, header_rows: int) -> list[Problem]:
    if len(rows) < header_rows:
        return [
            Problem(
                file=shown_as,
                found=f"{len(rows)} rows",
                expected=f"{header_rows} header rows and records",
                action="Export it again.",
            )
        ]
    names = [name.strip() for name in rows[0]]
    repeated = sorted({name for name in names if names.count(name) > 1})
    return [
        Problem(file=shown_as, row=1, column=name, found="this name twice", expected="each name once", action="Rename one.")
        for name in repeated
    ]


def _length_problems(rows: list[list[str]], shown_as: str) -> list[Problem]:
    width = len(rows[0]) if rows else 0
    return [
        Problem(
            file=shown_as,
            row=number,
            found=f"{len(row)} cells",
            expected=f"{width}, as in the header",
            action="A comma inside a text needs quotes around the text; export the file again.",
        )
        for number, row in enumerate(rows, start=1)
        if len(row) != width and any(row)
    ]


def _row_count_problem(shown_as: str, found: int, expected: int) -> Problem:
    return Problem(
        file=shown_as,
        found=f"{found} records",
        expected=f"{expected}, as its passport in source.yaml says",
        action="Correct `rows` in the passport if the count there was wrong.",
    )
