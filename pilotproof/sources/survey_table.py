"""Survey answers in a plain table: one header row, a row for each response."""

from __future__ import annotations

from pilotproof.sources.grid import Grid, table_of
from pilotproof.sources.surveys import SurveyExport

TITLE = "a plain table"


def recognises(grid: Grid) -> bool:
    """Any file of rows and cells."""
    return True


def read_survey_table(grid: Grid) -> SurveyExport:
    """The responses. A plain table does not say which were tried out or not finished."""
    return SurveyExport(title=TITLE, table=table_of(grid))
