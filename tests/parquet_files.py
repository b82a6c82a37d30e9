"""Logs written as Parquet, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pilotproof.workspace import Workspace


def partitions(folder: Path, table: pa.Table, cuts: Sequence[int] = (), *, row_group_size: int = 2) -> Path:
    """The rows of `table` as partitions, cut before the rows `cuts`, in row groups of a few rows."""
    folder.mkdir(parents=True, exist_ok=True)
    places = [0, *sorted(cuts), len(table)]
    for number, (start, end) in enumerate(pairwise(places)):
        pq.write_table(table.slice(start, end - start), folder / f"part-{number}.parquet", row_group_size=row_group_size)
    return folder


def one_file(path: Path, **columns: object) -> Path:
    """A Parquet file of these columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


def demo_by_day(workspace: Workspace, folder: Path) -> Path:
    """The demo's usage log as a partition for each day."""
    frame = pd.read_csv(workspace.raw("nearpod") / "usage.csv", dtype={"Minutes": "Int64"})
    for day, rows in frame.groupby("Date"):
        one_file(folder / f"day={day}" / "part-0.parquet", **{name: rows[name].to_numpy() for name in frame})
    return folder


def name_as_usage_log(workspace: Workspace, file: str) -> None:
    """The demo's params with `file` as its usage log."""
    path = workspace.params("nearpod")
    path.write_text(path.read_text().replace("    file: usage.csv", f"    file: {file}"))
