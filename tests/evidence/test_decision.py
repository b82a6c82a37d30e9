"""The recommendation: each rule of the field alone, which one wins, and that too little data is never a verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.evidence.decision import PRIORITY, decide
from pilotproof.evidence.decision_inputs import Acceptance, Adoption, DecisionInputs, Faults, Learning, Limits

LIMITS = Limits(
    most_errors_per_hour=0.25,
    most_time_lost_share=0.05,
    fewest_teachers_using_share=0.30,
    semester_weeks=16,
    most_cost_per_student=5.0,
)
ALL_MET = dict.fromkeys(("privacy", "single_sign_on", "accessible", "works_on_phone"), "met")
UNCLEAR = DecisionInputs(
    learning=Learning(has_comparison=True, tier=4, estimate=1.0, p_value=0.4, interval_low=-1.5, interval_high=3.5),
    faults=Faults(errors_per_hour=0.1, errors_per_hour_low=0.05, concentration_p_value=0.6, worst_period="3"),
    acceptance=Acceptance(),
    adoption=Adoption(weeks=4),
    checklist=ALL_MET,
    cost_per_student=4.5,
    limits=LIMITS,
)
HIGHER: dict[str, Any] = {"tier": 3, "p_value": 0.01, "estimate": 3.0}
LOWER: dict[str, Any] = {"p_value": 0.01, "estimate": -3.0, "is_significant": True}
FLAT: dict[str, Any] = {"is_equivalent": True}
TRUSTED, DISTRUSTED = ({"buy_in_share": share, "buy_in_target": 0.85} for share in (0.9, 0.5))


def with_(**strands: Any) -> DecisionInputs:
    """UNCLEAR with other values: a mapping changes fields of its strand, anything else replaces the field."""
    changed = {
        name: replace(getattr(UNCLEAR, name), **value) if isinstance(value, dict) and name != "checklist" else value
        for name, value in strands.items()
    }
    return replace(UNCLEAR, **changed)


@pytest.mark.parametrize(
    ("strands", "choice", "because"),
    [
        ({}, "extend", "cannot tell"),
        ({"learning": HIGHER}, "adopt", "scores higher"),
        ({"learning": LOWER}, "stop", "scores lower"),
        ({"learning": LOWER | {"is_significant": False}}, "extend", "cannot tell"),  # the second method did not agree
        ({"faults": {"concentration_p_value": 0.001}}, "adjust", "faults concentrated"),
        ({"learning": HIGHER, "faults": {"concentration_p_value": 0.001}}, "adjust", "faults concentrated"),  # mend first
        ({"learning": LOWER, "faults": {"concentration_p_value": 0.001}}, "stop", "scores lower"),
        ({"faults": {"errors_per_hour": 0.5, "errors_per_hour_low": 0.3}}, "adjust", "errors too frequent"),
        ({"faults": {"errors_per_hour": 0.5, "errors_per_hour_low": 0.25}}, "extend", "reliable"),  # the limit may be chance
        ({"faults": {"errors_per_hour": None, "concentration_p_value": None}}, "extend", "reliability unknown"),
        ({"learning": {"has_comparison": False, "estimate": None, "p_value": None}}, "extend", "no comparison"),
        ({"learning": {"estimate": None, "p_value": None}}, "extend", "no test"),
        ({"learning": FLAT}, "adjust", "no difference worth having"),
        # lesson time: at once, whatever the scores say; the limit itself is not above it
        ({"learning": HIGHER, "faults": {"time_lost_share": 0.09, "time_lost_share_low": 0.06}}, "review", "lesson time lost"),
        ({"faults": {"time_lost_share": 0.09, "time_lost_share_low": 0.05}}, "extend", "lesson time kept"),
        # 30 % of teachers after a semester of 16 weeks; before that nothing follows
        ({"adoption": {"weeks": 16, "teachers_using_share": 0.29}}, "stop", "hardly used"),
        ({"adoption": {"weeks": 16, "teachers_using_share": 0.30}}, "extend", "used"),
        ({"adoption": {"weeks": 15, "teachers_using_share": 0.10}}, "extend", "used"),
        # trust against scores, the four cells
        ({"learning": HIGHER, "acceptance": TRUSTED}, "adopt", "buy-in at target"),
        ({"learning": FLAT, "acceptance": TRUSTED}, "adjust", "trusted but scores do not move"),
        ({"learning": HIGHER, "acceptance": DISTRUSTED}, "adjust", "scores higher but not trusted"),
        ({"learning": FLAT, "acceptance": DISTRUSTED}, "stop", "neither trusted nor scores higher"),
        ({"acceptance": TRUSTED}, "extend", "buy-in at target"),  # scores that cannot be told fill no cell
        ({"acceptance": TRUSTED | {"buy_in_share": 0.85}}, "extend", "buy-in at target"),
        ({"acceptance": TRUSTED | {"buy_in_share": 0.84}}, "extend", "buy-in below target"),
        # the checklist
        ({"checklist": ALL_MET | {"privacy": "not-met"}, "learning": HIGHER}, "review", "privacy not agreed"),
        ({"checklist": ALL_MET | {"accessible": "not-met"}, "learning": HIGHER}, "adjust", "checklist failed"),
        ({"checklist": ALL_MET | {"accessible": "not-checked"}, "learning": HIGHER}, "adjust", "checklist open"),
        ({"checklist": ALL_MET | {"accessible": "not-checked"}}, "extend", "checklist open"),
        ({"cost_per_student": 5.0, "learning": HIGHER}, "adopt", "checklist passed"),
        ({"cost_per_student": 5.01, "learning": HIGHER}, "adjust", "too expensive"),
        ({"adoption": {"licences_bought": 150, "licences_used": 120, "idle_cost": 135.0}}, "extend", "licences idle"),
    ],
)
def test_each_rule_of_the_field(strands, choice, because):
    decision = decide(with_(**strands))
    assert decision.choice == choice
    assert because in {reason.name for reason in decision.reasons}


@pytest.mark.parametrize(
    ("low", "high", "trust"), [(4.1, 6.0, "high"), (2.0, 3.9, "low"), (3.5, 4.5, "cannot tell"), (4.0, 5.0, "cannot tell")]
)
def test_without_a_question_of_buy_in_usefulness_against_the_middle_of_its_scale_tells_trust(low, high, trust):
    asked = {"usefulness_low": low, "usefulness_high": high, "usefulness_middle": 4.0}
    assert with_(acceptance=asked).trust == trust
    assert with_(acceptance=asked | DISTRUSTED).trust == "low"  # asked outright, that counts


def test_everything_unmeasured_is_said_and_extends_the_pilot():
    nothing = DecisionInputs(
        learning=Learning(has_comparison=False, tier=None, estimate=None, p_value=None, interval_low=None, interval_high=None),
        faults=Faults(),
        acceptance=Acceptance(),
        adoption=Adoption(weeks=40),
        checklist=dict.fromkeys(ALL_MET, "not-checked"),
        cost_per_student=None,
        limits=LIMITS,
    )
    decision = decide(nothing)
    unmeasured = {"lesson time not measured", "use not measured", "reliability unknown", "trust not measured", "checklist open"}
    assert decision.choice == "extend"
    assert unmeasured <= {reason.name for reason in decision.reasons}


maybe = st.none() | st.floats(0, 1)


@given(
    tier=st.sampled_from([None, 3, 4]),
    p=maybe,
    estimate=st.floats(-3, 3),
    lost=maybe,
    using=maybe,
    buy_in=maybe,
    weeks=st.integers(1, 40),
    answer=st.sampled_from(["met", "not-met", "not-checked"]),
)
def test_the_choice_is_the_most_pressing_one_that_a_reason_speaks_for(tier, p, estimate, lost, using, buy_in, weeks, answer):
    decision = decide(
        with_(
            learning={"tier": tier, "p_value": p, "estimate": estimate},
            faults={"time_lost_share": lost},
            adoption={"teachers_using_share": using, "weeks": weeks},
            acceptance={"buy_in_share": buy_in, "buy_in_target": 0.85},
            checklist=ALL_MET | {"accessible": answer},
        )
    )
    spoken = {reason.speaks_for for reason in decision.reasons} - {None}
    assert decision.choice == min(spoken, key=PRIORITY.index, default="extend")
    assert decision.choice != "adopt" or (tier == 3 and answer == "met")
