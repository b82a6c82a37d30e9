"""Teacher surveys: every rule at work, waves told in each way, every record accounted for."""

from __future__ import annotations

import pandas as pd
import pytest

from pilotproof.clean.survey import clean_surveys
from pilotproof.clean.survey_responses import Survey
from pilotproof.clean.survey_staff import read_staff
from pilotproof.errors import DataError
from pilotproof.instrument import Instrument
from pilotproof.pilot import RespondentList, TeacherSurveySource
from pilotproof.sources.raw import RawTable
from pilotproof.sources.surveys import Marks, SurveyExport

CODEBOOK = Instrument.model_validate(
    {
        "title": "Three items",
        "low": 1,
        "high": 5,
        "anchors": {1: "No", 2: "2", 3: "3", 4: "4", 5: "Yes"},
        "subscales": [{"name": "one", "label": "One", "items": ["A1", "A2", "A3"]}],
        "reverse_keyed": ["A3"],
        "most_missing_items": 1,
    }
)
ONE_ITEM = Instrument.model_validate(
    {
        "title": "One item",
        "low": 1,
        "high": 5,
        "subscales": [{"name": "buy_in", "label": "Buy-in", "items": ["BI1"]}],
        "most_missing_items": 0,
    }
)
ITEMS = {"A1": "Q1", "A2": "Q2", "A3": "Q3"}
PARAMS = {"file": "s.csv", "instrument": "x", "respondent_column": "who", "items": ITEMS}
WAVES = {"wave_column": "when", "before": "Before", "after": "After"}
RESPONSES = """
ended            | status  | done | who  | when   | Q1  | Q2 | Q3
2026-09-10 08:00 | real    | yes  | t-1  | Before | 2   | 4  | 2
2026-09-11 08:00 | real    | yes  | T-1  | before | 3   | 4  | No
2026-10-12 08:00 | real    | yes  | t-1  | After  | Yes |    | 1
2026-10-12 09:00 | preview | yes  | t-1  | After  | 1   | 1  | ??
2026-10-12 10:00 | real    | no   | t-2  |        | ??  |    |
2026-09-12 08:00 | real    | yes  | t-2  | Before | 1   |    |
2026-09-12 08:00 | real    | yes  | t-9  | Before | 1   | 1  | 1
2026-10-13 08:00 | real    | yes  | t-2  | After  |     |    |
2026-10-13 08:00 | real    | yes  |      | After  | 3   | 3  | 3
"""


