"""Change within the same few people: paired t and the exact sign-flip test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from pilotproof.stats.attainable import least_attainable_p_sign_flip, least_attainable_p_simulated
from pilotproof.stats.checks import Floats, count, numbers, same_length, share
from pilotproof.stats.results import Interval

LARGEST_EXACT = 20
DRAWS = 100_000
DRAWS_AT_A_TIME = 10_000  # bounds the memory
DIGITS = 10  # float noise below this must not turn ties into differences
SEED = 20260914


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedChange:
    """Change, after minus before, over `n` pairs.

    standard_error, t, p_value, interval, d_z : None when all changes are equal, so that nothing estimates their spread
    sign_flip_p : exact up to 20 pairs, by simulation above
    least_attainable_p : the least that the sign-flip test can give with n pairs, and with the draws where it is simulated
    """

    n: int
    mean_before: float
    mean_after: float
    mean_change: float
    sd_change: float
    df: int
    standard_error: float | None
    t: float | None
    p_value: float | None
    interval: Interval | None
    d_z: float | None
    sign_flip_p: float
    least_attainable_p: float


def paired_change(*, before: ArrayLike, after: ArrayLike, confidence: float = 0.95) -> PairedChange:
    """Mean change with a paired t interval and the exact sign-flip p.

    before, after : values of the same units in the same order, at least two
    Source: d_z = mean / SD of changes; t = d_z sqrt(n), df = n - 1; sign-flip: Fisher's randomisation of signs.
    """
    x, y = numbers(before, "before", fewest=2), numbers(after, "after", fewest=2)
    same_length(before=x, after=y)
    confidence = share(confidence, "confidence")
    change = np.round(y - x, DIGITS)
    n, mean, sd = len(change), float(change.mean()), float(change.std(ddof=1))
    noise = 10.0**-DIGITS * max(1.0, np.abs(x).max(), np.abs(y).max())
    spread = None if np.ptp(change) <= noise else sd / np.sqrt(n)
    t = None if spread is None else mean / spread
    least = least_attainable_p_sign_flip(n)
    margin = None if spread is None else float(stats.t.ppf((1 + confidence) / 2, n - 1)) * spread
    return PairedChange(
        n=n,
        mean_before=float(x.mean()),
        mean_after=float(y.mean()),
        mean_change=mean,
        sd_change=sd if spread is not None else 0.0,
        df=n - 1,
        standard_error=None if spread is None else float(spread),
        t=None if t is None else float(t),
        p_value=None if t is None else float(2 * stats.t.sf(abs(t), n - 1)),
        interval=None if margin is None else Interval(low=float(mean - margin), high=float(mean + margin), confidence=confidence),
        d_z=None if spread is None else float(mean / sd),
        sign_flip_p=sign_flip_p(change),
        least_attainable_p=least if n <= LARGEST_EXACT else least_attainable_p_simulated(least, draws=DRAWS),
    )


def sign_flip_p(change: ArrayLike, *, draws: int = DRAWS, seed: int = SEED) -> float:
    """Two-sided p of the mean change when every sign is equally likely: exact up to 20 changes, else simulated.

    Source: share of sign patterns with |sum| at least the observed one; simulated p = (hits + 1) / (draws + 1).
    """
    values = np.round(numbers(change, "change"), DIGITS)
    observed = abs(values.sum())
    tolerance = 10.0**-DIGITS * max(1.0, len(values), np.abs(values).sum())
    if len(values) <= LARGEST_EXACT:
        return float(np.mean(np.abs(_all_signed_sums(values)) >= observed - tolerance))
    rng, hits = np.random.default_rng(seed), 0
    for start in range(0, count(draws, "draws", least=1), DRAWS_AT_A_TIME):
        signs = rng.integers(0, 2, size=(min(DRAWS_AT_A_TIME, draws - start), len(values)), dtype=np.int8)
        hits += int(np.sum(np.abs((2 * signs - 1) @ values) >= observed - tolerance))
    return (hits + 1) / (draws + 1)


def _all_signed_sums(values: Floats) -> Floats:
    """Sums of `values` under all 2^n sign patterns, built up one value at a time."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums
