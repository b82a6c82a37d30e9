"""Coded lessons are counted by cell, level and week; agreement is weighted kappa, with its arithmetic shown."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from pilotproof.analyse.basis import table_sha256
from pilotproof.analyse.lesson_coding import analyse_lesson_coding
from pilotproof.clean.lesson_coding import clean_lesson_coding
from pilotproof.findings import LessonCodingFinding
from tests.clean.drawn import raw
from tests.clean.test_lesson_coding import pilot

HEADER = "Lesson | Date | Teacher | Period | Coder | PICRAT | SAMR\n"
ROWS = """
a | 2026-09-14 | t-1 | 1 | AB | PR | S
a | 2026-09-14 | t-1 | 1 | CD | PR | S
b | 2026-09-15 | t-2 | 1 | AB | IR | S
b | 2026-09-15 | t-2 | 1 | CD | IA | M
c | 2026-09-21 | t-1 | 1 | AB | IA | A
c | 2026-09-21 | t-1 | 1 | CD | CA | A
d | 2026-09-22 | t-2 | 1 | AB | CT | R
d | 2026-09-22 | t-2 | 1 | CD | CT | R
e | 2026-10-09 | t-1 | 1 | AB | IA |
"""
STUDENTS = pd.DataFrame({"teacher_id": ["T-1", "T-2", "T-3", "T-4"], "is_treated": [True, True, True, False]})


def finding(rows: str = ROWS, students: pd.DataFrame = STUDENTS) -> LessonCodingFinding | None:
    tables = clean_lesson_coding(raw(HEADER + rows.strip(), "l.csv"), pilot=pilot(), arm_of_teacher=None).tables
    return analyse_lesson_coding(tables["lesson_codes"], tables["lesson_code_pairs"], students=students, pilot=pilot())


def test_the_first_coder_s_codes_are_counted_in_all_nine_cells():
    found = finding()
    cells = {cell.student_relation + cell.teacher_use: (cell.lessons, cell.share) for cell in found.cells}
    # PR, IR, CT once and IA twice among 5 lessons; the second coder's CA is not counted
    assert cells == dict.fromkeys(["CR", "PA", "CA", "PT", "IT"], (0, 0.0)) | dict.fromkeys(["PR", "IR", "CT"], (1, 0.2)) | {
        "IA": (2, 0.4)
    }
    assert [(at.level, at.lessons) for at in found.student_relation] == [("P", 1), ("I", 3), ("C", 1)]
    assert [(at.level, at.lessons) for at in found.teacher_use] == [("R", 2), ("A", 2), ("T", 1)]


def test_samr_is_counted_over_the_lessons_that_have_a_code():
    found = finding()
    assert [(at.level, at.lessons, at.share) for at in found.samr] == [
        ("S", 2, 0.5),
        ("A", 1, 0.25),
        ("M", 0, 0.0),
        ("R", 1, 0.25),
    ]
    assert (found.lessons, found.picrat_lessons, found.samr_lessons) == (5, 5, 4)


def test_coverage_of_teachers_and_of_double_coding():
    found = finding()
    assert (found.teachers, found.teachers_with_tool) == (2, 3)
    assert (found.double_coded, found.share_double_coded, found.wanted_double_coded) == (4, 4 / 5, 0.20)
    assert finding(students=STUDENTS[:1]).teachers_with_tool is None, "t-2 is not among the teachers that are known"


def test_every_week_of_the_window_is_there_also_one_without_a_lesson():
    weeks = finding().weeks
    assert [(week.starts, week.lessons) for week in weeks] == [
        (date(2026, 9, 14), 2),
        (date(2026, 9, 21), 2),
        (date(2026, 9, 28), 0),
        (date(2026, 10, 5), 1),
    ]
    assert weeks[1].student_relation == {"P": 0, "I": 1, "C": 1} and weeks[1].teacher_use == {"R": 0, "A": 1, "T": 1}


def test_kappa_of_each_axis_counts_neighbours_as_half_a_disagreement():
    kappa = {one.scale: one.kappa for one in finding().agreement}
    # students: (P,P) (I,I) (I,C) (C,C). Agreement 1, 1, 1/2, 1: 3.5/4 = 0.875
    # by chance: P 1/4 (1/4 + 1/2 1/4) + I 1/2 (1/2 1/4 + 1/4 + 1/2 1/2) + C 1/4 (1/2 1/4 + 1/2) = 0.5625
    assert kappa["student_relation"].observed == pytest.approx(0.875, rel=1e-12)
    assert kappa["student_relation"].expected == pytest.approx(0.5625, rel=1e-12)
    assert kappa["student_relation"].estimate == pytest.approx(0.3125 / 0.4375, rel=1e-12)
    # teaching: (R,R) (R,A) (A,A) (T,T), which is the same table with the levels turned round
    assert kappa["teacher_use"].estimate == pytest.approx(0.3125 / 0.4375, rel=1e-12)
    # SAMR: (S,S) (S,M) (A,A) (R,R): two of three steps apart is 1/3 agreement, (3 + 1/3)/4 = 5/6
    # by chance: S 1/2 (1/4 + 2/3 1/4 + 1/3 1/4) + A 1/4 (2/3 + 1 + 2/3 + 1/3)/4 + R 1/4 (0 + 1/3 + 2/3 + 1)/4 = 13/24
    assert kappa["samr"].estimate == pytest.approx((5 / 6 - 13 / 24) / (11 / 24), rel=1e-12)
    assert [one.percent_agreement for one in kappa.values()] == [0.75, 0.75, 0.75]
    assert all(one.interval.low < one.estimate <= one.interval.high <= 1 for one in kappa.values())


def test_one_lesson_coded_twice_gives_no_kappa_and_none_gives_no_agreement():
    one = finding("\n".join(ROWS.strip().splitlines()[:2]))
    assert [(part.scale, part.lessons, part.kappa) for part in one.agreement] == [
        ("student_relation", 1, None),
        ("teacher_use", 1, None),
        ("samr", 1, None),
    ]
    assert finding(ROWS.strip().splitlines()[0]).agreement == ()


def test_a_scale_that_was_not_used_is_none_and_no_lesson_is_no_finding():
    without_samr = finding("a | 2026-09-14 | t-1 | 1 | AB | PR |")
    assert without_samr.samr is None and without_samr.samr_lessons == 0 and without_samr.cells is not None
    without_picrat = finding("a | 2026-09-14 | t-1 | 1 | AB | | S")
    assert without_picrat.cells is without_picrat.student_relation is None and without_picrat.weeks == ()
    assert finding("a | 2026-09-14 | t-1 | 1 | AB | - | -") is None


def test_the_result_names_its_tables_and_has_no_score():
    tables = clean_lesson_coding(raw(HEADER + ROWS.strip(), "l.csv"), pilot=pilot(), arm_of_teacher=None).tables
    found = finding()
    assert found.basis.tables == {"lesson_codes": table_sha256(tables["lesson_codes"])}
    assert found.agreement[0].basis.tables == {"lesson_code_pairs": table_sha256(tables["lesson_code_pairs"])}
    assert not any(word in name for name in type(found).model_fields for word in ("score", "mean", "sum", "rank"))
