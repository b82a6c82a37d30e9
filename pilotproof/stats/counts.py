"""Counts of events: rates with exact intervals, concentration in one cell, recurrence over days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from pilotproof.stats.attainable import least_attainable_p_fisher
from pilotproof.stats.checks import Floats, count, generator, numbers, positive, same_length, share
from pilotproof.stats.rates import LARGEST_COUNT, WIDEST_EXPOSURE, OpenInterval, whole_count
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
    least_attainable_p : the p of all events in one of the cells with the least exposure, or the least the draws can give
    """

    observed: tuple[int, ...]
    expected: tuple[float, ...]
    max_cell: int
    p_value: float
    least_attainable_p: float
    draws: int

    @property
    def rate_ratio(self) -> float | None:
        """Rate of max_cell over the rate of all other cells together; None when these had no event."""
        total, inside, due = sum(self.observed), self.observed[self.max_cell], self.expected[self.max_cell]
        return None if inside == total else (inside / due) / ((total - inside) / (total - due))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """On how many of the days observed an event happened. is_daily : whether it may be called daily."""

    days_with_event: int
    days_observed: int
    share: float
    interval: Interval
    is_daily: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrenceComparison:
    """Days with an event in one period against the days with one in other periods.

    odds_ratio : of the table; None when it would be infinite
    conditional_odds_ratio, interval : given the margins; None when it would be infinite or all days or none had an event
    p_value : Fisher's, times the number of periods from which this one was picked
    least_attainable_p : the least p_value with these margins
    """

    share: float
    share_of_others: float
    odds_ratio: float | None
    conditional_odds_ratio: float | None
    interval: OpenInterval
    p_value: float
    least_attainable_p: float
    days_observed: int
    others_observed: int


def poisson_rate(events: int, exposure: float, *, confidence: float = 0.95) -> Rate:
    """Rate with an exact interval.

    events : how many; exposure : for example hours, above 0
    Source: Garwood (1936): chi2(a/2, 2x) / 2T and chi2(1 - a/2, 2x + 2) / 2T.
    """
    x = whole_count(events, "events")
    exposure = positive(exposure, "exposure")
    tail = (1 - share(confidence, "confidence")) / 2
    low = 0.0 if x == 0 else float(scipy.stats.chi2.ppf(tail, 2 * x)) / (2 * exposure)
    high = float(scipy.stats.chi2.ppf(1 - tail, 2 * x + 2)) / (2 * exposure)
    interval = Interval(low=low, high=high, confidence=confidence)
    return Rate(estimate=x / exposure, interval=interval, events=x, exposure=float(exposure))


def proportion_interval(successes: int, trials: int, *, confidence: float = 0.95) -> Interval:
    """Clopper-Pearson interval of a share, from 0 to 1. Source: Clopper & Pearson (1934), as in statsmodels."""
    from statsmodels.stats.proportion import proportion_confint  # half a second, and who only reads findings needs none

    x, n = _part_of(successes, "successes", trials, "trials")
    low, high = proportion_confint(x, n, alpha=1 - share(confidence, "confidence"), method="beta")
    return Interval(low=float(low), high=float(high), confidence=confidence)


def recurrence(days_with_event: int, days_observed: int, *, confidence: float = 0.95) -> Recurrence:
    """Share of days with an event. It may be called daily on at least 80 % of days with a lower limit of at least 50 %."""
    x, n = _part_of(days_with_event, "days_with_event", days_observed, "days_observed")
    interval = proportion_interval(x, n, confidence=confidence)
    part = x / n
    return Recurrence(
        days_with_event=x,
        days_observed=n,
        share=part,
        interval=interval,
        is_daily=part >= DAILY_SHARE and interval.low >= DAILY_LOWER_LIMIT,
    )


def compare_recurrence(
    *,
    days_with_event: int,
    days_observed: int,
    others_with_event: int,
    others_observed: int,
    picked_from: int,
    confidence: float = 0.95,
) -> RecurrenceComparison:
    """Whether an event comes on more (or fewer) of one period's days than of the other periods' days.

    picked_from : from how many periods this one was picked because of these same data; 1 when it was named beforehand
    Source: Fisher's exact test, two-sided by likelihood, and the conditional odds ratio, both as in R's fisher.test;
    the p is multiplied by picked_from (Bonferroni), because the period that stands out was looked for.
    """
    x, n = _part_of(days_with_event, "days_with_event", days_observed, "days_observed")
    y, m = _part_of(others_with_event, "others_with_event", others_observed, "others_observed")
    looks, confidence = whole_count(picked_from, "picked_from", least=1), share(confidence, "confidence")
    table = np.array([[x, n - x], [y, m - y]])
    middle, low, high = _conditional_odds_ratio(table, confidence)
    least = least_attainable_p_fisher(n_treated=n, n_comparison=m, events=x + y)
    return RecurrenceComparison(
        share=x / n,
        share_of_others=y / m,
        odds_ratio=x * (m - y) / (y * (n - x)) if y and n - x else None,
        conditional_odds_ratio=middle,
        interval=OpenInterval(low=low, high=high, confidence=confidence),
        p_value=min(1.0, float(scipy.stats.fisher_exact(table).pvalue) * looks),
        least_attainable_p=min(1.0, least * looks),
        days_observed=n,
        others_observed=m,
    )


