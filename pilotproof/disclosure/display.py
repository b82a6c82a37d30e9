"""The tables that the notebooks show on their way, with the same limits as the page: executed copies lie beside the report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pilotproof.disclosure.flow import ShownStep, shown_flow
from pilotproof.disclosure.suppression import suppressed_row
from pilotproof.findings import FlowStep, RecordCount


def flow_to_show(flow: pd.DataFrame, least: int) -> pd.DataFrame:
    """A flow of students (columns.FLOW), a row for each rule and a column for each arm."""
    cells = {}
    for (table, arm), steps in flow.groupby(["table", "arm"], sort=False):
        ordered = [FlowStep.model_validate(row) for row in steps.sort_values("step").to_dict("records")]
        for step, shown in zip(ordered, shown_flow(ordered, least=least), strict=True):
            cells[(table, step.step, step.label, arm)] = _cell(shown)
    places = pd.MultiIndex.from_tuples(cells, names=["table", "step", "label", "arm"])
    return pd.Series(list(cells.values()), index=places).unstack("arm").fillna("")


def account_to_show(account: pd.DataFrame, least: int) -> pd.DataFrame:
    """What became of the records of each file (columns.ACCOUNT), few records not told."""
    parts = [
        part.assign(records=shown_records(part["records"].tolist(), least)) for _, part in account.groupby("file", sort=False)
    ]
    return pd.concat(parts) if parts else account


def shown_records(records: list[int], least: int) -> list[str]:
    """The numbers of records of one file, of which the sum is known: few are not told, nor what would give them away."""
    hidden = {place for place, count in enumerate(records) if 0 < count < least}
    if hidden:
        hidden = {int(place) for place in np.flatnonzero(suppressed_row(records, least=least))}
    said = {True: f"< {least}", False: "not told"}
    return [said[count < least] if place in hidden else f"{count:,}" for place, count in enumerate(records)]


def counts_of_file(counts: list[RecordCount], *, is_of_students: bool, least: int) -> list[str]:
    """The numbers of records of one file as the page shows them; of what is no file of students all are told."""
    records = [count.records for count in counts]
    return shown_records(records, least) if is_of_students else [f"{count:,}" for count in records]


def counts_to_show(counts: pd.DataFrame, least: int) -> pd.DataFrame:
    """A table of numbers of students, few not told."""
    return counts.map(lambda count: f"< {least}" if 0 < count < least else f"{count:,}")


def _cell(step: ShownStep) -> str:
    removed = "not told" if step.removed is None else f"{step.removed:,} removed" if step.removed else ""
    return ", ".join(part for part in (removed, "" if step.remaining is None else f"{step.remaining:,} left") if part)
