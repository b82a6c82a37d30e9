"""Use of the tool: whoever exported it, one row per person, day and feature, with every event accounted for."""

from __future__ import annotations

import csv
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.clean.usage import Person, clean_usage
from pilotproof.clean.usage_reduction import clean_large_usage
from pilotproof.errors import DataError
from pilotproof.pilot import UsageSource, Window
from pilotproof.sources.event_streams import events_of_records, minutes_of
from pilotproof.sources.grid import Grid
from pilotproof.sources.large import csv_log
from pilotproof.sources.usage_layouts import event_query, events_of, usage_table
from tests.clean.drawn import raw

WINDOW = Window(start=date(2026, 9, 14), end=date(2026, 10, 9))
PEOPLE = {
    "S-1": Person("student", "treated"),
    "S-2": Person("student", "comparison"),
    "S-3": Person("student", "neither"),
    "T-1": Person("teacher", "treated"),
}
TABLE = """
who | at               | minutes | part  | what
s-1 | 2026-09-14 10:00 | 5,5     | quiz  | login
s-1 | 2026-09-14 10:00 | 5,5     | quiz  | login
s-1 | 2026-09-14 11:00 | 4,5     | quiz  | Submitted
s-1 | 2026-09-15 11:00 | 3       | video | view
t-1 | 2026-09-14 10:00 | 10      | quiz  | view
s-2 | 2026-09-14 10:00 | 1       | quiz  | view
s-3 | 2026-09-14 10:00 | 1       | quiz  | view
s-9 | 2026-09-14 10:00 | 1       | quiz  | view
s-1 | 2026-08-01 10:00 | 1       | quiz  | view
    | 2026-09-14 10:00 | 1       | quiz  | view
"""
COLUMNS = {"user_column": "who", "time_column": "at", "feature_column": "part", "event_column": "what"}


def source(**params: object) -> UsageSource:
    return UsageSource(file="u.csv", **params)


def cleaned(text: str = TABLE, *, people=PEOPLE, timezone: str | None = None, crosswalk=None, **params: object):
    used = source(**(COLUMNS | {"minutes_column": "minutes"} | params))
    return clean_usage(
        events_of(raw(text, "u.csv"), used),
        source=used,
        window=WINDOW,
        timezone=timezone,
        people=people,
        person_of_user=crosswalk,
    )


def test_events_become_a_row_per_person_day_and_feature():
    usage = cleaned().tables["usage"]
    rows = usage[["person_id", "role", "is_treated", "feature", "events", "logins", "submissions", "usage_minutes"]]
    # s-1 on the 14th: 5.5 + 4.5 minutes, the login entered twice counts once
    assert rows.to_numpy().tolist() == [
        ["S-1", "student", True, "quiz", 2, 1, 1, 10.0],
        ["S-1", "student", True, "video", 1, 0, 0, 3.0],
        ["S-2", "student", False, "quiz", 1, 0, 0, 1.0],
        ["T-1", "teacher", True, "quiz", 1, 0, 0, 10.0],
    ]


def test_every_event_is_accounted_for():
    found = cleaned()
    (account,) = found.accounts
    assert (account.records, account.kept) == (10, 5)
    assert account.merged == {"Same event entered twice": 1}
    assert account.removed == {
        "Event without a user, an action or a time, or declared void": 1,
        "Outside the pilot's window (2026-09-14 to 2026-10-09)": 1,
        "User who is not on the roster": 1,
        "User not in a treated or comparison group": 1,
    }
    # users s-1, s-2, s-3 and t-1 are on the roster, s-9 is not
    assert [(match.found, match.of) for match in found.matches] == [(4, 5)]


def test_without_minutes_the_time_between_events_counts_up_to_the_gap():
    text = """
    who | at               | part | what
    s-1 | 2026-09-14 10:00 | quiz | view
    s-1 | 2026-09-14 10:10 | quiz | view
    s-1 | 2026-09-14 10:45 | quiz | view
    s-1 | 2026-09-14 10:50 | quiz | view
    """
    usage = cleaned(text, minutes_column=None).tables["usage"]
    # 10 minutes, then a gap of 35 (more than 30), then 5; the last event counts nothing
    assert usage["usage_minutes"].tolist() == [15.0] and usage["is_estimated"].all()


def test_start_and_end_give_the_minutes_and_an_end_before_the_start_is_named():
    text = "who | at | end\ns-1 | 2026-09-14 10:00 | 2026-09-14 10:20"
    params = {"minutes_column": None, "end_column": "end", "feature_column": None, "event_column": None}
    assert cleaned(text, **params).tables["usage"]["usage_minutes"].tolist() == [20.0]
    with pytest.raises(DataError, match="row 2, end: found an end before the start"):
        cleaned(text.replace("10:20", "09:20"), **params)


