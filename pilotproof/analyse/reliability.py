"""Technical errors: how many per hour of use, and whether they gather in one class period."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pilotproof.analyse.calendar import calendar_of
from pilotproof.analyse.error_models import negative_binomial_trend, rows_by_week, worst_days, worst_period_models
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.findings import PartOf, PeriodCount, ReliabilityFinding
from pilotproof.pilot import Analysis
from pilotproof.stats.availability import Availability, TimeToRepair, availability, time_between_failures, time_to_repair
from pilotproof.stats.count_models import CountModel, CountRefusal, rate_trend
from pilotproof.stats.counts import (
    Concentration,
    Recurrence,
    RecurrenceComparison,
    chi_square_p,
    compare_recurrence,
    concentration_scan,
    poisson_rate,
    proportion_interval,
    recurrence,
)
from pilotproof.stats.rates import OverDispersion, RateRatio, RateRefusal, over_dispersion, rate_ratio

MINUTES_PER_HOUR = SECONDS_PER_MINUTE = 60
FEWEST_EXPECTED = 5  # of a day, for chi-square to give the p-value


def analyse_reliability(errors: pd.DataFrame, sessions: pd.DataFrame | None, *, analysis: Analysis) -> ReliabilityFinding:
    """The finding on errors.

    errors, sessions : tidy tables (columns.ERRORS, columns.SESSIONS); without sessions errors are only counted
    """
    categories = errors["category"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    reports = int(errors["reports"].sum())
    counted = {str(name): int(count) for name, count in categories.items()}
    if sessions is None or sessions.empty:
        return ReliabilityFinding(
            errors=len(errors),
            reports=reports,
            categories=counted,
            hours=None,
            lessons=None,
            rate=None,
            lessons_with_error=None,
            periods=_errors_only(errors),
            calendar_by="day",
            calendar=(),
            weeks=(),
            worst_period=None,
            teachers_in_worst_period=None,
            concentration=None,
            recurrence=None,
            comparison=None,
            worst_period_ratio=None,
            worst_period_models=(),
            worst_days=None,
            trend=None,
            trend_negative_binomial=None,
            dispersion=None,
            time_between_failures=None,
            time_to_repair=_time_to_repair(errors, CONFIDENCE),
            availability=None,
        )
    periods = _by_period(errors, sessions)
    hours = float(sessions["session_hours"].sum())
    concentration = _concentration(periods, analysis)
    worst = periods[concentration.max_cell].period if concentration else None
    in_worst = sessions[sessions["period"] == worst]
    return ReliabilityFinding(
        errors=len(errors),
        reports=reports,
        categories=counted,
        hours=hours,
        lessons=len(sessions),
        rate=poisson_rate(len(errors), hours, confidence=CONFIDENCE),
        lessons_with_error=_lessons_with_error(errors, sessions, CONFIDENCE),
        periods=periods,
        **calendar_of(errors, sessions, confidence=CONFIDENCE),
        worst_period=worst,
        teachers_in_worst_period=int(in_worst["teacher_id"].nunique()) if worst else None,
        concentration=concentration,
        recurrence=_recurrence(errors[errors["period"] == worst], in_worst) if worst else None,
        comparison=_comparison(errors, sessions, worst) if worst else None,
        worst_period_ratio=_worst_period_ratio(periods, worst, CONFIDENCE) if worst else None,
        worst_period_models=worst_period_models(errors, sessions, worst, CONFIDENCE) if worst else (),
        worst_days=worst_days(errors, sessions, analysis),
        trend=_trend(errors, sessions, CONFIDENCE),
        trend_negative_binomial=negative_binomial_trend(errors, sessions, CONFIDENCE),
        dispersion=_dispersion(errors, sessions, analysis),
        time_between_failures=time_between_failures(len(errors), hours, confidence=CONFIDENCE),
        time_to_repair=_time_to_repair(errors, CONFIDENCE),
        availability=_availability(sessions, CONFIDENCE),
    )


def _time_to_repair(errors: pd.DataFrame, confidence: float) -> TimeToRepair | None:
    """Minutes from the first report until it worked again, of the errors of which the log says so; None where it never does."""
    noted = errors.dropna(subset=["ended_at"])
    if noted.empty:
        return None
    minutes = (noted["ended_at"] - noted["opened_at"]).dt.total_seconds() / SECONDS_PER_MINUTE
    return time_to_repair(minutes.to_numpy(), confidence=confidence)


def _availability(sessions: pd.DataFrame, confidence: float) -> Availability | None:
    """Over days, whose lessons share what broke; of the lessons that noted how much was lost."""
    noted = sessions.dropna(subset=["lost_minutes"])
    if noted.empty:
        return None
    days = noted.groupby("session_date")[["lost_minutes", "session_hours"]].sum()
    scheduled = days["session_hours"].to_numpy() * MINUTES_PER_HOUR
    return availability(lost=days["lost_minutes"].to_numpy(), scheduled=scheduled, confidence=confidence)


def _lessons_with_error(errors: pd.DataFrame, sessions: pd.DataFrame, confidence: float) -> PartOf:
    """Errors that fit no lesson on record are in none of them."""
    place = ["session_date", "teacher_id", "period"]
    lessons = sessions[place].drop_duplicates()
    some, of = len(lessons.merge(errors[place].drop_duplicates(), on=place)), len(lessons)
    return PartOf(some=some, of=of, share=some / of, interval=proportion_interval(some, of, confidence=confidence))


def _recurrence(errors: pd.DataFrame, lessons: pd.DataFrame) -> Recurrence:
    """On how many of the days with a lesson there was an error."""
    days = set(lessons["session_date"])
    return recurrence(len(days & set(errors["session_date"])), len(days))


def _comparison(errors: pd.DataFrame, sessions: pd.DataFrame, worst: str) -> RecurrenceComparison | None:
    """Days of the worst period against those of all other periods."""
    place = ["session_date", "period"]
    days = sessions[place].drop_duplicates()
    if days["period"].nunique() < 2:
        return None
    with_error = days.merge(errors[place].drop_duplicates(), on=place)
    is_worst, has_error_in_worst = days["period"] == worst, with_error["period"] == worst
    return compare_recurrence(
        days_with_event=int(has_error_in_worst.sum()),
        days_observed=int(is_worst.sum()),
        others_with_event=int((~has_error_in_worst).sum()),
        others_observed=int((~is_worst).sum()),
        picked_from=int(days["period"].nunique()),
    )


def _trend(errors: pd.DataFrame, sessions: pd.DataFrame, confidence: float) -> CountModel | CountRefusal | None:
    """Change of the rate from week to week, counted by day and teacher; None without errors, or with lessons on few days."""
    rows = rows_by_week(errors, sessions)
    return None if rows is None else rate_trend(**rows, confidence=confidence)


def _worst_period_ratio(periods: tuple[PeriodCount, ...], worst: str, confidence: float) -> RateRatio | RateRefusal | None:
    """The rate of the worst period over that of the others, as if errors were independent."""
    own = next(period for period in periods if period.period == worst)
    others = [period for period in periods if period.period != worst]
    return rate_ratio(
        events_treated=own.errors,
        exposure_treated=own.hours,
        events_comparison=sum(period.errors for period in others),
        exposure_comparison=sum(period.hours for period in others),
        confidence=confidence,
    )


def _dispersion(errors: pd.DataFrame, sessions: pd.DataFrame, analysis: Analysis) -> OverDispersion | None:
    """Errors per day against what independent errors would give; with few a day the p-value is simulated."""
    hours = sessions.groupby("session_date")["session_hours"].sum()
    counts = errors.groupby("session_date").size().reindex(hours.index, fill_value=0)
    if not counts.sum() or len(hours) < 2:
        return None
    cells = {"events": counts.to_numpy(), "exposure": hours.to_numpy()}
    found = over_dispersion(**cells)
    if found.least_expected >= FEWEST_EXPECTED:
        return found
    return replace(found, p_value=chi_square_p(**cells, draws=analysis.random_draws, seed=analysis.seed))


def _errors_only(errors: pd.DataFrame) -> tuple[PeriodCount, ...]:
    counts = errors["period"].value_counts()
    return tuple(
        PeriodCount(period=period, errors=int(counts[period]), hours=None, lessons=None) for period in _in_order(counts.index)
    )


def _by_period(errors: pd.DataFrame, sessions: pd.DataFrame) -> tuple[PeriodCount, ...]:
    counts = errors["period"].value_counts()
    exposure = sessions.groupby("period")["session_hours"].agg(["sum", "size"])
    return tuple(
        PeriodCount(
            period=period,
            errors=int(counts.get(period, 0)),
            hours=float(exposure.loc[period, "sum"]),
            lessons=int(exposure.loc[period, "size"]),
        )
        for period in _in_order(exposure.index)
    )


def _in_order(periods: pd.Index) -> list[str]:
    """Numbered periods by number, named ones after them by name."""
    return sorted(map(str, periods), key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))


def _concentration(periods: tuple[PeriodCount, ...], analysis: Analysis) -> Concentration | None:
    """Needs at least two periods and one error."""
    if len(periods) < 2 or not any(period.errors for period in periods):
        return None
    return concentration_scan(
        [period.errors for period in periods],
        exposure=[period.hours for period in periods],
        draws=analysis.random_draws,
        seed=analysis.seed,
    )
