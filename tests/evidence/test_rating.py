"""The WWC-like rating, and the verb a design allows."""

from __future__ import annotations

import pytest

from pilotproof.evidence.claims import claim_of
from pilotproof.evidence.wwc import rate_design
from pilotproof.stats.verdict_method import verdict_method

RANDOMISED = {
    "is_randomised": True,
    "has_comparison": True,
    "fewest_clusters_in_an_arm": 10,
    "is_outcome_eligible": True,
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
        ({"is_outcome_eligible": False}, "does not meet"),
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
