"""What differs between the plan and the params that the analysis ran with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.pilot import Pilot

PLANNED = {"question", "tool", "window", "design", "outcomes", "analysis", "decision"}
NOT_OF_THE_PLAN = {
    "label",
    "pretest_column",
    "posttest_column",
    "probe_column",
    "score_column",
    "where",
}  # wording, and names in a file that nobody has seen yet
FIXED = {"analysis.confidence": CONFIDENCE}  # once a key of the params, so that earlier plans have it; now it follows from alpha
ABSENT = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One key that is not as planned; `planned` and `done` as they would stand in the params file."""

    key: str
    planned: str
    done: str


def planned_part(pilot: Pilot) -> dict[str, Any]:
    """What a plan holds: the question, design, outcomes by name, settings of the statistics and of the decision."""
    return _by_name(pilot.model_dump(mode="json", include=PLANNED))


def deviations(plan: Mapping[str, Any], pilot: Pilot) -> tuple[Deviation, ...]:
    """Every key whose value is not the planned one, in the order of the params file.

    A key that the plan does not have, because Pilotproof did not know it then, counts only if it was set to something else
    than its default.
    """
    stated = dict(_leaves(_by_name(pilot.model_dump(mode="json", include=PLANNED, exclude_defaults=True))))
    planned = dict(_leaves(plan))
    done = dict(_leaves(planned_part(pilot))) | {key: value for key, value in FIXED.items() if key in planned}
    return tuple(
        Deviation(key=key, planned=_shown(planned.get(key, ABSENT)), done=_shown(done.get(key, ABSENT)))
        for key in dict.fromkeys([*done, *planned])
        if planned.get(key, ABSENT) != done.get(key, ABSENT) and (key in planned or key in stated)
    )


def _by_name(part: dict[str, Any]) -> dict[str, Any]:
    """Outcomes by their names, so that their order does not matter."""
    outcomes = {
        outcome["name"]: {key: value for key, value in outcome.items() if key not in NOT_OF_THE_PLAN | {"name"}}
        for outcome in part.get("outcomes", ())
    }
    return part | {"outcomes": outcomes}


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _shown(value: object) -> str:
    if value is ABSENT or value is None:
        return "not stated"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
