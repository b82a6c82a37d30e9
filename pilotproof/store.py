"""Write and read the tidy tables, checked against the dictionary of columns on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pilotproof.columns import check_table
from pilotproof.files import write_whole


def write_table(frame: pd.DataFrame, table: str, folder: Path) -> Path:
    """Check `frame` against the dictionary and write FOLDER/TABLE.parquet. Raises DataError."""
    check_table(frame, table)
    path = folder / f"{table}.parquet"
    write_whole(path, lambda beside: frame.to_parquet(beside, index=False))
    return path


def write_tables(frames: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """`write_table` for each of `frames`, given by the name of the table."""
    for table, frame in frames.items():
        write_table(frame, table, folder)


def read_table(table: str, folder: Path) -> pd.DataFrame | None:
    """FOLDER/TABLE.parquet, checked against the dictionary; None when the pilot has no such table."""
    path = folder / f"{table}.parquet"
    return check_table(pd.read_parquet(path), table) if path.is_file() else None
