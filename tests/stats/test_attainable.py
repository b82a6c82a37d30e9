"""The least attainable p of each exact test, beside the test itself and beside every assignment there is."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pilotproof.stats.attainable import (
    least_attainable_p_fisher,
    least_attainable_p_randomisation,
    least_attainable_p_sign_flip,
    least_attainable_p_simulated,
    least_attainable_p_staggered,
    least_attainable_p_wild_bootstrap,
    least_attainable_p_within_blocks,
)
from pilotproof.stats.paired import paired_change
from pilotproof.stats.randomisation import all_assignments, randomisation_test
from pilotproof.stats.staggered import staggered_start_test
from pilotproof.stats.wild_bootstrap import wild_cluster_bootstrap

R = json.loads((Path(__file__).parents[1] / "reference" / "power.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9  # relative; both sides are closed form


def blocked(n_treated: list[int], n_comparison: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Arm and block of each unit."""
    arm = np.concatenate([[True] * t + [False] * c for t, c in zip(n_treated, n_comparison, strict=True)]).astype(bool)
    return arm, np.repeat(np.arange(len(n_treated)), np.add(n_treated, n_comparison))


@pytest.mark.parametrize(
    ("n_treated", "n_comparison", "p"),
    [
        ([1, 1, 1, 1], [1, 1, 1, 1], 2 / 2**4),  # four pairs
        ([2, 1], [2, 1], 2 / (6 * 2)),
        ([2, 1], [2, 2], 1 / (6 * 3)),  # one uneven block and nothing mirrors
        ([2, 2], [1, 1], 1 / (3 * 3)),
        ([1, 2], [2, 1], 1 / (3 * 3)),  # even only over all blocks
        ([2, 1, 0], [2, 1, 3], 2 / (6 * 2)),  # a block with one arm only
        ([3], [3], 2 / 20),
        ([2], [4], 1 / 15),
    ],
)
def test_the_least_p_within_blocks_is_what_the_test_gives_and_what_it_says(n_treated, n_comparison, p):
    arm, block = blocked(n_treated, n_comparison)
    least = least_attainable_p_within_blocks(n_treated=n_treated, n_comparison=n_comparison)
    assert least == pytest.approx(p, rel=1e-12)
    # scores that follow the arm, with some noise so that no two differences tie
    scores = 50 * arm + 10 * block + np.random.default_rng(4).normal(size=len(arm))
    found = randomisation_test(scores, is_treated=arm, cluster=np.arange(len(arm)), block=block)
    assert found.p_value == found.least_attainable_p == pytest.approx(least, rel=1e-12)
    # by hand: assignments with the observed one's sums within blocks, or all of them turned round
    comparable = np.isin(block, [b for b, sides in enumerate(zip(n_treated, n_comparison, strict=True)) if min(sides)])
    ways = all_assignments(arm, block)[:, comparable]
    mine = arm[comparable]
    extreme = (ways == mine).all(axis=1) | (ways == ~mine).all(axis=1)
    assert extreme.mean() == pytest.approx(least, rel=1e-12)


def test_one_pot_is_one_block_and_students_are_units():
    # two classes of four students, two of each treated: C(4, 2)^2 = 36 assignments and a mirror image
    assert least_attainable_p_within_blocks(n_treated=[2, 2], n_comparison=[2, 2]) == 2 / 36
    assert least_attainable_p_within_blocks(n_treated=[3], n_comparison=[4]) == least_attainable_p_randomisation(
        n_treated=3, n_comparison=4
    )


STARTS = [
    ([3, 5, 7], 1 / 6),
    ([2, 4, 6, 8], 1 / 24),
    ([3, 3, 6], 2 / 6),
    ([3, 3, 6, 6], 2 * 4 / 24),  # two starts of two clusters: swapping them turns the effect round
    ([3, 3, 3, 6], 6 / 24),
    ([3, 6], 1.0),
    ([3, 3, 5, 7], 2 / 24),
    ([0, 5, 20], 2 / 6),  # from the first time, and never: neither changes
    ([0, 20, 5, 5], 2 * 4 / 24),
    ([4.2, 4.7, 8], 2 / 6),  # between the same two times
    ([2, 4, 6, 8, 9], 1 / 120),
]


@pytest.mark.parametrize(("starts", "p"), STARTS)
def test_the_least_p_of_staggered_starts_is_that_of_the_test(starts, p):
    times = np.arange(12)
    assert least_attainable_p_staggered(starts, times=times) == pytest.approx(p, rel=1e-12)
    cluster, day = np.divmod(np.arange(len(starts) * 12), 12)
    start = np.array(starts, dtype=float)[cluster]
    # a large effect and little noise
    outcome = 100.0 * (day >= start) + np.random.default_rng(2).normal(size=len(day))
    found = staggered_start_test(outcome, cluster=cluster, time=day, start=start)
    assert found.p_value == found.least_attainable_p == pytest.approx(p, rel=1e-12)


@pytest.mark.parametrize(("starts", "p"), STARTS)
def test_the_least_p_of_staggered_starts_by_every_order(starts, p):
    step = (np.array(starts)[:, None] <= np.arange(12)).astype(float)
    centred = step - step.mean(axis=1, keepdims=True) - step.mean(axis=0) + step.mean()
    same = [min(np.abs(centred[list(o)] - s * centred).max() for s in (-1, 1)) < 1e-9 for o in permutations(range(len(starts)))]
    assert np.mean(same) == pytest.approx(p, rel=1e-12)


