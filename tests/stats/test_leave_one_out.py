"""Clusters left out by taking their sums away are those left out by a refit, refusals and all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.cluster_data import Refusal, cluster_data
from pilotproof.stats.clustered import cluster_mean_contrast
from pilotproof.stats.downdating import means_without_each
from pilotproof.stats.leave_one_out import leave_one_cluster_out
from tests.stats.cluster_designs import SEEDS, TOY, uneven

NOISE = 1e-11  # relative; three digits of sixteen may be lost, and the refit loses some too
ADJUSTMENTS = st.sets(st.sampled_from(["pretest", "age", "years", "block"]))


def refitted(outcome, **sides):
    """A function of its own, so that nothing but a refit can be made of it."""
    return cluster_mean_contrast(outcome, **sides)


def unbalanced(seed, *, clusters, names, least=1, blocks=3):
    """Clusters of `least` to 30 students, arms and blocks drawn; blocks may hold one arm, or a single cluster."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(least, 31, size=clusters)
    cluster = np.repeat(np.arange(clusters), sizes)
    arms = rng.permutation(np.arange(clusters) < max(1, rng.integers(1, clusters)))
    years, block = rng.normal(10, 4, size=clusters), rng.integers(0, blocks, size=clusters)
    pretest = rng.normal(50, 10, size=len(cluster)) + rng.normal(0, 5, size=clusters)[cluster]
    age = 11 + rng.normal(0, 0.5, size=len(cluster)) - 0.01 * pretest
    outcome = 20 + 0.6 * pretest + rng.normal(0, 8, size=len(cluster)) + rng.normal(0, 4, size=clusters)[cluster]
    columns = {"age": age, "years": years[cluster]}
    data = {"outcome": outcome, "is_treated": arms[cluster], "cluster": cluster}
    data |= {"pretest": pretest} if "pretest" in names else {}
    data |= {"block": block[cluster]} if "block" in names else {}
    return data | {"covariates": {name: column for name, column in columns.items() if name in names} or None}


def assert_equal_to_refits(data):
    found, expected = leave_one_cluster_out(**data), leave_one_cluster_out(**data, contrast=refitted)
    if isinstance(expected, Refusal):
        assert found == expected
        return
    assert found.whole == expected.whole
    scale = max((one.standard_error for one in expected.without if one.estimate is not None), default=0)
    for one, refit in zip(found.without, expected.without, strict=True):
        assert (one.cluster, one.is_treated, one.n, one.refusal) == (refit.cluster, refit.is_treated, refit.n, refit.refusal)
        if refit.estimate is not None:
            assert one.estimate == pytest.approx(refit.estimate, rel=NOISE, abs=NOISE * scale)
            assert one.standard_error == pytest.approx(refit.standard_error, rel=NOISE)
            assert one.p_value == pytest.approx(refit.p_value, rel=100 * NOISE)  # in the tail p moves by t dt
    assert (found.turned, found.crossed, found.refused) == (expected.turned, expected.crossed, expected.refused)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(3, 12), ADJUSTMENTS, st.integers(1, 5))
def test_few_unbalanced_clusters_without_each_are_those_of_a_refit(seed, clusters, names, blocks):
    data = unbalanced(seed, clusters=clusters, names=names, blocks=blocks)
    try:
        leave_one_cluster_out(**data)
    except ValueError:  # such as covariates that repeat the blocks: the refit says the same of the whole
        with pytest.raises(ValueError):
            leave_one_cluster_out(**data, contrast=refitted)
        return
    assert_equal_to_refits(data)


@settings(max_examples=10, deadline=None)
@given(SEEDS, ADJUSTMENTS)
def test_many_unbalanced_clusters_without_each_are_those_of_a_refit(seed, names):
    assert_equal_to_refits(unbalanced(seed, clusters=60, names=names, blocks=25))


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(-90, 90), st.floats(-90, 90))
def test_units_do_not_decide(seed, power, shift):
    # scores of 1e90 and pretests of 1e-90 are as good as any others
    data = unbalanced(seed, clusters=8, names={"pretest", "block"}, least=2)
    data["outcome"] = (data["outcome"] + shift) * 10.0**power
    data["pretest"] = data["pretest"] * 10.0**-power
    assert_equal_to_refits(data)


@pytest.mark.parametrize("names", [(), ("block",), ("age", "years"), ("age", "years", "block")])
def test_the_designs_of_r_without_each_cluster_are_those_of_a_refit(names):
    assert_equal_to_refits(uneven(*names))


def test_nothing_is_refitted_of_the_many():
    # 40 clusters of like size: no sum is mostly one cluster's
    data = unbalanced(1, clusters=40, names={"pretest", "block"}, least=10)
    data["is_treated"] = data["cluster"] % 2 == 0
    checked = cluster_data(data["outcome"], **{name: data[name] for name in data if name != "outcome"}, confidence=0.95)
    assert means_without_each(checked).is_sure.all()


def test_a_block_of_one_cluster_goes_with_it():
    # the cluster alone in its block is fitted exactly: without it the residuals are the same, and so are the df
    block = np.where(np.array(TOY["cluster"]) == "F", "alone", "both")
    data = TOY | {"block": block, "pretest": None}
    found = leave_one_cluster_out(**data)
    assert found.without[5].estimate == pytest.approx(found.whole.estimate)
    assert found.without[5].standard_error == pytest.approx(found.whole.standard_error)
    assert_equal_to_refits(data)


