"""Survey exports of Qualtrics: CSV, TSV or XLSX with three header rows (names, question texts, import ids), or two (legacy)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pilotproof.errors import Problem
from pilotproof.sources.grid import Grid, table_of
from pilotproof.sources.raw import RawTable
from pilotproof.sources.surveys import Marks, SurveyExport, not_this_format
from pilotproof.sources.wording import plain_text

TITLE = "Qualtrics"
IMPORT_ID = re.compile(r"ImportId['\"]+\s*:\s*['\"]+([^'\"]+)")  # JSON, or a dict as Python prints it (2016)
RESPONSE_ID = re.compile(r"R_[0-9A-Za-z]{8,}")
LEGACY = {"responseid", "finished", "status"}
OWN = {  # by import id; the names and texts of these columns depend on the language of the account
    "status": "status",
    "finished": "finished",
    "progress": "progress",
    "duration": "duration",
    "startDate": "started",
    "endDate": "ended",
    "distributionChannel": "channel",
    "ipAddress": "ip",
    "recipientLastName": "last name",
    "recipientFirstName": "first name",
    "recipientEmail": "email",
    "locationLatitude": "latitude",
    "locationLongitude": "longitude",
}
OWN_NAMES = {  # by the column's name, in lower case and without spaces, where there are no import ids
    **{import_id.casefold(): role for import_id, role in OWN.items()},
    "duration(inseconds)": "duration",
    "name": "last name",
    "emailaddress": "email",
}
PERSONAL = ("ip", "last name", "first name", "email", "latitude", "longitude")
# Texts and numbers of the column Status (Qualtrics: Understanding your data set).
PREVIEWS = frozenset({"survey preview", "survey test", "preview", "test", "1", "2", "9", "17", "survey preview, spam"})
REAL = frozenset({"ip address", "imported", "spam", "offline", "0", "4", "8", "12", "16", "32", "36", "40", "48"})
SPAM = frozenset({"spam", "survey preview, spam", "8", "9", "12", "40", "48"})
TRUE = frozenset({"true", "1", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar"})
FALSE = frozenset({"false", "0", "falsch", "faux", "falso", "onwaar"})
LOCAL_REAL = {"ip-adresse", "adresse ip", "dirección ip", "endereço ip", "indirizzo ip", "ip-adres"}


def recognises(grid: Grid) -> bool:
    """Whether there is a row of import ids, or the columns of the legacy form with responses below."""
    return _import_row(grid) is not None or _legacy_rows(grid) is not None


def read_qualtrics(grid: Grid) -> SurveyExport:
    """The responses of a Qualtrics export, previews and unfinished ones included.

    Raises DataError when the header rows are not there.
    """
    import_row, legacy_rows = _import_row(grid), _legacy_rows(grid)
    if import_row is not None:
        table = table_of(grid, first_record=import_row + 1)
        ids = {found: column for column, found in zip(table.frame, _import_ids(grid, import_row), strict=False) if found}
        roles = {OWN[found]: column for found, column in _own(ids)}
        texts = grid.rows[1] if import_row > 2 else []
    elif legacy_rows is not None:
        table = table_of(grid, first_record=legacy_rows + 1)
        texts, ids = grid.rows[1] if legacy_rows > 1 else [], {}
        roles = _roles_by_name(zip(table.frame, texts, strict=False)) | _roles_by_name((name, name) for name in table.frame)
    else:
        action = "Export the survey again as CSV with the default settings, or set format: table when it was made by hand."
        raise not_this_format(grid, TITLE, 'no import ids (a row with {"ImportId": …} in every cell)', action)
    return _export(table, roles, ids, texts)


def _export(table: RawTable, roles: Mapping[str, str], ids: Mapping[str, str], texts: list[str]) -> SurveyExport:
    status, finished, progress, channel = (roles.get(role) for role in ("status", "finished", "progress", "channel"))
    # The channel says preview in every language, but not in every export.
    trial = [Marks(column=channel, yes=frozenset({"preview", "test"}))] if channel else []
    trial += [Marks(column=status, yes=PREVIEWS, no=REAL | LOCAL_REAL)] if status else []
    done = [Marks(column=finished, yes=TRUE, no=FALSE)] if finished else []
    done = done or ([Marks(column=progress, yes=frozenset({"100"}))] if progress else [])
    absent = [name for name, marks in (("Status", trial), ("Finished", done)) if not marks]
    return SurveyExport(
        title=TITLE,
        table=table,
        questions={column: plain_text(text) for column, text in zip(table.frame, texts, strict=False) if text.strip()},
        ids=ids,
        started=roles.get("started"),
        ended=roles.get("ended"),
        duration=roles.get("duration"),
        trial=tuple(trial),
        finished=tuple(done),
        spam=(Marks(column=status, yes=SPAM),) if status else (),
        problems=tuple(_no_own_column(table, name) for name in absent),
        personal=frozenset(roles[role] for role in PERSONAL if role in roles),
    )


def _import_row(grid: Grid) -> int | None:
    """The row with import ids: the third, or the second where somebody left the texts out."""
    for number in (3, 2):
        cells = [cell for cell in (grid.rows[number - 1] if len(grid.rows) >= number else []) if cell.strip()]
        if cells and sum("ImportId" in cell for cell in cells) * 2 > len(cells):
            return number
    return None


def _import_ids(grid: Grid, row: int) -> list[str]:
    found = (IMPORT_ID.search(cell) for cell in grid.rows[row - 1])
    return [match.group(1) if match else "" for match in found]


def _legacy_rows(grid: Grid) -> int | None:
    """Header rows of the legacy form: those above the first response, of which one has the names of its columns."""
    for number, row in enumerate(grid.rows[:3], start=1):
        if any(RESPONSE_ID.fullmatch(cell.strip()) for cell in row):
            above = ({_short(cell) for cell in header} for header in grid.rows[: number - 1])
            return number - 1 if any(names >= LEGACY for names in above) else None
    return None


def _own(ids: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Import ids of Qualtrics' own columns in one spelling: panel-RecipientEmail is recipientEmail."""
    for found, column in ids.items():
        short = found.removeprefix("panel-").removeprefix("Location-")
        short = short[:1].lower() + short[1:]
        if short in OWN:
            yield short, column


def _roles_by_name(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {OWN_NAMES[_short(text)]: column for column, text in named if _short(text) in OWN_NAMES}


def _short(text: str) -> str:
    return "".join(text.split()).casefold()


def _no_own_column(table: RawTable, name: str) -> Problem:
    return Problem(
        file=table.file,
        column=name,
        found="no such column",
        expected="the columns that Qualtrics always writes: without them previews and unfinished responses cannot be told",
        action="Export the survey again with the default settings.",
    )
