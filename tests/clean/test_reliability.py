"""Lessons and errors: a burst of one cause is one error, small and large logs give the same, nothing is lost."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.clean.log_reduction import signature_sql
from pilotproof.clean.reliability import clean_errors, clean_sessions
from pilotproof.errors import DataError
from pilotproof.pilot import BellPeriod, ErrorLogSource, SessionSource, Window
from pilotproof.sources.error_log import log_of_lines, log_of_relation, log_of_table, table_of_records
from pilotproof.sources.large import csv_log, database, literal
from tests.clean.drawn import raw

WINDOW = Window(start=date(2026, 9, 14), end=date(2026, 10, 9))
NAMES = {"date_column": "day", "teacher_column": "who", "period_column": "p"}
LESSONS = SessionSource(file="l.csv", minutes_column="min", date_formats=("%Y-%m-%d", "%m/%d/%Y"), **NAMES)
LESSON_ROWS = """
day        | who | p  | min
2026-09-14 | t1  | 3  | 45
09/15/2026 | T1  | P3 | 45
2026-09-14 | t1  | 3  | 45
2026-11-02 | t1  | 3  | 45
"""
ERROR_ROWS = """
at               | who | p   | kind  | text             | how
2026-09-14 10:00 | t1  | 3   | Crash | App 12 froze     | ERROR
2026-09-14 10:00 | t1  | 3   | Crash | App 12 froze     | ERROR
2026-09-14 10:04 | t1  | P3  | crash | app 7 froze      | error
2026-09-14 10:08 | T1  | 3   | crash | app 9 froze      | error
2026-09-14 10:14 | t1  | 3   | crash | app 9 froze      | error
2026-09-14 10:04 | t2  | 3   | crash | app 7 froze      | error
2026-09-15 10:00 | t1  | 3rd | test  | ignore           | error
2026-09-15 10:00 | t1  | 3   | slow  | took 30 s        | info
2026-11-02 10:00 | t1  | 3   | crash | app 7 froze      | error
"""


def source(**params: object) -> ErrorLogSource:
    columns = {"teacher_column": "who", "period_column": "p", "category_column": "kind", "message_column": "text"}
    return ErrorLogSource(file="e.csv", time_column="at", test_categories=("test",), **(columns | params))


def cleaned(text: str = ERROR_ROWS, *, sessions=None, timezone=None, bells=(), **params: object):
    used = source(**params)
    log = log_of_table(raw(text, "e.csv"), used)
    return clean_errors(log, source=used, window=WINDOW, sessions=sessions, timezone=timezone, bells=bells)


def lessons(text: str = LESSON_ROWS):
    return clean_sessions(raw(text), source=LESSONS, window=WINDOW)


def test_lessons_are_counted_once_and_within_the_window():
    found = lessons()
    assert found.tables["sessions"]["session_hours"].sum() == 2 * 45 / 60
    (account,) = found.accounts
    # 4 rows: one twice, one after the window
    assert (account.records, account.kept, sum(account.merged.values()), sum(account.removed.values())) == (4, 2, 1, 1)


@pytest.mark.parametrize(("minutes", "said"), [("", "an empty cell"), ("0", "'0'"), ("600", "'600'"), ("long", "'long'")])
def test_minutes_must_be_a_lesson_s(minutes, said):
    with pytest.raises(DataError, match=f"row 2, min: found {said}"):
        lessons(LESSON_ROWS.replace("3  | 45", f"3  | {minutes}", 1))


LOSING = SessionSource(file="l.csv", minutes_column="min", lost_minutes_column="lost", **NAMES)
LOST = "day | who | p | min | lost\n2026-09-14 | t1 | 3 | 45 | 9\n2026-09-15 | t1 | 3 | 45 | 0\n2026-09-16 | t1 | 3 | 45 |"


def test_lesson_time_lost_is_read_and_may_be_left_open():
    found = clean_sessions(raw(LOST), source=LOSING, window=WINDOW).tables["sessions"]["lost_minutes"]
    assert found.tolist()[:2] == [9, 0] and found.isna().tolist() == [False, False, True]
    assert lessons().tables["sessions"]["lost_minutes"].isna().all()  # without a column nothing is known


@pytest.mark.parametrize(("lost", "said"), [("46", "46 minutes lost of a lesson of 45"), ("-1", "'-1'"), ("half", "'half'")])
def test_no_lesson_loses_more_than_it_has(lost, said):
    with pytest.raises(DataError, match=f"row 2, lost: found {said}"):
        clean_sessions(raw(LOST.replace("45 | 9", f"45 | {lost}")), source=LOSING, window=WINDOW)


def test_a_lesson_may_be_told_by_its_start_and_end():
    used = SessionSource(file="l.csv", start_column="from", end_column="to", **NAMES)
    text = "day | who | p | from | to\n2026-09-14 | t1 | 3 | 10:05 | 10:50"
    assert clean_sessions(raw(text), source=used, window=WINDOW).tables["sessions"]["session_hours"].tolist() == [0.75]
    with pytest.raises(DataError, match="row 2, to: found a lesson of -555 minutes"):
        clean_sessions(raw(text.replace("10:50", "00:50")), source=used, window=WINDOW)


def test_reports_of_one_cause_within_five_minutes_are_one_error():
    errors = cleaned().tables["errors"]
    crashes = errors[errors["category"] == "crash"]
    # t1: 10:00, 10:04 and 10:08 follow one another within 5 minutes; 10:14 comes 6 later. t2 is another teacher.
    assert crashes[["teacher_id", "reports"]].to_numpy().tolist() == [["T1", 3], ["T2", 1], ["T1", 1]]
    assert set(crashes["signature"]) == {"app <n> froze"}
    assert set(errors["period"]) == {"3"}
    assert cleaned(burst_minutes=0).tables["errors"].query("category == 'crash'")["reports"].tolist() == [1, 1, 1, 1, 1]


def test_every_report_is_accounted_for():
    (account,) = cleaned(severity_column="how", lowest_severity="warning").accounts
    assert (account.records, account.kept) == (9, 3)
    assert account.merged == {
        "Same row entered twice": 1,
        "Another report of the same incident (same cause within 5 minutes)": 2,
    }
    assert account.removed == {
        "Less severe than warning": 1,
        "Entry made to try the form": 1,
        "Outside the pilot's window (2026-09-14 to 2026-10-09)": 1,
    }


def test_the_flow_gives_the_same_numbers():
    flow = cleaned().flow.query("arm == 'treated'")
    # 9 rows: 1 test, 1 outside, 1 twice, 2 of one incident; 4 errors are left
    assert flow["removed"].tolist() == [0, 1, 1, 1, 2] and flow["remaining"].tolist() == [9, 8, 7, 6, 4]
    assert flow["clusters"].tolist() == [2, 2, 2, 2, 2]


def test_an_error_is_told_from_lessons_on_record():
    both = LESSON_ROWS + "2026-09-14 | t2 | 4 | 45"
    errors = cleaned(sessions=lessons(both).tables["sessions"]).tables["errors"]
    assert errors.set_index("teacher_id")["has_session"].to_dict() == {"T1": True, "T2": False}


def test_an_error_in_a_period_without_any_lesson_is_a_contradiction():
    with pytest.raises(DataError, match="p: found 1 in period '5', the first on 2026-09-14 10:00"):
        cleaned(ERROR_ROWS.replace("t1  | 3   | Crash", "t1  | 5   | Crash", 1), sessions=lessons().tables["sessions"])


BELLS = (
    BellPeriod(period="2", start="09:00", end="09:50", days=["Mon", "Tue"]),
    BellPeriod(period="3", start="10:00", end="10:50"),
)


def test_the_bell_schedule_gives_the_period():
    text = """
    at               | who | text
    2026-09-14 09:49 | t1  | a
    2026-09-14 09:50 | t1  | b
    2026-09-14 10:00 | t1  | c
    2026-09-16 09:10 | t1  | d
    """
    found = cleaned(text, period_column=None, category_column=None, bells=BELLS)
    # 9:50 is between two periods; the 16th is a Wednesday, on which period 2 is not held
    assert found.tables["errors"]["period"].tolist() == ["2", "3"]
    assert found.accounts[0].removed == {"Outside all periods of the bell schedule": 2}


@pytest.mark.parametrize(
    ("cell", "local"),
    [
        ("2026-09-14T15:00:00Z", "2026-09-14 10:00"),
        ("2026-09-14T17:00:00+02:00", "2026-09-14 10:00"),
        ("2026-09-14 10:00", "2026-09-14 10:00"),
        ("1789398000", "2026-09-14 10:00"),
        ("1789398000000", "2026-09-14 10:00"),
    ],
)
def test_times_of_many_kinds_are_the_school_s(cell, local):
    formats = ("%Y-%m-%d %H:%M", "epoch") if len(cell) == 10 else ("%Y-%m-%d %H:%M", "epoch-ms")
    text = f"at | who | p | kind | text\n{cell} | t1 | 3 | crash | x"
    errors = cleaned(text, timezone="America/Chicago", time_formats=formats).tables["errors"]
    assert errors["opened_at"].tolist() == [pd.Timestamp(local)]


def test_clocks_that_go_back_are_followed():
    # 2026-11-01: Chicago leaves daylight saving time; 15:00 UTC is 10:00 the day before and 9:00 the day after
    window = Window(start=date(2026, 10, 26), end=date(2026, 11, 6))
    used = source()
    text = "at | who | p | kind | text\n2026-10-30T15:00:00Z | t1 | 3 | c | x\n2026-11-02T15:00:00Z | t1 | 3 | c | x"
    log = log_of_table(raw(text), used)
    errors = clean_errors(log, source=used, window=window, sessions=None, timezone="America/Chicago").tables["errors"]
    assert errors["opened_at"].dt.hour.tolist() == [10, 9]


def test_times_that_cannot_be_read_are_named_with_their_rows():
    text = ERROR_ROWS.replace("2026-09-14 10:04", "14.9.26 10:04")
    with pytest.raises(DataError) as caught:
        cleaned(text)
    assert "row 4, at: found '14.9.26 10:04'" in str(caught.value) and "row 7, at" in str(caught.value)
    with pytest.raises(DataError, match="Add `timezone:`"):
        cleaned(ERROR_ROWS.replace("2026-09-14 10:14", "2026-09-14T10:14:00Z"))


@pytest.mark.parametrize(
    ("message", "signature"),
    [
        ("Session 4711 of anna@school.example failed", "session <n> of <email> failed"),
        ("GET https://x.example/a?b=1 took 1,234 ms", "get <url> took <n> ms"),
        ("Could not open 'Fractions 3'", "could not open <text>"),
        ("device 3f2a9c81b7 lost", "device <id> lost"),
        ("a   b\tc", "a b c"),
        ("", ""),
    ],
)
def test_a_message_is_told_by_what_does_not_change(message, signature):
    with database() as connection:
        assert connection.execute(f"SELECT {signature_sql(literal(message))}").fetchone() == (signature,)


LINES = """2026-09-14 10:00:01 [ERROR] R-101: app froze
Traceback (most recent call last):
  at line 3
