"""How the tool was used in lessons: counts by cell and week, and the agreement of two coders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any, get_args

import pandas as pd

from pilotproof.analyse.basis import basis_of
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.findings import CellCount, CodedWeek, CoderAgreement, LessonCodingFinding, LevelCount
from pilotproof.findings.lesson_coding import SamrLevel, Scale, StudentRelation, TeacherUse
from pilotproof.pilot import Pilot, Window
from pilotproof.stats.agreement import cohens_kappa

DAYS_PER_WEEK = 7
FEWEST_LESSONS = 2  # that two coders saw: kappa needs them
WANTED_DOUBLE_CODED = 0.20
LEVELS: dict[Scale, tuple[str, ...]] = {
    "student_relation": get_args(StudentRelation),
    "teacher_use": get_args(TeacherUse),
    "samr": get_args(SamrLevel),
}


def analyse_lesson_coding(
    codes: pd.DataFrame, pairs: pd.DataFrame, *, students: pd.DataFrame, pilot: Pilot
) -> LessonCodingFinding | None:
    """The finding on coded lessons; None when no lesson is left.

    codes, pairs : tidy tables (columns.LESSON_CODES, columns.LESSON_CODE_PAIRS)
    students : tidy table (columns.STUDENTS), which tells the teachers of treated classes
    """
    lessons = codes[codes["is_counted"]]
    if lessons.empty:
        return None
    picrat, samr = lessons[lessons["student_relation"] != ""], lessons[lessons["samr"] != ""]
    double_coded = int(lessons["is_double_coded"].sum())
    return LessonCodingFinding(
        lessons=len(lessons),
        teachers=int(lessons["teacher_id"].nunique()),
        teachers_with_tool=_teachers_with_tool(lessons, students),
        picrat_lessons=len(picrat),
        cells=_cells(picrat),
        student_relation=_levels(picrat, "student_relation"),
        teacher_use=_levels(picrat, "teacher_use"),
        samr_lessons=len(samr),
        samr=_levels(samr, "samr"),
        weeks=tuple(_weeks(picrat, pilot.window)),
        double_coded=double_coded,
        share_double_coded=double_coded / len(lessons),
        wanted_double_coded=WANTED_DOUBLE_CODED,
        agreement=tuple(_agreement(pairs, CONFIDENCE)),
        basis=basis_of(
            "counts of lessons by code",
            rule="PICRAT has two ordered axes and SAMR one; codes are counted and never added up to a score",
            lesson_codes=codes,
        ),
    )


def _teachers_with_tool(lessons: pd.DataFrame, students: pd.DataFrame) -> int | None:
    known = set(students.loc[students["is_treated"], "teacher_id"].dropna()) - {""}
    return len(known) if set(lessons["teacher_id"]) <= known else None


def _cells(picrat: pd.DataFrame) -> tuple[CellCount, ...] | None:
    """All nine cells, empty ones too."""
    if picrat.empty:
        return None
    counts = picrat.groupby(["student_relation", "teacher_use"]).size()
    numbers = {place: int(counts.get(place, 0)) for place in product(LEVELS["student_relation"], LEVELS["teacher_use"])}
    return tuple(
        CellCount(student_relation=relation, teacher_use=use, lessons=number, share=number / len(picrat))
        for (relation, use), number in numbers.items()
    )


def _levels(lessons: pd.DataFrame, scale: Scale) -> tuple[LevelCount, ...] | None:
    if lessons.empty:
        return None
    counts = _counts(lessons, scale)
    return tuple(LevelCount(level=level, lessons=number, share=number / len(lessons)) for level, number in counts.items())


def _counts(lessons: pd.DataFrame, scale: Scale) -> dict[Any, int]:
    return {level: int((lessons[scale] == level).sum()) for level in LEVELS[scale]}


def _weeks(picrat: pd.DataFrame, window: Window) -> Iterator[CodedWeek]:
    """Every week of the window, also those without a coded lesson."""
    if picrat.empty:
        return
    week_of = (picrat["session_date"] - pd.Timestamp(window.start)).dt.days // DAYS_PER_WEEK
    for week in range((window.end - window.start).days // DAYS_PER_WEEK + 1):
        lessons = picrat[week_of == week]
        yield CodedWeek(
            week=week + 1,
            starts=window.start + timedelta(days=DAYS_PER_WEEK * week),
            lessons=len(lessons),
            student_relation=_counts(lessons, "student_relation"),
            teacher_use=_counts(lessons, "teacher_use"),
        )


def _agreement(pairs: pd.DataFrame, confidence: float) -> Iterator[CoderAgreement]:
    """Each scale on which two coders gave a code to a lesson."""
    basis = basis_of(
        "Cohen's kappa with linear weights, large-sample interval (Fleiss, Cohen and Everitt 1969); share of equal codes",
        rule="levels are ordered: codes two steps apart disagree more than neighbours; each axis of PICRAT is judged alone",
        lesson_code_pairs=pairs,
    )
    for scale, levels in LEVELS.items():
        coded = pairs[(pairs[f"first_{scale}"] != "") & (pairs[f"second_{scale}"] != "")]
        if coded.empty:
            continue
        kappa = None
        if len(coded) >= FEWEST_LESSONS:
            sides = (coded[f"{side}_{scale}"].to_numpy(dtype=object) for side in ("first", "second"))
            kappa = cohens_kappa(*sides, categories=levels, weights="linear", confidence=confidence)
        yield CoderAgreement(scale=scale, lessons=len(coded), kappa=kappa, basis=basis)
