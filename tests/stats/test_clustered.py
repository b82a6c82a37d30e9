"""Cluster-level contrasts equal R's, number by number."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.clustered import ClusterContrast, Refusal, cluster_mean_contrast, cr2_contrast

R = json.loads((Path(__file__).parents[1] / "reference" / "clustered.json").read_text())
CLOSED_FORM = 1e-9  # both sides are closed form; R prints 15 digits

TOY = {
    "outcome": [60, 70, 54, 66, 68, 55, 66, 75, 50, 66, 57, 70, 57, 50, 66, 60, 53, 60, 45, 70, 57, 55, 50, 62],
    "pretest": [52, 60, 47, 55, 61, 49, 58, 66, 45, 57, 50, 62, 54, 48, 63, 59, 50, 56, 44, 65, 58, 53, 49, 61],
    "cluster": list(np.repeat(["A", "B", "C", "D", "E", "F"], 4)),
    "is_treated": list(np.repeat([True, False], 12)),
}


def uneven() -> dict[str, np.ndarray]:
    """12 clusters of 3 to 14 students in 3 blocks, by the formula of clustered.R."""
    sizes = np.arange(3, 15)
    cluster = np.repeat(np.arange(1, 13), sizes)
    i = np.concatenate([np.arange(1, n + 1) for n in sizes])
    treated = cluster % 2 == 0
    pre = 50 + 10 * np.sin(3 * cluster + 1.7 * i)
    post = 20 + 0.6 * pre + 4 * treated + 3 * np.cos(5 * cluster) + 6 * np.sin(11 * i + cluster)
    return {"outcome": post, "pretest": pre, "cluster": cluster, "is_treated": treated, "block": (cluster - 1) // 4 + 1}


def without(data: dict, *names: str) -> dict:
    return {name: values for name, values in data.items() if name not in names}


def some_clusters(data: dict, letters: str) -> dict:
    keep = np.isin(data["cluster"], list(letters))
    return {name: np.asarray(values)[keep] for name, values in data.items()}


CASES = [
    ("toy_cr2", cr2_contrast, TOY),
    ("toy_cr2_no_pretest", cr2_contrast, without(TOY, "pretest")),
    ("toy_means", cluster_mean_contrast, TOY),
    ("toy_means_no_pretest", cluster_mean_contrast, without(TOY, "pretest")),
    ("toy_2v2_cr2", cr2_contrast, some_clusters(TOY, "ABDE")),
    ("uneven_cr2", cr2_contrast, without(uneven(), "block")),
    ("uneven_cr2_block", cr2_contrast, uneven()),
    ("uneven_means", cluster_mean_contrast, without(uneven(), "block")),
    ("uneven_means_block", cluster_mean_contrast, uneven()),
]


@pytest.mark.parametrize("field", ["estimate", "se", "df", "t", "p", "low", "high"])
@pytest.mark.parametrize(("name", "function", "data"), CASES, ids=[case[0] for case in CASES])
def test_equals_r(name, function, data, field):
    found = function(**data)
    value = {
        "estimate": found.estimate,
        "se": found.standard_error,
        "df": found.df,
        "t": found.t,
        "p": found.p_value,
        "low": found.interval.low,
        "high": found.interval.high,
    }[field]
    assert value == pytest.approx(R[name][field], rel=CLOSED_FORM)


def test_worked_example_of_six_teachers():
    found = cr2_contrast(**TOY)
    assert (found.estimate, found.standard_error, found.df, found.p_value) == pytest.approx(
        (5.8149, 1.00670, 3.99937, 0.00446), abs=5e-5
    )
    assert (found.n_treated, found.n_comparison, found.clusters_treated, found.clusters_comparison) == (12, 12, 3, 3)


def test_teacher_mean_gain_by_hand():
    # gains: A 9, B 7.5, C 7.25 -> mean 7.9167; D 2.25, E 3.25, F .75 -> 2.0833; difference 5.8333, df = 6 - 2
    gain = np.subtract(TOY["outcome"], TOY["pretest"])
    found = cluster_mean_contrast(gain, is_treated=TOY["is_treated"], cluster=TOY["cluster"])
    assert found.estimate == pytest.approx((9 + 7.5 + 7.25) / 3 - (2.25 + 3.25 + 0.75) / 3)
    assert found.df == 4 and found.p_value == pytest.approx(0.00303, abs=5e-6)


@pytest.mark.parametrize("function", [cluster_mean_contrast, cr2_contrast])
@pytest.mark.parametrize("letters", ["ADEF", "ABCD"])
def test_one_cluster_in_an_arm_is_refused_not_tested(function, letters):
    found = function(**some_clusters(TOY, letters))
    assert isinstance(found, Refusal) and found.reason == "one cluster in an arm"
    assert min(found.clusters_treated, found.clusters_comparison) == 1


def test_a_design_without_degrees_of_freedom_is_refused():
    data = some_clusters(TOY, "ABDE")
    block = np.where(np.isin(data["cluster"], ["A", "D"]), 1, 2)
    data = {**data, "block": block}
    # 4 clusters - 2 blocks - 1 = 1 degree of freedom is left; with 3 clusters per 2 blocks there is none
    assert isinstance(cluster_mean_contrast(**data), ClusterContrast)
    split = {**data, "block": np.where(np.isin(data["cluster"], ["A", "B"]), 1, 2)}
    refused = cluster_mean_contrast(**split)
    assert isinstance(refused, Refusal) and refused.reason == "no block with both arms"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": [np.nan] + [1.0] * 23}, "outcome has 1 missing or infinite"),
        ({"outcome": ["x"] * 24}, "outcome must hold numbers only"),
        ({"outcome": [1.0] * 24}, "all scores are equal"),
        ({"pretest": [1.0] * 24}, "pretest: all scores are equal; leave it out"),
        ({"is_treated": [True] * 24}, "both arms are needed"),
        ({"is_treated": [True, False] * 12}, "is_treated differs within a cluster"),
        ({"is_treated": [2] * 24}, "true and false only"),
        ({"cluster": ["A"] * 23}, "equally long: .*cluster \\(23\\)"),
        ({"outcome": []}, "outcome needs at least 2 values"),
        ({"confidence": 95}, "confidence must lie between 0 and 1"),
    ],
)
@pytest.mark.parametrize("function", [cluster_mean_contrast, cr2_contrast])
def test_unusable_arrays_are_named(function, change, message):
    with pytest.raises(ValueError, match=message):
        function(**(TOY | change))


@st.composite
def designs(draw):
    """3 to 6 clusters an arm, 2 to 6 students each, with noise that is never constant."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    treated, comparison = draw(st.integers(3, 6)), draw(st.integers(3, 6))
    sizes = rng.integers(2, 7, size=treated + comparison)
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    pre = rng.normal(size=len(cluster))
    return {
        "outcome": pre + rng.normal(size=len(sizes))[cluster] + rng.normal(size=len(cluster)),
        "is_treated": cluster < treated,
        "cluster": cluster,
        "pretest": pre,
    }


