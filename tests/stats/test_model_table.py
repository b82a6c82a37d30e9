"""Every coefficient that the report lists equals R's, each of its numbers on its own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import cluster_mean_contrast, cr2_contrast
from pilotproof.stats.dose import users_against_non_users
from pilotproof.stats.mixed_model import MixedModelRefusal, mixed_model_contrast
from pilotproof.stats.model_table import ModelTable, cluster_means_table, cr2_table, mixed_model_table, within_table
from tests.stats.cluster_designs import TOY, some_clusters, uneven

R = json.loads((Path(__file__).parents[1] / "reference" / "models.json").read_text(encoding="utf-8"))
CLOSED_FORM, OPTIMISED = 1e-9, 5e-6  # lme4 stops its search at 1e-6


def without_pretest(data: dict) -> dict:
    return {name: values for name, values in data.items() if name != "pretest"}


def users(*, has_pretest: bool = True) -> dict:
    """A third of the students of each class use the tool, by the formula of models.R."""
    data = uneven()
    i = np.concatenate([np.arange(1, n + 1) for n in range(3, 15)])
    named = {"outcome": data["outcome"], "is_user": i % 3 == 0, "cluster": data["cluster"]}
    return named | ({"pretest": data["pretest"]} if has_pretest else {})


def by_students() -> dict:
    """The users drawn by lot within classes: each student is a cluster, each class a block."""
    data = users()
    n = len(data["outcome"])
    return {
        "outcome": data["outcome"],
        "is_treated": data["is_user"],
        "cluster": np.arange(n),
        "covariates": {"pretest": data["pretest"]},
        "block": data["cluster"],
    }


CASES = {
    "means_toy": (cluster_means_table, TOY),
    "means_toy_no_pretest": (cluster_means_table, without_pretest(TOY)),
    "means_uneven": (cluster_means_table, uneven()),
    "means_block": (cluster_means_table, uneven("block")),
    "cr2_toy": (cr2_table, TOY),
    "cr2_uneven": (cr2_table, uneven()),
    "cr2_block": (cr2_table, uneven("block")),
    "mixed_toy": (mixed_model_table, TOY),
    "mixed_uneven": (mixed_model_table, uneven()),
    "mixed_block": (mixed_model_table, uneven("block")),
    "use": (within_table, users()),
    "use_no_pretest": (within_table, users(has_pretest=False)),
    "students_means": (cluster_means_table, by_students()),
    "students_cr2": (cr2_table, by_students()),
}


@pytest.mark.parametrize("name", CASES)
def test_every_number_of_every_row_is_that_of_r(name):
    function, data = CASES[name]
    found, expected = function(**data), R[name]
    tolerance = OPTIMISED if name.startswith("mixed") else CLOSED_FORM
    terms = {term for term, row in expected.items() if isinstance(row, dict)}
    assert {row.term for row in found.rows} == terms and "arm" in terms
    for row in found.rows:
        own = {
            "estimate": row.estimate,
            "se": row.standard_error,
            "df": row.df,
            "t": row.t,
            "p": row.p_value,
            "low": row.interval.low,
            "high": row.interval.high,
        }
        for field, value in own.items():
            assert value == pytest.approx(expected[row.term][field], rel=tolerance), (row.term, field)
    if name.startswith("mixed"):
        assert found.variance_between == pytest.approx(expected["between"], rel=OPTIMISED)
        assert found.variance_within == pytest.approx(expected["within"], rel=OPTIMISED)
        assert found.icc == pytest.approx(expected["between"] / (expected["between"] + expected["within"]), rel=OPTIMISED)
    else:
        assert found.variance_between is found.variance_within is None


@pytest.mark.parametrize("data", [TOY, uneven(), uneven("block"), by_students()], ids=["toy", "uneven", "block", "students"])
def test_the_row_of_the_arm_is_the_contrast_that_the_verdict_rests_on(data):
    for table, contrast in ((cluster_means_table, cluster_mean_contrast), (cr2_table, cr2_contrast)):
        found, row = contrast(**data), next(row for row in table(**data).rows if row.term == "arm")
        assert (row.estimate, row.standard_error, row.df, row.p_value) == pytest.approx(
            (found.estimate, found.standard_error, found.df, found.p_value), rel=1e-12
        )
    row = next(row for row in within_table(**users()).rows if row.term == "arm")
    found = users_against_non_users(**users())
    assert (row.estimate, row.standard_error, row.df) == pytest.approx(
        (found.estimate, found.standard_error, found.df), rel=1e-12
    )
    mixed = mixed_model_contrast(**TOY)
    row = next(row for row in mixed_model_table(**TOY).rows if row.term == "arm")
    assert (row.estimate, row.standard_error, row.df) == (mixed.estimate, mixed.standard_error, mixed.df)


def test_students_clusters_and_effects_that_are_not_listed_are_counted():
    found = cluster_means_table(**uneven("block"))
    assert (found.students, found.clusters, found.unlisted) == (sum(range(3, 15)), 12, 3 - 1)
    assert cr2_table(**TOY).unlisted == 0 and within_table(**users()).unlisted == 12


def test_what_the_contrast_refuses_has_no_table():
    alone = some_clusters(TOY, "ADEF")
    for table in (cluster_means_table, cr2_table, mixed_model_table):
        assert table(**alone) == Refusal(reason="one cluster in an arm", clusters_treated=1, clusters_comparison=3)
    assert isinstance(mixed_model_table(**by_students()), MixedModelRefusal)


def test_a_pretest_that_tells_everything_leaves_no_standard_error_to_list():
    pretest = np.tile([10.0, 20.0, 30.0, 40.0], 6)
    cluster = np.repeat(np.arange(6), 4)
    outcome = pretest + np.array([0.0, 1, 3, 2, 5, 7])[cluster]
    found = cluster_means_table(outcome, is_treated=cluster < 3, cluster=cluster, pretest=pretest)
    assert isinstance(found, ModelTable)
    assert [row.term for row in found.rows] == ["level", "arm"]
    assert found.rows[1].estimate == pytest.approx((0 + 1 + 3) / 3 - (2 + 5 + 7) / 3)


def test_a_covariate_of_whole_clusters_has_its_own_name_beside_one_of_students():
    data = without_pretest(TOY)
    cluster, age, size = (
        np.asarray(data["cluster"]),
        np.arange(24) % 5.0,
        np.array([20.0, 25, 22, 30, 18, 27])[np.repeat(np.arange(6), 4)],
    )
    found = cluster_means_table(**data, covariates={"age": age, "size": size})
    # by hand: the slope on age within classes, then means less that slope on arm and size
    names = np.unique(cluster)
    within = age - np.array([age[cluster == one].mean() for one in cluster])
    left = data["outcome"] - within @ data["outcome"] / (within @ within) * age
    columns = (np.ones(24), np.asarray(data["is_treated"]), size)
    design = np.array([[column[cluster == one][0] for column in columns] for one in names], dtype=float)
    by_hand = np.linalg.lstsq(design, np.array([left[cluster == one].mean() for one in names]), rcond=None)[0]
    assert [row.term for row in found.rows] == ["level", "arm", "size"]
    assert [row.estimate for row in found.rows[1:]] == pytest.approx(by_hand[1:], rel=1e-10)


def test_classes_without_any_spread_have_no_table_of_means():
    data = without_pretest(TOY) | {"outcome": np.where(TOY["is_treated"], 2.5, 1.5)}
    refused = Refusal(reason="clusters of an arm do not differ", clusters_treated=3, clusters_comparison=3)
    assert cluster_means_table(**data) == refused
