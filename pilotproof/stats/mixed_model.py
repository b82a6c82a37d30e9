"""A random-intercept model of students in clusters, as a sensitivity: never the verdict on a few clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import ROUNDING, Floats
from pilotproof.stats.cluster_data import (
    ClusterData,
    Covariates,
    Refusal,
    cluster_data,
    refusal_of,
    refused,
    student_design,
    varies_within,
)
from pilotproof.stats.results import Interval

SMALLEST_RATIO, LARGEST_RATIO, GRID = 1e-6, 1e6, 200  # of the variance between clusters to that within


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedModel:
    """Difference, treated minus comparison, in score units, from a linear model with a random intercept for each cluster.

    df : clusters less the columns that are the same for whole clusters (containment); normal theory would claim more
    variance_between, variance_within : of clusters and of students within them; icc : share of the former
    p_value : printed beside the verdict, never instead of it
    """

    estimate: float
    standard_error: float
    df: int
    t: float
    p_value: float
    interval: Interval
    variance_between: float
    variance_within: float
    icc: float
    n_treated: int
    n_comparison: int
    clusters_treated: int
    clusters_comparison: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedModelRefusal:
    """Why there is no mixed model. It is a result, not an error."""

    reason: Literal["did not converge", "no variance between clusters", "one student in every cluster"]
    clusters_treated: int
    clusters_comparison: int


def mixed_model_contrast(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    confidence: float = 0.95,
) -> MixedModel | MixedModelRefusal | Refusal:
    """The regression of `cr2_contrast` with a random intercept for each cluster, by restricted maximum likelihood.

    Arguments, Refusal and errors as in `cluster_mean_contrast`. A likelihood without a peak, or with its peak at no variance
    between clusters (it then is the regression of students as if independent), is returned as a MixedModelRefusal.
    The ratio of variances is searched by itself: statsmodels' MixedLM gives up on one fit of eight with eight small clusters.
    Source: REML profiled over all but that ratio, and containment df: Pinheiro & Bates (2000) sections 2.2.6 and 2.4.2.
    """
    data = cluster_data(
        outcome,
        is_treated=is_treated,
        cluster=cluster,
        pretest=pretest,
        covariates=covariates,
        block=block,
        confidence=confidence,
    )
    if refusal := refusal_of(data):
        return refusal
    design = student_design(data)
    fit = fitted(data, design)
    if isinstance(fit, Refusal | MixedModelRefusal):
        return fit
    df, estimate, error = fit.df[1], float(fit.coefficients[1]), float(np.sqrt(fit.covariance[1, 1]))
    margin = float(scipy.stats.t.ppf((1 + data.confidence) / 2, df)) * error
    return MixedModel(
        estimate=estimate,
        standard_error=error,
        df=df,
        t=estimate / error,
        p_value=float(2 * scipy.stats.t.sf(abs(estimate / error), df)),
        interval=Interval(low=estimate - margin, high=estimate + margin, confidence=data.confidence),
        variance_between=fit.between,
        variance_within=fit.within,
        icc=fit.between / (fit.between + fit.within),
        n_treated=int(data.is_treated.sum()),
        n_comparison=int((~data.is_treated).sum()),
        clusters_treated=int(data.arm_of_cluster.sum()),
        clusters_comparison=int((~data.arm_of_cluster).sum()),
    )


@dataclass(frozen=True, slots=True)
class Fit:
    """All coefficients with their covariance matrix and degrees of freedom; variances between and within clusters."""

    coefficients: Floats
    covariance: Floats
    df: tuple[int, ...]
    between: float
    within: float


@dataclass(frozen=True, slots=True)
class _Sums:
    """All that the likelihood needs: cross products over students, and sums over each cluster."""

    xx: Floats
    xy: Floats
    yy: float
    x: Floats
    y: Floats
    sizes: Floats

    def at(self, ratio: float) -> tuple[Floats, Floats, float]:
        """(X' V^-1 X)^-1, coefficients and weighted residual squares at a ratio of variances, V in units of that within."""
        shrink = ratio / (1 + self.sizes * ratio)
        inverse = np.linalg.inv(self.xx - (self.x.T * shrink) @ self.x)
        right = self.xy - self.x.T @ (shrink * self.y)
        coefficients = inverse @ right
        return inverse, coefficients, float(self.yy - shrink @ self.y**2 - right @ coefficients)

    def deviance(self, ratio: float) -> float:
        """Minus twice the restricted log likelihood, but for a constant."""
        inverse, _, squares = self.at(ratio)
        return float(np.log1p(self.sizes * ratio).sum() - np.linalg.slogdet(inverse)[1] + self._df * np.log(squares))

    def slope(self, ratio: float) -> float:
        """Derivative of the deviance by the ratio."""
        inverse, coefficients, squares = self.at(ratio)
        rate = (1 + self.sizes * ratio) ** -2.0
        fitted = np.einsum("gi,ij,gj->g", self.x, inverse, self.x)
        gaps = (self.y - self.x @ coefficients) ** 2
        return float(np.sum(self.sizes / (1 + self.sizes * ratio)) - rate @ fitted - self._df * (rate @ gaps) / squares)

    @property
    def _df(self) -> float:
        return float(self.sizes.sum() - self.xx.shape[0])


def fitted(data: ClusterData, design: Floats) -> Fit | MixedModelRefusal | Refusal:
    """The model with the columns of `student_design`. df by containment: of clusters for what is the same in all of a cluster."""
    df = _containment(design, data)
    if df[1] < 1 or len(design) <= design.shape[1]:
        return refused(data, "no degrees of freedom")
    if len(data.arm_of_cluster) == len(data.outcome):
        return _refused(data, "one student in every cluster")
    units = np.linalg.norm(design, axis=0)
    q, r = np.linalg.qr(design / units)
    y = data.outcome - q @ (q.T @ data.outcome)  # residuals have the same variances, and lose no digits to the mean
    spread = float(np.linalg.norm(y))
    if spread <= ROUNDING * float(np.linalg.norm(data.outcome)):
        return _refused(data, "did not converge")
    sums = _sums(q, y / spread, data.cluster)
    ratio = _likeliest_ratio(sums)
    if ratio is None or ratio == 0:
        return _refused(data, "did not converge" if ratio is None else "no variance between clusters")
    inverse, coefficients, squares = sums.at(ratio)
    back = np.linalg.solve(r, np.column_stack([q.T @ data.outcome + coefficients * spread, np.eye(len(r))]))
    within = squares * spread**2 / (len(y) - len(r))
    back /= units[:, None]
    return Fit(back[:, 0], back[:, 1:] @ inverse @ back[:, 1:].T * within, df, ratio * within, within)


def _sums(x: Floats, y: Floats, cluster: NDArray[np.intp]) -> _Sums:
    sizes = np.bincount(cluster).astype(np.float64)
    total = np.zeros((len(sizes), x.shape[1]))
    np.add.at(total, cluster, x)
    return _Sums(x.T @ x, x.T @ y, float(y @ y), total, np.bincount(cluster, weights=y), sizes)


def _likeliest_ratio(sums: _Sums) -> float | None:
    """Variance between over within clusters of the largest restricted likelihood; None when it has no largest.

    Found on a grid first, since with few clusters there may be two peaks, then as the root of the slope.
    """
    grid = np.r_[0.0, np.geomspace(SMALLEST_RATIO, LARGEST_RATIO, GRID)]
    best = int(np.argmin([sums.deviance(ratio) for ratio in grid]))
    if best == GRID:
        return None
    low, high = grid[max(best - 1, 0)], grid[best + 1]
    if best <= 1 and sums.slope(low) >= 0:
        return 0.0
    if sums.slope(low) >= 0 or sums.slope(high) <= 0:  # level to float precision
        return float(grid[best])
    return float(scipy.optimize.brentq(sums.slope, low, high, xtol=1e-15 * high, rtol=1e-14))


def _containment(design: Floats, data: ClusterData) -> tuple[int, ...]:
    """Clusters less the columns that are the same for whole clusters, for these; students less clusters and the other columns."""
    sizes = np.bincount(data.cluster)
    adjustments = ([] if data.pretest is None else [data.pretest]) + list(data.covariates.T)
    is_within = np.zeros(design.shape[1], dtype=bool)  # not the level and the arm before them, nor blocks after them
    is_within[2 : 2 + len(adjustments)] = [varies_within(column, data.cluster, sizes) for column in adjustments]
    between = len(sizes) - int((~is_within).sum())
    within = len(design) - len(sizes) - int(is_within.sum())
    return tuple(within if varies else between for varies in is_within)


def _refused(data: ClusterData, reason: Any) -> MixedModelRefusal:
    found = refused(data, "no degrees of freedom")
    return MixedModelRefusal(
        reason=reason, clusters_treated=found.clusters_treated, clusters_comparison=found.clusters_comparison
    )
