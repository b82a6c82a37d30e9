"""The students of one outcome as the arrays that statistics take, and the design that they were drawn by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pilotproof.pilot import Outcome, Pilot
from pilotproof.stats.attainable import least_attainable_p_within_blocks
from pilotproof.stats.checks import Floats
from pilotproof.stats.verdict_method import Design

DESIGNS: dict[str, Design] = {
    "randomised-classes": "clusters randomised",
    "randomised-students": "students randomised",
    "comparison-classes": "clusters compared",
    "before-after": "before and after",
}
CHANGES = ("before-after", "staggered-start")  # compare a class with itself


@dataclass(frozen=True, slots=True)
class Sides:
    """What every contrast of the arms is given: scores, and is_treated, cluster, pretest, covariates, block by name."""

    design: Design
    scores: Floats
    named: dict[str, Any]

    @property
    def clusters_per_arm(self) -> tuple[int, int]:
        """Treated and comparison units of inference."""
        is_treated, cluster = self.named["is_treated"], self.named["cluster"]
        return len(set(cluster[is_treated])), len(set(cluster[~is_treated]))

    @property
    def least_attainable_p(self) -> float | None:
        """Of a re-assignment of the units, within blocks where there are some; None where no block has both arms."""
        frame = pd.DataFrame({name: self.named[name] for name in ("is_treated", "cluster", "block")}).drop_duplicates()
        block = frame["block"].fillna("all")
        arms = frame.groupby([block, "is_treated"]).size().unstack(fill_value=0).reindex(columns=[True, False], fill_value=0)
        if not arms.all(axis=1).any():
            return None
        return least_attainable_p_within_blocks(n_treated=arms[True].to_numpy(), n_comparison=arms[False].to_numpy())


def sides_of(rows: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> Sides:
    """The students of `rows`, one row each (columns.STUDENTS).

    Students who were drawn by lot within their classes are units of their own, compared within the class; where each class
    holds one arm only, the class is what got the tool, whatever was drawn.
    """
    design = DESIGNS[pilot.design.assignment]
    pretest = rows["pretest_score"].to_numpy() if adjusts_for_pretest(rows, outcome, pilot) else None
    named: dict[str, Any] = {"is_treated": rows["is_treated"].to_numpy(dtype=bool)}
    if design == "students randomised" and drawn_within_classes(rows):
        blocks = rows["class_id"].to_numpy(dtype=object)
        covariates = None if pretest is None else {"pretest": pretest}
        named |= {"cluster": rows["student_id"].to_numpy(dtype=object), "covariates": covariates, "block": blocks}
    else:
        blocks = rows["school_id"].to_numpy(dtype=object) if pilot.design.block == "school" else None
        named |= {"cluster": _clusters(rows, pilot), "block": blocks} | _adjustment(rows, pilot, pretest)
        design = "clusters randomised" if design == "students randomised" else design
    return Sides(design, rows["posttest_score"].to_numpy(dtype=np.float64), named)


def adjusts_for_pretest(rows: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> bool:
    """Whether the pretest tells students analysed apart who are compared with each other.

    Where it does not, nothing can be adjusted for it. A change has no need to: it takes the pretest from the posttest.
    """
    if not pilot.has_pretest(outcome) or pilot.design.assignment in CHANGES:
        return pilot.has_pretest(outcome)
    analysed = rows[rows["is_analysed"]]
    if pilot.design.assignment == "users-compared":
        group = f"{pilot.design.cluster}_id"
    elif pilot.design.assignment == "randomised-students" and drawn_within_classes(rows):
        group = "class_id"
    else:
        group = "school_id" if pilot.design.block == "school" else None
    scores = analysed["pretest_score"]
    return bool((scores.nunique() if group is None else scores.groupby(analysed[group]).nunique().max()) > 1)


def drawn_within_classes(rows: pd.DataFrame) -> bool:
    """Whether a class holds students of both arms."""
    return bool(rows.groupby("class_id")["is_treated"].nunique().max() > 1)


def _adjustment(rows: pd.DataFrame, pilot: Pilot, pretest: np.ndarray | None) -> dict[str, Any]:
    """The pretest adjusts with its slope within clusters; where each cluster has one value of it, it describes clusters."""
    analysed = rows[rows["is_analysed"]]
    if pretest is None or analysed["pretest_score"].groupby(_clusters(analysed, pilot)).nunique().max() > 1:
        return {"pretest": pretest}
    known = rows["pretest_score"].groupby(_clusters(rows, pilot)).transform("first")  # also of students without one
    return {"pretest": None, "covariates": {"pretest": known.to_numpy()}}


def _clusters(rows: pd.DataFrame, pilot: Pilot) -> np.ndarray:
    return rows[f"{pilot.design.cluster}_id"].to_numpy(dtype=object)
