"""Probes: repeated measures of students or classes, before and after the day on which their class started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from functools import partial

import pandas as pd

from pilotproof.clean.cleaned import Cleaned, Match
from pilotproof.clean.flow import Rule, accounts_of, apply_rules, removed_by
from pilotproof.clean.values import normalise_id, parse_numbers, parse_times
from pilotproof.columns import check_table
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import Pilot, ProbeSource
from pilotproof.sources.raw import RawTable, require_columns


def clean_probes(raw: RawTable, *, pilot: Pilot, class_of: Mapping[str, str], enrolled: Set[str] | None) -> Cleaned:
    """One row per probe and outcome (columns.PROBES).

    class_of : class of each assigned student, by id; enrolled : students of the roster, None without one
    Raises DataError for unreadable days, scores out of range, two scores of one day that differ, and a class without any probe.
    """
    rows = _parse(raw, pilot, class_of, enrolled)
    start, end = pilot.design.baseline_from or pilot.window.start, pilot.window.end
    by_student = pilot.sources.probes.student_column is not None
    who: list[Rule] = [*([on_roster] if enrolled is not None else []), of_the_pilot] if by_student else [of_a_class]
    rules: list[Rule] = [*who, partial(in_days, start=start, end=end), entered_once, has_score]
    kept, flow = apply_rules(rows, rules, table="probes", start=f"Rows in {raw.file.rsplit('/', 1)[-1]}")
    fate = removed_by(rows, rules)
    probes = _long(kept, pilot)
    if problems := [*_classes_without(probes, raw, pilot)]:
        raise DataError(problems)
    return Cleaned(
        tables={"probes": check_table(probes, "probes")},
        flow=flow,
        accounts=accounts_of(fate, file=pd.Series(raw.file, index=fate.index), tables=[raw], merging=(entered_once,)),
        matches=(_matched(rows),) if by_student else (),
    )


# ---- rules: the docstring is the label in the flow ----------------------------------------------------------------


def on_roster(frame: pd.DataFrame) -> pd.Series:
    """Not on the roster."""
    return frame["is_enrolled"]


def of_the_pilot(frame: pd.DataFrame) -> pd.Series:
    """Student who was not assigned with a class of the pilot."""
    return frame["arm"] != "neither"


def of_a_class(frame: pd.DataFrame) -> pd.Series:
    """Not a class of the pilot."""
    return frame["arm"] != "neither"


def in_days(frame: pd.DataFrame, *, start: object, end: object) -> pd.Series:
    """Outside the baseline and the window ({start} to {end})."""
    return frame["probe_date"].between(pd.Timestamp(start), pd.Timestamp(end))


def entered_once(frame: pd.DataFrame) -> pd.Series:
    """Same probe entered twice."""
    return ~frame.duplicated(["who", "probe_date"], keep="first")


def has_score(frame: pd.DataFrame) -> pd.Series:
    """No score on any outcome."""
    return frame[[column for column in frame if column.startswith("score:")]].notna().any(axis=1)


# ---- steps --------------------------------------------------------------------------------------------------------


def _parse(raw: RawTable, pilot: Pilot, class_of: Mapping[str, str], enrolled: Set[str] | None) -> pd.DataFrame:
    """One row per row of the file: who, student_id, cluster, arm, is_enrolled, probe_date and `score:outcome`."""
    source = pilot.sources.probes
    named = source.student_column or source.class_column
    wanted = {outcome.name: outcome.probe_column for outcome in pilot.outcomes}
    require_columns(raw, dict.fromkeys([named, source.date_column, *wanted.values()]))
    who = normalise_id(raw.frame[named])
    at, problems = parse_times(raw, source.date_column, formats=source.date_formats)
    classes = who.map(class_of) if source.student_column else who
    is_treated = classes.isin([name.strip().upper() for name in pilot.design.treated])
    rows = pd.DataFrame(
        {
            "who": who,
            "student_id": who if source.student_column else pd.Series(pd.NA, index=who.index, dtype="str"),
            "cluster": classes.astype("str"),
            "arm": is_treated.map({True: "treated", False: "neither"}).astype("str"),
            "is_enrolled": True if enrolled is None else who.isin(enrolled),
            "probe_date": at.dt.normalize(),
        }
    )
    for outcome in pilot.outcomes:
        scores, found = parse_numbers(
            raw,
            outcome.probe_column,
            missing=source.missing,
            missing_key="sources.probes.missing",
            low=outcome.low,
            high=outcome.high,
        )
        rows[f"score:{outcome.name}"] = scores
        problems += found
    problems += [*_blank(rows, raw, named), *_contradictions(rows, raw, source)]
    if problems:
        raise DataError(problems)
    return rows


def _long(kept: pd.DataFrame, pilot: Pilot) -> pd.DataFrame:
    """One row per probe and outcome, in the order of outcome, class, day and student."""
    start_of = {name.strip().upper(): pd.Timestamp(day) for name, day in pilot.design.starts.items()}
    parts = []
    for outcome in pilot.outcomes:
        scored = kept[kept[f"score:{outcome.name}"].notna()].sort_values(["cluster", "probe_date", "who"], kind="stable")
        parts.append(
            pd.DataFrame(
                {
                    "student_id": scored["student_id"].astype("str"),
                    "class_id": scored["cluster"].astype("str"),
                    "outcome": pd.Series(outcome.name, index=scored.index, dtype="str"),
                    "probe_date": scored["probe_date"],
                    "probe_score": scored[f"score:{outcome.name}"].astype("float64"),
                    "starts_on": scored["cluster"].map(start_of),
                    "has_started": scored["probe_date"] >= scored["cluster"].map(start_of),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _classes_without(probes: pd.DataFrame, raw: RawTable, pilot: Pilot) -> Iterator[Problem]:
    """A class without a probe cannot take part; most often its name is spelled in another way."""
    for outcome in pilot.outcomes:
        there = set(probes.loc[probes["outcome"] == outcome.name, "class_id"])
        for name in pilot.design.treated:
            if name.strip().upper() not in there:
                yield Problem(
                    file=raw.file,
                    column=outcome.probe_column,
                    found=f"no probe of the class '{name}' that counts",
                    expected="probes of every class of design.treated",
                    action="Correct the name in the params file, or take out a class that was never measured.",
                )


def _blank(rows: pd.DataFrame, raw: RawTable, column: str) -> Iterator[Problem]:
    for row in rows.index[rows["who"] == ""]:
        yield Problem(
            file=raw.file,
            row=int(row),
            column=column,
            found="an empty cell",
            expected="the student or class in every row",
            action="Ask for an export with the ids filled in.",
        )


def _contradictions(rows: pd.DataFrame, raw: RawTable, source: ProbeSource) -> Iterator[Problem]:
    """Two scores of one day: no rule can tell which of them is right."""
    distinct = rows.drop_duplicates()
    for row in distinct.index[distinct.duplicated(["who", "probe_date"], keep="first") & (distinct["who"] != "")]:
        yield Problem(
            file=raw.file,
            row=int(row),
            column=source.date_column,
            found=f"'{rows.at[row, 'who']}' again on this day with other scores",
            expected="one row for each student or class and day",
            action="Remove the one that is wrong with corrections.yaml.",
        )


def _matched(rows: pd.DataFrame) -> Match:
    """How many of the students with probes are in the pilot's classes."""
    students = rows.drop_duplicates("who")
    found = int((students["arm"] != "neither").sum())
    return Match(what="students with probes who are in a class of the pilot", found=found, of=len(students))
