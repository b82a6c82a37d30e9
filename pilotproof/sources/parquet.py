"""Parquet, as one file or as partitions, as a log of text: the cells that a CSV file of the same rows would hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath
from urllib.parse import unquote

import duckdb

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import MOST_LOG_COLUMNS
from pilotproof.sources.large import OUR_FAULTS, Relation, database, literal, quoted, reason_of
from pilotproof.sources.parquet_cells import cell_sql, is_nested
from pilotproof.sources.parts import Entry
from pilotproof.sources.raw import column_names, few

MOST_PARTITIONS = 2000  # that the listing in a passport can hold
PATTERN_SIGNS = re.compile(r"[*?\[\]{}]")  # DuckDB would take such a name for a pattern
HIVE_NULL = "__HIVE_DEFAULT_PARTITION__"
OTHER_KINDS = {".csv", ".tsv", ".txt", ".log", ".md", ".xls", ".xlsx", ".json", ".jsonl", ".xml", ".pdf", ".docx", ".zip"}
OWN_NAMES = {"file_index", "file_row_number"}  # DuckDB's, which tell the row of each record
ROW = '"row of the log"'
BLANK = "' \t\n\r'"


@dataclass(frozen=True, slots=True)
class _Opened:
    """One partition. types : DuckDB's type of each column; keys : what the names of its folders say, by column"""

    entry: Entry
    types: dict[str, str]
    rows: int
    keys: dict[str, str]


def parquet_log(entries: Sequence[Entry], *, shown_as: str, store: str | None = None) -> Relation:
    """The records of all partitions, every cell as text (sources.parquet_cells).

    What the names of folders say (date=2026-03-02) is a column where the files have none of that name. Rows are counted as in
    a CSV file with the partitions in the order of their names, one below the other.
    Raises DataError with every partition that cannot be read, or not together with the others.
    """
    if problem := _no_partitions(entries, shown_as):
        raise DataError([problem])
    with database(store) as connection:
        opened, problems = _opened(connection, entries, shown_as)
        if problems := few(problems or _unfit(connection, opened, shown_as)):
            raise DataError(problems)
    keys = _keys_used(opened[0])
    told = column_names([*opened[0].types, *keys])
    columns = ", ".join(map(quoted, told))
    is_filled = _any_of([f"trim({quoted(name)}, {BLANK}) <> ''" for name in told])
    sql, numbered = (_union(opened, keys, told, is_numbered=is_numbered) for is_numbered in (False, True))
    return Relation(
        file=shown_as,
        columns=tuple(told),
        sql=f"SELECT {columns} FROM ({sql}) WHERE {is_filled}",
        numbered=f"SELECT {columns}, {ROW} AS row FROM ({numbered}) WHERE {is_filled}",
        store=store,
        rows=sum(one.rows for one in opened),
    )


def broken_partitions(entries: Sequence[Entry], *, shown_as: str, store: str | None = None) -> list[Problem]:
    """The partitions that can be opened and not be read to their end."""
    problems = []
    for entry in entries:
        relation = parquet_log([entry], shown_as=_shown(entry, entries, shown_as), store=store)
        try:
            with database(store) as connection:
                connection.execute(length_sql(relation)).fetchall()
        except OUR_FAULTS:
            raise
        except duckdb.Error as error:
            problems.append(_broken(relation.file, entry, error))
    return problems


def length_sql(relation: Relation) -> str:
    """Counts records, then the bytes of each column and of its longest cell, and so reads everything."""
    lengths = [f"strlen({quoted(name)})" for name in relation.columns]
    sums = [f"coalesce({way}({length}), 0)::BIGINT" for way in ("sum", "max") for length in lengths]
    return f"SELECT count(*), {', '.join(sums)} FROM ({relation.sql})"


# ---- opening ------------------------------------------------------------------------------------------------------


def _no_partitions(entries: Sequence[Entry], shown: str) -> Problem | None:
    if not entries:
        return Problem(
            file=shown,
            found="nothing that could be a partition",
            expected="a Parquet file, or a folder of such files",
            action="Check the name; files that begin with . or _ do not count.",
        )
    if len(entries) > MOST_PARTITIONS:
        return Problem(
            file=shown,
            found=f"{len(entries):,} partitions",
            expected=f"at most {MOST_PARTITIONS:,}",
            action="Have the small files put together: one for each day or week.",
        )
    return None


