"""Events of use to one row per person, day and feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from pilotproof.clean.cleaned import Cleaned, Match
from pilotproof.clean.flow import Rule, accounts_of, apply_rules, removed_by
from pilotproof.clean.log_times import zone_needed
from pilotproof.clean.roster import places_from_roster
from pilotproof.clean.students import arm_of_teachers
from pilotproof.clean.values import LOCAL_ISO_TIMES, normalise_id, parse_numbers, parse_times
from pilotproof.columns import check_table
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import Pilot, UsageSource, Window
from pilotproof.sources.raw import RawTable
from pilotproof.sources.rosters import Roster

MINUTES_PER_DAY = 1440
PERSON = ["person_id", "role", "is_treated"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who a user is. role : student or teacher; arm : treated, comparison or neither"""

    role: str
    arm: str


def clean_usage(
    raw: RawTable,
    *,
    source: UsageSource,
    window: Window,
    timezone: str | None,
    people: Mapping[str, Person] | None,
    person_of_user: Mapping[str, str] | None = None,
) -> Cleaned:
    """Use of the tool by person, day and feature (columns.USAGE).

    raw : events (sources.usage_layouts.EVENTS)
    timezone : of the school; needed when the export's times have a zone
    people : who is on the roster, by id; None without a roster, then every user is a treated student
    person_of_user : ids of the roster by user, from the crosswalk
    Raises DataError for times and minutes that cannot be read.
    """
    events = _parse(raw, source, timezone, person_of_user)
    known = {} if people is None else people
    events["role"] = [known[person].role if person in known else "student" for person in events["person_id"]]
    unknown = "treated" if people is None else "neither"
    events["arm"] = pd.Series([known[p].arm if p in known else unknown for p in events["person_id"]], events.index, dtype="str")
    events["cluster"] = events["person_id"]
    events["is_known"] = True if people is None else events["person_id"].isin(list(known))
    start, end = window.start, window.end
    rules: list[Rule] = [valid, entered_once, partial(in_window, start=start, end=end), on_roster, in_an_arm]
    name = raw.file.rsplit("/", 1)[-1]
    kept, flow = apply_rules(events, rules, table="events of use", start=f"Events in {name}")
    fate = removed_by(events, rules)
    users = None if people is None else users_found(events[events["is_valid"]], raw.file)
    return Cleaned(
        tables={"usage": check_table(_by_day(kept, source), "usage")},
        flow=flow,
        accounts=accounts_of(fate, file=pd.Series(raw.file, index=fate.index), tables=[raw], merging=(entered_once,)),
        matches=() if users is None else (users,),
    )


def people_of(roster: Roster, pilot: Pilot) -> dict[str, Person]:
    """Every student and teacher of the roster, by id."""
    places = places_from_roster(roster, pilot).frame
    students = {person: Person("student", arm) for person, arm in zip(places["student_id"], places["arm"], strict=True)}
    teachers = {person: Person("teacher", arm) for person, arm in arm_of_teachers(roster, pilot).items()}
    return students | teachers


# ---- rules: the docstring is the label in the flow ----------------------------------------------------------------


def valid(frame: pd.DataFrame) -> pd.Series:
    """Event without a user, an action or a time, or declared void."""
    return frame["is_valid"]


def entered_once(frame: pd.DataFrame) -> pd.Series:
    """Same event entered twice."""
    return ~frame.duplicated("record", keep="first")


def in_window(frame: pd.DataFrame, *, start: object, end: object) -> pd.Series:
    """Outside the pilot's window ({start} to {end})."""
    return frame["usage_date"].between(pd.Timestamp(start), pd.Timestamp(end))


def on_roster(frame: pd.DataFrame) -> pd.Series:
    """User who is not on the roster."""
    return frame["is_known"]


def in_an_arm(frame: pd.DataFrame) -> pd.Series:
    """User not in a treated or comparison group."""
    return frame["arm"] != "neither"


# ---- steps --------------------------------------------------------------------------------------------------------


def _parse(raw: RawTable, source: UsageSource, timezone: str | None, person_of_user: Mapping[str, str] | None) -> pd.DataFrame:
    is_valid = raw.frame["is_valid"] & (raw.frame["user"].str.strip() != "") & (raw.frame["time"].str.strip() != "")
    good = RawTable(raw.file, raw.frame[is_valid])
    at, problems = _local_times(good, "time", source, timezone)
    minutes, found = parse_numbers(good, "minutes", missing=("", "-"), low=0, high=MINUTES_PER_DAY)
    problems += found
    if source.end_column and not source.minutes_column:
        end, found = _local_times(good, "end", source, timezone)
        problems += found
        minutes = (end - at).dt.total_seconds() / 60
        problems += _backwards(good, minutes, source)
    if problems:
        raise DataError(problems)
    user = raw.frame["user"].str.strip()
    if source.user_from == "email-name":
        user = user.str.partition("@")[0]
    person = normalise_id(user)
    if person_of_user is not None:
        person = person.map(person_of_user).fillna(person).astype("str")
    event = raw.frame["event"].str.strip()
    times = at.reindex(raw.frame.index)
    return pd.DataFrame(
        {
            "person_id": person,
            "at": times,
            "usage_date": times.dt.normalize(),
            "minutes": minutes.reindex(raw.frame.index).astype("float64"),
            "feature": raw.frame["feature"].str.strip(),
            "event": event,
            "is_login": event.str.casefold().isin({name.casefold() for name in source.login_events}),
            "is_submission": event.str.casefold().isin({name.casefold() for name in source.submission_events}),
            "record": raw.frame["record"],
            "is_valid": is_valid,
        }
    )


