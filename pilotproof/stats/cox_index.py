"""The Cox index: a difference of two shares of students as an effect size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import scipy

from pilotproof.stats.checks import one_of, share
from pilotproof.stats.effect_size import small_sample_factor
from pilotproof.stats.rates import whole_count
from pilotproof.stats.results import Interval

CoxConvention = Literal["with omega (WWC 4.x)", "without omega (WWC 5.0)"]
LOGIT_SD = 1.65


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxIndex:
    """Log odds ratio, treated over comparison, over 1.65: in standard deviations of a logistic trait behind the yes or no.

    convention : whether it is multiplied by omega
    share_treated, share_comparison : with the event, 0 to 1
    """

    convention: CoxConvention
    estimate: float
    standard_error: float
    interval: Interval
    share_treated: float
    share_comparison: float
    n_treated: int
    n_comparison: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoxRefusal:
    """Why two shares give no Cox index. It is a result, not an error: adding a half to each cell would invent the odds."""

    reason: Literal["every student or none of an arm has the event"]
    share_treated: float
    share_comparison: float
    n_treated: int
    n_comparison: int


def cox_index(
    *,
    events_treated: int,
    n_treated: int,
    events_comparison: int,
    n_comparison: int,
    convention: CoxConvention,
    confidence: float = 0.95,
) -> CoxIndex | CoxRefusal:
    """Cox index of independent students; ignores clusters, so its interval is for descriptions only.

    events : students with the event, at most n; n : students of the arm, at least 1
    Returns a CoxRefusal where a share is 0 or 1.
    Source: Cox (1970): ln(odds ratio) / 1.65, times omega = 1 - 3 / (4 N - 9) in WWC 4.x; SE by the delta method:
    sqrt(1 / a + 1 / b + 1 / c + 1 / d) / 1.65 with the four cells, times omega likewise; interval by the normal.
    """
    one_of(convention, "convention", get_args(CoxConvention))
    a, b, treated = _arm(events_treated, n_treated, "treated")
    c, d, comparison = _arm(events_comparison, n_comparison, "comparison")
    sides = {"share_treated": a / treated, "share_comparison": c / comparison, "n_treated": treated, "n_comparison": comparison}
    z = float(scipy.stats.norm.ppf((1 + share(confidence, "confidence")) / 2))
    if 0 in (a, b, c, d):
        return CoxRefusal(reason="every student or none of an arm has the event", **sides)
    scale = (small_sample_factor(treated + comparison) if convention == "with omega (WWC 4.x)" else 1.0) / LOGIT_SD
    estimate = float(scale * (np.log(a / b) - np.log(c / d)))
    error = float(scale * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d))
    return CoxIndex(
        convention=convention,
        estimate=estimate,
        standard_error=error,
        interval=Interval(low=estimate - z * error, high=estimate + z * error, confidence=confidence),
        **sides,
    )


def _arm(events: int, n: int, arm: str) -> tuple[int, int, int]:
    """Students with and without the event, and all."""
    students, with_event = whole_count(n, f"n_{arm}", least=1), whole_count(events, f"events_{arm}")
    if with_event > students:
        raise ValueError(f"events_{arm} ({with_event}) cannot exceed n_{arm} ({students})")
    return with_event, students - with_event, students
