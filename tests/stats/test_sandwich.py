"""Cluster-robust variances of every kind, covariates and weights, each held against R."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings

from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import cluster_mean_contrast, cr2_contrast, robust_contrast
from pilotproof.stats.sandwich import KINDS, robust_coefficient
from tests.stats.cluster_designs import FIELDS, SEEDS, TOY, R, in_words_of_r, noise, uneven

CLOSED_FORM = 1e-9  # both sides are closed form; R prints 15 digits
ALL = ("block", "age", "years")
DATA = {"kinds_toy": TOY, "kinds_uneven": uneven(), "kinds_all": uneven(*ALL)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", DATA)
def test_every_kind_equals_clubsandwich(name, kind):
    found = in_words_of_r(robust_contrast(**DATA[name], kind=kind))
    for field in FIELDS:
        assert found[field] == pytest.approx(R[name][kind][field], rel=CLOSED_FORM), field


@pytest.mark.parametrize("name", DATA)
def test_cr1_with_clusters_less_one_equals_clubsandwich(name):
    found = in_words_of_r(robust_contrast(**DATA[name], kind="CR1", degrees="clusters - 1"))
    for field in FIELDS:
        assert found[field] == pytest.approx(R[name]["CR1_naive"][field], rel=CLOSED_FORM), field


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("means_size", uneven() | {"weights": "size"}),
        ("means_size_block", uneven("block") | {"weights": "size"}),
        ("means_age", uneven("age")),
        ("means_years", uneven("years")),
        ("means_all", uneven(*ALL) | {"weights": "size"}),
    ],
)
def test_cluster_means_with_weights_and_covariates_equal_lm(name, data):
    found = in_words_of_r(cluster_mean_contrast(**data))
    for field in FIELDS:
        assert found[field] == pytest.approx(R[name][field], rel=CLOSED_FORM), field


def test_a_covariate_of_whole_clusters_costs_a_degree_of_freedom_and_one_of_students_does_not():
    # 12 clusters - 2 = 10
    assert [cluster_mean_contrast(**uneven(*names)).df for names in ((), ("age",), ("years",))] == [10, 10, 9]


def test_covariates_of_whole_clusters_can_use_up_all_degrees_of_freedom():
    data = noise(1, 2, 2)
    whole = {"a": np.array([1.0, 3, 2, 7])[data["cluster"]], "b": np.array([5.0, 1, 4, 4])[data["cluster"]]}
    refused = Refusal(reason="no degrees of freedom", clusters_treated=2, clusters_comparison=2)
    assert cluster_mean_contrast(**data, covariates=whole) == refused  # 4 clusters - 2 - 2 covariates = 0
    assert cr2_contrast(**data | {"pretest": None}, covariates=whole) == refused


@pytest.mark.parametrize("function", [cluster_mean_contrast, cr2_contrast])
@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_units_and_order_of_covariates_do_not_matter(function, unit):
    data = uneven("age", "years")
    other = data | {"covariates": {name: values * unit for name, values in reversed(data["covariates"].items())}}
    assert in_words_of_r(function(**other)) == pytest.approx(in_words_of_r(function(**data)), rel=1e-8)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_cr1_and_cr1s_are_cr0_times_a_factor(seed):
    data = noise(seed, 4, 5)
    error = {kind: robust_contrast(**data, kind=kind).standard_error for kind in KINDS}
    assert error["CR1"] / error["CR0"] == pytest.approx(np.sqrt(9 / 8))
    n = len(data["outcome"])
    assert error["CR1S"] / error["CR0"] == pytest.approx(np.sqrt(9 * (n - 1) / (8 * (n - 3))))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_cr3_is_the_jackknife_over_clusters(seed):
    # (beta without g - beta) summed in squares over all clusters, without the factor (G - 1) / G
    data = noise(seed, 4, 5)
    whole = robust_contrast(**data, kind="CR3")
    design = np.column_stack([np.ones(len(data["cluster"])), data["is_treated"], data["pretest"]])
    gaps = [
        np.linalg.lstsq(design[data["cluster"] != g], data["outcome"][data["cluster"] != g], rcond=None)[0][1] - whole.estimate
        for g in range(9)
    ]
    assert whole.standard_error == pytest.approx(np.linalg.norm(gaps), rel=1e-8)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_effects_of_clusters_may_be_taken_out_beforehand(seed):
    data = noise(seed, 3, 3, most=8)
    cluster, x = data["cluster"], data["pretest"]
    dummies = (cluster[:, None] == np.arange(6)).astype(float)
    full = robust_coefficient(np.column_stack([x, dummies]), data["outcome"], cluster=cluster, position=0)

    def centred(values):
        return values - (np.bincount(cluster, weights=values) / np.bincount(cluster))[cluster]

    short = robust_coefficient(centred(x)[:, None], centred(data["outcome"]), cluster=cluster, position=0, absorbed=6)
    assert (short.estimate, short.variance, short.df) == pytest.approx((full.estimate, full.variance, full.df), rel=1e-8)


def test_memory_grows_with_the_rows_and_not_with_their_square():
    # 20,000 students squared would be 3 GB; the design is 20,000 x 3 x 8 bytes = 0.5 MB, of which a few copies are held
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(200), 100)
    design = np.column_stack([np.ones(len(cluster)), cluster % 2, rng.normal(size=len(cluster))])
    outcome = rng.normal(size=len(cluster))
    tracemalloc.start()
    robust_coefficient(design, outcome, cluster=cluster, position=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * design.nbytes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"covariates": {"age": [1.0] * 24}}, "covariate age: all values are equal; leave it out"),
        ({"covariates": {"age": [1.0] * 23}}, "covariate age has 23 values and outcome 24"),
        ({"covariates": {"age": ["x"] * 24}}, "covariate age must hold numbers only"),
        ({"covariates": {"age": [np.nan] + [1.0] * 23}}, "covariate age has 1 missing"),
        ({"covariates": [1.0] * 24}, "covariates must be a mapping of names to columns"),
        ({"covariates": {"arm": [1.0] * 12 + [0.0] * 12}}, "cannot be told from the arms and blocks"),
        ({"covariates": {"again": TOY["pretest"]}}, "covariates (cannot be told|repeat one another)"),
    ],
)
@pytest.mark.parametrize("function", [cluster_mean_contrast, cr2_contrast])
def test_unusable_covariates_are_named(function, change, message):
    with pytest.raises(ValueError, match=message):
        function(**(TOY | change))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: robust_contrast(**TOY, kind="HC1"), "kind must be 'CR0', 'CR1', 'CR1S', 'CR2' or 'CR3', not 'HC1'"),
        (lambda: robust_contrast(**TOY, kind="CR1", degrees="G - 1"), "degrees must be 'Satterthwaite' or"),
        (lambda: cluster_mean_contrast(**TOY, weights="students"), "weights must be 'equal' or 'size'"),
    ],
)
def test_unknown_choices_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
