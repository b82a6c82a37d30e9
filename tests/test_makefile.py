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


def make(*arguments: str, folder: Path = PROJECT, **variables: str) -> str:
    """What make prints in `folder`, deaf to the settings of the make that may run these tests."""
    deaf_to = re.compile(r"MAKE|MFLAGS|CONDA|(PILOT|RENDERER|FORMATS|SEED|PYTHON)$")
    environment = {name: value for name, value in os.environ.items() if not deaf_to.match(name)} | variables
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
    assert 'pilotproof report "some-pilot" --renderer "auto"' in said and "--formats" not in said


@pytest.mark.parametrize("target", ["report", "reports"])
def test_formats_are_passed_on(target):
    assert '--formats "pdf,docx"' in make("-n", target, "PILOT=some-pilot", "FORMATS=pdf,docx", "READY=", "READY_STUDIES=")


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


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What make itself reads, in a folder whose name has a space, without a .venv."""
    folder = tmp_path / "my pilots"
    shutil.copytree(PROJECT / "requirements", folder / "requirements")
    for name in ("Makefile", "requirements.lock"):
        shutil.copyfile(PROJECT / name, folder / name)
    (folder / "params").mkdir()
    (folder / "params" / "nearpod.yaml").touch()
    return folder


@pytest.fixture
def built(checkout: Path) -> Path:
    """The same with a .venv whose stamp says that it is whole."""
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "ready").write_text(f"{checkout.resolve()}\n", encoding="utf-8")
    return checkout


def test_report_calls_the_command_with_pilot_and_renderer(built):
    said = make("-n", "report", "PILOT=x", "RENDERER=embedded", folder=built)
    assert said.splitlines()[-1].strip() == '.venv/bin/pilotproof report "x" --renderer "embedded"'
    assert "pip install" not in said


@pytest.mark.parametrize("target", ["report", "check"])
def test_without_a_pilot_it_asks_before_anything_is_installed(checkout, target):
    said = make(target, folder=checkout)
    assert f"make {target} PILOT=nearpod" in said and "Error 1" in said
    assert not (checkout / ".venv").exists()


def test_the_report_installs_the_runtime_lock_only(checkout):
    printed = make("-n", "report", "PILOT=nearpod", folder=checkout)
    assert re.findall(r"-r (\S+\.lock)", printed) == ["requirements.lock"]


@pytest.mark.parametrize(
    ("arguments", "lock"),
    [
        (["report", "PILOT=project-star"], "studies"),
        (["report", "PILOT=job-training"], "studies"),
        (["studies"], "studies"),
        (["test"], "test"),
        (["lint"], "test"),
        (["lab"], "lab"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_what_a_target_needs_beyond_the_report_is_added(built, arguments, lock):
    assert re.findall(r"-r (\S+\.lock)", make("-n", *arguments, folder=built)) == [f"requirements/{lock}.lock"]


def test_every_install_is_held_to_hashes_and_wheels(checkout):
    printed = make("-n", "test", folder=checkout)
    installs = [line for line in printed.splitlines() if "pip install" in line]
    assert len(installs) == 3
    for line in installs:
        assert ("--require-hashes" in line and "--only-binary :all:" in line) or "--no-deps --no-build-isolation -e ." in line


def test_a_half_built_environment_is_built_anew(checkout):
    (checkout / ".venv").mkdir()
    assert "venv --clear .venv" in make("-n", "environment", folder=checkout)


def test_a_new_lock_builds_the_environment_anew(built):
    stamp = (built / ".venv" / "ready").stat().st_mtime
    os.utime(built / "requirements.lock", (stamp + 10, stamp + 10))
    assert "venv --clear .venv" in make("-n", "environment", folder=built)


def test_a_copied_environment_is_built_anew(built, tmp_path):
    copy = shutil.copytree(built, tmp_path / "copy")
    assert "venv --clear .venv" in make("-n", "environment", folder=copy)


@pytest.mark.parametrize("python", ["no-such-python", "false"])
def test_a_python_that_will_not_do_is_said_in_one_sentence(checkout, python):
    said = make("environment", f"PYTHON={python}", folder=checkout)
    assert said.startswith("Python 3.11 or later is needed") and "Error 1" in said
    assert not (checkout / ".venv").exists()


def test_an_interrupted_install_leaves_no_stamp(checkout):
    stand_in = checkout / "python"
    stand_in.write_text('#!/bin/sh\ncase "$*" in *venv*) mkdir -p .venv/bin; echo exit 1 > .venv/bin/python;; esac\n')
    stand_in.chmod(0o755)
    said = make("environment", "PYTHON=./python", folder=checkout)
    assert "Could not install the packages" in said and "Error 1" in said
    assert not (checkout / ".venv" / "ready").exists()


def test_conda_is_used_only_if_its_pilotproof_is_this_folder_s(built, tmp_path):
    conda = tmp_path / "conda"
    (conda / "bin").mkdir(parents=True)
    python = conda / "bin" / "python"
    for answer, expected in (("echo yes", f"{conda}/bin/pilotproof"), ("exit 1", ".venv/bin/pilotproof")):
        python.write_text(f"#!/bin/sh\n{answer}\n")
        python.chmod(0o755)
        printed = make("-n", "check", "PILOT=x", folder=built, CONDA_PREFIX=str(conda))
        assert printed.splitlines()[-1] == f'{expected} check "x"'
