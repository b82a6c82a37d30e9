"""What the params may say of a survey, and the codebooks that are shipped."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pilotproof.instrument import Instrument, load_instrument
from pilotproof.pilot import TeacherSurveySource
from pilotproof.workspace import Workspace

ONE = {"file": "s.csv", "instrument": "ttis", "respondent_column": "Q1"}
WAVES = {"wave_column": "Q2", "before": "Before", "after": "After"}


@pytest.mark.parametrize(
    ("params", "waves"),
    [
        (WAVES, ("before", "after")),
        ({"wave_column": "Q2", "after": "After"}, ("after",)),
        ({"before_until": "2026-09-14"}, ("before", "after")),
        ({"items_before": {"A1": "Q9"}}, ("before", "after")),
        ({"file": None, "files": {"after": "a.csv", "before": "b.csv"}}, ("before", "after")),
        ({"file": None, "files": {"after": "a.csv"}, "respondent_column": None}, ("after",)),
    ],
)
def test_the_waves_of_a_survey(params, waves):
    assert TeacherSurveySource.model_validate(ONE | params).waves == waves


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({}, "a survey held only once has `files: {after"),
        ({"files": {"after": "a.csv"}}, "one of the two"),
        (WAVES | {"before_until": "2026-09-14"}, "one way to tell the waves"),
        ({"file": None, "files": {"after": "a.csv"}} | WAVES, "the file tells the wave"),
        ({"wave_column": "Q2"}, "wave_column and after together"),
        ({"before_until": "2026-09-14", "other_waves": ["x"]}, "only with wave_column"),
        (WAVES | {"before": "After"}, "different answers"),
        (WAVES | {"respondent_column": None}, "nobody's answers before and after can be matched"),
    ],
)
def test_params_that_contradict_themselves_are_refused(params, said):
    with pytest.raises(ValidationError, match=said):
        TeacherSurveySource.model_validate(ONE | params)


def test_codes_may_be_written_as_numbers():
    source = TeacherSurveySource.model_validate(
        ONE | {"wave_column": "Q2", "before": 1, "after": 2, "recode": {23: 1}, "missing": [99]}
    )
    assert (source.before, source.after, source.recode, source.missing) == ("1", "2", {"23": 1}, ("99",))


def test_what_the_codebooks_ask_the_report_to_say():
    workspace = Workspace.open(".")
    ttis, tam, buy_in = (load_instrument(name, workspace) for name in ("ttis", "tam", "buy_in"))
    assert (ttis.report, tam.report, buy_in.report) == ("change", "after", "after")
    assert (buy_in.target_share, buy_in.favourable_from) == (0.85, 4)
    assert [scale.published_alpha for scale in tam.subscales] == [0.98, 0.94]  # Davis (1989), abstract


@pytest.mark.parametrize(("name", "items", "low", "high"), [("ttis", 24, 1, 5), ("tam", 12, 1, 7), ("buy_in", 1, 1, 5)])
def test_the_codebooks_that_are_shipped(name, items, low, high):
    codebook = load_instrument(name, Workspace.open("."))
    assert (codebook.name, len(codebook.items), codebook.low, codebook.high) == (name, items, low, high)


CODEBOOK = {
    "title": "t",
    "low": 1,
    "high": 3,
    "anchors": {1: "No", 3: "Yes"},
    "subscales": [{"name": "one", "label": "One", "items": ["A1"]}],
    "most_missing_items": 0,
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"anchors": {4: "More"}}, r"answers from 1 to 3 \(not: 4\)"),
        ({"also": {1: ["yes"]}}, r"each wording for one answer only \(twice: yes\)"),
        ({"reverse_keyed": ["B1"]}, r"reverse_keyed items that belong to a subscale \(not: B1\)"),
        ({"topics": {"B1": "x"}}, r"topics items that belong"),
        ({"high": 1, "anchors": {}}, "a highest answer above the lowest"),
        ({"favourable_from": 4}, r"answers from 1 to 3 \(not: 4\)"),
        ({"target_share": 0.85}, "favourable_from beside target_share"),
        ({"target_share": 85, "favourable_from": 3}, "target_share"),
        ({"subscales": [{"name": "one", "label": "One", "items": ["A1"], "published_alpha": 0.9}]}, "published_in beside"),
        ({"report": "before"}, "report"),
    ],
)
def test_a_codebook_that_contradicts_itself_is_refused(change, said):
    Instrument.model_validate(CODEBOOK)
    with pytest.raises(ValidationError, match=said):
        Instrument.model_validate(CODEBOOK | change)
