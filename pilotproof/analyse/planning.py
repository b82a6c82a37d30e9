"""What the design can find at all, and how many clusters would find what matters."""

from __future__ import annotations

import pandas as pd

from pilotproof.pilot import Outcome, Pilot
from pilotproof.stats.design_error import clustered_design
from pilotproof.stats.power import mdes_clustered
from pilotproof.stats.power_search import NotWithinReach, size_needed

FEWEST_TO_PLAN = 4
MOST_CLUSTERS = 2_000


def mdes_of(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> float | None:
    """Smallest effect, in student SDs, that the design finds with 80 % power; None when nothing can be planned from it."""
    clusters, sizes = sum(clusters_per_arm(analysed)), _sizes(analysed, outcome, pilot)
    return None if sizes is None or clusters < FEWEST_TO_PLAN else mdes_clustered(clusters=clusters, **sizes)


def clusters_needed(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> int | None:
    """Clusters, both arms together, with which a pilot like this one finds the smallest effect worth having."""
    sizes = _sizes(analysed, outcome, pilot)
    if sizes is None:
        return None
    found = size_needed(
        lambda clusters: clustered_design(clusters=clusters, **sizes),
        outcome.smallest_effect_sd,
        fewest=FEWEST_TO_PLAN,
        most=MOST_CLUSTERS,
    )
    return None if isinstance(found, NotWithinReach) else found


def clusters_per_arm(analysed: pd.DataFrame) -> tuple[int, int]:
    """Treated and comparison clusters with a student in the analysis."""
    counts = analysed.groupby("is_treated")["cluster"].nunique()
    return int(counts.get(True, 0)), int(counts.get(False, 0))


def explained_by_pretest(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> float:
    """Share of the posttest's variance that the pretest explains among the students analysed; 0 without a pretest."""
    if not pilot.has_pretest(outcome):
        return 0.0
    return float(analysed["pretest_score"].corr(analysed["posttest_score"])) ** 2


def _sizes(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> dict[str, float] | None:
    """What the power of this design depends on besides the number of clusters; None when nothing can be planned from it.

    With the planning ICC; the pretest is taken to explain what it does among these students.
    """
    treated, comparison = clusters_per_arm(analysed)
    if min(treated, comparison) < 1:
        return None
    explained = explained_by_pretest(analysed, outcome, pilot)
    return {
        "cluster_size": len(analysed) / (treated + comparison),
        "icc": pilot.analysis.class_icc,
        "share_treated": treated / (treated + comparison),
        "r2_student": explained,
        "r2_cluster": explained,
        "cluster_covariates": 0,
    }
