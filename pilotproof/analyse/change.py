"""A pilot without a comparison group: how cluster means changed, tested every way, and never why."""

from __future__ import annotations

import pandas as pd

from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.findings import MethodResult
from pilotproof.pilot import Outcome, Pilot
from pilotproof.stats.changes import NoInterval
from pilotproof.stats.paired import PairedChange, paired_change
from pilotproof.stats.results import Interval

FEWEST_CLUSTERS = 2
NUMBERS = ("estimate", "standard_error", "df", "p_value", "least_attainable_p", "interval")


def change_of(analysed: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> PairedChange | None:
    """Without a comparison group: how cluster means moved from pretest to posttest, over at least two clusters."""
    if pilot.design.comparison or not pilot.has_pretest(outcome) or analysed["cluster"].nunique() < FEWEST_CLUSTERS:
        return None
    return _change_over(analysed, "cluster", pilot)


def _change_over(analysed: pd.DataFrame, unit: str, pilot: Pilot) -> PairedChange:
    means = analysed.groupby(unit)[["pretest_score", "posttest_score"]].mean()
    return paired_change(
        before=means["pretest_score"].to_numpy(),
        after=means["posttest_score"].to_numpy(),
        confidence=CONFIDENCE,
    )


def change_over_teachers(analysed: pd.DataFrame, change: PairedChange | None, pilot: Pilot) -> tuple[MethodResult, ...]:
    """The exact test with teachers as units, where some of them have several of the classes; nothing elsewhere."""
    if change is None or pilot.design.cluster != "class" or analysed["teacher_id"].isna().any():
        return ()
    teachers = int(analysed["teacher_id"].nunique())
    if teachers >= change.n:
        return ()
    counts = {"n_treated": len(analysed), "n_comparison": None, "clusters_treated": teachers, "clusters_comparison": 0}
    row = dict.fromkeys(NUMBERS) | counts | {"method": "sign-flip over teachers", "role": "beside", "refusal": None}
    if teachers < FEWEST_CLUSTERS:
        return (MethodResult.model_validate(row | {"refusal": "one teacher has all classes"}),)
    found = _change_over(analysed, "teacher_id", pilot)
    row |= {"estimate": found.mean_change, "p_value": found.sign_flip_p, "interval": _interval(found.sign_flip_interval)}
    return (MethodResult.model_validate(row | {"least_attainable_p": found.least_attainable_p}),)


def change_methods(change: PairedChange | None, *, students: int, only_decisive: bool = False) -> tuple[MethodResult, ...]:
    """The exact sign-flip test over clusters, which carries the verdict on a change, and those that support it.

    only_decisive : leave out those that stand beside and decide nothing
    """
    if change is None:
        return ()
    counts = {"n_treated": students, "n_comparison": None, "clusters_treated": change.n, "clusters_comparison": 0}
    mean, rest = dict.fromkeys((*NUMBERS, "refusal")) | {"estimate": change.mean_change} | counts, {"role": "beside"}
    verdict = MethodResult.model_validate(
        mean
        | {"method": "sign-flip", "role": "verdict", "p_value": change.sign_flip_p}
        | {"least_attainable_p": change.least_attainable_p, "interval": _interval(change.sign_flip_interval)}
    )
    if only_decisive:
        return (verdict,)
    ranks, pseudo_median = change.signed_rank, change.hodges_lehmann
    t = {"standard_error": change.standard_error, "df": change.df, "p_value": change.p_value, "interval": change.interval}
    t |= {"refusal": "all changes are equal"} | dict.fromkeys(("estimate", "df")) if change.p_value is None else {}
    rank = {"estimate": pseudo_median.estimate, "p_value": ranks.p_value, "least_attainable_p": ranks.least_attainable_p}
    beside = [
        mean | t | {"method": "paired t"},
        mean | rank | {"method": "signed-rank", "interval": _interval(pseudo_median.interval)},
        mean | _bootstrap(change.bootstrap) | {"method": "bootstrap"},
    ]
    return (verdict, *(MethodResult.model_validate(result | rest) for result in beside))


def _interval(found: Interval | NoInterval) -> Interval | None:
    return found if isinstance(found, Interval) else None


def _bootstrap(found: Interval | NoInterval) -> dict[str, object]:
    """An interval without a p; it has nothing to say where it is refused."""
    return {"interval": found} if isinstance(found, Interval) else {"estimate": None, "refusal": found.reason}
