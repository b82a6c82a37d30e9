"""The closed, frozen model of params/<pilot>.yaml. params/nearpod.yaml is its annotated manual."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from pilotproof import strict_yaml
from pilotproof.strict_yaml import Closed
from pilotproof.workspace import Workspace

Assignment = Literal["randomised-classes", "randomised-students", "comparison-classes", "before-after"]
Similarity = Literal["similar", "different", "not-stated"]

MISSING_SPELLINGS = ("", "NA", "N/A", "n/a", "-", "--", ".", "absent", "missing", "null", "none", "#N/A")


def _inside_raw_folder(text: str) -> str:
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text or not text:
        raise ValueError("a file inside the pilot's own folder data/raw/<pilot>/, with / between folders and no ..")
    return text


RawPath = Annotated[str, AfterValidator(_inside_raw_folder)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
DateFormats = Annotated[tuple[Text, ...], Field(min_length=1)]


class Window(Closed):
    """First and last day on which the tool was used."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.end <= self.start:
            raise ValueError(f"an end after the start ({self.start})")
        return self


class Design(Closed):
    """Who got the tool, and how that was decided."""

    assignment: Assignment
    cluster: Literal["class", "teacher", "school"] = "class"
    block: Literal["school"] | None = None
    arm_column: Literal["class", "teacher", "school", "arm"] = "class"
    treated: tuple[Text, ...] = Field(min_length=1)
    comparison: tuple[Text, ...] = ()
    latest_start: date | None = None

    @model_validator(mode="after")
    def _arms_differ(self) -> Design:
        if both := sorted(set(self.treated) & set(self.comparison)):
            raise ValueError(f"each entry in one arm only (in both: {', '.join(both)})")
        if self.assignment == "before-after" and self.comparison:
            raise ValueError("no comparison entries with assignment: before-after")
        if self.assignment != "before-after" and not self.comparison:
            raise ValueError("comparison entries, or assignment: before-after when there were none")
        return self


class RosterSource(Closed):
    """Who is in which class, with which teacher, in which school."""

    format: Literal["oneroster"] = "oneroster"
    folder: RawPath


class OutcomeSource(Closed):
    """Student scores, one row per student. Class, school, district and arm come from the roster when there is one."""

    file: RawPath
    student_column: Text
    class_column: Text | None = None
    teacher_column: Text | None = None
    school_column: Text | None = None
    district_column: Text | None = None
    arm_column: Text | None = None
    date_column: Text | None = None
    date_formats: DateFormats = ("%Y-%m-%d",)
    missing: tuple[str, ...] = MISSING_SPELLINGS


class TeacherSurveySource(Closed):
    """Teacher survey before and after, as exported by Qualtrics."""

    format: Literal["qualtrics"] = "qualtrics"
    file: RawPath
    instrument: Name
    respondent_column: Text
    wave_column: Text
    before: Text
    after: Text
    items: dict[Text, Text]
    missing: tuple[str, ...] = MISSING_SPELLINGS


class SessionSource(Closed):
    """Exposure: one row per lesson in which the tool was run, with or without an error."""

    file: RawPath
    date_column: Text
    teacher_column: Text
    period_column: Text
    minutes_column: Text
    date_formats: DateFormats = ("%Y-%m-%d",)


class ErrorLogSource(Closed):
    """Technical errors, one row per report."""

    file: RawPath
    time_column: Text
    teacher_column: Text
    period_column: Text
    category_column: Text
    message_column: Text
    time_formats: DateFormats = ("%Y-%m-%d %H:%M",)
    test_categories: tuple[Text, ...] = ()


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


class Outcome(Closed):
    """One student outcome. Exactly one is primary, declared before results are seen."""

    name: Name
    label: Text
    domain: Text
    is_primary: bool = False
    relevance: Literal["student-outcome", "named-in-logic-model", "other"] = "student-outcome"
    pretest_column: Text | None = None
    posttest_column: Text
    low: float
    high: float
    unit: Text = "points"
    smallest_effect_sd: float = Field(default=0.20, gt=0)


class Finding(Closed):
    """A published finding behind the tool, as the district cites it."""

    citation: Text
    finding: Text


class LogicModel(Closed):
    """Why the tool should work."""

    problem: Text
    inputs: Text
    activities: Text
    outputs: Text
    short_term_outcomes: Text
    long_term_outcomes: Text


class Evidence(Closed):
    """What data cannot tell and a person must state."""

    overlap_populations: Similarity = "not-stated"
    overlap_settings: Similarity = "not-stated"
    overriding_negative: Literal["none-known", "found", "not-searched"] = "not-searched"
    logic_model: LogicModel | None = None
    research_basis: tuple[Finding, ...] = ()
    ongoing_study: Text | None = None


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