2026-09-14 10:02:00 [ERROR] R-101: app froze
2026-09-14 10:03:00 [INFO] R-102: started: all well
"""
PATTERN = {"pattern": "{time} [{severity}] {place}: {message}", "time_formats": ("%Y-%m-%d %H:%M:%S",)}


def test_plain_text_is_read_by_its_pattern_and_what_does_not_fit_goes_on_the_line_before():
    used = ErrorLogSource(file="e.log", lowest_severity="error", **PATTERN)
    found = clean_errors(log_of_lines(LINES, used, file="e.log"), source=used, window=WINDOW, sessions=None)
    (error,) = found.tables["errors"].to_dict("records")
    assert (error["reports"], error["signature"]) == (2, "app froze")
    (account,) = found.accounts
    assert account.merged["Line that goes on the line before"] == 2 and account.records == 5


def test_plain_text_that_does_not_fit_is_shown_beside_the_pattern():
    used = ErrorLogSource(file="e.log", **PATTERN)
    with pytest.raises(DataError, match="row 1: found 'nothing of the kind'; expected a line that fits the pattern"):
        log_of_lines("nothing of the kind\n" + LINES, used, file="e.log")


@pytest.mark.parametrize("pattern", ["{time} {colour} {message}", "{time} only", "{time} {message} {message}"])
def test_a_pattern_with_other_parts_is_refused(pattern):
    with pytest.raises(ValueError, match="pattern"):
        ErrorLogSource(file="e.log", pattern=pattern)


@settings(max_examples=50, deadline=2000)
@given(st.text(alphabet="a:[] {}-\\", max_size=2000))
def test_no_line_makes_a_pattern_slow(line):
    used = ErrorLogSource(file="e.log", **PATTERN)
    try:
        log_of_lines(LINES + line, used, file="e.log")
    except DataError:
        pytest.fail("the first line fits")


def test_json_records_are_read_by_dotted_names():
    records = [
        (1, {"ts": "2026-09-14 10:00", "msg": "froze", "context": {"user": "t1"}}),
        (2, {"ts": "2026-09-14 11:00", "msg": 5}),
    ]
    used = ErrorLogSource(file="e.json", time_column="ts", message_column="msg", teacher_column="context.user")
    log = log_of_table(table_of_records(records, used, file="e.json"), used)
    errors = clean_errors(log, source=used, window=WINDOW, sessions=None).tables["errors"]
    assert errors[["teacher_id", "signature"]].to_numpy().tolist() == [["T1", "froze"], ["", "<n>"]]
    with pytest.raises(DataError, match="found no record with this key; expected one of context, msg, ts"):
        table_of_records(records, ErrorLogSource(file="e.json", time_column="time"), file="e.json")


def written(folder: Path, text: str) -> Path:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    path = folder / "e.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def from_disk(path: Path, **params: object):
    used = source(**params)
    log = log_of_relation(csv_log(path, shown_as="e.csv"), used)
    return clean_errors(log, source=used, window=WINDOW, sessions=None)


def test_a_log_read_from_disk_gives_the_same_as_one_in_memory(tmp_path):
    params = {"severity_column": "how", "lowest_severity": "warning"}
    disk, memory = from_disk(written(tmp_path, ERROR_ROWS), **params), cleaned(**params)
    pd.testing.assert_frame_equal(disk.tables["errors"], memory.tables["errors"])
    pd.testing.assert_frame_equal(disk.flow, memory.flow)
    assert disk.accounts == memory.accounts


def test_a_log_on_disk_names_its_bad_times_by_row(tmp_path):
    path = written(tmp_path, ERROR_ROWS.replace("2026-09-14 10:14", "soon"))
    with pytest.raises(DataError, match="row 6, at: found 'soon'"):
        from_disk(path)


def test_a_broken_log_on_disk_is_an_error_and_not_shorter(tmp_path):
    path = written(tmp_path, ERROR_ROWS)
    with path.open("a", encoding="utf-8") as stream:
        stream.write('2026-09-15 10:00,t1,3,crash,"never closed\n' * 3)
    with pytest.raises(DataError, match="cannot be used"):
        from_disk(path)


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(DataError, match="message: found no such column"):
        from_disk(written(tmp_path, ERROR_ROWS), message_column="message")


ARMS = {"T1": "treated", "T2": "comparison"}


def test_lessons_and_errors_of_teachers_without_the_tool_are_left_out_and_counted():
    rows = "day | who | p | min\n2026-09-14 | t1 | 3 | 45\n2026-09-14 | t2 | 3 | 45\n2026-09-14 | t9 | 3 | 45"
    found = clean_sessions(raw(rows), source=LESSONS, window=WINDOW, arm_of_teacher=ARMS)
    assert found.tables["sessions"]["teacher_id"].tolist() == ["T1"]
    (account,) = found.accounts
    assert (account.records, account.kept, account.removed) == (3, 1, {"Teacher who did not have the tool": 2})
    assert (found.matches[0].found, found.matches[0].of) == (2, 3)  # T9 is nobody on the roster

    log = "at | who | p | kind | text\n" + "\n".join(
        f"2026-09-14 09:0{n} | {who} | 3 | crash | broke {n}" for n, who in enumerate(("t1", "t2", "t9", ""))
    )
    used = source(time_formats=("%Y-%m-%d %H:%M",))
    cleaned_log = clean_errors(
        log_of_table(raw(log, "e.csv"), used), source=used, window=WINDOW, sessions=None, arm_of_teacher=ARMS
    )
    # of four incidents those of T2 and T9 go; one that names nobody may be anybody's
    assert sorted(cleaned_log.tables["errors"]["teacher_id"]) == ["", "T1"]
    (account,) = cleaned_log.accounts
    assert (account.records, account.kept, account.removed) == (4, 2, {"Teacher who did not have the tool": 2})
    last = cleaned_log.flow.query("arm == 'treated'").iloc[-1]
    assert (last["removed"], last["remaining"]) == (2, 2)


ENDING = """
at               | until            | who | p | kind  | text
2026-09-14 10:00 | 2026-09-14 10:09 | t1  | 3 | crash | App 12 froze
2026-09-14 10:04 | 2026-09-14 10:21 | t1  | 3 | crash | App 7 froze
2026-09-15 10:00 |                  | t1  | 3 | crash | App 7 froze
2026-09-16 10:00 | 2026-09-16 10:00 | t2  | 3 | crash | App 7 froze
"""


def test_an_error_ends_when_the_last_of_its_reports_does():
    errors = cleaned(ENDING, end_column="until").tables["errors"]
    minutes = (errors["ended_at"] - errors["opened_at"]).dt.total_seconds() / 60
    # two reports of one cause: 10:00 to 10:21; then one of which nobody noted the end, and one that was over at once
    assert minutes.tolist()[::2] == [21, 0] and errors["ended_at"].isna().tolist() == [False, True, False]
    assert cleaned(ENDING).tables["errors"]["ended_at"].isna().all()


@pytest.mark.parametrize("end", ["soon", "2026-09-14 09:59"])
def test_an_end_that_is_no_time_or_comes_before_the_beginning_is_named(end):
    with pytest.raises(DataError, match=f"row 2, until: found '{end}'; expected a time written as .* not before the error began"):
        cleaned(ENDING.replace("2026-09-14 10:09", end), end_column="until")
