"""Two one-sided tests: so that "no difference worth the name" and "not enough data" are different answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import scipy

from pilotproof.stats.checks import degrees, finite, positive, share
from pilotproof.stats.results import Interval

EquivalenceVerdict = Literal["different", "equivalent", "different but negligible", "not enough data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalence:
    """An estimate held against 0 and against the smallest difference that would matter.

    low, high : differences between these are negligible
    p_above_low, p_below_high : one-sided; p_equivalence : the larger, for lying between both
    p_difference : two-sided, for differing from 0
    interval : at 1 - 2 alpha; inside low and high exactly when p_equivalence < alpha; None where none can be given
    standard_error : None where the tests re-assign clusters; df : None there and for a normal reference
    """

    verdict: EquivalenceVerdict
    estimate: float
    standard_error: float | None
    df: float | None
    low: float
    high: float
    p_above_low: float
    p_below_high: float
    p_equivalence: float
    p_difference: float
    interval: Interval | None
    alpha: float


def equivalence_test(
    estimate: float, *, standard_error: float, df: float | None, low: float, high: float, alpha: float = 0.05
) -> Equivalence:
    """Test whether a difference lies between `low` and `high`, which are fixed before the data are seen.

    estimate, standard_error : in one unit with low < 0 < high; df : of the estimate over clusters, None for normal
    Source: Schuirmann (1987): t1 = (estimate - low) / SE, t2 = (estimate - high) / SE, each one-sided at alpha; the verdict
    crosses this with the test of 0, after Lakens (2017).
    """
    value, error = finite(estimate, "estimate"), positive(standard_error, "standard_error")
    bottom, top, level = negligible(low, high, alpha)
    reference = scipy.stats.norm if df is None else scipy.stats.t(degrees(df))
    above, below = float(reference.sf((value - bottom) / error)), float(reference.cdf((value - top) / error))
    different = float(2 * reference.sf(abs(value) / error))
    margin = float(reference.ppf(1 - level)) * error
    return Equivalence(
        verdict=verdict_of(is_different=different < level, is_equivalent=max(above, below) < level),
        estimate=value,
        standard_error=error,
        df=None if df is None else float(df),
        low=bottom,
        high=top,
        p_above_low=above,
        p_below_high=below,
        p_equivalence=max(above, below),
        p_difference=different,
        interval=Interval(low=value - margin, high=value + margin, confidence=1 - 2 * level),
        alpha=level,
    )


def negligible(low: float, high: float, alpha: float) -> tuple[float, float, float]:
    """The limits and the level, checked. Raises ValueError for limits that do not lie on both sides of 0."""
    bottom, top, level = finite(low, "low"), finite(high, "high"), share(alpha, "alpha")
    if not bottom < 0 < top:
        raise ValueError(f"low ({low}) must be below 0 and high ({high}) above 0: negligible differences lie on both sides")
    if level >= 0.5:
        raise ValueError(f"alpha must be below 0.5, not {alpha!r}")
    return bottom, top, level


def verdict_of(*, is_different: bool, is_equivalent: bool) -> EquivalenceVerdict:
    """Both answers crossed."""
    if is_equivalent:
        return "different but negligible" if is_different else "equivalent"
    return "different" if is_different else "not enough data"
