"""How every figure is drawn: vector, readable in grey, labelled directly, with its numbers in a table beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pilotproof.files import write_text, write_whole
from pilotproof.report import format as fmt
from pilotproof.report.figure_data import FigureData
from pilotproof.report.figure_text import make_visible
from pilotproof.report.plain_text import visible
from pilotproof.stats.results import Interval

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TREATED, COMPARISON, INK, FAINT = "#0b5394", "#b45f06", "#222222", "#bbbbbb"
PALE, GREY = "#8fa9c4", "#666666"
CLEAR = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.8}  # behind words that a line would cross
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
    "text.parse_math": False,  # names of a district's files may hold a $
}
TIP = "tip: "
TIPPED = re.compile(rf'<g id="{TIP}([^"]*)">')
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
Drawn = TypeVar("Drawn", bound="Artist")


def tip(artist: Drawn, words: str) -> Drawn:
    """Let `words` appear on the HTML page where a pointer rests on `artist`; every reader finds them in the table too."""
    artist.set_gid(f"{TIP}{visible(words)}")
    return artist


def interval_row(axes: Axes, row: float, estimate: float, interval: Interval, colour: str = TREATED, name: str = "") -> None:
    """An estimate with its interval and its number; `name` is said with them where a pointer rests on it."""
    words = f"{name} {fmt.signed(estimate)}, interval {fmt.interval(interval.low, interval.high)}"
    line = axes.plot([interval.low, interval.high], [row, row], color=colour, linewidth=2, solid_capstyle="butt", zorder=2)
    dot = axes.plot([estimate], [row], marker="o", color=colour, markersize=6, zorder=3)
    for mark in (*line, *dot):
        tip(mark, words)
    place = {"xytext": (0, 6), "textcoords": "offset points", "ha": "center", "fontsize": 8.5}
    axes.annotate(fmt.signed(estimate), (estimate, row), bbox=CLEAR, **place)


def name_rows(axes: Axes, names: list[str]) -> None:
    """Names of the rows, the first on top."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.75)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def apart(heights: dict[str, float], gap: float) -> dict[str, float]:
    """Heights of labels, moved just so far that no two of them are closer than `gap`; their order stays."""
    groups: list[list[str]] = []
    middle: list[float] = []
    for name in sorted(heights, key=lambda name: heights[name]):
        groups.append([name])
        middle.append(heights[name])
        while len(groups) > 1 and middle[-1] - middle[-2] < gap * (len(groups[-1]) + len(groups[-2])) / 2:
            joined = groups.pop(-2) + groups.pop()
            del middle[-2:]
            groups.append(joined)
            middle.append(sum(heights[each] for each in joined) / len(joined))
    return {
        name: centre + gap * (place - (len(group) - 1) / 2)
        for group, centre in zip(groups, middle, strict=True)
        for place, name in enumerate(group)
    }


def save(
    path: Path,
    draw: Callable[[Axes], None],
    *,
    data: FigureData,
    rows: int | None = None,
    height: float | None = None,
) -> Path:
    """Draw on a page-wide figure with one pair of axes; written as `save_panels` does."""
    return save_panels(path, lambda axes: draw(axes[0]), data=data, height=height or 0.55 + ROW * (rows or 1))


def save_panels(
    path: Path,
    draw: Callable[[list[Axes]], None],
    *,
    data: FigureData,
    height: float,
    grid: tuple[int, int] = (1, 1),
) -> Path:
    """Draw on a page-wide figure and write it as SVG, with its numbers as CSV beside it: the same bytes on every run.

    A PNG is made of the SVG where one is asked for (pipeline.pictures), so that a report does not wait for it.
    path : of the SVG; draw : is given the axes row by row; grid : rows and columns of axes that share their scales
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = list(figure.subplots(*grid, sharex=True, sharey=True, squeeze=False).flat)
        for each in axes:
            each.spines[["top", "right"]].set_visible(False)
        draw(axes)
        make_visible(figure)
        _write_picture(figure, path)
    data.write(path.with_suffix(".csv"))
    return path


def _write_picture(figure: Figure, path: Path) -> None:
    _lay_out(figure)
    write_whole(path, lambda beside: figure.savefig(beside, format="svg", metadata=NO_METADATA))
    svg = TIPPED.sub(r"<g><title>\1</title>", path.read_text(encoding="utf-8"))
    write_text(path, _own_ids(svg, path.stem))


def _lay_out(figure: Figure) -> None:
    """Place the axes as `savefig` would, but measure only: `savefig` would draw everything twice."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    FigureCanvasSVG(figure)  # text is measured as it will be written
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")


def _own_ids(svg: str, name: str) -> str:
    """Several drawings stand on one HTML page, where each id may be given only once."""
    return re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
