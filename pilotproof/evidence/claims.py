"""The verb that a design allows. Sentences about results are built on these and on nothing else."""

from __future__ import annotations

from typing import Literal

from pilotproof.stats.verdict_method import VerdictMethod

Claim = Literal["change", "association", "effect"]


def claim_of(method: VerdictMethod, *, is_draw_kept: bool = True) -> Claim:
    """What may be said of a difference.

    Without a comparison group a change is reported, never why; with one cluster in an arm the tool and its teacher
    cannot be told apart, so that the difference is an association even if assignment was random.
    is_draw_kept : whether attrition is low; where too many were lost, those who are left are groups that nobody drew
    """
    if method.claim in ("effect", "effect within these classes") and is_draw_kept:
        return "effect"
    if method.design == "before and after":
        return "change"
    return "association"
