"""What holds of the tier function whatever the pilot: no change for the worse is ever rewarded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.analyse.outcomes import analyse_outcome
from pilotproof.evidence.tier import TierVerdict, judge
from tests.analyse.drawn_students import pilot_with, students_of
from tests.evidence.drawn_inputs import tier_inputs
from tests.stats.cluster_designs import TOY, noise

NONE = 5  # below tier 4


def height(verdict: TierVerdict) -> int:
    return -(verdict.tier or NONE)


def gates(verdict: TierVerdict) -> dict[tuple[int, str], str]:
    return {(gate.tier, gate.name): gate.verdict for gate in verdict.gates}


@given(inputs=tier_inputs)
def test_turning_the_signs_round_changes_the_gate_of_the_sign_alone(inputs):
    def turned(value: float | None) -> float | None:
        return None if value is None else -value

    other = replace(inputs, estimate=turned(inputs.estimate), second_estimate=turned(inputs.second_estimate))
    before, after = gates(judge(inputs)), gates(judge(other))
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= {(3, "positive")}


@given(inputs=tier_inputs)
def test_without_a_comparison_group_there_is_never_a_tier_from_1_to_3(inputs):
    assert judge(replace(inputs, has_comparison=False)).tier in (4, None)


@given(inputs=tier_inputs, more=st.integers(0, 500))
def test_more_students_never_close_a_gate(inputs, more):
    before, after = judge(inputs), judge(replace(inputs, students=inputs.students + more))
    closed = {key for key, verdict in gates(after).items() if verdict != gates(before)[key]}
    assert closed <= {(2, "large sample")}
    assert height(after) >= height(before)


@given(inputs=tier_inputs, field=st.sampled_from(["districts", "fewest_clusters_in_an_arm", "cited_findings"]))
def test_more_districts_clusters_or_citations_never_lower_the_tier(inputs, field):
    assert height(judge(replace(inputs, **{field: getattr(inputs, field) + 1}))) >= height(judge(inputs))


@given(inputs=tier_inputs, rating=st.sampled_from(["does not meet", "with reservations", "without reservations"]))
def test_a_lower_rating_never_raises_the_tier(inputs, rating):
    order = ["does not meet", "with reservations", "without reservations"]
    worse, better = sorted((rating, inputs.rating), key=order.index)
    assert height(judge(replace(inputs, rating=worse))) <= height(judge(replace(inputs, rating=better)))


@given(inputs=tier_inputs)
def test_the_verdict_is_the_highest_tier_whose_gates_are_open(inputs):
    verdict = judge(inputs)
    standing = [tier for tier in (1, 2, 3, 4) if verdict.stands(tier)]
    assert verdict.tier == (standing[0] if standing else None)


@pytest.mark.parametrize("scores", [TOY, noise(3, 4, 4), noise(5, 3, 6)])
@pytest.mark.parametrize("assignment", ["comparison-classes", "randomised-classes"])
def test_swapping_the_arms_of_the_data_flips_signs_and_nothing_else(scores, assignment):
    pilot = pilot_with(design={"assignment": assignment}, analysis={"random_draws": 1000})
    swapped = scores | {"is_treated": ~np.asarray(scores["is_treated"], dtype=bool)}
    one, other = (analyse_outcome(students_of(each), pilot.primary, pilot) for each in (scores, swapped))
    assert other.verdict.estimate == pytest.approx(-one.verdict.estimate)
    assert other.effect.estimate == pytest.approx(-one.effect.estimate)
    assert other.baseline.estimate == pytest.approx(-one.baseline.estimate)
    assert other.verdict.interval.low == pytest.approx(-one.verdict.interval.high)
    for name in ("standard_error", "df", "p_value", "least_attainable_p"):
        assert getattr(other.verdict, name) == pytest.approx(getattr(one.verdict, name)), name
        assert getattr(other.second, name) == pytest.approx(getattr(one.second, name)), name
    assert (other.rating, other.method, other.claim, other.attrition) == (one.rating, one.method, one.claim, one.attrition)
