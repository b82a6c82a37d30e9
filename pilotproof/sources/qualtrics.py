"""Survey exports of Qualtrics: CSV with three header rows (names, question texts, import ids)."""

from __future__ import annotations

from pilotproof.errors import DataError, Problem
from pilotproof.sources.grid import Grid, table_of
from pilotproof.sources.raw import RawTable, require_columns

HEADER_ROWS = 3
OWN_COLUMNS = ("EndDate", "Status", "Finished", "ResponseId")


def read_qualtrics(grid: Grid) -> RawTable:
    """The responses of a Qualtrics export as text, one row each, preview and unfinished ones included.

    Raises DataError when the three header rows or the columns that Qualtrics always writes are not there.
    """
    table = table_of(grid, first_record=HEADER_ROWS + 1)
    require_columns(table, OWN_COLUMNS)
    if len(grid.rows) < HEADER_ROWS or not all("ImportId" in cell for cell in grid.rows[HEADER_ROWS - 1]):
        raise DataError([_no_import_ids(grid)])
    return table


def _no_import_ids(grid: Grid) -> Problem:
    return Problem(
        file=grid.file,
        row=HEADER_ROWS,
        found="no import ids",
        expected='a third header row with {"ImportId": …} in every cell',
        action="Export the survey again as CSV with the default settings.",
    )
