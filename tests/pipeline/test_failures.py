"""What goes wrong is said once, in plain words, with a non-zero exit, and leaves nothing that looks finished."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
import yaml
from filelock import FileLock

from tests.pipeline.test_report import run

OUTCOMES = "data/raw/nearpod/outcomes.csv"


def edit(path: Path, old: str, new: str, count: int = -1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def receive_again(project: Path, file: str, *, rows: int | None = None) -> None:
    """Record the changed file in its passport, as an operator does for a new delivery."""
    folder = project / "data/raw/nearpod"
    passports = yaml.safe_load((folder / "source.yaml").read_text())
    for passport in passports["files"]:
        if passport["file"] == file:
            passport["sha256"] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
            passport["rows"] = passport["rows"] if rows is None else rows
    (folder / "source.yaml").write_text(yaml.safe_dump(passports))


def refused(project: Path, command: str = "report", pilot: str = "nearpod", *options: str) -> str:
    """The message of a command that must fail cleanly."""
    done = run(project, command, pilot, *(["--renderer", "embedded"] if command == "report" else []), *options)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    report = project / "reports" / pilot
    finished = [p.name for p in report.rglob("*") if p.suffix in {".pdf", ".html", ".qmd", ".json"}] if report.exists() else []
    assert finished == [], "something that looks finished was left"
    assert not (project / "data/processed" / pilot).exists()
    assert not list((project / "reports").glob("*.partial")) and not list((project / "data/processed").glob("*.partial"))
    return done.stderr


def test_a_pilot_that_does_not_exist(project):
    said = refused(project, pilot="nope")
    assert "params/nope.yaml" in said and "nearpod" in said


def test_a_misspelt_key(project):
    edit(project / "params/nearpod.yaml", "smallest_group:", "smalest_group:")
    said = refused(project)
    assert "smalest_group" in said and "Did you mean 'smallest_group'?" in said


def test_a_missing_file(project):
    (project / OUTCOMES).unlink()
    said = refused(project)
    assert f"{OUTCOMES} cannot be used" in said and "no such file" in said


def test_an_edited_raw_file(project):
    edit(project / OUTCOMES, "MATH6-01", "MATH6-02", 1)
    said = refused(project)
    assert OUTCOMES in said and "the file received on 2026-10-16" in said and "Raw files are never edited" in said


def test_a_file_without_a_passport(project):
    source = project / "data/raw/nearpod/source.yaml"
    passports = yaml.safe_load(source.read_text())
    passports["files"] = [p for p in passports["files"] if p["file"] != "outcomes.csv"]
    source.write_text(yaml.safe_dump(passports))
    assert "no passport" in refused(project)


def test_a_missing_column_is_named_with_the_nearest_one(project):
    edit(project / OUTCOMES, "Posttest", "Post-test", 1)
    receive_again(project, "outcomes.csv")
    said = refused(project)
    assert "Posttest: found no such column" in said and "Did you mean 'Post-test'?" in said
    assert "01-clean" in said and "Students and scores" in said


def test_a_passport_with_another_number_of_rows(project):
    receive_again(project, "outcomes.csv", rows=5)
    assert "expected 5, as its passport in source.yaml says" in refused(project)


def test_one_arm_empty(project):
    edit(
        project / "params/nearpod.yaml",
        "comparison: [MATH6-07, MATH6-08, MATH6-09, MATH6-10, MATH6-11, MATH6-12]",
        "comparison: [MATH6-12]",
    )
    said = refused(project)  # the only comparison class joined late, so that a rule leaves all of it out
    assert "no comparison student with all scores" in said


def test_a_class_that_is_not_on_the_roster(project):
    edit(project / "params/nearpod.yaml", "comparison: [MATH6-07", "comparison: [MATH6-70")
    assert "no student with class 'MATH6-70'" in refused(project)


def test_check_finds_all_planted_faults_in_one_pass(project):
    raw = project / "data/raw/nearpod"
    lines = (raw / "outcomes.csv").read_text().splitlines()
    cells = lines[10].split(",")
    lines[10] = ",".join([*cells[:3], "400", cells[4]])  # a score above 100 in row 11
    (raw / "outcomes.csv").write_text("\n".join(lines) + "\n")
    edit(raw / "teacher_survey.csv", "Strongly agree", "Totally", 1)
    edit(raw / "sessions.csv", "Minutes", "Length", 1)
    for file in ("outcomes.csv", "teacher_survey.csv", "sessions.csv"):
        receive_again(project, file)
    said = refused(project, command="check")
    assert "row 11, Pretest: found '400'; expected a number from 0 to 100" in said
    assert "found 'Totally'" in said and "Minutes: found no such column" in said
    for file in ("outcomes.csv", "teacher_survey.csv", "sessions.csv"):
        assert f"data/raw/nearpod/{file} cannot be used:" in said


def test_contradictory_rows_of_one_student_are_named(project):
    path = project / OUTCOMES
    lines = path.read_text().splitlines()
    student, *rest = lines[5].split(",")
    path.write_text("\n".join([*lines, ",".join([student, *rest[:-1], "99"])]) + "\n")
    receive_again(project, "outcomes.csv", rows=len(lines))
    said = refused(project, command="check")
    assert f"row {len(lines) + 1}, Student ID" in said and "again with other values" in said


def test_check_writes_nothing_and_says_what_it_saw(project):
    before = sorted(path for path in project.rglob("*") if "__pycache__" not in path.parts)
    done = run(project, "check", "nearpod")
    assert done.returncode == 0 and "the inputs can be used" in done.stdout and "outcomes.csv" in done.stdout
    assert sorted(path for path in project.rglob("*") if "__pycache__" not in path.parts) == before


def break_cell(project: Path, stem: str, heading: str, source: str) -> None:
    path = project / "notebooks" / f"{stem}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    place = next(i for i, cell in enumerate(notebook.cells) if heading in cell.source)
    notebook.cells[place + 1].source = source
    nbformat.write(notebook, path)


def test_a_broken_cell_is_shown_with_its_heading_and_kept(project):
    break_cell(project, "02-test", "## Reliability", "errors_per_hour = 1 / 0")
    said = refused(project, "report", "nearpod", "--own-notebooks")
    assert "notebooks/02-test.ipynb stopped under the heading “Reliability”" in said
    assert "errors_per_hour = 1 / 0" in said and "ZeroDivisionError: division by zero" in said
    kept = project / "reports/nearpod/failed/02-test.ipynb"
    assert "reports/nearpod/failed/02-test.ipynb" in said and kept.is_file()


def test_a_cell_that_prints_into_the_report_is_refused(project):
    break_cell(project, "03-report", "# What the recommendation rests on", "print('hello')")
    assert "a cell printed 'hello" in refused(project, "report", "nearpod", "--own-notebooks")


def test_a_failed_run_leaves_the_last_good_report_in_place(project):
    assert run(project, "report", "nearpod", "--renderer", "embedded").returncode == 0
    good = (project / "reports/nearpod/nearpod.pdf").read_bytes()
    break_cell(project, "01-clean", "## Teacher survey", "raise KeyError('broken')")
    done = run(project, "report", "nearpod", "--renderer", "embedded", "--own-notebooks")
    assert done.returncode == 1 and "KeyError" in done.stderr
    assert (project / "reports/nearpod/nearpod.pdf").read_bytes() == good
    assert json.loads((project / "data/processed/nearpod/findings.json").read_text())


def test_two_runs_of_one_pilot_do_not_mix(project):
    with FileLock(project / "reports/.nearpod.lock"):
        done = run(project, "report", "nearpod", "--renderer", "embedded")
    assert done.returncode == 1 and "Another run for nearpod is under way" in done.stderr


@pytest.mark.parametrize(("renderer", "said"), [("word", "use auto, quarto or embedded")])
def test_an_unknown_renderer(project, renderer, said):
    done = run(project, "report", "nearpod", "--renderer", renderer)
    assert done.returncode == 1 and said in done.stderr


def test_a_link_out_of_the_raw_folder_is_refused(project, tmp_path):
    outside = tmp_path / "outcomes.csv"
    outside.write_bytes((project / OUTCOMES).read_bytes())
    (project / OUTCOMES).unlink()
    (project / OUTCOMES).symlink_to(outside)
    assert "a link that leaves the pilot's raw folder" in refused(project)


def test_a_sentence_of_the_operator_that_says_more_than_the_evidence_carries(project):
    edit(
        project / "params/nearpod.yaml",
        "The district, its schools",
        "This proves that Nearpod raised scores. The district, its schools",
    )
    said = refused(project)
    assert "“proves”" in said and "“Nearpod raised”" in said and "How the numbers were computed" in said
    assert "params/nearpod.yaml" in said


def test_a_file_that_the_system_will_not_take_is_said_plainly_and_the_last_report_stays(project):
    """As when the disk is full: here no file may be larger than 100 kB."""
    limit = "import resource, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
    module = "runpy.run_module('pilotproof', run_name='__main__', alter_sys=True)"
    done = subprocess.run(
        [sys.executable, "-c", limit + module, "report", "nearpod", "--renderer", "embedded"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "Could not go on, because this system allows no file of that size" in done.stderr
    assert not (project / "reports/nearpod/nearpod.pdf").exists()
    assert not list((project / "reports").glob("*.partial")) and not list((project / "data/processed").glob("*.partial"))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """No program can write there; root is stopped by a mount alone, and may not be allowed to make one."""
    if os.geteuid() != 0:
        rooms = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        for room in rooms:
            room.chmod(0o555)
        try:
            yield
        finally:
            for room in rooms:
                room.chmod(0o755)
        return
    if subprocess.run(["mount", "--bind", folder, folder], capture_output=True, check=False).returncode != 0:
        pytest.skip("root may not mount here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="made read-only as Linux does")
def test_a_folder_that_nobody_may_write_in_is_named_and_nothing_in_it_changes(project):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with read_only(project):
        said = refused(project)
        assert "this user may not write there" in said and "Ask for the right to write" in said
        assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
