"""The simulated exports hold what truth.json says, counted again from the files alone."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy import stats

from pilotproof.simulate import DEFAULT_SEED, Truth, draw_scores, simulate_pilot

ROOT = Path(__file__).resolve().parents[1]
EXPORTS = {
    "teacher_survey.csv",
    "acceptance_survey.csv",
    "observations.csv",
    "lesson_coding.csv",
    "usage.csv",
    "sessions.csv",
    "error_log.csv",
    "outcomes.csv",
    *(f"roster/{name}.csv" for name in ("manifest", "orgs", "academicSessions", "users", "classes", "enrollments")),
}
MISSING = ("", "NA", "n/a", "-", "absent")
ANCHORS = ("strongly disagree", "disagree", "neutral", "agree", "strongly agree")
US_DATE = re.compile(r"\d\d/\d\d/\d{4}")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def all_files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    simulate_pilot(folder)
    return folder


@pytest.fixture(scope="module")
def truth(demo: Path) -> dict:
    return json.loads((demo / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def students(demo: Path, truth: dict) -> dict[str, np.ndarray]:
    """The students that an analysis keeps, worked out without the simulator."""
    on_roster = {row["identifier"] for row in read(demo / "roster/users.csv")}
    late = truth["roster"]["late_class"]
    kept = {}
    for row in read(demo / "outcomes.csv"):
        student = row["Student ID"].strip().upper()
        if student in on_roster and row["Class"] != late and not {row["Pretest"], row["Posttest"]} & set(MISSING):
            kept[student] = (row["Class"], float(row["Pretest"]), float(row["Posttest"]))
    classes, pretest, posttest = zip(*kept.values(), strict=True)
    is_treated = [int(code[-2:]) <= 6 for code in classes]
    return {
        "class": np.array(classes),
        "is_treated": np.array(is_treated),
        "pretest": np.array(pretest),
        "posttest": np.array(posttest),
    }


# --- the folder ---------------------------------------------------------------------------------------------


def test_exactly_the_exports_are_written(demo: Path) -> None:
    assert set(all_files(demo)) == {*EXPORTS, "source.yaml", "truth.json"}


def test_the_same_seed_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    simulate_pilot(tmp_path, seed=DEFAULT_SEED)
    assert all_files(tmp_path) == all_files(demo)


def test_another_process_with_another_language_and_hash_seed_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    script = "import sys; from pathlib import Path; from pilotproof.simulate import simulate_pilot; "
    script += "simulate_pilot(Path(sys.argv[1]))"
    environment = {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, env=environment)
    assert all_files(tmp_path) == all_files(demo)


def test_the_committed_demo_is_what_the_default_seed_writes(demo: Path) -> None:
    raw = all_files(ROOT / "data" / "raw" / "nearpod")
    assert {name: raw.get(name) for name in all_files(demo)} == all_files(demo)


def test_another_seed_gives_other_scores(demo: Path, tmp_path: Path) -> None:
    simulate_pilot(tmp_path, seed=1)
    assert (tmp_path / "outcomes.csv").read_bytes() != (demo / "outcomes.csv").read_bytes()


def test_a_second_run_replaces_its_own_files_and_leaves_others(tmp_path: Path) -> None:
    simulate_pilot(tmp_path, seed=1)
    (tmp_path / "corrections.yaml").write_text("corrections: []\n")
    simulate_pilot(tmp_path, seed=2)
    assert json.loads((tmp_path / "truth.json").read_text())["seed"] == 2
    assert (tmp_path / "corrections.yaml").read_text() == "corrections: []\n"
    assert not list(tmp_path.glob(".partial*"))


def test_lines_end_with_a_line_feed_only(demo: Path) -> None:
    assert not [name for name, content in all_files(demo).items() if b"\r" in content]


def test_every_passport_names_an_export_with_its_hash_and_rows(demo: Path) -> None:
    passports = yaml.safe_load((demo / "source.yaml").read_text())["files"]
    assert {passport["file"] for passport in passports} == EXPORTS
    for passport in passports:
        path = demo / passport["file"]
        extra_headers = 2 if passport["file"] == "teacher_survey.csv" else 0
        assert passport["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert passport["rows"] == len(read(path)) - extra_headers
        assert (str(passport["received"]), str(passport["delete_by"])) == ("2026-10-16", "2027-10-16")
        assert set(passport) == {
            *("file", "received", "sent_by", "one_row_is"),
            *("rows", "sha256", "agreement", "delete_by"),
        }


# --- outcomes and roster ------------------------------------------------------------------------------------


def test_planted_outcomes_are_in_the_file(demo: Path, truth: dict) -> None:
    rows, planted = read(demo / "outcomes.csv"), truth["outcomes"]
    ids = [row["Student ID"] for row in rows]
    students = Counter(i.strip().upper() for i in ids)
    spelled = Counter(row[c] for row in rows for c in ("Pretest", "Posttest") if row[c] in MISSING)
    repeated = [i for i, count in students.items() if count == 2]
    assert len(rows) == planted["rows"] == truth["roster"]["students"] - 1 + 1 + planted["duplicate_rows"]
    assert sum(students.values()) - len(students) == planted["duplicate_rows"] == 3
    assert set(repeated) == set(planted["duplicated_students"])
    assert len(rows) - len({tuple(row.values()) for row in rows}) == 3 - planted["duplicate_rows_spelled_differently"]
    assert spelled == planted["missing_spelled"]
    assert set(spelled) == set(MISSING)
    assert sum(i != i.upper() for i in ids) == planted["ids_in_lower_case"]
    assert sum(i != i.strip() for i in ids) == planted["ids_padded"]


def test_missing_scores_are_counted_by_arm(demo: Path, truth: dict) -> None:
    treated = {f"MATH6-{k:02d}" for k in range(1, 7)}
    for column, key in (("Pretest", "missing_pretest"), ("Posttest", "missing_posttest")):
        classes = [row["Class"] for row in read(demo / "outcomes.csv") if row[column] in MISSING]
        n_treated = sum(code in treated for code in classes)
        assert truth["outcomes"][key] == {"treated": n_treated, "comparison": len(classes) - n_treated}


def test_scores_are_whole_points_from_0_to_100(demo: Path) -> None:
    scores = [row[c] for row in read(demo / "outcomes.csv") for c in ("Pretest", "Posttest")]
    assert all(0 <= int(score) <= 100 for score in scores if score not in MISSING)


def test_test_dates_come_in_two_formats(demo: Path, truth: dict) -> None:
    dates = [row["Test date"] for row in read(demo / "outcomes.csv")]
    n_us = sum(bool(US_DATE.fullmatch(text)) for text in dates)
    assert n_us == truth["outcomes"]["dates_in_us_format"] > 0
    assert sum(bool(ISO_DATE.fullmatch(text)) for text in dates) == len(dates) - n_us > 0


def test_students_left_after_cleaning(students: dict[str, np.ndarray], truth: dict) -> None:
    left = truth["outcomes"]["left_after_cleaning"]
    is_treated, classes = students["is_treated"], students["class"]
    assert left["students"] == {"treated": is_treated.sum(), "comparison": (~is_treated).sum()}
    assert left["classes"] == {
        "treated": len(set(classes[is_treated])),
        "comparison": len(set(classes[~is_treated])),
    }
    assert left["classes"] == {"treated": 6, "comparison": 5}


def test_the_roster_leads_from_every_student_to_school_and_district(demo: Path, truth: dict) -> None:
    orgs = {row["sourcedId"]: row for row in read(demo / "roster/orgs.csv")}
    classes = {row["sourcedId"]: row for row in read(demo / "roster/classes.csv")}
    users = {row["sourcedId"]: row for row in read(demo / "roster/users.csv")}
    enrolled = Counter()
    begins = {}
    for row in read(demo / "roster/enrollments.csv"):
        classroom, user = classes[row["classSourcedId"]], users[row["userSourcedId"]]
        assert row["schoolSourcedId"] == classroom["schoolSourcedId"] == user["orgSourcedIds"]
        assert orgs[orgs[row["schoolSourcedId"]]["parentSourcedId"]]["name"] == "Maple Valley School District"
        assert row["role"] == user["role"]
        enrolled[row["role"]] += 1
        begins.setdefault(classroom["classCode"], set()).add(row["beginDate"])
    assert enrolled == {"student": truth["roster"]["students"], "teacher": 12}
    assert list(begins) == [f"MATH6-{k:02d}" for k in range(1, 13)]
    late = {code for code, days in begins.items() if days == {"2026-09-28"}}
    assert late == {truth["roster"]["late_class"]} == {"MATH6-12"}
    assert all(begins[code] == {"2026-08-24"} for code in set(begins) - late)


def test_every_school_has_both_arms(demo: Path) -> None:
    arms: dict[str, set[bool]] = {}
    for row in read(demo / "roster/classes.csv"):
        arms.setdefault(row["schoolSourcedId"], set()).add(int(row["classCode"][-2:]) <= 6)
    assert len(arms) == 3
    assert all(both == {True, False} for both in arms.values())


def test_one_student_left_and_one_is_not_on_the_roster(demo: Path, truth: dict) -> None:
    with_scores = {row["Student ID"].strip().upper() for row in read(demo / "outcomes.csv")}
    on_roster = {row["identifier"] for row in read(demo / "roster/users.csv") if row["role"] == "student"}
    assert on_roster - with_scores == {truth["roster"]["student_without_outcome"]}
    assert with_scores - on_roster == {truth["outcomes"]["student_not_on_roster"]}


def test_no_file_but_the_roster_has_anything_like_a_name(demo: Path) -> None:
    users = read(demo / "roster/users.csv")
    assert {row["givenName"] for row in users} == {"Student", "Teacher"}
    assert all(row["familyName"] == row["identifier"] for row in users)
    assert all(re.fullmatch(r"S-\d{5}|t-\d{4}", row["identifier"]) for row in users)


# --- what the default seed was chosen for -------------------------------------------------------------------


def hedges_g(values: np.ndarray, is_treated: np.ndarray) -> float:
    t, c = values[is_treated], values[~is_treated]
    pooled = np.sqrt(((len(t) - 1) * t.var(ddof=1) + (len(c) - 1) * c.var(ddof=1)) / (len(values) - 2))
    return (1 - 3 / (4 * len(values) - 9)) * (t.mean() - c.mean()) / pooled


def test_the_demo_result_is_positive_and_cannot_be_told_from_chance(students: dict[str, np.ndarray]) -> None:
    codes = sorted(set(students["class"]))
    member = students["class"][:, None] == np.array(codes)
    size = member.sum(0)
    pre_mean, post_mean = (students[name] @ member / size for name in ("pretest", "posttest"))
    within = students["pretest"] - member @ pre_mean
    slope = within @ students["posttest"] / (within @ within)
    intercepts = post_mean - slope * pre_mean
    is_treated = np.array([int(code[-2:]) <= 6 for code in codes])
    result = stats.ttest_ind(intercepts[is_treated], intercepts[~is_treated])
    assert result.statistic > 0
    assert result.pvalue > 0.05
    assert abs(hedges_g(students["pretest"], students["is_treated"])) <= 0.25


# --- teacher survey -----------------------------------------------------------------------------------------


def test_the_survey_has_three_header_rows_and_a_byte_order_mark(demo: Path) -> None:
    assert (demo / "teacher_survey.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    texts, imports = read(demo / "teacher_survey.csv")[:2]
    columns = list(texts)
    assert columns[:8] == [
        *("StartDate", "EndDate", "Status", "Progress", "Duration (in seconds)"),
        *("Finished", "RecordedDate", "ResponseId"),
    ]
    assert columns[8:] == ["Q1", "Q2", *(f"Q3_{n}" for n in range(1, 25)), "Q4"]
    assert all("ImportId" in json.loads(cell) for cell in imports.values())
    codes = [f"{area}{n}" for area in ("RC", "PB", "CU", "SA", "TU", "SU") for n in range(1, 5)]
    assert [texts[f"Q3_{n}"] for n in range(1, 25)] == [f"Item {code}" for code in codes]


def test_planted_survey_responses_are_in_the_file(demo: Path, truth: dict) -> None:
    rows, planted = read(demo / "teacher_survey.csv")[2:], truth["teacher_survey"]
    real = [row for row in rows if row["Status"] == "IP Address" and row["Finished"] == "True"]
    keys = Counter((row["Q1"].strip().lower(), row["Q2"]) for row in real)
    waves = Counter(teacher for teacher, _ in keys)
    twice = [key for key, count in keys.items() if count == 2]
    assert len(rows) == planted["rows"]
    assert sum(row["Status"] == "Survey Preview" for row in rows) == planted["preview_responses"] == 1
    assert sum(row["Finished"] == "False" for row in rows) == planted["unfinished_responses"] == 1
    assert len(twice) == planted["duplicate_responses"] == 1
    assert len(keys) == planted["left_after_cleaning"]["responses"] == 11
    assert [t for t, count in waves.items() if count == 1] == [planted["answered_only_before"]]
    assert (planted["answered_only_before"], "Before the pilot") in keys
    assert set(waves) == {f"t-{n}" for n in range(1001, 1007)}
    assert sum(row[f"Q3_{n}"] == "" for row in real for n in range(1, 25)) == planted["blank_items"] == 1
    assert sum(row["Q1"] != row["Q1"].strip() for row in rows) == planted["staff_ids_padded"] > 0
    assert sum(row["Q1"].strip().startswith("T-") for row in rows) == planted["staff_ids_in_upper_case"] > 0
    assert len({row["ResponseId"] for row in rows}) == len(rows)


def test_answers_come_as_text_in_any_case_number_or_both(demo: Path, truth: dict) -> None:
    forms: Counter[str] = Counter()
    for row in read(demo / "teacher_survey.csv")[2:]:
        for n in range(1, 25):
            answer = row[f"Q3_{n}"]
            text = re.sub(r"^[1-5] - ", "", answer)
            if re.fullmatch("[1-5]", answer):
                forms["number"] += 1
            elif text != answer:
                forms["number and text"] += 1
                assert ANCHORS.index(text.lower()) + 1 == int(answer[0])
            elif answer:
                assert answer.lower() in ANCHORS
                is_plain = answer == answer.capitalize()
                forms["text" if is_plain else "upper case" if answer.isupper() else "lower case"] += 1
    assert forms == truth["teacher_survey"]["answers_spelled"]
    assert len(forms) == 5


def test_survey_change_comes_near_the_truth_with_many_teachers(tmp_path: Path) -> None:
    many = Truth(treated_classes=300, comparison_classes=3, has_mess=False)
    simulate_pilot(tmp_path, truth=many)
    scores: dict[tuple[str, str], np.ndarray] = {}
    for row in read(tmp_path / "teacher_survey.csv")[2:]:
        values = np.array([ANCHORS.index(row[f"Q3_{n}"].lower()) + 1.0 for n in range(1, 25)])
        values[[3, 14]] = 6 - values[[3, 14]]  # RC4 and SA3 are reverse-keyed
        scores[row["Q1"], row["Q2"][:5]] = values.reshape(6, 4).mean(1)
    change = np.mean([scores[t, "After"] - scores[t, "Befor"] for t, wave in scores if wave == "After"], axis=0)
    # standard error about 0.3 / sqrt(300) = 0.017
    assert change == pytest.approx([0.3, 0.3, 0.3, 0.0, 0.3, 0.3], abs=0.06)


LIKELY = ("Extremely unlikely", "Quite unlikely", "Slightly unlikely", "Neither", "Slightly likely", "Quite likely")
LIKELY = (*LIKELY, "Extremely likely")


def acceptance(row: dict[str, str]) -> list[int]:
    return [LIKELY.index(answer) + 1 for question, answer in row.items() if question.startswith("How likely") and answer]


def buys_in(row: dict[str, str]) -> bool:
    return row["Buy-in [BI1]"] in ("Agree", "Strongly agree")


def test_the_acceptance_form_holds_the_planted_mess(demo: Path, truth: dict) -> None:
    rows, planted = read(demo / "acceptance_survey.csv"), truth["acceptance_survey"]
    assert len(rows) == planted["rows"]
    last = {row["Staff ID"].lower(): row for row in rows}  # rows are in the order of time
    assert set(last) == {f"t-{n}" for n in range(1001, 1007)} - {planted["did_not_answer"]}
    assert len(rows) - len(last) == planted["duplicate_responses"] == 1
    assert sum(12 - len(acceptance(row)) for row in last.values()) == planted["blank_items"] == 1
    assert planted["left_after_cleaning"] == {"teachers": len(last), "favourable": sum(map(buys_in, last.values()))}


def test_acceptance_comes_near_the_truth_with_many_teachers(tmp_path: Path) -> None:
    many = Truth(treated_classes=300, comparison_classes=3, has_mess=False, usefulness=4.0, ease_of_use=3.5, buy_in=0.6)
    simulate_pilot(tmp_path, truth=many)
    rows = read(tmp_path / "acceptance_survey.csv")
    scores = np.array([acceptance(row) for row in rows]).reshape(len(rows), 2, 6).mean(axis=(0, 2))
    # a teacher's level has an SD of sqrt(.8^2 + .4^2) = .9, so the standard error is about .9 / sqrt(300) = .052
    assert len(rows) == 300 and scores == pytest.approx([4.0, 3.5], abs=0.18)
    # sqrt(.6 x .4 / 300) = .028
    assert np.mean([buys_in(row) for row in rows]) == pytest.approx(0.6, abs=0.1)


# --- sessions and error log ---------------------------------------------------------------------------------


def test_sessions_agree_with_the_truth(demo: Path, truth: dict) -> None:
    rows, planted = read(demo / "sessions.csv"), truth["sessions"]
    assert list(rows[0]) == ["Date", "Teacher", "Room", "Period", "Minutes"]
    assert len(rows) == planted["rows"]
    assert sum(int(row["Minutes"]) for row in rows) == planted["minutes"]
    assert Counter(row["Period"] for row in rows) == planted["by_period"]
    assert len({(row["Date"], row["Teacher"], row["Period"]) for row in rows}) == len(rows)
    assert (min(row["Date"] for row in rows), max(row["Date"] for row in rows)) == (
        "2026-09-14",
        "2026-10-09",
    )


def test_every_period_is_taught_by_several_teachers(demo: Path) -> None:
    teachers: dict[str, set[str]] = {}
    for row in read(demo / "sessions.csv"):
        teachers.setdefault(row["Period"], set()).add(row["Teacher"])
    assert set(teachers) == set("1234567")
    assert min(map(len, teachers.values())) >= 2


def iso_day(moment: str) -> str:
    if US_DATE.match(moment):
        month, day, year = moment.split()[0].split("/")
        return f"{year}-{month}-{day}"
    return moment.split()[0]


def test_planted_error_log_rows_are_in_the_file(demo: Path, truth: dict) -> None:
    rows, planted = read(demo / "error_log.csv"), truth["error_log"]
    assert list(rows[0]) == ["Reported", "Teacher", "Room", "Period", "Category", "Message"]
    n_us = sum(bool(US_DATE.match(row["Reported"])) for row in rows)
    unique = {tuple(row.values()) for row in rows}
    tests = [row for row in rows if row["Category"] == "test"]
    assert len(rows) == planted["rows"]
    assert n_us == planted["dates_in_us_format"] > 0
    assert len(rows) - n_us == sum(bool(ISO_DATE.match(row["Reported"])) for row in rows) > 0
    assert len(rows) - len(unique) == planted["duplicate_rows"] == 3
    assert [row["Message"] for row in tests] == ["TEST please ignore"] * planted["test_entries"]
    assert sum(row["Teacher"].startswith("T-") for row in rows) == planted["teachers_in_upper_case"]


def test_errors_left_after_cleaning_belong_to_a_session(demo: Path, truth: dict) -> None:
    left = truth["error_log"]["left_after_cleaning"]
    sessions = {(row["Date"], row["Teacher"], row["Period"]) for row in read(demo / "sessions.csv")}
    unique = {tuple(row.values()) for row in read(demo / "error_log.csv") if row["Category"] != "test"}
    crashes = [row for row in unique if row[4] == "crash"]
    assert {(iso_day(row[0]), row[1].lower(), row[3]) for row in unique} <= sessions
    assert len(unique) == left["errors"]
    assert Counter(row[4] for row in unique) == left["by_category"]
    by_period = Counter(row[3] for row in crashes)
    assert {period: by_period[period] for period in "1234567"} == left["crashes_by_period"]
    days = {iso_day(row[0]) for row in crashes if row[3] == "3"}
    assert len(days) == left["days_with_a_crash_in_hot_period"]


def test_crashes_concentrate_in_period_3_but_are_not_daily(truth: dict) -> None:
    left = truth["error_log"]["left_after_cleaning"]
    crashes = np.array(list(left["crashes_by_period"].values()))
    lessons = np.array(list(truth["sessions"]["by_period"].values()))
    # chance that any period gets as many of all crashes as period 3 has, at most 7 times the binomial tail
    tail = stats.binom.sf(crashes[2] - 1, crashes.sum(), lessons[2] / lessons.sum())
    assert crashes.argmax() == 2
    assert 7 * tail < 0.01
    assert 6 <= left["days_with_a_crash_in_hot_period"] <= 14


# --- other truths -------------------------------------------------------------------------------------------


def test_scores_in_memory_follow_the_model() -> None:
    truth = Truth(treated_classes=400, comparison_classes=400, schools=40, districts=4, has_mess=False)
    scores = draw_scores(seed=3, truth=truth)
    t = scores.is_treated
    gap = scores.posttest_score[t].mean() - scores.posttest_score[~t].mean()
    means = [scores.pretest_score[scores.class_index == k].mean() for k in range(800)]
    between = np.var(means, ddof=1) - 0.85 * 13**2 / 22
    assert len(set(scores.school_index)) == 40
    assert len(set(scores.district_index)) == 4
    # standard errors: class means 13 * sqrt(.15 + .85/22) / sqrt(200) = 0.4; r 0.006; ICC 0.01
    assert gap == pytest.approx(0.20 * 13, abs=1.2)
    assert np.corrcoef(scores.pretest_score, scores.posttest_score)[0, 1] == pytest.approx(0.70, abs=0.03)
    assert between / 13**2 == pytest.approx(0.15, abs=0.03)


def test_scores_in_memory_are_those_in_the_file(tmp_path: Path) -> None:
    truth = Truth(has_mess=False, effect_sd=0.0)
    simulate_pilot(tmp_path, seed=5, truth=truth)
    written = sorted((row["Class"], float(row["Posttest"])) for row in read(tmp_path / "outcomes.csv"))
    scores = draw_scores(seed=5, truth=truth)
    drawn = sorted((f"MATH6-{k + 1:02d}", score) for k, score in zip(scores.class_index, scores.posttest_score, strict=True))
    assert written == drawn


def test_without_mess_nothing_is_planted(tmp_path: Path) -> None:
    simulate_pilot(tmp_path, truth=Truth(has_mess=False))
    rows = read(tmp_path / "outcomes.csv")
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert len({row["Student ID"] for row in rows}) == len(rows) == truth["roster"]["students"]
    assert sum(truth["outcomes"]["left_after_cleaning"]["students"].values()) == len(rows)
    assert len(read(tmp_path / "teacher_survey.csv")) == 2 + 12
    assert {row["beginDate"] for row in read(tmp_path / "roster/enrollments.csv")} == {"2026-08-24"}


@pytest.mark.parametrize("seed", range(5))
def test_counts_hold_for_other_seeds_and_a_larger_pilot(seed: int, tmp_path: Path) -> None:
    simulate_pilot(tmp_path, seed=seed, truth=Truth(treated_classes=20, comparison_classes=20, schools=10, districts=2))
    truth = json.loads((tmp_path / "truth.json").read_text())
    test_planted_outcomes_are_in_the_file(tmp_path, truth)
    test_errors_left_after_cleaning_belong_to_a_session(tmp_path, truth)
    answers = [row for row in read(tmp_path / "teacher_survey.csv")[2:] if row["Finished"] == "True"]
    assert len(answers) == 2 * 20 - 1 + 1 + 1  # one wave not answered, one duplicate, one preview


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("treated_classes", 1, "1 treated and 6 comparison classes"),
        ("schools", 7, "7 schools; expected 1 to 6"),
        ("districts", 4, "4 districts; expected 1 to 3"),
        ("students_per_class", 2, "2 students per class"),
        ("class_icc", 1.2, "class_icc is 1.2; expected 0 to 1"),
        ("effect_sd", float("nan"), "effect_sd is nan"),
        ("buy_in", 1.2, "buy_in is 1.2; expected 0 to 1"),
        ("crash_chance_hot", -0.1, "crash_chance_hot is -0.1"),
        ("hot_period", 8, "hot_period is 8; expected 1 to 7"),
        ("weeks", 0, "a window of 0 weeks"),
        ("score_sd", 0.0, "SD 0.0"),
    ],
)
def test_an_impossible_truth_is_refused(field: str, value: float, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Truth(**{field: value})


def test_a_negative_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="seed is -1; expected a whole number from 0"):
        simulate_pilot(tmp_path, seed=-1)
    assert not list(tmp_path.iterdir())


def test_observations_hold_the_planted_change_and_mess(demo, truth):
    rows, planted = read(demo / "observations.csv"), truth["observations"]
    assert len(rows) == planted["rows"]
    assert sum(row["Present"] == "-" for row in rows) == planted["not_observed"] == 1
    assert len(rows) - len({tuple(row.values()) for row in rows}) == planted["entered_twice"] == 1
    shares: dict[bool, list[float]] = {True: [], False: []}
    for row in rows:
        if row["Date"] >= "2026-09-14" and row["Present"] != "-":
            shares[int(row["Teacher"][-4:]) <= 1006].append(int(row["On task"]) / int(row["Present"]))
    # true change 0.06; about 430 and 220 scans of 20 students with an SD of about 0.1 give a standard error below 0.01
    assert np.mean(shares[True]) - np.mean(shares[False]) == pytest.approx(truth["truth"]["on_task_change"], abs=0.03)


def test_coded_lessons_are_lessons_with_the_tool_and_a_fifth_is_coded_twice(demo, truth):
    rows, planted = read(demo / "lesson_coding.csv"), truth["lesson_coding"]
    assert len(rows) == planted["rows"]
    coded = [row for row in rows if not row["Lesson"].startswith("EXAMPLE") and row["PICRAT"] != "-"]
    assert len(rows) - len(coded) == planted["examples"] + planted["not_coded"] == 2
    assert len(coded) - len({tuple(row.values()) for row in coded}) == planted["entered_twice"] == 1
    held = {(row["Date"], row["Teacher"], row["Period"]) for row in read(demo / "sessions.csv")}
    assert {(row["Date"], row["Teacher"], row["Period"]) for row in coded} <= held
    coders = {(row["Lesson"], row["Coder"].upper()) for row in coded}
    lessons = {lesson for lesson, _ in coders}
    assert (len(lessons), len(coders) - len(lessons)) == (planted["lessons"], planted["double_coded"])
    assert planted["double_coded"] >= 0.2 * planted["lessons"]
    first = {row["Lesson"]: row["PICRAT"].strip().upper() for row in reversed(coded) if row["Coder"] == "JB"}
    assert dict(Counter(first.values())) == planted["by_picrat"]


def test_use_is_by_treated_students_but_for_the_planted_mess(demo, truth):
    rows, planted = read(demo / "usage.csv"), truth["usage"]
    assert len(rows) == planted["rows"]
    assert len(rows) - len({tuple(row.values()) for row in rows}) == planted["entered_twice"] == 1
    class_of = {row["Student ID"].strip().upper(): row["Class"] for row in read(demo / "outcomes.csv")}
    others = [row for row in rows if int(class_of.get(row["Student ID"], "99")[-2:]) > 6]
    assert {row["Student ID"] for row in others} >= {"demo-student"}
