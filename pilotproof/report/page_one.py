"""Page one: enough for a superintendent who reads nothing else."""

from __future__ import annotations

from pilotproof.evidence.decision import Reason
from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import designs, gate_text
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.report.results import bottom_line, may_be_said, refusal_reason
from pilotproof.report.words import CHOICES, CLUSTERS, TIERS

LONGEST_GATE_LIST = 4
KEY_NUMBERS = 3
GLOSS = (
    "SD, standard deviation: how far students’ scores usually lie from their mean. 95% interval: the values that fit the data. "
    "p: how often chance alone would give a difference at least as large; below 0.05 is called significant."
)


def page_one(findings: Findings) -> Block:
    """Bottom line, recommendation, ESSA ladder, key numbers, what may be said."""
    parts = [
        f"::: {{.bottom-line}}\n{bottom_line(findings)}\n:::",
        _decision(findings),
        "# ESSA evidence ladder {.unnumbered}\n\n" + _ladder(findings),
        "# Key numbers {.unnumbered}\n\n" + _key_numbers(findings),
        "# What may be said {.unnumbered}\n\n" + may_be_said(findings),
        "::: {.page-break}\n:::",
    ]
    return Block("\n\n".join(parts))


def _decision(findings: Findings) -> str:
    decision = findings.decision
    leading = sorted(decision.reasons, key=lambda reason: reason.speaks_for != decision.choice)
    reasons = "\n".join(f"- {fmt.sentence(_reason(reason, findings))}" for reason in leading)
    return (
        f'::: {{.decision verdict="{decision.choice}"}}\n'
        f"**Recommendation: {CHOICES[decision.choice]}.** {_advice(findings)}\n\n{reasons}\n:::"
    )


def _advice(findings: Findings) -> str:
    tool = fmt.text(findings.pilot.tool)
    reliability = findings.reliability
    worst = reliability.worst_period if reliability else None
    has_proof = findings.tier.tier in (1, 2, 3)
    then = "decide on a wider roll-out" if has_proof else "run a larger pilot"
    at_fault = any(reason.name == "faults concentrated" for reason in findings.decision.reasons)
    faults = f"the faults of period {fmt.text(worst)}" if worst and at_fault else "the technical faults"
    return {
        "adopt": f"The gains with {tool} stand up to the checks in this report.",
        "extend": designs.advice(findings.primary)
        or "Not enough to tell. Do not buy or drop it on this evidence; run a larger pilot first.",
        "adjust": f"Have {faults} mended before anything else; then {then}.",
        "stop": f"Students with {tool} scored lower. End its use, with notice and an archive of student work.",
        "review": "Something needs a person's attention before the pilot goes on.",
    }[findings.decision.choice]


def _reason(reason: Reason, findings: Findings) -> str:
    seen, outcome = reason.observed, findings.primary
    singular, plural = CLUSTERS[findings.pilot.cluster]
    if reason.name == "faults concentrated":
        reliability = findings.reliability
        errors = next(p.errors for p in reliability.periods if p.period == seen["period"])
        return (
            f"{errors} of {fmt.count(reliability.errors, 'technical error')} fell into period {seen['period']}, more than "
            f"chance would put there ({fmt.p_value(seen['p_value'])})"
        )
    return {
        "scores lower": "Students with the tool scored lower, by more than chance would explain",
        "scores higher": "Students with the tool scored higher, by more than chance would explain",
        "cannot tell": designs.cannot_tell(outcome)
        or f"With {fmt.count(_clusters(outcome), singular, plural)} the pilot could only have found a "
        f"difference of about {fmt.number(outcome.mdes_sd, 1)} standard deviations or more, which is very large"
        if outcome.mdes_sd and outcome.mdes_sd > 0.4
        else "The difference in scores can be chance",
        "no test": f"No test of scores is possible: {refusal_reason(outcome, findings)}",
        "no comparison": "No group without the tool was measured, so a change in scores cannot be put down to it",
        "errors too frequent": f"There were {fmt.number(seen.get('errors_per_hour'))} errors per hour of use; the limit is "
        f"{fmt.number(seen.get('limit'))}",
        "reliable": f"There were {fmt.number(seen.get('errors_per_hour'))} errors per hour of use, within the limit of "
        f"{fmt.number(seen.get('limit'))}",
        "reliability unknown": "Reliability was not measured",
    }[reason.name]


def _clusters(outcome: OutcomeFinding) -> int:
    if outcome.use is not None:
        return outcome.use.classes  # each with users and non-users
    arms = [arm for arm in (outcome.treated, outcome.comparison) if arm is not None]
    return sum(arm.clusters_analysed for arm in arms)


def _ladder(findings: Findings) -> str:
    rows = []
    for tier, (name, meaning) in TIERS.items():
        stands = findings.tier.stands(tier)
        verdict = "**supported**" if stands else "not supported"
        rows.append([f"{name}: {meaning}", verdict, _what_decides(tier, stands, findings)])
    body = table(["Tier", "Verdict", "What decides it"], rows, align="lll", widths=[32, 15, 53])
    note = (
        "ESSA is the federal education law (20 U.S.C. 7801(21)(A)); its four tiers say how strong the evidence for a "
        "tool is. This is our reading of the law, not a What Works Clearinghouse (WWC) review."
    )
    return f"::: {{.ladder}}\n{body}\n:::\n\n::: {{.small}}\n{note}\n:::"


