"""Simulated power: against the noncentral t where both exist, against the tests themselves, and 0 where nothing can be shown."""

from __future__ import annotations

import numpy as np
import pytest

from pilotproof.stats.clustered import cluster_mean_contrast, cr2_contrast
from pilotproof.stats.design_error import cluster_mean_sd, clustered_design, paired_design
from pilotproof.stats.paired import sign_flip_p
from pilotproof.stats.power import power_of
from pilotproof.stats.power_simulation import (
    SimulatedPower,
    simulated_power_cluster_means,
    simulated_power_randomisation,
    simulated_power_sign_flip,
    simulated_power_staggered,
)
from pilotproof.stats.randomisation import randomisation_test
from pilotproof.stats.staggered import staggered_start_test

FAR = 4  # Monte Carlo standard errors: one in 16,000 seeds is further away
FEW = 200  # pilots reckoned one by one with the test itself


def close(found: SimulatedPower, expected: float) -> bool:
    return abs(found.power - expected) <= FAR * found.monte_carlo_error


def agree(found: SimulatedPower, hits: list[bool]) -> bool:
    """The simulation and pilots reckoned one by one differ by no more than both may be off."""
    share = (sum(hits) + 1) / (len(hits) + 2)
    return abs(found.power - share) <= FAR * np.hypot(found.monte_carlo_error, np.sqrt(share * (1 - share) / len(hits)))


