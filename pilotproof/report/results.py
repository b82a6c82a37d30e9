"""Sentences and numbers about results. The verb follows the design; there is no other place that chooses it."""

from __future__ import annotations

from pilotproof.disclosure import may_show_arm
from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import change, designs
from pilotproof.report import format as fmt
from pilotproof.report.strings import ENGLISH, Language
from pilotproof.report.verdicts import higher, is_equivalent, is_significant
from pilotproof.report.words import STUDENTS_OF, UNITS
from pilotproof.stats.cluster_data import Refusal


def bottom_line(findings: Findings, language: Language = ENGLISH) -> str:
    """One sentence for the board: what happened to scores, and which tier stands."""
    answer, tier = _answer(findings, language), findings.tier.tier
    if tier is None:
        return fmt.sentence(language.say("answer.no tier", answer=answer))
    name, meaning = language.say(f"tier.{tier}"), language.say(f"tier.{tier}.meaning")
    return fmt.sentence(language.say("answer.tier", answer=answer, tier=name, meaning=meaning))


def _answer(findings: Findings, language: Language) -> str:
    outcome, tool = findings.primary, fmt.text(findings.pilot.tool)
    said = kind_of_answer(outcome)
    at_start = said in ("effect.higher", "effect.lower")
    return language.say(
        f"answer.{said}",
        tool=fmt.capital(tool) if at_start else tool,
        label=language.own(outcome.label),
        reason=refusal_reason(outcome, findings, language),
        limit=language.number(outcome.smallest_effect_sd),
    )


def kind_of_answer(outcome: OutcomeFinding) -> str:
    """Which sentence the evidence allows: change, refused, equivalent, unclear, or what was found and by which design.

    lost : lots were drawn, and then too many left for the rest to be as alike as lots make them
    """
    if outcome.claim == "change":
        return "change"
    if isinstance(outcome.verdict, Refusal):
        return "refused"
    if is_equivalent(outcome):
        return "equivalent"
    if not is_significant(outcome):
        return "unclear"
    if outcome.staggered is not None:
        return f"{'within' if outcome.claim == 'effect' else 'starts'}.{higher(outcome)}"
    if outcome.claim == "association" and outcome.attrition:
        return f"lost.{higher(outcome)}"
    return f"{outcome.claim}.{higher(outcome)}"


def contrast_sentence(outcome: OutcomeFinding, findings: Findings) -> str:
    """The result of one outcome in full: difference, interval, p, clusters."""
    label = fmt.text(outcome.label)
    if outcome.claim == "change":
        return change.sentence(outcome, findings)
    if isinstance(outcome.verdict, Refusal):
        return f"No test is given for the {label}: {refusal_reason(outcome, findings)}."
    if (own := designs.contrast(outcome, findings)) is not None:
        return own
    contrast = outcome.verdict
    allowance = "allowing for the pretest, " if outcome.has_pretest else ""
    direction = "higher" if contrast.estimate > 0 else "lower"
    with_tool, without = _compared(outcome, findings)
    no_floor = "" if contrast.least_attainable_p is not None else " This test could have given any p, however small."
    scored, than = f"students {with_tool} scored", f"students {without}"
    if outcome.kind == "binary":
        scored, than = f"the share with a “yes” among students {with_tool} was", f"among students {without}"
    return (
        f"On the {label}, {allowance}{_within(outcome, findings)}{scored} "
        f"{fmt.number(abs(contrast.estimate), 1)} {outcome.unit} {direction} than {than} "
        f"({_interval(contrast, findings)}; {p_beside_floor(contrast)}; {_unit_counts(outcome, findings)}).{no_floor}"
    )


def _compared(outcome: OutcomeFinding, findings: Findings) -> tuple[str, str]:
    """Who is compared with whom, after `students`."""
    tool = fmt.text(findings.pilot.tool)
    if outcome.unit_of_inference == "student":
        return f"who were drawn to have {tool}", "who were drawn to go on without it"
    of, plural = STUDENTS_OF[outcome.unit_of_inference], UNITS[outcome.unit_of_inference][1]
    return f"{of} {plural} with {tool}", f"{of} comparison {plural}"


def _within(outcome: OutcomeFinding, findings: Findings) -> str:
    if outcome.unit_of_inference == "student":
        return "comparing students of the same class, "
    return f"comparing {UNITS[outcome.unit_of_inference][1]} within the same school, " if findings.pilot.block == "school" else ""


def _interval(contrast: MethodResult, findings: Findings) -> str:
    if contrast.interval is None:
        return "no interval can be given"
    return f"{fmt.confidence(findings.pilot.confidence)} {fmt.interval(contrast.interval.low, contrast.interval.high, 1)}"


