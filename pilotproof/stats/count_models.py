"""Regression of event counts on log exposure: rate ratios that hold other things equal, with errors over clusters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import ROUNDING, Floats, labels, numbers, same_length, share
from pilotproof.stats.count_fit import CONVERGED, LEAST_ALPHA, ROUNDS, cr2_of_means, fitted_means, likeliest_alpha
from pilotproof.stats.rates import event_counts, exposures
from pilotproof.stats.results import Interval

FEWEST_CLUSTERS = 2
FARTHEST = 700.0  # log of a ratio beyond which it overflows; such a limit is none
FEWEST_DF = 4.0  # below this the Satterthwaite approximation is poor (Tipton 2015)

Method = Literal["quasi-Poisson", "negative binomial"]
RefusalReason = Literal[
    "too few rows",
    "no event on one side",
    "one cluster on one side",
    "no degrees of freedom",
    "no over-dispersion",
    "does not converge",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One predictor of a count model.

    rate_ratio, interval : for one unit more of the predictor, others equal
    log_ratio, standard_error : on the log scale
    df : None for a normal reference (negative binomial without clusters)
    few_clusters : df below 4, so that p and interval are rough
    """

    name: str
    rate_ratio: float
    interval: Interval
    log_ratio: float
    standard_error: float
    df: float | None
    statistic: float
    p_value: float
    few_clusters: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountModel:
    """A fitted model of event counts.

    dispersion : variance over mean (quasi-Poisson), or alpha of variance = mean + alpha mean^2 (negative binomial)
    errors : where the standard errors come from; clusters : None without clusters
    """

    method: Method
    errors: Literal["model", "CR2"]
    terms: tuple[Term, ...]
    dispersion: float
    n: int
    events: int
    exposure: float
    clusters: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRefusal:
    """Why a design gives no count model; predictor : which one stands in the way, if one does."""

    reason: RefusalReason
    predictor: str | None
    n: int
    clusters: int | None


@dataclass(frozen=True, slots=True)
class _Rows:
    events: Floats
    log_exposure: Floats
    columns: dict[str, Floats]
    scales: Floats
    design: Floats
    cluster: NDArray[np.intp] | None
    confidence: float


