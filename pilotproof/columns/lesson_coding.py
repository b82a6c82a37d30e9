"""Columns of the tables of coded lessons, and the levels of their scales in order."""

from __future__ import annotations

from pilotproof.columns.column import Column

STUDENT_RELATIONS = ("P", "I", "C")
TEACHER_USES = ("R", "A", "T")
SAMR_LEVELS = ("S", "A", "M", "R")
PICRAT_CODES = tuple(relation + use for use in TEACHER_USES for relation in STUDENT_RELATIONS)

RELATION = "passive, interactive, creative; empty when not coded"
USE = "replaces, amplifies, transforms; empty when not coded"
SAMR = "substitution, augmentation, modification, redefinition; empty when not coded"

LESSON_CODES = {
    "lesson_id": Column(kind="text", meaning="Coded lesson with the tool, numbered by date"),
    "session_date": Column(kind="date", meaning="Day of the lesson"),
    "teacher_id": Column(kind="text", meaning="Teacher: T1, T2 …", names="teacher"),
    "period": Column(kind="text", meaning="Class period of the school day; empty when not noted", may_be_empty=True),
    "coder": Column(kind="text", meaning="Coder, O1, O2 … in the order of their names"),
    "student_relation": Column(
        kind="text", meaning=f"PICRAT, what students do with the tool: {RELATION}", allowed=STUDENT_RELATIONS, may_be_empty=True
    ),
    "teacher_use": Column(
        kind="text", meaning=f"PICRAT, what the tool does to teaching: {USE}", allowed=TEACHER_USES, may_be_empty=True
    ),
    "samr": Column(kind="text", meaning=f"SAMR: {SAMR}", allowed=SAMR_LEVELS, may_be_empty=True),
    "is_counted": Column(kind="yes or no", meaning="Coder who comes first in the sheet; the other one only tells agreement"),
    "is_double_coded": Column(kind="yes or no", meaning="A second coder coded the lesson too"),
}
LESSON_CODE_PAIRS = {
    "lesson_id": Column(kind="text", meaning="Lesson that two coders coded, as in lesson_codes"),
    **{
        f"{which}_{name}": Column(
            kind="text", meaning=f"{label} of the {coder}", allowed=LESSON_CODES[name].allowed, may_be_empty=True
        )
        for name, label in (("student_relation", "Student relation"), ("teacher_use", "Teacher use"), ("samr", "SAMR"))
        for which, coder in (("first", "coder who counts"), ("second", "second coder"))
    },
}
