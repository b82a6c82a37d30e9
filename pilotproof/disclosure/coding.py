"""Shares near none and near all: "none of them" and "all of them" tell of every single one, so a bound is said instead."""

from __future__ import annotations

from dataclasses import dataclass

from pilotproof.findings import PartOf

# For groups of up to so many: shares within so much of 0 or 1 are told as a bound. At each size the bound leaves open at least
# two students of the largest group it is for.
BANDS = ((20, 0.10), (40, 0.05), (100, 0.02))
OF_LARGER = 0.01


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


def coded_part(part: PartOf, least: int) -> tuple[str, CodedShare | None]:
    """How many of a group, and their share, where few did or did not: ("< 10", None), ("all but < 10", at least 99%).

    The share is a bound from the coding, or None where not even that may be said beside the count.
    """
    coded = coded_share(part.share, part.of)
    count = f"< {least}" if part.some < least else f"all but < {least}"
    return count, coded if coded.bound else None
