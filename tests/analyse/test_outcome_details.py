"""What stands beside a verdict: the numbers are those of the statistics by themselves, and refuse where these have nothing."""

from __future__ import annotations

import numpy as np
import pytest

from pilotproof.analyse.outcomes import analyse_outcome
from pilotproof.stats.clustered import cluster_mean_contrast
from pilotproof.stats.cox_index import CoxRefusal
from pilotproof.stats.effect_size import hedges_g
from pilotproof.stats.imputation import imputed_contrasts
from tests.analyse.drawn_students import pilot_with, students_of
from tests.stats.cluster_designs import TOY, noise, some_clusters

CLASSES = [str(name) for name in "ABCDEF"]


def finding(scores, *, design=None, binary=False, **columns):
    pilot = pilot_with(design=design)
    if binary:
        told = {"kind": "binary", "yes_values": ("Pass",), "no_values": ("Fail",), "unit": "percentage points"}
        pilot = pilot.model_copy(update={"outcomes": (pilot.primary.model_copy(update=told),)})
    return analyse_outcome(students_of(scores, **columns), pilot.primary, pilot)


PASS = TOY | {
    "outcome": np.where(np.array(TOY["outcome"]) >= 60, 100, 0),
    "pretest": np.where(np.array(TOY["pretest"]) >= 55, 100, 0),
}


def test_shares_of_students_are_compared_by_class_and_told_as_cox_indices():
    found = finding(PASS, binary=True)
    # by hand: scores of at least 60 in A, B, C: 3 + 3 + 2 of 12; in D, E, F: 2 + 2 + 1 of 12. Odds 8 / 4 and 5 / 7
    assert found.treated.mean_posttest == pytest.approx(800 / 12) and found.comparison.mean_posttest == pytest.approx(500 / 12)
    plain, old = found.cox
    assert plain.convention == "without omega (WWC 5.0)" and plain.estimate == pytest.approx(np.log(2 * 7 / 5) / 1.65)
    assert old.estimate == pytest.approx((1 - 3 / (4 * 24 - 9)) * plain.estimate)
    # the verdict is the contrast of classes in percentage points, as of any score: a linear probability model
    alone = cluster_mean_contrast(PASS["outcome"], **{k: v for k, v in PASS.items() if k != "outcome"})
    assert (found.verdict.method, found.verdict.estimate) == ("cluster means", pytest.approx(alone.estimate))
    assert (found.gain, found.recomputed) == (None, ()) and finding(TOY).cox == ()


def test_an_arm_in_which_everybody_passed_has_no_odds():
    everybody = PASS | {"outcome": np.where(PASS["is_treated"], 100, PASS["outcome"])}
    assert all(isinstance(one, CoxRefusal) for one in finding(everybody, binary=True).cox)


def test_a_cause_that_nobody_measured_is_asked_for_where_no_lots_were_drawn():
    found = finding(TOY)
    unmeasured, verdict = found.unmeasured, found.verdict
    # Cinelli & Hazlett: f = |t| / sqrt(df), RV = (sqrt(f^4 + 4 f^2) - f^2) / 2
    f = abs(verdict.estimate / verdict.standard_error) / np.sqrt(verdict.df)
    assert unmeasured.robustness.to_zero == pytest.approx((np.sqrt(f**4 + 4 * f**2) - f**2) / 2)
    # a tenth of both: bias = SE sqrt(df) sqrt(.1 * .1 / .9)
    bias = verdict.standard_error * np.sqrt(verdict.df) * np.sqrt(0.1 * 0.1 / 0.9)
    assert unmeasured.with_a_tenth.estimate == pytest.approx(verdict.estimate - bias)
    # VanderWeele & Ding: RR = exp(.91 g), E = RR + sqrt(RR (RR - 1))
    ratio = np.exp(0.91 * found.effect.estimate)
    assert unmeasured.e_value.of_estimate == pytest.approx(ratio + np.sqrt(ratio * (ratio - 1)))
    assert finding(noise(3, 4, 4), design={"assignment": "randomised-classes"}).unmeasured is None


def test_missing_students_may_have_done_worse_than_their_like():
    scores = TOY | {"outcome": [np.nan, *TOY["outcome"][1:12], np.nan, *TOY["outcome"][13:]]}
    found = finding(scores)
    treated, comparison = found.missing_shifted
    named = {name: np.asarray(scores[name]) for name in ("is_treated", "cluster", "pretest")}
    (alone,) = imputed_contrasts(scores["outcome"], **named, shifts=[(-0.5 * found.effect.pooled_sd, 0.0)], seed=20260914)
    assert treated == alone
    # one of twelve is missing in each arm: a class mean moves by a quarter of half an SD, the mean of three by a twelfth; what
    # the lower score does to the slope on the pretest is small beside it
    step = 0.5 * found.effect.pooled_sd / 12
    assert treated.imputed.estimate == pytest.approx(found.missing.imputed.estimate - step, abs=step / 20)
    assert comparison.imputed.estimate == pytest.approx(found.missing.imputed.estimate + step, abs=step / 20)
    assert finding(TOY).missing_shifted == ()


def test_gain_and_ranks_are_those_of_students_and_of_classes():
    found = finding(TOY)
    is_treated = np.array(TOY["is_treated"])
    pre, post = (np.array(TOY[name], dtype=float) for name in ("pretest", "outcome"))
    g = [hedges_g(treated=values[is_treated], comparison=values[~is_treated]).estimate for values in (pre, post)]
    assert found.gain.estimate == pytest.approx(g[1] - g[0]) and not found.gain.is_imputed
    means = post.reshape(6, 4).mean(axis=1)
    won = np.mean([(a > b) + 0.5 * (a == b) for a in means[:3] for b in means[3:]])
    assert found.ranks.superiority == pytest.approx(won) and (found.ranks.n_treated, found.ranks.n_comparison) == (3, 3)


def test_one_class_in_an_arm_has_nothing_beside():
    found = finding(some_clusters(TOY, "ADEF"))
    assert (found.gain, found.ranks, found.unmeasured, found.missing_shifted) == (None, None, None, ())


def test_a_class_without_anybody_left_is_lost_and_its_students_are_not_lost_twice():
    scores = TOY | {"outcome": [*[np.nan] * 4, *TOY["outcome"][4:23], np.nan]}
    design = {"treated": CLASSES[:3], "comparison": [*CLASSES[3:], "G"]}
    found = finding(scores, design=design | {"assignment": "randomised-classes"})
    lost = found.lost
    # class A has nobody left, and of class G nobody is on record: 1 of 3 and 1 of 4
    assert (lost.clusters.assigned_treated, lost.clusters.analysed_treated) == (3, 2)
    assert (lost.clusters.assigned_comparison, lost.clusters.analysed_comparison) == (4, 3)
    assert (lost.students.analysed_treated, lost.students.analysed_comparison) == (8, 11)
    kept = lost.students_in_kept_clusters
    assert (kept.assigned_treated, kept.analysed_treated, kept.assigned_comparison) == (8, 8, 12)
    assert [level.level for level in found.attrition] == ["clusters", "students"]
    assert found.attrition[0].overall == pytest.approx(2 / 7)
    # where nobody drew lots it is counted and not judged
    assert finding(scores, design=design).attrition == () and finding(scores, design=design).lost == lost
