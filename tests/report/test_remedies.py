"""Every closed gate says what would open it, in numbers that can be checked."""

from __future__ import annotations

import dataclasses

import pytest

from pilotproof.findings import Findings
from pilotproof.report.remedies import REMEDIES, what_would_change
from pilotproof.report.words import QUESTIONS
from pilotproof.stats.power import mdes_clustered


def closed(demo: Findings, *names: str, **outcome: object) -> str:
    """The list when exactly the gates `names` are closed."""
    gates = tuple(dataclasses.replace(gate, verdict="failed" if gate.name in names else "passed") for gate in demo.tier.gates)
    primary = demo.primary.model_copy(update=outcome)
    return what_would_change(
        demo.model_copy(update={"tier": dataclasses.replace(demo.tier, gates=gates), "outcomes": (primary,)})
    )


def test_every_gate_has_a_remedy():
    assert set(REMEDIES) == set(QUESTIONS)


def test_the_demo_needs_more_students_and_a_second_district(demo):
    # 230 students were analysed: 350 - 230 = 120; 1 district of 2
    text = what_would_change(demo)
    assert "**Tier 2** needs 120 more students" in text and "a second district" in text
    assert text.count("assigned to the tool by lot") == 1, "said once, though two gates ask for it"


def test_the_number_of_classes_is_the_first_that_finds_the_smallest_effect(demo):
    # 11 classes were analysed; with as many more as said, and not with one fewer, the MDES is at most 0.20
    needed = demo.primary.units_needed
    said = f"{needed - 11} more classes with as many students each ({needed} in all, half of them without the tool)"
    assert said in what_would_change(demo)
    students = demo.primary.treated.analysed + demo.primary.comparison.analysed
    sizes = {"cluster_size": students / 11, "icc": 0.20, "r2_cluster": demo.primary.explained}
    sizes |= {"r2_student": _explained_within(demo, students)}
    found = [mdes_clustered(clusters=n, **sizes) for n in (needed - 1, needed)]
    assert found[0] > 0.20 >= found[1]


def _explained_within(demo: Findings, students: int) -> float:
    """The share explained within classes, from the MDES of the pilot itself: its variance is linear in both shares."""
    sizes = {"clusters": 11, "cluster_size": students / 11, "icc": 0.20, "share_treated": 6 / 11}
    none, all_but = (mdes_clustered(r2_student=r2, r2_cluster=demo.primary.explained, **sizes) for r2 in (0.0, 0.99))
    return 0.99 * (none**2 - demo.primary.mdes_sd**2) / (none**2 - all_but**2)


def test_what_the_number_of_classes_takes_as_given_stands_beside_it(demo):
    text = what_would_change(demo)
    share = f"{demo.primary.explained:.0%}"
    assert f"20% of the variance of scores lies between classes and that the pretest explains {share} of the differences" in text


def test_a_baseline_gap_is_given_with_its_limit(demo):
    baseline = dataclasses.replace(demo.primary.baseline, estimate=-0.31)
    rating = dataclasses.replace(demo.primary.rating, reason="baseline not equivalent")
    assert "the pretest gap is 0.31 SD; the limit is 0.25" in closed(demo, "WWC-like rating", baseline=baseline, rating=rating)


def test_enough_classes_and_still_no_significance_needs_another_result(demo):
    assert "another result: with 11 classes" in closed(demo, "significant", units_needed=11)


def test_nothing_is_asked_for_when_every_gate_is_open(demo):
    assert closed(demo) == "Nothing more is needed: every gate of every tier is open."


ASKED_BY_A_STATE = {"pretest"}  # tests/evidence/test_profile
OF_OTHER_DESIGNS = {"groups not chosen", "different starts", "observations in each phase"}  # tests/designs


@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - OF_OTHER_DESIGNS - ASKED_BY_A_STATE))
def test_each_closed_gate_alone_gives_a_sentence(demo, name):
    text = closed(demo, name)
    assert text.startswith("What would have to change:") and text.endswith(".") and "None" not in text