def test_a_pretest_that_one_cluster_makes_vary_within_is_left_to_the_refit():
    # within all clusters but F every pretest is 50: without F there is no slope, which is said and not reckoned
    pretest = np.where(np.array(TOY["cluster"]) == "F", TOY["pretest"], 50)
    data = TOY | {"pretest": pretest}
    found = leave_one_cluster_out(**data)
    assert [one.refusal for one in found.without] == [None] * 5 + ["nothing varies without it"]
    assert_equal_to_refits(data)


@pytest.mark.parametrize("contrast", [cluster_mean_contrast, refitted])
def test_a_difference_of_nothing_but_float_noise_turns_no_sign(contrast):
    # only the block of clusters 1, 2, 5, 6, 7 and 11 has both arms, and of its scores only two 1s of 6 in cluster 1 are not 0:
    # 2 / 6 over four treated clusters is 1 / 12, and without cluster 1 nothing is left
    sizes = np.array([7, 6, 5, 8, 2, 8, 7, 7, 7, 4, 4, 7])
    cluster = np.repeat(np.arange(12), sizes)
    sums = np.array([-1.0, 2, 0, 0, -2, 0, 0, 0, 0, 0, 0, 0])
    first = np.concatenate([np.arange(n) for n in sizes]) < np.abs(sums)[cluster]
    block = np.array([2, 0, 0, 2, 2, 0, 0, 0, 2, 2, 1, 0])[cluster]
    scores = np.where(first, np.sign(sums)[cluster], 0.0)
    found = leave_one_cluster_out(scores, is_treated=~np.isin(cluster, [5, 6]), cluster=cluster, block=block, contrast=contrast)
    without = {one.cluster: one.estimate for one in found.without}
    assert found.whole.estimate == pytest.approx(1 / 12) and without["1"] == pytest.approx(0, abs=1e-15)
    assert found.turned == ()


def test_a_small_difference_turns_the_sign():
    # without C the treated mean (10 + 12) / 2 is 0.001 below the comparison's 11.001, which is no noise
    mean = np.array([10.0, 12, 30, 9.001, 11.001, 13.001])
    cluster = np.repeat(np.arange(6), 3)
    found = leave_one_cluster_out(mean[cluster] + np.tile([-1.0, 0, 1], 6), is_treated=cluster < 3, cluster=cluster)
    assert found.without[2].estimate == pytest.approx(-0.001) and found.turned == ("2",)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.01, 100), st.floats(-100, 100), st.sampled_from([cluster_mean_contrast, refitted]))
def test_of_clusters_that_move_the_estimate_alike_the_first_is_named(step, level, contrast):
    # treated means of 3, 4 and 5 steps: without the first their mean rises from 4 to 4.5 steps, without the third it falls to 3.5
    mean = level + step * np.array([3.0, 4, 5, 0.1, 0.2, 0.3])
    cluster = np.repeat(np.arange(6), 3)
    scores = mean[cluster] + step * np.tile([-1.0, 0, 1], 6)
    assert leave_one_cluster_out(scores, is_treated=cluster < 3, cluster=cluster, contrast=contrast).most_influential == "0"


@pytest.mark.parametrize("spread", [10.0, 0.01, 1e-6])
def test_pretests_far_from_0_cost_no_digits(spread):
    # the same scores 1,000,000 further on; whole steps of a 2^-24th part are exact there and here
    data = unbalanced(3, clusters=8, names={"pretest"}, least=3)
    data["is_treated"] = data["cluster"] % 2 == 0
    near = np.round((data["pretest"] - 50) * spread * 2**24) / 2**24
    found, expected = (leave_one_cluster_out(**(data | {"pretest": pretest})) for pretest in (near + 1e6, near))
    for one, other in zip((found.whole, *found.without), (expected.whole, *expected.without), strict=True):
        assert one.estimate == pytest.approx(other.estimate, rel=NOISE, abs=NOISE * other.standard_error)
        assert one.standard_error == pytest.approx(other.standard_error, rel=NOISE)
    assert_equal_to_refits(data | {"pretest": near + 1e6})


def test_scores_far_from_0_cost_the_slope_no_digits():
    # a cluster of 300 students with the same pretest tells nothing of its slope, which comes from small differences in others
    data = unbalanced(5, clusters=6, names={"pretest"}, least=3)
    data["cluster"] = np.concatenate([np.full(300, 6), data["cluster"]])
    data["is_treated"] = data["cluster"] % 2 == 0
    data["pretest"] = np.concatenate([np.full(300, 3.1), 0.7 + data["pretest"] / 1e6])
    scores = np.concatenate([np.arange(300) % 7, np.round(data["outcome"])])
    found, expected = (cluster_mean_contrast(**(data | {"outcome": shifted})) for shifted in (scores + 2**17, scores))
    assert found.estimate == pytest.approx(expected.estimate, rel=1e-9)
    assert found.standard_error == pytest.approx(expected.standard_error, rel=1e-9)