def _opened(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry], shown: str) -> tuple[list[_Opened], list[Problem]]:
    opened, problems = [], []
    for entry in entries:
        name = _shown(entry, entries, shown)
        if PATTERN_SIGNS.search(entry.name):
            expected, action = "a name without * ? [ ] { }", "Rename it, and receive it again."
            problems.append(Problem(file=name, found="a name with signs of a pattern", expected=expected, action=action))
            continue
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM {_reading([entry])}").fetchall()
            counted = connection.execute(f"SELECT num_rows FROM parquet_file_metadata({literal(entry.where)})").fetchall()
            types = {str(row[0]): str(row[1]) for row in described}
            opened.append(_Opened(entry, types, int(counted[0][0]), _keys_of(entry)))
        except OUR_FAULTS:
            raise
        except duckdb.Error as error:
            is_other = name != shown and PurePosixPath(entry.name).suffix.lower() in OTHER_KINDS
            problems.append(_of_another_kind(name) if is_other else _broken(name, entry, error))
    return opened, problems


def _unfit(connection: duckdb.DuckDBPyConnection, opened: Sequence[_Opened], shown: str) -> Iterator[Problem]:
    """Columns that a log cannot have, and partitions that do not fit the first one."""
    first, entries = opened[0], [one.entry for one in opened]
    old = _of_old_kind(connection, entries)
    said: set[str] = set()
    for one in opened:
        name = _shown(one.entry, entries, shown)
        for column, problem in _refused(one, old, name):
            if column not in said:
                said.add(column)
                yield problem
        if set(one.types) != set(first.types):
            yield _other_columns(name, first, one.types, first.types, "columns")
        elif set(one.keys) != set(first.keys):
            yield _other_columns(name, first, one.keys, first.keys, "keys in the names of its folders")
    if len(first.types) > MOST_LOG_COLUMNS:
        expected, action = f"at most {MOST_LOG_COLUMNS:,}", "Ask for the columns that tell who, when and what."
        yield Problem(file=shown, found=f"{len(first.types):,} columns", expected=expected, action=action)
    tidy = [name.casefold() for name in column_names([*first.types, *_keys_used(first)])]
    if alike := sorted({name for name in tidy if tidy.count(name) > 1}):
        found = f"columns whose names differ only in capitals or spaces ({', '.join(alike)})"
        yield Problem(file=shown, found=found, expected="names that can be told apart", action="Ask for other names.")


