"""One pilot: all of params/<pilot>.yaml."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from pilotproof import strict_yaml
from pilotproof.pilot.design import Design, Window
from pilotproof.pilot.evidence import Evidence
from pilotproof.pilot.fields import Text
from pilotproof.pilot.logs import ErrorLogSource, SessionSource
from pilotproof.pilot.outcomes import Outcome, OutcomeSource
from pilotproof.pilot.roster import RosterSource
from pilotproof.pilot.survey import TeacherSurveySource
from pilotproof.strict_yaml import Closed
from pilotproof.workspace import Workspace


class Sources(Closed):
    """The raw exports. Only outcomes are required."""

    outcomes: OutcomeSource
    roster: RosterSource | None = None
    teacher_survey: TeacherSurveySource | None = None
    sessions: SessionSource | None = None
    error_log: ErrorLogSource | None = None

    @model_validator(mode="after")
    def _classes_known(self) -> Sources:
        outcomes = self.outcomes
        if self.roster is None and not (outcomes.class_column and outcomes.school_column and outcomes.district_column):
            raise ValueError("class_column, school_column and district_column in sources.outcomes when there is no roster")
        return self


class Analysis(Closed):
    """Settings of the statistics."""

    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    class_icc: float = Field(default=0.20, ge=0, lt=1)
    random_draws: int = Field(default=20_000, ge=1_000, le=1_000_000)
    seed: int = 20260914


class DecisionRules(Closed):
    """Thresholds of the recommendation."""

    most_errors_per_hour: float = Field(default=0.25, gt=0)


class Disclosure(Closed):
    """Smallest group of students that may be shown. May be raised, never lowered."""

    smallest_group: int = Field(default=10, ge=10)


class Pilot(Closed):
    """One pilot, as read from params/<pilot>.yaml. Everything a report depends on, besides the raw files, is here."""

    title: Text
    tool: Text
    district: Text
    question: Text
    window: Window
    data_received: date
    is_simulated: bool = False
    notes: Text | None = None
    design: Design
    sources: Sources
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    evidence: Evidence = Evidence()
    analysis: Analysis = Analysis()
    decision: DecisionRules = DecisionRules()
    disclosure: Disclosure = Disclosure()

    @property
    def primary(self) -> Outcome:
        """The outcome that carries the verdict."""
        return next(outcome for outcome in self.outcomes if outcome.is_primary)

    @model_validator(mode="after")
    def _one_primary(self) -> Pilot:
        names = [outcome.name for outcome in self.outcomes]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"outcomes with different names (twice: {', '.join(repeated)})")
        if (primaries := sum(outcome.is_primary for outcome in self.outcomes)) != 1:
            raise ValueError(f"exactly one outcome with is_primary: true (there are {primaries})")
        if self.data_received < self.window.start:
            raise ValueError(f"data_received on or after the window's start ({self.window.start})")
        return self

    @model_validator(mode="after")
    def _log_has_exposure(self) -> Pilot:
        if self.sources.sessions is not None and self.sources.error_log is None:
            raise ValueError("an error_log beside sessions (sessions are only used to turn errors into a rate)")
        return self


def load_pilot(name: str, workspace: Workspace) -> Pilot:
    """The pilot `name`. Raises ParamsError with every problem of the file, or the list of pilots that exist."""
    path = workspace.params(workspace.require_pilot(name))
    return strict_yaml.read(path, Pilot, shown_as=workspace.show(path))
