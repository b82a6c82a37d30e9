"""One pilot: all of params/<pilot>.yaml."""

from __future__ import annotations

from datetime import date
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from pilotproof import strict_yaml
from pilotproof.pilot.decision import Checklist, DecisionRules
from pilotproof.pilot.design import Design, Window
from pilotproof.pilot.design_rules import unmet_needs
from pilotproof.pilot.evidence import Evidence
from pilotproof.pilot.fields import RawPath, Text
from pilotproof.pilot.lesson_coding import LessonCodingSource
from pilotproof.pilot.logs import BellPeriod, ErrorLogSource, SessionSource
from pilotproof.pilot.narrative import Narrative
from pilotproof.pilot.observations import ObservationSource
from pilotproof.pilot.outcomes import Outcome, OutcomeSource
from pilotproof.pilot.page import Page, require_logo
from pilotproof.pilot.probes import ProbeSource
from pilotproof.pilot.roster import RosterSource
from pilotproof.pilot.survey import TeacherSurveySource
from pilotproof.pilot.usage import Licences, UsageSource
from pilotproof.strict_yaml import Closed
from pilotproof.workspace import Workspace


class Sources(Closed):
    """The raw exports. Only outcomes are required. evidence : evidence.json of other pilots of the same tool"""

    outcomes: OutcomeSource
    roster: RosterSource | None = None
    probes: ProbeSource | None = None
    teacher_survey: TeacherSurveySource | None = None
    more_surveys: tuple[TeacherSurveySource, ...] = ()
    sessions: SessionSource | None = None
    error_log: ErrorLogSource | None = None
    observations: ObservationSource | None = None
    lesson_coding: LessonCodingSource | None = None
    usage: UsageSource | None = None
    evidence: tuple[RawPath, ...] = ()

    @property
    def surveys(self) -> dict[str, TeacherSurveySource]:
        """Every survey by its key in the params; the first is the main one."""
        first = {} if self.teacher_survey is None else {"sources.teacher_survey": self.teacher_survey}
        return first | {f"sources.more_surveys.{n}": survey for n, survey in enumerate(self.more_surveys, start=1)}

    @model_validator(mode="after")
    def _one_survey_each(self) -> Sources:
        if self.more_surveys and self.teacher_survey is None:
            raise ValueError("teacher_survey for the first survey; only further ones go to more_surveys")
        instruments = [survey.instrument for survey in self.surveys.values()]
        if repeated := sorted({name for name in instruments if instruments.count(name) > 1}):
            raise ValueError(f"one survey for each instrument (twice: {', '.join(repeated)})")
        return self

    @model_validator(mode="after")
    def _classes_known(self) -> Sources:
        if self.roster is None and not self.outcomes.class_column:
            raise ValueError("class_column in sources.outcomes when there is no roster")
        return self


class PriorEvidence(Closed):
    """What earlier studies found of effects like this one, in standard deviations, and where that is published."""

    mean: float
    sd: float = Field(gt=0)
    source: Text


class Analysis(Closed):
    """Settings of the statistics. prior : None gives no statement of probability"""

    class_icc: float = Field(default=0.20, ge=0, lt=1)
    random_draws: int = Field(default=20_000, ge=1_000, le=1_000_000)
    seed: int = 20260914
    prior: PriorEvidence | None = None


class ConfirmedDifferences(Closed):
    """Who answers for numbers that differ by few students from those of an earlier release, and why. released : its day"""

    released: date
    by: Text
    because: Text


class Disclosure(Closed):
    """Smallest group of students that may be shown. May be raised, never lowered."""

    smallest_group: int = Field(default=10, ge=10)
    differences_confirmed: ConfirmedDifferences | None = None


