"""The recommendation, and every rule that was weighed for it: those that spoke, those that did not, those without data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pilotproof.evidence.decision_inputs import DecisionInputs
from pilotproof.evidence.profile import ALPHA

Choice = Literal["adopt", "extend", "adjust", "stop", "review"]
ReasonName = Literal[
    "lesson time lost",
    "lesson time kept",
    "lesson time not measured",
    "checklist failed",
    "privacy not agreed",
    "checklist open",
    "checklist passed",
    "too expensive",
    "scores lower",
    "hardly used",
    "used",
    "use not measured",
    "licences idle",
    "faults concentrated",
    "errors too frequent",
    "reliable",
    "reliability unknown",
    "trusted but scores do not move",
    "scores higher but not trusted",
    "neither trusted nor scores higher",
    "buy-in below target",
    "buy-in at target",
    "trust not measured",
    "scores higher",
    "scores higher but no tier",
    "cannot tell",
    "no test",
    "no comparison",
    "no difference worth having",
]
# What somebody has to look at comes before what has to end, before what has to be mended, before what may grow.
PRIORITY: tuple[Choice, ...] = ("review", "stop", "adjust", "adopt", "extend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule, what it speaks for (None: nothing, it was only weighed), its numbers and the limit they were held against."""

    name: ReasonName
    speaks_for: Choice | None
    observed: Mapping[str, float | int | str | None] = field(default_factory=dict)
    limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The recommendation: the most pressing choice that a reason speaks for, else to extend the pilot."""

    choice: Choice
    reasons: tuple[Reason, ...]


def decide(inputs: DecisionInputs) -> Decision:
    """Weigh every rule. Adoption needs every item of the checklist met; too little data is a longer pilot.

    Source: rules of the field: lesson time lost is reviewed at once; under 30 % of teachers using a tool after a semester
    retires it; trusted without a gain is adjusted; a gain without trust will not last.
    """
    reasons = tuple(reason for rule in RULES for reason in rule(inputs))
    spoken = {reason.speaks_for for reason in reasons}
    return Decision(choice=next((choice for choice in PRIORITY if choice in spoken), "extend"), reasons=reasons)


def _lesson_time(inputs: DecisionInputs) -> tuple[Reason, ...]:
    seen, limit = inputs.faults, inputs.limits.most_time_lost_share
    if seen.time_lost_share is None:
        return (Reason(name="lesson time not measured", speaks_for=None, limit=limit),)
    observed = {"share": seen.time_lost_share, "share_low": seen.time_lost_share_low}
    if (seen.time_lost_share if seen.time_lost_share_low is None else seen.time_lost_share_low) > limit:
        return (Reason(name="lesson time lost", speaks_for="review", observed=observed, limit=limit),)
    return (Reason(name="lesson time kept", speaks_for=None, observed=observed, limit=limit),)


def _checklist(inputs: DecisionInputs) -> tuple[Reason, ...]:
    failed = [item for item, answer in inputs.checklist.items() if answer == "not-met"]
    unanswered = [item for item, answer in inputs.checklist.items() if answer == "not-checked"]
    cost, limit = inputs.cost_per_student, inputs.limits.most_cost_per_student
    reasons = []
    if "privacy" in failed:
        reasons.append(Reason(name="privacy not agreed", speaks_for="review"))
    if others := [item for item in failed if item != "privacy"]:
        reasons.append(Reason(name="checklist failed", speaks_for="adjust", observed={"items": ", ".join(others)}))
    if cost is not None and cost > limit:
        reasons.append(Reason(name="too expensive", speaks_for="adjust", observed={"cost": cost}, limit=limit))
    if unanswered or cost is None:
        left = ", ".join([*unanswered, *(["cost_per_student"] if cost is None else [])])
        could_be_adopted = inputs.learning.tier in (1, 2, 3) and not inputs.learning.is_chosen_by_students
        reasons.append(Reason(name="checklist open", speaks_for="adjust" if could_be_adopted else None, observed={"items": left}))
    return tuple(reasons) or (Reason(name="checklist passed", speaks_for=None),)


def _harm(inputs: DecisionInputs) -> tuple[Reason, ...]:
    seen = inputs.learning
    if not seen.is_significant or seen.estimate is None or seen.estimate >= 0:
        return ()
    return (Reason(name="scores lower", speaks_for="stop", observed=_result(inputs)),)


def _use(inputs: DecisionInputs) -> tuple[Reason, ...]:
    seen, limit = inputs.adoption, inputs.limits.fewest_teachers_using_share
    reasons = []
    if seen.teachers_using_share is None:
        reasons.append(Reason(name="use not measured", speaks_for=None, limit=limit))
    else:
        observed = {"share": seen.teachers_using_share, "weeks": seen.weeks, "semester_weeks": inputs.limits.semester_weeks}
        is_over = seen.weeks >= inputs.limits.semester_weeks and seen.teachers_using_share < limit
        name: ReasonName = "hardly used" if is_over else "used"
        reasons.append(Reason(name=name, speaks_for="stop" if is_over else None, observed=observed, limit=limit))
    if seen.licences_bought is not None and seen.licences_used is not None and seen.licences_used < seen.licences_bought:
        bought = {"bought": seen.licences_bought, "used": seen.licences_used, "idle_cost": seen.idle_cost}
        reasons.append(Reason(name="licences idle", speaks_for=None, observed=bought))
    return tuple(reasons)


def _reliability(inputs: DecisionInputs) -> tuple[Reason, ...]:
    seen, limit = inputs.faults, inputs.limits.most_errors_per_hour
    if seen.errors_per_hour is None or seen.errors_per_hour_low is None:
        return (Reason(name="reliability unknown", speaks_for=None, limit=limit),)
    rate = {"errors_per_hour": seen.errors_per_hour, "errors_per_hour_low": seen.errors_per_hour_low}
    reasons = []
    if seen.concentration_p_value is not None and seen.concentration_p_value < ALPHA:
        observed = {"period": seen.worst_period, "p_value": seen.concentration_p_value}
        reasons.append(Reason(name="faults concentrated", speaks_for="adjust", observed=observed))
    if seen.errors_per_hour_low > limit:
        reasons.append(Reason(name="errors too frequent", speaks_for="adjust", observed=rate, limit=limit))
    return tuple(reasons) or (Reason(name="reliable", speaks_for=None, observed=rate, limit=limit),)


def _trust(inputs: DecisionInputs) -> tuple[Reason, ...]:
    """Buy-in against its target, and the table of trust against scores; scores that cannot be told fill no cell of it."""
    trust, share, target = inputs.trust, inputs.acceptance.buy_in_share, inputs.acceptance.buy_in_target
    if trust is None:
        return (Reason(name="trust not measured", speaks_for=None, limit=target),)
    reasons = []
    if share is not None and target is not None:
        name: ReasonName = "buy-in at target" if share >= target else "buy-in below target"
        reasons.append(Reason(name=name, speaks_for=None, observed={"share": share}, limit=target))
    is_higher, is_flat = inputs.learning.tier in (1, 2, 3), inputs.learning.is_equivalent
    if trust == "high" and is_flat:
        reasons.append(Reason(name="trusted but scores do not move", speaks_for="adjust"))
    if trust == "low" and is_higher:
        reasons.append(Reason(name="scores higher but not trusted", speaks_for="adjust"))
    if trust == "low" and is_flat:
        reasons.append(Reason(name="neither trusted nor scores higher", speaks_for="stop"))
    return tuple(reasons)


def _learning(inputs: DecisionInputs) -> tuple[Reason, ...]:
    seen = inputs.learning
    if not seen.has_comparison:
        return (Reason(name="no comparison", speaks_for="extend", observed=_result(inputs)),)
    if seen.p_value is None:
        return (Reason(name="no test", speaks_for="extend"),)
    if seen.tier in (1, 2, 3):
        choice: Choice = "extend" if seen.is_chosen_by_students else "adopt"
        return (Reason(name="scores higher", speaks_for=choice, observed=_result(inputs)),)
    if seen.is_significant and (seen.estimate or 0) < 0:
        return ()
    if seen.is_significant:
        return (Reason(name="scores higher but no tier", speaks_for="extend", observed=_result(inputs)),)
    if seen.is_equivalent:
        return (Reason(name="no difference worth having", speaks_for="adjust", observed=_result(inputs)),)
    return (Reason(name="cannot tell", speaks_for="extend", observed=_result(inputs)),)


def _result(inputs: DecisionInputs) -> dict[str, float | int | None]:
    seen = inputs.learning
    return {
        "estimate": seen.estimate,
        "p_value": seen.p_value,
        "interval_low": seen.interval_low,
        "interval_high": seen.interval_high,
        "units_needed": seen.units_needed,
    }


RULES: tuple[Callable[[DecisionInputs], tuple[Reason, ...]], ...] = (
    _lesson_time,
    _checklist,
    _harm,
    _use,
    _reliability,
    _trust,
    _learning,
)
