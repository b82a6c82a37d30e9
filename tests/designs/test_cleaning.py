"""Probes become tidy with every record accounted for; a student's arm is told by the student's use."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from pilotproof.clean.probes import clean_probes
from pilotproof.clean.students import clean_students
from pilotproof.clean.users import minutes_of_students
from pilotproof.errors import DataError
from pilotproof.pilot import Pilot
from tests.clean.drawn import raw
from tests.designs.simulated import params_of

CLASS_OF = {"S1": "A", "S2": "B"}
ENROLLED = {"S1", "S2", "S3"}
PROBES = """
who | day        | points
s1  | 2026-09-10 | 40
s1  | 2026-09-10 | 40
s1  | 2026-09-21 | 50
s2  | 2026-09-21 | 45,5
s2  | 2026-09-22 | absent
s2  | 2026-08-01 | 10
s3  | 2026-09-21 | 99
s9  | 2026-09-21 | 99
"""


def pilot(**probes: object) -> Pilot:
    """Two classes, A from 21 and B from 28 September; the window begins on the 14th, the baseline on the 7th."""
    starts = {"A": date(2026, 9, 21), "B": date(2026, 9, 28)}
    design = {"assignment": "staggered-start", "treated": ["A", "B"], "starts": starts, "baseline_from": date(2026, 9, 7)}
    source = {"file": "p.csv", "student_column": "who", "date_column": "day"} | probes
    return Pilot.model_validate(params_of(design, {"probes": source}, {"probe_column": "points"}))


def cleaned(text: str = PROBES, *, enrolled=ENROLLED, **probes: object):
    return clean_probes(raw(text, "p.csv"), pilot=pilot(**probes), class_of=CLASS_OF, enrolled=enrolled)


def test_every_record_of_probes_is_kept_merged_or_removed_by_a_rule():
    # 8 records: 3 kept, 1 entered twice, and 1 each absent, too early, of another class, not on the roster
    found = cleaned()
    (account,) = found.accounts
    assert (account.records, account.kept, account.merged) == (8, 3, {"Same probe entered twice": 1})
    assert account.removed == {
        "Not on the roster": 1,
        "Student who was not assigned with a class of the pilot": 1,
        "Outside the baseline and the window (2026-09-07 to 2026-10-09)": 1,
        "No score on any outcome": 1,
    }
    tidy = found.tables["probes"]
    assert tidy[["student_id", "class_id", "probe_score"]].values.tolist() == [
        ["S1", "A", 40.0], ["S1", "A", 50.0], ["S2", "B", 45.5],
    ]  # fmt: skip
    assert tidy["has_started"].tolist() == [False, True, False]  # A from its first day on; B starts a week later
    assert (found.matches[0].found, found.matches[0].of) == (2, 4)


def test_a_row_may_be_the_value_of_a_class():
    text = "group | day | points\na | 2026-09-21 | 50\nb | 2026-09-21 | 40\nc | 2026-09-21 | 1"
    found = cleaned(text, enrolled=None, student_column=None, class_column="group")
    tidy = found.tables["probes"]
    assert tidy["class_id"].tolist() == ["A", "B"] and tidy["student_id"].isna().all()
    assert found.accounts[0].removed == {"Not a class of the pilot": 1} and found.matches == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("s1 | 2026-09-21 | 101", "'101'; expected a number from 0 to 100"),
        ("s1 | 21.9. | 50", "'21.9.'; expected a date"),
        ("   | 2026-09-21 | 50", "an empty cell; expected the student or class"),
        ("s1 | 2026-09-21 | 51", "'S1' again on this day with other scores"),
    ],
)
def test_what_is_wrong_with_probes_is_named_by_its_row(row, message):
    with pytest.raises(DataError) as caught:
        cleaned(f"{PROBES.rstrip()}\n{row}\n")
    assert message in str(caught.value) and "row 10" in str(caught.value)


def test_a_class_without_probes_stops_the_run():
    with pytest.raises(DataError, match="no probe of the class 'B' that counts"):
        cleaned("who | day | points\ns1 | 2026-09-21 | 50")


SCORES = """
Student | Class | School | District | Pretest | Posttest
a | K | S | D | 40 | 50
b | K | S | D | 41 | 51
c | K | S | D | 42 | 52
d | K | S | D | 43 |
e | L | S | D | 44 | 54
"""
USE = pd.DataFrame(
    {
        "person_id": ["A", "A", "B", "C", "T"],
        "role": ["student"] * 4 + ["teacher"],
        "usage_minutes": [20.0, 10.0, 29.9, None, 500.0],
    }
)


def test_arms_are_told_by_minutes_of_use_and_counted_in_the_flow():
    # A: 20 + 10 = 30 minutes, a user at 30; B: 29.9, not; C: used, nobody knows how long; D and E: no use on record
    minutes = minutes_of_students(USE)
    assert set(minutes) == {"A", "B", "C"} and minutes["A"] == 30
    design = {"assignment": "users-compared", "treated": ["K", "L"], "fewest_minutes": 30}
    source = {"file": "u.csv", "user_column": "u", "time_column": "t", "minutes_column": "m"}
    users = Pilot.model_validate(params_of(design, {"usage": source}))
    found = clean_students([raw(SCORES)], None, users, minutes=minutes)
    students = found.tables["students"].set_index("student_id")
    assert students["is_treated"].to_dict() == {"A": True, "B": False, "C": False, "D": False, "E": False}
    assert students["is_analysed"].to_dict() == {"A": True, "B": True, "C": False, "D": False, "E": True}
    flow = found.flow[(found.flow["table"] == "mathematics") & (found.flow["arm"] == "comparison")]
    removed = dict(zip(flow["label"], flow["removed"], strict=True))
    assert removed["Used the tool, but for how long is not on record"] == 1 and removed["No posttest score"] == 1
    with pytest.raises(DataError, match="no treated student"):
        clean_students([raw(SCORES)], None, users, minutes={})
