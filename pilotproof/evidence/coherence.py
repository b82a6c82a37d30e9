"""Whether the gates of somebody else's verdict follow from their own numbers, so that a verdict is never taken on trust."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pilotproof.evidence.gates import Gate
from pilotproof.evidence.tier import TierVerdict, verdict_from

# Gates that every verdict has, whatever the design; a verdict without one would have passed it unseen.
ALWAYS = {
    4: ("logic model", "research basis", "ongoing study"),
    3: (
        "comparison group",
        "clusters per arm",
        "selection controls",
        "relevant outcome",
        "significant",
        "several outcomes",
        "methods agree",
        "positive",
        "no overriding negative finding",
    ),
    2: ("WWC-like rating", "large sample", "several sites", "overlap of students or schools"),
    1: ("random assignment", "WWC-like rating without reservations", "overlap of students and schools"),
}
# What must be true of the numbers of a gate that passed: its number, and the number held against its threshold.
PASSES: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "research basis": ("findings", lambda seen, limit: seen >= limit),
    "clusters per arm": ("fewest", lambda seen, limit: seen >= limit),
    "significant": ("p_value", lambda seen, limit: seen < limit),
    "several outcomes": ("adjusted_p", lambda seen, limit: seen <= limit * (1 + 1e-9)),
    "positive": ("estimate", lambda seen, limit: seen > limit),
    "different starts": ("starts", lambda seen, limit: seen >= limit),
    "large sample": ("students", lambda seen, limit: seen >= limit),
}


def incoherent(verdict: TierVerdict) -> tuple[str, ...]:
    """What does not fit together in a verdict, in words; nothing where all does. Numbers that are not told are not judged."""
    return (*_missing(verdict), *_contradicted(verdict), *_of_the_tier(verdict))


def _missing(verdict: TierVerdict) -> Iterator[str]:
    there = {(gate.tier, gate.name) for gate in verdict.gates}
    absent = [name for tier, names in ALWAYS.items() for name in names if (tier, name) not in there]
    if absent:
        yield f"a verdict without the gates {', '.join(absent)}"


def _contradicted(verdict: TierVerdict) -> Iterator[str]:
    for gate in verdict.gates:
        if gate.verdict == "passed" and not _follows(gate, verdict):
            numbers = ", ".join(f"{key} {value}" for key, value in gate.observed.items())
            yield f"the gate “{gate.name}” passed with {numbers}"


def _follows(gate: Gate, verdict: TierVerdict) -> bool:
    if gate.name == "several sites":
        seen, limit = gate.observed.get(f"{verdict.profile.site_is}s"), verdict.profile.sites
        return seen is None or float(seen) >= limit
    if gate.name == "clusters per arm" and gate.observed.get("alone"):
        return False
    if gate.name not in PASSES:
        return True
    key, holds = PASSES[gate.name]
    seen, limit = gate.observed.get(key), _limit(gate, verdict)
    return seen is None or limit is None or holds(float(seen), limit)


def _limit(gate: Gate, verdict: TierVerdict) -> float | None:
    """Of a state's threshold the one of the profile that the file names, not the one that stands beside the gate."""
    own = {
        "significant": verdict.profile.alpha,
        "several outcomes": verdict.profile.alpha,
        "large sample": verdict.profile.large_sample,
        "positive": 0.0,
    }
    return own.get(gate.name, gate.threshold)


def _of_the_tier(verdict: TierVerdict) -> Iterator[str]:
    follows = verdict_from(verdict.gates, verdict.profile).tier
    if follows != verdict.tier:
        yield f"tier {verdict.tier or 'none'} where its gates give {follows or 'none'}"
