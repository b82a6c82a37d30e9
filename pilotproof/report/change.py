"""Words on a change without a comparison group: by how much, whether chance explains it, and never why."""

from __future__ import annotations

from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.verdicts import ALPHA, is_significant
from pilotproof.report.words import CLUSTERS
from pilotproof.stats.multiplicity import OutcomeDecision
from pilotproof.stats.paired import PairedChange

NOT_THE_TOOL = "Students also learn without a new tool, so this change must not be put down to it."
TABLE_CAPTION = "Change, after minus before, in the outcome’s unit. The exact sign-flip test carries the verdict"
METHODS_CAPTION = "the same change by every test of it. Only the first decides; where the others say otherwise, it is suggestive"


def sentence(outcome: OutcomeFinding, findings: Findings) -> str:
    """The change in full, the least attainable p before any other."""
    label, change, verdict = fmt.text(outcome.label), outcome.change, outcome.verdict
    if change is None or not isinstance(verdict, MethodResult):
        return f"The {label} was measured, but without a comparison group and pretests nothing can be said of change."
    clusters = fmt.count(change.n, *CLUSTERS[findings.pilot.cluster])
    least = fmt.exact_p(change.least_attainable_p)
    never = ": **this design cannot reach significance (p below 0.05), whatever the scores.**"
    floor = f"With {clusters} the smallest p that the exact test of a change can give is {least}"
    floor += never if change.least_attainable_p >= ALPHA else "."
    result = f"p {fmt.exact_p_relation(change.sign_flip_p)}, sign-flip test"
    result = result if verdict.interval is None else f"{_interval(verdict)}; {result}"
    return (
        f"{floor} Mean scores on the {label} changed by {fmt.signed(change.mean_change, 1)} {outcome.unit} over "
        f"{clusters} ({result}): {_meaning(outcome, change)}. {NOT_THE_TOOL}"
    )


def _interval(verdict: MethodResult) -> str:
    """The exact test's own interval; it has the confidence that so few can give, at least the one asked for."""
    low, high, confidence = verdict.interval.low, verdict.interval.high, verdict.interval.confidence
    return f"{fmt.percent(confidence, 1)} interval {fmt.interval(low, high, 1)}"


def _meaning(outcome: OutcomeFinding, change: PairedChange) -> str:
    if is_significant(outcome):
        return f"more than chance alone would explain{among(outcome.among, 'outcome')}"
    if change.agreement.verdict == "disagree":
        return f"**suggestive and no more, because the tests disagree** ({disagreement(change)})"
    if change.sign_flip_p < ALPHA:
        return f"which chance can explain once allowed for how many outcomes were looked at{among(outcome.among, 'outcome')}"
    return "which chance can explain"


def among(decision: OutcomeDecision | None, what: str) -> str:
    """` (p = 0.031 adjusted for 2 outcomes)`; nothing where there was one."""
    if decision is None or decision.family_size == 1:
        return ""
    return f" ({fmt.p_value(decision.adjusted_p)} adjusted for {fmt.count(decision.family_size, what)})"


def disagreement(change: PairedChange) -> str:
    """Which of the tests of one change tells it from chance and which does not."""
    found = change.agreement
    tests = (
        (f"paired t {fmt.p_value(change.p_value)}", found.is_rejected_by_t),
        (f"sign-flip p {fmt.exact_p_relation(change.sign_flip_p)}", found.is_rejected_by_sign_flip),
        (f"signed-rank p {fmt.exact_p_relation(change.signed_rank.p_value)}", found.is_rejected_by_signed_rank),
    )
    told = [said for said, is_rejected in tests if is_rejected]
    not_told = [said for said, is_rejected in tests if is_rejected is False]
    return f"{fmt.listed(told)} below 0.05, {fmt.listed(not_told)} not"


def standardised_note(outcome: OutcomeFinding, findings: Findings) -> str:
    """The change in SDs of clusters, and what that is not."""
    change = outcome.change
    if change is None or change.d_z is None or change.d_av is None:
        return ""
    plural = CLUSTERS[findings.pilot.cluster][1]
    return (
        f"In standard deviations (SD) of the {plural}’ changes the change is d~z~ = {_d(change.d_z)}, of their means before and "
        f"after d~av~ = {_d(change.d_av)}. Means of {plural} spread less than students, so these are larger than an effect size "
        "over students and must not be set beside one."
    )


def _d(effect: object) -> str:
    return f"{fmt.signed(effect.estimate)} ({fmt.interval(effect.interval.low, effect.interval.high)})"
