"""The checked arrays of a comparison of arms by clusters, and why a design allows none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import ROUNDING, Floats, booleans, columns, labels, numbers, same_length, share

FEWEST_CLUSTERS = 2

RefusalReason = Literal[
    "one cluster in an arm",
    "one teacher in an arm",
    "one school in an arm",
    "one district in an arm",
    "no degrees of freedom",
    "all scores are equal",
    "clusters of an arm do not differ",
    "pretest repeats the arms",
    "a cluster in two blocks",
    "no block with both arms",
    "fewer than three clusters in an arm",
    "every cluster starts at the same time",
    "nothing observed before or after the starts",
    "no day on which one cluster has started and another not",
    "one cluster",
    "use does not vary within clusters",
    "too few users or non-users",
    "use and classes explain every score",
]
Covariates = Mapping[str, ArrayLike]


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
class ClusterData:
    """Checked arrays, one entry a student; `cluster` and `block` are numbered from 0, `covariates` has a column for each."""

    outcome: Floats
    is_treated: NDArray[np.bool_]
    cluster: NDArray[np.intp]
    pretest: Floats | None
    covariates: Floats
    block: NDArray[np.intp] | None
    arm_of_cluster: NDArray[np.bool_]
    block_of_cluster: NDArray[np.intp] | None
    confidence: float


@dataclass(frozen=True, slots=True)
class ClusterMeans:
    """Cluster means after taking out what varies between students of a cluster.

    means : of the outcome at the mean pretest, and at the mean of covariates that differ within clusters
    design : columns intercept, arm, one for each block but the first, covariates that are the same for a whole cluster
    slope : of the outcome on the pretest within clusters
    of_clusters : positions of the covariates that are the same for a whole cluster, in the order of their columns
    """

    means: Floats
    sizes: NDArray[np.intp]
    design: Floats
    slope: float | None
    of_clusters: tuple[int, ...]


def cluster_data(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None,
    covariates: Covariates | None,
    block: ArrayLike | None,
    confidence: float,
) -> ClusterData:
    """The arrays of a contrast, checked. Raises ValueError for unusable ones."""
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
    if x is not None and np.ptp(x) <= ROUNDING * np.abs(x).max():
        raise ValueError("pretest: all scores are equal; leave it out")
    return ClusterData(
        y,
        treated,
        index,
        x,
        columns(covariates, len(y)),
        groups,
        _of_cluster(treated, index, "is_treated"),
        None if groups is None else _of_cluster(groups, index, "block"),
        share(confidence, "confidence"),
    )


def refusal_of(data: ClusterData) -> Refusal | None:
    """Why the arms cannot be compared, if they cannot: a cluster alone in an arm is confounded with its tool."""
    everyone = np.ones_like(data.arm_of_cluster)
    comparable = everyone if data.block_of_cluster is None else in_mixed_block(data.arm_of_cluster, data.block_of_cluster)
    if not comparable.any():
        return refused(data, "no block with both arms", everyone)
    if min(np.bincount(data.arm_of_cluster[comparable], minlength=2)) < FEWEST_CLUSTERS:
        return refused(data, "one cluster in an arm", comparable)
    return None  # at least one degree of freedom: each block with both arms has two clusters, and a lone one has four


def refused(data: ClusterData, reason: RefusalReason, comparable: NDArray[np.bool_] | None = None) -> Refusal:
    """The refusal with the clusters of each arm, of all or of the `comparable` ones."""
    arms = data.arm_of_cluster if comparable is None else data.arm_of_cluster[comparable]
    comparison, treated = np.bincount(arms, minlength=2)
    return Refusal(reason=reason, clusters_treated=int(treated), clusters_comparison=int(comparison))


def in_mixed_block(arm_of_cluster: NDArray[np.bool_], block_of_cluster: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each cluster's block holds both arms."""
    treated = np.bincount(block_of_cluster, weights=arm_of_cluster)
    return ((treated > 0) & (treated < np.bincount(block_of_cluster)))[block_of_cluster]


def repeats_arms(pretest: ArrayLike, *, is_treated: ArrayLike, block: ArrayLike | None = None) -> bool:
    """Whether the pretest, one score a student, only says again which arm a student is in, once blocks are allowed for.

    No scores can then tell the arms from the pretest. A pretest that is the same within each block repeats blocks, not arms.
    """
    x, arm = numbers(pretest, "pretest", fewest=2), _both_arms(is_treated)
    index = np.zeros(len(x), dtype=np.intp) if block is None else labels(block, "block")
    same_length(pretest=x, is_treated=arm, block=index)
    left, side = (values - _means(values, index, np.bincount(index))[index] for values in (x, arm.astype(np.float64)))
    spread = float(np.abs(left).max())
    if spread <= ROUNDING * float(np.abs(x).max()) or not side.any():
        return False
    return bool(np.abs(left - side * (left @ side) / (side @ side)).max() <= ROUNDING**0.75 * spread)


