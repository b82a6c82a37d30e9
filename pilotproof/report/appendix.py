"""Methods, the plan, and who was left out and why."""

from __future__ import annotations

import re
from itertools import groupby

from pilotproof.disclosure import TABLES_OF_STUDENTS, ShownStep, shown_flow
from pilotproof.disclosure.display import counts_of_file
from pilotproof.findings import Findings, FlowStep
from pilotproof.report import designs
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.report.results import refusal_reason
from pilotproof.report.words import ARMS, CLUSTERS, STUDENTS_OF, USE, assignment
from pilotproof.stats.cluster_data import Refusal

DIGITS_OF_HASH = 12
STUDENTS = re.compile(r"student|pupil|learner|child|enrol", re.IGNORECASE)  # in what one row of a file is
FATES = {"kept": "kept", "merged": "merged: {}", "removed": "removed: {}"}


def methods(findings: Findings) -> Block:
    """How the numbers were computed, in words a reviewer can check."""
    parts = [_student_methods(findings)]
    if findings.surveys:
        parts.append(
            "**Teachers.** Reverse-keyed items were turned round and answered items averaged within each area. Changes were "
            "tested with the exact sign-flip test over teachers, means after the pilot with the same test against the middle "
            "of the scale; their p-values are adjusted over the areas of a survey (Benjamini-Hochberg). A change that the paired "
            "t or the signed-rank test sees otherwise is called suggestive. Means have t intervals over teachers, shares exact "
            "(Clopper-Pearson) ones. A survey whose answers before the pilot could only tell expectations gives no change. "
            "Answers of fewer than three teachers, and to a single item of fewer than five, are not shown."
        )
    if findings.reliability is not None and findings.reliability.rate is not None:
        parts.append(
            "**Errors.** The rate is errors over hours of use with an exact (Garwood) interval."
            + " Whether errors gather in one period was tested with a scan for the period with most errors, allowing for its "
            "hours of use; the p-value comes from simulating the same number of errors spread by chance."
            * (findings.reliability.concentration is not None)
        )
    parts.append(
        "**Rounding.** Numbers are computed at full precision and rounded only on this page. A p-value is two-sided; it is "
        "called significant below 0.05."
    )
    parts.append(
        "Models, coefficients and every gate stand in [Appendix A](#appendix-a); files and versions in [Appendix B](#appendix-b)."
    )
    if findings.pilot.notes:
        parts.append(f"**Note.** {fmt.text(findings.pilot.notes)}")
    return Block("\n\n".join(parts))


def _student_methods(findings: Findings) -> str:
    pilot, outcome = findings.pilot, findings.primary
    singular, plural = CLUSTERS[pilot.cluster]
    if (own := designs.method_text(findings)) is not None:
        return own
    if outcome.comparison is None:
        return (
            f"**Students.** There was no comparison group. Mean scores of {plural} before and after are compared over "
            f"{plural}; the change is described, never explained. The verdict on it is the exact sign-flip test: the share of "
            f"all ways of turning each {singular}’s change round that give a mean change at least as large. Paired t test, "
            "signed-rank test (exact, changes of zero ranked as Pratt proposed, with the Hodges-Lehmann pseudo-median) and "
            "bootstrap support it; where tests disagree, the change is called suggestive. Each interval of an exact test has the "
            f"confidence that so few {plural} can give, at least the one asked for."
        )
    if isinstance(outcome.verdict, Refusal):
        return (
            f"**Students.** By design, {assignment(pilot.assignment, pilot.cluster)}. No test was run: "
            f"{refusal_reason(outcome, findings)}. Mean scores are described and nothing more."
        )
    if outcome.unit_of_inference == "student":
        how, second, formula = _students_drawn(findings)
    else:
        how, second, formula = _clusters_compared(findings)
    return (
        f"**Students.** By design, {assignment(pilot.assignment, pilot.cluster)}. {how} The second method is a regression on "
        f"students with CR2 standard errors {second} and Satterthwaite degrees of freedom [@pustejovsky2018]. Both must agree "
        "before a difference is called significant; that there is no difference worth having is tested by the first method, "
        "one-sided against each limit. The effect size is the difference over the pooled standard deviation of "
        "students’ posttest scores, with the small-sample correction (Hedges’ g). The smallest difference that the pilot could "
        f"find follows the usual formula for {formula} [@dong2013]."
    )


