"""Counts of events: rates with exact intervals, concentration in one cell, recurrence over days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from pilotproof.stats.checks import Floats, count, numbers, same_length, share
from pilotproof.stats.results import Interval

DAILY_SHARE = 0.80
DAILY_LOWER_LIMIT = 0.50


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Events per unit of exposure."""

    estimate: float
    interval: Interval
    events: int
    exposure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """Whether events gather in one cell.

    max_cell : position of the cell whose count is least likely by chance
    p_value : that any cell is as unlikely, allowing for having looked at all; by simulation
    least_attainable_p : the least p that so many events and draws can give
    """

    observed: tuple[int, ...]
    expected: tuple[float, ...]
    max_cell: int
    p_value: float
    least_attainable_p: float
    draws: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """On how many of the days observed an event happened. is_daily : whether it may be called daily."""

    days_with_event: int
    days_observed: int
    share: float
    interval: Interval
    is_daily: bool


def poisson_rate(events: int, exposure: float, *, confidence: float = 0.95) -> Rate:
    """Rate with an exact interval.

    events : how many; exposure : for example hours, above 0
    Source: Garwood (1936): chi2(a/2, 2x) / 2T and chi2(1 - a/2, 2x + 2) / 2T.
    """
    x = count(events, "events")
    if not np.isfinite(exposure) or exposure <= 0:
        raise ValueError(f"exposure must be above 0, not {exposure!r}; without it give counts, not rates")
    tail = (1 - share(confidence, "confidence")) / 2
    low = 0.0 if x == 0 else float(stats.chi2.ppf(tail, 2 * x)) / (2 * exposure)
    high = float(stats.chi2.ppf(1 - tail, 2 * x + 2)) / (2 * exposure)
    interval = Interval(low=low, high=high, confidence=confidence)
    return Rate(estimate=x / exposure, interval=interval, events=x, exposure=float(exposure))


def proportion_interval(successes: int, trials: int, *, confidence: float = 0.95) -> Interval:
    """Clopper-Pearson interval of a share, from 0 to 1. Source: Clopper & Pearson (1934), as in statsmodels."""
    n = count(trials, "trials", least=1)
    x = count(successes, "successes")
    if x > n:
        raise ValueError(f"successes ({x}) cannot exceed trials ({n})")
    low, high = proportion_confint(x, n, alpha=1 - share(confidence, "confidence"), method="beta")
    return Interval(low=float(low), high=float(high), confidence=confidence)


def recurrence(days_with_event: int, days_observed: int, *, confidence: float = 0.95) -> Recurrence:
    """Share of days with an event. It may be called daily on at least 80 % of days with a lower limit of at least 50 %."""
    interval = proportion_interval(days_with_event, days_observed, confidence=confidence)
    part = days_with_event / days_observed
    return Recurrence(
        days_with_event=int(days_with_event),
        days_observed=int(days_observed),
        share=part,
        interval=interval,
        is_daily=part >= DAILY_SHARE and interval.low >= DAILY_LOWER_LIMIT,
    )


def concentration_scan(events: ArrayLike, *, exposure: ArrayLike, draws: int = 20_000, seed: int) -> Concentration:
    """Scan for the cell with more events than chance would put there.

    events : count of each cell, at least two cells and one event; exposure : of each cell, above 0
    The statistic is the smallest upper tail over cells of Binomial(N, exposure share), which makes cells of unequal
    exposure comparable; its distribution comes from `draws` multinomial draws.
    Source: max-cell scan with Monte Carlo p = (hits + 1) / (draws + 1).
    """
    observed = numbers(events, "events", fewest=2)
    hours = numbers(exposure, "exposure", fewest=2)
    same_length(events=observed, exposure=hours)
    if (observed < 0).any() or (observed != np.floor(observed)).any() or observed.sum() < 1:
        raise ValueError("events must be whole numbers of at least 0, with at least one event")
    if (hours <= 0).any():
        raise ValueError("exposure must be above 0 in every cell; leave out cells in which nothing could happen")
    counts, shares = observed.astype(np.int64), hours / hours.sum()
    tails = _log_tails(int(counts.sum()), shares)
    cells = np.arange(len(counts))
    of_cells = tails[cells, counts]
    simulated = np.random.default_rng(seed).multinomial(counts.sum(), shares, size=count(draws, "draws", least=1))
    hits = int(np.sum(tails[cells, simulated].min(axis=1) <= of_cells.min() + 1e-9))
    return Concentration(
        observed=tuple(int(c) for c in counts),
        expected=tuple(float(e) for e in counts.sum() * shares),
        max_cell=int(of_cells.argmin()),
        p_value=(hits + 1) / (draws + 1),
        least_attainable_p=max(float(shares.min()) ** int(counts.sum()), 1 / (draws + 1)),
        draws=draws,
    )


def _log_tails(total: int, shares: Floats) -> Floats:
    """log P(X >= x) of Binomial(total, share), one row a cell, one column for each x from 0 to total."""
    at_least = np.arange(total + 1)
    return stats.binom.logsf(at_least[None, :] - 1, total, shares[:, None])
