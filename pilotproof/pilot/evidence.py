"""What data cannot tell and a person must state."""

from __future__ import annotations

from typing import Literal

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


class Evidence(Closed):
    """What data cannot tell and a person must state."""

    overlap_populations: Similarity = "not-stated"
    overlap_settings: Similarity = "not-stated"
    overriding_negative: Literal["none-known", "found", "not-searched"] = "not-searched"
    logic_model: LogicModel | None = None
    research_basis: tuple[Finding, ...] = ()
    ongoing_study: Text | None = None
