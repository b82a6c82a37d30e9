"""The results in full, as a What Works Clearinghouse reviewer asks for them: groups, difference, effect, baseline, "
"attrition."""

from __future__ import annotations

from pilotproof.disclosure import may_show_arm
from pilotproof.findings import ArmSummary, AttritionFinding, Findings, MethodResult, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.report.outcome_details import attrition_table
from pilotproof.report.outcomes import method_name
from pilotproof.report.results import refusal_reason
from pilotproof.report.words import ARMS, CLUSTERS, USE
from pilotproof.stats.cluster_data import Refusal

FEW_DF = 10  # below it the decimals of the degrees of freedom matter
BASELINE = {
    "satisfied": "alike: at most 0.05",
    "needs adjustment": "alike enough with adjustment: at most 0.25",
    "fails": "not alike: above 0.25",
}
DIVISION = "standard deviations of students (SD)"


def full_results(findings: Findings) -> Block:
    """Three tables with a row for each outcome or arm: who was measured, the difference, and the difference in SDs."""
    parts = [_groups(findings), _differences(findings), _effects(findings), _refusals(findings)]
    return Block("\n\n".join(part for part in parts if part))


def baseline_results(findings: Findings) -> Block:
    """Whether the groups were alike before the pilot, outcome by outcome."""
    shown = [outcome for outcome in findings.outcomes if outcome.baseline is not None and _may_show(outcome, findings)]
    if not shown:
        why = "no comparison group" if findings.primary.comparison is None else "no pretest that may be shown"
        return Block(f"There is {why}, and so no likeness at the start to look at.")
    treated, comparison = _names(findings.primary)
    unit = _unit(findings)
    header = ["Outcome", *(f"{what}, {name}{unit}" for name in (treated, comparison) for what in ("Mean", "SD"))]
    rows = [
        [
            _label(outcome, findings),
            *(fmt.number(value, 1) for arm in _arms(outcome) for value in (arm.mean_pretest, arm.sd_pretest)),
            fmt.signed(outcome.baseline.estimate),
            BASELINE[outcome.baseline.verdict],
        ]
        for outcome in shown
    ]
    caption = (
        f"Pretest scores of the students analyzed. The difference, treated minus comparison, is in {DIVISION}; its limits are "
        "those of the What Works Clearinghouse"
    )
    body = table(
        [*header, "Difference (SD)", "Verdict"],
        rows,
        align="lrrrrrl",
        widths=[19, 13, 13, 13, 13, 12, 17],
        name="baseline",
        caption=caption,
    )
    return Block(body)


def attrition_results(findings: Findings) -> Block:
    """How many of those assigned were lost, against the limits that a reviewer holds against it."""
    rows = [_attrition_row(outcome, level, findings) for outcome in findings.outcomes for level in outcome.attrition]
    counts = attrition_table(findings.primary, findings)
    if not rows and findings.primary.comparison is None:
        return Block("Every class had the tool, so there are no two groups of which one could have lost more than the other.")
    if not rows:
        why = (
            "Attrition, the loss of those assigned, is judged for designs with random assignment only. Here the groups were not "
            "drawn by lot, so that likeness at the start counts instead; how many of each group were assigned and analyzed "
            "stands in @tbl-full-groups."
        )
        return Block("\n\n".join(part for part in (why, counts) if part))
    header = ["Outcome", "Level", "Lost (%)", "Gap (points)", "Cautious limit (points)", "Optimistic limit (points)", "Verdict"]
    caption = (
        "Attrition: part of those assigned that was lost, and the gap between the arms in percentage points. Below its limit "
        "attrition is low; the limits are those of the What Works Clearinghouse for this part lost"
    )
    body = table(header, rows, align="llrrrrl", widths=[22, 12, 10, 12, 14, 14, 16], name="attrition-limits", caption=caption)
    return Block("\n\n".join(part for part in (counts, body) if part))


def _attrition_row(outcome: OutcomeFinding, level: AttritionFinding, findings: Findings) -> list[str]:
    is_shown = _may_show(outcome, findings)
    low = [name for name, judged in (("cautious", level.cautious), ("optimistic", level.optimistic)) if judged.is_low]
    return [
        _label(outcome, findings) if level is outcome.attrition[0] else "",
        level.level,
        fmt.number(level.overall * 100, 1) if is_shown else fmt.NOTHING,
        fmt.number(level.differential * 100, 1) if is_shown else fmt.NOTHING,
        *(
            fmt.NOTHING if judged.boundary is None else fmt.number(judged.boundary * 100, 1)
            for judged in (level.cautious, level.optimistic)
        ),
        {2: "low by both", 1: f"low by the {low[0]} one" if low else "", 0: "high by both"}[len(low)],
    ]


def _groups(findings: Findings) -> str:
    units = CLUSTERS[findings.pilot.cluster][1].capitalize()
    unit = _unit(findings)
    header = ["Outcome", "Group", "Students", units, *(f"{what}{unit}" for what in ("Mean before", "SD before", "Mean after"))]
    rows = [row for outcome in findings.outcomes for row in _group_rows(outcome, findings)]
    caption = (
        f"Students and {units.lower()}: analyzed, of those assigned. Means and standard deviations (SD) of students’ scores as "
        "they are, without adjustment"
    )
    return table(
        [*header, f"SD after{unit}"],
        rows,
        align="llrrrrrr",
        widths=[20, 13, 13, 12, 10, 10, 11, 11],
        name="full-groups",
        caption=caption,
    )


