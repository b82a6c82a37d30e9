"""The pilot's result beside those of other pilots of the same tool."""

from __future__ import annotations

from pilotproof.evidence.tier import TierVerdict
from pilotproof.findings.base import Basis, Frozen
from pilotproof.findings.evidence_file import EvidenceEffect
from pilotproof.stats.meta_analysis import Pooled, PoolingRefusal


class PooledStudy(Frozen):
    """One pilot among those of the tool.

    effect : on the outcome of this domain; None when it gave no contrast
    stopped_by : what keeps it from counting for a joint sample, by name of gate (evidence.pooling); empty when it counts
    """

    pilot: str
    district: str
    outcome: str
    students: int | None
    effect: EvidenceEffect | None
    stopped_by: tuple[str, ...]


class PooledFinding(Frozen):
    """All pilots of the tool on outcomes of one domain.

    studies : this pilot first
    fixed, random : of the studies with an effect, in SDs; weights in their order
    tier : of the studies together; the pilot's own stands beside it
    """

    domain: str
    studies: tuple[PooledStudy, ...]
    fixed: Pooled | PoolingRefusal
    random: Pooled | PoolingRefusal
    tier: TierVerdict
    basis: Basis

    @property
    def with_effect(self) -> tuple[PooledStudy, ...]:
        """The studies that are pooled."""
        return tuple(study for study in self.studies if study.effect is not None)
