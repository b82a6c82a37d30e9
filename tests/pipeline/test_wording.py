"""The finished page is read as its readers read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotproof.errors import RenderError
from pilotproof.pipeline.wording import check_wording, sentences_of
from pilotproof.report.narrative import HEADINGS as OWN_WORDS
from tests.report.conftest import demo_findings


@pytest.fixture
def demo():
    return demo_findings()


PAGE = """<html><head><title>A pilot</title><style>p { color: proven }</style></head><body>
<h2>Results</h2><p>Scores rose <strong>by</strong> 2 points. They may fall again.</p>
<ul><li>May be said: this.</li><li>Not: <span class="quoted">“Nearpod works”</span></li></ul>
<div class="theory"><table><tr><td>It works.</td><td>Less time<br>is lost.</td></tr></table></div>
<h2>References</h2><div id="refs"><p>Proven effects of everything.</p></div><p>After.</p>
</body></html>"""


def test_sentences_stand_under_their_heading_without_quotations_references_and_style():
    found = [(s.place, s.text, s.is_theory) for s in sentences_of(PAGE)]
    assert found == [
        ("", "A pilot", False),
        ("Results", "Results", False),
        ("Results", "Scores rose by 2 points.", False),
        ("Results", "They may fall again.", False),
        ("Results", "May be said: this.", False),
        ("Results", "Not:", False),
        ("Results", "It works.", True),
        ("Results", "Less time is lost.", True),
        ("References", "References", False),
        ("References", "After.", False),
    ]


PARAMS = """\
title: A pilot
narrative:
  introduction: |
    Nobody knows yet.
  context: |
    The tool was proven elsewhere,
    as the vendor says. Teachers found that it is
    *proven* here too.
page: {is_draft: false}
"""


@pytest.fixture
def page(tmp_path):
    (tmp_path / "x.yaml").write_text(PARAMS, encoding="utf-8")

    def write(*paragraphs: str, heading: str = OWN_WORDS["context"]) -> Path:
        body = "".join(f"<p>{text}</p>" for text in paragraphs)
        (tmp_path / "x.html").write_text(f"<h2>{heading}</h2><div class='own-words'>{body}</div>", encoding="utf-8")
        return tmp_path / "x.html"

    return write


def test_a_claim_in_the_district_s_own_words_is_named_with_its_line(page, demo):
    said = page("Teachers found that it is <em>proven</em> here too.")
    with pytest.raises(RenderError, match=r"params/x\.yaml, line 8, narrative\.context, “proven”"):
        check_wording(said, demo, said.with_name("x.yaml"))
    said = page("The tool was proven elsewhere, as the vendor says.")
    with pytest.raises(RenderError, match=r"line 6, narrative\.context"):
        check_wording(said, demo, said.with_name("x.yaml"))


def test_a_claim_elsewhere_is_named_with_its_heading(page, demo):
    said = page("It is proven.", heading="Results")
    with pytest.raises(RenderError, match="under “Results”"):
        check_wording(said, demo, said.with_name("x.yaml"))


def test_a_cautious_word_of_the_district_passes(page, demo):
    said = page("Nobody knows yet whether the tool works. We have no proof.")
    check_wording(said, demo, said.with_name("x.yaml"))
