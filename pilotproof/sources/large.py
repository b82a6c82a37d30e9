"""Logs in DuckDB: read out of core, with every column as text, so that nothing is guessed and memory stays bounded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from pilotproof.errors import DataError, Problem
from pilotproof.sources.bounds import MOST_BYTES, MOST_CHARACTERS_IN_A_CELL, MOST_FILLED_CELLS, MOST_LOG_COLUMNS, MOST_ROWS
from pilotproof.sources.object_store import is_local, store_of
from pilotproof.sources.text import delimiter_of

MEMORY = "1GB"
THREADS = 2
SAMPLE_BYTES = 64_000
BYTES_OF_A_ROW = 2  # at least: a letter and the end of the line
DELIMITERS = (b",", b";", b"\t", b"|")
NOT_TEXT = (b"PK", b"{", b"[")  # a workbook, JSON
LONGEST_REASON = 200
OUR_FAULTS = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)  # of our SQL, not of a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A log that DuckDB reads where it lies, every cell as text.

    file : as shown; columns : its names, in the order of sql
    sql : reads it; numbered : the same with a column `row` behind the others, as a spreadsheet would count
    store : its address, if it lies in a store that a connection must know
    rows : how many there are at most, where the files say so without being read
    """

    file: str
    columns: tuple[str, ...]
    sql: str
    numbered: str
    store: str | None = None
    rows: int | None = None


@contextmanager
def database(store: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills to a temporary folder and loads no extension from anywhere.

    store : address in a store that it is to read, through fsspec
    """
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
            if store is not None and not is_local(store):
                connection.register_filesystem(store_of(store))
            yield connection
        finally:
            connection.close()


def is_large(path: Path) -> bool:
    """Whether a file is too large to be read into memory: by its bytes, or a delimited text by its lines or cells."""
    size = path.stat().st_size
    if not BYTES_OF_A_ROW * MOST_ROWS <= size <= MOST_BYTES:
        return size > MOST_BYTES
    content = path.read_bytes()
    lines = content.count(b"\n")
    head = content.partition(b"\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    is_text = not content.startswith(NOT_TEXT) and head.count(delimiter) < MOST_LOG_COLUMNS
    return is_text and (lines >= MOST_ROWS or lines + content.count(delimiter) > MOST_FILLED_CELLS)


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


def csv_log(path: Path, *, shown_as: str) -> Relation:
    """A delimited file as a log. Raises DataError for one that DuckDB cannot read."""
    sql = csv_relation(path, shown_as=shown_as)
    with database() as connection:
        columns = columns_of(connection, sql, shown_as=shown_as)
    numbered = csv_relation(path, shown_as=shown_as, row_numbers=True)
    return Relation(file=shown_as, columns=tuple(columns), sql=sql, numbered=numbered)


@contextmanager
def faults_of(file: str) -> Iterator[None]:
    """What DuckDB cannot read in `file` becomes a DataError; faults of our SQL stay what they are."""
    try:
        yield
    except OUR_FAULTS:
        raise
    except duckdb.Error as error:
        raise unreadable(file, error) from error


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str, *, shown_as: str) -> list[str]:
    """Names of the columns. Raises DataError for a file that DuckDB cannot read."""
    with faults_of(shown_as):
        return [row[0] for row in connection.execute(f"DESCRIBE {relation}").fetchall()]


def unreadable(shown_as: str, error: duckdb.Error) -> DataError:
    """What DuckDB could not read, in its own words."""
    return DataError([_problem(shown_as, reason_of(error))])


def reason_of(error: duckdb.Error) -> str:
    """DuckDB's own first line, or that of the store that did not give it the file."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    if lines and lines[0].startswith("Traceback"):
        lines = [line for line in lines[1:] if not line.startswith(" ")]
    return lines[0][:LONGEST_REASON] if lines else type(error).__name__


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
        expected="a whole file: Parquet, or delimited text in UTF-8 with column names in its first row",
        action="Export the log again; if a text holds line breaks, it needs quotes around it.",
    )
