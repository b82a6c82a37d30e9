"""Words and tables of the designs in which every class had the tool: staggered starts, users against non-users."""

from __future__ import annotations

from pilotproof.findings import Findings, MethodResult, OutcomeFinding, StaggeredFinding, UseFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import table
from pilotproof.report.outcome_details import left_and_e_value
from pilotproof.report.strings import ENGLISH, Language
from pilotproof.report.verdicts import ALPHA, higher, is_significant
from pilotproof.report.words import STUDENTS_OF, UNITS
from pilotproof.stats.dose import DoseResponse
from pilotproof.stats.verdict_method import FEWEST_DF

MINUTES_PER_HOUR = 60


def advice(outcome: OutcomeFinding, language: Language = ENGLISH) -> str | None:
    """Why users' higher scores are not enough to go by; None for other designs and results."""
    if outcome.use is None or not is_significant(outcome):
        return None
    return language.say("advice.users")


def cannot_tell(outcome: OutcomeFinding, language: Language = ENGLISH) -> str | None:
    """That no order of the starts is rare enough, where that is so."""
    verdict = outcome.verdict
    if outcome.staggered is None or not isinstance(verdict, MethodResult) or verdict.least_attainable_p < ALPHA:
        return None
    classes, least = language.count(len(outcome.staggered.phases), "class"), language.exact_p(verdict.least_attainable_p)
    return language.say("reason.cannot tell.starts", classes=classes, least=least)


def contrast(outcome: OutcomeFinding, findings: Findings) -> str | None:
    """The result in full, the least attainable p before any other; None for other designs."""
    if outcome.staggered is not None and isinstance(outcome.verdict, MethodResult):
        return _staggered(outcome, outcome.staggered, outcome.verdict, findings)
    if outcome.use is not None and isinstance(outcome.verdict, MethodResult):
        return _use(outcome, outcome.use, outcome.verdict, findings)
    return None


def tables(outcome: OutcomeFinding, findings: Findings) -> list[str]:
    """The phases of each class, or students by how much they used the tool."""
    name = outcome.name.replace("_", "-")
    if outcome.staggered is not None:
        rows = [[one.label, fmt.day(one.start), f"{one.before}", f"{one.after}"] for one in outcome.staggered.phases]
        caption = f"Days on which each class was measured, on the {fmt.text(outcome.label)}. Classes in the order of their starts"
        header = ["Class", "First day with the tool", "Days before", "Days from then on"]
        return [table(header, rows, align="llrr", name=f"phases-{name}", caption=caption)]
    if outcome.use is None or len(outcome.use.cells) < 2:
        return []
    rows = [
        [fmt.number(cell.mean_use, 0), f"{cell.n:,}", f"{cell.clusters:,}", fmt.number(cell.mean_outcome, 1)]
        for cell in outcome.use.cells
    ]
    caption = (
        f"Students by minutes of use, on the {fmt.text(outcome.label)}. Means as they are, without allowing for pretest or class"
    )
    plural = UNITS[outcome.unit_of_inference][1]
    header = ["Minutes of use (mean)", "Students", fmt.capital(plural), "Mean score after"]
    return [table(header, rows, align="rrrr", name=f"use-{name}", caption=caption)]


def method_text(findings: Findings) -> str | None:
    """How the verdict was reached, in words a reviewer can check; None for other designs."""
    outcome = findings.primary
    if outcome.staggered is not None:
        return (
            "**Students.** Every class had the tool, each from its own day on. The statistic is the coefficient of “has "
            "started” in a regression of the means of each class and day, with an effect for each class and for each day, so "
            "that what all classes share of a day drops out. It is compared with its value under every other order in which the "
            "starts could have been given to the classes (order randomization, two-sided). Probes of a class on one day are "
            "averaged and count once. The conditions on starts and phases are those of single-case designs."
        )
    if outcome.use is not None:
        pretest, (unit, units) = "pretest and " if outcome.has_pretest else "", UNITS[outcome.unit_of_inference]
        return (
            f"**Students.** Every {unit} had the tool. A user is a student with at least "
            f"{fmt.number(outcome.use.fewest_minutes, 0)} minutes of use in the window; all others of the same {units} are "
            f"non-users. Posttest scores are regressed on being a user, {pretest}an effect for each {unit}, with CR2 standard "
            f"errors clustered by {unit} and Satterthwaite degrees of freedom [@pustejovsky2018]. The effect size is the "
            "difference over the pooled standard deviation of students’ posttest scores (Hedges’ g)."
        )
    return None


