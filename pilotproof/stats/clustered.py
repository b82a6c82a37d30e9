"""Treated against comparison when whole clusters got the tool: cluster means, and CR2 with Satterthwaite df."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from pilotproof.stats.checks import ROUNDING, Floats, booleans, labels, numbers, same_length, share
from pilotproof.stats.results import Interval

FEWEST_CLUSTERS = 2
SMALLEST_EIGENVALUE = 1e-12
SMALLEST_TRACE = 1e-9  # of Omega, as part of the variance that it estimates

RefusalReason = Literal["one cluster in an arm", "no degrees of freedom", "no block with both arms"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterContrast:
    """Difference, treated minus comparison, in score units, with inference over clusters.

    n_treated, n_comparison : students; clusters_treated, clusters_comparison : clusters
    slope : of the posttest on the pretest, None without a pretest
    """

    method: Literal["cluster means", "CR2"]
    estimate: float
    standard_error: float
    df: float
    t: float
    p_value: float
    interval: Interval
    n_treated: int
    n_comparison: int
    clusters_treated: int
    clusters_comparison: int
    slope: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a design gives no contrast. It is a result, not an error.

    clusters_treated, clusters_comparison : clusters that can be compared; with blocks, those in a block with both arms.
    All clusters when no block has both arms.
    """

    reason: RefusalReason
    clusters_treated: int
    clusters_comparison: int


@dataclass(frozen=True, slots=True)
class _Data:
    """Checked arrays, one entry a student; `cluster` and `block` are numbered from 0."""

    outcome: Floats
    is_treated: NDArray[np.bool_]
    cluster: NDArray[np.intp]
    pretest: Floats | None
    block: NDArray[np.intp] | None
    arm_of_cluster: NDArray[np.bool_]
    block_of_cluster: NDArray[np.intp] | None
    confidence: float