def test_users_known_by_e_mail_or_by_a_crosswalk():
    text = TABLE.replace("s-1 ", "s-1@school.example ")
    assert "S-1" in set(cleaned(text, user_from="email-name").tables["usage"]["person_id"])
    found = cleaned(TABLE.replace("s-1 ", "panda77 "), crosswalk={"PANDA77": "S-1"})
    assert "S-1" in set(found.tables["usage"]["person_id"])


def test_a_time_with_a_zone_becomes_the_school_s_time_and_needs_its_zone():
    text = TABLE.replace("2026-09-15 11:00", "2026-09-16T02:30:00Z")
    usage = cleaned(text, timezone="America/Chicago").tables["usage"]
    # half past two in the night of the 16th in UTC is the evening of the 15th in Chicago
    assert usage.query("feature == 'video'")["usage_date"].tolist() == [pd.Timestamp("2026-09-15")]
    with pytest.raises(DataError, match="Add `timezone:`"):
        cleaned(text)


def test_without_a_roster_every_user_is_a_treated_student():
    usage = cleaned(people=None).tables["usage"]
    assert usage["is_treated"].all() and set(usage["role"]) == {"student"}


def test_a_time_that_cannot_be_read_is_named():
    with pytest.raises(DataError, match="row 2, time: found 'yesterday'"):
        cleaned(TABLE.replace("2026-09-14 10:00", "yesterday", 1))


