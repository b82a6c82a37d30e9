"""Several studies against the tiers together: size and sites may be joined, everything else each must have alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.evidence.pooling import LAXER, OTHER_OUTCOME, Study, judge_together, stopped_by
from pilotproof.evidence.profile import FEDERAL, TierProfile
from pilotproof.evidence.tier import TierInputs, TierVerdict, judge
from tests.evidence.drawn_inputs import tier_inputs
from tests.evidence.test_tier import QUASI, STRONG


def study(inputs: TierInputs, district: str, *, profile: TierProfile = FEDERAL, **changed: object) -> Study:
    return Study(
        district=district,
        verdict=judge(inputs, profile),
        students=inputs.students,
        districts=inputs.districts,
        schools=inputs.schools,
        **({"is_judged_on_outcome": True} | changed),
    )


def small(inputs: TierInputs, students: int = 200, **changed: object) -> TierInputs:
    return replace(inputs, students=students, districts=1, schools=2, **changed)


def numbers(verdict: TierVerdict, name: str, tier: int = 2) -> dict[str, object]:
    return dict(next(gate.observed for gate in verdict.gates if (gate.tier, gate.name) == (tier, name)))


def test_two_small_studies_of_two_districts_reach_together_what_neither_reaches_alone():
    own, other = study(small(QUASI), "Maple"), study(small(QUASI, 150), "Oak")
    assert (own.verdict.tier, other.verdict.tier) == (3, 3)
    together = judge_together([own, other], FEDERAL)
    assert together.tier == 2
    assert numbers(together, "large sample") == {"students": 350}  # 200 + 150
    assert numbers(together, "several sites") == {"districts": 2, "schools": 4, "site_is": "district"}
    assert judge_together([own, study(small(QUASI, 149), "Oak")], FEDERAL).tier == 3  # 349


def test_two_studies_of_one_district_are_one_site_however_it_is_spelt():
    together = judge_together([study(small(QUASI), "Maple"), study(small(QUASI), "MAPLE")], FEDERAL)
    assert together.tier == 3
    assert numbers(together, "several sites") == {"districts": 1, "schools": 2, "site_is": "district"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"p_value": 0.05, "second_p_value": 0.06}, ("significant",)),
        ({"rating": "does not meet"}, ("WWC-like rating",)),
        ({"overriding_negative": "found"}, ("no overriding negative finding",)),
        ({"overriding_negative": "not-searched"}, ("no overriding negative finding",)),
        ({"is_adjusted_for_pretest": False}, ("selection controls",)),
        ({"second_p_value": 0.2}, ("methods agree",)),
    ],
)
def test_a_study_that_fails_a_gate_of_its_own_is_named_and_not_counted(change, why):
    own, other = study(small(QUASI), "Maple"), study(small(QUASI, **change), "Oak")
    assert stopped_by(other, FEDERAL) == why
    together = judge_together([own, other], FEDERAL)
    assert together.tier == 3
    assert numbers(together, "large sample") == {"students": 200}


def test_size_sites_and_likeness_stop_no_study():
    assert stopped_by(study(small(QUASI, overlap_populations="different", overlap_settings="different"), "Oak"), FEDERAL) == ()


def test_gates_of_another_outcome_or_of_a_laxer_reading_do_not_count():
    assert stopped_by(study(QUASI, "Oak", is_judged_on_outcome=False), FEDERAL) == (OTHER_OUTCOME,)
    strict = replace(FEDERAL, name="X", alpha=0.02)
    assert stopped_by(study(QUASI, "Oak"), strict) == (LAXER,)
    assert stopped_by(study(QUASI, "Oak", profile=strict), FEDERAL) == ()  # a stricter one does


def test_significant_harm_elsewhere_closes_the_gate_for_all():
    harm = study(small(QUASI, estimate=-2.0, second_estimate=-2.1), "Oak")
    together = judge_together([study(QUASI, "Maple"), harm], FEDERAL)
    assert study(QUASI, "Maple").verdict.tier == 2
    assert together.tier == 4
    assert [gate.name for gate in together.closed(3)] == ["no overriding negative finding"]


def test_students_that_are_not_told_do_not_count_as_students():
    hidden = replace(study(small(QUASI), "Oak"), students=None)
    assert numbers(judge_together([study(small(QUASI), "Maple"), hidden], FEDERAL), "large sample") == {"students": 200}


def test_tier_1_needs_its_sample_from_studies_that_were_drawn_by_lot():
    drawn, chosen = small(STRONG, 200), small(QUASI, 200)
    two_drawn = [study(drawn, "Maple"), study(drawn, "Oak")]
    assert judge_together(two_drawn, FEDERAL).tier == 1
    mixed = judge_together([study(drawn, "Maple"), study(chosen, "Oak")], FEDERAL)
    assert mixed.tier == 2
    assert numbers(mixed, "large sample", tier=1) == {"students": 200}
    assert judge_together([*two_drawn, study(chosen, "Elm")], FEDERAL).tier == 1  # a weaker study more does no harm


def test_when_this_pilot_does_not_count_the_likeness_of_the_others_is_unknown():
    own = study(small(QUASI, p_value=0.4, second_p_value=0.4), "Maple")
    together = judge_together([own, study(small(QUASI), "Oak"), study(small(QUASI), "Elm")], FEDERAL)
    assert numbers(together, "large sample") == {"students": 400}
    assert together.tier == 3
    assert [gate.verdict for gate in together.closed(2)] == ["cannot be judged"]


def test_schools_may_be_the_sites_where_the_state_says_so():
    schools = replace(FEDERAL, name="X", site_is="school", sites=4)
    pair = [study(small(QUASI), place, profile=schools) for place in ("Maple", "Oak")]
    assert judge_together(pair, schools).tier == 2  # 2 + 2 schools


@given(inputs=tier_inputs)
def test_a_pilot_alone_reaches_together_what_it_reaches_alone(inputs):
    harmful = inputs.p_value is not None and inputs.p_value < 0.05 and inputs.estimate is not None and inputs.estimate <= 0
    alone = study(inputs, "Maple")
    assert judge_together([alone], FEDERAL).tier == alone.verdict.tier or harmful


@given(own=tier_inputs, others=st.lists(tier_inputs, min_size=1, max_size=3))
def test_without_one_study_that_stands_alone_there_is_no_tier_from_1_to_3(own, others):
    studies = [study(inputs, f"D{number}") for number, inputs in enumerate([own, *others])]
    together = judge_together(studies, FEDERAL)
    if together.tier in (1, 2, 3):
        assert any(each.verdict.stands(3) for each in studies)
    if together.tier in (1, 2):
        counted = [each for each in studies if not stopped_by(each, FEDERAL)]
        assert sum(each.students for each in counted) >= 350
        assert sum(each.districts for each in counted) >= 2
