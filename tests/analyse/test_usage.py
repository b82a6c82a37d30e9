"""Use of the tool from small tables: everybody who was to use it counts, and use against scores stays an association."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from pilotproof.analyse.dose import analyse_dose
from pilotproof.analyse.reliability import analyse_reliability
from pilotproof.analyse.usage import analyse_usage
from pilotproof.findings import DoseFinding, NoDose, UsageFinding
from pilotproof.pilot import Analysis, Licences, Pilot
from pilotproof.stats.dose import DoseRefusal, DoseResponse
from tests.clean.test_students import pilot as student_pilot

COLUMNS = "person_id role is_treated usage_date feature events logins submissions usage_minutes is_estimated".split()
FIRST = date(2026, 9, 14)  # of the window, which ends on October 9: four weeks, the last one begun


def pilot(smallest_group: int = 10, **licences: object) -> Pilot:
    change = {"disclosure": student_pilot().disclosure.model_copy(update={"smallest_group": smallest_group})}
    return student_pilot().model_copy(update=change | ({"licences": Licences(**licences)} if licences else {}))


def pupils(classes: dict[str, int], *, gain: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """Students A-01 … of each class; class names that begin with C are of the comparison group."""
    random = np.random.default_rng(seed)
    rows = [(f"{name}-{n:02d}", name) for name, size in classes.items() for n in range(1, size + 1)]
    before = random.normal(50, 8, len(rows))
    return pd.DataFrame(
        {
            "student_id": [student for student, _ in rows],
            "class_id": [name for _, name in rows],
            "teacher_id": [f"T-{name}" for _, name in rows],
            "school_id": "X",
            "district_id": "D",
            "is_treated": [not name.startswith("C") for _, name in rows],
            "outcome": "maths",
            "pretest_score": before,
            "posttest_score": before + gain + random.normal(5, 6, len(rows)),
            "is_analysed": True,
        }
    )


def records(*lines: str) -> pd.DataFrame:
    """`person role day feature events logins submissions minutes`; the person's class tells the arm."""
    rows = []
    for line in lines:
        person, role, day, feature, events, logins, submissions, minutes = line.split()
        is_treated = not person.removeprefix("T-").startswith("C")
        when = pd.Timestamp(f"2026-{day}")
        rows.append((person, role, is_treated, when, feature, int(events), int(logins), int(submissions), float(minutes), False))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(
        {"is_treated": "bool", "is_estimated": "bool", "usage_date": "datetime64[us]", "usage_minutes": "float64"}
    )


def minutes_of(students: pd.DataFrame, minutes: object) -> pd.DataFrame:
    """One record for each treated student with these minutes."""
    treated = students[students["is_treated"]]
    lines = [
        f"{s} student 09-15 quiz 1 0 0 {m}"
        for s, m in zip(treated["student_id"], np.broadcast_to(minutes, len(treated)), strict=True)
    ]
    return records(*lines)


# ---- who used it ---------------------------------------------------------------------------------------------------

SMALL = pupils({"A": 2, "B": 2, "C": 4})
SEEN = records(
    "A-01 student 09-14 quiz 2 1 1 30",
    "A-01 student 10-09 video 1 0 0 10",
    "A-02 student 10-02 quiz 1 1 0 20",
    "C-01 student 09-20 quiz 1 0 0 5",
    "A-77 student 09-21 quiz 1 0 0 5",
)


def small(usage: pd.DataFrame = SEEN, **licences: object) -> UsageFinding:
    return analyse_usage(usage, SMALL, pilot(smallest_group=2, **licences))


def test_all_who_were_assigned_count_and_late_joiners_are_told_apart():
    found = small()
    assert (found.students.some, found.students.of, found.students.share) == (2, 4, 0.5)
    exact = stats.binomtest(2, 4).proportion_ci(0.95)
    assert (found.students.interval.low, found.students.interval.high) == pytest.approx((exact.low, exact.high), rel=1e-8)
    assert (found.comparison.some, found.comparison.of, found.others) == (1, 4, 1), "A-77 is on no list of the assigned"


def test_teachers_count_by_their_students_only_where_the_record_has_no_teachers():
    found = small()
    assert found.teachers_by == "records of their students" and (found.teachers.some, found.teachers.of) == (1, 2)
    own = small(pd.concat([SEEN, records("T-B teacher 10-02 quiz 1 0 0 5", "T-C teacher 09-15 quiz 1 0 0 5")]))
    assert own.teachers_by == "their own records" and (own.teachers.some, own.comparison_teachers) == (1, 1)
    # the last week is October 3 to 9: not October 2
    assert own.teachers_last_week.some == 0 and found.teachers_last_week.some == 1
    assert small(records("A-02 student 10-02 quiz 1 0 0 1")).teachers_last_week.some == 0
    assert small(records("A-02 student 10-03 quiz 1 0 0 1")).teachers_last_week.some == 1


