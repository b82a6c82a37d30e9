"""What statistics refuse, in which words; nothing gives NaN and no float noise counts as a difference."""

from __future__ import annotations

import ast
import warnings
from dataclasses import fields, is_dataclass
from functools import partial
from itertools import product
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.evidence.attrition import BOUNDARY, judge_attrition
from pilotproof.stats.attainable import least_attainable_p_randomisation, least_attainable_p_sign_flip
from pilotproof.stats.attrition import attrition_rates
from pilotproof.stats.baseline import classify_baseline
from pilotproof.stats.cluster_data import repeats_arms
from pilotproof.stats.clustered import ClusterContrast, Refusal, cluster_mean_contrast, cr2_contrast
from pilotproof.stats.counts import chi_square_p, concentration_scan, poisson_rate, proportion_interval, recurrence
from pilotproof.stats.effect_size import hedges_g, hedges_g_adjusted, improvement_index, pooled_sd
from pilotproof.stats.paired import paired_change
from pilotproof.stats.power import mdes_clustered, mdes_paired, multiplier, power_of
from pilotproof.stats.sign_flip import LARGEST_EXACT, sign_flip_p
from tests.stats.sound_calls import CALLS, public_statistics, sound_call

CONTRASTS = [cluster_mean_contrast, cr2_contrast]


def classes(arms: str, blocks: str | None = None, students: int = 3) -> dict:
    """One cluster a letter of `arms` (T or C), in the block of the letter below it; scores without a pattern."""
    cluster = np.repeat(np.arange(len(arms)), students)
    noise = np.random.default_rng(3).normal(size=(2, len(cluster)))
    return {
        "outcome": 70 + 10 * noise[0],
        "pretest": 60 + 10 * noise[1],
        "cluster": cluster,
        "is_treated": np.array(list(arms))[cluster] == "T",
        "block": None if blocks is None else np.array(list(blocks))[cluster],
    }


@pytest.mark.parametrize("function", CONTRASTS)
@pytest.mark.parametrize(
    ("arms", "blocks", "reason", "treated", "comparison"),
    [
        ("TCCC", None, "one cluster in an arm", 1, 3),
        # of two treated classes one is alone in its school: what is left is one treated class
        ("TCCT", "aaab", "one cluster in an arm", 1, 2),
        ("TCTC", "aabc", "one cluster in an arm", 1, 1),
        ("TTCC", "aabb", "no block with both arms", 2, 2),
    ],
)
def test_a_class_that_carries_an_arm_alone_gives_no_p(function, arms, blocks, reason, treated, comparison):
    assert function(**classes(arms, blocks)) == Refusal(reason=reason, clusters_treated=treated, clusters_comparison=comparison)


@pytest.mark.parametrize("arms", ["TTCC", "TTTCCC"])
def test_wherever_two_classes_an_arm_can_be_compared_there_is_a_degree_of_freedom(arms):
    # all ways to put the classes into up to three schools
    for schools in product("abc", repeat=len(arms)):
        found = cluster_mean_contrast(**classes(arms, "".join(schools)))
        assert isinstance(found, Refusal) or found.df == len(arms) - 1 - len(set(schools)) >= 1


@pytest.mark.parametrize("function", CONTRASTS)
def test_two_classes_an_arm_within_two_schools_are_just_enough(function):
    # 4 clusters - 2 blocks - 1 = 1 degree of freedom
    assert function(**classes("TCTC", "aabb")).df == pytest.approx(1, abs=0.5)


def test_a_model_that_fits_every_class_exactly_is_refused():
    # arm, two blocks and a pretest that is the same for a whole class: four columns for four class means
    data = classes("TCTC", "aabb")
    data["pretest"] = np.array([1.0, 3.0, 4.0, 2.0])[data["cluster"]]
    assert cr2_contrast(**data) == Refusal(reason="no degrees of freedom", clusters_treated=2, clusters_comparison=2)


