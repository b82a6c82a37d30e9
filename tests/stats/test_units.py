"""In what unit a covariate is, and how far from 0, decides nothing; nor does float noise in what is the same for a class."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import cluster_mean_contrast, cr2_contrast
from pilotproof.stats.imputation import imputed_contrasts
from pilotproof.stats.mixed_model import MixedModel, mixed_model_contrast
from pilotproof.stats.model_table import cluster_means_table, cr2_table
from pilotproof.stats.randomisation import randomisation_test
from pilotproof.stats.wild_bootstrap import wild_cluster_bootstrap
from tests.stats.cluster_designs import TOY, uneven

SAME = 1e-9
CONTRASTS = [cluster_mean_contrast, cr2_contrast, mixed_model_contrast, randomisation_test, wild_cluster_bootstrap]


def numbers_of(found):
    return [getattr(found, name) for name in ("estimate", "standard_error", "df", "p_value") if hasattr(found, name)]


@pytest.mark.parametrize("contrast", CONTRASTS)
@pytest.mark.parametrize("name", ["age", "years"])  # of students, and of whole clusters
@settings(max_examples=8, deadline=None)
@given(st.floats(-15, 15), st.sampled_from([0, 1000]))
def test_units_and_the_place_of_0_do_not_decide(contrast, name, power, shift):
    data = uneven(name)
    other = data | {"covariates": {name: (data["covariates"][name] + shift) * 10.0**power}}
    found, same = contrast(**data), contrast(**other)
    assert numbers_of(found) and numbers_of(same) == pytest.approx(numbers_of(found), rel=1e-7)


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_float_noise_within_a_cluster_does_not_make_a_covariate_one_of_students(contrast):
    # the df of the mixed model: 12 clusters - intercept - arm - years = 9, of students it would be 10
    data = uneven("years")
    years = data["covariates"]["years"] / 7
    noisy = years * (1 + 2.0**-52 * (np.arange(len(years)) % 3))
    found, same = (contrast(**(data | {"covariates": {"years": x}})) for x in (years, noisy))
    assert numbers_of(same) == pytest.approx(numbers_of(found), rel=SAME)
    if isinstance(found, MixedModel):
        assert found.df == same.df == 9


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_pretests_that_differ_by_float_noise_are_all_equal(contrast):
    pretest = np.where(np.arange(24) % 2, 0.3, 0.1 + 0.2)
    with pytest.raises(ValueError, match="pretest: all scores are equal; leave it out"):
        contrast(**(TOY | {"pretest": pretest}))


def test_levels_are_those_at_the_mean_of_covariates_as_well():
    # the sum of a balanced design's cluster means is that of all scores: level + share treated * arm = mean score
    data = TOY | {"covariates": {"age": 11 + np.arange(24) % 5.0}}
    for table in (cluster_means_table, cr2_table):
        found = table(**data)
        assert not isinstance(found, Refusal)
        level, arm = (row.estimate for row in found.rows[:2])
        assert level + arm / 2 == pytest.approx(np.mean(TOY["outcome"]))


def imputed(outcome, **named):
    """The one result of no shift, of few imputations."""
    (found,) = imputed_contrasts(outcome, **named)
    return found


def of_classes() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Students without a pretest of their own, three in ten without an outcome; and one pretest for each class."""
    rng = np.random.default_rng(0)
    cluster = np.repeat(np.arange(8), rng.integers(8, 14, size=8))
    known = rng.integers(300, 700, size=8)[cluster] * 1.0
    outcome = 50 + rng.normal(0, 3, size=8)[cluster] + rng.normal(0, 8, size=len(cluster))
    outcome[rng.random(len(cluster)) < 0.3] = np.nan
    return {"outcome": outcome, "is_treated": cluster < 4, "cluster": cluster}, known


def without_covariates(outcome, *, covariates, **sides):
    return cluster_mean_contrast(outcome, **sides)


@pytest.mark.parametrize(("factor", "shift"), [(1, 0), (1 / 10, 0), (1 / 7, 0), (1000, 1e6)])
def test_a_pretest_that_is_one_value_a_class_imputes_nothing_in_any_unit(factor, shift):
    # within classes it does not vary, so that scores are imputed from the effects of classes alone, as without it
    data, known = of_classes()
    covariates = {"pretest": known * factor + shift}
    alone = imputed(**data, imputations=5).imputed
    found = imputed(**data, covariates=covariates, contrast=without_covariates, imputations=5).imputed
    assert (found.estimate, found.standard_error) == pytest.approx((alone.estimate, alone.standard_error), rel=SAME)
    plain, other = (imputed(**data, covariates={"pretest": x}, imputations=5) for x in (known, covariates["pretest"]))
    for one, same in ((plain.imputed, other.imputed), (plain.complete_cases, other.complete_cases)):
        assert (same.estimate, same.standard_error, same.df) == pytest.approx(
            (one.estimate, one.standard_error, one.df), rel=SAME
        )


@pytest.mark.parametrize(("factor", "shift"), [(1e-9, 0), (1e9, 0), (1, 1e6)])
def test_units_of_what_scores_are_imputed_from_do_not_matter(factor, shift):
    data, _ = of_classes()
    age = 11 + np.sin(np.arange(len(data["outcome"])))
    plain, other = (imputed(**data, covariates={"age": x}, imputations=5).imputed for x in (age, age * factor + shift))
    assert (other.estimate, other.standard_error) == pytest.approx((plain.estimate, plain.standard_error), rel=1e-7)
