"""Rules that leave rows out, and the count of what each of them removed, by arm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import pandas as pd

from pilotproof.clean.cleaned import Account
from pilotproof.sources.raw import RawTable

BY_CORRECTION = "Taken out by a correction"
ARMS = ("treated", "comparison", "neither")
Rule = Callable[[pd.DataFrame], pd.Series]


def label_of(rule: Rule) -> str:
    """The rule in words: the first line of its docstring, filled with the values it was bound to."""
    function = rule.func if isinstance(rule, partial) else rule
    values = rule.keywords if isinstance(rule, partial) else {}
    line = (function.__doc__ or "").strip().splitlines()[0].removesuffix(".")
    return line.format(**values)


def removed_by(frame: pd.DataFrame, rules: Sequence[Rule]) -> pd.Series:
    """For each row the label of the rule that leaves it out, empty for those that stay. The index must be unique."""
    fate = pd.Series("", index=frame.index, dtype="str")
    for rule in rules:
        stays = rule(frame)
        fate[frame.index[~stays]] = label_of(rule)
        frame = frame[stays]
    return fate


def apply_rules(frame: pd.DataFrame, rules: Sequence[Rule], *, table: str, start: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply `rules` in order and count.

    frame : must hold `arm` (one of ARMS) and `cluster` (text, may be empty)
    rules : each returns, for every row, whether it stays; its docstring is its label
    start : what the rows are before the first rule, in words
    Returns the rows that stay, and the flow: one row per step and arm (columns.FLOW).
    """
    students, clusters = _counts(frame)
    steps = [_step(table, 0, start, before=students, after=students, clusters=clusters)]
    for step, rule in enumerate(rules, start=1):
        frame, before = frame[rule(frame)], students
        students, clusters = _counts(frame)
        steps.append(_step(table, step, label_of(rule), before=before, after=students, clusters=clusters))
    flow = pd.DataFrame([row for rows in steps for row in rows])
    return frame, flow.astype({"table": "str", "label": "str", "arm": "str"})


def accounts_of(
    fate: pd.Series, *, file: pd.Series, tables: Iterable[RawTable], merging: Iterable[Rule] = ()
) -> tuple[Account, ...]:
    """What became of every record of each of `tables`.

    fate : from `removed_by`; file : the file of each row; merging : rules that leave a row out because another row says the same
    """
    merges = {label_of(rule) for rule in merging}
    accounts = []
    for table in tables:
        counts = fate[file == table.file].value_counts()
        by_rule = {str(label): int(count) for label, count in counts.items() if label}
        removed = {label: count for label, count in by_rule.items() if label not in merges}
        if table.removed_by_correction:
            removed[BY_CORRECTION] = table.removed_by_correction
        accounts.append(
            Account(
                file=table.file,
                records=table.records,
                kept=int(counts.get("", 0)),
                merged={label: count for label, count in by_rule.items() if label in merges},
                removed=removed,
            )
        )
    return tuple(accounts)


def _counts(frame: pd.DataFrame) -> tuple[Counter[str], Counter[str]]:
    """Rows and distinct clusters of each arm."""
    arms = frame["arm"].to_numpy(dtype=object)
    pairs = frame[["arm", "cluster"]].drop_duplicates().dropna()
    return Counter(arms.tolist()), Counter(pairs["arm"].tolist())


def _step(
    table: str, step: int, label: str, *, before: Counter[str], after: Counter[str], clusters: Counter[str]
) -> list[dict[str, str | int]]:
    return [
        {
            "table": table,
            "step": step,
            "label": label,
            "arm": arm,
            "removed": before[arm] - after[arm],
            "remaining": after[arm],
            "clusters": clusters[arm],
        }
        for arm in ARMS
    ]
