"""What a What Works Clearinghouse reviewer would likely conclude of the design. This is not a WWC review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pilotproof.evidence.eligibility import Ineligible

Rating = Literal["without reservations", "with reservations", "does not meet"]
Reason = Literal[
    "no comparison group",
    "one cluster in an arm",
    "one teacher in an arm",
    "one school in an arm",
    "one district in an arm",
    "outcome not eligible",
    "outcome made by the vendor",
    "outcome not reliable",
    "low attrition",
    "baseline equivalent",
    "baseline not equivalent",
    "no pretest",
    "too few users or non-users",
    "too few starts",
    "too few observations",
    "few observations",
    "single-case conditions",
]
Alone = Literal["teacher", "school", "district"]
BaselineVerdict = Literal["satisfied", "needs adjustment", "fails"]
CONFOUNDED: dict[Alone, Reason] = {
    "teacher": "one teacher in an arm",
    "school": "one school in an arm",
    "district": "one district in an arm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WwcLikeRating:
    """The rating the design would likely get, and the reason that decided it."""

    rating: Rating
    reason: Reason


def rate_design(
    *,
    is_randomised: bool,
    has_comparison: bool,
    fewest_clusters_in_an_arm: int,
    ineligible: Ineligible | None,
    is_attrition_low: bool | None,
    baseline: BaselineVerdict | None,
    is_adjusted_for_pretest: bool,
    alone_in_an_arm: Alone | None = None,
) -> WwcLikeRating:
    """Rate a group design.

    is_attrition_low : None where attrition does not matter (designs without random assignment)
    baseline : None when there was no pretest
    ineligible : why the outcome is not accepted (evidence.eligibility); None where it is
    alone_in_an_arm : of what an arm has only one, that the other arm has not
    Source: What Works Clearinghouse Handbook 5.0 (2022), group designs; confounding factors brief (ERIC ED579503).
    """
    if not has_comparison:
        return WwcLikeRating(rating="does not meet", reason="no comparison group")
    if alone_in_an_arm is not None:
        return WwcLikeRating(rating="does not meet", reason=CONFOUNDED[alone_in_an_arm])
    if fewest_clusters_in_an_arm < 2:
        return WwcLikeRating(rating="does not meet", reason="one cluster in an arm")
    if ineligible is not None:
        return WwcLikeRating(rating="does not meet", reason=ineligible)
    if is_randomised and is_attrition_low:
        return WwcLikeRating(rating="without reservations", reason="low attrition")
    if baseline is None:
        return WwcLikeRating(rating="does not meet", reason="no pretest")
    if baseline == "satisfied" or (baseline == "needs adjustment" and is_adjusted_for_pretest):
        return WwcLikeRating(rating="with reservations", reason="baseline equivalent")
    return WwcLikeRating(rating="does not meet", reason="baseline not equivalent")
