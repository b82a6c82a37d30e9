"""How many pairs rose, fell and stayed: what a change is without any scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.attainable import least_attainable_p_sign_flip
from pilotproof.stats.changes import changes
from pilotproof.stats.checks import share
from pilotproof.stats.counts import proportion_interval
from pilotproof.stats.results import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Dominance:
    """Directions of `n` changes.

    dominance : Cliff's d within pairs, share that rose minus share that fell, from -1 to 1
    rose_of_changed, interval : share of rises among the pairs that changed, and its exact interval; None when none changed
    p_value : exact two-sided sign test, that rises and falls are equally likely; least_attainable_p : for these zeros
    """

    n: int
    rose: int
    fell: int
    stayed: int
    share_rose: float
    share_fell: float
    share_stayed: float
    dominance: float
    rose_of_changed: float | None
    interval: Interval | None
    p_value: float
    least_attainable_p: float


def paired_dominance(change: ArrayLike, *, confidence: float = 0.95) -> Dominance:
    """Rises against falls of `change`, after minus before. Raises ValueError for missing values.

    Source: sign test: Binomial(changed, 1/2); interval: Clopper & Pearson (1934); d within pairs: Cliff (1993).
    """
    values, confidence = changes(change), share(confidence, "confidence")
    n, rose, fell = len(values), int(np.sum(values > 0)), int(np.sum(values < 0))
    changed = rose + fell
    return Dominance(
        n=n,
        rose=rose,
        fell=fell,
        stayed=n - changed,
        share_rose=rose / n,
        share_fell=fell / n,
        share_stayed=(n - changed) / n,
        dominance=(rose - fell) / n,
        rose_of_changed=rose / changed if changed else None,
        interval=proportion_interval(rose, changed, confidence=confidence) if changed else None,
        p_value=float(scipy.stats.binomtest(rose, changed).pvalue) if changed else 1.0,
        least_attainable_p=least_attainable_p_sign_flip(n, zeros=n - changed),
    )
