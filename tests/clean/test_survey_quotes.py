"""Comments are printed only where the params list them: that they are there is checked, and that they name nobody."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pilotproof.errors import DataError
from pilotproof.pilot import TeacherSurveySource
from tests.clean.test_survey import PARAMS, WAVES, clean, survey

RESPONSES = """
ended            | status  | done | who  | when   | Q1 | Q2 | Q3 | Say
2026-09-10 08:00 | real    | yes  | t-01 | Before | 2  | 4  | 2  | We shall see.
2026-10-11 08:00 | real    | yes  | t-01 | After  | 3  | 4  | 2  | First   try of
2026-10-12 08:00 | real    | yes  | t-01 | After  | 4  | 4  | 2  | It *freezes* <b>often</b>
2026-10-12 09:00 | preview | yes  | t-02 | After  | 1  | 1  | 1  | a test
2026-10-12 10:00 | real    | yes  | t-02 | After  | 1  | 2  | 2  | n/a
2026-10-13 08:00 | real    | yes  | t-03 | After  | 1  | 2  | 3  | Ask me: ann@school.org
2026-10-13 08:00 | real    | yes  | t-04 | After  | 1  | 2  | 3  | As T-01 said, it is slow.
"""
TREATED = ("T-01", "T-02", "T-03", "T-04")


def quoted(*quotes: dict) -> list[tuple[str, ...]]:
    cleaned = clean(survey(RESPONSES, quotes=quotes), treated=TREATED)
    return list(cleaned.tables["survey_quotes"].itertuples(index=False, name=None))


def refused(*quotes: dict) -> list:
    with pytest.raises(DataError) as caught:
        quoted(*quotes)
    return caught.value.problems


def test_nothing_is_quoted_by_itself():
    assert quoted() == []


def test_the_listed_comments_come_word_for_word_without_who_wrote_them():
    found = quoted({"column": "Say", "rows": [4, 2]})
    assert found == [
        ("x", "after", "Say", "It *freezes* <b>often</b>"),
        ("x", "before", "Say", "We shall see."),
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (1000, "no response in this row"),
        (3, "answered again later in the same wave"),
        (5, "preview or test response"),
        (6, "no comment in 'Say'"),
        (7, "an e-mail address"),
        (8, "the id of somebody who answered"),
    ],
)
def test_a_comment_that_cannot_be_quoted_is_named_with_its_row(row, why):
    (problem,) = refused({"column": "Say", "rows": [4, row]})
    assert problem.row == row and why in problem.found and problem.column == "sources.teacher_survey.quotes.1"


def test_all_of_them_are_told_at_once():
    assert [problem.row for problem in refused({"column": "Say", "rows": [5, 6, 1000]}, {"column": "say", "rows": [7]})] == [
        5,
        6,
        1000,
        7,
    ]


@pytest.mark.parametrize("column", ["who", "when", "ended", "Q1", "Q3"])
def test_columns_that_tell_who_answered_or_what_to_an_item_are_never_quoted(column):
    (problem,) = refused({"column": column, "rows": [4]})
    assert f"the column '{column}'" in problem.found


def test_an_unknown_column_is_named():
    (problem,) = refused({"column": "Sya", "rows": [4]})
    assert "no column 'Sya'" in problem.found and "'Say'" in problem.action


def test_with_a_file_for_each_wave_the_wave_says_which_is_meant():
    columns = "ended | status | done | who | Q1 | Q2 | Q3 | Say\n"
    texts = {wave: f"{columns}2026-09-10 08:00 | real | yes | t-01 | 2 | 4 | 2 | {wave} it" for wave in ("before", "after")}
    quotes = [{"column": "Say", "rows": [2], "wave": "after"}]
    files = {"before": "before.csv", "after": "after.csv"}
    cleaned = clean(survey(texts, file=None, files=files, quotes=quotes), treated=TREATED)
    assert cleaned.tables["survey_quotes"]["comment"].tolist() == ["after it"]


@pytest.mark.parametrize(
    "quotes",
    [
        [{"column": "Say", "rows": []}],
        [{"column": "Say", "rows": [1]}],
        [{"column": "Say", "rows": [4], "wave": "after"}],
        [{"column": "Say", "rows": [4, 4]}],
        [{"column": "Say", "rows": [4], "name": "Ann"}],
    ],
)
def test_a_list_that_makes_no_sense_is_refused(quotes):
    with pytest.raises(ValidationError):
        TeacherSurveySource.model_validate(PARAMS | WAVES | {"quotes": quotes})