def test_amounts_are_means_of_classes_with_those_who_used_nothing():
    used = [("A-01", 20), ("A-02", 30), ("A-03", 34), ("A-04", 36)]
    usage = records(*(f"{student} student 09-14 quiz 1 1 1 {minutes}" for student, minutes in used))
    found = analyse_usage(usage, pupils({"A": 4, "B": 4, "C": 4}), pilot(smallest_group=2))
    # class A: (20 + 30 + 34 + 36) / 4 students / 4 weeks = 7.5; class B: 0; the median of two classes is their mean
    assert (found.minutes.median, found.minutes.lowest, found.minutes.highest, found.minutes.classes) == (3.75, 0.0, 7.5, 2)
    assert found.logins.highest == 4 / 4 / 4 and found.submissions.highest == 4 / 4, "submissions over the whole window"


def test_the_mean_of_a_class_that_one_student_makes_up_is_left_out():
    # class A: 40 of 60 minutes are one student's, whose own the mean would nearly tell
    assert (small().minutes.highest, small().minutes.classes) == (0.0, 1)
    assert small(records("A-01 student 09-14 quiz 1 0 0 nan")).minutes is None
    assert small(records("A-01 student 09-14 quiz 1 0 0 nan")).without_minutes == 1


def test_classes_too_small_to_show_are_left_out_of_amounts_and_counted():
    found = analyse_usage(SEEN, SMALL, pilot(smallest_group=10))
    assert found.minutes is None and found.small_classes == 2


def test_use_by_part_and_week_fills_every_cell_and_leaves_the_comparison_group_out():
    cells = {(cell.feature, cell.week): (cell.events, cell.students) for cell in small().features}
    assert list(cells) == [(part, week) for part in ("quiz", "video") for week in (1, 2, 3, 4)], "the most used part first"
    # week 2 is from September 21: A-77 alone, as September 20 was the comparison student's
    assert (
        cells["quiz", 1] == (2, 1) and cells["quiz", 2] == (1, 1) and cells["quiz", 3] == (1, 1) and cells["video", 4] == (1, 1)
    )


def test_licences_bought_used_and_dormant_with_their_cost():
    found = small(bought=10, cost_each=4.5).licences
    # the comparison student is not whom they were bought for
    assert (found.used, found.dormant, found.cost, found.cost_dormant, found.cost_each_used) == (3, 7, 45.0, 31.5, 15.0)
    assert small(bought=2).licences.dormant == 0 and small(bought=2).licences.cost is None
    nobody = small(SEEN.iloc[:0], bought=2, cost_each=1).licences
    assert (nobody.used, nobody.dormant, nobody.cost_each_used) == (0, 2, None)


def test_how_much_is_estimated_is_a_share_of_the_records():
    estimated = SEEN.assign(is_estimated=SEEN["person_id"] == "A-01")
    assert small(estimated).estimated_share == 3 / 6  # 2 + 1 of 2 + 1 + 1 + 1 + 1


def test_nobody_is_named_and_the_tables_are():
    found = small()
    assert "A-01" not in found.model_dump_json() and set(found.basis.tables) == {"usage", "students"}
    assert UsageFinding.model_validate_json(found.model_dump_json()) == found


def test_a_pilot_without_a_comparison_group_and_with_unknown_teachers():
    students = SMALL[SMALL["is_treated"]].assign(teacher_id=pd.Series(pd.NA, index=SMALL.index[:4], dtype="str"))
    found = analyse_usage(SEEN, students, pilot(smallest_group=2))
    assert found.comparison is None and found.teachers is None and found.teachers_last_week is None


# ---- use against scores --------------------------------------------------------------------------------------------

FOUR = pupils({"A": 15, "B": 14, "D": 16, "E": 15, "C": 15})


def dose(students: pd.DataFrame = FOUR, usage: pd.DataFrame | None = None, smallest_group: int = 10) -> DoseFinding:
    drawn = np.random.default_rng(3).integers(0, 240, int(students["is_treated"].sum()))
    usage = minutes_of(students, drawn) if usage is None else usage
    outcome = student_pilot().primary
    return analyse_dose(students, usage, outcome=outcome, smallest_group=smallest_group, confidence=0.95)


def test_the_estimate_is_that_of_a_regression_with_class_effects_and_pretest():
    drawn = np.random.default_rng(3).integers(0, 240, 60)
    frame = FOUR[FOUR["is_treated"]].assign(hours=drawn / 60)
    fitted = smf.ols("posttest_score ~ hours + pretest_score + C(class_id)", frame).fit()
    found = dose()
    assert found.measure == "hours" and found.response.estimate == pytest.approx(fitted.params["hours"], rel=1e-8)
    assert (found.response.n, found.response.clusters, found.response.evidence) == (60, 4, "correlational")
    assert found.response.ols_t == pytest.approx(fitted.tvalues["hours"], rel=1e-8)


