"""Change within pairs against R (tests/reference/paired.R), against enumerations, and what few or tied pairs cannot show."""

from __future__ import annotations

import json
from itertools import combinations_with_replacement, product
from math import comb, factorial, prod, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from pilotproof.stats.attainable import least_attainable_p_sign_flip
from pilotproof.stats.bootstrap import FEWEST, bca_interval
from pilotproof.stats.changes import NoInterval, changes
from pilotproof.stats.dominance import paired_dominance
from pilotproof.stats.hodges_lehmann import hodges_lehmann
from pilotproof.stats.paired import paired_change
from pilotproof.stats.results import Interval
from pilotproof.stats.sign_flip import DRAWS, sign_flip_interval, sign_flip_p
from pilotproof.stats.signed_rank import signed_rank_test

R = json.loads((Path(__file__).parents[1] / "reference" / "paired.json").read_text(encoding="utf-8"))
CLOSED_FORM = 1e-9  # relative; both sides are exact and R prints 15 digits
HALVED = 2e-9  # absolute; R's own tolerance of 1e-9 moves the limits that it finds by halving
MONTE_CARLO = 4  # standard errors
CHANGES = {
    "teachers": [0.7, 0.2, 0.3, 0.6, -0.1, 0.7],
    "ties": [1, 0, 1, 0, 2, 1, -1, 0, 1, 1],
    "five": [1, 2, -3, 4, 6],
    "sleep": [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4],
    "darwin": [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48],
    "untied": [-i if i % 3 == 1 else i for i in range(1, 41)],
    "tied": np.repeat([-2, -1, 0, 1, 2, 3], [10, 40, 60, 50, 25, 15]),
    "carpentries": np.repeat([-4, -2, -1, 0, 1, 2, 3, 4, 5], [2, 4, 16, 209, 91, 56, 23, 21, 11]),
}
I = np.arange(1, 25)  # noqa: E741
SKEWED = np.round(np.exp(np.sin(I * 1.7) + np.cos(I * 0.9)) - 0.8, 4)
LIKERT = st.lists(st.integers(-4, 4), min_size=2, max_size=8)
UNTIED = st.lists(st.integers(1, 60), min_size=6, max_size=9, unique=True).flatmap(
    lambda sizes: st.tuples(*(st.sampled_from([size, -size]) for size in sizes))
)


def change_of(values, **options):
    return paired_change(before=np.zeros(len(values)), after=values, **options)


@pytest.mark.parametrize(("zeros", "by"), [("Pratt", "pratt"), ("dropped", "coin_dropped"), ("dropped", "dropped")])
@pytest.mark.parametrize("name", CHANGES)
def test_signed_rank_equals_r(name, zeros, by):
    found = signed_rank_test(CHANGES[name], zeros=zeros)
    assert found.statistic == R["ranked"][name][by]["statistic"]
    assert found.p_value == pytest.approx(R["ranked"][name][by]["p"], rel=CLOSED_FORM, abs=0)


def test_the_two_treatments_of_zeros_differ_and_are_named():
    # 60 zeros of 200 take the ranks 1 to 60 with Pratt, so that 90 rises of 140 changes weigh differently
    pratt, dropped = signed_rank_test(CHANGES["tied"]), signed_rank_test(CHANGES["tied"], zeros="dropped")
    assert (pratt.zeros, dropped.zeros) == ("Pratt", "dropped")
    assert pratt.p_value > 5 * dropped.p_value
    assert (pratt.n, pratt.unchanged, pratt.tied) == (dropped.n, dropped.unchanged, dropped.tied) == (200, 60, 140)


def enumerated_signed_rank(values, zeros):
    """p over every pattern of signs, ranks counted by hand: below, plus half of the equal ones."""
    values = np.array([v for v in values if v != 0 or zeros == "Pratt"], dtype=float)
    size = np.abs(values)
    ranks = np.array([(size < s).sum() + ((size == s).sum() + 1) / 2 for s in size])[values != 0]
    moved = values[values != 0]
    middle = ranks.sum() / 2
    sums = [sum(r for r, up in zip(ranks, pattern, strict=True) if up) for pattern in product([0, 1], repeat=len(moved))]
    observed = abs(ranks[moved > 0].sum() - middle)
    return np.mean([abs(s - middle) >= observed for s in sums])


