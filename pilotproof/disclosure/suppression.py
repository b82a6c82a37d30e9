"""Which cells of a table of counts are left out: the small ones, and those that would give these away."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]

EXACT = 1e-9


def is_safe_subgroup(n: int, of: int, *, least: int) -> bool:
    """Whether a statistic of `n` students may stand beside one of the group of `of` that they are part of.

    Neither they nor the others of the group may be few: these follow by subtraction. All of a group is the group itself.
    """
    return n >= least and (n == of or of - n >= least)


def suppressed_row(counts: ArrayLike, *, least: int) -> Mask:
    """Which cells of a row are left out where its total is published."""
    return suppressed_table(np.atleast_2d(np.asarray(counts)), least=least, are_columns_published=False)[0]


def suppressed_table(
    counts: ArrayLike, *, least: int, are_rows_published: bool = True, are_columns_published: bool = True
) -> Mask:
    """Which cells of a table are left out.

    are_rows_published, are_columns_published : whether the totals of rows, and of columns, are published
    Left out is each cell from 1 to `least` - 1 (primary suppression). Then, in each row and column with a published total,
    the next smallest cells, until those left out are two at least and hold `least` students or more together, and until no
    small cell follows from all totals taken together (complementary suppression).
    """
    table = np.asarray(counts, dtype=np.int64)
    if table.ndim != 2 or (table < 0).any():
        raise ValueError("counts are a table of whole numbers from 0")
    small = (table > 0) & (table < least)
    hidden = small.copy()
    while True:
        before = int(hidden.sum())
        if are_rows_published:
            _protect_lines(table, hidden, least)
        if are_columns_published:
            _protect_lines(table.T, hidden.T, least)
        if int(hidden.sum()) == before:
            told = small & _follows(hidden, are_rows_published, are_columns_published)
            if not told.any() or not _hide_one_more(table, hidden, told):
                return hidden


def _protect_lines(table: Counts, hidden: Mask, least: int) -> None:
    """Hide more in each row of `table` until what is hidden there cannot be told from the row's total."""
    for line, covered in zip(table, hidden, strict=True):
        while covered.any() and (covered.sum() < 2 or line[covered].sum() < least) and not covered.all():
            covered[_next(line, covered)] = True


def _next(line: Counts, covered: Mask) -> int:
    """The smallest cell that is shown; empty ones last, because they add nobody to hide among."""
    order = np.where(covered, np.inf, np.where(line == 0, np.inf, line))
    return int(np.argmin(order)) if np.isfinite(order).any() else int(np.flatnonzero(~covered)[0])


def _follows(hidden: Mask, rows: bool, columns: bool) -> Mask:
    """Hidden cells that all published totals together leave only one value."""
    cells = np.argwhere(hidden)
    lines = [cells[:, 0] == row for row in range(hidden.shape[0]) if rows]
    lines += [cells[:, 1] == column for column in range(hidden.shape[1]) if columns]
    told = np.zeros_like(hidden)
    if not len(cells) or not lines:
        return told
    _, values, directions = np.linalg.svd(np.array(lines, dtype=float))
    free = directions[int((values > EXACT).sum()) :]
    is_fixed = np.abs(free).max(axis=0, initial=0.0) < EXACT
    told[tuple(cells[is_fixed].T)] = True
    return told


def _hide_one_more(table: Counts, hidden: Mask, told: Mask) -> bool:
    """Hide the next smallest cell beside one that follows from the totals; False when all beside it are hidden."""
    for row, column in np.argwhere(told):
        for line, covered in ((table[row], hidden[row]), (table[:, column], hidden[:, column])):
            if not covered.all():
                covered[_next(line, covered)] = True
                return True
    return False