@pytest.mark.parametrize(("treated", "comparison", "weights"), [(3, 3, "Rademacher"), (3, 4, "Rademacher"), (3, 3, "Webb")])
def test_the_least_p_of_the_wild_bootstrap_is_reached(treated, comparison, weights):
    # a difference far above the noise, and the same noise in both arms as far as may be
    noise = np.concatenate([np.linspace(-1, 1, treated), np.linspace(-1, 1, comparison)])
    arm = np.arange(treated + comparison) < treated
    found = wild_cluster_bootstrap(
        np.repeat(100 * arm + noise, 2), is_treated=np.repeat(arm, 2), cluster=np.repeat(np.arange(len(arm)), 2), weights=weights
    )
    least = least_attainable_p_wild_bootstrap(len(arm), weights=weights)
    assert found.p_value == pytest.approx(least, rel=1e-12) and found.least_attainable_p == least


def test_the_least_p_of_the_wild_bootstrap_in_numbers():
    assert [least_attainable_p_wild_bootstrap(g) for g in (3, 4, 5, 6, 7)] == [0.25, 0.125, 0.0625, 0.03125, 0.015625]
    # all six weights that are the same for each cluster leave |t| alone: 6 of 6^6, not 2 of 6^6
    assert least_attainable_p_wild_bootstrap(6, weights="Webb") == pytest.approx(6 / 6**6, rel=1e-15)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["Rademacher", "Webb"]))
def test_no_data_give_the_wild_bootstrap_less(seed, weights):
    rng = np.random.default_rng(seed)
    arm = np.repeat([True, False], 6)
    scores = rng.normal(size=12) + rng.exponential(10) * arm
    found = wild_cluster_bootstrap(scores, is_treated=arm, cluster=np.repeat(np.arange(6), 2), weights=weights, confidence=0.5)
    assert found.p_value >= least_attainable_p_wild_bootstrap(6, weights=weights) * (1 - 1e-12)


@pytest.mark.parametrize(("treated", "comparison", "events", "p"), R["fisher"])
def test_the_least_p_of_fisher_s_test_equals_r_s_over_all_tables(treated, comparison, events, p):
    assert least_attainable_p_fisher(n_treated=treated, n_comparison=comparison, events=events) == pytest.approx(
        p, rel=CLOSED_FORM
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_no_table_gives_fisher_s_test_less(treated, comparison, data):
    events = data.draw(st.integers(0, treated + comparison))
    tables = range(max(0, events - comparison), min(treated, events) + 1)
    found = [stats.fisher_exact([[x, treated - x], [events - x, comparison - events + x]]).pvalue for x in tables]
    least = least_attainable_p_fisher(n_treated=treated, n_comparison=comparison, events=events)
    assert min(found) == pytest.approx(least, rel=1e-9)


@given(st.integers(1, 40))
def test_the_sign_test_reaches_what_sign_flips_reach(n):
    assert stats.binomtest(n, n, 0.5).pvalue == pytest.approx(least_attainable_p_sign_flip(n), rel=1e-12)


def test_draws_cannot_show_less_than_one_of_them():
    assert least_attainable_p_simulated(2 / 2**25, draws=999) == 1 / 1000
    assert least_attainable_p_simulated(0.1, draws=999) == 0.1
    assert least_attainable_p_simulated(0.0, draws=9) == 0.1
    change = np.arange(1.0, 26)
    assert paired_change(before=0 * change, after=change).least_attainable_p == least_attainable_p_simulated(
        least_attainable_p_sign_flip(25), draws=100_000
    )
    cluster = np.arange(24)
    drawn = randomisation_test(cluster + 0.1 * cluster**2, is_treated=cluster > 11, cluster=cluster, draws=99)
    exact = least_attainable_p_randomisation(n_treated=12, n_comparison=12)
    assert drawn.p_value == drawn.least_attainable_p == least_attainable_p_simulated(exact, draws=99) == 1 / 100


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: least_attainable_p_within_blocks(n_treated=[1, 2], n_comparison=[1]), "equally long: n_treated"),
        (lambda: least_attainable_p_within_blocks(n_treated=[0, 2], n_comparison=[1, 0]), "no block has units of both arms"),
        (lambda: least_attainable_p_within_blocks(n_treated=[1.5], n_comparison=[1]), "n_treated must be a whole number"),
        (lambda: least_attainable_p_within_blocks(n_treated=[1], n_comparison=[np.nan]), "n_comparison must be a whole number"),
        (lambda: least_attainable_p_within_blocks(n_treated=[], n_comparison=[]), "no block has units of both arms"),
        (lambda: least_attainable_p_staggered([3, 3], times=range(9)), "all clusters start at the same time"),
        (lambda: least_attainable_p_staggered([3, 50, np.nan], times=range(9)), "starts has 1 missing"),
        (lambda: least_attainable_p_staggered([3, 5], times=[1]), "times needs at least 2"),
        (lambda: least_attainable_p_staggered([0, 50], times=range(9)), "all clusters start at the same time"),
        (lambda: least_attainable_p_wild_bootstrap(6, weights="Mammen"), "weights must be 'Rademacher' or 'Webb'"),
        (lambda: least_attainable_p_wild_bootstrap(0), "clusters must be a whole number of at least 1"),
        (lambda: least_attainable_p_fisher(n_treated=2, n_comparison=2, events=5), r"events \(5\) cannot exceed"),
        (lambda: least_attainable_p_fisher(n_treated=2, n_comparison=2, events=np.nan), "events must be a whole number"),
        (lambda: least_attainable_p_simulated(1.2, draws=9), "exact must be a p-value from 0 to 1"),
        (lambda: least_attainable_p_simulated(np.nan, draws=9), "exact must be a number"),
        (lambda: least_attainable_p_simulated(0.1, draws=0), "draws must be a whole number of at least 1"),
    ],
)
def test_unusable_designs_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
