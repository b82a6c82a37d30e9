"""Who was left out, without the reasons of few: that somebody was absent or moved is a fact about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilotproof.findings import FlowStep

FEWEST_HIDDEN = 2
TABLES_OF_STUDENTS = frozenset(
    {"score rows", "events of use", "probe rows", "probes"}
)  # and those of the outcomes, by their names


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step of one arm as it may be shown. removed, remaining : None where they are not said"""

    removed: int | None
    remaining: int | None


def shown_flow(steps: Sequence[FlowStep], *, least: int) -> list[ShownStep]:
    """The steps of one arm, in their order, of a table of students. The first is the start, at which nobody is left out.

    How many an arm started and ended with is shown, because attrition is judged by it. If some rule left out few, the rules
    with fewer than `least` are not told apart from one another nor from those that left out nobody, and what remained between
    is not shown. Where only one rule would be hidden so, or all hidden ones left out few together, which follows from start and
    end, those with the next smallest numbers are hidden with them, until the hidden ones left out `least` or more. Of an arm
    that started with few nothing is shown, of one that ended with few only how many it started with.
    """
    if 0 < steps[0].remaining < least:
        return [ShownStep(None, None) for _ in steps]
    rules = steps[1:]
    if rules and 0 < rules[-1].remaining < least:
        return [ShownStep(0, steps[0].remaining), *(ShownStep(None, None) for _ in rules)]
    if all(rule.removed == 0 or rule.removed >= least for rule in rules):
        return [ShownStep(step.removed, step.remaining) for step in steps]
    by_size = sorted(range(len(rules)), key=lambda place: rules[place].removed)
    hidden = {place for place in by_size if rules[place].removed < least} | set(by_size[:FEWEST_HIDDEN])
    for place in by_size:
        if sum(rules[at].removed for at in hidden) >= least:
            break
        hidden.add(place)
    ends = [step.remaining if place == len(rules) - 1 else None for place, step in enumerate(rules)]
    shown = [ShownStep(None if place in hidden else rule.removed, ends[place]) for place, rule in enumerate(rules)]
    return [ShownStep(0, steps[0].remaining), *shown]
