"""Every sentence about student outcomes counts what was assigned: students, teachers or classes, and never one for another."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from pilotproof.audit.signs import few_students
from pilotproof.report.evidence_file import evidence_of
from pilotproof.report.power_figure import power_figure
from tests.analyse.drawn_students import pilot_with, students_of
from tests.report.pages import findings_of, page_of
from tests.stats.cluster_designs import noise

OF_THE_TOOL = "all grade 6 mathematics classes"  # the district's own question


def scores_of(seed: int, treated: int, comparison: int, *, effect: float = 0.0) -> dict:
    scores = noise(seed, treated, comparison, most=24)
    shifted = scores["outcome"] + effect * scores["is_treated"]
    return scores | {"outcome": 50 + 10 * shifted, "pretest": 50 + 10 * scores["pretest"]}


def drawn_students(effect: float = 0.0, share: float = 0.5):
    """Six classes whose students were drawn by lot."""
    scores = scores_of(11, 5, 5)
    n = len(scores["outcome"])
    lot = np.random.default_rng(1).permutation(n) < share * n
    outcome = scores["outcome"] + 10 * effect * lot
    students = students_of(scores | {"is_treated": lot, "cluster": np.arange(n) % 6, "outcome": outcome})
    return students, pilot_with(design={"assignment": "randomised-students"})


def assigned_teachers(effect: float = 0.0, treated: int = 5):
    """Ten teachers, drawn by lot."""
    names = [f"{number}" for number in range(10)]
    by_lot = {"assignment": "randomised-classes", "cluster": "teacher", "arm_column": "teacher"}
    pilot = pilot_with(design=by_lot | {"treated": names[:treated], "comparison": names[treated:]})
    return students_of(scores_of(11, treated, 10 - treated, effect=effect)), pilot


def said(made, tmp_path: Path) -> str:
    text = page_of(findings_of(*made), tmp_path).replace(OF_THE_TOOL, "")
    return re.sub(r"\(figures/\S+\.svg\)\{#\S+", "", text)  # names of files


@pytest.mark.parametrize("effect", [0.0, 3.0], ids=["cannot tell", "raised"])
def test_students_drawn_one_by_one_are_counted_as_students(tmp_path, effect):
    made = drawn_students(effect)
    text, found = said(made, tmp_path), findings_of(*made).primary
    n = len(made[0])
    counted = {
        f"{found.verdict.clusters_treated} treated and {found.verdict.clusters_comparison} comparison students",
        f"Each of {n} students in 6 classes was drawn to have Nearpod or to go on without it",
        "the unit of every test of students’ scores here, is the student",
        "Did each arm have at least two students, ",
        "students’ scores, t test",
        "that class and pretest explain",
    }
    if effect == 0:
        counted |= {
            f"about {found.units_needed:,} students, half of them without the tool",
            f"{found.units_needed - n:,} more students ({found.units_needed:,} in all",
            f"With {n} students a pilot like this finds",
        }
    assert not [words for words in counted if words not in text]
    counts_of_classes = set(re.findall(r"\d+ (?:[a-z]+ )?classes", text)) - {"6 classes"}
    assert all("parts of classes" in text and "part" in one for one in counts_of_classes), counts_of_classes
    for wrong in ("class means", "clustered by", "more classes", "lies between classes", "comparison classes", "treated classes"):
        assert wrong not in text, wrong


@pytest.mark.parametrize("treated", [5, 1], ids=["a test", "no test"])
@pytest.mark.parametrize("effect", [0.0, 4.0], ids=["cannot tell", "raised"])
def test_teachers_who_were_assigned_are_teachers(tmp_path, effect, treated):
    made = assigned_teachers(effect, treated)
    text, found = said(made, tmp_path), findings_of(*made).primary
    assert not re.search(r"\b(in|within) (a |the same |\d+ )?teachers?\b", text), "students are of a teacher, not in one"
    assert not re.search(r"\bclass(es)?\b", text.replace("class period", "")), re.findall(r".{30}\bclass(?:es)?\b.{20}", text)
    assert f"{treated} treated teacher" in text and "teachers were assigned at random" in text
    if treated > 1:
        assert "students of teachers with Nearpod" in text and "teacher means" in text
        assert f"5 treated and {10 - treated} comparison teachers" in text
    if effect == 0 and treated > 1:
        assert f"about {found.units_needed:,} teachers" in text


def test_students_of_an_arm_too_small_to_be_shown_are_not_counted(tmp_path):
    made = drawn_students(share=0.05)
    findings = findings_of(*made)
    few = findings.primary.verdict.clusters_treated
    assert few < 10
    text = said(made, tmp_path)
    assert "fewer than 10 students in an arm" in text
    assert not re.search(rf"\b{few} treated", text) and f"{few} students" not in text
    gate = next(gate for gate in findings.tier.gates if gate.name == "clusters per arm")
    assert gate.observed["fewest"] == 2, "no more than the gate asks for is told"


@pytest.mark.parametrize(("made", "unit"), [(drawn_students, "student"), (assigned_teachers, "teacher")])
def test_the_evidence_file_names_the_unit(made, unit):
    findings = findings_of(*made())
    outcome = evidence_of(findings).outcomes[0]
    assert outcome.unit_of_inference == unit
    assert outcome.contrasts[0].clusters_treated == findings.primary.verdict.clusters_treated
    assert outcome.effect.df is not None


def test_no_sentence_on_students_drawn_by_lot_reads_as_a_count_of_few_of_them(tmp_path):
    """Gates ask for 2, and the curve of a next pilot begins below 10: neither is a number of this pilot's students."""
    number = np.arange(20)
    scores = {"outcome": noise(5, 2, 3)["outcome"][:20], "pretest": number % 7 + 50.0, "cluster": number // 10}
    students = students_of(scores | {"is_treated": number % 2 == 0})
    findings = findings_of(students, pilot_with(design={"assignment": "randomised-students"}))
    curve = power_figure(findings, tmp_path)
    assert findings.primary.unit_of_inference == "student" and findings.primary.next_pilot.sizes[0].units < 10
    assert "2 or more in each arm; 2 are needed" in (page := page_of(findings, tmp_path))
    assert list(few_students(page + curve.markdown, least=10)) == []
