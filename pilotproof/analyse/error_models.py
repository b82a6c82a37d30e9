"""Rates of errors by day, teacher and period: the worst run of days, and models in which errors need not be independent."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pilotproof.findings import WorstDays
from pilotproof.pilot import Analysis
from pilotproof.stats.count_models import CountModel, CountRefusal, negative_binomial, quasi_poisson
from pilotproof.stats.scan import window_scan

DAYS_PER_WEEK = 7
FEWEST_DAYS = 3
BY_DAY, BY_TEACHER = ["session_date"], ["session_date", "teacher_id"]
BY_LESSON = [*BY_TEACHER, "period"]


def worst_days(errors: pd.DataFrame, sessions: pd.DataFrame, analysis: Analysis) -> WorstDays | None:
    """The run of days with most errors for their hours; None where no run has more than its share, or there are few days."""
    cells = _cells(errors, sessions, BY_DAY)
    if len(cells) < FEWEST_DAYS or not cells["errors"].sum():
        return None
    found = window_scan(
        cells["errors"].to_numpy(), exposure=cells["hours"].to_numpy(), draws=analysis.random_draws, seed=analysis.seed
    )
    if found is None:
        return None
    days = cells.index.get_level_values("session_date")
    return WorstDays(first_day=days[found.first].date(), last_day=days[found.last].date(), stretch=found)


def worst_period_models(
    errors: pd.DataFrame, sessions: pd.DataFrame, worst: str, confidence: float
) -> tuple[CountModel | CountRefusal, ...]:
    """The rate in the worst period over that of the others, by day and teacher, with errors over teachers: both models."""
    cells = _cells(errors, sessions, BY_LESSON)
    periods = cells.index.get_level_values("period")
    if not cells["errors"].sum() or periods.nunique() < 2:
        return ()
    rows = _rows(cells) | {"predictors": {"worst period": (periods == worst).astype(float)}, "confidence": confidence}
    return quasi_poisson(**rows), negative_binomial(**rows)


def rows_by_week(errors: pd.DataFrame, sessions: pd.DataFrame) -> dict[str, Any] | None:
    """Errors by day and teacher with the week of each; None without errors, or with lessons on few days."""
    cells = _cells(errors, sessions, BY_TEACHER)
    days = cells.index.get_level_values("session_date")
    if days.nunique() < FEWEST_DAYS or not cells["errors"].sum():
        return None
    return _rows(cells) | {"week": (days - days.min()).days / DAYS_PER_WEEK}


def negative_binomial_trend(errors: pd.DataFrame, sessions: pd.DataFrame, confidence: float) -> CountModel | CountRefusal | None:
    """As `stats.count_models.rate_trend`, for counts whose variance grows with the square of their mean."""
    rows = rows_by_week(errors, sessions)
    if rows is None:
        return None
    week = rows.pop("week")
    return negative_binomial(**rows, predictors={"week": week}, confidence=confidence)


def _cells(errors: pd.DataFrame, sessions: pd.DataFrame, place: list[str]) -> pd.DataFrame:
    """Hours of use and errors of each day, teacher or lesson; errors that fit no lesson on record are in none of them."""
    hours = sessions.groupby(place)["session_hours"].sum()
    counts = errors.groupby(place).size().reindex(hours.index, fill_value=0)
    return pd.DataFrame({"hours": hours, "errors": counts})


def _rows(cells: pd.DataFrame) -> dict[str, Any]:
    return {
        "events": cells["errors"].to_numpy(),
        "exposure": cells["hours"].to_numpy(),
        "cluster": cells.index.get_level_values("teacher_id").to_numpy(),
    }
