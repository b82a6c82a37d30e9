"""Small pilots as they come: nobody differs, everybody passes, a pretest that tells nothing. Each has an answer, none stops."""

from __future__ import annotations

import warnings
from math import isfinite
from typing import Any

import numpy as np
import pytest

from pilotproof.analyse.outcomes import analyse_outcome
from pilotproof.analyse.verdict import decision_inputs, tier_inputs
from pilotproof.evidence.decision import decide
from pilotproof.evidence.tier import judge
from pilotproof.findings import MethodResult
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import cluster_mean_contrast
from tests.analyse.drawn_students import pilot_with, students_of
from tests.designs.simulated import found_in, staggered, users
from tests.report.pages import findings_of, page_of

CLASSES = 6
SIZE = 12
CLUSTER = np.repeat([f"K{n}" for n in range(1, CLASSES + 1)], SIZE)
NUMBER = np.repeat(np.arange(CLASSES), SIZE)
IS_TREATED = NUMBER < CLASSES / 2
RNG = np.random.default_rng(5)
POST, PRE = RNG.normal(60, 10, len(NUMBER)), RNG.normal(50, 10, len(NUMBER))
EVERYONE = np.ones(len(NUMBER))
DESIGNS = ("comparison-classes", "randomised-classes")


def judged(post, pre, *, design: dict[str, Any] | None = None, **columns: Any):
    """The finding, after everything that rests on it has been reckoned; no number of it is missing."""
    students = students_of({"outcome": post, "pretest": pre, "cluster": CLUSTER, "is_treated": IS_TREATED}, **columns)
    pilot = pilot_with(design=design)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = analyse_outcome(students, pilot.primary, pilot)
        decide(decision_inputs(found, judge(tier_inputs(found, pilot)), pilot))
    assert not list(not_numbers(found.model_dump()))
    return students, pilot, found


def not_numbers(value: Any):
    if isinstance(value, float) and not isfinite(value):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from not_numbers(part)


def refused(reason: str) -> Refusal:
    return Refusal(reason=reason, clusters_treated=3, clusters_comparison=3)


@pytest.mark.parametrize("assignment", DESIGNS)
@pytest.mark.parametrize(
    ("post", "pre", "reason"),
    [
        (70 * EVERYONE, PRE, "all scores are equal"),
        (70 * EVERYONE, 50 * EVERYONE, "all scores are equal"),
        (60 + 10 * IS_TREATED, 50 * EVERYONE, "clusters of an arm do not differ"),
        (45 + np.tile(np.arange(SIZE), CLASSES) + 5.0 * IS_TREATED, 50 * EVERYONE, "clusters of an arm do not differ"),
        (POST, 40 + 5.0 * IS_TREATED, "pretest repeats the arms"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_its_reason_and_told_on_the_page(assignment, post, pre, reason, tmp_path):
    students, pilot, found = judged(post, pre, design={"assignment": assignment})
    assert found.verdict == found.second == refused(reason)
    assert (found.methods, found.effect, found.is_significant, found.is_equivalent) == ((), None, False, False)
    assert "No test is given" in page_of(findings_of(students, pilot), tmp_path)


@pytest.mark.parametrize("assignment", DESIGNS)
def test_a_pretest_in_which_all_are_equal_adjusts_nothing_and_counts_as_no_control(assignment):
    _, pilot, found = judged(POST, 50 * EVERYONE, design={"assignment": assignment})
    alone = cluster_mean_contrast(POST, is_treated=IS_TREATED, cluster=CLUSTER)
    assert isinstance(found.verdict, MethodResult) and not found.has_pretest and found.baseline is None
    assert (found.verdict.estimate, found.verdict.p_value) == (alone.estimate, alone.p_value)
    gates = {gate.name: gate.verdict for gate in judge(tier_inputs(found, pilot)).gates if gate.tier == 3}
    assert gates["selection controls"] == ("passed" if assignment == "randomised-classes" else "failed")


def test_a_pretest_that_only_repeats_the_schools_adjusts_nothing_within_them():
    school = NUMBER % 3
    _, _, found = judged(POST, 40.0 + school, design={"block": "school"}, school_id=school.astype(str))
    alone = cluster_mean_contrast(POST, is_treated=IS_TREATED, cluster=CLUSTER, block=school)
    assert not found.has_pretest and found.verdict.p_value == alone.p_value


def test_a_pretest_of_whole_classes_with_a_gap_is_still_one_of_whole_classes():
    pre = 40.0 + 3 * NUMBER % 7
    pre[[1, 20, 50]] = np.nan
    _, _, found = judged(POST, pre)
    assert isinstance(found.verdict, MethodResult) and found.verdict.df == 3  # 6 classes - 2 - the pretest


def test_one_student_alone_in_an_arm_has_no_standard_deviation():
    keep = np.zeros(len(NUMBER), dtype=bool)
    keep[[0, *np.flatnonzero(NUMBER == 4)]] = True
    scores = {"outcome": POST[keep], "pretest": PRE[keep], "cluster": CLUSTER[keep], "is_treated": IS_TREATED[keep]}
    pilot = pilot_with()
    found = analyse_outcome(students_of(scores), pilot.primary, pilot)
    assert found.verdict == Refusal(reason="one cluster in an arm", clusters_treated=1, clusters_comparison=1)
    assert (found.treated.sd_posttest, found.treated.sd_pretest, found.baseline) == (None, None, None)


def test_users_and_staggered_starts_with_equal_scores_are_refused():
    params, files = users(5, classes=4)
    files["outcomes.csv"] = [row | {"Posttest": "60"} for row in files["outcomes.csv"]]
    assert found_in(params, files)[1].verdict.reason == "all scores are equal"
    params, files = staggered(2, classes=3)
    files["probes.csv"] = [row | {"Score": "50"} for row in files["probes.csv"]]
    assert found_in(params, files)[1].verdict.reason == "all scores are equal"


def test_a_pretest_that_tells_no_users_from_non_users_of_a_class_is_no_control():
    params, files = users(5, classes=8, effect=8)
    files["outcomes.csv"] = [row | {"Pretest": "60"} for row in files["outcomes.csv"]]
    pilot, found = found_in(params, files)
    gates = {gate.name: gate.verdict for gate in judge(tier_inputs(found, pilot)).gates if gate.tier == 3}
    assert isinstance(found.verdict, MethodResult) and not found.has_pretest and gates["selection controls"] == "failed"


def test_a_teacher_of_two_schools_lies_in_no_block(tmp_path):
    school = np.array(["S1", "S2", "S1", "S1", "S2", "S2"])[NUMBER]
    teacher = np.array(["A", "A", "B", "C", "D", "E"])[NUMBER]
    named = {"school_id": school, "teacher_id": teacher}
    _, _, found = judged(POST, PRE, design={"block": "school"}, **named)
    assert isinstance(found.verdict, MethodResult) and "teacher means" not in [result.method for result in found.methods]
    students, pilot, found = judged(POST, PRE, design={"block": "school", "cluster": "teacher"}, **named)
    assert found.verdict == Refusal(reason="a cluster in two blocks", clusters_treated=2, clusters_comparison=3)
    assert "some of the teachers belong to two schools" in page_of(findings_of(students, pilot), tmp_path)
