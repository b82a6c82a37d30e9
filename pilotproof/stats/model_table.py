"""Every coefficient of the models behind a contrast, as software for statistics prints them; effects of blocks are counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import ROUNDING, Floats, booleans, labels, numbers, same_length, share
from pilotproof.stats.cluster_data import (
    ClusterData,
    Covariates,
    Refusal,
    cluster_data,
    cluster_means,
    least_squares,
    refusal_of,
    refused,
    student_design,
)
from pilotproof.stats.mixed_model import MixedModelRefusal, fitted
from pilotproof.stats.results import Interval
from pilotproof.stats.sandwich import Robust, robust_coefficient

LEVEL, ARM, PRETEST = "level", "arm", "pretest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One row. term : level (of the comparison arm at mean pretest and covariates), arm, pretest, or the name of a covariate."""

    term: str
    estimate: float
    standard_error: float
    df: float
    t: float
    p_value: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTable:
    """One model. rows : in the outcome's unit, of the pretest in units of the outcome for one unit of the pretest

    unlisted : effects of blocks or clusters that were estimated and are not in rows
    variance_between, variance_within, icc : of clusters and of students within them, and the former's share; mixed model only
    """

    method: Literal["cluster means", "CR2", "mixed model"]
    rows: tuple[Coefficient, ...]
    students: int
    clusters: int
    unlisted: int
    variance_between: float | None = None
    variance_within: float | None = None
    icc: float | None = None


