"""Figures of technical errors: by class period, in the calendar of the window, and week by week."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.findings import CalendarCell, Findings, ReliabilityFinding, WeekRate
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.drawing import CLEAR, COMPARISON, INK, PALE, TREATED, name_rows, save, tip
from pilotproof.report.figure_data import FigureData
from pilotproof.stats.count_models import CountModel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ALPHA = 0.05
NO_LESSON = "#d9d9d9"
DARKEST = 0.4  # of the shade of the fullest hour of use: numbers on it stay readable
LABEL = 0.14  # of the axis: the words beside a bar
MOST_NAMED = 12  # weeks that each have room for their numbers


def error_figure(findings: Findings, folder: Path) -> Block | None:
    """Errors per hour of use in each class period, against the rate of all periods together."""
    reliability = findings.reliability
    if reliability is None or reliability.rate is None or len(reliability.periods) < 2:
        return None
    is_odd = reliability.concentration is not None and reliability.concentration.p_value < ALPHA

    def draw(axes: Axes) -> None:
        _draw_periods(axes, reliability, is_odd)

    data = FigureData.of(("period", "errors", "hours"), ((p.period, p.errors, p.hours) for p in reliability.periods))
    path = save(folder / "errors.svg", draw, data=data, height=0.75 + 0.21 * len(reliability.periods))
    spoken = "; ".join(f"period {p.period}: {p.errors} errors in {p.hours:.0f} hours" for p in reliability.periods)
    note = "Errors per hour of use by class period; the dashed line is the rate of all periods together."
    return figure_block(path, name="errors", message=_periods_message(reliability, is_odd), note=note, spoken=f"{spoken}.")


def _periods_message(reliability: ReliabilityFinding, is_odd: bool) -> str:
    """Of errors that were tested for gathering in a period, and of those that could not be."""
    if not reliability.errors:
        return "No error was reported in any period."
    if is_odd:
        return f"Errors gather in {_named(fmt.text(reliability.worst_period))}."
    if reliability.concentration is None:
        return "Errors by class period, too few to tell whether they gather in one."
    return "Chance can explain how errors are spread over the periods."


def _draw_periods(axes: Axes, reliability: ReliabilityFinding, is_odd: bool) -> None:
    periods, overall = reliability.periods, reliability.rate.estimate
    rates = [period.errors / period.hours for period in periods]
    limit = max(*rates, overall) * 1.2 or 1  # without any error the axis still needs a length
    axes.axvline(overall, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=3)
    for place, (rate, period) in enumerate(zip(rates, periods, strict=True)):
        colour = COMPARISON if is_odd and period.period == reliability.worst_period else PALE
        bar = axes.barh(place, rate, color=colour, height=0.7)
        tip(bar[0], f"{_named(period.period)}: {fmt.number(rate)} errors per hour")
        words, style = (
            f"{period.errors} in {period.hours:.0f} h",
            {"va": "center", "fontsize": 8, "bbox": CLEAR | {"alpha": 1}, "zorder": 4},
        )
        beside = overall if rate < overall < rate + limit * LABEL else rate  # beyond the line where the words would lie across it
        axes.annotate(words, (beside, place), xytext=(4, 0), textcoords="offset points", **style)
    name_rows(axes, [_named(period.period) for period in periods])
    axes.set_ylim(len(rates) - 0.45, -1.25)
    axes.annotate(
        f"all periods: {overall:.2f}", (overall, -0.85), xytext=(5, 0), textcoords="offset points", va="center", fontsize=8
    )
    axes.set_xlim(0, limit)
    axes.set_xlabel("Errors per hour of use")


def _named(period: str) -> str:
    return f"period {period}" if period.isdigit() else period


def calendar_figure(findings: Findings, folder: Path) -> Block | None:
    """Each class period of each day, or week: no lesson, a lesson, errors; the longer the tool was used, the darker."""
    reliability = findings.reliability
    if reliability is None or not reliability.calendar:
        return None
    cells, by = reliability.calendar, reliability.calendar_by
    days, periods = _columns(cells, by), _periods(reliability)

    def draw(axes: Axes) -> None:
        _draw_calendar(axes, cells, days, periods)
        _name_days(axes, days, by)
        axes.set_yticks(range(len(periods)), [_named(period) for period in periods])

    header = (by, "period", "errors", "hours", "lessons")
    data = FigureData.of(header, ((c.day, c.period, c.errors, c.hours, c.lessons) for c in cells))
    path = save(folder / "calendar.svg", draw, data=data, height=0.75 + 0.24 * len(periods))
    spoken = "; ".join(f"{fmt.day(c.day)}, {_named(c.period)}: {c.errors}" for c in cells if c.errors)
    return figure_block(
        path,
        name="calendar",
        message=_calendar_message(cells, by),
        note=f"Each square is a class period of one {by}; grey: no lesson; the darker blue, the more hours the tool was in use; "
        "the number in a dark frame is of errors.",
        spoken=f"Errors: {spoken}." if spoken else "No errors.",
    )


def _calendar_message(cells: tuple[CalendarCell, ...], by: str) -> str:
    held = {cell.day for cell in cells if cell.lessons}
    bad = {cell.day for cell in cells if cell.errors and cell.lessons}
    if not bad:
        return f"No error was reported in a lesson on record on any of {fmt.count(len(held), by)} with lessons."
    where = "on" if by == "day" else "in"
    return f"Errors were reported {where} {len(bad)} of {fmt.count(len(held), by)} with lessons."


def _periods(reliability: ReliabilityFinding) -> list[str]:
    """As they are ordered everywhere, with those of which only errors are known at the end."""
    return list(dict.fromkeys([p.period for p in reliability.periods] + [cell.period for cell in reliability.calendar]))


def _columns(cells: tuple[CalendarCell, ...], by: str) -> list[date]:
    """All days or weeks from the first to the last; a weekend only where something happened on one."""
    step, first, last = timedelta(days=1 if by == "day" else 7), cells[0].day, max(cell.day for cell in cells)
    every = [first + step * number for number in range((last - first) // step + 1)]
    used = {cell.day for cell in cells}
    return [day for day in every if day in used or by == "week" or day.weekday() < 5]


def _draw_calendar(axes: Axes, cells: tuple[CalendarCell, ...], days: list[date], periods: list[str]) -> None:
    from matplotlib.patches import Rectangle

    most = max(cell.hours for cell in cells) or 1.0
    axes.add_patch(Rectangle((-0.5, -0.5), len(days), len(periods), facecolor=NO_LESSON, linewidth=0))
    for cell in cells:
        x, y = days.index(cell.day), periods.index(cell.period)
        shade = (TREATED, 0.06 + (DARKEST - 0.06) * cell.hours / most) if cell.lessons else NO_LESSON
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor="white", linewidth=0))
        square = axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=shade, linewidth=0))
        words = f"{fmt.count(cell.errors, 'error')} in {cell.hours:.1f} hours of use"
        tip(square, f"{fmt.day(cell.day)}, {_named(cell.period)}: {words}")
        if cell.errors:
            frame = {"facecolor": "white", "edgecolor": COMPARISON, "linewidth": 1.4}
            tip(axes.add_patch(Rectangle((x - 0.36, y - 0.36), 0.72, 0.72, **frame)), words)
            axes.text(x, y, f"{cell.errors}", ha="center", va="center", fontsize=7.5, fontweight="bold", color=COMPARISON)
    for place in range(len(days) + 1):
        is_week = place < len(days) and place > 0 and days[place].isocalendar()[1] != days[place - 1].isocalendar()[1]
        axes.axvline(place - 0.5, color="white", linewidth=3.5 if is_week and len(days) > 5 else 1)
    axes.hlines([place - 0.5 for place in range(len(periods) + 1)], -0.5, len(days) - 0.5, color="white", linewidth=1)
    axes.set_xlim(-0.5, len(days) - 0.5)
    axes.set_ylim(len(periods) - 0.5, -0.5)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)


def _name_days(axes: Axes, days: list[date], by: str) -> None:
    """Letters of the weekdays, and the date below each first day of a week; every few weeks where there are many."""
    if by == "day":
        names = [f"{day:%a}"[0] + (f"\n{day:%b} {day.day}" if _begins(days, n) else "") for n, day in enumerate(days)]
    else:
        every = -(-len(days) // MOST_NAMED)
        names = [f"{day:%b} {day.day}" if n % every == 0 else "" for n, day in enumerate(days)]
    axes.set_xticks(range(len(days)), names, fontsize=8)


def _begins(days: list[date], place: int) -> bool:
    """Whether this is the first day of its week, with room before the next date."""
    if place == 0:
        return len(days) < 2 or days[0].isocalendar()[:2] == days[min(2, len(days) - 1)].isocalendar()[:2]
    return days[place].isocalendar()[:2] != days[place - 1].isocalendar()[:2]


def week_figure(findings: Findings, folder: Path) -> Block | None:
    """Errors per hour of use of each calendar week with its interval, against the whole window; drawn from two weeks on."""
    reliability = findings.reliability
    if reliability is None or sum(week.rate is not None for week in reliability.weeks) < 2:
        return None
    weeks = [week for week in reliability.weeks if week.rate is not None]

    def draw(axes: Axes) -> None:
        _draw_weeks(axes, weeks, reliability.rate.estimate)

    rows = ((w.monday, w.errors, w.hours, w.rate.estimate, w.rate.interval.low, w.rate.interval.high) for w in weeks)
    data = FigureData.of(("week_of", "errors", "hours", "errors_per_hour", "low", "high"), rows)
    path = save(folder / "errors-by-week.svg", draw, data=data, height=2.3)
    spoken = "; ".join(
        f"week of {fmt.day(week.monday)}: {fmt.number(week.rate.estimate)} "
        f"({fmt.interval(week.rate.interval.low, week.rate.interval.high)})"
        for week in weeks
    )
    return figure_block(
        path,
        name="errors-by-week",
        message=_trend_message(reliability),
        note=f"Dots are errors per hour of use in a calendar week, lines {fmt.confidence(weeks[0].rate.interval.confidence)}s; "
        "the dashed line is the rate of the whole window.",
        spoken=f"Errors per hour of use: {spoken}.",
    )


def _trend_message(reliability: ReliabilityFinding) -> str:
    if not reliability.errors:
        return "No week of the window had an error."
    model = reliability.trend
    week = model.terms[0] if isinstance(model, CountModel) else None
    if week is None or week.few_clusters or week.p_value >= ALPHA:
        return "Whether errors became more or fewer over the weeks cannot be told."
    return f"Errors became {'more' if week.rate_ratio > 1 else 'fewer'} over the weeks."


def _draw_weeks(axes: Axes, weeks: list[WeekRate], overall: float) -> None:
    for place, week in enumerate(weeks):
        low, high = week.rate.interval.low, week.rate.interval.high
        line = axes.plot([place] * 2, [low, high], color=TREATED, linewidth=2, solid_capstyle="butt", zorder=2)
        dot = axes.plot([place], [week.rate.estimate], marker="o", color=TREATED, markersize=6, zorder=3)
        for mark in (*line, *dot):
            tip(mark, f"week of {fmt.day(week.monday)}: {fmt.number(week.rate.estimate)}, interval {fmt.interval(low, high)}")
        if len(weeks) <= MOST_NAMED:
            words = f"{week.errors} in\n{week.hours:.0f} h"
            axes.annotate(words, (place, high), xytext=(0, 2), textcoords="offset points", ha="center", va="bottom", fontsize=8)
    axes.axhline(overall, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    axes.text(len(weeks) - 0.45, overall, f"whole window:\n{overall:.2f}", va="bottom", fontsize=8)
    every = -(-len(weeks) // MOST_NAMED)
    axes.set_xticks(range(0, len(weeks), every), [f"{week.monday:%b} {week.monday.day}" for week in weeks[::every]])
    axes.set_xlim(-0.6, len(weeks) - 0.4 + 0.19 * len(weeks))
    axes.set_ylim(0, 1.25 * max(week.rate.interval.high for week in weeks))
    axes.set_xlabel("Week of")
    axes.set_ylabel("Errors per hour of use")
