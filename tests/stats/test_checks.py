"""Labels are numbered by their text, whichever kind of column holds them, and a missing one is refused."""

from __future__ import annotations

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from pilotproof.stats.checks import labels

NUMBERS = [10, 9, 9, 100, -1]
BY_TEXT = [1, 3, 3, 2, 0]  # -1, 10, 100, 9


@pytest.mark.parametrize(
    "column",
    [
        NUMBERS,
        np.array(NUMBERS, dtype=np.int8),
        list(map(str, NUMBERS)),
        np.array(list(map(str, NUMBERS))),
        pd.Series(list(map(str, NUMBERS))),
        pd.Series(NUMBERS).astype("category"),
        [10, "9", 9, 100, -1],
    ],
)
def test_labels_are_numbered_in_the_order_of_their_text(column):
    assert labels(column, "cluster").tolist() == BY_TEXT


@pytest.mark.parametrize(
    "column", [["a", None, "b", None], ["a", float("nan"), "b", float("nan")], ["a", " ", "b", ""], [1.0, np.nan, 2.0, np.nan]]
)
def test_each_missing_label_is_counted(column):
    for given in (column, pd.Series(column), np.array(column, dtype=object)):
        with pytest.raises(ValueError, match="cluster has 2 missing labels"):
            labels(given, "cluster")


@hypothesis.given(st.lists(st.integers(-5, 30), min_size=1), st.sampled_from(["int64", "int8", "uint64"]))
def test_whole_numbers_are_numbered_as_their_text_is(numbers, kind):
    # close together, far apart and below 0: counted or sorted, the labels are those of the same numbers as text
    column = np.abs(numbers) if kind == "uint64" else np.array(numbers)
    assert labels(column.astype(kind), "cluster").tolist() == labels([str(n) for n in column], "cluster").tolist()
