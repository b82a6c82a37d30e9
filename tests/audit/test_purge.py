"""Purge: not before its day, everything that could tell of people, nothing that the board has, and a proof."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest

from pilotproof.errors import PilotproofError
from pilotproof.identity.keys import KEYS_VARIABLE, key_of, key_path
from pilotproof.one_run import only_run
from pilotproof.pipeline.tidy import delete_outputs
from pilotproof.purge import due_on, purge_pilot
from tests.audit.conftest import write

DUE = date(2027, 10, 16)


@pytest.fixture
def kept(spring, tmp_path, monkeypatch):
    """The pilot with a key, a finished report and working copies."""
    monkeypatch.setenv(KEYS_VARIABLE, str(tmp_path / "keys"))
    key_of("spring", spring, is_simulated=False)
    key_of("autumn", spring, is_simulated=False)
    for name in ("spring.pdf", "evidence.json", "manifest.json", "notebooks/01-clean.ipynb", "failed/02-test.ipynb"):
        write(spring.report("spring") / name, name)
    return spring


def test_nothing_is_deleted_before_the_day(kept):
    assert due_on("spring", kept) == DUE
    with pytest.raises(PilotproofError, match="may be kept until 2027-10-16") as caught:
        purge_pilot("spring", kept, today=date(2027, 10, 15))
    assert "--now" in str(caught.value)
    assert (kept.raw("spring") / "outcomes.csv").is_file() and key_path("spring", kept).is_file()
    assert not (kept.report("spring") / "purge.json").exists()


@pytest.mark.parametrize(("today", "is_now"), [(DUE, False), (date(2026, 11, 1), True)])
def test_data_and_key_go_and_the_report_stays(kept, today, is_now):
    digest = hashlib.sha256((kept.raw("spring") / "outcomes.csv").read_bytes()).hexdigest()
    purge_pilot("spring", kept, today=today, is_now=is_now)
    assert not kept.raw("spring").exists() and not kept.processed("spring").exists()
    assert not key_path("spring", kept).exists() and key_path("autumn", kept).exists()
    assert sorted(path.name for path in kept.report("spring").iterdir()) == [
        "evidence.json", "manifest.json", "purge.json", "report.qmd", "spring.pdf",
    ]  # fmt: skip
    record = json.loads((kept.report("spring") / "purge.json").read_text())
    assert record["files"]["data/raw/spring/outcomes.csv"] == digest
    assert {"data/raw/spring/source.yaml", "data/processed/spring/notes.json"} <= set(record["files"])
    assert (record["begun_on"], record["completed_on"]) == (today.isoformat(), today.isoformat())
    assert len(record["keys"]["key"]) == 64
    assert (kept.root / "params/spring.yaml").is_file()


def test_a_purge_that_was_cut_short_is_ended_by_another(kept, monkeypatch):
    def fails(folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pilotproof.purge.shutil.rmtree", fails)
        with pytest.raises(KeyboardInterrupt):
            purge_pilot("spring", kept, today=DUE)
    (kept.raw("spring") / "outcomes.csv").unlink()  # as if it had been deleted before the stop
    assert json.loads((kept.report("spring") / "purge.json").read_text())["completed_on"] is None
    purge_pilot("spring", kept, today=DUE)
    record = json.loads((kept.report("spring") / "purge.json").read_text())
    assert record["completed_on"] and "data/raw/spring/outcomes.csv" in record["files"]


def test_what_could_not_be_deleted_is_said(kept, monkeypatch):
    monkeypatch.setattr("pilotproof.purge.shutil.rmtree", lambda folder: None)
    with pytest.raises(PilotproofError, match="Could not be deleted"):
        purge_pilot("spring", kept, today=DUE)
    assert json.loads((kept.report("spring") / "purge.json").read_text())["completed_on"] is None


def test_a_report_without_its_data_is_not_cleaned_away(kept):
    purge_pilot("spring", kept, today=DUE)
    delete_outputs(["spring"], kept)
    assert (kept.report("spring") / "spring.pdf").is_file() and (kept.report("spring") / "purge.json").is_file()


def test_it_waits_for_a_run_which_would_bring_the_data_back(kept):
    with only_run("spring", kept), pytest.raises(PilotproofError, match="Another run for spring is under way"):
        purge_pilot("spring", kept, today=DUE)
    assert (kept.raw("spring") / "outcomes.csv").is_file() and key_path("spring", kept).is_file()


@pytest.mark.parametrize("linked", ["raw", "raw/more.csv"])
def test_links_are_not_taken_for_what_they_lead_to(kept, tmp_path, linked):
    """A raw folder on an encrypted disk: deleting the link alone would prove nothing."""
    elsewhere = tmp_path / "disk"
    if linked == "raw":
        kept.raw("spring").rename(elsewhere)
        kept.raw("spring").symlink_to(elsewhere)
    else:
        write(elsewhere, "S-7001")
        (kept.raw("spring") / "more.csv").symlink_to(elsewhere)
    with pytest.raises(PilotproofError, match="links, and what they lead to would stay") as caught:
        purge_pilot("spring", kept, today=DUE)
    assert "data/raw/spring" in str(caught.value) and elsewhere.exists()
    assert not (kept.report("spring") / "purge.json").exists() and key_path("spring", kept).is_file()


def test_what_a_killed_run_left_goes_too_and_its_report_stays(kept):
    key = key_path("spring", kept)
    half_a_key = key.with_name(f".{key.name}.4711")
    half_a_key.write_text("00" * 32)
    write(kept.runtime("spring") / "kernel.json", "{}")
    kept.report("spring").rename(kept.report("spring").with_name("spring.outgoing.partial"))
    purge_pilot("spring", kept, today=DUE)
    assert not half_a_key.exists() and not kept.runtime("spring").exists()
    assert (kept.report("spring") / "spring.pdf").is_file()
    assert not list(kept.report("spring").parent.glob("*.partial"))


def test_copies_that_a_killed_worker_left_go_too(kept, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for folder in ("pilotproof-spring.4711.0a1b2c3d-a1b2c3_4", "pilotproof-spring-2.4711.0a1b2c3d-a1b2c3_4"):
        write(tmp_path / folder / "project/data/raw/x.csv", "S-7001")
    purge_pilot("spring", kept, today=DUE)
    assert [path.name for path in tmp_path.glob("pilotproof-*")] == ["pilotproof-spring-2.4711.0a1b2c3d-a1b2c3_4"]


def test_copies_that_a_killed_verification_left_go_too(kept, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for folder in ("pilotproof-spring-a1b2c3_4", "pilotproof-spring-2-a1b2c3_4", "pilotproof-autumn-a1b2c3_4"):
        write(tmp_path / folder / "data/raw/x.csv", "S-7001")
    purge_pilot("spring", kept, today=DUE)
    left = sorted(path.name for path in tmp_path.glob("pilotproof-*"))
    assert left == ["pilotproof-autumn-a1b2c3_4", "pilotproof-spring-2-a1b2c3_4"]
