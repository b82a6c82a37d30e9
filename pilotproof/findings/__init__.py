"""The frozen model of findings.json: every number that any page prints, at full precision."""

from pilotproof.findings.base import Basis
from pilotproof.findings.context import (
    CorrectionFinding,
    FlowStep,
    InputFile,
    PilotCard,
    PlanAmendment,
    PlanChange,
    PlanFinding,
    Provenance,
    RecordCount,
)
from pilotproof.findings.document import (
    EVIDENCE_FILE,
    FINDINGS_FILE,
    SCHEMA_VERSION,
    Findings,
    as_json,
    read_findings,
    write_findings,
)
from pilotproof.findings.lesson_coding import CellCount, CodedWeek, CoderAgreement, LessonCodingFinding, LevelCount
from pilotproof.findings.results import (
    ArmSummary,
    AttritionFinding,
    ClusterPoint,
    OutcomeFinding,
    PeriodCount,
    ReliabilityFinding,
    TeacherChange,
    TeacherFinding,
)

__all__ = [
    "EVIDENCE_FILE",
    "FINDINGS_FILE",
    "SCHEMA_VERSION",
    "ArmSummary",
    "AttritionFinding",
    "Basis",
    "CellCount",
    "ClusterPoint",
    "CodedWeek",
    "CoderAgreement",
    "CorrectionFinding",
    "Findings",
    "FlowStep",
    "InputFile",
    "LessonCodingFinding",
    "LevelCount",
    "OutcomeFinding",
    "PeriodCount",
    "PilotCard",
    "PlanAmendment",
    "PlanChange",
    "PlanFinding",
    "Provenance",
    "RecordCount",
    "ReliabilityFinding",
    "TeacherChange",
    "TeacherFinding",
    "as_json",
    "read_findings",
    "write_findings",
]
