"""Adjusted p-values against R's p.adjust, and which outcomes of a domain survive."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.stats.multiplicity import adjust, within_domains

R = json.loads((Path(__file__).parents[1] / "reference" / "power.json").read_text(encoding="utf-8"))
METHODS = ["Benjamini-Hochberg", "Holm", "Bonferroni"]
CLOSED_FORM = 1e-12  # relative; a product and a quotient
WORKED = [0.003, 0.021, 0.030, 0.047, 0.200]
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", R["adjusted"], ids=lambda case: str(case["p"]))
def test_adjusted_p_values_equal_r(case, method):
    p = np.atleast_1d(case["p"])
    found = adjust(p, method=method)
    assert found.adjusted == pytest.approx(np.atleast_1d(case[method]).tolist(), rel=CLOSED_FORM)
    assert (found.method, found.family_size, found.p_values) == (method, len(p), tuple(p))


def test_the_worked_example_rejects_three_of_five():
    # .003 * 5 = .015; .021 * 5/2 = .0525, but the next is .030 * 5/3 = .050; .047 * 5/4 = .05875; .200
    found = adjust(WORKED)
    assert found.adjusted == pytest.approx((0.015, 0.05, 0.05, 0.05875, 0.2), rel=CLOSED_FORM)
    assert found.is_rejected == (True, True, True, False, False)
    # Holm: .003 * 5, .021 * 4 = .084 and none after it is lower; Bonferroni: only .003 * 5
    assert adjust(WORKED, method="Holm").is_rejected == adjust(WORKED, method="Bonferroni").is_rejected == (True,) + (False,) * 4


@pytest.mark.parametrize("size", range(1, 60))
def test_a_p_value_at_its_cut_is_rejected_whatever_the_last_bit(size):
    for rank in range(1, size + 1):
        # p_(rank) = rank * .05 / size as a person would write the fraction, all others far above or tied with it
        p = [float(Fraction(rank, 20 * size))] * rank + [1.0] * (size - rank)
        assert adjust(p).is_rejected == (True,) * rank + (False,) * (size - rank)
        above = [float(Fraction(rank, 20 * size)) * (1 + 1e-10)] * rank + [1.0] * (size - rank)
        assert not any(adjust(above).is_rejected)


@given(P_VALUES, st.sampled_from(METHODS), st.randoms())
def test_order_does_not_matter_and_ties_stay_ties(p, method, random):
    found = adjust(p, method=method)
    order = list(range(len(p)))
    random.shuffle(order)
    assert adjust([p[i] for i in order], method=method).adjusted == tuple(found.adjusted[i] for i in order)
    assert all(found.adjusted[i] == found.adjusted[j] for i in order for j in order if p[i] == p[j])
    assert all(raw * (1 - 1e-12) <= adjusted <= 1 for raw, adjusted in zip(p, found.adjusted, strict=True))
    assert all(found.adjusted[i] <= found.adjusted[j] for i in order for j in order if p[i] <= p[j])


@given(P_VALUES)
def test_bonferroni_is_the_strictest_and_benjamini_hochberg_the_least(p):
    least, middle, most = (np.array(adjust(p, method=method).adjusted) for method in METHODS)
    assert (least <= middle * (1 + 1e-12)).all() and (middle <= most).all()


@given(P_VALUES.filter(lambda p: min(p) > 1e-6), st.floats(0.01, 0.3))
def test_rejection_is_the_step_up_rule_as_published(p, alpha):
    # the largest i with p_(i) <= i alpha / M, and all before it; away from the cuts, where rounding decides
    ordered, cuts = np.sort(p), np.arange(1, len(p) + 1) * alpha / len(p)
    if np.isclose(ordered, cuts, rtol=1e-9, atol=0).any():
        return
    below = np.flatnonzero(ordered <= cuts)
    assert sum(adjust(p, alpha=alpha).is_rejected) == (below[-1] + 1 if len(below) else 0)


def test_outcomes_are_adjusted_within_their_domain_in_the_order_given():
    found = within_domains(
        [0.030, 0.200, 0.003, 0.04, 0.047, 0.021],
        ["maths", "maths", "maths", "interest", "maths", "maths"],
        [False, False, True, False, False, False],
    )
    assert [one.role for one in found] == ["exploratory"] * 2 + ["confirmatory"] + ["exploratory"] * 3
    assert [one.family_size for one in found] == [5, 5, 5, 1, 5, 5]
    assert [one.adjusted_p for one in found] == pytest.approx([0.05, 0.2, 0.015, 0.04, 0.05875, 0.05], rel=CLOSED_FORM)
    assert [one.is_significant for one in found] == [True, False, True, True, False, True]


def test_the_primary_outcome_stands_alone_but_a_claim_on_it_must_survive_both():
    # .04 alone is below .05; with another of .60 in its domain it is .04 * 2 = .08
    primary, other = within_domains([0.04, 0.60], ["maths"] * 2, [True, False])
    assert (primary.is_significant, primary.adjusted_p, primary.survives_both) == (True, 0.08, False)
    assert (other.is_significant, other.survives_both) == (False, False)
    # the same result as one of the rest is not significant
    assert not within_domains([0.04, 0.60], ["maths"] * 2, [False, False])[0].is_significant


def test_a_p_of_exactly_alpha_is_not_below_it():
    # one of 20 assignments: reviewers ask for less than five percent
    (only,) = within_domains([0.05], ["maths"], [True])
    assert (only.adjusted_p, only.is_significant, only.survives_both) == (0.05, False, False)


@given(P_VALUES, st.data())
def test_what_survives_both_is_significant(p, data):
    domains = data.draw(st.lists(st.sampled_from("ab"), min_size=len(p), max_size=len(p)))
    primary = np.arange(len(p)) == data.draw(st.integers(0, len(p)))
    assert all(one.is_significant for one in within_domains(p, domains, primary) if one.survives_both)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: adjust([]), "p_values needs at least 1"),
        (lambda: adjust([0.1, np.nan]), "p_values has 1 missing"),
        (lambda: adjust([0.1, 1.2]), "p_values must lie from 0 to 1, not 1.2"),
        (lambda: adjust([-0.1]), "p_values must lie from 0 to 1, not -0.1"),
        (lambda: adjust(["0.1"]), "p_values must hold numbers only"),
        (lambda: adjust([0.1], alpha=5), "alpha must lie between 0 and 1"),
        (lambda: adjust([0.1], method="fdr"), "method must be 'Benjamini-Hochberg', 'Holm' or 'Bonferroni', not 'fdr'"),
        (lambda: within_domains([0.1, 0.2], ["a"], [True, False]), "equally long: .*domains \\(1\\)"),
        (lambda: within_domains([0.1, 0.2], ["a", None], [True, False]), "domains has 1 missing"),
        (lambda: within_domains([0.1, 0.2], ["a", "a"], [True, True]), "one outcome may be primary, not 2"),
        (lambda: within_domains([0.1], ["a"], [0.5]), "is_primary must hold true and false only"),
    ],
)
def test_unusable_p_values_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_exploratory_outcome_alone_at_exactly_five_percent_is_not_below_it():
    (only,) = within_domains([0.05], ["maths"], [False])
    assert (only.adjusted_p, only.is_significant) == (0.05, False)  # called significant below 0.05
