"""Whether the arms were alike before the pilot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from pilotproof.stats.checks import finite
from pilotproof.stats.effect_size import hedges_g

SATISFIED = 0.05
SATISFIED_WITH_ADJUSTMENT = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineDifference:
    """Hedges' g of the pretest, treated minus comparison, over the students analysed."""

    estimate: float
    verdict: Literal["satisfied", "needs adjustment", "fails"]
    n_treated: int
    n_comparison: int


def baseline_difference(*, treated: ArrayLike, comparison: ArrayLike) -> BaselineDifference:
    """The pretest difference in student SDs, and its class.

    Source: WWC Handbook 5.0: at most .05 satisfied, at most .25 with adjustment, above .25 not; compared unrounded.
    """
    effect = hedges_g(treated=treated, comparison=comparison)
    return BaselineDifference(
        estimate=effect.estimate,
        verdict=classify_baseline(effect.estimate),
        n_treated=effect.n_treated,
        n_comparison=effect.n_comparison,
    )


def classify_baseline(g: float) -> Literal["satisfied", "needs adjustment", "fails"]:
    """The class of a baseline difference in SDs; the limits themselves belong to the lower class."""
    size = abs(finite(g, "g"))
    if size <= SATISFIED:
        return "satisfied"
    return "needs adjustment" if size <= SATISFIED_WITH_ADJUSTMENT else "fails"
