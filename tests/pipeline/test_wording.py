"""The finished page is read as its readers read it."""

from __future__ import annotations

from pilotproof.pipeline.wording import sentences_of

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
