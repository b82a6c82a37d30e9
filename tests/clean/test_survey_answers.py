"""Answers as people's tools write them: what they stand for, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.clean.values import parse_answers
from pilotproof.instrument import Instrument
from pilotproof.sources.raw import RawTable

CODEBOOK = Instrument.model_validate(
    {
        "title": "Test",
        "low": 1,
        "high": 5,
        "anchors": {1: "Strongly disagree", 2: "Disagree", 3: "Neutral", 4: "Agree", 5: "Strongly agree"},
        "also": {3: ["Neither agree nor disagree", "Don't know yet"]},
        "subscales": [{"name": "one", "label": "One", "items": ["A1"]}],
        "most_missing_items": 0,
    }
)
NUMBERS = Instrument.model_validate(
    {
        "title": "Ends only",
        "low": 1,
        "high": 6,
        "anchors": {1: "Not useful at all", 6: "Very useful"},
        "subscales": [{"name": "one", "label": "One", "items": ["A1"]}],
        "most_missing_items": 0,
    }
)


def read(*cells: str, instrument: Instrument = CODEBOOK, missing: tuple[str, ...] = ("NA",), **recode: int):
    table = RawTable("data/raw/x/s.csv", pd.DataFrame({"Q1": list(cells)}, index=range(2, 2 + len(cells)), dtype="str"))
    return parse_answers(table, "Q1", instrument=instrument, missing=missing, recode=recode or None)


@pytest.mark.parametrize(
    "text",
    "Agree|AGREE |agree.|“Agree”|<b>Agree</b>|Agree\u00a0|4|4.0|4,00|(4)|4 - Agree|4 – Agree|4=Agree|4: Agree|4) Agree"
    "|4. Agree|4 Agree|Agree (4)|Agree - 4|Agree=4|Agree [4]|agree 4".split("|"),
)
def test_one_answer_in_many_spellings(text):
    answers, problems = read(text)
    assert answers.tolist() == [4] and not problems


@pytest.mark.parametrize("text", ["neither agree nor disagree", "Don’t know yet!", "3 - Neither agree nor disagree"])
def test_spellings_that_the_codebook_lists(text):
    assert read(text)[0].tolist() == [3]


@pytest.mark.parametrize("text", ["6", "0", "-4", "3.5", "3,5", "45", "4 of 5", "4 / 5", "Agree somewhat", "4 - Mostly", "4th"])
def test_what_is_no_answer_is_a_problem_with_row_column_and_anchors(text):
    answers, problems = read("Agree", text)
    assert answers.isna().tolist() == [False, True]
    assert (problems[0].row, problems[0].column, problems[0].found) == (3, "Q1", repr(text))
    assert "an answer from 1 to 5, or one of Strongly disagree, Disagree" in problems[0].expected


@pytest.mark.parametrize("text", ["1 - Strongly agree", "Disagree (4)"])
def test_a_number_and_words_that_contradict_each_other_are_never_resolved(text):
    assert len(read(text)[1]) == 1


def test_a_wrong_answer_is_one_problem_however_many_rows_have_it():
    _, problems = read("Agre", "Agree", "AGRE", "Yes")
    assert [(problem.row, problem.found) for problem in problems] == [(2, "'Agre' and in 1 more rows"), (5, "'Yes'")]
    assert "If it means 4 ('agree'), add it to `recode`" in problems[0].action


def test_codes_of_the_tool_are_recoded_and_no_other_number_counts():
    codes = {"23": 1, "24": 2, "25": 3, "26": 4, "27": 5}
    answers, problems = read("23", "27", "Agree", "26 - Agree", "4", **codes)
    assert answers.tolist()[:4] == [1, 5, 4, 4]
    assert [problem.found for problem in problems] == ["'4'"] and "codes 23, 24" in problems[0].expected


def test_a_scale_that_was_coded_the_other_way_round():
    turned = {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1}
    assert read("1", "5", "Agree", **turned)[0].tolist() == [5, 1, 4]


def test_words_may_be_recoded_too():
    assert read("Strong agree", "4", **{"strong agree": 5})[0].tolist() == [5, 4]


def test_a_scale_with_words_at_its_ends_only():
    answers, problems = read("(1) Not useful at all", "(4)", "(6) Very Useful", "2 - whatever", instrument=NUMBERS)
    assert answers.tolist() == [1, 4, 6, 2] and not problems
    assert read("6 - Not useful at all", instrument=NUMBERS)[1]


def test_missing_answers_are_neither_answers_nor_problems():
    answers, problems = read("", "na", " 99 ", missing=("NA", "99"))
    assert answers.isna().all() and not problems


@given(st.lists(st.text(max_size=20), min_size=1, max_size=10))
def test_any_text_is_an_answer_or_missing_or_a_problem(cells):
    answers, problems = read(*cells)
    assert set(answers.dropna()) <= {1, 2, 3, 4, 5}
    unread = [
        cell for cell, answer in zip(cells, answers, strict=True) if pd.isna(answer) and cell.strip().casefold() not in ("", "na")
    ]
    assert bool(problems) == bool(unread)
