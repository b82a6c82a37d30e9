"""evidence.json as a model: what one pilot found, for others to cite, check and pool. docs/evidence-file.md explains it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from pilotproof.errors import DataError, Problem
from pilotproof.evidence.claims import Claim
from pilotproof.evidence.decision import Decision
from pilotproof.evidence.tier import TierVerdict
from pilotproof.evidence.wwc import WwcLikeRating
from pilotproof.findings.base import Frozen, as_json
from pilotproof.findings.outcomes import InferenceUnit, OutcomeFinding, Role, Sensitivity
from pilotproof.stats.results import Interval
from pilotproof.stats.verdict_method import Method, VerdictMethod

MOST_BYTES = 2**22  # of a file; one of many outcomes has some thousands
EVIDENCE_VERSION = 4
UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
NOTICE = "Our own reading of the evidence tiers; not a What Works Clearinghouse review."


class EvidencePilot(Frozen):
    """Which pilot this is: what was tried, where, when, and how it was decided who got it."""

    name: str
    title: str
    tool: str
    district: str
    window_start: date
    window_end: date
    data_received: date
    is_simulated: bool
    assignment: str
    cluster: str
    block: str | None


class EvidenceArm(Frozen):
    """One arm of one outcome, analysed. All but `clusters` is None in both arms when one of them is too small to be shown.

    clusters : those of the pilot, where students were drawn within them too
    """

    students: int | None
    clusters: int
    mean_pretest: float | None
    sd_pretest: float | None
    mean_posttest: float | None
    sd_posttest: float | None


class EvidenceContrast(Frozen):
    """One method's answer: difference, treated minus comparison, in the outcome's unit.

    n_treated, n_comparison : students; None where an arm is too small to be shown, and so are clusters that are students
    clusters_treated, clusters_comparison : units of inference
    refusal : why the method gives no answer; then every number above is None
    """

    method: Method | Sensitivity
    role: Role
    estimate: float | None
    standard_error: float | None
    df: float | None
    p_value: float | None
    least_attainable_p: float | None
    interval: Interval | None
    n_treated: int | None
    n_comparison: int | None
    clusters_treated: int | None
    clusters_comparison: int | None
    refusal: str | None


class EvidenceEffect(Frozen):
    """Hedges' g, treated minus comparison, in SDs of students; its standard error and df allow for clusters."""

    estimate: float
    standard_error: float = Field(gt=0)
    df: float | None
    interval: Interval

    @classmethod
    def of(cls, outcome: OutcomeFinding) -> EvidenceEffect | None:
        """The effect of an outcome, with the degrees of freedom of the contrast that its standard error comes from.

        That is the contrast of means; where users are compared, the verdict.
        """
        effect = outcome.effect
        if effect is None:
            return None
        carriers = (result for result in outcome.methods if result.method == "cluster means" or result.role == "verdict")
        df = next((result.df for result in carriers if result.df is not None), None)
        return cls(estimate=effect.estimate, standard_error=effect.standard_error, df=df, interval=effect.interval)


class EvidenceBaseline(Frozen):
    """Hedges' g of the pretest over the students analysed, and its class."""

    estimate: float
    verdict: Literal["satisfied", "needs adjustment", "fails"]


class EvidenceAttrition(Frozen):
    """Attrition at one level, shares from 0 to 1; None where an arm is too small to be shown."""

    level: Literal["students", "clusters"]
    overall: float | None
    differential: float | None
    is_low_cautious: bool
    is_low_optimistic: bool


class EvidenceOutcome(Frozen):
    """One student outcome.

    unit_of_inference : what was assigned to the arms, and is counted as clusters in the contrasts
    made_by, reliability : of the measure, as the district states them; reliability is internal consistency
    students : analysed, both arms together; None when they are too few to be shown, and then there are no contrasts either
    refusal : why no contrast carries a verdict; None when one does, or when there was no comparison group
    """

    name: str
    label: str
    domain: str
    unit: str
    is_primary: bool
    is_relevant: bool
    made_by: Literal["not-stated", "publisher", "district", "teachers", "vendor"]
    reliability: float | None
    design: VerdictMethod
    unit_of_inference: InferenceUnit
    students: int | None
    treated: EvidenceArm
    comparison: EvidenceArm | None
    schools: int
    districts: int
    contrasts: tuple[EvidenceContrast, ...]
    refusal: str | None
    effect: EvidenceEffect | None
    baseline: EvidenceBaseline | None
    attrition: tuple[EvidenceAttrition, ...]
    rating: WwcLikeRating
    smallest_effect_sd: float
    mdes_sd: float | None
    claim: Claim


class EvidenceInput(Frozen):
    """One raw file, by its hash."""

    file: str
    sha256: str


class EvidenceProvenance(Frozen):
    """What the numbers were made from."""

    pilotproof: str
    code: str
    params_sha256: str
    inputs: tuple[EvidenceInput, ...]


class EvidenceFile(Frozen):
    """All of evidence.json.

    smallest_group : no number of a group of fewer students is in the file
    tier, decision : rest on the primary outcome
    """

    evidence_version: Literal[4]
    notice: str
    smallest_group: int
    pilot: EvidencePilot
    outcomes: tuple[EvidenceOutcome, ...]
    tier: TierVerdict
    decision: Decision
    provenance: EvidenceProvenance

    def outcome_of(self, domain: str) -> EvidenceOutcome | None:
        """The primary outcome if it is of this domain, else the first one that is."""
        fitting = [outcome for outcome in self.outcomes if same_words(outcome.domain, domain)]
        return next((outcome for outcome in fitting if outcome.is_primary), fitting[0] if fitting else None)


def same_words(first: str, second: str) -> bool:
    """Whether two names differ in capitals and spaces at most."""
    return first.casefold().split() == second.casefold().split()


def read_evidence(path: Path, *, shown_as: str) -> EvidenceFile:
    """The evidence file at `path`. Raises DataError when it is absent, of another version or not of this form."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError([_problem(shown_as, f"a file of more than {MOST_BYTES:,} bytes")])
        raw = json.loads(path.read_bytes())
        return EvidenceFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise DataError([_problem(shown_as, _what_is_wrong(error, raw))]) from error
    except (OSError, ValueError, RecursionError) as error:
        found = "no such file" if isinstance(error, OSError) else "no JSON text"
        raise DataError([_problem(shown_as, found)]) from error


def evidence_schema() -> str:
    """The JSON Schema of evidence.json, as docs/evidence.schema.json holds it."""
    schema = EvidenceFile.model_json_schema(mode="serialization")
    return as_json({"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema)


def _what_is_wrong(error: ValidationError, raw: Any) -> str:
    version = raw.get("evidence_version") if isinstance(raw, dict) else None
    if version is None:
        return "a file without evidence_version"
    if version != EVIDENCE_VERSION:
        return f"version {version!r}"
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"an unknown key, {place}" if first["type"] in UNKNOWN else f"{place}: {first['msg']}"


def _problem(shown_as: str, found: str) -> Problem:
    return Problem(
        file=shown_as,
        found=found,
        expected=f"an evidence.json of version {EVIDENCE_VERSION}, as Pilotproof writes it",
        action="Ask for the file again, made by this version of Pilotproof; it is never edited.",
    )
