"""How well a tool held up: the share of time it was there, the time between failures, the time until it was back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pilotproof.stats.checks import ROUNDING, count, numbers, positive, same_length, share
from pilotproof.stats.counts import poisson_rate
from pilotproof.stats.rates import OpenInterval, exposures
from pilotproof.stats.results import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Share of the scheduled time in which the tool could be used.

    standard_error, interval : over units (days or lessons); None with one unit, or when all lost the same share
    """

    estimate: float
    standard_error: float | None
    interval: Interval | None
    lost: float
    scheduled: float
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBetweenFailures:
    """Mean time between failures, in the unit of `operating`; estimate is None without a failure."""

    estimate: float | None
    interval: OpenInterval
    failures: int
    operating: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToRepair:
    """How long failures lasted. median_interval : None with too few failures for its confidence (five at 95 %)."""

    mean: float
    median: float
    longest: float
    median_interval: Interval | None
    failures: int


def availability(*, lost: ArrayLike, scheduled: ArrayLike, confidence: float = 0.95) -> Availability:
    """1 - lost / scheduled time, with an interval over days or lessons.

    lost, scheduled : of each unit, in one unit of time (for example student-minutes); lost is at most scheduled
    The interval ends at 0 and 1, and is rough with few units, most of which lost nothing.
    Source: ratio estimator (Cochran 1977, section 6.3, without finite population correction): residuals
    lost_i - r scheduled_i, SE = sqrt(k / (k - 1) sum e^2) / sum scheduled; t with k - 1 df.
    """
    gone, due = numbers(lost, "lost"), exposures(scheduled, "scheduled")
    same_length(lost=gone, scheduled=due)
    if (gone < 0).any() or (gone > due).any():
        raise ValueError("lost must lie from 0 to scheduled in every unit; correct the log")
    confidence, k = share(confidence, "confidence"), len(gone)
    part = float(gone.sum() / due.sum())
    residuals = gone - part * due
    error = None
    if k > 1 and np.abs(residuals).max() > ROUNDING * due.max():
        error = float(np.sqrt(k / (k - 1) * (residuals @ residuals)) / due.sum())
    interval = None
    if error is not None:
        margin = float(scipy.stats.t.ppf((1 + confidence) / 2, k - 1)) * error
        interval = Interval(low=max(0.0, 1 - part - margin), high=min(1.0, 1 - part + margin), confidence=confidence)
    return Availability(
        estimate=1 - part,
        standard_error=error,
        interval=interval,
        lost=float(gone.sum()),
        scheduled=float(due.sum()),
        units=k,
    )


def time_between_failures(failures: int, operating: float, *, confidence: float = 0.95) -> TimeBetweenFailures:
    """Mean operating time between failures with an exact interval.

    failures : how many; operating : time in use, above 0
    Source: the reciprocal of the failure rate and of Garwood's limits; without a failure the lower limit alone.
    """
    rate = poisson_rate(count(failures, "failures"), positive(operating, "operating"), confidence=confidence)
    return TimeBetweenFailures(
        estimate=1 / rate.estimate if rate.events else None,
        interval=OpenInterval(
            low=1 / rate.interval.high, high=1 / rate.interval.low if rate.events else None, confidence=confidence
        ),
        failures=rate.events,
        operating=rate.exposure,
    )


def time_to_repair(downtime: ArrayLike, *, confidence: float = 0.95) -> TimeToRepair:
    """Mean, median and longest downtime, with an interval of the median that needs no shape of the distribution.

    downtime : of each failure, at least 0, in one unit
    Source: order statistics d and n + 1 - d, d the largest with P(Binomial(n, 1/2) < d) <= (1 - confidence) / 2 (Conover).
    """
    values = np.sort(numbers(downtime, "downtime"))
    if values[0] < 0:
        raise ValueError("downtime must be at least 0; correct the log")
    return TimeToRepair(
        mean=float(values.mean()),
        median=float(np.median(values)),
        longest=float(values[-1]),
        median_interval=_median_interval(values, share(confidence, "confidence")),
        failures=count(len(values), "downtime", least=1),
    )


def _median_interval(ordered: np.ndarray, confidence: float) -> Interval | None:
    n = len(ordered)
    chances = scipy.stats.binom.cdf(np.arange(n), n, 0.5)  # of fewer than 1, 2, ... values below the median
    d = int(np.sum(chances[: (n + 1) // 2] <= (1 - confidence) / 2 + ROUNDING))
    return None if d == 0 else Interval(low=float(ordered[d - 1]), high=float(ordered[n - d]), confidence=confidence)
