"""What is said under the table of every method: one cluster left out, missing scores, and a reviewer's own reckoning."""

from __future__ import annotations

from pilotproof.disclosure import few_or, may_show
from pilotproof.findings import Findings, OutcomeFinding, WithoutOneCluster
from pilotproof.report import format as fmt
from pilotproof.report.verdicts import ALPHA
from pilotproof.report.words import CLUSTERS, UNITS
from pilotproof.stats.imputation import ImputedContrast


def without_one(outcome: OutcomeFinding, findings: Findings) -> str:
    """Whether one cluster carries the result; nothing where none was left out.

    A difference without one cluster, with that of all, gives that cluster's mean: where one is small, only what turns is told.
    """
    found = outcome.without_one
    if found is None or found.lowest is None:
        return ""
    singular = UNITS[outcome.unit_of_inference][0]
    if not all(may_show(point.students, findings) for point in outcome.points):
        return f"Without any one {singular}: {_what_turns(found, *UNITS[outcome.unit_of_inference])}."
    return (
        f"Without any one {singular} the difference of {singular} means lies between {fmt.signed(found.lowest)} and "
        f"{fmt.signed(found.highest)} (p of their t test from {fmt.p_cell(found.smallest_p)} to {fmt.p_cell(found.largest_p)}): "
        f"{_what_turns(found, *UNITS[outcome.unit_of_inference])}."
    )


def _what_turns(found: WithoutOneCluster, singular: str, plural: str) -> str:
    """What one cluster decides. The sign of a difference that chance can explain is nothing that could be lost."""
    crossed, turned = _without(found.crossed, singular, plural), _without(found.turned, singular, plural)
    if found.p_value < ALPHA:
        lost = [f"p is no longer below {ALPHA:g} {crossed}"] if found.crossed else []
        lost += [f"the sign turns {turned}"] if found.turned else []
        return fmt.listed(lost) if lost else f"p stays below {ALPHA:g} and the sign the same whichever {singular} is left out"
    if found.crossed:
        return (
            f"p would be below {ALPHA:g} {crossed}, which is no finding, because only the scores themselves would say which "
            f"{singular} to leave out"
        )
    said = f"whichever {singular} is left out, chance can explain the difference"
    return f"{said}, and its sign, which then means nothing, turns {turned}" if found.turned else said


def _without(number: int, singular: str, plural: str) -> str:
    return f"without one particular {singular}" if number == 1 else f"without any one of {number} particular {plural}"


def missing(outcome: OutcomeFinding, findings: Findings) -> str:
    """The contrast with missing scores imputed; nothing where none are missing."""
    found = outcome.missing
    if not isinstance(found, ImputedContrast):
        return ""
    pooled = found.imputed
    return (
        f"With the missing posttests ({few_or(found.missing_outcome, findings)}) and "
        f"pretests ({few_or(found.missing_pretest, findings)}) imputed {pooled.imputations} times from the other scores, the "
        f"difference is {fmt.signed(pooled.estimate)} ({fmt.interval(pooled.interval.low, pooled.interval.high)}; "
        f"{fmt.p_value(pooled.p_value)})."
    )


def recomputed(outcome: OutcomeFinding, findings: Findings) -> str:
    """As a reviewer would likely reckon it, with an assumed share of variance between classes, and from which variance."""
    if not outcome.recomputed:
        return ""
    icc, (singular, plural) = outcome.recomputed[0].terms.icc, CLUSTERS[findings.pilot.cluster]
    rests_on = {
        True: f"from the standard error of the {singular} means, because that analysis accounts for {plural}",
        False: f"from the students as if they were independent, corrected for {plural} afterwards",
    }
    told = [
        f"by the rules of {effect.edition.replace('WWC', 'version')} g = {fmt.signed(effect.estimate)} "
        f"(SE {fmt.number(effect.standard_error)}; {fmt.p_value(effect.p_value)} on {fmt.number(effect.df, 0)} df), "
        f"{rests_on[effect.accounts_for_clusters]}"
        for effect in outcome.recomputed
    ]
    return (
        "A What Works Clearinghouse (WWC) reviewer, who takes it as known that "
        f"{fmt.percent(icc)} of the variance lies between {plural}, would likely reckon {'; and '.join(told)}. These degrees of "
        f"freedom trust that assumption; the verdict here rests on the {plural} alone. This is not a WWC review."
    )
