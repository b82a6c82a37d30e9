"""An export as received: every cell as text, every record with its row number."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from pilotproof.errors import DataError, Problem


@dataclass(frozen=True, slots=True)
class RawTable:
    """An export as received.

    file : path as a user would type it
    frame : every cell as text; the index is the row as a spreadsheet counts it (the header is row 1)
    """

    file: str
    frame: pd.DataFrame


def require_columns(table: RawTable, wanted: Iterable[str]) -> None:
    """Raise DataError naming every wanted column that the table lacks, with the nearest one it has."""
    present = list(table.frame.columns)
    if problems := [_no_column(table.file, name, present) for name in wanted if name not in present]:
        raise DataError(problems)


def require_rows(table: RawTable, expected: int) -> RawTable:
    """Return `table` if it holds as many records as its passport counted; raise DataError otherwise."""
    if len(table.frame) == expected:
        return table
    raise DataError(
        [
            Problem(
                file=table.file,
                found=f"{len(table.frame)} records",
                expected=f"{expected}, as its passport in source.yaml says",
                action="Correct `rows` in the passport if the count there was wrong.",
            )
        ]
    )


def _no_column(file: str, name: str, present: list[str]) -> Problem:
    near = difflib.get_close_matches(name, present, n=1)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    return Problem(
        file=file,
        column=name,
        found="no such column",
        expected=f"one of {', '.join(present[:40])}",
        action=f"{hint}Correct the name in the params file, or ask for a complete export.",
    )
