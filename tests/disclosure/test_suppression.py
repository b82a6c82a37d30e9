"""Suppression: the worked cases, and that nothing hidden follows from what is published."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pilotproof.disclosure import is_safe_subgroup, suppressed_row, suppressed_table

LEAST = 10


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([25, 4], [25, 4]),  # 29 published: one alone would follow
        ([18, 7, 5], [7, 5]),  # 30 published: 7 + 5 = 12 hide one another
        ([22, 3, 11], [3, 11]),  # 3 takes the next smallest with it
        ([30, 4, 4], [4, 4, 30]),  # 4 + 4 = 8 would itself be a small group
        ([30, 40, 4, 4], [30, 4, 4]),
        ([12, 15, 20], []),
        ([0, 25, 30], []),  # nobody is not few: nobody can be told
        ([0, 4, 25], [4, 25]),  # an empty cell is hidden last: it adds nobody to hide among
        ([4], [4]),
        ([9, 9, 9], [9, 9, 9]),
        ([10, 10], []),
    ],
)
def test_rows(counts, hidden):
    found = suppressed_row(counts, least=LEAST)
    assert sorted(np.array(counts)[found]) == sorted(hidden)


def test_twelve_of_twenty_leave_eight():
    assert not is_safe_subgroup(12, 20, least=LEAST)
    assert is_safe_subgroup(12, 22, least=LEAST)
    assert is_safe_subgroup(20, 20, least=LEAST)
    assert not is_safe_subgroup(9, 90, least=LEAST)


def test_a_table_is_protected_by_rows_and_columns():
    counts = np.array([[20, 4, 30], [15, 25, 40], [18, 33, 12]])
    hidden = suppressed_table(counts, least=LEAST)
    assert hidden[0, 1]
    assert all(line.sum() != 1 for line in [*hidden, *hidden.T])
    assert hidden.sum() == 4  # a rectangle: two in each of two rows and columns


def test_two_rectangles_with_one_cell_between_them():
    """Each row and column hides two cells or more, and yet the cell between the rectangles follows from all totals."""
    counts = np.full((4, 4), 50)
    counts[0, 0] = counts[0, 1] = counts[1, 0] = counts[1, 1] = 8
    counts[2, 2] = counts[2, 3] = counts[3, 2] = counts[3, 3] = 8
    counts[1, 2] = 3
    hidden = suppressed_table(counts, least=LEAST)
    assert hidden[1, 2]
    low, high = limits(counts, hidden, (1, 2))
    assert high - low > 1


def limits(counts: np.ndarray, hidden: np.ndarray, cell: tuple[int, int]) -> tuple[float, float]:
    """The least and the largest value of a hidden cell that fit all published totals and cells; an outside check (HiGHS)."""
    cells = [tuple(place) for place in np.argwhere(hidden)]
    lines, totals = [], []
    for axis in (0, 1):
        for place in range(counts.shape[axis]):
            inside = [float(one[axis] == place) for one in cells]
            if any(inside):
                lines.append(inside)
                totals.append(np.take(counts * hidden, place, axis=axis).sum())
    aim = np.array([float(one == cell) for one in cells])
    found = [linprog(sign * aim, A_eq=lines, b_eq=totals, bounds=(0, None)).fun * sign for sign in (1, -1)]
    return found[0], found[1]


tables = st.integers(2, 5).flatmap(
    lambda rows: st.integers(2, 5).flatmap(
        lambda columns: st.lists(
            st.lists(st.one_of(st.integers(0, 15), st.integers(10, 60)), min_size=columns, max_size=columns),
            min_size=rows,
            max_size=rows,
        )
    )
)


@given(tables)
@settings(max_examples=150)
def test_no_small_cell_follows_from_the_totals(content):
    counts = np.array(content)
    hidden = suppressed_table(counts, least=LEAST)
    small = (counts > 0) & (counts < LEAST)
    assert (hidden | ~small).all()
    for cell in np.argwhere(small):
        line, column = hidden[cell[0]], hidden[:, cell[1]]
        if line.all() and column.all():
            continue  # nothing more is left to hide beside it; only the totals stand
        low, high = limits(counts, hidden, tuple(cell))
        assert high - low > 1e-6, (counts, hidden, cell)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_what_is_hidden_in_a_row_is_two_cells_and_ten_students(counts):
    hidden = suppressed_row(counts, least=LEAST)
    if hidden.any() and not hidden.all():
        assert hidden.sum() >= 2
        assert np.array(counts)[hidden].sum() >= LEAST


def test_what_is_no_table_of_counts_is_refused():
    with pytest.raises(ValueError, match="counts"):
        suppressed_table([[1, -2]], least=LEAST)
