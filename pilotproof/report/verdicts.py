"""What a verdict amounts to, for every sentence that depends on it."""

from __future__ import annotations

from pilotproof.findings import MethodResult, OutcomeFinding

ALPHA = 0.05


def is_significant(outcome: OutcomeFinding) -> bool:
    """Whether the difference can be told from chance, by every test that has to say so."""
    return outcome.is_significant


def is_equivalent(outcome: OutcomeFinding) -> bool:
    """Whether the data show that there is no difference worth having."""
    return outcome.is_equivalent


def higher(outcome: OutcomeFinding) -> str:
    """`higher` or `lower`."""
    return "higher" if isinstance(outcome.verdict, MethodResult) and outcome.verdict.estimate > 0 else "lower"


def verb(outcome: OutcomeFinding) -> str:
    """`raised` or `lowered`."""
    return "raised" if higher(outcome) == "higher" else "lowered"