def _what_decides(tier: int, stands: bool, findings: Findings) -> str:
    closed = gate_text.decisive(findings.tier.closed(tier))
    if stands:
        return "every gate passed"
    if not closed:
        return "all its own gates passed; it also needs the tier below"
    stops = [gate_text.short(gate, findings.pilot.cluster) for gate in closed[:LONGEST_GATE_LIST]]
    if len(closed) > LONGEST_GATE_LIST:
        stops.append(f"{len(closed) - LONGEST_GATE_LIST} more in @tbl-gates")
    return "stopped by: " + "; ".join(stops)


def _key_numbers(findings: Findings) -> str:
    cards = [card for outcome in findings.outcomes if (card := _outcome_card(outcome, findings))]
    cards = [*cards[:1], *_teacher_cards(findings), *_error_cards(findings), *cards[1:], *_sample_cards(findings)]
    body = "\n\n".join(f":::: {{.key-number}}\n**{value}**\n\n{meaning}\n::::" for value, meaning in cards[:KEY_NUMBERS])
    return f"::::: {{.key-numbers}}\n{body}\n:::::\n\n::: {{.small}}\n{GLOSS}\n:::"


def _outcome_card(outcome: OutcomeFinding, findings: Findings) -> tuple[str, str] | None:
    if outcome.staggered is not None and isinstance(outcome.verdict, MethodResult):
        meaning = f"difference on the {fmt.text(outcome.label)} from a class’s start on ({fmt.p_value(outcome.verdict.p_value)})"
        return f"{fmt.signed(outcome.verdict.estimate, 1)} {outcome.unit}", meaning
    if outcome.effect is None or not isinstance(outcome.verdict, MethodResult):
        if outcome.change is None:
            return None
        clusters = fmt.count(outcome.change.n, *CLUSTERS[findings.pilot.cluster])
        meaning = f"mean change on the {fmt.text(outcome.label)} over {clusters}; students also learn without a new tool"
        return f"{fmt.signed(outcome.change.mean_change, 1)} {outcome.unit}", meaning
    effect = outcome.effect
    meaning = (
        f"difference on the {fmt.text(outcome.label)}, in standard deviations "
        f"({fmt.confidence(findings.pilot.confidence)} {fmt.interval(effect.interval.low, effect.interval.high)}; "
        f"{fmt.p_value(outcome.verdict.p_value)})"
    )
    return f"{fmt.signed(effect.estimate)} SD", meaning


def _teacher_cards(findings: Findings) -> list[tuple[str, str]]:
    teachers = findings.teachers
    if teachers is None:
        return []
    changes = [s.change.mean_change for s in teachers.subscales if s.is_tool_outcome]
    if not changes:
        return []
    limit = (
        f"with {fmt.count(teachers.paired, 'teacher')} even the clearest change can reach no p below "
        f"{fmt.exact_p(teachers.least_attainable_p)}"
        if teachers.least_attainable_p >= 0.05
        else f"{fmt.count(teachers.paired, 'teacher')} answered before and after"
    )
    scale = f"on a scale of {teachers.low} to {teachers.high}; {limit}"
    if len(changes) == 1:
        return [(fmt.signed(changes[0]), f"mean change in the one survey area, {scale}")]
    meaning = f"range of mean changes in {fmt.count(len(changes), 'survey area')}, {scale}"
    return [(f"{fmt.signed(min(changes))} to {fmt.signed(max(changes))}", meaning)]


def _error_cards(findings: Findings) -> list[tuple[str, str]]:
    reliability = findings.reliability
    if reliability is None:
        return []
    if reliability.rate is None:
        what = "technical error" if reliability.errors == 1 else "technical errors"
        return [(f"{reliability.errors}", f"{what}; without a record of lessons there is no rate")]
    interval = reliability.rate.interval
    meaning = (
        f"technical errors per hour of use ({fmt.confidence(findings.pilot.confidence)} "
        f"{fmt.interval(interval.low, interval.high)}): {reliability.errors} errors in "
        f"{fmt.number(reliability.hours, 0)} hours"
    )
    return [(fmt.number(reliability.rate.estimate), meaning)]


def _sample_cards(findings: Findings) -> list[tuple[str, str]]:
    outcome = findings.primary
    arms = [arm for arm in (outcome.treated, outcome.comparison) if arm is not None]
    students = sum(arm.analysed for arm in arms)
    places = f"{fmt.count(outcome.schools, 'school')} and {fmt.count(outcome.districts, 'district')}"
    clusters = fmt.count(_clusters(outcome), *CLUSTERS[findings.pilot.cluster])
    return [(f"{students:,}", f"students analyzed, in {clusters}, {places}")]