def _clusters_compared(findings: Findings) -> tuple[str, str, str]:
    """How the verdict is reached, what the second method is clustered by, and the formula of the smallest difference."""
    pilot, outcome = findings.pilot, findings.primary
    singular, plural = CLUSTERS[pilot.cluster]
    within = f"students {STUDENTS_OF[pilot.cluster]} the same {singular}"
    pretest = f"posttest scores are first adjusted for the pretest with one slope among {within}, then " * outcome.has_pretest
    blocks = ", comparing within schools (one effect per school)" if pilot.block == "school" else ""
    explained = ", with what the pretest explains of cluster means adjusted for their small number" * outcome.has_pretest
    formula = f"two-level designs{explained}"
    if outcome.method.verdict == "randomisation":
        return _by_lot(pretest, f"{plural} within each school" if blocks else plural), f"clustered by {singular}", formula
    how = (
        f"The verdict compares {singular} means: {pretest}the means of treated and comparison {plural} are compared with a t "
        f"test{blocks}, with as many degrees of freedom as there are {plural} less those used up."
    )
    return how, f"clustered by {singular}", formula


def _students_drawn(findings: Findings) -> tuple[str, str, str]:
    """As `_clusters_compared`, of students who were drawn one by one within their classes."""
    outcome = findings.primary
    pretest = "posttest scores are first adjusted for the pretest, then " if outcome.has_pretest else ""
    formula = "students assigned within blocks, the class being the block"
    if outcome.method.verdict == "randomisation":
        return _by_lot(pretest, "students within each class"), "that allow for unequal spread", formula
    own = "The verdict compares students with others of their own class"
    return f"{own}: {pretest}means are compared with a t test over students.", "that allow for unequal spread", formula


def _by_lot(pretest: str, units: str) -> str:
    return (
        f"The verdict re-assigns the lot: {pretest}the difference of means is held against its value under the other ways in "
        f"which the lot could have assigned the {units}; p is the share of ways with one at least as large."
    )


def as_planned(findings: Findings) -> Block:
    """Whether the analysis is the one that was planned, and each deviation from it."""
    plan = findings.plan
    if plan is None:
        return Block(
            "No analysis plan was written down before the outcomes arrived, so a reader cannot rule out that the outcome, the "
            "groups or the settings were chosen after the results were seen."
        )
    when = "before the outcomes arrived" if plan.is_before_outcomes else "when the outcomes had already arrived"
    written = (
        f"The plan of this analysis was written on {fmt.day(plan.written)}, {when} (SHA-256 `{plan.sha256[:DIGITS_OF_HASH]}`). "
        + ("It is no proof against choices made after the results were seen. " if not plan.is_before_outcomes else "")
        + ("The analysis is as planned." if not plan.deviations else "The analysis differs from it as listed below.")
    )
    changed = [f"- {fmt.day(one.written)}: {fmt.sentence(fmt.text(one.why))}" for one in plan.amendments]
    parts = [written]
    if changed:
        first = f"A first plan of {fmt.day(plan.first_written)} was changed, for the reasons that the district gives:"
        parts.append(f"{first}\n\n" + "\n".join(changed))
    if plan.deviations:
        rows = [[f"`{one.key}`", fmt.text(one.planned), fmt.text(one.done)] for one in plan.deviations]
        header = ["Key of the params file", "Planned", "Done"]
        parts.append(table(header, rows, align="lll", name="deviations", caption="Deviations from the plan"))
    return Block("\n\n".join(parts))


def who_was_left_out(findings: Findings) -> Block:
    """One table per kind of row: what each rule removed, by arm."""
    parts = [
        "Nothing is dropped in silence: every rule that left something out is listed with what it removed and what remained. "
        "Rules that found nothing to leave out are not listed."
    ]
    whole = []
    for name, group in groupby(findings.flow, key=lambda step: step.table):
        steps = list(group)
        if any(step.removed for step in steps):
            parts.append(_flow_table(name, steps, findings))
        elif any(step.remaining for step in steps):
            whole.append(_title(name, findings))
    if whole:
        parts.append(f"No rule left anything out of: {fmt.listed(whole)}.")
    return Block("\n\n".join([*parts, _records(findings), _corrections(findings)]))


