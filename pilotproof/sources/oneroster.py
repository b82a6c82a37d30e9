"""Rosters as a OneRoster 1.1 CSV bundle: orgs, users, classes, enrollments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from pilotproof.errors import DataError, Problem
from pilotproof.sources.raw import RawTable, require_columns

COLUMNS = {
    "orgs": ("sourcedId", "name", "type", "parentSourcedId"),
    "users": ("sourcedId", "identifier", "role"),
    "classes": ("sourcedId", "classCode", "schoolSourcedId"),
    "enrollments": ("sourcedId", "classSourcedId", "userSourcedId", "role", "beginDate"),
}


@dataclass(frozen=True, slots=True)
class Roster:
    """The roster as received.

    students : one row per student enrolment: student, class, school, district, begin (all text)
    teachers : one row per teacher and class: teacher, class, school, district
    """

    students: RawTable
    teachers: RawTable


def read_oneroster(tables: Mapping[str, RawTable]) -> Roster:
    """Join the files of the bundle, given by their names without `.csv`.

    Raises DataError for a missing column or an id that leads nowhere.
    """
    for name, columns in COLUMNS.items():
        require_columns(tables[name], columns)
    enrolments = _enrolments(tables)
    is_student = enrolments["role"] == "student"
    file = tables["enrollments"].file
    students = enrolments[is_student].rename(columns={"person": "student"})
    teachers = enrolments[enrolments["role"] == "teacher"].rename(columns={"person": "teacher"})
    return Roster(
        RawTable(file, students[["student", "class", "school", "district", "begin"]]),
        RawTable(file, teachers[["teacher", "class", "school", "district"]]),
    )


def _enrolments(tables: Mapping[str, RawTable]) -> pd.DataFrame:
    orgs, users, classes = (tables[name].frame for name in ("orgs", "users", "classes"))
    frame = tables["enrollments"].frame
    class_row = _look_up(tables["enrollments"], "classSourcedId", classes, "classes.csv")
    user_row = _look_up(tables["enrollments"], "userSourcedId", users, "users.csv")
    school = _look_up(tables["classes"], "schoolSourcedId", orgs, "orgs.csv")["name"]
    parent = _district_of(orgs)
    school_of_class = dict(zip(classes["sourcedId"], school, strict=True))
    district_of_class = dict(zip(classes["sourcedId"], classes["schoolSourcedId"].map(parent), strict=True))
    return pd.DataFrame(
        {
            "person": user_row["identifier"],
            "class": class_row["classCode"],
            "school": frame["classSourcedId"].map(school_of_class),
            "district": frame["classSourcedId"].map(district_of_class),
            "role": frame["role"],
            "begin": frame["beginDate"],
        },
        index=frame.index,
    )


def _look_up(table: RawTable, column: str, target: pd.DataFrame, target_file: str) -> pd.DataFrame:
    """The row of `target` that each id in `column` names, in the order of `table`."""
    keyed = target.set_index("sourcedId")
    ids = table.frame[column]
    problems = [
        Problem(
            file=table.file,
            row=row,
            column=column,
            found=value,
            expected=f"a sourcedId of {target_file}",
            action="Ask for a complete OneRoster export.",
        )
        for row, value in ids[~ids.isin(keyed.index)].items()
    ]
    if problems:
        raise DataError(problems)
    found = keyed.loc[ids]
    found.index = table.frame.index
    return found


def _district_of(orgs: pd.DataFrame) -> dict[str, str]:
    """District name of each school; a school without a parent district stands for itself."""
    name = dict(zip(orgs["sourcedId"], orgs["name"], strict=True))
    return {
        school: name.get(parent, name[school]) for school, parent in zip(orgs["sourcedId"], orgs["parentSourcedId"], strict=True)
    }
