"""A log in partitions, here or in a store: what travels to a worker, what the manifest knows of it, what a purge can do."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pilotproof.audit.identifiers import identifiers_of
from pilotproof.intake import Intake
from pilotproof.pilot import load_pilot
from pilotproof.pipeline.bundle import pack_inputs, unpack_inputs
from pilotproof.pipeline.manifest import describe_inputs
from pilotproof.pipeline.report import make_report
from pilotproof.pipeline.verify import verify_report
from pilotproof.purge import purge_pilot
from pilotproof.sources.parts import sha256_of
from pilotproof.sources.passport import load_passports
from pilotproof.sources.receive import receive
from pilotproof.workspace import Workspace
from tests.parquet_files import demo_by_day, name_as_usage_log

NAME = "nearpod"
TODAY = date(2026, 10, 16)


def describe(workspace: Workspace) -> dict:
    return describe_inputs(NAME, load_pilot(NAME, workspace), workspace, "embedded", ("html",))


def quiet(line: str) -> None:
    pass


def log_of(workspace: Workspace, folder: Path) -> dict[str, str]:
    """Names of the partitions by the hash of their contents."""
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in folder.rglob("*.parquet")}


@pytest.fixture
def elsewhere(workspace: Workspace, tmp_path: Path) -> Path:
    """The demo's usage log in a folder outside the project, named by its address; no copy is left in the project."""
    folder = demo_by_day(workspace, tmp_path / "store" / "logs")
    (workspace.raw(NAME) / "usage.csv").rename(tmp_path / "usage.csv")
    name_as_usage_log(workspace, f"file://{folder}/")
    receive(NAME, [f"file://{folder}/"], workspace, received=TODAY)
    return folder


@pytest.fixture
def partitioned(workspace: Workspace, tmp_path: Path) -> Path:
    """The same in the raw folder."""
    receive(NAME, [demo_by_day(workspace, tmp_path / "events")], workspace, received=TODAY)
    name_as_usage_log(workspace, "events")
    return workspace.raw(NAME) / "events"


def test_nothing_of_a_log_in_a_store_travels_and_a_worker_reads_it_there(workspace, elsewhere, tmp_path):
    expected = Intake.open(NAME, workspace).usage()
    archive = pack_inputs(describe(workspace), workspace)
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        hashes = {hashlib.sha256(packed.read(name)).hexdigest() for name in packed.namelist()}
        assert f"data/raw/{NAME}/outcomes.csv" in packed.namelist()
        assert not [name for name in packed.namelist() if name.endswith(".parquet")]
    assert not hashes & set(log_of(workspace, elsewhere))
    (tmp_path / "worker").mkdir()
    worker = unpack_inputs(archive, tmp_path / "worker")
    assert load_passports(NAME, worker) == load_passports(NAME, workspace), "the listing travels"
    found = Intake.open(NAME, worker).usage()
    pd.testing.assert_frame_equal(found.tables["usage"], expected.tables["usage"])
    assert found.accounts == expected.accounts


def test_a_folder_of_partitions_travels_whole_and_is_hashed_as_one_file(workspace, partitioned, tmp_path):
    inputs = describe(workspace)
    assert (
        inputs["files"][f"data/raw/{NAME}/events"]
        == sha256_of(partitioned)
        == load_passports(NAME, workspace).of("events").sha256
    )
    (tmp_path / "worker").mkdir()
    worker = unpack_inputs(pack_inputs(inputs, workspace), tmp_path / "worker")
    assert describe(worker)["files"] == inputs["files"]
    pd.testing.assert_frame_equal(
        Intake.open(NAME, worker).usage().tables["usage"], Intake.open(NAME, workspace).usage().tables["usage"]
    )


def test_a_report_is_made_and_made_again_from_a_log_in_a_store(workspace, elsewhere, tmp_path):
    """In kernels, which open connections of their own; the audit reads what it says, and no page says where the log lies."""
    make_report(NAME, workspace, renderer="embedded", say=quiet, formats="html")
    assert verify_report(NAME, workspace, say=quiet).is_same
    for path in workspace.report(NAME).rglob("*"):
        assert not path.is_file() or str(elsewhere).encode() not in path.read_bytes(), path.name
    (tmp_path / "usage.csv").rename(workspace.raw(NAME) / "usage.csv")
    workspace.params(NAME).write_text(workspace.params(NAME).read_text().replace(f"file: file://{elsewhere}/", "file: usage.csv"))
    expected = Intake.open(NAME, workspace).usage().tables["usage"]
    pd.testing.assert_frame_equal(pd.read_parquet(workspace.processed(NAME) / "usage.parquet"), expected)


def test_the_people_of_a_log_in_parquet_are_known_to_the_audit_and_to_the_guard_only_those_here(workspace, elsewhere):
    pilot = load_pilot(NAME, workspace)
    only_in_the_log = "S-99417"
    frame = pd.read_parquet(elsewhere / "day=2026-09-14/part-0.parquet")
    frame.loc[0, "Student ID"] = only_in_the_log
    frame.to_parquet(elsewhere / "day=2026-09-14/part-0.parquet")
    known, notes = identifiers_of(NAME, pilot, workspace)
    assert list(known.found(f"see {only_in_the_log}")) and not [note for note in notes if "logs" in note]
    known, notes = identifiers_of(NAME, pilot, workspace, is_here_only=True)
    assert not list(known.found(f"see {only_in_the_log}"))
    assert "file://…/logs: its people are looked for by address only, not by name or id" in notes


def test_a_purge_says_what_it_cannot_delete(workspace, elsewhere):
    gone = purge_pilot(NAME, workspace, today=TODAY, is_now=True)
    assert gone.elsewhere == (f"file://{elsewhere}",)
    record = json.loads(gone.record.read_text())
    assert record["not_deleted"] == [f"file://{elsewhere}"]
    assert len(list(elsewhere.rglob("*.parquet"))) == 20, "one for each day of lessons, and none of ours to delete"


def test_a_purge_proves_a_folder_of_partitions_by_the_hash_of_its_passport(workspace, partitioned):
    digest = load_passports(NAME, workspace).of("events").sha256
    files = purge_pilot(NAME, workspace, today=TODAY, is_now=True).files
    assert files[f"data/raw/{NAME}/events"] == digest and not partitioned.exists()
    assert len([file for file in files if file.startswith(f"data/raw/{NAME}/events/")]) == 20
