"""A log in a store is listed when it is received, read where it lies, and refused when it is no longer that log."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path

import fsspec
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.errors import DataError, ParamsError
from pilotproof.intake import Intake
from pilotproof.pilot import load_pilot
from pilotproof.sources.object_store import entries_at, parts_at, store_of
from pilotproof.sources.parts import Entry, Part, changes, sha256_of_parts
from pilotproof.sources.passport import check_passports, load_passports, loose_ends
from pilotproof.sources.receive import Receipt, receive
from pilotproof.workspace import Workspace
from tests.parquet_files import demo_by_day, name_as_usage_log, one_file

NAME = "nearpod"
TODAY = date(2026, 10, 16)


def take(workspace: Workspace, *files: Path | str) -> list[Receipt]:
    return receive(NAME, files, workspace, received=TODAY)


@pytest.fixture
def memory() -> fsspec.AbstractFileSystem:
    """A store that says no mark of its files, empty before and after."""
    store = fsspec.filesystem("memory")
    store.rm("/", recursive=True) if store.find("/") else None
    yield store
    store.rm("/", recursive=True) if store.find("/") else None


def test_a_log_in_a_store_gives_what_the_csv_gives_and_nothing_is_copied(workspace, tmp_path, memory):
    expected = Intake.open(NAME, workspace).usage().tables["usage"]
    memory.put(str(demo_by_day(workspace, tmp_path / "events")), "/bucket/logs", recursive=True)
    name_as_usage_log(workspace, "memory://bucket/logs/")
    before = set(workspace.raw(NAME).rglob("*"))
    take(workspace, "memory://bucket/logs/")
    assert set(workspace.raw(NAME).rglob("*")) == before
    found = Intake.open(NAME, workspace).usage()
    pd.testing.assert_frame_equal(found.tables["usage"], expected)
    assert found.accounts[0].file == "memory://…/logs", "where a district keeps its data is not for the page"


def test_a_passport_lists_what_the_store_has(workspace, memory):
    memory.pipe("/bucket/logs/_SUCCESS", b"")
    memory.put(str(one_file(workspace.root / "a.parquet", x=[1, 2])), "/bucket/logs/day=1/a.parquet")
    take(workspace, "memory://bucket/logs")
    passport = load_passports(NAME, workspace).of("memory://bucket/logs")
    content = (workspace.root / "a.parquet").read_bytes()
    part = Part(name="day=1/a.parquet", bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    assert passport.parts == (part,) and passport.rows == 2 and passport.kind == "Parquet"
    # the hash of the listing, by its definition
    line = f"day=1/a.parquet\0{len(content)}\0{part.sha256}\n"
    assert passport.sha256 == hashlib.sha256(line.encode()).hexdigest()


def test_every_partition_that_is_another_now_is_named(workspace, memory):
    for name in "abc":
        memory.put(str(one_file(workspace.root / f"{name}.parquet", x=[name])), f"/logs/{name}.parquet")
    name_as_usage_log(workspace, "memory://logs")
    take(workspace, "memory://logs")
    check_passports(NAME, load_pilot(NAME, workspace), workspace)
    changed = bytearray(memory.cat("/logs/a.parquet"))
    changed[-20] ^= 1
    memory.pipe("/logs/a.parquet", bytes(changed))  # as many bytes, and no mark: only its hash tells
    memory.mv("/logs/b.parquet", "/logs/d.parquet")
    with pytest.raises(DataError) as caught:
        check_passports(NAME, load_pilot(NAME, workspace), workspace)
    said = str(caught.value)
    assert "b.parquet is gone; d.parquet is new; a.parquet was changed;" in said
    assert "receive it again (`pilotproof receive nearpod memory://logs`)" in said


def test_a_mark_that_is_the_same_is_believed_and_another_one_is_looked_into():
    part = Part(name="a", bytes=3, sha256="0" * 64, mark="v1")

    def never(entry: Entry) -> str:
        raise AssertionError("was read")

    assert changes([part], [Entry("a", 3, "", "v1")], never) == []
    assert changes([part], [Entry("a", 4, "", "v1")], never) == ["a has 4 bytes and had 3"]
    # put back from a copy: another version with the same contents
    assert changes([part], [Entry("a", 3, "", "v2")], lambda entry: "0" * 64) == []
    assert changes([part], [Entry("a", 3, "", "v2")], lambda entry: "1" * 64) == ["a was changed"]


def test_a_folder_s_clock_is_its_mark(workspace, tmp_path):
    path = one_file(tmp_path / "logs/a.parquet", x=[1])
    (entry,) = entries_at(f"file://{tmp_path}/logs")
    assert entry.mark == str(path.stat().st_mtime) and entry.where == str(path)
    os.utime(path, (0, 0))
    assert entries_at(f"file://{tmp_path}/logs")[0].mark == "0.0"


def test_one_file_may_be_named_by_its_address(tmp_path):
    one_file(tmp_path / "logs/a.parquet", x=[1])
    (part,) = parts_at(f"file://{tmp_path}/logs/a.parquet")
    assert part.name == "a.parquet"


def test_a_log_received_twice_is_there_already_and_another_is_refused(workspace, tmp_path):
    url = f"file://{tmp_path}/logs"
    one_file(tmp_path / "logs/a.parquet", x=[1])
    assert take(workspace, url)[0].is_new and not take(workspace, url)[0].is_new
    one_file(tmp_path / "logs/b.parquet", x=[1])
    with pytest.raises(DataError, match=r"b\.parquet is new; .* delete its entry in source\.yaml first"):
        take(workspace, url)


def test_what_was_only_touched_is_not_called_changed(workspace, tmp_path):
    url = f"file://{tmp_path}/logs"
    for name in "abc":
        one_file(tmp_path / f"logs/{name}.parquet", x=[name])
    take(workspace, url)
    os.utime(tmp_path / "logs/a.parquet", (0, 0))  # another mark, the same contents
    assert not take(workspace, url)[0].is_new
    one_file(tmp_path / "logs/b.parquet", x=["z"])
    (tmp_path / "logs/c.parquet").unlink()
    with pytest.raises(DataError) as caught:
        take(workspace, url)
    assert ": c.parquet is gone; b.parquet was changed; expected" in str(caught.value)


def test_a_log_of_which_nothing_is_left_is_one_sentence():
    parts = [Part(name=name, bytes=1, sha256="0" * 64) for name in "abc"]
    assert changes(parts, [], lambda entry: "") == ["all 3 partitions are gone"]
    assert changes(parts, [Entry("d", 1, "")], lambda entry: "") == ["all 3 partitions are gone", "d is new"]
    assert changes(parts[:1], [], lambda entry: "") == ["a is gone"]


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2)), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2))
)
def test_changes_name_each_partition_that_is_another_and_no_other(before, now):
    recorded = [Part(name=name, bytes=1, sha256=f"{version}" * 64) for name, version in before.items()]
    said = changes(recorded, [Entry(name, 1, "") for name in now], lambda entry: f"{now[entry.name]}" * 64)
    is_all = len(before) > 1 and not before.keys() & now.keys()
    gone = (
        [f"all {len(before)} partitions are gone"]
        if is_all
        else [f"{name} is gone" for name in sorted(before.keys() - now.keys())]
    )
    new = [f"{name} is new" for name in sorted(now.keys() - before.keys())]
    changed = [f"{name} was changed" for name in sorted(before.keys() & now.keys()) if before[name] != now[name]]
    assert said == gone + new + changed


def test_the_address_of_a_log_that_nobody_reads_is_not_to_be_deleted_there(workspace, tmp_path):
    one_file(tmp_path / "logs/a.parquet", x=[1])
    take(workspace, f"file://{tmp_path}/logs")
    (end,) = loose_ends(NAME, load_pilot(NAME, workspace), load_passports(NAME, workspace), workspace)
    assert (end.file, end.found) == (f"file://{tmp_path}/logs", "the address of a log that no key of the params file names")
    expected = (
        f"Name it in the params file, or delete its entry in data/raw/{NAME}/source.yaml; the log itself stays where it lies."
    )
    assert end.action == expected


def test_an_address_on_this_computer_has_three_slashes(workspace):
    with pytest.raises(DataError, match=r"three slashes in an address on this computer, as in file:///tmp/x"):
        take(workspace, "file://tmp/x")
    name_as_usage_log(workspace, "file://tmp/x")
    with pytest.raises(ParamsError, match=r"file:///tmp/x"):
        load_pilot(NAME, workspace)


def test_a_listing_that_was_edited_is_refused(workspace, tmp_path):
    one_file(tmp_path / "logs/a.parquet", x=[1])
    take(workspace, f"file://{tmp_path}/logs")
    path = workspace.raw(NAME) / "source.yaml"
    tree = yaml.safe_load(path.read_text())
    tree["files"][-1]["parts"][0]["bytes"] += 1
    path.write_text(yaml.safe_dump(tree))
    with pytest.raises(ParamsError, match="one of the two was edited"):
        load_passports(NAME, workspace)


def test_the_order_of_a_listing_does_not_matter_and_marks_do_not_count():
    one, two = (Part(name=name, bytes=1, sha256=name * 64) for name in "ab")
    assert sha256_of_parts([one, two]) == sha256_of_parts([two, one.model_copy(update={"mark": "v1"})])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("zzz://bucket/logs", "which nothing here knows"),
        ("memory://none", "nothing that could be a partition"),
    ],
)
def test_a_store_that_cannot_be_read_is_said(workspace, url, said):
    with pytest.raises(DataError, match=said):
        take(workspace, url)


@pytest.mark.skipif("s3fs" in {p.name for p in Path(fsspec.__file__).parents[1].iterdir()}, reason="s3fs is installed")
def test_without_s3fs_it_is_said_what_to_install():
    with pytest.raises(DataError, match=r"no package that reads s3://.*pip install fsspec s3fs"):
        store_of("s3://bucket/logs")


@pytest.mark.parametrize(
    "url", ["s3://user:word@bucket/x", "s3://b/../x", "s3://b/*.parquet", "s3:///b\\x", "a::s3://b/x", "s3://"]
)
def test_params_name_no_secrets_and_no_patterns(workspace, url):
    name_as_usage_log(workspace, f"'{url}'")
    with pytest.raises(ParamsError, match="an address such as s3://bucket/logs/2026/"):
        load_pilot(NAME, workspace)


def test_a_file_of_another_kind_is_no_address(workspace):
    path = workspace.params(NAME)
    path.write_text(path.read_text().replace("    file: sessions.csv", "    file: s3://bucket/sessions"))
    with pytest.raises(ParamsError, match="a file inside the pilot's own folder"):
        load_pilot(NAME, workspace)
