"""Several studies of one tool held against the tiers together: only sample and sites may be met jointly (34 CFR 77.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pilotproof.evidence.gates import Gate
from pilotproof.evidence.profile import TierProfile
from pilotproof.evidence.sites import size_and_sites
from pilotproof.evidence.tier import TierVerdict, verdict_from

JOINT = ("large sample", "several sites")
OVERLAP = ("overlap of students or schools", "overlap of students and schools")
OTHER_OUTCOME = "gates of another outcome"
LAXER = "judged by a laxer reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study of the tool.

    verdict : of the study by itself; is_judged_on_outcome : whether its gates are those of the outcome that is pooled
    students : None where they are not told; districts, schools : how many it had
    """

    district: str
    verdict: TierVerdict
    is_judged_on_outcome: bool
    students: int | None
    districts: int
    schools: int


def stopped_by(study: Study, profile: TierProfile) -> tuple[str, ...]:
    """Why a study does not count for a joint sample: gates of design, rating, significance and harm that it does not pass alone.

    Its own size and sites do not matter, nor what it is like to the district that it was made for.
    """
    closed = [gate.name for tier in (3, 2) for gate in study.verdict.closed(tier) if gate.name not in (*JOINT, *OVERLAP)]
    if not study.is_judged_on_outcome:
        closed.append(OTHER_OUTCOME)
    if not study.verdict.profile.is_as_strict_as(profile):
        closed.append(LAXER)
    return tuple(closed)


def judge_together(studies: Sequence[Study], profile: TierProfile) -> TierVerdict:
    """The tier of the studies together; the first is the pilot that reads the others, and whose likeness was stated.

    A study with harm, counted or not, closes the gate of negative findings. Tier 1 asks for its sample and sites again from the
    studies that were assigned at random and rated without reservations.
    Source: 34 CFR 77.1, strong and moderate evidence: studies that each meet the rest may jointly meet size and sites.
    """
    own = studies[0]
    counted = [study for study in studies if not stopped_by(study, profile)]
    strict = [study for study in counted if not _closed_by_design(study)]
    base = (counted or [study for study in studies if _reaches_tier_3(study, profile)] or [own])[0]
    first = (strict or [base])[0]
    gates = (
        *_gates(own, 4),
        *(_with_harm(gate, studies) for gate in _gates(base, 3)),
        *(gate for gate in _gates(base, 2) if gate.name not in (*JOINT, *OVERLAP)),
        *size_and_sites(profile, tier=2, **_size(counted or [base])),
        *(gate for gate in _gates(first, 1) if gate.name not in OVERLAP),
        *size_and_sites(profile, tier=1, **_size(strict or [base])),
        *_overlap(own, is_counted=own in counted or base is own),
    )
    return verdict_from(gates, profile)


def _gates(study: Study, tier: int) -> tuple[Gate, ...]:
    return tuple(gate for gate in study.verdict.gates if gate.tier == tier)


def _closed_by_design(study: Study) -> tuple[Gate, ...]:
    return tuple(gate for gate in study.verdict.closed(1) if gate.name not in OVERLAP)


def _reaches_tier_3(study: Study, profile: TierProfile) -> bool:
    return study.verdict.stands(3) and not {OTHER_OUTCOME, LAXER} & {*stopped_by(study, profile)}


def _with_harm(gate: Gate, studies: Sequence[Study]) -> Gate:
    if gate.name == "no overriding negative finding" and any(_found_harm(study) for study in studies):
        return replace(gate, verdict="failed", observed={"stated": "found"})
    return gate


def _found_harm(study: Study) -> bool:
    gates = {gate.name: gate for gate in study.verdict.gates}
    is_lower = gates["significant"].verdict == "passed" and gates["positive"].verdict == "failed"
    return is_lower or gates["no overriding negative finding"].observed.get("stated") == "found here"


def _size(studies: Sequence[Study]) -> dict[str, int]:
    """Students who are told, and sites: a district that has several studies counts once, with the most that one of them had."""
    places = {study.district.casefold() for study in studies}
    by_place = [[study for study in studies if study.district.casefold() == place] for place in places]
    return {
        "students": sum(study.students or 0 for study in studies),
        "districts": sum(max(study.districts for study in there) for there in by_place),
        "schools": sum(max(study.schools for study in there) for there in by_place),
    }


def _overlap(own: Study, *, is_counted: bool) -> tuple[Gate, ...]:
    """How like the studies are to this district is stated of its own pilot only."""
    gates = tuple(gate for gate in own.verdict.gates if gate.name in OVERLAP)
    return gates if is_counted else tuple(replace(gate, verdict="cannot be judged") for gate in gates)
