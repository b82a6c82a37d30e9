"""Any file of rows and cells (CSV, TSV, other delimiters, XLSX) as text, before anybody says which row is the header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pilotproof.errors import DataError, Problem
from pilotproof.sources.foreign import refuse_foreign
from pilotproof.sources.raw import RawTable, column_names, few
from pilotproof.sources.text import delimited_rows
from pilotproof.sources.workbook import is_workbook, workbook_rows


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one file as text.

    file : path as a user would type it
    rows : every row, blank ones included, so that row n of the file is rows[n - 1]
    notes : sentences on how the file was read that a person should see (an encoding, sheets that were not read)
    """

    file: str
    rows: list[list[str]]
    notes: tuple[str, ...] = ()

    def records(self, first: int) -> Iterator[tuple[int, list[str]]]:
        """Row number and cells of every row from row `first` on that is not blank."""
        for number, row in enumerate(self.rows[first - 1 :], start=first):
            if "".join(row).strip():
                yield number, row


def read_grid(path: Path, *, shown_as: str, sheet: str | None = None) -> Grid:
    """Every cell of a CSV, TSV or XLSX file as text.

    The kind of file is told from its content, not its name. `sheet` names a sheet of a workbook (the first visible one with
    content when None). Of a workbook, dates are written as 2026-09-14 or 2026-09-14 10:12:00, whole numbers without a decimal
    point, leading zeros that only the cell's format shows are kept, yes or no is TRUE or FALSE; a formula gives the value that
    was saved with it. Merged cells are filled with the value of their first cell.
    Raises DataError for a file that is none of these, is damaged, or is larger than the bounds (sources/bounds.py).
    """
    try:
        refuse_foreign(path, shown_as=shown_as)
        is_book = is_workbook(path)
    except OSError as error:
        raise DataError([_unreadable(shown_as, error)]) from error
    rows, notes = workbook_rows(path, shown_as=shown_as, sheet=sheet) if is_book else delimited_rows(path, shown_as=shown_as)
    return Grid(shown_as, rows, tuple(notes))


def table_of(grid: Grid, *, header_row: int = 1, first_record: int | None = None) -> RawTable:
    """The grid as a table whose column names stand in `header_row` (the first row is 1).

    header_row : when this row is blank, the next one that is not: a blank row never holds the names
    first_record : row of the first record; the row after the header when None
    Names are made unique by raw.column_names. Columns at the end without a name are left out when no record fills them.
    Raises DataError when that row is not there, or a record has another number of cells than the header (but see _fits).
    """
    names_in = next((number for number, _ in grid.records(header_row)), None)
    first_record = first_record or (names_in or header_row) + 1
    if names_in is None or first_record <= names_in:
        raise DataError([_no_header(grid, header_row)])
    header = grid.rows[names_in - 1]
    records = list(grid.records(first_record))
    width = _width(header, [row for _, row in records])
    shortest = max((_filled_width(row) for _, row in records if len(row) >= width), default=width)
    if problems := few(_misfit(grid, number, row, width) for number, row in records if not _fits(row, width, shortest)):
        raise DataError(problems)
    cells, index = [_of_width(row, width) for _, row in records], [number for number, _ in records]
    return RawTable(grid.file, pd.DataFrame(cells, columns=column_names(header[:width]), index=index, dtype="str"))


def _width(header: list[str], rows: list[list[str]]) -> int:
    """Columns of the table: up to the last name, or to the last cell with content below a header that ends in empty names."""
    named = _filled_width(header)
    if named == len(header):
        return named
    return max([named, *(_filled_width(row) for row in rows if len(row) <= len(header))])


def _filled_width(row: list[str]) -> int:
    if row and row[-1].strip():
        return len(row)
    return next((position + 1 for position in range(len(row) - 1, -1, -1) if row[position].strip()), 0)


def _fits(row: list[str], width: int, shortest: int) -> bool:
    """Whether a record can be one of `width` cells without losing or moving any content.

    It may have more cells if they are empty. It may have fewer if no whole record has content in those that it lacks (vendors
    leave them out in a last row); else it may be half of a record with a line break in it, or the place where the file was cut.
    """
    if len(row) == width:
        return True
    if len(row) > width:
        return not any(cell.strip() for cell in row[width:])
    return len(row) >= shortest


def _of_width(row: list[str], width: int) -> list[str]:
    return row if len(row) == width else row[:width] + [""] * (width - len(row))


def _misfit(grid: Grid, number: int, row: list[str], width: int) -> Problem:
    quotes = "A comma or a line break inside a text needs quotes around the text"
    cut = ", or the file was cut off here" if len(row) < width and number == len(grid.rows) else ""
    return Problem(
        file=grid.file,
        row=number,
        found=f"{len(row)} cells",
        expected=f"{width}, as in the header",
        action=f"{quotes}{cut}; export the file again.",
    )


def _no_header(grid: Grid, header_row: int) -> Problem:
    return Problem(
        file=grid.file,
        found=f"{len(grid.rows)} rows",
        expected=f"column names in row {header_row} and records below it",
        action="Export the file again.",
    )


def _unreadable(file: str, error: OSError) -> Problem:
    found = error.strerror or str(error)
    return Problem(file=file, found=found, expected="a file that can be read", action="Check that it is there and not locked.")
