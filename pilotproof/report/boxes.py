"""Boxes with text and arrows between them, measured in inches: flow charts and the logic model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from pilotproof.report.drawing import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARGIN = 0.06  # inches between a box and its text
SIZE, LINE = 7.5, 7.5 * 1.3 / 72  # of the text in points, of a line in inches


def wrapped(text: str, *, width: float, is_bold: bool = False) -> Iterator[str]:
    """The text in lines that fit into a box `width` inches wide; a word longer than a line is broken."""
    room, line = (width - 2 * MARGIN) * 0.98, ""
    for word in text.split():
        if line and _inches(f"{line} {word}", is_bold) > room:
            yield line
            line = ""
        while _inches(word, is_bold) > room and len(word) > 1:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or _inches(word[:n], is_bold) <= room)
            yield word[:fits]
            word = word[fits:]
        line = f"{line} {word}".strip()
    yield line


def _inches(text: str, is_bold: bool) -> float:
    return sum(_letter(letter, is_bold) for letter in text)


@cache
def _letter(letter: str, is_bold: bool) -> float:
    """How far a letter carries the line, in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", weight="bold" if is_bold else "normal", size=SIZE)
    return text_to_path.get_text_width_height_descent(letter, font, ismath=False)[0] / 72


def height_of(lines: int) -> float:
    """Inches that a box of so many lines is high."""
    return lines * LINE + 2 * MARGIN


def box(
    axes: Axes,
    left: float,
    bottom: float,
    width: float,
    height: float,
    lines: list[str],
    *,
    titles: int,
    colour: str = INK,
) -> None:
    """A box with its lines from the top; the first `titles` of them are bold."""
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((left, bottom), width, height, facecolor="white", edgecolor=colour, linewidth=0.8))
    for number, line in enumerate(lines):
        axes.text(
            left + MARGIN,
            bottom + height - MARGIN - number * LINE,
            line,
            va="top",
            fontsize=SIZE,
            fontweight="bold" if number < titles else "normal",
        )


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """An arrow from one place to the other."""
    axes.annotate(
        "", xy=end, xytext=start, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
    )
