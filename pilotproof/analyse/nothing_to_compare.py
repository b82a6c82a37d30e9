"""Why the scores of the arms cannot be compared, where the students themselves show it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pilotproof.analyse.sides import Sides
from pilotproof.analyse.teachers import confounded_refusal
from pilotproof.stats.cluster_data import Refusal, RefusalReason, repeats_arms


def nothing_to_compare(analysed: pd.DataFrame, sides: Sides) -> Refusal | None:
    """A result, not an error: a pilot in which all students passed is as legal as any.

    analysed : students (columns.STUDENTS with `cluster`); what clusters alone forbid is refused by each contrast itself
    """
    if alone := confounded_refusal(analysed, sides):
        return alone
    if np.ptp(sides.scores) == 0:
        return _refused(sides, "all scores are equal")
    is_treated, block = sides.named["is_treated"], sides.named["block"]
    if block is not None and pd.Series(block).groupby(sides.named["cluster"]).nunique().max() > 1:
        return _refused(sides, "a cluster in two blocks")
    covariates = sides.named.get("covariates") or {}
    pretest = covariates.get("pretest", sides.named.get("pretest"))
    if pretest is not None and repeats_arms(pretest, is_treated=is_treated, block=block):
        return _refused(sides, "pretest repeats the arms")
    return None


def _refused(sides: Sides, reason: RefusalReason) -> Refusal:
    treated, comparison = sides.clusters_per_arm
    return Refusal(reason=reason, clusters_treated=treated, clusters_comparison=comparison)
