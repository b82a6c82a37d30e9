"""Make's targets are documented and thin."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.search(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE).group(1).split()


def make(*arguments: str, folder: Path = PROJECT) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "CONDA"))}
    done = subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return done.stdout + done.stderr


def test_help_is_the_default_and_lists_every_target():
    said = make()
    assert said == make("help")
    for target in TARGETS:
        assert re.search(rf"^  make {target} +\S", said, flags=re.MULTILINE), target


@pytest.mark.parametrize("command", ["report", "check", "simulate", "clean"])
def test_a_pipeline_target_is_one_line_over_the_command(command):
    recipe = re.search(rf"^{command}:.*\n((?:\t.*\n)+)", MAKEFILE, flags=re.MULTILINE).group(1).splitlines()
    assert len(recipe) == 1 and f"pilotproof {command}" in recipe[0]


def test_make_report_names_the_pilot():
    said = make("-n", "report", "PILOT=some-pilot", "READY=")
    assert 'pilotproof report "some-pilot" --renderer "auto"' in said


def test_a_python_that_is_absent_is_said_so_and_no_half_environment_is_left(tmp_path):
    shutil.copyfile(PROJECT / "Makefile", tmp_path / "Makefile")
    shutil.copyfile(PROJECT / "requirements.lock", tmp_path / "requirements.lock")
    said = make("environment", "PYTHON=/does/not/exist", folder=tmp_path)
    assert "Python 3.11 or later is needed" in said and "Error 1" in said
    assert not (tmp_path / ".venv").exists()


def test_the_readme_s_commands_exist():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z]+)", readme, flags=re.MULTILINE):
        assert target in TARGETS, target
