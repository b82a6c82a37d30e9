"""Time on task from small tables: one teacher counts once, bounds stay bounds, and what cannot be told is a value."""

from __future__ import annotations

from math import sqrt

import pytest

from pilotproof.analyse.observations import analyse_observations
from pilotproof.clean.observations import clean_observations
from pilotproof.findings import NoOnTaskChange, ObservationFinding, ProcedureFinding
from pilotproof.stats.agreement import icc_two_way_random
from pilotproof.stats.paired import PairedChange
from tests.clean.drawn import raw
from tests.clean.test_observations import HEADER, pilot

ARMS = {"T-1": "treated", "T-2": "treated", "T-3": "treated", "C-1": "comparison"}


def found(*lines: str) -> ObservationFinding | None:
    """The finding on sheets drawn as `session day teacher observer procedure on/present on/present …`."""
    rows = []
    for line in lines:
        session, day, teacher, observer, procedure, *marks = line.split()
        for number, mark in enumerate(marks, start=1):
            on, _, present = mark.partition("/")
            code = "" if present else {"1": "on", "0": "off"}[on]
            scan = f"{on} | {present}" if present else " | "
            where = f"{session} | 2026-{day} | {teacher} | 1 | {observer}"
            rows.append(f"{where} | {procedure.replace('_', ' ')} | {number} | 5 | {code} | {scan}")
    tables = clean_observations(raw(HEADER + "\n".join(rows), "o.csv"), pilot=pilot(), arm_of_teacher=ARMS).tables
    return analyse_observations(tables["observations"], tables["observation_pairs"])


def only(*lines: str) -> ProcedureFinding:
    (procedure,) = found(*lines).procedures
    return procedure


TWO_TEACHERS = (
    "a 09-07 t-1 AB class_scan 10/20 14/20",  # .60
    "b 09-08 t-2 AB class_scan 16/20 16/20",  # .80
    "c 09-15 t-1 AB class_scan 14/20 14/20",  # .70
    "d 09-16 t-1 AB class_scan 16/20 20/20",  # .90
    "e 09-16 t-2 AB class_scan 18/20 18/20",  # .90
)


def test_each_teacher_counts_once_however_often_observed():
    before, during = only(*TWO_TEACHERS).shares
    # before (.60 + .80) / 2; during ((.70 + .90) / 2 + .90) / 2, not the mean of three lessons
    assert before.estimate == pytest.approx(0.70) and during.estimate == pytest.approx(0.85)
    assert (during.sessions, during.teachers, during.fewest_sessions, during.most_sessions) == (3, 2, 1, 2)
    # means .80 and .90: SD .0707, SE .05, t(1) = 12.706; the interval ends at 1
    assert during.standard_error == pytest.approx(0.1 / sqrt(2) / sqrt(2))
    assert (during.interval.low, during.interval.high) == (pytest.approx(0.85 - 12.70620474 * 0.05), 1.0)
    assert during.minutes == pytest.approx(0.85 * 10), "of two scans of five minutes"
    assert during.students == 40, "at least 20 of each teacher"


def test_the_change_is_over_teachers_and_its_least_p_comes_with_it():
    (change,) = only(*TWO_TEACHERS).changes
    assert change.arm == "treated" and isinstance(change.change, PairedChange)
    # .80 - .60 = .20 and .90 - .80 = .10
    assert change.change.mean_change == pytest.approx(0.15) and change.change.n == 2
    assert change.change.least_attainable_p == 2 / 2**2


@pytest.mark.parametrize(
    ("lines", "reason", "teachers"),
    [
        (TWO_TEACHERS[2:], "not observed before", 0),
        (TWO_TEACHERS[:2], "not observed during", 0),
        (TWO_TEACHERS[1:4], "fewer than two teachers in both phases", 0),
        (TWO_TEACHERS[:1] + TWO_TEACHERS[2:], "fewer than two teachers in both phases", 1),
    ],
)
def test_a_change_that_cannot_be_given_is_a_value_with_its_reason(lines, reason, teachers):
    (change,) = only(*lines).changes
    assert change.change == NoOnTaskChange(reason=reason, teachers=teachers)


def test_teachers_seen_in_one_phase_alone_do_not_enter_the_change():
    (change,) = only(*TWO_TEACHERS, "f 09-17 t-3 AB class_scan 1/20").changes
    assert change.change.n == 2 and change.change.mean_change == pytest.approx(0.15)


@pytest.mark.parametrize(("procedure", "bias"), [("partial", "upper bound"), ("whole", "lower bound")])
def test_a_bound_is_never_turned_into_minutes(procedure, bias):
    seen = only(f"a 09-15 t-1 AB {procedure} 1 1 0 1", f"b 09-15 t-2 AB {procedure} 1 0 0 1")
    (share,) = seen.shares
    assert seen.bias == bias and share.minutes is None and share.estimate == (3 / 4 + 2 / 4) / 2


def test_procedures_are_never_put_together():
    mixed = found("a 09-15 t-1 AB momentary 1 1 0 1", *TWO_TEACHERS[2:], "g 09-17 t-2 AB partial 1 1 1 1")
    assert [way.procedure for way in mixed.procedures] == ["class_scan", "momentary", "partial"], "most sessions first"
    assert [way.shares[0].estimate for way in mixed.procedures] == [pytest.approx(0.85), 0.75, 1.0]


