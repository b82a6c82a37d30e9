"""Figures of the teacher surveys: change of each area, and how the answers lie on the scale."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.findings import Findings, SubscaleFinding, SurveyFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block, stacked
from pilotproof.report.drawing import COMPARISON, INK, TREATED, interval_row, name_rows, save, tip
from pilotproof.report.figure_data import FigureData
from pilotproof.stats.results import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BEFORE = ", before"
NARROWEST = 0.04  # share of the answers below which a part of a bar has no room for its number
MOST_STEPS = 10  # of a scale whose answers can each have a colour
Row = tuple[str, tuple[int, ...]]


def change_figures(findings: Findings, folder: Path) -> Block | None:
    """Mean change of each area with its interval, a figure for each survey with a change."""
    return stacked(_change_figure(survey, findings, folder) for survey in findings.surveys)


def _change_figure(survey: SurveyFinding, findings: Findings, folder: Path) -> Block | None:
    shown = [scale for scale in survey.changed if scale.change.interval is not None]
    if not shown:
        return None

    def draw(axes: Axes) -> None:
        for row, scale in enumerate(shown):
            colour = TREATED if scale.is_tool_outcome else "#777777"
            interval_row(axes, row, scale.change.mean_change, scale.change.interval, colour, scale.label)
        axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
        name_rows(axes, [scale.label for scale in shown])
        axes.set_xlabel(f"Change from before to after (scale of {survey.low} to {survey.high})")

    data = FigureData.of(
        ("area", "is_tool_outcome", "mean_change", "low", "high", "teachers"),
        (
            (s.label, "yes" if s.is_tool_outcome else "no", s.change.mean_change, *_limits(s.change.interval), s.change.n)
            for s in shown
        ),
    )
    path = save(folder / f"change-{survey.name}.svg", draw, data=data, rows=len(shown) + 1)
    spoken = "; ".join(f"{scale.label} {fmt.signed(scale.change.mean_change)}" for scale in shown)
    grey = "; grey describes the school, not the tool" if any(not scale.is_tool_outcome for scale in shown) else ""
    return figure_block(
        path,
        name=f"change-{survey.name.replace('_', '-')}",
        message=_change_message(survey),
        note=f"Dots are mean changes, lines {fmt.confidence(findings.pilot.confidence)}s of the paired t test{grey}."
        f"{_off_zero(shown)}",
        spoken=f"Mean change of each survey area: {spoken}.",
    )


def _limits(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def _change_message(survey: SurveyFinding) -> str:
    asked = [scale for scale in survey.changed if scale.is_tool_outcome]
    rose = sum(scale.change.mean_change > 0 for scale in asked)
    told = sum(scale.is_significant for scale in asked)
    return f"Teachers’ answers rose in {rose} of {fmt.count(len(asked), 'area')}; {told or 'none'} can be told from chance."


def _off_zero(shown: list[SubscaleFinding]) -> str:
    """That a line off zero is no result by itself, where a reader would take it for one."""
    intervals = [scale.change.interval for scale in shown if not scale.is_significant]
    if any(one.low > 0 or one.high < 0 for one in intervals):
        return " A line off zero is suggestive only: the exact tests, or the number of areas, do not bear it out."
    return ""


def answer_figures(findings: Findings, folder: Path) -> Block | None:
    """How the answers lie on the scale, a figure for each survey of more than one item."""
    return stacked(_answer_figure(survey, folder) for survey in findings.surveys)


def _answer_figure(survey: SurveyFinding, folder: Path) -> Block | None:
    by_item, count = _item_rows(survey), sum(len(scale.items) for scale in survey.subscales)
    rows = by_item or _area_rows(survey)
    if count == 1 or not rows or survey.high - survey.low > MOST_STEPS:
        return None
    codes = [str(code) for code in range(survey.low, survey.high + 1)]
    data = FigureData.of(("row", *(f"answer {code}" for code in codes)), ((name, *counts) for name, counts in rows))
    path = save(
        folder / f"answers-{survey.name}.svg", lambda axes: _draw(axes, rows, survey), data=data, height=0.5 + 0.19 * len(rows)
    )
    spoken = "; ".join(f"{name}: {_spoken(counts)}" for name, counts in rows)
    what = "item by item" if by_item else "all items of an area together"
    return figure_block(
        path,
        name=f"answers-{survey.name.replace('_', '-')}",
        message=_answer_message(survey, rows),
        note=f"How many chose each answer, {what}. Answers below the middle of the scale lie to the left of the line, those "
        "above it to the right. Reverse-keyed items were turned round.",
        spoken=f"Counts of answers from {survey.low} to {survey.high}. {spoken}.",
    )


def _answer_message(survey: SurveyFinding, rows: list[Row]) -> str:
    """How many of the answers after the pilot lie above the middle of the scale."""
    last = [counts for name, counts in rows if not name.endswith(BEFORE)]
    middle = (survey.high - survey.low) / 2
    above = sum(count for counts in last for place, count in enumerate(counts) if place > middle)
    return (
        f"After the pilot {above} of the {fmt.count(sum(map(sum, last)), 'answer')} to the {fmt.text(survey.instrument)} "
        "lay above the middle of the scale."
    )


def _item_rows(survey: SurveyFinding) -> list[Row]:
    """A row for each item after the pilot, where the codebook says what items are about and enough teachers answered."""
    items = [(scale.label, item) for scale in survey.subscales for item in scale.items]
    if len(survey.waves) > 1 or any(item.after is None or item.topic is None for _, item in items):
        return []
    return [(f"{label}: {item.topic}", item.after.counts) for label, item in items]


def _area_rows(survey: SurveyFinding) -> list[Row]:
    rows = []
    for scale in survey.subscales:
        if scale.before is not None:
            rows.append((f"{scale.label}{BEFORE}", scale.before))
        if scale.after is not None:
            rows.append(("after" if scale.before is not None else scale.label, scale.after))
    return rows


def _draw(axes: Axes, rows: list[Row], survey: SurveyFinding) -> None:
    """Bars of equal length that are balanced on the middle of the scale."""
    colours, middle = _colours(survey.high - survey.low + 1), (survey.high - survey.low) / 2
    for row, (name, counts) in enumerate(rows):
        total = sum(counts)
        left = -sum(count * (1 if place < middle else 0.5) for place, count in enumerate(counts) if place <= middle) / total
        for place, count in enumerate(counts):
            bar = axes.barh(row, count / total, left=left, height=0.72, color=colours[place], edgecolor="white", linewidth=0.6)
            tip(bar[0], f"{name}, answer {survey.low + place}: {count} of {total}")
            if count / total >= NARROWEST:
                ink = "white" if abs(place - middle) > middle / 2 else INK
                axes.text(left + count / total / 2, row, f"{count}", ha="center", va="center", fontsize=7.5, color=ink)
            left += count / total
    axes.axvline(0, color=INK, linewidth=0.8, zorder=0)
    name_rows(axes, [name for name, _ in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    _name_answers(axes, colours, survey)


def _name_answers(axes: Axes, colours: list[tuple[float, ...]], survey: SurveyFinding) -> None:
    """The codes above the bars, the two ends with their wording."""
    from matplotlib.patches import Patch

    names = [f"{code}" for code in range(survey.low, survey.high + 1)]
    if survey.ends is not None:
        names[0], names[-1] = (
            f"{name} {wording.lower()}" for name, wording in zip(names[:: len(names) - 1], survey.ends, strict=True)
        )
    patches = [Patch(color=colour, label=name) for colour, name in zip(colours, names, strict=True)]
    axes.figure.legend(
        handles=patches, loc="outside upper center", ncols=len(names), frameon=False, fontsize=8, handlelength=1, columnspacing=1
    )


def _colours(codes: int) -> list[tuple[float, ...]]:
    """From one colour over a pale middle to the other; dark ends, so that they can be told in grey by their place."""
    from matplotlib.colors import LinearSegmentedColormap

    ramp = LinearSegmentedColormap.from_list("answers", [COMPARISON, "#e6e6e6", TREATED])
    return [ramp(place / (codes - 1)) for place in range(codes)]


def _spoken(counts: tuple[int, ...]) -> str:
    return ", ".join(f"{count}" for count in counts)
