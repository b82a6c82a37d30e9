"""Clustered effect sizes as a What Works Clearinghouse reviewer would recompute them, from what a study prints.

They take the intraclass correlation as known, so that a few clusters seem to give many degrees of freedom. The verdict of a
pilot comes from `clustered`; these numbers stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy

from pilotproof.stats.checks import LARGEST, count, finite, flag, made_by, one_of, part, positive, share
from pilotproof.stats.cluster_data import FEWEST_CLUSTERS, Refusal
from pilotproof.stats.effect_size import factor_of_df, small_sample_factor
from pilotproof.stats.results import Interval

LegacyEdition = Literal["WWC 1.0 to 3.0", "WWC 4.0"]
Edition = Literal["WWC 1.0 to 3.0", "WWC 4.0", "WWC 4.1 and 5.0"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterTerms:
    """What clusters do to an effect size of students.

    icc : intraclass correlation; mean_cluster_size : students over clusters, used as if all clusters were that large
    gamma : factor of the squared g, eta : of its variance (the design effect); h : degrees of freedom
    n_treated, n_comparison : students; clusters_ : clusters, None for an arm of students that stand alone
    """

    icc: float
    mean_cluster_size: float
    gamma: float
    eta: float
    h: float
    n_treated: int
    n_comparison: int
    clusters_treated: int | None
    clusters_comparison: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecomputedEffect:
    """g with the inference of one edition of the WWC's rules, on terms.h degrees of freedom.

    omega : the small-sample factor of that edition: of all students before 4.1, of h since
    accounts_for_clusters : whether the variance is that of an analysis that did, or of one that took students as independent
    """

    edition: Edition
    estimate: float
    standard_error: float
    df: float
    t: float
    p_value: float
    interval: Interval
    omega: float
    accounts_for_clusters: bool
    terms: ClusterTerms


def cluster_terms(
    *, n_treated: int, n_comparison: int, clusters_treated: int | None, clusters_comparison: int | None, icc: float
) -> ClusterTerms | Refusal:
    """gamma, eta and h for clusters in both arms, or in one beside an arm of students that stand alone (None clusters).

    n : students, at least 2; clusters : at most as many as students; icc : 0 to below 1
    Clusters of different sizes enter by their mean size, as in the WWC's formulas.
    Returns a Refusal for a cluster that carries an arm alone; a student that stands alone counts as a cluster there.
    Source: Hedges (2007) for both arms, Hedges & Citkowicz (2015) for one; h of both is E.21 of WWC Handbook 5.0.
    """
    treated, in_treated = _arm(n_treated, clusters_treated, "treated")
    comparison, in_comparison = _arm(n_comparison, clusters_comparison, "comparison")
    rho = part(icc, "icc")
    clustered = [(m, n) for m, n in ((in_treated, treated), (in_comparison, comparison)) if m is not None]
    if not clustered:
        raise ValueError("clusters_treated and clusters_comparison are both None; without clusters use hedges_g")
    if min(m for m, _ in clustered) < FEWEST_CLUSTERS:
        return Refusal(
            reason="one cluster in an arm",
            clusters_treated=treated if in_treated is None else in_treated,
            clusters_comparison=comparison if in_comparison is None else in_comparison,
        )
    in_clusters = sum(n for _, n in clustered)
    size = in_clusters / sum(m for m, _ in clustered)
    if len(clustered) == 2:
        gamma, eta, h = _of_both_arms(in_clusters, size, rho)
    else:
        gamma, eta, h = _of_one_arm(treated + comparison, in_clusters, size, rho)
    return ClusterTerms(
        icc=rho,
        mean_cluster_size=size,
        gamma=gamma,
        eta=eta,
        h=h,
        n_treated=treated,
        n_comparison=comparison,
        clusters_treated=in_treated,
        clusters_comparison=in_comparison,
    )


def recomputed_effect_legacy(
    *,
    difference: float,
    pooled_sd: float,
    terms: ClusterTerms | Refusal,
    edition: LegacyEdition = "WWC 4.0",
    confidence: float = 0.95,
) -> RecomputedEffect | Refusal:
    """g whose t of students, from an analysis that ignored clusters, is corrected for them.

    difference, pooled_sd : in score units; terms : of `cluster_terms`, whose Refusal is handed on
    Source: WWC Procedures before 4.1 after Hedges (2007): t_adj = t sqrt(gamma / eta) on h degrees of freedom, with
    t = g / sqrt(1 / n_T + 1 / n_C) up to 3.0, g^2 / (2 N) more under the root in 4.0; g = omega b / S, omega = 1 - 3 / (4 N - 9).
    """
    d = _standardised(difference, pooled_sd)
    level = share(confidence, "confidence")
    one_of(edition, "edition", ("WWC 1.0 to 3.0", "WWC 4.0"))
    if isinstance(made_by(terms, "terms", (ClusterTerms, Refusal), "cluster_terms"), Refusal):
        return terms
    students = terms.n_treated + terms.n_comparison
    omega = small_sample_factor(students)
    of_deviation = 0.0 if edition == "WWC 1.0 to 3.0" else (omega * d) ** 2 / (2 * students)
    variance = 1 / terms.n_treated + 1 / terms.n_comparison + of_deviation
    error = float(np.sqrt(variance * terms.eta / terms.gamma))
    return _effect(edition, omega * d, error, omega, terms, level)


def recomputed_effect(
    *,
    difference: float,
    pooled_sd: float,
    terms: ClusterTerms | Refusal,
    r2: float = 0.0,
    standard_error: float | None = None,
    accounts_for_clusters: bool = False,
    confidence: float = 0.95,
) -> RecomputedEffect | Refusal:
    """g with the standard error of a clustered design.

    difference, pooled_sd, standard_error : in score units; pooled_sd of students, unadjusted
    terms : of `cluster_terms`, whose Refusal is handed on
    r2 : share of the outcome's variance that the covariates explain, 0 to below 1; not beside a standard_error, which holds it
    standard_error : of `difference`, as the study's own analysis gave it
    accounts_for_clusters : whether that analysis did; it then needs its standard_error, since (1 / n_T + 1 / n_C)(1 - R^2)
    is the variance of independent students
    Source: WWC 4.1 supplement and 5.0, Appendix E: g = omega sqrt(gamma) b / S, omega = 1 - 3 / (4 h - 1), and
    SE = omega sqrt(V f + g^2 / (2 h)) with V = (SE_b / S)^2 or (1 / n_T + 1 / n_C)(1 - R^2), and with f = eta, or f = gamma
    for an analysis that accounts for clusters.
    """
    d = _standardised(difference, pooled_sd)
    level = share(confidence, "confidence")
    own = None if standard_error is None else _standardised(positive(standard_error, "standard_error"), pooled_sd)
    flag(accounts_for_clusters, "accounts_for_clusters")
    if own is not None and own < 1 / LARGEST:
        raise ValueError(f"standard_error over pooled_sd is below {1 / LARGEST:g}; correct it")
    if own is None and accounts_for_clusters:
        raise ValueError("standard_error: an analysis that accounts for clusters needs the one that it printed")
    if part(r2, "r2") and own is not None:
        raise ValueError("r2 and standard_error: give one of them; the standard error holds what the covariates explain")
    if isinstance(made_by(terms, "terms", (ClusterTerms, Refusal), "cluster_terms"), Refusal):
        return terms
    omega = factor_of_df(terms.h)
    g = float(omega * np.sqrt(terms.gamma) * d)
    of_means = (1 / terms.n_treated + 1 / terms.n_comparison) * (1 - r2) if own is None else own**2
    factor = terms.gamma if accounts_for_clusters else terms.eta
    error = float(omega * np.sqrt(of_means * factor + g**2 / (2 * terms.h)))
    return _effect("WWC 4.1 and 5.0", g, error, omega, terms, level, accounts_for_clusters=bool(accounts_for_clusters))


def _standardised(difference: float, pooled_sd: float) -> float:
    return finite(finite(difference, "difference") / positive(pooled_sd, "pooled_sd"), "difference over pooled_sd")


def _arm(n: int, clusters: int | None, arm: str) -> tuple[int, int | None]:
    """Checked students and clusters of an arm."""
    students = count(n, f"n_{arm}", least=2)
    whole = None if clusters is None else count(clusters, f"clusters_{arm}", least=1)
    if whole is not None and whole > students:
        raise ValueError(f"clusters_{arm} ({whole}) cannot exceed n_{arm} ({students})")
    return students, whole


def _of_both_arms(students: int, size: float, icc: float) -> tuple[float, float, float]:
    df, others = students - 2, students - 2 * size
    lost = 2 * (size - 1) * icc
    spread = df * (1 - icc) ** 2 + size * others * icc**2 + 2 * others * icc * (1 - icc)
    return 1 - lost / df, 1 + (size - 1) * icc, (df - lost) ** 2 / spread


def _of_one_arm(students: int, in_clusters: int, size: float, icc: float) -> tuple[float, float, float]:
    df, alone, others = students - 2, students - in_clusters, in_clusters - size
    spread = df * (1 - icc) ** 2 + others * size * icc**2 + 2 * others * icc * (1 - icc)
    eta = 1 + (size * alone / students - 1) * icc
    return 1 - (alone + size - 2) * icc / df, eta, (df * (1 - icc) + others * icc) ** 2 / spread


def _effect(
    edition: Edition,
    estimate: float,
    error: float,
    omega: float,
    terms: ClusterTerms,
    confidence: float,
    *,
    accounts_for_clusters: bool = False,
) -> RecomputedEffect:
    margin = float(scipy.stats.t.ppf((1 + confidence) / 2, terms.h)) * error
    return RecomputedEffect(
        edition=edition,
        estimate=estimate,
        standard_error=error,
        df=terms.h,
        t=estimate / error,
        p_value=float(2 * scipy.stats.t.sf(abs(estimate) / error, terms.h)),
        interval=Interval(low=estimate - margin, high=estimate + margin, confidence=confidence),
        omega=omega,
        accounts_for_clusters=accounts_for_clusters,
        terms=terms,
    )
