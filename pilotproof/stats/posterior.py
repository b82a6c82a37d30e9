"""How likely a difference is, given what earlier studies found: a normal prior that has a source, and the estimate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy

from pilotproof.stats.checks import finite, made_by, positive, share
from pilotproof.stats.results import Interval

PRECISION = 1e-12
FARTHEST = 1e9  # beyond this, or below its reciprocal, an error or SD is in the wrong unit
NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
REACH = 12  # SDs of the prior beyond itself and the estimate, outside of which less than 1e-30 of the posterior lies

PosteriorVerdict = Literal["benefit", "harm", "no difference", "not enough data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What earlier studies say of such differences: Normal(mean, sd^2). source : where the two numbers come from."""

    mean: float
    sd: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """The estimate drawn towards the prior.

    mean, sd, interval : of the difference; the interval holds `confidence` of the probability, with equal tails
    p_positive : that the difference is above 0; p_above, p_below : that it is above `negligible`, below -`negligible`
    p_negligible : that it lies between both (region of practical equivalence)
    verdict : which of p_above, p_below, p_negligible reaches `certainty`; "not enough data" when none does
    weight_of_data : 1 when the prior counts for nothing; of the normal model
    """

    mean: float
    sd: float
    interval: Interval
    p_positive: float
    p_above: float
    p_below: float
    p_negligible: float
    verdict: PosteriorVerdict
    negligible: float
    certainty: float
    weight_of_data: float
    prior: Prior
    estimate: float
    standard_error: float
    df: float | None


def posterior(
    estimate: float,
    *,
    standard_error: float,
    prior: Prior,
    negligible: float,
    df: float | None = None,
    certainty: float = 0.95,
    confidence: float = 0.95,
) -> Posterior:
    """Probability statements on a difference.

    estimate, standard_error : over clusters, in the unit of the prior (standard deviations)
    negligible : differences up to this, either way, would not matter; fixed before the data are seen
    df : of the standard error; with few clusters the likelihood is t and not normal, which trusts the data less
    Source: normal-normal: v = 1 / (1 / se^2 + 1 / s0^2), mean = v (est / se^2 + m0 / s0^2), as in BASIE (Deke, Finucane &
    Thal 2022); with df, the product of prior and t likelihood, integrated; region of practical equivalence: Kruschke (2018).
    """
    value, error = _near(finite(estimate, "estimate"), "estimate"), _size(standard_error, "standard_error")
    middle, spread = _checked(prior)
    edge, sure, confidence = _size(negligible, "negligible"), share(certainty, "certainty"), share(confidence, "confidence")
    if sure <= 0.5:
        raise ValueError(f"certainty must be above 0.5, not {certainty!r}")
    found: _Normal | _Product = _Normal(value, error, middle, spread)
    if df is not None:
        found = _Product(value, error, _size(df, "df"), middle, spread)
    below, above = found.below(-edge), found.above(edge)
    tail = (1 - confidence) / 2
    chances: dict[PosteriorVerdict, float] = {"benefit": above, "harm": below, "no difference": max(0.0, 1 - above - below)}
    return Posterior(
        mean=found.mean,
        sd=found.sd,
        interval=Interval(low=found.quantile(tail), high=found.quantile(1 - tail), confidence=confidence),
        p_positive=found.above(0.0),
        p_above=above,
        p_below=below,
        p_negligible=chances["no difference"],
        verdict=next((name for name, chance in chances.items() if chance >= sure), "not enough data"),
        negligible=edge,
        certainty=sure,
        weight_of_data=spread**2 / (spread**2 + error**2),
        prior=prior,
        estimate=value,
        standard_error=error,
        df=None if df is None else float(df),
    )


def _checked(prior: Prior) -> tuple[float, float]:
    made_by(prior, "prior", Prior, "Prior")
    if not isinstance(prior.source, str) or not prior.source.strip():
        raise ValueError("prior has no source; cite the studies that its mean and SD come from")
    return _near(finite(prior.mean, "prior mean"), "prior mean"), _size(prior.sd, "prior sd")


def _near(value: float, name: str) -> float:
    if abs(value) > FARTHEST:
        raise ValueError(f"{name} must lie within {FARTHEST:g}, not {value!r}; use the unit of the prior")
    return value


