"""Read and clean each kind of export of one pilot. Used by 01-clean, and by `pilotproof check` without writing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pilotproof.clean.cleaned import Cleaned
from pilotproof.clean.corrections import Corrections, corrections_of
from pilotproof.clean.lesson_coding import clean_lesson_coding
from pilotproof.clean.observations import clean_observations
from pilotproof.clean.probes import clean_probes
from pilotproof.clean.reliability import clean_errors, clean_sessions
from pilotproof.clean.roster import places_from_roster
from pilotproof.clean.scores import parse_scores
from pilotproof.clean.students import arm_of_teachers, clean_students, treated_teachers
from pilotproof.clean.survey import clean_surveys
from pilotproof.clean.survey_responses import Survey
from pilotproof.clean.survey_staff import StaffList, read_staff
from pilotproof.clean.usage import clean_usage, people_of
from pilotproof.clean.usage_reduction import clean_large_usage
from pilotproof.clean.users import minutes_of_students
from pilotproof.clean.values import normalise_id
from pilotproof.errors import DataError, ParamsError, Problem, all_or_problems
from pilotproof.identity.door import private
from pilotproof.identity.people import People
from pilotproof.instrument import load_instrument
from pilotproof.pilot import Crosswalk, ErrorLogSource, Pilot, RespondentList, TeacherSurveySource, load_pilot
from pilotproof.sources.error_log import ErrorLog, log_of_lines, log_of_relation, log_of_table, table_of_records
from pilotproof.sources.event_streams import events_of_records
from pilotproof.sources.grid import Grid, read_grid, table_of
from pilotproof.sources.json_records import read_json_records
from pilotproof.sources.large import Relation
from pilotproof.sources.log_reader import LogPlace, form_of_log, form_of_usage, read_log
from pilotproof.sources.passport import Passports, check_passports, load_passports, passport_problems, require_unchanged
from pilotproof.sources.raw import RawTable, require_columns, require_rows
from pilotproof.sources.roster_files import read_roster
from pilotproof.sources.rosters import Roster
from pilotproof.sources.survey_formats import read_survey
from pilotproof.sources.surveys import SurveyExport
from pilotproof.sources.text import read_text
from pilotproof.sources.usage_layouts import event_query, events_of, usage_table
from pilotproof.workspace import Workspace

Read = TypeVar("Read", Grid, Grid | Relation)


@dataclass(frozen=True, slots=True)
class Intake:
    """The exports of one pilot, their passports checked.

    Each method reads and cleans one kind of export; it gives None when the pilot has none of that kind, and raises
    DataError with every problem of that export.
    notes : sentences on how files were read that a person should see; they grow while files are read
    problems : where a check collects what is wrong with corrections, so that the rest of their files is checked too
    unlike_passport : files of which a check said already that they are not as their passport says
    known : the roster and the arms of teachers once they are read, because most exports are held against them
    """

    name: str
    pilot: Pilot
    workspace: Workspace
    passports: Passports
    corrections: Corrections
    people: People
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] | None = None
    unlike_passport: frozenset[str] = frozenset()
    known: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, name: str, workspace: Workspace) -> Intake:
        """Load the params and the corrections strictly and check every passport. Raises ParamsError or DataError."""
        pilot = load_pilot(name, workspace)
        passports = check_passports(name, pilot, workspace)
        people = People.of(name, pilot, workspace)
        return cls(name, pilot, workspace, passports, corrections_of(name, pilot, workspace), people)

    @classmethod
    def unchecked(cls, name: str, pilot: Pilot, workspace: Workspace, problems: list[Problem]) -> Intake | None:
        """Like `open`, but problems of passports and corrections are added to `problems` and stop nothing that can go on."""
        corrections, passports, unlike = Corrections(""), None, {}
        try:
            passports = load_passports(name, workspace)
            unlike = passport_problems(name, pilot, passports, workspace)
            problems.extend(unlike.values())
        except (ParamsError, DataError) as error:
            problems.extend(error.problems)
        try:
            corrections = corrections_of(name, pilot, workspace)
        except (ParamsError, DataError) as error:
            problems.extend(error.problems)
        if passports is None:
            return None
        people = People.of(name, pilot, workspace, is_check=True)
        return cls(name, pilot, workspace, passports, corrections, people, problems=problems, unlike_passport=frozenset(unlike))

    def readings(self) -> tuple[Callable[[], Cleaned | None], ...]:
        """Every reading of this pilot; probes and errors match their ids with those of readings before them."""
        first = (self.students, self.probes, self.teacher_scales, self.sessions, self.errors)
        return (*first, self.observations, self.lesson_coding, self.usage)

    @private
    def students(self) -> Cleaned:
        """Assigned students with their scores. Where users are compared the record of use tells the arms, so it is read too."""
        source, problems = self.pilot.sources.outcomes, []
        try:
            roster, minutes = self._roster(), self._minutes()
        except DataError as error:  # what is wrong with the scores is said in the same breath
            roster, minutes, problems = None, None, list(error.problems)
        try:
            tables = [self._table(file, source.sheet) for file in source.all_files]
            if not problems:
                return clean_students(tables, roster, self.pilot, minutes=minutes)
            parse_scores(tables, self.pilot)
        except DataError as error:
            problems += error.problems
        raise DataError(problems)

    def _minutes(self) -> dict[str, float] | None:
        use = self.usage() if self.pilot.design.assignment == "users-compared" else None
        return None if use is None else minutes_of_students(use.tables["usage"])

    @private
    def probes(self) -> Cleaned | None:
        """Repeated measures of the students that were read before. None, too, when these could not be read."""
        source, students = self.pilot.sources.probes, self.people.received.get("students")
        if source is None or students is None:
            return None
        roster = self._roster_if_sound()
        enrolled = None if roster is None else set(places_from_roster(roster, self.pilot).frame["student_id"])
        class_of = dict(zip(students["student_id"], students["class_id"], strict=True))
        return clean_probes(self._table(source.file, source.sheet), pilot=self.pilot, class_of=class_of, enrolled=enrolled)

    @private
    def teacher_scales(self) -> Cleaned | None:
        """Scale scores and answers of all teacher surveys."""
        sources = self.pilot.sources.surveys
        if not sources:
            return None
        surveys = all_or_problems(*(lambda one=one: self._survey(*one) for one in sources.items()))
        return clean_surveys(surveys, treated_teachers=self._treated_teachers())

    @private
    def sessions(self) -> Cleaned | None:
        """Lessons in which the tool was run."""
        source = self.pilot.sources.sessions
        if source is None:
            return None
        table = self._table(source.file, source.sheet)
        return clean_sessions(table, source=source, window=self.pilot.window, arm_of_teacher=self._arms())

    @private
    def errors(self) -> Cleaned | None:
        """Reported errors, held against the lessons that were read before, where there are any."""
        source = self.pilot.sources.error_log
        if source is None:
            return None
        cleaned = clean_errors(
            self._error_log(source),
            source=source,
            window=self.pilot.window,
            sessions=self.people.received.get("sessions"),
            timezone=self.pilot.timezone,
            bells=self.pilot.bell_schedule,
            arm_of_teacher=self._arms(),
        )
        require_unchanged(self.name, source.file, self.passports, self.workspace)
        return cleaned

    def _error_log(self, source: ErrorLogSource) -> ErrorLog:
        place = LogPlace.of(self.name, source.file, self.workspace)
        form = form_of_log(place, source)
        if form == "lines":
            return log_of_lines(read_text(place.path, shown_as=place.shown), source, file=place.shown)
        if form == "json":
            table = table_of_records(read_json_records(place.path, shown_as=place.shown), source, file=place.shown)
            return log_of_table(self._received(source.file, table), source)
        log = self._noted(read_log(place, source.sheet))
        if isinstance(log, Relation):
            return log_of_relation(log, source)
        return log_of_table(self._received(source.file, table_of(log)), source)

    @private
    def observations(self) -> Cleaned | None:
        """Observed time on task."""
        source = self.pilot.sources.observations
        if source is None:
            return None
        return clean_observations(self._table(source.file, source.sheet), pilot=self.pilot, arm_of_teacher=self._arms())

    @private
    def lesson_coding(self) -> Cleaned | None:
        """How the tool was used in lessons, as coders saw it."""
        source = self.pilot.sources.lesson_coding
        if source is None:
            return None
        return clean_lesson_coding(self._table(source.file, source.sheet), pilot=self.pilot, arm_of_teacher=self._arms())

    @private
    def usage(self) -> Cleaned | None:
        """Use of the tool."""
        source = self.pilot.sources.usage
        if source is None:
            return None
        roster = self._roster_if_sound()
        who = {
            "people": None if roster is None else people_of(roster, self.pilot),
            "person_of_user": None if source.crosswalk is None else self._crosswalk(source.crosswalk),
        }
        how = {"source": source, "window": self.pilot.window, "timezone": self.pilot.timezone}
        place = LogPlace.of(self.name, source.file, self.workspace)
        if form_of_usage(place, source) == "json":
            events = events_of_records(read_json_records(place.path, shown_as=place.shown), file=place.shown)
            return clean_usage(self._received(source.file, events), **how, **who)
        log = self._noted(read_log(place, source.sheet))
        if isinstance(log, Relation):
            cleaned = clean_large_usage(event_query(log, source), **how, **who)
        else:
            cleaned = clean_usage(events_of(self._received(source.file, usage_table(log)), source), **how, **who)
        require_unchanged(self.name, source.file, self.passports, self.workspace)
        return cleaned

    def _crosswalk(self, crosswalk: Crosswalk) -> dict[str, str]:
        table = self._table(crosswalk.file, crosswalk.sheet)
        require_columns(table, [crosswalk.user_column, crosswalk.person_column])
        users, people = (normalise_id(table.frame[name]) for name in (crosswalk.user_column, crosswalk.person_column))
        return dict(zip(users, people, strict=True))

    def _grid(self, file: str, sheet: str | None = None) -> Grid:
        path = self.workspace.raw(self.name) / file
        return self._noted(read_grid(path, shown_as=self.workspace.show(path), sheet=sheet))

    def _noted(self, read: Read) -> Read:
        """What was read, and its notes with those of others."""
        self.notes.extend(f"{read.file}: {note}" for note in getattr(read, "notes", ()))
        return read

    def _table(self, file: str, sheet: str | None = None) -> RawTable:
        return self._received(file, table_of(self._grid(file, sheet)))

    def _received(self, file: str, table: RawTable) -> RawTable:
        """The corrected table, if the file holds as many records as its passport counted."""
        try:
            met = self.people.meet(file, table)
            if file not in self.unlike_passport:  # other contents have other counts: `rows` is not what is to be mended
                require_rows(met, self.passports.of(file).rows)
            return self.corrections.apply(file, met)
        except DataError as error:
            if self.problems is None:
                raise
            self.problems.extend(error.problems)
            return table

    def _survey(self, key: str, source: TeacherSurveySource) -> Survey:
        exports: dict[str, SurveyExport] = {}
        for wave, file in ({"": source.file} if source.file is not None else source.files).items():
            export = read_survey(self._grid(file, source.sheet), source.format)
            exports[wave] = export.with_table(self._received(file, export.table))
        return Survey(
            key=key,
            source=source,
            instrument=load_instrument(source.instrument, self.workspace),
            exports=exports,
            staff=self._staff(source.respondents),
        )

    def _staff(self, source: RespondentList | None) -> StaffList | None:
        if source is None:
            return None
        roster = self.pilot.sources.roster
        is_of_roster = roster is not None and source.file in roster.files()
        return read_staff(self._table(source.file, source.sheet), source, is_of_roster=is_of_roster)

    def _roster(self) -> Roster | None:
        source = self.pilot.sources.roster
        if source is None:
            return None
        if "roster" not in self.known:
            self.known["roster"] = read_roster(source, district=self.pilot.district, table=self._table)
        return self.known["roster"]

    def _roster_if_sound(self) -> Roster | None:
        """The roster, or None when there is none or it cannot be read, which `students` says."""
        try:
            return self._roster()
        except DataError:
            return None

    def _arms(self) -> dict[str, str] | None:
        """The arm of each teacher of the pilot, None without a roster."""
        roster = self._roster_if_sound()
        if roster is not None and "arms" not in self.known:
            self.known["arms"] = arm_of_teachers(roster, self.pilot)
        return None if roster is None else self.known["arms"]

    def _treated_teachers(self) -> set[str] | None:
        roster = self._roster_if_sound()
        return None if roster is None else treated_teachers(roster, self.pilot)