@settings(max_examples=60, deadline=None)
@given(LIKERT, st.sampled_from(["Pratt", "dropped"]))
def test_signed_rank_is_the_enumeration_of_signs(values, zeros):
    found = signed_rank_test(values, zeros=zeros)
    assert found.p_value == pytest.approx(enumerated_signed_rank(values, zeros), rel=1e-12)
    assert found.least_attainable_p <= found.p_value
    # all in one direction: nothing is more extreme
    assert signed_rank_test(np.abs(values), zeros=zeros).p_value == found.least_attainable_p


@settings(max_examples=60, deadline=None)
@given(LIKERT, st.sampled_from([0.1, 3.0, np.pi * 1e6]))
def test_turning_or_rescaling_the_changes_turns_or_rescales_every_result(values, unit):
    found, turned, scaled = change_of(values), change_of([-v for v in values]), change_of(np.array(values) * unit)
    for field in ("sign_flip_p", "agreement"):
        assert getattr(found, field) == getattr(turned, field) == getattr(scaled, field)
    assert found.signed_rank.p_value == turned.signed_rank.p_value
    assert found.signed_rank == scaled.signed_rank
    assert found.hodges_lehmann.estimate == -turned.hodges_lehmann.estimate
    # to the 13 digits that changes of this size keep
    assert scaled.hodges_lehmann.estimate == pytest.approx(unit * found.hodges_lehmann.estimate, abs=1e-12 * unit)
    assert found.dominance == scaled.dominance and found.dominance.dominance == -turned.dominance.dominance
    for one, back, other in (
        (found.hodges_lehmann.interval, turned.hodges_lehmann.interval, scaled.hodges_lehmann.interval),
        (found.sign_flip_interval, turned.sign_flip_interval, scaled.sign_flip_interval),
    ):
        if isinstance(one, NoInterval):
            assert one == back == other
        else:
            assert (one.low, one.high) == (-back.high, -back.low)
            assert (other.low, other.high) == pytest.approx((unit * one.low, unit * one.high))


@pytest.mark.parametrize(
    ("name", "level", "case"),
    [("darwin", 0.95, "darwin_95"), ("darwin", 0.8, "darwin_80"), ("five", 0.9, "five_90"), ("untied", 0.99, "untied_99")],
)
@pytest.mark.parametrize("field", ["estimate", "low", "high", "confidence"])
def test_pseudo_median_of_untied_changes_equals_r(name, level, case, field):
    found = hodges_lehmann(CHANGES[name], confidence=level)
    assert isinstance(found.interval, Interval) and not found.is_conservative
    value = found.estimate if field == "estimate" else getattr(found.interval, field)
    assert value == pytest.approx(R["pseudo"][case][field], rel=CLOSED_FORM)


@pytest.mark.parametrize("name", CHANGES)
def test_pseudo_median_is_the_median_of_r_s_means_of_two(name):
    assert hodges_lehmann(CHANGES[name]).estimate == pytest.approx(R["medians"][name], rel=CLOSED_FORM)


@settings(max_examples=60, deadline=None)
@given(UNTIED, st.sampled_from([0.8, 0.9, 0.95]))
def test_the_pseudo_median_s_interval_is_what_the_signed_rank_test_does_not_reject(values, confidence):
    found = hodges_lehmann(values, confidence=confidence).interval
    # whole and half numbers are the only means of two: a hair inside or outside a limit no two changes are equally large
    hair, alpha = 0.01, 1 - confidence
    for limit, outwards in ((found.low, -hair), (found.high, hair)):
        outside, inside = np.array(values) - limit - outwards, np.array(values) - limit + outwards
        tied = len(np.unique(np.round(np.abs(inside), 6))) < len(values)
        assume(not tied and found.high - found.low > 1)
        assert signed_rank_test(outside).p_value <= alpha + 1e-12 < signed_rank_test(inside).p_value


