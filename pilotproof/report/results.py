"""Sentences and numbers about results. The verb follows the design; there is no other place that chooses it."""

from __future__ import annotations

from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import change, designs
from pilotproof.report import format as fmt
from pilotproof.report.disclosure import may_show_arm
from pilotproof.report.verdicts import higher, is_equivalent, is_significant, verb
from pilotproof.report.words import STUDENTS_OF, TIERS, UNITS
from pilotproof.stats.cluster_data import Refusal


def bottom_line(findings: Findings) -> str:
    """One sentence for the board: what happened to scores, and which tier stands."""
    return fmt.sentence(f"{_answer(findings)}; {tier_clause(findings)}")


def tier_clause(findings: Findings) -> str:
    """`the evidence supports ESSA Tier 4 (demonstrates a rationale)`."""
    tier = findings.tier.tier
    if tier is None:
        return "the evidence does not support any ESSA tier"
    name, meaning = TIERS[tier]
    return f"the evidence supports ESSA {name} ({meaning})"


def _answer(findings: Findings) -> str:
    outcome, tool = findings.primary, fmt.text(findings.pilot.tool)
    subject = fmt.text(outcome.label)
    if outcome.claim == "change":
        return f"We cannot say what {tool} did to scores, because no group without it was measured"
    if isinstance(outcome.verdict, Refusal):
        return f"We cannot tell what {tool} did to scores, because {refusal_reason(outcome, findings)}"
    if is_equivalent(outcome):
        return (
            f"No difference worth having: with {tool} and without it, scores on the {subject} were the same to within "
            f"{fmt.number(outcome.smallest_effect_sd)} standard deviations"
        )
    if not is_significant(outcome):
        return f"We cannot tell from this pilot whether {tool} changed scores on the {subject}"
    if (own := designs.answer(outcome, tool)) is not None:
        return own
    if outcome.claim == "effect":
        return f"{fmt.capital(tool)} {verb(outcome)} scores on the {subject} by more than chance would explain"
    return (
        f"Students who used {tool} scored {higher(outcome)} on the {subject} "
        "by more than chance would explain, though the groups were not drawn at random"
    )


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
    return (
        f"On the {label}, {allowance}{_within(outcome, findings)}students {with_tool} scored "
        f"{fmt.number(abs(contrast.estimate), 1)} {outcome.unit} {direction} than students {without} "
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
        "That is not proof that there is no difference: the interval runs from "
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


def may_be_said(findings: Findings) -> str:
    """What a reader may repeat, and what the design forbids."""
    tool, outcome = fmt.text(findings.pilot.tool), findings.primary
    label = fmt.text(outcome.label)
    if outcome.claim == "change":
        moved = "changed by more than chance would explain" if is_significant(outcome) else "were measured before and after"
        may = f"“Scores on the {label} {moved} while {tool} was tried.”"
        never = f"“{tool} changed scores”, in either direction: students also learn without it."
    elif isinstance(outcome.verdict, Refusal):
        may = f"“{tool} was tried, and scores were measured in both groups.”"
        never = f"anything about what {tool} did to scores: {refusal_reason(outcome, findings)}."
    elif is_equivalent(outcome):
        may = f"“With {tool} and without it, scores on the {label} were nearly the same.”"
        never = f"that {tool} will make no difference with other students, schools, years or outcomes."
    elif not is_significant(outcome):
        may = f"“This pilot was too small, or the difference too small, to tell what {tool} does to scores.”"
        never = f"“{tool} works” or “{tool} does not work”: no proof of a difference is not proof of no difference."
    elif (own := designs.may_and_never(outcome, tool)) is not None:
        may, never = own
    elif outcome.claim == "effect":
        may = f"“In this study, {tool} {verb(outcome)} scores on the {label}.”"
        never = "that the same will happen with other students, schools or years."
    else:
        may = f"“Students who used {tool} scored {higher(outcome)}, beyond what chance would explain.”"
        never = f"“{tool} {verb(outcome)} scores”: the groups were not drawn at random and may differ in other ways."
    return f"- **May be said:** {may}\n- **Must not be said:** [{never}]{{.quoted}}"


def refusal_reason(outcome: OutcomeFinding, findings: Findings) -> str:
    """Why there is no p-value, in plain words."""
    refusal = outcome.verdict
    if not isinstance(refusal, Refusal):
        return ""
    singular, plural = UNITS[outcome.unit_of_inference]
    if refusal.reason == "no block with both arms":
        return "no school has both treated and comparison " + plural + ", so that nothing can be compared within schools"
    if refusal.reason == "one teacher in an arm":
        return "one arm has only one teacher, so that whatever is special about that teacher cannot be told from the tool"
    if refusal.reason == "no degrees of freedom":
        return f"there are too few {plural} for the number of {_blocks(outcome)}"
    if refusal.reason in designs.NO_TEST:
        return designs.NO_TEST[refusal.reason]
    fewest = min(refusal.clusters_treated, refusal.clusters_comparison)
    return (
        f"one arm has only {fmt.count(fewest, singular, plural)}, so that whatever is special about "
        f"that {singular} cannot be told from the tool"
    )


def _blocks(outcome: OutcomeFinding) -> str:
    return "classes" if outcome.unit_of_inference == "student" else "schools"
