"""This pilot among others of the same tool: what is pooled, how, and that its own tier stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pilotproof.analyse.pooling import analyse_pooled
from pilotproof.findings.evidence_file import EvidenceEffect, EvidenceFile
from pilotproof.report.evidence_file import evidence_of
from pilotproof.report.pooled import forest_figure, pooled_results
from pilotproof.stats.meta_analysis import PoolingRefusal, fixed_effect, random_effects
from pilotproof.stats.results import Interval
from tests.analyse.drawn_students import pilot_with
from tests.report.conftest import demo_findings

DEMO, PILOT = demo_findings(), pilot_with()


def other(name: str, *, g: float | None = 0.3, error: float = 0.1, **outcome: Any) -> EvidenceFile:
    """The demo's evidence as another pilot's, with another effect."""
    found = evidence_of(DEMO)
    interval = None if g is None else Interval(low=g - 2 * error, high=g + 2 * error, confidence=0.95)
    effect = None if g is None else EvidenceEffect(estimate=g, standard_error=error, df=9, interval=interval)
    return found.model_copy(
        update={
            "pilot": found.pilot.model_copy(update={"name": name, "district": f"{name} district"}),
            "outcomes": (found.outcomes[0].model_copy(update={"effect": effect} | outcome),),
        }
    )


def passed(file: EvidenceFile) -> EvidenceFile:
    """The same with every gate but sample and sites open."""
    gates = tuple(
        gate if gate.name in ("large sample", "several sites") else replace(gate, verdict="passed") for gate in file.tier.gates
    )
    return file.model_copy(update={"tier": replace(file.tier, tier=3, gates=gates)})


def pooled(*others: EvidenceFile):
    return analyse_pooled("nearpod", DEMO.primary, DEMO.tier, others, PILOT)


def test_the_effects_are_pooled_by_the_methods_of_stats():
    found = pooled(other("oak"), other("elm", g=0.1, error=0.2))
    effects = [(DEMO.primary.effect.estimate, DEMO.primary.effect.standard_error), (0.3, 0.1), (0.1, 0.2)]
    estimates, errors = zip(*effects, strict=True)
    assert found.random == random_effects(estimates, standard_errors=errors)
    assert found.fixed == fixed_effect(estimates, standard_errors=errors)
    assert found.random.df == 2  # three studies - 1
    weights = [1 / error**2 for error in errors]
    mean = sum(w * g for w, g in zip(weights, estimates, strict=True)) / sum(weights)
    assert found.fixed.estimate == pytest.approx(mean)
    assert [study.pilot for study in found.studies] == ["nearpod", "oak", "elm"]


def test_each_study_says_why_it_does_not_count_and_the_own_tier_stays():
    found = pooled(passed(other("oak")))
    assert DEMO.tier.tier == 4 and "significant" in found.studies[0].stopped_by
    assert found.studies[1].stopped_by == ()
    assert found.tier.tier == 3  # one study that stands alone is enough for it
    text = pooled_results(DEMO.model_copy(update={"pooled": found})).markdown
    assert "All pilots together: Tier 3 (promising). This pilot by itself: Tier 4 (demonstrates a rationale)." in text


def test_two_that_count_join_their_students_and_districts():
    found = pooled(passed(other("oak")), passed(other("elm")))
    seen = {gate.name: gate.observed for gate in found.tier.gates if gate.tier == 2}
    assert seen["large sample"] == {"students": 460}  # 230 in each
    assert seen["several sites"]["districts"] == 2
    text = pooled_results(DEMO.model_copy(update={"pooled": found})).markdown
    assert "The 2 pilots that count: 460 students; 350 are needed; 2 districts" in text


def test_the_primary_outcome_of_the_domain_is_taken_and_another_one_does_not_count():
    second = evidence_of(DEMO).outcomes[0].model_copy(update={"is_primary": False, "label": "a second test"})
    both = passed(other("oak")).model_copy(update={"outcomes": (second, *other("oak").outcomes)})
    assert pooled(both).studies[1].outcome == DEMO.primary.label
    found = pooled(passed(other("oak", is_primary=False)))
    assert found.studies[1].stopped_by == ("gates of another outcome",)


def test_with_one_effect_nothing_is_pooled_and_the_page_says_so(tmp_path):
    found = pooled(other("oak", g=None))
    assert found.random == found.fixed == PoolingRefusal(reason="one study", studies=1)
    findings = DEMO.model_copy(update={"pooled": found})
    assert "nothing can be pooled" in pooled_results(findings).markdown
    assert forest_figure(findings, tmp_path) is None


def test_students_that_must_not_be_shown_are_not_told():
    found = pooled(other("oak", students=None))
    assert "| not told |" in pooled_results(DEMO.model_copy(update={"pooled": found})).markdown


def test_without_other_pilots_there_is_no_section(tmp_path):
    assert pooled() is None
    assert pooled_results(DEMO) is None and forest_figure(DEMO, tmp_path) is None