def test_a_pretest_that_only_repeats_the_arm_is_named():
    data = classes("TTCC")
    data["pretest"] = np.where(data["is_treated"], 1.0, 2.0)
    with pytest.raises(ValueError, match="pretest cannot be told from the arms and blocks"):
        cr2_contrast(**data)
    with pytest.raises(ValueError, match="pretest does not vary within any cluster"):
        cluster_mean_contrast(**data)


def test_float_noise_in_class_level_pretests_is_no_slope():
    # three times 0.1 over three is 0.10000000000000002, and dividing that noise by itself would give any slope
    data = classes("TTTCCC")
    data["pretest"] = (0.1 * np.arange(1, 7))[data["cluster"]]
    with pytest.raises(ValueError, match="pretest does not vary within any cluster"):
        cluster_mean_contrast(**data)


@pytest.mark.parametrize("function", CONTRASTS)
@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT, "", "  "])
@pytest.mark.parametrize("column", ["cluster", "block"])
def test_a_missing_label_is_not_a_class_of_its_own(function, missing, column):
    data = classes("TTCC", "abab")
    labelled = data[column].astype(object)
    labelled[:2] = missing
    with pytest.raises(ValueError, match=f"{column} has 2 missing labels; leave those rows out in cleaning"):
        function(**(data | {column: labelled}))


@pytest.mark.parametrize("function", CONTRASTS)
@pytest.mark.parametrize("column", ["outcome", "pretest", "cluster", "is_treated", "block"])
def test_a_table_is_not_a_column(function, column):
    data = classes("TTCC", "abab")
    with pytest.raises(ValueError, match=f"{column} must be one column"):
        function(**(data | {column: np.column_stack([data[column], data[column]])}))


@pytest.mark.parametrize("function", CONTRASTS)
@pytest.mark.parametrize("value", [None, np.nan, pd.NA, "yes"])
def test_a_missing_arm_is_refused(function, value):
    data = classes("TTCC")
    arms = data["is_treated"].astype(object)
    arms[0] = value
    with pytest.raises(ValueError, match="is_treated must hold true and false only"):
        function(**(data | {"is_treated": arms}))


@pytest.mark.parametrize("function", CONTRASTS)
def test_classes_without_any_spread_have_no_standard_error(function):
    data = classes("TTCC")
    found = function(**(data | {"outcome": np.where(data["is_treated"], 70.1, 60.3), "pretest": None}))
    assert found == Refusal(reason="clusters of an arm do not differ", clusters_treated=2, clusters_comparison=2)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-9, 1e-3, 1e6]))
@pytest.mark.parametrize("function", CONTRASTS)
def test_names_of_classes_and_units_of_the_pretest_do_not_matter(function, seed, unit):
    data = classes("TTTCCC")
    found = function(**data)
    names = np.random.default_rng(seed).permutation([f"class {letter}" for letter in "uvwxyz"])
    other = function(**(data | {"cluster": names[data["cluster"]], "pretest": data["pretest"] * unit}))
    assert isinstance(other, ClusterContrast)
    assert (other.estimate, other.standard_error, other.df, other.slope * unit) == pytest.approx(
        (found.estimate, found.standard_error, found.df, found.slope), rel=1e-8
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([1, None, 3], "treated has 1 missing or infinite values; leave them out in cleaning"),
        (pd.Series([1, None, 3], dtype="Int64"), "treated has 1 missing"),
        (np.ma.masked_array([1.0, 2, 99], mask=[0, 0, 1]), "treated has 1 missing"),
        (["1", "2"], "treated must hold numbers only"),
        (pd.Series(["1", "2"]), "treated must hold numbers only"),
        (np.array(["2026-09-14", "2026-09-15"], dtype="M8[D]"), "treated must hold numbers only"),
        ([1j, 2], "treated must hold numbers only"),
        ([[1, 2], [3]], "treated must hold numbers only"),
        ([1e200, 2], "treated holds a number beyond 1e\\+100"),
        ([0.1, 0.1, 0.1], "all scores of an arm are equal"),
    ],
)
def test_scores_that_are_no_numbers_are_refused(bad, message):
    # three 0.1 have a mean of 0.10000000000000002: the spread of 1e-17 is float noise, not a standard deviation
    with pytest.raises(ValueError, match=message):
        hedges_g(treated=bad, comparison=[0.7, 0.7, 0.7])


