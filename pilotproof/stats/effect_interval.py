"""Intervals of standardised differences by inverting the noncentral t distribution."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy

from pilotproof.stats.checks import Floats, count, finite, share
from pilotproof.stats.results import Interval

REACH = 10.0  # standard deviations beyond which a normal or chi variable adds nothing to 16 digits
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)


def noncentrality_interval(t: float, *, df: int, confidence: float = 0.95) -> Interval:
    """Interval of the noncentrality of which `t` was drawn, in units of t; it leaves out 0 exactly when p < 1 - confidence.

    t : standardised difference over its standard error under no difference; df : whole, of the standard deviation
    Times sqrt(1 / n_T + 1 / n_C) it is the interval of d of two arms, over sqrt(n) that of d_z.
    Source: Steiger & Fouladi (1997): P(T <= t; low) = (1 + confidence) / 2, P(T <= t; high) = (1 - confidence) / 2.
    """
    value, free, level = finite(t, "t"), count(df, "df", least=1), share(confidence, "confidence")
    low, high = (_noncentrality(value, free, target) for target in ((1 + level) / 2, (1 - level) / 2))
    return Interval(low=low, high=high, confidence=level)


def noncentral_t_cdf(t: float, df: int, noncentrality: float) -> float:
    """P(T <= t). scipy's nct gives NaN for large t or few df, where teachers in pairs are.

    Source: T = (Z + noncentrality) / s with df s^2 chi-square; summed over whichever of Z and s turns the rest less sharply.
    """
    return _cdf(finite(t, "t"), count(df, "df", least=1), finite(noncentrality, "noncentrality"))


def _cdf(t: float, df: int, noncentrality: float) -> float:
    if t < 0:
        return 1 - _cdf(-t, df, -noncentrality)
    return _over_normal(t, df, noncentrality) if t**2 > 2 * df else _over_spread(t, df, noncentrality)


def _over_normal(t: float, df: int, noncentrality: float) -> float:
    """P(Z < -noncentrality), where T is negative, and beyond it the mean of P(s >= (Z + noncentrality) / t)."""
    start = max(-noncentrality, -REACH)
    below = float(scipy.special.ndtr(-noncentrality))
    if start >= REACH:
        return below
    z, weights = _nodes(start, REACH)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return below + float(weights @ (density * scipy.special.chdtrc(df, df * ((z + noncentrality) / t) ** 2)))


def _over_spread(t: float, df: int, noncentrality: float) -> float:
    """The mean of P(Z <= t s - noncentrality) over s; the density of s is scaled to sum to 1."""
    width = REACH / np.sqrt(2 * df)
    off, weights = _nodes(max(-1.0, -width), width)
    logarithm = df * (np.log1p(off) - off - off**2 / 2) - np.log1p(off)
    density = weights * np.exp(logarithm - logarithm.max())
    return float(density @ scipy.special.ndtr(t * (1 + off) - noncentrality) / density.sum())


def _nodes(low: float, high: float) -> tuple[Floats, Floats]:
    half = (high - low) / 2
    return low + half * (1 + NODES), half * WEIGHTS


def _noncentrality(t: float, df: int, target: float) -> float:
    """The noncentrality at which P(T <= t) is `target`; that P falls as the noncentrality rises."""

    def excess(noncentrality: float) -> float:
        return noncentral_t_cdf(t, df, noncentrality) - target

    step = float(np.sqrt(1 + t**2 / (2 * df)))
    middle = t - float(scipy.special.ndtri(target)) * step
    low, high = _beyond(excess, middle, -step), _beyond(excess, middle, step)
    return float(scipy.optimize.brentq(excess, low, high, xtol=1e-14 * step, rtol=1e-14))


def _beyond(excess: Callable[[float], float], start: float, step: float) -> float:
    """A place from `start` on, in the direction of `step`, where the excess has the sign it keeps from there on."""
    while excess(start) * step > 0:
        start, step = start + step, 2 * step
    return start
