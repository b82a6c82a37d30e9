"""Collect what the tier and the recommendation depend on."""

from __future__ import annotations

from math import ceil

from pilotproof.analyse.arms import RANDOMISED
from pilotproof.analyse.attrition import is_draw_kept
from pilotproof.analyse.staggered import single_case_of
from pilotproof.evidence.decision_inputs import Acceptance, Adoption, DecisionInputs, Faults, Learning, Limits
from pilotproof.evidence.profile import FEDERAL, TierProfile
from pilotproof.evidence.tier import TierInputs, TierVerdict
from pilotproof.evidence.wwc import CONFOUNDED, Alone
from pilotproof.findings import (
    ArmSummary,
    MethodResult,
    OutcomeFinding,
    ReliabilityFinding,
    SurveyFinding,
    UsageFinding,
)
from pilotproof.pilot import Pilot, Window
from pilotproof.stats.cluster_data import FEWEST_CLUSTERS, Refusal

DAYS_PER_WEEK = 7
USEFULNESS = "usefulness"  # the subscale of params/instruments/tam.yaml


def tier_inputs(primary: OutcomeFinding, pilot: Pilot, outcomes: tuple[OutcomeFinding, ...] = ()) -> TierInputs:
    """What the tier depends on: the primary outcome, what a person has stated, and harm among all `outcomes` of the pilot."""
    verdict = _of_a_contrast(primary)
    second = primary.second if isinstance(primary.second, MethodResult) else None
    arms = [arm for arm in (primary.treated, primary.comparison) if arm is not None]
    stated, staggered, use = pilot.evidence, primary.staggered, primary.use
    return TierInputs(
        has_logic_model=stated.logic_model is not None,
        cited_findings=len(stated.research_basis),
        has_ongoing_study=stated.ongoing_study is not None,
        has_comparison=has_contrast(primary),
        fewest_clusters_in_an_arm=_fewest(primary, arms),
        alone_in_an_arm=_alone(primary),
        is_randomised=pilot.design.assignment in RANDOMISED or (staggered is not None and staggered.is_drawn),
        is_draw_kept=is_draw_kept(primary.attrition),
        is_adjusted_for_pretest=primary.has_pretest,
        is_outcome_relevant=primary.is_relevant,
        estimate=verdict.estimate if verdict else None,
        p_value=verdict.p_value if verdict else None,
        adjusted_p=primary.among.adjusted_p if verdict and primary.among else None,
        family_size=primary.among.family_size if primary.among else 1,
        second_estimate=second.estimate if second else None,
        second_p_value=second.p_value if second else None,
        overriding_negative="found here" if any(_is_harm(one) for one in outcomes) else stated.overriding_negative,
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


def _fewest(primary: OutcomeFinding, arms: list[ArmSummary]) -> int:
    """Units in the smaller arm. Of students, no more than the gate asks for.

    An arm of students can be smaller than a group that may be shown, so that their number is not told.
    """
    if primary.unit_of_inference == "student":
        return min(FEWEST_CLUSTERS, *(arm.analysed for arm in arms))
    return min(arm.clusters_analysed for arm in arms) if len(arms) == 2 else 0


def _is_harm(outcome: OutcomeFinding) -> bool:
    """Whether students with the tool did worse, beyond chance, on another outcome that the law counts."""
    verdict = None if outcome.is_primary or not outcome.is_relevant else _of_a_contrast(outcome)
    return verdict is not None and outcome.is_significant and (verdict.estimate or 0) < 0


def _alone(primary: OutcomeFinding) -> Alone | None:
    """Of what an arm has only one that the other has not, where that is why there is no contrast."""
    reason = primary.verdict.reason if isinstance(primary.verdict, Refusal) else None
    return next((alone for alone, named in CONFOUNDED.items() if named == reason), None)


def _of_a_contrast(primary: OutcomeFinding) -> MethodResult | None:
    """The verdict where it is on a difference: no tier and no advice rests on a change that nothing was held against."""
    return primary.verdict if has_contrast(primary) and isinstance(primary.verdict, MethodResult) else None


def has_contrast(outcome: OutcomeFinding) -> bool:
    """Whether something was measured without the tool: a comparison arm, or classes before their own start."""
    return outcome.comparison is not None or outcome.staggered is not None


def _other_controls(primary: OutcomeFinding) -> str | None:
    if primary.staggered is not None:
        return "effects of classes and days"
    return "pretest and class effects" if primary.use is not None and primary.has_pretest else None


def tier_profile(pilot: Pilot) -> TierProfile:
    """Whose reading of the tiers the gates are held against: the state's, where the params give one."""
    stated = pilot.evidence.state_profile
    return FEDERAL if stated is None else TierProfile(**stated.model_dump())


def decision_inputs(
    primary: OutcomeFinding,
    tier: TierVerdict,
    pilot: Pilot,
    *,
    surveys: tuple[SurveyFinding, ...] = (),
    usage: UsageFinding | None = None,
    reliability: ReliabilityFinding | None = None,
) -> DecisionInputs:
    """What the recommendation depends on."""
    return DecisionInputs(
        learning=_learning(primary, tier),
        faults=_faults(reliability),
        acceptance=_acceptance(surveys),
        adoption=_adoption(usage, pilot.window),
        checklist=pilot.checklist.model_dump(include={"privacy", "single_sign_on", "accessible", "works_on_phone"}),
        cost_per_student=pilot.checklist.cost_per_student,
        limits=Limits(**pilot.decision.model_dump(exclude={"notice_days"})),
    )


def _learning(primary: OutcomeFinding, tier: TierVerdict) -> Learning:
    verdict = _of_a_contrast(primary)
    interval = verdict.interval if verdict else None
    return Learning(
        has_comparison=has_contrast(primary),
        tier=tier.tier,
        estimate=verdict.estimate if verdict else None,
        p_value=verdict.p_value if verdict else None,
        interval_low=interval.low if interval else None,
        interval_high=interval.high if interval else None,
        is_significant=verdict is not None and primary.is_significant,
        is_equivalent=primary.is_equivalent,
        units_needed=primary.units_needed,
        is_chosen_by_students=primary.use is not None,
    )


def _acceptance(surveys: tuple[SurveyFinding, ...]) -> Acceptance:
    """Buy-in of the survey that has a target, and the level of perceived usefulness where it was asked."""
    parts = [part for survey in surveys for part in survey.subscales]
    targets = [part.target.buy_in for part in parts if part.target is not None]
    useful = next((part.level for part in parts if part.name == USEFULNESS and part.level and part.level.interval), None)
    return Acceptance(
        buy_in_share=targets[0].share if targets else None,
        buy_in_target=targets[0].target if targets else None,
        usefulness_low=useful.interval.low if useful else None,
        usefulness_high=useful.interval.high if useful else None,
        usefulness_middle=useful.middle if useful else None,
    )


def _adoption(usage: UsageFinding | None, window: Window) -> Adoption:
    weeks = ceil(((window.end - window.start).days + 1) / DAYS_PER_WEEK)
    if usage is None:
        return Adoption(weeks=weeks)
    teachers, licences = usage.teachers_last_week, usage.licences
    return Adoption(
        weeks=weeks,
        teachers_using_share=teachers.share if teachers else None,
        licences_bought=licences.bought if licences else None,
        licences_used=licences.used if licences else None,
        idle_cost=licences.cost_dormant if licences else None,
    )


def _faults(reliability: ReliabilityFinding | None) -> Faults:
    rate = reliability.rate if reliability else None
    concentration = reliability.concentration if reliability else None
    up = reliability.availability if reliability else None
    return Faults(
        errors_per_hour=rate.estimate if rate else None,
        errors_per_hour_low=rate.interval.low if rate else None,
        concentration_p_value=concentration.p_value if concentration else None,
        worst_period=reliability.worst_period if reliability else None,
        time_lost_share=None if up is None else 1 - up.estimate,
        time_lost_share_low=None if up is None or up.interval is None else 1 - up.interval.high,
    )