def test_a_likert_interval_covers_at_least_as_often_as_it_says():
    # every outcome of 7 answers that change by -2 .. 2 with chances .1 .2 .4 .2 .1, symmetric about 0
    chance, n, covered, total = {-2: 0.1, -1: 0.2, 0: 0.4, 1: 0.2, 2: 0.1}, 7, 0.0, 0.0
    for values in combinations_with_replacement(chance, n):
        ways = factorial(n) // prod(factorial(values.count(v)) for v in chance)
        weight, found = ways * prod(chance[v] for v in values), hodges_lehmann(values, confidence=0.9)
        total += weight
        assert found.is_conservative
        if isinstance(found.interval, NoInterval):  # all equal: no interval is given, so none can miss
            covered += weight
            continue
        # 2 P(W+ <= k - 1) of 7 untied changes: 2, 4, 6, 10 of 128; .1 allows 10 / 128
        assert found.interval.confidence == 1 - 10 / 128
        covered += weight * (found.interval.low <= 0 <= found.interval.high)
    assert total == pytest.approx(1)
    assert covered > 1 - 10 / 128


@pytest.mark.parametrize("name", ["five", "ties", "darwin"])
def test_exact_sign_flips_equal_r(name):
    assert sign_flip_p(CHANGES[name]) == pytest.approx(R["flipped"][name], rel=CLOSED_FORM)


@pytest.mark.parametrize("name", ["untied", "tied"])
def test_simulated_sign_flips_come_as_close_to_r_s_exact_p_as_their_draws_allow(name):
    p = R["flipped"][name]
    # (hits + 1) / (draws + 1): one hit is added, so that p is never 0
    assert sign_flip_p(CHANGES[name]) == pytest.approx(p, abs=MONTE_CARLO * sqrt(p * (1 - p) / DRAWS) + 1 / DRAWS)


@pytest.mark.parametrize(("name", "level"), [("teachers", 0.95), ("ties", 0.9), ("sleep", 0.95), ("darwin", 0.95), ("five", 0.9)])
def test_the_sign_flip_interval_equals_r_s_inversion(name, level):
    found, expected = sign_flip_interval(CHANGES[name], confidence=level), R["inverted"][f"{name}_{level * 100:.0f}"]
    assert (found.low, found.high) == pytest.approx((expected["low"], expected["high"]), rel=0, abs=HALVED)
    assert found.confidence >= level


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-8, 8), min_size=6, max_size=10), st.sampled_from([0.8, 0.9, 0.95]))
def test_the_sign_flip_interval_ends_where_p_crosses_alpha(values, confidence):
    assume(len(set(values)) > 1)
    found, change = sign_flip_interval(values, confidence=confidence), np.array(values, dtype=float)
    # means of subsets are fractions with denominators up to 10: two different ones lie 1 / 90 apart, or more
    for limit, outwards in ((found.low, -0.005), (found.high, 0.005)):
        assert sign_flip_p(change - limit - outwards) <= 1 - confidence + 1e-12 < sign_flip_p(change - limit)
    if found.low < change.mean() < found.high:
        assert sign_flip_p(change - change.mean()) == 1.0


def test_drawn_subsets_give_the_interval_of_all_subsets():
    # 21 changes are drawn; here all 2^21 - 1 means, and where the drawn limits fall among them
    change = SKEWED[:21]
    sums, sizes = np.zeros(1), np.zeros(1)
    for value in change:
        sums, sizes = np.concatenate([sums, sums + value]), np.concatenate([sizes, sizes + 1])
    means, found = sums[1:] / sizes[1:], sign_flip_interval(change)
    error = sqrt(0.025 * 0.975 / DRAWS)
    assert np.mean(means <= found.low) == pytest.approx(0.025, abs=MONTE_CARLO * error)
    assert np.mean(means >= found.high) == pytest.approx(0.025, abs=MONTE_CARLO * error)
    assert found == sign_flip_interval(change) != sign_flip_interval(change, seed=1)


@pytest.mark.parametrize(("case", "level"), [("skewed_95", 0.95), ("skewed_80", 0.8)])
@pytest.mark.parametrize("end", ["low", "high"])
def test_bca_comes_as_close_to_r_s_boot_as_the_draws_allow(case, level, end):
    expected = R["bca"][case]
    # R's limit is the mean over 40 seeds of 20,000 draws, ours is one of 100,000
    variance = expected[f"{end}_sd"] ** 2 * (1 / expected["seeds"] + expected["draws"] / DRAWS)
    assert getattr(bca_interval(SKEWED, confidence=level), end) == pytest.approx(
        expected[end], rel=0, abs=MONTE_CARLO * sqrt(variance)
    )


