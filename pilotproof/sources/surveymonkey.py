"""Survey exports of SurveyMonkey: a row of questions, a row of their options, multi-selects and grids spread over columns."""

from __future__ import annotations

from pilotproof.sources.grid import Grid, table_of
from pilotproof.sources.surveys import SurveyExport, first_named, header_cells, not_this_format

TITLE = "SurveyMonkey"
RESPONDENT = ("respondentid", "respondent id")
WHOLE_QUESTION = ("", "response", "open-ended response")  # what the second row says where a question has one column
PERSONAL = ("ip address", "email address", "first name", "last name")


def recognises(grid: Grid) -> bool:
    """Whether the first column is the respondent's id, with or without a second header row."""
    return header_cells(grid)[:1] in ([name] for name in RESPONDENT)


def read_surveymonkey(grid: Grid) -> SurveyExport:
    """The responses. A column of a spread question is called 'question [option]'.

    Raises DataError when the first column is not the respondent's id.
    """
    if not recognises(grid):
        found = f"no first column RespondentID (it is '{(header_cells(grid) or [''])[0][:40]}')"
        raise not_this_format(grid, TITLE, found, "Export all responses again as CSV, or leave `format` out of the params.")
    first = next(number for number, _ in grid.records(1))
    if not _has_options(grid, first):
        table = table_of(grid, header_row=first)
    else:
        named = [*grid.rows[: first - 1], _names(grid.rows[first - 1], grid.rows[first]), *grid.rows[first:]]
        table = table_of(Grid(grid.file, named, grid.notes), header_row=first, first_record=first + 2)
    return SurveyExport(
        title=TITLE,
        table=table,
        started=first_named(table.frame, "start date", "startdate", "date created"),
        ended=first_named(table.frame, "end date", "enddate", "date modified"),
        personal=frozenset(column for column in table.frame if column.casefold() in PERSONAL),
    )


def _has_options(grid: Grid, first: int) -> bool:
    """Whether the row below the names is a second header row: it has no respondent."""
    return len(grid.rows) > first and not grid.rows[first][0].strip() and any(cell.strip() for cell in grid.rows[first])


def _names(questions: list[str], options: list[str]) -> list[str]:
    """A question's name goes on over the columns to its right that have none."""
    names, question = [], ""
    for position in range(max(len(questions), len(options))):
        own = questions[position].strip() if position < len(questions) else ""
        option = options[position].strip() if position < len(options) else ""
        question = own or question
        names.append(question if option.casefold() in WHOLE_QUESTION else f"{question} [{option}]")
    return names
