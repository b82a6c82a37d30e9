"""All of findings.json: write it, read it."""

from __future__ import annotations

from pathlib import Path

from pilotproof.errors import DataError, Problem
from pilotproof.evidence.decision import Decision
from pilotproof.evidence.decision_inputs import DecisionInputs
from pilotproof.evidence.tier import TierVerdict
from pilotproof.files import write_text
from pilotproof.findings.base import Frozen, as_json
from pilotproof.findings.context import CorrectionFinding, FlowStep, PilotCard, PlanFinding, Provenance, RecordCount
from pilotproof.findings.lesson_coding import LessonCodingFinding
from pilotproof.findings.observations import ObservationFinding
from pilotproof.findings.outcomes import OutcomeFinding
from pilotproof.findings.pooled import PooledFinding
from pilotproof.findings.results import ReliabilityFinding
from pilotproof.findings.surveys import SurveyFinding
from pilotproof.findings.usage import UsageFinding

SCHEMA_VERSION = 1
FINDINGS_FILE = "findings.json"
EVIDENCE_FILE = "evidence.json"


class Findings(Frozen):
    """All of findings.json.

    decision_inputs : what the rules of the decision were held against
    plan : None when no plan was written; pooled : None without evidence of other pilots
    """

    schema_version: int = SCHEMA_VERSION
    pilot: PilotCard
    outcomes: tuple[OutcomeFinding, ...]
    surveys: tuple[SurveyFinding, ...]
    reliability: ReliabilityFinding | None
    lesson_coding: LessonCodingFinding | None
    observations: ObservationFinding | None
    usage: UsageFinding | None
    flow: tuple[FlowStep, ...]
    account: tuple[RecordCount, ...]
    corrections: tuple[CorrectionFinding, ...]
    tier: TierVerdict
    decision: Decision
    decision_inputs: DecisionInputs
    plan: PlanFinding | None
    pooled: PooledFinding | None = None
    provenance: Provenance

    @property
    def primary(self) -> OutcomeFinding:
        """The outcome that carries the verdict."""
        return next(outcome for outcome in self.outcomes if outcome.is_primary)


def write_findings(findings: Findings, folder: Path) -> Path:
    """Write FOLDER/findings.json: keys sorted, numbers at full precision, the same bytes for the same findings."""
    path = folder / FINDINGS_FILE
    write_text(path, as_json(findings.model_dump(mode="json")))
    return path


def read_findings(folder: Path) -> Findings:
    """FOLDER/findings.json. Raises DataError when it is absent or not of this version."""
    path = folder / FINDINGS_FILE
    try:
        return Findings.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        found = "no such file" if isinstance(error, OSError) else "another version or a damaged file"
        problem = Problem(
            file=f"{folder.name}/{FINDINGS_FILE}",
            found=found,
            expected=f"findings of version {SCHEMA_VERSION}",
            action="Run `make report` again.",
        )
        raise DataError([problem]) from error
