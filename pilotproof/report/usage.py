"""Was the tool used? By whom, how much, at what cost, and how use goes along with scores."""

from __future__ import annotations

from pilotproof.disclosure import coded_part, coded_share, few_or, may_show, may_show_part
from pilotproof.findings import DoseFinding, Findings, NoDose, PartOf, PerStudent, UsageFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.stats.correlation import Correlation
from pilotproof.stats.dose import DoseRefusal, DoseResponse

UNITS = {"hours": ("hour", "of use"), "logins": ("login", ""), "records": ("record", "of use")}
REFUSED = {
    "no pretest": "there was no pretest to reckon a gain from",
    "too few students": "too few students have all scores",
    "nobody used it": "nobody used the tool",
    "everybody used it": "every student used it",
    "too few users": "too few students used it",
    "too few non-users": "too few students did not use it",
    "scores do not vary": "the scores do not differ between students of a class",
    "too few classes": "there are too few classes",
    "use is the same in all classes": "all classes used it alike",
    "gain is the same in all classes": "all classes gained alike",
    "one cluster": "there is one class only",
    "use does not vary within clusters": "students of a class all used it alike",
    "no degrees of freedom": "there are too few students beside their classes",
    "all scores are equal": "all scores are equal",
    "use and classes explain every score": "use and class already tell every score, so that nothing is left to judge chance by",
}


def usage_results(findings: Findings) -> Block:
    """Adoption, amounts, licences, and the association of use with scores."""
    usage = findings.usage
    if usage is None:
        return Block("No record of use was kept, so nothing can be said of how much the tool was used.")
    parts = [
        _who_counts(usage, findings),
        _adoption(usage, findings),
        _amounts(usage),
        _licences(usage, findings),
        *_dose(usage.dose, findings),
    ]
    return Block("\n\n".join(part for part in parts if part))


def _adoption(usage: UsageFinding, findings: Findings) -> str:
    named = [
        ("Students who were to use it", usage.students, True),
        ("Their teachers", usage.teachers, False),
        ("Their teachers, in the last week of the window", usage.teachers_last_week, False),
        ("Students of the comparison group", usage.comparison, True),
    ]
    rows = [[name, *_cells(part, are_students, findings)] for name, part, are_students in named if part is not None]
    return table(
        ["Who", "Of", "Used it", "Share", fmt.confidence(findings.pilot.confidence)],
        rows,
        align="lrrrr",
        widths=[44, 10, 16, 12, 18],
        name="adoption",
        caption="Who used the tool at least once in the window. Intervals are exact, and too narrow for students, because "
        "those of a class are alike",
    )


def _cells(part: PartOf, are_students: bool, findings: Findings) -> list[str]:
    if are_students and not may_show(part.of, findings):
        return [f"< {findings.pilot.smallest_group}", *[fmt.NOTHING] * 3]
    if are_students and not may_show_part(part, findings):
        used, coded = coded_part(part, findings.pilot.smallest_group)
        return [f"{part.of:,}", used, fmt.NOTHING if coded is None else fmt.coded(coded.share, coded.bound), fmt.NOTHING]
    if are_students and (coded := coded_share(part.share, part.of)).bound:
        return [f"{part.of:,}", f"{part.some:,}", fmt.coded(coded.share, coded.bound), fmt.NOTHING]
    return [
        f"{part.of:,}",
        f"{part.some:,}",
        fmt.percent(part.share),
        fmt.percents(part.interval.low, part.interval.high),
    ]


def _who_counts(usage: UsageFinding, findings: Findings) -> str:
    """Who counts as a user, and use where none was meant to be."""
    parts = [
        f"Use was counted over the {fmt.count(usage.weeks, 'week')} of the window; a student without a record did not use it."
    ]
    if usage.teachers_by == "records of their students":
        parts.append("The record has no teachers in it, so a teacher counts as using the tool when students of theirs did.")
    if usage.comparison is not None:
        parts.append(_elsewhere(usage, usage.comparison, findings))
    return " ".join(parts)


def _elsewhere(usage: UsageFinding, comparison: PartOf, findings: Findings) -> str:
    """Use where none was meant to be."""
    teachers = [fmt.count(usage.comparison_teachers, "teacher")] if usage.comparison_teachers else []
    if not may_show(comparison.some, findings):
        also = f", and {teachers[0]} did" if teachers else ""
        said = f"In the comparison group {few_or(comparison.some, findings)} students, perhaps none, used it{also}."
        return f"{said} Use there makes the groups more alike than they were meant to be."
    students = fmt.count(comparison.some, "student")
    if not may_show_part(comparison, findings):
        students = f"all but fewer than {findings.pilot.smallest_group} students"
    who = [students, *teachers]
    return f"In the comparison group {fmt.listed(who)} used it too, which makes the groups more alike than they were meant to be."


