"""What to say of times of a log that cannot be read."""

from __future__ import annotations

import duckdb

from pilotproof.clean.log_reduction import ZONED, is_severe_sql, time_sql
from pilotproof.errors import Problem
from pilotproof.pilot import ErrorLogSource
from pilotproof.sources.error_log import ErrorLog
from pilotproof.sources.large import literal

MOST_NAMED = 20


def zone_needed(file: str, column: str | None, row: int, first: str, more: int, *, day_of: str) -> Problem:
    """Times with a zone need the school's.

    first : the first such time, in `row`; more : how many others there are; day_of : what the times tell the day of
    """
    return Problem(
        file=file,
        row=row,
        column=column,
        found=f"a time with a zone ({first})" + (f", and {more:,} more" if more else ""),
        expected=f"the school's time zone, so that the day of {day_of} is the school's day",
        action="Add `timezone:` to the params file, for example America/Chicago.",
    )


def unread_times(
    connection: duckdb.DuckDBPyConnection, log: ErrorLog, unread: int, source: ErrorLogSource, timezone: str | None
) -> list[Problem]:
    """Of `unread` records with such times: those that want only a zone at once, the first of the others with their rows.

    They are found by a second reading; `log.frame`, if there is one, is registered.
    """
    wrong, expected = _faults(log, source, timezone), _time_expected(source)
    zoned = {part: _wants_a_zone(log.named[part], source) for part in wrong} if timezone is None else {}
    problems = [one for part, where in zoned.items() if (one := _zoned_problem(connection, log, part, where, source))]
    if problems:
        unread -= _count(connection, log, " OR ".join(zoned.values()), source)
    seconds = "" if timezone else "A time in seconds needs `timezone:` in the params. "
    action = f"{seconds}Add the format that this file uses to time_formats in the params."
    others: list[Problem] = []
    for part, (where, said) in wrong.items():
        own = f"{where} AND NOT coalesce({zoned[part]}, false)" if zoned else where
        rows = connection.execute(
            f"SELECT row, {log.named[part]} FROM ({log.numbered}) WHERE {own} AND {is_severe_sql(log.named, source)} "
            f"ORDER BY row LIMIT {MOST_NAMED}"
        ).fetchall()
        named = {"file": log.file, "column": log.names.get(part), "expected": said, "action": action}
        others += [Problem(row=int(row), found=repr(found), **named) for row, found in rows]
    if unread > len(others):
        found = f"{unread - len(others):,} more times that cannot be read"
        others.append(Problem(file=log.file, column=log.names.get("time"), found=found, expected=expected, action=action))
    return [*problems, *others]


def _faults(log: ErrorLog, source: ErrorLogSource, timezone: str | None) -> dict[str, tuple[str, str]]:
    """Of each time: the SQL condition that it cannot be used, and what was expected."""
    begun, expected = time_sql(log.named["time"], source.time_formats, timezone), _time_expected(source)
    wrong = {"time": (f"({begun} IS NULL)", expected)}
    if "end" in log.named:
        cell = log.named["end"]
        ended = time_sql(cell, source.time_formats, timezone)
        is_wrong = f"(trim(coalesce({cell}, '')) <> '' AND ({ended} IS NULL OR {ended} < {begun}))"
        wrong["end"] = is_wrong, f"{expected}, not before the error began, or an empty cell"
    return wrong


def _wants_a_zone(cell: str, source: ErrorLogSource) -> str:
    return f"({time_sql(cell, source.time_formats, None)} IS NULL AND regexp_matches(trim({cell}), {literal(ZONED)}))"


def _zoned_problem(
    connection: duckdb.DuckDBPyConnection, log: ErrorLog, part: str, where: str, source: ErrorLogSource
) -> Problem | None:
    found = connection.execute(
        f"SELECT min(row), arg_min({log.named[part]}, row), count(*) FROM ({log.numbered}) "
        f"WHERE {where} AND {is_severe_sql(log.named, source)}"
    ).fetchone()
    if not found or not found[2]:
        return None
    row, first, count = found
    return zone_needed(log.file, log.names.get(part), int(row), first, count - 1, day_of="an error")


def _count(connection: duckdb.DuckDBPyConnection, log: ErrorLog, where: str, source: ErrorLogSource) -> int:
    severe = is_severe_sql(log.named, source)
    found = connection.execute(f"SELECT count(*) FROM ({log.relation}) WHERE ({where}) AND {severe}").fetchone()
    return int(found[0]) if found else 0


def _time_expected(source: ErrorLogSource) -> str:
    return f"a time written as {' or '.join(source.time_formats)}"
