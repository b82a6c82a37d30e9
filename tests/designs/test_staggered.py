"""A staggered start: the verdict is that of the order of the starts, single-case conditions give rating and gates."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from math import factorial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pilotproof.analyse.outcomes import analyse_outcome
from pilotproof.analyse.verdict import tier_inputs
from pilotproof.evidence.single_case import SingleCase, rate_single_case
from pilotproof.evidence.tier import judge
from pilotproof.findings import MethodResult
from pilotproof.pilot import Pilot
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.staggered import staggered_start_test
from tests.designs.simulated import DAYS, found_in, params_of, staggered, tidy_tables

R = json.loads((Path(__file__).parents[1] / "reference" / "clustered.json").read_text())
NULL_PILOTS = 100


def class_pilot(days: list[date], starts: list[date], *, drawn: bool = True) -> Pilot:
    """Classes K0, K1 … with these first days, and probes of classes."""
    names = [f"K{n}" for n in range(len(starts))]
    design = {"assignment": "staggered-start", "treated": names, "starts": dict(zip(names, starts, strict=True))}
    design |= {"starts_drawn": drawn, "baseline_from": days[0]}
    source = {"file": "p.csv", "class_column": "Class", "date_column": "Date"}
    return Pilot.model_validate(params_of(design, {"probes": source}, {"probe_column": "Score"}))


def of_classes(values: np.ndarray, days: list[date], pilot: Pilot):
    """The finding where class k, on day d, has the one value values[k, d]."""
    names, starts = list(pilot.design.starts), list(pilot.design.starts.values())
    students = pd.DataFrame(
        {
            "student_id": [f"S{n}" for n in range(2 * len(names))],
            "class_id": np.repeat(names, 2),
            "teacher_id": "t",
            "school_id": "s",
            "district_id": "d",
            "is_treated": True,
            "outcome": "mathematics",
            "pretest_score": 50.0,
            "posttest_score": 60.0,
            "is_analysed": True,
        }
    )
    at = pd.to_datetime([day for _ in names for day in days])
    probes = pd.DataFrame(
        {
            "student_id": None,
            "class_id": np.repeat(names, len(days)),
            "outcome": "mathematics",
            "probe_date": at,
            "probe_score": values.ravel(),
            "starts_on": pd.to_datetime(np.repeat(starts, len(days))),
            "has_started": at >= pd.to_datetime(np.repeat(starts, len(days))),
        }
    )
    return analyse_outcome(students, pilot.primary, pilot, probes=probes)


def reference(*, drawn: bool = True):
    """Four classes over twelve days, by the formula of tests/reference/clustered.R: starts on days 4, 6, 8 and 10."""
    days = [date(2026, 9, 14) + timedelta(days=n) for n in range(12)]
    day, cluster = np.arange(1, 13), np.arange(1, 5)[:, None]
    start = np.array([4, 6, 8, 10])[[2, 0, 3, 1]][:, None]
    values = 2 * (day >= start) + 0.3 * day + cluster + np.sin(5 * day + 3 * cluster)
    pilot = class_pilot(days, [days[s - 1] for s in start.ravel()], drawn=drawn)
    return pilot, of_classes(values, days, pilot)


def test_the_verdict_is_the_order_test_of_r_on_the_class_days():
    _, found = reference()
    assert found.verdict.method == "order randomisation" and found.methods == (found.verdict,)
    assert found.verdict.estimate == pytest.approx(R["staggered"]["estimate"], rel=1e-9)
    assert found.verdict.p_value == pytest.approx(R["staggered"]["p"], abs=1e-12)
    assert found.least_attainable_p == found.verdict.least_attainable_p == pytest.approx(1 / factorial(4))
    # starts on days 4, 6, 8, 10 of 12: 9 + 7 + 5 + 3 = 24 class days from a start on, 3 + 5 + 7 + 9 = 24 before
    assert (found.verdict.n_treated, found.verdict.n_comparison, found.verdict.clusters_treated) == (24, 24, 4)
    assert (found.staggered.orders, found.staggered.starts) == (24, 4)
    assert [(one.label, one.before, one.after) for one in found.staggered.phases] == [
        ("C1", 3, 9), ("C2", 5, 7), ("C3", 7, 5), ("C4", 9, 3),
    ]  # fmt: skip
    assert (found.rating.rating, found.rating.reason) == ("with reservations", "few observations")


def test_students_of_a_day_are_averaged_and_count_once():
    params, files = staggered(2, classes=4, effect=3.0)
    _, tidy = tidy_tables(params, files)
    _, found = found_in(params, files)
    means = tidy["probes"].groupby(["class_id", "probe_date"], as_index=False)["probe_score"].mean()
    days = means["probe_date"].dt.date.map(date.toordinal)
    starts = means["class_id"].map({name: day.toordinal() for name, day in params["design"]["starts"].items()})
    alone = staggered_start_test(means["probe_score"], cluster=means["class_id"], time=days, start=starts)
    assert (found.verdict.p_value, found.verdict.estimate) == (alone.p_value, pytest.approx(alone.estimate, rel=1e-12))
    assert found.verdict.n_treated + found.verdict.n_comparison == 4 * len(DAYS)
    assert found.staggered.students == 48 and {point.students for point in found.staggered.points} == {12}


def test_an_effect_is_said_only_where_lots_decided_the_order():
    (_, lot), (pilot, chosen) = reference(), reference(drawn=False)
    assert (lot.claim, lot.method.claim) == ("effect", "effect within these classes")
    assert (chosen.claim, chosen.method.design) == ("association", "starts chosen")
    assert lot.verdict == chosen.verdict
    assert not tier_inputs(chosen, pilot).is_randomised
    closed = {gate.name for gate in judge(tier_inputs(chosen, pilot)).closed(1)}
    assert "random assignment" in closed


def test_one_starting_day_for_all_gives_no_test_and_no_rating():
    days = list(DAYS)
    values = np.random.default_rng(1).normal(50, 5, size=(3, len(days)))
    pilot = class_pilot(days, [days[10]] * 3)
    found = of_classes(values, days, pilot)
    assert found.verdict == Refusal(reason="every cluster starts at the same time", clusters_treated=3, clusters_comparison=0)
    assert (found.rating.rating, found.rating.reason) == ("does not meet", "too few starts")
    assert (found.methods, found.least_attainable_p, found.staggered.orders) == ((), None, None)
    verdict = judge(tier_inputs(found, pilot))
    assert verdict.tier == 4 and "significant" in {gate.name for gate in verdict.closed(3)}


def test_three_classes_cannot_reach_significance():
    days = list(DAYS)
    values = np.random.default_rng(2).normal(50, 1, size=(3, len(days)))
    starts = [days[8], days[12], days[16]]
    values += 30 * (np.array(days) >= np.array(starts)[:, None])
    found = of_classes(values, days, class_pilot(days, starts))
    assert found.verdict.p_value == found.least_attainable_p == pytest.approx(1 / 6)  # 3! orders, whatever the effect
    assert found.verdict.interval is None


@pytest.mark.parametrize(
    ("case", "rating", "reason"),
    [
        ((3, 6, 5), "without reservations", "single-case conditions"),
        ((3, 5, 5), "with reservations", "few observations"),  # six before the first phase's end, five later
        ((3, 6, 4), "with reservations", "few observations"),
        ((3, 3, 3), "with reservations", "few observations"),
        ((3, 2, 9), "does not meet", "too few observations"),
        ((3, 9, 2), "does not meet", "too few observations"),
        ((2, 9, 9), "does not meet", "too few starts"),
        ((1, 9, 9), "does not meet", "too few starts"),  # a simple AB
    ],
)
def test_single_case_conditions(case, rating, reason):
    one = SingleCase(starts=case[0], fewest_before=case[1], fewest_after=case[2])
    found = rate_single_case(one, ineligible=None)
    assert (found.rating, found.reason) == (rating, reason)
    assert rate_single_case(one, ineligible="outcome not eligible").reason == "outcome not eligible"


def test_sample_and_sites_hold_for_single_cases_too():
    params, files = staggered(3, effect=6.0)  # five classes of 12: 60 students in one district, p = 1/120
    pilot, found = found_in(params, files)
    inputs = tier_inputs(found, pilot)
    verdict = judge(inputs)
    assert (verdict.tier, found.rating.rating) == (3, "without reservations")
    assert {gate.name for gate in verdict.closed(2)} == {"large sample", "several sites"}
    assert judge(replace(inputs, students=350, districts=2)).tier == 1
    assert judge(replace(inputs, students=350, districts=2, is_randomised=False)).tier == 2
    two_starts = replace(inputs, students=350, districts=2, single_case=SingleCase(starts=2, fewest_before=9, fewest_after=9))
    assert judge(replace(two_starts, rating="does not meet")).tier == 3


def test_without_an_effect_at_most_one_in_twenty_is_called_one():
    """Class means that wander from day to day, each from where it was: days are far from independent.

    k = 4: p is a multiple of 1/24, so that 1 in 24 = 0.042 is expected; 0.05 + 2 Monte Carlo SE = 0.094 with 100 pilots.
    """
    rng, days = np.random.default_rng(20260914), list(DAYS)
    pilot = class_pilot(days, [DAYS[7 + 4 * place] for place in range(4)])  # classes are alike: any order is as good as a draw
    called = 0
    for _ in range(NULL_PILOTS):
        found = of_classes(50 + np.cumsum(rng.normal(size=(4, len(days))), axis=1), days, pilot)
        assert isinstance(found.verdict, MethodResult)
        called += found.verdict.p_value < 0.05
    assert 0 < called / NULL_PILOTS <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / NULL_PILOTS)
