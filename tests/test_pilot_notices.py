"""What can be true and most likely is not is said by `check` and `lock`, and stops nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from pilotproof.cli import app
from pilotproof.pilot import load_pilot
from pilotproof.pilot_notices import demo_texts, other_days, outcomes_arrived
from pilotproof.readiness import check_inputs
from pilotproof.sources.passport import load_passports
from pilotproof.workspace import Workspace


@pytest.fixture
def own(workspace: Workspace) -> Workspace:
    """A real pilot, `ours`, whose params and raw files began as the demo's."""
    shutil.copytree(workspace.raw("nearpod"), workspace.raw("ours"))
    text = workspace.params("nearpod").read_text(encoding="utf-8")
    workspace.params("ours").write_text(text.replace("is_simulated: true", "is_simulated: false"), encoding="utf-8")
    return workspace


def change(workspace: Workspace, old: str, new: str) -> None:
    path = workspace.params("ours")
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def named(workspace: Workspace, pilot: str = "ours") -> list[str]:
    return [notice.split(": ")[1].split(" is ")[0] for notice in demo_texts(pilot, load_pilot(pilot, workspace), workspace)]


def test_texts_of_the_demo_in_a_real_pilot_are_named(own):
    assert {"evidence.logic_model", "evidence.research_basis", "evidence.ongoing_study", "checklist", "licences"} <= set(
        named(own)
    )
    assert any("evidence.logic_model" in notice for notice in check_inputs("ours", own).notices)


def test_what_was_replaced_is_named_no_more_and_the_demo_itself_never(own):
    params = yaml.safe_load(own.params("ours").read_text(encoding="utf-8"))
    params["licences"]["bought"] += 1
    params["evidence"]["ongoing_study"] = "A second year with lots drawn among classes."
    own.params("ours").write_text(yaml.safe_dump(params), encoding="utf-8")
    left = named(own)
    assert "licences" not in left and "evidence.ongoing_study" not in left and "checklist" in left
    assert named(own, "nearpod") == []


def test_parts_that_nobody_filled_in_are_no_copies(own):
    params = yaml.safe_load(own.params("ours").read_text(encoding="utf-8"))
    for key in ("checklist", "licences", "evidence"):
        params.pop(key, None)
    own.params("ours").write_text(yaml.safe_dump(params), encoding="utf-8")
    assert named(own) == []


def test_a_day_of_the_data_that_no_passport_has_is_said(own):
    def said() -> list[str]:
        return list(other_days("ours", load_pilot("ours", own), load_passports("ours", own), own))

    assert said() == []
    change(own, "data_received: 2026-10-16", "data_received: 2026-10-30")
    assert len(said()) == 1 and "2026-10-30" in said()[0] and "arrived on 2026-10-16" in said()[0]


def test_a_plan_locked_after_outcomes_arrived_is_warned_of_at_once(workspace):
    assert "received on 2026-10-16" in str(outcomes_arrived("nearpod", workspace))
    for path in workspace.root.glob("params/plans/nearpod.yaml"):
        path.unlink()
    late = CliRunner().invoke(app, ["lock", "nearpod", "--root", str(workspace.root)])
    assert late.exit_code == 0 and "warning: outcomes have arrived already (outcomes.csv" in late.output
    (workspace.raw("nearpod") / "outcomes.csv").unlink()
    assert outcomes_arrived("nearpod", workspace) is None


def test_each_heading_of_the_check_stands_once(workspace):
    headings = []
    for fact in check_inputs("nearpod", workspace).facts:
        if not headings or headings[-1] != fact.about:
            headings.append(fact.about)
    assert "errors" in headings and len(headings) == len(set(headings))


def test_classes_that_the_roster_contradicts_are_counted(workspace):
    folder = workspace.raw("nearpod")
    lines = (folder / "outcomes.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = [lines[0] + ",Homeroom", *(f"{line},MATH-6-NOWHERE" for line in lines[1:])]
    (folder / "outcomes.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    text = workspace.params("nearpod").read_text(encoding="utf-8")
    params = yaml.safe_load(text)
    params["sources"]["outcomes"]["class_column"] = "Homeroom"
    workspace.params("nearpod").write_text(yaml.safe_dump(params), encoding="utf-8")
    (fact,) = [fact for fact in check_inputs("nearpod", workspace).facts if "class in the outcomes file" in fact.what]
    assert fact.is_doubtful and fact.found.startswith("0 of 263")


def test_a_column_of_classes_that_the_params_do_not_name_is_compared_too(workspace):
    def fact():
        facts = check_inputs("nearpod", workspace).facts
        return next(fact for fact in facts if "class in the outcomes file" in fact.what)

    assert fact().found.startswith("263 of 263") and not fact().is_doubtful
    path = workspace.raw("nearpod") / "outcomes.csv"
    text = path.read_text(encoding="utf-8-sig")
    moved = text.count("MATH6-01")
    path.write_text(text.replace("MATH6-01", "MATH6-02"), encoding="utf-8")
    left = 263 - int(fact().found.split(" of ")[0])
    assert fact().is_doubtful and 0 < left <= moved  # rows entered twice count once


def test_a_blank_sheet_goes_to_the_raw_folder_of_its_pilot(workspace):
    root = str(workspace.root)
    said = CliRunner().invoke(app, ["template", "lessons", "nearpod", "--root", root])
    assert said.exit_code == 0 and (workspace.raw("nearpod") / "lessons.xlsx").is_file()
    assert "pilotproof receive nearpod" in said.output
    for arguments in (["template", "lessons"], ["template", "lessons", "no-such-pilot", "--root", root]):
        refused = CliRunner().invoke(app, arguments)
        assert refused.exit_code == 1 and not list(Path().glob("lessons.xlsx"))


def test_wrong_names_in_the_design_are_said_together_with_wrong_scores(workspace):
    """The scores used to hide the rest: mended, the next check named the next fault."""
    folder = workspace.raw("nearpod")
    path = folder / "outcomes.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(",44,", ",140,", 1), encoding="utf-8")
    params = yaml.safe_load(workspace.params("nearpod").read_text(encoding="utf-8"))
    params["design"]["treated"][0] = "NO-SUCH-CLASS"
    workspace.params("nearpod").write_text(yaml.safe_dump(params), encoding="utf-8")
    found = [problem.found for problem in check_inputs("nearpod", workspace).problems]
    assert any("'140'" in one for one in found) and any("NO-SUCH-CLASS" in one for one in found)


def test_a_missing_column_does_not_hide_a_wrong_score(workspace):
    folder = workspace.raw("nearpod")
    path = folder / "outcomes.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(",44,", ",140,", 1), encoding="utf-8")
    params = yaml.safe_load(workspace.params("nearpod").read_text(encoding="utf-8"))
    params["outcomes"][0]["posttest_column"] = "Postest"
    workspace.params("nearpod").write_text(yaml.safe_dump(params), encoding="utf-8")
    found = [str(problem) for problem in check_inputs("nearpod", workspace).problems]
    assert any("Postest" in one for one in found) and any("'140'" in one for one in found)


def test_a_pilot_without_raw_files_yet_gets_its_blank_sheet_too(own):
    shutil.rmtree(own.raw("ours"))
    said = CliRunner().invoke(app, ["template", "observations", "ours", "--root", str(own.root)])
    assert said.exit_code == 0 and (own.raw("ours") / "observations.xlsx").is_file()
