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
from pilotproof.findings.designs import ClassDay, ClassPhases, StaggeredFinding, UseFinding
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
from pilotproof.findings.outcomes import (
    ArmSummary,
    AttritionFinding,
    ClusterPoint,
    MethodResult,
    OutcomeFinding,
    WithoutOneCluster,
)
from pilotproof.findings.results import (
    PeriodCount,
    ReliabilityFinding,
)
from pilotproof.findings.surveys import (
    AlphaRefusal,
    ItemFinding,
    NoChange,
    QualityFinding,
    SubscaleFinding,
    SurveyFinding,
    SurveyWave,
    TargetFinding,
)

__all__ = [
    "EVIDENCE_FILE",
    "FINDINGS_FILE",
    "SCHEMA_VERSION",
    "AlphaRefusal",
    "ArmSummary",
    "AttritionFinding",
    "Basis",
    "CellCount",
    "ClassDay",
    "ClassPhases",
    "ClusterPoint",
    "CodedWeek",
    "CoderAgreement",
    "CorrectionFinding",
    "Findings",
    "FlowStep",
    "InputFile",
    "ItemFinding",
    "LessonCodingFinding",
    "LevelCount",
    "MethodResult",
    "NoChange",
    "OutcomeFinding",
    "PeriodCount",
    "PilotCard",
    "PlanAmendment",
    "PlanChange",
    "PlanFinding",
    "Provenance",
    "QualityFinding",
    "RecordCount",
    "ReliabilityFinding",
    "StaggeredFinding",
    "SubscaleFinding",
    "SurveyFinding",
    "SurveyWave",
    "TargetFinding",
    "UseFinding",
    "WithoutOneCluster",
    "as_json",
    "read_findings",
    "write_findings",
]
