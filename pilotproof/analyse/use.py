"""Users against non-users: every class had the tool, and students chose. An association within classes, never an effect."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pilotproof.analyse.arms import baseline_of, why_ineligible
from pilotproof.analyse.basis import basis_of
from pilotproof.analyse.outcome_details import cox_of, unmeasured_cause
from pilotproof.analyse.sides import adjusts_for_pretest
from pilotproof.evidence.claims import claim_of
from pilotproof.evidence.profile import ALPHA, CONFIDENCE
from pilotproof.evidence.wwc import WwcLikeRating, rate_design
from pilotproof.findings import MethodResult, UnmeasuredCause, UseFinding
from pilotproof.pilot import Outcome, Pilot
from pilotproof.stats.baseline import BaselineDifference
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.dose import DoseRefusal, DoseResponse, dose_cells, dose_response, users_against_non_users
from pilotproof.stats.effect_size import EffectSize, hedges_g_adjusted, improvement_index, pooled_sd
from pilotproof.stats.equivalence import Equivalence, equivalence_test
from pilotproof.stats.model_table import ModelTable, within_table
from pilotproof.stats.verdict_method import verdict_method


def use_results(usage: pd.DataFrame, assigned: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> dict[str, Any]:
    """The results of one outcome where users are compared with non-users.

    usage : tidy table (columns.USAGE), whose minutes told the arms of the students when they were cleaned
    assigned : students of this outcome (columns.STUDENTS with `cluster`); is_treated : users
    """
    analysed = assigned[assigned["is_analysed"]]
    finding = _finding(usage, analysed, outcome, pilot)
    may_show = _smaller_group(analysed) >= pilot.disclosure.smallest_group
    rule = verdict_method("use compared", clusters_treated=finding.classes)
    verdict = _verdict(finding.users, analysed)
    effect = _effect(finding.users, analysed)
    baseline = baseline_of(analysed) if may_show and pilot.has_pretest(outcome) else None
    is_adjusted = adjusts_for_pretest(assigned, outcome, pilot)
    return {
        "method": rule,
        "verdict": verdict,
        "methods": (verdict,) if isinstance(verdict, MethodResult) else (),
        "models": _models(analysed, outcome, pilot) if isinstance(verdict, MethodResult) else (),
        "effect": effect,
        "cox": cox_of(analysed, outcome) if may_show else (),
        "unmeasured": _unmeasured(finding.users, effect),
        "equivalence": _equivalence(finding.users, analysed, outcome),
        "improvement_index": None if effect is None else improvement_index(effect.estimate),
        "baseline": baseline,
        "rating": _rating(verdict, baseline, outcome, is_adjusted=is_adjusted),
        "claim": claim_of(rule),
        "use": finding,
        "basis": basis_of(rule.verdict or "none", rule=rule.reason, students=assigned.drop(columns="cluster"), usage=usage),
    }


def _finding(usage: pd.DataFrame, analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> UseFinding:
    minutes = analysed["student_id"].map(usage.groupby("person_id")["usage_minutes"].sum()).fillna(0.0).to_numpy()
    scores, cluster = analysed["posttest_score"].to_numpy(), analysed["cluster"].to_numpy(dtype=object)
    named = {
        "cluster": cluster,
        "pretest": analysed["pretest_score"].to_numpy() if adjusts_for_pretest(analysed, outcome, pilot) else None,
        "confidence": CONFIDENCE,
    }
    is_user = analysed["is_treated"].to_numpy(dtype=bool)
    of_whom = {"n": len(scores), "clusters": len(set(cluster))}
    users: DoseResponse | DoseRefusal
    amount: DoseResponse | DoseRefusal
    if np.ptp(scores) == 0:
        users = amount = DoseRefusal(reason="all scores are equal", **of_whom)
    else:
        users = users_against_non_users(scores, is_user=is_user, **named)
        amount = dose_response(scores, use=minutes, **named)
    if _smaller_group(analysed) < pilot.disclosure.smallest_group:  # a difference from few students tells their scores
        users = DoseRefusal(reason="too few users or non-users", **of_whom)
    return UseFinding(
        fewest_minutes=pilot.design.fewest_minutes,
        classes=int(analysed["cluster"].nunique()),
        users=users,
        amount=amount,
        cells=dose_cells(scores, use=minutes, cluster=cluster, least=pilot.disclosure.smallest_group),
    )


def _models(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> tuple[ModelTable, ...]:
    """Every coefficient of the verdict's regression."""
    found = within_table(
        analysed["posttest_score"].to_numpy(),
        is_user=analysed["is_treated"].to_numpy(dtype=bool),
        cluster=analysed["cluster"].to_numpy(dtype=object),
        pretest=analysed["pretest_score"].to_numpy() if adjusts_for_pretest(analysed, outcome, pilot) else None,
        confidence=CONFIDENCE,
    )
    return () if found is None else (found,)