def _conditional_odds_ratio(table: NDArray[np.int64], confidence: float) -> tuple[float | None, float, float | None]:
    """Estimate and limits, None where infinite; when all days or none had an event, nothing is known."""
    if 0 in table.sum(axis=0):
        return None, 0.0, None
    found = scipy.stats.contingency.odds_ratio(table, kind="conditional")
    low, high = found.confidence_interval(confidence)
    middle = float(found.statistic)
    return middle if np.isfinite(middle) else None, float(low), float(high) if np.isfinite(high) else None


def _part_of(some: int, name: str, whole: int, name_of_whole: str) -> tuple[int, int]:
    n, x = whole_count(whole, name_of_whole, least=1), whole_count(some, name)
    if x > n:
        raise ValueError(f"{name} ({x}) cannot exceed {name_of_whole} ({n})")
    return x, n


def concentration_scan(events: ArrayLike, *, exposure: ArrayLike, draws: int = 20_000, seed: int) -> Concentration:
    """Scan for the cell with more events than chance would put there.

    events : count of each cell, at least two cells and one event; exposure : of each cell, above 0
    The statistic is the smallest upper tail over cells of Binomial(N, exposure share), which makes cells of unequal
    exposure comparable; its distribution comes from `draws` multinomial draws.
    Source: max-cell scan with Monte Carlo p = (hits + 1) / (draws + 1).
    """
    counts, shares = checked_cells(events, exposure)
    total, cells = int(counts.sum()), np.arange(len(counts))
    tails = _log_tails(total, shares)
    of_cells = tails[cells, counts]
    simulated = spread_by_chance(total, shares, draws, seed)
    hits = int(np.sum(tails[cells, simulated].min(axis=1) <= of_cells.min() + 1e-9))
    least = max(_least_scan_p(total, shares), 1 / (draws + 1))
    return Concentration(
        observed=tuple(int(c) for c in counts),
        expected=tuple(float(e) for e in total * shares),
        max_cell=int(of_cells.argmin()),
        p_value=max(least, (hits + 1) / (draws + 1)),  # chance in the draws must not go below what is possible
        least_attainable_p=least,
        draws=draws,
    )


def chi_square_p(events: ArrayLike, *, exposure: ArrayLike, draws: int = 20_000, seed: int) -> float:
    """Chance of events as unevenly spread over all cells as these, without asking where they gather.

    Arguments and errors as in `concentration_scan`. Expected counts may be small: the p is simulated.
    Source: Pearson's chi-square, sum (observed - expected)^2 / expected, with p = (hits + 1) / (draws + 1).
    """
    counts, shares = checked_cells(events, exposure)
    expected = counts.sum() * shares
    observed = float(((counts - expected) ** 2 / expected).sum())
    simulated = spread_by_chance(int(counts.sum()), shares, draws, seed)
    chance = ((simulated - expected) ** 2 / expected).sum(axis=1)
    return (int(np.sum(chance >= observed * (1 - 1e-9))) + 1) / (draws + 1)


def checked_cells(events: ArrayLike, exposure: ArrayLike) -> tuple[NDArray[np.int64], Floats]:
    """Checked counts, and the share of the exposure of each cell."""
    observed = numbers(events, "events", fewest=2)
    hours = numbers(exposure, "exposure", fewest=2)
    same_length(events=observed, exposure=hours)
    if (observed < 0).any() or (observed != np.floor(observed)).any() or observed.sum() < 1:
        raise ValueError("events must be whole numbers of at least 0, with at least one event")
    if (hours <= 0).any():
        raise ValueError("exposure must be above 0 in every cell; leave out cells in which nothing could happen")
    if observed.sum() > LARGEST_COUNT or hours.min() < WIDEST_EXPOSURE * hours.max():
        raise ValueError("events or exposure: numbers too large, or exposure not in one unit; correct them")
    return observed.astype(np.int64), hours / hours.sum()


def spread_by_chance(total: int, shares: Floats, draws: int, seed: int) -> NDArray[np.int64]:
    """One row a draw: `total` events spread over the cells by their exposure alone."""
    return generator(seed).multinomial(total, shares, size=count(draws, "draws", least=1))


def _least_scan_p(total: int, shares: Floats) -> float:
    """Nothing is less likely than all events in one of the k cells with the least share s: chance k s^N."""
    least = float(shares.min())
    return min(1.0, int(np.isclose(shares, least, rtol=1e-9, atol=0).sum()) * least**total)


def _log_tails(total: int, shares: Floats) -> Floats:
    """log P(X >= x) of Binomial(total, share), one row a cell, one column for each x from 0 to total."""
    at_least = np.arange(total + 1)
    return scipy.stats.binom.logsf(at_least[None, :] - 1, total, shares[:, None])
