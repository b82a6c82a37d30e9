"""The Tier 4 packet: what peers who certify "demonstrates a rationale" ask for, as one document, from the params alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pilotproof.errors import ParamsError, Problem
from pilotproof.pilot import Evidence, LogicModel, Pilot, Tier4Packet
from pilotproof.report import format as fmt

FEWEST_CITATIONS = 5
FEWEST_DECISIONS = 5
LOGIC_MODEL = {
    "problem": "Problem",
    "inputs": "Inputs",
    "activities": "Activities",
    "outputs": "Outputs",
    "short_term_outcomes": "Short-term outcomes",
    "long_term_outcomes": "Long-term outcomes",
}
QUALITATIVE = {"question": "Question", "participants": "Participants", "method": "Method", "findings": "Findings"}
TEXTS = {
    "ongoing_study": "a plan of the study that goes on",
    "public_page": "where everybody can read what the tool rests on",
    "privacy_letter": "the letter on student privacy (FERPA), and where it is kept",
}


def packet_of(pilot: Pilot, *, file: str) -> str:
    """The packet as Markdown.

    file : the params file as a user would type it
    Raises ParamsError with every field that is empty.
    """
    evidence, packet = pilot.evidence, pilot.evidence.tier4_packet or Tier4Packet()
    if empty := list(_empty(evidence, packet, file)):
        raise ParamsError(empty)
    parts = [
        f"# ESSA Tier 4 packet: {fmt.text(pilot.tool)}",
        f"{fmt.text(pilot.district)}. {fmt.text(pilot.title)}.",
        "## Logic model",
        _terms(LOGIC_MODEL, evidence.logic_model.model_dump()),
        "## Research basis",
        "\n".join(
            f"{n}. {fmt.text(one.citation)}\n\n    {_said(one.finding)}\n" for n, one in _numbered(evidence.research_basis)
        ),
        f"Public page: {fmt.text(packet.public_page)}",
        "## Design decisions",
        "\n".join(f"{n}. {_said(one.decision)} Source: {_said(one.source)}" for n, one in _numbered(packet.design_decisions)),
        "## Qualitative study",
        _terms(QUALITATIVE, packet.qualitative_study.model_dump()),
        "## Ongoing study",
        _said(evidence.ongoing_study),
        "## Privacy",
        _said(packet.privacy_letter),
    ]
    return "\n\n".join(parts) + "\n"


def _empty(evidence: Evidence, packet: Tier4Packet, file: str) -> Iterator[Problem]:
    """The fields that are not filled in, in the order of the document."""

    def empty(key: str, found: str, expected: str) -> Problem:
        return Problem(file=file, column=f"evidence.{key}", found=found, expected=expected, action="Fill it in.")

    if evidence.logic_model is None:
        yield from (empty(f"logic_model.{key}", "nothing", f"the logic model's {key}") for key in LogicModel.model_fields)
    for key, held, fewest, what in (
        ("research_basis", len(evidence.research_basis), FEWEST_CITATIONS, "published studies, each with its finding"),
        (
            "tier4_packet.design_decisions",
            len(packet.design_decisions),
            FEWEST_DECISIONS,
            "decisions of design, each with its source",
        ),
    ):
        if held < fewest:
            yield empty(key, f"{held or 'nothing'}", f"at least {fewest} {what}")
    if packet.qualitative_study is None:
        yield empty("tier4_packet.qualitative_study", "nothing", "one well-designed qualitative study")
    for key, what in TEXTS.items():
        part, place = (evidence, key) if key in Evidence.model_fields else (packet, f"tier4_packet.{key}")
        if getattr(part, key) is None:
            yield empty(place, "nothing", what)


def _terms(names: dict[str, str], values: dict[str, str]) -> str:
    return "\n\n".join(f"**{name}.** {_said(values[key])}" for key, name in names.items())


def _numbered(items: tuple[Any, ...]) -> Iterator[tuple[int, Any]]:
    return iter(enumerate(items, start=1))


def _said(text: str) -> str:
    return fmt.sentence(fmt.text(text))
