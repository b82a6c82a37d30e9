"""Exports are read as text with their row numbers; a broken file is named, never guessed at."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.errors import DataError
from pilotproof.sources.grid import read_grid, table_of
from pilotproof.sources.oneroster import read_oneroster
from pilotproof.sources.qualtrics import read_qualtrics
from pilotproof.sources.raw import RawTable, require_columns, require_rows

SHOWN = "data/raw/x/file.csv"


def write(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def read(path: Path) -> RawTable:
    return table_of(read_grid(path, shown_as=SHOWN))


def test_rows_are_numbered_as_a_spreadsheet_counts_them(tmp_path):
    table = read(write(tmp_path, 'id,note\n001,"two\nlines"\n\n002,b\n'))
    # row 1 is the header; the quoted line break does not make a row; row 3 is blank
    assert table.frame.index.tolist() == [2, 4]
    assert table.frame["id"].tolist() == ["001", "002"], "leading zeros stay"
    assert table.frame["note"].tolist() == ["two\nlines", "b"]


def test_a_byte_order_mark_is_not_part_of_a_name(tmp_path):
    assert list(read(write(tmp_path, b"\xef\xbb\xbfid,b\n1,2\n")).frame) == ["id", "b"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,name\n1,caf\x81\n", "bytes that are no text"),
        (b"id,id\n1,2\n", "this name twice"),
        (b"id,b\n1,2,3\n", "row 2: found 3 cells; expected 2, as in the header"),
        (b'id,b\n1,"x\n', "a broken CSV file"),
        (b"", "0 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_so(tmp_path, content, said):
    with pytest.raises(DataError, match=SHOWN) as caught:
        read(write(tmp_path, content))
    assert said in str(caught.value)


def test_the_passport_s_row_count_is_checked(tmp_path):
    path = write(tmp_path, "id\n1\n2\n")
    assert len(require_rows(read(path), 2).frame) == 2
    with pytest.raises(DataError, match="found 2 records; expected 3, as its passport"):
        require_rows(read(path), 3)


def test_all_missing_columns_are_named_at_once(tmp_path):
    table = read(write(tmp_path, "Student ID,Pretest\n1,2\n"))
    with pytest.raises(DataError) as caught:
        require_columns(table, ["StudentID", "Pretest", "Room"])
    assert "StudentID: found no such column" in str(caught.value) and "Did you mean 'Student ID'?" in str(caught.value)
    assert "Room: found no such column" in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_the_clear_error(tmp_path_factory, content):
    path = write(tmp_path_factory.mktemp("bytes"), content)
    try:
        table = read(path)
    except DataError as error:
        assert error.problems
    else:
        assert table.frame.columns.is_unique
    assert path.read_bytes() == content


QUALTRICS = (
    "EndDate,Status,Finished,ResponseId,Q1\n"
    'End Date,Response Type,Finished,Response ID,"Your staff id?\nPlease"\n'
    '"{""ImportId"":""endDate""}","{""ImportId"":""status""}","{""ImportId"":""finished""}",'
    '"{""ImportId"":""_recordId""}","{""ImportId"":""QID1_TEXT""}"\n'
    "2026-09-10 08:00:00,IP Address,True,R_1,t-1\n"
)


def test_qualtrics_three_header_rows(tmp_path):
    table = read_qualtrics(read_grid(write(tmp_path, QUALTRICS), shown_as=SHOWN))
    assert table.frame["Q1"].tolist() == ["t-1"] and table.frame.index.tolist() == [4]


def test_a_survey_without_import_ids_is_not_taken_for_qualtrics(tmp_path):
    with pytest.raises(DataError, match="no import ids"):
        read_qualtrics(read_grid(write(tmp_path, "EndDate,Status,Finished,ResponseId\na,b,c,d\n1,2,3,4\n"), shown_as=SHOWN))


ROSTER = {
    "orgs.csv": "sourcedId,name,type,parentSourcedId\nd1,District,district,\ns1,School,school,d1\n",
    "users.csv": "sourcedId,identifier,role\nu1,S-1,student\nu2,t-1,teacher\n",
    "classes.csv": "sourcedId,classCode,schoolSourcedId\nc1,M-01,s1\n",
    "enrollments.csv": "sourcedId,classSourcedId,userSourcedId,role,beginDate\ne1,c1,u1,student,2026-09-01\ne2,c1,u2,teacher,\n",
}


def read_roster(folder: Path, **changes: str):
    tables = {name.removesuffix(".csv"): read(write(folder, text, name)) for name, text in (ROSTER | changes).items()}
    return read_oneroster(tables)


def test_a_roster_joins_student_class_school_and_district(tmp_path):
    roster = read_roster(tmp_path)
    assert roster.students.frame.to_dict("records") == [
        {"student": "S-1", "class": "M-01", "school": "School", "district": "District", "begin": "2026-09-01"}
    ]
    assert roster.teachers.frame["teacher"].tolist() == ["t-1"]


def test_an_enrolment_that_leads_nowhere_is_named(tmp_path):
    with pytest.raises(DataError, match=r"row 2, userSourcedId: found u9; expected a sourcedId of users\.csv"):
        read_roster(tmp_path, **{"enrollments.csv": ROSTER["enrollments.csv"].replace("u1", "u9")})
