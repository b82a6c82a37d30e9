"""Agreement of two or more observers: kappa with what it hides, and intraclass correlations."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import ROUNDING, Floats, labels, one_of, same_length, share
from pilotproof.stats.counts import proportion_interval
from pilotproof.stats.results import Interval
from pilotproof.stats.table import number_table

Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kappa:
    """Agreement of two observers beyond chance.

    estimate : None when both used one and the same code throughout: then chance agreement is 1 as well
    standard_error, interval : also None when no two codes differ, or none agree; interval ends at -1 and 1
    observed, expected : weighted agreement, as kappa uses it
    percent_agreement, agreement_interval : share of equal codes (0 to 1), and its exact interval
    prevalence_index, bias_index : of two codes only; 0 is balanced. Far from 0, kappa is low however well they agree
    pabak : kappa if prevalence and bias were balanced
    """

    weights: Weights
    estimate: float | None
    standard_error: float | None
    interval: Interval | None
    observed: float
    expected: float
    percent_agreement: float
    agreement_interval: Interval
    prevalence_index: float | None
    bias_index: float | None
    pabak: float
    n: int
    categories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntraclassCorrelation:
    """Share of the variance between subjects, for the rating of one rater.

    f, p_value, interval : None when the raters do not differ at all within subjects; interval also without limits
    """

    form: Literal["ICC(1)", "ICC(2,1)", "ICC(3,1)"]
    estimate: float
    f: float | None
    df_subjects: int
    df_error: int
    p_value: float | None
    interval: Interval | None
    subjects: int
    raters: int


def cohens_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    categories: Sequence[Hashable] | None = None,
    weights: Weights = "none",
    confidence: float = 0.95,
) -> Kappa:
    """Kappa of two observers who coded the same units, plain or weighted.

    first, second : one code a unit; categories : all codes, in their order for weighted kappa
    Units are taken as independent; intervals of one session are not quite, so that the interval is a little narrow.
    Source: Cohen (1960, 1968); standard error: Fleiss, Cohen & Everitt (1969); prevalence, bias, PABAK: Byrt, Bishop &
    Carlin (1993); for k codes PABAK = (k agreement - 1) / (k - 1).
    """
    return kappa_of_table(_code_table(first, second, categories, weights), weights=weights, confidence=confidence)


def kappa_of_table(table: ArrayLike, *, weights: Weights = "none", confidence: float = 0.95) -> Kappa:
    """Kappa of a square table of counts: one row for each code of the first observer, one column for each of the second.

    Source: as in `cohens_kappa`.
    """
    one_of(weights, "weights", ("none", "linear", "quadratic"))
    counts = number_table(table, "table")
    if counts.shape[0] != counts.shape[1]:
        raise ValueError("table must have a column for each row: both observers use the same codes")
    if (counts < 0).any() or (counts != np.floor(counts)).any() or counts.sum() < 2:
        raise ValueError("table must hold whole numbers of at least 0, and at least 2 units in all")
    n, k = int(counts.sum()), len(counts)
    shares, agreement = counts / n, _agreement_weights(k, weights)
    chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    observed, expected = float((agreement * shares).sum()), float((agreement * chance).sum())
    estimate = None if 1 - expected <= ROUNDING else (observed - expected) / (1 - expected)
    error = None if estimate is None else _kappa_error(shares, agreement, observed, expected, n)
    equal, confidence = int(np.trace(counts)), share(confidence, "confidence")
    return Kappa(
        weights=weights,
        estimate=estimate,
        standard_error=error,
        interval=None if estimate is None or error is None else _within_one(estimate, error, confidence),
        observed=observed,
        expected=expected,
        percent_agreement=equal / n,
        agreement_interval=proportion_interval(equal, n, confidence=confidence),
        prevalence_index=float(shares[0, 0] - shares[1, 1]) if k == 2 else None,
        bias_index=float(shares[0, 1] - shares[1, 0]) if k == 2 else None,
        pabak=(k * equal / n - 1) / (k - 1),
        n=n,
        categories=k,
    )


def icc_one_way(ratings: ArrayLike, *, confidence: float = 0.95) -> IntraclassCorrelation:
    """ICC(1): every subject rated by other raters.

    ratings : one row a subject, one column a rating, none missing
    Source: Shrout & Fleiss (1979): (MSB - MSW) / (MSB + (k - 1) MSW), F = MSB / MSW.
    """
    x = _ratings(ratings)
    n, k = x.shape
    between, within, _, _ = _mean_squares(x)
    estimate = (between - within) / (between + (k - 1) * within)
    return _icc("ICC(1)", x, estimate, between, within, n * (k - 1), share(confidence, "confidence"))


def icc_two_way_mixed(ratings: ArrayLike, *, confidence: float = 0.95) -> IntraclassCorrelation:
    """ICC(3,1): the same raters throughout, whose constant differences do not matter (consistency).

    Source: Shrout & Fleiss (1979): (MSB - MSE) / (MSB + (k - 1) MSE), F = MSB / MSE.
    """
    x = _ratings(ratings)
    n, k = x.shape
    between, _, _, residual = _two_way(x)
    estimate = (between - residual) / (between + (k - 1) * residual)
    return _icc("ICC(3,1)", x, estimate, between, residual, (n - 1) * (k - 1), share(confidence, "confidence"))


def icc_two_way_random(ratings: ArrayLike, *, confidence: float = 0.95) -> IntraclassCorrelation:
    """ICC(2,1): the same raters throughout, drawn from many, whose constant differences matter (absolute agreement).

    Source: Shrout & Fleiss (1979): (MSB - MSE) / (MSB + (k - 1) MSE + k (MSJ - MSE) / n), with their approximate limits.
    """
    x, confidence = _ratings(ratings), share(confidence, "confidence")
    n, k = x.shape
    between, _, raters, residual = _two_way(x)
    estimate = (between - residual) / (between + (k - 1) * residual + k * (raters - residual) / n)
    plain = _icc("ICC(2,1)", x, estimate, between, residual, (n - 1) * (k - 1), confidence)
    if plain.f is None:
        return plain
    ratio = raters / residual
    top = (n - 1) * (k - 1) * (k * estimate * ratio + n * (1 + (k - 1) * estimate) - k * estimate) ** 2
    bottom = (n - 1) * k**2 * estimate**2 * ratio**2 + (n * (1 + (k - 1) * estimate) - k * estimate) ** 2
    if top <= 0 or bottom <= 0:
        return replace(plain, interval=None)
    df, tail = top / bottom, (1 + confidence) / 2
    upper, lower = scipy.stats.f.ppf(tail, n - 1, df), scipy.stats.f.ppf(tail, df, n - 1)
    spread = k * raters + (k * n - k - n) * residual
    interval = Interval(
        low=float(n * (between - upper * residual) / (upper * spread + n * between)),
        high=float(n * (lower * between - residual) / (spread + n * lower * between)),
        confidence=confidence,
    )
    return replace(plain, interval=interval)


def _code_table(first: ArrayLike, second: ArrayLike, categories: Sequence[Hashable] | None, weights: Weights) -> Floats:
    """Counts of each pair of codes."""
    same_length(first=labels(first, "first"), second=labels(second, "second"))
    columns = {"first": np.asarray(first).astype(str), "second": np.asarray(second).astype(str)}
    if categories is None:
        if weights != "none":
            raise ValueError("categories must be given in their order for a weighted kappa")
        codes = np.unique(np.concatenate([*columns.values()])).tolist()
        codes = codes if len(codes) > 1 else [*codes, ""]  # one code throughout: any second one, never used
    else:
        if isinstance(categories, str) or np.ndim(np.asarray(categories, dtype=object)) != 1:
            raise ValueError(f"categories must be a list of codes, not {categories!r}")
        codes = [str(code) for code in categories]
        if len(codes) < 2 or len(set(codes)) < len(codes):
            raise ValueError("categories must hold at least two codes, each once")
    place = {code: position for position, code in enumerate(codes)}
    for name, column in columns.items():
        if unknown := sorted(set(column.tolist()) - set(place)):
            raise ValueError(f"{name} has codes that are not in categories: {', '.join(unknown)}")
    table = np.zeros((len(codes), len(codes)))
    np.add.at(table, tuple([place[code] for code in column.tolist()] for column in columns.values()), 1)
    return table


def _agreement_weights(k: int, weights: Weights) -> Floats:
    """1 on the diagonal, and less the further two codes lie apart."""
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    match weights:
        case "none":
            return (distance == 0).astype(np.float64)
        case "linear":
            return 1 - distance
        case "quadratic":
            return 1 - distance**2
        case _:
            raise ValueError(f"weights must be none, linear or quadratic, not {weights!r}")


def _kappa_error(shares: Floats, agreement: Floats, observed: float, expected: float, n: int) -> float | None:
    """Large-sample standard error; None when it is 0, which says that the sample is too small to show any."""
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    means = (agreement @ columns)[:, None] + (rows @ agreement)[None, :]
    spread = (shares * (agreement * (1 - expected) - means * (1 - observed)) ** 2).sum()
    variance = (spread - (observed * expected - 2 * expected + observed) ** 2) / (n * (1 - expected) ** 4)
    return float(np.sqrt(variance)) if variance > ROUNDING else None


def _within_one(estimate: float, error: float, confidence: float) -> Interval:
    margin = float(scipy.stats.norm.ppf((1 + confidence) / 2)) * error
    return Interval(low=max(-1.0, estimate - margin), high=min(1.0, estimate + margin), confidence=confidence)


def _ratings(ratings: ArrayLike) -> Floats:
    x = number_table(ratings, "ratings")
    if np.ptp(x) == 0:
        raise ValueError("ratings: all are equal, so that subjects cannot be told apart; report the percent agreement")
    return x


def _mean_squares(x: Floats) -> tuple[float, float, float, float]:
    """Between subjects, within subjects, between raters, and residual; rounding noise counts as 0."""
    n, k = x.shape
    centred = x - x.mean()
    subjects, raters = centred.mean(axis=1), centred.mean(axis=0)
    within = float(((centred - subjects[:, None]) ** 2).sum())
    residual = float(((centred - subjects[:, None] - raters[None, :]) ** 2).sum())
    noise = (ROUNDING * float(np.abs(x).max())) ** 2 * x.size
    within, residual = (0.0 if value <= noise else value for value in (within, residual))
    spread = float(k * (subjects @ subjects))
    between = 0.0 if spread <= noise else spread / (n - 1)
    if between == within == 0:
        raise ValueError("ratings: they differ by float noise only; take off the part that all of them share")
    return between, within / (n * (k - 1)), n * float(raters @ raters) / (k - 1), residual / ((n - 1) * (k - 1))


def _two_way(x: Floats) -> tuple[float, float, float, float]:
    between, within, raters, residual = _mean_squares(x)
    if between == residual == 0:
        raise ValueError("ratings: each rater gave all subjects the same, so that subjects cannot be told apart")
    return between, within, raters, residual


def _icc(
    form: Literal["ICC(1)", "ICC(2,1)", "ICC(3,1)"],
    x: Floats,
    estimate: float,
    between: float,
    error: float,
    df_error: int,
    confidence: float,
) -> IntraclassCorrelation:
    """With the F test and, for ICC(1) and ICC(3,1), the exact limits (F / F_q - 1) / (F / F_q + k - 1)."""
    n, k = x.shape
    f, p, interval = None, None, None
    if error > 0:
        f, tail = between / error, (1 + confidence) / 2
        low, high = f / float(scipy.stats.f.ppf(tail, n - 1, df_error)), f * float(scipy.stats.f.ppf(tail, df_error, n - 1))
        p = float(scipy.stats.f.sf(f, n - 1, df_error))
        interval = Interval(low=(low - 1) / (low + k - 1), high=(high - 1) / (high + k - 1), confidence=confidence)
    return IntraclassCorrelation(
        form=form,
        estimate=float(estimate),
        f=f,
        df_subjects=n - 1,
        df_error=df_error,
        p_value=p,
        interval=interval,
        subjects=n,
        raters=k,
    )
