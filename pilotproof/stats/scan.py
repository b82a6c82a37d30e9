"""Runs of bad days: every stretch of neighbouring days is looked at for more events than chance puts there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pilotproof.stats.checks import Floats, part
from pilotproof.stats.counts import checked_cells, spread_by_chance

WINDOWS_AT_A_TIME = 2_000_000  # of draws times windows; bounds the memory
TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The stretch of neighbouring cells with most events beyond chance.

    first, last : positions of its ends, both inside
    p_value : that any stretch is as extreme, allowing for having looked at all; by simulation
    log_likelihood_ratio : of its rate against the same rate everywhere
    rate_ratio : of the stretch over the rest; None when the rest had no event
    """

    first: int
    last: int
    events: int
    expected: float
    total: int
    log_likelihood_ratio: float
    rate_ratio: float | None
    p_value: float
    draws: int


def window_scan(
    events: ArrayLike, *, exposure: ArrayLike, longest_share: float = 0.5, draws: int = 20_000, seed: int
) -> Stretch | None:
    """Scan neighbouring cells (days in their order) for the stretch with most events beyond chance.

    events : count of each cell, at least two cells and one event; exposure : of each cell, above 0
    longest_share : no stretch holds more than this share of the exposure
    Returns None when no stretch has more events than its exposure lets expect, or all are longer than longest_share.
    Source: Kulldorff (1997), Poisson model: c log(c / m) + (N - c) log((N - c) / (N - m)), the largest over stretches with
    c > m; Monte Carlo p = (hits + 1) / (draws + 1) from multinomial draws.
    """
    counts, shares = checked_cells(events, exposure)
    first, last, due = _stretches(shares, part(longest_share, "longest_share"))
    total = int(counts.sum())
    ratios = _log_ratios(_inside(counts[None, :], first, last), total, due)[0] if len(first) else np.zeros(1)
    best = int(ratios.argmax())
    if ratios[best] <= TIE:  # float noise of even counts
        return None
    hits, size = 0, max(1, WINDOWS_AT_A_TIME // len(first))
    simulated = spread_by_chance(total, shares, draws, seed)
    for start in range(0, draws, size):
        inside = _inside(simulated[start : start + size], first, last)
        hits += int(np.sum(_log_ratios(inside, total, due).max(axis=1) >= ratios[best] - TIE))
    c, m = int(counts[first[best] : last[best] + 1].sum()), float(total * due[best])
    return Stretch(
        first=int(first[best]),
        last=int(last[best]),
        events=c,
        expected=m,
        total=total,
        log_likelihood_ratio=float(ratios[best]),
        rate_ratio=None if c == total else (c / m) / ((total - c) / (total - m)),
        p_value=(hits + 1) / (draws + 1),
        draws=draws,
    )


def _stretches(shares: Floats, longest: float) -> tuple[np.ndarray, np.ndarray, Floats]:
    """First and last cell, and share of the exposure, of every stretch that holds at most `longest` of it."""
    ends = np.r_[0.0, np.cumsum(shares)]
    first, last = np.triu_indices(len(shares))
    due = ends[last + 1] - ends[first]
    kept = due <= longest + TIE
    return first[kept], last[kept], due[kept]


def _inside(counts: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Events in each stretch, one row for each row of `counts`."""
    ends = np.concatenate([np.zeros((len(counts), 1), dtype=counts.dtype), np.cumsum(counts, axis=1)], axis=1)
    return ends[:, last + 1] - ends[:, first]


def _log_ratios(inside: np.ndarray, total: int, due: Floats) -> Floats:
    """Log likelihood ratio of each stretch, 0 where it has no more events than expected."""
    expected = total * due
    out = total - inside
    within = inside * np.log(np.where(inside > 0, inside / expected, 1.0))
    beyond = out * np.log(np.where(out > 0, out / (total - expected), 1.0))
    return np.where(inside > expected, within + beyond, 0.0)
