"""A state may read size, sites and pretest in its own way; significance and controls stay what the statute says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotproof import strict_yaml
from pilotproof.analyse.verdict import tier_profile
from pilotproof.errors import ParamsError
from pilotproof.evidence.profile import FEDERAL, TierProfile
from pilotproof.evidence.tier import judge
from pilotproof.pilot import Pilot, StateProfile
from tests.evidence.drawn_inputs import tier_inputs
from tests.evidence.test_tier import STRONG

PARAMS = Path(__file__).parents[2] / "params" / "nearpod.yaml"
STATE = TierProfile(name="State of X", source="X guide (2025), page 4", large_sample=200, sites=3, site_is="school")


def gate(inputs, name: str, profile: TierProfile = FEDERAL):
    return next(gate for gate in judge(inputs, profile).gates if gate.name == name)


@pytest.mark.parametrize(
    ("change", "profile", "tier"),
    [
        ({"students": 350}, FEDERAL, 1),
        ({"students": 349}, FEDERAL, 3),
        ({"districts": 2}, FEDERAL, 1),
        ({"districts": 1}, FEDERAL, 3),
        ({"p_value": 0.0499, "second_p_value": 0.0499}, FEDERAL, 1),
        ({"p_value": 0.05, "second_p_value": 0.0499}, FEDERAL, 4),
        ({"p_value": 0.0499, "second_p_value": 0.05}, FEDERAL, 4),
        ({"students": 200, "districts": 1, "schools": 3}, STATE, 1),
        ({"students": 199, "districts": 1, "schools": 3}, STATE, 3),
        ({"students": 200, "districts": 4, "schools": 2}, STATE, 3),  # districts do not help where schools are counted
        ({"p_value": 0.00999, "second_p_value": 0.001}, replace(STATE, alpha=0.01), 1),
        ({"p_value": 0.01, "second_p_value": 0.001}, replace(STATE, alpha=0.01), 4),
        ({"is_adjusted_for_pretest": False}, replace(STATE, tier3_needs_pretest=True), 4),  # a lot alone is not enough there
        ({"is_adjusted_for_pretest": True}, replace(STATE, tier3_needs_pretest=True), 1),
    ],
)
def test_each_limit_from_both_sides(change, profile, tier):
    assert judge(replace(STRONG, **change), profile).tier == tier


def test_a_gate_names_the_rule_that_its_limit_comes_from():
    assert gate(STRONG, "large sample").rule == FEDERAL.source
    stated = gate(STRONG, "several sites", STATE)
    assert (stated.rule, stated.threshold) == ("X guide (2025), page 4", 3)
    assert gate(STRONG, "significant", STATE).rule == "20 U.S.C. 7801(21)(A)"
    assert gate(STRONG, "significant", replace(STATE, alpha=0.01)).rule == STATE.source
    assert judge(STRONG, STATE).profile == STATE


@pytest.mark.parametrize("alpha", [0.051, 0.1, 1.0, 0.0, -0.01, float("nan")])
def test_no_profile_is_laxer_on_significance_than_the_statute(alpha):
    with pytest.raises(ValueError, match="alpha must lie above 0 and at most at"):
        replace(FEDERAL, alpha=alpha)


@given(inputs=tier_inputs, large=st.integers(1, 999), sites=st.integers(1, 9), alpha=st.floats(0.001, 0.05))
def test_whatever_the_state_says_tier_3_needs_what_the_statute_needs(inputs, large, sites, alpha):
    profile = replace(STATE, large_sample=large, sites=sites, alpha=alpha)
    if judge(inputs, profile).tier in (1, 2, 3):
        assert inputs.has_comparison and inputs.p_value < 0.05 and inputs.estimate > 0
        assert inputs.is_randomised or inputs.is_adjusted_for_pretest
        assert judge(inputs).tier in (1, 2, 3)


def pilot_of(tmp_path: Path, profile: dict[str, object] | None) -> Pilot:
    params = yaml.safe_load(PARAMS.read_text(encoding="utf-8"))
    params["evidence"]["state_profile"] = profile
    path = tmp_path / "x.yaml"
    path.write_text(yaml.safe_dump(params), encoding="utf-8")
    return strict_yaml.read(path, Pilot, shown_as="params/x.yaml")


def test_the_params_defaults_are_the_federal_rules(tmp_path):
    assert tier_profile(pilot_of(tmp_path, None)) is FEDERAL
    plain = StateProfile(name=FEDERAL.name, source=FEDERAL.source)
    assert TierProfile(**plain.model_dump()) == FEDERAL


def test_a_laxer_alpha_in_the_params_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(ParamsError) as caught:
        pilot_of(tmp_path, {"name": "X", "source": "y", "alpha": 0.10})
    assert [problem.column for problem in caught.value.problems] == ["evidence.state_profile.alpha"]
    assert "at most 0.05: 20 U.S.C. 7801(21)(A) asks for a statistically significant effect" in str(caught.value)


def test_controls_cannot_be_waived(tmp_path):
    with pytest.raises(ParamsError, match="unknown key"):
        pilot_of(tmp_path, {"name": "X", "source": "y", "tier3_needs_comparison": False})
