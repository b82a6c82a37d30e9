"""Rosters as a OneRoster 1.1 or 1.2 CSV bundle: orgs, users, classes, enrollments."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pilotproof.sources.raw import RawTable, require_columns
from pilotproof.sources.rosters import Roster, look_up

FILES = ("orgs", "users", "classes", "enrollments")
KEY = "sourcedId"
COLUMNS = {
    "orgs": (KEY, "name", "type", "parentSourcedId"),
    "users": (KEY,),
    "classes": (KEY, "schoolSourcedId"),
    "enrollments": (KEY, "classSourcedId", "userSourcedId", "role"),
}
GONE = {"tobedeleted", "inactive", "deleted"}
CLASS_NAMES = ("classCode", "title", KEY)


def read_oneroster(
    tables: Mapping[str, RawTable], *, person_column: str = "identifier", class_column: str | None = None
) -> Roster:
    """Join the files of the bundle, given by their names without `.csv`.

    person_column : of users.csv, the id that the other exports use
    class_column : of classes.csv; the class code when None, or the first of title and sourcedId that is filled
    Raises DataError for a missing column or an id that leads nowhere.
    """
    for name, columns in COLUMNS.items():
        require_columns(tables[name], (*columns, person_column) if name == "users" else columns)
    orgs, users, classes = (tables[name].frame for name in FILES[:3])
    table = tables["enrollments"]
    of_class = look_up(table, "classSourcedId", classes, KEY, "classes.csv")
    of_user = look_up(table, "userSourcedId", users, KEY, "users.csv")
    school = look_up(tables["classes"], "schoolSourcedId", orgs, KEY, "orgs.csv")["name"]
    school_of = dict(zip(classes[KEY], school, strict=True))
    district_of = dict(zip(classes[KEY], classes["schoolSourcedId"].map(_district_of(orgs)), strict=True))
    frame = pd.DataFrame(
        {
            "student": of_user[person_column],
            "class": of_class[class_column or _filled(classes)],
            "class_key": table.frame["classSourcedId"],
            "school": table.frame["classSourcedId"].map(school_of),
            "district": table.frame["classSourcedId"].map(district_of),
            "begin": _optional(table.frame, "beginDate"),
            "end": _optional(table.frame, "endDate"),
            "is_active": ~(_is_gone(table.frame) | _is_gone(of_class) | _is_gone(of_user)),
            "role": table.frame["role"].str.strip().str.casefold(),
            "is_primary": _optional(table.frame, "primary").str.strip().str.casefold() == "true",
        }
    )
    teachers = frame[(frame["role"] == "teacher") & frame["is_active"]].sort_values("is_primary", ascending=False, kind="stable")
    teacher_of = teachers.drop_duplicates("class_key").set_index("class_key")["student"]
    frame["teacher"] = frame["class_key"].map(teacher_of).astype("str")
    students = frame[frame["role"] == "student"].drop(columns=["role", "is_primary"])
    return Roster(
        enrolments=RawTable(table.file, students, table.removed_by_correction),
        class_column="classSourcedId",
        teachers_in_file=len(frame) - len(students),
        other=_other(tables),
    )


def _filled(classes: pd.DataFrame) -> str:
    return next(name for name in CLASS_NAMES if name in classes and (classes[name].str.strip() != "").all())


def _optional(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame[column] if column in frame else pd.Series("", index=frame.index, dtype="str")


def _is_gone(frame: pd.DataFrame) -> pd.Series:
    """Whether `status` says that the record is no longer valid; in a bulk export it is empty."""
    return _optional(frame, "status").str.strip().str.casefold().isin(GONE)


def _district_of(orgs: pd.DataFrame) -> dict[str, str]:
    """District name of each school; a school without a parent district stands for itself."""
    name = dict(zip(orgs[KEY], orgs["name"], strict=True))
    return {school: name.get(parent, name[school]) for school, parent in zip(orgs[KEY], orgs["parentSourcedId"], strict=True)}


def _other(tables: Mapping[str, RawTable]) -> dict[str, tuple[int, int]]:
    """Records of each other file, and how many of them the enrolments refer to."""
    enrolled = tables["enrollments"].frame
    classes = tables["classes"].frame
    schools = set(classes.loc[classes[KEY].isin(enrolled["classSourcedId"]), "schoolSourcedId"])
    orgs = tables["orgs"].frame
    districts = set(orgs.loc[orgs[KEY].isin(schools), "parentSourcedId"])
    used = {
        "orgs": orgs[KEY].isin(schools | districts),
        "users": tables["users"].frame[KEY].isin(enrolled["userSourcedId"]),
        "classes": classes[KEY].isin(enrolled["classSourcedId"]),
    }
    return {tables[name].file: (tables[name].records, int(is_used.sum())) for name, is_used in used.items()}
