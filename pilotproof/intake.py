"""Read and clean each kind of export of one pilot. Used by 01-clean, and by `pilotproof check` without writing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pilotproof.clean.cleaned import Cleaned
from pilotproof.clean.reliability import clean_errors, clean_sessions
from pilotproof.clean.students import clean_students, treated_teachers
from pilotproof.clean.survey import clean_survey
from pilotproof.errors import DataError, ParamsError, Problem
from pilotproof.instrument import load_instrument
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.sources.grid import Grid, read_grid, table_of
from pilotproof.sources.oneroster import COLUMNS, Roster, read_oneroster
from pilotproof.sources.passport import Passports, check_passports
from pilotproof.sources.qualtrics import read_qualtrics
from pilotproof.sources.raw import RawTable, require_rows
from pilotproof.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Intake:
    """The exports of one pilot, their passports checked.

    Each method reads and cleans one kind of export; it gives None when the pilot has none of that kind, and raises
    DataError with every problem of that export.
    """

    name: str
    pilot: Pilot
    workspace: Workspace
    passports: Passports

    @classmethod
    def open(cls, name: str, workspace: Workspace) -> Intake:
        """Load the params strictly and check every passport. Raises ParamsError or DataError."""
        pilot = load_pilot(name, workspace)
        return cls(name, pilot, workspace, check_passports(name, pilot, workspace))

    def students(self) -> Cleaned:
        """Assigned students with their scores."""
        return clean_students(self._table(self.pilot.sources.outcomes.file), self._roster(), self.pilot)

    def teacher_scales(self) -> Cleaned | None:
        """Scale scores of the teacher survey."""
        source = self.pilot.sources.teacher_survey
        if source is None:
            return None
        raw = self._received(source.file, read_qualtrics(self._grid(source.file)))
        instrument = load_instrument(source.instrument, self.workspace)
        return clean_survey(raw, source=source, instrument=instrument, treated_teachers=self._treated_teachers())

    def sessions(self) -> Cleaned | None:
        """Lessons in which the tool was run."""
        source = self.pilot.sources.sessions
        if source is None:
            return None
        return clean_sessions(self._table(source.file), source=source, window=self.pilot.window)

    def errors(self, sessions: pd.DataFrame | None) -> Cleaned | None:
        """Reported errors, given the tidy table of lessons when there is one."""
        source = self.pilot.sources.error_log
        if source is None:
            return None
        return clean_errors(self._table(source.file), source=source, window=self.pilot.window, sessions=sessions)

    def _grid(self, file: str) -> Grid:
        path = self.workspace.raw(self.name) / file
        return read_grid(path, shown_as=self.workspace.show(path))

    def _table(self, file: str) -> RawTable:
        return self._received(file, table_of(self._grid(file)))

    def _received(self, file: str, table: RawTable) -> RawTable:
        """The table, if it holds as many records as its passport counted."""
        return require_rows(table, self.passports.of(file).rows)

    def _roster(self) -> Roster | None:
        source = self.pilot.sources.roster
        if source is None:
            return None
        return read_oneroster({name: self._table(f"{source.folder}/{name}.csv") for name in COLUMNS})

    def _treated_teachers(self) -> set[str] | None:
        roster = self._roster()
        return None if roster is None else treated_teachers(roster, self.pilot)


def check_inputs(name: str, workspace: Workspace) -> Intake:
    """Read and clean everything, write nothing. Raises one DataError or ParamsError with all problems of all files."""
    intake = Intake.open(name, workspace)
    problems: list[Problem] = []
    _collect(intake.students, problems)
    _collect(intake.teacher_scales, problems)
    sessions = _collect(intake.sessions, problems)
    _collect(lambda: intake.errors(sessions.tables["sessions"] if sessions else None), problems)
    if problems:
        raise DataError(dict.fromkeys(problems))
    return intake


def _collect(read: Callable[[], Cleaned | None], problems: list[Problem]) -> Cleaned | None:
    try:
        return read()
    except (DataError, ParamsError) as error:
        problems.extend(error.problems)
        return None
