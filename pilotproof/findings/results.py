"""The results on reliability."""

from __future__ import annotations

from pilotproof.findings.base import Frozen, PartOf
from pilotproof.stats.availability import Availability, TimeBetweenFailures
from pilotproof.stats.count_models import CountModel, CountRefusal
from pilotproof.stats.counts import Concentration, Rate, Recurrence, RecurrenceComparison
from pilotproof.stats.rates import OverDispersion


class PeriodCount(Frozen):
    """Errors and exposure of one class period. hours, lessons : None without exposure."""

    period: str
    errors: int
    hours: float | None
    lessons: int | None


class ReliabilityFinding(Frozen):
    """Technical errors. rate, lessons_with_error, concentration, recurrence : None where exposure is missing.

    errors : incidents; reports : of them, one incident may be reported often
    lessons_with_error : lessons on record in which an error was reported; how long it lasted is not on record
    recurrence : days with an error in the worst period, out of days on which the tool was run in it
    comparison : these days against those of the other periods
    trend : of the rate over the weeks of the window, standard errors over teachers; or why there is none
    dispersion : whether errors per day vary more than independent ones would
    time_between_failures : hours of use
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
    worst_period: str | None
    teachers_in_worst_period: int | None
    concentration: Concentration | None
    recurrence: Recurrence | None
    comparison: RecurrenceComparison | None
    trend: CountModel | CountRefusal | None
    dispersion: OverDispersion | None
    time_between_failures: TimeBetweenFailures | None
    availability: Availability | None