ADJUSTED = partial(hedges_g_adjusted, treated=[1, 2], comparison=[2, 3])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ADJUSTED(np.nan, standard_error=1, df=4), "difference must be a number"),
        (lambda: ADJUSTED(1, standard_error=0, df=4), "standard_error must be above 0"),
        (lambda: ADJUSTED(1, standard_error=np.inf, df=4), "standard_error must be a number"),
        (lambda: ADJUSTED(1, standard_error=1, df=0), "df must be above 0"),
        (lambda: improvement_index(np.nan), "g must be a number"),
        (lambda: classify_baseline(np.nan), "g must be a number"),
        (lambda: multiplier(np.nan), "df must be a number"),
        (lambda: multiplier(4, alpha=5), "alpha must lie between 0 and 1"),
        (lambda: mdes_clustered(clusters=6, cluster_size=25, icc=1.5), "icc must lie from 0 to below 1"),
        (lambda: mdes_clustered(clusters=6, cluster_size=25, icc=-0.1), "icc must lie from 0 to below 1"),
        (lambda: mdes_clustered(clusters=6, cluster_size=0, icc=0.2), "cluster_size must be above 0"),
        (lambda: mdes_clustered(clusters=6, cluster_size=25, icc=0.2, r2_student=1), "r2_student must lie from 0"),
        (lambda: mdes_clustered(clusters=6, cluster_size=25, icc=0.2, cluster_covariates=-1), "cluster_covariates must be"),
        (lambda: mdes_paired(1), "n must be a whole number of at least 2"),
        (lambda: power_of(0.2, standard_error=0, df=4), "standard_error must be above 0"),
        (lambda: power_of("0.2", standard_error=1, df=4), "effect must be a number"),
        (lambda: least_attainable_p_sign_flip(np.nan), "n must be a whole number of at least 1, not nan"),
        (lambda: least_attainable_p_sign_flip(np.inf), "n must be a whole number"),
        (lambda: least_attainable_p_sign_flip(None), "n must be a whole number"),
        (lambda: least_attainable_p_sign_flip("3"), "n must be a whole number"),
        (lambda: poisson_rate(np.nan, 40), "events must be a whole number"),
        (lambda: poisson_rate(3, "40"), "exposure must be a number"),
        (lambda: proportion_interval(3, 2), r"successes \(3\) cannot exceed trials \(2\)"),
        (lambda: recurrence(0, 0), "days_observed must be a whole number of at least 1"),
        (lambda: recurrence(3, 2), r"days_with_event \(3\) cannot exceed days_observed \(2\)"),
        (lambda: chi_square_p([0, 0], exposure=[1, 1], seed=1), "at least one event"),
        (lambda: paired_change(before=[1, 2], after=[2, 3], confidence=95), "confidence must lie between 0 and 1"),
        (
            lambda: attrition_rates(assigned_treated=np.nan, analysed_treated=1, assigned_comparison=2, analysed_comparison=1),
            "assigned_treated must be a whole number",
        ),
    ],
)
def test_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_large_scores_keep_their_ties():
    change = np.array([1, 0, 1, 0, 2, 1, -1, 0, 1, 1])
    for unit in (1.0, np.pi, np.pi * 1e6, np.pi * 1e9, 0.1 * np.e * 1e8):
        assert sign_flip_p(change * unit) == 0.109375
    # 1e7 + .1 - 1e7 differs from .1 by 1e-10: still equal changes
    start = np.array([1e7, 2e7, 3e7])
    assert paired_change(before=start, after=start + 0.1).t is None


