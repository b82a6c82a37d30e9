"""Text to values: what can be read is read, what cannot is named with its row."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.clean.values import (
    is_missing,
    normalise_id,
    normalise_period,
    parse_answers,
    parse_numbers,
    parse_times,
)
from pilotproof.instrument import Instrument
from pilotproof.sources.raw import RawTable

CODEBOOK = Instrument(
    title="Test",
    low=1,
    high=5,
    anchors={1: "Strongly disagree", 2: "Disagree", 3: "Neutral", 4: "Agree", 5: "Strongly agree"},
    subscales=({"name": "one", "label": "One", "items": ("A1",)},),
    most_missing_items=0,
)


def raw(*cells: str) -> RawTable:
    return RawTable("data/raw/x/file.csv", pd.DataFrame({"v": list(cells)}, index=range(2, 2 + len(cells)), dtype="str"))


def test_one_student_in_several_spellings_is_one_student():
    assert set(normalise_id(raw(" s-20417", "S-20417 ", "s-20417").frame["v"])) == {"S-20417"}


@pytest.mark.parametrize("text", ["3", "P3", "Period 3", "3rd", " 3 "])
def test_periods_in_several_spellings_are_one_period(text):
    assert normalise_period(raw(text).frame["v"]).tolist() == ["3"]


def test_a_named_period_keeps_its_name():
    assert normalise_period(raw(" Advisory ").frame["v"]).tolist() == ["Advisory"]


def test_missing_values_in_five_spellings():
    cells = raw("", " NA ", "N/A", "-", "Absent", "0").frame["v"]
    assert is_missing(cells, ["NA", "n/a", "-", "absent"]).tolist() == [True] * 5 + [False]


def test_numbers_out_of_range_and_unreadable_are_named_with_their_rows():
    values, problems = parse_numbers(raw("12", "", "ninety", "101", "-1", "1e1"), "v", low=0, high=100)
    assert values.tolist()[0] == 12 and values.tolist()[5] == 10
    assert [(problem.row, problem.found) for problem in problems] == [(4, "'ninety'"), (5, "'101'"), (6, "'-1'")]
    assert problems[0].expected == "a number from 0 to 100"


@pytest.mark.parametrize("text", ["nan", "inf", "-inf"])
def test_words_that_python_takes_for_numbers_are_problems(text):
    _, problems = parse_numbers(raw(text), "v", low=0, high=100)
    assert len(problems) == 1


def test_dates_in_two_formats_are_read_in_the_order_given():
    values, problems = parse_times(raw("2026-09-14", "09/15/2026"), "v", formats=("%Y-%m-%d", "%m/%d/%Y"))
    assert [value.day for value in values] == [14, 15] and not problems


def test_a_day_first_date_is_not_read_as_another_month():
    _, problems = parse_times(raw("18/09/2026"), "v", formats=("%m/%d/%Y",))
    assert problems[0].row == 2 and "%m/%d/%Y" in problems[0].expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Agree", 4),
        ("  strongly   AGREE ", 5),
        ("4", 4),
        ("4 - Agree", 4),
        ("2. Disagree", 2),
        ("1=Strongly disagree", 1),
    ],
)
def test_likert_answers_as_text_number_or_both(text, number):
    values, problems = parse_answers(raw(text), "v", instrument=CODEBOOK, missing=[])
    assert values.tolist() == [number] and not problems


@pytest.mark.parametrize("text", ["6", "0", "Agree somewhat", "45", "3.5"])
def test_answers_outside_the_codebook_are_problems(text):
    _, problems = parse_answers(raw(text), "v", instrument=CODEBOOK, missing=[])
    assert len(problems) == 1 and "an answer from 1 to 5" in problems[0].expected


@given(st.lists(st.text(max_size=12), min_size=1, max_size=20))
def test_any_text_is_a_value_or_missing_or_a_named_problem(cells):
    values, problems = parse_numbers(raw(*cells), "v", missing=["NA"], low=0, high=100)
    rows_with_problems = {problem.row for problem in problems}
    for row, value in values.items():
        is_absent = bool(is_missing(raw(*cells).frame["v"], ["NA"])[row])
        assert (0 <= value <= 100) or is_absent or row in rows_with_problems
