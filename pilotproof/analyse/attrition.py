"""Who was lost from each arm, students and clusters, and whether so many may be lost where lots were drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pandas as pd

from pilotproof.analyse.arms import RANDOMISED, clusters_assigned
from pilotproof.evidence.attrition import judge_attrition
from pilotproof.findings import AttritionFinding
from pilotproof.pilot import Pilot
from pilotproof.stats.attrition import AttritionByLevel, LevelAttrition, attrition_by_level, attrition_rates


def lost_from(assigned: pd.DataFrame, pilot: Pilot) -> AttritionByLevel | None:
    """Students and clusters lost, of students who were assigned (columns.STUDENTS with `cluster`); None without two arms.

    A cluster that the params name and of which no student is on record is lost as well.
    """
    if not pilot.design.comparison or assigned["is_treated"].nunique() < 2:
        return None
    found = attrition_by_level(
        assigned["is_analysed"].to_numpy(dtype=bool),
        is_treated=assigned["is_treated"].to_numpy(dtype=bool),
        cluster=assigned["cluster"].to_numpy(dtype=object),
    )
    if found.clusters is None:
        return found
    counts = {
        "assigned_treated": clusters_assigned(assigned, pilot.design, is_treated=True),
        "analysed_treated": found.clusters.analysed_treated,
        "assigned_comparison": clusters_assigned(assigned, pilot.design, is_treated=False),
        "analysed_comparison": found.clusters.analysed_comparison,
    }
    return replace(found, clusters=LevelAttrition(**counts, rates=attrition_rates(**counts)))


def attrition_of(lost: AttritionByLevel | None, pilot: Pilot) -> tuple[AttritionFinding, ...]:
    """Attrition of clusters, and of the students of those that were kept; judged for designs with random assignment only."""
    if lost is None or pilot.design.assignment not in RANDOMISED:
        return ()
    students = _judged("students", lost.students)
    if pilot.design.assignment == "randomised-students" or lost.clusters is None:
        return (students,)
    within = students if lost.students_in_kept_clusters is None else _judged("students", lost.students_in_kept_clusters)
    return (_judged("clusters", lost.clusters), within)


def is_draw_kept(attrition: tuple[AttritionFinding, ...]) -> bool:
    """Whether what lots made alike is alike still: attrition is low at every level, by the cautious boundary."""
    return all(level.cautious.is_low for level in attrition)


def _judged(level: Literal["students", "clusters"], counted: LevelAttrition) -> AttritionFinding:
    shares = {"overall": counted.rates.overall, "differential": counted.rates.differential}
    return AttritionFinding(
        level=level,
        **shares,
        cautious=judge_attrition(**shares, assumption="cautious"),
        optimistic=judge_attrition(**shares, assumption="optimistic"),
    )
