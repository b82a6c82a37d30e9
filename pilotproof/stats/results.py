"""What every statistic returns a part of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval; low and high in the unit of the estimate."""

    low: float
    high: float
    confidence: float
