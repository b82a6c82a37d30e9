"""Changes within pairs, free of float noise, and why a few of them give no interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from pilotproof.stats.checks import Floats, finite, numbers, share

DIGITS = 10  # after the point; float noise below this must not turn ties into differences
SIGNIFICANT = 13  # digits of a large score that survive a subtraction

NoIntervalReason = Literal[
    "too few pairs for this confidence",
    "too few pairs for a bootstrap",
    "too few draws for this confidence",
    "all changes are equal",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoInterval:
    """Why `n` changes give no interval of the confidence asked for. It is a result, not an error.

    largest_confidence : that these pairs, or these draws, can give; None where no other confidence would help
    """

    reason: NoIntervalReason
    n: int
    confidence: float
    largest_confidence: float | None


def changes(values: ArrayLike, name: str = "change", *, largest: float = 0.0) -> Floats:
    """`values`, changes within pairs, `rounded`; `largest` : of the scores that they are differences of, in size.

    Raises ValueError as `checks.numbers`.
    """
    return rounded(numbers(values, name), largest=largest)


def rounded(values: Floats, *, largest: float = 0.0) -> Floats:
    """`values` to 10 digits after the point; to fewer where they, or `largest`, are so large that floats carry fewer."""
    checked = numbers(values, "values")
    size = max(1.0, finite(largest, "largest"), float(np.abs(checked).max()))
    return np.round(checked, min(DIGITS, SIGNIFICANT - int(np.ceil(np.log10(size)))))


def equal_changes(change: Floats, confidence: float) -> NoInterval | None:
    """The refusal where nothing estimates how changes spread: a test would leave an interval without any width."""
    checked, level = numbers(change, "change"), share(confidence, "confidence")
    if np.ptp(checked) > 0:
        return None
    return NoInterval(reason="all changes are equal", n=len(checked), confidence=level, largest_confidence=None)
