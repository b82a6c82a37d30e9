"""A pilot without a comparison group: its change is tested like any result, and never becomes a claim about the tool."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pilotproof.analyse.outcomes import analyse_outcome, analyse_outcomes
from pilotproof.analyse.verdict import decision_inputs, tier_inputs
from pilotproof.evidence.decision import decide
from pilotproof.evidence.tier import judge
from pilotproof.stats.paired import paired_change
from tests.analyse.drawn_students import pilot_with, students_of

ALONE = {"assignment": "before-after", "comparison": []}
# domain rules, 6.4: six means before and after; R's exactRankTests: t p = .029, signed-rank and sign-flip p = .0625
TORN = [0.7, 0.2, 0.3, 0.6, -0.1, 0.7]
ALL_UP = [1.0, 2.0, 3.0, 1.5, 2.5, 2.0]


def scores(changes: list[float]) -> dict[str, object]:
    """Four students a class, whose scores all change by what their class changes by."""
    pre = np.array([[50.0 + c + s for s in (-3, -1, 1, 3)] for c in range(len(changes))])
    return {
        "outcome": (pre + np.array(changes)[:, None]).ravel(),
        "pretest": pre.ravel(),
        "cluster": np.repeat([f"K{n}" for n in range(len(changes))], 4),
        "is_treated": [True] * 4 * len(changes),
    }


def finding(changes: list[float]):
    pilot = pilot_with(design=ALONE)
    return analyse_outcomes(students_of(scores(changes)), pilot)[0]


def test_the_exact_test_over_classes_carries_the_verdict_and_the_others_support_it():
    found = finding(ALL_UP)
    assert [(one.method, one.role) for one in found.methods] == [
        ("sign-flip", "verdict"),
        ("paired t", "beside"),
        ("signed-rank", "beside"),
        ("bootstrap", "beside"),
    ]
    # six rises: only all up and all down are as extreme, 2 / 2^6
    assert (found.verdict.p_value, found.verdict.least_attainable_p) == (2 / 64, 2 / 64)
    assert (found.verdict.estimate, found.verdict.clusters_treated, found.verdict.n_treated) == (pytest.approx(2.0), 6, 24)
    assert found.methods[3].refusal == "too few pairs for a bootstrap" and found.methods[3].estimate is None
    assert found.is_significant and found.claim == "change"


def test_every_number_is_that_of_the_statistic_by_itself():
    found = finding(TORN)
    alone = paired_change(before=50.0 + np.arange(6), after=50.0 + np.arange(6) + TORN)
    t, ranks = found.methods[1], found.methods[2]
    assert (t.p_value, t.df, t.interval) == (pytest.approx(alone.p_value), 5, found.change.interval)
    assert t.p_value == pytest.approx(0.029, abs=5e-4)
    assert (found.verdict.p_value, ranks.p_value) == (0.0625, 0.0625)
    assert ranks.estimate == pytest.approx(alone.hodges_lehmann.estimate)


@pytest.mark.parametrize("sign", [1, -1])
def test_however_clear_a_change_it_carries_no_tier_above_the_fourth_and_no_advice(sign):
    pilot = pilot_with(design=ALONE)
    found = finding([sign * change for change in ALL_UP])
    assert found.is_significant
    tier = judge(tier_inputs(found, pilot))
    assert tier.tier in (4, None)
    gates = {gate.name: gate for gate in tier.gates}
    assert gates["significant"].verdict == "cannot be judged" and gates["comparison group"].verdict == "failed"
    reasons = {reason.name: reason for reason in decide(decision_inputs(found, tier, pilot)).reasons}
    assert reasons["no comparison"].observed["p_value"] is None
    assert "scores lower" not in reasons and "scores higher" not in reasons


def test_two_changes_of_one_domain_are_adjusted_together():
    pilot = pilot_with(design=ALONE)
    other = pilot.primary.model_copy(update={"name": "fractions", "is_primary": False})
    first = pilot.primary.model_copy(update={"is_primary": False})
    pilot = pilot.model_copy(update={"outcomes": (first, other)})
    students = pd.concat([students_of(scores(ALL_UP)), students_of(scores(TORN), outcome="fractions")])
    one, two = analyse_outcomes(students, pilot)
    # Benjamini-Hochberg of .03125 and .0625: 2 * .03125 = .0625 and .0625
    assert (one.among.adjusted_p, two.among.adjusted_p) == (0.0625, 0.0625)
    assert one.verdict.p_value < 0.05 and not one.is_significant


def test_classes_without_any_spread_of_change_have_an_exact_p_and_no_t():
    found = finding([2.0] * 6)
    t = next(one for one in found.methods if one.method == "paired t")
    assert (t.refusal, t.estimate, t.p_value) == ("all changes are equal", None, None)
    assert found.verdict.p_value == 2 / 64 and found.verdict.interval is None
    assert found.is_significant and found.change.d_z is None


def test_one_class_or_no_pretest_gives_no_change():
    pilot = pilot_with(design=ALONE)
    lone = analyse_outcome(students_of(scores([1.0])), pilot.primary, pilot)
    assert (lone.change, lone.verdict, lone.methods, lone.is_significant) == (None, None, (), False)


def test_classes_that_share_a_teacher_are_tested_over_teachers_too():
    pilot = pilot_with(design=ALONE)
    teacher = np.repeat(["one", "one", "two", "three", "three", "four"], 4)
    found = analyse_outcome(students_of(scores(ALL_UP), teacher_id=teacher), pilot.primary, pilot)
    beside = found.methods[-1]
    # all four teachers rose: 2 / 2^4; mean of (1 + 2) / 2, 3, (1.5 + 2.5) / 2 and 2
    assert (beside.method, beside.role, beside.clusters_treated) == ("sign-flip over teachers", "beside", 4)
    assert (beside.p_value, beside.least_attainable_p, beside.estimate) == (2 / 16, 2 / 16, pytest.approx((1.5 + 3 + 2 + 2) / 4))
    lone = analyse_outcome(students_of(scores(ALL_UP), teacher_id="one"), pilot.primary, pilot).methods[-1]
    assert (lone.refusal, lone.p_value) == ("one teacher has all classes", None)
    assert "sign-flip over teachers" not in {one.method for one in finding(ALL_UP).methods}, "a teacher for each class"
