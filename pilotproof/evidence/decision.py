"""The recommendation, and the reasons that led to it in the order in which they were weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pilotproof.evidence.profile import ALPHA

Choice = Literal["adopt", "extend", "adjust", "stop", "review"]
ReasonName = Literal[
    "scores lower",
    "faults concentrated",
    "errors too frequent",
    "scores higher",
    "cannot tell",
    "no test",
    "no comparison",
    "reliable",
    "reliability unknown",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that was weighed, what it speaks for, and its numbers."""

    name: ReasonName
    speaks_for: Choice | None
    observed: Mapping[str, float | int | str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The recommendation: the choice of the first reason that speaks for one."""

    choice: Choice
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionInputs:
    """What the recommendation depends on.

    errors_per_hour, errors_per_hour_low : rate and its lower confidence limit; None without exposure
    concentration_p_value : of the period with most errors; None when it was not tested
    """

    has_comparison: bool
    tier: int | None
    estimate: float | None
    p_value: float | None
    interval_low: float | None
    interval_high: float | None
    errors_per_hour: float | None
    errors_per_hour_low: float | None
    most_errors_per_hour: float
    concentration_p_value: float | None
    worst_period: str | None


def decide(inputs: DecisionInputs) -> Decision:
    """Harm stops; a fault that can be mended is mended first; proof adopts; anything else is not enough to tell."""
    reasons = (*_harm(inputs), *_reliability(inputs), *_learning(inputs))
    choice = next((reason.speaks_for for reason in reasons if reason.speaks_for), "extend")
    return Decision(choice=choice, reasons=reasons)


def _harm(inputs: DecisionInputs) -> tuple[Reason, ...]:
    if inputs.p_value is None or inputs.estimate is None or inputs.p_value >= ALPHA or inputs.estimate >= 0:
        return ()
    return (Reason(name="scores lower", speaks_for="stop", observed=_result(inputs)),)


def _reliability(inputs: DecisionInputs) -> tuple[Reason, ...]:
    if inputs.errors_per_hour is None or inputs.errors_per_hour_low is None:
        return (Reason(name="reliability unknown", speaks_for=None),)
    rate = {"errors_per_hour": inputs.errors_per_hour, "limit": inputs.most_errors_per_hour}
    reasons = []
    if inputs.concentration_p_value is not None and inputs.concentration_p_value < ALPHA:
        observed = {"period": inputs.worst_period, "p_value": inputs.concentration_p_value}
        reasons.append(Reason(name="faults concentrated", speaks_for="adjust", observed=observed))
    if inputs.errors_per_hour_low > inputs.most_errors_per_hour:
        reasons.append(Reason(name="errors too frequent", speaks_for="adjust", observed=rate))
    return tuple(reasons) or (Reason(name="reliable", speaks_for=None, observed=rate),)


def _learning(inputs: DecisionInputs) -> tuple[Reason, ...]:
    if not inputs.has_comparison:
        return (Reason(name="no comparison", speaks_for="extend", observed=_result(inputs)),)
    if inputs.p_value is None:
        return (Reason(name="no test", speaks_for="extend"),)
    if inputs.tier in (1, 2, 3):
        return (Reason(name="scores higher", speaks_for="adopt", observed=_result(inputs)),)
    if inputs.p_value < ALPHA and (inputs.estimate or 0) < 0:
        return ()
    return (Reason(name="cannot tell", speaks_for="extend", observed=_result(inputs)),)


def _result(inputs: DecisionInputs) -> dict[str, float | None]:
    return {
        "estimate": inputs.estimate,
        "p_value": inputs.p_value,
        "interval_low": inputs.interval_low,
        "interval_high": inputs.interval_high,
    }
