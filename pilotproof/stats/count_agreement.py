"""Agreement of two observers who count, interval by interval, how many of a class are on task."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pilotproof.stats.checks import same_length
from pilotproof.stats.rates import event_counts


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAgreement:
    """Shares from 0 to 1.

    mean_per_interval : of the smaller over the larger count, 1 where both counted none; exact : of intervals with equal counts
    total : of the smaller sum over the larger, which hides errors that cancel out
    """

    mean_per_interval: float
    exact: float
    total: float
    intervals: int


def count_agreement(first: ArrayLike, second: ArrayLike) -> CountAgreement:
    """Agreement of two columns of counts, one an interval.

    None of the three is corrected for chance, and whether the same students were counted is not known.
    Source: Cooper, Heron & Heward, Applied Behavior Analysis: mean count-per-interval, exact count-per-interval, total count.
    """
    a, b = event_counts(first, "first"), event_counts(second, "second")
    same_length(first=a, second=b)
    return CountAgreement(
        mean_per_interval=float(_ratio(a, b).mean()),
        exact=float((a == b).mean()),
        total=float(_ratio(a.sum(), b.sum())),
        intervals=len(a),
    )


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    larger = np.maximum(a, b)
    return np.where(larger > 0, np.minimum(a, b) / np.maximum(larger, 1), 1.0)
