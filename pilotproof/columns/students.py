"""Columns of the student table."""

from __future__ import annotations

from pilotproof.columns.column import Column

STUDENTS = {
    "student_id": Column(kind="text", meaning="Student, a keyed pseudonym", names="student"),
    "class_id": Column(kind="text", meaning="Class in which the student was at the start: C1, C2 …", names="class"),
    "teacher_id": Column(kind="text", meaning="Teacher of that class: T1, T2 …", may_be_empty=True, names="teacher"),
    "school_id": Column(kind="text", meaning="School (site)"),
    "district_id": Column(kind="text", meaning="District (site)"),
    "is_treated": Column(kind="yes or no", meaning="In an arm that used the tool"),
    "outcome": Column(kind="text", meaning="Name of the outcome in the params file"),
    "pretest_score": Column(kind="number", meaning="Score before", unit="outcome's unit", may_be_empty=True),
    "posttest_score": Column(kind="number", meaning="Score after", unit="outcome's unit", may_be_empty=True),
    "is_analysed": Column(kind="yes or no", meaning="Has every score that the analysis needs"),
}
