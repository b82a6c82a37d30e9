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
    needed = demo.primary.clusters_needed
    assert f"{needed - 11} more classes of this size ({needed} in all)" in what_would_change(demo)
    students = demo.primary.treated.analysed + demo.primary.comparison.analysed
    pretest_r2 = _explained(demo, students)
    sizes = {"cluster_size": students / 11, "icc": 0.20, "share_treated": 6 / 11, "cluster_covariates": 0}
    found = [mdes_clustered(clusters=n, r2_student=pretest_r2, r2_cluster=pretest_r2, **sizes) for n in (needed - 1, needed)]
    assert found[0] > 0.20 >= found[1]


def _explained(demo: Findings, students: int) -> float:
    """The share explained by the pretest, from the MDES of the pilot itself: both are linear in 1 - R^2."""
    sizes = {"clusters": 11, "cluster_size": students / 11, "icc": 0.20, "share_treated": 6 / 11, "cluster_covariates": 0}
    without = mdes_clustered(r2_student=0.0, r2_cluster=0.0, **sizes)
    return 1 - (demo.primary.mdes_sd / without) ** 2


def test_a_baseline_gap_is_given_with_its_limit(demo):
    baseline = dataclasses.replace(demo.primary.baseline, estimate=-0.31)
    rating = dataclasses.replace(demo.primary.rating, reason="baseline not equivalent")
    assert "the pretest gap is 0.31 SD; the limit is 0.25" in closed(demo, "WWC-like rating", baseline=baseline, rating=rating)


def test_enough_classes_and_still_no_significance_needs_another_result(demo):
    assert "another result: with 11 classes" in closed(demo, "significant", clusters_needed=11)


def test_nothing_is_asked_for_when_every_gate_is_open(demo):
    assert closed(demo) == "Nothing more is needed: every gate of every tier is open."


ASKED_BY_A_STATE = {"pretest"}  # tests/evidence/test_profile
OF_OTHER_DESIGNS = {"groups not chosen", "different starts", "observations in each phase"}  # tests/designs


@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - OF_OTHER_DESIGNS - ASKED_BY_A_STATE))
def test_each_closed_gate_alone_gives_a_sentence(demo, name):
    text = closed(demo, name)
    assert text.startswith("What would have to change:") and text.endswith(".") and "None" not in text
