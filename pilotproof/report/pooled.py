"""The pilot among others of the same tool: their differences, which of them count together, and the tier that they reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.disclosure import may_show
from pilotproof.evidence.pooling import JOINT
from pilotproof.findings import Findings, PooledFinding, PooledStudy
from pilotproof.report import format as fmt
from pilotproof.report import gate_text
from pilotproof.report.block import Block, figure_block, table
from pilotproof.report.drawing import INK, interval_row, name_rows, save
from pilotproof.report.figure_data import FigureData
from pilotproof.report.words import TIERS
from pilotproof.stats.meta_analysis import Pooled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STOPS = {  # what a closed gate says of another pilot; other gates go by their name
    "clusters per arm": "one cluster in an arm",
    "comparison group": "no comparison group",
    "methods agree": "methods disagree",
    "no overriding negative finding": "negative findings known, or not searched for",
    "positive": "scores not higher",
    "pretest": "no pretest",
    "relevant outcome": "the law does not count the outcome",
    "selection controls": "no control for selection",
    "significant": "can be chance",
    "WWC-like rating": "would not meet WWC standards",
}


def pooled_results(findings: Findings) -> Block | None:
    """The section with its heading; None when the params list no evidence of other pilots."""
    pooled = findings.pooled
    if pooled is None:
        return None
    parts = [
        "# With other pilots of the same tool",
        f"{fmt.count(len(pooled.studies) - 1, 'other pilot')} of {fmt.text(findings.pilot.tool)} sent evidence on "
        f"{fmt.text(pooled.domain)}. {_difference(pooled)}",
        _table(pooled, findings),
        _tier(pooled, findings),
    ]
    return Block("\n\n".join(parts))


def forest_figure(findings: Findings, folder: Path) -> Block | None:
    """Each pilot's difference in SDs with its interval, and the pooled one below; None when nothing is pooled."""
    pooled = findings.pooled
    if pooled is None or not isinstance(pooled.random, Pooled):
        return None
    studies, together = pooled.with_effect, pooled.random

    def draw(axes: Axes) -> None:
        for row, study in enumerate(studies):
            interval_row(axes, row, study.effect.estimate, study.effect.interval, name=study.pilot)
        interval_row(axes, len(studies), together.estimate, together.interval, INK)
        axes.plot([together.estimate], [len(studies)], marker="D", color=INK, markersize=8, zorder=4)
        axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
        name_rows(axes, [*(f"{study.district}\n({study.pilot})" for study in studies), "all together"])
        axes.set_xlabel("Treated minus comparison, in standard deviations")

    values = [f"{study.district} ({study.pilot}) {_numbers(study.effect)}" for study in studies]
    marks = [*((study.district, study.pilot, study.effect) for study in studies), ("", "all together", together)]
    data = FigureData.of(
        ("district", "pilot", "difference_sd", "low", "high"),
        ((where, pilot, one.estimate, one.interval.low, one.interval.high) for where, pilot, one in marks),
    )
    path = save(folder / "pooled.svg", draw, data=data, height=0.8 + 0.45 * (len(studies) + 1))
    return figure_block(
        path,
        name="pooled",
        message=f"Differences in {fmt.count(len(studies), 'pilot')} of {fmt.text(findings.pilot.tool)}: {_numbers(together)} "
        "together.",
        note=f"Dots are differences, the diamond is their mean, lines are {fmt.confidence(together.interval.confidence)}s.",
        spoken=f"Difference in standard deviations with its interval: {fmt.listed([*values, f'together {_numbers(together)}'])}.",
    )


def _numbers(result: object) -> str:
    return f"{fmt.signed(result.estimate)} ({fmt.interval(result.interval.low, result.interval.high)})"


def _difference(pooled: PooledFinding) -> str:
    together, fixed = pooled.random, pooled.fixed
    if not isinstance(together, Pooled) or not isinstance(fixed, Pooled):
        return "Fewer than two of the pilots have a contrast, so that nothing can be pooled."
    unlike = together.heterogeneity
    spread = (
        f" In a next pilot the difference would lie between {fmt.signed(together.prediction.low)} and "
        f"{fmt.signed(together.prediction.high)}."
        if together.prediction
        else ""
    )
    return (
        f"Over {fmt.count(together.studies, 'pilot')} the mean difference is {fmt.signed(together.estimate)} standard deviations "
        f"({fmt.confidence(together.interval.confidence)} {fmt.interval(together.interval.low, together.interval.high)}; "
        f"{fmt.p_value(together.p_value)}; random effects with the Hartung-Knapp-Sidik-Jonkman interval on {together.df} df); as "
        f"one common difference it is {_numbers(fixed)}.{spread} The pilots differ "
        f"{'by no more than chance' if unlike.p_value >= 0.05 else 'by more than chance'} "
        f"(Q {fmt.number(unlike.q)} with {unlike.df} df, {fmt.p_value(unlike.p_value)}; I² {fmt.percent(unlike.i2)}; "
        f"τ² {fmt.number(unlike.tau2, 3)})."
    )


def _table(pooled: PooledFinding, findings: Findings) -> str:
    rows = [
        [
            fmt.text(study.pilot),
            fmt.text(study.district),
            fmt.text(study.outcome),
            f"{study.students:,}" if study.students is not None and may_show(study.students, findings) else "not told",
            fmt.NOTHING if study.effect is None else fmt.signed(study.effect.estimate),
            fmt.NOTHING if study.effect is None else fmt.interval(study.effect.interval.low, study.effect.interval.high),
            _counts(study),
        ]
        for study in pooled.studies
    ]
    return table(
        ["Pilot", "District", "Outcome", "Students", "g", "Interval", "Counts together"],
        rows,
        align="lllrrrl",
        widths=[12, 16, 17, 10, 8, 14, 23],
        name="pooled",
        caption="All pilots of the tool, this one first. A pilot counts for a joint sample only if it alone passes every gate of "
        "design, rating, chance and harm",
    )


def _counts(study: PooledStudy) -> str:
    if not study.stopped_by:
        return "yes"
    closed = {*study.stopped_by}
    implied = {name for cause, names in gate_text.IMPLIES.items() if cause in closed for name in names}
    return f"no: {'; '.join(STOPS.get(name, name) for name in study.stopped_by if name not in implied)}"


def _tier(pooled: PooledFinding, findings: Findings) -> str:
    counted = sum(not study.stopped_by for study in pooled.studies)
    size = [gate_text.found(gate, findings.pilot.cluster) for gate in pooled.tier.gates if gate.tier == 2 and gate.name in JOINT]
    joint = f"The {fmt.count(counted, 'pilot')} that count: {'; '.join(size)}." if counted > 1 else _alone(counted)
    return (
        f"{joint} Several studies may meet sample and sites together (34 CFR 77.1); every other gate each must pass alone. "
        f"**All pilots together: {_name(pooled.tier.tier)}. This pilot by itself: {_name(findings.tier.tier)}.**"
    )


def _alone(counted: int) -> str:
    return "No pilot counts for a joint sample." if counted == 0 else "Only one pilot counts, so that no sample is joined."


def _name(tier: int | None) -> str:
    return "no tier" if tier is None else f"{TIERS[tier][0]} ({TIERS[tier][1]})"
