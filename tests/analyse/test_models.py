"""The findings hold the models that the verdict and what must agree with it rest on, and the lot that was tried."""

from __future__ import annotations

import pytest

from pilotproof.stats.model_table import cluster_means_table, cr2_table, mixed_model_table
from tests.analyse.test_outcomes import finding
from tests.stats.cluster_designs import TOY, noise, some_clusters


def arm_rows(found) -> dict[str, tuple[float, float, float, float]]:
    rows = {model.method: next(row for row in model.rows if row.term == "arm") for model in found.models}
    return {method: (row.estimate, row.standard_error, row.df, row.p_value) for method, row in rows.items()}


def test_each_model_is_that_of_the_statistic_by_itself():
    found = finding(TOY)
    assert found.models == (cluster_means_table(**TOY), cr2_table(**TOY), mixed_model_table(**TOY))


@pytest.mark.parametrize("assignment", ["comparison-classes", "randomised-classes", "randomised-students"])
def test_the_row_of_the_arm_says_what_the_method_says(assignment):
    found = finding(noise(3, 4, 4), design={"assignment": assignment})
    methods = {m.method: (m.estimate, m.standard_error, m.df, m.p_value) for m in found.methods}
    rows = arm_rows(found)
    assert rows["CR2"] == pytest.approx(methods["CR2"]) and rows["cluster means"] == pytest.approx(methods["cluster means"])


def test_the_ways_in_which_the_lot_could_have_fallen_are_counted():
    found = finding(noise(3, 4, 4), design={"assignment": "randomised-classes"})
    assert (found.verdict.assignments, found.verdict.tried) == (70, 70)  # C(8, 4), all of them tried
    assert found.second.assignments is found.second.tried is None  # CR2 re-assigns nothing
    assert finding(TOY).verdict.assignments is None  # no lot was drawn


def test_where_nothing_can_be_compared_there_is_no_model():
    assert finding(some_clusters(TOY, "ADEF")).models == ()
    alone = some_clusters(TOY, "ABC")
    assert finding(alone, design={"assignment": "before-after", "comparison": []}).models == ()
