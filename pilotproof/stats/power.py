"""The smallest effect a design can find, and how likely it is to find a given one."""

from __future__ import annotations

from typing import Literal

import scipy

from pilotproof.stats.checks import degrees, finite, made_by, one_of, positive, share
from pilotproof.stats.design_error import DesignError, clustered_design, paired_design

NEGLIGIBLE = 1e-9  # a noncentrality whose square changes no digit of the power, and is too small for scipy's series
CERTAIN = 40.0  # estimate / SE so many critical values from 0 makes a miss rarer than the least float

Formula = Literal["multiplier", "noncentral t"]


def multiplier(df: float, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """M = t(1 - alpha/2, df) + t(power, df). Source: Bloom; Dong & Maynard (2013), PowerUp!."""
    if finite(df, "df") <= 0:
        raise ValueError(f"df must be above 0, not {df!r}: the design has no degrees of freedom")
    degrees(df)
    quantiles = scipy.stats.t.ppf([1 - share(alpha, "alpha") / 2, share(power, "power")], df)
    return float(quantiles.sum())


def exact_multiplier(df: float, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """The noncentrality with which a two-sided t test has exactly `power`.

    `multiplier` approximates it by the central t and promises too much with few df: at .05 and .80, 14.08 for 16.33 with 1
    df, 5.36 for 5.65 with 2, 3.72 for 3.76 with 4, and the same to two digits from 10 on.
    Raises ValueError when `power` is not above alpha, which no effect has.
    """
    approximate = multiplier(df, alpha=alpha, power=power)
    if power <= alpha:
        raise ValueError(f"power must be above alpha ({alpha!r}), not {power!r}: a test has that without any effect")

    def missing(noncentrality: float) -> float:
        return power_of(noncentrality, standard_error=1.0, df=df, alpha=alpha) - power

    upper = max(approximate, 1.0)
    while missing(upper) < 0:
        upper *= 2
    return float(scipy.optimize.brentq(missing, 0.0, upper, xtol=1e-13, rtol=1e-13))


def mdes(design: DesignError, *, alpha: float = 0.05, power: float = 0.80, formula: Formula = "multiplier") -> float:
    """Smallest effect that `design` finds with `power`, in the SDs of its standard error.

    formula : "multiplier" is the one of PowerUp! and of reviewers; "noncentral t" gives exactly `power` for normal data
    """
    one_of(formula, "formula", ("multiplier", "noncentral t"))
    made_by(design, "design", DesignError, "a function of design_error")
    found = multiplier if formula == "multiplier" else exact_multiplier
    return found(design.df, alpha=alpha, power=power) * design.standard_error


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
    """Smallest effect, in student SDs, found with `power` by the multiplier; arguments as in `clustered_design`."""
    design = clustered_design(
        clusters=clusters,
        cluster_size=cluster_size,
        icc=icc,
        share_treated=share_treated,
        r2_student=r2_student,
        r2_cluster=r2_cluster,
        cluster_covariates=cluster_covariates,
    )
    return mdes(design, alpha=alpha, power=power)


def mdes_paired(n: int, *, alpha: float = 0.05, power: float = 0.80, formula: Formula = "multiplier") -> float:
    """Smallest mean change, in SDs of change, that a paired t test over `n` pairs finds with `power`."""
    return mdes(paired_design(n), alpha=alpha, power=power, formula=formula)


def power_of(effect: float, *, standard_error: float, df: float, alpha: float = 0.05) -> float:
    """Chance that a two-sided t test finds a true `effect`.

    Source: noncentral t with lambda = effect / SE, both tails at once: its square is noncentral F with 1 and df
    degrees of freedom and lambda^2. scipy's noncentral t has no value in the far tail.
    """
    critical = float(scipy.stats.t.isf(share(alpha, "alpha") / 2, degrees(df)))
    ncp = abs(finite(effect, "effect") / positive(standard_error, "standard_error"))
    if ncp < NEGLIGIBLE:
        return alpha
    if ncp > CERTAIN * (1 + critical):
        return 1.0
    return float(min(1.0, scipy.stats.ncf.sf(critical**2, 1, df, ncp**2)))
