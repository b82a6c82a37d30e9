"""Every identifier of a pilot, collected from its raw files."""

from __future__ import annotations

from pathlib import Path

from pilotproof.errors import DataError
from pilotproof.identity.columns import full_names, identifier_columns, is_heading, is_identifier_header, is_name_header
from pilotproof.identity.known import KnownIdentifiers
from pilotproof.identity.ordinary import ordinary_words
from pilotproof.pilot import Pilot
from pilotproof.sources.bounds import MOST_BYTES
from pilotproof.sources.grid import read_grid, table_of
from pilotproof.sources.large import columns_of, csv_relation, database, is_large
from pilotproof.sources.passport import files_used
from pilotproof.workspace import Workspace

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
OWN_ID = "sourcedid"  # the first column of every OneRoster file; in these it tells classes and schools apart, not people
NOT_OF_PEOPLE = ("academicsessions", "classes", "courses", "enrollments", "orgs")


def identifiers_of(name: str, pilot: Pilot, workspace: Workspace) -> tuple[KnownIdentifiers, list[str]]:
    """The identifiers in the raw files, and sentences on files whose people are not known.

    Tables that the pilot does not read are searched for people, too: an older roster, or one that was sent along.

    First and last names of one row are known together too: 'Ann Lee' and 'Lee, Ann'.
    """
    known, notes = KnownIdentifiers(ordinary_words(pilot)), []
    named = identifier_columns(pilot)
    for file in dict.fromkeys([*files_used(pilot), *_tables_beside(workspace.raw(name))]):
        path = workspace.raw(name) / file
        if path.suffix.lower() not in TABLES or not path.is_file():
            notes.append(f"{workspace.show(path)}: its people are looked for by address only, not by name or id")
            continue
        try:
            columns = _columns(path, workspace.show(path), named.get(file, set()))
        except DataError:
            notes.append(f"{workspace.show(path)}: cannot be read, so its people are not known")
            continue
        for values in columns.values():
            known.add(value for value in values if not is_heading(value))
        known.add(full_names({column: values for column, values in columns.items() if is_name_header(column)}))
    return known, notes


def _tables_beside(folder: Path) -> list[str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in TABLES)
    return [path.relative_to(folder).as_posix() for path in paths]


def _columns(path: Path, shown: str, named: set[str]) -> dict[str, list[str]]:
    """The distinct cells of each column of people; of names all cells, so that rows still fit."""
    if is_large(path, MOST_BYTES):
        return _of_large_file(path, shown, named)
    frame = table_of(read_grid(path, shown_as=shown, sheet=None)).frame
    people = [column for column in frame.columns if column in named or _is_of_people(column, path)]
    return {c: frame[c].tolist() if is_name_header(c) else frame[c].unique().tolist() for c in people}


def _is_of_people(column: str, path: Path) -> bool:
    return is_identifier_header(column) and not (path.stem.casefold() in NOT_OF_PEOPLE and column.casefold() == OWN_ID)


def _of_large_file(path: Path, shown: str, named: set[str]) -> dict[str, list[str]]:
    relation = csv_relation(path, shown_as=shown)
    with database() as connection:
        people = [c for c in columns_of(connection, relation, shown_as=shown) if c in named or _is_of_people(c, path)]
        quoted = {column: '"' + column.replace('"', '""') + '"' for column in people}
        found = {c: connection.sql(f"SELECT DISTINCT {quoted[c]} FROM {relation}").fetchall() for c in people}
    return {column: [str(value) for (value,) in rows if value is not None] for column, rows in found.items()}
