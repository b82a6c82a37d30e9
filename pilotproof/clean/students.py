"""Students: who was assigned to which arm, and who has the scores that the analysis needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd

from pilotproof.clean.cleaned import Cleaned
from pilotproof.clean.flow import Rule, accounts_of, apply_rules, removed_by
from pilotproof.clean.roster import PLACES, Places, places_from_roster, with_arm
from pilotproof.clean.score_matches import score_matches
from pilotproof.clean.score_rules import entered_once, entered_once_as_testing
from pilotproof.clean.scores import ScoreRows, one_row_per_student, parse_scores
from pilotproof.clean.users import has_known_use, told_by_use
from pilotproof.columns import check_table
from pilotproof.errors import DataError, Problem, all_or_problems
from pilotproof.pilot import Design, Outcome, Pilot
from pilotproof.sources.raw import RawTable
from pilotproof.sources.rosters import Roster

NOT_STATED = "not stated"


def clean_students(
    tables: Sequence[RawTable], roster: Roster | None, pilot: Pilot, *, minutes: Mapping[str, float] | None = None
) -> Cleaned:
    """The tidy student table and its flow.

    tables : the outcomes files; minutes : of use by student, where users are compared with non-users
    Gives one row per assigned student and outcome (columns.STUDENTS), with `is_analysed` false for students who lack a score,
    the flow of score rows and of students by arm, and the account of the outcomes files and of the roster's.
    Raises DataError for values out of range, contradictory rows, unknown classes and an empty arm.
    """
    rows, places = _rows_and_places(tables, roster, pilot)
    told = places.frame if minutes is None else told_by_use(places.frame, minutes, pilot.design.fewest_minutes)
    matched, row_flow, fate = _match_rows(rows, told, pilot, tables)
    scores = one_row_per_student(matched, pilot)
    assigned = told[told["arm"] != "neither"]
    students, flows = [], [row_flow]
    for outcome in pilot.outcomes:
        of_outcome, flow = _one_outcome(assigned, scores, outcome, pilot)
        students.append(of_outcome)
        flows.append(flow)
    accounts = accounts_of(fate, file=rows.frame["file"], tables=tables, merging=(entered_once, entered_once_as_testing))
    return Cleaned(
        tables={"students": check_table(pd.concat(students, ignore_index=True), "students")},
        flow=pd.concat(flows, ignore_index=True),
        accounts=(*accounts, *places.accounts),
        matches=() if roster is None else score_matches(rows.frame, places.frame, tables),
    )


def _rows_and_places(tables: Sequence[RawTable], roster: Roster | None, pilot: Pilot) -> tuple[ScoreRows, Places]:
    """Scores and where each student is; what is wrong with either is said in one breath, as far as one can be had alone."""
    files = ", ".join(table.file for table in tables)

    def placed(places: Places) -> Places:
        _check_arms(places.frame, pilot.design, files)
        return places

    if roster is None:
        rows = parse_scores(tables, pilot)
        return rows, placed(_places_from_rows(rows.frame, pilot))
    rows, places = all_or_problems(
        lambda: parse_scores(tables, pilot),
        lambda: placed(places_from_roster(roster, pilot)),
    )
    return rows, places


def treated_teachers(roster: Roster, pilot: Pilot) -> set[str]:
    """Staff ids of the teachers of treated classes. Raises DataError as `clean_students` does."""
    places = places_from_roster(roster, pilot).frame
    return set(places.loc[places["arm"] == "treated", "teacher_id"].dropna())


def arm_of_teachers(roster: Roster, pilot: Pilot) -> dict[str, str]:
    """`treated` or `comparison` for each teacher of the pilot; treated for one who has classes of both."""
    places = places_from_roster(roster, pilot).frame
    in_pilot = places[(places["arm"] != "neither") & places["teacher_id"].notna()]
    ordered = in_pilot.sort_values("arm", ascending=True)  # comparison before treated, so that the latter stays
    return dict(zip(ordered["teacher_id"], ordered["arm"], strict=True))


# ---- rules: the docstring is the label in the flow ----------------------------------------------------------------


def on_roster(frame: pd.DataFrame) -> pd.Series:
    """Not on the roster."""
    return frame["is_known"]


def in_an_arm(frame: pd.DataFrame) -> pd.Series:
    """Not in a treated or comparison group."""
    return frame["arm"] != "neither"


def enrolled_in_time(frame: pd.DataFrame, *, latest_start: pd.Timestamp) -> pd.Series:
    """Joined after {latest_start:%Y-%m-%d}."""
    return frame["begin"].isna() | (frame["begin"] <= latest_start)


def in_one_class(frame: pd.DataFrame) -> pd.Series:
    """In two classes of the pilot at once."""
    return ~frame["is_in_two_classes"]


def stayed_in_class(frame: pd.DataFrame) -> pd.Series:
    """Moved between classes of the pilot."""
    return ~frame["has_moved"]


def has_row(frame: pd.DataFrame) -> pd.Series:
    """On the roster, but not in the outcomes file."""
    return frame["has_row"]


def has_pretest(frame: pd.DataFrame) -> pd.Series:
    """No pretest score."""
    return frame["pretest_score"].notna()


def has_posttest(frame: pd.DataFrame) -> pd.Series:
    """No posttest score."""
    return frame["posttest_score"].notna()


# ---- steps --------------------------------------------------------------------------------------------------------


def _places_from_rows(rows: pd.DataFrame, pilot: Pilot) -> Places:
    """Without a roster the outcomes file says where each student is; what it does not say is the pilot's district."""
    places = rows[["student_id", *PLACES, "arm_name", "begin"]].drop_duplicates("student_id")
    places = places.fillna({"school_id": NOT_STATED, "district_id": pilot.district})
    return Places(frame=with_arm(places.assign(has_moved=False, is_in_two_classes=False), pilot.design))


