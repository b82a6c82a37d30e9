"""Agreement of counts, interval by interval: three shares, each with its arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.stats.count_agreement import count_agreement

PAIRS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=30)


def test_each_share_is_its_arithmetic():
    found = count_agreement([2, 3, 0, 4], [3, 3, 0, 5])
    assert found.mean_per_interval == pytest.approx((2 / 3 + 1 + 1 + 4 / 5) / 4)  # both counted none: agreed
    assert found.exact == 2 / 4
    assert found.total == 9 / 11 and found.intervals == 4


def test_errors_that_cancel_out_hide_in_the_total_alone():
    found = count_agreement([10, 20], [20, 10])
    assert (found.total, found.mean_per_interval, found.exact) == (1.0, 0.5, 0.0)


@given(PAIRS)
def test_observers_may_be_exchanged_and_exact_is_the_strictest(pairs):
    first, second = zip(*pairs, strict=True)
    found = count_agreement(first, second)
    assert found == count_agreement(second, first)
    assert 0 <= found.exact <= found.mean_per_interval <= 1 and 0 <= found.total <= 1


@given(PAIRS)
def test_an_observer_agrees_with_themselves(pairs):
    first = [one for one, _ in pairs]
    found = count_agreement(first, first)
    assert found.mean_per_interval == found.exact == found.total == 1


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ([1.5], [1], "first must be whole numbers"),
        ([1], [-1], "second must be whole numbers of at least 0"),
        ([1], [float("nan")], "second has 1 missing"),
        ([], [], "first needs at least 1"),
        ([1, 2], [1], "equally long"),
        (["a"], [1], "first must hold numbers only"),
    ],
)
def test_what_is_no_count_is_named(first, second, said):
    with pytest.raises(ValueError, match=said):
        count_agreement(first, second)
