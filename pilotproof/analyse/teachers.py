"""Classes that share a teacher: what the tool did and what the teacher does cannot be told apart within them."""

from __future__ import annotations

import pandas as pd

from pilotproof.analyse.sides import Sides
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.pilot import Pilot
from pilotproof.stats.cluster_data import FEWEST_CLUSTERS, Refusal
from pilotproof.stats.clustered import ClusterContrast, cluster_mean_contrast


def teachers_per_arm(analysed: pd.DataFrame) -> tuple[int, int] | None:
    """Treated and comparison teachers; None where one is not known, or teaches in both arms and so tells nothing of either."""
    if analysed["teacher_id"].isna().any() or analysed.groupby("teacher_id")["is_treated"].nunique().max() > 1:
        return None
    counts = analysed.groupby("is_treated")["teacher_id"].nunique()
    return int(counts.get(True, 0)), int(counts.get(False, 0))


def one_teacher_refusal(analysed: pd.DataFrame, sides: Sides) -> Refusal | None:
    """Several classes of one teacher are one teacher: alone in an arm it cannot be told from the tool."""
    teachers = teachers_per_arm(analysed)
    if teachers is None or min(teachers) != 1 or min(sides.clusters_per_arm) < FEWEST_CLUSTERS:
        return None
    treated, comparison = sides.clusters_per_arm
    return Refusal(reason="one teacher in an arm", clusters_treated=treated, clusters_comparison=comparison)


def over_teachers(analysed: pd.DataFrame, sides: Sides, pilot: Pilot) -> ClusterContrast | Refusal | None:
    """The contrast of means with teachers as units, where some of them have several of the clusters; None elsewhere."""
    teachers = teachers_per_arm(analysed)
    if pilot.design.cluster != "class" or teachers is None or sum(teachers) >= sum(sides.clusters_per_arm):
        return None
    block = sides.named["block"]
    if block is not None and pd.Series(block).groupby(analysed["teacher_id"].to_numpy()).nunique().max() > 1:
        return None  # a teacher of two schools lies in no block
    named = sides.named | {"cluster": analysed["teacher_id"].to_numpy(dtype=object)}
    return cluster_mean_contrast(sides.scores, **named, confidence=CONFIDENCE)
