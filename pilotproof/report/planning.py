"""How large a pilot would have to be, in the units that are assigned, and what that takes as given."""

from __future__ import annotations

from pilotproof.findings import Findings, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.words import UNITS


def units_held(outcome: OutcomeFinding) -> int:
    """Units of inference analysed, both arms together."""
    if outcome.unit_of_inference == "student":
        return sum(arm.analysed for arm in (outcome.treated, outcome.comparison) if arm is not None)
    return outcome.clusters


def units_counted(outcome: OutcomeFinding) -> str:
    """`11 classes`, `115 students`."""
    return fmt.count(units_held(outcome), *UNITS[outcome.unit_of_inference])


def larger_pilot(outcome: OutcomeFinding) -> str | None:
    """`about 143 classes, half of them without the tool`; None where so many were there, or no number would do."""
    needed = outcome.units_needed
    if needed is None or needed <= units_held(outcome):
        return None
    return f"about {fmt.count(needed, *UNITS[outcome.unit_of_inference])}, half of them without the tool"


def more_units(outcome: OutcomeFinding, findings: Findings) -> str:
    """What it takes to find the smallest difference worth having, and the assumption behind the number."""
    singular, plural = UNITS[outcome.unit_of_inference]
    effect = f"{fmt.number(outcome.smallest_effect_sd)} SD"
    held = units_held(outcome)
    if outcome.units_needed is None:
        return f"a pilot of many more {plural}, so that a difference of {effect} could be found"
    if outcome.units_needed <= held:
        return f"another result: with {units_counted(outcome)} a difference of {effect} could have been found"
    more = fmt.count(outcome.units_needed - held, f"more {singular}", f"more {plural}")
    size = "" if outcome.unit_of_inference == "student" else " with as many students each"
    return (
        f"a pilot that can find a difference of {effect}: {more}{size} ({outcome.units_needed:,} in all, half of them without "
        f"the tool) find it in four of five cases, assuming {assumption(outcome, findings)}"
    )


def assumption(outcome: OutcomeFinding, findings: Findings) -> str:
    """What the smallest difference that can be found and the size of a next pilot take as given."""
    singular, plural = UNITS[outcome.unit_of_inference]
    explained = fmt.percent(outcome.explained or 0)
    if outcome.unit_of_inference == "student":
        by = "class and pretest explain" if outcome.has_pretest else "their class explains"
        return f"that {by} {explained} of the differences between students, as here"
    icc = f"that {fmt.percent(findings.pilot.class_icc)} of the variance of scores lies between {plural}"
    if not outcome.has_pretest:
        return icc
    return f"{icc} and that the pretest explains {explained} of the differences between {singular} means, as here"
