"""Clustered effect sizes as a reviewer recomputes them: worked cases, published findings of the WWC, matrices in R."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.stats.clustered import Refusal
from pilotproof.stats.effect_size import small_sample_factor
from pilotproof.stats.recomputed_effect import ClusterTerms, cluster_terms, recomputed_effect, recomputed_effect_legacy

R = json.loads((Path(__file__).parents[1] / "reference" / "effects.json").read_text(encoding="utf-8"))["clustered"]
CLOSED_FORM = 1e-9  # both sides are closed form; R prints 15 digits
PUBLISHED_P = 3e-5  # the WWC computed p from more digits of g than it published
WORKED = {"difference": 5.3, "pooled_sd": 11.593708}  # T 78.4 (11.2), n = 48; C 73.1 (12.0), n = 45


def terms(treated: int, comparison: int, in_treated: int | None, in_comparison: int | None, icc: float) -> ClusterTerms | Refusal:
    return cluster_terms(
        n_treated=treated, n_comparison=comparison, clusters_treated=in_treated, clusters_comparison=in_comparison, icc=icc
    )


SIX = terms(48, 45, 3, 3, 0.2)
BOTH, ONE = terms(48, 36, 4, 3, 0.2), terms(40, 30, 5, None, 0.15)
CASE = {"difference": 5.3, "pooled_sd": 11.6}


def test_terms_of_the_worked_case():
    # n = 93 / 6 = 15.5; eta = 1 + 14.5 * .2; gamma = 1 - 2 * 14.5 * .2 / 91 = 85.2 / 91
    assert SIX.mean_cluster_size == 15.5
    assert (SIX.eta, SIX.gamma) == pytest.approx((3.9, 85.2 / 91))
    # h = 85.2^2 / (91 * .64 + 15.5 * 62 * .04 + 2 * 62 * .2 * .8) = 7259.04 / 116.52
    assert SIX.h == pytest.approx(7259.04 / 116.52) and SIX.h == pytest.approx(62.298661, abs=1e-6)
    # the published check of E.21: N = 100, n = 5, rho = .1
    assert terms(50, 50, 10, 10, 0.1).h == pytest.approx(94.40, abs=0.005)


def test_worked_case_by_the_rules_up_to_4_0():
    found = recomputed_effect_legacy(**WORKED, terms=SIX)
    # t of students .453366 / sqrt(93 / 2160 + .453366^2 / 186) = 2.157406, times sqrt(.936264 / 3.9) = .489967
    assert found.estimate == pytest.approx(0.453366, abs=1e-6)
    assert found.t == pytest.approx(1.057058, abs=1e-6) and found.t == pytest.approx(2.157406 * 0.489967, abs=2e-6)
    assert found.p_value == pytest.approx(0.294567, abs=1e-6)
    assert found.df == SIX.h


def test_worked_case_by_the_rules_since_4_1():
    found = recomputed_effect(**WORKED, terms=SIX)
    # omega 1 - 3 / (4 * 62.2987 - 1) = .987913; g = .987913 * 5.3 / 11.593708 * sqrt(.936264)
    assert found.omega == pytest.approx(0.987913, abs=1e-6)
    assert found.estimate == pytest.approx(0.436990, abs=1e-6)
    assert found.standard_error == pytest.approx(0.406667, abs=1e-6)
    assert (found.t, found.p_value) == pytest.approx((1.074565, 0.286714), abs=1e-6)


@pytest.mark.parametrize(
    ("students", "clusters", "icc", "t", "p"),
    [
        (400, 10, 0.1, 1.118263282023, 0.264350026716),
        (400, 60, 0.1, 1.994492845483, 0.046817864619),
        (400, 20, 0.2, 1.130141332085, 0.259585439776),
        (400, 60, 0.2, 1.706752036051, 0.088822741324),
    ],
)
def test_a_t_of_students_of_2_5_shrinks_as_hedges_says(students, clusters, icc, t, p):
    half = students // 2
    found = recomputed_effect_legacy(
        difference=2.5 * (2 / half) ** 0.5 / small_sample_factor(students),
        pooled_sd=1,
        terms=terms(half, half, clusters // 2, clusters // 2, icc),
        edition="WWC 1.0 to 3.0",
    )
    assert (found.t, found.p_value) == pytest.approx((t, p), rel=CLOSED_FORM)


# finding of the WWC, students and clusters of both arms, icc, g and p as published under standards 3 (the last one: 4)
FINDINGS = [
    (6033, 148, 143, 5, 4, 0.2, -0.23137599, 0.47523054),
    (6327, 29, 25, 2, 2, 0.2, 0.33941144, 0.53107947),
    (6317, 54, 20, 2, 2, 0.2, -0.35057724, 0.5512957),
    (6319, 45, 32, 2, 2, 0.2, 0.19660966, 0.7095046),
    (6377, 156, 109, 2, 2, 0.2, 0.24617535, 0.61866307),
    (6463, 86, 42, 3, 2, 0.2, -0.072465353, 0.87967831),
    (6487, 83, 205, 2, 5, 0.2, 0.073506534, 0.85534811),
    (4497, 342, 297, 16, 14, 0.2, -0.10058473, 0.57570106),
    (6529, 246, 246, 5, 5, 0.2, 0.43616852, 0.14780311),
    (6531, 220, 220, 5, 5, 0.2, 0.53289044, 0.078791648),
    (6533, 205, 205, 5, 5, 0.2, 0.48359618, 0.11152364),
    (5089, 77, 85, 3, 3, 0.2, 0.091031849, 0.82273459),
    (5077, 171, 158, 11, 11, 0.2, -0.19392274, 0.37188086),
    (5785, 125, 82, 7, 4, 0.2, 0.44632944, 0.15112345),
    (11837, 98, 105, 7, 7, 0.1, 0.023923494, 0.91224712),
    (11841, 98, 104, 7, 7, 0.1, 0.15574709, 0.47375873),
    (27719, 102, 139, 4, 4, 0.2, 0.023137528, 0.94728655),
]


@pytest.mark.parametrize(
    ("treated", "comparison", "in_treated", "in_comparison", "icc", "g", "p"),
    [row[1:] for row in FINDINGS],
    ids=[row[0] for row in FINDINGS],
)
def test_published_p_values_come_out_again(treated, comparison, in_treated, in_comparison, icc, g, p):
    found = recomputed_effect_legacy(
        difference=g / small_sample_factor(treated + comparison),
        pooled_sd=1,
        terms=terms(treated, comparison, in_treated, in_comparison, icc),
        edition="WWC 1.0 to 3.0",
    )
    assert found.estimate == pytest.approx(g) and found.p_value == pytest.approx(p, abs=PUBLISHED_P)


# finding, students, means and SDs of both arms, g as published
EFFECTS = [
    (1713, 482, 510, 90.669998, 88.559998, 16.379999, 16.379999, 0.128718),
    (1337, 28, 19, 30.9, 30.1, 10.3, 14.5, 0.064711),
    (143, 50, 48, 2.09, 2.06, 0.18, 0.15, 0.179317),
    (3703, 852, 478, 1285.5601, 1238.34, 336.32001, 344.97, 0.139028),
    (411, 24, 24, 7.51, 3.27, 3.7, 2.9, 1.254602),
    (4519, 11, 12, 2.82, 4.25, 2.99, 4.58, -0.353010),
    (299, 18, 18, 12.34, 3.9, 10.0, 7.3, 0.942629),
]


@pytest.mark.parametrize(
    ("nt", "nc", "mt", "mc", "st_", "sc", "g"), [row[1:] for row in EFFECTS], ids=[row[0] for row in EFFECTS]
)
def test_published_effect_sizes_come_out_again(nt, nc, mt, mc, st_, sc, g):
    pooled = (((nt - 1) * st_**2 + (nc - 1) * sc**2) / (nt + nc - 2)) ** 0.5
    found = recomputed_effect_legacy(difference=mt - mc, pooled_sd=pooled, terms=terms(nt, nc, 2, 2, 0.2))
    assert found.estimate == pytest.approx(g, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("both_3", recomputed_effect_legacy(**CASE, terms=BOTH, edition="WWC 1.0 to 3.0")),
        ("both_4", recomputed_effect_legacy(**CASE, terms=BOTH)),
        ("both_5", recomputed_effect(**CASE, terms=BOTH, r2=0.4)),
        (
            "both_5_own",
            recomputed_effect(
                difference=-5.3, pooled_sd=11.6, terms=BOTH, standard_error=3.4, accounts_for_clusters=True, confidence=0.9
            ),
        ),
        ("both_5_ignoring", recomputed_effect(**CASE, terms=BOTH, standard_error=2.2)),
        ("one_4", recomputed_effect_legacy(**CASE, terms=ONE)),
        ("one_5", recomputed_effect(**CASE, terms=ONE)),
        ("one_5_own", recomputed_effect(**CASE, terms=ONE, standard_error=3.1, accounts_for_clusters=True)),
    ],
)
def test_recomputed_effects_equal_r_whose_terms_come_from_matrices(name, found):
    values = {
        "estimate": found.estimate,
        "se": found.standard_error,
        "df": found.df,
        "t": found.t,
        "p": found.p_value,
        "low": found.interval.low,
        "high": found.interval.high,
        "omega": found.omega,
        "gamma": found.terms.gamma,
        "eta": found.terms.eta,
    }
    assert set(values) == set(R[name])
    for field, value in values.items():
        assert value == pytest.approx(R[name][field], rel=CLOSED_FORM), field


def test_the_clustered_arm_may_be_either():
    swapped = terms(30, 40, None, 5, 0.15)
    assert (swapped.gamma, swapped.eta, swapped.h) == (ONE.gamma, ONE.eta, ONE.h)


@pytest.mark.parametrize("shape", [(48, 45, 3, 3), (40, 30, 5, None)])
def test_without_intraclass_correlation_nothing_is_corrected(shape):
    alone = terms(*shape, 0)
    assert (alone.gamma, alone.eta, alone.h) == pytest.approx((1, 1, shape[0] + shape[1] - 2))


@given(
    st.integers(2, 9),
    st.integers(2, 9),
    st.integers(2, 30),
    st.floats(0, 0.99),
    st.floats(-3, 3),
    st.sampled_from([1e-6, 0.1, 1e6]),
    st.booleans(),
)
def test_recomputed_effects_turn_round_with_the_arms_and_do_not_care_for_units(mt, mc, size, icc, b, unit, is_partly_clustered):
    alone = None if is_partly_clustered else mc
    for function in (recomputed_effect, recomputed_effect_legacy):
        found = function(difference=b, pooled_sd=1.5, terms=terms(mt * size, mc * size, mt, alone, icc))
        other = function(difference=-b * unit, pooled_sd=1.5 * unit, terms=terms(mc * size, mt * size, alone, mt, icc))
        assert (other.estimate, other.t) == pytest.approx((-found.estimate, -found.t), rel=1e-9, abs=1e-12)
        assert (other.standard_error, other.df, other.p_value) == pytest.approx(
            (found.standard_error, found.df, found.p_value), rel=1e-9, abs=1e-12
        )
        assert other.interval.low == pytest.approx(-found.interval.high, rel=1e-9, abs=1e-9)
        # the interval leaves out 0 exactly when p < .05
        assert (found.interval.low <= 0 <= found.interval.high) == (found.p_value >= 0.05)


@pytest.mark.parametrize(
    ("shape", "treated", "comparison"), [((48, 45, 1, 3), 1, 3), ((48, 45, 3, 1), 3, 1), ((48, 45, 1, None), 1, 45)]
)
def test_a_class_that_carries_an_arm_alone_is_refused_all_the_way(shape, treated, comparison):
    refusal = Refusal(reason="one cluster in an arm", clusters_treated=treated, clusters_comparison=comparison)
    alone = terms(*shape, 0.2)
    assert alone == recomputed_effect(**WORKED, terms=alone) == recomputed_effect_legacy(**WORKED, terms=alone) == refusal


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: terms(1, 45, 1, 3, 0.2), "n_treated must be a whole number of at least 2"),
        (lambda: terms(48, 45, 3, 46, 0.2), r"clusters_comparison \(46\) cannot exceed n_comparison \(45\)"),
        (lambda: terms(48, 45, 0, 3, 0.2), "clusters_treated must be a whole number of at least 1"),
        (lambda: terms(48, 45, None, None, 0.2), "are both None; without clusters use hedges_g"),
        (lambda: terms(48, 45, 3, 3, 1), "icc must lie from 0 to below 1"),
        (lambda: recomputed_effect(difference="5", pooled_sd=1, terms=SIX), "difference must be a number"),
        (lambda: recomputed_effect(difference=5, pooled_sd=0, terms=SIX), "pooled_sd must be above 0"),
        (lambda: recomputed_effect(difference=1e99, pooled_sd=1e-99, terms=SIX), r"difference over pooled_sd is beyond 1e\+100"),
        (
            lambda: recomputed_effect_legacy(difference=1e100, pooled_sd=0.1, terms=SIX),
            r"difference over pooled_sd is beyond 1e\+100",
        ),
        (lambda: recomputed_effect(**WORKED, terms=SIX, r2=1), "r2 must lie from 0 to below 1"),
        (lambda: recomputed_effect(**WORKED, terms=SIX, accounts_for_clusters=True), "standard_error: an analysis that accounts"),
        (lambda: recomputed_effect(**WORKED, terms=SIX, r2=0.3, standard_error=2), "r2 and standard_error: give one of them"),
        (lambda: recomputed_effect(**WORKED, terms=SIX, standard_error=-2), "standard_error must be above 0"),
        (lambda: recomputed_effect(**WORKED, terms=SIX, standard_error=1e-100), "standard_error over pooled_sd is below 1e-100"),
        (
            lambda: recomputed_effect(**WORKED, terms=SIX, standard_error=2, accounts_for_clusters="no"),
            "accounts_for_clusters must be true or false, not 'no'",
        ),
        (lambda: recomputed_effect_legacy(**WORKED, terms=SIX, edition="5.0"), "edition must be 'WWC 1.0 to 3.0' or"),
        (lambda: recomputed_effect_legacy(**WORKED, terms=SIX, confidence=95), "confidence must lie between 0 and 1"),
    ],
)
def test_what_recomputing_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
