"""The least two-sided p that an exact test can give with so few units: printed before any p."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import comb, factorial, prod
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import MOST_UNITS, count, counts, finite, numbers, one_of, same_length

RELATIVE_TIE = 1e-7  # outcomes whose chances differ by less are equally likely, as in R's binom.test and fisher.test
WEIGHTS = {"Rademacher": 2, "Webb": 6}  # values that the weight of a cluster can take


def least_attainable_p_sign_flip(n: int, *, zeros: int = 0) -> float:
    """Two-sided sign-flip, signed-rank (either treatment of zeros) or sign test over `n` pairs: 2 / 2^n.

    zeros : of the pairs, those without a change; they have no sign to flip, so that 2 / 2^(n - zeros) is the least
    Source: of the equally likely sign patterns, all up and all down are the most extreme, whatever the ties.
    """
    pairs, unchanged = count(n, "n", least=1), count(zeros, "zeros")
    if unchanged > pairs:
        raise ValueError(f"zeros ({unchanged}) cannot exceed n ({pairs})")
    return min(1.0, 2.0 ** (1 - pairs + unchanged))


def least_attainable_p_randomisation(*, n_treated: int, n_comparison: int) -> float:
    """Two-sided re-randomisation of units (clusters or students): 1 / C(G, G_T), twice that when the arms are equally large.

    Source: with equal arms swapping all labels turns the difference round, so that it is as extreme again.
    """
    treated, comparison = count(n_treated, "n_treated", least=1), count(n_comparison, "n_comparison", least=1)
    return least_attainable_p_within_blocks(n_treated=[treated], n_comparison=[comparison])


def least_attainable_p_within_blocks(*, n_treated: Sequence[int], n_comparison: Sequence[int]) -> float:
    """Two-sided re-randomisation of units (clusters or students) within blocks: 1 / product of C(n, n_T) of the blocks.

    n_treated, n_comparison : units of each arm, one entry a block. A block with one arm only adds nothing.
    Source: all labels can be swapped, which doubles it, only where every block with both arms has equally large ones.
    """
    treated, comparison = counts(n_treated, "n_treated", most=MOST_UNITS), counts(n_comparison, "n_comparison", most=MOST_UNITS)
    same_length(n_treated=treated, n_comparison=comparison)
    blocks = [(t, c) for t, c in zip(treated, comparison, strict=True) if t and c]
    if not blocks:
        raise ValueError("n_treated and n_comparison: no block has units of both arms, so that nothing is compared")
    ways = prod(comb(t + c, t) for t, c in blocks)  # whole numbers: it may be too large for a float
    return (2 if all(t == c for t, c in blocks) else 1) / ways


def least_attainable_p_staggered(starts: ArrayLike, *, times: ArrayLike) -> float:
    """Two-sided test over the orders of staggered starts: 1 / k! when all k clusters start apart.

    starts : first time with the tool, one a cluster; times : at which every cluster is observed
    Clusters that start between the same two times share a start. So do those that start by the first time and those that never
    do within `times`, since neither changes. m clusters that share a start can be swapped unseen, which multiplies by m!.
    With two different starts of equally many clusters swapping all of them turns the effect round, which doubles it.
    Raises ValueError when all share a start.
    Source: Wampold & Worsham (1986) for 1 / k!; a start is a step in time, and steps of more than two starts do not mirror.
    """
    first, when = numbers(starts, "starts", fewest=2), np.unique(numbers(times, "times", fewest=2))
    before = np.searchsorted(when, first, side="left") % len(when)
    shared = list(Counter(before.tolist()).values())
    if len(shared) == 1:
        raise ValueError("starts: all clusters start at the same time, so that there is no order to draw")
    mirrored = len(shared) == 2 and shared[0] == shared[1]
    return (2 if mirrored else 1) * prod(map(factorial, shared)) / factorial(len(first))


def least_attainable_p_wild_bootstrap(clusters: int, *, weights: Literal["Rademacher", "Webb"] = "Rademacher") -> float:
    """Wild cluster bootstrap that imposes the null: 2 / 2^G with Rademacher, 6 / 6^G with Webb weights.

    Source: a weight that is the same for all clusters scales the data under the null, and t does not change but for its sign.
    """
    return float(WEIGHTS[one_of(weights, "weights", WEIGHTS)]) ** (1 - count(clusters, "clusters", least=1))


def least_attainable_p_fisher(*, n_treated: int, n_comparison: int, events: int) -> float:
    """Two-sided Fisher test by likelihood of `events` events among the units of two arms: that of the least likely tables."""
    treated = count(n_treated, "n_treated", least=1, most=MOST_UNITS)
    comparison = count(n_comparison, "n_comparison", least=1, most=MOST_UNITS)
    units = treated + comparison
    if count(events, "events") > units:
        raise ValueError(f"events ({events}) cannot exceed the units of both arms ({units})")
    possible = np.arange(max(0, events - comparison), min(treated, events) + 1)
    chances = scipy.stats.hypergeom.pmf(possible, units, events, treated)
    return min(1.0, float(chances[chances <= chances.min() * (1 + RELATIVE_TIE)].sum()))


def least_attainable_p_simulated(exact: float, *, draws: int) -> float:
    """What `draws` random assignments can show of a test that could give `exact`: at least 1 / (draws + 1).

    Source: p = (hits + 1) / (draws + 1), Davison & Hinkley (1997) section 4.2.
    """
    if not 0 <= finite(exact, "exact") <= 1:
        raise ValueError(f"exact must be a p-value from 0 to 1, not {exact!r}")
    return max(float(exact), 1 / (count(draws, "draws", least=1) + 1))