def _staggered(outcome: OutcomeFinding, found: StaggeredFinding, verdict: MethodResult, findings: Findings) -> str:
    lot = "drawn by lot" if found.is_drawn else "chosen, not drawn"
    least = verdict.least_attainable_p
    floor = (
        f"{fmt.count(len(found.phases), 'class', 'classes')} started on {fmt.count(found.starts, 'different day')}, in an order "
        f"that was {lot}: the smallest p that this can give is {fmt.exact_p(least)}"
    )
    floor += ": **this design cannot reach significance (p below 0.05), whatever the scores.**" if least >= ALPHA else "."
    interval = "no interval can be given" if verdict.interval is None else _interval(verdict, findings)
    result = (
        f"On the {fmt.text(outcome.label)}, class means were {fmt.number(abs(verdict.estimate), 1)} {outcome.unit} "
        f"{higher(outcome)} from a class’s own start on, held against its days before and against classes that had not started "
        f"yet ({interval}; {fmt.p_value(verdict.p_value)}; {verdict.n_comparison} days of classes before their start and "
        f"{verdict.n_treated} from it on)."
    )
    return f"{floor} {result} {_staggered_meaning(outcome, found)}"


def _staggered_meaning(outcome: OutcomeFinding, found: StaggeredFinding) -> str:
    if not is_significant(outcome):
        return "That it can be chance is not proof that there is no difference."
    if found.is_drawn:
        return "This is an effect within these classes; it says nothing of other classes."
    return "The order was not drawn, so this is an association: the p-value takes the order as if it had been."


def _use(outcome: OutcomeFinding, found: UseFinding, verdict: MethodResult, findings: Findings) -> str:
    allowance = "allowing for the pretest and " if outcome.has_pretest else ""
    tool, unit = fmt.text(findings.pilot.tool), outcome.unit_of_inference
    parts = [
        f"On the {fmt.text(outcome.label)}, {allowance}comparing students of the same {unit}, students who used {tool} for at "
        f"least {fmt.number(found.fewest_minutes, 0)} minutes scored {fmt.number(abs(verdict.estimate), 1)} {outcome.unit} "
        f"{higher(outcome)} than the others ({_interval(verdict, findings)}; {fmt.p_value(verdict.p_value)}; "
        f"{fmt.count(verdict.n_treated, 'user')} and {fmt.count(verdict.n_comparison, 'non-user')} {STUDENTS_OF[unit]} "
        f"{fmt.count(found.classes, *UNITS[unit])}). This test could have given any p, however small.",
        "Students chose how much to use it, so this is correlational: whatever led to use may have led to scores.",
    ]
    if verdict.df is not None and verdict.df < FEWEST_DF:
        parts.append("With fewer than 4 degrees of freedom (df) the test is uncertain itself.")
    return " ".join([*parts, *_robustness(found.users), *left_and_e_value(outcome), *_amount(found.amount, outcome)])


def _robustness(found: object) -> list[str]:
    if not isinstance(found, DoseResponse):
        return []
    value = found.robustness
    return [
        f"Robustness value: something unmeasured would have to explain {fmt.percent(value.to_zero, 1)} of what is left of both "
        f"use and scores to take the difference to zero, and {fmt.percent(value.to_insignificance, 1)} to take it to where "
        "chance could explain it."
    ]


def _amount(found: object, outcome: OutcomeFinding) -> list[str]:
    if not isinstance(found, DoseResponse):
        return []
    low, high = (MINUTES_PER_HOUR * end for end in (found.interval.low, found.interval.high))
    return [
        f"Beside it, each further hour of use went with {fmt.signed(MINUTES_PER_HOUR * found.estimate, 1)} {outcome.unit} "
        f"({fmt.interval(low, high, 1)}; {fmt.p_value(found.p_value)})."
    ]


def _interval(verdict: MethodResult, findings: Findings) -> str:
    interval = verdict.interval
    return f"{fmt.confidence(findings.pilot.confidence)} {fmt.interval(interval.low, interval.high, 1)}"
