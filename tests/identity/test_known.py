"""Identifiers are found as exact words, and put out of sight."""

from __future__ import annotations

import pytest

from pilotproof.errors import Problem
from pilotproof.identity.columns import full_names, identifier_columns, is_heading, is_identifier_header, is_name_header
from pilotproof.identity.known import KnownIdentifiers, shape_of
from pilotproof.pilot import load_pilot


@pytest.fixture
def known() -> KnownIdentifiers:
    known = KnownIdentifiers(ordinary=frozenset({"page", "grant"}))
    known.add(["S-20417", "ann.lee@school.org", "1200345", "42", ""])
    known.add(["Ann Lee", "Alvarez", "Page", "Åsa Öberg"])
    return known


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Student S-20417.", ["S-20417"]),
        ("student s-20417, again", ["s-20417"]),
        ("S-204171 and XS-20417", []),
        ("write to ann.lee@school.org!", ["ann.lee@school.org"]),
        ("<b>Ann</b> Lee", ["Ann", "Lee"]),
        ("by Ann Lee (teacher)", ["Ann Lee"]),
        ("Ms Alvarez said", ["Alvarez"]),
        ("an alvarez of its own", []),
        ("Page 4", []),
        ("42 students", []),
        ("id 1200345", ["1200345"]),
        ("0.1200345", []),
        ("Åsa Öberg", ["Åsa Öberg"]),
    ],
)
def test_exact_words(known, text, found):
    assert list(known.found(text)) == found


@pytest.mark.parametrize(
    ("known_as", "text", "found"),
    [
        ("S-20417", "S-20417's tablet", "S-20417"),
        ("S-20417", "student_S-20417", "S-20417"),
        ("S-20417", "S20417 and S\u201120418", "S20417"),
        ("Quillfeather", "Quillfeather's iPad", "Quillfeather"),
        ("Quillfeather", "Quill\u200bfeather left", "Quill\u200bfeather"),
        ("Quillfeather", "Ms Quillfeather-Jones, J.Smith", "Quillfeather"),
        ("O'Brien", "Mrs O\u2019Brien said", "O\u2019Brien"),
        ("Garcia-Lopez", "GARCIA LOPEZ left", "GARCIA LOPEZ"),
        ("Ada Quillfeather", "Ada Quillfeather's mother", "Ada Quillfeather"),
        ("Ada Quillfeather", "scores_Ada_Quillfeather.csv", "Ada_Quillfeather"),
        ("Lee, Ann", "by Ann Lee", "Ann Lee"),
        ("Ms. Alvarez", "Alvarez said", "Alvarez"),
        ("ada.quill@school.org", "login ada.quill failed", "ada.quill"),
        ("Núñez", "Nunez left", "Nunez"),
        ("Núñez", "Nu\u0301n\u0303ez left", "Nu\u0301n\u0303ez"),
        ("Wójcik", "Wojcik left", "Wojcik"),
        ("1200345", "student_1200345.", "1200345"),
    ],
)
def test_however_it_is_joined_spelt_or_accented(known_as, text, found):
    known = KnownIdentifiers()
    known.add([known_as])
    assert list(known.found(text)) == [found]
    assert found not in known.without(text)


@pytest.mark.parametrize("text", ["1,200,345", "3.1200345", "1200345.5", "a1200345b", "Mr Smith", "the Coach", "A - 20417"])
def test_other_words_and_numbers_are_nobody(text):
    known = KnownIdentifiers()
    known.add(["1200345", "Mr. Lee", "Coach Okonkwo", "S-20417"])
    assert list(known.found(text)) == []


def test_without_them(known):
    assert known.without("Ann Lee saw S-20417 and s-20417") == "(name) saw (name) and (name)"


def test_names_as_people_type_them(known):
    assert known.without("alvarez could not log in, page 4", any_case=True) == "(name) could not log in, page 4"


def test_problems_show_the_form(known):
    problem = Problem(file="f.csv", row=3, column="Student", found="'S-20417'", expected="a number, not '42'", action="Ask.")
    masked = known.masked(problem)
    assert (masked.row, masked.column) == (3, "Student")
    assert masked.found == "'A-99999'"
    assert masked.expected == "a number, not '99'"


def test_shape():
    assert shape_of("S-20417 ñ@x") == "A-99999 a@a"


@pytest.mark.parametrize(
    "header",
    ["Student ID", "student_id", "StudentID", "Teacher", "E-mail", "Email Address", "sourcedId", "userSourcedId", "Phone", "DOB",
     "Date of birth", "Device ID", "SIS ID", "username", "identifier"],
)  # fmt: skip
def test_headers_of_ids(header):
    assert is_identifier_header(header)


@pytest.mark.parametrize("header", ["First Name", "givenName", "familyName", "Last name", "Student Name", "teacher_name"])
def test_headers_of_names(header):
    assert is_name_header(header) and is_identifier_header(header)


@pytest.mark.parametrize("header", ["Score", "Class", "Grade", "Feature", "Pretest", "Date", "Period", "name", "Minutes"])
def test_other_headers(header):
    assert not is_identifier_header(header)


def test_the_columns_that_the_params_name(workspace):
    columns = identifier_columns(load_pilot("nearpod", workspace))
    assert columns["outcomes.csv"] == {"Student ID"}
    assert columns["sessions.csv"] == {"Teacher"}
    assert {"Teacher", "Observer"} <= columns["observations.csv"]
    assert columns["teacher_survey.csv"] == {"Q1"}


@pytest.mark.parametrize(("cell", "is_one"), [("Staff ID", True), ("Teacher", True), ("S-1", False), ("Student Lee", False)])
def test_a_second_row_of_headings_names_nobody(cell, is_one):
    assert is_heading(cell) is is_one


def test_first_and_last_names_of_a_row():
    assert full_names({"First Name": ["Ann", "Bo", ""], "Last Name": ["Lee", "", "Cy"]}) == ["Ann Lee", "Lee Ann"]
    assert full_names({"Teacher name": ["Ann Lee"]}) == []
