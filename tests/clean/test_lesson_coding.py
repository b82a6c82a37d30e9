"""Coded lessons: each row is accounted for, the first coder counts, and whatever cannot be a code is named."""

from __future__ import annotations

import pytest

from pilotproof.clean.corrections import identifier_columns
from pilotproof.clean.lesson_coding import clean_lesson_coding
from pilotproof.columns.lesson_coding import PICRAT_CODES, SAMR_LEVELS
from pilotproof.errors import DataError
from pilotproof.pilot import LessonCodingSource, Pilot
from tests.clean.drawn import raw
from tests.clean.test_students import pilot as student_pilot

SHEET = """
Lesson      | Date       | Teacher  | Period | Coder | PICRAT | SAMR
EXAMPLE - x | 2026-09-15 | staff id | 3      | AB    | IA     | A
a           | 2026-09-15 | t-1      | P3     | CD    | ia     | Augmentation
a           | 2026-09-15 | T-1      | 3      | AB    | PR     | S
a           | 2026-09-15 | T-1      | 3      | EF    | CT     | R
b           | 09/14/2026 | t-1      | 4      | ab    | CT     | r
b           | 09/14/2026 | t-1      | 4      | AB    | CT     | R
c           | 2026-09-17 | t-1      | 4      | AB    | -      | n/a
d           | 2026-09-17 | t-2      | 4      | AB    | PR     | S
            |            |          |        |       |        |
e           | 2026-10-09 | t-1      |        | CD    | PT     |
"""
ARMS = {"T-1": "treated", "T-2": "comparison"}


def pilot(**source: object) -> Pilot:
    sources = student_pilot().sources.model_copy(update={"lesson_coding": LessonCodingSource(file="l.csv", **source)})
    return student_pilot().model_copy(update={"sources": sources})


def cleaned(text: str = SHEET, arms: dict | None = ARMS, **source: object):
    return clean_lesson_coding(raw(text, "l.csv"), pilot=pilot(**source), arm_of_teacher=arms)


def test_lessons_are_numbered_by_date_and_the_first_coder_in_the_sheet_counts():
    codes = cleaned().tables["lesson_codes"]
    columns = ["lesson_id", "period", "coder", "student_relation", "teacher_use", "samr", "is_counted", "is_double_coded"]
    # b is on the earlier day; of a, CD stands first and counts, though AB comes first by name
    assert codes[columns].to_numpy().tolist() == [
        ["L001", "4", "O1", "C", "T", "R", True, False],
        ["L002", "3", "O2", "I", "A", "A", True, True],
        ["L002", "3", "O1", "P", "R", "S", False, True],
        ["L003", "", "O2", "P", "T", "", True, False],
    ]
    assert set(codes["teacher_id"]) == {"T-1"}


def test_two_coders_of_one_lesson_are_a_pair():
    (pair,) = cleaned().tables["lesson_code_pairs"].to_dict("records")
    assert pair["lesson_id"] == "L002"
    assert [pair[f"{side}_{scale}"] for scale in ("student_relation", "teacher_use", "samr") for side in ("first", "second")] == [
        *("I", "P"),
        *("A", "R"),
        *("A", "S"),
    ]


