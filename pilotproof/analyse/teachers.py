"""Clusters that share a teacher, school or district: what the tool did and what these do cannot be told apart within them."""

from __future__ import annotations

import pandas as pd

from pilotproof.analyse.sides import Sides
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.evidence.wwc import CONFOUNDED, Alone
from pilotproof.pilot import Pilot
from pilotproof.stats.cluster_data import FEWEST_CLUSTERS, Refusal
from pilotproof.stats.clustered import ClusterContrast, cluster_mean_contrast

FACTORS: tuple[Alone, ...] = ("district", "school", "teacher")


def teachers_per_arm(analysed: pd.DataFrame) -> tuple[int, int] | None:
    """Treated and comparison teachers; None where one is not known, or teaches in both arms and so tells nothing of either."""
    if analysed["teacher_id"].isna().any() or analysed.groupby("teacher_id")["is_treated"].nunique().max() > 1:
        return None
    counts = analysed.groupby("is_treated")["teacher_id"].nunique()
    return int(counts.get(True, 0)), int(counts.get(False, 0))


def alone_in_an_arm(analysed: pd.DataFrame) -> Alone | None:
    """Of what one arm has a single one that the other arm has not; the widest of them, since it holds the narrower ones.

    Source: confounding factors brief (ERIC ED579503): a single teacher, school or district that only one condition has.
    """
    return next((factor for factor in FACTORS if _is_alone(analysed[f"{factor}_id"], analysed["is_treated"])), None)


def _is_alone(factor: pd.Series, is_treated: pd.Series) -> bool:
    if factor.isna().any():
        return False
    treated, comparison = ({*factor[is_treated]}, {*factor[~is_treated]})
    return min(len(treated), len(comparison)) == 1 and not treated & comparison


def confounded_refusal(analysed: pd.DataFrame, sides: Sides) -> Refusal | None:
    """Several classes of one teacher, school or district are one: alone in an arm it cannot be told from the tool."""
    treated, comparison = sides.clusters_per_arm
    alone = alone_in_an_arm(analysed)
    if alone is None or min(treated, comparison) < FEWEST_CLUSTERS:
        return None
    return Refusal(reason=CONFOUNDED[alone], clusters_treated=treated, clusters_comparison=comparison)


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
