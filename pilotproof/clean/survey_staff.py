"""Whose staff id belongs to an e-mail address, or to whatever else a survey knows of its respondents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from pilotproof.clean.cleaned import Account
from pilotproof.clean.flow import BY_CORRECTION
from pilotproof.clean.values import normalise_id
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import RespondentList
from pilotproof.sources.raw import RawTable, few, require_columns

NOT_USED = "Nobody who answered a survey"


@dataclass(frozen=True, slots=True)
class StaffList:
    """A list of staff.

    ids : staff id by what the survey has, both normalised; of_row : the staff id in each row of `table`
    is_of_roster : the list is one of the roster's files, whose records are accounted for there
    """

    table: RawTable
    ids: Mapping[str, str]
    of_row: pd.Series
    is_of_roster: bool = False

    def account(self, answered: Collection[str]) -> Account:
        """What became of the list's records; `answered` holds the staff ids of respondents."""
        kept = int(self.of_row.isin(set(answered) - {""}).sum())
        removed = {NOT_USED: len(self.of_row) - kept, BY_CORRECTION: self.table.removed_by_correction}
        counted = {label: count for label, count in removed.items() if count}
        return Account(file=self.table.file, records=self.table.records, kept=kept, removed=counted)


def read_staff(table: RawTable, source: RespondentList, *, is_of_roster: bool = False) -> StaffList:
    """The list; rows without one of the two columns are nobody.

    Raises DataError for a column that is not there, and for an entry that stands for two people.
    """
    require_columns(table, [source.respondent_column, source.teacher_column])
    names, ids = (normalise_id(table.frame[column]) for column in (source.respondent_column, source.teacher_column))
    known = pd.DataFrame({"name": names, "id": ids})
    known = known[(known["name"] != "") & (known["id"] != "")].drop_duplicates()
    repeated = known[known["name"].duplicated(keep="first")]
    if len(repeated):
        raise DataError(few(_two_people(table, source, row) for row in repeated.index))
    return StaffList(table, dict(zip(known["name"], known["id"], strict=True)), ids.where(names != "", ""), is_of_roster)


def _two_people(table: RawTable, source: RespondentList, row: int) -> Problem:
    return Problem(
        file=table.file,
        row=int(row),
        column=source.respondent_column,
        found=f"{table.frame.loc[row, source.respondent_column]!r} again with another {source.teacher_column}",
        expected="one person for each entry",
        action="Correct the list at its source, or with corrections.yaml.",
    )
