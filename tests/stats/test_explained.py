"""What a covariate explains of the differences between units: against R, and nothing where it explains nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pilotproof.stats.explained import adjusted_share_explained
from tests.stats.cluster_designs import uneven

R = json.loads((Path(__file__).parents[1] / "reference" / "explained.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9
DATA = uneven("block")
POST, PRE, CLASS, ARM = (np.asarray(DATA[name]) for name in ("outcome", "pretest", "cluster", "is_treated"))
SIZES = np.bincount(CLASS)[1:]
MEANS = {name: np.bincount(CLASS, weights=values)[1:] / SIZES for name, values in (("post", POST), ("pre", PRE), ("arm", ARM))}


def share_of(case: str) -> float:
    school = (np.arange(1, 13) - 1) // 4
    values, columns = {
        "between": (MEANS["post"], {"by": MEANS["pre"], "given": MEANS["arm"]}),
        "blocks": (MEANS["post"], {"by": MEANS["pre"], "given": MEANS["arm"], "given_groups": school}),
        "within": (POST, {"by": PRE, "given_groups": CLASS}),
        "both": (POST, {"by": PRE, "by_groups": CLASS // 3, "given": ARM}),
        "plain": (MEANS["post"], {"by": MEANS["pre"]}),
    }[case]
    return adjusted_share_explained(values, **columns)


@pytest.mark.parametrize("case", ["between", "blocks", "within", "both", "plain"])
def test_the_share_equals_r_s_residual_variances(case):
    assert share_of(case) == pytest.approx(R["shares"][case], rel=CLOSED_FORM)


def test_what_would_be_below_zero_is_zero():
    assert R["shares"]["noise"] < 0
    values = np.sin(7 * np.arange(1, 13))
    assert adjusted_share_explained(values, by=MEANS["pre"], given=MEANS["arm"]) == 0


def test_a_covariate_without_bearing_explains_nothing_on_average_however_few_the_classes():
    """Unadjusted, one of six classes' covariates would seem to explain a quarter: 1 of 4 degrees of freedom."""
    rng = np.random.default_rng(4)
    arm = np.arange(6) % 2
    drawn = [adjusted_share_explained(rng.normal(size=6), by=rng.normal(size=6), given=arm) for _ in range(4000)]
    assert np.median(drawn) == 0 and np.mean(drawn) < 0.16  # floored at 0, so that the mean lies above it


@pytest.mark.parametrize(
    ("values", "by", "given"),
    [
        ([1.0, 2, 3], [1.0, 5, 2], [0, 1, 0]),  # 3 units; constant, arm and covariate: nothing left to judge by
        ([1.0, 2, 1, 2], [1.0, 5, 2, 7], [0, 1, 0, 1]),  # the arms explain all there is
        ([1.0, 2, 4, 8], [3.0, 3, 3, 3], [0, 1, 0, 1]),  # it never varies
    ],
    ids=["no df", "nothing left", "constant"],
)
def test_nothing_is_taken_to_be_explained_where_it_cannot_be_told(values, by, given):
    assert adjusted_share_explained(values, by=by, given=given) == 0


@pytest.mark.parametrize(("by", "message"), [([1.0, 2], "one row for each"), ([1.0, np.nan, 3], "missing or infinite")])
def test_unusable_columns_are_refused(by, message):
    with pytest.raises(ValueError, match=message):
        adjusted_share_explained([1, 2, 3], by=by, given=[1, 1, 1])


def test_a_group_mean_is_what_its_dummy_would_be_and_a_column_that_repeats_others_costs_nothing():
    dummies = (CLASS[:, None] == np.unique(CLASS)).astype(float)
    by_mean = adjusted_share_explained(POST, by=PRE, given_groups=CLASS)
    assert adjusted_share_explained(POST, by=PRE, given=dummies) == pytest.approx(by_mean, rel=CLOSED_FORM)
    assert adjusted_share_explained(POST, by=PRE, given=np.column_stack([ARM, ARM]), given_groups=CLASS) == pytest.approx(by_mean)


def test_groups_need_a_label_each():
    with pytest.raises(ValueError, match="one label for each of the 3"):
        adjusted_share_explained([1, 2, 3], by=[1, 5, 2], given_groups=["a", "b"])
