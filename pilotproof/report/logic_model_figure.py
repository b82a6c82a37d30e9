"""The logic model drawn: the problem above, then from what goes in to what should come out, left to right."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.findings import Findings
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.drawing import INK, WIDTH, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PROBLEM = ("problem", "Problem")
STEPS = (
    ("inputs", "Inputs"),
    ("activities", "Activities"),
    ("outputs", "Outputs"),
    ("short_term_outcomes", "Short-term outcomes"),
    ("long_term_outcomes", "Long-term outcomes"),
)
GAP, MARGIN = 0.17, 0.06  # inches between boxes, and between a box and its text
SIZE, LINE = 7.5, 7.5 * 1.3 / 72  # of the text in points, of a line in inches
BOX = (WIDTH - GAP * (len(STEPS) - 1)) / len(STEPS)


def logic_model_figure(findings: Findings, folder: Path) -> Block | None:
    """The logic model as boxes and arrows; its words stand in the text for those who cannot see it. None without one."""
    model = findings.pilot.logic_model
    if model is None:
        return None
    problem, *steps = (
        [*wrapped(name, width=width, is_bold=True), *wrapped(model[key], width=width)]
        for (key, name), width in ((PROBLEM, WIDTH), *((step, BOX) for step in STEPS))
    )
    low, high = _height(max(map(len, steps))), _height(len(problem))

    def draw(axes: Axes) -> None:
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(0, low + GAP + high)
        _box(axes, 0, low + GAP, WIDTH, high, problem, titles=1)
        for place, ((_, name), lines) in enumerate(zip(STEPS, steps, strict=True)):
            left = place * (BOX + GAP)
            _box(axes, left, 0, BOX, low, lines, titles=len(list(wrapped(name, width=BOX, is_bold=True))))
            if place:
                _arrow(axes, (left - GAP, low / 2), (left, low / 2))
        _arrow(axes, (BOX / 2, low + GAP), (BOX / 2, low))

    path = save(folder / "logic-model.svg", draw, height=low + GAP + high + 0.1)
    spoken = " ".join(f"{name}: {fmt.sentence(' '.join(model[key].split()))}" for key, name in (PROBLEM, *STEPS))
    caption = "Logic model: why the tool should work, as the district wrote it"
    drawn = figure_block(path, name="logic-model", caption=caption, alt=spoken)
    return Block(f"::: {{.theory}}\n{drawn.markdown}\n:::", drawn.preview)


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


def _height(lines: int) -> float:
    return lines * LINE + 2 * MARGIN


def _box(axes: Axes, left: float, bottom: float, width: float, height: float, lines: list[str], *, titles: int) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((left, bottom), width, height, facecolor="white", edgecolor=INK, linewidth=0.8))
    for number, line in enumerate(lines):
        axes.text(
            left + MARGIN,
            bottom + height - MARGIN - number * LINE,
            line,
            va="top",
            fontsize=SIZE,
            fontweight="bold" if number < titles else "normal",
            parse_math=False,
        )


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "", xy=end, xytext=start, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
    )
