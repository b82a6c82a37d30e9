"""Pooling the estimates of several pilots: one common difference, or a distribution of differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import Floats, flag, numbers, one_of, same_length, share
from pilotproof.stats.results import Interval

Tau2Method = Literal["REML", "PM", "DL"]
GRID = 400
TINY = 1e-14
WIDEST = 1e6  # largest over smallest standard error: more is a slip of units
LARGEST_ERROR = 1e50


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """How far the studies differ beyond chance.

    q, df, p_value : Cochran's test; tau2 : variance of the true differences between studies
    i2 : share (0 to 1) of the variance of the estimates that is between studies; tau2_interval, i2_interval : by Q-profile
    """

    q: float
    df: int
    p_value: float
    tau2: float
    tau2_interval: Interval
    i2: float
    i2_interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A pooled difference.

    df : None for a normal reference (fixed effect)
    prediction : where the true difference of a new pilot would lie; None for a fixed effect and below three studies
    weights : of each study, summing to 1, in the order given
    """

    method: Literal["fixed effect", "random effects, HKSJ"]
    estimate: float
    standard_error: float
    df: int | None
    statistic: float
    p_value: float
    interval: Interval
    prediction: Interval | None
    heterogeneity: Heterogeneity
    weights: tuple[float, ...]
    studies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolingRefusal:
    """Why studies are not pooled. It is a result, not an error."""

    reason: Literal["one study", "studies do not differ at all"]
    studies: int


def fixed_effect(estimates: ArrayLike, *, standard_errors: ArrayLike, confidence: float = 0.95) -> Pooled | PoolingRefusal:
    """Mean of the studies' estimates, weighted by precision: for these studies alone, not for a next one.

    estimates, standard_errors : of each study, in one unit
    Source: inverse-variance weights; normal reference; heterogeneity as in `random_effects` with REML.
    """
    y, v, confidence = _checked(estimates, standard_errors, confidence)
    if len(y) < 2:
        return PoolingRefusal(reason="one study", studies=len(y))
    w = 1 / v
    estimate, error = float(w @ y / w.sum()), float(np.sqrt(1 / w.sum()))
    margin = float(scipy.stats.norm.ppf((1 + confidence) / 2)) * error
    return Pooled(
        method="fixed effect",
        estimate=estimate,
        standard_error=error,
        df=None,
        statistic=estimate / error,
        p_value=float(2 * scipy.stats.norm.sf(abs(estimate / error))),
        interval=Interval(low=estimate - margin, high=estimate + margin, confidence=confidence),
        prediction=None,
        heterogeneity=_heterogeneity(y, v, tau2_of(y, v, "REML"), confidence),
        weights=tuple((w / w.sum()).tolist()),
        studies=len(y),
    )


def random_effects(
    estimates: ArrayLike,
    *,
    standard_errors: ArrayLike,
    tau2_method: Tau2Method = "REML",
    never_below_wald: bool = True,
    confidence: float = 0.95,
) -> Pooled | PoolingRefusal:
    """Mean of the distribution of true differences, with the Hartung-Knapp-Sidik-Jonkman interval.

    estimates, standard_errors : of each study, in one unit; tau2_method : REML, Paule-Mandel or DerSimonian-Laird
    never_below_wald : keep the standard error from falling below the usual one when a few studies agree by luck
    Source: w = 1 / (v + tau2); SE^2 = q / sum w, q = sum w (y - mean)^2 / (k - 1), t with k - 1 df (Hartung & Knapp 2001; Sidik
    & Jonkman 2002); q at least 1: Knapp & Hartung (2003), Rover et al. (2015); prediction: t with k - 2 df, Higgins,
    Thompson & Spiegelhalter (2009).
    """
    y, v, confidence = _checked(estimates, standard_errors, confidence)
    flag(never_below_wald, "never_below_wald")
    k = len(y)
    if k < 2:
        return PoolingRefusal(reason="one study", studies=k)
    tau2 = tau2_of(y, v, tau2_method)
    w = 1 / (v + tau2)
    estimate = float(w @ y / w.sum())
    q = float(w @ (y - estimate) ** 2) / (k - 1)
    if not never_below_wald and q <= TINY:
        return PoolingRefusal(reason="studies do not differ at all", studies=k)
    error = float(np.sqrt((max(1.0, q) if never_below_wald else q) / w.sum()))
    return Pooled(
        method="random effects, HKSJ",
        estimate=estimate,
        standard_error=error,
        df=k - 1,
        statistic=estimate / error,
        p_value=float(2 * scipy.stats.t.sf(abs(estimate / error), k - 1)),
        interval=_t_interval(estimate, error, k - 1, confidence),
        prediction=_t_interval(estimate, float(np.sqrt(error**2 + tau2)), k - 2, confidence) if k > 2 else None,
        heterogeneity=_heterogeneity(y, v, tau2, confidence),
        weights=tuple((w / w.sum()).tolist()),
        studies=k,
    )