def from_disk(folder, text: str = TABLE, *, people=PEOPLE, timezone: str | None = None, crosswalk=None, **params: object):
    """The same table from a file that DuckDB reads where it lies."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    path = folder / "u.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    used = source(**(COLUMNS | {"minutes_column": "minutes"} | params))
    query = event_query(csv_log(path, shown_as="u.csv"), used)
    who = {"people": people, "person_of_user": crosswalk}
    return clean_large_usage(query, source=used, window=WINDOW, timezone=timezone, **who)


@pytest.mark.parametrize(
    ("change", "params"),
    [
        (("", ""), {}),
        (("2026-09-15 11:00", "2026-09-16T02:30:00Z"), {"timezone": "America/Chicago"}),
        (("s-1 ", "s-1@school.example "), {"user_from": "email-name"}),
        (("s-1 ", "panda77 "), {"crosswalk": {"PANDA77": "S-1"}}),
        (("", ""), {"people": None}),
        (("| 5,5 ", "|  "), {}),
        (("", ""), {"minutes_column": None, "gap_minutes": 90}),
    ],
    ids=["plain", "zones", "e-mail", "crosswalk", "no roster", "missing minutes", "gaps"],
)
def test_a_log_on_disk_gives_the_same_as_one_in_memory(tmp_path, change, params):
    text = TABLE.replace(*change) if change[0] else TABLE
    disk, memory = from_disk(tmp_path, text, **params), cleaned(text, **params)
    pd.testing.assert_frame_equal(disk.tables["usage"], memory.tables["usage"])
    pd.testing.assert_frame_equal(disk.flow, memory.flow)
    assert disk.accounts == memory.accounts and disk.matches == memory.matches


def test_a_log_on_disk_counts_what_it_cannot_use(tmp_path):
    with pytest.raises(DataError, match="time: found 1 that cannot be used, among them 'yesterday'"):
        from_disk(tmp_path, TABLE.replace("2026-09-14 11:00", "yesterday"))
    with pytest.raises(DataError, match="minutes: found 1 that cannot be used"):
        from_disk(tmp_path, TABLE.replace("| 4,5 ", "| ages "))


MOODLE = """
Time | User full name | Event context | Component | Event name | Description
14/09/26, 10:05 | A Person | Course: Maths | Quiz | Quiz attempt submitted | The user with id '77' has submitted the attempt
"""
CANVAS = """
user_id | created_at | interaction_seconds | controller | action
77 | 2026-09-14T15:00:00Z | 90 | quizzes | show
"""
CLASSROOM = """
Event | Description | Actor | Date
Submission state change | x | s-1@school.example | 2026-09-14 10:00
"""
KAHOOT = """
Maths review | | |
Rank | Player | Total Score (points) | Correct Answers
1 | s-1 | 5000 | 7
"""


@pytest.mark.parametrize(
    ("text", "params", "expected"),
    [
        (MOODLE, {"time_formats": ["%d/%m/%y, %H:%M"]}, ["77", "2026-09-14 10:05", "", "Quiz", "Quiz attempt submitted"]),
        (CANVAS, {}, ["77", "2026-09-14T15:00:00Z", "1.5", "quizzes", "show"]),
        (CLASSROOM, {}, ["s-1@school.example", "2026-09-14 10:00", "", "", "Submission state change"]),
        (KAHOOT, {"day": "2026-09-14"}, ["s-1", "2026-09-14", "", "", ""]),
    ],
    ids=["moodle", "canvas", "google-classroom", "kahoot"],
)
def test_a_platform_s_export_is_known_by_its_columns(text, params, expected):
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    width = max(map(len, rows))
    grid = Grid("u.csv", [row + [""] * (width - len(row)) for row in rows])
    (event,) = events_of(usage_table(grid), source(**params)).frame.to_dict("records")
    found = [event[name] for name in ("user", "time", "minutes", "feature", "event")]
    assert [found[0], *found[2:]] == [expected[0], *expected[2:]]
    assert found[1] == (expected[1] if text is not MOODLE else "14/09/26, 10:05")


def test_another_format_than_the_one_named_is_said():
    with pytest.raises(DataError, match="expected an export of Moodle log"):
        events_of(raw(TABLE), source(format="moodle"))


def test_without_a_user_column_the_columns_are_listed():
    with pytest.raises(DataError, match="The file has: who, at, minutes"):
        events_of(raw(TABLE), source(time_column="at"))


XAPI = {
    "id": "1",
    "actor": {"account": {"homePage": "https://school.example", "name": "s-1"}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
    "object": {"id": "x", "definition": {"type": "http://adlnet.gov/expapi/activities/assessment"}},
    "result": {"duration": "PT1H30M"},
    "timestamp": "2026-09-14T15:00:00Z",
}
VOID = {"id": "2", "actor": XAPI["actor"], "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}, "object": {"id": "1"}}


def test_a_statement_becomes_an_event():
    (event,) = events_of_records([(1, XAPI)], file="x.json").frame.drop(columns="record").to_dict("records")
    assert event == {
        "user": "s-1",
        "time": "2026-09-14T15:00:00Z",
        "end": "",
        "minutes": "90.0",
        "feature": "assessment",
        "event": "completed",
        "is_valid": True,
    }


@pytest.mark.parametrize("without", ["actor", "verb", "timestamp"])
def test_a_statement_without_actor_verb_or_time_is_not_valid(without):
    broken = {key: value for key, value in XAPI.items() if key != without}
    assert events_of_records([(1, broken)], file="x.json").frame["is_valid"].tolist() == [False]


def test_two_statements_of_one_second_about_different_things_are_two():
    other = XAPI | {"id": "3", "object": {"id": "y", "definition": XAPI["object"]["definition"]}}
    used = source(format="xapi")
    events = events_of_records([(1, XAPI), (2, other), (3, XAPI)], file="x.json")
    found = clean_usage(events, source=used, window=WINDOW, timezone="America/Chicago", people=PEOPLE)
    # the third is the first again
    assert found.tables["usage"]["events"].tolist() == [2] and found.accounts[0].merged == {"Same event entered twice": 1}


def test_users_none_of_whom_is_on_the_roster_are_known_in_another_way():
    with pytest.raises(DataError, match=r"found no user who is on the roster, of 1; .*user_from"):
        cleaned("who | at | minutes | part | what\ns-1@x.example | 2026-09-14 10:00 | 5 | quiz | view")


def test_a_voided_statement_and_the_one_that_voids_it_are_not_valid():
    assert events_of_records([(1, XAPI), (2, VOID)], file="x.json").frame["is_valid"].tolist() == [False, False]


def test_a_caliper_event_becomes_an_event():
    event = {
        "type": "SessionEvent",
        "actor": {"id": "https://school.example/users/s-1", "type": "Person"},
        "action": "LoggedIn",
        "object": {"id": "https://tool.example", "type": "SoftwareApplication"},
        "eventTime": "2026-09-14T15:00:00.000Z",
    }
    (found,) = events_of_records([(3, event)], file="x.json").frame.to_dict("records")
    assert (found["user"], found["event"], found["feature"], found["is_valid"]) == (
        "s-1",
        "LoggedIn",
        "SoftwareApplication",
        True,
    )


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [("PT1H0M0S", 60), ("PT90S", 1.5), ("P1DT30M", 1470), ("PT0.5S", 0.5 / 60), ("PT3298.000S", 3298 / 60)],
)
def test_durations(duration, minutes):
    assert float(minutes_of(duration)) == pytest.approx(minutes)


@pytest.mark.parametrize("duration", ["", "P", "PT", "1:30", "P1Y", None, 5])
def test_what_is_no_duration_gives_no_minutes(duration):
    assert minutes_of(duration) == ""


KEYS = ("actor", "verb", "object", "id", "result", "timestamp", "account", "name", "mbox", "definition", "type", "duration")
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=4))
def test_any_records_give_events(values):
    records = [(line, value if isinstance(value, dict) else {"actor": value}) for line, value in enumerate(values, start=1)]
    if records:
        assert len(events_of_records(records, file="x.json").frame) == len(records)
