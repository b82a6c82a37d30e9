"""The closed, frozen model of params/<pilot>.yaml. params/nearpod.yaml is its annotated manual."""

from pilotproof.pilot.decision import Checklist, DecisionRules
from pilotproof.pilot.design import Assignment, Design, Window
from pilotproof.pilot.evidence import (
    DesignDecision,
    Evidence,
    Finding,
    LogicModel,
    QualitativeStudy,
    Similarity,
    StateProfile,
    Tier4Packet,
)
from pilotproof.pilot.fields import MISSING_SPELLINGS
from pilotproof.pilot.lesson_coding import LessonCodingSource
from pilotproof.pilot.logs import BellPeriod, ErrorLogSource, SessionSource
from pilotproof.pilot.model import Analysis, Disclosure, Pilot, Sources, load_pilot
from pilotproof.pilot.observations import ObservationSource
from pilotproof.pilot.outcomes import Outcome, OutcomeSource
from pilotproof.pilot.probes import ProbeSource
from pilotproof.pilot.roster import RosterSource
from pilotproof.pilot.survey import Quote, RespondentList, TeacherSurveySource
from pilotproof.pilot.usage import Crosswalk, Licences, UsageSource

__all__ = [
    "MISSING_SPELLINGS",
    "Analysis",
    "Assignment",
    "BellPeriod",
    "Checklist",
    "Crosswalk",
    "DecisionRules",
    "Design",
    "DesignDecision",
    "Disclosure",
    "ErrorLogSource",
    "Evidence",
    "Finding",
    "LessonCodingSource",
    "Licences",
    "LogicModel",
    "ObservationSource",
    "Outcome",
    "OutcomeSource",
    "Pilot",
    "ProbeSource",
    "QualitativeStudy",
    "Quote",
    "RespondentList",
    "RosterSource",
    "SessionSource",
    "Similarity",
    "Sources",
    "StateProfile",
    "TeacherSurveySource",
    "Tier4Packet",
    "UsageSource",
    "Window",
    "load_pilot",
]
