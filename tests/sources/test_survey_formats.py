"""Each survey tool is told from the content of its export, and read into the same form."""

from __future__ import annotations

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.errors import DataError
from pilotproof.sources.grid import Grid, read_grid
from pilotproof.sources.survey_formats import SURVEY_FORMATS, TOOLS, read_survey
from pilotproof.sources.wording import folded, plain_text
from tests.sources.survey_files import grid, qualtrics

GOOGLE = grid(
    'Timestamp,Email Address,Staff id,"The tool is useful. [For me]"\n2026/09/10 8:15:33 AM EST,a@b.example,t-1,Agree\n'
)
MICROSOFT = grid(
    "ID,Start time,Completion time,Email,Name,The tool is useful\n1,9/10/26 8:15:33,9/10/26 8:17:33,anonymous,,Agree\n"
)
MONKEY = grid(
    "Respondent ID,Collector ID,Start Date,End Date,IP Address,What did you use?,,How far do you agree?,,Comments\n"
    ",,,,,Quiz,Poll,It is useful,It is easy,Open-Ended Response\n"
    "118,4,09/10/2026 08:15:33 AM,09/10/2026 08:17:33 AM,192.0.2.1,Quiz,,Agree,Disagree,fine\n"
    "119,4,09/11/2026 08:15:33 AM,09/11/2026 08:17:33 AM,192.0.2.1,,Poll,Agree,,\n"
)
REDCAP = grid(
    "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,ttis_timestamp,staff,rc1,"
    "tools___1,tools___2,ttis_complete,visit_complete,note,extra_complete\n"
    "1,before_arm_1,,,2026-09-10 08:15:33,t-1,4,1,0,2,yes,,0\n"
    "1,before_arm_1,visits,1,,,,,,,no,seen,2\n"
)
PLAIN = grid("staff,when,RC1,RC2\nt-1,before,4,5\n")
QUALTRICS = qualtrics(["Status", "Finished", "Q1"], ["S", "F", "Text"], ["status", "finished", "QID1"], ["0", "1", "4"])


@pytest.mark.parametrize(
    ("export", "title", "records"),
    [
        (QUALTRICS, "Qualtrics", 1),
        (GOOGLE, "Google Forms", 1),
        (MICROSOFT, "Microsoft Forms", 1),
        (MONKEY, "SurveyMonkey", 2),
        (REDCAP, "REDCap", 2),
        (PLAIN, "a plain table", 1),
    ],
)
def test_the_tool_is_told_from_the_content(export, title, records):
    read = read_survey(export)
    assert read.title == title and read.table.records == records
    assert [tool.title for tool in TOOLS if tool.recognises(export)] == ([title] if title != "a plain table" else [])


@pytest.mark.parametrize("form", [layout.name for layout in TOOLS])
def test_a_file_of_another_form_than_the_params_say_is_refused_with_what_it_lacks(form):
    with pytest.raises(DataError, match=r"found no .*; expected an export of"):
        read_survey(PLAIN, form)


def test_any_file_can_be_read_as_a_table():
    assert read_survey(GOOGLE, "table").table.records == 1


def test_google_forms():
    export = read_survey(GOOGLE)
    assert export.ended == "Timestamp" and export.personal == {"Email Address"}


@pytest.mark.parametrize("name", ["Zeitstempel", "Horodateur", "Marca temporal"])
def test_google_forms_in_another_language(name):
    assert read_survey(Grid("f", [[name, *GOOGLE.rows[0][1:]], *GOOGLE.rows[1:]])).title == "Google Forms"


def test_microsoft_forms():
    export = read_survey(MICROSOFT)
    assert (export.started, export.ended) == ("Start time", "Completion time") and export.personal == {"Email", "Name"}


def test_microsoft_forms_as_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in MICROSOFT.rows:
        book.active.append(row)
    book.save(tmp_path / "form.xlsx")
    export = read_survey(read_grid(tmp_path / "form.xlsx", shown_as="form.xlsx"))
    assert export.title == "Microsoft Forms" and export.table.frame["The tool is useful"].tolist() == ["Agree"]


def test_surveymonkey_names_spread_columns_by_question_and_option():
    export = read_survey(MONKEY)
    assert export.table.frame.index.tolist() == [3, 4]
    assert list(export.table.frame)[5:] == [
        *("What did you use? [Quiz]", "What did you use? [Poll]"),
        *("How far do you agree? [It is useful]", "How far do you agree? [It is easy]", "Comments"),
    ]
    assert export.personal == {"IP Address"} and export.ended == "End Date"


def test_surveymonkey_with_one_header_row():
    export = read_survey(grid("RespondentID,Useful?\n118,Yes\n119,No\n"))
    assert export.title == "SurveyMonkey" and export.table.frame.index.tolist() == [2, 3]


def test_redcap_forms_are_finished_each_by_its_own_column():
    export = read_survey(REDCAP)
    marks = {mark.column: mark.covers for mark in export.finished}
    # visit_complete says yes and no, so it is a field of the survey and no form's completion
    assert set(marks) == {"ttis_complete", "extra_complete"}
    assert "rc1" in marks["ttis_complete"] and marks["extra_complete"] == {"visit_complete", "note"}
    assert export.ended == "ttis_timestamp"


def test_redcap_with_labels_as_headers():
    export = read_survey(grid("Record ID,Event Name,I agree,Complete?,Note,Complete?\n1,Before,Agree,Complete,,Incomplete\n"))
    assert export.title == "REDCap" and [mark.column for mark in export.finished] == ["Complete? (1)", "Complete? (2)"]


def test_texts_are_compared_without_html_case_quotes_and_punctuation():
    assert plain_text("<p>I  can&nbsp;teach\u200b</p>") == "I can teach"
    assert folded("“I can’t – yet…”") == folded("I CAN'T - yet.") == "i can't - yet"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_cells_are_read_or_refused(rows):
    for layout in SURVEY_FORMATS:
        try:
            export = read_survey(Grid("f", rows), layout.name)
        except DataError as error:
            assert error.problems
        else:
            assert export.table.frame.columns.is_unique
