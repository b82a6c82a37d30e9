"""What the recommendation depends on, by strand. None stands for what was not measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Answer = Literal["met", "not-met", "not-checked"]
Trust = Literal["high", "low", "cannot tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """The primary outcome: the verdict's numbers, and whether a difference worth having is ruled out.

    is_significant : told from chance by every test that has to say so
    is_chosen_by_students : they decided whether to use the tool, so that a difference alone is no reason to buy it
    """

    has_comparison: bool
    tier: int | None
    estimate: float | None
    p_value: float | None
    interval_low: float | None
    interval_high: float | None
    is_significant: bool = False
    is_equivalent: bool = False
    units_needed: int | None = None
    is_chosen_by_students: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Errors per hour of use, the period where they gather, and the share of lesson time lost; each with its lower limit."""

    errors_per_hour: float | None = None
    errors_per_hour_low: float | None = None
    concentration_p_value: float | None = None
    worst_period: str | None = None
    time_lost_share: float | None = None
    time_lost_share_low: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What teachers make of the tool.

    buy_in_share : of the teachers who answered, against buy_in_target of its codebook
    usefulness_low, usefulness_high : interval of the mean on a scale whose middle is usefulness_middle
    """

    buy_in_share: float | None = None
    buy_in_target: float | None = None
    usefulness_low: float | None = None
    usefulness_high: float | None = None
    usefulness_middle: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """Whether the tool was used: share of teachers in the last week of the window, licences, and what idle ones cost."""

    weeks: int
    teachers_using_share: float | None = None
    licences_bought: int | None = None
    licences_used: int | None = None
    idle_cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Thresholds, as the params state them."""

    most_errors_per_hour: float
    most_time_lost_share: float
    fewest_teachers_using_share: float
    semester_weeks: int
    most_cost_per_student: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionInputs:
    """All of it. checklist : the answers by item; cost_per_student : for one student and year"""

    learning: Learning
    faults: Faults
    acceptance: Acceptance
    adoption: Adoption
    checklist: Mapping[str, Answer]
    cost_per_student: float | None
    limits: Limits

    @property
    def trust(self) -> Trust | None:
        """Whether teachers trust the tool: by buy-in where it was asked, else by usefulness; None when neither was asked."""
        seen = self.acceptance
        if seen.buy_in_share is not None and seen.buy_in_target is not None:
            return "high" if seen.buy_in_share >= seen.buy_in_target else "low"
        if seen.usefulness_low is None or seen.usefulness_high is None or seen.usefulness_middle is None:
            return None
        if seen.usefulness_low > seen.usefulness_middle:
            return "high"
        return "low" if seen.usefulness_high < seen.usefulness_middle else "cannot tell"