def _of_old_kind(connection: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> set[str]:
    """Columns of times that Spark writes as UTC, Impala as local time, and neither says so."""
    files = ", ".join(literal(entry.where) for entry in entries)
    found = connection.execute(f"SELECT DISTINCT name FROM parquet_schema([{files}]) WHERE type = 'INT96'").fetchall()
    return {str(name) for (name,) in found}


def _refused(one: _Opened, old: set[str], name: str) -> Iterator[tuple[str, Problem]]:
    for column, kind in one.types.items():
        about = {"file": name, "column": column}
        if is_nested(kind):
            expected, action = "one value in each cell", "Ask for the log with a column for each part, or without this column."
            yield column, Problem(found=f"lists or groups of values ({kind[:60]})", expected=expected, action=action, **about)
        elif column in old:
            found = "times of an old kind (INT96), of which nobody can tell whether they are the school's or UTC"
            action = "Ask for the log with times as TIMESTAMP_MICROS (spark.sql.parquet.outputTimestampType)."
            yield column, Problem(found=found, expected="times of which that is known", action=action, **about)
        elif column.casefold() in OWN_NAMES:
            found, action = "a name that the reader of Parquet uses itself", "Ask for the log with another name for it."
            yield column, Problem(found=found, expected="another name", action=action, **about)


# ---- reading ------------------------------------------------------------------------------------------------------


def _union(opened: Sequence[_Opened], keys: Sequence[str], told: Sequence[str], *, is_numbered: bool) -> str:
    """All partitions; those whose columns have the same types are read together, each of the others in its own types."""
    starts = accumulate((one.rows for one in opened), initial=2)  # row 1 would hold the names
    groups: dict[frozenset[tuple[str, str]], list[tuple[int, _Opened]]] = {}
    for start, one in zip(starts, opened, strict=False):
        groups.setdefault(frozenset(one.types.items()), []).append((start, one))
    return " UNION ALL ".join(
        _group_sql(group, list(opened[0].types), keys, told, is_numbered=is_numbered) for group in groups.values()
    )


def _any_of(conditions: Sequence[str]) -> str:
    """Some condition holds; in halves, because DuckDB bounds how deep an expression is, and a log may have many columns."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    return f"({_any_of(conditions[:middle])} OR {_any_of(conditions[middle:])})"


def _group_sql(
    group: Sequence[tuple[int, _Opened]], columns: Sequence[str], keys: Sequence[str], told: Sequence[str], *, is_numbered: bool
) -> str:
    types = group[0][1].types
    cells = [cell_sql(f"p.{quoted(column)}", types[column]) for column in columns]
    cells += [f"h.key{number}" for number in range(len(keys))]
    cells = [f"{cell} AS {quoted(name)}" for cell, name in zip(cells, told, strict=True)]
    if is_numbered:
        cells.append(f"h.start + p.file_row_number AS {ROW}")
    reading = f"{_reading([one.entry for _, one in group])} AS p"
    if keys or is_numbered:
        rows = [
            ", ".join([str(place), str(start), *(literal(one.keys[key]) for key in keys)])
            for place, (start, one) in enumerate(group)
        ]
        named = ", ".join(["place", "start", *(f"key{number}" for number in range(len(keys)))])
        reading += f" JOIN (VALUES ({'), ('.join(rows)})) AS h({named}) ON p.file_index = h.place"
    return f"SELECT {', '.join(cells)} FROM {reading}"


def _reading(entries: Iterable[Entry]) -> str:
    files = ", ".join(literal(entry.where) for entry in entries)
    return f"read_parquet([{files}], hive_partitioning=false)"


def _keys_of(entry: Entry) -> dict[str, str]:
    pairs = (part.partition("=") for part in PurePosixPath(entry.name).parts[:-1] if "=" in part)
    return {unquote(key): "" if value == HIVE_NULL else unquote(value) for key, _, value in pairs}


def _keys_used(one: _Opened) -> list[str]:
    own = {name.casefold() for name in one.types}
    return [key for key in one.keys if key.casefold() not in own]


# ---- words --------------------------------------------------------------------------------------------------------


def _shown(entry: Entry, entries: Sequence[Entry], shown: str) -> str:
    is_alone = len(entries) == 1 and shown.endswith(entry.name)
    return shown if is_alone else f"{shown}/{entry.name}"


def _broken(name: str, entry: Entry, error: duckdb.Error) -> Problem:
    reason = reason_of(error).replace(entry.where, entry.name)
    return Problem(
        file=name,
        found=f"no Parquet file that can be read ({reason})",
        expected="a whole Parquet file",
        action="It may be of another kind, or have been cut off on its way: ask for it again, or take it out.",
    )


def _of_another_kind(name: str) -> Problem:
    return Problem(
        file=name,
        found=f"a file of another kind ({PurePosixPath(name).suffix})",
        expected="nothing but Parquet files in a folder of partitions",
        action="This is no partition; take it out.",
    )


def _other_columns(name: str, first: _Opened, own: Iterable[str], of_first: Iterable[str], what: str) -> Problem:
    more, fewer = sorted(set(own) - set(of_first)), sorted(set(of_first) - set(own))
    parts = [f"with {', '.join(more)}"] if more else []
    parts += [f"without {', '.join(fewer)}"] if fewer else []
    return Problem(
        file=name,
        found=f"other {what} than {first.entry.name}: {' and '.join(parts)}",
        expected="the same in every partition",
        action="Ask for all partitions from one export, or receive those that belong together.",
    )
