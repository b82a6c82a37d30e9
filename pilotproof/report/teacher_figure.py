"""Change of each teacher as a line, where all of them agreed to be shown; T1, T2 … and never a name or an id."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.findings import Findings, SubscaleFinding, SurveyFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block, stacked
from pilotproof.report.drawing import COMPARISON, GREY, TREATED, apart, save_panels, tip
from pilotproof.report.figure_data import FigureData

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ACROSS = 3  # panels beside each other
PANEL = 1.75  # inches
LABEL = 0.115  # of a panel, that a label is high
MOST_TEACHERS = 10  # more lines have no room for their labels


def teacher_figures(findings: Findings, folder: Path) -> Block | None:
    """A figure for each survey whose teachers agreed."""
    return stacked(_teacher_figure(survey, folder) for survey in findings.surveys)


def _teacher_figure(survey: SurveyFinding, folder: Path) -> Block | None:
    shown = [scale for scale in survey.subscales if 0 < len(scale.teachers) <= MOST_TEACHERS]
    if not shown:
        return None
    down = -(-len(shown) // ACROSS)
    grid = (down, min(ACROSS, len(shown)))
    header = ("area", "teacher", "before", "after")
    data = FigureData.of(header, ((s.label, line.label, line.before, line.after) for s in shown for line in s.teachers))
    path = save_panels(
        folder / f"teachers-{survey.name}.svg",
        lambda panels: _draw(panels, shown, survey),
        data=data,
        height=PANEL * down + 0.2,
        grid=grid,
    )
    spoken = "; ".join(
        f"{scale.label}: " + ", ".join(f"{t.label} {fmt.number(t.before, 1)} to {fmt.number(t.after, 1)}" for t in scale.teachers)
        for scale in shown
    )
    return figure_block(
        path,
        name=f"teachers-{survey.name.replace('_', '-')}",
        message=_message(shown),
        note="Each line is one teacher, by the same label in every area; solid where the score rose, dashed where it fell, grey "
        "where it stayed. All teachers agreed to be shown in this way.",
        spoken=f"Score before and after: {spoken}.",
    )


def _message(shown: list[SubscaleFinding]) -> str:
    lines = [line for scale in shown for line in scale.teachers]
    rose, fell = sum(line.after > line.before for line in lines), sum(line.after < line.before for line in lines)
    return (
        f"Of {fmt.count(len(lines), 'pair')} of scores before and after, {rose} rose, {fell} fell and "
        f"{len(lines) - rose - fell} stayed."
    )


def _draw(panels: list[Axes], shown: list[SubscaleFinding], survey: SurveyFinding) -> None:
    for axes in panels[len(shown) :]:
        axes.set_visible(False)
    lowest = min(min(line.before, line.after) for scale in shown for line in scale.teachers)
    low = max(survey.low, lowest // 1) - 0.2
    for axes, scale in zip(panels, shown, strict=False):
        axes.set_ylim(low, survey.high + 0.2)
        _draw_panel(axes, scale)
        axes.set_xticks([0, 1], ["before", "after"])
        axes.tick_params(labelbottom=True)
        axes.set_xlim(-0.15, 1.75)
        axes.spines["bottom"].set_bounds(0, 1)
        axes.set_title(_in_lines(scale.label), fontsize=8.5, loc="left")


def _draw_panel(axes: Axes, scale: SubscaleFinding) -> None:
    for line in scale.teachers:
        rise = line.after - line.before
        colour, style = (TREATED, "-") if rise > 0 else (COMPARISON, (0, (4, 2))) if rise < 0 else (GREY, ":")
        drawn = axes.plot(
            [0, 1], [line.before, line.after], color=colour, linestyle=style, marker="o", markersize=3, linewidth=1.2
        )
        tip(drawn[0], f"{line.label}: {fmt.number(line.before, 2)} before, {fmt.number(line.after, 2)} after")
    ends: dict[float, list[str]] = {}
    for line in scale.teachers:
        ends.setdefault(round(line.after, 6), []).append(line.label)
    labels = {" ".join(names): height for height, names in ends.items()}
    bottom, top = axes.get_ylim()
    for words, height in apart(labels, LABEL * (top - bottom)).items():
        axes.text(1.08, height, words, va="center", fontsize=7.5)


def _in_lines(label: str, longest: int = 26) -> str:
    """A long name of an area over two lines."""
    import textwrap

    return "\n".join(textwrap.wrap(label, longest))
