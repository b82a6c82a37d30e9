"""Shares near none and near all: "none of them" and "all of them" tell of every single one, so a bound is said instead."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from pilotproof.findings import PartOf

# For groups of up to so many: shares within so much of 0 or 1 are told as a bound. At each size the bound leaves open at least
# two students of the largest group it is for.
BANDS = ((20, 0.10), (40, 0.05), (100, 0.02))
OF_LARGER = 0.01
PERCENT = 100
TELLS_LITTLE = HALF = 0.5


@dataclass(frozen=True, slots=True)
class CodedShare:
    """A share as it may be said. bound : "at most" or "at least" that; None for the share itself"""

    share: float
    bound: str | None = None


def coded_share(share: float, n: int) -> CodedShare:
    """The share of a group of `n`, top and bottom coded."""
    band = next((width for largest, width in BANDS if n <= largest), OF_LARGER)
    if share <= band:
        return CodedShare(band, "at most")
    if share >= 1 - band:
        return CodedShare(1 - band, "at least")
    return CodedShare(share)


def coded_where_few(share: float, n: int, least: int) -> CodedShare:
    """The share of a group of `n`; the bound that leaves open which of the numbers below `least` it was, where it is of few."""
    band = _band_of_few(n, least)
    if share * n > least - 1 + HALF and (1 - share) * n > least - 1 + HALF:
        return coded_share(share, n)
    return CodedShare(band, "at most") if share <= HALF else CodedShare(1 - band, "at least")


def _band_of_few(n: int, least: int) -> float:
    return max(ceil(PERCENT * (least - 1) / n) / PERCENT, coded_share(0.0, n).share)


def coded_part(part: PartOf, least: int) -> tuple[str, CodedShare | None]:
    """How many of a group, and their share, where few did or did not: ("< 10", at most 9%), ("all but < 10", at least 91%).

    The bound is the same for all numbers that the count leaves open, so that it tells no more; None where it would tell little.
    """
    band = _band_of_few(part.of, least)
    is_low = part.some < least
    count = f"< {least}" if is_low else f"all but < {least}"
    if band >= TELLS_LITTLE:
        return count, None
    return count, CodedShare(band, "at most") if is_low else CodedShare(1 - band, "at least")
