"""One student outcome: contrast of the arms, baseline, attrition, power, and what may be said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pilotproof.analyse.arms import NOTHING, RANDOMISED, RELEVANT, arm_of, baseline_of, points_of, why_ineligible
from pilotproof.analyse.attrition import attrition_of, is_draw_kept, lost_from
from pilotproof.analyse.basis import basis_of
from pilotproof.analyse.change import change_methods, change_of, change_over_teachers
from pilotproof.analyse.equivalence import equivalence_of
from pilotproof.analyse.imputed import imputed
from pilotproof.analyse.methods import methods_of, models_of, row_of, without_one_cluster
from pilotproof.analyse.nothing_to_compare import nothing_to_compare
from pilotproof.analyse.outcome_details import details_of
from pilotproof.analyse.planning import plan_of, unit_of
from pilotproof.analyse.recomputed import recomputed_by_reviewer
from pilotproof.analyse.sides import Sides, adjusts_for_pretest, sides_of
from pilotproof.analyse.staggered import staggered_results
from pilotproof.analyse.teachers import alone_in_an_arm, over_teachers
from pilotproof.analyse.use import use_results
from pilotproof.evidence.claims import claim_of
from pilotproof.evidence.profile import ALPHA, CONFIDENCE
from pilotproof.evidence.wwc import CONFOUNDED, Alone, WwcLikeRating, rate_design
from pilotproof.findings import AttritionFinding, MethodResult, OutcomeFinding
from pilotproof.pilot import Analysis, Outcome, Pilot
from pilotproof.stats.baseline import BaselineDifference
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import ClusterContrast, cluster_mean_contrast
from pilotproof.stats.effect_size import EffectSize, hedges_g_adjusted, improvement_index
from pilotproof.stats.multiplicity import within_domains
from pilotproof.stats.posterior import Posterior, Prior, posterior
from pilotproof.stats.results import Interval

Contrast = ClusterContrast | Refusal | None


def analyse_outcomes(
    students: pd.DataFrame,
    pilot: Pilot,
    *,
    probes: pd.DataFrame | None = None,
    usage: pd.DataFrame | None = None,
    only_decisive: bool = False,
) -> tuple[OutcomeFinding, ...]:
    """The findings on all outcomes of the params, each p-value adjusted for those of its domain.

    students : the tidy table (columns.STUDENTS) of all outcomes; probes : of a staggered start; usage : where users are compared
    only_decisive : leave out the sensitivities, which decide nothing and take most of the time
    """
    found = tuple(
        analyse_outcome(students, outcome, pilot, probes=probes, usage=usage, only_decisive=only_decisive)
        for outcome in pilot.outcomes
    )
    tested = [outcome for outcome in found if isinstance(outcome.verdict, MethodResult) and outcome.verdict.p_value is not None]
    if not tested:
        return found
    among = within_domains(
        [outcome.verdict.p_value for outcome in tested],
        [outcome.domain for outcome in tested],
        [outcome.is_primary for outcome in tested],
        alpha=ALPHA,
    )
    decided = {outcome.name: decision for outcome, decision in zip(tested, among, strict=True)}
    return tuple(outcome.model_copy(update={"among": decided.get(outcome.name)}) for outcome in found)


def analyse_outcome(
    students: pd.DataFrame,
    outcome: Outcome,
    pilot: Pilot,
    *,
    probes: pd.DataFrame | None = None,
    usage: pd.DataFrame | None = None,
    only_decisive: bool = False,
) -> OutcomeFinding:
    """The finding on `outcome` by itself; arguments as in `analyse_outcomes`."""
    assigned = students[students["outcome"] == outcome.name]
    assigned = assigned.assign(cluster=assigned[f"{pilot.design.cluster}_id"])
    analysed = assigned[assigned["is_analysed"]]
    if pilot.design.assignment == "staggered-start":
        own = staggered_results(probes, assigned, outcome, pilot)
    elif pilot.design.assignment == "users-compared":
        own = use_results(usage, assigned, outcome, pilot)
    else:
        own = _arms_compared(assigned, analysed, outcome, pilot, only_decisive=only_decisive)
    return OutcomeFinding(
        **outcome.model_dump(
            include={"name", "label", "domain", "unit", "kind", "is_primary", "smallest_effect_sd", "made_by", "reliability"}
        ),
        has_pretest=adjusts_for_pretest(assigned, outcome, pilot),
        is_relevant=outcome.relevance in RELEVANT,
        treated=arm_of(assigned, pilot.design, is_treated=True),
        comparison=arm_of(assigned, pilot.design, is_treated=False) if pilot.design.has_two_arms else None,
        clusters=int(analysed["cluster"].nunique()),
        schools=int(analysed["school_id"].nunique()),
        districts=int(analysed["district_id"].nunique()),
        **(NOTHING | {"unit_of_inference": pilot.design.cluster} | own),
    )


def _arms_compared(
    assigned: pd.DataFrame, analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot, *, only_decisive: bool
) -> dict[str, Any]:
    """Treated against comparison clusters, or a change where there are none to compare with."""
    sides = sides_of(analysed, outcome, pilot)
    is_whole = not only_decisive
    refusal = nothing_to_compare(analysed, sides) if pilot.design.comparison else None
    means = refusal or _means(sides, pilot)
    rule, methods = methods_of(sides, pilot.analysis, only_decisive=only_decisive, refused=_refused(means))
    if methods and is_whole and (by_teacher := over_teachers(analysed, sides, pilot)) is not None:
        methods = (*methods, row_of("teacher means", "beside", by_teacher))
    without_one = without_one_cluster(sides, pilot.analysis) if methods and is_whole else None
    is_tested = bool(methods)
    change = change_of(analysed, outcome, pilot)
    methods = methods or change_methods(change, students=len(analysed), only_decisive=only_decisive)
    methods += change_over_teachers(analysed, change, pilot) if is_whole else ()
    verdict, second = _by_role("verdict", methods, means), _by_role("must agree", methods, means)
    effect = _effect(means, verdict, analysed)
    baseline = _baseline(analysed, outcome, pilot)
    lost = lost_from(assigned, pilot)
    attrition = attrition_of(lost, pilot)
    is_alone = refusal is not None and refusal.reason in CONFOUNDED.values()
    return {
        "method": rule,
        "verdict": verdict,
        "second": second,
        "methods": methods,
        "models": models_of(sides) if isinstance(means, ClusterContrast) and is_whole else (),
        "without_one": without_one,
        "change": change,
        "effect": effect,
        "equivalence": equivalence_of(verdict, means, sides, analysed, outcome, pilot.analysis),
        "posterior": _posterior(effect, means, outcome, pilot.analysis),
        "improvement_index": None if effect is None else improvement_index(effect.estimate),
        "recomputed": ()
        if outcome.kind == "binary"  # a reviewer reckons these by the Cox index
        else recomputed_by_reviewer(means, analysed, icc=pilot.analysis.class_icc, confidence=CONFIDENCE),
        "baseline": baseline,
        "attrition": attrition,
        "lost": lost,
        **(details_of(analysed, outcome, pilot, means=means, effect=effect) if is_whole else {}),
        **(imputed(assigned, outcome, pilot, is_tested=is_tested, sd=effect and effect.pooled_sd) if is_whole else {}),
        "rating": _rating(
            outcome,
            pilot,
            sides,
            baseline,
            attrition,
            alone=alone_in_an_arm(analysed) if is_alone else None,
            is_adjusted=adjusts_for_pretest(assigned, outcome, pilot),
        ),
        "unit_of_inference": unit_of(sides, pilot),
        "least_attainable_p": _least_attainable_p(sides, verdict),
        "claim": claim_of(rule, is_draw_kept=is_draw_kept(attrition)),
        "points": points_of(analysed),
        "basis": basis_of(rule.verdict or "none", rule=rule.reason, students=assigned.drop(columns="cluster")),
        **plan_of(sides, pilot, outcome),
    }


def _refused(means: Contrast) -> Refusal | None:
    return means if isinstance(means, Refusal) else None


def _means(sides: Sides, pilot: Pilot) -> Contrast:
    """The contrast of means, which gives the estimate, its standard error and the effect size whatever gives the p."""
    if not pilot.design.comparison:
        return None
    return cluster_mean_contrast(sides.scores, **sides.named, confidence=CONFIDENCE)


def _by_role(role: str, methods: tuple[MethodResult, ...], means: Contrast) -> MethodResult | Refusal | None:
    """The result with this role; the refusal of the means where there is none to give."""
    found = next((result for result in methods if result.role == role), None)
    if isinstance(means, Refusal):
        return means
    return found if found is None or found.refusal is None else None


def _effect(means: Contrast, verdict: object, analysed: pd.DataFrame) -> EffectSize | None:
    """The difference in SDs; its interval is that of the verdict, so that both say the same of chance."""
    if not isinstance(means, ClusterContrast):
        return None
    treated, comparison = _scores_by_arm(analysed)
    effect = hedges_g_adjusted(
        means.estimate,
        treated=treated,
        comparison=comparison,
        standard_error=means.standard_error,
        df=means.df,
        confidence=CONFIDENCE,
    )
    if not isinstance(verdict, MethodResult) or verdict.interval is None:
        return effect
    scale = effect.standard_error / means.standard_error
    low, high = verdict.interval.low * scale, verdict.interval.high * scale
    return replace(effect, interval=Interval(low=low, high=high, confidence=verdict.interval.confidence))


def _scores_by_arm(analysed: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    is_treated, scores = analysed["is_treated"].to_numpy(dtype=bool), analysed["posttest_score"].to_numpy()
    return scores[is_treated], scores[~is_treated]


def _baseline(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> BaselineDifference | None:
    if not pilot.has_pretest(outcome) or not pilot.design.comparison:
        return None
    return baseline_of(analysed)


def _rating(
    outcome: Outcome,
    pilot: Pilot,
    sides: Sides,
    baseline: BaselineDifference | None,
    attrition: tuple[AttritionFinding, ...],
    *,
    alone: Alone | None,
    is_adjusted: bool,
) -> WwcLikeRating:
    return rate_design(
        is_randomised=pilot.design.assignment in RANDOMISED,
        has_comparison=bool(pilot.design.comparison),
        fewest_clusters_in_an_arm=min(sides.clusters_per_arm),
        alone_in_an_arm=alone,
        ineligible=why_ineligible(outcome),
        is_attrition_low=is_draw_kept(attrition) if attrition else None,
        baseline=None if baseline is None else baseline.verdict,
        is_adjusted_for_pretest=is_adjusted,
    )


def _least_attainable_p(sides: Sides, verdict: object) -> float | None:
    """The floor of the verdict's p; of a re-assignment as it could have been drawn, where the verdict's p has none."""
    if not isinstance(verdict, MethodResult):
        return None
    return sides.least_attainable_p if verdict.least_attainable_p is None else verdict.least_attainable_p


def _posterior(effect: EffectSize | None, means: Contrast, outcome: Outcome, analysis: Analysis) -> Posterior | None:
    """The effect in SDs drawn towards what earlier studies found, where the params say and cite what that is."""
    if effect is None or analysis.prior is None or not isinstance(means, ClusterContrast):
        return None
    return posterior(
        effect.estimate,
        standard_error=effect.standard_error,
        df=means.df,
        prior=Prior(**analysis.prior.model_dump()),
        negligible=outcome.smallest_effect_sd,
        confidence=CONFIDENCE,
    )
