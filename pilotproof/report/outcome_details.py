"""What stands beside a verdict on scores: missing students who differ, unmeasured causes, other effect sizes, attrition."""

from __future__ import annotations

from pilotproof.disclosure import may_show, may_show_arm
from pilotproof.findings import Findings, MethodResult, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import table
from pilotproof.report.words import CLUSTERS
from pilotproof.stats.attrition import LevelAttrition
from pilotproof.stats.cox_index import CoxIndex
from pilotproof.stats.imputation import ImputedContrast

FEW_DF = 10  # below it the decimals of the degrees of freedom matter


def missing_rows(outcome: OutcomeFinding) -> list[list[str]]:
    """Rows of the table of methods: with missing scores imputed, as the others suggest and if those missing did worse."""
    found = [one for one in (outcome.missing, *outcome.missing_shifted) if isinstance(one, ImputedContrast)]
    return [_missing_row(one, outcome) for one in found]


def _missing_row(found: ImputedContrast, outcome: OutcomeFinding) -> list[str]:
    shifted = [(name, by) for name, by in (("treated", found.shift_treated), ("comparison", found.shift_comparison)) if by]
    name = "missing scores imputed"
    if shifted:
        arm, by = shifted[0]
        name = f"the same, if those missing from the {arm} group had scored {fmt.number(abs(by), 1)} {outcome.unit} lower"
    pooled = found.imputed
    return [
        name,
        fmt.signed(pooled.estimate),
        fmt.number(pooled.standard_error),
        fmt.number(pooled.df, 2 if pooled.df < FEW_DF else 1),
        "none",  # a t test has no least p
        fmt.p_cell(pooled.p_value),
        fmt.interval(pooled.interval.low, pooled.interval.high),
    ]


def unmeasured_sentence(outcome: OutcomeFinding, findings: Findings) -> str:
    """How strong a cause that nobody measured would have to be, of groups that were not drawn by lot."""
    found = outcome.unmeasured
    if found is None:
        return ""
    parts = ["**What was not measured.** The groups were not drawn by lot and may differ in what nobody measured."]
    if found.robustness is not None:
        singular, plural = CLUSTERS[findings.pilot.cluster]
        value = found.robustness
        parts.append(
            f"Something unmeasured would have to explain {fmt.percent(value.to_zero)} of what is left of both which {plural} "
            f"got the tool and their {singular} means to take the difference to zero (robustness value)"
            + (
                f", and {fmt.percent(value.to_insignificance)} to take it to where chance could explain it."
                if value.to_insignificance > 0
                else "; chance could explain it even without."
            )
        )
    return " ".join([*parts, *left_and_e_value(outcome)])


def left_and_e_value(outcome: OutcomeFinding) -> list[str]:
    """What a cause of a given strength would leave of the difference, and the risk ratios that would leave nothing."""
    found = outcome.unmeasured
    if found is None or not isinstance(outcome.verdict, MethodResult):
        return []
    parts = []
    if found.with_a_tenth is not None:
        parts.append(
            f"One that explained a tenth of both would turn the difference of {fmt.signed(outcome.verdict.estimate)} "
            f"{outcome.unit} into {fmt.signed(found.with_a_tenth.estimate)}."
        )
    value = found.e_value
    parts.append(
        f"Told as risk ratios (E-value), it would have to make both the tool and a good result "
        f"{fmt.number(value.of_estimate, 1)} times as likely to explain the difference away"
        + (
            f", and {fmt.number(value.of_interval, 1)} times to bring the interval to no difference."
            if value.of_interval > 1
            else "; the interval holds no difference already."
        )
    )
    return parts


def cox_sentence(outcome: OutcomeFinding) -> str:
    """The difference of two shares as an effect size, the convention named."""
    found = [one for one in outcome.cox if isinstance(one, CoxIndex)]
    label = fmt.text(outcome.label)
    if not found:
        return (
            f"No effect size is given for the {label}: in one group every student or none reached it, so that there are no "
            "odds to compare."
        )
    said = [f"{fmt.signed(one.estimate)} {one.convention}" for one in found]
    return (
        f"As an effect size the difference of the shares on the {label} is {fmt.listed(said)}: the Cox index, the logarithm "
        "of the odds ratio over 1.65. It takes the shares as they are, without allowing for a pretest, and has no test."
    )


def described_otherwise(outcome: OutcomeFinding, findings: Findings) -> str:
    """Other effect sizes: over the means of clusters by rank, and of the gain."""
    singular, _ = CLUSTERS[findings.pilot.cluster]
    parts = []
    if (ranks := outcome.ranks) is not None:
        low, high = ranks.superiority_interval.low, ranks.superiority_interval.high
        parts.append(
            f"Of all pairs of a treated and a comparison {singular}, the treated one had the higher mean score after in "
            f"{fmt.percent(ranks.superiority)} ({fmt.confidence(ranks.interval.confidence)} {fmt.percents(low, high)}; ties "
            f"count half; rank-biserial correlation {fmt.signed(ranks.estimate)})."
        )
    if (gain := outcome.gain) is not None:
        parts.append(
            f"In standard deviations the groups differed by {fmt.signed(gain.g_pretest)} before and "
            f"{fmt.signed(gain.g_posttest)} after, a difference in differences of {fmt.signed(gain.estimate)} (Hedges’ g of "
            "students as they are, without a test)."
        )
    return " ".join(["**Told otherwise.**", *parts]) if parts else ""


def attrition_table(outcome: OutcomeFinding, findings: Findings) -> str:
    """Who was assigned and who is left, by arm: clusters, students, and students of the clusters that were kept."""
    lost, plural = outcome.lost, CLUSTERS[findings.pilot.cluster][1]
    if lost is None:
        return ""
    arms = [arm for arm in (outcome.treated, outcome.comparison) if arm is not None]
    may_count = all(may_show_arm(arm, findings) for arm in arms)
    levels = [(plural, lost.clusters), ("students", lost.students if may_count else None)]
    if lost.students_in_kept_clusters != lost.students and may_count:
        levels.append((f"students of {plural} that were kept", lost.students_in_kept_clusters))
    rows = [_attrition_row(name, level, findings) for name, level in levels if level is not None]
    if not rows:
        return ""
    header = ["Lost", "Treated", "Comparison", "Overall", "Gap, points"]
    caption = f"Attrition on the {fmt.text(outcome.label)}: lost of those assigned"
    return table(header, rows, align="lrrrr", widths=[32, 20, 20, 14, 14], name="attrition", caption=caption)


def _attrition_row(name: str, level: LevelAttrition, findings: Findings) -> list[str]:
    def cell(assigned: int, analysed: int) -> str:
        gone = assigned - analysed
        is_shown = not name.startswith("students") or gone == 0 or may_show(analysed, findings)
        return f"{gone:,} of {assigned:,}" if is_shown else fmt.NOTHING

    return [
        fmt.capital(name),
        cell(level.assigned_treated, level.analysed_treated),
        cell(level.assigned_comparison, level.analysed_comparison),
        fmt.percent(level.rates.overall, 1),
        fmt.number(level.rates.differential * 100, 1),
    ]