def _local_times(table: RawTable, column: str, source: UsageSource, timezone: str | None) -> tuple[pd.Series, list[Problem]]:
    """Times of the school's clock, without a zone. A time with a zone needs the school's."""
    cells = table.frame[column].str.strip()
    zoned = cells.str.contains(r"T.*(?:Z|[+-]\d\d:?\d\d)$", regex=True)
    times, problems = parse_times(
        RawTable(table.file, table.frame[~zoned]), column, formats=(*source.time_formats, *LOCAL_ISO_TIMES)
    )
    if zoned.any() and timezone is None:
        return times.reindex(cells.index), [*problems, _zone_needed(table, column, cells[zoned])]
    read = pd.to_datetime(cells[zoned], errors="coerce", utc=True, format="ISO8601")
    local = read.dt.tz_convert(timezone or "UTC").dt.tz_localize(None)
    unreadable = RawTable(table.file, table.frame.loc[read.index[read.isna()]])
    problems += parse_times(unreadable, column, formats=source.time_formats)[1]
    both = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")
    both[times.index] = times
    both[local.index] = local.astype("datetime64[us]")
    return both, problems


def _by_day(kept: pd.DataFrame, source: UsageSource) -> pd.DataFrame:
    """One row per person, day and feature; minutes as the export states them, else from the time between events."""
    is_estimated = kept["minutes"].isna().all()
    minutes = _active_minutes(kept, source.gap_minutes) if is_estimated else kept["minutes"]
    events = kept.assign(usage_minutes=minutes, is_treated=kept["arm"] == "treated")
    grouped = events.groupby([*PERSON, "usage_date", "feature"], as_index=False, sort=True)
    days = grouped.agg(events=("event", "size"), logins=("is_login", "sum"), submissions=("is_submission", "sum"))
    days["usage_minutes"] = grouped["usage_minutes"].sum(min_count=1)["usage_minutes"]  # none where no event tells its minutes
    days["is_estimated"] = bool(is_estimated)
    columns = [*PERSON, "usage_date", "feature", "events", "logins", "submissions", "usage_minutes", "is_estimated"]
    kinds = {"events": "int64", "logins": "int64", "submissions": "int64", "usage_minutes": "float64", "is_treated": "bool"}
    return days[columns].astype(kinds | {"person_id": "str", "role": "str", "feature": "str"})


def _active_minutes(kept: pd.DataFrame, gap_minutes: float) -> pd.Series:
    """Time from each event to the person's next one on the same day, where it is at most `gap_minutes`; else none.

    The last event of a spell so counts nothing: a lower bound, stated as an estimate.
    """
    ordered = kept.sort_values(["person_id", "at"], kind="stable")
    following = ordered.groupby(["person_id", "usage_date"])["at"].shift(-1)
    gap = (following - ordered["at"]).dt.total_seconds() / 60
    return gap.where(gap <= gap_minutes, 0.0).reindex(kept.index)


def users_found(events: pd.DataFrame, file: str) -> Match:
    """How many users are on the roster. Raises DataError when none is: they are known in another way than the params say."""
    users = events.drop_duplicates("person_id")
    return match_of_users(int(users["is_known"].sum()), len(users), file)


def match_of_users(found: int, of: int, file: str) -> Match:
    """As `users_found`, from the counts."""
    if of and not found:
        raise DataError(
            [
                Problem(
                    file=file,
                    found=f"no user who is on the roster, of {of:,}",
                    expected="ids of students or teachers, as the roster has them",
                    action="Say in sources.usage.user_from how users are known (id, email or email-name), or give a crosswalk.",
                )
            ]
        )
    return Match(what="users of the tool who are on the roster", found=found, of=of)


def _backwards(table: RawTable, minutes: pd.Series, source: UsageSource) -> list[Problem]:
    return [
        Problem(
            file=table.file,
            row=int(row),
            column=source.end_column,
            found="an end before the start",
            expected="an end after the start",
            action="Check that time_column and end_column are not exchanged in the params.",
        )
        for row in minutes.index[minutes < 0]
    ]


def _zone_needed(table: RawTable, column: str, cells: pd.Series) -> Problem:
    return zone_needed(table.file, column, int(cells.index[0]), cells.iloc[0], len(cells) - 1, day_of="use")
