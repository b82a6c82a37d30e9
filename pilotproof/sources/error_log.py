"""Error logs of three kinds (table, JSON, plain text) as one relation of text that the same SQL can reduce."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pilotproof.errors import DataError, Problem
from pilotproof.pilot import ErrorLogSource
from pilotproof.pilot.logs import PLACEHOLDER
from pilotproof.sources.large import Relation, database, literal, quoted
from pilotproof.sources.raw import RawTable, require_columns

SOURCE_TABLE = "log_source"  # what the frame is registered as


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLog:
    """A log before it is reduced.

    relation : SQL of its records; numbered : the same with a column `row`
    named : the SQL expression of each part (time, teacher, …) that the params name
    store : as in sources.large.Relation
    frame : to be registered as SOURCE_TABLE; None for a file that DuckDB reads itself
    continued : lines of plain text that go on the line before
    removed_by_correction : records that corrections.yaml took out
    """

    file: str
    relation: str
    numbered: str
    named: Mapping[str, str]
    store: str | None = None
    frame: pd.DataFrame | None = None
    continued: int = 0
    removed_by_correction: int = 0
    names: Mapping[str, str] = field(default_factory=dict)


def log_of_table(table: RawTable, source: ErrorLogSource) -> ErrorLog:
    """A log from a CSV or XLSX file that was read into memory, or from JSON records. Raises DataError for missing columns."""
    names = _columns(source)
    require_columns(table, names.values())
    frame = table.frame.rename(columns=str).assign(row=table.frame.index.astype("int64"))
    return _from_frame(table, frame, {part: quoted(column) for part, column in names.items()}, names)


def log_of_relation(log: Relation, source: ErrorLogSource) -> ErrorLog:
    """A log that stays where it lies. Raises DataError for missing columns."""
    names = _columns(source)
    require_columns(RawTable(log.file, pd.DataFrame(columns=list(log.columns))), names.values())
    return ErrorLog(
        file=log.file,
        relation=log.sql,
        numbered=log.numbered,
        store=log.store,
        named={part: quoted(column) for part, column in names.items()},
        names=names,
    )


def table_of_records(records: list[tuple[int, dict[str, Any]]], source: ErrorLogSource, *, file: str) -> RawTable:
    """JSON records as a table with the columns that the params name; a dot leads into an object: `context.user`."""
    wanted = list(_columns(source).values())
    cells = [{column: _text(_at(record, column)) for column in wanted} for _, record in records]
    frame = pd.DataFrame(cells, columns=wanted, index=[line for line, _ in records], dtype="str")
    if absent := [column for column in wanted if (frame[column] == "").all()]:
        known = sorted({key for _, record in records[:100] for key in record})
        raise DataError([_no_key(file, column, known) for column in absent])
    return RawTable(file, frame)


def log_of_lines(text: str, source: ErrorLogSource, *, file: str) -> ErrorLog:
    """A log of plain text. Lines that do not fit the pattern go on the line before, as a stack trace does.

    Raises DataError when no line fits, or the first one does not.
    """
    pattern = source.pattern or ""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    frame = _fitting(pattern, lines)
    if not len(frame) or frame["row"].iloc[0] != lines[0][0]:
        raise DataError([_no_fit(file, pattern, lines)])
    table = RawTable(file, frame)
    named = {part: quoted(part) for part in frame.columns if part != "row"}
    log = _from_frame(table, frame, named, {part: f"{{{part}}}" for part in named})
    return ErrorLog(
        file=log.file,
        relation=log.relation,
        numbered=log.numbered,
        named=log.named,
        frame=log.frame,
        continued=len(lines) - len(frame),
        names=log.names,
    )


def _from_frame(table: RawTable, frame: pd.DataFrame, named: Mapping[str, str], names: Mapping[str, str]) -> ErrorLog:
    return ErrorLog(
        file=table.file,
        relation=f"SELECT * FROM {SOURCE_TABLE}",
        numbered=f"SELECT * FROM {SOURCE_TABLE}",
        named=named,
        frame=frame,
        removed_by_correction=table.removed_by_correction,
        names=names,
    )


def _columns(source: ErrorLogSource) -> dict[str, str]:
    """The column of each part that the params name."""
    named = {
        "time": source.time_column,
        "teacher": source.teacher_column,
        "period": source.period_column,
        "category": source.category_column,
        "severity": source.severity_column,
        "message": source.message_column,
        "place": source.place_column,
        "end": source.end_column,
    }
    return {part: column for part, column in named.items() if column}


def _fitting(pattern: str, lines: list[tuple[int, str]]) -> pd.DataFrame:
    """The parts of each line that fits the pattern, and its row.

    A placeholder takes what stands before the next literal text, the last one the rest of the line. The search is DuckDB's (RE2),
    whose time grows with the line and no more, whatever pattern and line are.
    """
    literals, names = PLACEHOLDER.split(pattern)[::2], PLACEHOLDER.findall(pattern)
    groups = [f"g{n}" for n in range(len(names))]
    regular = "^" + re.escape(literals[0])
    for position, text in enumerate(literals[1:], start=1):
        is_last = position == len(names)
        regular += ("(.*)" if is_last and not text else "(.*?)") + re.escape(text).replace("\\ ", " ")
    frame = pd.DataFrame(lines, columns=["row", "line"])
    with database() as connection:
        connection.register("lines", frame)
        taken = f"regexp_extract(line, {literal(regular + '$')}, [{', '.join(map(literal, groups))}])"
        found = connection.execute(
            f"SELECT row, unnest({taken}) FROM lines WHERE regexp_matches(line, {literal(regular + '$')}) ORDER BY row"
        ).df()
    kept = {group: name for group, name in zip(groups, names, strict=True) if name != "any"}
    return found[["row", *kept]].rename(columns=kept).astype(dict.fromkeys(kept.values(), "str") | {"row": "int64"})


def _at(record: Mapping[str, Any], path: str) -> Any:
    if path in record:
        return record[path]
    value: Any = record
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _no_key(file: str, column: str, known: list[str]) -> Problem:
    return Problem(
        file=file,
        column=column,
        found="no record with this key",
        expected=f"one of {', '.join(known[:40])}",
        action="Correct the name in the params file; a dot leads into an object, as in context.user.",
    )


def _no_fit(file: str, pattern: str, lines: list[tuple[int, str]]) -> Problem:
    number, first = lines[0] if lines else (1, "")
    return Problem(
        file=file,
        row=number,
        found=repr(first[:120]),
        expected=f"a line that fits the pattern {pattern}",
        action="Write the pattern as the lines are, with {time} and {message} in their places, and {any} for what is skipped.",
    )