def quasi_poisson(
    events: ArrayLike,
    *,
    exposure: ArrayLike,
    predictors: Mapping[str, ArrayLike],
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CountModel | CountRefusal:
    """Rate ratios from counts whose variance is proportional to their mean.

    events, exposure : one row a lesson, day or teacher; predictors : name -> column of numbers (0 and 1 for arms and periods)
    cluster : label of each row (teacher); then the errors are CR2 with Satterthwaite df, else t with n - p df
    Returns a CountRefusal where a side of a 0/1 predictor has no event, or no second cluster.
    Source: McCullagh & Nelder (1989) chapter 6, dispersion = Pearson chi-square / (n - p); CR2 for generalised linear models:
    Pustejovsky & Tipton (2018), as in clubSandwich.
    """
    rows = _checked(events, exposure, predictors, cluster, confidence)
    if refusal := _refusal(rows):
        return refusal
    mean = fitted_means(rows.events, rows.design, rows.log_exposure)
    if mean is None:
        return _refused(rows, "no event on one side", None)
    n, p = rows.design.shape
    dispersion = float((((rows.events - mean) ** 2) / mean).sum()) / (n - p)
    if rows.cluster is None and dispersion <= CONVERGED:
        return _refused(rows, "no degrees of freedom", None)
    return _model("quasi-Poisson", rows, mean, variance=mean, scale=dispersion, dispersion=dispersion, df=float(n - p))


def negative_binomial(
    events: ArrayLike,
    *,
    exposure: ArrayLike,
    predictors: Mapping[str, ArrayLike],
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CountModel | CountRefusal:
    """Rate ratios from counts with variance mean + alpha mean^2, alpha by maximum likelihood.

    Arguments as in `quasi_poisson`. Without clusters the reference is normal, which is rough below some fifty rows.
    Returns a CountRefusal also where the counts vary no more than Poisson counts do.
    Source: NB2 of Lawless (1987); errors from the expected information given alpha, as in R's MASS::glm.nb.
    """
    rows = _checked(events, exposure, predictors, cluster, confidence)
    if refusal := _refusal(rows):
        return refusal
    mean, alpha = fitted_means(rows.events, rows.design, rows.log_exposure), 0.0
    if mean is None:
        return _refused(rows, "no event on one side", None)
    for _ in range(ROUNDS):
        before, alpha = alpha, likeliest_alpha(rows.events, mean)
        if alpha <= LEAST_ALPHA:
            return _refused(rows, "no over-dispersion", None)
        mean = fitted_means(rows.events, rows.design, rows.log_exposure, alpha=alpha)
        if mean is None:
            return _refused(rows, "no event on one side", None)
        if abs(alpha - before) <= CONVERGED * (1 + alpha):
            break
    else:
        return _refused(rows, "does not converge", None)
    variance = mean + alpha * mean**2
    return _model("negative binomial", rows, mean, variance=variance, scale=1.0, dispersion=alpha, df=None)


def rate_trend(
    events: ArrayLike,
    *,
    exposure: ArrayLike,
    week: ArrayLike,
    cluster: ArrayLike | None = None,
    confidence: float = 0.95,
) -> CountModel | CountRefusal:
    """Change of the rate over the window: its one term is the rate of one week over that of the week before.

    week : of each row, as a number that may be broken (days since the start / 7)
    Source: `quasi_poisson` with the week as the only predictor.
    """
    return quasi_poisson(events, exposure=exposure, predictors={"week": week}, cluster=cluster, confidence=confidence)


def _checked(
    events: ArrayLike,
    exposure: ArrayLike,
    predictors: Mapping[str, ArrayLike],
    cluster: ArrayLike | None,
    confidence: float,
) -> _Rows:
    counts, hours = event_counts(events, "events", fewest=2), exposures(exposure, "exposure")
    if not isinstance(predictors, Mapping):
        raise ValueError("predictors must be a mapping of names to columns of numbers, such as {'week': weeks}")
    columns = {str(name): numbers(values, f"predictor {str(name)!r}") for name, values in predictors.items()}
    if not columns:
        raise ValueError("predictors is empty; for one rate use poisson_rate")
    index = None if cluster is None else labels(cluster, "cluster")
    named = {f"predictor {name!r}": values for name, values in columns.items()}
    same_length(events=counts, exposure=hours, **named, **({} if index is None else {"cluster": index}))
    if counts.sum() < 1:
        raise ValueError("events: there is no event, so that there is no rate to compare; report the rate alone")
    for name, values in columns.items():
        if np.ptp(values) <= ROUNDING * np.abs(values).max():
            raise ValueError(f"predictor {name!r} is the same in all rows; leave it out")
    centred = [values - values.mean() for values in columns.values()]
    scales = np.array([np.abs(values).max() for values in centred])
    design = np.column_stack([np.ones(len(counts)), np.column_stack(centred) / scales])
    if np.linalg.matrix_rank(design) < min(design.shape):
        raise ValueError("predictors repeat each other, so that they cannot be told apart; leave one out")
    return _Rows(counts, np.log(hours), columns, scales, design, index, share(confidence, "confidence"))


def _refusal(rows: _Rows) -> CountRefusal | None:
    n, p = rows.design.shape
    if n <= p:
        return _refused(rows, "too few rows", None)
    for name, column in rows.columns.items():
        if not np.isin(column, (0, 1)).all():
            continue
        sides = [column == side for side in (0, 1)]
        if any(rows.events[side].sum() == 0 for side in sides):
            return _refused(rows, "no event on one side", name)
        if rows.cluster is not None and any(len(np.unique(rows.cluster[side])) < FEWEST_CLUSTERS for side in sides):
            return _refused(rows, "one cluster on one side", name)
    if rows.cluster is not None and len(np.unique(rows.cluster)) <= FEWEST_CLUSTERS:
        return _refused(rows, "no degrees of freedom", None)
    return None


def _refused(rows: _Rows, reason: RefusalReason, predictor: str | None) -> CountRefusal:
    clusters = None if rows.cluster is None else len(np.unique(rows.cluster))
    return CountRefusal(reason=reason, predictor=predictor, n=len(rows.events), clusters=clusters)


def _model(
    method: Method, rows: _Rows, mean: Floats, *, variance: Floats, scale: float, dispersion: float, df: float | None
) -> CountModel | CountRefusal:
    slopes = mean[:, None] * rows.design
    inverse = np.linalg.inv(slopes.T @ (slopes / variance[:, None]))
    beta = np.linalg.lstsq(rows.design, np.log(mean) - rows.log_exposure, rcond=None)[0]
    terms = []
    for position, name in enumerate(rows.columns, start=1):
        squared, freedom = scale * inverse[position, position], df
        if rows.cluster is not None:
            squared, freedom = cr2_of_means(slopes, variance, rows.events - mean, rows.cluster, inverse, position)
            if freedom is None or squared <= CONVERGED * inverse[position, position]:
                return _refused(rows, "no degrees of freedom", name)
        scale_of_name = rows.scales[position - 1]
        terms.append(
            _term(name, float(beta[position] / scale_of_name), float(np.sqrt(squared) / scale_of_name), freedom, rows.confidence)
        )
    return CountModel(
        method=method,
        errors="model" if rows.cluster is None else "CR2",
        terms=tuple(terms),
        dispersion=dispersion,
        n=len(rows.events),
        events=int(rows.events.sum()),
        exposure=float(np.exp(rows.log_exposure).sum()),
        clusters=None if rows.cluster is None else len(np.unique(rows.cluster)),
    )


def _term(name: str, log_ratio: float, error: float, df: float | None, confidence: float) -> Term:
    reference = scipy.stats.norm if df is None else scipy.stats.t(df)
    margin = float(reference.ppf((1 + confidence) / 2)) * error
    low, middle, high = (
        float(x) for x in np.exp(np.clip([log_ratio - margin, log_ratio, log_ratio + margin], -FARTHEST, FARTHEST))
    )
    return Term(
        name=name,
        rate_ratio=middle,
        interval=Interval(low=low, high=high, confidence=confidence),
        log_ratio=log_ratio,
        standard_error=error,
        df=df,
        statistic=log_ratio / error,
        p_value=float(2 * reference.sf(abs(log_ratio / error))),
        few_clusters=df is not None and df < FEWEST_DF,
    )
