"""Rates of events: the ratio of two, and whether counts vary more than chance lets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import count, numbers, positive, same_length, share

LARGEST_COUNT = 10**12  # beyond this the exact tails lose their digits, and it is no count of a school
WIDEST_EXPOSURE = 1e-9  # of the largest: a smaller one is a slip of units
RELATIVE_TIE = 1e-7  # outcomes whose chances differ by less are equally likely, as in R's binom.test


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInterval:
    """A confidence interval that may have no upper limit: high is None then."""

    low: float
    high: float | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRatio:
    """Rate of the treated arm over that of the comparison arm.

    estimate : None when the comparison arm had no event, so that only the lower limit says anything
    p_value : of outcomes no likelier than the observed one, as R's poisson.test gives it
    p_central : twice the smaller tail; the interval leaves out 1 exactly when this is below 1 - confidence
    least_attainable_p : the least p_value with as many events in all
    """

    estimate: float | None
    interval: OpenInterval
    p_value: float
    p_central: float
    least_attainable_p: float
    events_treated: int
    exposure_treated: float
    events_comparison: int
    exposure_comparison: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRefusal:
    """Why two rates give no ratio. It is a result, not an error."""

    reason: Literal["no event in either arm"]
    exposure_treated: float
    exposure_comparison: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OverDispersion:
    """Whether counts vary more than independent events would.

    index : 1 for independent events, 2 when the counts vary twice as much
    p_value : upper tail of chi-square; a rough one when least_expected is below 5 (then see counts.chi_square_p)
    least_expected : of the counts that the exposure alone would give, the smallest
    """

    index: float
    chi_square: float
    df: int
    p_value: float
    least_expected: float
    events: int


def rate_ratio(
    *,
    events_treated: int,
    exposure_treated: float,
    events_comparison: int,
    exposure_comparison: float,
    confidence: float = 0.95,
) -> RateRatio | RateRefusal:
    """Ratio of two rates with exact interval and p, for events that are independent of each other.

    exposure : above 0, in one unit for both arms
    Events that come in batches or by teacher need `count_models` instead. Returns a RateRefusal without any event.
    Source: Przyborowski & Wilenski (1940): given the sum, events_treated is Binomial(sum, pi) with
    pi = RR t_T / (RR t_T + t_C); the limits of pi are Clopper-Pearson's, as in R's poisson.test.
    """
    x, y = whole_count(events_treated, "events_treated"), whole_count(events_comparison, "events_comparison")
    t, c = positive(exposure_treated, "exposure_treated"), positive(exposure_comparison, "exposure_comparison")
    confidence = share(confidence, "confidence")
    if x + y == 0:
        return RateRefusal(reason="no event in either arm", exposure_treated=t, exposure_comparison=c)
    chance = t / (t + c)
    low, high = scipy.stats.binomtest(x, x + y, chance).proportion_ci(confidence)
    tails = scipy.stats.binom.cdf(x, x + y, chance), scipy.stats.binom.sf(x - 1, x + y, chance)
    return RateRatio(
        estimate=None if y == 0 else (x / t) / (y / c),
        interval=OpenInterval(
            low=float(low / (1 - low) * c / t) if x else 0.0,
            high=float(high / (1 - high) * c / t) if y else None,
            confidence=confidence,
        ),
        p_value=float(scipy.stats.binomtest(x, x + y, chance).pvalue),
        p_central=float(min(1.0, 2 * min(tails))),
        least_attainable_p=_least_ratio_p(x + y, chance),
        events_treated=x,
        exposure_treated=t,
        events_comparison=y,
        exposure_comparison=c,
    )


def over_dispersion(events: ArrayLike, *, exposure: ArrayLike | None = None) -> OverDispersion:
    """Index of dispersion of the counts of at least two cells (days, lessons, teachers).

    events : count of each cell, at least one event in all; exposure : of each cell, above 0; without it, all alike
    Source: Fisher's index: D = sum (x - e)^2 / e ~ chi-square with k - 1 df; (k - 1) s^2 / mean for equal exposure.
    """
    observed = event_counts(events, "events", fewest=2)
    hours = np.ones(len(observed)) if exposure is None else exposures(exposure, "exposure")
    same_length(events=observed, exposure=hours)
    if observed.sum() < 1:
        raise ValueError("events: there is no event, so that nothing can vary; report the rate alone")
    expected = observed.sum() * (hours / hours.sum())
    square, df = float(((observed - expected) ** 2 / expected).sum()), len(observed) - 1
    return OverDispersion(
        index=square / df,
        chi_square=square,
        df=df,
        p_value=float(scipy.stats.chi2.sf(square, df)),
        least_expected=float(expected.min()),
        events=int(observed.sum()),
    )


def whole_count(value: int, name: str, *, least: int = 0) -> int:
    """`value` as a whole number from `least` to a million million."""
    number = count(value, name, least=least)
    if number > LARGEST_COUNT:
        raise ValueError(f"{name} must be at most {LARGEST_COUNT:g}, not {value!r}; correct it")
    return number


def event_counts(values: ArrayLike, name: str, *, fewest: int = 1) -> np.ndarray:
    """`values` as an array of whole numbers of at least 0, at most a million million in all."""
    array = numbers(values, name, fewest=fewest)
    if array.sum() > LARGEST_COUNT:
        raise ValueError(f"{name} must be at most {LARGEST_COUNT:g} in all; correct them")
    if (array < 0).any() or (array != np.floor(array)).any():
        raise ValueError(f"{name} must be whole numbers of at least 0")
    return array


def exposures(values: ArrayLike, name: str) -> np.ndarray:
    """`values` as an array of numbers above 0."""
    array = numbers(values, name)
    if (array <= 0).any():
        raise ValueError(f"{name} must be above 0 throughout; leave out rows in which nothing could happen")
    if array.min() < WIDEST_EXPOSURE * array.max():
        raise ValueError(f"{name}: the smallest is less than {WIDEST_EXPOSURE:g} of the largest; put all into one unit")
    return array


def _least_ratio_p(total: int, chance: float) -> float:
    """The least likely outcome is all events in one arm; in both arms alike when these are equally likely."""
    ends = np.array([chance**total, (1 - chance) ** total])
    return float(min(1.0, ends[ends <= ends.min() * (1 + RELATIVE_TIE)].sum()))