def _size(value: float, name: str) -> float:
    if not 1 / FARTHEST <= positive(value, name) <= FARTHEST:
        raise ValueError(f"{name} must lie from {1 / FARTHEST:g} to {FARTHEST:g}, not {value!r}; use the unit of the prior")
    return float(value)


class _Normal:
    """Normal prior and normal likelihood."""

    def __init__(self, value: float, error: float, middle: float, spread: float) -> None:
        variance = 1 / (1 / error**2 + 1 / spread**2)
        self.mean, self.sd = variance * (value / error**2 + middle / spread**2), float(np.sqrt(variance))

    def below(self, x: float) -> float:
        return float(scipy.stats.norm.cdf(x, self.mean, self.sd))

    def above(self, x: float) -> float:
        return float(scipy.stats.norm.sf(x, self.mean, self.sd))

    def quantile(self, q: float) -> float:
        return float(scipy.stats.norm.ppf(q, self.mean, self.sd))


class _Product:
    """Normal prior and t likelihood, by Gauss-Legendre integration."""

    def __init__(self, value: float, error: float, df: float, middle: float, spread: float) -> None:
        low, high = min(middle, value) - REACH * spread, max(middle, value) + REACH * spread
        bells = [(value, error), (middle, spread), *_peaks(value, error, df, middle, spread)]
        self._cuts = np.unique(np.clip([low, high, *(x for bell in bells for x in _landmarks(*bell))], low, high))
        self._log_density = lambda x: scipy.stats.norm.logpdf(x, middle, spread) + scipy.stats.t.logpdf((x - value) / error, df)
        self._peak = float(self._log_density(self._cuts).max())  # keeps the integral away from underflow
        self._total = self._integral(0, low, high)
        self.mean = self._integral(1, low, high) / self._total
        self.sd = float(np.sqrt(self._integral(2, low, high, self.mean) / self._total))

    def below(self, x: float) -> float:
        return float(np.clip(self._integral(0, self._cuts[0], x) / self._total, 0, 1))

    def above(self, x: float) -> float:
        return float(np.clip(self._integral(0, x, self._cuts[-1]) / self._total, 0, 1))

    def quantile(self, q: float) -> float:
        return float(scipy.optimize.brentq(lambda x: self.below(x) - q, self._cuts[0], self._cuts[-1], xtol=PRECISION))

    def _integral(self, power: int, low: float, high: float, around: float = 0.0) -> float:
        """Of (x - around)^power times the density, piece by piece so that no peak is stepped over; 0 when high <= low."""
        low, high = np.clip([low, high], self._cuts[0], self._cuts[-1])
        ends = np.unique([low, *self._cuts[(self._cuts > low) & (self._cuts < high)], max(low, high)])
        half = np.diff(ends)[:, None] / 2
        x = ends[:-1, None] + half * (1 + NODES)
        return float(np.sum(half * WEIGHTS * (x - around) ** power * np.exp(self._log_density(x) - self._peak)))


def _peaks(value: float, error: float, df: float, middle: float, spread: float) -> list[tuple[float, float]]:
    """Where the density is flat, and how wide it is there: the slope of its logarithm is 0 at the roots of a cubic."""
    gap, scale = (value - middle) / spread, df * (error / spread) ** 2  # in SDs of the prior, from the estimate
    roots = np.roots([1.0, gap, scale + df + 1, gap * scale])
    u = roots.real[np.abs(roots.imag) <= 1e-6 * (1 + np.abs(roots))]
    bend = 1 + (df + 1) * (scale - u**2) / (scale + u**2) ** 2
    return [(value + spread * x, spread / float(np.sqrt(max(b, 1.0)))) for x, b in zip(u.tolist(), bend.tolist(), strict=True)]


def _landmarks(middle: float, spread: float) -> list[float]:
    """Where a bell may bend, out to where the tail of a t is still felt."""
    steps = np.array([0.5, 1, 2, 3, 4, 6, 9, 20, 60, 200, 1e3, 1e4, 1e6])
    return [middle, *(middle + spread * steps), *(middle - spread * steps)]
