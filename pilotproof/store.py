"""Write and read the disposable tables and findings. A file appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from pilotproof.columns import check_table


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a file beside `path`, then move it into place, so that no reader sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """UTF-8 text with \\n line ends, whatever the platform."""
    write_whole(path, lambda beside: beside.write_bytes(text.encode("utf-8")))


def write_table(frame: pd.DataFrame, table: str, folder: Path) -> Path:
    """Check `frame` against the dictionary and write FOLDER/TABLE.parquet. Raises DataError."""
    check_table(frame, table)
    path = folder / f"{table}.parquet"
    write_whole(path, lambda beside: frame.to_parquet(beside, index=False))
    return path


def read_table(table: str, folder: Path) -> pd.DataFrame | None:
    """FOLDER/TABLE.parquet, checked against the dictionary; None when the pilot has no such table."""
    path = folder / f"{table}.parquet"
    return check_table(pd.read_parquet(path), table) if path.is_file() else None
