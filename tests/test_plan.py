"""The plan is dated and hashed before outcomes arrive; every deviation from it is listed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from pilotproof.errors import ParamsError, PilotproofError
from pilotproof.pilot import load_pilot
from pilotproof.plan import deviations, load_plan, lock_plan
from pilotproof.plan.compare import planned_part
from pilotproof.workspace import Workspace

PROJECT = Path(__file__).resolve().parents[1]
MONDAY, TUESDAY = date(2026, 9, 7), date(2026, 9, 8)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "params").mkdir()
    shutil.copyfile(PROJECT / "params" / "nearpod.yaml", tmp_path / "params" / "nearpod.yaml")
    return Workspace.open(tmp_path)


def change(workspace: Workspace, old: str, new: str) -> None:
    path = workspace.params("nearpod")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def found(workspace: Workspace) -> list[tuple[str, str, str]]:
    plan = load_plan("nearpod", workspace)
    listed = deviations(plan.versions[-1].plan, load_pilot("nearpod", workspace))
    return [(deviation.key, deviation.planned, deviation.done) for deviation in listed]


def test_a_plan_that_was_kept_has_no_deviations(workspace):
    lock_plan("nearpod", workspace, today=MONDAY)
    assert load_plan("nearpod", workspace).versions[0].written == MONDAY
    assert found(workspace) == []


@pytest.mark.parametrize(
    ("old", "new", "deviation"),
    [
        ("class_icc: 0.20", "class_icc: 0.10", ("analysis.class_icc", "0.2", "0.1")),
        ("latest_start: 2026-09-18", "latest_start: null", ("design.latest_start", "2026-09-18", "not stated")),
        ("smallest_effect_sd: 0.20", "smallest_effect_sd: 0.05", ("outcomes.mathematics.smallest_effect_sd", "0.2", "0.05")),
        ("end: 2026-10-09}", "end: 2026-10-16}", ("window.end", "2026-10-09", "2026-10-16")),
    ],
)
def test_every_change_is_a_deviation_with_both_values(workspace, old, new, deviation):
    lock_plan("nearpod", workspace, today=MONDAY)
    change(workspace, old, new)
    assert found(workspace) == [deviation]


def test_another_primary_outcome_is_a_deviation(workspace):
    lock_plan("nearpod", workspace, today=MONDAY)
    change(workspace, "  - name: mathematics", "  - name: reading")
    keys = [key for key, _, _ in found(workspace)]
    assert "outcomes.mathematics.is_primary" in keys and "outcomes.reading.is_primary" in keys


def test_another_measure_under_the_name_of_the_planned_one_is_a_deviation(workspace):
    """The primary outcome keeps its name and its domain; what stands behind them is another test."""
    lock_plan("nearpod", workspace, today=MONDAY)
    change(workspace, "label: district mathematics benchmark", "label: quiz of the vendor")
    change(workspace, "posttest_column: Posttest", "posttest_column: Quiz 4")
    assert found(workspace) == [
        ("outcomes.mathematics.label", "district mathematics benchmark", "quiz of the vendor"),
        ("outcomes.mathematics.posttest_column", "Posttest", "Quiz 4"),
    ]


def test_a_name_that_the_plan_left_open_may_be_filled_in(workspace):
    change(workspace, "    pretest_column: Pretest ", "    pretest_column: null ")
    lock_plan("nearpod", workspace, today=MONDAY)
    change(workspace, "    pretest_column: null ", "    pretest_column: Pretest ")
    assert found(workspace) == []


@pytest.mark.parametrize(
    ("old", "new", "deviation"),
    [
        ("testing: null ", "testing: last ", ("sources.outcomes.testing", "not stated", "last")),
        ("moved: keep-first ", "moved: leave-out ", ("sources.roster.moved", "keep-first", "leave-out")),
        ("leave_out: {} ", "leave_out: {Rush: [Red]} ", ("sources.outcomes.leave_out.Rush", "not stated", "Red")),
        (
            "state_profile: null ",
            "state_profile: {name: X, source: Y, large_sample: 100} ",
            ("evidence.state_profile.large_sample", "not stated", "100"),
        ),
    ],
)
def test_who_is_left_out_and_whose_reading_counts_are_part_of_the_plan(workspace, old, new, deviation):
    lock_plan("nearpod", workspace, today=MONDAY)
    change(workspace, f"    {old}" if "state" not in old else f"  {old}", f"    {new}" if "state" not in new else f"  {new}")
    assert deviation in found(workspace)


def test_a_plan_from_before_a_key_was_part_of_it_is_no_deviation_by_itself(workspace):
    plan, pilot = planned_part(load_pilot("nearpod", workspace)), load_pilot("nearpod", workspace)
    del plan["sources"], plan["evidence"]
    for outcome in plan["outcomes"].values():
        del outcome["label"], outcome["posttest_column"], outcome["pretest_column"]
    assert deviations(plan, pilot) == ()


def test_a_change_of_the_plan_needs_a_reason_and_keeps_the_earlier_plan(workspace):
    first = lock_plan("nearpod", workspace, today=MONDAY).read_text(encoding="utf-8")
    change(workspace, "class_icc: 0.20", "class_icc: 0.10")
    with pytest.raises(PilotproofError, match="Say why the plan changes"):
        lock_plan("nearpod", workspace, today=TUESDAY)
    assert workspace.plan("nearpod").read_text(encoding="utf-8") == first
    lock_plan("nearpod", workspace, today=TUESDAY, why="the board asked for 0.10")
    assert [(v.written, v.why) for v in load_plan("nearpod", workspace).versions] == [
        (MONDAY, "first plan"),
        (TUESDAY, "the board asked for 0.10"),
    ]
    assert found(workspace) == []


def test_nothing_is_written_when_nothing_has_changed(workspace):
    lock_plan("nearpod", workspace, today=MONDAY)
    with pytest.raises(PilotproofError, match="already says"):
        lock_plan("nearpod", workspace, today=TUESDAY, why="again")


@pytest.mark.parametrize(
    ("old", "new"),
    [("written: 2026-09-07", "written: 2026-09-01"), ("class_icc: 0.2", "class_icc: 0.1"), ("why: first plan", "why: x")],
)
def test_a_plan_edited_afterwards_is_refused(workspace, old, new):
    path = lock_plan("nearpod", workspace, today=MONDAY)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ParamsError, match="does not fit its hash"):
        load_plan("nearpod", workspace)


def test_taking_out_the_first_version_is_noticed(workspace):
    path = lock_plan("nearpod", workspace, today=MONDAY)
    change(workspace, "class_icc: 0.20", "class_icc: 0.10")
    lock_plan("nearpod", workspace, today=TUESDAY, why="x")
    text = path.read_text(encoding="utf-8")
    second = text.index("- written: 2026-09-08")
    path.write_text("versions:\n" + text[second:], encoding="utf-8")
    with pytest.raises(ParamsError, match="does not fit its hash"):
        load_plan("nearpod", workspace)


@pytest.mark.parametrize(("planned", "listed"), [(0.95, []), (0.9, [("analysis.confidence", "0.9", "0.95")])])
def test_an_earlier_plan_with_a_confidence_of_its_own_is_held_against_the_one_that_is_used(workspace, planned, listed):
    pilot = load_pilot("nearpod", workspace)
    plan = planned_part(pilot)
    plan["analysis"]["confidence"] = planned
    assert [(d.key, d.planned, d.done) for d in deviations(plan, pilot)] == listed
