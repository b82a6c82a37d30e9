"""Tidy tables from small exports: every rule at work, every contradiction named."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from pilotproof.clean.reliability import clean_errors, clean_sessions
from pilotproof.clean.students import clean_students
from pilotproof.clean.survey import clean_survey
from pilotproof.errors import DataError
from pilotproof.instrument import Instrument
from pilotproof.pilot import ErrorLogSource, Pilot, SessionSource, TeacherSurveySource, Window
from pilotproof.sources.raw import RawTable

WINDOW = Window(start=date(2026, 9, 14), end=date(2026, 10, 9))


def raw(text: str, file: str = "data/raw/x/file.csv") -> RawTable:
    """A table drawn with | between cells; the first line holds the names."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return RawTable(file, pd.DataFrame(lines[1:], columns=lines[0], index=range(2, len(lines) + 1), dtype="str"))


def pilot(**outcome: object) -> Pilot:
    return Pilot.model_validate(
        {
            "title": "t",
            "tool": "t",
            "district": "d",
            "question": "q",
            "window": {"start": "2026-09-14", "end": "2026-10-09"},
            "data_received": "2026-10-16",
            "design": {"assignment": "comparison-classes", "treated": ["A"], "comparison": ["B"]},
            "sources": {
                "outcomes": {
                    "file": "o.csv",
                    "student_column": "id",
                    "class_column": "class",
                    "school_column": "school",
                    "district_column": "district",
                }
            },
            "outcomes": [
                {"name": "maths", "label": "maths", "domain": "maths", "is_primary": True, "pretest_column": "pre"}
                | {"posttest_column": "post", "low": 0, "high": 100}
                | outcome
            ],
        }
    )


OUTCOMES = """
id   | class | school | district | pre | post
s1   | A     | X      | D        | 40  | 50
 S1  | a     | X      | D        | 40  | 50
s2   | A     | X      | D        |     | 60
s3   | B     | X      | D        | 45  | NA
s4   | B     | X      | D        | 44  | 55
s5   | C     | X      | D        | 44  | 55
"""


def test_every_row_ends_as_kept_or_left_out():
    cleaned = clean_students(raw(OUTCOMES), None, pilot())
    students, flow = cleaned.tables["students"], cleaned.flow
    # six rows: s1 twice, s5 in no arm -> four assigned; s2 has no pretest, s3 no posttest -> two analysed
    assert students["student_id"].tolist() == ["S1", "S2", "S3", "S4"]
    assert students["is_analysed"].tolist() == [True, False, False, True]
    removed = flow.groupby("label")["removed"].sum()
    assert removed["Same student entered twice with the same scores"] == 1
    assert removed["Not in a treated or comparison group"] == 1
    assert removed["No pretest score"] == 1 and removed["No posttest score"] == 1


def test_without_a_pretest_nobody_needs_one():
    students = clean_students(raw(OUTCOMES), None, pilot(pretest_column=None)).tables["students"]
    assert students["is_analysed"].tolist() == [True, True, False, True]
    assert students["pretest_score"].isna().all()


def test_one_student_with_two_scores_is_a_question_for_a_person():
    with pytest.raises(DataError, match="row 3, id: found 'S1' again with other values"):
        clean_students(raw(OUTCOMES.replace(" S1  | a     | X      | D        | 40  | 50", "s1|A|X|D|40|51")), None, pilot())


def test_an_empty_id_is_named():
    with pytest.raises(DataError, match="row 7, id: found an empty id"):
        clean_students(raw(OUTCOMES.replace("s5   | C", "     | C")), None, pilot())


CODEBOOK = Instrument.model_validate(
    {
        "title": "Two items",
        "low": 1,
        "high": 5,
        "anchors": {1: "No", 2: "2", 3: "3", 4: "4", 5: "Yes"},
        "subscales": [{"name": "one", "label": "One", "items": ["A1", "A2", "A3"]}],
        "reverse_keyed": ["A3"],
        "most_missing_items": 1,
    }
)
SURVEY = TeacherSurveySource(
    file="s.csv",
    instrument="x",
    respondent_column="who",
    wave_column="when",
    before="Before",
    after="After",
    items={"A1": "Q1", "A2": "Q2", "A3": "Q3"},
)
RESPONSES = """
EndDate             | Status         | Finished | ResponseId | who  | when   | Q1  | Q2 | Q3
2026-09-10 08:00:00 | IP Address     | True     | R1         | t-1  | Before | 2   | 4  | 2
2026-09-11 08:00:00 | IP Address     | True     | R2         | T-1  | before | 3   | 4  | No
2026-10-12 08:00:00 | IP Address     | True     | R3         | t-1  | After  | Yes |    | 1
2026-10-12 09:00:00 | Survey Preview | True     | R4         | t-1  | After  | 1   | 1  | 1
2026-10-12 10:00:00 | IP Address     | False    | R5         | t-2  |        |     |    |
2026-09-12 08:00:00 | IP Address     | True     | R6         | t-2  | Before | 1   |    |
2026-09-12 08:00:00 | IP Address     | True     | R7         | t-9  | Before | 1   | 1  | 1
"""


