"""What the designs in which every class had the tool need of the params, all of it said at once."""

from __future__ import annotations

import pytest
import yaml

from pilotproof.errors import ParamsError
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.plan import deviations
from pilotproof.plan.compare import planned_part
from tests.designs.simulated import DAYS, staggered, users


def said(workspace, params) -> str:
    (workspace.root / "params/x.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        load_pilot("x", workspace)
    return str(caught.value)


def test_everything_that_a_staggered_start_lacks_is_said_at_once(workspace):
    params, _ = staggered(1)
    design = params["design"]
    del design["starts"]["K1"]
    design["starts"] |= {"K9": DAYS[9], "K2": DAYS[-1].replace(day=30)}  # the window ends on 9 October
    design |= {"cluster": "teacher", "baseline_from": DAYS[6]}  # 15 September; the window begins on the 14th
    del params["sources"]["probes"], params["outcomes"][0]["probe_column"]
    text = said(workspace, params)
    for part in (
        "cluster: class, arm_column: class and no block",
        "a day in design.starts for each treated class (none for K1)",
        "no class in design.starts that is not in design.treated (K9)",
        "design.baseline_from not after the window's start (2026-09-14)",
        "starts from 2026-09-15 to 2026-10-09, the baseline and the window (K2 2026-10-30)",
        "sources.probes, the measures before and after each start",
        "a probe_column in every outcome (none in mathematics)",
    ):
        assert part in text
    assert text.count("; ") >= 6


def test_a_start_before_the_window_needs_a_declared_baseline(workspace):
    params, _ = staggered(1)
    params["design"]["starts"]["K1"] = DAYS[1]
    assert Pilot.model_validate(params).design.starts["K1"] == DAYS[1]
    del params["design"]["baseline_from"]
    assert "starts from 2026-09-14 to 2026-10-09" in said(workspace, params)


def test_comparison_entries_are_refused_where_every_class_had_the_tool(workspace):
    for params, name in ((staggered(1)[0], "staggered-start"), (users(1)[0], "users-compared")):
        params["design"]["comparison"] = ["K99"]
        assert f"no comparison entries with assignment: {name}" in said(workspace, params)


def test_keys_of_a_staggered_start_are_refused_elsewhere(workspace):
    params, _ = staggered(1)
    params["design"] |= {"assignment": "before-after"}
    expected = "design.starts, design.starts_drawn, design.baseline_from, sources.probes, probe_column only with"
    assert expected in said(workspace, params)


def test_users_need_a_record_of_use_and_a_limit(workspace):
    params, _ = users(1)
    del params["design"]["fewest_minutes"], params["sources"]["usage"]
    params["design"]["block"] = "school"
    text = said(workspace, params)
    assert "design.fewest_minutes, the minutes of use" in text and "sources.usage, which tells who" in text
    assert "no block" in text
    params, _ = users(1)
    params["design"]["assignment"] = "before-after"
    assert "design.fewest_minutes only with assignment: users-compared" in said(workspace, params)


def test_probes_are_of_students_or_of_classes(workspace):
    params, _ = staggered(1)
    params["sources"]["probes"]["class_column"] = "Class"
    assert "student_column, or class_column when there is a row for each class; one of the two" in said(workspace, params)


def test_a_start_that_was_moved_deviates_from_the_plan():
    params, _ = staggered(1)
    plan = planned_part(Pilot.model_validate(params))
    params["design"]["starts"]["K2"] = DAYS[12]
    (found,) = deviations(plan, Pilot.model_validate(params))
    assert (found.key, found.done) == ("design.starts.K2", DAYS[12].isoformat())
