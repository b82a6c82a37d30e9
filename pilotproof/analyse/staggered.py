"""A staggered start: probes of each class before and after its first day with the tool, tested by the order of the starts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pilotproof.analyse.arms import points_of, why_ineligible
from pilotproof.analyse.basis import basis_of
from pilotproof.evidence.claims import claim_of
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.evidence.single_case import SingleCase, rate_single_case
from pilotproof.findings import ClassDay, ClassPhases, MethodResult, StaggeredFinding
from pilotproof.pilot import Analysis, Outcome, Pilot
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.randomisation import RandomisationTest
from pilotproof.stats.staggered import staggered_start_test
from pilotproof.stats.verdict_method import verdict_method


def staggered_results(probes: pd.DataFrame, assigned: pd.DataFrame, outcome: Outcome, pilot: Pilot) -> dict[str, Any]:
    """The results of one outcome that its probes give.

    probes : tidy table (columns.PROBES) of all outcomes; assigned : students of this outcome (columns.STUDENTS with `cluster`)
    The probes carry the verdict; scores before and after the pilot only describe, because every class had the tool by then.
    """
    own = probes[probes["outcome"] == outcome.name]
    days = _class_days(own, assigned)
    test = _tested(days, pilot.analysis)
    finding = _finding(days, own, assigned, test, pilot)
    design = "staggered starts" if pilot.design.starts_drawn else "starts chosen"
    rule = verdict_method(design, clusters_treated=len(finding.phases))
    verdict = test if isinstance(test, Refusal) else _verdict(test)
    return {
        "method": rule,
        "verdict": verdict,
        "methods": () if isinstance(verdict, Refusal) else (verdict,),
        "least_attainable_p": None if isinstance(test, Refusal) else test.least_attainable_p,
        "rating": rate_single_case(single_case_of(finding), ineligible=why_ineligible(outcome)),
        "claim": claim_of(rule),
        "points": points_of(assigned[assigned["is_analysed"]]),
        "staggered": finding,
        "basis": basis_of(rule.verdict or "none", rule=rule.reason, probes=own),
    }


def single_case_of(finding: StaggeredFinding) -> SingleCase:
    """The counts that single-case standards ask for."""
    return SingleCase(
        starts=finding.starts,
        fewest_before=min(phases.before for phases in finding.phases),
        fewest_after=min(phases.after for phases in finding.phases),
    )


def _class_days(own: pd.DataFrame, assigned: pd.DataFrame) -> pd.DataFrame:
    """One row per class and day: label, start, mean, students. Labels follow the starts and say nothing of the class."""
    start_of = own.groupby("class_id")["starts_on"].first()
    means = own.groupby(["class_id", "probe_date"], as_index=False).agg(
        mean=("probe_score", "mean"), students=("student_id", "nunique")
    )
    sizes = means["class_id"].map(assigned.groupby("class_id")["student_id"].nunique()).fillna(0).astype("int64")
    means["students"] = means["students"].mask(means["students"] == 0, sizes)  # one value a class tells no students
    means["start"] = means["class_id"].map(start_of)
    ordered = sorted(means["class_id"].unique(), key=lambda name: (start_of[name], name))
    means["label"] = means["class_id"].map({name: f"C{number}" for number, name in enumerate(ordered, start=1)})
    means["place"] = means["class_id"].map({name: number for number, name in enumerate(ordered)})
    return means.sort_values(["place", "probe_date"], ignore_index=True)


def _tested(days: pd.DataFrame, analysis: Analysis) -> RandomisationTest | Refusal:
    if np.ptp(days["mean"]) == 0:
        return Refusal(reason="all scores are equal", clusters_treated=days["label"].nunique(), clusters_comparison=0)
    return staggered_start_test(
        days["mean"].to_numpy(),
        cluster=days["label"].to_numpy(),
        time=days["probe_date"].map(pd.Timestamp.toordinal).to_numpy(),
        start=days["start"].map(pd.Timestamp.toordinal).to_numpy(),
        draws=analysis.random_draws,
        seed=analysis.seed,
        confidence=CONFIDENCE,
    )


def _finding(
    days: pd.DataFrame, own: pd.DataFrame, assigned: pd.DataFrame, test: RandomisationTest | Refusal, pilot: Pilot
) -> StaggeredFinding:
    phases = []
    for label, rows in days.groupby("label", sort=False):
        before = int((rows["probe_date"] < rows["start"]).sum())
        start = rows["start"].iloc[0].date()
        phases.append(ClassPhases(label=str(label), start=start, before=before, after=len(rows) - before))
    measured = int(own["student_id"].nunique()) or int(assigned["student_id"].nunique())
    return StaggeredFinding(
        is_drawn=pilot.design.starts_drawn,
        starts=int(days["start"].nunique()),
        students=measured,
        orders=None if isinstance(test, Refusal) else test.assignments,
        tried=None if isinstance(test, Refusal) else test.tried,
        phases=tuple(phases),
        points=tuple(
            ClassDay(label=row.label, day=row.probe_date.date(), mean=float(row.mean), students=int(row.students))
            for row in days[["label", "probe_date", "mean", "students"]].itertuples()
        ),
    )


def _verdict(test: RandomisationTest) -> MethodResult:
    """n_treated, n_comparison : days of classes with the tool and before it."""
    return MethodResult(
        method="order randomisation",
        role="verdict",
        estimate=test.estimate,
        standard_error=None,
        df=None,
        p_value=test.p_value,
        least_attainable_p=test.least_attainable_p,
        interval=test.interval,
        n_treated=test.n_treated,
        n_comparison=test.n_comparison,
        clusters_treated=test.clusters_treated,
        clusters_comparison=test.clusters_comparison,
        refusal=None,
    )