def test_scale_scores_of_the_last_complete_response():
    cleaned = clean_survey(raw(RESPONSES), source=SURVEY, instrument=CODEBOOK, treated_teachers={"T-1", "T-2"})
    scales, flow = cleaned.tables["teacher_scales"], cleaned.flow
    scores = scales.set_index(["teacher_id", "wave"])["scale_score"]
    # R2 counts, not R1: (3 + 4 + (1 + 5 - 1)) / 3; R3 has one item missing, which is allowed: (5 + 5) / 2
    assert scores["T-1", "before"] == pytest.approx((3 + 4 + 5) / 3)
    assert scores["T-1", "after"] == pytest.approx((5 + 5) / 2)
    assert pd.isna(scores["T-2", "before"]), "two of three items missing is one too many"
    assert scales.groupby("teacher_id")["is_paired"].first().to_dict() == {"T-1": True, "T-2": False}
    removed = flow[flow["table"] == "survey responses"].groupby("label")["removed"].sum()
    assert removed.tolist() == [1, 1, 1, 1, 0]  # again later, not finished, not treated, preview; start
    assert flow[(flow["table"] == "teachers") & (flow["arm"] == "treated")]["remaining"].tolist() == [2, 2, 1]


def test_an_unknown_wave_and_an_impossible_answer_are_reported_together():
    text = RESPONSES.replace("Before | 2   | 4", "Pre    | 7   | 4")
    with pytest.raises(DataError) as caught:
        clean_survey(raw(text), source=SURVEY, instrument=CODEBOOK, treated_teachers={"T-1"})
    assert "row 2, when: found 'Pre'; expected 'Before' or 'After'" in str(caught.value)
    assert "row 2, Q1: found '7'; expected an answer from 1 to 5" in str(caught.value)


def test_an_item_without_a_column_is_named():
    source = SURVEY.model_copy(update={"items": {"A1": "Q1", "A2": "Q2", "B1": "Q3"}})
    with pytest.raises(DataError) as caught:
        clean_survey(raw(RESPONSES), source=source, instrument=CODEBOOK, treated_teachers=None)
    assert "items.A3: found no column for this item" in str(caught.value)
    assert "items.B1: found an item that the codebook does not have" in str(caught.value)


LESSONS = SessionSource(
    file="l.csv",
    date_column="day",
    teacher_column="who",
    period_column="p",
    minutes_column="min",
    date_formats=("%Y-%m-%d", "%m/%d/%Y"),
)
ERRORS = ErrorLogSource(
    file="e.csv",
    time_column="at",
    teacher_column="who",
    period_column="p",
    category_column="kind",
    message_column="text",
    test_categories=("test",),
)
LESSON_ROWS = """
day        | who | p  | min
2026-09-14 | t1  | 3  | 45
09/15/2026 | T1  | P3 | 45
2026-09-14 | t1  | 3  | 45
2026-11-02 | t1  | 3  | 45
"""
ERROR_ROWS = """
at               | who | p   | kind  | text
2026-09-14 10:00 | t1  | 3   | Crash | froze
2026-09-14 10:00 | t1  | 3   | Crash | froze
2026-09-15 10:00 | t1  | 3rd | test  | ignore
"""


def test_lessons_and_errors():
    sessions = clean_sessions(raw(LESSON_ROWS), source=LESSONS, window=WINDOW).tables["sessions"]
    assert len(sessions) == 2 and sessions["session_hours"].sum() == 2 * 45 / 60
    cleaned = clean_errors(raw(ERROR_ROWS), source=ERRORS, window=WINDOW, sessions=sessions)
    errors, flow = cleaned.tables["errors"], cleaned.flow
    assert errors["category"].tolist() == ["crash"] and errors["period"].tolist() == ["3"]
    treated = flow[flow["arm"] == "treated"]
    assert treated["remaining"].tolist() == [3, 2, 1, 1]


def test_an_error_in_a_period_without_any_lesson_is_a_contradiction():
    sessions = clean_sessions(raw(LESSON_ROWS), source=LESSONS, window=WINDOW).tables["sessions"]
    text = ERROR_ROWS.replace("t1  | 3   | Crash", "t1  | 5   | Crash", 1)
    with pytest.raises(DataError, match="row 2, p: found an error in period '5'"):
        clean_errors(raw(text), source=ERRORS, window=WINDOW, sessions=sessions)


@pytest.mark.parametrize(("minutes", "said"), [("", "an empty cell"), ("0", "'0'"), ("600", "'600'"), ("long", "'long'")])
def test_minutes_must_be_a_lesson_s(minutes, said):
    with pytest.raises(DataError, match=f"row 2, min: found {said}"):
        clean_sessions(raw(LESSON_ROWS.replace("3  | 45", f"3  | {minutes}", 1)), source=LESSONS, window=WINDOW)