def test_simulated_sign_flips_cannot_promise_less_than_their_draws():
    n = LARGEST_EXACT + 5
    found = paired_change(before=np.zeros(n), after=1 + np.arange(n) / 100)
    # all rise: exactly 2 / 2^25 = 6e-8, of which 100,000 draws can show no less than 1 / 100,001
    assert found.least_attainable_p == found.sign_flip_p == 1 / 100_001


def test_least_attainable_p_of_very_many_is_zero_not_an_overflow():
    assert least_attainable_p_sign_flip(2000) == 0.0
    # C(1200, 600) is about 1e360
    assert least_attainable_p_randomisation(n_treated=600, n_comparison=600) == 2 / comb(1200, 600) == 0.0


@pytest.mark.parametrize(
    ("events", "exposure", "least"),
    [
        ([1, 0], [1, 1], 1.0),  # wherever one error falls, some cell has it
        ([2, 0, 0, 0, 0, 0, 0], [1] * 7, 7 / 7**2),  # two errors in one of seven periods: 7 of 49 ways, not 1
        ([3, 0, 0, 0, 0, 0, 0], [1] * 7, 7 / 7**3),
        ([0, 2, 0], [1, 2, 2], (1 / 5) ** 2),  # one cell only has the least exposure
    ],
)
def test_least_attainable_p_of_the_scan(events, exposure, least):
    found = concentration_scan(events, exposure=exposure, seed=1)
    assert found.least_attainable_p == pytest.approx(least)
    assert found.p_value >= found.least_attainable_p


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 5)), min_size=2, max_size=6).filter(lambda c: any(x for x, _ in c)))
def test_scan_properties(cells):
    events, exposure = np.array([x for x, _ in cells]), np.array([hours for _, hours in cells])
    found = concentration_scan(events, exposure=exposure, draws=500, seed=2)
    assert found.least_attainable_p <= found.p_value <= 1
    in_minutes = concentration_scan(events, exposure=exposure * 60, draws=500, seed=2)
    assert (in_minutes.p_value, in_minutes.max_cell) == (found.p_value, found.max_cell)
    assert sum(found.expected) == pytest.approx(events.sum())


def test_rate_ratio_of_the_worst_cell():
    # 11 errors in 1 of 7 equal periods, 11 in the other six: (11 / 1) / (11 / 6) = 6
    found = concentration_scan([2, 1, 11, 3, 2, 1, 2], exposure=[1] * 7, seed=1)
    assert found.rate_ratio == pytest.approx(6)
    # twice the hours halve the rate: (11 / 2) / (11 / 6) = 3
    assert concentration_scan([2, 1, 11, 3, 2, 1, 2], exposure=[1, 1, 2, 1, 1, 1, 1], seed=1).rate_ratio == pytest.approx(3)
    assert concentration_scan([0, 5], exposure=[1, 1], seed=1).rate_ratio is None


def test_chi_square_worked_example():
    # sum (x - 22/7)^2 / (22/7) = 23.818; 100,000 draws elsewhere gave .00076, the asymptotic .00056 is too small
    p = chi_square_p([2, 1, 11, 3, 2, 1, 2], exposure=[1] * 7, seed=1, draws=100_000)
    assert p == pytest.approx(0.00076, abs=4 * np.sqrt(2 * 0.00076 / 100_000))
    assert p > 0.000564


def test_mdes_of_students_assigned_one_by_one():
    # SE = sqrt((1 - R^2) / (.25 n)), df = n - covariates - 2
    assert multiplier(91) * np.sqrt(1 / (0.25 * 93)) == pytest.approx(0.587322, abs=1e-6)
    assert multiplier(90) * np.sqrt(0.5 / (0.25 * 93)) == pytest.approx(0.41535, abs=1e-6)
    assert multiplier(348) * np.sqrt(1 / (0.25 * 350)) == pytest.approx(0.300344, abs=1e-6)
    assert multiplier(1e6) == pytest.approx(2.801588, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=12), st.lists(st.integers(0, 100), min_size=2, max_size=12))
