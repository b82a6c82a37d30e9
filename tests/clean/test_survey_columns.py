"""Params name a column by its name, by the tool's id, or by the text of its question."""

from __future__ import annotations

import pandas as pd
import pytest

from pilotproof.clean.survey_columns import ColumnFinder
from pilotproof.sources.raw import RawTable
from pilotproof.sources.surveys import SurveyExport

QUESTIONS = {
    "Q1": "What is your staff id?",
    "Q3_1": "How far do you agree? - I can plan a lesson with it",
    "Q3_2": "How far do you agree? - It saves me time",
    "Q4_1": "And your colleagues? - It saves me time",
    "Q5": "Old exports cut the stem...-It never fails",
}
NAMES = [*QUESTIONS, "How useful is it? [For slides]"]


def finder() -> ColumnFinder:
    frame = pd.DataFrame([["x"] * len(NAMES)], columns=NAMES, index=[4], dtype="str")
    export = SurveyExport(title="a test", table=RawTable("data/raw/x/s.csv", frame), questions=QUESTIONS, ids={"QID1_TEXT": "Q1"})
    return ColumnFinder(export)


@pytest.mark.parametrize(
    ("wanted", "column"),
    [
        ("Q1", "Q1"),
        (" q1 ", "Q1"),
        ("qid1_text", "Q1"),
        ("what is your STAFF id", "Q1"),
        ("<p>What is your&nbsp;staff  id?</p>", "Q1"),
        ("How far do you agree? – It saves me time", "Q3_2"),
        ("I can plan a lesson with it.", "Q3_1"),
        ("It never fails", "Q5"),
        ("How useful is it? [For slides]", "How useful is it? [For slides]"),
        ("for slides", "How useful is it? [For slides]"),
    ],
)
def test_a_column_is_found_by_name_id_or_question(wanted, column):
    assert finder().find({"k": wanted}) == ({"k": column}, [])


def test_a_question_of_several_columns_is_never_decided():
    found, problems = finder().find({"sources.teacher_survey.items.A": "It saves me time"})
    assert not found and "'It saves me time' as the question of 2 columns" in str(problems[0])
    assert "Write the name of the column that is meant: 'Q3_2' or 'Q4_1'." in problems[0].action


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("Q33_1", "Did you mean 'Q3_1' (How far do you agree? - I can plan a lesson with it)"),
        ("I can plan lessons with it", "Did you mean 'Q3_1'"),
        ("staff id", "Did you mean 'Q1' (What is your staff id?)"),
    ],
)
def test_what_is_not_found_comes_with_the_nearest_columns(wanted, hint):
    _, problems = finder().find({"k": wanted})
    assert problems[0].file == "data/raw/x/s.csv" and problems[0].column == "k" and problems[0].action.startswith(hint)


def test_what_is_like_nothing_gets_no_hint():
    _, problems = finder().find({"k": "zzzzzz"})
    assert problems[0].action == "Correct it in the params file, or ask for a complete export."
