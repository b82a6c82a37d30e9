"""Single-case designs: what a What Works Clearinghouse reviewer would likely ask of staggered starts. Not a WWC review."""

from __future__ import annotations

from dataclasses import dataclass

from pilotproof.evidence.eligibility import Ineligible
from pilotproof.evidence.gates import Gate, verdict_of
from pilotproof.evidence.wwc import WwcLikeRating

FEWEST_STARTS = 3
FIRST_PHASE, LATER_PHASE = 6, 5  # observations, without reservations
ANY_PHASE = 3  # with reservations
WWC_SCD = "WWC Handbook 5.0, single-case designs"


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleCase:
    """Staggered starts in the counts that the standards ask for. An observation is a day on which a class was measured.

    starts : different first days with the tool
    fewest_before, fewest_after : observations in the shortest phase before and after a start, over all classes
    """

    starts: int
    fewest_before: int
    fewest_after: int


def rate_single_case(case: SingleCase, *, ineligible: Ineligible | None) -> WwcLikeRating:
    """Rate staggered starts by the phases of every class, the strict reading: a short one is not left out.

    One class before and after its start, or all classes from one day on, is a simple AB design and does not meet.
    Source: What Works Clearinghouse Handbook 5.0 (2022), chapter VI: three points in time at which the effect can show; six
    observations in the first phase and five in later ones, with reservations three.
    """
    if ineligible is not None:
        return WwcLikeRating(rating="does not meet", reason=ineligible)
    if case.starts < FEWEST_STARTS:
        return WwcLikeRating(rating="does not meet", reason="too few starts")
    if min(case.fewest_before, case.fewest_after) < ANY_PHASE:
        return WwcLikeRating(rating="does not meet", reason="too few observations")
    if case.fewest_before < FIRST_PHASE or case.fewest_after < LATER_PHASE:
        return WwcLikeRating(rating="with reservations", reason="few observations")
    return WwcLikeRating(rating="without reservations", reason="single-case conditions")


def single_case_gates(case: SingleCase | None) -> tuple[Gate, ...]:
    """The conditions of a single-case design as gates of Tier 2; none for other designs."""
    if case is None:
        return ()
    return (
        Gate(
            name="different starts",
            tier=2,
            verdict=verdict_of(case.starts >= FEWEST_STARTS),
            observed={"starts": case.starts},
            threshold=FEWEST_STARTS,
            rule=WWC_SCD,
        ),
        Gate(
            name="observations in each phase",
            tier=2,
            verdict=verdict_of(min(case.fewest_before, case.fewest_after) >= ANY_PHASE),
            observed={"before": case.fewest_before, "after": case.fewest_after},
            threshold=ANY_PHASE,
            rule=WWC_SCD,
        ),
    )
