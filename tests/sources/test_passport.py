"""A raw file is the one of its passport, or the run stops and says what to do."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from pilotproof.errors import DataError, ParamsError
from pilotproof.pilot import load_pilot
from pilotproof.sources.passport import Passports, check_passports, files_used, loose_ends, sha256_of
from pilotproof.workspace import Workspace

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "params").mkdir()
    shutil.copy(PROJECT / "params" / "nearpod.yaml", tmp_path / "params")
    shutil.copytree(PROJECT / "data" / "raw" / "nearpod", tmp_path / "data" / "raw" / "nearpod")
    return Workspace.open(tmp_path)


def check(workspace: Workspace) -> Passports:
    return check_passports("nearpod", load_pilot("nearpod", workspace), workspace)


def test_the_demo_s_passports_are_in_order(workspace):
    assert check(workspace).of("outcomes.csv").received.isoformat() == "2026-10-16"
    assert loose_ends("nearpod", load_pilot("nearpod", workspace), check(workspace), workspace) == []


def test_the_files_used_are_those_that_the_params_name(workspace):
    files = files_used(load_pilot("nearpod", workspace))
    assert {"outcomes.csv", "teacher_survey.csv", "sessions.csv", "error_log.csv", "roster/users.csv"} <= set(files)
    assert len(files) == len(set(files))


def test_an_edited_file_is_refused_with_both_hashes_and_both_dates(workspace):
    path = workspace.raw("nearpod") / "outcomes.csv"
    received = sha256_of(path)
    path.write_text(path.read_text() + "S-1,1,1\n")
    edited = datetime(2026, 10, 20, 9, 30)
    os.utime(path, (edited.timestamp(), edited.timestamp()))
    with pytest.raises(DataError, match=r"data/raw/nearpod/outcomes\.csv") as caught:
        check(workspace)
    message = str(caught.value)
    assert f"found contents with SHA-256 {sha256_of(path)[:12]}…, last changed on 2026-10-20 09:30" in message
    assert f"expected the file received on 2026-10-16 (SHA-256 {received[:12]}…)" in message
    assert "restore the file as received" in message and "data/raw/nearpod/corrections.yaml" in message
    assert "pilotproof receive nearpod FILE" in message


def test_all_problems_come_together(workspace):
    folder = workspace.raw("nearpod")
    (folder / "outcomes.csv").unlink()
    (folder / "sessions.csv").unlink()
    (folder / "sessions.csv").symlink_to(PROJECT / "README.md")
    text = (folder / "source.yaml").read_text().replace("file: error_log.csv", "file: other.csv")
    (folder / "source.yaml").write_text(text)
    with pytest.raises(DataError) as caught:
        check(workspace)
    message = str(caught.value)
    assert "outcomes.csv cannot be used:\n  - found no such file" in message
    assert "a link that leaves the pilot's raw folder" in message
    assert "error_log.csv cannot be used:\n  - found no passport" in message
    assert "pilotproof receive nearpod data/raw/nearpod/error_log.csv" in message


def test_a_file_has_one_passport(workspace):
    path = workspace.raw("nearpod") / "source.yaml"
    entries = path.read_text()
    path.write_text(entries + entries.removeprefix("files:\n"))
    with pytest.raises(ParamsError, match=r"one entry for each file \(twice: .*error_log.csv"):
        check(workspace)


def test_the_passport_of_a_file_without_one_is_an_error_not_a_crash():
    with pytest.raises(DataError, match="found no passport"):
        Passports(files=()).of("x.csv")