@pytest.mark.parametrize(("clusters", "effect"), [(6, 1.0), (6, 0.0), (8, 0.9), (20, 0.6)])
def test_cluster_means_have_the_power_of_the_noncentral_t(clusters, effect):
    design = clustered_design(clusters=clusters, cluster_size=25, icc=0.2)
    sd = cluster_mean_sd(cluster_size=25, icc=0.2)
    found = simulated_power_cluster_means(effect, n_treated=clusters // 2, n_comparison=clusters // 2, sd=sd, with_cr2=False)
    assert close(found, power_of(effect, standard_error=design.standard_error, df=design.df))
    assert (found.test, found.least_attainable_p, found.reason, found.pilots) == ("cluster means", None, None, 10_000)


def test_two_tests_that_must_agree_have_less_power_than_one():
    sides = {"n_treated": 2, "n_comparison": 4, "sd": 0.5, "pilots": 4_000}
    both, one = (simulated_power_cluster_means(1.5, **sides, with_cr2=with_cr2) for with_cr2 in (True, False))
    assert both.power < one.power and both.test == "cluster means and CR2"


def test_both_contrasts_pilot_by_pilot():
    rng, hits = np.random.default_rng(1), []
    cluster, arm = np.repeat(np.arange(7), 2), np.arange(7) < 3
    for _ in range(FEW):
        means = 1.2 * arm + 0.5 * rng.standard_normal(7)
        scores = np.repeat(means, 2) + np.tile([0.3, -0.3], 7)
        sides = {"is_treated": arm[cluster], "cluster": cluster}
        hits.append(max(cluster_mean_contrast(scores, **sides).p_value, cr2_contrast(scores, **sides).p_value) < 0.05)
    assert agree(simulated_power_cluster_means(1.2, n_treated=3, n_comparison=4, sd=0.5), hits)


@pytest.mark.parametrize(("n_treated", "n_comparison"), [([4], [4]), ([2, 2], [2, 3]), ([3], [5])])
def test_randomisation_pilot_by_pilot(n_treated, n_comparison):
    rng, hits = np.random.default_rng(2), []
    arm = np.concatenate([[True] * t + [False] * c for t, c in zip(n_treated, n_comparison, strict=True)])
    block = np.repeat(np.arange(len(n_treated)), np.add(n_treated, n_comparison))
    for _ in range(FEW):
        y = 1.0 * arm + 5 * block + 0.5 * rng.standard_normal(len(arm))
        found = randomisation_test(y, is_treated=arm, cluster=np.arange(len(arm)), block=block if block.any() else None)
        hits.append(found.p_value < 0.05)
    simulated = simulated_power_randomisation(1.0, n_treated=n_treated, n_comparison=n_comparison, sd=0.5)
    assert agree(simulated, hits) and simulated.least_attainable_p == pytest.approx(found.least_attainable_p)


def test_sign_flips_pilot_by_pilot():
    rng = np.random.default_rng(3)
    hits = [sign_flip_p(1.0 + rng.standard_normal(7)) < 0.05 for _ in range(FEW)]
    assert agree(simulated_power_sign_flip(1.0, n=7), hits)


def test_staggered_starts_pilot_by_pilot():
    # without taking out what all clusters share of a day the power would be .65, not .51
    rng, hits = np.random.default_rng(4), []
    starts, days = np.array([2, 3, 4, 5]), 6
    cluster, day = np.divmod(np.arange(len(starts) * days), days)
    for _ in range(3 * FEW):
        y = 2.0 * (day >= starts[cluster]) + rng.standard_normal(len(day)) + 3 * cluster + np.sin(day)
        hits.append(staggered_start_test(y, cluster=cluster, time=day, start=starts[cluster]).p_value < 0.05)
    assert agree(simulated_power_staggered(2.0, starts=starts, times=np.arange(days)), hits)


@pytest.mark.parametrize(
    ("simulate", "steps"),
    [
        (lambda: simulated_power_randomisation(0, n_treated=[4], n_comparison=[4], sd=1), 2 / 70),
        (lambda: simulated_power_randomisation(0, n_treated=[2, 2], n_comparison=[2, 2], sd=1, alpha=0.1), 2 / 36),
        (lambda: simulated_power_sign_flip(0, n=8), 2 / 256),
        (lambda: simulated_power_staggered(0, starts=[2, 4, 6, 8, 10], times=range(12), autocorrelation=0.7), 1 / 120),
    ],
)
def test_without_an_effect_an_exact_test_rejects_as_often_as_its_steps_allow(simulate, steps):
    found = simulate()
    # the largest multiple of the step that is below alpha
    attained = steps * (np.ceil(found.alpha / steps - 1e-9) - 1)
    assert close(found, attained) and found.least_attainable_p == pytest.approx(steps)


def test_random_signs_come_near_the_t_test_they_stand_for():
    # 40 normal changes: the t test is the best there is, and sign flips come near it
    design = paired_design(40)
    found = simulated_power_sign_flip(0.5, n=40, pilots=4_000)
    assert found.power == pytest.approx(power_of(0.5, standard_error=design.standard_error, df=design.df), abs=0.03)
    assert found.least_attainable_p == 1 / 5_000
    drawn = simulated_power_randomisation(1.0, n_treated=[8], n_comparison=[8], sd=0.8, pilots=2_000)
    assert drawn.power == pytest.approx(power_of(1.0, standard_error=0.8 * 0.5, df=14), abs=0.05)
    assert drawn.least_attainable_p == 1 / 5_000


@pytest.mark.parametrize(
    ("simulate", "least"),
    [
        (lambda: simulated_power_randomisation(99, n_treated=[3], n_comparison=[3], sd=1), 2 / 20),
        (lambda: simulated_power_randomisation(99, n_treated=[1], n_comparison=[19], sd=1), 1 / 20),  # .05 is not below .05
        (lambda: simulated_power_sign_flip(99, n=5), 2 / 32),
        (lambda: simulated_power_staggered(99, starts=[3, 5, 7], times=range(9)), 1 / 6),
    ],
)
def test_where_no_data_could_be_significant_power_is_exactly_0_with_the_reason(simulate, least):
    found = simulate()
    assert (found.power, found.monte_carlo_error, found.pilots) == (0.0, 0.0, 0)
    assert found.reason == "no data could give p below alpha" and found.least_attainable_p == pytest.approx(least)


def test_a_huge_effect_is_always_found_but_the_error_is_not_0():
    found = simulated_power_sign_flip(99, n=6, pilots=500)
    assert found.power == 1.0 and found.reason is None
    # (500 + 1) / 502 = .998: sqrt(.998 * .002 / 500)
    assert found.monte_carlo_error == pytest.approx(np.sqrt(501 / 502 * 1 / 502 / 500))


def test_a_seed_gives_the_same_power_again_and_signs_and_units_do_not_matter():
    sides = {"n_treated": [4], "n_comparison": [5], "pilots": 500}
    found = simulated_power_randomisation(0.8, sd=0.5, **sides)
    assert found == simulated_power_randomisation(0.8, sd=0.5, **sides)
    assert found.power == simulated_power_randomisation(8, sd=5, **sides).power
    assert found != simulated_power_randomisation(0.8, sd=0.5, seed=2, **sides)
    other = simulated_power_randomisation(-0.8, sd=0.5, **sides)
    assert abs(found.power - other.power) <= FAR * np.hypot(found.monte_carlo_error, other.monte_carlo_error)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: simulated_power_sign_flip(np.nan, n=8), "effect must be a number"),
        (lambda: simulated_power_sign_flip(1, n=1), "n must be a whole number of at least 2"),
        (lambda: simulated_power_sign_flip(1, n=8, alpha=5), "alpha must lie between 0 and 1"),
        (lambda: simulated_power_sign_flip(1, n=8, pilots=0), "pilots must be a whole number of at least 1"),
        (lambda: simulated_power_sign_flip(1, n=8, seed=-1), "seed must be a whole number of at least 0"),
        (lambda: simulated_power_randomisation(1, n_treated=[4], n_comparison=[4], sd=0), "sd must be above 0"),
        (lambda: simulated_power_randomisation(1, n_treated=[4, 1], n_comparison=[4], sd=1), "equally long"),
        (lambda: simulated_power_staggered(1, starts=[3, 3], times=range(9)), "all clusters start at the same time"),
        (lambda: simulated_power_staggered(1, starts=[3, 5], times=range(9), autocorrelation=1), "autocorrelation must lie"),
        (lambda: simulated_power_cluster_means(1, n_treated=1, n_comparison=3, sd=1), "n_treated must be .* at least 2"),
        (lambda: simulated_power_cluster_means(1, n_treated=2, n_comparison=3, sd=1, alpha="x"), "alpha must be a number"),
    ],
)
def test_unusable_plans_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
