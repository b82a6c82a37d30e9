"""What data cannot tell and a person must state."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from pilotproof.pilot.fields import Text
from pilotproof.strict_yaml import Closed

Similarity = Literal["similar", "different", "not-stated"]


class Finding(Closed):
    """A published finding behind the tool, as the district cites it."""

    citation: Text
    finding: Text


class LogicModel(Closed):
    """Why the tool should work."""

    problem: Text
    inputs: Text
    activities: Text
    outputs: Text
    short_term_outcomes: Text
    long_term_outcomes: Text


class StateProfile(Closed):
    """A state's own reading of the tiers, where it differs from the federal one, and where the state says so.

    Its defaults are the federal rules, read strictly (evidence.profile). A comparison group, controls for selection and a
    significant effect are in the statute, so that no key lets go of them.
    """

    name: Text
    source: Text
    alpha: float = 0.05
    large_sample: int = Field(default=350, ge=1)
    sites: int = Field(default=2, ge=1)
    site_is: Literal["district", "school"] = "district"
    tier3_needs_pretest: bool = False

    @field_validator("alpha")
    @classmethod
    def _not_laxer_than_the_statute(cls, value: float) -> float:
        if not 0 < value <= 0.05:
            raise ValueError(
                "at most 0.05: 20 U.S.C. 7801(21)(A) asks for a statistically significant effect, and a state can ask for more, "
                "not for less"
            )
        return value


class DesignDecision(Closed):
    """One choice in the tool's design, and the published source that led to it."""

    decision: Text
    source: Text


class QualitativeStudy(Closed):
    """What people said or did, asked or watched by plan."""

    question: Text
    participants: Text
    method: Text
    findings: Text


class Tier4Packet(Closed):
    """What peers ask for besides the logic model, the research basis and the ongoing study. May be filled in bit by bit."""

    design_decisions: tuple[DesignDecision, ...] = ()
    qualitative_study: QualitativeStudy | None = None
    public_page: Text | None = None
    privacy_letter: Text | None = None


class Evidence(Closed):
    """What data cannot tell and a person must state."""

    overlap_populations: Similarity = "not-stated"
    overlap_settings: Similarity = "not-stated"
    overriding_negative: Literal["none-known", "found", "not-searched"] = "not-searched"
    logic_model: LogicModel | None = None
    research_basis: tuple[Finding, ...] = ()
    ongoing_study: Text | None = None
    tier4_packet: Tier4Packet | None = None
    state_profile: StateProfile | None = None
