"""What differs between the plan and the params that the analysis ran with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.pilot import Pilot

PLANNED: dict[str, Any] = {
    **dict.fromkeys(("question", "tool", "window", "design", "outcomes", "analysis", "decision"), True),
    "evidence": {"state_profile"},
    "sources": {
        "outcomes": {"testing", "leave_out", "window_column", "before", "after", "before_until", "after_from"},
        "roster": {"in_two_classes", "moved"},
    },
}
# Names in a file that nobody may have seen when the plan was written. One that was left open is filled in later as a matter of
# course; one that was named is the measure itself, and another one in its place is another outcome.
NAMES = {
    "label",
    "made_by",
    "reliability",
    "pretest_column",
    "posttest_column",
    "probe_column",
    "score_column",
    "where",
    "window_column",
    "before",
    "after",
    "before_until",
    "after_from",
}
FIXED = {"analysis.confidence": CONFIDENCE}  # once a key of the params, so that earlier plans have it; now it follows from alpha


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One key that is not as planned; `planned` and `done` as they would stand in the params file."""

    key: str
    planned: str
    done: str


def planned_part(pilot: Pilot) -> dict[str, Any]:
    """What a plan holds: the question, design, outcomes by name, who is left out, settings of statistics, tiers and decision."""
    return _by_name(pilot.model_dump(mode="json", include=PLANNED))


def deviations(plan: Mapping[str, Any], pilot: Pilot) -> tuple[Deviation, ...]:
    """Every key whose value is not the planned one, in the order of the params file.

    A key that the plan does not have, because Pilotproof did not know it then, counts only if it was set to something else
    than its default; a name in a file (NAMES) only where the plan has one.
    """
    stated = dict(_leaves(_by_name(pilot.model_dump(mode="json", include=PLANNED, exclude_defaults=True))))
    planned = dict(_leaves(plan))
    done = dict(_leaves(planned_part(pilot))) | {key: value for key, value in FIXED.items() if key in planned}
    return tuple(
        Deviation(key=key, planned=_shown(planned.get(key)), done=_shown(done.get(key)))
        for key in dict.fromkeys([*done, *planned])
        if planned.get(key) != done.get(key) and _counts(key, planned, stated)
    )


def _counts(key: str, planned: Mapping[str, Any], stated: Mapping[str, Any]) -> bool:
    is_name = bool(NAMES & set(key.split(".")))
    return planned.get(key) is not None or (not is_name and (key in planned or key in stated))


def _by_name(part: dict[str, Any]) -> dict[str, Any]:
    """Outcomes by their names, so that their order does not matter."""
    outcomes = {
        outcome["name"]: {key: value for key, value in outcome.items() if key != "name"} for outcome in part.get("outcomes", ())
    }
    return part | {"outcomes": outcomes}


def _leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _shown(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
