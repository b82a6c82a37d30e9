"""Survey exports of REDCap: one header row of field names (or labels), a column for the completion of each form."""

from __future__ import annotations

import pandas as pd

from pilotproof.sources.grid import Grid, table_of
from pilotproof.sources.raw import RawTable
from pilotproof.sources.surveys import Marks, SurveyExport, header_cells, not_this_format

TITLE = "REDCap"
COMPLETE = frozenset({"2", "complete"})
NOT_COMPLETE = frozenset({"", "0", "1", "incomplete", "unverified"})
OWN = ("redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_survey_identifier")
IDS = ("record_id", "record id", "study_id", "recordid")
PERSONAL = ("email", "phone", "telephone", "address", "dob", "redcap_survey_identifier")


def recognises(grid: Grid) -> bool:
    """Whether forms have their column of completion, and REDCap's own columns or its way of naming stand beside them."""
    header = header_cells(grid)
    has_own = bool(header) and (header[0] in IDS or any(name in OWN or "___" in name for name in header))
    return has_own and any(_is_completion(name) for name in header)


def read_redcap(grid: Grid) -> SurveyExport:
    """The records as text, a row for each record, event and repeated instrument; checkboxes are columns of 0 and 1.

    A form counts as finished when its own column of completion says so: the first one to the right of a field.
    Raises DataError when no form has such a column.
    """
    if not recognises(grid):
        found = "no record_id with a column that ends in _complete"
        raise not_this_format(grid, TITLE, found, "Export all data again as CSV (raw data), or leave `format` out of the params.")
    table = table_of(grid)
    names = list(table.frame)
    return SurveyExport(
        title=TITLE,
        table=table,
        ended=next((name for name in names if name.casefold().endswith("_timestamp")), None),
        finished=_forms(table),
        personal=frozenset(name for name in names if name.casefold() in PERSONAL or name.casefold().startswith("name_")),
    )


def _forms(table: RawTable) -> tuple[Marks, ...]:
    marks, covered = [], []
    for name in table.frame:
        if _is_completion(name.casefold()) and _says_completion(table.frame[name]):
            marks.append(Marks(column=name, yes=COMPLETE, no=NOT_COMPLETE, covers=frozenset(covered)))
            covered = []
        else:
            covered.append(name)
    return tuple(marks)


def _is_completion(name: str) -> bool:
    return name.endswith("_complete") or name == "complete?" or name.startswith("complete? (")


def _says_completion(cells: pd.Series) -> bool:
    """A field of the survey may end in _complete too."""
    return bool(cells.str.strip().str.casefold().isin(COMPLETE | NOT_COMPLETE).all())
