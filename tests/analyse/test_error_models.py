"""Errors by day and teacher: the worst run of days, and models in which errors need not be independent."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pilotproof.analyse.reliability import analyse_reliability
from pilotproof.pilot import Analysis
from pilotproof.stats.count_models import CountModel, CountRefusal, negative_binomial, quasi_poisson
from pilotproof.stats.counts import chi_square_p
from pilotproof.stats.rates import rate_ratio
from pilotproof.stats.scan import window_scan

DAYS = pd.date_range("2026-09-14", periods=10)
TEACHERS = ("T-1", "T-2", "T-3", "T-4")
PLACES = [(day, teacher, period) for day in DAYS for teacher in TEACHERS for period in ("1", "2")]
LESSONS = pd.DataFrame(PLACES, columns=["session_date", "teacher_id", "period"]).assign(session_hours=0.75, lost_minutes=np.nan)
SETTINGS = Analysis(random_draws=1000)


def errors_at(counts: np.ndarray) -> pd.DataFrame:
    """So many errors in each lesson, which end after 2, 4, 6, ... minutes, but for the last."""
    rows = LESSONS.loc[LESSONS.index.repeat(counts)].reset_index(drop=True)
    opened = rows["session_date"] + pd.Timedelta(hours=9)
    ended = (opened + pd.to_timedelta(2 * (np.arange(len(rows)) + 1), unit="min")).where(np.arange(len(rows)) < len(rows) - 1)
    return rows.assign(reports=1, category="crash", signature="x", has_session=True, opened_at=opened, ended_at=ended)


def drawn(seed: int = 3) -> np.ndarray:
    """More errors in period 2 and on the last three days, in batches."""
    rng = np.random.default_rng(seed)
    late, second = LESSONS["session_date"] >= DAYS[7], LESSONS["period"] == "2"
    return rng.negative_binomial(1, 1 / (1 + 0.4 * (1 + 2 * second) * (1 + 3 * late)))


def test_the_worst_run_of_days_is_that_of_the_scan_with_its_dates():
    counts = drawn()
    found = analyse_reliability(errors_at(counts), LESSONS, analysis=SETTINGS).worst_days
    by_day = counts.reshape(10, 8).sum(axis=1)
    alone = window_scan(by_day, exposure=[6.0] * 10, draws=1000, seed=20260914)
    assert found.stretch == alone
    assert (found.first_day, found.last_day) == (DAYS[alone.first].date(), DAYS[alone.last].date())
    even = analyse_reliability(errors_at(np.ones(80, dtype=int)), LESSONS, analysis=SETTINGS)
    assert even.worst_days is None


def test_the_worst_period_against_the_others_by_three_models():
    counts = drawn()
    found = analyse_reliability(errors_at(counts), LESSONS, analysis=SETTINGS)
    assert found.worst_period == "2"
    second = (LESSONS["period"] == "2").to_numpy()
    own, others = int(counts[second].sum()), int(counts[~second].sum())
    exact = {"events_treated": own, "exposure_treated": 30.0, "events_comparison": others, "exposure_comparison": 30.0}
    assert found.worst_period_ratio == rate_ratio(**exact)
    rows = {"events": counts, "exposure": [0.75] * 80, "predictors": {"w": second.astype(float)}}
    cluster = LESSONS["teacher_id"].to_numpy()
    for model, alone in zip(found.worst_period_models, (quasi_poisson, negative_binomial), strict=True):
        expected = alone(**rows, cluster=cluster)
        assert isinstance(model, CountModel) and model.method == expected.method
        assert (model.terms[0].rate_ratio, model.terms[0].standard_error) == pytest.approx(
            (expected.terms[0].rate_ratio, expected.terms[0].standard_error), rel=1e-9
        )
    # one rate over the other, whatever the model: hours are equal
    assert found.worst_period_models[0].terms[0].rate_ratio == pytest.approx(own / others)


def test_counts_without_batches_leave_the_negative_binomial_nothing_to_add():
    even = analyse_reliability(errors_at(np.tile([1, 0], 40)), LESSONS, analysis=SETTINGS)
    assert isinstance(even.trend_negative_binomial, CountRefusal) and even.trend_negative_binomial.reason == "no over-dispersion"


def test_with_few_errors_a_day_the_p_of_their_batches_is_simulated():
    counts = np.zeros(80, dtype=int)
    counts[[3, 4, 5, 40]] = 2, 2, 1, 1  # 6 errors in 10 days: .6 a day
    found = analyse_reliability(errors_at(counts), LESSONS, analysis=SETTINGS).dispersion
    by_day = counts.reshape(10, 8).sum(axis=1)
    assert found.least_expected == pytest.approx(0.6)
    assert found.p_value == chi_square_p(by_day, exposure=[6.0] * 10, draws=1000, seed=20260914)


def test_time_to_repair_is_of_the_errors_whose_end_is_known():
    counts = np.zeros(80, dtype=int)
    counts[:8] = 1
    errors = errors_at(counts)
    found = analyse_reliability(errors, LESSONS, analysis=SETTINGS).time_to_repair
    # 2, 4, ..., 14 minutes of seven errors; of the eighth nobody noted it
    assert (found.failures, found.median, found.mean, found.longest) == (7, 8, 8, 14)
    assert (found.median_interval.low, found.median_interval.high) == (2, 14)  # 2 / 2^7 = .016 outside
    assert analyse_reliability(errors.assign(ended_at=pd.NaT), LESSONS, analysis=SETTINGS).time_to_repair is None
    assert analyse_reliability(errors, None, analysis=SETTINGS).time_to_repair == found
