"""The guard before a commit, and what git ignores."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml

from pilotproof.errors import PilotproofError
from pilotproof.guard import guard, staged_files
from pilotproof.workspace import Workspace
from tests.audit.conftest import write
from tests.conftest import PROJECT

REFUSED = {
    "data/raw/spring/outcomes.csv": "raw file",
    "data/raw/spring/roster/users.csv": "raw file",
    "data/raw/loose.csv": "raw file",
    "data/raw/unknown/outcomes.csv": "raw file",
    "data/processed/spring/students.parquet": "processed data",
    "data/processed/nearpod/findings.json": "processed data",
    "reports/spring/spring.pdf": "a report",
    "keys/spring.key": "a key",
}
ACCEPTED = (
    "data/raw/README.md",
    "data/raw/nearpod/outcomes.csv",
    "reports/_template/page.css",
    "reports/_quarto.yml",
    "params/spring.yaml",
    "docs/limits.md",
)


@pytest.mark.parametrize(("file", "why"), REFUSED.items())
def test_refused_by_place(spring, file, why):
    with pytest.raises(PilotproofError, match=why) as caught:
        guard([file], spring)
    assert file in str(caught.value)


def test_accepted(spring):
    guard(ACCEPTED, spring)


@pytest.mark.parametrize("text", ["see S-7002", "Ada Quillfeather said", "bo.ostrander@maple.example.org"])
def test_identifiers_are_refused_wherever_they_are(spring, text):
    write(spring.root / "docs/notes.md", text)
    with pytest.raises(PilotproofError, match="holds an identifier") as caught:
        guard(["docs/notes.md"], spring)
    assert text.split()[-1] not in str(caught.value)


def test_names_of_classes_may_be_in_params_and_ids_of_teachers_not(real_demo):
    """The rows of a OneRoster file have ids; those of classes.csv are no people."""
    guard(["params/spring.yaml"], real_demo)
    params = real_demo.params("spring")
    assert "class-math6-01" in (real_demo.raw("spring") / "roster/classes.csv").read_text(encoding="utf-8")
    write(params, params.read_text(encoding="utf-8").replace("teachers_agreed: []", "teachers_agreed: [T-1001]"))
    with pytest.raises(PilotproofError, match="of the form A-9999"):
        guard(["params/spring.yaml"], real_demo)


@pytest.fixture
def real_demo(tmp_path):
    """The demo's exports as if of a real pilot, of which nobody agreed to be shown."""
    shutil.copytree(PROJECT / "data/raw/nearpod", tmp_path / "data/raw/spring")
    text = (PROJECT / "params/nearpod.yaml").read_text(encoding="utf-8")
    text = text.replace("is_simulated: true", "is_simulated: false")
    write(tmp_path / "params/spring.yaml", re.sub(r"teachers_agreed: \[.*?\]", "teachers_agreed: []", text))
    return Workspace(tmp_path)


def git(root, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def test_only_what_is_staged_is_looked_at(spring):
    git(spring.root, "init", "-q")
    git(spring.root, "add", "params/spring.yaml")
    assert staged_files(spring) == ["params/spring.yaml"]


def test_what_is_staged_is_read_not_what_lies_in_the_folder_now(spring):
    git(spring.root, "init", "-q")
    write(spring.root / "docs/notes.md", "Ada Quillfeather")
    git(spring.root, "add", "docs/notes.md")
    write(spring.root / "docs/notes.md", "nobody")
    with pytest.raises(PilotproofError, match="holds an identifier"):
        guard(staged_files(spring), spring, is_staged=True)
    (spring.root / "docs/notes.md").unlink()
    with pytest.raises(PilotproofError, match="holds an identifier"):
        guard(staged_files(spring), spring, is_staged=True)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("docs/large.txt", b"x " * 1_500_000 + b"S-7002"),
        ("docs/excel.txt", "First\tLast\nAda\tQuillfeather\n".encode("utf-16")),
        ("docs/copy.xlsx", b"PK"),
        ("copy.parquet", b"PAR1"),
    ],
)
def test_large_files_other_encodings_and_tables_in_archives(spring, file, content):
    write(spring.root / file, "")
    (spring.root / file).write_bytes(content)
    with pytest.raises(PilotproofError, match="would put data of pilots into git"):
        guard([file], spring)


def test_params_that_cannot_be_read_do_not_open_the_door(spring):
    """Without them nobody knows the people of the pilot."""
    params = spring.root / "params/spring.yaml"
    params.write_text(params.read_text(encoding="utf-8") + "misspelt: 1\n", encoding="utf-8")
    write(spring.root / "docs/notes.md", "Ada Quillfeather")
    with pytest.raises(PilotproofError, match=r"params/spring.yaml must be mended"):
        guard(["docs/notes.md"], spring)


def test_a_folder_without_git_is_said(spring):
    with pytest.raises(PilotproofError, match="no git repository"):
        staged_files(spring)


def test_git_ignores_pilots_and_keys(tmp_path):
    shutil.copyfile(PROJECT / ".gitignore", tmp_path / ".gitignore")
    for file in REFUSED:
        write(tmp_path / file, "x")
    git(tmp_path, "init", "-q")
    seen = git(tmp_path, "status", "--porcelain", "-uall").splitlines()
    assert seen == ["?? .gitignore"]


def test_the_hook_is_there_and_can_be_run():
    hooks = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == [".githooks/pre-commit"]
    assert (PROJECT / ".githooks/pre-commit").stat().st_mode & 0o111


def test_nothing_that_is_committed_would_be_refused():
    from pilotproof.workspace import Workspace

    guard(git(PROJECT, "ls-files").splitlines(), Workspace.open(PROJECT))
