"""How many of those assigned were lost, over all and between the arms."""

from __future__ import annotations

from dataclasses import dataclass

from pilotproof.stats.checks import count


@dataclass(frozen=True, slots=True, kw_only=True)
class AttritionRates:
    """Shares from 0 to 1; differential is the absolute gap between the arms."""

    overall: float
    treated: float
    comparison: float
    differential: float


def attrition_rates(
    *, assigned_treated: int, analysed_treated: int, assigned_comparison: int, analysed_comparison: int
) -> AttritionRates:
    """Attrition from counts of one kind of unit (students or clusters).

    Source: WWC Handbook 5.0: lost over assigned, over all and by arm.
    """
    treated = _lost(assigned_treated, analysed_treated, "treated")
    comparison = _lost(assigned_comparison, analysed_comparison, "comparison")
    assigned = assigned_treated + assigned_comparison
    return AttritionRates(
        overall=1 - (analysed_treated + analysed_comparison) / assigned,
        treated=treated,
        comparison=comparison,
        differential=abs(treated - comparison),
    )


def _lost(assigned: int, analysed: int, arm: str) -> float:
    before, after = count(assigned, f"assigned_{arm}", least=1), count(analysed, f"analysed_{arm}")
    if after > before:
        raise ValueError(f"analysed_{arm} ({after}) cannot exceed assigned_{arm} ({before})")
    return 1 - after / before
