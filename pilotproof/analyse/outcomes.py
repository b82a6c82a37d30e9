"""One student outcome: contrast of the arms, baseline, attrition, power, and what may be said of it."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from pilotproof.evidence.attrition import judge_attrition
from pilotproof.evidence.claims import claim_of
from pilotproof.evidence.tier import ALPHA
from pilotproof.evidence.wwc import WwcLikeRating, rate_design
from pilotproof.findings import ArmSummary, AttritionFinding, ClusterPoint, OutcomeFinding
from pilotproof.pilot import Outcome, Pilot
from pilotproof.stats.attainable import least_attainable_p_randomisation
from pilotproof.stats.attrition import attrition_rates
from pilotproof.stats.baseline import BaselineDifference, baseline_difference
from pilotproof.stats.clustered import ClusterContrast, Refusal, cluster_mean_contrast, cr2_contrast
from pilotproof.stats.design_error import clustered_design
from pilotproof.stats.effect_size import EffectSize, hedges_g_adjusted, improvement_index, pooled_sd
from pilotproof.stats.equivalence import Equivalence, equivalence_test
from pilotproof.stats.paired import PairedChange, paired_change
from pilotproof.stats.power import mdes_clustered
from pilotproof.stats.power_search import NotWithinReach, size_needed

RANDOMISED = ("randomised-classes", "randomised-students")
FEWEST_TO_PLAN = 4
MOST_CLUSTERS = 2_000
RELEVANT = ("student-outcome", "named-in-logic-model")


def analyse_outcome(students: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> OutcomeFinding:
    """The finding on `outcome`. `students` is the tidy table (columns.STUDENTS) of all outcomes."""
    assigned = students[students["outcome"] == outcome.name]
    assigned = assigned.assign(cluster=assigned[f"{pilot.design.cluster}_id"])
    analysed = assigned[assigned["is_analysed"]]
    verdict, second = _contrasts(analysed, outcome, pilot)
    effect = _effect(verdict, analysed, pilot.analysis.confidence)
    baseline = _baseline(analysed, outcome, pilot)
    attrition = _attrition(assigned, pilot)
    fewest = _fewest_clusters(analysed)
    has_comparison = bool(pilot.design.comparison)
    is_randomised = pilot.design.assignment in RANDOMISED
    return OutcomeFinding(
        **outcome.model_dump(include={"name", "label", "domain", "unit", "is_primary", "smallest_effect_sd"}),
        has_pretest=pilot.has_pretest(outcome),
        is_relevant=outcome.relevance in RELEVANT,
        treated=_arm(assigned, is_treated=True),
        comparison=_arm(assigned, is_treated=False) if has_comparison else None,
        schools=int(analysed["school_id"].nunique()),
        districts=int(analysed["district_id"].nunique()),
        verdict=verdict,
        second=second,
        change=_change(analysed, outcome, pilot),
        effect=effect,
        equivalence=_equivalence(verdict, analysed, outcome),
        improvement_index=None if effect is None else improvement_index(effect.estimate),
        baseline=baseline,
        attrition=attrition,
        rating=_rating(outcome, pilot, fewest, baseline, attrition),
        mdes_sd=_mdes(analysed, outcome, pilot),
        clusters_needed=_clusters_needed(analysed, outcome, pilot),
        least_attainable_p=_least_attainable_p(analysed) if fewest >= 2 else None,
        claim=claim_of(is_randomised=is_randomised, has_comparison=has_comparison, fewest_clusters_in_an_arm=fewest),
        points=_points(analysed),
    )


def _contrasts(
    analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot
) -> tuple[ClusterContrast | Refusal | None, ClusterContrast | Refusal | None]:
    """The verdict (cluster means) and the second opinion (CR2); None for both without a comparison group."""
    if not pilot.design.comparison:
        return None, None
    sides: dict[str, Any] = {
        "is_treated": analysed["is_treated"].to_numpy(),
        "cluster": analysed["cluster"].to_numpy(dtype=object),
        "pretest": analysed["pretest_score"].to_numpy() if pilot.has_pretest(outcome) else None,
        "block": analysed["school_id"].to_numpy(dtype=object) if pilot.design.block == "school" else None,
        "confidence": pilot.analysis.confidence,
    }
    scores = analysed["posttest_score"].to_numpy()
    return cluster_mean_contrast(scores, **sides), cr2_contrast(scores, **sides)


def _change(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> PairedChange | None:
    """Without a comparison group: how cluster means moved, over at least two clusters."""
    if pilot.design.comparison or not pilot.has_pretest(outcome) or analysed["cluster"].nunique() < 2:
        return None
    means = analysed.groupby("cluster")[["pretest_score", "posttest_score"]].mean()
    return paired_change(
        before=means["pretest_score"].to_numpy(),
        after=means["posttest_score"].to_numpy(),
        confidence=pilot.analysis.confidence,
    )


def _effect(verdict: ClusterContrast | Refusal | None, analysed: pd.DataFrame, confidence: float) -> EffectSize | None:
    if not isinstance(verdict, ClusterContrast):
        return None
    is_treated = analysed["is_treated"]
    return hedges_g_adjusted(
        verdict.estimate,
        treated=analysed.loc[is_treated, "posttest_score"].to_numpy(),
        comparison=analysed.loc[~is_treated, "posttest_score"].to_numpy(),
        standard_error=verdict.standard_error,
        df=verdict.df,
        confidence=confidence,
    )


def _baseline(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> BaselineDifference | None:
    if not pilot.has_pretest(outcome) or not pilot.design.comparison:
        return None
    is_treated = analysed["is_treated"]
    return baseline_difference(
        treated=analysed.loc[is_treated, "pretest_score"].to_numpy(),
        comparison=analysed.loc[~is_treated, "pretest_score"].to_numpy(),
    )


def _attrition(assigned: pd.DataFrame, pilot: Pilot) -> tuple[AttritionFinding, ...]:
    """Attrition of students and of clusters. It is judged for designs with random assignment only."""
    if not pilot.design.comparison or pilot.design.assignment not in RANDOMISED:
        return ()
    return tuple(
        _attrition_at(level, assigned)
        for level in (("clusters", "students") if pilot.design.assignment == "randomised-classes" else ("students",))
    )


def _attrition_at(level: Literal["students", "clusters"], assigned: pd.DataFrame) -> AttritionFinding:
    unit = "student_id" if level == "students" else "cluster"
    counts = {
        f"{stage}_{arm}": int(rows.loc[rows["is_treated"] == is_treated, unit].nunique())
        for stage, rows in (("assigned", assigned), ("analysed", assigned[assigned["is_analysed"]]))
        for arm, is_treated in (("treated", True), ("comparison", False))
    }
    rates = attrition_rates(**counts)
    return AttritionFinding(
        level=level,
        overall=rates.overall,
        differential=rates.differential,
        cautious=judge_attrition(overall=rates.overall, differential=rates.differential, assumption="cautious"),
        optimistic=judge_attrition(overall=rates.overall, differential=rates.differential, assumption="optimistic"),
    )


def _rating(
    outcome: Outcome,
    pilot: Pilot,
    fewest_clusters: int,
    baseline: BaselineDifference | None,
    attrition: tuple[AttritionFinding, ...],
) -> WwcLikeRating:
    return rate_design(
        is_randomised=pilot.design.assignment in RANDOMISED,
        has_comparison=bool(pilot.design.comparison),
        fewest_clusters_in_an_arm=fewest_clusters,
        is_outcome_eligible=outcome.relevance in RELEVANT,
        is_attrition_low=all(level.cautious.is_low for level in attrition) if attrition else None,
        baseline=None if baseline is None else baseline.verdict,
        is_adjusted_for_pretest=pilot.has_pretest(outcome),
    )


def _arm(assigned: pd.DataFrame, *, is_treated: bool) -> ArmSummary:
    arm = assigned[assigned["is_treated"] == is_treated]
    analysed = arm[arm["is_analysed"]]
    has_pretest = bool(analysed["pretest_score"].notna().all())
    return ArmSummary(
        assigned=len(arm),
        analysed=len(analysed),
        clusters_assigned=int(arm["cluster"].nunique()),
        clusters_analysed=int(analysed["cluster"].nunique()),
        mean_pretest=float(analysed["pretest_score"].mean()) if has_pretest else None,
        sd_pretest=float(analysed["pretest_score"].std()) if has_pretest else None,
        mean_posttest=float(analysed["posttest_score"].mean()),
        sd_posttest=float(analysed["posttest_score"].std()) if len(analysed) > 1 else None,
    )


def _clusters_per_arm(analysed: pd.DataFrame) -> tuple[int, int]:
    counts = analysed.groupby("is_treated")["cluster"].nunique()
    return int(counts.get(True, 0)), int(counts.get(False, 0))


def _fewest_clusters(analysed: pd.DataFrame) -> int:
    return min(_clusters_per_arm(analysed))


def _least_attainable_p(analysed: pd.DataFrame) -> float:
    treated, comparison = _clusters_per_arm(analysed)
    return least_attainable_p_randomisation(n_treated=treated, n_comparison=comparison)


def _equivalence(verdict: ClusterContrast | Refusal | None, analysed: pd.DataFrame, outcome: Outcome) -> Equivalence | None:
    """The contrast against the smallest effect worth having, so that "no difference" and "not enough data" are told apart."""
    if not isinstance(verdict, ClusterContrast):
        return None
    treated, comparison = (analysed.loc[side, "posttest_score"] for side in (analysed["is_treated"], ~analysed["is_treated"]))
    limit = outcome.smallest_effect_sd * pooled_sd(treated=treated, comparison=comparison)
    return equivalence_test(
        verdict.estimate,
        standard_error=verdict.standard_error,
        df=verdict.df,
        low=-limit,
        high=limit,
        alpha=ALPHA,
    )


def _sizes(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> dict[str, float] | None:
    """What the power of this design depends on besides the number of clusters; None when nothing can be planned from it.

    With the planning ICC; the pretest is taken to explain what it does among these students.
    """
    treated, comparison = _clusters_per_arm(analysed)
    if min(treated, comparison) < 1:
        return None
    explained = 0.0
    if pilot.has_pretest(outcome):
        explained = float(analysed["pretest_score"].corr(analysed["posttest_score"])) ** 2
    return {
        "cluster_size": len(analysed) / (treated + comparison),
        "icc": pilot.analysis.class_icc,
        "share_treated": treated / (treated + comparison),
        "r2_student": explained,
        "r2_cluster": explained,
        "cluster_covariates": 0,
    }


def _mdes(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> float | None:
    clusters, sizes = sum(_clusters_per_arm(analysed)), _sizes(analysed, outcome, pilot)
    return None if sizes is None or clusters < FEWEST_TO_PLAN else mdes_clustered(clusters=clusters, **sizes)


def _clusters_needed(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> int | None:
    """Clusters, both arms together, with which a pilot like this one finds the smallest effect worth having."""
    sizes = _sizes(analysed, outcome, pilot)
    if sizes is None:
        return None
    found = size_needed(
        lambda clusters: clustered_design(clusters=clusters, **sizes),
        outcome.smallest_effect_sd,
        fewest=FEWEST_TO_PLAN,
        most=MOST_CLUSTERS,
    )
    return None if isinstance(found, NotWithinReach) else found


def _points(analysed: pd.DataFrame) -> tuple[ClusterPoint, ...]:
    """Cluster means, sorted by value and without names."""
    means = analysed.groupby(["is_treated", "cluster"], sort=True).agg(
        students=("student_id", "size"), pretest=("pretest_score", "mean"), posttest=("posttest_score", "mean")
    )
    ordered = means.reset_index().sort_values(["is_treated", "posttest", "students"], ascending=[False, True, True])
    return tuple(
        ClusterPoint(
            arm="treated" if row.is_treated else "comparison",
            students=int(row.students),
            mean_pretest=None if pd.isna(row.pretest) else float(row.pretest),
            mean_posttest=float(row.posttest),
        )
        for row in ordered.itertuples()
    )
