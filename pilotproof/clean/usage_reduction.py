"""Usage logs that are too large for memory: the rules of clean.usage as SQL, with the same result."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import duckdb
import pandas as pd

from pilotproof.clean import usage
from pilotproof.clean.cleaned import Account, Cleaned, Match
from pilotproof.clean.flow import ARMS, label_of
from pilotproof.clean.log_reduction import time_sql
from pilotproof.clean.usage import MINUTES_PER_DAY, Person
from pilotproof.columns import check_table
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import UsageSource, Window
from pilotproof.sources.large import database, faults_of, frame_of, literal
from pilotproof.sources.usage_layouts import EventQuery

TYPES = {
    "person_id": "str",
    "role": "str",
    "is_treated": "bool",
    "usage_date": "datetime64[us]",
    "feature": "str",
    "events": "int64",
    "logins": "int64",
    "submissions": "int64",
    "usage_minutes": "float64",
}
KEPT = 0


def clean_large_usage(
    query: EventQuery,
    *,
    source: UsageSource,
    window: Window,
    timezone: str | None,
    people: Mapping[str, Person] | None,
    person_of_user: Mapping[str, str] | None = None,
) -> Cleaned:
    """As clean.usage.clean_usage, of a file that stays on disk.

    Raises DataError with the number of times or minutes that cannot be read, and the first of them.
    """
    with database(query.store) as connection, faults_of(query.file):
        _load(connection, query, source, timezone, people, person_of_user)
        if problems := _unread(connection, query, source):
            raise DataError(problems)
        return _cleaned(connection, query, source, window, people)


def _load(
    connection: duckdb.DuckDBPyConnection,
    query: EventQuery,
    source: UsageSource,
    timezone: str | None,
    people: Mapping[str, Person] | None,
    person_of_user: Mapping[str, str] | None,
) -> None:
    """The table `events`: different events with how often each stands there, who and when."""
    known = {} if people is None else people
    rows = [(person, who.role, who.arm) for person, who in known.items()]
    connection.register("people", pd.DataFrame(rows, columns=["id", "role", "arm"], dtype="str"))
    walk = pd.DataFrame(list((person_of_user or {}).items()), columns=["user_id", "person"], dtype="str")
    connection.register("crosswalk", walk)
    user = "split_part(trim(user_name), '@', 1)" if source.user_from == "email-name" else "trim(user_name)"
    start, end = (time_sql(cell, source.time_formats, timezone) for cell in ("time_text", "end_text"))
    number = "replace(replace(trim(minutes_text), ' ', ''), ',', '.')"
    minutes = f"try_cast(CASE WHEN NOT regexp_matches({number}, '^[-+]?\\d+\\.\\d{{3}}$') THEN {number} END AS DOUBLE)"
    if source.end_column and not source.minutes_column:
        minutes = f"date_diff('second', {start}, {end}) / 60.0"
    stranger = literal("treated" if people is None else "neither")
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE events AS
        SELECT e.*, coalesce(p.role, 'student') AS role, coalesce(p.arm, {stranger}) AS arm,
            {"true" if people is None else "p.id IS NOT NULL"} AS is_known
        FROM (
            SELECT coalesce(c.person, u.own_id) AS person_id, u.* EXCLUDE (own_id)
            FROM (
                SELECT upper({user}) AS own_id, {start} AS seen, {minutes} AS minutes, trim(feature) AS feature,
                    trim(event) AS event, bool_or(trim(minutes_text) NOT IN ('', '-')) AS has_minutes,
                    any_value(time_text) AS time_text, trim(user_name) <> '' AND trim(time_text) <> '' AS is_valid,
                    record, count(*) AS copies
                FROM ({query.sql}) GROUP BY ALL
            ) u LEFT JOIN crosswalk c ON c.user_id = u.own_id
        ) e LEFT JOIN people p ON p.id = e.person_id
        """
    )


def _unread(connection: duckdb.DuckDBPyConnection, query: EventQuery, source: UsageSource) -> list[Problem]:
    has_end = source.end_column and not source.minutes_column
    outside = f"minutes IS NULL OR minutes < 0 OR minutes > {MINUTES_PER_DAY}"
    faults = {
        "time": ("seen IS NULL", "time_text", f"a time written as {' or '.join(source.time_formats)}"),
        "minutes": (
            f"({outside})" if has_end else f"has_minutes AND ({outside})",
            "coalesce(minutes::VARCHAR, 'no number')",
            f"minutes from 0 to {MINUTES_PER_DAY}",
        ),
    }
    problems = []
    for column, (where, shown, expected) in faults.items():
        sql = f"SELECT coalesce(sum(copies), 0)::BIGINT, min({shown}) FROM events WHERE is_valid AND {where}"
        count, first = connection.execute(sql).fetchone() or (0, None)
        if count:
            found = f"{count:,} that cannot be used, among them {first!r}"
            action = "Correct the format in the params (times with a zone need `timezone:`), or export the log again."
            problems.append(Problem(file=query.file, column=column, found=found, expected=expected, action=action))
    return problems


