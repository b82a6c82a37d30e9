"""That there is no difference worth having is said by the method that carries the verdict, and the page names it."""

from __future__ import annotations

import numpy as np
import pytest

from pilotproof.analyse.outcomes import analyse_outcomes
from pilotproof.report.appendix import methods
from pilotproof.report.results import bottom_line, meaning_sentence
from tests.analyse.drawn_students import pilot_with, students_of


def alike(assignment: str):
    """Ten classes whose means hardly differ, five of them with the tool."""
    rng = np.random.default_rng(4)
    cluster = np.repeat([f"K{n}" for n in range(10)], 30)
    pre = 50 + rng.normal(scale=10, size=300)
    scores = {"outcome": pre + rng.normal(scale=2, size=300), "pretest": pre, "cluster": cluster}
    scores["is_treated"] = np.isin(cluster, [f"K{n}" for n in range(5)])
    return analyse_outcomes(students_of(scores), pilot_with(design={"assignment": assignment}))[0]


@pytest.mark.parametrize(
    ("assignment", "said", "how"),
    [
        ("randomised-classes", "Two one-sided tests by re-assignment of the lot rule out", "The verdict re-assigns the lot"),
        ("comparison-classes", "Two one-sided tests rule out", "The verdict compares class means"),
    ],
)
def test_no_difference_worth_having_names_its_method(demo, assignment, said, how):
    outcome = alike(assignment)
    page = demo.model_copy(update={"outcomes": (outcome,), "pilot": demo.pilot.model_copy(update={"assignment": assignment})})
    assert outcome.is_equivalent and bottom_line(page).startswith("No difference worth having")
    assert said in meaning_sentence(outcome) and how in methods(page).markdown
