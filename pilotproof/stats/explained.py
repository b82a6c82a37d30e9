"""How much of the differences between units a covariate explains, allowing for how few units there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.checks import ROUNDING, Floats, labels, numbers
from pilotproof.stats.table import number_table

Groups = NDArray[np.intp] | None


def adjusted_share_explained(
    values: ArrayLike,
    *,
    by: ArrayLike | None = None,
    by_groups: ArrayLike | None = None,
    given: ArrayLike | None = None,
    given_groups: ArrayLike | None = None,
) -> float:
    """Share of the variance of `values` explained beyond what is given; from 0 to 1.

    by, given : columns, one row a unit; by_groups, given_groups : labels, each of which has a mean of its own. With by_groups
    those of given_groups no longer count, so that they should lie within them. The constant is always given.
    Adjusted for what is spent: 1 - s^2 with `by` over s^2 without, each over its own degrees of freedom, so that a covariate
    without any bearing explains nothing. It is never below 0, and 0 where `by` leaves no degree of freedom or what is given
    leaves nothing to explain.
    Source: the adjusted R^2 of Ezekiel, of the part that the given columns leave.
    """
    y = numbers(values, "values", fewest=2)
    before, added = _columns(given, "given", len(y)), _columns(by, "by", len(y))
    first, second = _groups(given_groups, "given_groups", len(y)), _groups(by_groups, "by_groups", len(y))
    without, df_without = _left(y, before, first)
    left, df = _left(y, np.column_stack([before, added]), first if second is None else second)
    if df < 1 or without <= (ROUNDING * np.abs(y).max()) ** 2 * len(y):
        return 0.0
    return max(0.0, 1 - (left / df) / (without / df_without))


def _columns(values: ArrayLike | None, name: str, n: int) -> Floats:
    if values is None:
        return np.empty((n, 0))
    is_table = np.ndim(np.asarray(values, dtype=object)) == 2
    table = number_table(values, name, fewest_rows=1, fewest_columns=1) if is_table else numbers(values, name)[:, None]
    if len(table) != n:
        raise ValueError(f"{name} needs one row for each of the {n} values")
    return table


def _groups(values: ArrayLike | None, name: str, n: int) -> Groups:
    index = None if values is None else labels(values, name)
    if index is not None and len(index) != n:
        raise ValueError(f"{name} need one label for each of the {n} values")
    return index


def _left(y: Floats, design: Floats, groups: Groups) -> tuple[float, int]:
    """Sum of squares left within groups, and its degrees of freedom; columns that repeat others cost none."""
    index = np.zeros(len(y), dtype=np.intp) if groups is None else groups
    sizes = np.bincount(index)
    inside = np.column_stack([column - (np.bincount(index, weights=column) / sizes)[index] for column in (y, *design.T)])
    norms, whole = np.linalg.norm(inside[:, 1:], axis=0), np.linalg.norm(design, axis=0)
    varies = norms > ROUNDING * whole
    kept, own = inside[:, 1:][:, varies] / norms[varies], inside[:, 0]
    coefficients, _, rank, _ = np.linalg.lstsq(kept, own)
    residuals = own - kept @ coefficients
    return float(residuals @ residuals), len(y) - len(sizes) - int(rank)
