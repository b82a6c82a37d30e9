"""Effect sizes, baseline, attrition, power: worked examples with their arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.evidence.attrition import BOUNDARY, judge_attrition
from pilotproof.stats.attrition import attrition_rates
from pilotproof.stats.baseline import baseline_difference, classify_baseline
from pilotproof.stats.design_error import clustered_design
from pilotproof.stats.effect_size import hedges_g, hedges_g_adjusted, improvement_index, pooled_sd, small_sample_factor
from pilotproof.stats.power import mdes_clustered, mdes_paired, multiplier, power_of


def sample(mean: float, sd: float, n: int) -> np.ndarray:
    """n values with exactly this mean and SD."""
    values = np.arange(n, dtype=float)
    return mean + sd * (values - values.mean()) / values.std(ddof=1)


def test_hedges_g_of_a_tiny_sample():
    # means differ by 1, the pooled SD is 1, omega = 1 - 3 / (4*6 - 9) = 0.8
    assert hedges_g(treated=[5, 6, 7], comparison=[4, 5, 6]).estimate == pytest.approx(1 * 0.8)


def test_hedges_g_worked_example():
    # T 78.4 (11.2), n = 48; C 73.1 (12.0), n = 45
    found = hedges_g(treated=sample(78.4, 11.2, 48), comparison=sample(73.1, 12.0, 45))
    assert found.pooled_sd == pytest.approx(11.593708, abs=1e-6)
    assert small_sample_factor(93) == pytest.approx(0.991736, abs=1e-6)
    assert found.estimate == pytest.approx(0.453366, abs=1e-6)
    assert found.standard_error == pytest.approx(0.208408, abs=1e-6)
    assert improvement_index(found.estimate) == pytest.approx(17.485756, abs=1e-5)
    assert improvement_index(0.25) == pytest.approx(9.870633, abs=1e-6)


def test_adjusted_g_keeps_the_verdict_of_the_contrast():
    treated, comparison = sample(78.4, 11.2, 48), sample(73.1, 12.0, 45)
    found = hedges_g_adjusted(5.3, treated=treated, comparison=comparison, standard_error=2.0, df=4)
    scale = small_sample_factor(93) / pooled_sd(treated=treated, comparison=comparison)
    assert found.estimate == pytest.approx(5.3 * scale)
    # t(.975, 4) = 2.776445: 5.3 - 2.776445 * 2 < 0, so both intervals reach across zero
    assert found.interval.low == pytest.approx((5.3 - 2.776445 * 2) * scale, abs=1e-6)


@pytest.mark.parametrize("bad", [[1.0], [], [np.inf, 1], [[1, 2], [3, 4]]])
def test_unusable_scores_are_refused(bad):
    with pytest.raises(ValueError, match="treated"):
        hedges_g(treated=bad, comparison=[1, 2, 3])
    with pytest.raises(ValueError, match="all scores of an arm are equal"):
        hedges_g(treated=[1, 1], comparison=[2, 2])


@pytest.mark.parametrize(
    ("g", "verdict"),
    [(0.05, "satisfied"), (-0.05, "satisfied"), (0.0500001, "needs adjustment"), (0.25, "needs adjustment"), (0.2501, "fails")],
)
def test_baseline_limits_belong_to_the_lower_class(g, verdict):
    assert classify_baseline(g) == verdict


def test_baseline_worked_example():
    # pre 61.0 (11.8, 48) v 59.2 (12.4, 45): g = .1476, needs adjustment
    found = baseline_difference(treated=sample(61.0, 11.8, 48), comparison=sample(59.2, 12.4, 45))
    assert found.estimate == pytest.approx(0.147606, abs=1e-6) and found.verdict == "needs adjustment"


@pytest.mark.parametrize(
    ("counts", "overall", "differential", "cautious", "optimistic"),
    [
        ((120, 102, 110, 104), 24 / 230, 18 / 120 - 6 / 110, False, True),
        ((120, 108, 110, 101), 21 / 230, 12 / 120 - 9 / 110, True, True),
        ((60, 30, 60, 29), 61 / 120, 31 / 60 - 30 / 60, False, True),
    ],
)
def test_attrition_worked_examples(counts, overall, differential, cautious, optimistic):
    names = ("assigned_treated", "analysed_treated", "assigned_comparison", "analysed_comparison")
    rates = attrition_rates(**dict(zip(names, counts, strict=True)))
    assert (rates.overall, rates.differential) == pytest.approx((overall, differential))
    sides = {"overall": rates.overall, "differential": rates.differential}
    assert judge_attrition(**sides).is_low is cautious
    assert judge_attrition(**sides, assumption="optimistic").is_low is optimistic


@pytest.mark.parametrize("assumption", ["cautious", "optimistic"])
def test_the_boundary_itself_is_low_and_a_hair_above_is_high(assumption):
    for percent, boundary in enumerate(BOUNDARY[assumption]):
        at = judge_attrition(overall=percent / 100, differential=boundary / 100, assumption=assumption)
        above = judge_attrition(overall=percent / 100, differential=boundary / 100 + 1e-6, assumption=assumption)
        assert at.is_low and not above.is_low
    assert not judge_attrition(overall=(len(BOUNDARY[assumption]) - 0.9) / 100, differential=0, assumption=assumption).is_low


def test_the_boundary_between_whole_percentages_is_interpolated():
    # 10.43 % overall: between 6.3 at 10 and 6.2 at 11 -> 6.3 - .43 * .1 = 6.257
    assert judge_attrition(overall=0.1043, differential=0).boundary == pytest.approx(0.06257)


def test_the_table_has_all_its_rows():
    assert (len(BOUNDARY["cautious"]), len(BOUNDARY["optimistic"])) == (58, 66)
    assert [BOUNDARY["cautious"][i] for i in (0, 8, 30, 57)] == [5.7, 6.3, 4.1, 0.0]
    assert [BOUNDARY["optimistic"][i] for i in (0, 13, 30, 57, 65)] == [10.0, 10.9, 8.4, 2.3, 0.5]


@given(st.floats(0, 1), st.floats(0, 0.5), st.floats(0, 0.5))
def test_more_differential_attrition_never_helps(overall, less, more):
    less, more = sorted((less, more))
    if judge_attrition(overall=overall, differential=more).is_low:
        assert judge_attrition(overall=overall, differential=less).is_low


def test_more_analysed_than_assigned_is_refused():
    with pytest.raises(ValueError, match=r"analysed_treated \(11\) cannot exceed assigned_treated \(10\)"):
        attrition_rates(assigned_treated=10, analysed_treated=11, assigned_comparison=10, analysed_comparison=9)


@pytest.mark.parametrize(
    ("df", "value"), [(1, 14.082587), (2, 5.363313), (4, 3.71741), (6, 3.352615), (10, 3.107197), (20, 2.945928)]
)
def test_multiplier(df, value):
    assert multiplier(df) == pytest.approx(value, abs=5e-6)


@pytest.mark.parametrize(
    ("clusters", "without", "with_covariate"),
    [
        (4, 2.583314, 4.796356),
        (6, 1.461971, 1.157105),
        (10, 0.973263, 0.702366),
        (20, 0.638243, 0.452848),
        (40, 0.437995, 0.309931),
    ],
)
def test_mdes_of_classes_of_25(clusters, without, with_covariate):
    design = {"clusters": clusters, "cluster_size": 25, "icc": 0.2}
    assert mdes_clustered(**design) == pytest.approx(without, abs=5e-6)
    assert mdes_clustered(**design, r2_student=0.5, r2_cluster=0.5, cluster_covariates=1) == pytest.approx(
        with_covariate, abs=5e-6
    )


def test_mdes_of_the_published_example():
    # PowerUpR cra2r2(rho2 = .20, n = 4, J = 20, alpha = .01) = 1.05797
    assert mdes_clustered(clusters=20, cluster_size=4, icc=0.2, alpha=0.01) == pytest.approx(1.05797, abs=5e-6)


@pytest.mark.parametrize(("n", "value"), [(3, 3.09651), (6, 1.424838), (8, 1.152815), (12, 0.888113), (20, 0.660529)])
def test_mdes_of_paired_teachers(n, value):
    assert mdes_paired(n) == pytest.approx(value, abs=5e-6)


def test_power_of_six_classes_is_hopeless():
    error = clustered_design(clusters=6, cluster_size=25, icc=0.2).standard_error
    assert power_of(0.25, standard_error=error, df=4) == pytest.approx(0.079, abs=5e-4)
    # at the MDES the power is what was asked for, but for the neglected far tail and the noncentral t
    assert power_of(
        mdes_clustered(clusters=40, cluster_size=25, icc=0.2),
        standard_error=clustered_design(clusters=40, cluster_size=25, icc=0.2).standard_error,
        df=38,
    ) == pytest.approx(0.80, abs=0.005)


def test_no_degrees_of_freedom_is_refused():
    with pytest.raises(ValueError, match="no degrees of freedom"):
        mdes_clustered(clusters=2, cluster_size=25, icc=0.2)
