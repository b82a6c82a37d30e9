"""Few teachers and few errors: exact tests, and what they cannot show."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.attainable import least_attainable_p_randomisation, least_attainable_p_sign_flip
from pilotproof.stats.counts import concentration_scan, poisson_rate, proportion_interval, recurrence
from pilotproof.stats.paired import paired_change
from pilotproof.stats.sign_flip import least_sign_flip_p, sign_flip_p

R = json.loads((Path(__file__).parents[1] / "reference" / "clustered.json").read_text())
BEFORE, AFTER = [3.1, 2.8, 3.6, 2.9, 3.3, 3.0], [3.8, 3.0, 3.9, 3.5, 3.2, 3.7]


@pytest.mark.parametrize(("n", "p"), [(1, 1.0), (2, 0.5), (3, 0.25), (4, 0.125), (5, 0.0625), (6, 0.03125), (8, 0.0078125)])
def test_least_attainable_p_of_sign_flips_is_two_over_two_to_the_n(n, p):
    assert least_attainable_p_sign_flip(n) == p
    # reached when all change in one direction
    assert sign_flip_p(np.arange(1, n + 1)) == p


@pytest.mark.parametrize(
    ("treated", "comparison", "p"),
    [
        (2, 2, 2 / 6),
        (3, 3, 2 / 20),
        (4, 4, 2 / 70),
        (5, 5, 2 / 252),
        (1, 3, 1 / 4),
        (2, 3, 1 / 10),
        (2, 4, 1 / 15),
        (3, 4, 1 / 35),
    ],
)
def test_least_attainable_p_of_re_randomisation(treated, comparison, p):
    assert least_attainable_p_randomisation(n_treated=treated, n_comparison=comparison) == pytest.approx(p)


@pytest.mark.parametrize("field", ["estimate", "se", "df", "t", "p", "low", "high"])
def test_paired_t_equals_r(field):
    found = paired_change(before=BEFORE, after=AFTER)
    value = {
        "estimate": found.mean_change,
        "se": found.standard_error,
        "df": found.df,
        "t": found.t,
        "p": found.p_value,
        "low": found.interval.low,
        "high": found.interval.high,
    }[field]
    assert value == pytest.approx(R["paired"][field], rel=1e-9)


def test_t_and_sign_flip_disagree_over_six_teachers():
    found = paired_change(before=BEFORE, after=AFTER)
    # changes .7 .2 .3 .6 -.1 .7: only the pattern itself, the one with -.1 turned to +.1, and their mirrors: 4 / 64
    assert found.sign_flip_p == 4 / 64
    assert found.p_value == pytest.approx(0.028809, abs=1e-6) and found.d_z.estimate == pytest.approx(1.240347, abs=1e-6)


def test_ties_and_zeros_do_not_break_the_exact_test():
    assert sign_flip_p([1, 0, 1, 0, 2, 1, -1, 0, 1, 1]) == 0.109375


def test_float_noise_is_not_a_difference():
    # 0.1 + 0.2 - 0.3 is 5.5e-17, not a rise; three equal changes of both signs must tie
    assert sign_flip_p([0.1 + 0.2, -0.3]) == 1.0


def test_equal_changes_give_no_t_but_an_exact_p():
    found = paired_change(before=[1, 2, 3, 4, 5], after=[2, 3, 4, 5, 6])
    assert (found.t, found.p_value, found.interval, found.d_z, found.d_av) == (None,) * 5
    assert found.mean_change == 1 and found.sign_flip_p == 0.0625
    assert paired_change(before=[1, 2], after=[1, 2]).sign_flip_p == 1.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-8, 8), min_size=2, max_size=10))
def test_sign_flip_properties(change):
    p = sign_flip_p(change)
    assert least_attainable_p_sign_flip(len(change)) <= p <= 1
    assert sign_flip_p([-c for c in change]) == p and sign_flip_p(change[::-1]) == p
    assert sign_flip_p([3 * c for c in change]) == p


def test_simulated_sign_flips_come_close_to_exact_ones():
    # 21 changes are beyond the exact limit: against a normal approximation, within 3 Monte Carlo standard errors and a bit
    change = np.array([1.0, -0.6] * 10 + [1.0])
    z = abs(change.sum()) / np.sqrt((change**2).sum())
    from scipy import stats

    assert sign_flip_p(change) == pytest.approx(2 * stats.norm.sf(z), abs=0.03)


def test_missing_answers_are_refused():
    with pytest.raises(ValueError, match="after has 1 missing"):
        paired_change(before=[1, 2], after=[1, np.nan])
    with pytest.raises(ValueError, match=r"equally long: before \(2\), after \(3\)"):
        paired_change(before=[1, 2], after=[1, 2, 3])


@pytest.mark.parametrize(("name", "events", "hours"), [("rate_12_40", 12, 40), ("rate_0_40", 0, 40), ("rate_3_18.5", 3, 18.5)])
def test_error_rates_equal_r(name, events, hours):
    found = poisson_rate(events, hours)
    # poisson.test prints about 10 digits of its limits, found by the same chi-square quantiles
    assert found.estimate == pytest.approx(R[name]["estimate"])
    assert found.interval.low == pytest.approx(R[name]["low"], rel=1e-9, abs=1e-12)
    assert found.interval.high == pytest.approx(R[name]["high"], rel=1e-9)


@pytest.mark.parametrize(("name", "x", "n"), [("share_9_20", 9, 20), ("share_0_5", 0, 5), ("share_5_5", 5, 5)])
def test_shares_equal_r(name, x, n):
    found = proportion_interval(x, n)
    assert (found.low, found.high) == pytest.approx((R[name]["low"], R[name]["high"]), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("hours", [0, -1, np.nan, np.inf])
def test_a_rate_needs_exposure(hours):
    with pytest.raises(ValueError, match="exposure must be"):
        poisson_rate(3, hours)


def test_daily_needs_four_days_in_five():
    assert not recurrence(9, 20).is_daily  # 45 %, lower limit 23 %
    assert recurrence(18, 20).is_daily  # 90 %, lower limit 68 %
    assert not recurrence(4, 5).is_daily  # 80 %, but the lower limit is 28 %


def test_concentration_worked_example():
    # counts 2 1 11 3 2 1 2 with equal exposure: max-cell Monte Carlo p = .0005
    found = concentration_scan([2, 1, 11, 3, 2, 1, 2], exposure=[1] * 7, seed=1)
    assert found.max_cell == 2
    # 200,000 draws elsewhere gave .00048; the Monte Carlo SE of 20,000 draws is sqrt(.0005 / 20000) = .00016
    assert found.p_value == pytest.approx(0.00048, abs=3 * 0.00016)
    assert found.expected == pytest.approx([22 / 7] * 7)


def test_a_period_with_twice_the_hours_may_have_twice_the_errors():
    assert concentration_scan([10, 5, 5], exposure=[2, 1, 1], seed=1).p_value > 0.5
    assert concentration_scan([10, 5, 5], exposure=[1, 2, 2], seed=1).p_value < 0.02


def test_with_one_error_nothing_can_be_concentrated():
    found = concentration_scan([1, 0], exposure=[1, 1], seed=1)
    # whichever cell the error falls in, it is as extreme: 2 cells * (1 / 2)^1 = 1
    assert found.p_value == 1.0 and found.least_attainable_p == 1.0


def test_the_scan_keeps_its_level():
    # 400 logs of 20 errors spread by chance over 7 periods; a discrete test rejects at most 5 % (+ 3 MC SE = .033)
    rng = np.random.default_rng(7)
    hours = np.array([1, 1, 1, 1, 2, 2, 3.0])
    hits = sum(
        concentration_scan(rng.multinomial(20, hours / hours.sum()), exposure=hours, draws=1000, seed=s).p_value < 0.05
        for s in range(400)
    )
    assert hits / 400 <= 0.05 + 0.033


@pytest.mark.parametrize(
    ("events", "exposure", "message"),
    [
        ([0, 0], [1, 1], "at least one event"),
        ([1, 2], [1, 0], "exposure must be above 0 in every cell"),
        ([1.5, 1], [1, 1], "whole numbers"),
        ([1], [1], "at least 2 values"),
        ([1, 2], [1, 2, 3], "equally long"),
    ],
)
def test_unusable_counts_are_named(events, exposure, message):
    with pytest.raises(ValueError, match=message):
        concentration_scan(events, exposure=exposure, seed=1)


def test_the_least_p_of_a_simulated_sign_flip_test_is_that_of_its_draws():
    assert least_sign_flip_p(20) == 2 / 2**20  # all 2 to the 20 patterns, and the two extreme ones
    assert least_sign_flip_p(40, draws=999) == 1 / 1000 == sign_flip_p(np.arange(1, 41), draws=999)  # (0 hits + 1) / (999 + 1)
