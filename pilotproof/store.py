"""Write and read the tidy tables, checked against the dictionary of columns on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd

from pilotproof.columns import TABLES, check_table
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
    """FOLDER/TABLE.parquet, checked against the dictionary; None when the pilot has no such table.

    In the place of pseudonyms stand numbers by first appearance in the tables of the folder. Pseudonyms sort as the key has it;
    these sort as the rows do, so that no order, seed or sum of the analysis depends on the key.
    """
    path = folder / f"{table}.parquet"
    if not path.is_file():
        return None
    frame = check_table(pd.read_parquet(path), table)
    if not any(column.names for column in TABLES[table].values()):
        return frame
    present = tuple((name, _stamp(folder / f"{name}.parquet")) for name in TABLES if (folder / f"{name}.parquet").is_file())
    return _numbered(frame, table, _numbers_of(folder, present))


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _numbers_of(folder: Path, present: tuple[tuple[str, tuple[int, int]], ...]) -> dict[str, dict[str, str]]:
    """For each kind of people the number of each pseudonym. `present` : the tables of the folder, and when they were written"""
    order: dict[str, dict[str, str]] = {}
    for table, _ in present:
        named = [name for name, column in TABLES[table].items() if column.names]
        if not named:
            continue
        frame = pd.read_parquet(folder / f"{table}.parquet", columns=[*named, *(["role"] if table == "usage" else [])])
        for name in named:
            for kind, part in _by_kind(frame, name, table):
                known = order.setdefault(kind, {})
                for pseudonym in part.dropna().unique():
                    if pseudonym and pseudonym not in known:
                        known[pseudonym] = f"{kind} {len(known) + 1:07d}"
    return order


def _by_kind(frame: pd.DataFrame, column: str, table: str) -> Iterator[tuple[str, pd.Series]]:
    kind = TABLES[table][column].names
    if kind == "person":
        yield from ((str(role), part) for role, part in frame[column].groupby(frame["role"]))
    elif kind is not None:
        yield kind, frame[column]


def _numbered(frame: pd.DataFrame, table: str, numbers: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    for name, column in TABLES[table].items():
        if column.names:
            parts = [part.map({**numbers[kind], "": ""}, na_action="ignore") for kind, part in _by_kind(frame, name, table)]
            frame = frame.assign(**{name: pd.concat(parts).reindex(frame.index).astype("str") if parts else frame[name]})
    return frame