def _cleaned(
    connection: duckdb.DuckDBPyConnection,
    query: EventQuery,
    source: UsageSource,
    window: Window,
    people: Mapping[str, Person] | None,
) -> Cleaned:
    rules = [
        usage.valid,
        usage.entered_once,
        partial(usage.in_window, start=window.start, end=window.end),
        usage.on_roster,
        usage.in_an_arm,
    ]
    labels = [label_of(rule) for rule in rules]
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE fated AS SELECT *, CASE
            WHEN NOT is_valid THEN 1
            WHEN seen < DATE '{window.start}' OR seen >= DATE '{window.end}' + 1 THEN 3
            WHEN NOT is_known THEN 4
            WHEN arm = 'neither' THEN 5
            ELSE {KEPT} END AS fate FROM events
        """
    )
    counts = connection.execute("SELECT arm, fate, sum(copies)::BIGINT, count(*)::BIGINT FROM fated GROUP BY ALL").fetchall()
    removed = {(arm, fate): single if fate != 1 else copies for arm, fate, copies, single in counts if fate != KEPT}
    twice = {arm: sum(copies - single for one, fate, copies, single in counts if one == arm and fate != 1) for arm in ARMS}
    start = {arm: sum(copies for one, _, copies, _ in counts if one == arm) for arm in ARMS}
    totals = {rule: sum(removed.get((arm, rule), 0) for arm in ARMS) for rule in (1, 3, 4, 5)}
    merged = sum(twice.values())
    kept = sum(start.values()) - merged - sum(totals.values())
    removals = {labels[rule - 1]: count for rule, count in totals.items() if count}
    return Cleaned(
        tables={"usage": check_table(_days(connection, source), "usage")},
        flow=_flow(connection, query, labels, start, removed, twice),
        accounts=(
            Account(
                file=query.file,
                records=sum(start.values()),
                kept=kept,
                merged={labels[1]: merged} if merged else {},
                removed=removals,
            ),
        ),
        matches=() if people is None else (_users_found(connection, query),),
    )


def _flow(
    connection: duckdb.DuckDBPyConnection,
    query: EventQuery,
    labels: list[str],
    start: Mapping[str, int],
    removed: Mapping[tuple[str, int], int],
    twice: Mapping[str, int],
) -> pd.DataFrame:
    """The counts by step and arm; different people left at each step are its clusters."""
    rows = []
    for step, label in enumerate([f"Events in {query.file.rsplit('/', 1)[-1]}", *labels]):
        for arm in ARMS:
            gone = twice[arm] if step == 2 else removed.get((arm, step), 0)
            before = start[arm] - sum(removed.get((arm, rule), 0) for rule in (1, 3, 4, 5) if rule < step)
            before -= twice[arm] if step > 2 else 0
            people = connection.execute(
                f"SELECT count(DISTINCT person_id) FROM fated WHERE arm = '{arm}' AND (fate = {KEPT} OR fate > {step})"
            ).fetchone()
            rows.append(
                {
                    "table": "events of use",
                    "step": step,
                    "label": label,
                    "arm": arm,
                    "removed": gone,
                    "remaining": before - gone,
                    "clusters": int(people[0]) if people else 0,
                }
            )
    return pd.DataFrame(rows).astype({"table": "str", "label": "str", "arm": "str"})


def _days(connection: duckdb.DuckDBPyConnection, source: UsageSource) -> pd.DataFrame:
    """One row per person, day and feature, as clean.usage gives it."""
    has_any = connection.execute(f"SELECT count(minutes) > 0 FROM fated WHERE fate = {KEPT}").fetchone()
    is_estimated = not (has_any and has_any[0])
    gap = "date_diff('millisecond', seen, lead(seen) OVER (PARTITION BY person_id, seen::DATE ORDER BY seen)) / 60000.0"
    active = f"CASE WHEN gap <= {source.gap_minutes} THEN gap ELSE 0 END" if is_estimated else "minutes"
    logins, submissions = (
        ", ".join(literal(name.casefold()) for name in names) or "NULL"
        for names in (source.login_events, source.submission_events)
    )
    days = frame_of(
        connection,
        f"""
        SELECT person_id, role, arm = 'treated' AS is_treated, date_trunc('day', seen)::TIMESTAMP AS usage_date, feature,
            count(*) AS events, count(*) FILTER (lower(event) IN ({logins})) AS logins,
            count(*) FILTER (lower(event) IN ({submissions})) AS submissions, sum({active}) AS usage_minutes
        FROM (SELECT *, {gap} AS gap FROM fated WHERE fate = {KEPT})
        GROUP BY ALL ORDER BY person_id, role, is_treated, usage_date, feature
        """,
        TYPES,
    )
    return days.assign(is_estimated=is_estimated)


def _users_found(connection: duckdb.DuckDBPyConnection, query: EventQuery) -> Match:
    row = connection.execute(
        "SELECT count(DISTINCT person_id) FILTER (is_known), count(DISTINCT person_id) FROM events WHERE is_valid"
    ).fetchone() or (0, 0)
    return usage.match_of_users(int(row[0]), int(row[1]), query.file)