def _smaller_group(analysed: pd.DataFrame) -> int:
    """Students in the smaller of the two groups."""
    users = int(analysed["is_treated"].sum())
    return min(users, len(analysed) - users)


def _verdict(found: DoseResponse | DoseRefusal, analysed: pd.DataFrame) -> MethodResult | Refusal:
    """clusters_treated, clusters_comparison : classes with a user and with a non-user."""
    of = analysed.groupby("is_treated")["cluster"].nunique()
    clusters = {"clusters_treated": int(of[True]), "clusters_comparison": int(of[False])}
    if isinstance(found, DoseRefusal):
        return Refusal(reason=found.reason, **clusters)
    return MethodResult(
        method="CR2",
        role="verdict",
        estimate=found.estimate,
        standard_error=found.standard_error,
        df=found.df,
        p_value=found.p_value,
        least_attainable_p=None,
        interval=found.interval,
        n_treated=found.n_users,
        n_comparison=found.n - found.n_users,
        **clusters,
        refusal=None,
    )


def _by_use(analysed: pd.DataFrame, column: str) -> dict[str, Any]:
    scores, is_user = analysed[column].to_numpy(), analysed["is_treated"].to_numpy(dtype=bool)
    return {"treated": scores[is_user], "comparison": scores[~is_user]}


def _effect(found: DoseResponse | DoseRefusal, analysed: pd.DataFrame) -> EffectSize | None:
    """The difference in SDs of students."""
    groups = _by_use(analysed, "posttest_score")
    if isinstance(found, DoseRefusal):
        return None
    return hedges_g_adjusted(
        found.estimate,
        **groups,
        standard_error=found.standard_error,
        df=found.df,
        confidence=found.interval.confidence,
    )


def _unmeasured(found: DoseResponse | DoseRefusal, effect: EffectSize | None) -> UnmeasuredCause | None:
    """Students chose; the ordinary t, not that of CR2, tells what something unmeasured would have to explain."""
    if isinstance(found, DoseRefusal) or effect is None or found.ols_t == 0:
        return None
    return unmeasured_cause(effect, estimate=found.estimate, standard_error=found.estimate / found.ols_t, df=found.residual_df)


def _equivalence(found: DoseResponse | DoseRefusal, analysed: pd.DataFrame, outcome: Outcome) -> Equivalence | None:
    groups = _by_use(analysed, "posttest_score")
    if isinstance(found, DoseRefusal):
        return None
    limit = outcome.smallest_effect_sd * pooled_sd(**groups)
    return equivalence_test(found.estimate, standard_error=found.standard_error, df=found.df, low=-limit, high=limit, alpha=ALPHA)


def _rating(
    verdict: MethodResult | Refusal, baseline: BaselineDifference | None, outcome: Outcome, *, is_adjusted: bool
) -> WwcLikeRating:
    """As a quasi-experiment: never above "with reservations", and that only for groups alike before the pilot."""
    if isinstance(verdict, Refusal) and verdict.reason == "too few users or non-users":
        return WwcLikeRating(rating="does not meet", reason="too few users or non-users")
    return rate_design(
        is_randomised=False,
        has_comparison=True,
        fewest_clusters_in_an_arm=min(verdict.clusters_treated, verdict.clusters_comparison),
        ineligible=why_ineligible(outcome),
        is_attrition_low=None,
        baseline=None if baseline is None else baseline.verdict,
        is_adjusted_for_pretest=is_adjusted,
    )
