"""The frozen model of findings.json: every number that any page prints, at full precision."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from pilotproof.errors import DataError, Problem
from pilotproof.evidence.attrition import AttritionVerdict
from pilotproof.evidence.claims import Claim
from pilotproof.evidence.decision import Decision
from pilotproof.evidence.tier import TierVerdict
from pilotproof.evidence.wwc import WwcLikeRating
from pilotproof.files import write_text
from pilotproof.stats.baseline import BaselineDifference
from pilotproof.stats.clustered import ClusterContrast, Refusal
from pilotproof.stats.counts import Concentration, Rate, Recurrence
from pilotproof.stats.effect_size import EffectSize
from pilotproof.stats.paired import PairedChange

SCHEMA_VERSION = 1
FINDINGS_FILE = "findings.json"
EVIDENCE_FILE = "evidence.json"


class Frozen(BaseModel):
    """Base of the findings: closed, frozen, no NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ArmSummary(Frozen):
    """One arm of one outcome. Scores in the outcome's unit; SDs are between students.

    assigned, analysed : students; clusters_assigned, clusters_analysed : clusters
    """

    assigned: int
    analysed: int
    clusters_assigned: int
    clusters_analysed: int
    mean_pretest: float | None
    sd_pretest: float | None
    mean_posttest: float
    sd_posttest: float


class ClusterPoint(Frozen):
    """Means of one cluster, for figures."""

    arm: Literal["treated", "comparison"]
    students: int
    mean_pretest: float | None
    mean_posttest: float


class AttritionFinding(Frozen):
    """Attrition at one level."""

    level: Literal["students", "clusters"]
    overall: float
    differential: float
    cautious: AttritionVerdict
    optimistic: AttritionVerdict


class OutcomeFinding(Frozen):
    """One student outcome.

    verdict : the contrast that carries the claim, or why there is none
    second : CR2 with Satterthwaite degrees of freedom, which must agree
    change : change of cluster means from pretest to posttest, in a pilot without a comparison group
    mdes_sd : smallest effect, in student SDs, that the design finds with 80 % power
    clusters_needed : clusters, both arms together, with which it would find `smallest_effect_sd` with 80 % power
    least_attainable_p : of a re-randomisation test with this number of clusters per arm; None when refused
    """

    name: str
    label: str
    domain: str
    unit: str
    is_primary: bool
    has_pretest: bool
    is_relevant: bool
    smallest_effect_sd: float
    treated: ArmSummary
    comparison: ArmSummary | None
    schools: int
    districts: int
    verdict: ClusterContrast | Refusal | None
    second: ClusterContrast | Refusal | None
    change: PairedChange | None
    effect: EffectSize | None
    improvement_index: float | None
    baseline: BaselineDifference | None
    attrition: tuple[AttritionFinding, ...]
    rating: WwcLikeRating
    mdes_sd: float | None
    clusters_needed: int | None
    least_attainable_p: float | None
    claim: Claim
    points: tuple[ClusterPoint, ...]


class TeacherChange(Frozen):
    """Change of one subscale over the teachers who answered before and after."""

    name: str
    label: str
    is_tool_outcome: bool
    change: PairedChange


class TeacherFinding(Frozen):
    """The teacher survey. mdes_d : smallest standardised change found with 80 % power."""

    instrument: str
    low: int
    high: int
    teachers: int
    paired: int
    mdes_d: float
    least_attainable_p: float
    subscales: tuple[TeacherChange, ...]


class PeriodCount(Frozen):
    """Errors and exposure of one class period. hours, lessons : None without exposure."""

    period: str
    errors: int
    hours: float | None
    lessons: int | None


class ReliabilityFinding(Frozen):
    """Technical errors. rate, concentration, recurrence : None where exposure is missing.

    recurrence : days with an error in the worst period, out of days on which the tool was run in it
    """

    errors: int
    categories: dict[str, int]
    hours: float | None
    lessons: int | None
    rate: Rate | None
    periods: tuple[PeriodCount, ...]
    worst_period: str | None
    teachers_in_worst_period: int | None
    concentration: Concentration | None
    recurrence: Recurrence | None


class FlowStep(Frozen):
    """What one rule removed and what was left, in one arm."""

    table: str
    step: int
    label: str
    arm: Literal["treated", "comparison", "neither"]
    removed: int
    remaining: int
    clusters: int


class InputFile(Frozen):
    """One raw file as its passport has it."""

    file: str
    received: date
    sent_by: str
    one_row_is: str
    rows: int
    sha256: str


class Provenance(Frozen):
    """What the numbers were made from."""

    pilotproof: str
    code: str
    params_sha256: str
    packages: dict[str, str]
    seed: int
    inputs: tuple[InputFile, ...]


class PilotCard(Frozen):
    """The pilot in the words of its params file."""

    name: str
    title: str
    tool: str
    district: str
    question: str
    window_start: date
    window_end: date
    data_received: date
    is_simulated: bool
    notes: str | None
    assignment: str
    cluster: str
    block: str | None
    confidence: float
    class_icc: float
    smallest_group: int
    most_errors_per_hour: float
    logic_model: dict[str, str] | None
    research_basis: tuple[dict[str, str], ...]
    ongoing_study: str | None


class PlanChange(Frozen):
    """One key of the params that is not as planned."""

    key: str
    planned: str
    done: str


class PlanAmendment(Frozen):
    """A version of the plan after the first."""

    written: date
    why: str


class PlanFinding(Frozen):
    """The analysis plan against what was done.

    written, sha256 : of the version that counts, the last one
    is_before_outcomes : whether it was written before the day on which the first file of outcomes was received
    """

    first_written: date
    written: date
    sha256: str
    is_before_outcomes: bool
    amendments: tuple[PlanAmendment, ...]
    deviations: tuple[PlanChange, ...]


class Findings(Frozen):
    """All of findings.json. plan : None when no plan was written"""

    schema_version: int = SCHEMA_VERSION
    pilot: PilotCard
    outcomes: tuple[OutcomeFinding, ...]
    teachers: TeacherFinding | None
    reliability: ReliabilityFinding | None
    flow: tuple[FlowStep, ...]
    tier: TierVerdict
    decision: Decision
    plan: PlanFinding | None
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


def as_json(content: Any) -> str:
    """Canonical JSON text."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
