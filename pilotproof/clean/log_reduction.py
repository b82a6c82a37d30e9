"""Error reports to incidents, in SQL: one way for a log of twenty lines and for one of ten million."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from pilotproof.pilot import BellPeriod, ErrorLogSource, Window
from pilotproof.sources.large import frame_of, literal

PACKED = ("time", "end", "period", "category", "place", "message")  # the message last: it alone may hold the separator
SEPARATOR = "chr(31)"
SEVERITIES = {
    0: ("debug", "trace", "verbose", "fine"),
    1: ("info", "information", "notice", "ok"),
    2: ("warning", "warn"),
    3: ("error", "err", "severe"),
    4: ("critical", "crit", "fatal", "alert", "emergency", "panic"),
}
RANKS = {"debug": 0, "info": 1, "warning": 2, "error": 3, "critical": 4}
UNKNOWN_SEVERITY = 9  # never left out: nobody knows what it means
LOCAL_ISO = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?$"  # as clean.values.LOCAL_ISO_TIMES; a cast is much faster than formats
ZONED = r"[T ]\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$"
KEPT, UNREADABLE = 0, -1
TOO_LOW, TEST, OUTSIDE, NO_PERIOD = 1, 2, 3, 4

# What a message says differently each time, from the most to the least particular. RE2: linear in the message's length.
SIGNATURE = (
    (r"https?://\S+|www\.\S+", "<url>"),
    (r"[\w.+-]+@[\w-]+\.[\w.]+", "<email>"),
    (r"\"[^\"]*\"|'[^']*'|“[^”]*”", "<text>"),
    (r"[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]+|\b[0-9a-f]*\d[0-9a-f]{5,}\b", "<id>"),
    (r"\d+([.,:/-]\d+)*", "<n>"),
    (r"\s+", " "),
)
LONGEST_SIGNATURE = 120
DAYS = {"Mon": 1, "Tue": 2, "Wed": 3, "Thu": 4, "Fri": 5, "Sat": 6, "Sun": 7}
INCIDENT_TYPES = {
    "opened_at": "datetime64[us]",
    "closed_at": "datetime64[us]",
    "ended_at": "datetime64[us]",
    "session_date": "datetime64[us]",
    "teacher_id": "str",
    "period": "str",
    "category": "str",
    "signature": "str",
    "reports": "int64",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """What a log was reduced to.

    incidents : columns INCIDENT_TYPES
    records : in the log; fates : how many records each rule left out, by its number (KEPT for the others)
    teachers : how many different ones are left after each rule, in the order of the rules
    twice : records that say the same as another; reports : records that are left
    """

    incidents: pd.DataFrame
    records: int
    fates: Mapping[int, int]
    teachers: Mapping[int, int]
    twice: int
    reports: int


def load_log(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    named: Mapping[str, str],
    *,
    source: ErrorLogSource,
    window: Window,
    timezone: str | None,
) -> int:
    """Read `relation` once into the table `log`, with the fate of each record; return how many times are unusable.

    Records that say the same are joined while reading, their cells packed into one text, which is half as much work for DuckDB
    as columns. Of those that are not severe enough, most of a large log, only the teacher is kept.
    named : SQL expression of time, end, teacher, period, category, severity, message, place; those that are absent are empty
    """
    cells = ", ".join(f"coalesce({named.get(part, literal(''))}, '')" for part in PACKED)
    severe = f"SELECT *, {is_severe_sql(named, source)} AS is_severe FROM ({relation})"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE packed AS
        SELECT {named.get("teacher", literal(""))} AS teacher, is_severe, count(*) AS copies,
            CASE WHEN is_severe THEN concat_ws({SEPARATOR}, {cells}) END AS cells
        FROM ({severe}) GROUP BY ALL
        """
    )
    ended = time_sql("cell[2]", source.time_formats, timezone) if "end" in named else "NULL::TIMESTAMP"
    tests = ", ".join(literal(name.casefold()) for name in source.test_categories) or "NULL"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE log AS
        SELECT *, CASE
            WHEN NOT is_severe THEN {TOO_LOW}
            WHEN seen IS NULL OR (end_text <> '' AND (ended IS NULL OR ended < seen)) THEN {UNREADABLE}
            WHEN category IN ({tests}) THEN {TEST}
            WHEN seen < DATE '{window.start}' OR seen >= DATE '{window.end}' + 1 THEN {OUTSIDE}
            ELSE {KEPT} END AS fate
        FROM (
            SELECT teacher, is_severe, copies, {time_sql("cell[1]", source.time_formats, timezone)} AS seen,
                trim(cell[2]) AS end_text, {ended} AS ended,
                trim(cell[3]) AS period, lower(trim(cell[4])) AS category, upper(trim(cell[5])) AS place,
                trim(array_to_string(cell[6:], {SEPARATOR})) AS message
            FROM (SELECT *, string_split(cells, {SEPARATOR}) AS cell FROM packed)
        )
        """
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE counts AS SELECT teacher, fate, sum(copies) AS n FROM log GROUP BY ALL")
    return _one(connection, f"SELECT coalesce(sum(n), 0)::BIGINT FROM counts WHERE fate = {UNREADABLE}")


def reduce_log(connection: duckdb.DuckDBPyConnection, *, source: ErrorLogSource, bells: tuple[BellPeriod, ...]) -> Reduced:
    """Incidents of the table `log`, and what became of every record."""
    number = "regexp_extract(period, '\\d+')"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE reports AS SELECT seen, upper(trim(coalesce(teacher, ''))) AS teacher, "
        f"CASE WHEN {number} <> '' THEN {number} ELSE coalesce(period, '') END AS period, coalesce(category, '') AS category, "
        "coalesce(place, '') AS place, coalesce(message, '') AS message, ended, sum(copies) AS copies "
        f"FROM log WHERE fate = {KEPT} GROUP BY ALL"
    )
    outside = _fill_periods(connection, bells) if bells else 0
    fates = dict(connection.execute("SELECT fate, sum(n)::BIGINT FROM counts GROUP BY fate").fetchall())
    records = sum(fates.values())
    fates[KEPT] = fates.get(KEPT, 0) - outside
    if bells:
        fates[NO_PERIOD] = outside
    incidents = frame_of(connection, _incidents_sql(source.burst_minutes), INCIDENT_TYPES)
    reports = _one(connection, "SELECT count(*) FROM reports")
    return Reduced(
        incidents=incidents,
        records=records,
        fates=fates,
        teachers=_teachers(connection),
        twice=fates[KEPT] - reports,
        reports=reports,
    )


def signature_sql(message: str) -> str:
    """The SQL expression of a message without what differs from one report to the next."""
    expression = f"lower({message})"
    for pattern, replacement in SIGNATURE:
        expression = f"regexp_replace({expression}, {literal(pattern)}, {literal(replacement)}, 'g')"
    return f"trim(substr({expression}, 1, {LONGEST_SIGNATURE}))"


def time_sql(cell: str, time_formats: Sequence[str], timezone: str | None) -> str:
    """The school's clock: a time with a zone is taken to it, one without is taken to be on it.

    An ISO time without a zone (2026-09-14T10:00:00) is read whatever the formats are.
    """
    text = f"trim({cell})"
    formats = [form for form in time_formats if not form.startswith("epoch")]
    ways = []
    if timezone is not None:
        zone = literal(timezone)
        ways.append(
            f"CASE WHEN regexp_matches({text}, {literal(ZONED)}) THEN try_cast({text} AS TIMESTAMPTZ) AT TIME ZONE {zone} END"
        )
        for form, unit in (("epoch", 1), ("epoch-ms", 1000)):
            if form in time_formats:
                ways.append(f"to_timestamp(try_cast({text} AS DOUBLE) / {unit}) AT TIME ZONE {zone}")
    iso = f"CASE WHEN regexp_matches({text}, {literal(LOCAL_ISO)}) THEN try_cast({text} AS TIMESTAMP) END"
    named = [f"try_strptime({text}, [{', '.join(map(literal, formats))}])"] if formats else []
    is_own = any("T" in form for form in formats)  # of the same look, and perhaps with the day before the month: it goes first
    return f"coalesce({', '.join([*ways, *([*named, iso] if is_own else [iso, *named])])})"


def is_severe_sql(named: Mapping[str, str], source: ErrorLogSource) -> str:
    """Whether a record is at least as severe as the params ask for."""
    if source.lowest_severity is None or "severity" not in named:
        return "true"
    return f"{_rank(named['severity'])} >= {RANKS[source.lowest_severity]}"


def _rank(cell: str) -> str:
    word = f"lower(trim({cell}))"
    cases = " ".join(f"WHEN {word} IN ({', '.join(map(literal, names))}) THEN {rank}" for rank, names in SEVERITIES.items())
    return f"CASE {cases} ELSE {UNKNOWN_SEVERITY} END"


def _fill_periods(connection: duckdb.DuckDBPyConnection, bells: tuple[BellPeriod, ...]) -> int:
    """Periods from the bell schedule where the log has none; reports outside all periods go, and are counted with copies."""
    rows = ", ".join(
        f"({literal(bell.period)}, TIME '{bell.start}', TIME '{bell.end}', {DAYS[day]})" for bell in bells for day in bell.days
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE bells AS SELECT * FROM (VALUES {rows}) AS b(name, starts, ends, day)")
    connection.execute(
        "UPDATE reports SET period = name FROM bells WHERE period = '' AND isodow(seen) = day "
        "AND seen::TIME >= starts AND seen::TIME < ends"
    )
    outside = _one(connection, "SELECT coalesce(sum(copies), 0)::BIGINT FROM reports WHERE period = ''")
    connection.execute("DELETE FROM reports WHERE period = ''")
    return outside


def _incidents_sql(burst_minutes: float) -> str:
    """Reports of one cause (kind, signature, teacher, place, period) that follow one another closely are one incident."""
    cause = "teacher, place, period, category, signature"
    return f"""
        WITH alike AS (SELECT *, translate(message, '123456789', '000000000') AS pattern FROM reports),
        signatures AS (SELECT pattern, {signature_sql("pattern")} AS signature FROM (SELECT DISTINCT pattern FROM alike)),
        signed AS (SELECT alike.*, signature FROM alike JOIN signatures USING (pattern)),
        steps AS (
            SELECT *, coalesce(seen - lag(seen) OVER (PARTITION BY {cause} ORDER BY seen)
                > to_seconds({burst_minutes * 60}), true) AS is_new FROM signed
        ),
        numbered AS (
            SELECT *, sum(is_new::INT) OVER (PARTITION BY {cause} ORDER BY seen ROWS UNBOUNDED PRECEDING) AS incident
            FROM steps
        )
        SELECT min(seen) AS opened_at, max(seen) AS closed_at, max(ended) AS ended_at,
            date_trunc('day', min(seen))::TIMESTAMP AS session_date,
            teacher AS teacher_id, period, category, signature, count(*) AS reports
        FROM numbered GROUP BY {cause}, incident
        ORDER BY opened_at, teacher_id, period, category, signature, closed_at
    """


def _teachers(connection: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Different teachers before any rule (-1) and after each of the rules on single records."""
    rules = (TOO_LOW, TEST, OUTSIDE)
    parts = ["count(DISTINCT name)"] + [f"count(DISTINCT name) FILTER (fate = 0 OR fate > {rule})" for rule in rules]
    pairs = "SELECT DISTINCT upper(trim(teacher)) AS name, fate FROM counts"
    counts = connection.execute(f"SELECT {', '.join(parts)} FROM ({pairs}) WHERE name <> ''").fetchone() or (0, 0, 0, 0)
    last = _one(connection, "SELECT count(DISTINCT teacher) FROM reports WHERE teacher <> ''")
    return dict(zip((-1, *rules), counts, strict=True)) | {NO_PERIOD: last, KEPT: last}


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
