"""Effect size of ranks: how often one arm comes out above the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.changes import rounded
from pilotproof.stats.checks import numbers, share
from pilotproof.stats.results import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class RankEffect:
    """Rank-biserial correlation of two arms, which is Cliff's delta: 2 superiority - 1, from -1 to 1.

    superiority : chance that a treated value exceeds a comparison value, ties counting half
    interval, superiority_interval : Newcombe's method 5, which also says something when the arms do not overlap
    """

    estimate: float
    interval: Interval
    superiority: float
    superiority_interval: Interval
    n_treated: int
    n_comparison: int


def rank_biserial(*, treated: ArrayLike, comparison: ArrayLike, confidence: float = 0.95) -> RankEffect:
    """Rank-biserial correlation of independent units, such as class means; at least two an arm.

    Float noise is rounded off first, so that means which are equal on paper tie.

    Source: Cliff (1993): P(T > C) - P(T < C) over all pairs; interval Newcombe (2006), method 5: the theta with
    |U / (n_T n_C) - theta| = z sqrt(V(theta)), V = theta (1 - theta) (1 + (N / 2 - 1) ((1 - theta) / (2 - theta)
    + theta / (1 + theta))) / (n_T n_C).
    """
    t, c = numbers(treated, "treated", fewest=2), numbers(comparison, "comparison", fewest=2)
    level = share(confidence, "confidence")
    ranks = scipy.stats.rankdata(rounded(np.concatenate([t, c])))
    wins = float(ranks[: len(t)].sum()) - len(t) * (len(t) + 1) / 2
    losses = len(t) * len(c) - wins
    pairs = len(t) * len(c)
    z = float(scipy.stats.norm.ppf((1 + level) / 2))
    low = _lower(wins / pairs, len(t), len(c), z)
    high = 1 - _lower(losses / pairs, len(t), len(c), z)
    return RankEffect(
        estimate=(wins - losses) / pairs,
        interval=Interval(low=2 * low - 1, high=2 * high - 1, confidence=level),
        superiority=wins / pairs,
        superiority_interval=Interval(low=low, high=high, confidence=level),
        n_treated=len(t),
        n_comparison=len(c),
    )


def _lower(superiority: float, n_treated: int, n_comparison: int, z: float) -> float:
    """The lower limit; the equation of `rank_biserial`, squared, is divided by 1 - theta, which also solves it at 1."""
    if superiority == 0:
        return 0.0

    def excess(theta: float) -> float:
        distance = 1 - theta if superiority == 1 else (superiority - theta) ** 2 / (1 - theta)
        spread = 1 + ((n_treated + n_comparison) / 2 - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return distance - z**2 * theta * spread / (n_treated * n_comparison)

    return float(scipy.optimize.brentq(excess, 0.0, superiority, xtol=1e-15, rtol=1e-14))
