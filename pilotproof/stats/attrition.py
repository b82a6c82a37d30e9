"""How many of those assigned were lost, over all and between the arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import booleans, count, labels, same_length


@dataclass(frozen=True, slots=True, kw_only=True)
class AttritionRates:
    """Shares from 0 to 1; differential is the absolute gap between the arms."""

    overall: float
    treated: float
    comparison: float
    differential: float


def attrition_rates(
    *, assigned_treated: int, analysed_treated: int, assigned_comparison: int, analysed_comparison: int
) -> AttritionRates:
    """Attrition from counts of one kind of unit (students or clusters).

    Source: WWC Handbook 5.0: lost over assigned, over all and by arm.
    """
    treated = _lost(assigned_treated, analysed_treated, "treated")
    comparison = _lost(assigned_comparison, analysed_comparison, "comparison")
    assigned = assigned_treated + assigned_comparison
    return AttritionRates(
        overall=1 - (analysed_treated + analysed_comparison) / assigned,
        treated=treated,
        comparison=comparison,
        differential=abs(treated - comparison),
    )


def _lost(assigned: int, analysed: int, arm: str) -> float:
    before, after = count(assigned, f"assigned_{arm}", least=1), count(analysed, f"analysed_{arm}")
    if after > before:
        raise ValueError(f"analysed_{arm} ({after}) cannot exceed assigned_{arm} ({before})")
    return 1 - after / before


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAttrition:
    """Attrition of one kind of unit, with its counts."""

    assigned_treated: int
    analysed_treated: int
    assigned_comparison: int
    analysed_comparison: int
    rates: AttritionRates


@dataclass(frozen=True, slots=True, kw_only=True)
class AttritionByLevel:
    """Who was lost, by arm.

    students : of all assigned; clusters : lost when none of its students is analysed, None where arms share a cluster
    students_in_kept_clusters : of those assigned in clusters that were kept, so that a lost cluster is not counted twice; None
    where arms share a cluster or an arm kept none
    """

    students: LevelAttrition
    clusters: LevelAttrition | None
    students_in_kept_clusters: LevelAttrition | None


def attrition_by_level(is_analysed: ArrayLike, *, is_treated: ArrayLike, cluster: ArrayLike) -> AttritionByLevel:
    """Attrition of students and of clusters from one row for each student assigned.

    is_analysed : whether the student's outcome is in the analysis; is_treated : arm assigned; cluster : label when assigned
    Raises ValueError unless each arm was assigned a student.
    Source: WWC Handbook 5.0: clusters first, then students within the clusters that were kept.
    """
    kept, treated = booleans(is_analysed, "is_analysed"), booleans(is_treated, "is_treated")
    index = labels(cluster, "cluster")
    same_length(is_analysed=kept, is_treated=treated, cluster=index)
    if not len(treated) or treated.all() or not treated.any():
        raise ValueError("is_treated: both arms are needed; one is empty")
    students = _level(kept, treated)
    arm = np.bincount(index, weights=treated) / np.bincount(index)
    if not np.isin(arm, (0, 1)).all():
        return AttritionByLevel(students=students, clusters=None, students_in_kept_clusters=None)
    is_kept = np.bincount(index, weights=kept) > 0
    clusters = _level(is_kept, arm == 1)
    inside = is_kept[index]
    within = _level(kept[inside], treated[inside]) if min(clusters.analysed_treated, clusters.analysed_comparison) else None
    return AttritionByLevel(students=students, clusters=clusters, students_in_kept_clusters=within)


def _level(is_kept: NDArray[np.bool_], is_treated: NDArray[np.bool_]) -> LevelAttrition:
    counts = {
        "assigned_treated": int(is_treated.sum()),
        "analysed_treated": int((is_kept & is_treated).sum()),
        "assigned_comparison": int((~is_treated).sum()),
        "analysed_comparison": int((is_kept & ~is_treated).sum()),
    }
    return LevelAttrition(**counts, rates=attrition_rates(**counts))