def test_bca_follows_the_skew_and_the_seed():
    found = bca_interval(SKEWED)
    assert SKEWED.mean() - found.low < found.high - SKEWED.mean()
    assert found == bca_interval(SKEWED) != bca_interval(SKEWED, seed=1)
    assert bca_interval(SKEWED, draws=20_000, seed=3).low == pytest.approx(found.low, abs=MONTE_CARLO * 0.0052)


def test_ten_pairs_are_the_fewest_whose_bootstrap_covers_nine_times_in_ten():
    def covers(n):
        return 1 - 2 * stats.t.sf(stats.norm.ppf(0.975) * sqrt((n - 1) / n), n - 1)

    assert covers(FEWEST - 1) < 0.90 < covers(FEWEST)
    assert bca_interval(range(FEWEST - 1)) == NoInterval(
        reason="too few pairs for a bootstrap", n=9, confidence=0.95, largest_confidence=None
    )
    assert isinstance(bca_interval(range(FEWEST)), Interval)


@pytest.mark.parametrize(("name", "level"), [("carpentries", 0.95), ("sleep", 0.9), ("teachers", 0.95)])
def test_sign_test_equals_r(name, level):
    found, expected = paired_dominance(CHANGES[name], confidence=level), R["signs"][f"{name}_{level * 100:.0f}"]
    assert found.p_value == pytest.approx(expected["p"], rel=CLOSED_FORM, abs=0)
    assert found.rose_of_changed == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
    assert (found.interval.low, found.interval.high) == pytest.approx((expected["low"], expected["high"]), rel=CLOSED_FORM)


def test_directions_are_counted():
    found = paired_dominance(CHANGES["carpentries"])
    assert (found.n, found.rose, found.fell, found.stayed) == (433, 202, 22, 209)
    assert (found.share_rose, found.share_fell, found.share_stayed) == (202 / 433, 22 / 433, 209 / 433)
    assert found.dominance == (202 - 22) / 433
    # of 6 that changed all but one rose: 2 * (1 + 6) / 2^6
    assert paired_dominance([1, 2, 3, 4, 5, -1, 0]).p_value == 2 * (comb(6, 0) + comb(6, 1)) / 2**6


def test_when_nobody_changed_there_is_nothing_to_tell():
    found = change_of([0] * 8)
    assert (found.dominance.rose_of_changed, found.dominance.interval, found.dominance.p_value) == (None, None, 1.0)
    assert (found.signed_rank.statistic, found.signed_rank.p_value, found.signed_rank.least_attainable_p) == (0.0, 1.0, 1.0)
    assert found.hodges_lehmann.estimate == 0.0
    assert found.agreement.verdict == "cannot reject"


@pytest.mark.parametrize(("n", "zeros", "p"), [(6, 0, 2 / 64), (6, 1, 2 / 32), (8, 4, 2 / 16), (3, 3, 1.0), (3, 2, 1.0)])
def test_a_change_of_zero_has_no_sign_to_flip(n, zeros, p):
    assert least_attainable_p_sign_flip(n, zeros=zeros) == p
    change = [0] * zeros + list(range(1, n - zeros + 1))
    for found in (signed_rank_test(change), signed_rank_test(change, zeros="dropped"), paired_dominance(change)):
        assert found.least_attainable_p == found.p_value == p
    assert sign_flip_p(change) == p


@pytest.mark.parametrize(
    ("change", "verdict", "rejected"),
    [
        (CHANGES["teachers"], "disagree", (True, False, False)),  # t .029, both exact tests .0625
        (CHANGES["darwin"], "disagree", (True, False, True)),  # t .0497, sign-flip .0527, signed-rank .0413
        (CHANGES["ties"], "agree: not rejected", (False, False, False)),  # t .051, exact .109
        (CHANGES["sleep"], "agree: rejected", (True, True, True)),  # t .0028, exact .0039
        ([1.0, 1.1, 1.2, 1.3, 1.4], "cannot reject", (True, False, False)),  # five: .0625 at least, whatever t says
        ([1, 1.1, 1.2, 1.3, 1.4, 0, 0, 0], "cannot reject", (True, False, False)),  # eight, of whom five changed
        ([1] * 6, "agree: rejected", (None, True, True)),  # no spread, no t; 2 / 64
    ],
)
def test_agreement_of_the_tests(change, verdict, rejected):
    found = change_of(change).agreement
    assert found.verdict == verdict
    assert (found.is_rejected_by_t, found.is_rejected_by_sign_flip, found.is_rejected_by_signed_rank) == rejected
    assert found.alpha == 0.05


