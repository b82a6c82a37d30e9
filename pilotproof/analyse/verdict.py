"""Collect what the tier and the recommendation depend on."""

from __future__ import annotations

from pilotproof.analyse.outcomes import RANDOMISED
from pilotproof.analyse.staggered import single_case_of
from pilotproof.evidence.decision import DecisionInputs
from pilotproof.evidence.tier import TierInputs, TierVerdict
from pilotproof.findings import MethodResult, OutcomeFinding, ReliabilityFinding
from pilotproof.pilot import Pilot


def tier_inputs(primary: OutcomeFinding, pilot: Pilot) -> TierInputs:
    """What the tier depends on: the primary outcome, and what a person has stated."""
    verdict = primary.verdict if isinstance(primary.verdict, MethodResult) else None
    second = primary.second if isinstance(primary.second, MethodResult) else None
    arms = [arm for arm in (primary.treated, primary.comparison) if arm is not None]
    stated, staggered, use = pilot.evidence, primary.staggered, primary.use
    return TierInputs(
        has_logic_model=stated.logic_model is not None,
        cited_findings=len(stated.research_basis),
        has_ongoing_study=stated.ongoing_study is not None,
        has_comparison=has_contrast(primary),
        fewest_clusters_in_an_arm=min(arm.clusters_analysed for arm in arms) if len(arms) == 2 else 0,
        is_randomised=pilot.design.assignment in RANDOMISED or (staggered is not None and staggered.is_drawn),
        is_adjusted_for_pretest=primary.has_pretest,
        is_outcome_relevant=primary.is_relevant,
        estimate=verdict.estimate if verdict else None,
        p_value=verdict.p_value if verdict else None,
        second_estimate=second.estimate if second else None,
        second_p_value=second.p_value if second else None,
        overriding_negative=stated.overriding_negative,
        rating=primary.rating.rating,
        students=staggered.students if staggered else sum(arm.analysed for arm in arms),
        districts=primary.districts,
        schools=primary.schools,
        overlap_populations=stated.overlap_populations,
        overlap_settings=stated.overlap_settings,
        other_controls=_other_controls(primary),
        has_second_method=staggered is None and use is None,
        single_case=None if staggered is None else single_case_of(staggered),
        is_chosen_by_students=use is not None,
    )


def has_contrast(outcome: OutcomeFinding) -> bool:
    """Whether something was measured without the tool: a comparison arm, or classes before their own start."""
    return outcome.comparison is not None or outcome.staggered is not None


def _other_controls(primary: OutcomeFinding) -> str | None:
    if primary.staggered is not None:
        return "effects of classes and days"
    return "pretest and class effects" if primary.use is not None and primary.has_pretest else None


def decision_inputs(
    primary: OutcomeFinding, reliability: ReliabilityFinding | None, tier: TierVerdict, pilot: Pilot
) -> DecisionInputs:
    """What the recommendation depends on."""
    verdict = primary.verdict if isinstance(primary.verdict, MethodResult) else None
    interval = verdict.interval if verdict else None  # none where a test has no difference that it could reject
    rate = reliability.rate if reliability else None
    concentration = reliability.concentration if reliability else None
    return DecisionInputs(
        has_comparison=has_contrast(primary),
        tier=tier.tier,
        estimate=verdict.estimate if verdict else None,
        p_value=verdict.p_value if verdict else None,
        interval_low=interval.low if interval else None,
        interval_high=interval.high if interval else None,
        errors_per_hour=rate.estimate if rate else None,
        errors_per_hour_low=rate.interval.low if rate else None,
        most_errors_per_hour=pilot.decision.most_errors_per_hour,
        concentration_p_value=concentration.p_value if concentration else None,
        worst_period=reliability.worst_period if reliability else None,
        is_chosen_by_students=primary.use is not None,
    )
