"""Texts within a figure: cleaned before they are drawn, as they are on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotproof.report.letters import spelled_out_in_figure
from pilotproof.report.plain_text import visible

LONGEST_NAME = 60  # of a row; more would leave no room for what is drawn. What is spoken for the figure has all of it

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure


def make_visible(figure: Figure) -> None:
    """Clean every text that was put into the figure, line by line, and the names that its axes give to their ticks."""
    from matplotlib.text import Text

    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _clean_ticks(axis)
    for text in figure.findobj(Text):
        text.set_text(_lines(text.get_text()))


def _clean_ticks(axis: Axis) -> None:
    from matplotlib.ticker import FuncFormatter

    given = axis.get_major_formatter()
    if isinstance(given, FuncFormatter):  # what names of ticks are kept in; numbers have formatters of other kinds
        axis.set_major_formatter(FuncFormatter(lambda value, place: _short(_lines(given(value, place)))))


def _short(name: str) -> str:
    return "\n".join(line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…" for line in name.split("\n"))


def _lines(text: str) -> str:
    return "\n".join(spelled_out_in_figure(visible(line)) for line in text.split("\n"))
