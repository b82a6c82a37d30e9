"""Rosters of three layouts give the same: enrolments with class, teacher, school and district."""

from __future__ import annotations

import pytest

from pilotproof.errors import DataError
from pilotproof.pilot import RosterSource
from pilotproof.sources.flat_roster import read_flat_roster
from pilotproof.sources.oneroster import read_oneroster
from pilotproof.sources.raw import RawTable
from pilotproof.sources.sds import read_sds
from tests.clean.drawn import raw

ONEROSTER = {
    "orgs": "sourcedId|name|type|parentSourcedId\nd1|District|district|\ns1|School|school|d1\ns2|Far|school|d1",
    "users": "sourcedId|identifier|role\nu1|S-1|student\nu2|t-1|teacher\nu3|t-2|teacher\nu4||student",
    "classes": "sourcedId|classCode|title|schoolSourcedId\nc1|M-01|Maths|s1\nc2|M-02|Art|s2",
    "enrollments": "sourcedId|classSourcedId|userSourcedId|role|beginDate|endDate|primary|status\n"
    "e1|c1|u1|student|2026-09-01|||\ne2|c1|u2|teacher|||false|\ne3|c1|u3|teacher|||true|active",
}


def oneroster(**changes: str) -> dict[str, RawTable]:
    return {name: raw(text, f"roster/{name}.csv") for name, text in (ONEROSTER | changes).items()}


def test_oneroster_joins_student_class_teacher_school_and_district():
    roster = read_oneroster(oneroster())
    (row,) = roster.enrolments.frame.to_dict("records")
    assert {name: row[name] for name in ("student", "class", "teacher", "school", "district", "begin", "is_active")} == {
        "student": "S-1",
        "class": "M-01",
        "teacher": "t-2",
        "school": "School",
        "district": "District",
        "begin": "2026-09-01",
        "is_active": True,
    }, "of two teachers the primary one"
    assert roster.teachers_in_file == 2
    # school s2, class c2 and user u4 belong to no enrolment
    assert roster.other == {"roster/orgs.csv": (3, 2), "roster/users.csv": (4, 3), "roster/classes.csv": (2, 1)}


def test_version_1_2_has_no_role_in_users():
    users = "sourcedId|identifier|userMasterIdentifier\nu1|S-1|\nu2|t-1|\nu3|t-2|"
    assert len(read_oneroster(oneroster(users=users)).enrolments.frame) == 1


@pytest.mark.parametrize("status", ["tobedeleted", "ToBeDeleted", "inactive"])
def test_a_record_that_is_to_be_deleted_is_not_active(status):
    enrolments = ONEROSTER["enrollments"].replace("2026-09-01|||", f"2026-09-01|||{status}")
    assert read_oneroster(oneroster(enrollments=enrolments)).enrolments.frame["is_active"].tolist() == [False]


def test_classes_without_a_code_go_by_their_title_and_ids_by_the_column_the_params_name():
    classes = ONEROSTER["classes"].replace("M-01", "").replace("M-02", "")
    roster = read_oneroster(oneroster(classes=classes), person_column="sourcedId")
    assert roster.enrolments.frame[["student", "class"]].to_numpy().tolist() == [["u1", "Maths"]]


def test_an_enrolment_that_leads_nowhere_is_named():
    enrolments = ONEROSTER["enrollments"].replace("u1", "u9")
    with pytest.raises(DataError, match=r"row 2, userSourcedId: found u9; expected a sourcedId of users\.csv"):
        read_oneroster(oneroster(enrollments=enrolments))


SDS = {
    "School": "SIS ID|Name\n10|School",
    "Section": "SIS ID|School SIS ID|Section Name\n1|10|Maths\n2|10|Art",
    "Student": "SIS ID\n7\n8",
    "StudentEnrollment": "Section SIS ID|SIS ID\n1|7\n1|8\n2|7",
    "Teacher": "SIS ID\n4",
    "TeacherRoster": "Section SIS ID|SIS ID\n1|4\n2|4",
}


def test_school_data_sync():
    tables = {name: raw(text, f"{name}.csv") for name, text in SDS.items()}
    frame = read_sds(tables, district="D", class_column="Section Name").enrolments.frame
    assert frame[["student", "class", "teacher", "school", "district"]].to_numpy().tolist() == [
        ["7", "Maths", "4", "School", "D"],
        ["8", "Maths", "4", "School", "D"],
        ["7", "Art", "4", "School", "D"],
    ]


def test_a_flat_file_names_what_it_has_and_takes_the_rest_from_the_pilot():
    source = RosterSource(format="flat", file="r.csv", student_column="Student", class_column="Section")
    frame = read_flat_roster(raw("Student|Section\ns1|A\ns2|B"), source, district="D").enrolments.frame
    assert frame["class"].tolist() == ["A", "B"]
    assert frame["school"].unique().tolist() == frame["district"].unique().tolist() == ["D"]


def test_a_flat_file_without_the_column_is_named():
    source = RosterSource(format="flat", file="r.csv", student_column="Pupil", class_column="Section")
    with pytest.raises(DataError, match="Pupil: found no such column"):
        read_flat_roster(raw("Student|Section\ns1|A"), source, district="D")
