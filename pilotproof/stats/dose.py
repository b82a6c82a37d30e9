"""How much the tool was used against how much was gained: an association within classes, never an effect."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import ROUNDING, Floats, booleans, columns, count, labels, numbers, same_length, share
from pilotproof.stats.cluster_data import Covariates, has_full_rank
from pilotproof.stats.results import Interval
from pilotproof.stats.sandwich import robust_coefficient
from pilotproof.stats.sensitivity import RobustnessValue, robustness_value

LEAST_IN_A_CELL = 10  # students; a smaller group could be recognised


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseResponse:
    """Difference in the outcome for one unit more of use, among students of the same class and pretest; CR2 over classes.

    contrast : of use as an amount, or of users with non-users; evidence : what it can carry
    partial_correlation : of outcome and use given class, pretest and covariates; its interval is that of the estimate in SDs
    within_share : of the variance of use that lies within classes, which alone informs the estimate
    robustness : how strong an unmeasured cause of both would have to be; reckoned from `ols_t` with `residual_df`
    n_users : students with any use
    """

    contrast: Literal["amount of use", "users against non-users"]
    evidence: Literal["correlational"]
    estimate: float
    standard_error: float
    df: float
    t: float
    p_value: float
    interval: Interval
    partial_correlation: float
    partial_correlation_interval: Interval
    within_share: float
    ols_t: float
    residual_df: int
    robustness: RobustnessValue
    n: int
    n_users: int
    clusters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRefusal:
    """Why use is not held against gain. It is a result, not an error."""

    reason: Literal[
        "one cluster",
        "use does not vary within clusters",
        "no degrees of freedom",
        "too few users or non-users",
        "all scores are equal",
        "use and classes explain every score",
    ]
    n: int
    clusters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseCell:
    """A point of the dose plot: students of similar use. upto : the use at which the next cell begins, None for the last."""

    n: int
    clusters: int
    mean_use: float
    mean_outcome: float
    sd_outcome: float
    upto: float | None


def dose_response(
    outcome: ArrayLike,
    *,
    use: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    confidence: float = 0.95,
) -> DoseResponse | DoseRefusal:
    """Regress `outcome` on `use` with an effect for each cluster (pretest, covariates), CR2 over clusters.

    outcome : a posttest or a gain, one a student; use : minutes or logins, at least 0; cluster : label of the class
    Clusters of one student say nothing and are counted in `clusters` as they are in the data.
    Returns a DoseRefusal where nothing can be estimated. Raises ValueError for unusable arrays.
    Source: effects of clusters taken out by centring (Frisch-Waugh-Lovell); CR2 as in `sandwich.robust_coefficient`.
    """
    amount = numbers(use, "use", fewest=2)
    if (amount < 0).any():
        raise ValueError("use holds an amount below 0; correct it in cleaning, where it is counted")
    return _within(outcome, amount, "amount of use", cluster, pretest, covariates, confidence)


def users_against_non_users(
    outcome: ArrayLike,
    *,
    is_user: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    confidence: float = 0.95,
) -> DoseResponse | DoseRefusal:
    """Students who used the tool against classmates who did not, as `dose_response` with a use of 1 or 0.

    Students chose, or were chosen, to use it: the difference is correlational whatever its p.
    """
    amount = booleans(is_user, "is_user").astype(np.float64)
    if amount.all() or not amount.any():
        raise ValueError("is_user: users and non-users are both needed; one side is empty")
    return _within(outcome, amount, "users against non-users", cluster, pretest, covariates, confidence)


def dose_cells(
    outcome: ArrayLike, *, use: ArrayLike, cluster: ArrayLike, most_cells: int = 5, least: int = LEAST_IN_A_CELL
) -> tuple[DoseCell, ...]:
    """Students in order of use, in up to `most_cells` cells of nearly equal size and at least `least` students.

    Students of the same use share a cell. No cell is named by the use of a single student: bounds lie between two.
    Returns no cell with fewer than `least` students in all.
    """
    y, x, index = numbers(outcome, "outcome"), numbers(use, "use"), labels(cluster, "cluster")
    same_length(outcome=y, use=x, cluster=index)
    least, most_cells = count(least, "least", least=2), count(most_cells, "most_cells", least=1)
    order = np.argsort(x, kind="stable")
    parts = _cuts(x[order], most_cells, least)
    found = []
    for part, following in zip_longest(parts, parts[1:]):
        rows = order[part]
        upto = None if following is None else float((x[rows[-1]] + x[order[following][0]]) / 2)
        found.append(
            DoseCell(
                n=len(rows),
                clusters=len(np.unique(index[rows])),
                mean_use=float(x[rows].mean()),
                mean_outcome=float(y[rows].mean()),
                sd_outcome=float(y[rows].std(ddof=1)),
                upto=upto,
            )
        )
    return tuple(found)


def _cuts(use: Floats, most_cells: int, least: int) -> list[slice]:
    """Slices of the sorted `use`: cut where it rises, as near as may be to equal parts, none smaller than `least`."""
    n = len(use)
    rises = np.flatnonzero(np.diff(use) > 0) + 1
    cuts = [0]
    for part in range(1, min(most_cells, n // least) if n >= least else 0):
        target = round(n * part / min(most_cells, n // least))
        usable = rises[(rises - cuts[-1] >= least) & (n - rises >= least)]
        if len(usable):
            cuts.append(int(usable[np.argmin(np.abs(usable - target))]))
    ends = [*cuts[1:], n]
    return [slice(low, high) for low, high in zip(cuts, ends, strict=True)] if n >= least else []


def _within(
    outcome: ArrayLike,
    amount: Floats,
    contrast: Literal["amount of use", "users against non-users"],
    cluster: ArrayLike,
    pretest: ArrayLike | None,
    covariates: Covariates | None,
    confidence: float,
) -> DoseResponse | DoseRefusal:
    y, index, confidence = numbers(outcome, "outcome", fewest=2), labels(cluster, "cluster"), share(confidence, "confidence")
    same_length(outcome=y, use=amount, cluster=index)
    if np.ptp(y) == 0:
        raise ValueError("outcome: all scores are equal, so there is nothing to hold against use")
    adjust = [] if pretest is None else [numbers(pretest, "pretest", fewest=2)]
    if adjust:
        same_length(outcome=y, pretest=adjust[0])
    adjust.extend(columns(covariates, len(y)).T)
    clusters = int(index.max()) + 1
    if clusters < 2:
        return DoseRefusal(reason="one cluster", n=len(y), clusters=clusters)
    centred = np.column_stack([_centred(column, index) for column in (amount, *adjust)])
    if np.abs(centred[:, 0]).max() <= ROUNDING * np.abs(amount).max(initial=0.0):
        return DoseRefusal(reason="use does not vary within clusters", n=len(y), clusters=clusters)
    for position, column in enumerate(adjust, start=1):
        if np.abs(centred[:, position]).max() <= ROUNDING * np.abs(column).max():
            raise ValueError("pretest or a covariate does not vary within any cluster, so that it adjusts nothing; leave it out")
    if not has_full_rank(centred):
        raise ValueError("use, pretest and covariates repeat one another within clusters; leave one out")
    return _response(
        _centred(y, index), centred, index, contrast, _spread(amount, centred[:, 0]), int((amount > 0).sum()), confidence
    )


def _response(
    y: Floats,
    design: Floats,
    index: NDArray[np.intp],
    contrast: Literal["amount of use", "users against non-users"],
    within_share: float,
    users: int,
    confidence: float,
) -> DoseResponse | DoseRefusal:
    n, clusters = len(y), int(index.max()) + 1
    residual_df = n - clusters - design.shape[1]
    found = robust_coefficient(design, y, cluster=index, position=0, absorbed=clusters) if residual_df > 1 else None
    if found is None or found.df is None:
        return DoseRefusal(reason="no degrees of freedom", n=n, clusters=clusters)
    error = float(np.sqrt(found.variance))
    if np.linalg.norm(found.residuals) <= ROUNDING**0.75 * np.linalg.norm(y) or error <= ROUNDING * abs(found.estimate):
        return DoseRefusal(reason="use and classes explain every score", n=n, clusters=clusters)
    x, z = _left_over(design[:, 0], design[:, 1:]), _left_over(y, design[:, 1:])
    length, ratio = float(np.linalg.norm(x)), float(np.linalg.norm(x) / np.linalg.norm(z))
    ols_error = float(np.linalg.norm(found.residuals)) / np.sqrt(residual_df) / length
    margin = float(scipy.stats.t.ppf((1 + confidence) / 2, found.df)) * error
    low, high = found.estimate - margin, found.estimate + margin
    ols_t = found.estimate / ols_error
    return DoseResponse(
        contrast=contrast,
        evidence="correlational",
        estimate=found.estimate,
        standard_error=error,
        df=found.df,
        t=found.estimate / error,
        p_value=float(2 * scipy.stats.t.sf(abs(found.estimate / error), found.df)),
        interval=Interval(low=low, high=high, confidence=confidence),
        partial_correlation=found.estimate * ratio,
        partial_correlation_interval=Interval(low=max(-1.0, low * ratio), high=min(1.0, high * ratio), confidence=confidence),
        within_share=within_share,
        ols_t=float(ols_t),
        residual_df=residual_df,
        robustness=robustness_value(float(ols_t), df=residual_df, alpha=1 - confidence),
        n=n,
        n_users=users,
        clusters=clusters,
    )


def _centred(values: Floats, index: NDArray[np.intp]) -> Floats:
    centred = values - (np.bincount(index, weights=values) / np.bincount(index))[index]
    return np.where(np.abs(centred) <= ROUNDING * np.abs(values).max(initial=0.0), 0.0, centred)


def _left_over(values: Floats, others: Floats) -> Floats:
    if not others.shape[1]:
        return values
    q = np.linalg.qr(others)[0]
    return values - q @ (q.T @ values)


def _spread(amount: Floats, within: Floats) -> float:
    """Share of the variance of use that lies within clusters."""
    return float(np.sum(within**2) / np.sum((amount - amount.mean()) ** 2))
