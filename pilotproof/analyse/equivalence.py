"""Whether there is no difference worth having, by the same method that says whether there is a difference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pilotproof.analyse.sides import Sides
from pilotproof.evidence.profile import ALPHA
from pilotproof.findings import MethodResult
from pilotproof.pilot import Analysis, Outcome
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import ClusterContrast
from pilotproof.stats.effect_size import pooled_sd
from pilotproof.stats.equivalence import Equivalence, equivalence_test
from pilotproof.stats.randomisation_equivalence import randomisation_equivalence


def equivalence_of(
    verdict: object,
    means: ClusterContrast | Refusal | None,
    sides: Sides,
    analysed: pd.DataFrame,
    outcome: Outcome,
    analysis: Analysis,
) -> Equivalence | None:
    """The difference against the smallest effect worth having, so that "no difference" and "not enough data" are told apart.

    By the lot where the lot carries the verdict, with the same draws; else by the t of the contrast of means.
    """
    if not isinstance(means, ClusterContrast):
        return None
    limit = outcome.smallest_effect_sd * pooled_sd(**_scores_by_arm(analysed))
    negligible = {"low": -limit, "high": limit, "alpha": ALPHA}
    if isinstance(verdict, MethodResult) and verdict.method == "randomisation":
        draws = {"draws": analysis.random_draws, "seed": analysis.seed}
        found = randomisation_equivalence(sides.scores, **sides.named, **negligible, **draws)
        return None if isinstance(found, Refusal) else found
    return equivalence_test(means.estimate, standard_error=means.standard_error, df=means.df, **negligible)


def _scores_by_arm(analysed: pd.DataFrame) -> dict[str, np.ndarray]:
    is_treated, scores = analysed["is_treated"].to_numpy(dtype=bool), analysed["posttest_score"].to_numpy()
    return {"treated": scores[is_treated], "comparison": scores[~is_treated]}