def tau2_of(estimates: ArrayLike, variances: ArrayLike, method: Tau2Method) -> float:
    """Variance of the true differences between studies, at least 0.

    Source: DL: DerSimonian & Laird (1986); PM: the tau2 at which sum w (y - mean)^2 = k - 1, Paule & Mandel (1982); REML:
    the largest restricted likelihood, Viechtbauer (2005).
    """
    y, v = numbers(estimates, "estimates", fewest=2), numbers(variances, "variances")
    same_length(estimates=y, variances=v)
    one_of(method, "tau2_method", get_args(Tau2Method))
    match method:
        case "DL":
            w = 1 / v
            return max(0.0, (_q(y, v, 0.0) - (len(y) - 1)) / float(w.sum() - (w @ w) / w.sum()))
        case "PM":
            return _tau2_at(y, v, len(y) - 1)
        case "REML":
            return _reml(y, v)


def _checked(estimates: ArrayLike, standard_errors: ArrayLike, confidence: float) -> tuple[Floats, Floats, float]:
    y, s = numbers(estimates, "estimates"), numbers(standard_errors, "standard_errors")
    same_length(estimates=y, standard_errors=s)
    if (s <= 0).any():
        raise ValueError("standard_errors must be above 0 throughout; leave out studies without one")
    if s.max() > WIDEST * s.min() or not 1 / LARGEST_ERROR <= s.min() <= s.max() <= LARGEST_ERROR:
        raise ValueError("standard_errors differ by more than a millionfold, or are too large or small; use one unit")
    return y, s**2, share(confidence, "confidence")


def _q(y: Floats, v: Floats, tau2: float) -> float:
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _tau2_at(y: Floats, v: Floats, target: float) -> float:
    """The tau2 at which Q falls to `target`, 0 when it is below that already. Q falls as tau2 grows."""
    if _q(y, v, 0.0) <= target:
        return 0.0
    top = float(v.max() + np.sum((y - y.mean()) ** 2))
    while _q(y, v, top) > target:
        top *= 2
    return float(scipy.optimize.brentq(lambda tau2: _q(y, v, tau2) - target, 0.0, top, xtol=TINY * top, rtol=1e-14))


def _reml(y: Floats, v: Floats) -> float:
    """Found on a grid of the restricted likelihood first, which may have two peaks, then as the root of its slope."""
    top = float(v.max() + 10 * y.var(ddof=1))
    grid = np.r_[0.0, np.geomspace(1e-9 * top, top, GRID)]
    best = int(np.argmax([_restricted_likelihood(y, v, tau2) for tau2 in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, GRID)]
    if _slope(y, v, low) <= 0 or _slope(y, v, high) >= 0:
        return 0.0 if best == 0 or _slope(y, v, low) <= 0 else float(grid[best])
    return float(scipy.optimize.brentq(lambda tau2: _slope(y, v, tau2), low, high, xtol=TINY * top, rtol=1e-14))


def _restricted_likelihood(y: Floats, v: Floats, tau2: float) -> float:
    w = 1 / (v + tau2)
    return -0.5 * float(np.log(v + tau2).sum() + np.log(w.sum()) + _q(y, v, tau2))


def _slope(y: Floats, v: Floats, tau2: float) -> float:
    """Twice the derivative of the restricted likelihood by tau2."""
    w = 1 / (v + tau2)
    residuals = y - w @ y / w.sum()
    return float((w**2) @ residuals**2 - w.sum() + (w @ w) / w.sum())


def _heterogeneity(y: Floats, v: Floats, tau2: float, confidence: float) -> Heterogeneity:
    df, q = len(y) - 1, _q(y, v, 0.0)
    w, tail = 1 / v, (1 - confidence) / 2
    typical = float(df * w.sum() / (w.sum() ** 2 - w @ w))  # Higgins & Thompson (2002): the typical variance within
    limits = [_tau2_at(y, v, float(scipy.stats.chi2.ppf(p, df))) for p in (1 - tail, tail)]
    return Heterogeneity(
        q=q,
        df=df,
        p_value=float(scipy.stats.chi2.sf(q, df)),
        tau2=tau2,
        tau2_interval=Interval(low=limits[0], high=limits[1], confidence=confidence),
        i2=tau2 / (tau2 + typical),
        i2_interval=Interval(
            low=limits[0] / (limits[0] + typical), high=limits[1] / (limits[1] + typical), confidence=confidence
        ),
    )


def _t_interval(estimate: float, error: float, df: int, confidence: float) -> Interval:
    margin = float(scipy.stats.t.ppf((1 + confidence) / 2, df)) * error
    return Interval(low=estimate - margin, high=estimate + margin, confidence=confidence)
