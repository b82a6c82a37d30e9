"""What every roster gives, whatever its layout: enrolments of students, and the teachers of classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from pilotproof.errors import DataError, Problem
from pilotproof.sources.raw import RawTable

ENROLMENT = ("student", "class", "class_key", "teacher", "school", "district", "begin", "end", "is_active")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The roster as received.

    enrolments : one row per student and class, columns ENROLMENT as text (begin and end may be empty), is_active as bool;
        class_key tells apart classes of the same name; the index is the row in `enrolments.file`
    class_column : the name of the class column in that file, for messages
    other : what became of the records of the bundle's other files, by file: records, and those that the enrolments refer to
    teachers_in_file : records of `enrolments.file` that tell the teacher of a class
    """

    enrolments: RawTable
    class_column: str
    teachers_in_file: int = 0
    other: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def look_up(table: RawTable, column: str, target: pd.DataFrame, key: str, target_file: str) -> pd.DataFrame:
    """The row of `target` that each id in `column` names, in the order of `table`. Raises DataError for ids that lead nowhere."""
    keyed = target.drop_duplicates(key).set_index(key, drop=False)
    ids = table.frame[column]
    if problems := [
        _leads_nowhere(table, column, row, value, key, target_file) for row, value in ids[~ids.isin(keyed.index)].items()
    ]:
        raise DataError(problems)
    found = keyed.loc[ids]
    found.index = table.frame.index
    return found


def _leads_nowhere(table: RawTable, column: str, row: int, value: str, key: str, target_file: str) -> Problem:
    return Problem(
        file=table.file,
        row=int(row),
        column=column,
        found=value or "an empty cell",
        expected=f"a {key} of {target_file}",
        action="Ask for a complete export of the roster.",
    )
