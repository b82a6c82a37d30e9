"""Students: each row of each file ends as kept, merged or removed by a rule, and each student in one class."""

from __future__ import annotations

import pandas as pd
import pytest

from pilotproof.clean.students import clean_students, treated_teachers
from pilotproof.errors import DataError
from pilotproof.pilot import Pilot
from pilotproof.sources.raw import RawTable
from pilotproof.sources.rosters import Roster
from tests.clean.drawn import raw

WIDE = {
    "file": "o.csv",
    "student_column": "id",
    "class_column": "class",
    "school_column": "school",
    "district_column": "district",
}


def pilot(*, roster: dict | None = None, design: dict | None = None, source: dict | None = None, **outcome: object) -> Pilot:
    return Pilot.model_validate(
        {
            "title": "t",
            "tool": "t",
            "district": "d",
            "question": "q",
            "window": {"start": "2026-09-14", "end": "2026-10-09"},
            "data_received": "2026-10-16",
            "design": {"assignment": "comparison-classes", "treated": ["A"], "comparison": ["B"]} | (design or {}),
            "sources": {"outcomes": source or WIDE, "roster": roster},
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
    cleaned = clean_students([raw(OUTCOMES)], None, pilot())
    students, flow = cleaned.tables["students"], cleaned.flow
    # six rows: s1 twice, s5 in no arm -> four assigned; s2 has no pretest, s3 no posttest -> two analysed
    assert students["student_id"].tolist() == ["S1", "S2", "S3", "S4"]
    assert students["is_analysed"].tolist() == [True, False, False, True]
    removed = flow.groupby("label")["removed"].sum()
    assert removed["Same student entered twice with the same scores"] == 1
    assert removed["Not in a treated or comparison group"] == 1
    assert removed["No pretest score"] == 1 and removed["No posttest score"] == 1


def test_without_a_pretest_nobody_needs_one():
    students = clean_students([raw(OUTCOMES)], None, pilot(pretest_column=None)).tables["students"]
    assert students["is_analysed"].tolist() == [True, True, False, True]
    assert students["pretest_score"].isna().all()


def test_one_student_with_two_scores_is_a_question_for_a_person():
    with pytest.raises(DataError, match="row 3, id: found 'S1' again with other values"):
        clean_students([raw(OUTCOMES.replace(" S1  | a     | X      | D        | 40  | 50", "s1|A|X|D|40|51"))], None, pilot())


def test_an_empty_id_is_named():
    with pytest.raises(DataError, match="row 7, id: found an empty id"):
        clean_students([raw(OUTCOMES.replace("s5   | C", "     | C"))], None, pilot())


def test_the_account_of_a_file_adds_up():
    (account,) = clean_students([raw(OUTCOMES)], None, pilot()).accounts
    # six records: s1 is there twice (joined), s5 is in no arm, the other four count
    assert (account.records, account.kept) == (6, 4)
    assert account.merged == {"Same student entered twice with the same scores": 1}
    assert account.removed == {"Not in a treated or comparison group": 1}


BEFORE = "id|class|pre\ns1|A|40\ns2|A|41\ns3|B|42"
AFTER = "id|class|post\ns1|A|50\ns3|B|52\ns4|B|53"


def test_pretest_and_posttest_in_two_files_are_joined_by_student():
    source = {"files": ["pre.csv", "post.csv"], "student_column": "id", "class_column": "class"}
    tables = [raw(BEFORE, "pre.csv"), raw(AFTER, "post.csv")]
    cleaned = clean_students(tables, None, pilot(source=source))
    students = cleaned.tables["students"].set_index("student_id")
    assert students.loc["S1", ["pretest_score", "posttest_score"]].tolist() == [40, 50]
    # s2 has no posttest, s4 no pretest
    assert students["is_analysed"].to_dict() == {"S1": True, "S2": False, "S3": True, "S4": False}
    assert [(account.file, account.kept) for account in cleaned.accounts] == [("pre.csv", 3), ("post.csv", 3)]
    assert set(students["district_id"]) == {"d"} and set(students["school_id"]) == {"not stated"}


def test_a_score_column_that_no_file_has_is_named():
    source = {"files": ["pre.csv", "post.csv"], "student_column": "id", "class_column": "class"}
    with pytest.raises(DataError, match="post: found no such column"):
        clean_students([raw(BEFORE, "pre.csv"), raw(BEFORE, "post.csv")], None, pilot(source=source))


LONG = """
Student ID | class | Term   | Day        | Subject | Score | Flag
s1         | A     | Fall   | 2026-09-01 | Maths   | 40    |
s1         | A     | Fall   | 2026-09-08 | Maths   | 44    |
s1         | A     | Winter | 2026-10-12 | Maths   | 50    |
s1         | A     | Winter | 2026-10-12 | Maths   | 50    |
s1         | A     | Winter | 2026-10-12 | Reading | 70    |
s2         | B     | Fall   | 2026-09-02 | Maths   | 41    |
s2         | B     | Winter | 2026-10-13 | Maths   | 5     | Rushed
s2         | B     | Winter | 2026-10-14 | Maths   | 51    |
s2         | B     | Spring | 2027-03-01 | Maths   | 60    |
"""
TERMS = {
    "file": "o.csv",
    "student_column": "Student ID",
    "class_column": "class",
    "window_column": "Term",
    "date_column": "Day",
    "before": "Fall",
    "after": "winter",
    "leave_out": {"Flag": ["rushed"]},
}
NO_COLUMNS = {"pretest_column": None, "posttest_column": None, "score_column": "Score", "where": {"Subject": "maths"}}


def scores(source: dict, **outcome: object) -> dict[str, list[float]]:
    cleaned = clean_students([raw(LONG)], None, pilot(source=source, **(NO_COLUMNS | outcome)))
    students = cleaned.tables["students"].set_index("student_id")
    return {student: [row["pretest_score"], row["posttest_score"]] for student, row in students.iterrows()}


def test_a_row_for_each_testing_gives_a_row_for_each_student():
    assert scores(TERMS) == {"S1": [40, 50], "S2": [41, 51]}, "the first testing of a window counts"


def test_the_last_testing_counts_where_the_params_say_so():
    assert scores(TERMS | {"testing": "last"}) == {"S1": [44, 50], "S2": [41, 51]}


def test_without_the_flag_the_rushed_test_counts():
    assert scores(TERMS | {"leave_out": {}})["S2"] == [41, 5]


def test_windows_told_by_days_take_the_testings_nearest_to_the_pilot():
    days = {key: value for key, value in TERMS.items() if key not in ("window_column", "before", "after")}
    assert scores(days | {"before_until": "2026-09-13", "after_from": "2026-10-10"}) == {"S1": [44, 50], "S2": [41, 51]}


def test_every_testing_is_accounted_for():
    (account,) = clean_students([raw(LONG)], None, pilot(source=TERMS, **NO_COLUMNS)).accounts
    # 9 testings: reading; a rushed one; spring; one entered twice; s1's second in fall; 4 are left
    assert account.records == 9 and account.kept == 4
    assert account.merged == {"Same testing entered twice": 1}
    assert account.removed == {
        "Testing of something else than the pilot's outcomes": 1,
        "Marked as not valid": 1,
        "Tested in another window than those before and after": 1,
        "Tested again in the same window (the first counts)": 1,
    }


def test_a_window_that_the_file_does_not_have_is_answered_with_those_it_has():
    with pytest.raises(DataError, match="'Autumn'; expected one of the windows of the file: 'Fall', 'Spring'"):
        scores(TERMS | {"before": "Autumn"})


VENDORS = {
    "map-growth": "TermName|StudentID|Subject|TestRITScore|TestStartDate|GrowthMeasureYN",
    "i-ready": "Norming Window|Student ID|x|Overall Scale Score|Completion Date|Rush Flag",
    "star": "ScreeningPeriodWindowName|StudentIdentifier|x|ScaledScore|CompletedDateLocal|AssessmentStatus",
    "dibels": "Benchmark Period|Student Primary ID|School Year|Composite Score|Client Date|y",
}
TESTINGS = "\nFall|{s}1|x|40|{day}|\nWinter|{s}1|x|50|{day}|\nFall|{s}2|x|41|{day}|\nWinter|{s}2|x|51|{day}|"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_s_export_is_known_by_its_columns(vendor):
    day = "2026-09-01T10:00:00.000Z" if vendor == "star" else "09/01/2026"
    table = raw(VENDORS[vendor] + TESTINGS.format(s="s", day=day))
    source = {"file": "o.csv", "before": "Fall", "after": "Winter"}
    roster = a_roster("s1|A", "s2|B")
    names = {"pretest_column": None, "posttest_column": None}
    students = clean_students([table], roster, pilot(source=source, roster=FOLDER, **names)).tables["students"]
    assert students[["pretest_score", "posttest_score"]].to_numpy().tolist() == [[40, 50], [41, 51]]


def test_a_format_that_the_file_is_not_is_said():
    source = {"file": "o.csv", "format": "star", "before": "Fall", "after": "Winter", "student_column": "Student ID"}
    with pytest.raises(DataError, match="expected an export of Renaissance Star"):
        clean_students([raw(LONG)], a_roster("s1|A", "s2|B"), pilot(source=source, roster=FOLDER, **NO_COLUMNS))


FOLDER = {"folder": "roster"}
SCORES = "id|pre|post\ns1|40|50\ns2|41|51"


def a_roster(*rows: str, teachers: int = 0) -> Roster:
    """Enrolments drawn as student|class|begin|end|teacher; everything but student and class may be left out."""
    cells = [[*row.split("|"), "", "", ""][:5] for row in rows]
    frame = pd.DataFrame(cells, columns=["student", "class", "begin", "end", "teacher"], dtype="str")
    frame = frame.assign(school="X", district="D", is_active=True, class_key=frame["class"])
    frame.index = range(2, len(frame) + 2)
    return Roster(enrolments=RawTable("enrollments.csv", frame), class_column="classSourcedId", teachers_in_file=teachers)


def on(enrolled: Roster, text: str = SCORES, *, policy: dict | None = None, **params: object):
    source = {"file": "o.csv", "student_column": "id"}
    return clean_students([raw(text)], enrolled, pilot(source=source, roster=FOLDER | (policy or {}), **params))


def test_a_student_who_moved_is_counted_in_the_first_class():
    moved = a_roster("s1|A|2026-09-01|2026-09-20", "s1|B|2026-09-20|", "s2|B|2026-09-01|")
    cleaned = on(moved)
    assert cleaned.tables["students"].set_index("student_id")["class_id"].to_dict() == {"S1": "A", "S2": "B"}
    account = cleaned.accounts[1]
    assert account.merged == {"Another enrolment of the same student": 1} and account.kept == 2


def test_a_student_who_moved_may_be_left_out_and_stays_in_the_table_as_attrition():
    moved = a_roster("s1|A|2026-09-01|2026-09-20", "s1|B|2026-09-20|", "s2|B|2026-09-01|", "s3|A|2026-09-01|")
    students = on(moved, SCORES + "\ns3|45|55", policy={"moved": "leave-out"}).tables["students"]
    assert students.set_index("student_id")["is_analysed"].to_dict() == {"S1": False, "S2": True, "S3": True}


def test_a_student_in_two_classes_at_once_stops_the_run_unless_left_out():
    both = a_roster("s1|A|2026-09-01|", "s1|B|2026-09-01|", "s2|B|2026-09-01|", "s3|A|2026-09-01|")
    text = SCORES + "\ns3|45|55"
    with pytest.raises(DataError, match="row 3, classSourcedId: found student 'S1' in a second class of the pilot"):
        on(both, text)
    cleaned = on(both, text, policy={"in_two_classes": "leave-out"})
    assert cleaned.flow.query("label == 'In two classes of the pilot at once'")["removed"].sum() == 1


def test_a_class_outside_the_pilot_does_no_harm_and_is_counted():
    cleaned = on(a_roster("s1|A", "s1|Choir", "s2|B", "s9|Choir", teachers=3))
    account = cleaned.accounts[1]
    # 4 enrolments of students and 3 of teachers
    assert account.records == 7 and account.kept == 2
    assert account.removed == {"Not in a class of the pilot": 2} and account.merged == {"Teacher of a class": 3}


def test_rows_of_late_joiners_are_removed_by_name():
    late = a_roster("s1|A|2026-09-01|", "s2|B|2026-09-01|", "s3|A|2026-09-30|")
    cleaned = on(late, SCORES + "\ns3|45|55", design={"latest_start": "2026-09-18"})
    assert cleaned.accounts[0].removed == {"Joined after 2026-09-18": 1}
    assert "S3" not in set(cleaned.tables["students"]["student_id"])


def test_two_classes_of_one_name_are_not_taken_for_one_cluster():
    roster = a_roster("s1|A", "s2|B", "s3|A")
    frame = roster.enrolments.frame.assign(class_key=["c1", "c2", "c3"])
    twins = Roster(enrolments=RawTable("enrollments.csv", frame), class_column="classSourcedId")
    with pytest.raises(DataError, match="found 2 classes called 'A'"):
        on(twins)


def test_a_student_without_an_id_is_named():
    with pytest.raises(DataError, match="row 3: found a student without an id"):
        on(a_roster("s1|A", "|B"))


def test_teachers_of_treated_classes():
    roster = a_roster("s1|A|||t-1", "s2|B|||t-2")
    assert treated_teachers(roster, pilot(source={"file": "o.csv", "student_column": "id"}, roster=FOLDER)) == {"T-1"}


PASSED = """
id | class | school | district | pre  | post
s1 | A     | X      | D        | fail | Pass
s2 | A     | X      | D        | Pass | PASS
s3 | B     | X      | D        |      | fail
s4 | B     | X      | D        | fail | NA
s5 | B     | X      | D        | fail | proficient
s6 | B     | X      | D        | fail | Fail
"""
BINARY = {"kind": "binary", "yes_values": ("Pass", "Proficient"), "no_values": ("Fail",), "low": None, "high": None}


def test_a_binary_outcome_is_read_by_its_words_and_told_in_percentage_points():
    given = pilot(**BINARY)
    assert (given.primary.low, given.primary.high, given.primary.unit) == (0, 100, "percentage points")
    students = clean_students([raw(PASSED)], None, given).tables["students"]
    assert students["posttest_score"].fillna(-1).tolist() == [100, 100, 0, -1, 100, 0]
    assert students["is_analysed"].tolist() == [True, True, False, False, True, True]


def test_a_word_that_is_neither_yes_nor_no_is_named():
    with pytest.raises(DataError, match=r"row 2, post: found 'Basic'; expected one of Pass, Proficient, Fail"):
        clean_students([raw(PASSED.replace("fail | Pass", "fail | Basic"))], None, pilot(**BINARY))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"no_values": ()}, "without a word in both"),
        ({"no_values": ("pass",)}, "without a word in both"),
        ({"low": 0, "high": 1}, "told in percentage points"),
        ({"probe_column": "p"}, "probes are scores on a scale"),
        ({"kind": "scale", "low": 0, "high": 1}, "a score on a scale has none"),
    ],
)
def test_params_of_a_binary_outcome_that_contradict_themselves_are_refused(change, said):
    with pytest.raises(ValueError, match=said):
        pilot(**(BINARY | change))
