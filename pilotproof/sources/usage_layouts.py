"""Exports of tools and learning platforms as one table of events: user, time, minutes, feature, event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from pilotproof.errors import DataError, Problem
from pilotproof.pilot import UsageSource
from pilotproof.sources.grid import Grid, table_of
from pilotproof.sources.large import Relation, literal, quoted
from pilotproof.sources.raw import RawTable, require_columns

EVENTS = ("user", "time", "end", "minutes", "feature", "event", "record", "is_valid")  # record : all cells, to know it again
HEADER_SOUGHT = 15  # rows
SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageLayout:
    """One platform's export.

    own : columns by which it is known
    user, time, feature, event : columns; several names where releases of the export differ
    seconds : a column with the length of use in seconds
    user_in : a column with text that holds the user's id, and the pattern of the id in it
    """

    name: str
    title: str
    own: tuple[str, ...]
    user: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    feature: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    seconds: str | None = None
    user_in: tuple[str, str] | None = None


LAYOUTS = (
    UsageLayout(
        name="moodle",
        title="Moodle log",
        own=("Time", "Event context", "Component", "Event name"),
        time=("Time",),
        feature=("Component",),
        event=("Event name",),
        user_in=("Description", r"[Uu]ser with id '(\d+)'"),
    ),
    UsageLayout(
        name="canvas",
        title="Canvas page views",
        own=("interaction_seconds", "created_at"),
        user=("sis_user_id", "user_id", "links.user"),
        time=("created_at",),
        feature=("controller", "asset_type"),
        event=("action",),
        seconds="interaction_seconds",
    ),
    UsageLayout(
        name="google-classroom",
        title="Google Classroom log events",
        own=("Actor", "Event", "Date"),
        user=("Actor",),
        time=("Date",),
        feature=("Post type", "Course work type"),
        event=("Event",),
    ),
    UsageLayout(name="kahoot", title="Kahoot! report", own=("Rank", "Player"), user=("Player",)),
)


def usage_table(grid: Grid) -> RawTable:
    """The export as a table; title lines above the header are known by the header's names."""
    return table_of(grid, header_row=_header_row(grid))


def events_of(table: RawTable, source: UsageSource) -> RawTable:
    """The events of an export: columns EVENTS as text, is_valid as bool; the index is the row of the file.

    Raises DataError when the format is not the one named, or a column that is needed is not there.
    """
    layout = _layout(table, source)
    frame = table.frame
    columns = {
        "user": _column(table, source.user_column, layout.user if layout else ()),
        "time": _column(table, source.time_column, layout.time if layout else ()),
        "end": _column(table, source.end_column, ()),
        "minutes": _column(table, source.minutes_column, ()),
        "feature": _column(table, source.feature_column, layout.feature if layout else ()),
        "event": _column(table, source.event_column, layout.event if layout else ()),
    }
    if layout and layout.seconds and not source.minutes_column:
        seconds = pd.to_numeric(frame[layout.seconds], errors="coerce")
        columns["minutes"] = (seconds / 60).astype("str").replace("nan", "")
    if layout and layout.user_in and not source.user_column:
        column, pattern = layout.user_in
        require_columns(table, [column])
        columns["user"] = frame[column].str.extract(pattern, expand=False).fillna("")
    if (columns["user"] == "").all() and source.user_column is None:
        raise DataError([_no_user(table, layout)])
    if source.day is not None and (columns["time"] == "").all():
        columns["time"] = pd.Series(source.day.isoformat(), index=frame.index, dtype="str")
    events = pd.DataFrame(columns, index=frame.index).astype("str").assign(is_valid=True)
    records = [SEPARATOR.join(record) for record in frame.itertuples(index=False, name=None)]
    events["record"] = pd.Series(records, index=frame.index, dtype="str")
    return RawTable(table.file, events, table.removed_by_correction)


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Events of a log that stays where it lies: SQL with user_name, time_text, end_text, minutes_text, feature, event, record.

    store : as in sources.large.Relation
    """

    file: str
    sql: str
    store: str | None = None


def event_query(log: Relation, source: UsageSource) -> EventQuery:
    """The events of `log`. Raises DataError as `events_of` does."""
    columns = log.columns
    table = RawTable(log.file, pd.DataFrame(columns=list(columns), dtype="str"))
    layout = _layout(table, source)

    def cell(named: str | None, usual: tuple[str, ...]) -> str:
        if named is not None:
            require_columns(table, [named])
        found = named or next((name for name in usual if name in columns), None)
        return "''" if found is None else f"coalesce({quoted(found)}, '')"

    user = cell(source.user_column, layout.user if layout else ())
    if layout and layout.user_in and not source.user_column:
        require_columns(table, [layout.user_in[0]])
        user = f"regexp_extract(coalesce({quoted(layout.user_in[0])}, ''), {literal(layout.user_in[1])}, 1)"
    if user == "''":
        raise DataError([_no_user(table, layout)])
    minutes = cell(source.minutes_column, ())
    if layout and layout.seconds and not source.minutes_column:
        minutes = f"coalesce((try_cast({quoted(layout.seconds)} AS DOUBLE) / 60)::VARCHAR, '')"
    parts = {
        "user_name": user,
        "time_text": cell(source.time_column, layout.time if layout else ()),
        "end_text": cell(source.end_column, ()),
        "minutes_text": minutes,
        "feature": cell(source.feature_column, layout.feature if layout else ()),
        "event": cell(source.event_column, layout.event if layout else ()),
        "record": f"concat_ws(chr(31), {', '.join(f'coalesce({quoted(column)}, {literal(str())})' for column in columns)})",
    }
    cells = ", ".join(f"{sql} AS {name}" for name, sql in parts.items())
    return EventQuery(log.file, f"SELECT {cells} FROM ({log.sql})", log.store)


def _header_row(grid: Grid) -> int:
    """Reports of single sessions have title lines above the header, which is known by its columns."""
    for number, row in grid.records(1):
        if number > HEADER_SOUGHT:
            break
        if any(set(layout.own) <= {cell.strip() for cell in row} for layout in LAYOUTS):
            return number
    return 1


def _layout(table: RawTable, source: UsageSource) -> UsageLayout | None:
    columns: Collection[str] = table.frame.columns
    if source.format == "auto":
        return next((layout for layout in LAYOUTS if set(layout.own) <= set(columns)), None)
    layout = next((layout for layout in LAYOUTS if layout.name == source.format), None)
    if layout and (absent := [column for column in layout.own if column not in columns]):
        raise DataError([_not_this(table, layout, absent)])
    return layout


def _column(table: RawTable, named: str | None, usual: tuple[str, ...]) -> pd.Series:
    """The column that the params name, else the layout's; empty where there is none."""
    if named is not None:
        require_columns(table, [named])
        return table.frame[named]
    found = next((name for name in usual if name in table.frame), None)
    return pd.Series("", index=table.frame.index, dtype="str") if found is None else table.frame[found]


def _not_this(table: RawTable, layout: UsageLayout, absent: list[str]) -> Problem:
    return Problem(
        file=table.file,
        found=f"no column {' and no column '.join(absent)}",
        expected=f"an export of {layout.title}, as sources.usage.format says",
        action="Set format to table and name the columns in the params file, or ask for the full export.",
    )


def _no_user(table: RawTable, layout: UsageLayout | None) -> Problem:
    return Problem(
        file=table.file,
        found="nothing that tells the user" + (f" of {layout.title}" if layout else ""),
        expected="the name of the column with the user",
        action=f"Add sources.usage.user_column to the params file. The file has: {', '.join(list(table.frame)[:40])}.",
    )
