"""A state's reading of the tiers on the page: whose it is, and the gates with its limits."""

from __future__ import annotations

from dataclasses import replace

from pilotproof.report.gate_text import found, question
from pilotproof.report.profile import profile_sentence
from pilotproof.report.remedies import REMEDIES
from tests.evidence.test_profile import STATE, gate
from tests.evidence.test_tier import STRONG


def test_the_page_says_whose_reading_it_is(demo):
    text = profile_sentence(replace(STATE, tier3_needs_pretest=True))
    assert "State of X (X guide (2025), page 4)" in text and "200 students at 3 schools" in text and "pretest" in text
    sites = gate(replace(STRONG, schools=1), "several sites", STATE)
    assert question(sites, "class") == "Were at least 3 schools involved?"
    assert found(sites, "class") == "2 districts (1 school); 3 schools are needed"
    assert REMEDIES["several sites"](sites, demo) == "2 more schools"  # 3 - 1
    asked = gate(replace(STRONG, is_adjusted_for_pretest=False), "pretest", replace(STATE, tier3_needs_pretest=True))
    assert (found(asked, "class"), REMEDIES["pretest"](asked, demo)) == ("no pretest", "a pretest of the same outcome")
    assert question(asked, "class").startswith("Was there a pretest")
