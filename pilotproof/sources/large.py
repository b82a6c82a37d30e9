"""Logs in DuckDB: read out of core, with every column as text, so that nothing is guessed and memory stays bounded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import MOST_CHARACTERS_IN_A_CELL
from pilotproof.sources.text import delimiter_of

MEMORY = "1GB"
THREADS = 2
SAMPLE_BYTES = 64_000
UNREADABLE = (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException)  # faults of a file, not of our SQL


@contextmanager
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills to a temporary folder and loads no extension from anywhere."""
    with tempfile.TemporaryDirectory(prefix="pilotproof-") as folder:
        settings = {
            "memory_limit": MEMORY,
            "threads": THREADS,
            "temp_directory": folder,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": False,
        }
        connection = duckdb.connect(config=settings)
        try:
            yield connection
        finally:
            connection.close()


def is_large(path: Path, most_bytes: int) -> bool:
    """Whether a file is too large to be read into memory."""
    return path.stat().st_size > most_bytes


def csv_relation(path: Path, *, shown_as: str, row_numbers: bool = False) -> str:
    """SQL that reads a delimited file: all columns text, the first row the names; a broken row is an error of DuckDB.

    row_numbers : with a column `row`, as a spreadsheet counts; slower, because the order must be kept
    """
    with path.open("rb") as stream:
        head = stream.read(SAMPLE_BYTES)
    try:
        delimiter = delimiter_of(head.decode("utf-8-sig", errors="ignore"))
    except ValueError as error:
        raise DataError([_problem(shown_as, str(error))]) from error
    file, mark = str(path).replace("'", "''"), delimiter.replace("'", "''")
    options = (
        f"delim='{mark}', quote='\"', escape='\"', header=true, all_varchar=true, strict_mode=true, "
        f"max_line_size={MOST_CHARACTERS_IN_A_CELL}, auto_detect=true, sample_size=100"
    )
    number = ", row_number() OVER () + 1 AS row" if row_numbers else ""
    return f"SELECT *{number} FROM read_csv('{file}', {options})"


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str, *, shown_as: str) -> list[str]:
    """Names of the columns. Raises DataError for a file that DuckDB cannot read."""
    try:
        return [row[0] for row in connection.execute(f"DESCRIBE {relation}").fetchall()]
    except UNREADABLE as error:
        raise unreadable(shown_as, error) from error


def unreadable(shown_as: str, error: duckdb.Error) -> DataError:
    """What DuckDB could not read, in its own first line."""
    return DataError([_problem(shown_as, str(error).splitlines()[0])])


def quoted(name: str) -> str:
    """A column's name as SQL takes it literally."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL takes it literally."""
    return "'" + text.replace("'", "''") + "'"


def frame_of(connection: duckdb.DuckDBPyConnection, sql: str, types: Mapping[str, str]) -> pd.DataFrame:
    """The result of `sql` with the given types of columns."""
    return connection.execute(sql).df()[list(types)].astype(dict(types))


def _problem(file: str, found: str) -> Problem:
    return Problem(
        file=file,
        found=found,
        expected="a delimited text file in UTF-8 with column names in its first row",
        action="Export the log again; if a text holds line breaks, it needs quotes around it.",
    )
