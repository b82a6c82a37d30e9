"""Standardised change within the same people, by the spread of the changes or of the scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from pilotproof.stats.checks import ROUNDING, Floats, noise, numbers, one_of, same_length
from pilotproof.stats.effect_interval import noncentrality_interval
from pilotproof.stats.effect_size import factor_of_df
from pilotproof.stats.results import Interval, scaled

PairedKind = Literal["d_z", "g_z", "d_av", "g_av", "d_rm", "g_rm"]
KINDS = ("d_z", "g_z", "d_av", "g_av", "d_rm", "g_rm")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedEffect:
    """Change, after minus before, over a standard deviation.

    kind : d_z by the SD of changes; d_av by sqrt((s_before^2 + s_after^2) / 2); d_rm = d_z sqrt(2 (1 - r)), by the SD of
    scores as the changes imply it; g_ the same times omega
    divisor : that standard deviation, in score units; omega : 1 for d_
    correlation : between before and after; None where one of them does not vary
    """

    kind: PairedKind
    estimate: float
    standard_error: float
    interval: Interval
    divisor: float
    omega: float
    correlation: float | None
    n: int


def paired_effect(*, before: ArrayLike, after: ArrayLike, kind: PairedKind, confidence: float = 0.95) -> PairedEffect:
    """Standardised change of at least two pairs, three for g_, with the interval of the noncentral t.

    before, after : values of the same units in the same order
    d_z grows with the correlation and cannot be set beside d of two arms; d_av and d_rm can.
    The interval is that of d_z times sd_change / divisor and omega: exact for d_z, for the others as if that ratio were
    known; it leaves out 0 exactly when the paired t test does.
    Raises ValueError when all changes are equal, for d_rm also when before or after does not vary.
    Source: SE of d_z sqrt(1 / n + d_z^2 / (2 n)), of d_rm that times sqrt(2 (1 - r)): Borenstein et al. (2009), ch. 4; SE of
    d_av Bonett (2008), its interval Algina & Keselman (2003); g = omega d and its SE, omega = 1 - 3 / (4 (n - 1) - 1).
    """
    one_of(kind, "kind", KINDS)
    x, y = numbers(before, "before", fewest=2), numbers(after, "after", fewest=2)
    same_length(before=x, after=y)
    n = len(x)
    if n < 3 and kind.startswith("g"):
        raise ValueError(f"before and after: {kind} needs at least 3 pairs; of two, omega is 0")
    omega = factor_of_df(n - 1) if kind.startswith("g") else 1.0
    sd_change, correlation = _spread(x, y)
    divisor = _divisor(kind, x, y, sd_change, correlation)
    d_z, scale = float((y - x).mean()) / sd_change, sd_change / divisor
    error = scale * float(np.sqrt(1 / n + d_z**2 / (2 * n)))
    if kind.endswith("av"):
        error = _error_by_average(x / divisor, y / divisor, d_z * scale)
    limits = noncentrality_interval(d_z * np.sqrt(n), df=n - 1, confidence=confidence)
    return PairedEffect(
        kind=kind,
        estimate=omega * d_z * scale,
        standard_error=omega * error,
        interval=scaled(limits, omega * scale / float(np.sqrt(n))),
        divisor=divisor,
        omega=omega,
        correlation=correlation,
        n=n,
    )


def _spread(x: Floats, y: Floats) -> tuple[float, float | None]:
    """SD of the changes, and the correlation where both columns vary."""
    change, least = y - x, noise(x, y)
    if np.ptp(change) <= least:
        raise ValueError("before and after: all changes are equal, so there is no standard deviation")
    if min(np.ptp(x), np.ptp(y)) <= least:
        return float(change.std(ddof=1)), None
    a, b = x - x.mean(), y - y.mean()
    return float(change.std(ddof=1)), float(np.clip(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)), -1, 1))


def _divisor(kind: PairedKind, x: Floats, y: Floats, sd_change: float, correlation: float | None) -> float:
    if kind.endswith("z"):
        return sd_change
    if kind.endswith("av"):
        return float(np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2))
    if correlation is None:
        raise ValueError(f"before and after must both vary for {kind}; use d_av")
    if 1 - correlation <= ROUNDING:
        raise ValueError(f"before and after: their correlation is 1, so that {kind} is not defined; use d_av")
    return float(sd_change / np.sqrt(2 * (1 - correlation)))


def _error_by_average(x: Floats, y: Floats, d: float) -> float:
    """sqrt((d^2 (s_x^4 + s_y^4 + 2 s_xy^2) / 8 + s_change^2) / (n - 1)) of columns whose variances average 1."""
    (var_x, cov), (_, var_y) = np.cov(x, y)
    of_divisor = d**2 * (var_x**2 + var_y**2 + 2 * cov**2) / 8
    return float(np.sqrt((of_divisor + var_x + var_y - 2 * cov) / (len(x) - 1)))
