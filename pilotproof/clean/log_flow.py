"""The flow of a log that was reduced in SQL: the same counts that clean.flow gives for tables in memory."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pilotproof.clean.log_reduction import KEPT, NO_PERIOD, OUTSIDE, TEST, TOO_LOW, Reduced
from pilotproof.pilot import ErrorLogSource, Window

TABLE = "error reports"
TWICE = "Same row entered twice"
BURST = "Another report of the same incident (same cause within {:g} minutes)"
CONTINUED = "Line that goes on the line before"
STRANGERS = "Teacher who did not have the tool"
START = -1


def labels_of(source: ErrorLogSource, window: Window) -> dict[int, str]:
    """What each rule is called, by its number."""
    return {
        TOO_LOW: f"Less severe than {source.lowest_severity}",
        TEST: "Entry made to try the form",
        OUTSIDE: f"Outside the pilot's window ({window.start} to {window.end})",
        NO_PERIOD: "Outside all periods of the bell schedule",
    }


def log_flow(
    reduced: Reduced, source: ErrorLogSource, window: Window, *, file: str, strangers: int | None = None
) -> pd.DataFrame:
    """One row per step and arm (columns.FLOW). Every report counts as treated: only classes with the tool report errors.

    strangers : incidents of teachers who did not have it; None where nobody knows who had
    """
    labels = labels_of(source, window)
    used = [rule for rule in (TOO_LOW, TEST, OUTSIDE, NO_PERIOD) if _is_used(rule, source, reduced.fates)]
    last = reduced.teachers[KEPT]
    steps = [(f"Rows in {file.rsplit('/', 1)[-1]}", 0, reduced.teachers[START])]
    steps += [(labels[rule], reduced.fates.get(rule, 0), reduced.teachers[rule]) for rule in used]
    steps += [
        (TWICE, reduced.twice, last),
        (BURST.format(source.burst_minutes), reduced.reports - len(reduced.incidents), last),
    ]
    if strangers is not None:
        steps.append((STRANGERS, strangers, last))
    rows, remaining = [], reduced.records
    for step, (label, removed, teachers) in enumerate(steps):
        remaining -= removed
        for arm in ("treated", "comparison", "neither"):
            is_own = arm == "treated"
            rows.append(
                {
                    "table": TABLE,
                    "step": step,
                    "label": label,
                    "arm": arm,
                    "removed": removed if is_own else 0,
                    "remaining": remaining if is_own else 0,
                    "clusters": teachers if is_own else 0,
                }
            )
    return pd.DataFrame(rows).astype({"table": "str", "label": "str", "arm": "str"})


def _is_used(rule: int, source: ErrorLogSource, fates: Mapping[int, int]) -> bool:
    """Rules that the params do not ask for are not listed."""
    if rule == TOO_LOW:
        return source.lowest_severity is not None
    if rule == TEST:
        return bool(source.test_categories)
    return rule != NO_PERIOD or NO_PERIOD in fates
