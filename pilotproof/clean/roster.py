"""From the roster to places: the one class in which each student is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from pilotproof.clean.cleaned import Account
from pilotproof.clean.flow import BY_CORRECTION
from pilotproof.clean.values import normalise_id, parse_times
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import Design, Pilot
from pilotproof.sources.rosters import Roster

PLACES = ("class_id", "teacher_id", "school_id", "district_id")
NOT_IN_PILOT = "Not in a class of the pilot"
NO_LONGER_ACTIVE = "No longer active"
SECOND_ENROLMENT = "Another enrolment of the same student"
TEACHER_OF_A_CLASS = "Teacher of a class"
WITHOUT_STUDENTS = "Belongs to no enrolment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where each student is counted, and what became of the roster's records.

    frame : one row per student: student_id, PLACES, arm_name, arm, cluster, named_by, begin, has_moved, is_in_two_classes
    """

    frame: pd.DataFrame
    accounts: tuple[Account, ...] = ()


def places_from_roster(roster: Roster, pilot: Pilot) -> Places:
    """One row per active student of the roster.

    A student who moved between classes of the pilot is counted in the first (intention to treat), as is one who was in two at
    once where the params allow that. Raises DataError for unreadable dates, and for students in two classes at once.
    """
    enrolments = _parse(roster, pilot)
    active = enrolments[enrolments["is_active"]]
    ordered = active.sort_values(["in_pilot", "begin"], ascending=[False, True], kind="stable", na_position="first")
    first = ordered.drop_duplicates("student_id")
    pilot_classes = ordered[ordered["in_pilot"]].drop_duplicates(["student_id", "class_id"])
    several = pilot_classes[pilot_classes.duplicated("student_id", keep=False)]
    at_once = _at_once(several)
    if at_once and pilot.sources.roster is not None and pilot.sources.roster.in_two_classes == "stop":
        raise DataError(_in_two_classes(several[several["student_id"].isin(at_once)], roster))
    first = first.assign(
        is_in_two_classes=first["student_id"].isin(at_once),
        has_moved=first["student_id"].isin(set(several["student_id"]) - at_once),
    )
    return Places(
        frame=first.drop(columns=["in_pilot", "is_active", "end", "class_key"]), accounts=_accounts(roster, enrolments, first)
    )


def with_arm(places: pd.DataFrame, design: Design) -> pd.DataFrame:
    """`places` with the arm and the cluster of each row. named_by : what the lists of the design name"""
    by = normalise_id(places["arm_name" if design.arm_column == "arm" else f"{design.arm_column}_id"])
    arm = pd.Series("neither", index=places.index, dtype="str")
    arm = arm.mask(by.isin(_normalised(design.treated)), "treated")
    arm = arm.mask(by.isin(_normalised(design.comparison)), "comparison")
    return places.assign(arm=arm, named_by=by, cluster=places[f"{design.cluster}_id"])


def _parse(roster: Roster, pilot: Pilot) -> pd.DataFrame:
    table, source = roster.enrolments, pilot.sources.roster
    formats = source.date_formats if source is not None else ("%Y-%m-%d",)
    begin, problems = parse_times(table, "begin", formats=formats, may_be_empty=True)
    end, found = parse_times(table, "end", formats=formats, may_be_empty=True)
    if problems := problems + found:
        raise DataError(problems)
    frame = table.frame
    teacher = normalise_id(frame["teacher"])
    enrolments = pd.DataFrame(
        {
            "student_id": normalise_id(frame["student"]),
            "class_id": normalise_id(frame["class"]),
            "class_key": frame["class_key"],
            "teacher_id": teacher.mask(teacher.isin(["", "NAN"])),
            "school_id": frame["school"].str.strip(),
            "district_id": frame["district"].str.strip(),
            "arm_name": pd.Series(pd.NA, index=frame.index, dtype="str"),
            "begin": begin,
            "end": end,
            "is_active": frame["is_active"],
        }
    )
    placed = with_arm(enrolments, pilot.design)
    placed = placed.assign(in_pilot=placed["arm"] != "neither")
    if problems := [*_same_name(placed, roster), *_without_id(placed, roster)]:
        raise DataError(problems)
    return placed


def _at_once(several: pd.DataFrame) -> set[str]:
    """Students whose enrolments overlap, or whose dates do not tell."""
    by_student = several.sort_values(["student_id", "begin"], kind="stable").groupby("student_id")
    next_begin = by_student["begin"].shift(-1)
    has_next = by_student.cumcount(ascending=False) > 0
    follows_on = several["end"].notna() & (several["end"] <= next_begin)
    return set(several.loc[has_next & ~follows_on, "student_id"])


def _accounts(roster: Roster, enrolments: pd.DataFrame, first: pd.DataFrame) -> tuple[Account, ...]:
    table = roster.enrolments
    is_first = enrolments.index.isin(first.index)
    active = enrolments["is_active"]
    removed = {
        NO_LONGER_ACTIVE: int((~active).sum()),
        NOT_IN_PILOT: int((active & ~enrolments["in_pilot"]).sum()),
        BY_CORRECTION: table.removed_by_correction,
    }
    merged = {
        SECOND_ENROLMENT: int((active & enrolments["in_pilot"] & ~is_first).sum()),
        TEACHER_OF_A_CLASS: roster.teachers_in_file,
    }
    own = Account(
        file=table.file,
        records=table.records + roster.teachers_in_file,
        kept=int((active & enrolments["in_pilot"] & is_first).sum()),
        merged={label: count for label, count in merged.items() if count},
        removed={label: count for label, count in removed.items() if count},
    )
    others = (
        Account(file=file, records=records, kept=used, removed={WITHOUT_STUDENTS: records - used} if records > used else {})
        for file, (records, used) in roster.other.items()
    )
    return (own, *others)


def _in_two_classes(several: pd.DataFrame, roster: Roster) -> list[Problem]:
    twice = several[several.duplicated("student_id", keep="first")]
    return [
        Problem(
            file=roster.enrolments.file,
            row=int(row),
            column=roster.class_column,
            found=f"student '{student}' in a second class of the pilot",
            expected="each student in one treated or comparison class at a time",
            action="Remove the enrolment that is wrong at the source, or set sources.roster.in_two_classes to leave-out.",
        )
        for row, student in twice["student_id"].items()
    ]


def _same_name(placed: pd.DataFrame, roster: Roster) -> Iterator[Problem]:
    """Two classes of one name would be taken for one cluster."""
    keys = placed[placed["in_pilot"]].groupby("class_id")["class_key"].nunique()
    for name in keys.index[keys > 1]:
        yield Problem(
            file=roster.enrolments.file,
            column=roster.class_column,
            found=f"{keys[name]} classes called '{name}'",
            expected="one class of each name in the pilot",
            action="Name classes by a column that tells them apart: sources.roster.class_column, for example sourcedId.",
        )


def _without_id(placed: pd.DataFrame, roster: Roster) -> Iterator[Problem]:
    for row in placed.index[placed["in_pilot"] & placed["is_active"] & (placed["student_id"] == "")]:
        yield Problem(
            file=roster.enrolments.file,
            row=int(row),
            found="a student without an id",
            expected="an id for each student of the pilot",
            action="Name the column that holds the ids in sources.roster.person_column, or ask for a complete roster.",
        )


def _normalised(names: tuple[str, ...]) -> set[str]:
    return {name.strip().upper() for name in names}
