"""Where in the window errors and use lay: by day and class period, and week by week."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pilotproof.findings import CalendarCell, WeekRate
from pilotproof.stats.counts import poisson_rate

MOST_DAYS = 30  # of a calendar that is told by days: six school weeks


def calendar_of(errors: pd.DataFrame, sessions: pd.DataFrame, *, confidence: float) -> dict[str, Any]:
    """calendar_by, calendar and weeks of the finding on errors (columns.ERRORS, columns.SESSIONS)."""
    days = set(sessions["session_date"]) | set(errors["session_date"].dropna())
    by = "day" if len(days) <= MOST_DAYS else "week"
    return {
        "calendar_by": by,
        "calendar": _cells(errors, sessions, by),
        "weeks": _weeks(errors, sessions, confidence),
    }


def _cells(errors: pd.DataFrame, sessions: pd.DataFrame, by: str) -> tuple[CalendarCell, ...]:
    """An error without a day or a period has no place here; `errors` of the finding counts it."""
    place = ["when", "period"]
    placed = errors[errors["session_date"].notna() & (errors["period"].fillna("") != "")]
    counts = placed.assign(when=_when(placed, by)).groupby(place).size().rename("errors")
    used = sessions.assign(when=_when(sessions, by)).groupby(place)["session_hours"].agg(hours="sum", lessons="size")
    cells = used.join(counts, how="outer").fillna(0).sort_index().reset_index()
    return tuple(
        CalendarCell(
            day=row.when.date(), period=row.period, errors=int(row.errors), hours=float(row.hours), lessons=int(row.lessons)
        )
        for row in cells.itertuples()
    )


def _weeks(errors: pd.DataFrame, sessions: pd.DataFrame, confidence: float) -> tuple[WeekRate, ...]:
    """Every calendar week from the first with a lesson or an error to the last, those without either included."""
    placed = errors[errors["session_date"].notna()]
    counts = placed.groupby(_when(placed, "week")).size()
    hours = sessions.groupby(_when(sessions, "week"))["session_hours"].sum()
    mondays = pd.date_range(min([*counts.index, *hours.index]), max([*counts.index, *hours.index]), freq="7D")
    return tuple(_week(monday, int(counts.get(monday, 0)), float(hours.get(monday, 0.0)), confidence) for monday in mondays)


def _week(monday: pd.Timestamp, errors: int, hours: float, confidence: float) -> WeekRate:
    rate = poisson_rate(errors, hours, confidence=confidence) if hours > 0 else None
    return WeekRate(monday=monday.date(), errors=errors, hours=hours, rate=rate)


def _when(rows: pd.DataFrame, by: str) -> pd.Series:
    """The day of each row, or the Monday of its week."""
    days = pd.to_datetime(rows["session_date"])
    return days if by == "day" else days - pd.to_timedelta(days.dt.day_of_week, unit="D")
