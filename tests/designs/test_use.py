"""Users against non-users: an association within classes, at most Tier 3, refused where there is one class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pilotproof.analyse.outcomes import analyse_outcome
from pilotproof.analyse.verdict import decision_inputs, tier_inputs
from pilotproof.evidence.decision import decide
from pilotproof.evidence.tier import judge
from pilotproof.findings.evidence_file import EvidenceEffect
from pilotproof.stats.baseline import baseline_difference
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.dose import DoseRefusal, dose_response, users_against_non_users
from tests.designs.simulated import found_in, tidy_tables, users

NULL_PILOTS = 120


@pytest.fixture(scope="module")
def strong():
    return found_in(*users(3, effect=4.0))


def test_the_verdict_is_cr2_within_classes_and_the_dose_stands_beside_it(strong):
    _, found = strong
    _, tidy = tidy_tables(*users(3, effect=4.0))
    students = tidy["students"]
    minutes = tidy["usage"].groupby("person_id")["usage_minutes"].sum()
    named = {"cluster": students["class_id"], "pretest": students["pretest_score"]}
    alone = users_against_non_users(students["posttest_score"], is_user=students["is_treated"], **named)
    assert (found.verdict.method, found.methods) == ("CR2", (found.verdict,))
    assert (found.verdict.estimate, found.verdict.df, found.verdict.p_value) == (alone.estimate, alone.df, alone.p_value)
    assert found.verdict.n_treated == int((minutes >= 30).sum()) == alone.n_users
    amount = students["student_id"].map(minutes).fillna(0)
    assert found.use.amount == dose_response(students["posttest_score"], use=amount, **named)
    assert found.use.users.robustness == alone.robustness
    assert sum(cell.n for cell in found.use.cells) == len(students) and min(cell.n for cell in found.use.cells) >= 10


def test_the_effect_in_sds_and_the_baseline_are_of_users_and_non_users(strong):
    _, found = strong
    _, tidy = tidy_tables(*users(3, effect=4.0))
    students = tidy["students"]
    is_user = students["is_treated"]
    gap = baseline_difference(
        treated=students.loc[is_user, "pretest_score"].to_numpy(), comparison=students.loc[~is_user, "pretest_score"].to_numpy()
    )
    assert found.baseline == gap and found.effect.n_treated == int(is_user.sum())
    assert found.effect.estimate / found.verdict.estimate == pytest.approx(
        found.effect.standard_error / found.verdict.standard_error, rel=1e-12
    )


def test_the_evidence_file_gives_the_degrees_of_freedom_of_the_contrast_that_the_effect_comes_from(strong):
    """This design has no test of cluster means; the standard error is that of the verdict, and so are its df."""
    _, found = strong
    effect = EvidenceEffect.of(found)
    assert (effect.df, effect.standard_error) == (found.verdict.df, found.effect.standard_error)
    assert effect.df is not None


def test_it_is_an_association_and_at_most_tier_3(strong):
    pilot, found = strong
    assert (found.claim, found.method.claim) == ("association", "correlational")
    inputs = tier_inputs(found, pilot)
    verdict = judge(inputs)
    controls = next(gate for gate in verdict.gates if gate.name == "selection controls")
    assert verdict.tier == 3 and controls.observed == {"how": "pretest and class effects"}
    large = judge(replace(inputs, students=900, districts=4, rating="with reservations"))
    assert large.tier == 3 and [gate.name for gate in large.closed(2)] == ["groups not chosen"]
    assert found.rating.rating != "without reservations"
    assert decide(decision_inputs(found, verdict, pilot)).choice == "extend"


def test_without_a_pretest_nothing_controls_for_selection():
    params, files = users(3, effect=4.0)
    params["outcomes"][0]["pretest_column"] = None
    pilot, found = found_in(params, files)
    verdict = judge(tier_inputs(found, pilot))
    assert verdict.tier == 4 and "selection controls" in {gate.name for gate in verdict.closed(3)}
    assert (found.baseline, found.rating.reason) == (None, "no pretest")


def test_one_class_is_refused():
    pilot, found = found_in(*users(3, classes=1))
    assert found.verdict == Refusal(reason="one cluster", clusters_treated=1, clusters_comparison=1)
    assert found.use.users == DoseRefusal(reason="one cluster", n=24, clusters=1)
    assert (found.methods, found.effect, found.equivalence, found.method.verdict) == ((), None, None, None)
    assert judge(tier_inputs(found, pilot)).tier == 4


def test_a_difference_from_fewer_users_than_may_be_shown_is_refused():
    params, files = users(3, classes=4, size=12)
    params["design"]["fewest_minutes"] = 60  # few reach it
    pilot, found = found_in(params, files)
    assert 0 < found.treated.analysed < pilot.disclosure.smallest_group
    assert found.verdict.reason == found.use.users.reason == found.rating.reason == "too few users or non-users"
    assert (found.effect, found.equivalence, found.baseline) == (None, None, None)


def test_without_an_effect_at_most_one_in_twenty_is_called_one():
    """Better students use the tool more; given the pretest, use says nothing. 0.05 + 2 Monte Carlo SE = 0.090 of 120 pilots."""
    pilot, tidy = tidy_tables(*users(1, classes=6, size=16))
    rng, students = np.random.default_rng(20260914), tidy["students"]
    called = 0
    for _ in range(NULL_PILOTS):
        of_class = rng.normal(scale=5, size=6).repeat(16)
        pre = 50 + of_class + rng.normal(scale=10, size=96)
        post = 22 + 0.6 * pre + of_class + rng.normal(scale=8, size=96)
        minutes = np.maximum(0, 30 + 0.5 * (pre - 50 - of_class) + rng.normal(scale=15, size=96))
        drawn = students.assign(is_treated=minutes >= 30, pretest_score=pre, posttest_score=post)
        usage = pd.DataFrame({"person_id": students["student_id"], "usage_minutes": minutes})
        found = analyse_outcome(drawn, pilot.primary, pilot, usage=usage)
        called += found.verdict.p_value < 0.05
    assert called / NULL_PILOTS <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / NULL_PILOTS)
