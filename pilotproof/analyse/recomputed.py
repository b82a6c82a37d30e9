"""What a What Works Clearinghouse reviewer would likely reckon from what a study prints: beside the verdict, never instead."""

from __future__ import annotations

import pandas as pd

from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import ClusterContrast
from pilotproof.stats.effect_size import pooled_sd
from pilotproof.stats.recomputed_effect import (
    ClusterTerms,
    RecomputedEffect,
    cluster_terms,
    recomputed_effect,
    recomputed_effect_legacy,
)


def recomputed_by_reviewer(
    means: ClusterContrast | Refusal | None, analysed: pd.DataFrame, *, icc: float, confidence: float
) -> tuple[RecomputedEffect, ...]:
    """By the rules before 4.1, which know only analyses that ignored clusters, and by 4.1 and 5.0, with an assumed ICC.

    The later rules have two variances. Here it is that of an analysis that accounts for clusters, because the contrast of
    means does: it rests on the standard error that this contrast prints, and only the effect size is corrected by the ICC.
    analysed : students analysed, with `cluster`
    Empty without a contrast, and for students who were drawn within their classes, where no class carries an arm.
    """
    if not isinstance(means, ClusterContrast) or analysed.groupby("cluster")["is_treated"].nunique().max() > 1:
        return ()
    terms = _terms(analysed, icc)
    treated, comparison = (analysed.loc[analysed["is_treated"] == side, "posttest_score"].to_numpy() for side in (True, False))
    spread = pooled_sd(treated=treated, comparison=comparison)
    found = (
        recomputed_effect_legacy(difference=means.estimate, pooled_sd=spread, terms=terms, confidence=confidence),
        recomputed_effect(
            difference=means.estimate,
            pooled_sd=spread,
            terms=terms,
            standard_error=means.standard_error,
            accounts_for_clusters=True,
            confidence=confidence,
        ),
    )
    return tuple(effect for effect in found if isinstance(effect, RecomputedEffect))


def _terms(analysed: pd.DataFrame, icc: float) -> ClusterTerms | Refusal:
    arms = {name: analysed[analysed["is_treated"] == side] for name, side in (("treated", True), ("comparison", False))}
    sizes = {f"n_{name}": len(arm) for name, arm in arms.items()}
    clusters = {f"clusters_{name}": int(arm["cluster"].nunique()) for name, arm in arms.items()}
    return cluster_terms(**sizes, **clusters, icc=icc)