def test_classes_are_ranked_by_mean_use_and_mean_gain():
    drawn = np.random.default_rng(3).integers(0, 240, 60)
    frame = FOUR[FOUR["is_treated"]].assign(use=drawn, gain=FOUR["posttest_score"] - FOUR["pretest_score"])
    means = frame.groupby("class_id")[["use", "gain"]].mean()
    assert dose().by_class.estimate == pytest.approx(stats.spearmanr(means["use"], means["gain"]).statistic)
    assert dose().by_class.n == 4


def test_a_student_without_a_record_used_nothing():
    used = minutes_of(FOUR, 60)
    found = dose(usage=used[used["person_id"].str.endswith(("1", "3", "5", "7", "9"))])
    assert isinstance(found.users, DoseResponse) and found.users.n == 60 and found.users.n_users == 31
    # every user used one hour: the amount and having used it are then the same column
    assert found.users.estimate == pytest.approx(found.response.estimate, rel=1e-9)


def test_no_cell_holds_fewer_students_than_may_be_shown():
    cells = dose(smallest_group=14).cells
    assert sum(cell.n for cell in cells) == 60 and min(cell.n for cell in cells) >= 14


def test_without_minutes_logins_count_and_then_records():
    usage = minutes_of(FOUR, np.arange(60)).assign(usage_minutes=np.nan)
    assert dose(usage=usage).measure == "records"
    assert dose(usage=usage.assign(logins=np.arange(60))).measure == "logins"


@pytest.mark.parametrize(
    ("students", "usage", "reason"),
    [
        (FOUR.assign(pretest_score=np.nan), None, "no pretest"),
        (FOUR[FOUR["class_id"] == "A"].head(9), None, "too few students"),
        (FOUR[~FOUR["is_treated"]], None, "too few students"),
        (FOUR, minutes_of(FOUR, 60).iloc[:0], "nobody used it"),
        (FOUR.assign(posttest_score=50.0), None, "scores do not vary"),
        (FOUR.assign(pretest_score=50.0), None, "scores do not vary"),
    ],
)
def test_what_stands_against_every_comparison_is_a_value(students, usage, reason):
    found = dose(students, usage)
    assert {found.response, found.users, found.by_class} == {NoDose(reason=reason, n=int(students["is_treated"].sum()))}
    assert found.cells == ()


def test_one_class_has_no_inference_and_may_still_be_drawn():
    found = dose(pupils({"A": 24}))
    assert found.response == DoseRefusal(reason="one cluster", n=24, clusters=1)
    assert found.by_class == NoDose(reason="too few classes", n=24) and len(found.cells) == 2


def test_equal_use_says_nothing():
    found = dose(usage=minutes_of(FOUR, 60))
    assert found.response == DoseRefusal(reason="use does not vary within clusters", n=60, clusters=4)
    assert found.users == NoDose(reason="everybody used it", n=60) and len(found.cells) == 1
    assert found.by_class == NoDose(reason="use is the same in all classes", n=60)


def test_a_few_users_or_non_users_are_not_held_against_the_others():
    few = minutes_of(FOUR, np.where(np.arange(60) < 9, 0, 60))
    assert dose(usage=few).users == NoDose(reason="too few non-users", n=60)
    assert dose(usage=few[few["usage_minutes"] > 0].head(9)).users == NoDose(reason="too few users", n=60)


def test_more_classes_than_students_to_spare_is_a_refusal():
    # 10 students less 8 classes, use and pretest leave 0 degrees of freedom
    students = pupils({name: 2 if name in "AB" else 1 for name in "ABDEFGHI"})
    assert dose(students).response == DoseRefusal(reason="no degrees of freedom", n=10, clusters=8)


# ---- lessons with an error -----------------------------------------------------------------------------------------


def test_lessons_with_an_error_are_counted_once_each():
    lessons = pd.DataFrame(
        {
            "session_date": pd.to_datetime(["2026-09-15"] * 3 + ["2026-09-16"]),
            "teacher_id": ["T-1", "T-1", "T-2", "T-1"],
            "period": ["1", "2", "1", "1"],
            "session_hours": 0.75,
            "lost_minutes": [9.0, 0.0, None, 0.0],
        }
    )
    errors = lessons.iloc[[0, 0, 3]].assign(
        reports=1, category="crash", signature="x", has_session=True, opened_at=pd.NaT, ended_at=pd.NaT
    )
    elsewhere = errors.iloc[[0]].assign(teacher_id="T-9", has_session=False)
    whole = analyse_reliability(pd.concat([errors, elsewhere]), lessons, analysis=Analysis())
    found = whole.lessons_with_error
    assert (found.some, found.of, found.share) == (2, 4, 0.5)  # two of the errors in one lesson, one in no lesson on record
    # three lessons of 45 minutes noted what was lost: 9 of 135, on two days (9 of 90, 0 of 45)
    up = whole.availability
    assert (up.lost, up.scheduled, up.units) == (9, 135, 2)
    assert up.estimate == pytest.approx(1 - 9 / 135)
    silent = analyse_reliability(errors, lessons.assign(lost_minutes=float("nan")), analysis=Analysis())
    assert silent.availability is None
