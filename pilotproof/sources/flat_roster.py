"""Rosters as one file with a row for each student and class."""

from __future__ import annotations

import pandas as pd

from pilotproof.pilot import RosterSource
from pilotproof.sources.raw import RawTable, require_columns
from pilotproof.sources.rosters import Roster


def read_flat_roster(table: RawTable, source: RosterSource, *, district: str) -> Roster:
    """The enrolments of one flat file.

    district : of all schools when the file does not name it
    A roster without a school column is one school, named like the district. Raises DataError for a missing column.
    """
    named = {
        "student": source.student_column,
        "class": source.class_column,
        "teacher": source.teacher_column,
        "school": source.school_column,
        "district": source.district_column,
        "begin": source.begin_column,
        "end": source.end_column,
    }
    require_columns(table, [column for column in named.values() if column])
    absent = {"teacher": "", "school": district, "district": district, "begin": "", "end": ""}
    columns = {name: table.frame[column] if column else absent[name] for name, column in named.items()}
    frame = pd.DataFrame(columns, index=table.frame.index).astype("str")
    frame = frame.assign(is_active=True, class_key=frame["school"] + "\n" + frame["class"])
    return Roster(
        enrolments=RawTable(table.file, frame, table.removed_by_correction), class_column=source.class_column or "class"
    )
