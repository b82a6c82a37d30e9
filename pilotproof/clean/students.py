"""Students: who was assigned to which arm, and who has the scores that the analysis needs."""

from __future__ import annotations

from functools import partial

import pandas as pd

from pilotproof.clean.cleaned import Cleaned
from pilotproof.clean.flow import Rule, apply_rules
from pilotproof.clean.values import normalise_id, parse_numbers, parse_times
from pilotproof.columns import check_table
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import Design, Outcome, Pilot
from pilotproof.sources.oneroster import Roster
from pilotproof.sources.raw import RawTable, require_columns

PLACES = ("class_id", "teacher_id", "school_id", "district_id")


def clean_students(raw: RawTable, roster: Roster | None, pilot: Pilot) -> Cleaned:
    """The tidy student table and its flow.

    Returns one row per assigned student and outcome (columns.STUDENTS), with `is_analysed` false for students who
    lack a score, and the flow of score rows and of students, by arm.
    Raises DataError for values out of range, contradictory rows, unknown classes and an empty arm.
    """
    rows = _parse(raw, pilot)
    if roster is None:
        places = rows[["student_id", *PLACES, "arm_name", "begin"]].drop_duplicates("student_id")
        rows = rows.drop(columns=[*PLACES, "arm_name", "begin"])
    else:
        places = _places_from_roster(roster, pilot)
    places = _with_arm(places, pilot)
    _check_arms(places, pilot.design, raw.file)
    matched, row_flow = _match_rows(rows, places, pilot, raw.file)
    assigned = places[places["arm"] != "neither"]
    tables, flows = [], [row_flow]
    for outcome in pilot.outcomes:
        students, flow = _one_outcome(assigned, matched, outcome, pilot)
        tables.append(students)
        flows.append(flow)
    students = check_table(pd.concat(tables, ignore_index=True), "students")
    return Cleaned(tables={"students": students}, flow=pd.concat(flows, ignore_index=True))


def treated_teachers(roster: Roster, pilot: Pilot) -> set[str]:
    """Staff ids of the teachers of treated classes. Raises DataError as `clean_students` does."""
    places = _with_arm(_places_from_roster(roster, pilot), pilot)
    return set(places.loc[places["arm"] == "treated", "teacher_id"].dropna())


# ---- rules: the docstring is the label in the flow ----------------------------------------------------------------


def entered_once(frame: pd.DataFrame) -> pd.Series:
    """Same student entered twice with the same scores."""
    return ~frame.duplicated("student_id", keep="first")


def on_roster(frame: pd.DataFrame) -> pd.Series:
    """Not on the roster."""
    return frame["is_known"]


def in_an_arm(frame: pd.DataFrame) -> pd.Series:
    """Not in a treated or comparison group."""
    return frame["arm"] != "neither"


def enrolled_in_time(frame: pd.DataFrame, *, latest_start: pd.Timestamp) -> pd.Series:
    """Joined after {latest_start:%Y-%m-%d}."""
    return frame["begin"].isna() | (frame["begin"] <= latest_start)


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


