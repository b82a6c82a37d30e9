"""Collect what the tier and the recommendation depend on."""

from __future__ import annotations

from pilotproof.analyse.outcomes import RANDOMISED
from pilotproof.evidence.decision import DecisionInputs
from pilotproof.evidence.profile import FEDERAL, TierProfile
from pilotproof.evidence.tier import TierInputs, TierVerdict
from pilotproof.findings import MethodResult, OutcomeFinding, ReliabilityFinding
from pilotproof.pilot import Pilot


def tier_inputs(primary: OutcomeFinding, pilot: Pilot) -> TierInputs:
    """What the tier depends on: the primary outcome, and what a person has stated."""
    verdict = primary.verdict if isinstance(primary.verdict, MethodResult) else None
    second = primary.second if isinstance(primary.second, MethodResult) else None
    arms = [arm for arm in (primary.treated, primary.comparison) if arm is not None]
    stated = pilot.evidence
    return TierInputs(
        has_logic_model=stated.logic_model is not None,
        cited_findings=len(stated.research_basis),
        has_ongoing_study=stated.ongoing_study is not None,
        has_comparison=primary.comparison is not None,
        fewest_clusters_in_an_arm=min(arm.clusters_analysed for arm in arms) if len(arms) == 2 else 0,
        is_randomised=pilot.design.assignment in RANDOMISED,
        is_adjusted_for_pretest=primary.has_pretest,
        is_outcome_relevant=primary.is_relevant,
        estimate=verdict.estimate if verdict else None,
        p_value=verdict.p_value if verdict else None,
        second_estimate=second.estimate if second else None,
        second_p_value=second.p_value if second else None,
        overriding_negative=stated.overriding_negative,
        rating=primary.rating.rating,
        students=sum(arm.analysed for arm in arms),
        districts=primary.districts,
        schools=primary.schools,
        overlap_populations=stated.overlap_populations,
        overlap_settings=stated.overlap_settings,
    )


def tier_profile(pilot: Pilot) -> TierProfile:
    """Whose reading of the tiers the gates are held against: the state's, where the params give one."""
    stated = pilot.evidence.state_profile
    return FEDERAL if stated is None else TierProfile(**stated.model_dump())


def decision_inputs(
    primary: OutcomeFinding, reliability: ReliabilityFinding | None, tier: TierVerdict, pilot: Pilot
) -> DecisionInputs:
    """What the recommendation depends on."""
    verdict = primary.verdict if isinstance(primary.verdict, MethodResult) else None
    rate = reliability.rate if reliability else None
    concentration = reliability.concentration if reliability else None
    return DecisionInputs(
        has_comparison=primary.comparison is not None,
        tier=tier.tier,
        estimate=verdict.estimate if verdict else None,
        p_value=verdict.p_value if verdict else None,
        interval_low=verdict.interval.low if verdict else None,
        interval_high=verdict.interval.high if verdict else None,
        errors_per_hour=rate.estimate if rate else None,
        errors_per_hour_low=rate.interval.low if rate else None,
        most_errors_per_hour=pilot.decision.most_errors_per_hour,
        concentration_p_value=concentration.p_value if concentration else None,
        worst_period=reliability.worst_period if reliability else None,
    )
