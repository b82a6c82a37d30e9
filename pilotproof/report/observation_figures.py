"""The figure of time on task: lessons, never a single student."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.disclosure import may_show
from pilotproof.findings import Findings, OnTaskShare, ProcedureFinding, SessionPoint
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.drawing import COMPARISON, INK, TREATED, save, tip
from pilotproof.report.figure_data import FigureData
from pilotproof.report.observations import shown_shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = {"treated": "with the tool", "comparison": "comparison"}
LOOKS = {  # colour, marker, its filling, line: told apart in grey too
    "treated": (TREATED, "o", TREATED, "-"),
    "comparison": (COMPARISON, "s", "white", (0, (4, 2))),
}
LEAST_GAP = 0.2  # of the axis, between two labels


def on_task_figure(findings: Findings, folder: Path) -> Block | None:
    """Share on task of each scanned lesson by day, with the mean of each phase."""
    procedures = findings.observations.procedures if findings.observations else ()
    scans = next((procedure for procedure in procedures if procedure.sessions), None)
    points = tuple(point for point in scans.sessions if may_show(int(point.students), findings)) if scans else ()
    if not points:
        return None
    shares = shown_shares(scans, findings)

    def draw(axes: Axes) -> None:
        _draw_lessons(axes, points)
        _draw_means(axes, points, shares)
        _draw_window(axes, findings, {point.phase for point in points})

    header = ("day", "arm", "phase", "share_on_task", "students")
    data = FigureData.of(header, ((p.session_date, p.arm, p.phase, p.share, p.students) for p in points))
    path = save(folder / "on-task.svg", draw, data=data, height=2.6)
    hidden = len(scans.sessions) - len(points)
    small = (
        f" {fmt.count(hidden, 'lesson')} with fewer than {findings.pilot.smallest_group} students not drawn." if hidden else ""
    )
    spoken = "; ".join(f"{NAMES[share.arm]}, {share.phase} {fmt.percent(share.estimate)}" for share in shares)
    return figure_block(
        path,
        name="on-task",
        message=_message(scans, shares),
        note=f"Each mark is an observed lesson, lines are means over teachers.{_agreed(scans)}{small}",
        spoken=f"Mean share of students on task: {spoken}.{_agreed(scans)}",
    )


def _agreed(scans: ProcedureFinding) -> str:
    """How far two observers agreed, without which nobody knows what the marks are worth."""
    found = scans.agreement
    if found is None:
        return " No lesson was coded by two observers."
    coded, lessons = (sum(getattr(one, what) for one in found.coding) for what in ("double_coded", "sessions"))
    return f" Two observers coded {coded} of {fmt.count(lessons, 'lesson')}; their agreement was {fmt.percent(found.agreement)}."


def _message(scans: ProcedureFinding, shares: tuple[OnTaskShare, ...]) -> str:
    during = {share.arm: share for share in shares if share.phase == "during"}
    if len(during) < 2:
        return f"Students on task in {fmt.count(len(scans.sessions), 'lesson')}."
    treated, comparison = during["treated"], during["comparison"]
    return (
        f"In the window {fmt.percent(treated.estimate)} of students were on task in lessons with the tool and "
        f"{fmt.percent(comparison.estimate)} in those of the comparison group."
    )


def _draw_lessons(axes: Axes, points: tuple[SessionPoint, ...]) -> None:
    from matplotlib.dates import DateFormatter, WeekdayLocator, date2num
    from matplotlib.ticker import PercentFormatter

    for arm, (colour, marker, fill, _) in LOOKS.items():
        own = [point for point in points if point.arm == arm]
        look = {"linestyle": "", "marker": marker, "markersize": 4, "color": colour, "markerfacecolor": fill, "alpha": 0.7}
        for point in own:
            mark = axes.plot([date2num(point.session_date)], [point.share], **look)
            tip(mark[0], f"{fmt.day(point.session_date)}, {NAMES[arm]}: {fmt.percent(point.share)} on task")
    axes.set_ylim(max(0.0, min(point.share for point in points) - 0.06), 1.0)
    axes.set_ylabel("Students on task")
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.xaxis.set_major_locator(WeekdayLocator(byweekday=0))
    axes.xaxis.set_major_formatter(DateFormatter("%b %d"))


def _draw_means(axes: Axes, points: tuple[SessionPoint, ...], shares: tuple[OnTaskShare, ...]) -> None:
    """A line for each arm and phase, the last of an arm named at its end."""
    from matplotlib.dates import date2num

    ends: dict[str, float] = {}
    for share in shares:
        days = [date2num(point.session_date) for point in points if (point.arm, point.phase) == (share.arm, share.phase)]
        if days:
            colour, _, _, line = LOOKS[share.arm]
            axes.plot([min(days) - 0.4, max(days) + 0.4], [share.estimate] * 2, color=colour, linestyle=line, linewidth=1.8)
            ends[share.arm] = share.estimate
    right = max(date2num(point.session_date) for point in points) + 0.8
    for arm, height in _apart(ends, axes.get_ylim()).items():
        axes.text(right, height, f"{NAMES[arm]}\n{fmt.percent(ends[arm])}", color=LOOKS[arm][0], va="center", fontsize=8.5)
    axes.set_xlim(min(date2num(point.session_date) for point in points) - 1, right + 6)


def _apart(ends: dict[str, float], limits: tuple[float, float]) -> dict[str, float]:
    """Heights of the labels: where their lines end, moved apart where one would cover the other."""
    if len(ends) < 2:
        return ends
    low, high = sorted(ends, key=lambda arm: ends[arm])
    missing = max(0.0, (limits[1] - limits[0]) * LEAST_GAP - (ends[high] - ends[low])) / 2
    return {low: ends[low] - missing, high: ends[high] + missing}


def _draw_window(axes: Axes, findings: Findings, phases: set[str]) -> None:
    """Where the window begins and ends, if lessons were observed on both sides."""
    from matplotlib.dates import date2num

    sides = {
        "before": (date2num(findings.pilot.window_start) - 0.5, "window begins"),
        "after": (date2num(findings.pilot.window_end) + 0.5, "window ends"),
    }
    for phase, (place, words) in sides.items():
        if phase in phases:
            axes.axvline(place, color=INK, linewidth=0.8, linestyle=(0, (1, 2)))
            axes.text(place + 0.2, 0.995, words, va="top", fontsize=8)