def _parse(raw: RawTable, pilot: Pilot) -> pd.DataFrame:
    """One row per row of the file: ids, places (where the file has them) and all scores."""
    source = pilot.sources.outcomes
    named = {
        "class_id": source.class_column,
        "teacher_id": source.teacher_column,
        "school_id": source.school_column,
        "district_id": source.district_column,
        "arm_name": source.arm_column,
    }
    score_columns = [c for o in pilot.outcomes for c in (o.pretest_column, o.posttest_column) if c]
    wanted = [source.student_column, source.date_column, *named.values(), *score_columns]
    require_columns(raw, [column for column in wanted if column])
    rows = pd.DataFrame({"student_id": normalise_id(raw.frame[source.student_column])})
    for name, column in named.items():
        rows[name] = normalise_id(raw.frame[column]) if column else pd.Series(pd.NA, index=rows.index, dtype="str")
    rows["begin"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    problems = _blank_ids(raw, source.student_column, rows["student_id"])
    if source.date_column:
        problems += parse_times(raw, source.date_column, formats=source.date_formats)[1]
    for outcome in pilot.outcomes:
        for kind, column in (("pretest", outcome.pretest_column), ("posttest", outcome.posttest_column)):
            if column:
                rows[f"{outcome.name}:{kind}"], found = parse_numbers(
                    raw, column, missing=source.missing, low=outcome.low, high=outcome.high
                )
                problems += found
    problems += _contradictions(rows, raw, source.student_column)
    if problems:
        raise DataError(problems)
    return rows


def _blank_ids(raw: RawTable, column: str, ids: pd.Series) -> list[Problem]:
    return [
        Problem(
            file=raw.file,
            row=int(row),
            column=column,
            found="an empty id",
            expected="a student id in every row",
            action="Ask for an export with the ids filled in.",
        )
        for row in ids.index[ids == ""]
    ]


def _contradictions(rows: pd.DataFrame, raw: RawTable, column: str) -> list[Problem]:
    """Rows of one student that differ in anything: no rule can tell which of them is right."""
    distinct = rows.drop_duplicates()
    twice = distinct[distinct.duplicated("student_id", keep=False) & (distinct["student_id"] != "")]
    return [
        Problem(
            file=raw.file,
            row=int(row),
            column=column,
            found=f"'{student}' again with other values",
            expected="one row per student",
            action="Two students may share an id, or one was tested twice: keep the right row at the source.",
        )
        for row, student in twice.loc[twice.duplicated("student_id", keep="first"), "student_id"].items()
    ]


def _places_from_roster(roster: Roster, pilot: Pilot) -> pd.DataFrame:
    """One row per student of the roster: class, teacher, school, district and first day."""
    frame = roster.students.frame
    begin, problems = parse_times(roster.students, "begin", formats=("%Y-%m-%d",))
    if problems:
        raise DataError(problems)
    teacher_of = _teacher_of_class(roster)
    places = pd.DataFrame(
        {
            "student_id": normalise_id(frame["student"]),
            "class_id": normalise_id(frame["class"]),
            "school_id": frame["school"].str.strip(),
            "district_id": frame["district"].str.strip(),
            "arm_name": pd.Series(pd.NA, index=frame.index, dtype="str"),
            "begin": begin,
        }
    )
    places["teacher_id"] = places["class_id"].map(teacher_of)
    named = {*_normalised(pilot.design.treated), *_normalised(pilot.design.comparison)}
    column = {"class": "class_id", "teacher": "teacher_id", "school": "school_id"}.get(pilot.design.arm_column)
    in_design = normalise_id(places[column]).isin(named) if column else pd.Series(True, index=places.index)
    places = places.assign(in_design=in_design).sort_values("in_design", ascending=False, kind="stable")
    twice = places[places["in_design"] & places.duplicated("student_id", keep="first")]
    if len(twice):
        raise DataError(_in_two_classes(roster.students.file, twice))
    return places.drop(columns="in_design").drop_duplicates("student_id")


def _in_two_classes(file: str, twice: pd.DataFrame) -> list[Problem]:
    return [
        Problem(
            file=file,
            row=int(row),
            column="classSourcedId",
            found=f"student '{student}' in a second class of the pilot",
            expected="each student in one treated or comparison class",
            action="Remove the enrolment that is wrong at the source.",
        )
        for row, student in twice["student_id"].items()
    ]


def _teacher_of_class(roster: Roster) -> dict[str, str]:
    """The first teacher listed for each class."""
    frame = roster.teachers.frame.drop_duplicates("class")
    return dict(zip(normalise_id(frame["class"]), normalise_id(frame["teacher"]), strict=True))


def _normalised(names: tuple[str, ...]) -> set[str]:
    return {name.strip().upper() for name in names}


def _with_arm(places: pd.DataFrame, pilot: Pilot) -> pd.DataFrame:
    design = pilot.design
    by = normalise_id(places["arm_name" if design.arm_column == "arm" else f"{design.arm_column}_id"])
    arm = pd.Series("neither", index=places.index, dtype="str")
    arm = arm.mask(by.isin(_normalised(design.treated)), "treated")
    arm = arm.mask(by.isin(_normalised(design.comparison)), "comparison")
    return places.assign(arm=arm, named_by=by, cluster=places[f"{design.cluster}_id"])


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


def _match_rows(rows: pd.DataFrame, places: pd.DataFrame, pilot: Pilot, file: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every row of the outcomes file, kept or left out by a rule."""
    joined = rows.merge(places[["student_id", "arm", "cluster"]], on="student_id", how="left", validate="many_to_one")
    joined["is_known"] = joined["arm"].notna()
    joined["arm"] = joined["arm"].fillna("neither")
    rules: list[Rule] = [entered_once, *([on_roster] if pilot.sources.roster else []), in_an_arm]
    return apply_rules(joined, rules, table="score rows", start=f"Rows in {file.rsplit('/', 1)[-1]}")


def _one_outcome(
    assigned: pd.DataFrame, matched: pd.DataFrame, outcome: Outcome, pilot: Pilot
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Assigned students with their scores on one outcome, and the flow from assigned to analysed."""
    scores = pd.DataFrame({"student_id": matched["student_id"], "has_row": True})
    for kind, column in (("pretest", outcome.pretest_column), ("posttest", outcome.posttest_column)):
        scores[f"{kind}_score"] = matched[f"{outcome.name}:{kind}"] if column else float("nan")
    students = assigned.merge(scores, on="student_id", how="left", validate="one_to_one")
    students["has_row"] = students["has_row"].eq(True)
    rules: list[Rule] = [] if pilot.sources.roster is None else [has_row]
    if outcome.pretest_column:
        rules.append(has_pretest)
    rules.append(has_posttest)
    if pilot.design.latest_start is not None:
        rules.insert(0, partial(enrolled_in_time, latest_start=pd.Timestamp(pilot.design.latest_start)))
    analysed, flow = apply_rules(students, rules, table=outcome.name, start="Students in treated and comparison groups")
    if pilot.design.latest_start is not None:
        students = students[rules[0](students)]
    students = students.assign(
        outcome=outcome.name,
        is_treated=students["arm"] == "treated",
        is_analysed=students["student_id"].isin(analysed["student_id"]),
    )
    _require_both_arms(students, outcome, pilot.design)
    ordered = students.sort_values("student_id", ignore_index=True)
    return ordered[list(_STUDENT_COLUMNS)].astype({"outcome": "str", "teacher_id": "str"}), flow


_STUDENT_COLUMNS = (
    "student_id class_id teacher_id school_id district_id is_treated outcome pretest_score posttest_score is_analysed"
).split()


def _require_both_arms(students: pd.DataFrame, outcome: Outcome, design: Design) -> None:
    analysed = students[students["is_analysed"]]
    arms = {"treated": analysed["is_treated"].sum()}
    if design.comparison:
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