@settings(max_examples=40, deadline=None)
@given(designs(), st.floats(0.1, 100), st.floats(-100, 100))
@pytest.mark.parametrize("function", [cluster_mean_contrast, cr2_contrast])
def test_swapping_arms_rescaling_and_reordering(function, data, scale, shift):
    found = function(**data)
    swapped = function(**(data | {"is_treated": ~data["is_treated"]}))
    assert swapped.estimate == pytest.approx(-found.estimate) and swapped.p_value == pytest.approx(found.p_value)
    scaled = function(**(data | {"outcome": data["outcome"] * scale + shift}))
    assert scaled.estimate == pytest.approx(found.estimate * scale, rel=1e-6)
    assert scaled.p_value == pytest.approx(found.p_value, rel=1e-5)
    order = np.random.default_rng(1).permutation(len(data["outcome"]))
    mixed = function(**{name: values[order] for name, values in data.items()})
    assert mixed.standard_error == pytest.approx(found.standard_error) and mixed.df == pytest.approx(found.df)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 12), st.integers(4, 12))
def test_with_one_student_a_cluster_cr2_is_hc2(seed, treated, comparison):
    # two independent means: HC2 variance is s_T^2 / n_T + s_C^2 / n_C
    rng = np.random.default_rng(seed)
    y = rng.normal(size=treated + comparison)
    arm = np.arange(treated + comparison) < treated
    found = cr2_contrast(y, is_treated=arm, cluster=np.arange(len(y)))
    expected = y[arm].var(ddof=1) / treated + y[~arm].var(ddof=1) / comparison
    assert found.standard_error == pytest.approx(np.sqrt(expected))


def test_the_false_positive_rate_of_the_verdict_is_nominal():
    # 600 pilots without effect, 4 v 4 classes of 20, ICC .20: 5 % +- 3 Monte Carlo SE (3 sqrt(.05 * .95 / 600) = .027)
    rng = np.random.default_rng(20260914)
    cluster = np.repeat(np.arange(8), 20)
    hits = 0
    for _ in range(600):
        y = rng.normal(scale=np.sqrt(0.2), size=8)[cluster] + rng.normal(scale=np.sqrt(0.8), size=160)
        hits += cluster_mean_contrast(y, is_treated=cluster < 4, cluster=cluster).p_value < 0.05
    assert 0.05 - 0.027 <= hits / 600 <= 0.05 + 0.027
