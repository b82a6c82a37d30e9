"""What stands behind the results: the pilot, its plan, its files, and what was left out of them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pilotproof.findings.base import Frozen


class FlowStep(Frozen):
    """What one rule removed and what was left, in one arm."""

    table: str
    step: int
    label: str
    arm: Literal["treated", "comparison", "neither"]
    removed: int
    remaining: int
    clusters: int


class RecordCount(Frozen):
    """How many records of one raw file were kept, merged or removed, and by which rule."""

    file: str
    fate: Literal["kept", "merged", "removed"]
    reason: str
    records: int


class CorrectionFinding(Frozen):
    """One correction of raw data. before, after : "not shown" where they could identify somebody"""

    file: str
    column: str
    rows: int
    before: str
    after: str
    because: str
    told: str


class InputFile(Frozen):
    """One raw file as its passport has it."""

    file: str
    received: date
    sent_by: str
    one_row_is: str
    rows: int
    sha256: str


class Provenance(Frozen):
    """What the numbers were made from. own_notebooks : those that are not as this version of Pilotproof brings them"""

    pilotproof: str
    code: str
    params_sha256: str
    packages: dict[str, str]
    seed: int
    inputs: tuple[InputFile, ...]
    own_notebooks: tuple[str, ...] = ()


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
    notice_days: int
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