def test_effect_size_properties(treated, comparison):
    if len(set(treated)) == 1 and len(set(comparison)) == 1:
        return
    found = hedges_g(treated=treated, comparison=comparison)
    swapped = hedges_g(treated=comparison, comparison=treated)
    scaled = hedges_g(treated=np.multiply(treated, 0.1) + 7, comparison=np.multiply(comparison, 0.1) + 7)
    assert swapped.estimate == pytest.approx(-found.estimate, abs=1e-12)
    assert swapped.interval.low == pytest.approx(-found.interval.high, abs=1e-12)
    assert scaled.estimate == pytest.approx(found.estimate, abs=1e-9)
    assert scaled.pooled_sd == pytest.approx(found.pooled_sd * 0.1, rel=1e-9)
    assert pooled_sd(treated=treated, comparison=comparison) == found.pooled_sd


# Highest differential attrition, in percentage points, that is still low: five rows of overall attrition a line,
# cautious/optimistic; the optimistic column goes on to 65 %.
ATTRITION = """
5.7/10.0 5.8/10.1 5.9/10.2 5.9/10.3 6.0/10.4   6.1/10.5 6.2/10.7 6.3/10.8 6.3/10.9 6.3/10.9
6.3/10.9 6.2/10.9 6.2/10.9 6.1/10.9 6.0/10.8   5.9/10.8 5.9/10.7 5.8/10.6 5.7/10.5 5.5/10.3
5.4/10.2 5.3/10.0 5.2/9.9 5.1/9.7 4.9/9.5      4.8/9.4 4.7/9.2 4.5/9.0 4.4/8.8 4.3/8.6
4.1/8.4 4.0/8.2 3.8/8.0 3.6/7.8 3.5/7.6        3.3/7.4 3.2/7.2 3.1/7.0 2.9/6.7 2.8/6.5
2.6/6.3 2.5/6.0 2.3/5.8 2.1/5.6 2.0/5.3        1.8/5.1 1.6/4.9 1.5/4.6 1.3/4.4 1.2/4.2
1.0/3.9 0.9/3.7 0.7/3.5 0.6/3.2 0.4/3.0        0.3/2.8 0.2/2.6 0.0/2.3 -/2.1 -/1.9
-/1.6 -/1.4 -/1.1 -/0.9 -/0.7                  -/0.5
"""


@pytest.mark.parametrize(("assumption", "side"), [("cautious", 0), ("optimistic", 1)])
def test_the_whole_attrition_table(assumption, side):
    rows = [pair.split("/")[side] for pair in ATTRITION.split()]
    assert BOUNDARY[assumption] == tuple(float(row) for row in rows if row != "-")
    for percent, row in enumerate(rows):
        found = judge_attrition(overall=percent / 100, differential=0.0, assumption=assumption)
        assert found.boundary == (None if row == "-" else pytest.approx(float(row) / 100))
        assert found.distance == found.boundary


def test_attrition_boundaries_by_hand():
    # 24 of 230 lost = 10.4348 %: cautious 6.3 - .4348 * .1 = 6.2565; 18/120 - 6/110 = 9.5455 points are 3.289 above it
    found = judge_attrition(overall=24 / 230, differential=18 / 120 - 6 / 110)
    assert found.boundary == pytest.approx(0.062565, abs=1e-6) and found.distance == pytest.approx(-0.032890, abs=1e-6)
    # 61 of 120 = 50.8333 %: cautious 1.0 - .8333 * .1 = .9167; optimistic 3.9 - .8333 * .2 = 3.7333
    assert judge_attrition(overall=61 / 120, differential=0).boundary == pytest.approx(0.009167, abs=1e-6)
    assert judge_attrition(overall=61 / 120, differential=0, assumption="optimistic").boundary == pytest.approx(
        0.037333, abs=1e-6
    )


