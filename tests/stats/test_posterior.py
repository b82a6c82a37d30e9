"""Probability statements: a cited prior, the estimate, and a region that would not matter."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.posterior import Posterior, Prior, posterior

R = json.loads((Path(__file__).parents[1] / "reference" / "scales.json").read_text(encoding="utf-8"))["posterior"]
CASES = {
    "worked": (0.45, 0.30, None, 0.0, 0.20, 0.10),
    "t_4": (0.45, 0.30, 4, 0.0, 0.20, 0.10),
    "t_1": (-1.2, 0.15, 1, 0.05, 0.25, 0.10),  # two peaks: estimate and prior exclude each other
    "t_30": (0.02, 0.03, 30, 0.1, 0.15, 0.05),
    "t_far": (3, 0.05, 8, 0.0, 0.20, 0.10),  # fifteen prior SDs away: the longer tail, that of t, gives way
}


def of(estimate: float, error: float, df: float | None, mean: float, sd: float, negligible: float, **change) -> Posterior:
    prior = Prior(mean=mean, sd=sd, source="a review")
    return posterior(estimate, standard_error=error, prior=prior, negligible=negligible, df=df, **change)


@pytest.mark.parametrize("name", CASES)
def test_posteriors_equal_r(name):
    # R integrates the same product adaptively to 1e-12
    found, expected = of(*CASES[name]), R[name]
    assert found.mean == pytest.approx(expected["mean"], rel=1e-9)
    assert found.sd == pytest.approx(expected["sd"], rel=1e-9)
    assert found.p_positive == pytest.approx(expected["positive"], rel=1e-9)
    assert found.p_above == pytest.approx(expected["above"], rel=1e-9)
    assert found.p_below == pytest.approx(expected["below"], rel=1e-9)
    assert found.p_negligible == pytest.approx(1 - expected["above"] - expected["below"], rel=1e-9)
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), abs=1e-9)


def test_posterior_worked_example():
    # v = 1 / (1 / .09 + 1 / .04), mean = v (.45 / .09) = .138; the prior outweighs an SE of .30: .04 / (.04 + .09) = 31 %
    found = of(*CASES["worked"])
    assert found.mean == pytest.approx(0.138, abs=5e-4) and found.sd == pytest.approx(0.166, abs=5e-4)
    assert found.p_positive == pytest.approx(0.797, abs=5e-4) and found.p_above == pytest.approx(0.591, abs=5e-4)
    assert found.weight_of_data == pytest.approx(0.04 / 0.13) and found.verdict == "not enough data"


@pytest.mark.parametrize(
    ("estimate", "error", "verdict"),
    [
        (0.02, 0.03, "no difference"),
        (0.02, 0.40, "not enough data"),
        (0.50, 0.08, "benefit"),
        (-0.50, 0.08, "harm"),
    ],
)
def test_no_difference_and_not_enough_data_are_different_verdicts(estimate, error, verdict):
    assert of(estimate, error, None, 0.0, 0.20, 0.10).verdict == verdict


def test_a_bare_majority_is_no_verdict():
    assert of(0.30, 0.12, None, 0.0, 0.20, 0.10, certainty=0.75).verdict == "benefit"
    assert of(0.30, 0.12, None, 0.0, 0.20, 0.10).verdict == "not enough data"


def test_few_clusters_are_trusted_less():
    with_four, with_many = of(0.45, 0.30, 4, 0.0, 0.20, 0.10), of(0.45, 0.30, 1e7, 0.0, 0.20, 0.10)
    assert with_four.mean < with_many.mean and with_four.sd > with_many.sd
    # with many df the t is the normal
    normal = of(0.45, 0.30, None, 0.0, 0.20, 0.10)
    assert (with_many.mean, with_many.sd, with_many.p_above) == pytest.approx((normal.mean, normal.sd, normal.p_above), rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.floats(-1, 1), st.floats(0.01, 1), st.sampled_from([None, 1, 4, 30]), st.floats(-0.5, 0.5), st.floats(0.05, 1))
def test_posterior_properties(estimate, error, df, mean, sd):
    found, mirrored = of(estimate, error, df, mean, sd, 0.1), of(-estimate, error, df, -mean, sd, 0.1)
    assert mirrored.mean == pytest.approx(-found.mean, abs=1e-9) and mirrored.p_above == pytest.approx(found.p_below, abs=1e-9)
    assert found.p_above + found.p_below + found.p_negligible == pytest.approx(1)
    assert min(estimate, mean) - 1e-9 <= found.mean <= max(estimate, mean) + 1e-9
    assert found.interval.low < found.interval.high
    scaled = of(10 * estimate, 10 * error, df, 10 * mean, 10 * sd, 1.0)
    assert scaled.p_positive == pytest.approx(found.p_positive, abs=1e-9) and scaled.sd == pytest.approx(10 * found.sd)
    if df is None:
        assert found.sd < min(error, sd)


@pytest.mark.parametrize(("estimate", "error"), [(3.0, 0.05), (-40.0, 1.0), (0.1, 1e-4), (5.0, 100.0)])
def test_with_very_many_df_t_is_normal_however_far_the_estimate_lies(estimate, error):
    found, normal = of(estimate, error, 1e8, 0.0, 0.20, 0.10), of(estimate, error, None, 0.0, 0.20, 0.10)
    # a t with 1e8 df differs from the normal by about x^4 / (4 df) in its logarithm, at most 6e-3 forty SDs out
    assert found.mean == pytest.approx(normal.mean, rel=1e-3) and found.sd == pytest.approx(normal.sd, rel=1e-2)


def test_a_far_estimate_and_a_sharp_prior_do_not_underflow():
    found = of(1e6, 1e-3, 3, 0.0, 0.01, 0.1)
    assert np.isfinite([found.mean, found.sd, found.p_negligible]).all() and found.verdict == "no difference"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prior": Prior(mean=0, sd=0.2, source=" ")}, "prior has no source"),
        ({"prior": Prior(mean=0, sd=np.inf, source="x")}, "prior sd must be a number"),  # a flat prior
        ({"prior": Prior(mean=0, sd=0, source="x")}, "prior sd must be above 0"),
        ({"prior": Prior(mean=np.nan, sd=1, source="x")}, "prior mean must be a number"),
        ({"standard_error": -1}, "standard_error must be above 0"),
        ({"negligible": 0}, "negligible must be above 0"),
        ({"df": 0}, "df must be above 0"),
        ({"standard_error": 1e-12}, "standard_error must lie from 1e-09 to 1e\\+09"),
        ({"prior": Prior(mean=1e12, sd=1, source="x")}, "prior mean must lie within 1e\\+09"),
        ({"certainty": 0.5}, "certainty must be above 0.5"),
        ({"certainty": 95}, "certainty must lie between 0 and 1"),
        ({"confidence": 1}, "confidence must lie between 0 and 1"),
    ],
)
def test_unusable_priors_are_named(change, message):
    data = {"standard_error": 0.1, "prior": Prior(mean=0, sd=0.2, source="x"), "negligible": 0.1}
    with pytest.raises(ValueError, match=message):
        posterior(0.2, **(data | change))
