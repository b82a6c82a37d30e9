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
