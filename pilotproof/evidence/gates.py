"""A gate: one condition that evidence must meet, with the numbers that decided it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

GateVerdict = Literal["passed", "failed", "not applicable", "cannot be judged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One condition of one tier.

    name : what is asked; report/ holds its wording
    tier : the tier that needs it (1 strong … 4 demonstrates a rationale)
    verdict : only "passed" and "not applicable" let evidence through
    observed : the pilot's numbers, at full precision, by name
    threshold : the limit that the numbers are held against, where there is one
    rule : where the condition comes from
    """

    name: str
    tier: int
    verdict: GateVerdict
    rule: str
    observed: Mapping[str, float | int | str | bool | None] = field(default_factory=dict)
    threshold: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether evidence gets through."""
        return self.verdict in ("passed", "not applicable")


def verdict_of(condition: bool | None) -> GateVerdict:
    """`passed`, `failed`, or `cannot be judged` when the condition is unknown."""
    if condition is None:
        return "cannot be judged"
    return "passed" if condition else "failed"
