"""What every statistic returns a part of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval; low and high in the unit of the estimate."""

    low: float
    high: float
    confidence: float


def scaled(interval: Interval, unit: float) -> Interval:
    """The interval in another unit, which is `unit` times the old one and above 0."""
    return Interval(low=interval.low * unit, high=interval.high * unit, confidence=interval.confidence)
