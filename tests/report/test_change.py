"""What the page says of a change without a comparison group: by how much, whether chance explains it, never why."""

from __future__ import annotations

import numpy as np
import pytest

from pilotproof.analyse.outcomes import analyse_outcome
from pilotproof.report.change import sentence
from pilotproof.report.outcomes import every_method, outcome_results
from pilotproof.report.results import bottom_line, learning_claims
from tests.analyse.drawn_students import pilot_with, students_of
from tests.analyse.test_change import ALL_UP, ALONE, TORN, finding, scores


def test_tests_that_disagree_make_a_change_suggestive_and_say_which(demo):
    found = finding(TORN)
    assert found.change.agreement.verdict == "disagree" and not found.is_significant
    said = sentence(found, demo)
    assert "suggestive and no more, because the tests disagree" in said
    assert "paired t p = 0.029 below 0.05, sign-flip p = 0.0625 and signed-rank p = 0.0625 not" in said


def test_a_change_that_no_data_could_tell_is_said_so_before_its_p(demo):
    found = finding(ALL_UP[:5])
    said = sentence(found, demo)
    assert said.index("smallest p that the exact test of a change can give is 0.0625") < said.index("p = 0.0625")
    assert "cannot reach significance" in said and "which chance can explain" in said
    assert not found.is_significant


@pytest.mark.parametrize("changes", [ALL_UP, TORN, ALL_UP[:4]])
def test_the_verb_is_changed_and_the_tool_is_no_subject(demo, changes):
    alone = demo.model_copy(update={"outcomes": (finding(changes),)})
    assert bottom_line(alone).startswith("We cannot say what Nearpod did to scores")
    said = sentence(alone.primary, alone)
    assert " changed by " in said and "must not be put down to it" in said and "Nearpod" not in said
    may, never = learning_claims(alone)
    assert never.startswith("“Nearpod changed scores”")
    assert ("by more than chance" in may) == alone.primary.is_significant


def test_teachers_with_several_classes_are_said_with_their_p(demo):
    pilot = pilot_with(design=ALONE)
    teacher = np.repeat(["one", "one", "two", "three", "three", "four"], 4)
    outcome = analyse_outcome(students_of(scores(ALL_UP), teacher_id=teacher), pilot.primary, pilot)
    page = demo.model_copy(update={"outcomes": (outcome,)})
    said = outcome_results(page).markdown
    assert (
        "The 6 treated classes have 4 teachers" in said and "With teachers as the units the same change gives p = 0.125." in said
    )
    assert "| teacher means, exact sign-flip test | +2.12 |" in every_method(page).markdown
