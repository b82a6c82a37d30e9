"""The wild cluster bootstrap against a regression for every pattern of weights in R."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import robust_contrast
from pilotproof.stats.wild_bootstrap import wild_cluster_bootstrap
from tests.stats.cluster_designs import SEEDS, TOY, R, noise, some_clusters, uneven

CLOSED_FORM = 1e-9
SEARCHED = 1e-9  # ends halved 60 times from the same start on both sides


@pytest.mark.parametrize(
    ("name", "data", "weights"),
    [
        ("wild_toy", TOY, "Rademacher"),
        ("wild_uneven", uneven(), "Rademacher"),
        ("wild_all", uneven("block", "age", "years"), "Rademacher"),
        ("webb_toy", TOY, "Webb"),
    ],
)
def test_all_weights_equal_a_regression_for_each_in_r(name, data, weights):
    found, expected = wild_cluster_bootstrap(**data, weights=weights), R[name]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.standard_error == pytest.approx(expected["se"], rel=CLOSED_FORM)
    assert found.t == pytest.approx(expected["t"], rel=CLOSED_FORM)
    assert found.p_value == pytest.approx(expected["p"], abs=1e-12)  # a count over the same number of draws
    assert found.draws == expected["draws"] and found.is_exact
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), rel=SEARCHED)


def test_the_standard_error_is_cr1s():
    found, same = wild_cluster_bootstrap(**uneven()), robust_contrast(**uneven(), kind="CR1S")
    assert (found.estimate, found.standard_error) == pytest.approx((same.estimate, same.standard_error), rel=1e-10)


def test_counts_and_least_attainable_p():
    # the observed weights and their mirror image are always as extreme: 2 of 2^6. With Webb weights so are
    # all that give every cluster the same weight, which only scales the data: 6 of 6^6
    found = wild_cluster_bootstrap(**TOY)
    assert (found.n_treated, found.n_comparison, found.clusters_treated, found.clusters_comparison) == (12, 12, 3, 3)
    assert found.least_attainable_p == 2 / 2**6 == found.p_value
    assert wild_cluster_bootstrap(**TOY, weights="Webb").least_attainable_p == 6 / 6**6


def test_with_too_few_clusters_for_any_rejection_there_is_no_interval():
    # 2 / 2^6 = .031 is above 1 - .99, so that no difference however large is rejected
    assert wild_cluster_bootstrap(**TOY, confidence=0.99).interval is None


@pytest.mark.parametrize(("letters", "fewest"), [("ABDE", 2), ("ABDEF", 2)])
def test_fewer_than_three_clusters_in_an_arm_are_refused(letters, fewest):
    found = wild_cluster_bootstrap(**some_clusters(TOY, letters))
    assert isinstance(found, Refusal) and found.reason == "fewer than three clusters in an arm"
    assert min(found.clusters_treated, found.clusters_comparison) == fewest
    alone = wild_cluster_bootstrap(**some_clusters(TOY, "ADEF"))
    assert isinstance(alone, Refusal) and alone.reason == "one cluster in an arm"


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from(["Rademacher", "Webb"]))
def test_random_weights_come_near_all_weights(seed, weights):
    # 4 Monte Carlo standard errors of a share, and one draw: 4 sqrt(.25 / 4000) = .032
    data = noise(seed, 3, 3)
    exact = wild_cluster_bootstrap(**data, weights=weights)
    drawn = wild_cluster_bootstrap(**data, weights=weights, most_exact=0, draws=3_999, seed=seed)
    assert not drawn.is_exact and drawn.draws == 4_000
    margin = 4 * np.sqrt(max(exact.p_value * (1 - exact.p_value), 1e-4) / 4_000) + 1 / 4_000
    assert abs(drawn.p_value - exact.p_value) <= margin


def test_simulated_p_counts_the_observed_draw():
    # an effect of a hundred SDs is beyond all of 9 random draws over 12 clusters: (0 + 1) / (9 + 1)
    data = noise(4, 6, 6)
    data["outcome"] = data["outcome"] + 100 * data["is_treated"]
    assert wild_cluster_bootstrap(**data, weights="Webb", draws=9).p_value == 1 / 10


def test_a_seed_gives_the_same_draws_again():
    one, again, other = (wild_cluster_bootstrap(**TOY, most_exact=0, draws=500, seed=seed).p_value for seed in (1, 1, 2))
    assert one == again != other


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0.1, 100), st.floats(-100, 100))
def test_swapping_arms_rescaling_and_reordering(seed, scale, shift):
    data = noise(seed, 3, 4)
    found = wild_cluster_bootstrap(**data)
    swapped = wild_cluster_bootstrap(**(data | {"is_treated": ~data["is_treated"]}))
    scaled = wild_cluster_bootstrap(**(data | {"outcome": data["outcome"] * scale + shift}))
    order = np.random.default_rng(seed).permutation(len(data["outcome"]))
    mixed = wild_cluster_bootstrap(**{name: values[order] for name, values in data.items()})
    assert found.p_value == pytest.approx(swapped.p_value) == pytest.approx(scaled.p_value) == pytest.approx(mixed.p_value)
    assert found.p_value >= found.least_attainable_p
    assert (found.interval is None) == (swapped.interval is None) == (scaled.interval is None)
    if found.interval is not None:
        assert (swapped.interval.low, swapped.interval.high) == pytest.approx(
            (-found.interval.high, -found.interval.low), rel=1e-6
        )
        ends = (found.interval.low * scale, found.interval.high * scale)
        assert (scaled.interval.low, scaled.interval.high) == pytest.approx(ends, rel=1e-6, abs=1e-6 * scale)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_the_interval_ends_where_the_test_begins_to_reject(seed):
    # taking the difference out of the treated scores turns "is it b?" into "is it 0?"
    data = noise(seed, 4, 4)
    interval = wild_cluster_bootstrap(**data).interval
    assert interval is not None  # 2 / 2^8 is below .05
    for end, side in ((interval.low, -1), (interval.high, 1)):
        for difference, is_inside in ((end - side * 1e-6, True), (end + side * 1e-6, False)):
            moved = data["outcome"] - difference * data["is_treated"]
            assert (wild_cluster_bootstrap(**(data | {"outcome": moved})).p_value >= 0.05) == is_inside


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": "Mammen"}, "weights must be 'Rademacher' or 'Webb', not 'Mammen'"),
        ({"draws": 0, "most_exact": 0}, "draws must be a whole number of at least 1"),
        ({"most_exact": -1}, "most_exact must be a whole number of at least 0"),
        ({"outcome": [np.inf] + [1.0] * 23}, "outcome has 1 missing or infinite"),
        ({"confidence": 95}, "confidence must lie between 0 and 1"),
    ],
)
def test_unusable_arguments_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        wild_cluster_bootstrap(**(TOY | change))


def test_clusters_of_an_arm_that_do_not_differ_are_refused():
    found = wild_cluster_bootstrap(**(TOY | {"outcome": [2.5] * 12 + [1.5] * 12, "pretest": None}))
    assert found == Refusal(reason="clusters of an arm do not differ", clusters_treated=3, clusters_comparison=3)
