"""Page one: enough for a superintendent who reads nothing else."""

from __future__ import annotations

from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report import gate_text
from pilotproof.report.block import Block, table
from pilotproof.report.decision import decision_box
from pilotproof.report.results import bottom_line, may_be_said, p_beside_floor
from pilotproof.report.words import CLUSTERS, STUDENTS_OF, TIERS

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
        decision_box(findings),
        "# ESSA evidence ladder {.unnumbered}\n\n" + _ladder(findings),
        "# Key numbers {.unnumbered}\n\n" + _key_numbers(findings),
        "# What may be said {.unnumbered}\n\n" + may_be_said(findings),
        "::: {.page-break}\n:::",
    ]
    return Block("\n\n".join(parts))


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
        return f"met all that is asked of it alone, but it also rests on {TIERS[tier + 1][0]}, which is not supported"
    stops = [gate_text.short(gate, findings.primary.unit_of_inference) for gate in closed[:LONGEST_GATE_LIST]]
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
        meaning = f"difference on the {fmt.text(outcome.label)} from a class’s start on ({p_beside_floor(outcome.verdict)})"
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
        f"{p_beside_floor(outcome.verdict)})"
    )
    return f"{fmt.signed(effect.estimate)} SD", meaning


def _teacher_cards(findings: Findings) -> list[tuple[str, str]]:
    survey = next((survey for survey in findings.surveys if survey.changed), None)
    changes = [s.change.mean_change for s in survey.changed if s.is_tool_outcome] if survey else []
    if not changes:
        return []
    limit = (
        f"with {fmt.count(survey.paired, 'teacher')} even the clearest change can reach no p below "
        f"{fmt.exact_p(survey.least_attainable_p)}"
        if survey.least_attainable_p >= 0.05
        else f"{fmt.count(survey.paired, 'teacher')} answered before and after"
    )
    scale = f"on a scale of {survey.low} to {survey.high}; {limit}"
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
    clusters = fmt.count(outcome.clusters, *CLUSTERS[findings.pilot.cluster])
    return [(f"{students:,}", f"students analyzed, {STUDENTS_OF[findings.pilot.cluster]} {clusters}, {places}")]
