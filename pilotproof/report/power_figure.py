"""What a next pilot would need: the smallest difference found, by the number of classes or students."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pilotproof.findings import Findings, NextPilot, OutcomeFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, figure_block
from pilotproof.report.drawing import COMPARISON, GREY, INK, TREATED, save, tip
from pilotproof.report.figure_data import FigureData
from pilotproof.report.planning import assumption
from pilotproof.report.words import UNITS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CROWDED = 0.45  # of the axis: a mark so close to the right has its words beside those of this one, which move up
SPOKEN = 5  # sizes that are told to those who cannot see the curve


def power_figure(findings: Findings, folder: Path) -> Block | None:
    """The curve of the primary outcome, with this pilot and the needed one marked. None when nothing can be planned."""
    outcome, plan = findings.primary, findings.primary.next_pilot
    if plan is None:
        return None
    names = UNITS[outcome.unit_of_inference]

    def draw(axes: Axes) -> None:
        _draw(axes, plan, outcome, names)

    data = FigureData.of((f"{names[1]}_in_both_arms", "smallest_difference_sd"), ((s.units, s.mdes_sd) for s in plan.sizes))
    path = save(folder / "power.svg", draw, data=data, height=2.7)
    picked = plan.sizes[:: max(1, len(plan.sizes) // SPOKEN)]
    spoken = ", ".join(f"{fmt.number(size.mdes_sd)} with {size.units:,}" for size in picked)
    return figure_block(
        path,
        name="power",
        message=_message(plan, outcome, names),
        note=f"Smallest true difference on the {fmt.text(outcome.label)} that is found in four of five pilots, by the number of "
        f"{names[1]} in both arms together, assuming {assumption(outcome, findings)}.",
        spoken=f"Smallest difference found, in standard deviations, by number of {names[1]}: {spoken}.",
    )


def _message(plan: NextPilot, outcome: OutcomeFinding, names: tuple[str, str]) -> str:
    effect, needed = f"{fmt.number(outcome.smallest_effect_sd)} SD", outcome.units_needed
    if needed is None:
        return f"Not even {plan.most_units:,} {names[1]} would find a difference of {effect} in four of five cases."
    if outcome.mdes_sd is not None and outcome.mdes_sd <= outcome.smallest_effect_sd:
        here = fmt.count(plan.units, *names)
        return f"With {here} this pilot was large enough to find a difference of {effect} in four of five cases."
    return (
        f"To find a difference of {effect} in four of five cases takes about {fmt.count(needed, *names)}, half of them with the "
        f"tool; this pilot had {plan.units:,}."
    )


def _draw(axes: Axes, plan: NextPilot, outcome: OutcomeFinding, names: tuple[str, str]) -> None:
    found, effect = {size.units: size.mdes_sd for size in plan.sizes}, outcome.smallest_effect_sd
    low, high = min(found), max(found)
    axes.plot(list(found), list(found.values()), color=TREATED, linewidth=1.8, zorder=2)
    axes.axhline(effect, color=GREY, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    axes.text(low * 1.02, effect, f" {fmt.number(effect)} SD was said to matter", va="bottom", fontsize=8, color=GREY)
    marks = _marks(plan, outcome, found)
    top = 1.15 * min(max(found.values()), 3 * max([effect, *(height for height, *_ in marks.values())]))
    for units, (height, words, marker, colour) in marks.items():
        is_crowded = any(units < other < units * (high / low) ** CROWDED for other in marks)
        _mark(axes, (units, height), f"{words}: {fmt.count(units, *names)}", marker, colour, 34 if is_crowded else 5)
    _scale(axes, low, high)
    axes.set_ylim(0, max(top, *(1.1 * height for height, *_ in marks.values())) if marks else top)
    axes.set_xlabel(f"{fmt.capital(names[1])}, both arms together")
    axes.set_ylabel("Smallest difference found\nin four of five cases (SD)")


def _marks(plan: NextPilot, outcome: OutcomeFinding, found: dict[int, float]) -> dict[int, tuple[float, str, str, str]]:
    """Height, words, sign and colour at each size that is marked. This pilot lies above the curve if its arms were uneven."""
    marks = {}
    if outcome.mdes_sd is not None:
        marks[plan.units] = (outcome.mdes_sd, "this pilot", "o", INK)
    if outcome.units_needed in found and outcome.units_needed not in marks:
        marks[outcome.units_needed] = (found[outcome.units_needed], "needed", "D", COMPARISON)
    return marks


def _scale(axes: Axes, low: int, high: int) -> None:
    """In proportion, with round numbers and with room for words on the right."""
    from matplotlib.ticker import NullFormatter, ScalarFormatter

    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xticks(_ticks(low, high))
    axes.set_xlim(low, high * (high / low) ** 0.25)


def _mark(axes: Axes, place: tuple[int, float], words: str, marker: str, colour: str, up: int) -> None:
    units, mdes = place
    dot = axes.plot([units], [mdes], marker=marker, color=colour, markersize=7, zorder=3)
    tip(dot[0], f"{words}, {fmt.number(mdes)} SD")
    label = f"{words}\n{fmt.number(mdes)} SD"
    axes.annotate(label, (units, mdes), xytext=(6, up), textcoords="offset points", va="bottom", fontsize=8.5, color=colour)


def _ticks(low: int, high: int) -> list[int]:
    """Round numbers in the range."""
    steps = [factor * 10**power for power in range(6) for factor in (1, 2, 5)]
    return [step for step in steps if low <= step <= high] or [low, high]
