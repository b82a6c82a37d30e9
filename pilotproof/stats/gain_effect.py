"""Difference in differences as an effect size: what the posttest shows beyond the pretest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from pilotproof.stats.checks import count, finite, share
from pilotproof.stats.effect_size import small_sample_factor
from pilotproof.stats.results import Interval

IMPUTED_CORRELATION = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class GainEffect:
    """g of the posttest minus g of the pretest, in standard deviations of students.

    correlation : of pretest and posttest within arms; is_imputed : nobody gave it, and it is .5
    """

    estimate: float
    standard_error: float
    df: int
    t: float
    p_value: float
    interval: Interval
    g_pretest: float
    g_posttest: float
    correlation: float
    is_imputed: bool
    n_treated: int
    n_comparison: int


def gain_effect(
    *,
    g_pretest: float,
    g_posttest: float,
    n_treated: int,
    n_comparison: int,
    correlation: float | None = None,
    confidence: float = 0.95,
) -> GainEffect:
    """Difference-in-differences g of the same independent students; ignores clusters, so it is for descriptions only.

    g_pretest, g_posttest : Hedges' g, each over its own pooled SD; n_treated, n_comparison : students with both scores
    correlation : between -1 and 1; None imputes .5, and the result says so
    Source: WWC Handbook 5.0 for the estimate; by the delta method SE = omega sqrt(2 (1 - r) (1 / n_T + 1 / n_C)
    + (g_post^2 + g_pre^2 - 2 r^2 g_pre g_post) / (2 df)), df = N - 2: two standard deviations correlate at r^2.
    VIVECampbell (R) quotes g_pre^2 r^2 for g_pre^2, which is less than simulated gains spread where the arms began far apart.
    """
    before, after = finite(g_pretest, "g_pretest"), finite(g_posttest, "g_posttest")
    treated, comparison = count(n_treated, "n_treated", least=2), count(n_comparison, "n_comparison", least=2)
    r = IMPUTED_CORRELATION if correlation is None else finite(correlation, "correlation")
    if not -1 < r < 1:
        raise ValueError(f"correlation must lie between -1 and 1, not {correlation!r}")
    df = treated + comparison - 2
    of_means = 2 * (1 - r) * (1 / treated + 1 / comparison)
    of_deviations = (after**2 + before**2 - 2 * r**2 * before * after) / (2 * df)
    error = float(small_sample_factor(treated + comparison) * np.sqrt(of_means + of_deviations))
    estimate = after - before
    margin = float(scipy.stats.t.ppf((1 + share(confidence, "confidence")) / 2, df)) * error
    return GainEffect(
        estimate=estimate,
        standard_error=error,
        df=df,
        t=estimate / error,
        p_value=float(2 * scipy.stats.t.sf(abs(estimate / error), df)),
        interval=Interval(low=estimate - margin, high=estimate + margin, confidence=confidence),
        g_pretest=before,
        g_posttest=after,
        correlation=r,
        is_imputed=correlation is None,
        n_treated=treated,
        n_comparison=comparison,
    )