def _amounts(usage: UsageFinding) -> str:
    named = [
        (usage.minutes, 0, "{} minutes of use a week"),
        (usage.logins, 1, "{} logins a week"),
        (usage.submissions, 1, "{} submissions of work in the window"),
    ]
    said = [words.format(_spread(amount, digits)) for amount, digits, words in named if amount is not None]
    if not said:
        return "The record has neither minutes nor logins nor submissions of work."
    missing = [
        name
        for name, amount in (("minutes", usage.minutes), ("logins", usage.logins), ("submissions", usage.submissions))
        if amount is None
    ]
    classes = next(amount.classes for amount, _, _ in named if amount is not None)
    over = "" if classes == 1 else f"median of {classes:,} classes, and the lowest and highest; "
    parts = [f"For each student who was to use it there were {fmt.listed(said)} ({over}students without use count as 0)."]
    if missing:
        parts.append(f"The record has no {fmt.listed(missing)}.")
    if usage.estimated_share > 0 and usage.minutes is not None:
        parts.append(
            f"The minutes of {fmt.percent(usage.estimated_share)} of the records are estimated from the time between two events, "
            "which leaves out what came after the last one: they are at least how long it was."
        )
    return " ".join(parts)


def _spread(amount: PerStudent, digits: int) -> str:
    spread = "" if amount.classes == 1 else f" ({fmt.interval(amount.lowest, amount.highest, digits)})"
    return f"{fmt.number(amount.median, digits)}{spread}"


def _licences(usage: UsageFinding, findings: Findings) -> str:
    """What was bought against what was used; only roughly where the exact number would tell how few did, or did not."""
    found = usage.licences
    if found is None:
        return ""
    paid = "" if found.cost is None else f" for {fmt.money(found.cost, found.currency)}"
    text = f"{fmt.count(found.bought, 'license was', 'licenses were')} bought{paid}"
    few_others = usage.others > 0 and not may_show(usage.others, findings)
    if few_others or not may_show_part(usage.students, findings):
        return f"{text}; {fmt.rough_count(found.used)} people who were to use the tool did."
    text = f"{text}; {fmt.count(found.used, 'person', 'people')} who were to use the tool did."
    if found.used > found.bought:
        return f"{text} That is more people than licenses: either licenses were shared, or more were bought than was noted."
    if not found.dormant:
        return f"{text} No license lay dormant."
    cost = "" if found.cost_dormant is None else f", which cost {fmt.money(found.cost_dormant, found.currency)}"
    each = (
        "" if found.cost_each_used is None else f" Each of these people cost {fmt.money(found.cost_each_used, found.currency)}."
    )
    return f"{text}{each} {fmt.count(found.dormant, 'license')} lay dormant{cost}."


def _dose(dose: DoseFinding, findings: Findings) -> list[str]:
    """The association of use with scores, or why there is none."""
    heading = "**Use and scores.**"
    response = dose.response
    if not isinstance(response, DoseResponse):
        return [f"{heading} Use is not held against scores: {REFUSED[response.reason]}."]
    unit, of_use = UNITS[dose.measure]
    most = (
        f"Among students of the same class and pretest, one more {' '.join(filter(None, (unit, of_use)))} went along with "
        f"{fmt.signed(response.estimate)} {fmt.text(dose.unit)} on the {fmt.text(dose.label)} "
        f"({_inference(response, findings)}; {fmt.count(response.clusters, 'class', 'classes')})."
    )
    partial, limits = response.partial_correlation, response.partial_correlation_interval
    strength = (
        f"As a correlation given class and pretest this is {fmt.number(partial)} ({fmt.interval(limits.low, limits.high)}). An "
        f"unmeasured cause, such as motivation, that explained {fmt.percent(response.robustness.to_zero)} of what is left of "
        "both use and score would bring it to zero."
    )
    correlational = (
        "This is **correlational**, whatever its p: students chose how much to use the tool, or others chose for them."
    )
    return [" ".join([heading, most, strength, correlational, _by_class(dose), _users(dose, findings)])]


def _inference(response: DoseResponse, findings: Findings) -> str:
    return (
        f"{fmt.confidence(findings.pilot.confidence)} {fmt.interval(response.interval.low, response.interval.high)}; "
        f"{fmt.p_value(response.p_value)}"
    )


def _by_class(dose: DoseFinding) -> str:
    found = dose.by_class
    if not isinstance(found, Correlation):
        return f"Classes are not compared: {REFUSED[found.reason]}."
    p = f"{'exact ' if found.is_exact else ''}{fmt.p_value(found.p_value)}"
    return f"Over the {found.n} classes the rank correlation of mean use and mean gain is {fmt.number(found.estimate)} ({p})."


def _users(dose: DoseFinding, findings: Findings) -> str:
    found: DoseResponse | DoseRefusal | NoDose = dose.users
    if not isinstance(found, DoseResponse):
        return f"Users are not held against non-users: {REFUSED[found.reason]}."
    return (
        f"Users scored {fmt.signed(found.estimate)} {fmt.text(dose.unit)} against non-users of their class with the same pretest "
        f"({_inference(found, findings)}), which is correlational too."
    )
