"""What the design can find and how many units it needs: the units that were assigned, and what the pretest explains of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pilotproof.analyse.outcomes import analyse_outcome
from pilotproof.stats.design_error import individual_design
from pilotproof.stats.power import mdes, mdes_clustered
from tests.analyse.drawn_students import pilot_with, students_of
from tests.stats.cluster_designs import noise, some_clusters, uneven

R = json.loads((Path(__file__).parents[1] / "reference" / "explained.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9


def finding(scores, *, design=None, smallest=0.2, **columns):
    pilot = pilot_with(design=design)
    outcome = pilot.primary.model_copy(update={"smallest_effect_sd": smallest})
    return analyse_outcome(students_of(scores, **columns), outcome, pilot, only_decisive=True)


def drawn_within_classes(seed: int = 1) -> dict:
    """Twelve classes, each student of which was drawn by lot."""
    scores = noise(seed, 6, 6, most=24)
    return scores | {"is_treated": np.random.default_rng(seed).permutation(len(scores["outcome"])) % 2 == 0}


def test_classes_compared_are_planned_with_what_the_pretest_explains_of_their_means():
    found = finding(uneven(), smallest=0.3)
    assert found.unit_of_inference == "class"
    assert found.explained == pytest.approx(R["shares"]["between"], rel=CLOSED_FORM)
    assert found.mdes_sd == pytest.approx(R["clusters"]["mdes"], rel=CLOSED_FORM)
    assert found.units_needed == R["clusters"]["needed"]


def test_students_scores_do_not_stand_for_class_means():
    """Students' scores tell more of each other than class means do; to take the one for the other promises too much."""
    data = uneven()
    of_students = float(np.corrcoef(data["pretest"], data["outcome"])[0, 1]) ** 2
    found, sizes = finding(data), {"cluster_size": len(data["outcome"]) / 12, "icc": 0.2}
    assert found.explained < of_students
    promised = mdes_clustered(clusters=12, r2_student=of_students, r2_cluster=of_students, **sizes)
    assert found.mdes_sd > promised


def test_schools_as_blocks_cost_their_degrees_of_freedom():
    data = uneven("block")
    found = finding(data, design={"block": "school"}, school_id=data["block"].astype(str))
    assert found.verdict.df == 12 - 3 - 1
    assert found.explained == pytest.approx(R["shares"]["blocks"], rel=CLOSED_FORM)
    assert found.mdes_sd == pytest.approx(R["clusters"]["mdes_blocks"], rel=CLOSED_FORM)


def test_students_drawn_within_classes_are_planned_in_students():
    data = uneven()
    found = finding(data | {"cluster": np.asarray(data["cluster"]) // 3}, design={"assignment": "randomised-students"})
    assert found.unit_of_inference == "student" and found.clusters == 5
    assert found.explained == pytest.approx(R["shares"]["both"], rel=CLOSED_FORM)
    assert found.mdes_sd == pytest.approx(R["students"]["mdes"], rel=CLOSED_FORM)


def test_as_many_students_as_are_said_to_be_needed_are_enough_and_one_fewer_is_not():
    scores = drawn_within_classes()
    found = finding(scores, design={"assignment": "randomised-students"})
    blocks, needed = found.clusters, found.units_needed
    at = [mdes(individual_design(students=n, r2=found.explained, covariates=1, blocks=blocks)) for n in (needed - 1, needed)]
    assert at[0] > 0.2 >= at[1]
    assert needed > len(scores["outcome"])


def test_a_teacher_is_the_unit_where_teachers_were_assigned():
    names = {"treated": ["A", "B", "C"], "comparison": ["D", "E", "F"]}
    data = some_clusters(noise(3, 3, 3) | {"cluster": noise(3, 3, 3)["cluster"].astype(str)}, "012345")
    found = finding(data, design={"assignment": "randomised-classes", "cluster": "teacher", "arm_column": "teacher"} | names)
    assert found.unit_of_inference == "teacher"


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_explained_by_less_than_nothing(seed):
    scores = noise(seed, 3, 3)
    unrelated = scores | {"pretest": np.random.default_rng(seed + 100).normal(size=len(scores["outcome"]))}
    found = finding(unrelated)
    assert 0 <= found.explained < 1 and found.mdes_sd > 0


def test_one_class_of_students_drawn_by_lot_is_not_one_class_in_an_arm():
    """Both arms are in the class, so that its teacher is the same for both."""
    rng = np.random.default_rng(5)
    pre = rng.normal(size=40)
    scores = {"outcome": pre + rng.normal(size=40), "pretest": pre, "cluster": ["A"] * 40, "is_treated": np.arange(40) % 2 == 0}
    found = finding(scores, design={"assignment": "randomised-students"})
    assert found.verdict.p_value is not None and found.rating.reason != "one cluster in an arm"


def test_the_curve_of_a_next_pilot_is_of_halves_and_holds_what_is_needed():
    found = finding(uneven(), smallest=0.3)
    curve = {size.units: size.mdes_sd for size in found.next_pilot.sizes}
    assert found.next_pilot.units == 12 and list(curve) == sorted(curve) and max(curve) > found.units_needed
    assert curve[found.units_needed] <= 0.3 < curve[max(n for n in curve if n < found.units_needed)]
    assert all(low > high for low, high in zip(list(curve.values()), list(curve.values())[1:], strict=False))


def test_the_curve_of_students_is_that_of_their_design():
    found = finding(drawn_within_classes(), design={"assignment": "randomised-students"})
    assert found.next_pilot.units == len(drawn_within_classes()["outcome"])
    for size in found.next_pilot.sizes:
        design = individual_design(students=size.units, r2=found.explained, covariates=1, blocks=found.clusters)
        assert size.mdes_sd == pytest.approx(mdes(design), rel=CLOSED_FORM)


def test_a_curve_whose_goal_is_far_off_ends_before_it():
    found = finding(uneven(), smallest=0.05)
    assert found.units_needed is None or found.units_needed > 200
    assert max(size.units for size in found.next_pilot.sizes) == int(1.25 * 12 * 12)
