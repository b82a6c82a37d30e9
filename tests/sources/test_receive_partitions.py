"""A folder of partitions is one raw file: received, checked and listed as such."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pilotproof.errors import DataError
from pilotproof.pilot import load_pilot
from pilotproof.readiness import check_inputs
from pilotproof.sources.parts import sha256_of, sha256_of_parts
from pilotproof.sources.passport import check_passports, load_passports, loose_ends
from pilotproof.sources.receive import Receipt, receive
from pilotproof.workspace import Workspace
from tests.parquet_files import one_file

NAME = "nearpod"


def take(workspace: Workspace, *files: Path | str) -> list[Receipt]:
    return receive(NAME, files, workspace, received=date(2026, 10, 16))


@pytest.fixture
def sent(workspace: Workspace) -> Path:
    """A folder of two partitions with three events, as it came; the params name it."""
    folder = workspace.root / "mail" / "events"
    one_file(folder / "day=1/a.parquet", x=[1, 2])
    one_file(folder / "day=2/a.parquet", x=[3])
    (folder / "_SUCCESS").write_text("")
    params = workspace.params(NAME)
    params.write_text(params.read_text().replace("    file: usage.csv", "    file: events/"))
    (workspace.raw(NAME) / "usage.csv").unlink()
    return folder


def checked(workspace: Workspace) -> None:
    check_passports(NAME, load_pilot(NAME, workspace), workspace)


def test_a_folder_is_copied_as_one_file_with_one_passport(workspace, sent):
    (receipt,) = take(workspace, sent)
    passport = load_passports(NAME, workspace).of("events")
    assert passport == receipt.passport and passport.rows == 3
    assert passport.one_row_is == "one use of the tool", "the params say what this log is"
    assert passport.sha256 == sha256_of(workspace.raw(NAME) / "events") == sha256_of_parts(passport.parts)
    assert [part.name for part in passport.parts] == ["day=1/a.parquet", "day=2/a.parquet"]
    assert receipt.notes == ("not partitions, and left out: _SUCCESS",)
    assert not (workspace.raw(NAME) / "events/_SUCCESS").exists()
    checked(workspace)
    assert not take(workspace, sent)[0].is_new


def test_a_parquet_file_is_received_like_any_other(workspace):
    (receipt,) = take(workspace, one_file(workspace.root / "log.parquet", x=[1, None, 2]))
    # the second record has no content: no record of a CSV file either
    assert (receipt.passport.kind, receipt.passport.rows, receipt.passport.parts) == ("Parquet", 2, None)


def test_nothing_is_taken_of_a_folder_with_a_broken_partition(workspace, sent):
    (sent / "day=2/b.parquet").write_bytes(b"PAR1")
    (sent / "day=3.csv").write_text("x\n1\n")
    with pytest.raises(DataError) as caught:
        take(workspace, sent)
    assert all(f"{sent}/{name} cannot be used" in str(caught.value) for name in ("day=2/b.parquet", "day=3.csv"))
    assert not (workspace.raw(NAME) / "events").exists()


def test_what_was_changed_in_the_folder_is_named(workspace, sent):
    take(workspace, sent)
    folder = workspace.raw(NAME) / "events"
    one_file(folder / "day=1/a.parquet", x=[1, 4])
    one_file(folder / "day=3/a.parquet", x=[3])
    (folder / "day=2/a.parquet").unlink()
    with pytest.raises(DataError, match=r"day=2/a\.parquet is gone; day=3/a\.parquet is new; day=1/a\.parquet was changed"):
        checked(workspace)


def test_of_a_folder_that_was_changed_only_its_contents_are_spoken_of(workspace, sent):
    take(workspace, sent)
    one_file(workspace.raw(NAME) / "events/day=3/a.parquet", x=[3, 4])  # 5 records; its passport says 3
    said = [str(one) for one in check_inputs(NAME, workspace).problems if one.file.endswith("events")]
    assert any("day=3/a.parquet is new" in one for one in said)
    assert not [one for one in said if "`rows`" in one]


def test_files_of_another_kind_among_partitions_are_to_be_taken_out(workspace, sent):
    for name in ("notes.txt", "day=1/old.CSV", "day=1/book.xlsx"):
        (sent / name).write_text("x\n1\n")
    with pytest.raises(DataError) as caught:
        take(workspace, sent)
    found = {one.file.removeprefix(f"{sent}/"): (one.found, one.action) for one in caught.value.problems}
    assert found == {
        "notes.txt": ("a file of another kind (.txt)", "This is no partition; take it out."),
        "day=1/old.CSV": ("a file of another kind (.CSV)", "This is no partition; take it out."),
        "day=1/book.xlsx": ("a file of another kind (.xlsx)", "This is no partition; take it out."),
    }


def test_another_folder_of_that_name_is_refused(workspace, sent):
    take(workspace, sent)
    one_file(sent / "day=3/a.parquet", x=[3])
    with pytest.raises(DataError, match="Nothing was changed"):
        take(workspace, sent)
    assert not (workspace.raw(NAME) / "events/day=3").exists()


def test_links_in_a_folder_are_refused(workspace, sent):
    take(workspace, sent)
    (sent / "day=4").symlink_to(workspace.root / "params")
    with pytest.raises(DataError, match="a folder with links to other places"):
        take(workspace, sent)
    (workspace.raw(NAME) / "events/day=4").symlink_to(workspace.root / "params")
    with pytest.raises(DataError, match="a link that leaves the pilot's raw folder"):
        checked(workspace)


def test_a_folder_that_is_used_is_no_loose_end_and_one_that_is_not_is_one(workspace, sent):
    take(workspace, sent)
    pilot, passports = load_pilot(NAME, workspace), load_passports(NAME, workspace)
    assert not [end for end in loose_ends(NAME, pilot, passports, workspace) if "events" in end.file]
    params = workspace.params(NAME)
    params.write_text(params.read_text().replace("    file: events/", "    file: usage.csv"))
    ends = loose_ends(NAME, load_pilot(NAME, workspace), passports, workspace)
    assert [end.file for end in ends if "events" in end.file] == [f"data/raw/{NAME}/events"]


def test_only_a_log_may_be_a_folder(workspace, sent):
    take(workspace, sent)
    params = workspace.params(NAME)
    params.write_text(params.read_text().replace("    file: sessions.csv", "    file: events"))
    with pytest.raises(DataError, match="events"):
        from pilotproof.intake import Intake

        Intake.open(NAME, workspace).sessions()