@pytest.mark.parametrize(
    ("pretest", "block", "says"),
    [
        ([40, 40, 50, 50], None, True),
        ([40, 41, 50, 50], None, False),
        ([50, 50, 50, 50], None, False),  # repeats nothing: it says nothing at all
        ([40, 50, 50, 60], "aabb", True),  # in both blocks the second, who has the tool, is 10 ahead
        ([40, 50, 50, 61], "aabb", False),
        ([40, 40, 50, 50], "aabb", False),  # repeats the blocks
        ([40, 41, 50, 50], "aabb", False),
    ],
)
def test_a_pretest_that_only_says_who_had_the_tool(pretest, block, says):
    is_treated = [False, True, False, True] if block else [False, False, True, True]
    assert repeats_arms(pretest, is_treated=is_treated, block=None if block is None else list(block)) is says


JUNK = ["x", np.nan, np.inf, -np.inf, 1e-320, 1e308, -1, None, [], np.array([object(), "x"], dtype=object)]
STATISTICS = dict(public_statistics())
# steps of other statistics on arrays that these have checked; nothing outside stats/ may call them
ON_CHECKED_ARRAYS = {
    "cluster_data.refusal_of",
    "cluster_data.refused",
    "cluster_data.in_mixed_block",
    "cluster_data.student_design",
    "cluster_data.cluster_means",
    "cluster_data.least_squares",
    "cluster_data.has_full_rank",
    "cluster_data.varies_within",
    "counts.spread_by_chance",
    "downdating.means_without_each",
    "randomisation.all_assignments",
    "randomisation.random_assignments",
    "equivalence.verdict_of",
    "randomisation.reference_of",
    "randomisation.reference_of_data",
    "sandwich.robust_coefficient",
    "mixed_model.fitted",
    "signed_rank.chances_of_sums",
    "results.scaled",
}
CHECKS = {"rates.whole_count", "rates.event_counts", "rates.exposures", "table.number_table"}  # what others check with


TRIED = sorted(set(STATISTICS) - ON_CHECKED_ARRAYS - CHECKS)


def test_every_public_statistic_has_a_sound_call_with_all_its_arguments():
    assert set(CALLS) | ON_CHECKED_ARRAYS | CHECKS <= set(STATISTICS)
    without = [name for name in TRIED if sound_call(name, STATISTICS[name]) is None]
    assert not without, "add a call with all arguments of these to tests/stats/sound_calls.py"


def test_what_works_on_checked_arrays_is_called_by_statistics_only():
    room = Path(__file__).parents[2] / "pilotproof"
    outside = [path for path in room.rglob("*.py") if path.parent.name != "stats"]
    for path in outside:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pilotproof.stats."):
                taken = {f"{node.module.removeprefix('pilotproof.stats.')}.{alias.name}" for alias in node.names}
                assert not taken & ON_CHECKED_ARRAYS, path


def is_finite(found: Any) -> bool:
    """Whether no number of a result is missing or infinite; None says that there is none."""
    if is_dataclass(found):
        return all(is_finite(getattr(found, field.name)) for field in fields(found))
    if isinstance(found, tuple | list):
        return all(map(is_finite, found))
    values = np.asarray(found)
    return values.dtype.kind not in "fc" or bool(np.isfinite(values).all())


@pytest.mark.parametrize("name", TRIED)
def test_junk_is_refused_by_name_or_gives_a_finite_result(name):
    function = STATISTICS[name]
    sound = sound_call(name, function)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert is_finite(function(**sound))
        for argument, junk in product(sound, JUNK):
            try:
                found = function(**(sound | {argument: junk}))
            except ValueError as error:
                assert argument.removesuffix("s") in str(error), (argument, junk, str(error))
            else:
                assert is_finite(found), (argument, junk, found)
