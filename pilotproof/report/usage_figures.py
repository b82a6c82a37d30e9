"""Figures of use: parts of the tool by week, and cells of students by use; never a single student."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.disclosure import may_show, may_show_part
from pilotproof.findings import DoseFinding, FeatureWeek, Findings
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.drawing import INK, PALE, TREATED, save, tip
from pilotproof.report.figure_data import FigureData
from pilotproof.stats.dose import DoseResponse

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_FEATURES = 12  # rows of the heat map
ALPHA = 0.05
NARROW = 0.16  # of the bar of licences: a part without room for its words
AMOUNTS = {"hours": "Hours of use in the window", "logins": "Logins in the window", "records": "Records of use in the window"}


def feature_figure(findings: Findings, folder: Path) -> Block | None:
    """Records of use by part of the tool and week; a cell of too few students is hatched and has no number."""
    usage = findings.usage
    if usage is None or not usage.features:
        return None
    names = list(dict.fromkeys(cell.feature for cell in usage.features))
    drawn = names[:MOST_FEATURES]
    cells = [cell for cell in usage.features if cell.feature in drawn]
    shown = [cell for cell in cells if not cell.students or may_show(cell.students, findings)]
    if not any(cell.events for cell in shown):
        return None

    def draw(axes: Axes) -> None:
        _draw_cells(axes, cells, shown, drawn, findings.pilot.smallest_group)
        axes.set_xticks(range(usage.weeks), [f"week {week}" for week in range(1, usage.weeks + 1)])
        axes.set_yticks(range(len(drawn)), [name or "not named" for name in drawn])
        axes.set_xlim(-0.5, usage.weeks - 0.5)
        axes.set_ylim(len(drawn) - 0.5, -0.5)
        axes.tick_params(length=0)
        axes.spines[["left", "bottom"]].set_visible(False)

    data = FigureData.of(("part", "week", "records"), ((cell.feature, cell.week, cell.events) for cell in shown))
    path = save(folder / "features.svg", draw, data=data, rows=len(drawn) + 1)
    left = len(names) - len(drawn)
    notes = (
        f" Hatched: fewer than {findings.pilot.smallest_group} students." if len(shown) < len(cells) else "",
        f" The {fmt.count(left, 'least used part')} of the tool {'is' if left == 1 else 'are'} not drawn." if left else "",
    )
    spoken = "; ".join(f"{cell.feature or 'not named'}, week {cell.week}: {cell.events}" for cell in shown)
    return figure_block(
        path,
        name="features",
        message=_busiest(shown),
        note=f"Records of use by treated students, by part of the tool and week of the window.{''.join(notes)}",
        spoken=f"Records of use: {spoken}.",
    )


def _busiest(shown: list[FeatureWeek]) -> str:
    most = max(shown, key=lambda cell: cell.events)
    idle = sum(not cell.events for cell in shown)
    first = f"Most use in one week was of {fmt.text(most.feature) or 'a part without a name'}, in week {most.week}"
    return f"{first}; every part was used in every week." if not idle else f"{first}; {idle} of {len(shown)} cells had no use."


def _draw_cells(axes: Axes, cells: list[FeatureWeek], shown: list[FeatureWeek], names: list[str], smallest_group: int) -> None:
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    most = max(cell.events for cell in shown)
    for cell in cells:
        corner, place = (cell.week - 1.5, names.index(cell.feature) - 0.5), (cell.week - 1, names.index(cell.feature))
        if cell in shown:
            colour = colormaps["Blues"](0.03 + 0.47 * cell.events / most)  # no darker: the numbers are black
            square = axes.add_patch(Rectangle(corner, 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5))
            tip(square, f"{cell.feature or 'not named'}, week {cell.week}: {fmt.count(cell.events, 'record')}")
            axes.text(*place, f"{cell.events:,}", ha="center", va="center")
        else:
            axes.add_patch(Rectangle(corner, 1, 1, facecolor="white", edgecolor="#999999", hatch="////", linewidth=0))
            axes.text(*place, f"< {smallest_group}", ha="center", va="center", backgroundcolor="white", fontsize=8)


def dose_figure(findings: Findings, folder: Path) -> Block | None:
    """Mean gain of students of similar use; drawn with two cells or more."""
    dose = findings.usage.dose if findings.usage else None
    if dose is None or len(dose.cells) < 2 or not all(may_show(cell.n, findings) for cell in dose.cells):
        return None

    def draw(axes: Axes) -> None:
        _draw_dose(axes, dose)

    header = (dose.measure, "mean_gain", "sd_gain", "students")
    data = FigureData.of(header, ((cell.mean_use, cell.mean_outcome, cell.sd_outcome, cell.n) for cell in dose.cells))
    path = save(folder / "dose.svg", draw, data=data, height=2.5)
    spoken = "; ".join(
        f"{fmt.number(cell.mean_use, 1)} {dose.measure}: {fmt.signed(cell.mean_outcome, 1)} ({cell.n} students)"
        for cell in dose.cells
    )
    return figure_block(
        path,
        name="dose",
        message=_dose_message(dose),
        note=f"Dots are means of {min(cell.n for cell in dose.cells)} or more students of similar use, bars one standard "
        "deviation of their gains either side; above them the mean and, in brackets, the number of students.",
        spoken=f"Mean gain by mean use: {spoken}.",
    )


def _dose_message(dose: DoseFinding) -> str:
    response = dose.response
    if not isinstance(response, DoseResponse):
        return "Gain of students by how much they used the tool."
    if response.p_value >= ALPHA:
        return "Whether students who used the tool more gained more cannot be told from chance."
    return f"Students who used the tool more gained {'more' if response.estimate > 0 else 'less'}, which is correlational."


def _draw_dose(axes: Axes, dose: DoseFinding) -> None:
    for cell in dose.cells:
        bar = [cell.mean_outcome - cell.sd_outcome, cell.mean_outcome + cell.sd_outcome]
        axes.plot([cell.mean_use] * 2, bar, color=PALE, linewidth=2, solid_capstyle="butt", zorder=2)
        dot = axes.plot([cell.mean_use], [cell.mean_outcome], marker="o", color=TREATED, markersize=6, zorder=3)
        tip(dot[0], f"{cell.n} students, {fmt.number(cell.mean_use, 1)} {dose.measure}: {fmt.signed(cell.mean_outcome, 1)}")
        label = f"{fmt.signed(cell.mean_outcome, 1)}\n({cell.n})"
        axes.annotate(label, (cell.mean_use, bar[1]), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=8)
    axes.axhline(0, color=INK, linewidth=0.8, zorder=1)
    axes.margins(x=0.08, y=0.22)
    axes.set_xlabel(AMOUNTS[dose.measure])
    axes.set_ylabel(f"Mean gain ({dose.unit})")


def licence_figure(findings: Findings, folder: Path) -> Block | None:
    """Licences used and dormant; none where the number would tell how few did use the tool, or did not."""
    usage = findings.usage
    found = usage.licences if usage else None
    if found is None or found.used + found.dormant != found.bought:
        return None
    if (usage.others and not may_show(usage.others, findings)) or not may_show_part(usage.students, findings):
        return None
    parts = [("used", found.used, TREATED, "white"), ("dormant", found.dormant, "#dddddd", INK)]
    drawn = [part for part in parts if part[1]]

    def draw(axes: Axes) -> None:
        _draw_licences(axes, drawn)

    data = FigureData.of(("licences", "number"), ((name, number) for name, number, _, _ in parts))
    path = save(folder / "licences.svg", draw, data=data, height=0.75)
    message = (
        f"{found.dormant:,} of {fmt.count(found.bought, 'license')} lay dormant."
        if found.dormant
        else f"Every one of {fmt.count(found.bought, 'license')} was used."
    )
    note = "A license is dormant when nobody who was to use the tool did so with it in the window."
    spoken = f"{found.used:,} used, {found.dormant:,} dormant."
    return figure_block(path, name="licences", message=message, note=note, spoken=spoken)


def _draw_licences(axes: Axes, parts: list[tuple[str, int, str, str]]) -> None:
    """One bar; a part too short for its words has them above it."""
    total, left = sum(number for _, number, _, _ in parts), 0
    for name, number, colour, ink in parts:
        bar = axes.barh(0, number, left=left, height=0.9, color=colour, edgecolor="white", hatch="" if ink == "white" else "//")
        tip(bar[0], f"{number:,} {name}")
        is_wide = number / total > NARROW
        place = left + number / 2 if is_wide else (left if left == 0 else total)
        side = "center" if is_wide else "left" if left == 0 else "right"
        frame = None if ink == "white" or not is_wide else {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        style = {"ha": side, "va": "center", "color": ink if is_wide else INK, "bbox": frame}
        axes.text(place, 0 if is_wide else -0.72, f"{number:,} {name}", **style)
        left += number
    axes.set_xlim(0, total)
    axes.set_ylim(0.5, -1.05 if any(number / total <= NARROW for _, number, _, _ in parts) else -0.5)
    axes.set_axis_off()
