"""Qualtrics: three header rows, the older forms, and columns known by their import ids in any language."""

from __future__ import annotations

import pytest

from pilotproof.errors import DataError
from pilotproof.sources.qualtrics import read_qualtrics, recognises
from tests.sources.survey_files import grid, qualtrics

NAMES = ["StartDate", "EndDate", "Status", "Duration (in seconds)", "Finished", "ResponseId", "RecipientEmail", "Q1", "Q2_1"]
TEXTS = [
    "Start",
    "End",
    "Response Type",
    "Duration",
    "Finished",
    "Response ID",
    "Email",
    "Your id?\nPlease",
    "<b>How far</b> - I agree&nbsp;",
]
IDS = ["startDate", "endDate", "status", "duration", "finished", "_recordId", "recipientEmail", "QID1_TEXT", "QID2_1"]
RECORD = ["2026-09-10 08:00:00", "2026-09-10 08:04:00", "IP Address", "240", "True", "R_1", "a@b.example", "t-1", "Agree"]


@pytest.mark.parametrize("is_python", [False, True], ids=["JSON", "as Python prints a dict"])
def test_three_header_rows(is_python):
    export = read_qualtrics(qualtrics(NAMES, TEXTS, IDS, RECORD, RECORD, is_python=is_python))
    assert export.table.frame.index.tolist() == [4, 5], "rows are numbered as in the file"
    assert export.questions["Q1"] == "Your id? Please" and export.questions["Q2_1"] == "How far - I agree"
    assert export.ids["QID2_1"] == "Q2_1"
    assert (export.started, export.ended, export.duration) == ("StartDate", "EndDate", "Duration (in seconds)")
    assert export.personal == {"RecipientEmail"} and not export.problems


def test_the_tool_s_own_columns_are_known_in_any_language():
    names = ["A", "B", "C", "D", "E", "F", "G", "Q1", "Q2"]
    export = read_qualtrics(qualtrics(names, ["Anfangsdatum", "Enddatum", *TEXTS[2:]], IDS, RECORD))
    assert (export.started, export.ended, export.duration) == ("A", "B", "D")
    assert export.trial[0].column == "C" and export.finished[0].column == "E" and export.personal == {"G"}


def test_import_ids_of_2016_have_a_prefix():
    names = ["ResponseID", "RecipientEmail", "Finished", "Status", "Q1"]
    ids = ["responseId", "panel-RecipientEmail", "finished", "status", "QID1"]
    export = read_qualtrics(qualtrics(names, names, ids, ["R_1", "", "1", "0", "2"], is_python=True))
    assert export.personal == {"RecipientEmail"} and len(export.table.frame) == 1


@pytest.mark.parametrize(
    "text",
    [
        'V1,V2,V7,V10,Q1\nResponseID,ResponseSet,Status,Finished,"How, far?"\nR_0000000000001,Default,0,1,4\n',
        'ResponseID,ResponseSet,Status,Finished,Q1\n,Response Set,Status,Finished,"How, far?"\nR_0000000000001,Default,0,1,4\n',
    ],
)
def test_the_legacy_form_has_two_header_rows(text):
    assert recognises(grid(text))
    export = read_qualtrics(grid(text))
    assert export.table.frame.index.tolist() == [3] and export.table.frame["Q1"].tolist() == ["4"]
    assert export.questions["Q1"] == "How, far?"
    assert export.finished[0].column in ("V10", "Finished")


def test_a_survey_without_import_ids_is_not_taken_for_qualtrics():
    other = grid("EndDate,Status,Finished,ResponseId\na,b,c,d\n1,2,3,4\n")
    assert not recognises(other)
    with pytest.raises(DataError, match=r"no import ids .* expected an export of Qualtrics"):
        read_qualtrics(other)


def test_without_its_own_columns_records_are_counted_but_cannot_be_used():
    export = read_qualtrics(qualtrics(["Q1"], ["Text"], ["QID1"], ["Agree"], ["Agree"]))
    assert export.table.records == 2
    assert [problem.column for problem in export.problems] == ["Status", "Finished"]


def test_where_finished_is_left_out_the_progress_tells():
    export = read_qualtrics(qualtrics(["Status", "Progress"], ["S", "P"], ["status", "progress"], ["0", "100"]))
    assert export.finished[0].column == "Progress" and not export.problems
