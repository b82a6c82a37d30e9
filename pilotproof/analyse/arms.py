"""What every outcome is described by, whatever the design: students and means of an arm, means of its clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pilotproof.evidence.eligibility import Ineligible, ineligible
from pilotproof.findings import ArmSummary, ClusterPoint
from pilotproof.pilot import Design, Outcome
from pilotproof.stats.baseline import BaselineDifference, baseline_difference

RANDOMISED = ("randomised-classes", "randomised-students")
SIDES = (("treated", True), ("comparison", False))
FEWEST_FOR_SD = 2
RELEVANT = ("student-outcome", "named-in-logic-model")
NOTHING: dict[str, Any] = {  # of the results that only some designs have
    "second": None,
    "among": None,
    "methods": (),
    "models": (),
    "without_one": None,
    "missing": None,
    "missing_shifted": (),
    "change": None,
    "effect": None,
    "cox": (),
    "gain": None,
    "ranks": None,
    "unmeasured": None,
    "equivalence": None,
    "posterior": None,
    "improvement_index": None,
    "recomputed": (),
    "baseline": None,
    "attrition": (),
    "lost": None,
    "mdes_sd": None,
    "units_needed": None,
    "explained": None,
    "next_pilot": None,
    "least_attainable_p": None,
    "points": (),
    "staggered": None,
    "use": None,
}


def why_ineligible(outcome: Outcome) -> Ineligible | None:
    """Why a reviewer would not accept the outcome, by what the params say of it."""
    return ineligible(is_relevant=outcome.relevance in RELEVANT, made_by=outcome.made_by, reliability=outcome.reliability)


def clusters_assigned(assigned: pd.DataFrame, design: Design, *, is_treated: bool) -> int:
    """Clusters of one arm as the params assigned them: one whose students are all gone is lost, and not forgotten.

    Where the lists of the design name something else than clusters, those in the table are all that is known.
    """
    listed = set(design.treated if is_treated else design.comparison) if design.arm_column == design.cluster else set()
    return max(len(listed), int(assigned.loc[assigned["is_treated"] == is_treated, "cluster"].nunique()))


def arm_of(assigned: pd.DataFrame, design: Design, *, is_treated: bool) -> ArmSummary:
    """Students of one arm, assigned and analysed, with their mean scores (columns.STUDENTS with `cluster`)."""
    arm = assigned[assigned["is_treated"] == is_treated]
    analysed = arm[arm["is_analysed"]]
    has_pretest = bool(analysed["pretest_score"].notna().all())
    return ArmSummary(
        assigned=len(arm),
        analysed=len(analysed),
        clusters_assigned=clusters_assigned(assigned, design, is_treated=is_treated),
        clusters_analysed=int(analysed["cluster"].nunique()),
        teachers=None if analysed["teacher_id"].isna().any() else int(analysed["teacher_id"].nunique()),
        mean_pretest=float(analysed["pretest_score"].mean()) if has_pretest else None,
        sd_pretest=_sd(analysed["pretest_score"]) if has_pretest else None,
        mean_posttest=float(analysed["posttest_score"].mean()),
        sd_posttest=_sd(analysed["posttest_score"]),
    )


def _sd(scores: pd.Series) -> float | None:
    return float(scores.std()) if len(scores) >= FEWEST_FOR_SD else None


def baseline_of(analysed: pd.DataFrame) -> BaselineDifference | None:
    """The pretest gap between the arms in SDs of students; None where no SD can be told from so few or so equal pretests."""
    arms = {name: analysed.loc[analysed["is_treated"] == side, "pretest_score"].to_numpy() for name, side in SIDES}
    if min(map(len, arms.values())) < FEWEST_FOR_SD or not any(np.ptp(scores) for scores in arms.values()):
        return None
    return baseline_difference(**arms)


def points_of(analysed: pd.DataFrame) -> tuple[ClusterPoint, ...]:
    """Cluster means, sorted by value and without names."""
    means = analysed.groupby(["is_treated", "cluster"], sort=True).agg(
        students=("student_id", "size"), pretest=("pretest_score", "mean"), posttest=("posttest_score", "mean")
    )
    ordered = means.reset_index().sort_values(["is_treated", "posttest", "students"], ascending=[False, True, True])
    return tuple(
        ClusterPoint(
            arm="treated" if row.is_treated else "comparison",
            students=int(row.students),
            mean_pretest=None if pd.isna(row.pretest) else float(row.pretest),
            mean_posttest=float(row.posttest),
        )
        for row in ordered.itertuples()
    )
