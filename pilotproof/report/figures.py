"""Figures of scores. Each returns a drawing and the text that says its message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from warnings import catch_warnings, filterwarnings

from pilotproof.disclosure import shown_points
from pilotproof.findings import ClusterPoint, Findings, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.drawing import CLEAR, COMPARISON, GREY, INK, TREATED, apart, interval_row, name_rows, save, tip
from pilotproof.report.figure_data import FigureData
from pilotproof.report.verdicts import higher, is_significant
from pilotproof.report.words import CLUSTERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EFFECT_ROW = 0.75  # inches for an outcome


def effect_figure(findings: Findings, folder: Path) -> Block | None:
    """Difference of each outcome in SDs with its interval, against what matters and what could have been found."""
    outcomes = [outcome for outcome in findings.outcomes if outcome.effect is not None]
    if not outcomes:
        return None

    def draw(axes: Axes) -> None:
        _draw_effects(axes, outcomes)

    header = ("outcome", "difference_sd", "low", "high", "smallest_that_matters_sd", "found_in_four_of_five_pilots_sd")
    data = FigureData.of(header, (_effect_row(outcome) for outcome in outcomes))
    path = save(folder / "effect.svg", draw, data=data, height=0.95 + EFFECT_ROW * len(outcomes))
    has_limit = any(outcome.mdes_sd is not None for outcome in outcomes)
    bracket = " Brackets: a true difference beyond them is found by four of five pilots of this size." if has_limit else ""
    values = fmt.listed([_spoken_effect(outcome) for outcome in outcomes])
    return figure_block(
        path,
        name="effect",
        message=_effect_message(outcomes, fmt.text(findings.pilot.tool)),
        note=f"Dots are differences, lines {fmt.confidence(findings.pilot.confidence)}s.{bracket}",
        spoken=f"Difference in standard deviations with its interval: {values}.",
    )


def _effect_row(outcome: OutcomeFinding) -> tuple[str | float | None, ...]:
    effect = outcome.effect
    limits = (effect.interval.low, effect.interval.high)
    return (outcome.label, effect.estimate, *limits, outcome.smallest_effect_sd, outcome.mdes_sd)


def _draw_effects(axes: Axes, outcomes: list[OutcomeFinding]) -> None:
    for row, outcome in enumerate(outcomes):
        needed, limit = outcome.smallest_effect_sd, outcome.mdes_sd
        band = [-needed, needed]
        axes.fill_between(band, row - 0.5, row + 0.5, color="#eeeeee", linewidth=0, zorder=0)
        axes.vlines(band, row - 0.5, row + 0.5, color=GREY, linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
        interval_row(axes, row - 0.1, outcome.effect.estimate, outcome.effect.interval, name=outcome.label)
        if limit is not None:
            bracket = axes.plot([-limit, limit], [row + 0.2] * 2, color=GREY, linewidth=0.9, marker="|", markersize=7, zorder=2)
            tip(bracket[0], f"{outcome.label}: a true difference of {fmt.number(limit)} is found in four of five such pilots")
            words = f"found in four of five cases: {fmt.number(limit)}"
            axes.text(0, row + 0.27, words, va="top", ha="center", fontsize=7.5, bbox=CLEAR)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    widest = max(abs(value) for outcome in outcomes for value in _effect_row(outcome)[2:] if value is not None)
    axes.set_xlim(-1.15 * widest, 1.15 * widest)
    name_rows(axes, [outcome.label for outcome in outcomes])
    axes.set_ylim(len(outcomes) - 0.45, -0.55)
    needed = fmt.listed([fmt.number(value) for value in sorted({outcome.smallest_effect_sd for outcome in outcomes})])
    axes.set_xlabel(f"Treated minus comparison, in standard deviations\n(shaded: smaller than the {needed} said to matter)")


def _effect_message(outcomes: list[OutcomeFinding], tool: str) -> str:
    """What all outcomes have in common; the interval alone decides nothing, because a second test has to agree."""
    told = {higher(outcome) if is_significant(outcome) else None for outcome in outcomes}
    if len(told) == 1 and None not in told:
        return f"Students with {tool} scored {told.pop()}, beyond what chance would explain."
    if all(o.effect.interval.low <= 0 <= o.effect.interval.high for o in outcomes):
        return "The interval reaches across zero: the difference can be chance."
    if told == {None}:
        return "Not every test that has to agree tells the difference from chance."
    return "Outcomes differ in whether the difference can be told from chance."


def _spoken_effect(outcome: OutcomeFinding) -> str:
    effect = outcome.effect
    return f"{outcome.label} {fmt.signed(effect.estimate)} ({fmt.interval(effect.interval.low, effect.interval.high)})"


def class_figure(outcome: OutcomeFinding, findings: Findings, folder: Path) -> Block | None:
    """Cluster means before and after (or after only), the two arms told apart by colour, line and label."""
    points = shown_points(outcome.points, findings)
    if not points:
        return None
    plural = _drawn(outcome, findings)[1]
    has_pretest = all(point.mean_pretest is not None for point in points)

    def draw(axes: Axes) -> None:
        if has_pretest:
            _draw_slopes(axes, points)
        else:
            _draw_strips(axes, points)
        axes.set_ylabel(f"Mean score ({outcome.unit})") if has_pretest else axes.set_xlabel(
            f"Mean score of a {_drawn(outcome, findings)[0]} ({outcome.unit})"
        )

    header = ("arm", "students", "mean_before", "mean_after")
    data = FigureData.of(header, ((p.arm, p.students, p.mean_pretest, p.mean_posttest) for p in points))
    path = save(folder / f"classes-{outcome.name}.svg", draw, data=data, height=2.4)
    small = _not_drawn(outcome, len(outcome.points) - len(points), findings)
    return figure_block(
        path,
        name=f"classes-{outcome.name}",
        message=_class_message(outcome, points, plural),
        note=small,
        spoken=_spoken_classes(outcome, plural),
    )


def _not_drawn(outcome: OutcomeFinding, hidden: int, findings: Findings) -> str:
    """One of them may be larger: where a single small one could be told from the others, the next smallest goes too."""
    if not hidden:
        return ""
    what = f"{fmt.count(hidden, *_drawn(outcome, findings))} {'is' if hidden == 1 else 'are'} not drawn"
    return f"{what}, so that no mean of fewer than {findings.pilot.smallest_group} students is shown or can be told."


def _drawn(outcome: OutcomeFinding, findings: Findings) -> tuple[str, str]:
    """What one mark stands for: a cluster, or those students of a class who were drawn into the same arm."""
    singular, plural = CLUSTERS[findings.pilot.cluster]
    return (f"part of a {singular}", f"parts of {plural}") if outcome.unit_of_inference == "student" else (singular, plural)


def _class_message(outcome: OutcomeFinding, points: tuple[ClusterPoint, ...], plural: str) -> str:
    if outcome.comparison is None:
        return _risen(points, plural)
    message = f"Mean scores of the students of treated and comparison {plural} on the {fmt.text(outcome.label)}"
    if not _overlap(outcome):
        return f"{message}."
    if is_significant(outcome):  # the headline speaks of the groups, the eye sees single classes
        return f"{message}. Single {plural} of the two groups overlap; the groups as a whole differ by more than chance explains."
    return f"{message}: the two groups overlap."


def _risen(points: tuple[ClusterPoint, ...], plural: str) -> str:
    """What the lines of one arm show; that means rose says nothing of why."""
    known = [point for point in points if point.mean_pretest is not None]
    risen = sum(point.mean_posttest > point.mean_pretest for point in known)
    if not known:
        return f"Mean scores of {plural} after the pilot."
    return f"Mean scores of {plural} before and after: {risen} of {len(known)} rose."


def _overlap(outcome: OutcomeFinding) -> bool:
    treated = [p.mean_posttest for p in outcome.points if p.arm == "treated"]
    comparison = [p.mean_posttest for p in outcome.points if p.arm == "comparison"]
    return min(treated) < max(comparison) and min(comparison) < max(treated)


def _spoken_classes(outcome: OutcomeFinding, plural: str) -> str:
    spoken = [
        f"Mean posttest score of the students of {outcome.treated.clusters_analysed} treated {plural}: "
        f"{fmt.number(outcome.treated.mean_posttest, 1)}"
    ]
    if outcome.comparison is not None:
        spoken.append(
            f"of {outcome.comparison.clusters_analysed} comparison {plural}: {fmt.number(outcome.comparison.mean_posttest, 1)}"
        )
    return "; ".join(spoken) + "."


def _draw_slopes(axes: Axes, points: tuple[ClusterPoint, ...]) -> None:
    for point in points:
        is_treated = point.arm == "treated"
        line = axes.plot(
            [0, 1],
            [point.mean_pretest, point.mean_posttest],
            color=TREATED if is_treated else COMPARISON,
            linestyle="-" if is_treated else (0, (4, 2)),
            marker="o" if is_treated else "s",
            markersize=4,
            linewidth=1.3,
        )
        means = f"{fmt.number(point.mean_pretest, 1)} before, {fmt.number(point.mean_posttest, 1)} after"
        tip(line[0], f"{point.arm}, {point.students} students: {means}")
    looks = {"treated": (TREATED, "solid"), "comparison": (COMPARISON, "dashed")}
    ends = {arm: [point.mean_posttest for point in points if point.arm == arm] for arm in looks}
    means = {arm: sum(values) / len(values) for arm, values in ends.items() if values}
    bottom, top = axes.get_ylim()
    for arm, height in apart(means, (top - bottom) * 0.2).items():
        colour, line = looks[arm]
        axes.text(1.06, height, f"{arm}\n({line}, {len(ends[arm])})", color=colour, va="center", fontsize=9)
    axes.set_xlim(-0.1, 1.45)
    axes.set_xticks([0, 1], ["before", "after"])


def _draw_strips(axes: Axes, points: tuple[ClusterPoint, ...]) -> None:
    import seaborn

    arms = [arm for arm in ("treated", "comparison") if any(point.arm == arm for point in points)]
    names = {arm: f"{arm} ({sum(p.arm == arm for p in points)})" for arm in arms}
    values = [point.mean_posttest for point in points]
    groups = [names[point.arm] for point in points]
    colours = {names["treated"]: TREATED} | ({names["comparison"]: COMPARISON} if "comparison" in names else {})
    with catch_warnings():  # seaborn 0.13 spells for Matplotlib's box plot what 3.11 wants otherwise, and 3.13 will refuse
        filterwarnings("ignore", message="vert: bool was deprecated", category=DeprecationWarning)
        seaborn.boxplot(
            x=values,
            y=groups,
            hue=groups,
            palette=colours,
            order=list(names.values()),
            ax=axes,
            width=0.5,
            linewidth=1,
            fliersize=2.5,
            legend=False,
            boxprops={"alpha": 0.55},
        )
    axes.set_ylabel("")
