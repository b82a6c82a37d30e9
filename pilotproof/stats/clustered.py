"""Treated against comparison when whole clusters got the tool: cluster means, and CR2 with Satterthwaite df."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from pilotproof.stats.checks import Floats, numbers, same_length, share
from pilotproof.stats.results import Interval

FEWEST_CLUSTERS = 2
SMALLEST_EIGENVALUE = 1e-12

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
    """Why a design gives no contrast. It is a result, not an error."""

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
    Returns a Refusal with one cluster in an arm or no degrees of freedom. Raises ValueError for unusable arrays.
    Source: two-stage estimator (Donald & Lang): mean_j - slope * pretest mean_j, then ordinary least squares over clusters.
    """
    data = _checked(outcome, is_treated, cluster, pretest, block, confidence)
    slope = None if data.pretest is None else _within_slope(data)
    adjusted = data.outcome if slope is None else data.outcome - slope * data.pretest
    size = np.bincount(data.cluster)
    means = np.bincount(data.cluster, weights=adjusted) / size
    design = _design(data.arm_of_cluster, None, data.block_of_cluster)
    df = len(means) - design.shape[1]
    if refusal := _refusal(data, design, df):
        return refusal
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
    design = _design(data.is_treated, data.pretest, data.block)
    clusters = len(data.arm_of_cluster)
    if refusal := _refusal(data, design, clusters - 2):
        return refusal
    coefficients, inverse = _least_squares(design, data.outcome)
    variance, df = _cr2(design, data.outcome - design @ coefficients, data.cluster, inverse)
    slope = None if data.pretest is None else float(coefficients[2])
    return _contrast("CR2", data, float(coefficients[1]), float(np.sqrt(variance)), df, slope)


def _cr2(design: Floats, residuals: Floats, cluster: NDArray[np.intp], inverse: Floats) -> tuple[float, float]:
    """CR2 variance of the second coefficient and its Satterthwaite degrees of freedom.

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
    return float(np.sum(np.square(scores))), float(np.trace(omega) ** 2 / np.sum(omega**2))


def _checked(
    outcome: ArrayLike,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None,
    block: ArrayLike | None,
    confidence: float,
) -> _Data:
    y = numbers(outcome, "outcome", fewest=2)
    treated = _booleans(is_treated)
    labels = np.asarray(cluster)
    same_length(outcome=y, is_treated=treated, cluster=labels)
    _, index = np.unique(labels.astype(str), return_inverse=True)
    x = None if pretest is None else numbers(pretest, "pretest", fewest=2)
    groups = None if block is None else np.unique(np.asarray(block).astype(str), return_inverse=True)[1]
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


def _booleans(is_treated: ArrayLike) -> NDArray[np.bool_]:
    array = np.asarray(is_treated)
    if array.dtype != bool and not np.isin(array, (0, 1)).all():
        raise ValueError("is_treated must hold true and false only")
    treated = array.astype(bool)
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
    spread = float(centred @ centred)
    if spread <= 0:
        raise ValueError("pretest does not vary within any cluster, so that its slope cannot be estimated; leave it out")
    return float(centred @ data.outcome) / spread


def _design(is_treated: NDArray[np.bool_], pretest: Floats | None, block: NDArray[np.intp] | None) -> Floats:
    """Columns: intercept, arm, pretest, one for each block but the first. The pretest is centred for precision."""
    columns = [np.ones(len(is_treated)), is_treated.astype(np.float64)]
    if pretest is not None:
        columns.append(pretest - pretest.mean())
    if block is not None:
        columns.extend((block == b).astype(np.float64) for b in range(1, int(block.max()) + 1))
    return np.column_stack(columns)


def _refusal(data: _Data, design: Floats, df: int) -> Refusal | None:
    treated = int(data.arm_of_cluster.sum())
    comparison = len(data.arm_of_cluster) - treated
    reason: RefusalReason | None = None
    if min(treated, comparison) < FEWEST_CLUSTERS:
        reason = "one cluster in an arm"
    elif data.block_of_cluster is not None and not _has_mixed_block(data):
        reason = "no block with both arms"
    elif df < 1 or np.linalg.matrix_rank(design) < design.shape[1]:
        reason = "no degrees of freedom"
    if reason is None:
        return None
    return Refusal(reason=reason, clusters_treated=treated, clusters_comparison=comparison)


def _has_mixed_block(data: _Data) -> bool:
    pairs = np.unique(np.column_stack([data.block_of_cluster, data.arm_of_cluster]), axis=0)
    return len(pairs) > len(np.unique(data.block_of_cluster))


def _least_squares(design: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Coefficients and (X'X)^-1, by QR."""
    q, r = np.linalg.qr(design)
    root = np.linalg.inv(r)
    return root @ (q.T @ values), root @ root.T


def _contrast(
    method: Literal["cluster means", "CR2"], data: _Data, estimate: float, error: float, df: float, slope: float | None
) -> ClusterContrast:
    if error <= 1e-12 * max(1.0, float(np.ptp(data.outcome))):
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
