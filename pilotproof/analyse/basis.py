"""What a result rests on: its method, the rule that chose it, and the hashes of the tables that went in."""

from __future__ import annotations

import hashlib

import pandas as pd

from pilotproof.findings import Basis


def basis_of(method: str, *, rule: str, **tables: pd.DataFrame) -> Basis:
    """The basis of a result from `tables`, given by the name of the tidy table."""
    return Basis(method=method, rule=rule, tables={name: table_sha256(frame) for name, frame in tables.items()})


def table_sha256(frame: pd.DataFrame) -> str:
    """SHA-256 of the rows as CSV text: the same for the same rows, whatever wrote the Parquet file."""
    text = frame.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%S%z")
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
