"""Observed intervals: nothing is scored without its procedure, and each mark is accounted for."""

from __future__ import annotations

import pytest

from pilotproof.clean.observations import clean_observations
from pilotproof.errors import DataError
from pilotproof.pilot import ObservationSource, Pilot
from tests.clean.drawn import raw
from tests.clean.test_students import pilot as student_pilot

HEADER = "Session | Date | Teacher | Period | Observer | Procedure | Interval | Minutes per interval | Code | On task | Present\n"
SHEET = (
    HEADER
    + """
a | 2026-09-15 | t-1 | P3 | AB | momentary  | 1 | 5 | on  |    |
a | 2026-09-15 | t-1 | P3 | AB | momentary  | 2 | 5 | off |    |
a | 2026-09-15 | t-1 | P3 | AB | momentary  | 2 | 5 | off |    |
a | 2026-09-15 | t-1 | P3 | AB | momentary  | 3 | 5 | ON  |    |
a | 2026-09-15 | t-1 | P3 | AB | momentary  | 4 | 5 | -   |    |
a | 2026-09-15 | t-1 | P3 | CD | momentary  | 1 | 5 | on  |    |
a | 2026-09-15 | t-1 | P3 | CD | momentary  | 2 | 5 | on  |    |
b | 09/01/2026 | t-2 | 4  | AB | class scan | 1 | 5 |     | 20 | 25
b | 09/01/2026 | t-2 | 4  | AB | class scan | 2 | 5 |     | 22 | 24
c | 2026-09-16 | t-9 | 4  | AB | momentary  | 1 | 5 | on  |    |
""".strip()
)
ARMS = {"T-1": "treated", "T-2": "comparison"}


def pilot(**source: object) -> Pilot:
    sources = student_pilot().sources.model_copy(update={"observations": ObservationSource(file="o.csv", **source)})
    return student_pilot().model_copy(update={"sources": sources})


def cleaned(text: str = SHEET, arms: dict | None = ARMS, **source: object):
    return clean_observations(raw(text, "o.csv"), pilot=pilot(**source), arm_of_teacher=arms)


def test_a_session_becomes_a_share_by_observer():
    sessions = cleaned().tables["observations"].set_index(["observation_id", "observer"])
    # session b is on the earlier day and comes first: (20 + 22) of (25 + 24) students
    scan = sessions.loc[("S001", "O1")]
    assert (scan["on_task"], scan["observed"], scan["on_task_share"]) == (42, 49, 42 / 49)
    assert scan["procedure"] == "class_scan" and scan["phase"] == "before" and not scan["is_treated"]
    # session a, first observer: on, off, on; the fourth interval was not observed, the second entered twice
    first = sessions.loc[("S002", "O1")]
    assert (first["intervals"], first["on_task"], first["on_task_share"]) == (3, 2, 2 / 3)
    assert first["phase"] == "during" and first["is_treated"] and first["is_double_coded"] and first["period"] == "3"
    assert sessions.loc[("S002", "O2"), "on_task_share"] == 1.0


def test_the_observer_who_comes_first_in_the_sheet_counts_whatever_the_names():
    # AB becomes ZZ: now O2 in the order of names, and still the first in the sheet
    sessions = cleaned(SHEET.replace("AB", "ZZ")).tables["observations"]
    counted = sessions[sessions["is_counted"]]
    assert counted["observation_id"].tolist() == ["S001", "S002"]
    assert counted.set_index("observation_id").loc["S002", ["observer", "intervals"]].tolist() == ["O2", 3]


def test_two_observers_of_one_session_are_paired_interval_by_interval():
    pairs = cleaned().tables["observation_pairs"]
    assert pairs[["observation_id", "interval", "first_on", "second_on"]].to_numpy().tolist() == [
        ["S002", "1", 1, 1],
        ["S002", "2", 0, 1],
    ]


def test_every_row_of_the_sheet_is_accounted_for():
    (account,) = cleaned().accounts
    # 10 rows: 1 entered twice, 1 not observed, 1 of a teacher outside the pilot, 2 of the second observer, 5 count
    assert (account.records, account.kept) == (10, 5)
    assert account.merged == {
        "Same interval entered twice": 1,
        "Second observer's record of the session, used for agreement": 2,
    }
    assert account.removed == {
        "Interval marked as not observed": 1,
        "Teacher not in a treated or comparison group": 1,
    }


def test_without_a_procedure_nothing_is_scored():
    with pytest.raises(DataError, match="row 2, Procedure: found no procedure; expected one of momentary, partial, whole"):
        cleaned(SHEET.replace("momentary ", "", 1))
    with pytest.raises(ValueError, match="the same marks mean different shares"):
        ObservationSource(file="o.csv", procedure_column=None)


def test_one_procedure_for_all_rows_may_stand_in_the_params():
    text = SHEET.replace("| momentary  |", "| |").replace("| class scan |", "| |")
    found = cleaned(text.replace("| 20 | 25", "| |").replace("| 22 | 24", "| |"), procedure="partial")
    assert set(found.tables["observations"]["procedure"]) == {"partial"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("| ON  |", "| yes |", "row 5, Code: found 'yes'; expected one of on, off, -"),
        ("| 20 | 25", "| 26 | 25", "row 9, On task: found 26 of 25 students on task"),
        (
            "| 2 | 5 | off |    |\na | 2026-09-15 | t-1 | P3 | AB | momentary  | 3",
            "| 3 | 5 | off |  |\na | 2026-09-15 | t-1 | P3 | AB | momentary  | 3",
            "interval 3 of session 'a' again with another code",
        ),
        ("t-9", "", "row 11, Teacher: found an empty cell"),
        ("09/01/2026", "1 September", "row 9, Date"),
    ],
)
def test_what_cannot_be_scored_is_named_with_its_row(old, new, said):
    assert old in SHEET
    with pytest.raises(DataError) as caught:
        cleaned(SHEET.replace(old, new, 1))
    assert said in str(caught.value)


def test_codes_of_another_protocol_are_given_a_meaning():
    text = SHEET.replace("| on  |", "| AET |").replace("| ON  |", "| PET |").replace("| off |", "| OFT-M |")
    found = cleaned(text, codes={"AET": "on", "PET": "on", "OFT-M": "off", "-": "not-observed"})
    assert found.tables["observations"].set_index(["observation_id", "observer"]).loc[("S002", "O1"), "on_task"] == 2


WIDE = """
Session | Date       | Teacher | Observer | 1  | 2   | 3
a       | 2026-09-15 | t-1     | AB       | on | off | on
b       | 2026-09-16 | t-1     | AB       | -  | -   | -
"""


def test_a_sheet_with_a_column_for_each_interval():
    source = {"interval_column": None, "interval_columns": ["1", "2", "3"], "procedure": "whole", "procedure_column": None}
    found = cleaned(WIDE, **source)
    (session,) = found.tables["observations"].to_dict("records")
    assert (session["intervals"], session["on_task"], session["procedure"]) == (3, 2, "whole")
    (account,) = found.accounts
    assert (account.records, account.kept, account.removed) == (2, 1, {"Interval marked as not observed": 1})
    with pytest.raises(DataError, match="row 2, 2: found 'x'"):
        cleaned(WIDE.replace("off", "x"), **source)


def test_without_a_roster_every_teacher_used_the_tool():
    assert cleaned(arms=None).tables["observations"]["is_treated"].all()
