"""The logic model drawn: the problem above, then from what goes in to what should come out, left to right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.findings import Findings
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.boxes import arrow, box, height_of, wrapped
from pilotproof.report.drawing import WIDTH, save
from pilotproof.report.figure_data import FigureData

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
INTRODUCED = "@fig-logic-model shows by which steps the district expects the tool to help."
GAP = 0.17  # inches between boxes
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
    low, high = height_of(max(map(len, steps))), height_of(len(problem))

    def draw(axes: Axes) -> None:
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(0, low + GAP + high)
        box(axes, 0, low + GAP, WIDTH, high, problem, titles=1)
        for place, ((_, name), lines) in enumerate(zip(STEPS, steps, strict=True)):
            left = place * (BOX + GAP)
            box(axes, left, 0, BOX, low, lines, titles=len(list(wrapped(name, width=BOX, is_bold=True))))
            if place:
                arrow(axes, (left - GAP, low / 2), (left, low / 2))
        arrow(axes, (BOX / 2, low + GAP), (BOX / 2, low))

    parts = [(name, " ".join(model[key].split())) for key, name in (PROBLEM, *STEPS)]
    data = FigureData.of(("part", "text"), parts)
    path = save(folder / "logic-model.svg", draw, data=data, height=low + GAP + high + 0.1)
    spoken = " ".join(f"{name}: {fmt.sentence(words)}" for name, words in parts)
    message = "Logic model: why the tool should work, as the district wrote it."
    drawn = figure_block(path, name="logic-model", message=message, spoken=spoken)
    return Block(f"{INTRODUCED}\n\n::: {{.theory}}\n{drawn.markdown}\n:::", drawn.preview)
