"""What stands beside the verdict: the mixed model, the clusters left out, and the table of which method decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import cluster_mean_contrast, cr2_contrast
from pilotproof.stats.leave_one_out import leave_one_cluster_out
from pilotproof.stats.mixed_model import MixedModel, MixedModelRefusal, mixed_model_contrast
from pilotproof.stats.verdict_method import verdict_method
from tests.stats.cluster_designs import SEEDS, TOY, R, in_words_of_r, noise, some_clusters, uneven

OPTIMISED = 1e-6  # lme4 stops its search there; nlme goes on to 1e-9
MIXED = {"mixed_toy": TOY, "mixed_uneven": uneven(), "mixed_all": uneven("block", "age", "years")}


@pytest.mark.parametrize("name", MIXED)
def test_the_mixed_model_equals_lme4_with_the_df_of_nlme(name):
    found, expected = mixed_model_contrast(**MIXED[name]), R[name]
    words = in_words_of_r(found)
    assert words.pop("df") == expected["df"]
    for field, value in words.items():
        assert value == pytest.approx(expected[field], rel=5 * OPTIMISED), field
    assert found.standard_error == pytest.approx(expected["nlme_se"], rel=1e-8)
    assert (found.variance_between, found.variance_within) == pytest.approx(
        (expected["between"], expected["within"]), rel=OPTIMISED
    )
    assert found.icc == pytest.approx(expected["between"] / (expected["between"] + expected["within"]), rel=OPTIMISED)


def test_df_are_clusters_less_the_columns_of_whole_clusters():
    # 12 clusters - intercept - arm = 10; two more blocks and the teacher's years: 7
    assert [mixed_model_contrast(**uneven(*names)).df for names in ((), ("age",), ("block", "years"))] == [10, 10, 7]


def test_no_variance_between_clusters_is_a_refusal_and_not_a_warning():
    # clusters that differ less than students within them would by chance
    cluster = np.repeat(np.arange(6), 4)
    scores = np.tile([1.0, 2.0, 3.0, 4.0], 6) + np.array([0, 0.01, 0.02, 0.03, 0.01, 0])[cluster]
    found = mixed_model_contrast(scores, is_treated=cluster < 3, cluster=cluster)
    assert found == MixedModelRefusal(reason="no variance between clusters", clusters_treated=3, clusters_comparison=3)


def test_a_likelihood_without_a_peak_is_a_refusal():
    # students of a cluster are all alike: the variance within is 0 and the ratio of the two has no end
    cluster = np.repeat(np.arange(6), 4)
    found = mixed_model_contrast(np.array([1.0, 2, 4, 3, 6, 7])[cluster], is_treated=cluster < 3, cluster=cluster)
    assert found == MixedModelRefusal(reason="did not converge", clusters_treated=3, clusters_comparison=3)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_with_equal_clusters_the_mixed_model_is_the_t_test_of_their_means(seed):
    # balanced and without covariates REML gives the between-cluster mean square, and containment df are clusters - 2
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(7), 5)
    scores = rng.normal(size=7)[cluster] * 2 + rng.normal(size=35)
    sides = {"is_treated": cluster < 3, "cluster": cluster}
    found, means = mixed_model_contrast(scores, **sides), cluster_mean_contrast(scores, **sides)
    if isinstance(found, MixedModel):
        assert in_words_of_r(found) == pytest.approx(in_words_of_r(means), rel=1e-7)


def test_with_one_student_in_every_cluster_nothing_tells_the_variances_apart():
    found = mixed_model_contrast([1.0, 2, 4, 3, 6, 7], is_treated=[1, 1, 1, 0, 0, 0], cluster=np.arange(6))
    assert isinstance(found, MixedModelRefusal) and found.reason == "one student in every cluster"


def test_one_cluster_in_an_arm_is_refused_by_the_mixed_model_too():
    found = mixed_model_contrast(**some_clusters(TOY, "ADEF"))
    assert isinstance(found, Refusal) and found.reason == "one cluster in an arm"


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.floats(0.01, 100), st.floats(-100, 100))
def test_units_of_the_outcome_do_not_decide_on_convergence(seed, scale, shift):
    data = noise(seed, 4, 4, most=10)
    found, scaled = (
        mixed_model_contrast(**(data | {"outcome": outcome})) for outcome in (data["outcome"], data["outcome"] * scale + shift)
    )
    assert type(found) is type(scaled)
    if isinstance(found, MixedModel):
        assert scaled.estimate == pytest.approx(found.estimate * scale, rel=1e-6, abs=1e-8 * scale)
        assert scaled.icc == pytest.approx(found.icc, rel=1e-6, abs=1e-8)
    else:
        assert found == scaled


@pytest.mark.parametrize(("contrast", "name"), [(cluster_mean_contrast, "without_toy"), (cr2_contrast, "without_toy_cr2")])
def test_each_cluster_left_out_equals_r(contrast, name):
    found = leave_one_cluster_out(**TOY, contrast=contrast)
    assert [w.cluster for w in found.without] == list("ABCDEF") and found.whole == contrast(**TOY)
    for without, expected in zip(found.without, R[name], strict=True):
        assert without.estimate == pytest.approx(expected["estimate"], rel=1e-9)
        assert without.standard_error == pytest.approx(expected["se"], rel=1e-9)
        assert without.p_value == pytest.approx(expected["p"], rel=1e-9)
        assert (without.n, without.is_treated) == (20, without.cluster in "ABC")


def test_range_and_most_influential_cluster():
    found = leave_one_cluster_out(**TOY)
    estimates = {w.cluster: w.estimate for w in found.without}
    assert (found.lowest, found.highest) == (min(estimates.values()), max(estimates.values()))
    assert found.most_influential == max(estimates, key=lambda name: abs(estimates[name] - found.whole.estimate)) == "F"
    assert (found.smallest_p, found.largest_p) == (min(w.p_value for w in found.without), max(w.p_value for w in found.without))
    assert found.turned == found.crossed == found.refused == ()


def test_a_cluster_that_decides_is_named():
    # without C and its mean of 30 the treated means 10 and 12 lie among those of the comparison
    mean = dict(zip("ABCDEF", [10.0, 12, 30, 9, 11, 13], strict=True))
    cluster = np.repeat(list("ABCDEF"), 3)
    scores = np.array([mean[c] for c in cluster]) + np.tile([-1.0, 0, 1], 6)
    found = leave_one_cluster_out(scores, is_treated=np.isin(cluster, list("ABC")), cluster=cluster)
    assert found.most_influential == "C"
    # (10 + 12) / 2 - (9 + 11 + 13) / 3 = 0: below 0.4 is what is left of 6.3
    assert found.without[2].estimate == pytest.approx(11 - 11) and found.whole.estimate == pytest.approx(52 / 3 - 11)
    strict = leave_one_cluster_out(**TOY, alpha=0.015)
    assert strict.crossed == tuple(w.cluster for w in strict.without if w.p_value >= 0.015) != ()


def test_two_against_two_leaves_nothing():
    found = leave_one_cluster_out(**some_clusters(TOY, "ABDE"))
    assert found.refused == ("A", "B", "D", "E") and found.lowest is None and found.most_influential is None
    assert {w.refusal for w in found.without} == {"one cluster in an arm"}


def test_a_cluster_that_alone_makes_a_covariate_vary_leaves_a_reason():
    old = np.array([1.0 if c == "F" else 0.0 for c in TOY["cluster"]])
    found = leave_one_cluster_out(**TOY, covariates={"old": old})
    assert [w.refusal for w in found.without] == [None] * 5 + ["nothing varies without it"] and found.refused == ("F",)


def test_a_refused_whole_stays_refused():
    found = leave_one_cluster_out(**some_clusters(TOY, "ADEF"))
    assert found == Refusal(reason="one cluster in an arm", clusters_treated=1, clusters_comparison=3)


@pytest.mark.parametrize("alpha", [0, 1, "5 %"])
def test_alpha_is_a_share(alpha):
    with pytest.raises(ValueError, match="alpha must"):
        leave_one_cluster_out(**TOY, alpha=alpha)


@pytest.mark.parametrize(
    ("design", "treated", "comparison", "verdict", "must_agree", "claim"),
    [
        ("before and after", 5, 0, "sign-flip", (), "changed"),
        ("before and after", 1, 0, None, (), "descriptive"),
        ("clusters compared", 1, 5, None, (), "descriptive"),
        ("clusters compared", 2, 2, "cluster means", ("CR2",), "associated with"),
        ("clusters compared", 6, 6, "cluster means", ("CR2",), "associated with"),
        ("clusters randomised", 3, 3, "cluster means", ("CR2",), "effect"),
        ("clusters randomised", 4, 4, "randomisation", ("CR2",), "effect"),
        ("clusters randomised", 9, 1, None, (), "descriptive"),
        ("students randomised", 40, 38, "randomisation", ("CR2",), "effect"),
        ("staggered starts", 4, 0, "order randomisation", (), "effect within these classes"),
        ("use compared", 12, 0, "CR2", (), "correlational"),
        ("use compared", 1, 0, None, (), "descriptive"),
    ],
)
def test_the_verdict_of_each_design(design, treated, comparison, verdict, must_agree, claim):
    found = verdict_method(design, clusters_treated=treated, clusters_comparison=comparison)
    assert (found.verdict, found.must_agree, found.claim) == (verdict, must_agree, claim)


@pytest.mark.parametrize(
    ("least", "verdict"), [(None, "randomisation"), (1 / 21, "randomisation"), (0.05, "cluster means"), (2 / 16, "cluster means")]
)
def test_the_lot_carries_no_verdict_where_it_could_reject_nothing(least, verdict):
    found = verdict_method("clusters randomised", clusters_treated=4, clusters_comparison=4, least_attainable_p=least)
    assert found.verdict == verdict and {"randomisation", "cluster means"} - {verdict} <= set(found.beside)
    if verdict == "cluster means":
        assert found.reason == "no re-assignment could have given a p below 0.05"
    with pytest.raises(ValueError, match="least_attainable_p must lie from 0 to 1"):
        verdict_method("clusters randomised", clusters_treated=4, clusters_comparison=4, least_attainable_p=1.5)


@pytest.mark.parametrize("design", ["clusters compared", "clusters randomised", "students randomised"])
def test_a_mixed_model_never_decides_and_the_wild_bootstrap_waits_for_three_an_arm(design):
    for treated in range(2, 8):
        found = verdict_method(design, clusters_treated=treated, clusters_comparison=5)
        assert "mixed model" in found.beside and found.verdict not in ("mixed model", "wild bootstrap")
        assert ("wild bootstrap" in found.beside) == (treated >= 3)


def test_an_unknown_design_is_named():
    with pytest.raises(ValueError, match=r"design must be 'before and after', .*, not 'RCT'"):
        verdict_method("RCT", clusters_treated=3)
    with pytest.raises(ValueError, match="clusters_treated must be a whole number"):
        verdict_method("use compared", clusters_treated=2.5)
