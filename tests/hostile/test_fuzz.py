"""Whatever bytes a reader gets, it gives a result or says what is wrong with them, and does so soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotproof.workspace import Workspace
from tests.conftest import copy_project
from tests.hostile import fuzzing
from tests.hostile.fuzzing import STEPS, VALUES, broken

FEW = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
LONGEST = 20  # seconds for any one input; most take milliseconds, a busy machine may be slow
GOOD = sorted(fuzzing.good_files())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace.open(copy_project(tmp_path_factory.mktemp("fuzz") / "project"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "file"


def in_time(outcome, started: float) -> str:
    assert time.perf_counter() - started < LONGEST
    return outcome


@pytest.mark.parametrize("name", fuzzing.READERS)
@FEW
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_noise(name, path, content):
    started = time.perf_counter()
    assert in_time(fuzzing.try_reader(name, path, content), started) in ("read", "refused")


@pytest.mark.parametrize("name", fuzzing.READERS)
@FEW
@given(file=st.sampled_from(GOOD), is_suitable=st.booleans(), steps=STEPS)
def test_broken_copies_of_good_files(name, path, file, is_suitable, steps):
    started = time.perf_counter()
    file = fuzzing.SUITABLE.get(name, file) if is_suitable else file
    in_time(fuzzing.try_reader(name, path, broken(fuzzing.good_files()[file], steps)), started)


@FEW
@given(steps=STEPS, part=st.integers(0, 30))
def test_workbooks_with_one_broken_part(path, steps, part):
    for name in ("table", "a named sheet"):
        fuzzing.try_reader(name, path, fuzzing.broken_workbook(steps, part))


@pytest.mark.parametrize("file", fuzzing.READINGS)
@settings(FEW, max_examples=8)
@given(steps=STEPS)
def test_broken_exports_through_cleaning(file, workspace, steps):
    fuzzing.try_cleaning(file, workspace, broken((fuzzing.RAW / file).read_bytes(), steps))


@pytest.mark.parametrize("kind", fuzzing.yaml_files())
@FEW
@given(content=st.one_of(st.binary(max_size=100), st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))))
def test_yaml_of_noise(kind, workspace, content):
    fuzzing.try_yaml(kind, workspace, content)


@pytest.mark.parametrize("kind", fuzzing.yaml_files())
@FEW
@given(steps=STEPS)
def test_yaml_that_was_broken(kind, workspace, steps):
    fuzzing.try_yaml(kind, workspace, broken(fuzzing.yaml_files()[kind].good, steps))


@pytest.mark.parametrize("kind", fuzzing.yaml_files())
@FEW
@given(places=st.lists(st.integers(0, 40), max_size=5), value=VALUES)
def test_yaml_with_values_of_other_kinds(kind, workspace, places, value):
    fuzzing.try_yaml(kind, workspace, fuzzing.yaml_with(kind, places, value))


def test_the_good_files_are_good(path, workspace):
    for name, file in fuzzing.SUITABLE.items():
        assert fuzzing.try_reader(name, path, fuzzing.good_files()[file]) == "read", name
    for kind, file in fuzzing.yaml_files().items():
        if kind != "corrections":  # of a student who is not in the demo
            assert fuzzing.try_yaml(kind, workspace, file.good) == "read", kind
    for file in fuzzing.READINGS:
        assert fuzzing.try_cleaning(file, workspace, (fuzzing.RAW / file).read_bytes()) == "read", file
