"""The BCa bootstrap interval of a mean change."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.changes import DIGITS, NoInterval, changes, equal_changes
from pilotproof.stats.checks import Floats, count, generator, share
from pilotproof.stats.results import Interval
from pilotproof.stats.sign_flip import DRAWS, DRAWS_AT_A_TIME, SEED

# A resample spreads only sqrt((n - 1) / n) as much as it should, and its quantiles are normal ones, not t: of normal changes a
# 95 % interval covers P(|t| < 1.96 sqrt((n - 1) / n)) on n - 1 df: 75 % for 3 pairs, 89.8 % for 9, 90.4 % for 10. Below: refused.
FEWEST = 10
FEWEST_DRAWS_IN_A_TAIL = 10


def bca_interval(change: ArrayLike, *, confidence: float = 0.95, draws: int = DRAWS, seed: int = SEED) -> Interval | NoInterval:
    """Bias-corrected and accelerated bootstrap interval of the mean change, in the unit of the changes.

    Refused below 10 pairs and where the draws leave a tail fewer than 10 of them. Raises ValueError for missing values.
    Source: Efron (1987), as in scipy; a resampled mean equal to the observed one counts half.
    """
    values, confidence = changes(change), share(confidence, "confidence")
    draws, n = count(draws, "draws", least=1), len(values)
    if n < FEWEST:
        return NoInterval(reason="too few pairs for a bootstrap", n=n, confidence=confidence, largest_confidence=None)
    if refusal := equal_changes(values, confidence):
        return refusal
    if (largest := 1 - 2 * FEWEST_DRAWS_IN_A_TAIL / draws) < confidence:
        return NoInterval(
            reason="too few draws for this confidence", n=n, confidence=confidence, largest_confidence=max(0.0, largest)
        )
    rng = generator(seed)
    found = scipy.stats.bootstrap(
        (values,), _mean, confidence_level=confidence, n_resamples=draws, batch=DRAWS_AT_A_TIME, method="BCa", random_state=rng
    ).confidence_interval
    return Interval(low=float(found.low), high=float(found.high), confidence=confidence)


def _mean(values: Floats, axis: int) -> Floats:
    return np.round(values.mean(axis=axis), DIGITS)  # else float noise would tell equal means apart
