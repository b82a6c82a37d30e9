"""What a reviewer asks first: the design at a glance, every method in a line, and every gate with its numbers."""

from __future__ import annotations

from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report import gate_text
from pilotproof.report.block import Block, table
from pilotproof.report.words import CLUSTERS, METHODS, STUDENT_METHODS, UNITS, VERDICTS, assignment

BESIDE = {
    "cluster means": "**{cluster} means, t test**: the {clusters} compared by their adjusted means, as in the model above",
    "cluster means by size": "**{cluster} means, weighted by size**: each {cluster} counts as often as it has students",
    "CR2": "**regression, CR2 errors**: students regressed, errors of one {cluster} together",
    "CR3": "**regression, CR3 errors**: the same regression with errors that lean to the cautious side",
    "randomisation": "**re-assignment of the lot**: the share of assignments with a difference as strong as the real one",
    "wild bootstrap": (
        "**wild cluster bootstrap**: the regression again and again with the sign of each {cluster}’s residuals drawn at "
        "random, as if the tool made no difference"
    ),
    "mixed model": (
        "**mixed model**: the regression with a level drawn at random for each {cluster}, by restricted maximum likelihood, "
        "with degrees of freedom of {clusters}"
    ),
    "teacher means": "**teacher means, t test**: as with {cluster} means, the teacher as the unit",
    "sign-flip": "**{cluster} means, exact sign-flip test**: the share of all ways of turning the signs of the changes round",
    "paired t": "**{cluster} means, paired t test**: the mean change over its standard error, changes taken as normal",
    "signed-rank": "**{cluster} means, signed-rank test**: the same by the ranks of the changes, with the Hodges-Lehmann change",
    "bootstrap": "**{cluster} means, bootstrap (BCa)**: an interval from drawing {clusters} again and again, with replacement",
    "sign-flip over teachers": "**teacher means, exact sign-flip test**: the teacher as the unit",
}


def design_at_a_glance(findings: Findings) -> Block:
    """What was assigned how, what was measured, and what was decided beforehand, as a list of facts."""
    pilot, outcome = findings.pilot, findings.primary
    singular, plural = CLUSTERS[pilot.cluster]
    units = "student, within classes" if outcome.unit_of_inference == "student" else singular
    facts = [
        ("How the tool was assigned", fmt.capital(assignment(pilot.assignment, pilot.cluster))),
        ("Unit of the test", fmt.capital(units)),
        *([("Compared within", "Schools: each has a level of its own")] if pilot.block == "school" else []),
        (fmt.capital(f"{plural} analyzed"), _clusters(outcome)),
        ("Schools; districts", f"{outcome.schools:,}; {outcome.districts:,}"),
        ("Window", fmt.days(pilot.window_start, pilot.window_end)),
        ("Outcome of the verdict", _outcome(outcome)),
        *[("Further outcome", _outcome(other)) for other in findings.outcomes if not other.is_primary],
        ("Method of the verdict", _method(outcome, findings)),
        ("Why this method", fmt.capital(outcome.method.reason)),
        ("Strongest words that the design carries", f"“{outcome.method.claim}”"),
        ("Smallest difference worth having", f"{fmt.number(outcome.smallest_effect_sd)} SD, set beforehand"),
        (f"Variance between {plural}, assumed for power", fmt.percent(pilot.class_icc)),
        ("Intervals; level of tests", f"{fmt.percent(pilot.confidence)}; two-sided, p below {outcome_alpha(findings)}"),
        ("Smallest group that is shown", fmt.count(pilot.smallest_group, "student")),
    ]
    rows = [[name, value] for name, value in facts]
    return Block(
        table(["What", "This pilot"], rows, align="ll", widths=[36, 64], name="design", caption="The design at a glance")
    )


def outcome_alpha(findings: Findings) -> str:
    """The level that p is held against."""
    return f"{findings.tier.profile.alpha:g}"


def methods_in_words(findings: Findings) -> Block:
    """A line for each method that the tables of methods hold, in their order."""
    singular, plural = UNITS[findings.primary.unit_of_inference]
    used = dict.fromkeys(result.method for outcome in findings.outcomes for result in outcome.methods if len(outcome.methods) > 1)
    lines = [f"- {BESIDE[name].format(cluster=singular, clusters=plural)}." for name in used if name in BESIDE]
    return Block("The methods in a line each:\n\n" + "\n".join(lines) if lines else "")


def every_gate(findings: Findings) -> Block:
    """Every gate of every tier with its numbers, those that stop a tier in bold."""
    unit = findings.primary.unit_of_inference
    rows = [
        [f"{gate.tier}", gate_text.question(gate, unit), gate_text.found(gate, unit), VERDICTS[gate.verdict]]
        for gate in sorted(findings.tier.gates, key=lambda gate: -gate.tier)
    ]
    body = table(
        ["Tier", "Gate", "Found", "Verdict"],
        rows,
        align="llll",
        widths=[6, 45, 36, 13],
        name="gates",
        caption="Every gate of the four tiers. Tiers 2 and 1 need all gates of the tiers below them down to 3; Tier 4 stands "
        "by itself",
    )
    return Block(body)


def _clusters(outcome: OutcomeFinding) -> str:
    if outcome.use is not None:
        return f"{outcome.use.classes:,}, each with users and non-users"
    if outcome.comparison is None:
        return f"{outcome.treated.clusters_analysed:,}, all with the tool"
    return f"{outcome.treated.clusters_analysed:,} with the tool, {outcome.comparison.clusters_analysed:,} comparison"


def _outcome(outcome: OutcomeFinding) -> str:
    pretest = "with a pretest" if outcome.has_pretest else "without a pretest"
    counts = "" if outcome.is_relevant else "; not one that the law counts"
    label = f"{fmt.capital(fmt.text(outcome.label))}, in {fmt.text(outcome.unit)}, {pretest}"
    return f"{label}; domain: {fmt.text(outcome.domain)}{counts}"


def _method(outcome: OutcomeFinding, findings: Findings) -> str:
    cluster = UNITS[outcome.unit_of_inference][0]
    names = STUDENT_METHODS if outcome.unit_of_inference == "student" else METHODS
    if outcome.method.verdict is None or not isinstance(outcome.verdict, MethodResult):
        return "No method: no p-value is given"
    must = [names[name].format(cluster=cluster) for name in outcome.method.must_agree]
    first = fmt.capital(names[outcome.method.verdict].format(cluster=cluster))
    return f"{first}; must agree: {fmt.listed(must)}" if must else first
