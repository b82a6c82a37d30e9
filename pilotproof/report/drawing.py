"""How every figure is drawn: vector, readable in grey, labelled directly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.files import write_whole
from pilotproof.report import format as fmt
from pilotproof.stats.results import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TREATED, COMPARISON, INK, FAINT = "#0b5394", "#b45f06", "#222222", "#bbbbbb"
WIDTH = 6.5  # inches: the text width of the page
ROW = 0.36

STYLE = {
    "svg.hashsalt": "pilotproof",  # ids in the file must not change from run to run
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
}


def interval_row(axes: Axes, row: int, estimate: float, interval: Interval, colour: str = TREATED) -> None:
    """An estimate with its interval and its number."""
    axes.plot([interval.low, interval.high], [row, row], color=colour, linewidth=2, solid_capstyle="butt", zorder=2)
    axes.plot([estimate], [row], marker="o", color=colour, markersize=6, zorder=3)
    axes.annotate(fmt.signed(estimate), (estimate, row), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=8.5)


def name_rows(axes: Axes, names: list[str]) -> None:
    """Names of the rows, the first on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.75)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def save(path: Path, draw: Callable[[Axes], None], *, rows: int | None = None, height: float | None = None) -> Path:
    """Draw on a page-wide figure and write it as SVG, byte for byte the same on every run."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height or 0.55 + ROW * (rows or 1)), layout="constrained")
        axes = figure.subplots()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        write_whole(path, lambda beside: figure.savefig(beside, format="svg", metadata={"Date": None, "Creator": "Pilotproof"}))
    return path
