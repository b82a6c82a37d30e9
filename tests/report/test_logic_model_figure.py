"""The drawn logic model: its words fit into their boxes, are all there, and can be heard."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.pipeline.wording import sentences_of
from pilotproof.report.boxes import MARGIN, wrapped
from pilotproof.report.boxes import _inches as inches
from pilotproof.report.logic_model_figure import BOX, logic_model_figure

LETTERS = st.text(st.sampled_from("abMWil$_ .,-"), max_size=120)


@given(text=LETTERS)
def test_lines_hold_every_letter_and_none_is_wider_than_its_box(text):
    lines = list(wrapped(text, width=BOX))
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(inches(line, False) <= BOX - 2 * MARGIN for line in lines)


def test_every_part_is_told_to_those_who_cannot_see_it(demo, tmp_path):
    block = logic_model_figure(demo, tmp_path)
    for words in demo.pilot.logic_model.values():
        assert " ".join(words.split()) in block.markdown
    assert block.markdown.index("Inputs:") < block.markdown.index("Activities:") < block.markdown.index("Long-term outcomes:")
    assert block.markdown.startswith("@fig-logic-model shows") and "\n\n::: {.theory}\n![" in block.markdown


def test_colours_are_black_and_white_only(demo, tmp_path):
    logic_model_figure(demo, tmp_path)
    text = (tmp_path / "logic-model.svg").read_text(encoding="utf-8")
    ET.fromstring(text)
    used = {
        word.rstrip('";') for part in text.split("#")[1:] if (word := part[:6]) and all(c in "0123456789abcdef" for c in word)
    }
    assert used <= {"ffffff", "222222", "000000"}


def test_a_long_part_makes_the_drawing_higher_and_money_is_no_mathematics(demo, tmp_path):
    def height(**parts: str) -> float:
        model = demo.pilot.logic_model | parts
        findings = demo.model_copy(update={"pilot": demo.pilot.model_copy(update={"logic_model": model})})
        logic_model_figure(findings, tmp_path)
        return float(ET.parse(tmp_path / "logic-model.svg").getroot().get("height").removesuffix("pt"))

    assert height(outputs="a word " * 60) > height(outputs="costs $4 and $5 ^ {") > 0


def test_without_a_logic_model_there_is_no_drawing(demo, tmp_path):
    bare = demo.model_copy(update={"pilot": demo.pilot.model_copy(update={"logic_model": None})})
    assert logic_model_figure(bare, tmp_path) is None


@pytest.mark.parametrize("kind", ["theory", "other"])
def test_the_text_of_a_figure_is_read_for_its_wording(kind):
    said = sentences_of(f'<h2>Why</h2><div class="{kind}"><figure><img alt="Nearpod raises scores."/></figure></div>')
    assert [(one.text, one.is_theory) for one in said if one.place == "Why" and "Nearpod" in one.text] == [
        ("Nearpod raises scores.", kind == "theory")
    ]