def cluster_mean_contrast(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    block: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ClusterContrast | Refusal:
    """Compare cluster means, adjusted for the pretest with the pooled slope within clusters.

    outcome, pretest : one score a student; is_treated : bool; cluster, block : labels; a cluster lies in one arm and block
    Every cluster counts once. df = clusters - 2, or clusters - blocks - 1 with block effects.
    Returns a Refusal without degrees of freedom or with one cluster in an arm, not counting the clusters of blocks with one
    arm only. Raises ValueError for unusable arrays.
    Source: two-stage estimator (Donald & Lang): mean_j - slope * pretest mean_j, then ordinary least squares over clusters.
    """
    data = _checked(outcome, is_treated, cluster, pretest, block, confidence)
    if refusal := _refusal(data):
        return refusal
    slope = None if data.pretest is None else _within_slope(data)
    adjusted = data.outcome if slope is None else data.outcome - slope * data.pretest
    size = np.bincount(data.cluster)
    means = np.bincount(data.cluster, weights=adjusted) / size
    design = _design(data.arm_of_cluster, None, data.block_of_cluster)
    df = len(means) - design.shape[1]
    coefficients, inverse = _least_squares(design, means)
    residuals = means - design @ coefficients
    variance = float(residuals @ residuals) / df * inverse[1, 1]
    return _contrast("cluster means", data, float(coefficients[1]), float(np.sqrt(variance)), float(df), slope)


def cr2_contrast(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    block: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ClusterContrast | Refusal:
    """Regress student scores on arm (pretest, block effects) with CR2 standard errors and Satterthwaite df.

    Arguments, Refusal and errors as in `cluster_mean_contrast`. No matrix is larger than the largest cluster squared or
    clusters squared.
    Source: Pustejovsky & Tipton (2018), JBES 36(4): A_g = (I - H_gg)^(-1/2); df = tr(Omega)^2 / tr(Omega^2).
    """
    data = _checked(outcome, is_treated, cluster, pretest, block, confidence)
    if refusal := _refusal(data):
        return refusal
    design = _design(data.is_treated, data.pretest, data.block)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError("pretest cannot be told from the arms and blocks, because it only repeats them; leave it out")
    coefficients, inverse = _least_squares(design, data.outcome)
    variance, df = _cr2(design, data.outcome - design @ coefficients, data.cluster, inverse)
    if df is None:
        return _refused(data, "no degrees of freedom", np.ones_like(data.arm_of_cluster))
    slope = None if data.pretest is None else float(coefficients[2])
    return _contrast("CR2", data, float(coefficients[1]), float(np.sqrt(variance)), df, slope)


def _cr2(design: Floats, residuals: Floats, cluster: NDArray[np.intp], inverse: Floats) -> tuple[float, float | None]:
    """CR2 variance of the second coefficient and its Satterthwaite df, None when the model fits every cluster exactly.

    With a_g = A_g X_g M c and u_g = X_g' a_g, Omega = diag(a_g'a_g) - U M U', because I - H is a projection: the
    n-by-n hat matrix is never built.
    """
    order = np.argsort(cluster, kind="stable")
    ends = np.cumsum(np.bincount(cluster))[:-1]
    contrast = inverse[:, 1]
    scores, lengths, projections = [], [], []
    for rows in np.split(order, ends):
        x = design[rows]
        values, vectors = np.linalg.eigh(np.eye(len(rows)) - x @ inverse @ x.T)
        powers = np.where(values > SMALLEST_EIGENVALUE, np.maximum(values, SMALLEST_EIGENVALUE) ** -0.5, 0.0)
        a = vectors @ (powers * (vectors.T @ (x @ contrast)))
        scores.append(a @ residuals[rows])
        lengths.append(a @ a)
        projections.append(x.T @ a)
    u = np.array(projections)
    omega = np.diag(lengths) - u @ inverse @ u.T
    trace = float(np.trace(omega))
    df = trace**2 / float(np.sum(omega**2)) if trace > SMALLEST_TRACE * inverse[1, 1] else None
    return float(np.sum(np.square(scores))), df


def _checked(
    outcome: ArrayLike,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None,
    block: ArrayLike | None,
    confidence: float,
) -> _Data:
    y = numbers(outcome, "outcome", fewest=2)
    treated = _both_arms(is_treated)
    index = labels(cluster, "cluster")
    same_length(outcome=y, is_treated=treated, cluster=index)
    x = None if pretest is None else numbers(pretest, "pretest", fewest=2)
    groups = None if block is None else labels(block, "block")
    for name, column in (("pretest", x), ("block", groups)):
        if column is not None:
            same_length(**{"outcome": y, name: column})
    if np.ptp(y) == 0:
        raise ValueError("outcome: all scores are equal, so there is nothing to compare")
    if x is not None and np.ptp(x) == 0:
        raise ValueError("pretest: all scores are equal; leave it out")
    return _Data(
        y,
        treated,
        index,
        x,
        groups,
        _of_cluster(treated, index, "is_treated"),
        None if groups is None else _of_cluster(groups, index, "block"),
        share(confidence, "confidence"),
    )


def _both_arms(is_treated: ArrayLike) -> NDArray[np.bool_]:
    treated = booleans(is_treated, "is_treated")
    if treated.all() or not treated.any():
        raise ValueError("is_treated: both arms are needed; one is empty")
    return treated


def _of_cluster(values: NDArray[Any], cluster: NDArray[np.intp], name: str) -> NDArray[Any]:
    """The value of each cluster. Raises ValueError when a cluster holds two."""
    first = np.unique(cluster, return_index=True)[1]
    per_cluster = values[first]
    if (per_cluster[cluster] != values).any():
        raise ValueError(f"{name} differs within a cluster; each cluster must lie in one arm and one block")
    return per_cluster


def _within_slope(data: _Data) -> float:
    """Pooled slope of posttest on pretest within clusters."""
    size = np.bincount(data.cluster)
    centred = data.pretest - (np.bincount(data.cluster, weights=data.pretest) / size)[data.cluster]
    if np.abs(centred).max() <= ROUNDING * np.abs(data.pretest).max():
        raise ValueError("pretest does not vary within any cluster, so that its slope cannot be estimated; leave it out")
    return float(centred @ data.outcome) / float(centred @ centred)


def _design(is_treated: NDArray[np.bool_], pretest: Floats | None, block: NDArray[np.intp] | None) -> Floats:
    """Columns: intercept, arm, pretest, one for each block but the first. The pretest is centred for precision."""
    columns = [np.ones(len(is_treated)), is_treated.astype(np.float64)]
    if pretest is not None:
        columns.append(pretest - pretest.mean())
    if block is not None:
        columns.extend((block == b).astype(np.float64) for b in range(1, int(block.max()) + 1))
    return np.column_stack(columns)


def _refusal(data: _Data) -> Refusal | None:
    """Why the arms cannot be compared, if they cannot: a cluster alone in an arm is confounded with its tool."""
    everyone = np.ones_like(data.arm_of_cluster)
    comparable = everyone if data.block_of_cluster is None else _in_mixed_block(data.arm_of_cluster, data.block_of_cluster)
    if not comparable.any():
        return _refused(data, "no block with both arms", everyone)
    if min(np.bincount(data.arm_of_cluster[comparable], minlength=2)) < FEWEST_CLUSTERS:
        return _refused(data, "one cluster in an arm", comparable)
    return None  # at least one degree of freedom: each block with both arms has two clusters, and a lone one has four


def _refused(data: _Data, reason: RefusalReason, comparable: NDArray[np.bool_]) -> Refusal:
    comparison, treated = np.bincount(data.arm_of_cluster[comparable], minlength=2)
    return Refusal(reason=reason, clusters_treated=int(treated), clusters_comparison=int(comparison))


def _in_mixed_block(arm_of_cluster: NDArray[np.bool_], block_of_cluster: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each cluster's block holds both arms."""
    treated = np.bincount(block_of_cluster, weights=arm_of_cluster)
    return ((treated > 0) & (treated < np.bincount(block_of_cluster)))[block_of_cluster]


def _least_squares(design: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Coefficients and (X'X)^-1, by QR."""
    q, r = np.linalg.qr(design)
    root = np.linalg.inv(r)
    return root @ (q.T @ values), root @ root.T


def _contrast(
    method: Literal["cluster means", "CR2"], data: _Data, estimate: float, error: float, df: float, slope: float | None
) -> ClusterContrast:
    if error <= ROUNDING * float(np.abs(data.outcome).max()):
        raise ValueError("outcome: the clusters of each arm do not differ at all, so that there is no standard error")
    t = estimate / error
    margin = float(stats.t.ppf((1 + data.confidence) / 2, df)) * error
    clusters_treated = int(data.arm_of_cluster.sum())
    return ClusterContrast(
        method=method,
        estimate=estimate,
        standard_error=error,
        df=df,
        t=t,
        p_value=float(2 * stats.t.sf(abs(t), df)),
        interval=Interval(low=estimate - margin, high=estimate + margin, confidence=data.confidence),
        n_treated=int(data.is_treated.sum()),
        n_comparison=int((~data.is_treated).sum()),
        clusters_treated=clusters_treated,
        clusters_comparison=len(data.arm_of_cluster) - clusters_treated,
        slope=slope,
    )
