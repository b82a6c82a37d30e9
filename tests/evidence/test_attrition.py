"""The attrition boundary: every row of the published table, both assumptions, and what lies between and beyond."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pilotproof.evidence.attrition import BOUNDARY, judge_attrition
from pilotproof.evidence.wwc import rate_design
from pilotproof.stats.attrition import attrition_rates
from pilotproof.stats.baseline import classify_baseline

# WWC Standards Handbook 4.0, Table II.1: overall attrition, highest differential attrition that is low (cautious, optimistic),
# all in percent; None where every differential is high.
TABLE = """
 0 5.7 10.0 | 11 6.2 10.9 | 22 5.2  9.9 | 33 3.6 7.8 | 44 2.0 5.3 | 55 0.3 2.8
 1 5.8 10.1 | 12 6.2 10.9 | 23 5.1  9.7 | 34 3.5 7.6 | 45 1.8 5.1 | 56 0.2 2.6
 2 5.9 10.2 | 13 6.1 10.9 | 24 4.9  9.5 | 35 3.3 7.4 | 46 1.6 4.9 | 57 0.0 2.3
 3 5.9 10.3 | 14 6.0 10.8 | 25 4.8  9.4 | 36 3.2 7.2 | 47 1.5 4.6 | 58 - 2.1
 4 6.0 10.4 | 15 5.9 10.8 | 26 4.7  9.2 | 37 3.1 7.0 | 48 1.3 4.4 | 59 - 1.9
 5 6.1 10.5 | 16 5.9 10.7 | 27 4.5  9.0 | 38 2.9 6.7 | 49 1.2 4.2 | 60 - 1.6
 6 6.2 10.7 | 17 5.8 10.6 | 28 4.4  8.8 | 39 2.8 6.5 | 50 1.0 3.9 | 61 - 1.4
 7 6.3 10.8 | 18 5.7 10.5 | 29 4.3  8.6 | 40 2.6 6.3 | 51 0.9 3.7 | 62 - 1.1
 8 6.3 10.9 | 19 5.5 10.3 | 30 4.1  8.4 | 41 2.5 6.0 | 52 0.7 3.5 | 63 - 0.9
 9 6.3 10.9 | 20 5.4 10.2 | 31 4.0  8.2 | 42 2.3 5.8 | 53 0.6 3.2 | 64 - 0.7
10 6.3 10.9 | 21 5.3 10.0 | 32 3.8  8.0 | 43 2.1 5.6 | 54 0.4 3.0 | 65 - 0.5
"""
ROWS = [tuple(cell.split()) for line in TABLE.strip().splitlines() for cell in line.split("|")]
CELLS = [
    (int(overall), assumption, None if low == "-" else float(low))
    for overall, *lows in ROWS
    for assumption, low in zip(("cautious", "optimistic"), lows, strict=True)
]
STEP = 0.0001  # a hundredth of a percentage point
SHARE = st.floats(0, 1)


@pytest.mark.parametrize(("overall", "assumption", "low"), CELLS)
def test_each_cell_of_the_table_is_low_up_to_its_limit_and_high_above_it(overall, assumption, low):
    if low is None:
        assert not judge_attrition(overall=overall / 100, differential=0.0, assumption=assumption).is_low
        return
    at, above = (
        judge_attrition(overall=overall / 100, differential=d, assumption=assumption) for d in (low / 100, low / 100 + STEP)
    )
    assert (at.is_low, above.is_low) == (True, False)
    assert at.boundary == pytest.approx(low / 100)


def test_the_table_is_whole():
    assert sorted(int(row[0]) for row in ROWS) == list(range(66)) == list(range(len(BOUNDARY["optimistic"])))
    assert len(BOUNDARY["cautious"]) == 58 and not judge_attrition(overall=0.58, differential=0).is_low
    assert not judge_attrition(overall=0.66, differential=0, assumption="optimistic").is_low


@pytest.mark.parametrize(
    ("counts", "overall", "differential", "cautious", "optimistic"),
    [
        # (120 - 102 + 110 - 104) / 230 = 24 / 230; 18/120 - 6/110; between 10 and 11 %: 6.3 - .43 * .1
        ((120, 102, 110, 104), 24 / 230, 0.15 - 6 / 110, False, True),
        ((120, 108, 110, 101), 21 / 230, 0.10 - 9 / 110, True, True),
        ((60, 30, 60, 29), 61 / 120, 1 / 60, False, True),
    ],
)
def test_worked_cases(counts, overall, differential, cautious, optimistic):
    names = ("assigned_treated", "analysed_treated", "assigned_comparison", "analysed_comparison")
    rates = attrition_rates(**dict(zip(names, counts, strict=True)))
    assert (rates.overall, rates.differential) == (pytest.approx(overall), pytest.approx(differential))
    for assumption, is_low in (("cautious", cautious), ("optimistic", optimistic)):
        assert judge_attrition(overall=overall, differential=differential, assumption=assumption).is_low == is_low


@pytest.mark.parametrize(
    ("gap", "is_adjusted", "is_met"), [(0.050, False, True), (0.148, False, False), (0.148, True, True), (0.2501, True, False)]
)
def test_worked_cases_of_baseline_equivalence(gap, is_adjusted, is_met):
    for sign in (1, -1):
        rating = rate_of(None, is_randomised=False, baseline=classify_baseline(sign * gap), is_adjusted_for_pretest=is_adjusted)
        assert (rating != "does not meet") == is_met


def rate_of(is_attrition_low: bool | None, **changed: object) -> str:
    design = {
        "is_randomised": True,
        "has_comparison": True,
        "fewest_clusters_in_an_arm": 8,
        "ineligible": None,
        "baseline": None,
        "is_adjusted_for_pretest": True,
    }
    return rate_design(**(design | changed), is_attrition_low=is_attrition_low).rating


RANK = ("does not meet", "with reservations", "without reservations")
TURN = 0.10  # the boundary of the table rises to here: more attrition is worse only beyond it


@given(
    overall=SHARE,
    differential=SHARE,
    more=SHARE,
    assumption=st.sampled_from(["cautious", "optimistic"]),
    baseline=st.sampled_from([None, "satisfied", "needs adjustment", "fails"]),
    is_adjusted=st.booleans(),
)
def test_worse_attrition_never_raises_a_rating(overall, differential, more, assumption, baseline, is_adjusted):
    def rank(overall: float, differential: float) -> int:
        low = judge_attrition(overall=overall, differential=differential, assumption=assumption).is_low
        return RANK.index(rate_of(low, baseline=baseline, is_adjusted_for_pretest=is_adjusted))

    assert rank(overall, min(1, differential + more)) <= rank(overall, differential)
    assume(overall >= TURN)
    assert rank(min(1, overall + more), differential) <= rank(overall, differential)
