"""Standardised mean differences between two arms of students."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import Floats, count, degrees, finite, noise, numbers, one_of, positive, share
from pilotproof.stats.effect_interval import noncentrality_interval
from pilotproof.stats.results import Interval, scaled


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSize:
    """A standardised difference, treated minus comparison.

    estimate, standard_error : in standard deviations
    pooled_sd : of students, in score units
    n_treated, n_comparison : students
    """

    estimate: float
    standard_error: float
    interval: Interval
    pooled_sd: float
    n_treated: int
    n_comparison: int


def pooled_sd(*, treated: ArrayLike, comparison: ArrayLike) -> float:
    """Standard deviation within arms, in score units. Raises ValueError when no score differs from its arm's mean.

    Source: sqrt(((n_T - 1) s_T^2 + (n_C - 1) s_C^2) / (n_T + n_C - 2)).
    """
    t, c = numbers(treated, "treated", fewest=2), numbers(comparison, "comparison", fewest=2)
    deviations = np.concatenate([t - t.mean(), c - c.mean()])
    if np.abs(deviations).max() <= noise(t, c):
        raise ValueError("treated and comparison: all scores of an arm are equal, so there is no standard deviation")
    squares = (deviations[: len(t)] ** 2).sum() + (deviations[len(t) :] ** 2).sum()
    return float(np.sqrt(squares / (len(t) + len(c) - 2)))


def small_sample_factor(n: int) -> float:
    """omega = 1 - 3 / (4 N - 9), with N students in both arms. Source: WWC Handbook 5.0."""
    return factor_of_df(count(n, "n", least=4) - 2)


def factor_of_df(df: float) -> float:
    """omega = 1 - 3 / (4 df - 1), df of the standard deviation, above 1. Source: Hedges (1981); WWC Handbook 5.0 with df = h."""
    if (freedom := finite(df, "df")) <= 1:
        raise ValueError(f"df must be above 1, not {df!r}: with fewer there is no factor")
    return 1 - 3 / (4 * freedom - 1)


def hedges_g(
    *,
    treated: ArrayLike,
    comparison: ArrayLike,
    confidence: float = 0.95,
    interval_method: Literal["normal", "noncentral t"] = "normal",
) -> EffectSize:
    """Hedges' g of independent students; ignores clusters, so its interval is for descriptions only.

    interval_method : g +- z SE, or omega times the noncentral t limits of d = g / omega, as R's effectsize has it. These
    leave out 0 exactly when Student's t test does; over omega they are the limits of the population's difference.
    Source: g = omega (mean_T - mean_C) / S; SE = omega sqrt((n_T + n_C) / (n_T n_C) + g^2 / (2 (n_T + n_C))).
    """
    t, c = numbers(treated, "treated", fewest=2), numbers(comparison, "comparison", fewest=2)
    deviation = pooled_sd(treated=t, comparison=c)
    n = len(t) + len(c)
    omega = small_sample_factor(n)
    estimate = float(omega * (t.mean() - c.mean()) / deviation)
    error = float(omega * np.sqrt(n / (len(t) * len(c)) + estimate**2 / (2 * n)))
    one_of(interval_method, "interval_method", ("normal", "noncentral t"))
    margin = float(scipy.stats.norm.ppf((1 + share(confidence, "confidence")) / 2)) * error
    interval = Interval(low=estimate - margin, high=estimate + margin, confidence=confidence)
    if interval_method == "noncentral t":
        unit = float(omega * np.sqrt(n / (len(t) * len(c))))
        interval = scaled(noncentrality_interval(estimate / unit, df=n - 2, confidence=confidence), unit)
    return _effect(estimate, error, interval, deviation, t, c)


def hedges_g_adjusted(
    difference: float,
    *,
    treated: ArrayLike,
    comparison: ArrayLike,
    standard_error: float,
    df: float,
    confidence: float = 0.95,
) -> EffectSize:
    """Hedges' g of an adjusted, cluster-correct difference.

    difference, standard_error : from a cluster-level contrast, in score units; df : its degrees of freedom
    treated, comparison : posttest scores of students, which give the unadjusted pooled SD
    The SE and interval are those of the contrast in SD units, so that g and the contrast reach the same verdict; the
    sampling error of the pooled SD, small beside it, is left out.
    Source: WWC Handbook 5.0: omega b / S with the unadjusted S.
    """
    t, c = numbers(treated, "treated", fewest=2), numbers(comparison, "comparison", fewest=2)
    deviation = pooled_sd(treated=t, comparison=c)
    scale = small_sample_factor(len(t) + len(c)) / deviation
    difference, standard_error = finite(difference, "difference"), positive(standard_error, "standard_error")
    margin = float(scipy.stats.t.ppf((1 + share(confidence, "confidence")) / 2, degrees(df))) * standard_error
    interval = Interval(
        low=float((difference - margin) * scale), high=float((difference + margin) * scale), confidence=confidence
    )
    return _effect(float(difference * scale), float(standard_error * scale), interval, deviation, t, c)


def improvement_index(g: float) -> float:
    """Percentile points that an average comparison student would gain: 100 Phi(g) - 50. Source: WWC Handbook 5.0."""
    return float(100 * scipy.stats.norm.cdf(finite(g, "g")) - 50)


def _effect(
    estimate: float, error: float, interval: Interval, deviation: float, treated: Floats, comparison: Floats
) -> EffectSize:
    return EffectSize(
        estimate=estimate,
        standard_error=error,
        interval=interval,
        pooled_sd=deviation,
        n_treated=len(treated),
        n_comparison=len(comparison),
    )
