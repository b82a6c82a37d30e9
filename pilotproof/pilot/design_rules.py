"""What the designs in which every class had the tool need from the rest of the params."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pilotproof.pilot.model import Pilot

STAGGERED, USERS = "staggered-start", "users-compared"


def unmet_needs(pilot: Pilot) -> list[str]:
    """Everything that a staggered start or a comparison of users lacks, and what only they may have; in words."""
    needs = [*_staggered(pilot)] if pilot.design.assignment == STAGGERED else [*_only_staggered(pilot)]
    needs += [*_users(pilot)] if pilot.design.assignment == USERS else [*_only_users(pilot)]
    return needs


def _staggered(pilot: Pilot) -> Iterator[str]:
    design = pilot.design
    if (design.cluster, design.arm_column, design.block) != ("class", "class", None):
        yield "cluster: class, arm_column: class and no block, because each class starts on a day of its own"
    if without := [name for name in design.treated if name not in design.starts]:
        yield f"a day in design.starts for each treated class (none for {', '.join(without)})"
    if others := [name for name in design.starts if name not in design.treated]:
        yield f"no class in design.starts that is not in design.treated ({', '.join(others)})"
    first = design.baseline_from or pilot.window.start
    if first > pilot.window.start:
        yield f"design.baseline_from not after the window's start ({pilot.window.start})"
    if outside := [f"{name} {day}" for name, day in design.starts.items() if not first <= day <= pilot.window.end]:
        yield f"starts from {first} to {pilot.window.end}, the baseline and the window ({', '.join(outside)})"
    if pilot.sources.probes is None:
        yield "sources.probes, the measures before and after each start"
    if silent := [outcome.name for outcome in pilot.outcomes if outcome.probe_column is None]:
        yield f"a probe_column in every outcome (none in {', '.join(silent)})"


def _only_staggered(pilot: Pilot) -> Iterator[str]:
    design = pilot.design
    named = {
        "design.starts": bool(design.starts),
        "design.starts_drawn": design.starts_drawn,
        "design.baseline_from": design.baseline_from is not None,
        "sources.probes": pilot.sources.probes is not None,
        "probe_column": any(outcome.probe_column is not None for outcome in pilot.outcomes),
    }
    if extra := [key for key, is_there in named.items() if is_there]:
        yield f"{', '.join(extra)} only with assignment: {STAGGERED}"


def _users(pilot: Pilot) -> Iterator[str]:
    if pilot.design.fewest_minutes is None:
        yield "design.fewest_minutes, the minutes of use in the window from which a student is a user"
    if pilot.sources.usage is None:
        yield "sources.usage, which tells who used the tool"
    if pilot.design.block is not None:
        yield "no block: students are compared with their own class"


def _only_users(pilot: Pilot) -> Iterator[str]:
    if pilot.design.fewest_minutes is not None:
        yield f"design.fewest_minutes only with assignment: {USERS}"
