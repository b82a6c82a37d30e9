"""Logs of every kind of table and every size: into memory where they fit, else as SQL that DuckDB runs where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pilotproof.errors import DataError, Problem
from pilotproof.pilot import ErrorLogSource, UsageSource
from pilotproof.pilot.fields import is_url
from pilotproof.sources.bounds import MOST_BYTES, MOST_CHARACTERS_IN_A_CELL, MOST_FILLED_CELLS, MOST_ROWS
from pilotproof.sources.event_streams import starts_as_json
from pilotproof.sources.grid import Grid, read_grid
from pilotproof.sources.large import Relation, csv_log, database, faults_of, is_large
from pilotproof.sources.object_store import controlled, entries_at, shown_file
from pilotproof.sources.parquet import broken_partitions, length_sql, parquet_log
from pilotproof.sources.parts import Entry, controlled_by, entries_of
from pilotproof.workspace import Workspace

Form = Literal["table", "json", "lines"]
MARKS = (b"PAR1", b"PARE")
SUFFIXES = (".parquet", ".parq", ".pq")


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where a log lies. path : of a file or folder, None in a store; url : its address there; shown : as pages may show it"""

    shown: str
    path: Path | None = None
    url: str | None = None

    @classmethod
    def of(cls, name: str, file: str, workspace: Workspace) -> LogPlace:
        """Of the log that the params of pilot `name` call `file`."""
        if is_url(file):
            return cls(shown_file(file), url=file)
        path = workspace.raw(name) / file
        return cls(workspace.show(path), path=path)

    @property
    def is_parquet(self) -> bool:
        """Whether it is read as Parquet: whatever lies in a store or a folder is, a file by its name or first bytes.

        Raises DataError when there is nothing.
        """
        if self.path is not None and not self.path.exists():
            raise DataError([_not_there(self.shown)])
        return self.path is None or self.path.is_dir() or is_parquet_file(self.path)

    def entries(self) -> list[Entry]:
        """Its files. Raises DataError for a store that does not answer, and for a table with a log of its own versions."""
        if self.path is None:
            return entries_at(str(self.url))
        if self.path.is_dir():
            names = (file.relative_to(self.path).as_posix() for file in self.path.rglob("*"))
            if (folder := controlled_by(names)) is not None:
                raise DataError([controlled(self.shown, folder)])
        return entries_of(self.path)


def is_parquet_file(path: Path) -> bool:
    """By its name, or else by its first bytes."""
    if path.suffix.lower() in SUFFIXES:
        return True
    with path.open("rb") as stream:
        return stream.read(4) in MARKS


def relation_of(place: LogPlace) -> Relation:
    """A log as SQL. Raises DataError for one that cannot be read."""
    if place.is_parquet or place.path is None:
        return parquet_log(place.entries(), shown_as=place.shown, store=place.url)
    return csv_log(place.path, shown_as=place.shown)


def read_log(place: LogPlace, sheet: str | None = None) -> Grid | Relation:
    """A log of rows and columns: its cells, or SQL when these would not fit into memory.

    Raises DataError for a file that is no table, is damaged, or has columns that a log cannot have.
    """
    if not place.is_parquet and place.path is not None and not is_large(place.path):
        return read_grid(place.path, shown_as=place.shown, sheet=sheet)
    relation = relation_of(place)
    return _grid(relation) if place.is_parquet and fits(relation, place) else relation


def counted(place: LogPlace) -> tuple[Grid | Relation, int]:
    """A Parquet log as `read_log` gives it, after every cell was read once, and its records."""
    relation = relation_of(place)
    records, _ = _length(relation, place)
    return (_grid(relation) if fits(relation, place) else relation), records


def fits(relation: Relation, place: LogPlace) -> bool:
    """Whether a log is within the bounds of what is read into memory as CSV."""
    if relation.rows is None or relation.rows >= MOST_ROWS or relation.rows * len(relation.columns) > MOST_FILLED_CELLS:
        return False
    return _length(relation, place)[1] <= MOST_BYTES


def _length(relation: Relation, place: LogPlace) -> tuple[int, int]:
    """Records and bytes of all cells.

    Raises DataError naming every partition that is broken behind its beginning, or a cell beyond the bounds.
    """
    try:
        with database(relation.store) as connection, faults_of(relation.file):
            records, *sizes = connection.execute(length_sql(relation)).fetchone() or (0, *([0] * 2 * len(relation.columns)))
    except DataError as error:
        raise DataError(broken_partitions(place.entries(), shown_as=place.shown, store=place.url) or error.problems) from error
    columns = relation.columns
    if long := [name for name, most in zip(columns, sizes[len(columns) :], strict=True) if most > MOST_CHARACTERS_IN_A_CELL]:
        found = f"a cell of more than {MOST_CHARACTERS_IN_A_CELL:,} letters"
        expected, action = "the cells of a log", "Ask for the log without this column."
        raise DataError([Problem(file=place.shown, column=name, found=found, expected=expected, action=action) for name in long])
    return int(records), sum(map(int, sizes[: len(columns)]))


def _grid(relation: Relation) -> Grid:
    """The cells with the names above them, each record in the row where a CSV file would have it."""
    last = len(relation.columns) + 1
    with database(relation.store) as connection, faults_of(relation.file):
        found: Sequence[tuple[str | int, ...]] = connection.execute(
            f"SELECT * FROM ({relation.numbered}) ORDER BY {last}"
        ).fetchall()
    rows: list[list[str]] = [list(relation.columns)]
    for *cells, number in found:
        rows += [[] for _ in range(int(number) - len(rows) - 1)]  # rows without any value
        rows.append([str(cell) for cell in cells])
    return Grid(relation.file, rows)


def form_of_usage(place: LogPlace, source: UsageSource) -> Form:
    """Table or JSON, as the params say or the file begins. Raises DataError for Parquet that is said to be JSON."""
    if source.format in ("xapi", "caliper"):
        return _text_form("json", place)
    return "json" if source.format == "auto" and _is_json(place) else "table"


def form_of_log(place: LogPlace, source: ErrorLogSource) -> Form:
    """As `form_of_usage`; lines of plain text where the params give a pattern for them."""
    if source.format == "lines" or (source.format == "auto" and source.pattern):
        return _text_form("lines", place)
    if source.format == "json":
        return _text_form("json", place)
    return "json" if source.format == "auto" and _is_json(place) else "table"


def _is_json(place: LogPlace) -> bool:
    return not place.is_parquet and place.path is not None and starts_as_json(place.path)


def _text_form(form: Form, place: LogPlace) -> Form:
    if place.is_parquet:
        expected, action = f"{form}, as the params say", "Set format to table, and name the columns; a pattern is for plain text."
        raise DataError([Problem(file=place.shown, found="Parquet", expected=expected, action=action)])
    return form


def _not_there(file: str) -> Problem:
    return Problem(
        file=file, found="nothing to read", expected="a log", action="Put it there, or correct the name in the params."
    )
