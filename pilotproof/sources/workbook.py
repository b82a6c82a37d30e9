"""Excel workbooks (XLSX) as rows of text."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import openpyxl

from pilotproof.errors import DataError, Problem

ZIP_MARK = b"PK\x03\x04"


def is_workbook(path: Path) -> bool:
    """Whether the file starts as every XLSX file does."""
    with path.open("rb") as stream:
        return stream.read(4) == ZIP_MARK


def workbook_rows(path: Path, *, shown_as: str, sheet: str | None = None) -> list[list[str]]:
    """Every row of one sheet as text. Raises DataError for a damaged workbook or a sheet that is not there."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    if sheet is not None and sheet not in book.sheetnames:
        raise DataError(
            [
                Problem(
                    file=shown_as,
                    found=f"no sheet '{sheet}'",
                    expected=f"one of {', '.join(book.sheetnames)}",
                    action="Correct the name in the params file.",
                )
            ]
        )
    rows = (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)
    return _of_one_width([[text_of(value) for value in row] for row in rows])


def _of_one_width(rows: list[list[str]]) -> list[list[str]]:
    """Spreadsheets leave out empty cells at the end of a row, and keep columns that only look used."""
    width = max((position + 1 for row in rows for position, cell in enumerate(row) if cell.strip()), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def text_of(value: object) -> str:
    """A cell's value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
