"""Every identifier of a pilot, collected from its raw files."""

from __future__ import annotations

from pathlib import Path

from pilotproof.errors import DataError
from pilotproof.identity.columns import full_names, identifier_columns, is_heading, is_identifier_header, is_name_header
from pilotproof.identity.known import KnownIdentifiers
from pilotproof.identity.ordinary import ordinary_words
from pilotproof.pilot import Pilot
from pilotproof.sources.grid import read_grid, table_of
from pilotproof.sources.large import database, faults_of, is_large, quoted
from pilotproof.sources.log_reader import LogPlace, relation_of
from pilotproof.sources.passport import files_used
from pilotproof.workspace import Workspace

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
OWN_ID = "sourcedid"  # the first column of every OneRoster file; in these it tells classes and schools apart, not people
NOT_OF_PEOPLE = ("academicsessions", "classes", "courses", "enrollments", "orgs")


def identifiers_of(
    name: str, pilot: Pilot, workspace: Workspace, *, is_here_only: bool = False
) -> tuple[KnownIdentifiers, list[str]]:
    """The identifiers in the raw files, and sentences on files whose people are not known.

    is_here_only : leave out logs that lie in a store

    Tables that the pilot does not read are searched for people, too: an older roster, or one that was sent along.

    First and last names of one row are known together too: 'Ann Lee' and 'Lee, Ann'.
    """
    known, notes = KnownIdentifiers(ordinary_words(pilot)), []
    named = identifier_columns(pilot)
    for file in dict.fromkeys([*files_used(pilot), *_tables_beside(workspace.raw(name))]):
        place = LogPlace.of(name, file, workspace)
        if (place.path is None and is_here_only) or not _is_table(place):
            notes.append(f"{place.shown}: its people are looked for by address only, not by name or id")
            continue
        try:
            columns = _columns(place, named.get(file, set()))
        except DataError:
            notes.append(f"{place.shown}: cannot be read, so its people are not known")
            continue
        for values in columns.values():
            known.add(value for value in values if not is_heading(value))
        known.add(full_names({column: values for column, values in columns.items() if is_name_header(column)}))
    return known, notes


def _tables_beside(folder: Path) -> list[str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in TABLES)
    return [path.relative_to(folder).as_posix() for path in paths]


def _is_table(place: LogPlace) -> bool:
    if place.path is None or place.path.is_dir():
        return True
    return place.path.is_file() and (place.path.suffix.lower() in TABLES or place.is_parquet)


def _columns(place: LogPlace, named: set[str]) -> dict[str, list[str]]:
    """The distinct cells of each column of people; of names all cells, so that rows still fit."""
    if place.path is None or place.is_parquet or is_large(place.path):
        return _of_log(place, named)
    frame = table_of(read_grid(place.path, shown_as=place.shown, sheet=None)).frame
    people = [column for column in frame.columns if column in named or _is_of_people(column, place.path.stem)]
    return {c: frame[c].tolist() if is_name_header(c) else frame[c].unique().tolist() for c in people}


def _is_of_people(column: str, stem: str) -> bool:
    return is_identifier_header(column) and not (stem.casefold() in NOT_OF_PEOPLE and column.casefold() == OWN_ID)


def _of_log(place: LogPlace, named: set[str]) -> dict[str, list[str]]:
    """Of a log that stays where it lies; names that stand in one row are read together, so that rows still fit."""
    log = relation_of(place)
    people = [column for column in log.columns if column in named or _is_of_people(column, "")]
    names = [column for column in people if is_name_header(column)]
    found: dict[str, list[str]] = {}
    with database(log.store) as connection, faults_of(log.file):
        for columns in [names, *([column] for column in people if column not in names)]:
            if columns:
                cells = ", ".join(map(quoted, columns))
                rows = connection.execute(f"SELECT DISTINCT {cells} FROM ({log.sql})").fetchall()
                found |= {column: [row[number] or "" for row in rows] for number, column in enumerate(columns)}
    return found
