"""evidence.json: the public summary of one pilot, to be cited, pooled and checked. Holds no group below the limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pilotproof.disclosure import may_show, may_show_arms
from pilotproof.evidence.decision import Decision
from pilotproof.evidence.gates import Gate
from pilotproof.evidence.tier import TierVerdict
from pilotproof.files import write_text
from pilotproof.findings import EVIDENCE_FILE, ArmSummary, Findings, MethodResult, OutcomeFinding, as_json
from pilotproof.findings.evidence_file import (
    EVIDENCE_VERSION,
    NOTICE,
    EvidenceArm,
    EvidenceAttrition,
    EvidenceBaseline,
    EvidenceContrast,
    EvidenceEffect,
    EvidenceFile,
    EvidenceInput,
    EvidenceOutcome,
    EvidencePilot,
    EvidenceProvenance,
)
from pilotproof.stats.cluster_data import Refusal

COUNTS = ("n_treated", "n_comparison")
UNITS = ("clusters_treated", "clusters_comparison")


def evidence_of(findings: Findings) -> EvidenceFile:
    """The summary: pilot, outcomes, gates, tier, recommendation, provenance."""
    hides_numbers = _students(findings.primary, findings) is None
    made_from = findings.provenance
    return EvidenceFile(
        evidence_version=EVIDENCE_VERSION,
        notice=NOTICE,
        smallest_group=findings.pilot.smallest_group,
        pilot=EvidencePilot(**findings.pilot.model_dump(include=set(EvidencePilot.model_fields))),
        outcomes=tuple(_outcome(outcome, findings) for outcome in findings.outcomes),
        tier=_without_numbers_in_gates(findings.tier) if hides_numbers else findings.tier,
        decision=_without_numbers_in_reasons(findings.decision) if hides_numbers else findings.decision,
        provenance=EvidenceProvenance(
            **made_from.model_dump(include={"pilotproof", "code", "params_sha256"}),
            inputs=tuple(EvidenceInput(file=one.file, sha256=one.sha256) for one in made_from.inputs),
        ),
    )


def write_evidence(findings: Findings, folder: Path) -> Path:
    """Write FOLDER/evidence.json."""
    path = folder / EVIDENCE_FILE
    write_text(path, as_json(evidence_of(findings).model_dump(mode="json")))
    return path


def _arms(outcome: OutcomeFinding) -> list[ArmSummary]:
    return [arm for arm in (outcome.treated, outcome.comparison) if arm is not None]


def _students(outcome: OutcomeFinding, findings: Findings) -> int | None:
    total = sum(arm.analysed for arm in _arms(outcome))
    return total if may_show(total, findings) else None


def _outcome(outcome: OutcomeFinding, findings: Findings) -> EvidenceOutcome:
    students = _students(outcome, findings)
    is_shown = may_show_arms(outcome, findings)
    refused = outcome.verdict.reason if isinstance(outcome.verdict, Refusal) else None
    copied = {
        "name",
        "label",
        "domain",
        "unit",
        "is_primary",
        "is_relevant",
        "made_by",
        "reliability",
        "unit_of_inference",
        "schools",
        "districts",
    }
    return EvidenceOutcome(
        **outcome.model_dump(include=copied),
        design=outcome.method,
        students=students,
        treated=_arm(outcome.treated, is_shown=is_shown),
        comparison=None if outcome.comparison is None else _arm(outcome.comparison, is_shown=is_shown),
        contrasts=() if students is None else tuple(_contrast(one, outcome, is_shown) for one in outcome.methods),
        refusal=refused,
        effect=None if students is None else EvidenceEffect.of(outcome),
        baseline=None if students is None else _baseline(outcome),
        attrition=tuple(
            EvidenceAttrition(
                level=level.level,
                overall=level.overall if is_shown else None,
                differential=level.differential if is_shown else None,
                is_low_cautious=level.cautious.is_low,
                is_low_optimistic=level.optimistic.is_low,
            )
            for level in outcome.attrition
        ),
        rating=outcome.rating,
        smallest_effect_sd=outcome.smallest_effect_sd,
        mdes_sd=outcome.mdes_sd,
        claim=outcome.claim,
    )


def _arm(arm: ArmSummary, *, is_shown: bool) -> EvidenceArm:
    scores = arm.model_dump(include={"mean_pretest", "sd_pretest", "mean_posttest", "sd_posttest"})
    return EvidenceArm(
        students=arm.analysed if is_shown else None,
        clusters=arm.clusters_analysed,
        **(scores if is_shown else dict.fromkeys(scores)),
    )


def _contrast(result: MethodResult, outcome: OutcomeFinding, is_shown: bool) -> EvidenceContrast:
    units = UNITS if outcome.method.design == "students randomised" else ()
    hidden = {} if is_shown else dict.fromkeys((*COUNTS, *units))
    return EvidenceContrast(**(result.model_dump(include=set(EvidenceContrast.model_fields)) | hidden))


def _baseline(outcome: OutcomeFinding) -> EvidenceBaseline | None:
    found = outcome.baseline
    return None if found is None else EvidenceBaseline(estimate=found.estimate, verdict=found.verdict)


def _without_numbers_in_gates(tier: TierVerdict) -> TierVerdict:
    def hidden(gate: Gate) -> Gate:
        return gate if gate.tier == 4 else replace(gate, observed=_without_numbers(gate.observed))

    return replace(tier, gates=tuple(hidden(gate) for gate in tier.gates))


def _without_numbers_in_reasons(decision: Decision) -> Decision:
    return replace(decision, reasons=tuple(replace(one, observed=_without_numbers(one.observed)) for one in decision.reasons))


def _without_numbers(observed: Mapping[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(value, float | int) else value for key, value in observed.items()}