def student_design(data: ClusterData) -> Floats:
    """Columns, one row a student: intercept, arm, pretest, covariates, one for each block but the first; of full rank.

    Pretest and covariates are centred for precision.
    """
    parts = [np.ones(len(data.outcome)), data.is_treated.astype(np.float64)]
    if data.pretest is not None:
        parts.append(data.pretest - data.pretest.mean())
    parts.extend(_centred(data.covariates).T)
    design = np.column_stack(parts + _dummies(data.block))
    if not has_full_rank(design):
        named = " and ".join(name for name, is_there in _adjustments(data) if is_there)
        raise ValueError(f"{named} cannot be told from the arms and blocks, because it only repeats them; leave it out")
    return design


def cluster_means(data: ClusterData) -> ClusterMeans:
    """Means of clusters, adjusted with the pooled slopes within clusters.

    Source: two-stage estimator (Donald & Lang, 2007): mean_j - slope * (pretest mean_j - pretest mean).
    """
    sizes = np.bincount(data.cluster)
    within = np.array([varies_within(column, data.cluster, sizes) for column in data.covariates.T], dtype=bool)
    if data.pretest is not None and not varies_within(data.pretest, data.cluster, sizes):
        raise ValueError("pretest does not vary within any cluster, so that its slope cannot be estimated; leave it out")
    of_clusters = tuple(np.flatnonzero(~within).tolist())
    students = ([] if data.pretest is None else [data.pretest]) + list(data.covariates.T[within])
    first = _first_rows(data.cluster)
    arm = [np.ones(len(sizes)), data.arm_of_cluster.astype(np.float64)]
    design = np.column_stack(arm + _dummies(data.block_of_cluster) + list(_centred(data.covariates[first][:, ~within]).T))
    if not has_full_rank(design):
        raise ValueError("covariates cannot be told from the arms and blocks, because one only repeats them; leave it out")
    if not students:
        return ClusterMeans(np.bincount(data.cluster, weights=data.outcome) / sizes, sizes, design, None, of_clusters)
    x = _centred(np.column_stack(students))  # large means, here or of the outcome, would cost digits
    inside = np.column_stack([column - _means(column, data.cluster, sizes)[data.cluster] for column in x.T])
    if not has_full_rank(inside):
        raise ValueError("covariates repeat one another or the pretest within clusters; leave one out")
    slopes = least_squares(inside, data.outcome - _means(data.outcome, data.cluster, sizes)[data.cluster])[0]
    means = _means(data.outcome - x @ slopes, data.cluster, sizes)
    return ClusterMeans(means, sizes, design, None if data.pretest is None else float(slopes[0]), of_clusters)


def least_squares(design: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Coefficients and (X'X)^-1, by QR of columns of equal length, so that units cost no digits."""
    lengths = np.linalg.norm(design, axis=0)
    q, r = np.linalg.qr(design / lengths)
    root = np.linalg.inv(r) / lengths[:, None]
    return root @ (q.T @ values), root @ root.T


def has_full_rank(design: Floats) -> bool:
    """Whether no column repeats the others. Columns are brought to equal length, so that units do not decide."""
    return bool(np.linalg.matrix_rank(design / np.linalg.norm(design, axis=0)) == design.shape[1])


def varies_within(column: Floats, cluster: NDArray[np.intp], sizes: NDArray[np.intp]) -> bool:
    """Whether students of a cluster differ on `column` by more than float noise, in any cluster. sizes : students of each."""
    inside = column - _means(column, cluster, sizes)[cluster]
    return bool(np.abs(inside).max() > ROUNDING * np.abs(column).max())


def _adjustments(data: ClusterData) -> tuple[tuple[str, bool], ...]:
    return (("pretest", data.pretest is not None), ("covariates", data.covariates.shape[1] > 0))


def _both_arms(is_treated: ArrayLike) -> NDArray[np.bool_]:
    treated = booleans(is_treated, "is_treated")
    if treated.all() or not treated.any():
        raise ValueError("is_treated: both arms are needed; one is empty")
    return treated


def _of_cluster(values: NDArray[Any], cluster: NDArray[np.intp], name: str) -> NDArray[Any]:
    """The value of each cluster. Raises ValueError when a cluster holds two."""
    first = _first_rows(cluster)
    per_cluster = values[first]
    if (per_cluster[cluster] != values).any():
        raise ValueError(f"{name} differs within a cluster; each cluster must lie in one arm and one block")
    return per_cluster


def _first_rows(cluster: NDArray[np.intp]) -> NDArray[np.intp]:
    """The first row of each cluster, without sorting the rows: of values for one place the last one stays."""
    first = np.empty(int(cluster.max()) + 1, dtype=np.intp)
    first[cluster[::-1]] = np.arange(len(cluster))[::-1]
    return first


def _dummies(block: NDArray[np.intp] | None) -> list[Floats]:
    return [] if block is None else [(block == b).astype(np.float64) for b in range(1, int(block.max()) + 1)]


def _means(column: Floats, cluster: NDArray[np.intp], sizes: NDArray[np.intp]) -> Floats:
    return np.bincount(cluster, weights=column) / sizes


def _centred(values: Floats) -> Floats:
    return values - values.mean(axis=0)
