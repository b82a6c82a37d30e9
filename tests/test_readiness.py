"""One pass over the inputs finds every planted fault, names its file and row, and writes nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml

from pilotproof.errors import DataError
from pilotproof.readiness import check_inputs
from pilotproof.workspace import Workspace


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change the first `old` in a raw file, and record it as if it had been received like this."""
    path = folder / file
    content = path.read_bytes()
    assert old.encode() in content, old
    path.write_bytes(content.replace(old.encode(), new.encode(), 1))
    passports = yaml.safe_load((folder / "source.yaml").read_text())
    for passport in passports["files"]:
        if passport["file"] == file:
            passport["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "source.yaml").write_text(yaml.safe_dump(passports))


def row_of(folder: Path, file: str, text: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8-sig").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_every_planted_fault_is_found_in_one_pass(workspace: Workspace):
    folder = workspace.raw("nearpod")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    faults = {
        ("outcomes.csv", "'140'"): ("outcomes.csv", ",44,", ",140,"),
        ("sessions.csv", "'soon'"): ("sessions.csv", ",45\n", ",soon\n"),
        ("error_log.csv", "'yesterday'"): ("error_log.csv", "2026-09-15 09:56", "yesterday"),
        ("teacher_survey.csv", "'Perhaps'"): ("teacher_survey.csv", ",Neutral,", ",Perhaps,"),
        ("roster/enrollments.csv", "nobody"): ("roster/enrollments.csv", "user-s-20001", "nobody"),
        ("usage.csv", "'ages25'"): ("usage.csv", ",joined,", ",joined,ages"),
        ("observations.csv", "'guess'"): ("observations.csv", "class scan", "guess"),
        ("lesson_coding.csv", "'XX'"): ("lesson_coding.csv", ",JB,IA,", ",JB,XX,"),
    }
    rows = {}
    for (file, _), (_, old, new) in faults.items():
        text = (folder / file).read_text(encoding="utf-8-sig")
        if file == "teacher_survey.csv":  # bad answers in previews and unfinished responses stop nothing
            whole = next(line for line in text.splitlines() if "IP Address" in line and ",True," in line and old in line)
            old, new = whole, whole.replace(old, new, 1)
        if old not in text:  # ids and times differ with the seed: take the first of their kind
            old = _first_of_its_kind(file, text)
        rows[file] = row_of(folder, file, old.strip())
        edit(folder, file, old, new)
    corrections = """corrections:
- file: outcomes.csv
  column: Pretest
  where: {Student ID: nobody}
  set: 5
  expect: {below: 5}
  because: x
  told: y
  date: 2026-10-12
"""
    (folder / "corrections.yaml").write_text(corrections)
    with pytest.raises(DataError) as caught:
        check_inputs("nearpod", workspace).raise_problems()
    said = str(caught.value)
    for file, value in faults:
        assert f"data/raw/nearpod/{file} cannot be used" in said, file
        assert value in said, value
    assert "corrections.yaml" in said
    named = {(problem.file.removeprefix("data/raw/nearpod/"), problem.row) for problem in caught.value.problems}
    for file in ("outcomes.csv", "sessions.csv", "observations.csv", "lesson_coding.csv"):
        assert (file, rows[file]) in named, file
    assert not (workspace.root / "data/processed").exists() or not any((workspace.root / "data/processed").iterdir())
    assert set(before) <= {path for path in folder.rglob("*") if path.is_file()}


def _first_of_its_kind(file: str, text: str) -> str:
    lines = text.splitlines()
    if file == "roster/enrollments.csv":
        return lines[1].split(",")[3]
    if file == "error_log.csv":
        return lines[1].split(",")[0]
    if file == "outcomes.csv":
        return f",{lines[1].split(',')[3]},"
    raise AssertionError(file)


def test_the_demo_s_inputs_are_ready_and_said_so(workspace: Workspace):
    found = check_inputs("nearpod", workspace)
    assert found.problems == () and not any(fact.is_doubtful for fact in found.facts)
    said = {(fact.about, fact.what): fact.found for fact in found.facts}
    assert said["sessions", "days covered"] == "2026-09-14 to 2026-10-09"
    assert said["matching ids", "students with scores who are on the roster"] == "263 of 264 (100%)"


def test_a_file_of_other_contents_is_not_said_to_want_another_count(workspace: Workspace):
    """Its passport tells of the file received: to correct `rows` there would hide that it was edited."""
    path = workspace.raw("nearpod") / "sessions.csv"
    path.write_text(path.read_text() + path.read_text().splitlines()[-1] + "\n")
    (problem,) = check_inputs("nearpod", workspace).problems
    assert "contents with SHA-256" in problem.found and "restore the file as received" in problem.action


def test_a_count_that_is_wrong_of_the_file_received_is_said(workspace: Workspace):
    path = workspace.raw("nearpod") / "source.yaml"
    tree = yaml.safe_load(path.read_text())
    next(passport for passport in tree["files"] if passport["file"] == "sessions.csv")["rows"] += 1
    path.write_text(yaml.safe_dump(tree))
    (problem,) = check_inputs("nearpod", workspace).problems
    assert "Correct `rows` in the passport" in problem.action


@pytest.mark.parametrize("file", ["usage.csv", "error_log.csv"])
def test_a_log_without_rows_is_said_to_be_empty(workspace: Workspace, file: str):
    folder = workspace.raw("nearpod")
    text = (folder / file).read_text()
    edit(folder, file, text, text.splitlines()[0] + "\n")
    tree = yaml.safe_load((folder / "source.yaml").read_text())
    next(passport for passport in tree["files"] if passport["file"] == file)["rows"] = 0
    (folder / "source.yaml").write_text(yaml.safe_dump(tree))
    found = check_inputs("nearpod", workspace)
    assert found.problems == ()
    assert any(f"{file}: this log holds no rows, so the report will count none" in notice for notice in found.notices)


def test_a_file_that_nobody_asked_for_is_a_notice_and_stops_nothing(workspace: Workspace):
    params = workspace.params("nearpod")
    params.write_text(params.read_text().replace("is_simulated: true", "is_simulated: false"))
    (workspace.raw("nearpod") / "forgotten.csv").write_text("a\n1\n")
    found = check_inputs("nearpod", workspace)
    assert found.problems == () and any("forgotten.csv" in notice for notice in found.notices)
