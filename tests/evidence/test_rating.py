"""The WWC-like rating, and the verb a design allows."""

from __future__ import annotations

import pytest

from pilotproof.evidence.claims import claim_of
from pilotproof.evidence.eligibility import ineligible
from pilotproof.evidence.wwc import rate_design
from pilotproof.stats.verdict_method import verdict_method

RANDOMISED = {
    "is_randomised": True,
    "has_comparison": True,
    "fewest_clusters_in_an_arm": 10,
    "ineligible": None,
    "is_attrition_low": True,
    "baseline": None,
    "is_adjusted_for_pretest": False,
}


@pytest.mark.parametrize(
    ("change", "rating"),
    [
        ({}, "without reservations"),  # low attrition needs no baseline equivalence
        (
            {"is_attrition_low": False, "baseline": "needs adjustment", "is_adjusted_for_pretest": True},
            "with reservations",
        ),
        (
            {"is_attrition_low": False, "baseline": "needs adjustment"},
            "does not meet",
        ),  # .05 < gap <= .25, not adjusted
        ({"is_attrition_low": False, "baseline": "fails", "is_adjusted_for_pretest": True}, "does not meet"),
        ({"is_attrition_low": False}, "does not meet"),  # no pretest
        (
            {"is_randomised": False, "is_attrition_low": None, "baseline": "satisfied"},
            "with reservations",
        ),  # never more
        ({"fewest_clusters_in_an_arm": 1}, "does not meet"),
        ({"has_comparison": False}, "does not meet"),
        ({"ineligible": "outcome not eligible"}, "does not meet"),
    ],
)
def test_rating(change, rating):
    assert rate_design(**(RANDOMISED | change)).rating == rating


@pytest.mark.parametrize(
    ("design", "treated", "comparison", "claim"),
    [
        ("clusters randomised", 3, 3, "effect"),
        ("students randomised", 40, 40, "effect"),
        ("staggered starts", 4, 0, "effect"),
        ("clusters compared", 3, 3, "association"),
        ("clusters randomised", 1, 5, "association"),
        ("use compared", 6, 0, "association"),
        ("before and after", 6, 0, "change"),
        ("before and after", 1, 0, "change"),
    ],
)
def test_the_verb_follows_the_design(design, treated, comparison, claim):
    assert claim_of(verdict_method(design, clusters_treated=treated, clusters_comparison=comparison)) == claim


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ({}, None),
        ({"is_relevant": False}, "outcome not eligible"),
        ({"made_by": "vendor"}, "outcome made by the vendor"),  # over-aligned with the tool
        ({"made_by": "teachers"}, None),  # asked about, not decided
        ({"reliability": 0.50}, None),  # the limit itself is enough
        ({"reliability": 0.4999}, "outcome not reliable"),
    ],
)
def test_a_measure_that_a_reviewer_would_not_accept(stated, reason):
    found = ineligible(**({"is_relevant": True, "made_by": "publisher", "reliability": None} | stated))
    assert found == reason
    rated = rate_design(**(RANDOMISED | {"ineligible": found}))
    assert (rated.rating == "does not meet", rated.reason if reason else None) == (reason is not None, reason)
