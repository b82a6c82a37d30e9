"""Survey exports of Google Forms: one header row, a timestamp first, then the question texts."""

from __future__ import annotations

from pilotproof.sources.grid import Grid, table_of
from pilotproof.sources.surveys import SurveyExport, first_named, header_cells, not_this_format

TITLE = "Google Forms"
TIMESTAMP = (  # what the first column is called depends on the language of the form's owner
    "timestamp",
    "zeitstempel",
    "horodateur",
    "marca temporal",
    "carimbo de data/hora",
    "informazioni cronologiche",
    "tijdstempel",
)
ADDRESS = ("email address", "username", "e-mail-adresse", "adresse e-mail", "dirección de correo electrónico", "email")


def recognises(grid: Grid) -> bool:
    """Whether the first column is the form's timestamp."""
    header = header_cells(grid)
    return len(header) > 1 and header[0] in TIMESTAMP


def read_google_forms(grid: Grid) -> SurveyExport:
    """The responses; Google Forms keeps only those that were sent. Raises DataError when the timestamp does not come first."""
    if not recognises(grid):
        found = f"no first column Timestamp (it is '{(header_cells(grid) or [''])[0][:40]}')"
        raise not_this_format(grid, TITLE, found, "Download the responses as CSV again, or leave `format` out of the params.")
    table = table_of(grid)
    address = first_named(table.frame, *ADDRESS)
    return SurveyExport(
        title=TITLE,
        table=table,
        ended=str(table.frame.columns[0]),
        personal=frozenset(filter(None, [address])),
    )
