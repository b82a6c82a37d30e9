"""This pilot together with others of the same tool: their effects pooled, and the tier of all of them."""

from __future__ import annotations

import hashlib

from pilotproof.analyse.verdict import tier_profile
from pilotproof.evidence.pooling import Study, judge_together, stopped_by
from pilotproof.evidence.profile import CONFIDENCE, TierProfile
from pilotproof.evidence.tier import TierVerdict
from pilotproof.findings import Basis, OutcomeFinding, PooledFinding, PooledStudy, as_json
from pilotproof.findings.evidence_file import EvidenceEffect, EvidenceFile, EvidenceOutcome
from pilotproof.pilot import Pilot
from pilotproof.stats.meta_analysis import Pooled, PoolingRefusal, fixed_effect, random_effects

RULE = "34 CFR 77.1: studies that each meet the other conditions may jointly meet size and sites"


def analyse_pooled(
    name: str, primary: OutcomeFinding, tier: TierVerdict, others: tuple[EvidenceFile, ...], pilot: Pilot
) -> PooledFinding | None:
    """The pilot `name` among `others`; None without others. Every file of `others` has an outcome of the primary's domain."""
    if not others:
        return None
    profile, domain = tier_profile(pilot), pilot.primary.domain
    own = _own_study(primary, tier, pilot)
    outcomes = [other.outcome_of(domain) for other in others]
    studies = [own, *(_study(other, outcome) for other, outcome in zip(others, outcomes, strict=True))]
    rows = [_row(name, pilot.district, primary.label, own, EvidenceEffect.of(primary), profile)]
    rows += [
        _row(other.pilot.name, other.pilot.district, outcome.label, study, outcome.effect, profile)
        for other, outcome, study in zip(others, outcomes, studies[1:], strict=True)
    ]
    fixed, random = _pooled([row.effect for row in rows if row.effect is not None], CONFIDENCE)
    hashes = {f"{other.pilot.district}/{other.pilot.name}": _sha256(other) for other in others}
    return PooledFinding(
        domain=domain,
        studies=tuple(rows),
        fixed=fixed,
        random=random,
        tier=judge_together(studies, profile),
        basis=Basis(method="random effects, HKSJ", rule=RULE, tables=hashes),
    )


def _pooled(effects: list[EvidenceEffect], confidence: float) -> tuple[Pooled | PoolingRefusal, Pooled | PoolingRefusal]:
    if len(effects) < 2:
        refusal = PoolingRefusal(reason="one study", studies=len(effects))
        return refusal, refusal
    estimates, errors = [one.estimate for one in effects], [one.standard_error for one in effects]
    return (
        fixed_effect(estimates, standard_errors=errors, confidence=confidence),
        random_effects(estimates, standard_errors=errors, confidence=confidence),
    )


def _own_study(primary: OutcomeFinding, tier: TierVerdict, pilot: Pilot) -> Study:
    return Study(
        district=pilot.district,
        verdict=tier,
        is_judged_on_outcome=True,
        students=sum(arm.analysed for arm in (primary.treated, primary.comparison) if arm is not None),
        districts=primary.districts,
        schools=primary.schools,
    )


def _study(other: EvidenceFile, outcome: EvidenceOutcome) -> Study:
    return Study(
        district=other.pilot.district,
        verdict=other.tier,
        is_judged_on_outcome=outcome.is_primary,
        students=outcome.students,
        districts=outcome.districts,
        schools=outcome.schools,
    )


def _row(pilot: str, district: str, label: str, study: Study, effect: EvidenceEffect | None, profile: TierProfile) -> PooledStudy:
    return PooledStudy(
        pilot=pilot,
        district=district,
        outcome=label,
        students=study.students,
        effect=effect,
        stopped_by=stopped_by(study, profile),
    )


def _sha256(other: EvidenceFile) -> str:
    return hashlib.sha256(as_json(other.model_dump(mode="json")).encode("utf-8")).hexdigest()
