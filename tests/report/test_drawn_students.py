"""Students drawn one by one within their classes: the page counts students, compares them within classes, and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pilotproof.report.appendix import methods
from pilotproof.report.gate_text import found, question
from pilotproof.report.results import cluster_count, contrast_sentence
from pilotproof.report.sections import what_was_tried


@pytest.fixture
def drawn(demo):
    """The demo as if half the students of each of its 11 classes had been drawn."""
    outcome = demo.primary
    verdict = outcome.verdict.model_copy(update={"method": "randomisation", "clusters_treated": 126, "clusters_comparison": 104})
    arms = {name: getattr(outcome, name).model_copy(update={"clusters_analysed": 11}) for name in ("treated", "comparison")}
    method = replace(outcome.method, design="students randomised", verdict="randomisation")
    changed = outcome.model_copy(update={"method": method, "verdict": verdict, **arms})
    pilot = demo.pilot.model_copy(update={"assignment": "randomised-students"})
    return demo.model_copy(update={"outcomes": (changed,), "pilot": pilot})


def test_students_are_counted_not_classes(drawn):
    said = contrast_sentence(drawn.primary, drawn)
    assert "126 treated and 104 comparison students" in said and "than students without it" in said
    assert "classes" not in said
    assert cluster_count(drawn.primary) == 11  # each class is in both arms and is counted once


def test_too_few_students_in_an_arm_are_not_counted_out(drawn):
    few = drawn.primary.verdict.model_copy(update={"clusters_comparison": 9})
    said = contrast_sentence(drawn.primary.model_copy(update={"verdict": few}), drawn)
    assert "fewer than 10 students in an arm" in said and "126" not in said


def test_the_unit_of_inference_and_the_method_are_those_of_the_lot(drawn, demo):
    tried, method = what_was_tried(drawn).markdown, methods(drawn).markdown
    assert "the student is the unit of every test" in tried and "In 11 classes some students had" in tried
    assert "The verdict re-assigns the lot" in method and "t test" not in method.split("**Teachers.**")[0]
    assert "The verdict compares class means" in methods(demo).markdown  # nothing was drawn there


def test_the_gate_on_units_speaks_of_students(drawn):
    gate = next(gate for gate in drawn.tier.gates if gate.name == "clusters per arm")
    assert question(gate, "student") == "Did each arm have at least two students?"
    assert found(gate, "student") == "each student drawn alone"
