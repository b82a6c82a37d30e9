"""Whose reading of the law the gates are held against: the strict federal one, or that of a state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SiteKind = Literal["district", "school"]
STATUTE = "20 U.S.C. 7801(21)(A)"
WWC_ESSA = "WWC reading of ESSA tiers 1 and 2"
ALPHA = 0.05
CONFIDENCE = 1 - ALPHA  # of every interval, so that one without zero and a p below alpha say the same


@dataclass(frozen=True, slots=True, kw_only=True)
class TierProfile:
    """What a state may read in its own way. A comparison, controls for selection and a significant effect are in the statute.

    alpha : a p-value must be below it; at most 0.05. Raises ValueError for a laxer one
    large_sample, sites : students and sites that tiers 1 and 2 ask for; site_is : what is counted as a site
    tier3_needs_pretest : whether assignment by lot alone is not control enough
    """

    name: str = "the federal rules, read strictly"
    source: str = WWC_ESSA
    alpha: float = ALPHA
    large_sample: int = 350
    sites: int = 2
    site_is: SiteKind = "district"
    tier3_needs_pretest: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.alpha <= ALPHA:
            raise ValueError(f"alpha must lie above 0 and at most at {ALPHA}: {STATUTE} asks for a significant effect, as ever")

    def rule_of(self, threshold: str, federal: str) -> str:
        """Where the value of `threshold` comes from: the `federal` rule, unless the state has another value."""
        return federal if getattr(self, threshold) == getattr(FEDERAL, threshold) else self.source

    def is_as_strict_as(self, other: TierProfile) -> bool:
        """Whether what passes here on significance and controls would pass there too."""
        return self.alpha <= other.alpha and (self.tier3_needs_pretest or not other.tier3_needs_pretest)


FEDERAL = TierProfile()