class Pilot(Closed):
    """One pilot, as read from params/<pilot>.yaml. Everything a report depends on, besides the raw files, is here."""

    title: Text
    tool: Text
    district: Text
    question: Text
    window: Window
    data_received: date
    timezone: Text | None = None
    bell_schedule: tuple[BellPeriod, ...] = ()
    licences: Licences | None = None
    is_simulated: bool = False
    notes: Text | None = None
    design: Design
    sources: Sources
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    evidence: Evidence = Evidence()
    analysis: Analysis = Analysis()
    decision: DecisionRules = DecisionRules()
    checklist: Checklist = Checklist()
    disclosure: Disclosure = Disclosure()
    page: Page = Page()
    narrative: Narrative = Narrative()

    @property
    def primary(self) -> Outcome:
        """The outcome that carries the verdict."""
        return next(outcome for outcome in self.outcomes if outcome.is_primary)

    def has_pretest(self, outcome: Outcome) -> bool:
        """Whether there was a test before the pilot, as the params say."""
        source = self.sources.outcomes
        if source.is_long:
            return source.before is not None or source.before_until is not None
        return outcome.pretest_column is not None

    @model_validator(mode="after")
    def _scores_named(self) -> Pilot:
        source = self.sources.outcomes
        for outcome in self.outcomes:
            if source.is_long and (outcome.pretest_column or outcome.posttest_column):
                raise ValueError(
                    f"no pretest_column and posttest_column in the outcome {outcome.name}, because sources.outcomes says with "
                    "`after` which testings are meant; name the score's column in score_column"
                )
            if not source.is_long and outcome.posttest_column is None:
                raise ValueError(
                    f"posttest_column in the outcome {outcome.name}, or `after` in sources.outcomes when the file has a row for "
                    "each testing"
                )
            if not source.is_long and (outcome.score_column or outcome.where):
                raise ValueError(f"score_column and where in the outcome {outcome.name} only with `after` in sources.outcomes")
        return self

    @model_validator(mode="after")
    def _translations_of_what_is_there(self) -> Pilot:
        named = {self.title, *(words for outcome in self.outcomes for words in (outcome.label, outcome.unit))}
        if unknown := [words for words in self.page.translations if words not in named]:
            expected = ", ".join(sorted(named))
            raise ValueError(
                f"page.translations of the title and of labels and units of outcomes ({expected}), not of {unknown[0]}"
            )
        return self

    @field_validator("timezone")
    @classmethod
    def _zone_known(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError("the name of a time zone such as America/Chicago")
        return value

    @model_validator(mode="after")
    def _schools_known(self) -> Pilot:
        needs_schools = "school" in (self.design.block, self.design.cluster, self.design.arm_column)
        if needs_schools and self.sources.roster is None and not self.sources.outcomes.school_column:
            raise ValueError("school_column in sources.outcomes, because the design names schools and there is no roster")
        return self

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
    def _pretest_before_the_tool(self) -> Pilot:
        """A test taken with the tool in use is no pretest, and one from before it is no posttest."""
        source, start = self.sources.outcomes, self.window.start
        if source.before_until is not None and source.before_until > start:
            raise ValueError(
                f"before_until in sources.outcomes not after the window's start ({start}): later tests are no pretests"
            )
        if source.after_from is not None and source.after_from <= start:
            raise ValueError(f"after_from in sources.outcomes after the window's start ({start}): earlier tests are no posttests")
        return self

    @model_validator(mode="after")
    def _named_where_it_says(self) -> Pilot:
        """An outcome counts as named in the logic model only if it is."""
        model = self.evidence.logic_model
        text = "" if model is None else " ".join(model.model_dump().values()).casefold()
        for outcome in self.outcomes:
            named = (outcome.label.casefold(), outcome.name.replace("_", " "))
            if outcome.relevance == "named-in-logic-model" and not any(name in text for name in named):
                raise ValueError(
                    f"an evidence.logic_model that names the outcome {outcome.name} ({outcome.label}), because its relevance is "
                    "named-in-logic-model"
                )
        return self

    @model_validator(mode="after")
    def _design_complete(self) -> Pilot:
        if needs := unmet_needs(self):
            raise ValueError("; ".join(needs))
        return self

    @model_validator(mode="after")
    def _log_has_exposure(self) -> Pilot:
        if self.sources.sessions is not None and self.sources.error_log is None:
            raise ValueError("an error_log beside sessions (sessions are only used to turn errors into a rate)")
        return self


def load_pilot(name: str, workspace: Workspace) -> Pilot:
    """The pilot `name`. Raises ParamsError with every problem of the file, or the list of pilots that exist."""
    path = workspace.params(workspace.require_pilot(name))
    pilot = strict_yaml.read(path, Pilot, shown_as=workspace.show(path))
    require_logo(pilot.page, path.parent, shown_as=workspace.show(path))
    return pilot