def test_every_row_of_the_sheet_is_accounted_for():
    (account,) = cleaned().accounts
    # 10 rows: 3 lessons count, 1 entered twice, 1 second coder, and 5 left out by a rule each
    assert (account.records, account.kept) == (10, 3)
    assert account.merged == {
        "Same lesson and coder entered twice": 1,
        "Second coder's record of the lesson, used for agreement": 1,
    }
    assert account.removed == {
        "Example row of the sheet": 1,
        "Row that was not filled in": 1,
        "Lesson marked as not coded": 1,
        "Teacher not in a group that used the tool": 1,
        "Third or later coder of the lesson": 1,
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("| ia  ", "| XA  ", "row 3, PICRAT: found 'XA'; expected one of PR IR CR PA IA CA PT IT CT"),
        ("| ia  ", "| AI  ", "row 3, PICRAT: found 'AI'"),
        ("| r\n", "| high\n", "row 6, SAMR: found 'high'; expected one of S A M R"),
        ("Augmentation", "IA", "row 3, SAMR: found 'IA'"),
        ("09/14/2026", "14.9.2026", "row 6, Date: found '14.9.2026'"),
        ("2026-10-09", "2026-10-10", "row 11, Date: found a lesson on 2026-10-10; expected a day of the pilot's window"),
        ("t-2 ", "t-9 ", "row 9, Teacher: found 't-9'; expected the staff id of a teacher"),
        ("| EF ", "|    ", "row 5, Coder: found an empty cell"),
        (
            "AB    | CT     | R\n",
            "AB    | CT     | M\n",
            "row 7, Coder: found lesson 'b' again by the same coder, with another code",
        ),
        ("T-1      | 3      | AB", "T-1      | 5      | AB", "row 4, Period: found lesson 'a' in period '5'"),
        ("c           | 2026-09-17", "c           | 2026-09-14", "row 8, Lesson: found lesson 'c' on the day and in the period"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_row(old, new, said):
    assert old in SHEET
    with pytest.raises(DataError) as caught:
        cleaned(SHEET.replace(old, new, 1))
    assert said in str(caught.value)


def test_all_problems_are_said_at_once():
    text = SHEET.replace("| ia  ", "| XA  ").replace("t-2 ", "t-9 ").replace("2026-10-09", "2026-12-01")
    with pytest.raises(DataError) as caught:
        cleaned(text)
    assert {(problem.row, problem.column) for problem in caught.value.problems} == {(3, "PICRAT"), (9, "Teacher"), (11, "Date")}


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="Coder: found no such column"):
        cleaned(SHEET.replace("Coder", "Who"))


def test_other_spellings_are_given_a_meaning():
    found = cleaned(
        SHEET.replace("| ia  ", "| Interactive amplifies"), codes={"interactive AMPLIFIES": "IA", "Augmentation": "A"}
    )
    assert found.tables["lesson_codes"].loc[1, ["student_relation", "teacher_use"]].tolist() == ["I", "A"]


def test_one_scale_alone_may_be_coded():
    found = cleaned(samr_column=None).tables["lesson_codes"]
    assert set(found["samr"]) == {""} and list(found["student_relation"]) == ["C", "I", "P", "P"]
    assert list(cleaned(picrat_column=None).tables["lesson_codes"]["samr"]) == ["R", "A", "S"], "e has no SAMR code"


def test_a_sheet_without_any_coded_lesson_gives_empty_tables():
    found = cleaned("\n".join(SHEET.strip().splitlines()[:2]))
    assert all(table.empty for table in found.tables.values()) and found.accounts[0].kept == 0


def test_without_a_roster_every_teacher_used_the_tool():
    assert "T-2" in set(cleaned(arms=None).tables["lesson_codes"]["teacher_id"])


def test_params_that_say_nothing_or_turn_a_code_into_another_are_refused():
    with pytest.raises(ValueError, match="picrat_column or samr_column"):
        LessonCodingSource(file="l.csv", picrat_column=None, samr_column=None)
    with pytest.raises(ValueError, match="not for a code itself"):
        LessonCodingSource(file="l.csv", codes={"a": "M"})
    with pytest.raises(ValueError, match="Input should be"):
        LessonCodingSource(file="l.csv", codes={"RP": "RP"})


def test_the_codes_of_params_and_columns_are_the_same():
    codes = (*PICRAT_CODES, *SAMR_LEVELS)
    assert LessonCodingSource(file="l.csv", codes={f"code {code}": code for code in codes}).codes
    assert len(set(codes)) == 13


def test_who_coded_is_not_shown_in_corrections():
    assert {"Teacher", "Coder"} <= identifier_columns({"lesson_coding": LessonCodingSource(file="l.csv").model_dump()})
