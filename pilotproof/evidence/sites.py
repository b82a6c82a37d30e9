"""Enough students at enough sites: the one condition of tiers 1 and 2 that several studies may meet together."""

from __future__ import annotations

from pilotproof.evidence.gates import Gate, verdict_of
from pilotproof.evidence.profile import FEDERAL, WWC_ESSA, TierProfile


def size_and_sites(profile: TierProfile, *, tier: int, students: int, districts: int, schools: int) -> tuple[Gate, Gate]:
    """The gates of sample and sites as gates of `tier`. students, districts, schools : analysed, both arms together"""
    held = {"district": districts, "school": schools}[profile.site_is]
    return (
        Gate(
            name="large sample",
            tier=tier,
            verdict=verdict_of(students >= profile.large_sample),
            observed={"students": students},
            threshold=profile.large_sample,
            rule=profile.rule_of("large_sample", WWC_ESSA),
        ),
        Gate(
            name="several sites",
            tier=tier,
            verdict=verdict_of(held >= profile.sites),
            observed={"districts": districts, "schools": schools, "site_is": profile.site_is},
            threshold=profile.sites,
            rule=profile.source if profile.site_is != FEDERAL.site_is else profile.rule_of("sites", WWC_ESSA),
        ),
    )
