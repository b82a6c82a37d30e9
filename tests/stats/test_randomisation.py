"""Randomisation inference against enumerations in R, and against what is known of every assignment."""

from __future__ import annotations

from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.attainable import least_attainable_p_randomisation
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import cluster_mean_contrast
from pilotproof.stats.randomisation import all_assignments, random_assignments, randomisation_test
from pilotproof.stats.staggered import staggered_start_test
from tests.stats.cluster_designs import SEEDS, TOY, R, noise, uneven

CLOSED_FORM = 1e-9
TIES = 5e-9  # R halves towards an end with a test that takes gaps of 1e-9 for ties; ours is closed form


def staggered() -> dict[str, np.ndarray]:
    """Four classes over twelve days, by the formula of clustered.R."""
    day, cluster = np.tile(np.arange(1, 13), 4), np.repeat(np.arange(1, 5), 12)
    start = np.array([4, 6, 8, 10])[np.array([2, 0, 3, 1])][cluster - 1]
    y = 2 * (day >= start) + 0.3 * day + cluster + np.sin(5 * day + 3 * cluster)
    return {"outcome": y, "cluster": cluster, "time": day, "start": start}


def ragged() -> dict[str, np.ndarray]:
    """The same with missing days and days observed twice."""
    data = staggered()
    rows = np.arange(48)
    kept = np.concatenate([rows[(data["time"] * 5 + data["cluster"] * 3) % 7 != 0], rows[data["time"] % 5 == 2]])
    data = {name: values[kept] for name, values in data.items()}
    return data | {"outcome": data["outcome"] + 0.1 * (np.arange(1, len(kept) + 1) % 3)}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("randomised_toy", TOY | {"confidence": 0.8}),
        ("randomised_uneven", uneven()),
        ("randomised_uneven_no_pretest", uneven() | {"pretest": None}),
        ("randomised_block", uneven("block")),
    ],
)
def test_every_assignment_equals_r(name, data):
    found, expected = randomisation_test(**data), R[name]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.p_value == pytest.approx(expected["p"], abs=1e-12) and found.is_exact
    assert found.assignments == found.tried == expected["assignments"]
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), abs=TIES)
    if "coin" in expected:
        assert found.p_value == pytest.approx(expected["coin"], abs=1e-9)


@pytest.mark.parametrize(("name", "data"), [("staggered", staggered()), ("ragged", ragged())])
def test_every_order_of_starts_equals_r(name, data):
    found, expected = staggered_start_test(**data, confidence=0.8), R[name]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.p_value == pytest.approx(expected["p"], abs=1e-12)
    assert found.assignments == expected["orders"] == factorial(4)
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), abs=TIES)


def test_the_estimate_is_that_of_the_cluster_means():
    for names in ((), ("block",), ("age", "years", "block")):
        expected = cluster_mean_contrast(**uneven(*names)).estimate
        assert randomisation_test(**uneven(*names)).estimate == pytest.approx(expected, rel=1e-10)


def test_six_teachers_reach_one_in_ten():
    # C(6, 3) = 20 assignments; the observed one and its mirror image: 2 / 20
    found = randomisation_test(**TOY)
    assert (found.p_value, found.least_attainable_p, found.assignments) == (0.1, 0.1, 20)
    assert found.interval is None  # no difference can be rejected at .05


@pytest.mark.parametrize(("treated", "comparison"), [(2, 2), (2, 4), (3, 3), (2, 3), (4, 4)])
def test_the_least_p_is_that_of_the_design(treated, comparison):
    found = randomisation_test(**noise(7, treated, comparison))
    assert found.least_attainable_p == pytest.approx(least_attainable_p_randomisation(n_treated=treated, n_comparison=comparison))
    assert found.assignments == comb(treated + comparison, treated)


def test_pairs_are_swapped_within_pairs_only():
    # four schools with one treated and one comparison class each: 2^4 assignments, not C(8, 4) = 70; mirror image: 2 / 16
    data = noise(3, 4, 4)
    pair = np.array([0, 1, 2, 3, 3, 2, 1, 0])[data["cluster"]]
    found = randomisation_test(**data, block=pair)
    assert (found.assignments, found.least_attainable_p, found.assignment) == (16, 2 / 16, "within blocks")


