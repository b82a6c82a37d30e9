"""How the tool was used in lessons: PICRAT and SAMR counts, and how far two coders agree. No score is made of codes."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pilotproof.findings.base import Basis, Frozen
from pilotproof.stats.agreement import Kappa

StudentRelation = Literal["P", "I", "C"]
TeacherUse = Literal["R", "A", "T"]
SamrLevel = Literal["S", "A", "M", "R"]
Scale = Literal["student_relation", "teacher_use", "samr"]


class CellCount(Frozen):
    """Lessons in one cell of the PICRAT matrix."""

    student_relation: StudentRelation
    teacher_use: TeacherUse
    lessons: int
    share: float


class LevelCount(Frozen):
    """Lessons at one level of a scale."""

    level: StudentRelation | TeacherUse | SamrLevel
    lessons: int
    share: float


class CodedWeek(Frozen):
    """Lessons of one week of the window, by their level on each axis of PICRAT. starts : its first day"""

    week: int
    starts: date
    lessons: int
    student_relation: dict[StudentRelation, int]
    teacher_use: dict[TeacherUse, int]


class CoderAgreement(Frozen):
    """Agreement of two coders on one scale. kappa : None when fewer than two lessons were coded twice on it"""

    scale: Scale
    lessons: int
    kappa: Kappa | None
    basis: Basis


class LessonCodingFinding(Frozen):
    """Coded lessons; of two coders of a lesson the first counts.

    teachers_with_tool : teachers of treated classes; None when it is not known who they are
    cells, student_relation, teacher_use : of the lessons with a PICRAT code, levels without a lesson included; None without any
    samr : likewise, of the lessons with a SAMR code
    double_coded, share_double_coded : lessons seen by two coders, and their share; wanted_double_coded : the share asked for
    """

    lessons: int
    teachers: int
    teachers_with_tool: int | None
    picrat_lessons: int
    cells: tuple[CellCount, ...] | None
    student_relation: tuple[LevelCount, ...] | None
    teacher_use: tuple[LevelCount, ...] | None
    samr_lessons: int
    samr: tuple[LevelCount, ...] | None
    weeks: tuple[CodedWeek, ...]
    double_coded: int
    share_double_coded: float
    wanted_double_coded: float
    agreement: tuple[CoderAgreement, ...]
    basis: Basis
