"""How precisely a design would measure: standard error in SDs and degrees of freedom, before any data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pilotproof.stats.checks import count, part, positive, share


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignError:
    """Standard error of the estimate, in the SDs that its function names, and the degrees of freedom of its t test."""

    standard_error: float
    df: int


def individual_design(
    *, students: int, share_treated: float = 0.5, r2: float = 0.0, covariates: int = 0, blocks: int = 1
) -> DesignError:
    """Students assigned one by one, in one pot or within each of `blocks` equally large ones; in student SDs.

    r2 : explained by `covariates`. df = students - 2 blocks - covariates.
    Source: Dong & Maynard (2013), designs IRA1_1r and, with block effects, BIRA2_1f: an effect of its own in every block.
    """
    spread = share(share_treated, "share_treated") * (1 - share_treated) * count(students, "students", least=2)
    df = students - 2 * count(blocks, "blocks", least=1) - count(covariates, "covariates")
    return _design((1 - part(r2, "r2")) / spread, df)


def clustered_design(
    *,
    clusters: int,
    cluster_size: float,
    icc: float,
    share_treated: float = 0.5,
    r2_student: float = 0.0,
    r2_cluster: float = 0.0,
    cluster_covariates: int = 0,
    blocks: int = 1,
) -> DesignError:
    """Clusters assigned, in one pot or within each of `blocks` equally large ones; in student SDs.

    clusters : of both arms and all blocks; cluster_size : students of each; cluster_covariates : whole-cluster covariates
    icc : share of variance between clusters (of a block); r2_student, r2_cluster : explained by covariates at each level
    df = clusters - 2 blocks - cluster_covariates.
    Source: Dong & Maynard (2013), designs CRA2_2r and, with block effects, BCRA3_2f: an effect of its own in every block.
    """
    total = count(clusters, "clusters", least=2)
    spread = share(share_treated, "share_treated") * (1 - share_treated) * total
    variance = cluster_mean_sd(cluster_size=cluster_size, icc=icc, r2_student=r2_student, r2_cluster=r2_cluster) ** 2
    df = total - 2 * count(blocks, "blocks", least=1) - count(cluster_covariates, "cluster_covariates")
    return _design(variance / spread, df)


def cluster_mean_sd(*, cluster_size: float, icc: float, r2_student: float = 0.0, r2_cluster: float = 0.0) -> float:
    """Standard deviation of cluster means in student SDs; arguments as in `clustered_design`."""
    rho = part(icc, "icc")
    within = (1 - rho) * (1 - part(r2_student, "r2_student")) / positive(cluster_size, "cluster_size")
    return float(np.sqrt(rho * (1 - part(r2_cluster, "r2_cluster")) + within))


def paired_design(n: int) -> DesignError:
    """Mean change of `n` pairs in SDs of change: 1 / sqrt(n), df = n - 1."""
    pairs = count(n, "n", least=2)
    return _design(1 / pairs, pairs - 1)


def _design(variance: float, df: int) -> DesignError:
    if df < 1:
        raise ValueError(f"df must be above 0, not {df!r}: the design has no degrees of freedom")
    return DesignError(standard_error=float(np.sqrt(variance)), df=df)
