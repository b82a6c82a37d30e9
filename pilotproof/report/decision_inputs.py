"""What the recommendation was reckoned from: every number that a rule was held against, and the checklist item by item."""

from __future__ import annotations

from pilotproof.evidence.decision_inputs import DecisionInputs
from pilotproof.findings import Findings
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.report.strings import Language

ANSWERS = {"met": "met", "not-met": "**not met**", "not-checked": "**not checked**"}
TRUST = {"high": "high", "low": "low", "cannot tell": "cannot be told", None: "not asked"}
UNKNOWN = "not measured"
ENGLISH = Language()  # of the body of every report; other languages have page one


def decision_input_tables(findings: Findings) -> Block:
    """The numbers by strand with their limits, and the checklist."""
    inputs = findings.decision_inputs
    rows = [*_learning(inputs, findings), *_faults(inputs), *_acceptance(inputs), *_adoption(inputs, findings)]
    numbers = table(
        ["Strand", "Input", "This pilot", "Limit"],
        rows,
        align="llrr",
        widths=[20, 36, 24, 20],
        name="inputs",
        caption="What the rules of the recommendation were held against",
    )
    return Block(f"{numbers}\n\n{_checklist(inputs)}")


def _learning(inputs: DecisionInputs, findings: Findings) -> list[list[str]]:
    seen, unit = inputs.learning, fmt.text(findings.primary.unit)
    has_interval = seen.interval_low is not None and seen.interval_high is not None
    interval = fmt.interval(seen.interval_low, seen.interval_high) if has_interval else fmt.NOTHING
    return [
        ["Learning", "ESSA tier", "none" if seen.tier is None else f"{seen.tier}", fmt.NOTHING],
        ["", f"{'Difference' if seen.has_comparison else 'Change'} ({unit})", fmt.signed(seen.estimate), fmt.NOTHING],
        ["", f"{fmt.confidence(findings.pilot.confidence)} ({unit})", interval, fmt.NOTHING],
        ["", "p", fmt.p_cell(seen.p_value), "below 0.05"],
        ["", "Told from chance by all tests that must say so", _yes(seen.is_significant), fmt.NOTHING],
        ["", "No difference worth having is shown", _yes(seen.is_equivalent), fmt.NOTHING],
    ]


def _faults(inputs: DecisionInputs) -> list[list[str]]:
    seen, limits = inputs.faults, inputs.limits
    return [
        [
            "Reliability",
            "Errors per hour of use",
            _number(seen.errors_per_hour),
            f"at most {fmt.number(limits.most_errors_per_hour)}",
        ],
        ["", "Errors per hour, lower end of the interval", _number(seen.errors_per_hour_low), fmt.NOTHING],
        ["", "Errors gathered in one period: p", _p(seen.concentration_p_value), "below 0.05"],
        ["", "Lesson time lost", _share(seen.time_lost_share), f"at most {fmt.percent(limits.most_time_lost_share)}"],
    ]


def _acceptance(inputs: DecisionInputs) -> list[list[str]]:
    seen = inputs.acceptance
    target = fmt.NOTHING if seen.buy_in_target is None else f"at least {fmt.percent(seen.buy_in_target)}"
    has_level = seen.usefulness_low is not None and seen.usefulness_high is not None
    level = fmt.interval(seen.usefulness_low, seen.usefulness_high) if has_level else UNKNOWN
    middle = fmt.NOTHING if seen.usefulness_middle is None else f"above {fmt.number(seen.usefulness_middle, 1)}"
    return [
        ["Acceptance", "Teachers who would go on", _share(seen.buy_in_share), target],
        ["", "Perceived usefulness, interval of the mean", level, middle],
        ["", "Trust of teachers, from these", TRUST[inputs.trust], fmt.NOTHING],
    ]


def _adoption(inputs: DecisionInputs, findings: Findings) -> list[list[str]]:
    seen, limits = inputs.adoption, inputs.limits
    bought = seen.licences_bought
    used = UNKNOWN if bought is None else f"{seen.licences_used or 0:,} of {bought:,}"
    currency = findings.usage.licences.currency if findings.usage and findings.usage.licences else None
    cost = UNKNOWN if seen.idle_cost is None else f"{fmt.number(seen.idle_cost)}{f' {fmt.text(currency)}' if currency else ''}"
    least = f"at least {fmt.percent(limits.fewest_teachers_using_share)}"
    return [
        ["Adoption", "Weeks of the pilot", f"{seen.weeks:,}", f"a semester: {limits.semester_weeks:,}"],
        ["", "Teachers using it in the last week", _share(seen.teachers_using_share), least],
        ["", "Licenses used", used, fmt.NOTHING],
        ["", "Paid for licenses not used", cost, fmt.NOTHING],
    ]


def _checklist(inputs: DecisionInputs) -> str:
    cost, most = inputs.cost_per_student, inputs.limits.most_cost_per_student
    rows = [
        [fmt.capital(ENGLISH.say(f"checklist.{item}")), ANSWERS[answer], fmt.NOTHING] for item, answer in inputs.checklist.items()
    ]
    said = "not stated" if cost is None else fmt.number(cost)
    price = f"{fmt.capital(ENGLISH.say('checklist.cost_per_student'))} and year"
    rows.append([price, said, f"at most {fmt.number(most)}"])
    return table(
        ["Item", "Answer", "Limit"],
        rows,
        align="lrr",
        widths=[50, 25, 25],
        name="checklist",
        caption="The checklist before a roll-out, as the district filled it in",
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else fmt.number(value)


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else fmt.percent(value)


def _p(value: float | None) -> str:
    return UNKNOWN if value is None else fmt.p_cell(value)
