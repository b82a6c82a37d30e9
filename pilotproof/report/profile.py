"""Whose reading of the tiers the gates were held against, in a sentence."""

from __future__ import annotations

from pilotproof.evidence.profile import FEDERAL, TierProfile
from pilotproof.report import format as fmt


def profile_sentence(profile: TierProfile) -> str:
    """The federal rules in half a line; every value in which a state differs from them, and where the state says so."""
    if profile == FEDERAL:
        return "Sites are counted as districts, the strict reading."
    alpha = f"p must be below {profile.alpha:g}"
    size = f"tiers 1 and 2 need {fmt.count(profile.large_sample, 'student')} at {fmt.count(profile.sites, profile.site_is)}"
    lot = ["tier 3 needs a pretest even where the tool was assigned by lot"] if profile.tier3_needs_pretest else []
    return (
        f"The gates follow the reading of {fmt.text(profile.name)} ({fmt.text(profile.source)}): "
        f"{fmt.listed([alpha, size, *lot])}."
    )
