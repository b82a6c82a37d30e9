"""Any file of rows and cells (CSV, TSV, other delimiters, XLSX) as text, before anybody says which row is the header."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pilotproof.errors import DataError, Problem
from pilotproof.sources.raw import RawTable
from pilotproof.sources.text import delimited_rows
from pilotproof.sources.workbook import is_workbook, workbook_rows


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one file as text.

    file : path as a user would type it
    rows : every row, blank ones included, so that row n of the file is rows[n - 1]
    """

    file: str
    rows: list[list[str]]

    def records(self, first: int) -> Iterator[tuple[int, list[str]]]:
        """Row number and cells of every row from row `first` on that is not blank."""
        for number, row in enumerate(self.rows[first - 1 :], start=first):
            if any(cell.strip() for cell in row):
                yield number, row


def read_grid(path: Path, *, shown_as: str, sheet: str | None = None) -> Grid:
    """Every cell of a CSV, TSV or XLSX file as text.

    The kind of file is told from its content, not its name. `sheet` names a sheet of a workbook (the first one when None).
    Dates of a workbook are written as 2026-09-14 or 2026-09-14 10:12:00, whole numbers without a decimal point; a formula
    gives the value that was saved with it. Merged cells are filled with the value of their first cell.
    Raises DataError for a file that is none of these, is damaged, or is larger than the bounds (sources/bounds.py).
    """
    read: Callable[..., list[list[str]]] = workbook_rows if is_workbook(path) else delimited_rows
    return Grid(shown_as, read(path, shown_as=shown_as, sheet=sheet))


def table_of(grid: Grid, *, header_row: int = 1, first_record: int | None = None) -> RawTable:
    """The grid as a table whose column names stand in `header_row` (the first row is 1).

    first_record : row of the first record; the row after the header when None
    Raises DataError when that row is not there, a name stands twice, or a record has another number of cells than the header.
    """
    if len(grid.rows) < header_row:
        raise DataError([_no_header(grid, header_row)])
    names = [" ".join(name.split()) for name in grid.rows[header_row - 1]]
    records = list(grid.records(first_record or header_row + 1))
    if problems := [*_name_problems(grid, names, header_row), *_length_problems(grid, records, len(names))]:
        raise DataError(problems)
    cells, index = [row for _, row in records], [number for number, _ in records]
    return RawTable(grid.file, pd.DataFrame(cells, columns=names, index=index, dtype="str"))


def _no_header(grid: Grid, header_row: int) -> Problem:
    return Problem(
        file=grid.file,
        found=f"{len(grid.rows)} rows",
        expected=f"column names in row {header_row} and records below it",
        action="Export the file again.",
    )


def _name_problems(grid: Grid, names: list[str], header_row: int) -> Iterator[Problem]:
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        yield Problem(
            file=grid.file, row=header_row, column=name, found="this name twice", expected="each name once", action="Rename one."
        )


def _length_problems(grid: Grid, records: list[tuple[int, list[str]]], width: int) -> Iterator[Problem]:
    for number, row in records:
        if len(row) != width:
            yield Problem(
                file=grid.file,
                row=number,
                found=f"{len(row)} cells",
                expected=f"{width}, as in the header",
                action="A comma inside a text needs quotes around the text; export the file again.",
            )