def test_students_drawn_within_classes_are_units_of_their_own():
    # two classes of four students, two of each treated: C(4, 2)^2 = 36 assignments
    rng = np.random.default_rng(5)
    found = randomisation_test(
        rng.normal(size=8), is_treated=[1, 1, 0, 0] * 2, cluster=np.arange(8), block=np.repeat(["a", "b"], 4)
    )
    assert found.assignments == 36 and (found.n_treated, found.clusters_treated) == (4, 4)


def test_a_block_with_one_arm_changes_nothing():
    data = noise(11, 3, 4)
    block = np.array([0, 0, 1, 0, 0, 1, 2])[data["cluster"]]  # the last class is alone in its block
    with_it = randomisation_test(**data, block=block)
    assert with_it.assignments == comb(4, 2) * comb(2, 1)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_random_assignments_come_near_all_of_them(seed):
    # 4 Monte Carlo standard errors of a share, and one draw
    data = noise(seed, 4, 4)
    exact, drawn = randomisation_test(**data), randomisation_test(**data, most_exact=0, draws=3_999, seed=seed)
    assert not drawn.is_exact and drawn.tried == 4_000 and drawn.assignments == 70
    margin = 4 * np.sqrt(max(exact.p_value * (1 - exact.p_value), 1e-4) / 4_000) + 1 / 4_000
    assert abs(drawn.p_value - exact.p_value) <= margin
    assert drawn.p_value >= 1 / 4_000


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0.1, 100), st.floats(-100, 100))
def test_swapping_arms_rescaling_and_reordering(seed, scale, shift):
    data = noise(seed, 4, 5)
    found = randomisation_test(**data)
    swapped = randomisation_test(**(data | {"is_treated": ~data["is_treated"]}))
    scaled = randomisation_test(**(data | {"outcome": data["outcome"] * scale + shift}))
    order = np.random.default_rng(seed).permutation(len(data["outcome"]))
    mixed = randomisation_test(**{name: values[order] for name, values in data.items()})
    assert found.p_value == swapped.p_value == scaled.p_value == mixed.p_value >= found.least_attainable_p
    assert (swapped.interval.low, swapped.interval.high) == pytest.approx((-found.interval.high, -found.interval.low))
    ends = (found.interval.low * scale, found.interval.high * scale)
    assert (scaled.interval.low, scaled.interval.high) == pytest.approx(ends, rel=1e-6, abs=1e-8 * scale)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.sampled_from([(), ("block",)]))
def test_the_interval_ends_where_the_test_begins_to_reject(seed, names):
    data = noise(seed, 5, 4) | ({"block": None} if not names else {})
    if names:
        data["block"] = np.array([0, 0, 1, 1, 1, 0, 0, 1, 1])[data["cluster"]]
    interval = randomisation_test(**data, confidence=0.9).interval
    for end, side in ((interval.low, -1), (interval.high, 1)):
        for difference, is_inside in ((end - side * 1e-6, True), (end + side * 1e-6, False)):
            moved = data["outcome"] - difference * data["is_treated"]
            assert (randomisation_test(**(data | {"outcome": moved})).p_value >= 0.1 - 1e-12) == is_inside


def test_simulated_p_counts_the_observed_assignment():
    # an effect of a hundred SDs is beyond all of 9 random assignments of 20 clusters: (0 + 1) / (9 + 1)
    data = noise(4, 10, 10)
    data["outcome"] = data["outcome"] + 100 * data["is_treated"]
    assert randomisation_test(**data, draws=9).p_value == 1 / 10


def test_random_assignments_keep_the_blocks_and_every_one_is_as_likely():
    # 6 units in blocks of 4 (two treated) and 2 (one treated): C(4, 2) C(2, 1) = 12 assignments
    arm, block = np.array([1, 1, 0, 0, 1, 0], dtype=bool), np.array([0, 0, 0, 0, 1, 1])
    rows = random_assignments(arm, block, 12_000, np.random.default_rng(1))
    assert (rows[:, :4].sum(axis=1) == 2).all() and (rows[:, 4:].sum(axis=1) == 1).all()
    counts = np.unique(rows, axis=0, return_counts=True)[1]
    # 1,000 each +- 5 SD of a binomial: 5 sqrt(12000 / 12 x 11 / 12) = 151
    assert len(counts) == 12 and np.abs(counts - 1_000).max() <= 151
    every = {tuple(row) for row in all_assignments(arm, block)}
    assert every == {tuple(row) for row in rows} and len(every) == 12


