"""Treated against comparison when whole clusters got the tool: cluster means, and CR2 with Satterthwaite df."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import ROUNDING, one_of
from pilotproof.stats.cluster_data import (
    ClusterData,
    Covariates,
    Refusal,
    RefusalReason,
    cluster_data,
    cluster_means,
    least_squares,
    refusal_of,
    refused,
    student_design,
)
from pilotproof.stats.results import Interval
from pilotproof.stats.sandwich import Kind, robust_coefficient

__all__ = ["ClusterContrast", "Refusal", "RefusalReason", "cluster_mean_contrast", "cr2_contrast", "robust_contrast"]

Method = Literal["cluster means", "cluster means by size", "CR0", "CR1", "CR1S", "CR2", "CR3"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterContrast:
    """Difference, treated minus comparison, in score units, with inference over clusters.

    n_treated, n_comparison : students; clusters_treated, clusters_comparison : clusters
    slope : of the posttest on the pretest, None without a pretest
    """

    method: Method
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


def cluster_mean_contrast(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    weights: Literal["equal", "size"] = "equal",
    confidence: float = 0.95,
) -> ClusterContrast | Refusal:
    """Compare cluster means, adjusted for the pretest with the pooled slope within clusters.

    outcome, pretest : one score a student; is_treated : bool; cluster, block : labels; a cluster lies in one arm and block
    covariates : names and columns; one that differs within clusters adjusts like the pretest, one that is the same for each
    whole cluster enters the comparison of means and costs a degree of freedom
    weights : every cluster counts once, or as often as it has students
    df = clusters - 2, or clusters - blocks - 1 with block effects, less the covariates of whole clusters.
    Returns a Refusal without degrees of freedom, where the clusters of an arm do not differ, or with one cluster in an arm, not
    counting the clusters of blocks with one arm only. Raises ValueError for unusable arrays.
    Source: two-stage estimator (Donald & Lang): mean_j - slope * pretest mean_j, then least squares over clusters.
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
    one_of(weights, "weights", ("equal", "size"))
    if refusal := refusal_of(data):
        return refusal
    found = cluster_means(data)
    df = len(found.means) - found.design.shape[1]
    if df < 1:
        return refused(data, "no degrees of freedom")
    root = np.sqrt(found.sizes) if weights == "size" else np.ones(len(found.means))
    design, means = found.design * root[:, None], found.means * root
    coefficients, inverse = least_squares(design, means)
    residuals = means - design @ coefficients
    variance = float(residuals @ residuals) / df * inverse[1, 1]
    method: Method = "cluster means by size" if weights == "size" else "cluster means"
    return _contrast(method, data, float(coefficients[1]), float(np.sqrt(variance)), float(df), found.slope)


def cr2_contrast(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ClusterContrast | Refusal:
    """Regress student scores on arm (pretest, covariates, block effects) with CR2 standard errors and Satterthwaite df.

    Arguments, Refusal and errors as in `cluster_mean_contrast`. Memory grows with the rows, never with their square.
    Source: Pustejovsky & Tipton (2018), JBES 36(4): A_g = (I - H_gg)^(-1/2); df = tr(Omega)^2 / tr(Omega^2).
    """
    return robust_contrast(
        outcome,
        is_treated=is_treated,
        cluster=cluster,
        kind="CR2",
        pretest=pretest,
        covariates=covariates,
        block=block,
        confidence=confidence,
    )


def robust_contrast(
    outcome: ArrayLike,
    *,
    is_treated: ArrayLike,
    cluster: ArrayLike,
    kind: Kind,
    degrees: Literal["Satterthwaite", "clusters - 1"] = "Satterthwaite",
    pretest: ArrayLike | None = None,
    covariates: Covariates | None = None,
    block: ArrayLike | None = None,
    confidence: float = 0.95,
) -> ClusterContrast | Refusal:
    """The regression of `cr2_contrast` with another cluster-robust variance, to show what the choice costs.

    With few clusters CR0 and CR1 with clusters - 1 df call chance a finding far too often; no verdict rests on them.
    Source: `sandwich.robust_coefficient`.
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
    one_of(degrees, "degrees", ("Satterthwaite", "clusters - 1"))
    one_of(kind, "kind", get_args(Kind))
    if refusal := refusal_of(data):
        return refusal
    design = student_design(data)
    if len(design) <= design.shape[1]:
        return refused(data, "no degrees of freedom")
    found = robust_coefficient(design, data.outcome, cluster=data.cluster, position=1, kind=kind)
    if found.df is None:
        return refused(data, "no degrees of freedom")
    df = found.df if degrees == "Satterthwaite" else float(len(data.arm_of_cluster) - 1)
    slope = None if data.pretest is None else float(least_squares(design, data.outcome)[0][2])
    return _contrast(kind, data, found.estimate, float(np.sqrt(found.variance)), df, slope)


def _contrast(
    method: Method, data: ClusterData, estimate: float, error: float, df: float, slope: float | None
) -> ClusterContrast | Refusal:
    if error <= ROUNDING * float(np.abs(data.outcome).max()):  # nothing tells how far clusters differ by themselves
        return refused(data, "clusters of an arm do not differ")
    t = estimate / error
    margin = float(scipy.stats.t.ppf((1 + data.confidence) / 2, df)) * error
    clusters_treated = int(data.arm_of_cluster.sum())
    return ClusterContrast(
        method=method,
        estimate=estimate,
        standard_error=error,
        df=df,
        t=t,
        p_value=float(2 * scipy.stats.t.sf(abs(t), df)),
        interval=Interval(low=estimate - margin, high=estimate + margin, confidence=data.confidence),
        n_treated=int(data.is_treated.sum()),
        n_comparison=int((~data.is_treated).sum()),
        clusters_treated=clusters_treated,
        clusters_comparison=len(data.arm_of_cluster) - clusters_treated,
        slope=slope,
    )
