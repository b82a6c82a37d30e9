"""Logs written as Parquet, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def partitions(folder: Path, table: pa.Table, cuts: Sequence[int] = (), *, row_group_size: int = 2) -> Path:
    """The rows of `table` as partitions, cut before the rows `cuts`, in row groups of a few rows."""
    folder.mkdir(parents=True, exist_ok=True)
    places = [0, *sorted(cuts), len(table)]
    for number, (start, end) in enumerate(zip(places, places[1:], strict=False)):
        pq.write_table(table.slice(start, end - start), folder / f"part-{number}.parquet", row_group_size=row_group_size)
    return folder


def one_file(path: Path, **columns: object) -> Path:
    """A Parquet file of these columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path