def test_a_hundred_thousand_draws_of_twenty_clusters_need_no_enumeration():
    # C(20, 10) = 184,756 assignments are more than are tried
    found = randomisation_test(**noise(2, 10, 10), draws=999)
    assert (found.assignments, found.tried, found.is_exact) == (184_756, 1_000, False)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_what_all_classes_share_of_a_day_and_what_a_class_keeps_drop_out(seed):
    data, rng = staggered(), np.random.default_rng(seed)
    of_day, of_class = rng.normal(scale=5, size=13)[data["time"]], rng.normal(scale=5, size=5)[data["cluster"]]
    found, moved = staggered_start_test(**data), staggered_start_test(**(data | {"outcome": data["outcome"] + of_day + of_class}))
    assert moved.estimate == pytest.approx(found.estimate) and moved.p_value == found.p_value


def test_four_starts_reach_one_in_twenty_four():
    found = staggered_start_test(**staggered())
    assert found.least_attainable_p == found.p_value == 1 / factorial(4)
    # days 4, 6, 8, 10 of 12: 9 + 7 + 5 + 3 observations after the start
    assert (found.n_treated, found.n_comparison, found.clusters_treated, found.clusters_comparison) == (24, 24, 4, 0)


def test_equal_starts_share_their_orders():
    # starts 3, 3, 6: of 3! = 6 orders each different one is met twice, the observed one too: 2 / 6
    rng = np.random.default_rng(8)
    day, cluster = np.tile(np.arange(9), 3), np.repeat([0, 1, 2], 9)
    found = staggered_start_test(rng.normal(size=27), cluster=cluster, time=day, start=np.array([3, 3, 6])[cluster])
    assert found.least_attainable_p == pytest.approx(2 / 6)


def test_random_orders_come_near_all_of_them():
    exact = staggered_start_test(**staggered(), confidence=0.8)
    drawn = staggered_start_test(**staggered(), confidence=0.8, most_exact=0, draws=9_999)
    assert abs(drawn.p_value - exact.p_value) <= 4 * np.sqrt(exact.p_value / 10_000)
    assert drawn.estimate == exact.estimate


def test_no_order_no_test():
    data = staggered()
    same = staggered_start_test(**(data | {"start": np.full(48, 5)}))
    assert same == Refusal(reason="every cluster starts at the same time", clusters_treated=4, clusters_comparison=0)


def test_starts_after_the_last_observation_give_no_test():
    data = staggered()
    late = staggered_start_test(**(data | {"start": np.array([20, 21, 22, 23])[data["cluster"] - 1]}))
    assert isinstance(late, Refusal) and late.reason == "nothing observed before or after the starts"


def test_days_on_which_all_or_none_have_started_give_no_test():
    # two classes on two days: on the first none has started, on the second both have
    found = staggered_start_test([1.0, 2.0, 1.5, 3.0], cluster=[1, 1, 2, 2], time=[1, 12, 1, 12], start=[8, 8, 4, 4])
    assert isinstance(found, Refusal) and found.reason == "no day on which one cluster has started and another not"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": np.arange(48)}, "start differs within a cluster"),
        ({"outcome": np.ones(48)}, "outcome: all values are equal"),
        ({"time": ["x"] * 48}, "time must hold numbers only"),
        ({"cluster": ["a"] * 47}, "equally long: .*cluster \\(47\\)"),
    ],
)
def test_unusable_starts_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        staggered_start_test(**(staggered() | change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"draws": 0, "most_exact": 0}, "draws must be a whole number of at least 1"),
        ({"outcome": ["a"] * 24}, "outcome must hold numbers only"),
        ({"is_treated": [True] * 24}, "both arms are needed"),
        ({"confidence": 1}, "confidence must lie between 0 and 1"),
    ],
)
def test_unusable_arguments_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        randomisation_test(**(TOY | change))


@pytest.mark.parametrize(
    ("block", "reason"), [(None, "one cluster in an arm"), (["a"] * 8 + ["b"] * 8, "no block with both arms")]
)
def test_a_design_without_a_comparison_is_refused(block, reason):
    arm = [True] * 4 + [False] * 12 if block is None else [True] * 8 + [False] * 8
    found = randomisation_test(
        np.random.default_rng(1).normal(size=16), is_treated=arm, cluster=np.repeat(list("abcd"), 4), block=block
    )
    assert isinstance(found, Refusal) and found.reason == reason