def _title(name: str, findings: Findings) -> str:
    """What a table of the flow is about, in words: an outcome by its label, a survey by its title."""
    outcome = next((outcome for outcome in findings.outcomes if outcome.name == name), None)
    if outcome is not None:
        return f"students, {fmt.text(outcome.label)}"
    if name in ("survey responses", "teachers") and len(findings.surveys) > 1:
        return f"{name}, {fmt.text(findings.surveys[0].instrument)}"
    for survey in findings.surveys:
        if name.endswith(f" {survey.name}"):
            return f"{name.removesuffix(survey.name).strip()}, {fmt.text(survey.instrument)}"
    return name


def _records(findings: Findings) -> str:
    """Every record of every raw file: the rows of a file add up to it."""
    prefix = f"data/raw/{findings.pilot.name}/"
    of_students = {f"{prefix}{one.file}" for one in findings.provenance.inputs if STUDENTS.search(one.one_row_is)}
    rows = []
    for file, group in groupby(findings.account, key=lambda count: count.file):
        counts = list(group)
        total = sum(count.records for count in counts)
        name = file.removeprefix(prefix)
        rows.append([fmt.text(name), "in the file", f"{total:,}"])
        shown = counts_of_file(counts, is_of_students=file in of_students, least=findings.pilot.smallest_group)
        rows += [["", fmt.text(FATES[count.fate].format(count.reason)), said] for count, said in zip(counts, shown, strict=True)]
    if not rows:
        return ""
    caption = "Every record of every raw file: kept, merged with another, or removed by a rule"
    return table(
        ["File", "What became of its records", "Records"], rows, align="llr", widths=[38, 48, 14], name="records", caption=caption
    )


def _corrections(findings: Findings) -> str:
    if not findings.corrections:
        return "No raw value was corrected."
    rows = [
        [
            fmt.text(one.file),
            fmt.text(one.column),
            f"{one.rows:,}",
            f"{fmt.text(one.before)} → {fmt.text(one.after)}",
            f"{fmt.sentence(fmt.text(one.because))} Told: {fmt.text(one.told)}",
        ]
        for one in findings.corrections
    ]
    header = ["File", "Column", "Records", "Before → after", "Why, and who was told"]
    caption = "Corrections of raw values; the raw files themselves are as received"
    return table(header, rows, align="llrll", widths=[20, 14, 9, 20, 37], name="corrections", caption=caption)


def _flow_table(name: str, steps: list[FlowStep], findings: Findings) -> str:
    used = [arm for arm in ARMS if any(step.arm == arm and (step.removed or step.remaining) for step in steps)]
    if not used:
        return ""
    of_students = name in TABLES_OF_STUDENTS or name in {outcome.name for outcome in findings.outcomes}
    by_arm = {arm: [step for step in steps if step.arm == arm] for arm in used}
    least = findings.pilot.smallest_group if of_students else 0
    shown = [shown_flow(by_arm[arm], least=least) for arm in used]
    rows = [
        [fmt.text(step.label), *(_step_cell(arm[place]) for arm in shown)]
        for place, step in enumerate(by_arm[used[0]])
        if not place or any(arm[place].removed != 0 for arm in shown)
    ]
    arms = ARMS | USE if findings.primary.use and of_students else ARMS
    header = ["Rule", *[arms[arm].capitalize() for arm in used]]
    few = any(step.removed is None for arm in shown for step in arm)
    small = (
        f". Not told: rules by which fewer than {least} students, or none, were left out, and what would give them away"
        if few
        else ""
    )
    caption = f"{fmt.capital(_title(name, findings))}: removed by each rule (with a minus), then left{small}"
    return table(
        header,
        rows,
        align="l" + "r" * len(used),
        name=f"flow-{name.replace(' ', '-').replace('_', '-')}",
        caption=caption,
    )


def _step_cell(step: ShownStep) -> str:
    removed = f"({fmt.MINUS}{step.removed:,})" if step.removed else "" if step.removed == 0 else "(not told)"
    return " ".join(part for part in (removed, "" if step.remaining is None else f"{step.remaining:,}") if part)