def export(text: str, file: str = "data/raw/x/s.csv") -> SurveyExport:
    """An export drawn with | between cells; the first line holds the names."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    frame = pd.DataFrame(lines[1:], columns=lines[0], index=range(2, len(lines) + 1), dtype="str")
    has_marks = "status" in frame
    return SurveyExport(
        title="a test",
        table=RawTable(file, frame),
        ended="ended" if "ended" in frame else None,
        trial=(Marks(column="status", yes=frozenset({"preview"}), no=frozenset({"real"})),) if has_marks else (),
        finished=(Marks(column="done", yes=frozenset({"yes"}), no=frozenset({"no"})),) if has_marks else (),
    )


def survey(
    text: str | dict[str, str] = RESPONSES,
    *,
    instrument: Instrument = CODEBOOK,
    key: str = "sources.teacher_survey",
    **params: object,
) -> Survey:
    texts = {"": text} if isinstance(text, str) else text
    source = TeacherSurveySource.model_validate(PARAMS | ({} if "files" in params else WAVES) | params)
    exports = {wave: export(part, f"data/raw/x/{wave or 's'}.csv") for wave, part in texts.items()}
    return Survey(key=key, source=source, instrument=instrument, exports=exports)


def clean(*surveys: Survey, treated=("T-1", "T-2")):
    return clean_surveys(surveys, treated_teachers=None if treated is None else set(treated))


def removed(cleaned, table: str = "survey responses") -> dict[str, int]:
    counts = cleaned.flow[cleaned.flow["table"] == table].groupby("label")["removed"].sum()
    return {label: int(count) for label, count in counts.items() if count}


def scores(cleaned, subscale: str = "one") -> pd.Series:
    scales = cleaned.tables["teacher_scales"]
    return scales[scales["subscale"] == subscale].set_index(["teacher_id", "wave"])["scale_score"]


def test_scale_scores_of_the_last_complete_response():
    cleaned = clean(survey())
    found = scores(cleaned)
    # the second response of t-1 counts: (3 + 4 + (1 + 5 - 1)) / 3; after, one item is missing, which is allowed: (5 + 5) / 2
    assert found["T-1", "before"] == pytest.approx((3 + 4 + 5) / 3)
    assert found["T-1", "after"] == pytest.approx((5 + 5) / 2)
    assert pd.isna(found["T-2", "before"]), "two of three items missing is one too many"
    pairs = cleaned.tables["teacher_scales"].groupby("teacher_id")["is_paired"].first().to_dict()
    assert pairs == {"T-1": True, "T-2": False}


def test_every_response_ends_as_kept_or_removed_by_a_rule():
    cleaned = clean(survey())
    expected = {
        "Preview or test response": 1,
        "Not finished": 1,
        "No item answered": 1,
        "Without the respondent's id": 1,
        "Not from a teacher who used the tool": 1,
        "Answered again later in the same wave (the last one counts)": 1,
    }
    assert removed(cleaned) == expected
    (account,) = cleaned.accounts
    assert (account.records, account.kept, dict(account.removed)) == (9, 9 - sum(expected.values()), expected)
    teachers = cleaned.flow[(cleaned.flow["table"] == "teachers") & (cleaned.flow["arm"] == "treated")]
    assert teachers["remaining"].tolist() == [2, 2, 1]


def test_answers_are_kept_as_ticked_and_turned():
    items = clean(survey()).tables["survey_items"].set_index(["teacher_id", "wave", "item"])
    assert items.loc[("T-1", "before", "A3"), ["answer", "answer_given"]].tolist() == [5, 1]
    # T-1: three answers before, two after; T-2: one before
    assert len(items) == 3 + 2 + 1


def test_an_unknown_wave_and_an_impossible_answer_are_reported_together():
    text = RESPONSES.replace("Before | 2   | 4", "Pre    | 7   | 4")
    with pytest.raises(DataError) as caught:
        clean(survey(text))
    assert "row 2, when: found 'Pre'; expected 'Before' or 'After'" in str(caught.value)
    assert "row 2, Q1: found '7'; expected an answer from 1 to 5" in str(caught.value)
    assert "??" not in str(caught.value), "what stands in previews and unfinished responses stops nobody"


def test_unfinished_responses_are_kept_if_the_params_say_so():
    text = RESPONSES.replace("no   | t-2  |        | ??", "no   | t-2  | After  | 4 ")
    cleaned = clean(survey(text, unfinished="keep"))
    assert "Not finished" not in removed(cleaned) and cleaned.accounts[0].kept == 4


def test_other_waves_are_left_out_and_counted_only_if_they_are_declared():
    text = RESPONSES.replace("Before | 2", "Middle | 2")
    with pytest.raises(DataError, match="row 2, when: found 'Middle'"):
        clean(survey(text))
    assert removed(clean(survey(text, other_waves=["middle"])))["Answered in a wave that does not count"] == 1


ONE_WAVE = """
who | Q1 | Q2 | Q3
t-1 | 1  | 2  | 3
t-2 | 5  | 5  | 5
"""


def test_each_wave_may_be_a_file_of_its_own():
    cleaned = clean(survey({"before": ONE_WAVE, "after": ONE_WAVE}, files={"before": "b.csv", "after": "a.csv"}, file=None))
    assert scores(cleaned).index.tolist() == [("T-1", "after"), ("T-1", "before"), ("T-2", "after"), ("T-2", "before")]
    assert [(account.file, account.records, account.kept) for account in cleaned.accounts] == [
        ("data/raw/x/before.csv", 2, 2),
        ("data/raw/x/after.csv", 2, 2),
    ]


def test_a_survey_held_only_once_has_no_pairs_but_tells_who_did_not_answer():
    cleaned = clean(survey({"after": ONE_WAVE}, files={"after": "a.csv"}, file=None), treated=("T-1", "T-2", "T-3"))
    assert not cleaned.tables["teacher_scales"]["is_paired"].any()
    assert removed(cleaned, "teachers") == {"No response after the pilot": 1}


BY_DAY = """
ended               | who | Q1 | Q2 | Q3
{}/09/2026 08:00:00 | t-1 | 1  | 2  | 3
10/12/2026 08:00:00 | t-1 | 5  | 5  | 5
"""
DAYS = {"wave_column": None, "before": None, "after": None, "before_until": "2026-09-30"}


def test_the_wave_may_be_told_by_the_day():
    # 25/09 can only be day first, so 10/12 is the tenth of December
    cleaned = clean(survey(BY_DAY.format("25"), **DAYS))
    assert scores(cleaned).to_dict() == {("T-1", "before"): (1 + 2 + 3) / 3, ("T-1", "after"): (5 + 5 + 1) / 3}


def test_a_day_that_could_be_a_month_is_a_question_for_a_person():
    with pytest.raises(DataError, match="month first or day first, and the wave is told by the day"):
        clean(survey(BY_DAY.format("07"), **DAYS))
    # 07/09 as month first is the ninth of July
    cleaned = clean(survey(BY_DAY.format("07"), **DAYS, time_formats=["%m/%d/%Y %H:%M:%S"]))
    assert set(scores(cleaned).index) == {("T-1", "before"), ("T-1", "after")}


def test_two_responses_in_one_wave_need_a_clear_order_too():
    text = "ended | who | Q1 | Q2 | Q3\n7/9/2026 8:00 | {} | 1 | 1 | 1\n8/9/2026 8:00 | t-1 | 2 | 2 | 2\n"
    params = {"files": {"after": "a.csv"}, "file": None}
    clean(survey({"after": text.format("t-2")}, **params))
    with pytest.raises(DataError, match=r"row 3: found times .* 'T-1' answered more than once"):
        clean(survey({"after": text.format("t-1")}, **params))


def test_without_times_the_last_row_counts():
    text = ONE_WAVE + "t-1 | 4 | 4 | 2\n"
    cleaned = clean(survey({"after": text}, files={"after": "a.csv"}, file=None))
    assert scores(cleaned)["T-1", "after"] == (4 + 4 + 4) / 3


def test_one_response_may_tell_how_it_was_before():
    text = "now1 | now2 | now3 | then1 | then2 | then3\n5 | 5 | 1 | 1 | 3 | 3\n4 | 4 | 2 | | | \n"
    now, then = ({f"A{n}": f"{word}{n}" for n in (1, 2, 3)} for word in ("now", "then"))
    params = {"wave_column": None, "before": None, "after": None, "respondent_column": None, "items": now, "items_before": then}
    cleaned = clean(survey(text, **params), treated=None)
    assert scores(cleaned)["R0001", "before"] == pytest.approx((1 + 3 + 3) / 3)
    assert scores(cleaned)["R0001", "after"] == 5
    assert cleaned.tables["teacher_scales"].groupby("teacher_id")["is_paired"].first().to_dict() == {
        "R0001": True,
        "R0002": False,
    }
    assert removed(cleaned, "teachers") == {"No response before the pilot": 1} and cleaned.accounts[0].kept == 2


def test_an_anonymous_survey_counts_each_response_as_a_person():
    text = ONE_WAVE.replace("who", "mail")
    cleaned = clean(survey({"after": text}, files={"after": "a.csv"}, file=None, respondent_column=None))
    assert scores(cleaned).index.tolist() == [("R0001", "after"), ("R0002", "after")]


ADDRESSES = ONE_WAVE.replace("t-1", "Ann@school.example").replace("t-2", "anonymous")


def test_addresses_do_not_reach_a_table():
    cleaned = clean(survey({"after": ADDRESSES}, files={"after": "a.csv"}, file=None), treated=None)
    assert scores(cleaned).index.tolist() == [("R0001", "after")]
    assert removed(cleaned) == {"Without the respondent's id": 1}, "'anonymous' is what tools write for nobody"


STAFF = RawTable(
    "data/raw/x/staff.csv",
    pd.DataFrame({"email": ["ann@school.example", "bob@school.example"], "id": ["t-1", "t-2"]}, index=[2, 3], dtype="str"),
)
LOOK_UP = RespondentList(file="staff.csv", respondent_column="email", teacher_column="id")


def test_addresses_are_looked_up_in_a_list_of_staff():
    one = survey({"after": ADDRESSES}, files={"after": "a.csv"}, file=None)
    known = Survey(key=one.key, source=one.source, instrument=CODEBOOK, exports=one.exports, staff=read_staff(STAFF, LOOK_UP))
    cleaned = clean(known)
    assert scores(cleaned).index.tolist() == [("T-1", "after")]
    assert [(account.file, account.records, account.kept) for account in cleaned.accounts] == [
        ("data/raw/x/after.csv", 2, 1),
        ("data/raw/x/staff.csv", 2, 1),
    ]


def test_an_address_of_two_people_is_named():
    twice = RawTable(STAFF.file, STAFF.frame.assign(email="ann@school.example"))
    with pytest.raises(DataError, match=r"row 3, email: found 'ann@school.example' again with another id"):
        read_staff(twice, LOOK_UP)


def test_one_file_with_two_instruments_is_accounted_for_once():
    last = ["B", "5", "4", *[""] * 7]  # the answers of rows 2 and 3, both of t-1 before
    text = "\n".join(f"{line} | {answer}" for line, answer in zip(RESPONSES.strip().splitlines(), last, strict=True))
    buy_in = survey(text, instrument=ONE_ITEM, key="sources.more_surveys.1", items={"BI1": "B"})
    cleaned = clean(survey(text), buy_in)
    assert scores(cleaned, "buy_in").to_dict() == {("T-1", "before"): 4}
    (account,) = cleaned.accounts
    assert (account.records, account.kept) == (9, 3), "a record that one of the surveys keeps is kept"
    assert set(cleaned.flow["table"]) == {"survey responses", "teachers", "survey responses x", "teachers x"}


STRAIGHT = Instrument.model_validate(
    CODEBOOK.model_dump() | {"subscales": [{"name": "one", "label": "One", "items": [f"A{n}" for n in range(1, 7)]}]}
)
LINES = """
who | A1 | A2 | A3 | A4 | A5 | A6
t-1 | 4  | 4  | 4  | 4  | 4  | 4
t-2 | 4  | 4  | 4  | 4  | 4  | 2
t-3 | 4  | 4  | 4  | 4  | 4  |
"""


@pytest.mark.parametrize(("choice", "kept"), [("keep", 3), ("leave-out", 2)])
def test_straight_lines_are_counted_and_left_out_only_if_the_params_say_so(choice, kept):
    params = {"files": {"after": "a.csv"}, "file": None, "items": {}, "straight_lining": choice}
    cleaned = clean(survey({"after": LINES}, instrument=STRAIGHT, **params), treated=("T-1", "T-2", "T-3"))
    quality = cleaned.tables["survey_quality"].set_index("flag")
    # t-3 answered five items, which is too few for a pattern
    assert quality.loc["straight line", ["responses", "looked_at"]].tolist() == [1, 2]
    assert quality.loc["items without an answer", ["responses", "looked_at"]].tolist() == [1, 3]
    assert quality.loc["straight line", "is_left_out"] == (choice == "leave-out")
    assert cleaned.accounts[0].kept == kept


def test_a_response_in_less_time_than_reading_takes():
    text = "who | Q1 | Q2 | Q3 | s\nt-1 | 1 | 2 | 3 | 5\nt-2 | 5 | 5 | 5 | 6\n"
    one = survey({"after": text}, files={"after": "a.csv"}, file=None)
    timed = {wave: SurveyExport(title=e.title, table=e.table, duration="s") for wave, e in one.exports.items()}
    cleaned = clean(Survey(key=one.key, source=one.source, instrument=CODEBOOK, exports=timed))
    # three items at two seconds each: 5 seconds are too few, 6 are not
    assert cleaned.tables["survey_quality"].set_index("flag").loc["too fast", ["responses", "looked_at"]].tolist() == [1, 2]


def test_a_mark_that_nobody_understands_is_a_problem():
    with pytest.raises(DataError, match="row 2, status: found 'Vorschau'; expected one of preview, real"):
        clean(survey(RESPONSES.replace("real   ", "Vorschau", 1)))


def test_an_item_without_a_column_is_named_with_the_nearest_ones():
    with pytest.raises(DataError) as caught:
        clean(survey(items={"A1": "Q1", "A2": "Q2", "B1": "Q3"}))
    assert "sources.teacher_survey.items.B1: found an item that the codebook does not have" in str(caught.value)
    assert "sources.teacher_survey.items.A3: found no column 'A3'" in str(caught.value)


def test_one_column_cannot_be_two_items():
    with pytest.raises(DataError, match=r"items.A2: found the column 'Q1', which is items.A1 already"):
        clean(survey(items={"A1": "Q1", "A2": "Q1", "A3": "Q3"}))
