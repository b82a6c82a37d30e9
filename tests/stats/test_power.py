"""Power and smallest effects: formulas against R and published values, searches against trying every size."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.stats.design_error import (
    DesignError,
    cluster_mean_sd,
    clustered_design,
    individual_design,
    paired_design,
)
from pilotproof.stats.power import exact_multiplier, mdes, mdes_clustered, mdes_paired, multiplier, power_of
from pilotproof.stats.power_search import NotWithinReach, power_curve, size_needed

R = json.loads((Path(__file__).parents[1] / "reference" / "power.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9  # relative; both sides are closed form
SOLVED = 1e-8  # relative; both sides find a root, R's to 1e-13 of its own noncentral t, which sums a series to 1e-12
RHO = {"cluster_size": 25, "icc": 0.2}

DESIGNS = {
    "individual": {
        "plain": individual_design(students=93),
        "covariate": individual_design(students=93, r2=0.5, covariates=1),
        "uneven": individual_design(students=350, share_treated=0.3, r2=0.5, covariates=2),
        "blocks": individual_design(students=165, blocks=3),
    },
    "clustered": {
        "four": clustered_design(clusters=4, **RHO),
        "four_covariate": clustered_design(clusters=4, r2_student=0.5, r2_cluster=0.5, cluster_covariates=1, **RHO),
        "six": clustered_design(clusters=6, **RHO),
        "uneven": clustered_design(
            clusters=11,
            cluster_size=18.5,
            icc=0.15,
            share_treated=6 / 11,
            r2_student=0.4,
            r2_cluster=0.6,
            cluster_covariates=1,
        ),
        "blocks": clustered_design(clusters=220, cluster_size=20, icc=0.1, blocks=5),
        "pairs": clustered_design(
            clusters=24,
            cluster_size=20,
            icc=0.1,
            share_treated=0.4,
            r2_student=0.3,
            r2_cluster=0.2,
            cluster_covariates=2,
            blocks=6,
        ),
    },
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, designs in DESIGNS.items() for name in designs])
def test_designs_equal_r(kind, name):
    design, expected = DESIGNS[kind][name], R[kind][name]
    assert design.standard_error == pytest.approx(expected["se"], rel=CLOSED_FORM)
    assert design.df == expected["df"]
    assert mdes(design) == pytest.approx(expected["mdes"], rel=CLOSED_FORM)
    assert mdes(design, formula="noncentral t") == pytest.approx(expected["exact"], rel=SOLVED)
    assert power_of(0.25, standard_error=design.standard_error, df=design.df) == pytest.approx(expected["power"], rel=SOLVED)


@pytest.mark.parametrize("row", R["multiplier"], ids=lambda row: f"df {row['df']}")
def test_multipliers_equal_r(row):
    assert multiplier(row["df"]) == pytest.approx(row["bloom"], rel=CLOSED_FORM)
    assert exact_multiplier(row["df"]) == pytest.approx(row["exact"], rel=SOLVED)
    assert exact_multiplier(row["df"], alpha=0.10, power=0.50) == pytest.approx(row["half"], rel=SOLVED)


@pytest.mark.parametrize("row", R["paired"], ids=lambda row: f"n {row['n']}")
def test_paired_designs_equal_r(row):
    n, design = row["n"], paired_design(row["n"])
    assert (design.standard_error, design.df) == (pytest.approx(row["se"], rel=CLOSED_FORM), row["df"])
    assert mdes_paired(n) == pytest.approx(row["mdes"], rel=CLOSED_FORM)
    assert mdes_paired(n, formula="noncentral t") == pytest.approx(row["by_hand"], rel=SOLVED)
    power = power_of(1, standard_error=design.standard_error, df=design.df)
    assert power == pytest.approx(row["power_t_test"], rel=SOLVED)
    assert power == pytest.approx(row["pwr"], rel=SOLVED)


def test_two_arms_of_units_equal_r():
    # 4 and 5 units: SE = sqrt(1/4 + 1/5) = sqrt(1 / (4/9 * 5/9 * 9)), df = 7
    found = individual_design(students=9, share_treated=4 / 9)
    assert found.standard_error == pytest.approx(np.sqrt(1 / 4 + 1 / 5)) and found.df == 7
    for design, name in ((found, "power"), (individual_design(students=10), "even")):
        assert power_of(1.5, standard_error=design.standard_error, df=design.df) == pytest.approx(R["two_arms"][name], rel=SOLVED)


def test_published_examples():
    # PowerUpR: cra2r2(rho2 = .20, n = 4, J = 20, alpha = .01) = 1.05797; bcra3f2(rho2 = .10, n = 20, J = 44, K = 5) = .145 with
    # an interval from .043 to .246, 210 df and SE .051
    assert mdes_clustered(clusters=20, cluster_size=4, icc=0.2, alpha=0.01) == pytest.approx(1.05797, abs=5e-6)
    blocks = clustered_design(clusters=5 * 44, cluster_size=20, icc=0.1, blocks=5)
    assert (round(blocks.standard_error, 3), blocks.df, mdes(blocks)) == (0.051, 210, pytest.approx(0.145, abs=5e-4))
    students = {"students=93": (93, 0, 0, 0.587322), "covariate": (93, 0.5, 1, 0.41535), "350": (350, 0, 0, 0.300344)}
    for n, r2, covariates, value in students.values():
        assert mdes(individual_design(students=n, r2=r2, covariates=covariates)) == pytest.approx(value, abs=5e-7)
    assert mdes(individual_design(students=350, r2=0.5, covariates=1)) == pytest.approx(0.212377, abs=5e-7)


def test_a_cluster_covariate_makes_four_classes_worse_and_six_better():
    explained = {"r2_student": 0.5, "r2_cluster": 0.5, "cluster_covariates": 1} | RHO
    assert mdes_clustered(clusters=4, **explained) > mdes_clustered(clusters=4, **RHO)
    assert mdes_clustered(clusters=6, **explained) < mdes_clustered(clusters=6, **RHO)


def test_cluster_means_vary_between_and_within():
    # .2 * .5 + .8 * .7 / 20 = .128
    assert cluster_mean_sd(cluster_size=20, icc=0.2, r2_student=0.3, r2_cluster=0.5) == pytest.approx(np.sqrt(0.128))


def test_power_has_a_value_in_every_tail():
    # df 1, |t| above 63.66 at .01, lambda 16: integral of the normal over the half-normal, by quadrature .198431026760488
    assert power_of(16, standard_error=1, df=1, alpha=0.01) == pytest.approx(0.19843102676048793, rel=1e-10)
    assert power_of(-7.6, standard_error=1, df=1) == pytest.approx(0.4490179069150004, rel=1e-10)
    assert power_of(0, standard_error=1, df=3) == power_of(1e-200, standard_error=1, df=3) == 0.05
    assert power_of(1e9, standard_error=1e-9, df=1) == power_of(1e90, standard_error=1e-90, df=348) == 1.0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.floats(0.001, 0.2), st.floats(0.25, 0.99), st.floats(0.01, 10))
def test_at_the_exact_smallest_effect_power_is_what_was_asked_for(df, alpha, power, error):
    design = DesignError(standard_error=error, df=df)
    found = mdes(design, alpha=alpha, power=power, formula="noncentral t")
    assert power_of(found, standard_error=error, df=df, alpha=alpha) == pytest.approx(power, rel=1e-10)
    assert power_of(-found, standard_error=error, df=df, alpha=alpha) == pytest.approx(power, rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 20), st.floats(0, 20), st.integers(1, 400), st.floats(0.001, 0.2))
def test_power_grows_with_the_effect_from_alpha(less, more, df, alpha):
    less, more = sorted((less, more))
    powers = [power_of(effect, standard_error=1, df=df, alpha=alpha) for effect in (less, more)]
    assert alpha * (1 - 1e-9) <= powers[0] <= powers[1] * (1 + 1e-9) <= 1 + 1e-9


def test_sizes_needed_equal_r_which_tries_them_all():
    def clusters(n: int) -> DesignError:
        return clustered_design(clusters=n, **RHO)

    def with_covariate(n: int) -> DesignError:
        return clustered_design(clusters=n, r2_student=0.5, r2_cluster=0.5, cluster_covariates=1, **RHO)

    assert size_needed(clusters, 0.25, fewest=4) == R["needed"]["clusters"]
    assert size_needed(with_covariate, 0.20, fewest=5) == R["needed"]["covariate"]
    assert size_needed(lambda n: clustered_design(clusters=20, cluster_size=n, icc=0.2), 0.8, fewest=1) == R["needed"]["size"]
    assert size_needed(paired_design, 0.5, fewest=2, formula="noncentral t") == R["needed"]["pairs"]


@settings(max_examples=40, deadline=None)
@given(st.floats(0.15, 3), st.integers(3, 30), st.sampled_from(["multiplier", "noncentral t"]))
def test_one_size_less_does_not_find_it(effect, fewest, formula):
    found = size_needed(lambda n: clustered_design(clusters=n, **RHO), effect, fewest=fewest, formula=formula)
    smallest = partial(mdes, formula=formula)
    assert smallest(clustered_design(clusters=found, **RHO)) <= effect
    assert found == fewest or smallest(clustered_design(clusters=found - 1, **RHO)) > effect


def test_six_classes_find_no_quarter_of_a_standard_deviation_however_many_students():
    def design(n: int) -> DesignError:
        return clustered_design(clusters=6, cluster_size=n, icc=0.2)

    # even with endless classes SE = sqrt(.2 / 1.5) = .365, of which 3.717 are 1.357
    found = size_needed(design, 0.25, fewest=1, most=10_000)
    assert isinstance(found, NotWithinReach) and found.most == 10_000
    assert found.mdes == mdes(design(10_000)) == pytest.approx(1.357, abs=1e-3)
    assert found.power == power_of(0.25, standard_error=design(10_000).standard_error, df=4)
    # the limit itself is within reach, and one below it is not
    assert size_needed(paired_design, 0.5, fewest=2, most=34) == 34
    assert size_needed(paired_design, 0.5, fewest=2, most=33) == NotWithinReach(
        most=33, mdes=mdes_paired(33), power=power_of(0.5, standard_error=33**-0.5, df=32)
    )
    assert size_needed(paired_design, 9, fewest=2) == 3


def test_a_power_curve_has_a_point_for_each_size():
    curve = power_curve(lambda n: clustered_design(clusters=n, **RHO), [6, 20, 119], effect=0.25)
    assert curve.sizes.tolist() == [6, 20, 119] and curve.effect == 0.25
    assert curve.mdes == pytest.approx([point["mdes"] for point in R["curve"]], rel=CLOSED_FORM)
    assert curve.power == pytest.approx([point["power"] for point in R["curve"]], rel=SOLVED)
    assert curve.mdes[-1] <= 0.25 and curve.power[-1] >= 0.80


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: individual_design(students=2), "the design has no degrees of freedom"),
        (lambda: individual_design(students=6, blocks=3), "the design has no degrees of freedom"),
        (lambda: individual_design(students=20, r2=1), "r2 must lie from 0 to below 1"),
        (lambda: individual_design(students=20, blocks=0), "blocks must be a whole number of at least 1"),
        (lambda: individual_design(students=20.5), "students must be a whole number"),
        (lambda: individual_design(students=20, share_treated=1), "share_treated must lie between 0 and 1"),
        (lambda: clustered_design(clusters=4, blocks=2, **RHO), "the design has no degrees of freedom"),
        (lambda: clustered_design(clusters=np.nan, **RHO), "clusters must be a whole number"),
        (lambda: cluster_mean_sd(cluster_size=0, icc=0.2), "cluster_size must be above 0"),
        (lambda: paired_design(1), "n must be a whole number of at least 2"),
        (lambda: mdes(paired_design(6), formula="guess"), "formula must be 'multiplier' or 'noncentral t', not 'guess'"),
        (lambda: exact_multiplier(4, alpha=0.05, power=0.05), r"power must be above alpha \(0.05\)"),
        (lambda: exact_multiplier(0), "the design has no degrees of freedom"),
        (lambda: size_needed(paired_design, 0, fewest=2), "effect must be above 0"),
        (lambda: size_needed(paired_design, np.nan, fewest=2), "effect must be a number"),
        (lambda: size_needed(paired_design, 0.5, fewest=9, most=8), "most must be a whole number of at least 9"),
        (lambda: size_needed(paired_design, 0.5, fewest=1), "n must be a whole number of at least 2"),
        (lambda: power_curve(paired_design, [], effect=0.5), "sizes needs at least one"),
        (lambda: power_curve(paired_design, [3.5], effect=0.5), "sizes must be a whole number"),
        (lambda: power_curve(paired_design, [3], effect="1"), "effect must be a number"),
    ],
)
def test_unusable_plans_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
