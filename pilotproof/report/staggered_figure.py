"""The figure of a staggered start: means of each class over the days, its first day with the tool marked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.disclosure import may_show
from pilotproof.findings import ClassDay, ClassPhases, Findings, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.drawing import COMPARISON, INK, TREATED, save_panels
from pilotproof.report.figure_data import FigureData
from pilotproof.report.verdicts import higher, is_significant

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL = 0.85  # inches
TICKS = 5


def staggered_figure(outcome: OutcomeFinding, findings: Findings, folder: Path) -> Block | None:
    """A small panel for each class, C1 first; days with fewer students than the smallest group are not drawn."""
    found = outcome.staggered
    if found is None:
        return None
    shown = [point for point in found.points if may_show(point.students, findings)]
    if not shown:
        return None
    hidden = len(found.points) - len(shown)
    small = (
        f" {fmt.count(hidden, 'day', 'days')} of a class with fewer than {findings.pilot.smallest_group} students "
        f"{'is' if hidden == 1 else 'are'} not drawn."
        if hidden
        else ""
    )
    header = ("class", "first_day_with_tool", "day", "mean", "students")
    starts = {phase.label: phase.start for phase in found.phases}
    data = FigureData.of(header, ((p.label, starts[p.label], p.day, p.mean, p.students) for p in shown))
    path = save_panels(
        folder / f"staggered-{outcome.name}.svg",
        lambda panels: _draw(panels, found.phases, shown, outcome.unit),
        data=data,
        height=0.6 + PANEL * len(found.phases),
        grid=(len(found.phases), 1),
    )
    return figure_block(
        path,
        name=f"staggered-{outcome.name}",
        message=_message(outcome, findings),
        note=f"Means of each class by day; the dashed line is its first day with the tool.{small}",
        spoken=_spoken(found.phases, shown),
    )


def _message(outcome: OutcomeFinding, findings: Findings) -> str:
    tool, label = fmt.text(findings.pilot.tool), fmt.text(outcome.label)
    if is_significant(outcome):
        return f"Scores on the {label} were {higher(outcome)} from each class’s start with {tool} on, beyond chance."
    return f"Whether scores on the {label} changed with the start of {tool} cannot be told from chance."


def _spoken(phases: tuple[ClassPhases, ...], shown: list[ClassDay]) -> str:
    """Mean of the days before and after each start, from the days that are drawn."""
    said = []
    for phase in phases:
        of_class = [point for point in shown if point.label == phase.label]
        means = [
            fmt.number(sum(point.mean for point in side) / len(side), 1) if side else "nothing shown"
            for side in ([p for p in of_class if p.day < phase.start], [p for p in of_class if p.day >= phase.start])
        ]
        said.append(f"{phase.label}, start {fmt.day(phase.start)}: {means[0]} before, {means[1]} after")
    return f"Mean of the days: {'; '.join(said)}."


def _draw(panels: list[Axes], phases: tuple[ClassPhases, ...], shown: list[ClassDay], unit: str) -> None:
    """One panel under the other, on one scale."""
    from matplotlib.dates import AutoDateLocator, DateFormatter

    for axes, phase in zip(panels, phases, strict=True):
        for is_after, colour, marker in ((False, COMPARISON, "s"), (True, TREATED, "o")):
            side = [p for p in shown if p.label == phase.label and (p.day >= phase.start) == is_after]
            axes.plot([p.day for p in side], [p.mean for p in side], color=colour, marker=marker, markersize=3, linewidth=1.1)
        axes.axvline(phase.start, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
        axes.set_ylabel(phase.label, rotation=0, ha="right", va="center")
    panels[-1].xaxis.set_major_locator(AutoDateLocator(maxticks=TICKS))
    panels[-1].xaxis.set_major_formatter(DateFormatter("%b %d"))
    panels[-1].figure.supylabel(f"Mean score ({unit})", fontsize=9)
