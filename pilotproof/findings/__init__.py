"""The frozen model of findings.json: every number that any page prints, at full precision."""

from pilotproof.findings.base import Basis, as_json
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
    read_findings,
    write_findings,
)
from pilotproof.findings.outcomes import (
    ArmSummary,
    AttritionFinding,
    ClusterPoint,
    MethodResult,
    OutcomeFinding,
    WithoutOneCluster,
)
from pilotproof.findings.pooled import PooledFinding, PooledStudy
from pilotproof.findings.results import (
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
    "ClusterPoint",
    "CorrectionFinding",
    "Findings",
    "FlowStep",
    "InputFile",
    "MethodResult",
    "OutcomeFinding",
    "PeriodCount",
    "PilotCard",
    "PlanAmendment",
    "PlanChange",
    "PlanFinding",
    "PooledFinding",
    "PooledStudy",
    "Provenance",
    "RecordCount",
    "ReliabilityFinding",
    "TeacherChange",
    "TeacherFinding",
    "WithoutOneCluster",
    "as_json",
    "read_findings",
    "write_findings",
]
