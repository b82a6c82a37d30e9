"""A checked table of numbers: one row a respondent or subject, one column an item or rater."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pilotproof.stats.checks import Floats, numbers


def number_table(values: ArrayLike, name: str, *, fewest_rows: int = 2, fewest_columns: int = 2) -> Floats:
    """`values` as a two-dimensional float array without missing or infinite values."""
    raw = np.asarray(values, dtype=object)
    if raw.ndim != 2:
        raise ValueError(f"{name} must be a table of equally long rows, not {raw.ndim} dimensions")
    rows, columns = raw.shape
    if rows < fewest_rows or columns < fewest_columns:
        raise ValueError(f"{name} needs at least {fewest_rows} rows and {fewest_columns} columns; it has {rows} and {columns}")
    return numbers(raw.ravel(), name).reshape(rows, columns)
