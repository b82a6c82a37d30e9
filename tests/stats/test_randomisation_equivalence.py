"""Equivalence by the lot that assigned the clusters: against R, and its size over every assignment that could have been drawn."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.randomisation import randomisation_test
from pilotproof.stats.randomisation_equivalence import randomisation_equivalence
from tests.stats.cluster_designs import TOY, noise, some_clusters

R = json.loads((Path(__file__).parents[1] / "reference" / "equivalence.json").read_text(encoding="utf-8"))
CASES = {
    "equal": ([51.2, 48.7, 50.4, 49.9, 50.8, 50.1, 49.3, 51.0, 49.6, 50.5], 5),
    "unequal": ([50.9, 49.8, 51.4, 50.2, 49.1, 50.0, 50.7, 49.5, 50.3, 48.9, 51.1], 4),
    "skewed": ([50.1, 50.2, 50.0, 53.9, 50.3, 49.9, 50.0, 50.4, 50.2], 4),
}


def one_a_cluster(y, treated: int) -> dict[str, object]:
    return {"outcome": y, "is_treated": np.arange(len(y)) < treated, "cluster": np.arange(len(y))}


@pytest.mark.parametrize("name", CASES)
def test_each_one_sided_p_is_that_of_r_s_exact_permutation_test(name):
    found, expected = randomisation_equivalence(**one_a_cluster(*CASES[name]), low=-1.5, high=1.5), R[name]
    assert found.estimate == pytest.approx(expected["estimate"], abs=1e-10)
    assert found.p_above_low == pytest.approx(expected["above"], abs=1e-12)
    assert found.p_below_high == pytest.approx(expected["below"], abs=1e-12)
    assert found.p_equivalence == max(found.p_above_low, found.p_below_high)
    if name != "unequal":  # with unequal arms R's two-sided p standardises
        assert found.p_difference == pytest.approx(expected["difference"], abs=1e-12)


@pytest.mark.parametrize("scores", [noise(3, 4, 4), noise(5, 4, 6), one_a_cluster(*CASES["unequal"])], ids=["4v4", "4v6", "4v7"])
def test_the_interval_ends_where_a_one_sided_test_begins_to_reject(scores):
    first = randomisation_equivalence(**scores, low=-1, high=1)
    scores = scores | {"outcome": np.asarray(scores["outcome"]) - first.estimate * np.asarray(scores["is_treated"])}
    interval = randomisation_equivalence(**scores, low=-1, high=1).interval
    assert interval.confidence == pytest.approx(0.9) and interval.low < 0 < interval.high, "around an estimate of 0"
    assert (interval.low, interval.high) == pytest.approx(
        (first.interval.low - first.estimate, first.interval.high - first.estimate)
    )
    hair = 1e-6 * (interval.high - interval.low)
    outside = {"low": interval.low - hair, "high": interval.high + hair}
    inside = {"low": interval.low + hair, "high": interval.high - hair}
    assert randomisation_equivalence(**scores, **outside).p_equivalence < 0.05
    found = randomisation_equivalence(**scores, **inside)
    assert min(found.p_above_low, found.p_below_high) >= 0.05


def every_assignment(clusters: int, treated: int) -> np.ndarray:
    return np.array([np.isin(np.arange(clusters), chosen) for chosen in combinations(range(clusters), treated)])


@pytest.mark.parametrize(("clusters", "treated"), [(8, 4), (9, 4), (10, 4)])
@pytest.mark.parametrize("draw", ["normal", "lognormal"])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_difference_that_matters_is_called_negligible_at_most_as_often_as_the_level(clusters, treated, draw, side):
    """Not simulated: the share over all assignments of given classes, whose true difference lies on the limit."""
    rng = np.random.default_rng(clusters)
    for _ in range(3):
        without_tool = getattr(rng, draw)(size=clusters)
        limit = 10 * np.std(without_tool)  # so that the other limit is far, and this one decides
        rejected = [
            randomisation_equivalence(
                without_tool + side * limit * lot, is_treated=lot, cluster=np.arange(clusters), low=-limit, high=limit
            ).p_equivalence
            < 0.05
            for lot in every_assignment(clusters, treated)
        ]
        assert np.mean(rejected) <= 0.05
        assert any(rejected), "and it is no test that never rejects"


def test_its_size_with_pretest_and_students_is_the_level_too():
    # 4 v 4 classes of students with a pretest: the limit is reached in every one of the 70 assignments
    scores = noise(7, 4, 4)
    cluster, limit = np.asarray(scores["cluster"]), 20.0
    names = np.unique(cluster)
    rejected = []
    for lot in every_assignment(8, 4):
        is_treated = np.isin(cluster, names[lot])
        lifted = np.asarray(scores["outcome"]) - limit * is_treated
        found = randomisation_equivalence(
            lifted, is_treated=is_treated, cluster=cluster, pretest=scores["pretest"], low=-limit, high=limit
        )
        rejected.append(found.p_equivalence < 0.05)
    assert 0 < np.mean(rejected) <= 0.05


def test_alike_classes_are_equivalent_and_few_of_them_never_are():
    rng = np.random.default_rng(1)
    alike = one_a_cluster(50 + rng.normal(scale=0.1, size=10), 5)
    assert randomisation_equivalence(**alike, low=-1, high=1).verdict == "equivalent"
    # three an arm: one of 20 assignments, p = .05 at least, which is not below .05
    few = randomisation_equivalence(**one_a_cluster(50 + rng.normal(scale=0.1, size=6), 3), low=-1, high=1)
    assert (few.verdict, few.p_equivalence, few.interval) == ("not enough data", pytest.approx(1 / 20), None)


def test_no_difference_and_a_difference_come_from_the_same_draws():
    scores = noise(9, 12, 12)  # 2,704,156 assignments: drawn
    found = randomisation_equivalence(**scores, low=-5, high=5, draws=2_000, seed=3)
    test = randomisation_test(**scores, draws=2_000, seed=3)
    assert (found.p_difference, found.estimate) == (test.p_value, test.estimate)
    assert found.p_above_low >= 1 / 2_001 and found.interval.low < found.estimate < found.interval.high


def test_limits_on_one_side_of_zero_are_refused_and_a_lone_cluster_is_a_refusal():
    with pytest.raises(ValueError, match="on both sides"):
        randomisation_equivalence(**TOY, low=1, high=2)
    assert isinstance(randomisation_equivalence(**some_clusters(TOY, "ADEF"), low=-1, high=1), Refusal)
