"""Figures of scores and errors. Each returns a drawing and the text that says its message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.disclosure import shown_points
from pilotproof.findings import ClusterPoint, Findings, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.drawing import COMPARISON, INK, TREATED, interval_row, name_rows, save
from pilotproof.report.verdicts import higher, is_significant
from pilotproof.report.words import CLUSTERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ON_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
MOST_WIDE_LABELS = 8  # bars that leave room for errors and hours above each
MOST_LETTERS_LEVEL = 80  # of all names below the bars; more of them would run into one another


def effect_figure(findings: Findings, folder: Path) -> Block | None:
    """Difference of each outcome in SDs with its interval, against what matters and what could have been found."""
    outcomes = [outcome for outcome in findings.outcomes if outcome.effect is not None]
    if not outcomes:
        return None

    def draw(axes: Axes) -> None:
        for row, outcome in enumerate(outcomes):
            interval_row(axes, row, outcome.effect.estimate, outcome.effect.interval)
        needed = outcomes[0].smallest_effect_sd
        axes.axvspan(-needed, needed, color="#eeeeee", zorder=0)
        axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
        widest = max(abs(value) for o in outcomes for value in (o.effect.interval.low, o.effect.interval.high))
        axes.set_xlim(-max(widest, needed) * 1.15, max(widest, needed) * 1.15)
        name_rows(axes, [outcome.label for outcome in outcomes])
        axes.set_xlabel(
            f"Treated minus comparison, in standard deviations\n(shaded: smaller than the {needed:.2f} that was said to matter)"
        )

    path = save(folder / "effect.svg", draw, rows=len(outcomes) + 1)
    values = fmt.listed([_spoken_effect(outcome) for outcome in outcomes])
    tool = fmt.text(findings.pilot.tool)
    return figure_block(
        path,
        name="effect",
        caption=f"{_effect_message(outcomes, tool)} Dots are differences, lines {fmt.confidence(findings.pilot.confidence)}s.",
        alt=f"Difference in standard deviations with its interval: {values}.",
    )


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

    path = save(folder / f"classes-{outcome.name}.svg", draw, height=1.8)
    hidden = len(outcome.points) - len(points)
    small = (
        f" {fmt.count(hidden, *_drawn(outcome, findings))} with fewer than {findings.pilot.smallest_group} "
        f"students {'is' if hidden == 1 else 'are'} not drawn."
        if hidden
        else ""
    )
    return figure_block(
        path,
        name=f"classes-{outcome.name}",
        caption=f"{_class_message(outcome, plural)}{small}",
        alt=_spoken_classes(outcome, plural),
    )


def _drawn(outcome: OutcomeFinding, findings: Findings) -> tuple[str, str]:
    """What one mark stands for: a cluster, or those students of a class who were drawn into the same arm."""
    singular, plural = CLUSTERS[findings.pilot.cluster]
    return (f"part of a {singular}", f"parts of {plural}") if outcome.unit_of_inference == "student" else (singular, plural)


def _class_message(outcome: OutcomeFinding, plural: str) -> str:
    if outcome.comparison is None:
        return f"Mean scores of {plural} before and after."
    message = f"Mean scores of the students of treated and comparison {plural} on the {fmt.text(outcome.label)}"
    if not _overlap(outcome):
        return f"{message}."
    if is_significant(outcome):  # the headline speaks of the groups, the eye sees single classes
        return f"{message}. Single {plural} of the two groups overlap; the groups as a whole differ by more than chance explains."
    return f"{message}: the two groups overlap."


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
        axes.plot(
            [0, 1],
            [point.mean_pretest, point.mean_posttest],
            color=TREATED if is_treated else COMPARISON,
            linestyle="-" if is_treated else (0, (4, 2)),
            marker="o" if is_treated else "s",
            markersize=4,
            linewidth=1.3,
        )
    for arm, colour, line in (("treated", TREATED, "solid"), ("comparison", COMPARISON, "dashed")):
        ends = [point.mean_posttest for point in points if point.arm == arm]
        if ends:
            label = f"{arm}\n({line}, {len(ends)})"
            axes.text(1.06, sum(ends) / len(ends), label, color=colour, va="center", fontsize=9)
    _spread_labels(axes)
    axes.set_xlim(-0.1, 1.45)
    axes.set_xticks([0, 1], ["before", "after"])


def _spread_labels(axes: Axes) -> None:
    """Two labels at almost the same height are moved apart, so that neither covers the other."""
    if len(axes.texts) != 2:
        return
    low, high = sorted(axes.texts, key=lambda text: text.get_position()[1])
    bottom, top = axes.get_ylim()
    needed = (top - bottom) * 0.2
    gap = high.get_position()[1] - low.get_position()[1]
    if gap < needed:
        shift = (needed - gap) / 2
        low.set_y(low.get_position()[1] - shift)
        high.set_y(high.get_position()[1] + shift)


def _draw_strips(axes: Axes, points: tuple[ClusterPoint, ...]) -> None:
    import seaborn

    arms = [arm for arm in ("treated", "comparison") if any(point.arm == arm for point in points)]
    names = {arm: f"{arm} ({sum(p.arm == arm for p in points)})" for arm in arms}
    values = [point.mean_posttest for point in points]
    groups = [names[point.arm] for point in points]
    colours = {names["treated"]: TREATED} | ({names["comparison"]: COMPARISON} if "comparison" in names else {})
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


def error_figure(findings: Findings, folder: Path) -> Block | None:
    """Errors per hour of use in each class period, against the rate of all periods together."""
    reliability = findings.reliability
    if reliability is None or reliability.rate is None or len(reliability.periods) < 2:
        return None
    is_odd = reliability.concentration is not None and reliability.concentration.p_value < 0.05

    def draw(axes: Axes) -> None:
        rates = [period.errors / period.hours for period in reliability.periods]
        names = [f"period {p.period}" if p.period.isdigit() else p.period for p in reliability.periods]
        colours = [
            COMPARISON if is_odd and period.period == reliability.worst_period else "#8fa9c4" for period in reliability.periods
        ]
        axes.bar(names, rates, color=colours, width=0.65)
        for place, (rate, period) in enumerate(zip(rates, reliability.periods, strict=True)):
            label = f"{period.errors} in {period.hours:.0f} h" if len(names) <= MOST_WIDE_LABELS else f"{period.errors}"
            above = {"xytext": (0, 2), "textcoords": "offset points", "ha": "center", "va": "bottom"}
            axes.annotate(label, (place, rate), fontsize=8, bbox=ON_WHITE, **above)
        overall = reliability.rate.estimate
        axes.axhline(overall, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
        axes.annotate(  # beside the axes, where no bar's own label can be
            f"all periods:\n{overall:.2f}",
            (1, overall),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
        axes.set_xlim(-0.6, len(names) - 0.4)
        if sum(map(len, names)) > MOST_LETTERS_LEVEL:
            axes.tick_params(axis="x", rotation=35)
            for name in axes.get_xticklabels():
                name.set(ha="right", rotation_mode="anchor")
        axes.set_ylim(0, max(*rates, overall) * 1.18 or 1)  # without any error the axis still needs a height
        axes.set_ylabel("Errors per hour of use")

    path = save(folder / "errors.svg", draw, height=2.4)
    worst = next((p for p in reliability.periods if p.period == reliability.worst_period), None)
    message = (
        f"Errors gather in period {fmt.text(worst.period)}."
        if is_odd
        else "Errors are spread over the periods as chance would spread them."
    )
    spoken = "; ".join(f"period {p.period}: {p.errors} errors in {p.hours:.0f} hours" for p in reliability.periods)
    return figure_block(
        path, name="errors", caption=f"{message} Errors per hour of use by class period.", alt=f"{message} {spoken}."
    )
