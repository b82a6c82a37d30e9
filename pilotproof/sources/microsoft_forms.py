"""Survey exports of Microsoft Forms: a workbook (or CSV) with ID, times, e-mail address and name, then the question texts."""

from __future__ import annotations

from pilotproof.sources.grid import Grid, table_of
from pilotproof.sources.surveys import SurveyExport, first_named, header_cells, not_this_format

TITLE = "Microsoft Forms"
STARTED = ("start time", "startzeit", "heure de début", "hora de inicio", "ora di inizio", "begintijd", "hora de início")
ENDED = (
    "completion time",
    "fertigstellungszeit",
    "heure de fin",
    "hora de finalización",
    "ora di completamento",
    "tijd van voltooien",
    "hora de conclusão",
)
PERSONAL = (
    *("email", "e-mail", "adresse de messagerie", "correo electrónico", "posta elettronica"),
    *("name", "nom", "nombre", "nome", "naam"),
)


def recognises(grid: Grid) -> bool:
    """Whether the first columns are the id, the start and the completion."""
    header = header_cells(grid)
    return header[:1] == ["id"] and any(name in STARTED for name in header[:3]) and any(name in ENDED for name in header[:4])


def read_microsoft_forms(grid: Grid) -> SurveyExport:
    """The responses; Microsoft Forms keeps only those that were sent. Raises DataError when its first columns are not there."""
    if not recognises(grid):
        found = "no columns ID, Start time and Completion time at the start"
        raise not_this_format(grid, TITLE, found, "Open the form's results in Excel and save them again, or leave `format` out.")
    table = table_of(grid)
    own = list(table.frame.columns)[:7]  # a question may be called Name too
    return SurveyExport(
        title=TITLE,
        table=table,
        started=first_named(own, *STARTED),
        ended=first_named(own, *ENDED),
        personal=frozenset(column for column in own if column.casefold() in PERSONAL),
    )
