"""What stands beside a verdict on the arms: other effect sizes, causes that nobody measured."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pilotproof.analyse.arms import RANDOMISED, SIDES, baseline_of
from pilotproof.analyse.sides import adjusts_for_pretest
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.findings import UnmeasuredCause
from pilotproof.pilot import Outcome, Pilot
from pilotproof.stats.clustered import ClusterContrast
from pilotproof.stats.cox_index import CoxConvention, CoxIndex, CoxRefusal, cox_index
from pilotproof.stats.effect_size import EffectSize, hedges_g
from pilotproof.stats.gain_effect import GainEffect, gain_effect
from pilotproof.stats.rank_effect import RankEffect, rank_biserial
from pilotproof.stats.sensitivity import adjusted_for_confounder, e_value_of_difference, robustness_value

CONVENTIONS: tuple[CoxConvention, ...] = ("without omega (WWC 5.0)", "with omega (WWC 4.x)")
A_TENTH = 0.10  # of what is left of arm and outcome: a strong cause, beside a pretest that is allowed for already
FEWEST_DF = 2  # below it no strength of a cause can be reckoned


def details_of(
    analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot, *, means: object, effect: EffectSize | None
) -> dict[str, Any]:
    """By the names of OutcomeFinding. analysed : columns.STUDENTS with `cluster`, students with all scores."""
    if not isinstance(means, ClusterContrast) or effect is None:
        return {"cox": cox_of(analysed, outcome) if pilot.design.comparison else ()}
    return {
        "cox": cox_of(analysed, outcome),
        "gain": _gain(analysed, outcome, pilot),
        "ranks": _ranks(analysed),
        "unmeasured": None
        if pilot.design.assignment in RANDOMISED
        else unmeasured_cause(effect, estimate=means.estimate, standard_error=means.standard_error, df=means.df),
    }


def cox_of(analysed: pd.DataFrame, outcome: Outcome) -> tuple[CoxIndex | CoxRefusal, ...]:
    """The difference of two shares of students as an effect size, by each convention; nothing for scores on a scale."""
    arms = {name: analysed.loc[analysed["is_treated"] == side, "posttest_score"] for name, side in SIDES}
    if outcome.kind != "binary" or any(scores.empty for scores in arms.values()):
        return ()
    counts = {f"events_{name}": int((scores == outcome.high).sum()) for name, scores in arms.items()}
    counts |= {f"n_{name}": len(scores) for name, scores in arms.items()}
    return tuple(cox_index(**counts, convention=convention) for convention in CONVENTIONS)


def unmeasured_cause(effect: EffectSize, *, estimate: float, standard_error: float, df: float) -> UnmeasuredCause:
    """estimate, standard_error, df : of the difference in score units, with the ordinary least squares error of its units."""
    interval, whole = effect.interval, int(df)
    robustness = left = None
    if whole >= FEWEST_DF:
        robustness = robustness_value(estimate / standard_error, df=whole)
        left = adjusted_for_confounder(
            estimate, standard_error=standard_error, df=whole, r2_with_use=A_TENTH, r2_with_outcome=A_TENTH
        )
    e_value = e_value_of_difference(effect.estimate, low=interval.low, high=interval.high)
    return UnmeasuredCause(robustness=robustness, with_a_tenth=left, e_value=e_value)


def _gain(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> GainEffect | None:
    """None without pretests on a scale that differ."""
    if not adjusts_for_pretest(analysed, outcome, pilot) or baseline_of(analysed) is None or outcome.kind == "binary":
        return None
    waves = {}
    for wave in ("pretest_score", "posttest_score"):
        arms = {name: analysed.loc[analysed["is_treated"] == side, wave].to_numpy() for name, side in SIDES}
        waves[wave] = hedges_g(**arms)
    centred = analysed[list(waves)] - analysed.groupby("is_treated")[list(waves)].transform("mean")
    pre, post = waves.values()
    return gain_effect(
        g_pretest=pre.estimate,
        g_posttest=post.estimate,
        n_treated=post.n_treated,
        n_comparison=post.n_comparison,
        correlation=float(centred.corr().iloc[0, 1]),
        confidence=CONFIDENCE,
    )


def _ranks(analysed: pd.DataFrame) -> RankEffect | None:
    """Over means of clusters; None where clusters hold both arms, or an arm has a single one."""
    means = analysed.groupby(["cluster", "is_treated"])["posttest_score"].mean().reset_index()
    arms = {name: means.loc[means["is_treated"] == side, "posttest_score"].to_numpy() for name, side in SIDES}
    if means["cluster"].duplicated().any() or min(map(len, arms.values())) < 2:
        return None
    return rank_biserial(**arms)
