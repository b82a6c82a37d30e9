"""Rosters as CSV files of Microsoft School Data Sync (version 1)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pilotproof.sources.raw import RawTable, require_columns
from pilotproof.sources.rosters import Roster, look_up

FILES = ("School", "Section", "Student", "StudentEnrollment", "Teacher", "TeacherRoster")
KEY, SECTION, SCHOOL = "SIS ID", "Section SIS ID", "School SIS ID"
COLUMNS = {
    "School": (KEY, "Name"),
    "Section": (KEY, SCHOOL),
    "Student": (KEY,),
    "StudentEnrollment": (SECTION, KEY),
    "Teacher": (KEY,),
    "TeacherRoster": (SECTION, KEY),
}


def read_sds(tables: Mapping[str, RawTable], *, district: str, class_column: str | None = None) -> Roster:
    """Join the files, given by their names without `.csv`.

    district : the district of all schools, which these files do not name
    class_column : of Section.csv; the section's SIS ID when None
    Raises DataError for a missing column or an id that leads nowhere.
    """
    for name, columns in COLUMNS.items():
        require_columns(tables[name], columns)
    schools, sections, students = (tables[name].frame for name in FILES[:3])
    table, taught = tables["StudentEnrollment"], tables["TeacherRoster"]
    look_up(table, KEY, students, KEY, "Student.csv")
    look_up(taught, KEY, tables["Teacher"].frame, KEY, "Teacher.csv")
    section = look_up(table, SECTION, sections, KEY, "Section.csv")
    school = look_up(tables["Section"], SCHOOL, schools, KEY, "School.csv")["Name"]
    school_of = dict(zip(sections[KEY], school, strict=True))
    teacher_of = taught.frame.drop_duplicates(SECTION).set_index(SECTION)[KEY]
    frame = pd.DataFrame(
        {
            "student": table.frame[KEY],
            "class": section[class_column] if class_column else table.frame[SECTION],
            "class_key": table.frame[SECTION],
            "teacher": table.frame[SECTION].map(teacher_of).astype("str"),
            "school": table.frame[SECTION].map(school_of),
            "district": district,
            "begin": "",
            "end": "",
            "is_active": True,
        }
    )
    return Roster(
        enrolments=RawTable(table.file, frame, table.removed_by_correction),
        class_column=SECTION,
        other=_other(tables),
    )


def _other(tables: Mapping[str, RawTable]) -> dict[str, tuple[int, int]]:
    enrolled, sections = tables["StudentEnrollment"].frame, tables["Section"].frame
    used_sections = sections[KEY].isin(enrolled[SECTION])
    taught = tables["TeacherRoster"].frame
    used_taught = taught[SECTION].isin(enrolled[SECTION])
    used = {
        "School": tables["School"].frame[KEY].isin(sections.loc[used_sections, SCHOOL]),
        "Section": used_sections,
        "Student": tables["Student"].frame[KEY].isin(enrolled[KEY]),
        "Teacher": tables["Teacher"].frame[KEY].isin(taught.loc[used_taught, KEY]),
        "TeacherRoster": used_taught,
    }
    return {tables[name].file: (tables[name].records, int(is_used.sum())) for name, is_used in used.items()}
