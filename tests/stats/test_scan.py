"""Stretches of bad days, and log lines that are one incident."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.scan import window_scan

R = json.loads((Path(__file__).parents[1] / "reference" / "counts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "events", "exposure", "longest"),
    [("equal", [0, 3, 3, 0, 1], [1] * 5, 0.5), ("unequal", [1, 0, 4, 2], [1, 3, 2, 2], 0.6)],
)
def test_simulated_stretches_equal_r_s_enumeration(name, events, exposure, longest):
    exact, draws = R["stretch"][name], 100_000
    found = window_scan(events, exposure=exposure, longest_share=longest, draws=draws, seed=1)
    assert found.log_likelihood_ratio == pytest.approx(exact["ratio"], rel=1e-12)
    # Monte Carlo against the sum over all outcomes: within 4 standard errors
    assert found.p_value == pytest.approx(exact["p"], abs=4 * np.sqrt(exact["p"] * (1 - exact["p"]) / draws))


def test_a_bad_week_is_found_where_it_lies():
    # 12 of 16 errors on days 5 to 9 of 20, a quarter of the hours: rates 12 / 5 against 4 / 15
    events = np.array([0, 1, 0, 0, 0, 2, 3, 2, 3, 2, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0])
    found = window_scan(events, exposure=np.ones(20), seed=1)
    assert (found.first, found.last, found.events, found.total) == (5, 9, 12, 16)
    assert found.expected == pytest.approx(16 * 5 / 20) and found.rate_ratio == pytest.approx((12 / 5) / (4 / 15))
    assert found.p_value < 0.01


def test_even_counts_and_a_whole_window_give_no_stretch():
    assert window_scan([2, 2, 2, 2], exposure=[1] * 4, seed=1) is None
    assert window_scan([5, 1], exposure=[3, 1], longest_share=0.2, seed=1) is None  # every stretch is longer


def test_the_rest_without_an_error_has_no_rate_to_compare_with():
    assert window_scan([0, 4, 0, 0], exposure=[1] * 4, seed=1).rate_ratio is None


def test_the_scan_of_stretches_keeps_its_level():
    # 300 logs spread by chance; rejects at most 5 % (+ 3 Monte Carlo standard errors = .038)
    rng = np.random.default_rng(3)
    hits = 0
    for seed in range(300):
        found = window_scan(rng.multinomial(20, np.ones(10) / 10), exposure=np.ones(10), draws=500, seed=seed)
        hits += found is not None and found.p_value <= 0.05
    assert hits / 300 <= 0.05 + 0.038


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=3, max_size=12).filter(lambda x: sum(x) > 0))
def test_stretch_properties(events):
    k = len(events)
    found = window_scan(events, exposure=[2.0] * k, draws=200, seed=5)
    mirrored = window_scan(events[::-1], exposure=[2.0] * k, draws=200, seed=5)
    assert (found is None) == (mirrored is None)
    if found:
        assert found.events == sum(events[found.first : found.last + 1]) and found.events > found.expected
        assert found.last - found.first + 1 <= k / 2 and found.log_likelihood_ratio == pytest.approx(
            mirrored.log_likelihood_ratio
        )
        assert 1 / 201 <= found.p_value <= 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: window_scan([0, 0], exposure=[1, 1], seed=1), "at least one event"),
        (lambda: window_scan([1, 2], exposure=[1, 0], seed=1), "exposure must be above 0"),
        (lambda: window_scan([1, 2], exposure=[1, 1e99], seed=1), "exposure not in one unit"),
        (lambda: window_scan([1, 2], exposure=[1, 1], longest_share=1.5, seed=1), "longest_share must lie from 0"),
        (lambda: window_scan([1, 2, 0], exposure=[1, 1, 1], draws=0, seed=1), "draws must be a whole number"),
    ],
)
def test_unusable_logs_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
