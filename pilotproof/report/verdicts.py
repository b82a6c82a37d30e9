"""What a verdict amounts to, for every sentence that depends on it."""

from __future__ import annotations

from pilotproof.findings import MethodResult, OutcomeFinding

ALPHA = 0.05


def is_significant(outcome: OutcomeFinding) -> bool:
    """Whether the difference can be told from chance: by the verdict, by the second method, and among its domain's outcomes."""
    first, second = outcome.verdict, outcome.second
    if not isinstance(first, MethodResult) or first.p_value >= ALPHA or outcome.among is None or not outcome.among.is_significant:
        return False
    agrees = isinstance(second, MethodResult) and second.p_value < ALPHA and first.estimate * second.estimate > 0
    return agrees or not outcome.method.must_agree


def is_equivalent(outcome: OutcomeFinding) -> bool:
    """Whether the data show that there is no difference worth having, which is more than not finding one."""
    return outcome.equivalence is not None and outcome.equivalence.verdict == "equivalent"


def higher(outcome: OutcomeFinding) -> str:
    """`higher` or `lower`."""
    return "higher" if isinstance(outcome.verdict, MethodResult) and outcome.verdict.estimate > 0 else "lower"


def verb(outcome: OutcomeFinding) -> str:
    """`raised` or `lowered`."""
    return "raised" if higher(outcome) == "higher" else "lowered"
