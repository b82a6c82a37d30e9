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
    spoken_format,
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
    assert problems[0].row == 2
    assert problems[0].expected == "a date written as month/day/year, such as 09/15/2026"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("%Y-%m-%d", "year-month-day, such as 2026-09-15"),
        ("%d.%m.%Y", "day.month.year, such as 15.09.2026"),
        ("%Y-%m-%d %H:%M", "year-month-day hour:minute, such as 2026-09-15 13:45"),
    ],
)
def test_a_format_of_dates_is_said_in_words_with_an_example(form, words):
    assert spoken_format(form) == words
    read, problems = parse_times(raw(words.split("such as ")[1]), "v", formats=(form,))
    assert not problems and read.iloc[0].date().isoformat() == "2026-09-15"  # the example is one that can be read


def test_a_missing_value_is_advised_only_where_a_key_takes_it():
    _, (problem,) = parse_numbers(raw("absent"), "v", low=0, high=10)
    assert "missing" not in problem.action
    _, (problem,) = parse_numbers(raw("absent"), "v", missing_key="sources.outcomes.missing")
    assert "add it to sources.outcomes.missing" in problem.action


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


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1234.5", "7"], [1234.5, 7]),
        (["1,234", "12,345,678"], [1234, 12345678]),
        (["1,234.5"], [1234.5]),
        (["45,5", "1,234"], [45.5, 1.234]),  # 45,5 can only be a decimal comma, so the other is one too
        (["1.234,5"], [1234.5]),
        (["1 234,5", "1\u202f000"], [1234.5, 1000]),
        (["95%", "95 %"], [95, 95]),
        (["\u22123", "-3", "+3"], [-3, -3, 3]),
    ],
)
def test_numbers_with_decimal_commas_and_thousands(cells, numbers):
    table = RawTable("f.csv", pd.DataFrame({"x": cells}, dtype="str"))
    found, problems = parse_numbers(table, "x")
    assert found.tolist() == numbers and problems == []


@pytest.mark.parametrize("cell", ["1.2.3", "12a", "inf", "1e999", "nan", "--5", "< 400"])
def test_what_is_no_number_is_named(cell):
    table = RawTable("f.csv", pd.DataFrame({"x": [cell]}, dtype="str"))
    assert len(parse_numbers(table, "x")[1]) == 1


def test_day_numbers_of_a_spreadsheet_and_empty_days():
    table = RawTable("f.csv", pd.DataFrame({"x": ["46279", "46279.5", "2026-09-14", ""]}, dtype="str"))
    # 46279 days after 1899-12-30 is 2026-09-14
    days, problems = parse_times(table, "x", formats=["%Y-%m-%d"], may_be_empty=True)
    assert days[:3].tolist() == [pd.Timestamp("2026-09-14"), pd.Timestamp("2026-09-14 12:00"), pd.Timestamp("2026-09-14")]
    assert pd.isna(days[3]) and problems == []
    assert [problem.row for problem in parse_times(table, "x", formats=["%Y-%m-%d"])[1]] == [3]


def test_times_with_a_zone_are_read_as_they_stand():
    table = RawTable("f.csv", pd.DataFrame({"x": ["2023-08-21T13:28:05.852Z"]}, dtype="str"))
    assert parse_times(table, "x", formats=["%Y-%m-%dT%H:%M:%S.%fZ"])[0][0] == pd.Timestamp("2023-08-21 13:28:05.852")


def test_a_column_that_needs_day_first_and_month_first_is_refused():
    table = RawTable("f.csv", pd.DataFrame({"x": ["10/11/2026", "22/09/2026", "09/09/2026"]}, dtype="str"))
    _, problems = parse_times(table, "x", formats=["%m/%d/%Y", "%d/%m/%Y"])
    # 22/09 can only be day first; then 10/11, read month first, may be the 10th of November. 09/09 is the same day both ways.
    assert [problem.row for problem in problems] == [0]
    assert parse_times(table, "x", formats=["%d/%m/%Y", "%m/%d/%Y"])[1] == []
