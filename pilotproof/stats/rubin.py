"""Rubin's rules: one estimate from several imputed data sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import degrees, numbers, same_length, share
from pilotproof.stats.results import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledImputations:
    """An estimate over imputed data sets.

    within, between : variances; total : within + (1 + 1/m) between
    share_from_missing : of the total variance; fraction_missing : of the information, allowing for `df`
    """

    estimate: float
    standard_error: float
    df: float
    t: float
    p_value: float
    interval: Interval
    within: float
    between: float
    total: float
    share_from_missing: float
    fraction_missing: float
    imputations: int


def pool_imputations(
    estimates: ArrayLike, *, standard_errors: ArrayLike, complete_df: float, confidence: float = 0.95
) -> PooledImputations:
    """Pool the estimates of imputed data sets.

    complete_df : degrees of freedom that the analysis has without a missing value, such as clusters - 2
    Source: Rubin (1987); df: Barnard & Rubin (1999): 1 / (1/old + 1/observed), old = (m - 1) / lambda^2,
    observed = (v + 1) / (v + 3) v (1 - lambda).
    """
    q, error = numbers(estimates, "estimates", fewest=2), numbers(standard_errors, "standard_errors", fewest=2)
    same_length(estimates=q, standard_errors=error)
    if (error <= 0).any():
        raise ValueError("standard_errors must be above 0 throughout; an imputed data set without one was not analysed")
    v, m = degrees(complete_df, "complete_df"), len(q)
    estimate, within, between = float(q.mean()), float(np.mean(error**2)), float(q.var(ddof=1))
    total = within + (1 + 1 / m) * between
    missing = (1 + 1 / m) * between / total
    observed = (v + 1) / (v + 3) * v * (1 - missing)
    df = 1 / (missing**2 / (m - 1) + 1 / observed)
    ratio = (1 + 1 / m) * between / within
    t, root = estimate / total**0.5, total**0.5
    margin = float(scipy.stats.t.ppf((1 + share(confidence, "confidence")) / 2, df)) * root
    return PooledImputations(
        estimate=estimate,
        standard_error=root,
        df=df,
        t=t,
        p_value=float(2 * scipy.stats.t.sf(abs(t), df)),
        interval=Interval(low=estimate - margin, high=estimate + margin, confidence=confidence),
        within=within,
        between=between,
        total=total,
        share_from_missing=missing,
        fraction_missing=(ratio + 2 / (df + 3)) / (ratio + 1),
        imputations=m,
    )
