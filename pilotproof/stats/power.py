"""The smallest effect a design can find, and how likely it is to find a given one."""

from __future__ import annotations

import numpy as np
from scipy import stats

from pilotproof.stats.checks import count, finite, part, positive, share


def multiplier(df: float, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """M = t(1 - alpha/2, df) + t(power, df). Source: Bloom; Dong & Maynard (2013), PowerUp!."""
    if finite(df, "df") <= 0:
        raise ValueError(f"df must be above 0, not {df!r}: the design has no degrees of freedom")
    quantiles = stats.t.ppf([1 - share(alpha, "alpha") / 2, share(power, "power")], df)
    return float(quantiles.sum())


def clustered_standard_error(
    *,
    clusters: int,
    cluster_size: float,
    icc: float,
    share_treated: float = 0.5,
    r2_student: float = 0.0,
    r2_cluster: float = 0.0,
) -> float:
    """Standard error, in student SDs, of a two-level design with clusters assigned.

    icc : share of variance between clusters; r2_student, r2_cluster : explained by covariates at each level
    Source: Dong & Maynard (2013), design CRA2_2r.
    """
    spread = share(share_treated, "share_treated") * (1 - share_treated) * count(clusters, "clusters", least=2)
    rho = part(icc, "icc")
    between = rho * (1 - part(r2_cluster, "r2_cluster")) / spread
    within = (1 - rho) * (1 - part(r2_student, "r2_student")) / (spread * positive(cluster_size, "cluster_size"))
    return float(np.sqrt(between + within))


def mdes_clustered(
    *,
    clusters: int,
    cluster_size: float,
    icc: float,
    share_treated: float = 0.5,
    r2_student: float = 0.0,
    r2_cluster: float = 0.0,
    cluster_covariates: int = 0,
    alpha: float = 0.05,
    power: float = 0.80,
) -> float:
    """Smallest effect, in student SDs, found with `power`; df = clusters - cluster_covariates - 2."""
    error = clustered_standard_error(
        clusters=clusters,
        cluster_size=cluster_size,
        icc=icc,
        share_treated=share_treated,
        r2_student=r2_student,
        r2_cluster=r2_cluster,
    )
    df = clusters - count(cluster_covariates, "cluster_covariates") - 2
    return multiplier(df, alpha=alpha, power=power) * error


def mdes_paired(n: int, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """Smallest mean change, in SDs of change, that a paired t test over `n` pairs finds with `power`."""
    pairs = count(n, "n", least=2)
    return multiplier(pairs - 1, alpha=alpha, power=power) / float(np.sqrt(pairs))


def power_of(effect: float, *, standard_error: float, df: float, alpha: float = 0.05) -> float:
    """Chance that a two-sided t test finds a true `effect`. Source: noncentral t with lambda = effect / SE."""
    critical = float(stats.t.ppf(1 - share(alpha, "alpha") / 2, positive(df, "df")))
    ncp = finite(effect, "effect") / positive(standard_error, "standard_error")
    return float(min(1.0, stats.nct.sf(critical, df, ncp) + stats.nct.cdf(-critical, df, ncp)))