def test_six_teachers_every_way():
    found = paired_change(before=[3.1, 2.8, 3.6, 2.9, 3.3, 3.0], after=[3.8, 3.0, 3.9, 3.5, 3.2, 3.7])
    # 5 of 6 rose; -.1 has rank 1 of 21, so W+ = 20; signs with W+ of 0, 1, 20 or 21: 4 / 64
    assert (found.signed_rank.statistic, found.signed_rank.p_value, found.sign_flip_p) == (20, 4 / 64, 4 / 64)
    # the .95 asked for allows one pattern on each side, so that the interval runs from the least to the largest change
    whole = Interval(low=-0.1, high=0.7, confidence=1 - 2 / 64)
    assert found.sign_flip_interval == found.hodges_lehmann.interval == whole
    assert found.bootstrap.reason == "too few pairs for a bootstrap"


@pytest.mark.parametrize("interval", [sign_flip_interval, lambda change, **level: hodges_lehmann(change, **level).interval])
def test_five_pairs_give_no_95_percent_interval_but_one_of_93_75(interval):
    refused = interval(CHANGES["five"])
    assert refused == NoInterval(
        reason="too few pairs for this confidence", n=5, confidence=0.95, largest_confidence=1 - 2 / 2**5
    )
    assert interval(CHANGES["five"], confidence=refused.largest_confidence) == Interval(low=-3, high=6, confidence=0.9375)


@pytest.mark.parametrize("interval", [sign_flip_interval, bca_interval])
def test_few_draws_cannot_give_a_high_confidence(interval):
    refused = interval(SKEWED, draws=100, confidence=0.99)
    assert refused.reason == "too few draws for this confidence" and refused.largest_confidence < 0.99
    assert isinstance(interval(SKEWED, draws=100, confidence=refused.largest_confidence), Interval)


@pytest.mark.parametrize("interval", [sign_flip_interval, bca_interval, lambda change: hodges_lehmann(change).interval])
def test_equal_changes_give_no_interval_without_width(interval):
    assert interval([0.1 + 0.2, 0.3] * 6) == NoInterval(
        reason="all changes are equal", n=12, confidence=0.95, largest_confidence=None
    )


def test_float_noise_does_not_break_ties():
    # 0.3 - 0.2, 0.4 - 0.3 and 1.1 - 1.0 differ in the 17th digit; at 1e7 in the 9th
    for start in (0.0, 1e7):
        after, before = start + np.array([0.3, 0.4, 1.1, 0.5]), start + np.array([0.2, 0.3, 1.0, 0.3])
        assert paired_change(before=before, after=after).signed_rank.tied == 3
    assert changes([1e-12, -1e-12]).tolist() == [0, 0]


FUNCTIONS = [signed_rank_test, hodges_lehmann, sign_flip_p, sign_flip_interval, bca_interval, paired_dominance]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ([1, np.nan], "change has 1 missing or infinite values"),
        ([1, np.inf], "change has 1 missing or infinite values"),
        (["1", "2"], "change must hold numbers only"),
        ([], "change needs at least 1 values"),
        ([[1, 2]], "change must be one column"),
    ],
)
def test_unusable_changes_are_named(function, bad, message):
    with pytest.raises(ValueError, match=message):
        function(bad)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: signed_rank_test([1, 2], zeros="wilcox"), "zeros must be 'Pratt' or 'dropped', not 'wilcox'"),
        (lambda: least_attainable_p_sign_flip(2, zeros=3), r"zeros \(3\) cannot exceed n \(2\)"),
        (lambda: hodges_lehmann([1, 2], confidence=95), "confidence must lie between 0 and 1"),
        (lambda: sign_flip_interval([1, 2], confidence=1), "confidence must lie between 0 and 1"),
        (lambda: bca_interval([1, 2], confidence=0), "confidence must lie between 0 and 1"),
        (lambda: paired_dominance([1, 2], confidence=np.nan), "confidence must be a number"),
        (lambda: change_of(CHANGES["five"], draws=0), "draws must be a whole number of at least 1"),
    ],
)
def test_unusable_options_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
