"""The Hodges-Lehmann pseudo-median of changes, with the interval that inverts the exact signed-rank test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pilotproof.stats.changes import NoInterval, changes, equal_changes
from pilotproof.stats.checks import ROUNDING, Floats, share
from pilotproof.stats.results import Interval
from pilotproof.stats.signed_rank import chances_of_sums


@dataclass(frozen=True, slots=True, kw_only=True)
class HodgesLehmann:
    """Pseudo-median of the changes, in their unit.

    interval : its `confidence` is the attained one, at least the one asked for
    is_conservative : ties or zeros among the changes, as on Likert scales; the interval then covers at least as often as it says
    """

    estimate: float
    interval: Interval | NoInterval
    is_conservative: bool


def hodges_lehmann(change: ArrayLike, *, confidence: float = 0.95) -> HodgesLehmann:
    """Median of all means of two changes, a change with itself included, and its exact interval.

    The interval assumes that changes are symmetric about their median. It inverts the test of untied changes; for tied ones no
    single p belongs to it: it is closed, and so covers at least as often. Raises ValueError for missing values.
    Source: Hodges & Lehmann (1963); limits: the k-th smallest and largest mean with 2 P(W+ <= k - 1) <= 1 - confidence;
    ties: Noether (1967).
    """
    values, confidence = changes(change), share(confidence, "confidence")
    n = len(values)
    first, second = np.triu_indices(n)
    means = np.sort((values[first] + values[second]) / 2)
    return HodgesLehmann(
        estimate=float(np.median(means)),
        interval=equal_changes(values, confidence) or _interval(means, n, confidence),
        is_conservative=bool((values == 0).any()) or len(np.unique(np.abs(values))) < n,
    )


def _interval(means: Floats, n: int, confidence: float) -> Interval | NoInterval:
    at_most = 2 * np.cumsum(chances_of_sums(np.arange(1, n + 1), most=n * (n + 1) // 4))
    k = int(np.sum(at_most <= 1 - confidence + ROUNDING))
    if k == 0:
        return NoInterval(
            reason="too few pairs for this confidence", n=n, confidence=confidence, largest_confidence=float(1 - at_most[0])
        )
    return Interval(low=float(means[k - 1]), high=float(means[-k]), confidence=float(1 - at_most[k - 1]))
