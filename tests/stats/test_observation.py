"""Time on task: what each procedure can and cannot say, and one teacher counting once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pilotproof.stats.observation import time_on_task

R = json.loads((Path(__file__).parents[1] / "reference" / "agreement.json").read_text(encoding="utf-8"))
# nine scans of one lesson of 24 or 25 students
ON, PRESENT = [20, 22, 21, 18, 23, 22, 19, 21, 20], [25, 25, 25, 24, 25, 25, 25, 25, 25]


def scans(procedure: str = "class_scan", **change):
    data = {"observed": PRESENT, "session": ["s1"] * 9, "teacher": ["T1"] * 9, "procedure": procedure, "lesson_minutes": 45}
    return time_on_task(change.pop("on_task", ON), **(data | change))


def test_class_scan_worked_example():
    # 186 of 224 student scans on task = .830; of 45 minutes 37.4
    found = scans()
    assert found.estimate == 186 / 224 and found.minutes == pytest.approx(45 * 186 / 224)
    assert (found.bias, found.observed, found.teachers, found.interval) == ("none", 224, ("T1",), None)


@pytest.mark.parametrize(
    ("procedure", "bias", "has_minutes"),
    [
        ("momentary", "none", True),
        ("class_scan", "none", True),
        ("partial", "upper bound", False),
        ("whole", "lower bound", False),
    ],
)
def test_a_bound_is_never_turned_into_minutes(procedure, bias, has_minutes):
    found = scans(procedure)
    assert found.bias == bias and (found.minutes is not None) == has_minutes and found.estimate == 186 / 224


@pytest.mark.parametrize("procedure", ["", None, "Momentary", "BOSS"])
def test_without_a_known_procedure_nothing_is_scored(procedure):
    with pytest.raises(ValueError, match="procedure must be one of momentary, class_scan, partial, whole"):
        scans(procedure)


def test_each_session_and_each_teacher_counts_once():
    # T1: one session 3 of 4, T2: sessions 1 of 2 and 9 of 10, T3: 1 of 1 twice in one session
    found = time_on_task(
        [3, 1, 9, 1, 1],
        observed=[4, 2, 10, 1, 1],
        session=["a", "b", "c", "d", "d"],
        teacher=["T1", "T2", "T2", "T3", "T3"],
        procedure="momentary",
    )
    means = [3 / 4, (1 / 2 + 9 / 10) / 2, 1.0]
    assert found.by_teacher == pytest.approx(means) and found.sessions_by_teacher == (1, 2, 1)
    assert found.estimate == pytest.approx(np.mean(means))
    t = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert found.interval.low == pytest.approx(t.low) and found.interval.high == min(1.0, t.high) == 1.0
    assert found.standard_error == pytest.approx(stats.sem(means)) and found.minutes is None


def test_teachers_who_do_not_differ_have_no_interval():
    found = scans(on_task=[1] * 9, observed=[2] * 9, session=list("abcdefghi"), teacher=list("xxxyyyzzz"))
    assert found.estimate == 0.5 and found.interval is None and found.standard_error is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), min_size=2, max_size=20), st.randoms())
def test_time_on_task_properties(rows, random):
    def of(rows):
        on, session = zip(*rows, strict=True)
        teacher = [s // 2 for s in session]
        return time_on_task(on, observed=[20] * len(on), session=session, teacher=teacher, procedure="class_scan")

    found = of(rows)
    random.shuffle(rows)
    again = of(rows)
    assert again.by_teacher == pytest.approx(found.by_teacher) and 0 <= found.estimate <= 1
    # off task is the rest
    off = of([(20 - on, session) for on, session in rows])
    assert off.estimate == pytest.approx(1 - found.estimate)
    assert found.interval is None or 0 <= found.interval.low <= found.estimate <= found.interval.high <= 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scans(on_task=[26, *ON[1:]]), "on_task must lie from 0 to observed"),
        (lambda: scans(on_task=[-1, *ON[1:]]), "on_task must lie from 0 to observed"),
        (lambda: scans(observed=[0, *PRESENT[1:]]), "observed must be above 0"),
        (lambda: scans(observed=[np.nan, *PRESENT[1:]]), "observed has 1 missing"),
        (lambda: scans(session=[None] * 9), "session has 9 missing"),
        (lambda: scans(teacher=["T1"] * 8 + ["T2"]), "session: one session has two teachers"),
        (lambda: scans(teacher=["T1"] * 8), "equally long"),
        (lambda: scans(lesson_minutes=0), "lesson_minutes must be above 0"),
    ],
)
def test_unusable_sheets_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
