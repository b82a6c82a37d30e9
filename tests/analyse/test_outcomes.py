"""Which method carries the verdict of which design, and that its numbers are those of the statistic by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pilotproof.analyse.outcomes import analyse_outcome, analyse_outcomes
from pilotproof.analyse.verdict import decision_inputs, tier_inputs
from pilotproof.evidence.decision import decide
from pilotproof.evidence.profile import ALPHA
from pilotproof.evidence.tier import judge
from pilotproof.report.results import kind_of_answer
from pilotproof.report.sections import _attrition_sentence as attrition_sentence
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.clustered import cluster_mean_contrast, cr2_contrast
from pilotproof.stats.effect_size import pooled_sd
from pilotproof.stats.imputation import ImputationRefusal, ImputedContrast
from pilotproof.stats.randomisation import randomisation_test
from pilotproof.stats.randomisation_equivalence import randomisation_equivalence
from tests.analyse.drawn_students import pilot_with, students_of
from tests.stats.cluster_designs import TOY, noise, some_clusters

EXACT = 1e-12


def finding(scores, *, design=None, analysis=None, **columns):
    pilot = pilot_with(design=design, analysis=analysis)
    return analyse_outcome(students_of(scores, **columns), pilot.primary, pilot)


def roles(found) -> dict[str, str]:
    return {result.method: result.role for result in found.methods}


def test_classes_compared_rest_on_their_means_and_cr2_must_agree():
    found = finding(TOY)  # 3 v 3 classes of 4: 6 clusters - 2 = 4 df
    alone = cluster_mean_contrast(TOY["outcome"], **{k: v for k, v in TOY.items() if k != "outcome"})
    assert (found.verdict.method, found.verdict.df) == ("cluster means", 4)
    assert found.verdict.p_value == pytest.approx(alone.p_value, rel=EXACT)
    assert found.second.p_value == pytest.approx(0.00446, abs=5e-6)  # clubSandwich, tests/reference/clustered.R
    assert (found.claim, found.method.claim) == ("association", "associated with")
    assert "randomisation" not in roles(found)  # nothing was drawn by lot
    assert found.least_attainable_p == pytest.approx(2 / 20)  # of a re-assignment: C(6, 3) = 20 ways, and its mirror image


def test_three_classes_an_arm_drawn_by_lot_still_rest_on_their_means():
    found = finding(TOY, design={"assignment": "randomised-classes"})
    assert (found.verdict.method, roles(found)["randomisation"], found.claim) == ("cluster means", "beside", "effect")
    by_lot = next(result for result in found.methods if result.method == "randomisation")
    assert (by_lot.p_value, by_lot.least_attainable_p) == (pytest.approx(0.1), pytest.approx(0.1))  # 2 of 20 assignments


def test_from_four_classes_an_arm_on_the_lot_itself_is_the_test():
    scores = noise(3, 4, 4)
    found = finding(scores, design={"assignment": "randomised-classes"})
    alone = randomisation_test(**scores, draws=20_000, seed=20260914)
    assert (found.verdict.method, roles(found)["cluster means"]) == ("randomisation", "beside")
    assert found.verdict.p_value == alone.p_value
    assert found.least_attainable_p == pytest.approx(2 / 70)  # C(8, 4) = 70
    # the effect's interval is the verdict's: the same in SDs, whose SD is the ratio of their estimates
    scale = found.effect.estimate / found.verdict.estimate
    assert found.effect.interval.low == pytest.approx(alone.interval.low * scale, rel=EXACT)
    assert found.effect.interval.high == pytest.approx(alone.interval.high * scale, rel=EXACT)


def test_no_difference_rests_on_the_same_method_as_a_difference():
    scores = noise(3, 4, 4)
    by_lot = finding(scores, design={"assignment": "randomised-classes"})
    assert by_lot.equivalence.p_difference == by_lot.verdict.p_value and by_lot.equivalence.standard_error is None
    limit = by_lot.equivalence.high
    assert by_lot.equivalence == randomisation_equivalence(**scores, low=-limit, high=limit)
    chosen = finding(scores)  # nobody drew: class means and their t
    assert chosen.equivalence.p_difference == pytest.approx(chosen.verdict.p_value, rel=EXACT)
    assert (chosen.equivalence.df, chosen.equivalence.standard_error) == (6, chosen.verdict.standard_error)


def test_students_drawn_within_their_classes_are_the_units():
    scores = noise(11, 5, 5, most=9)
    lot = np.random.default_rng(1).permutation(len(scores["outcome"])) % 2 == 0
    scores = scores | {"is_treated": lot, "cluster": np.arange(len(lot)) % 4}
    found = finding(scores, design={"assignment": "randomised-students"})
    alone = cr2_contrast(
        scores["outcome"],
        is_treated=lot,
        cluster=np.arange(len(lot)),
        covariates={"pretest": scores["pretest"]},
        block=scores["cluster"],
    )
    assert (found.method.design, found.verdict.method) == ("students randomised", "randomisation")
    assert (found.second.estimate, found.second.df) == (pytest.approx(alone.estimate), pytest.approx(alone.df))
    assert found.verdict.clusters_treated == int(lot.sum())  # one unit a student
    assert set(roles(found)) == {"randomisation", "CR2", "cluster means"}


def test_students_drawn_into_classes_of_one_arm_share_what_the_class_got():
    found = finding(TOY, design={"assignment": "randomised-students"})
    assert (found.method.design, found.verdict.clusters_treated) == ("clusters randomised", 3)


def test_a_pretest_with_one_value_a_class_describes_classes():
    """Such a pretest has no slope within classes; it used to end the run with a traceback."""
    scores = noise(5, 4, 4)
    of_class = np.unique(scores["cluster"], return_inverse=True)[1] ** 2 % 7
    found = finding(scores | {"pretest": of_class.astype(float)})
    alone = cluster_mean_contrast(
        scores["outcome"], is_treated=scores["is_treated"], cluster=scores["cluster"], covariates={"pretest": of_class}
    )
    assert (found.verdict.estimate, found.verdict.df) == (pytest.approx(alone.estimate), alone.df)
    assert alone.df == 4 + 4 - 2 - 1  # a degree of freedom for the covariate


def test_one_class_in_an_arm_is_refused_once_and_nothing_else_is_run():
    found = finding(some_clusters(TOY, "ADEF"))
    assert found.verdict == found.second == Refusal(reason="one cluster in an arm", clusters_treated=1, clusters_comparison=3)
    assert (found.methods, found.effect, found.without_one, found.missing, found.least_attainable_p) == (
        (),
        None,
        None,
        None,
        None,
    )
    assert found.claim == "association"


def test_without_a_comparison_group_there_is_a_change_and_no_contrast():
    found = finding(TOY | {"is_treated": [True] * 24}, design={"assignment": "before-after", "comparison": []})
    gains = np.reshape(np.subtract(TOY["outcome"], TOY["pretest"]), (6, 4)).mean(axis=1)
    assert (found.verdict.method, found.second, found.equivalence, found.claim) == ("sign-flip", None, None, "change")
    assert (found.effect, found.without_one, found.missing, found.recomputed) == (None, None, None, ())
    assert found.change.mean_change == pytest.approx(gains.mean())
    assert found.change.least_attainable_p == 2 / 2**6


def test_missing_scores_are_imputed_beside_the_complete_cases():
    scores = TOY | {"outcome": [np.nan, *TOY["outcome"][1:]]}
    found = finding(scores)
    assert isinstance(found.missing, ImputedContrast)
    assert (found.missing.n, found.missing.n_complete, found.missing.missing_outcome) == (24, 23, 1)
    assert found.missing.complete_cases.estimate == pytest.approx(found.verdict.estimate, rel=EXACT)
    assert finding(TOY).missing == ImputationRefusal(reason="nothing is missing", contrast=None, n_complete=24)


def test_a_prior_draws_the_effect_towards_what_earlier_studies_found():
    prior = {"mean": 0.0, "sd": 0.2, "source": "an invented review"}
    found = finding(TOY, analysis={"prior": prior})
    assert finding(TOY).posterior is None
    assert 0 < found.posterior.mean < found.effect.estimate
    assert found.posterior.prior.source == "an invented review"


def test_a_reviewer_s_own_reckoning_stands_beside_the_verdict():
    found = finding(TOY)
    older, newer = found.recomputed
    # 12 + 12 students in 6 classes of 4, ICC .20: eta = 1 + 3 * .2, gamma = 1 - 2 * 3 * .2 / 22
    assert (older.terms.eta, older.terms.gamma) == (pytest.approx(1.6), pytest.approx(1 - 1.2 / 22))
    assert (older.edition, newer.edition) == ("WWC 4.0", "WWC 4.1 and 5.0")
    effect = found.effect.estimate  # omega b / S, of all 24 students, as in the older edition
    # the contrast of means accounts for classes: of the two variances of 4.1 and 5.0 its own standard error and gamma are used
    assert (older.accounts_for_clusters, newer.accounts_for_clusters) == (False, True)
    spread = pooled_sd(treated=np.array(TOY["outcome"][:12]), comparison=np.array(TOY["outcome"][12:]))
    own = (found.verdict.standard_error / spread) ** 2 * newer.terms.gamma
    assert newer.standard_error == pytest.approx(newer.omega * np.sqrt(own + newer.estimate**2 / (2 * newer.df)))
    assert older.estimate == pytest.approx(effect)
    assert newer.df == older.df > 4, "an assumed ICC seems to give more degrees of freedom than six classes have"
    assert finding(some_clusters(TOY, "ADEF")).recomputed == ()


def test_no_class_is_named_when_one_is_left_out():
    found = finding(TOY)
    assert found.without_one.clusters == 6
    assert found.without_one.lowest < found.verdict.estimate < found.without_one.highest


def test_the_basis_changes_with_the_scores_and_with_nothing_else():
    one, same = finding(TOY).basis, finding(TOY).basis
    other = finding(TOY | {"outcome": [61, *TOY["outcome"][1:]]}).basis
    assert one == same
    assert one.tables["students"] != other.tables["students"]
    assert one.method == "cluster means"


def test_outcomes_of_one_domain_are_adjusted_together_and_each_keeps_its_own_p():
    pilot = pilot_with()
    other = pilot.primary.model_copy(update={"name": "fractions", "is_primary": False})
    third = other.model_copy(update={"name": "reading", "domain": "reading"})
    pilot = pilot.model_copy(update={"outcomes": (pilot.primary, other, third)})
    students = pd.concat(
        [students_of(TOY), students_of(noise(5, 3, 3), outcome="fractions"), students_of(TOY, outcome="reading")]
    )
    first, second, alone = analyse_outcomes(students, pilot)
    p, q = first.verdict.p_value, second.verdict.p_value
    assert p < q
    assert first.among.adjusted_p == pytest.approx(min(2 * p, q))  # Benjamini-Hochberg of two: 2 p_(1), no more than p_(2)
    assert second.among.adjusted_p == pytest.approx(q)
    assert (first.among.role, second.among.role) == ("confirmatory", "exploratory")
    assert (alone.among.family_size, alone.among.adjusted_p) == (1, pytest.approx(alone.verdict.p_value))


def test_all_classes_of_one_teacher_are_one_and_cannot_be_told_from_the_tool():
    teacher = np.where(np.isin(TOY["cluster"], ["A", "B", "C"]), "one", np.asarray(TOY["cluster"]))
    found = finding(TOY, teacher_id=teacher)
    assert found.verdict == Refusal(reason="one teacher in an arm", clusters_treated=3, clusters_comparison=3)
    assert (found.methods, found.effect, found.claim, found.rating.reason) == ((), None, "association", "one teacher in an arm")
    assert (found.treated.teachers, found.comparison.teachers) == (1, 3)


@pytest.mark.parametrize(
    ("column", "treated", "comparison", "reason"),
    [
        ("school_id", "aaa", "bbb", "one school in an arm"),
        ("school_id", "aaa", "bcd", "one school in an arm"),  # n = 1 on one side is enough
        ("school_id", "aab", "ccd", None),  # two schools an arm: the school is no unit of its own
        ("school_id", "aaa", "abb", None),  # the other arm has classes there too
        ("district_id", "aaa", "bbb", "one district in an arm"),
        ("district_id", "aab", "bbb", None),
    ],
)
def test_an_arm_in_one_school_or_district_cannot_be_told_from_it(column, treated, comparison, reason):
    place = dict(zip("ABCDEF", treated + comparison, strict=True))
    for assignment in ("comparison-classes", "randomised-classes"):
        places = {column: [place[name] for name in TOY["cluster"]]}
        found = finding(TOY, design={"assignment": assignment}, **places)
        assert (found.verdict.reason if isinstance(found.verdict, Refusal) else None) == reason
        assert reason in (None, found.rating.reason) and (found.claim == "effect") == (
            reason is None and assignment == "randomised-classes"
        )


def test_two_districts_do_not_make_a_tier_when_each_has_one_arm():
    """The trap: two sites are there, and 6 classes, but what differs between the arms is the district as well as the tool."""
    places = np.where(np.isin(TOY["cluster"], ["A", "B", "C"]), "maple", "oak")
    pilot = pilot_with(design={})
    apart = analyse_outcome(students_of(TOY, district_id=places, school_id=places), pilot.primary, pilot)
    inputs = tier_inputs(apart, pilot)
    assert (apart.districts, inputs.fewest_clusters_in_an_arm, inputs.alone_in_an_arm) == (2, 3, "district")
    stopped = {gate.name: gate for gate in judge(inputs).closed(3)}
    assert stopped["clusters per arm"].observed == {"fewest": 3, "alone": "district"}
    assert judge(inputs).tier not in (1, 2, 3)
    together = analyse_outcome(students_of(TOY), pilot.primary, pilot)
    assert judge(tier_inputs(together, pilot)).tier == 3


def test_students_of_lost_classes_are_not_lost_twice_and_no_limit_is_said_where_there_is_none():
    """10 classes of 10, 1 of each arm lost, and 2 students of each other class: 16 of 80 students within those kept."""
    cluster, place = np.repeat(np.arange(10), 10), np.tile(np.arange(10), 10)
    is_treated = cluster % 2 == 0
    scores = {"cluster": cluster, "is_treated": is_treated, "pretest": 40.0 + place}
    post = 50 + np.random.default_rng(5).normal(size=100)
    lots = {"treated": list("02468"), "comparison": list("13579"), "assignment": "randomised-classes"}
    few = np.where((cluster < 2) | (place < 2), np.nan, post)
    found = finding(scores | {"outcome": few}, design=lots)
    assert [(level.level, level.overall) for level in found.attrition] == [
        ("clusters", pytest.approx(2 / 10)),
        ("students", pytest.approx(16 / 80)),
    ]
    said = attrition_sentence(found)
    assert "Of students of classes that were kept, 20.0% were lost" in said and "boundary of 5.4 points" in said
    most = finding(scores | {"outcome": np.where(place < 6, np.nan, post)}, design=lots)  # 60 % is beyond the table's end, 57 %
    assert most.attrition[1].cautious.boundary is None
    assert "high attrition by the cautious boundary, which has no limit for so many" in attrition_sentence(most)


def test_harm_on_another_outcome_of_the_pilot_stops_the_tier_and_no_page_calls_the_gain_chance():
    """The primary outcome rose beyond chance (p = .004), and another one fell just as far."""
    pilot = pilot_with()
    other = pilot.primary.model_copy(update={"name": "reading", "domain": "reading", "is_primary": False})
    both = pilot.model_copy(update={"outcomes": (pilot.primary, other)})
    fell = TOY | {"outcome": [2 * pre - post for pre, post in zip(TOY["pretest"], TOY["outcome"], strict=True)]}
    students = pd.concat([students_of(TOY), students_of(fell, outcome="reading")], ignore_index=True)
    found = analyse_outcomes(students, both)
    assert found[0].is_significant and found[1].is_significant and found[1].verdict.estimate < 0
    alone, together = judge(tier_inputs(found[0], both)), judge(tier_inputs(found[0], both, found))
    assert (alone.tier, [gate.name for gate in together.closed(3)]) == (3, ["no overriding negative finding"])
    reasons = {reason.name for reason in decide(decision_inputs(found[0], together, both)).reasons}
    assert "scores higher but no tier" in reasons and not {"cannot tell", "scores higher"} & reasons
    harmless = (found[0], found[1].model_copy(update={"is_relevant": False}))
    assert judge(tier_inputs(found[0], both, harmless)).tier == 3  # what the law does not count does not stop it


def test_a_lot_that_lost_too_many_is_no_lot_any_more():
    """8 classes of 12; of each treated class 5 students have no score afterwards: 20 of 96 lost, 42 % against 0 %."""
    cluster, place = np.repeat(np.arange(8), 12), np.tile(np.arange(12), 8)
    scores = {"cluster": cluster, "is_treated": cluster < 4}
    post = 50 + 9 * scores["is_treated"] + np.random.default_rng(3).normal(size=96)
    lost = np.where(scores["is_treated"] & (place < 5), np.nan, post)
    pilot = pilot_with(design={"assignment": "randomised-classes"})
    unheld = pilot.model_copy(update={"outcomes": (pilot.primary.model_copy(update={"pretest_column": None}),)})

    def judged(outcome, with_pretest):
        own = pilot if with_pretest else unheld
        students = students_of(scores | {"outcome": outcome, "pretest": 40.0 + place})
        (found,) = analyse_outcomes(students, own)
        return found, judge(tier_inputs(found, own))

    kept, tier = judged(post, with_pretest=False)
    assert (kept.claim, tier.tier) == ("effect", 3)
    few, tier = judged(lost, with_pretest=False)
    assert few.is_significant and few.claim == "association" and few.rating.reason == "no pretest"
    stopped = {gate.name: gate for gate in tier.closed(3)}
    assert stopped["selection controls"].observed == {"how": "none", "lot": "high attrition"}
    assert kind_of_answer(few) == "lost.higher" and kind_of_answer(kept) == "effect.higher"
    with_pretest, tier = judged(lost, with_pretest=True)
    assert with_pretest.claim == "association" and "selection controls" not in {gate.name for gate in tier.closed(3)}


def test_classes_that_share_a_teacher_are_held_over_teachers_too():
    teacher = np.where(np.isin(TOY["cluster"], ["A", "B"]), "one", np.asarray(TOY["cluster"]))
    found = finding(TOY, teacher_id=teacher)
    beside = next(result for result in found.methods if result.method == "teacher means")
    alone = cluster_mean_contrast(TOY["outcome"], is_treated=TOY["is_treated"], cluster=teacher, pretest=TOY["pretest"])
    assert (beside.df, beside.clusters_treated) == (3, 2)  # 5 teachers - 2
    assert beside.p_value == pytest.approx(alone.p_value, rel=EXACT)
    assert "teacher means" not in {result.method for result in finding(TOY).methods}  # a teacher for each class


def test_a_teacher_of_both_arms_tells_nothing_of_either():
    found = finding(TOY, teacher_id="everybody")
    assert found.verdict.method == "cluster means" and "teacher means" not in {result.method for result in found.methods}


def test_an_assigned_class_of_which_nobody_is_left_counts_as_lost():
    by_lot = {"assignment": "randomised-classes", "treated": ["A", "B", "C"], "comparison": ["D", "E", "F", "G"]}
    found = finding(TOY, design=by_lot)  # nobody of G has a row
    clusters = next(level for level in found.attrition if level.level == "clusters")
    # 1 of 7 classes overall; 0 of 3 treated against 1 of 4 comparison
    assert (clusters.overall, clusters.differential) == (pytest.approx(1 / 7), pytest.approx(1 / 4))
    assert not clusters.cautious.is_low and found.rating.rating != "without reservations"
    assert (found.comparison.clusters_assigned, found.comparison.clusters_analysed) == (4, 3)
    whole = finding(TOY, design=by_lot | {"comparison": ["D", "E", "F"]})
    assert next(level for level in whole.attrition if level.level == "clusters").overall == 0


def test_every_interval_has_the_confidence_that_the_decisions_imply():
    """1 - alpha everywhere: what is beyond chance by p is then beyond zero by the interval, and the other way round."""
    found = finding(TOY)
    intervals = [result.interval for result in found.methods if result.interval] + [found.effect.interval]
    assert {interval.confidence for interval in intervals} == {1 - ALPHA}
    by_t = [result for result in found.methods if result.df is not None and result.interval is not None]
    assert by_t and all((r.p_value < ALPHA) == (r.interval.low > 0 or r.interval.high < 0) for r in by_t)


@pytest.mark.parametrize(
    ("pairs", "verdict", "least"),
    [(4, "cluster means", 2 / 2**4), (5, "cluster means", 2 / 2**5), (6, "randomisation", 2 / 2**6)],
)
def test_classes_drawn_in_pairs_rest_on_their_means_until_the_lot_could_reject(pairs, verdict, least):
    """Of 4 v 4 classes drawn from one pot 2 in 70 ways are as extreme; within 4 schools 2 in 16, which is no rare thing."""
    scores = noise(7, pairs, pairs)
    number = np.unique(scores["cluster"], return_inverse=True)[1]
    school = (number % pairs).astype(str)
    found = finding(scores, design={"assignment": "randomised-classes", "block": "school"}, school_id=school)
    assert (found.verdict.method, found.claim) == (verdict, "effect")
    assert found.least_attainable_p == pytest.approx(least)
    by_lot = next(result for result in found.methods if result.method == "randomisation")
    assert by_lot.least_attainable_p == pytest.approx(least)
    assert found.verdict.interval is not None  # so that points and standard deviations say the same of chance
    chosen = finding(scores, design={"block": "school"}, school_id=school)
    assert chosen.least_attainable_p == pytest.approx(least)


def test_the_t_test_of_means_within_pairs_is_the_paired_t_test():
    scores = {name: value for name, value in noise(7, 4, 4).items() if name != "pretest"}
    frame = pd.DataFrame(scores)
    number = np.unique(frame["cluster"], return_inverse=True)[1]
    found = cluster_mean_contrast(**scores, block=number % 4)
    means = frame.groupby(number)["outcome"].mean().to_numpy()
    arm = frame.groupby(number)["is_treated"].first().to_numpy()
    paired = stats.ttest_rel(means[arm], means[~arm])
    assert (found.p_value, found.df) == (pytest.approx(paired.pvalue, rel=1e-10), 3)
