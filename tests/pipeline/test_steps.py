"""Only what must run again runs again, with the same bytes; what a killed run left is put right."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pilotproof.pilot import Pilot
from pilotproof.pipeline.place import move_into_place, recover
from pilotproof.pipeline.steps import PROSE
from pilotproof.workspace import Workspace
from tests.pipeline.test_failures import edit
from tests.pipeline.test_report import FORMATS, run

AS_BEFORE = "as before"


def outputs(root: Path, *, without: str = "no such name") -> dict[str, bytes]:
    """Every file of the report and its tables, by its path."""
    folders = (root / "reports/nearpod", root / "data/processed/nearpod")
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name != without]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def again(made: Path, tmp_path: Path) -> Path:
    """A copy of the project with its report, that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "again"))


def report(root: Path) -> dict[str, str]:
    """What the run said of each step."""
    done = run(root, "report", "nearpod", "--renderer", "embedded", *FORMATS)
    assert done.returncode == 0, done.stderr
    return {line.split(":")[0].strip(): line for line in done.stdout.splitlines() if line.startswith("  ")}


def test_new_prose_does_not_clean_again_and_the_pages_are_those_of_a_run_from_nothing(again):
    edit(again / "params/nearpod.yaml", "title: ", "title: Once more, ", 1)
    said = report(again)
    assert AS_BEFORE in said["01-clean"] and AS_BEFORE not in said["02-test"]
    taken_over = outputs(again)
    for folder in ("reports/nearpod", "data/processed/nearpod"):
        shutil.rmtree(again / folder)
    assert AS_BEFORE not in report(again)["01-clean"]
    assert outputs(again) == taken_over


def test_a_new_stylesheet_runs_the_report_alone(again):
    edit(again / "reports/_template/page.css", "}", "}\n", 1)
    said = report(again)
    assert AS_BEFORE in said["01-clean"] and AS_BEFORE in said["02-test"] and AS_BEFORE not in said["03-report"]


def test_another_setting_of_the_cleaning_cleans_again(again):
    edit(again / "params/nearpod.yaml", "smallest_group: 10", "smallest_group: 11")
    assert AS_BEFORE not in report(again)["01-clean"]


def test_a_damaged_table_is_made_anew(again, made):
    table = again / "data/processed/nearpod/students.parquet"
    table.write_bytes(table.read_bytes()[:100])
    assert AS_BEFORE not in report(again)["01-clean"]
    assert outputs(again) == outputs(made)


def test_a_clock_that_was_set_back_changes_nothing(again, made):
    """Files from the future, and outputs older than their inputs: content decides, not the time of day."""
    later, earlier = 2_500_000_000, 1_000_000_000
    for path in (again / "data/raw").rglob("*"):
        os.utime(path, (later, later))
    for path in (again / "reports/nearpod").rglob("*"):
        os.utime(path, (earlier, earlier))
    done = run(again, "report", "nearpod", "--renderer", "embedded", *FORMATS)
    assert "nothing has changed since the last report" in done.stdout
    (again / "reports/nearpod/nearpod.pdf").unlink()
    assert AS_BEFORE in report(again)["01-clean"]
    assert outputs(again) == outputs(made)


def test_prose_names_only_keys_that_exist():
    assert PROSE - {"narrative"} <= set(Pilot.model_fields)


@pytest.fixture
def places(tmp_path: Path) -> tuple[Workspace, Workspace]:
    workspace = Workspace(tmp_path)
    return workspace, replace(workspace, is_staging=True)


def fill(workspace: Workspace, text: str) -> None:
    for folder in (workspace.report("x"), workspace.processed("x")):
        folder.mkdir(parents=True)
        (folder / "file").write_text(text)


def seen(workspace: Workspace) -> set[str]:
    """What lies in the two folders' parents, by path and content."""
    paths = [path for part in ("reports", "data/processed") for path in (workspace.root / part).rglob("file")]
    return {f"{path.relative_to(workspace.root).as_posix()}: {path.read_text()}" for path in paths}


OLD = {"reports/x/file: old", "data/processed/x/file: old"}
NEW = {"reports/x/file: new", "data/processed/x/file: new"}


def test_a_report_replaces_the_last_one(places):
    workspace, staging = places
    fill(workspace, "old"), fill(staging, "new")
    move_into_place("x", workspace, staging)
    assert seen(workspace) == NEW


@pytest.mark.parametrize("renames", range(5))
def test_killed_between_two_renames_either_report_is_found(places, renames, monkeypatch):
    """The moves are four renames: old tables out, new in, old report out, new in. The run is killed after 0 to 4 of them."""
    workspace, staging = places
    fill(workspace, "old"), fill(staging, "new")
    original, done = Path.rename, []

    def rename_or_die(self: Path, target: Path) -> Path:
        if len(done) == renames:
            raise KeyboardInterrupt
        done.append(target)
        return original(self, target)

    monkeypatch.setattr(Path, "rename", rename_or_die)
    if renames < 4:
        with pytest.raises(KeyboardInterrupt):
            move_into_place("x", workspace, staging)
    monkeypatch.undo()
    recover("x", workspace, staging)
    left = seen(workspace)
    assert len(left) == 2 and left <= OLD | NEW, "one whole file in each place, and nothing beside"
    assert {entry.split(":")[0] for entry in left} == {"reports/x/file", "data/processed/x/file"}


def test_a_first_run_that_was_killed_leaves_nothing(places):
    workspace, staging = places
    fill(staging, "half")
    (workspace.runtime("x")).mkdir(parents=True)
    recover("x", workspace, staging)
    assert seen(workspace) == set() and not workspace.runtime("x").exists()