def _group_rows(outcome: OutcomeFinding, findings: Findings) -> list[list[str]]:
    rows = []
    for name, arm in zip(_names(outcome), _arms(outcome), strict=False):
        shown = may_show_arm(arm, findings)
        scores = (arm.mean_pretest, arm.sd_pretest, arm.mean_posttest, arm.sd_posttest)
        rows.append(
            [
                "" if rows else _label(outcome, findings),
                name,
                f"{arm.analysed:,} of {arm.assigned:,}" if shown else f"< {findings.pilot.smallest_group}",
                f"{arm.clusters_analysed:,} of {arm.clusters_assigned:,}",
                *(fmt.number(score, 1) if shown else fmt.NOTHING for score in scores),
            ]
        )
    return rows


def _differences(findings: Findings) -> str:
    rows = []
    for outcome in findings.outcomes:
        found = outcome.verdict
        if not isinstance(found, MethodResult):
            continue
        interval, among = found.interval, outcome.among
        rows.append(
            [
                _label(outcome, findings),
                fmt.signed(found.estimate),
                fmt.number(found.standard_error),
                fmt.NOTHING if found.df is None else fmt.number(found.df, 2 if found.df < FEW_DF else 1),
                fmt.p_cell(found.p_value),
                fmt.NOTHING if interval is None else fmt.interval(interval.low, interval.high),
                fmt.NOTHING if among is None else fmt.p_cell(among.adjusted_p),
            ]
        )
    if not rows:
        return ""
    unit = _unit(findings)
    is_change = findings.primary.comparison is None and findings.primary.staggered is None
    own = findings.primary.verdict.interval if is_change and isinstance(findings.primary.verdict, MethodResult) else None
    confidence = fmt.confidence(own.confidence if own else findings.pilot.confidence)  # so few changes give some levels only
    what = "Change" if is_change else "Difference"
    header = ["Outcome", f"{what}{unit}", f"SE{unit}", "df", "p", f"{confidence}{unit}", "Adjusted p"]
    first = next(outcome for outcome in findings.outcomes if isinstance(outcome.verdict, MethodResult))
    method = method_name(first.verdict, first)
    is_adjusted = findings.primary.has_pretest and findings.primary.staggered is None
    allowance = ", adjusted for the pretest" if is_adjusted else ""
    told = "Change from before to after" if is_change else f"Difference{allowance}"
    caption = (
        f"{told}, by the method that carries the verdict ({method}). Adjusted p: allowing for the number of outcomes in the "
        "domain"
    )
    return table(header, rows, align="lrrrrrr", widths=[24, 13, 11, 9, 10, 21, 12], name="full-difference", caption=caption)


def _effects(findings: Findings) -> str:
    rows = []
    if all(outcome.effect is None for outcome in findings.outcomes):
        return ""
    for outcome in findings.outcomes:
        effect = outcome.effect
        if effect is None and outcome.mdes_sd is None:
            continue
        interval = None if effect is None else effect.interval
        rows.append(
            [
                _label(outcome, findings),
                fmt.signed(effect.estimate) if effect else fmt.NOTHING,
                fmt.number(effect.standard_error) if effect else fmt.NOTHING,
                fmt.interval(interval.low, interval.high) if interval else fmt.NOTHING,
                fmt.signed(outcome.improvement_index, 1),
                fmt.number(outcome.smallest_effect_sd),
                fmt.number(outcome.mdes_sd),
            ]
        )
    if not rows:
        return ""
    confidence = fmt.confidence(findings.pilot.confidence)
    header = ["Outcome", "g (SD)", "SE (SD)", f"{confidence} (SD)", "Improvement index (percentiles)", "Worth having (SD)"]
    caption = (
        f"The same difference in {DIVISION}: Hedges’ g. Worth having: the smallest difference that was said to matter. MDES: "
        "the smallest true difference that a design of this size finds in four of five cases"
    )
    return table(
        [*header, "MDES (SD)"], rows, align="lrrrrrr", widths=[24, 9, 9, 19, 16, 13, 10], name="full-effect", caption=caption
    )


def _refusals(findings: Findings) -> str:
    """Why an outcome has no row among the differences."""
    refused = [outcome for outcome in findings.outcomes if isinstance(outcome.verdict, Refusal)]
    told = [
        f"No difference is given for the {fmt.text(outcome.label)}: {refusal_reason(outcome, findings)}." for outcome in refused
    ]
    if all(outcome.comparison is None and outcome.staggered is None for outcome in findings.outcomes):
        told.append(
            "No group without the tool was measured, so there is no difference of groups to give, and what changed must not be "
            "put down to the tool."
        )
    return " ".join(told)


def _may_show(outcome: OutcomeFinding, findings: Findings) -> bool:
    """Whether both arms are large enough: a difference of two groups tells of both."""
    return all(may_show_arm(arm, findings) for arm in _arms(outcome))


def _arms(outcome: OutcomeFinding) -> tuple[ArmSummary, ...]:
    return tuple(arm for arm in (outcome.treated, outcome.comparison) if arm is not None)


def _names(outcome: OutcomeFinding) -> tuple[str, str]:
    words = USE if outcome.use else ARMS
    return words["treated"], words["comparison"]


def _unit(findings: Findings) -> str:
    """` (points)`, where all outcomes have one unit; else each outcome names its own."""
    units = {outcome.unit for outcome in findings.outcomes}
    return f" ({fmt.text(units.pop())})" if len(units) == 1 else ""


def _label(outcome: OutcomeFinding, findings: Findings) -> str:
    own = "" if _unit(findings) else f" ({fmt.text(outcome.unit)})"
    return f"{fmt.capital(fmt.text(outcome.label))}{own}"