def _check_arms(places: pd.DataFrame, design: Design, file: str) -> None:
    present = set(places["named_by"].dropna())
    problems = [
        Problem(
            file=file,
            column=f"design.{arm}",
            found=f"no student with {design.arm_column} '{name}'",
            expected=f"every entry of design.{arm} in the roster or the outcomes file",
            action="Correct the name in the params file, or ask for a complete export.",
        )
        for arm, names in (("treated", design.treated), ("comparison", design.comparison))
        for name in names
        if name.strip().upper() not in present
    ]
    if problems:
        raise DataError(problems)


def _check_units(assigned: pd.DataFrame, pilot: Pilot, file: str) -> None:
    """Every student needs the unit of inference: its class, or its teacher or school where the params name these."""
    unit = pilot.design.cluster
    nameless = assigned[assigned[f"{unit}_id"].isna() | (assigned[f"{unit}_id"] == "")]
    problems = [
        Problem(
            file=file,
            column=unit,
            found=f"class '{name}' without a {unit}",
            expected=f"a {unit} for each class, because design.cluster is {unit}",
            action=f"Ask for a complete export, fill it in with corrections.yaml, or use another design.cluster than {unit}.",
        )
        for name in sorted(nameless["class_id"].dropna().unique())
    ]
    if problems:
        raise DataError(problems)


def _match_rows(
    rows: ScoreRows, places: pd.DataFrame, pilot: Pilot, tables: Sequence[RawTable]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Every row of the outcomes files: those that count, the flow, and for each row the rule that left it out."""
    frame = rows.frame.drop(columns=[*PLACES, "arm_name", "begin"])
    joined = frame.merge(places[["student_id", "arm", "cluster", "begin"]], on="student_id", how="left", validate="many_to_one")
    joined["is_known"] = joined["arm"].notna()
    joined["arm"] = joined["arm"].fillna("neither")
    roster_rules = [on_roster] if pilot.sources.roster else []
    rules: list[Rule] = [*rows.rules, *roster_rules, in_an_arm, *_in_time(pilot.design), *rows.repeated]
    names = ", ".join(table.file.rsplit("/", 1)[-1] for table in tables)
    kept, flow = apply_rules(joined, rules, table="score rows", start=f"Rows in {names}")
    return kept, flow, removed_by(joined, rules)


def _in_time(design: Design) -> list[Rule]:
    if design.latest_start is None:
        return []
    return [partial(enrolled_in_time, latest_start=pd.Timestamp(design.latest_start))]


def _one_outcome(
    assigned: pd.DataFrame, scores: pd.DataFrame, outcome: Outcome, pilot: Pilot
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Assigned students with their scores on one outcome, and the flow from assigned to analysed.

    Students who joined late were not assigned; all others stay in the table, analysed or not, because their loss is attrition.
    """
    own = pd.DataFrame({"student_id": scores["student_id"], "has_row": True})
    for wave in ("pretest", "posttest"):
        own[f"{wave}_score"] = scores[f"{outcome.name}:{wave}"]
    students = assigned.merge(own, on="student_id", how="left", validate="one_to_one")
    students["has_row"] = students["has_row"].eq(True)
    in_time, others = _in_time(pilot.design), _student_rules(outcome, pilot)
    analysed, flow = apply_rules(
        students, [*in_time, *others], table=outcome.name, start="Students in treated and comparison groups"
    )
    for rule in in_time:
        students = students[rule(students)]
    students = students.assign(
        outcome=outcome.name,
        is_treated=students["arm"] == "treated",
        is_analysed=students["student_id"].isin(analysed["student_id"]),
    )
    _require_both_arms(students, outcome, pilot.design)
    ordered = students.sort_values("student_id", ignore_index=True)
    return ordered[list(_STUDENT_COLUMNS)].astype({"outcome": "str", "teacher_id": "str"}), flow


def _student_rules(outcome: Outcome, pilot: Pilot) -> list[Rule]:
    rules: list[Rule] = []
    if pilot.sources.roster is not None:
        if pilot.sources.roster.in_two_classes == "leave-out":
            rules.append(in_one_class)
        if pilot.sources.roster.moved == "leave-out":
            rules.append(stayed_in_class)
        rules.append(has_row)
    if pilot.design.assignment == "users-compared":
        rules.append(has_known_use)
    return [*rules, *([has_pretest] if pilot.has_pretest(outcome) else []), has_posttest]


_STUDENT_COLUMNS = (
    "student_id class_id teacher_id school_id district_id is_treated outcome pretest_score posttest_score is_analysed"
).split()


def _require_both_arms(students: pd.DataFrame, outcome: Outcome, design: Design) -> None:
    analysed = students[students["is_analysed"]]
    arms = {"treated": analysed["is_treated"].sum()}
    if design.has_two_arms:
        arms["comparison"] = (~analysed["is_treated"]).sum()
    problems = [
        Problem(
            file="outcomes",
            column=outcome.posttest_column,
            found=f"no {arm} student with all scores for {outcome.label}",
            expected="students in each arm",
            action="See the flow in 01-clean for the rule that removed them; check the ids and classes in the params.",
        )
        for arm, count in arms.items()
        if count == 0
    ]
    if problems:
        raise DataError(problems)
