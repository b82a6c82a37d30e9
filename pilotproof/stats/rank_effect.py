"""Effect sizes of ranks: how often one arm, or the later score, comes out above."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from pilotproof.stats.changes import changes, rounded
from pilotproof.stats.checks import numbers, same_length, share
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRankEffect:
    """Matched-pairs rank-biserial correlation: the share of ranks that rose minus the share that fell, from -1 to 1.

    rank_sum_rose, rank_sum_fell : with unchanged pairs ranked first and then left out (Pratt)
    interval : a score interval
    n, n_unchanged : pairs
    """

    estimate: float
    interval: Interval
    rank_sum_rose: float
    rank_sum_fell: float
    n: int
    n_unchanged: int


def rank_biserial(*, treated: ArrayLike, comparison: ArrayLike, confidence: float = 0.95) -> RankEffect:
    """Rank-biserial correlation of independent units, such as class means; at least two an arm.

    Float noise is rounded off first, so that means which are equal on paper tie.

    Source: Cliff (1993): P(T > C) - P(T < C) over all pairs; interval Newcombe (2006), method 5: the theta with
    |U / (n_T n_C) - theta| = z sqrt(V(theta)), V = theta (1 - theta) (1 + (N / 2 - 1) ((1 - theta) / (2 - theta)
    + theta / (1 + theta))) / (n_T n_C).
    """
    t, c = numbers(treated, "treated", fewest=2), numbers(comparison, "comparison", fewest=2)
    level = share(confidence, "confidence")
    ranks = stats.rankdata(rounded(np.concatenate([t, c])))
    wins = float(ranks[: len(t)].sum()) - len(t) * (len(t) + 1) / 2
    losses = len(t) * len(c) - wins
    pairs = len(t) * len(c)
    z = float(stats.norm.ppf((1 + level) / 2))
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


def paired_rank_biserial(*, before: ArrayLike, after: ArrayLike, confidence: float = 0.95) -> PairedRankEffect:
    """Matched-pairs rank-biserial correlation of at least two pairs, whose changes are rounded as in `paired_change`.

    before, after : values of the same units in the same order
    Source: Kerby (2014): (R_rose - R_fell) / (n (n + 1) / 2), ranks by Pratt (1959); interval by Wilson's score with
    k = z^2 sum of squared ranks / (sum of ranks)^2: (r +- sqrt(k (1 - r^2) + k^2)) / (1 + k), for signs that do not
    depend on the size of the change; on simulated shifts it covers at its level or above.
    """
    x, y = numbers(before, "before", fewest=2), numbers(after, "after", fewest=2)
    same_length(before=x, after=y)
    level = share(confidence, "confidence")
    change = changes(y - x, largest=max(np.abs(x).max(), np.abs(y).max()))
    ranks = stats.rankdata(np.abs(change))
    rose, fell = float(ranks[change > 0].sum()), float(ranks[change < 0].sum())
    r = (rose - fell) / float(ranks.sum())
    k = float(stats.norm.ppf((1 + level) / 2) ** 2 * (ranks**2).sum() / ranks.sum() ** 2)
    margin = float(np.sqrt(k * (1 - r**2) + k**2))
    return PairedRankEffect(
        estimate=r,
        interval=Interval(low=(r - margin) / (1 + k), high=(r + margin) / (1 + k), confidence=level),
        rank_sum_rose=rose,
        rank_sum_fell=fell,
        n=len(change),
        n_unchanged=int((change == 0).sum()),
    )


def _lower(superiority: float, n_treated: int, n_comparison: int, z: float) -> float:
    """The lower limit; the equation of `rank_biserial`, squared, is divided by 1 - theta, which also solves it at 1."""
    if superiority == 0:
        return 0.0

    def excess(theta: float) -> float:
        distance = 1 - theta if superiority == 1 else (superiority - theta) ** 2 / (1 - theta)
        spread = 1 + ((n_treated + n_comparison) / 2 - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return distance - z**2 * theta * spread / (n_treated * n_comparison)

    return float(optimize.brentq(excess, 0.0, superiority, xtol=1e-15, rtol=1e-14))
