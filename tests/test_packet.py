"""The Tier 4 packet: every field in its place, or every empty one named and nothing written."""

from __future__ import annotations

from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from pilotproof.errors import ParamsError
from pilotproof.packet import LOGIC_MODEL, packet_of
from pilotproof.pilot import LogicModel, Pilot
from pilotproof.pipeline.packet import write_packet
from tests.analyse.drawn_students import PARAMS

FULL = {
    "design_decisions": [{"decision": f"decision {n} with $ and *", "source": f"Author {n} (2020)"} for n in range(5)],
    "qualitative_study": {"question": "how?", "participants": "6 teachers", "method": "interviews", "findings": "they said so"},
    "public_page": "https://example.org/basis",
    "privacy_letter": "signed on 2026-08-20",
}
CITED = [{"citation": f"Writer {n} (2021)", "finding": f"finding {n}"} for n in range(5)]


def params(**evidence: Any) -> dict[str, Any]:
    content = yaml.safe_load(PARAMS.read_text(encoding="utf-8"))
    content["evidence"] |= {"tier4_packet": FULL, "research_basis": CITED} | evidence
    return content


def packet(**evidence: Any) -> str:
    return packet_of(Pilot.model_validate(params(**evidence)), file="params/nearpod.yaml")


def without(key: str) -> dict[str, Any]:
    return {"tier4_packet": {name: value for name, value in FULL.items() if name != key}}


def test_every_field_is_in_the_document():
    text = packet()
    assert set(LOGIC_MODEL) == set(LogicModel.model_fields)
    for name in LOGIC_MODEL.values():
        assert f"**{name}.** " in text
    for n in range(5):
        assert f"Writer {n} (2021)" in text and f"Finding {n}." in text
        assert rf"{n + 1}. Decision {n} with \$ and \*. Source: Author {n} (2020)." in text
    for words in ("Interviews.", "https://example.org/basis", "Signed on 2026-08-20.", "January and May 2027"):
        assert words in text


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({"logic_model": None}, [f"logic_model.{key}" for key in LogicModel.model_fields]),
        ({"research_basis": CITED[:4]}, ["research_basis"]),
        ({"ongoing_study": None}, ["ongoing_study"]),
        *((without(key), [f"tier4_packet.{key}"]) for key in FULL),
        (without("design_decisions") | {"research_basis": []}, ["research_basis", "tier4_packet.design_decisions"]),
        ({"tier4_packet": FULL | {"design_decisions": FULL["design_decisions"][:4]}}, ["tier4_packet.design_decisions"]),
        ({"tier4_packet": None}, [f"tier4_packet.{key}" for key in FULL]),
    ],
)
def test_each_empty_field_is_named(change, keys):
    with pytest.raises(ParamsError) as caught:
        packet(**change)
    assert [problem.column for problem in caught.value.problems] == [f"evidence.{key}" for key in keys]
    assert all(problem.file == "params/nearpod.yaml" for problem in caught.value.problems)


def test_it_is_written_as_markdown_and_word_with_the_same_bytes_each_time(workspace):
    workspace.params("nearpod").write_text(yaml.safe_dump(params()), encoding="utf-8")
    markdown, word = write_packet("nearpod", workspace)
    assert markdown.read_text(encoding="utf-8") == packet()
    first = word.read_bytes()
    with ZipFile(word) as document:
        said = document.read("word/document.xml").decode("utf-8")
    assert "Writer 4 (2021)" in said and "decision" in said.casefold() and "example.org" in said
    write_packet("nearpod", workspace)
    assert word.read_bytes() == first


def test_nothing_is_written_when_a_field_is_empty(workspace):
    with pytest.raises(ParamsError):
        write_packet("nearpod", workspace)  # the demo has no packet
    assert not workspace.report("nearpod").exists()
