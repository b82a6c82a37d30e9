"""The results on reliability."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pilotproof.findings.base import Frozen, PartOf
from pilotproof.stats.availability import Availability, TimeBetweenFailures, TimeToRepair
from pilotproof.stats.count_models import CountModel, CountRefusal
from pilotproof.stats.counts import Concentration, Rate, Recurrence, RecurrenceComparison
from pilotproof.stats.rates import OverDispersion, RateRatio, RateRefusal
from pilotproof.stats.scan import Stretch


class PeriodCount(Frozen):
    """Errors and exposure of one class period. hours, lessons : None without exposure."""

    period: str
    errors: int
    hours: float | None
    lessons: int | None


class CalendarCell(Frozen):
    """One class period of one day, or of one week in a long window, in which there was a lesson or an error.

    day : the day, or the Monday of the week; hours, lessons : 0 where an error fits no lesson on record
    """

    day: date
    period: str
    errors: int
    hours: float
    lessons: int


class WeekRate(Frozen):
    """Errors and hours of use of one calendar week, by its Monday. rate : errors per hour; None without use"""

    monday: date
    errors: int
    hours: float
    rate: Rate | None


class WorstDays(Frozen):
    """The run of days with most errors for its hours of use; both ends are in it."""

    first_day: date
    last_day: date
    stretch: Stretch


class ReliabilityFinding(Frozen):
    """Technical errors. rate, lessons_with_error, concentration, recurrence : None where exposure is missing.

    errors : incidents; reports : of them, one incident may be reported often
    lessons_with_error : lessons on record in which an error was reported; how long it lasted is not on record
    recurrence : days with an error in the worst period, out of days on which the tool was run in it
    comparison : these days against those of the other periods
    worst_period_ratio : the rate of the worst period over that of the others, as if errors were independent
    worst_period_models : the same where they need not be: quasi-Poisson and
        negative binomial, standard errors over teachers; or why there is none
    worst_days : the run of days with most errors; None when none has more than its hours let expect
    trend : of the rate over the weeks of the window, standard errors over teachers; or why there is none
    trend_negative_binomial : the same with a variance that grows with the square of the mean
    dispersion : whether errors per day vary more than independent ones would; with few a day its p is simulated
    time_between_failures : hours of use; time_to_repair : minutes, None where the log does not say when it worked again
    calendar : where errors and use lay, by calendar_by; weeks : their rate; both empty without exposure
    availability : share of lesson time not lost to technical trouble, over days; None where no lesson noted what was lost
    """

    errors: int
    reports: int
    categories: dict[str, int]
    hours: float | None
    lessons: int | None
    rate: Rate | None
    lessons_with_error: PartOf | None
    periods: tuple[PeriodCount, ...]
    calendar_by: Literal["day", "week"]
    calendar: tuple[CalendarCell, ...]
    weeks: tuple[WeekRate, ...]
    worst_period: str | None
    teachers_in_worst_period: int | None
    concentration: Concentration | None
    recurrence: Recurrence | None
    comparison: RecurrenceComparison | None
    worst_period_ratio: RateRatio | RateRefusal | None
    worst_period_models: tuple[CountModel | CountRefusal, ...]
    worst_days: WorstDays | None
    trend: CountModel | CountRefusal | None
    trend_negative_binomial: CountModel | CountRefusal | None
    dispersion: OverDispersion | None
    time_between_failures: TimeBetweenFailures | None
    time_to_repair: TimeToRepair | None
    availability: Availability | None