def p_beside_floor(contrast: MethodResult) -> str:
    """`p = 0.041`, after the least p that any scores could have given where there is one."""
    if contrast.least_attainable_p is None:
        return fmt.p_value(contrast.p_value)
    return f"smallest possible p {fmt.exact_p(contrast.least_attainable_p)}; {fmt.p_value(contrast.p_value)}"


def _unit_counts(outcome: OutcomeFinding, findings: Findings) -> str:
    """`6 treated and 5 comparison classes`; students of an arm too small to be shown are not counted."""
    contrast, plural = outcome.verdict, UNITS[outcome.unit_of_inference][1]
    arms = [arm for arm in (outcome.treated, outcome.comparison) if arm is not None]
    if outcome.unit_of_inference == "student" and not all(may_show_arm(arm, findings) for arm in arms):
        return f"fewer than {findings.pilot.smallest_group} students in an arm"
    return f"{contrast.clusters_treated:,} treated and {contrast.clusters_comparison:,} comparison {plural}"


def meaning_sentence(outcome: OutcomeFinding) -> str:
    """What the interval leaves open, held against the smallest effect that matters."""
    if not isinstance(outcome.verdict, MethodResult) or outcome.effect is None:
        return ""
    low, high = outcome.effect.interval.low, outcome.effect.interval.high
    needed = outcome.smallest_effect_sd
    if is_significant(outcome):
        near, far = sorted((abs(low), abs(high)))
        size = "at least as large as" if near >= needed else "possibly smaller than" if far >= needed else "smaller than"
        return f"The difference is {size} the smallest one that was said to matter ({fmt.number(needed)} SD)."
    if is_equivalent(outcome) and outcome.equivalence is not None:
        return (
            f"Two one-sided tests{_by_lot(outcome)} rule out a difference as large as {fmt.number(needed)} SD in either "
            f"direction ({fmt.p_value(outcome.equivalence.p_equivalence)}): there is no difference worth having."
        )
    if low > 0 or high < 0:
        return (
            "One test tells this difference from chance and another that has to agree does not, so it is suggestive and no "
            f"more: the interval runs from {_end(low)} to {_end(high)} standard deviations (SD)."
        )
    return (
        "That it can be chance is not proof that there is no difference: the interval runs from "
        f"{fmt.signed(low)} to {fmt.signed(high)} standard deviations (SD), and so leaves room for "
        f"{_room(low, high, needed)}."
    )


def _by_lot(outcome: OutcomeFinding) -> str:
    """The verdict and this rest on one method, so that they cannot contradict each other."""
    return (
        " by re-assignment of the lot" if outcome.equivalence is not None and outcome.equivalence.standard_error is None else ""
    )


def _end(value: float) -> str:
    """An end of an interval without zero; with as many digits as keep it from reading 0.00."""
    return fmt.signed(value, next(digits for digits in range(2, 17) if float(f"{value:.{digits}f}") != 0))


def _room(low: float, high: float, needed: float) -> str:
    room = []
    if high >= needed:
        room.append(f"a gain worth having (at least {fmt.number(needed)} SD)")
    room.append("no difference at all")
    if low <= -needed:
        room.append("a loss just as large")
    return fmt.listed(room)


def learning_claims(findings: Findings, language: Language = ENGLISH) -> tuple[str, str]:
    """What a reader may repeat of the primary outcome, and what the design forbids."""
    outcome, said = findings.primary, kind_of_answer(findings.primary)
    if said == "change":
        said = f"change.{'beyond chance' if is_significant(outcome) else 'measured'}"
    values = {
        "tool": fmt.text(findings.pilot.tool),
        "label": language.own(outcome.label),
        "reason": refusal_reason(outcome, findings, language),
    }
    never = said if language.has(f"never.{said}") else said.split(".")[0]
    return language.say(f"may.{said}", **values), language.say(f"never.{never}", **values)


def refusal_reason(outcome: OutcomeFinding, findings: Findings, language: Language = ENGLISH) -> str:
    """Why there is no p-value, in plain words."""
    refusal = outcome.verdict
    if not isinstance(refusal, Refusal):
        return ""
    unit = outcome.unit_of_inference
    known = f"refusal.{refusal.reason}"
    return language.say(
        known if language.has(known) else "refusal.few clusters",
        clusters=language.count(min(refusal.clusters_treated, refusal.clusters_comparison), unit),
        singular=language.say(f"singular.{unit}"),
        plural=language.say(f"plural.{unit}"),
        blocks=language.say("plural.class" if unit == "student" else "plural.school"),
    )
