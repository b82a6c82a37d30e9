"""Coding, groups and the flow of students: what is said in the place of what would tell of few."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from pilotproof.disclosure import coded_part, coded_share, coded_where_few, few_or, may_show_part, shown_flow, shown_points
from pilotproof.disclosure.display import counts_to_show, flow_to_show, shown_records
from pilotproof.findings import ClusterPoint, FlowStep, PartOf
from pilotproof.stats.concentration import is_dominated
from pilotproof.stats.results import Interval
from tests.report.conftest import demo_findings


@pytest.fixture
def findings():
    return demo_findings()


def part(some: int, of: int) -> PartOf:
    return PartOf(some=some, of=of, share=some / of, interval=Interval(low=0.0, high=1.0, confidence=0.95))


@pytest.mark.parametrize(
    ("share", "n", "said", "bound"),
    [
        (0.0, 15, 0.10, "at most"),
        (1.0, 20, 0.90, "at least"),
        (0.5, 20, 0.5, None),
        (0.0, 21, 0.05, "at most"),
        (0.975, 40, 0.95, "at least"),
        (1.0, 100, 0.98, "at least"),
        (0.995, 400, 0.99, "at least"),
        (0.011, 400, 0.011, None),
    ],
)
def test_shares_near_none_and_all_are_bounds(share, n, said, bound):
    found = coded_share(share, n)
    assert (found.share, found.bound) == (pytest.approx(said), bound)


@pytest.mark.parametrize(
    ("some", "of", "count", "share", "bound"),
    [
        (4, 110, "< 10", 0.09, "at most"),  # 9 of 110 are 8.2%
        (0, 110, "< 10", 0.09, "at most"),  # none looks like nine
        (110, 110, "all but < 10", 0.91, "at least"),
        (101, 110, "all but < 10", 0.91, "at least"),
        (3, 2000, "< 10", 0.01, "at most"),  # bottom coded
    ],
)
def test_few_and_all_but_few(some, of, count, share, bound):
    said, coded = coded_part(part(some, of), 10)
    assert (said, coded.bound) == (count, bound)
    assert coded.share == pytest.approx(share)


def test_a_bound_that_tells_little_is_not_said():
    assert coded_part(part(4, 12), 10) == ("< 10", None)


@pytest.mark.parametrize(
    ("some", "of", "may"), [(60, 110, True), (9, 110, False), (105, 110, False), (0, 110, False), (50, 50, False)]
)
def test_parts(findings, some, of, may):
    assert may_show_part(part(some, of), findings) is may


def test_nine_and_none_are_said_alike(findings):
    assert few_or(0, findings) == few_or(9, findings) == "fewer than 10"
    assert few_or(10, findings) == "10"


def point(students: int, arm: str = "treated") -> ClusterPoint:
    return ClusterPoint(arm=arm, students=students, mean_pretest=50.0, mean_posttest=60.0)


def test_a_small_class_takes_another_with_it(findings):
    points = (point(25), point(4), point(20), point(12, "comparison"), point(22, "comparison"))
    shown = shown_points(points, findings)
    assert [p.students for p in shown] == [25, 12, 22]


def test_two_small_classes_hide_one_another_if_they_are_ten_together(findings):
    assert [p.students for p in shown_points((point(25), point(4), point(7)), findings)] == [25]
    assert [p.students for p in shown_points((point(25), point(4), point(5), point(30)), findings)] == [30]


# ---- who was left out ----------------------------------------------------------------------------------------------


def steps(*removed: int, start: int = 100) -> list[FlowStep]:
    found, left = [], start
    for number, count in enumerate((0, *removed)):
        left -= count
        found.append(
            FlowStep(table="x", step=number, label=f"Rule {number}", arm="treated", removed=count, remaining=left, clusters=4)
        )
    return found


def shown(*removed: int) -> list[tuple[int | None, int | None]]:
    return [(step.removed, step.remaining) for step in shown_flow(steps(*removed), least=10)]


def test_a_flow_without_few_is_shown_whole():
    assert shown(23, 0, 12) == [(0, 100), (23, 77), (0, 77), (12, 65)]


def test_rules_of_few_are_not_told_apart_from_rules_of_none():
    assert shown(23, 30, 5, 0, 6) == [(0, 100), (23, None), (30, None), (None, None), (None, None), (None, 36)]
    assert shown(23, 0, 3, 0)[2:] == shown(23, 3, 0, 0)[2:]


def test_rules_that_left_out_few_together_take_another_with_them():
    """100 less 74 less 23 would be 3, whose reasons are listed."""
    assert shown(23, 1, 0, 2) == [(0, 100), (None, None), (None, None), (None, None), (None, 74)]
    assert shown(23, 40, 1, 2)[1:3] == [(None, None), (40, None)]


def test_what_is_hidden_of_a_flow_holds_ten_unless_everything_is_hidden():
    for removed in itertools.product((0, 1, 4, 9, 12, 31), repeat=3):
        hidden = [count for count, (said, _) in zip(removed, shown(*removed)[1:], strict=True) if said is None]
        assert not hidden or len(hidden) == len(removed) or (sum(hidden) >= 10 and len(hidden) > 1), removed


def test_a_single_rule_of_few_takes_another_with_it():
    assert shown(23, 3, 40) == [(0, 100), (None, None), (None, None), (40, 34)]


def test_an_arm_that_started_with_few_is_not_shown():
    assert [(s.removed, s.remaining) for s in shown_flow(steps(1, start=4), least=10)] == [(None, None), (None, None)]


def test_of_an_arm_that_ended_with_few_only_the_start_is_shown():
    assert shown(60, 33) == [(0, 100), (None, None), (None, None)]


def test_the_flow_of_other_things_is_not_touched():
    assert [(s.removed, s.remaining) for s in shown_flow(steps(1, 2), least=0)] == [(0, 100), (1, 99), (2, 97)]


# ---- dominance -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "dominated"),
    [
        ([100.0, *[0.0] * 9], True),  # one student gives all
        ([100.0, 50.0, *[1.0] * 9], True),  # the others give 9 < 10% of 100
        ([100.0, 50.0, *[1.0] * 10], False),  # 10 is not less than 10
        ([30.0] * 12, False),
        ([0.0] * 12, False),
        ([5.0], True),
    ],
)
def test_dominance(values, dominated):
    assert is_dominated(values) is dominated


def test_a_negative_contribution_is_refused():
    with pytest.raises(ValueError, match="below 0"):
        is_dominated([-1.0, 2.0])


# ---- tables of the notebooks, and records of files -----------------------------------------------------------------


def test_a_flow_in_a_notebook_has_the_limits_of_the_page():
    flow = pd.DataFrame([step.model_dump() for step in steps(23, 1, 0, 2)])
    shown = flow_to_show(flow, 10)["treated"].tolist()
    assert shown == ["100 left", "not told", "not told", "not told", "not told, 74 left"]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([240, 3, 23, 1], ["240", "< 10", "not told", "< 10"]),  # else 4 would follow from the file's rows
        ([240, 3, 23, 8], ["240", "< 10", "23", "< 10"]),
        ([240, 12], ["240", "12"]),
        ([240, 23, 4, 0], ["240", "not told", "< 10", "0"]),  # 23 and 4, not 4 and 0
        ([240, 4], ["not told", "< 10"]),  # the other would follow from the file's 244 rows
        ([240, 23, 4], ["240", "not told", "< 10"]),
    ],
)
def test_records_of_a_file_whose_rows_are_counted(records, said):
    assert shown_records(records, 10) == said


def test_numbers_of_students_in_a_notebook():
    assert counts_to_show(pd.DataFrame({"size": [1234, 9, 0]}), 10)["size"].tolist() == ["1,234", "< 10", "0"]


@pytest.mark.parametrize(
    ("some", "of", "said", "bound"),
    [
        (60, 110, 60 / 110, None),
        (9, 110, 0.09, "at most"),
        (0, 110, 0.09, "at most"),
        (10, 110, 10 / 110, None),
        (101, 110, 0.91, "at least"),
        (110, 110, 0.91, "at least"),
    ],
)
def test_the_share_who_passed_is_a_bound_where_few_did_or_did_not(some, of, said, bound):
    found = coded_where_few(some / of, of, 10)
    assert (found.share, found.bound) == (pytest.approx(said), bound)
