"""The tier function, case by case: gates that are closed are named with their numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pilotproof.evidence.tier import TierInputs, judge

# A cluster-randomised study that passes everything.
STRONG = TierInputs(
    has_logic_model=True,
    cited_findings=1,
    has_ongoing_study=True,
    has_comparison=True,
    fewest_clusters_in_an_arm=20,
    is_randomised=True,
    is_adjusted_for_pretest=True,
    is_outcome_relevant=True,
    estimate=3.0,
    p_value=0.01,
    adjusted_p=0.01,
    family_size=1,
    second_estimate=3.1,
    second_p_value=0.012,
    overriding_negative="none-known",
    rating="without reservations",
    students=900,
    districts=2,
    schools=6,
    overlap_populations="similar",
    overlap_settings="similar",
)
QUASI = replace(STRONG, is_randomised=False, rating="with reservations")


def closed(inputs: TierInputs) -> set[str]:
    return {gate.name for gate in judge(inputs).gates if not gate.is_open}


def test_a_strong_study_reaches_tier_1_with_every_gate_open():
    assert judge(STRONG).tier == 1 and closed(STRONG) == set()


def test_a_quasi_experiment_ends_at_tier_2():
    assert judge(QUASI).tier == 2
    assert closed(QUASI) == {"random assignment", "WWC-like rating without reservations"}


@pytest.mark.parametrize(
    ("adjusted", "size", "tier", "verdict"),
    [
        (0.03, 3, 1, "passed"),
        (0.05, 3, 1, "passed"),  # an adjusted p at its limit is rejected: p_(i) <= i alpha / m
        (0.0501, 3, 4, "failed"),  # significant alone, not among the outcomes of its domain
        (0.2, 1, 1, "not applicable"),
        (None, 2, 4, "cannot be judged"),
    ],
)
def test_a_claim_must_stand_among_the_outcomes_of_its_domain(adjusted, size, tier, verdict):
    judged = judge(replace(STRONG, adjusted_p=adjusted, family_size=size))
    assert judged.tier == tier
    assert next(gate.verdict for gate in judged.gates if gate.name == "several outcomes") == verdict


BEFORE_AFTER = replace(
    QUASI, has_comparison=False, fewest_clusters_in_an_arm=0, p_value=None, estimate=None, second_p_value=None,
    second_estimate=None, rating="does not meet", students=130, districts=1, schools=2,
)  # fmt: skip


def test_before_and_after_without_comparison_is_tier_4_at_most():
    # 6 teachers, pre/post, however large the gain: no comparison, no selection control
    verdict = judge(BEFORE_AFTER)
    assert verdict.tier == 4
    assert {"comparison group", "selection controls"} <= {gate.name for gate in verdict.closed(3)}
    assert judge(replace(BEFORE_AFTER, has_logic_model=False)).tier is None


def test_three_against_three_classes_with_p_29_is_not_tier_3():
    small = replace(QUASI, fewest_clusters_in_an_arm=3, p_value=0.29, second_p_value=0.31, students=150, districts=1)
    verdict = judge(small)
    assert verdict.tier == 4
    assert [gate.name for gate in verdict.closed(3)] == ["significant"]


def test_three_against_three_classes_with_p_004_is_tier_3_and_no_more():
    # g = 0.80, CR2 p = .004, gap .12 SD adjusted, 150 students in one district: stopped by N (150 < 350) and sites (1 < 2)
    verdict = judge(
        replace(
            QUASI,
            fewest_clusters_in_an_arm=3,
            p_value=0.004,
            second_p_value=0.003,
            students=150,
            districts=1,
            schools=2,
        )
    )
    assert verdict.tier == 3
    stopped = {gate.name: gate for gate in verdict.closed(2)}
    assert set(stopped) == {"large sample", "several sites"}
    assert stopped["large sample"].observed == {"students": 150} and stopped["large sample"].threshold == 350
    assert stopped["several sites"].observed == {"districts": 1, "schools": 2, "site_is": "district"}
    assert stopped["several sites"].threshold == 2


def test_one_treated_class_gives_no_tier_from_the_contrast():
    # 1 treated v 3 comparison teachers: the contrast is refused, whatever p it would have had
    verdict = judge(replace(QUASI, fewest_clusters_in_an_arm=1, p_value=None, second_p_value=None, rating="does not meet"))
    assert verdict.tier == 4
    assert "clusters per arm" in {gate.name for gate in verdict.closed(3)}


def test_a_baseline_gap_above_a_quarter_sd_stops_tier_2_but_not_tier_3():
    # 400 students, 2 districts, QED, gap .31: the WWC-like rating fails
    verdict = judge(replace(QUASI, students=400, rating="does not meet"))
    assert verdict.tier == 3
    assert [gate.name for gate in verdict.closed(2)] == ["WWC-like rating"]


@pytest.mark.parametrize(
    ("change", "tier"),
    [
        ({"p_value": 0.05}, 4),  # less than five percent, so exactly .05 is not enough
        ({"p_value": 0.0499999}, 1),
        ({"second_p_value": 0.06}, 4),  # the second method must agree
        ({"second_estimate": -3.0}, 4),
        ({"estimate": -3.0, "second_estimate": -3.1}, 4),  # significant, but negative
        ({"students": 349}, 3),
        ({"students": 350}, 1),
        ({"districts": 1, "schools": 40}, 3),  # many schools of one district are one site
        ({"overlap_settings": "different"}, 2),
        ({"overlap_settings": "not-stated"}, 2),
        ({"overlap_populations": "different", "overlap_settings": "different"}, 3),
        ({"overriding_negative": "found"}, 4),
        ({"overriding_negative": "not-searched"}, 4),
        ({"is_outcome_relevant": False}, 4),
        ({"has_logic_model": False}, 1),  # tier 4's gates are not part of tiers 1 to 3
        ({"is_adjusted_for_pretest": False}, 1),  # random assignment is itself a control for selection
    ],
)
def test_one_change_to_a_strong_study(change, tier):
    assert judge(replace(STRONG, **change)).tier == tier


def test_a_quasi_experiment_without_pretest_has_no_selection_control():
    verdict = judge(replace(QUASI, is_adjusted_for_pretest=False))
    assert verdict.tier == 4 and [gate.name for gate in verdict.closed(3)] == ["selection controls"]


def test_what_is_unknown_is_open_not_passed():
    gates = {gate.name: gate for gate in judge(replace(STRONG, overlap_settings="not-stated")).gates}
    assert gates["overlap of students and schools"].verdict == "cannot be judged"
    assert gates["overlap of students or schools"].verdict == "passed"


def test_adding_students_never_lowers_the_tier():
    tiers = [judge(replace(STRONG, students=n)).tier for n in range(300, 400, 10)]
    assert tiers == sorted(tiers, reverse=True)


def test_without_comparison_nothing_reaches_tiers_1_to_3():
    for p in (None, 1e-9, 0.04):
        assert judge(replace(STRONG, has_comparison=False, p_value=p)).tier == 4
