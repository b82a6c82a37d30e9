"""The verb that a design allows. Sentences about results are built on these and on nothing else."""

from __future__ import annotations

from typing import Literal

Claim = Literal["change", "association", "effect"]


def claim_of(*, is_randomised: bool, has_comparison: bool, fewest_clusters_in_an_arm: int) -> Claim:
    """What may be said of a difference.

    Without a comparison group a change is reported, never why; with one cluster in an arm the tool and its teacher
    cannot be told apart, so that the difference is an association even if assignment was random.
    """
    if not has_comparison:
        return "change"
    if is_randomised and fewest_clusters_in_an_arm >= 2:
        return "effect"
    return "association"
