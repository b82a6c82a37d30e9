"""Survey exports of Qualtrics: CSV with three header rows (names, question texts, import ids)."""

from __future__ import annotations

from pathlib import Path

from pilotproof.errors import DataError, Problem
from pilotproof.sources.delimited import RawTable, read_delimited, require_columns

HEADER_ROWS = 3
OWN_COLUMNS = ("EndDate", "Status", "Finished", "ResponseId")


def read_qualtrics(path: Path, *, shown_as: str, expected_rows: int | None = None) -> RawTable:
    """The responses of a Qualtrics export as text, one row each, preview and unfinished ones included.

    Raises DataError when the three header rows or the columns that Qualtrics always writes are not there.
    """
    table = read_delimited(path, shown_as=shown_as, header_rows=2, expected_rows=None)
    require_columns(table, OWN_COLUMNS)
    first = table.frame.iloc[0] if len(table.frame) else None
    if first is None or not all("ImportId" in cell for cell in first):
        raise DataError(
            [
                Problem(
                    file=shown_as,
                    row=HEADER_ROWS,
                    found="no import ids",
                    expected='a third header row with {"ImportId": …} in every cell',
                    action="Export the survey again as CSV with the default settings.",
                )
            ]
        )
    return read_delimited(path, shown_as=shown_as, header_rows=HEADER_ROWS, expected_rows=expected_rows)
