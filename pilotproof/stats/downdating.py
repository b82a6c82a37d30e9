"""The comparison of cluster means without each cluster in turn, from the sums of all less its own: linear in the clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilotproof.stats.checks import ROUNDING, Floats
from pilotproof.stats.cluster_data import FEWEST_CLUSTERS, ClusterData, ClusterMeans, cluster_means

LEAST_LEFT = 1e-3  # of a sum, when a cluster's part is taken from it: three digits of sixteen are lost at most
MOST_UNEVEN = 1e4  # condition of columns of equal length; beyond it they nearly repeat each other
LEAST_ERROR = ROUNDING * 1e3  # of a standard error, as part of the largest score

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class WithoutEach:
    """One entry a cluster: what `cluster_mean_contrast` gives without it.

    is_sure : the numbers are those of a refit but for float noise; elsewhere only the refit itself can tell, or refuse
    """

    estimate: Floats
    standard_error: Floats
    df: Floats
    is_sure: Flags


def means_without_each(data: ClusterData) -> WithoutEach:
    """The contrast of equally weighted clusters without each of them. data : of a contrast that is not refused.

    Source: least squares without some rows, Cook & Weisberg (1982) section 3.2 and appendix A.2: first for the slopes within
    clusters, then for the regression of adjusted means on arm and blocks.
    """
    found = cluster_means(data)
    steps, places, has_slopes = _slopes(data, found)
    blocks = np.zeros_like(data.cluster, shape=len(found.means)) if data.block_of_cluster is None else data.block_of_cluster
    is_alone = (np.bincount(blocks) == 1)[blocks]  # fitted exactly, and the effect of its block goes with it
    columns, length = found.design / np.linalg.norm(found.design, axis=0), float(np.linalg.norm(found.design[:, 1]))
    q, r = np.linalg.qr(columns)
    arm = np.linalg.solve(r.T, np.eye(len(r))[1])
    own, left = q @ arm, np.where(is_alone, np.inf, np.maximum(1 - np.sum(q**2, axis=1), LEAST_LEFT))
    means = np.column_stack([found.means, places])
    residuals = means - q @ (q.T @ means)
    mixture = np.column_stack([np.ones(len(steps)), -steps])  # of the columns of `means` that a cluster's own slopes make
    estimate = np.sum((own @ means - (own / left)[:, None] * residuals) * mixture, axis=1) / length
    squares, has_digits = _squares(residuals, mixture, left)
    df = len(q) - q.shape[1] - np.where(is_alone, 0.0, 1.0)
    error = np.sqrt(squares / np.maximum(df, 1) * (arm @ arm + own**2 / left)) / length
    is_sure = has_slopes & has_digits & (left > LEAST_LEFT) & (df >= 1) & _stays_comparable(data.arm_of_cluster, blocks)
    is_sure &= (error > LEAST_ERROR * float(np.abs(data.outcome).max())) & _is_even(columns)
    return WithoutEach(estimate, error, df, is_sure)


def _slopes(data: ClusterData, found: ClusterMeans) -> tuple[Floats, Floats, Flags]:
    """How the slopes within clusters move without each, the clusters' places on what the slopes belong to, and who is sure.

    Both in terms of columns made orthonormal within clusters, so that without a cluster little is left to solve.
    """
    columns = np.delete(data.covariates, found.of_clusters, axis=1)
    if data.pretest is not None:
        columns = np.column_stack([data.pretest, columns])
    clusters, k = len(found.sizes), columns.shape[1]
    if k == 0:
        return np.empty((clusters, 0)), np.empty((clusters, 0)), np.ones(clusters, dtype=bool)
    columns = columns - columns.mean(axis=0)
    places, outcome = (_mean_by(values, data, found.sizes) for values in (columns, data.outcome[:, None]))
    inside = columns - places[data.cluster]
    lengths = np.linalg.norm(inside, axis=0)
    q, r = np.linalg.qr(inside / lengths)
    y = data.outcome - outcome[data.cluster, 0]
    gradient = _sum_by(q * (y - q @ (q.T @ y))[:, None], data)
    squares = _sum_by((q[:, :, None] * q[:, None, :]).reshape(len(q), -1), data).reshape(clusters, k, k)
    left = np.eye(k) - squares
    is_sure = (np.linalg.eigvalsh(left)[:, 0] > LEAST_LEFT) & _is_even(inside / lengths)
    steps = np.zeros((clusters, k))
    steps[is_sure] = -np.linalg.solve(left[is_sure], gradient[is_sure][:, :, None])[:, :, 0]
    return steps, np.linalg.solve(r.T, (places / lengths).T).T, is_sure


def _squares(residuals: Floats, mixture: Floats, left: Floats) -> tuple[Floats, Flags]:
    """Sums of squared residuals without each cluster, and whether digits enough are left of the sums that they come from."""
    crossed = residuals.T @ residuals
    less = np.sum(residuals * mixture, axis=1) ** 2 / left
    squares = np.sum((mixture @ crossed) * mixture, axis=1) - less
    added = np.sum((np.abs(mixture) @ np.abs(crossed)) * np.abs(mixture), axis=1) + less
    return np.maximum(squares, 0.0), squares > LEAST_LEFT * added


def _stays_comparable(arm: Flags, block: NDArray[np.intp]) -> Flags:
    """Whether each arm keeps two clusters in blocks with both arms when a cluster is taken away, for each cluster."""
    counts = np.column_stack([np.bincount(block, weights=arm == side) for side in (False, True)])
    counts *= counts.all(axis=1)[:, None]
    own = np.column_stack([~arm, arm])
    is_last = (counts[block][own] == 1)[:, None]  # its block is left with one arm, and drops out with all its clusters
    lost = np.where(is_last, counts[block], np.minimum(own, counts[block]))
    return (counts.sum(axis=0) - lost).min(axis=1) >= FEWEST_CLUSTERS


def _is_even(columns: Floats) -> bool:
    return bool(np.linalg.cond(columns) < MOST_UNEVEN)


def _mean_by(values: Floats, data: ClusterData, sizes: NDArray[np.intp]) -> Floats:
    return _sum_by(values, data) / sizes[:, None]


def _sum_by(values: Floats, data: ClusterData) -> Floats:
    """Sums of each column over the students of each cluster."""
    return np.column_stack([np.bincount(data.cluster, weights=column) for column in values.T])
