"""Rules that leave rows out, and the count of what each of them removed, by arm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd

ARMS = ("treated", "comparison", "neither")
Rule = Callable[[pd.DataFrame], pd.Series]


def label_of(rule: Rule) -> str:
    """The rule in words: the first line of its docstring, filled with the values it was bound to."""
    function = rule.func if isinstance(rule, partial) else rule
    values = rule.keywords if isinstance(rule, partial) else {}
    line = (function.__doc__ or "").strip().splitlines()[0].removesuffix(".")
    return line.format(**values)


def apply_rules(frame: pd.DataFrame, rules: Sequence[Rule], *, table: str, start: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply `rules` in order and count.

    frame : must hold `arm` (one of ARMS) and `cluster` (text, may be empty)
    rules : each returns, for every row, whether it stays; its docstring is its label
    start : what the rows are before the first rule, in words
    Returns the rows that stay, and the flow: one row per step and arm (columns.FLOW).
    """
    steps = [_count(table, 0, start, before=frame, after=frame)]
    for step, rule in enumerate(rules, start=1):
        kept = frame[rule(frame)]
        steps.append(_count(table, step, label_of(rule), before=frame, after=kept))
        frame = kept
    return frame, pd.concat(steps, ignore_index=True)


def _count(table: str, step: int, label: str, *, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "table": table,
                "step": step,
                "label": label,
                "arm": arm,
                "removed": int((before["arm"] == arm).sum() - (after["arm"] == arm).sum()),
                "remaining": int((after["arm"] == arm).sum()),
                "clusters": int(after.loc[after["arm"] == arm, "cluster"].nunique()),
            }
            for arm in ARMS
        ]
    ).astype({"table": "str", "label": "str", "arm": "str"})