def test_only_class_scans_give_a_point_for_each_lesson():
    # a momentary sheet may follow one student, whom a point would show
    assert only("a 09-15 t-1 AB momentary 1 0 1").sessions == ()
    points = only(*reversed(TWO_TEACHERS)).sessions
    assert [(point.session_date.day, point.share) for point in points] == [
        (7, 0.6), (8, 0.8), (15, 0.7), (16, 0.9), (16, 0.9),
    ]  # fmt: skip
    assert {point.students for point in points} == {20.0}


def test_of_two_observers_the_first_counts_and_the_second_tells_agreement():
    lesson = "c 09-15 t-1 {} class_scan {}"
    seen = only(lesson.format("ZZ", "10/20 16/20 18/20"), lesson.format("AB", "10/20 12/20 18/20"), TWO_TEACHERS[4])
    assert seen.shares[0].estimate == pytest.approx(((10 + 16 + 18) / 60 + 0.9) / 2)
    agreement = seen.agreement
    assert agreement.kappa is None and agreement.counts.exact == 2 / 3
    assert agreement.agreement == pytest.approx((1 + 12 / 16 + 1) / 3)
    assert agreement.coding[0].share == 1 / 2 and agreement.is_enough_coded
    assert agreement.icc.subjects == 3 and agreement.beyond_chance == agreement.icc.estimate


def test_the_same_two_observers_are_told_from_changing_ones():
    first, second = "c 09-15 t-1 {} class_scan 10/20 16/20 18/20", "c 09-15 t-1 {} class_scan 11/20 17/20 19/20"
    again, other = "d 09-16 t-1 {} class_scan 9/20 12/20", "d 09-16 t-1 {} class_scan 10/20 13/20"
    shares = [[10, 11], [16, 17], [18, 19], [9, 10], [12, 13]]
    same = only(first.format("AB"), second.format("CD"), again.format("AB"), other.format("CD")).agreement
    assert same.icc.form == "ICC(2,1)" and same.icc.estimate == pytest.approx(icc_two_way_random(shares).estimate)
    assert (same.consistency.form, same.consistency.estimate) == ("ICC(3,1)", pytest.approx(1.0))  # one always sees one more
    # another second observer, or the two the other way round: nothing constant can be told of either
    for changed in (other.format("EF"), None):
        lines = (again.format("AB"), changed) if changed else (other.format("CD"), again.format("AB"))
        mixed = only(first.format("AB"), second.format("CD"), *lines).agreement
        assert mixed.icc.form == "ICC(1)" and mixed.consistency is None and mixed.beyond_chance == mixed.icc.estimate


def test_codes_give_kappa_with_its_prevalence():
    # both on 4, both off 2, first on 1, second on 1: po = 6/8; both say on 5/8 of the time: pe = (5/8)^2 + (3/8)^2 = 34/64
    first, second = "1 1 1 1 0 0 1 0", "1 1 1 1 0 0 0 1"
    agreement = only(f"a 09-15 t-1 AB momentary {first}", f"a 09-15 t-1 CD momentary {second}").agreement
    assert agreement.kappa.estimate == pytest.approx((6 / 8 - 34 / 64) / (1 - 34 / 64))
    assert agreement.kappa.prevalence_index == (4 - 2) / 8 and agreement.agreement == 6 / 8
    assert agreement.is_reliable is False, "75 % is below 80 %, and .47 below .60"


def test_agreement_that_cannot_be_told_is_none_and_not_a_pass():
    # one code throughout: chance agreement is 1 as well
    same = only("a 09-15 t-1 AB momentary 1 1 1", "a 09-15 t-1 CD momentary 1 1 1").agreement
    assert same.agreement == 1 and same.kappa.estimate is None and same.is_reliable is None
    # 17 of 20 and 34 of 40 differ in float noise at most
    scans = only("a 09-15 t-1 AB class_scan 17/20 34/40", "a 09-15 t-1 CD class_scan 17/20 34/40").agreement
    assert scans.icc is None and scans.beyond_chance is None and scans.is_reliable is None
    assert only("a 09-15 t-1 AB momentary 1", "a 09-15 t-1 CD momentary 1").agreement.kappa is None
    assert only(*TWO_TEACHERS).agreement is None


def test_each_phase_needs_its_own_double_coding():
    twice = [line.replace("AB", "CD") for line in TWO_TEACHERS[:2]]
    coding = only(*TWO_TEACHERS, *twice).agreement
    assert [(phase.phase, phase.share) for phase in coding.coding] == [("before", 1.0), ("during", 0.0)]
    assert not coding.is_enough_coded


def test_no_session_is_no_finding():
    tables = clean_observations(raw(HEADER + "a | 2026-09-15 | x-9 | 1 | AB | partial | 1 | 5 | on | |", "o.csv"), pilot=pilot(),
                                arm_of_teacher=ARMS).tables  # fmt: skip
    assert analyse_observations(tables["observations"], tables["observation_pairs"]) is None


def test_no_teacher_is_named_and_the_tables_are():
    finding = found(*TWO_TEACHERS)
    assert "T-1" not in finding.model_dump_json()
    assert set(finding.basis.tables) == {"observations", "observation_pairs"}
    assert ObservationFinding.model_validate_json(finding.model_dump_json()) == finding