def cluster_means_table(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ModelTable | Refusal:
    """The two stages of `cluster_mean_contrast`: slope on the pretest within clusters (CR2), least squares over their means.

    Arguments, Refusal and errors as there. The slope is taken as known in the second stage. Covariates that differ within
    clusters are taken out in the first stage and not listed.
    """
    data = _data(outcome, is_treated, cluster, pretest, covariates, block, confidence)
    if refusal := refusal_of(data):
        return refusal
    found = cluster_means(data)
    df = len(found.means) - found.design.shape[1]
    if df < 1:
        return refused(data, "no degrees of freedom")
    coefficients, inverse = least_squares(found.design, found.means)
    residuals = found.means - found.design @ coefficients
    errors = np.sqrt(float(residuals @ residuals) / df * np.diag(inverse))
    if errors[1] <= ROUNDING * float(np.abs(data.outcome).max()):
        return refused(data, "clusters of an arm do not differ")
    blocks = _blocks(data)
    listed = list(covariates or {})
    names = {0: LEVEL, 1: ARM} | {2 + blocks + i: listed[one] for i, one in enumerate(found.of_clusters)}
    rows = [_row(name, coefficients[i], errors[i], df, confidence) for i, name in names.items() if i or not blocks]
    return _table("cluster means", data, [*rows, *_slope_within(data)], blocks)


def cr2_table(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ModelTable | Refusal:
    """The regression of `cr2_contrast`, each coefficient with its own CR2 standard error and Satterthwaite df."""
    data = _data(outcome, is_treated, cluster, pretest, covariates, block, confidence)
    if refusal := refusal_of(data):
        return refusal
    design, rows = student_design(data), []
    if len(design) <= design.shape[1]:
        return refused(data, "no degrees of freedom")
    for position, name in _students_terms(data, covariates):
        found = robust_coefficient(design, data.outcome, cluster=data.cluster, position=position)
        if not _has_error(found):
            return refused(data, "no degrees of freedom")
        rows.append(_row(name, found.estimate, np.sqrt(found.variance), found.df, confidence))
    return _table("CR2", data, rows, _blocks(data))


def mixed_model_table(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ModelTable | MixedModelRefusal | Refusal:
    """The model of `mixed_model_contrast`, with its two variances. df by containment, so that the level's are of clusters."""
    data = _data(outcome, is_treated, cluster, pretest, covariates, block, confidence)
    if refusal := refusal_of(data):
        return refusal
    fit = fitted(data, student_design(data))
    if isinstance(fit, Refusal | MixedModelRefusal):
        return fit
    if min(fit.df) < 1:
        return refused(data, "no degrees of freedom")
    errors = np.sqrt(np.diag(fit.covariance))
    rows = [_row(name, fit.coefficients[i], errors[i], fit.df[i], confidence) for i, name in _students_terms(data, covariates)]
    variances = {"variance_between": fit.between, "variance_within": fit.within, "icc": fit.between / (fit.between + fit.within)}
    return _table("mixed model", data, rows, _blocks(data), **variances)


def within_table(
    outcome: ArrayLike,
    *,
    is_user: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ModelTable | None:
    """The regression of `dose.users_against_non_users`, which gives the arm's row there too; None without degrees of freedom."""
    index, amount = labels(cluster, "cluster"), booleans(is_user, "is_user").astype(np.float64)
    same_length(outcome=numbers(outcome, "outcome", fewest=2), is_user=amount, cluster=index)
    named = {ARM: amount} | ({} if pretest is None else {PRETEST: numbers(pretest, "pretest", fewest=2)})
    same_length(**{"outcome": amount} | named)
    design = np.column_stack([_centred(column, index) for column in named.values()])
    y, clusters = _centred(numbers(outcome, "outcome", fewest=2), index), int(index.max()) + 1
    rows = []
    for position, name in enumerate(named):
        found = robust_coefficient(design, y, cluster=index, position=position, absorbed=clusters)
        if not _has_error(found):
            return None
        rows.append(_row(name, found.estimate, np.sqrt(found.variance), found.df, share(confidence, "confidence")))
    return ModelTable(method="CR2", rows=tuple(rows), students=len(y), clusters=clusters, unlisted=clusters)


def _data(
    outcome: ArrayLike,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None,
    covariates: Covariates | None,
    block: ArrayLike | None,
    confidence: float,
) -> ClusterData:
    return cluster_data(
        outcome,
        is_treated=is_treated,
        cluster=cluster,
        pretest=pretest,
        covariates=covariates,
        block=block,
        confidence=confidence,
    )


def _slope_within(data: ClusterData) -> Iterator[Coefficient]:
    """The first stage: of the pretest alone, with an effect for each cluster."""
    if data.pretest is None or data.covariates.shape[1]:
        return
    inside = _centred(data.pretest, data.cluster)[:, None]
    clusters = len(data.arm_of_cluster)
    found = robust_coefficient(inside, _centred(data.outcome, data.cluster), cluster=data.cluster, position=0, absorbed=clusters)
    if _has_error(found):
        yield _row(PRETEST, found.estimate, np.sqrt(found.variance), found.df, data.confidence)


def _students_terms(data: ClusterData, covariates: Covariates | None) -> list[tuple[int, str]]:
    """Positions and names of the columns of `student_design`, without those of blocks and the level of the first of these."""
    names = [LEVEL, ARM, *([] if data.pretest is None else [PRETEST]), *(covariates or {})]
    return [(i, name) for i, name in enumerate(names) if i or not _blocks(data)]


def _blocks(data: ClusterData) -> int:
    """Effects of blocks: one fewer than there are blocks."""
    return 0 if data.block is None else int(data.block.max())


def _has_error(found: Robust) -> bool:
    """Whether there is a standard error: none is left where the model fits the students of every cluster."""
    return found.df is not None and np.sqrt(found.variance) > ROUNDING * abs(found.estimate)


def _row(term: str, estimate: float, error: float, df: float, confidence: float) -> Coefficient:
    t = float(estimate / error)
    margin = float(scipy.stats.t.ppf((1 + confidence) / 2, df) * error)
    return Coefficient(
        term=term,
        estimate=float(estimate),
        standard_error=float(error),
        df=float(df),
        t=t,
        p_value=float(2 * scipy.stats.t.sf(abs(t), df)),
        interval=Interval(low=float(estimate) - margin, high=float(estimate) + margin, confidence=confidence),
    )


def _table(method: str, data: ClusterData, rows: list[Coefficient], unlisted: int, **variances: float) -> ModelTable:
    return ModelTable(
        method=method,  # type: ignore[arg-type]
        rows=tuple(rows),
        students=len(data.outcome),
        clusters=len(data.arm_of_cluster),
        unlisted=unlisted,
        **variances,
    )


def _centred(values: Floats, index: np.ndarray) -> Floats:
    return values - (np.bincount(index, weights=values) / np.bincount(index))[index]
