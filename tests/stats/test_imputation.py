"""Attrition, Rubin's rules and imputed contrasts, against R's mice."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.attrition import attrition_by_level, attrition_rates
from pilotproof.stats.clustered import ClusterContrast, cluster_mean_contrast, cr2_contrast
from pilotproof.stats.imputation import ImputationRefusal, imputed_contrasts
from pilotproof.stats.rubin import pool_imputations
from tests.stats.cluster_designs import in_words_of_r

R = json.loads((Path(__file__).parents[1] / "reference" / "missing.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9
FOUR = 4  # Monte Carlo standard errors


def imputed_contrast(outcome, *, shift_treated=0.0, shift_comparison=0.0, **named):
    """The one result of one shift."""
    (found,) = imputed_contrasts(outcome, shifts=[(shift_treated, shift_comparison)], **named)
    return found


def gaps(*, pretest: bool) -> dict[str, np.ndarray]:
    """8 classes of 9 to 16 students with missing outcomes (and pretests), by the formula of missing.R."""
    sizes = np.arange(9, 17)
    cluster = np.repeat(np.arange(1, 9), sizes)
    i = np.concatenate([np.arange(1, n + 1) for n in sizes])
    treated = cluster % 2
    pre = 50 + 10 * np.sin(3 * cluster + 1.7 * i)
    post = 20 + 0.6 * pre + 4 * treated + 3 * np.cos(5 * cluster) + 6 * np.sin(11 * i + cluster)
    post[(3 * cluster + 5 * i) % 6 == 1] = np.nan
    if pretest:
        pre[(5 * cluster + 3 * i) % 9 == 2] = np.nan
    return {"outcome": post, "pretest": pre, "cluster": cluster, "is_treated": treated}


@pytest.mark.parametrize(
    ("name", "estimates", "errors", "df", "confidence"),
    [
        ("five", [2.1, 2.6, 1.8, 2.4, 2.9], [1.10, 1.05, 1.20, 1.15, 1.02], 4, 0.95),
        ("five_90", [2.1, 2.6, 1.8, 2.4, 2.9], [1.10, 1.05, 1.20, 1.15, 1.02], 9.5, 0.90),
        ("three", [-0.31, 0.12, 0.05], [0.2, 0.3, 0.25], 120, 0.95),
    ],
)
def test_rubin_s_rules_equal_mice(name, estimates, errors, df, confidence):
    found = pool_imputations(estimates, standard_errors=errors, complete_df=df, confidence=confidence)
    words = in_words_of_r(found) | {
        "within": found.within,
        "between": found.between,
        "total": found.total,
        "lambda": found.share_from_missing,
        "fmi": found.fraction_missing,
    }
    assert set(words) == set(R[name])
    for field, value in words.items():
        assert value == pytest.approx(R[name][field], rel=CLOSED_FORM), field
    assert found.imputations == len(estimates)


def test_equal_imputations_keep_nearly_the_complete_df():
    # nothing between: total = within, and Barnard & Rubin's observed df of 4 is 5 / 7 x 4
    found = pool_imputations([1.0, 1.0, 1.0], standard_errors=[0.5] * 3, complete_df=4)
    assert (found.standard_error, found.between, found.share_from_missing) == (0.5, 0, 0)
    assert found.df == pytest.approx(5 / 7 * 4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=20), st.floats(0.1, 3), st.floats(1, 200))
def test_df_never_exceed_those_of_complete_data(estimates, error, df):
    found = pool_imputations(estimates, standard_errors=[error] * len(estimates), complete_df=df)
    assert 0 < found.df <= df and found.standard_error >= error * (1 - 1e-12)


@pytest.mark.parametrize(("name", "pretest"), [("only_post", False), ("both", True)])
def test_imputations_equal_those_of_mice_but_for_chance(name, pretest):
    # mice: 1,500 imputations; ours 600. Means, and variances between and within, within 4 standard errors of their difference
    expected = R[name]
    found = imputed_contrast(**gaps(pretest=pretest), imputations=600)
    ours, more = found.imputed, np.sqrt(1 + expected["m"] / 600)
    assert abs(ours.estimate - expected["mean"]) <= FOUR * expected["mean_error"] * more
    assert abs(ours.between - expected["between"]) <= FOUR * expected["between_error"] * more
    assert abs(ours.within - expected["within"]) <= FOUR * expected["within_error"] * more


def test_with_few_scores_the_unknown_variance_widens_the_imputations():
    # 4 classes of 3, one score missing: 11 - 4 = 7 df. It is drawn as class mean + t(7) s sqrt(1 + 1/2), of variance
    # 7/5 x 1.5 s^2, and moves the estimate by 1/3 (its class) x 1/2 (its arm): between = 7/5 x 1.5 s^2 / 36
    scores = np.array([3.0, 5, np.nan, 6, 2, 7, 1, 4, 4, 8, 5, 9])
    cluster = np.repeat(np.arange(4), 3)
    found = imputed_contrast(scores, is_treated=cluster < 2, cluster=cluster, imputations=1_000).imputed
    s2 = sum(np.nansum((scores[cluster == g] - np.nanmean(scores[cluster == g])) ** 2) for g in range(4)) / 7
    # variance of a variance: kurtosis of t(7) is 3 + 6/3 = 5, so that 4 Monte Carlo SE are 4 sqrt((5 - 1) / 1000) = .25
    assert found.between == pytest.approx(7 / 5 * 1.5 * s2 / 36, rel=0.25)
    assert found.estimate == pytest.approx((4 + 5) / 2 - (3 + 22 / 3) / 2, abs=4 * np.sqrt(found.between / 1_000))


@pytest.mark.parametrize(("name", "pretest"), [("complete_only_post", False), ("complete_both", True)])
def test_complete_cases_are_the_primary_result_and_are_counted(name, pretest):
    data = gaps(pretest=pretest)
    found = imputed_contrast(**data, imputations=5)
    assert isinstance(found.complete_cases, ClusterContrast) and found.n_complete == R[name]["n"]
    assert found.complete_cases.estimate == pytest.approx(R[name]["estimate"], rel=CLOSED_FORM)
    assert found.complete_cases.standard_error == pytest.approx(R[name]["se"], rel=CLOSED_FORM)
    counts = (found.n, found.missing_outcome, found.missing_pretest, found.students_left_out, found.clusters_left_out)
    assert counts == (R["counts"]["n"], R["counts"]["no_post"], R["counts"]["no_pre"] if pretest else 0, 0, 0)
    kept = ~np.isnan(data["outcome"]) & ~np.isnan(data["pretest"])
    assert found.complete_cases == cluster_mean_contrast(**{name: values[kept] for name, values in data.items()})


def test_a_seed_gives_the_same_imputations_again():
    one, again, other = (imputed_contrast(**gaps(pretest=True), imputations=3, seed=seed).imputed for seed in (1, 1, 2))
    assert one == again != other


def test_shifting_the_missing_of_one_arm_moves_the_estimate_by_their_share():
    # no pretest: the mean of a class moves by shift x its missing / its students, and the estimate by the mean over classes
    data = gaps(pretest=False) | {"pretest": None}
    still = imputed_contrast(**data, imputations=4).imputed.estimate
    moved = imputed_contrast(**data, imputations=4, shift_treated=-5.0)
    missing = np.array([np.isnan(data["outcome"][data["cluster"] == g]).mean() for g in (1, 3, 5, 7)])
    assert moved.imputed.estimate - still == pytest.approx(-5.0 * missing.mean(), rel=1e-9)
    assert (moved.shift_treated, moved.shift_comparison) == (-5.0, 0.0)


@pytest.mark.parametrize("pretest", [False, True])
def test_shifts_of_the_same_imputed_scores_are_those_of_imputing_again(pretest):
    data = gaps(pretest=pretest) | ({} if pretest else {"pretest": None})
    shifts = [(0.0, 0.0), (-5.0, 0.0), (0.0, 2.5)]
    again = [imputed_contrast(**data, imputations=4, shift_treated=one, shift_comparison=other) for one, other in shifts]
    assert list(imputed_contrasts(**data, imputations=4, shifts=shifts)) == again


def test_a_refusal_is_given_for_each_shift():
    # without a gap there is nothing to impute, whatever the shift
    data = gaps(pretest=False) | {"pretest": None}
    whole = data | {"outcome": np.arange(len(data["outcome"])) % 7.0}
    found = imputed_contrasts(**whole, shifts=[(0.0, 0.0), (-5.0, 0.0)])
    assert [one.reason for one in found] == ["nothing is missing"] * 2


def test_other_contrasts_and_covariates_can_be_imputed():
    data = gaps(pretest=True)
    grade = 1.0 * (np.arange(len(data["outcome"])) % 3)
    found = imputed_contrast(**data, covariates={"grade": grade}, contrast=cr2_contrast, imputations=5)
    assert found.complete_cases.method == "CR2" and found.imputed.df <= found.complete_cases.df * 1.5


def test_a_class_without_any_outcome_is_left_out_and_counted():
    data = gaps(pretest=False)
    data["outcome"][data["cluster"] == 8] = np.nan  # of 16 students
    found = imputed_contrast(**data, imputations=3)
    assert (found.clusters_left_out, found.students_left_out, found.n) == (1, 16, 84)
    assert found.complete_cases.clusters_comparison == 3


def first_of_each_class() -> dict[str, np.ndarray]:
    data = gaps(pretest=False)
    is_first = np.r_[True, np.diff(data["cluster"]) > 0]
    return {"outcome": np.where(is_first, data["pretest"], np.nan)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"outcome": np.arange(100.0) % 17}, "nothing is missing"),
        (
            {"pretest": np.where(gaps(pretest=False)["cluster"] == 3, np.nan, gaps(pretest=False)["pretest"])},
            "a cluster has no pretest",
        ),
        (first_of_each_class(), "too few complete cases"),  # 8 scores for 8 effects of classes
    ],
)
def test_what_cannot_be_imputed_is_refused(change, reason):
    found = imputed_contrast(**(gaps(pretest=False) | change), imputations=3)
    assert isinstance(found, ImputationRefusal) and (found.reason, found.contrast) == (reason, None)


def test_one_class_in_an_arm_is_refused_with_its_reason():
    data = gaps(pretest=False)
    found = imputed_contrast(**(data | {"is_treated": data["cluster"] == 1}), imputations=3)
    assert found.reason == "arms cannot be compared" and found.contrast.reason == "one cluster in an arm"


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_every_sign_of_a_missing_score_is_understood(missing):
    data = gaps(pretest=False)
    outcome = np.where(np.isnan(data["outcome"]), 0, data["outcome"]).astype(object)
    outcome[np.isnan(data["outcome"])] = missing
    one, other = imputed_contrast(**data, imputations=3), imputed_contrast(**(data | {"outcome": outcome}), imputations=3)
    assert one == other


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": ["x"] * 100}, "outcome must hold numbers only"),
        ({"outcome": [np.nan] * 100}, "outcome needs at least 2 values that are not missing; it has 0"),
        ({"outcome": [np.inf] * 100}, "outcome has 100 missing or infinite"),
        ({"outcome": np.ones((100, 2))}, "outcome must be one column"),
        ({"imputations": 1}, "imputations must be a whole number of at least 2"),
        ({"shift_treated": np.nan}, "shift_treated must be a number"),
        ({"cluster": ["a"] * 99}, "equally long"),
        ({"pretest": [1.0] * 99}, "equally long"),
    ],
)
def test_unusable_rosters_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        imputed_contrast(**(gaps(pretest=False) | change))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pool_imputations([1.0], standard_errors=[1.0], complete_df=4), "estimates needs at least 2 values"),
        (lambda: pool_imputations([1.0, 2], standard_errors=[1.0, 0], complete_df=4), "standard_errors must be above 0"),
        (lambda: pool_imputations([1.0, 2], standard_errors=[1.0, 1], complete_df=0), "complete_df must be above 0"),
        (lambda: pool_imputations([1.0, 2], standard_errors=[1.0, 1, 1], complete_df=4), "equally long"),
        (lambda: attrition_by_level([True, False], is_treated=[True, True], cluster=["a", "b"]), "both arms are needed"),
        (lambda: attrition_by_level([True], is_treated=[True, False], cluster=["a", "b"]), "equally long"),
        (lambda: attrition_by_level([], is_treated=[], cluster=[]), "both arms are needed"),
    ],
)
def test_unusable_numbers_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_attrition_of_clusters_first_and_of_students_within_those_kept():
    # treated a 4 of 4, b 0 of 4 (lost); comparison c 3 of 4, d 2 of 4
    kept = [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0]
    arm, cluster = [True] * 8 + [False] * 8, np.repeat(list("abcd"), 4)
    found = attrition_by_level(kept, is_treated=arm, cluster=cluster)
    assert found.students.rates == attrition_rates(
        assigned_treated=8, analysed_treated=4, assigned_comparison=8, analysed_comparison=5
    )
    assert found.clusters.rates == attrition_rates(
        assigned_treated=2, analysed_treated=1, assigned_comparison=2, analysed_comparison=2
    )
    within = found.students_in_kept_clusters
    assert (within.assigned_treated, within.analysed_treated, within.assigned_comparison, within.analysed_comparison) == (
        4,
        4,
        8,
        5,
    )
    # overall 3 of 12, treated 0, comparison 3 of 8
    assert (within.rates.overall, within.rates.differential) == pytest.approx((3 / 12, 3 / 8))


def test_attrition_where_students_of_a_class_were_drawn_has_no_level_of_clusters():
    found = attrition_by_level([1, 0, 1, 1], is_treated=[1, 0, 1, 0], cluster=["a", "a", "b", "b"])
    assert found.clusters is None and found.students_in_kept_clusters is None
    assert found.students.rates.differential == 0.5


def test_attrition_of_an_arm_that_lost_every_cluster():
    found = attrition_by_level([0, 0, 1, 1], is_treated=[1, 1, 0, 0], cluster=["a", "b", "c", "d"])
    assert found.clusters.rates.treated == 1 and found.students_in_kept_clusters is None
