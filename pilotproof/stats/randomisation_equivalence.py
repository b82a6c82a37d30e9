"""Two one-sided tests by the lot that assigned the clusters, so that "no difference" rests on the same draw as "a difference"."""

from __future__ import annotations

from numpy.typing import ArrayLike

from pilotproof.stats.cluster_data import Covariates, Refusal, cluster_data, refusal_of
from pilotproof.stats.equivalence import Equivalence, negligible, verdict_of
from pilotproof.stats.randomisation import DRAWS, MOST_EXACT, SEED, reference_of_data


def randomisation_equivalence(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    low: float,
    high: float,
    alpha: float = 0.05,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    draws: int = DRAWS,
    most_exact: int = MOST_EXACT,
    seed: int = SEED,
) -> Equivalence | Refusal:
    """Test by re-assignment whether a difference, the same for everyone, lies between `low` and `high`.

    low, high : in score units with low < 0 < high, fixed before the data are seen; other arguments as in `randomisation_test`,
    whose assignments and p_difference these are. Each one-sided test has at most its level over the assignments that could
    have been drawn, however unequal the arms; the two-sided interval at 1 - 2 alpha would promise that for both together only.
    Source: Schuirmann (1987), each test Fisher's randomisation test of a shift: Rosenbaum (2002) section 2.6.
    """
    bottom, top, level = negligible(low, high, alpha)
    data = cluster_data(
        outcome,
        is_treated=is_treated,
        cluster=cluster,
        pretest=pretest,
        covariates=covariates,
        block=block,
        confidence=1 - 2 * level,
    )
    if refusal := refusal_of(data):
        return refusal
    found = reference_of_data(data, draws=draws, most_exact=most_exact, seed=seed)
    if isinstance(found, Refusal):
        return found
    reference = found[0]
    above, below, different = reference.p_above(bottom), reference.p_below(top), reference.p_value
    return Equivalence(
        verdict=verdict_of(is_different=different < level, is_equivalent=max(above, below) < level),
        estimate=reference.observed_a / reference.observed_c,
        standard_error=None,
        df=None,
        low=bottom,
        high=top,
        p_above_low=above,
        p_below_high=below,
        p_equivalence=max(above, below),
        p_difference=different,
        interval=reference.one_sided_interval(level),
        alpha=level,
    )
