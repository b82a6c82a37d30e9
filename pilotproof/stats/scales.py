"""Survey scales: internal consistency, items that do not fit, floors and ceilings, and the share that is bought in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import ROUNDING, Floats, count, finite, numbers, share
from pilotproof.stats.counts import proportion_interval
from pilotproof.stats.results import Interval
from pilotproof.stats.table import number_table

ENOUGH_RESPONDENTS = 30  # below this no reliability is claimed from the own sample
USUAL_FLOOR, HIGH_ALPHA = 0.70, 0.90  # an alpha says something where one this high could be told from the one usually asked for
MOST_CODES = 1_000  # of an instrument, either side of 0
FLOOR_OR_CEILING = 0.15  # Terwee et al. (2007), J Clin Epidemiol 60: more than 15 % at one end
LEAST_UNIQUENESS = 0.005  # an item explained beyond this is a Heywood case
FACTOR_ROUNDS = 20_000
FACTOR_CONVERGED = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFit:
    """One item beside the others.

    item_rest_correlation : with the sum of the other items; None when the item or that sum does not vary
    alpha_without : of the other items; None with two items, or when the rest does not vary
    looks_reversed : correlates negatively with the rest, as an item does whose reverse key was forgotten
    is_reversed_beyond_chance : and does so with a 95 % interval below 0; among few respondents chance alone turns many items
    """

    item_rest_correlation: float | None
    alpha_without: float | None
    looks_reversed: bool
    is_reversed_beyond_chance: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alpha:
    """Cronbach's alpha.

    can_be_judged : respondents enough that an alpha of .90 would have its interval above .70; else it tells nothing
    may_be_claimed : at least 30 respondents; else cite a published value and show the interval
    """

    estimate: float
    interval: Interval
    items: tuple[ItemFit, ...]
    respondents: int
    can_be_judged: bool
    may_be_claimed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Omega:
    """Omega total of one factor, for standardised items. loadings : of each item on the factor, the majority positive."""

    estimate: float
    loadings: tuple[float, ...]
    respondents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OmegaRefusal:
    """Why a scale gives no omega. It is a result, not an error."""

    reason: Literal["fewer than 30 respondents", "fewer than three items", "one factor does not fit", "an item is constant"]
    respondents: int
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDistribution:
    """How the answers to one item lie on its codes.

    counts : of each code from the lowest; floor_share, ceiling_share : at the lowest and the highest code
    at_floor, at_ceiling : more than 15 % there, so that a fall or a rise could hardly show
    unused : codes that nobody chose
    """

    counts: tuple[int, ...]
    floor_share: float
    ceiling_share: float
    at_floor: bool
    at_ceiling: bool
    unused: tuple[int, ...]
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyIn:
    """Share of those who agree against a target.

    meets_target : whether the share itself does
    verdict : what the exact interval says of the people that these stand for
    """

    share: float
    interval: Interval
    target: float
    meets_target: bool
    verdict: Literal["above target", "below target", "not enough answers"]
    agree: int
    answered: int


def cronbach_alpha(items: ArrayLike, *, confidence: float = 0.95) -> Alpha:
    """Internal consistency of the sum of at least two items, with Feldt's interval.

    items : one row a respondent, one column an item, keyed in one direction, none missing
    Source: alpha = k / (k - 1) (1 - sum s_i^2 / s_T^2); Feldt, Woodruff & Salih (1987): 1 - (1 - alpha) F_q with
    n - 1 and (n - 1)(k - 1) df, upper quantile for the lower limit.
    """
    x = _items(items)
    n, k = x.shape
    estimate, tail = _alpha(x), (1 + share(confidence, "confidence")) / 2
    if estimate is None:
        raise ValueError("items: their sum is the same for all respondents, so that there is no reliability")
    df = (n - 1, (n - 1) * (k - 1))
    widest = float(scipy.stats.f.ppf(tail, *df))  # of respondents and items alone, so that no high alpha is picked out by it
    interval = Interval(
        low=1 - (1 - estimate) * widest,
        high=1 - (1 - estimate) * float(scipy.stats.f.ppf(1 - tail, *df)),
        confidence=confidence,
    )
    return Alpha(
        estimate=estimate,
        interval=interval,
        items=tuple(_fit_of_item(x, j) for j in range(k)),
        respondents=n,
        can_be_judged=1 - (1 - HIGH_ALPHA) * widest >= USUAL_FLOOR,
        may_be_claimed=n >= ENOUGH_RESPONDENTS,
    )


def omega_total(items: ArrayLike) -> Omega | OmegaRefusal:
    """McDonald's omega of one common factor; refused below 30 respondents.

    items : as in `cronbach_alpha`
    Source: McDonald (1999): 1 - sum u_i^2 / sum of all correlations, u_i^2 from a minimum-residual factor of the correlation
    matrix, as in psych::omega(nfactors = 1).
    """
    x = _items(items)
    n, k = x.shape
    if n < ENOUGH_RESPONDENTS:
        return OmegaRefusal(reason="fewer than 30 respondents", respondents=n, items=k)
    if k < 3:
        return OmegaRefusal(reason="fewer than three items", respondents=n, items=k)
    if (np.ptp(x, axis=0) == 0).any():
        return OmegaRefusal(reason="an item is constant", respondents=n, items=k)
    correlations = np.corrcoef(x, rowvar=False)
    loadings = _one_factor(correlations)
    if loadings is None or correlations.sum() <= ROUNDING:
        return OmegaRefusal(reason="one factor does not fit", respondents=n, items=k)
    estimate = 1 - float((1 - loadings**2).sum()) / float(correlations.sum())
    return Omega(estimate=estimate, loadings=tuple(loadings.tolist()), respondents=n)


def pomp(score: float, *, low: float, high: float) -> float:
    """Per cent of the maximum possible: 0 at the lowest score of the scale, 100 at the highest.

    Source: Cohen, Cohen, Aiken & West (1999): 100 (x - min) / (max - min).
    """
    bottom, top, value = finite(low, "low"), finite(high, "high"), finite(score, "score")
    if top <= bottom:
        raise ValueError(f"high ({high}) must be above low ({low})")
    if not bottom <= value <= top:
        raise ValueError(f"score ({score}) lies outside the scale from {low} to {high}")
    return 100 * (value - bottom) / (top - bottom)


def item_distribution(answers: ArrayLike, *, low: int, high: int) -> ItemDistribution:
    """Counts of each code of one item, floor and ceiling.

    answers : whole codes from low to high, which come from the instrument, not from the answers
    Source: floor and ceiling: Terwee et al. (2007), J Clin Epidemiol 60:34-42, more than 15 %.
    """
    codes = numbers(answers, "answers")
    low, high = (count(end, name, least=-MOST_CODES, most=MOST_CODES) for name, end in (("low", low), ("high", high)))
    if high <= low:
        raise ValueError(f"high ({high}) must be above low ({low})")
    if (codes != np.floor(codes)).any() or (codes < low).any() or (codes > high).any():
        raise ValueError(f"answers must be whole codes from {low} to {high}; correct them in cleaning, where it is counted")
    counts = np.bincount((codes - low).astype(np.intp), minlength=high - low + 1)
    floor, ceiling = float(counts[0] / len(codes)), float(counts[-1] / len(codes))
    return ItemDistribution(
        counts=tuple(int(c) for c in counts),
        floor_share=floor,
        ceiling_share=ceiling,
        at_floor=floor > FLOOR_OR_CEILING,
        at_ceiling=ceiling > FLOOR_OR_CEILING,
        unused=tuple(int(code) for code in low + np.flatnonzero(counts == 0)),
        n=len(codes),
    )


def buy_in(agree: int, answered: int, *, target: float, confidence: float = 0.95) -> BuyIn:
    """Share that agrees, its exact interval, and what both say of a target.

    Source: Clopper & Pearson (1934); above target when the lower limit is at or above it, below when the upper one is below.
    """
    some, all_of_them = count(agree, "agree"), count(answered, "answered", least=1)
    goal, interval = share(target, "target"), proportion_interval(some, all_of_them, confidence=confidence)
    found = some / all_of_them
    verdict: Literal["above target", "below target", "not enough answers"] = "not enough answers"
    if interval.low >= goal:
        verdict = "above target"
    elif interval.high < goal:
        verdict = "below target"
    return BuyIn(
        share=found,
        interval=interval,
        target=goal,
        meets_target=found >= goal,
        verdict=verdict,
        agree=int(agree),
        answered=int(answered),
    )


def _items(items: ArrayLike) -> Floats:
    x = number_table(items, "items")
    if np.ptp(x, axis=0).max() == 0:
        raise ValueError("items: no item varies, so that there is no reliability; show the answers instead")
    return x


def _alpha(x: Floats) -> float | None:
    """None when the sum of the items does not vary."""
    k, total = x.shape[1], float(x.sum(axis=1).var(ddof=1))
    if total <= (ROUNDING * max(1.0, float(np.abs(x).max()))) ** 2:
        return None
    return k / (k - 1) * (1 - float(x.var(axis=0, ddof=1).sum()) / total)


def _fit_of_item(x: Floats, position: int) -> ItemFit:
    item, others = x[:, position], np.delete(x, position, axis=1)
    rest = others.sum(axis=1)
    varies = min(np.ptp(item), np.ptp(rest)) > ROUNDING * max(1.0, float(np.abs(x).max()))
    correlation = float(np.corrcoef(item, rest)[0, 1]) if varies else None
    return ItemFit(
        item_rest_correlation=correlation,
        alpha_without=_alpha(others) if others.shape[1] > 1 else None,
        looks_reversed=correlation is not None and correlation < 0,
        is_reversed_beyond_chance=correlation is not None and _is_below_zero(correlation, len(x)),
    )


def _is_below_zero(correlation: float, n: int) -> bool:
    """Whether the 95 % interval by Fisher's z, tanh(atanh r +- 1.96 / sqrt(n - 3)), lies below 0."""
    return n > 3 and correlation < -float(np.tanh(scipy.stats.norm.ppf(0.975) / np.sqrt(n - 3)))


def _one_factor(correlations: Floats) -> Floats | None:
    """Loadings of the minimum-residual factor by iterated principal axes; None when it does not exist.

    A fixed point of the iteration has the residuals off the diagonal orthogonal to the loadings, as the least-squares
    solution has.
    """
    communalities = (
        1 - 1 / np.diag(np.linalg.inv(correlations)) if _has_inverse(correlations) else np.full(len(correlations), 0.5)
    )
    reduced = correlations.copy()
    for _ in range(FACTOR_ROUNDS):
        np.fill_diagonal(reduced, communalities)
        values, vectors = np.linalg.eigh(reduced)
        if values[-1] <= 0:
            return None
        loadings = vectors[:, -1] * np.sqrt(values[-1])
        change = float(np.abs(loadings**2 - communalities).max())
        communalities = loadings**2
        if communalities.max() > 1 - LEAST_UNIQUENESS:
            return None
        if change <= FACTOR_CONVERGED:
            return loadings * (1 if loadings.sum() >= 0 else -1)
    return None


def _has_inverse(matrix: Floats) -> bool:
    return float(np.linalg.cond(matrix)) < 1e12
