"""The sign-flip test of a mean change, and the interval that inverts it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from pilotproof.stats.attainable import least_attainable_p_sign_flip, least_attainable_p_simulated
from pilotproof.stats.changes import DIGITS, NoInterval, changes, equal_changes
from pilotproof.stats.checks import ROUNDING, Floats, count, generator, share
from pilotproof.stats.results import Interval

LARGEST_EXACT = 20
DRAWS = 100_000
DRAWS_AT_A_TIME = 10_000  # bounds the memory
SEED = 20260914


def sign_flip_p(change: ArrayLike, *, draws: int = DRAWS, seed: int = SEED) -> float:
    """Two-sided p of the mean change when every sign is equally likely: exact up to 20 changes, else simulated.

    Source: share of sign patterns with |sum| at least the observed one; simulated p = (hits + 1) / (draws + 1).
    """
    values = changes(change)
    observed = abs(values.sum())
    tolerance = 10.0**-DIGITS * max(1.0, len(values), np.abs(values).sum())
    if len(values) <= LARGEST_EXACT:
        return float(np.mean(np.abs(_all_signed_sums(values)) >= observed - tolerance))
    hits = sum(int(np.sum(np.abs((2 * up - 1) @ values) >= observed - tolerance)) for up in _drawn(len(values), draws, seed))
    return (hits + 1) / (draws + 1)


def least_sign_flip_p(n: int, *, draws: int = DRAWS) -> float:
    """The least p that `sign_flip_p` can give with n changes: that of the exact test up to 20, above it that of the draws too."""
    exact = least_attainable_p_sign_flip(n)
    return exact if n <= LARGEST_EXACT else least_attainable_p_simulated(exact, draws=draws)


def sign_flip_interval(
    change: ArrayLike, *, confidence: float = 0.95, draws: int = DRAWS, seed: int = SEED
) -> Interval | NoInterval:
    """Interval of the mean change: the values that `sign_flip_p` of the changes minus that value does not reject.

    Its `confidence` is the attained one, at least the one asked for. Exact up to 20 changes, else from drawn subsets. It assumes
    that changes are symmetric about their mean; ties make it cover more often, never less. Raises ValueError for missing values.
    Source: Hartigan (1969): turning the signs of a subset makes the sum as large again exactly where the subset's mean is below
    the value tested, so that the limits are the k-th smallest and largest mean of a subset, 2k / (subsets + 1) <= 1 - confidence.
    """
    values, confidence = changes(change), share(confidence, "confidence")
    if refusal := equal_changes(values, confidence):
        return refusal
    n, is_exact = len(values), len(values) <= LARGEST_EXACT
    means = np.sort(_means_of_all_subsets(values) if is_exact else _means_of_drawn_subsets(values, draws, seed))
    ways = len(means) + 1  # the empty subset turns no sign
    k = int((1 - confidence) * ways / 2 + ROUNDING)
    if k == 0:
        of_what = "pairs" if is_exact else "draws"
        return NoInterval(
            reason=f"too few {of_what} for this confidence", n=n, confidence=confidence, largest_confidence=1 - 2 / ways
        )
    return Interval(low=float(means[k - 1]), high=float(means[-k]), confidence=1 - 2 * k / ways)


def _all_signed_sums(values: Floats) -> Floats:
    """Sums of `values` under all 2^n sign patterns, built up one value at a time."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums


def _means_of_all_subsets(values: Floats) -> Floats:
    """Means of the 2^n - 1 subsets that are not empty."""
    sums, sizes = np.zeros(1), np.zeros(1)
    for value in values:
        sums, sizes = np.concatenate([sums, sums + value]), np.concatenate([sizes, sizes + 1])
    return sums[1:] / sizes[1:]


def _means_of_drawn_subsets(values: Floats, draws: int, seed: int) -> Floats:
    means = []
    for up in _drawn(len(values), draws, seed):
        some = up[up.any(axis=1)]
        means.append(some @ values / some.sum(axis=1))
    return np.concatenate(means)


def _drawn(n: int, draws: int, seed: int) -> Iterator[np.ndarray]:
    """Rows of `n` zeros and ones, equally likely, `draws` of them, some at a time."""
    rng = generator(seed)
    for start in range(0, count(draws, "draws", least=1), DRAWS_AT_A_TIME):
        yield rng.integers(0, 2, size=(min(DRAWS_AT_A_TIME, draws - start), n), dtype=np.int8)
