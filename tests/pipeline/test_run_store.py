"""The folder of a run in a store: two runs never meet, and once a run has ended nothing comes into it or stays there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotproof.errors import PilotproofError
from pilotproof.pipeline.run_store import MARK, RunStore

fsspec = pytest.importorskip("fsspec", reason="needs the extra `cluster`")
from fsspec.implementations.local import LocalFileSystem  # noqa: E402


class EndsWhileWriting(LocalFileSystem):
    """A disk on which the run is ended, by the machine that began it, while a report is being written."""

    protocol = "ends-while-writing"

    def _open(self, path: str, mode: str = "rb", **options: object) -> object:
        opened = super()._open(path, mode, **options)
        if path.endswith(".report.zip"):
            (Path(path).parent / MARK).unlink()
        return opened

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return super()._strip_protocol(path.removeprefix("ends-while-writing://"))


class KeepsEverything(LocalFileSystem):
    """A disk on which this user may write and not delete."""

    protocol = "keeps-everything"

    def rm_file(self, path: str) -> None:
        raise PermissionError("no right to delete")

    def rm(self, path: str, recursive: bool = False, maxdepth: int | None = None) -> None:
        raise PermissionError("no right to delete")

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return super()._strip_protocol(path.removeprefix("keeps-everything://"))


fsspec.register_implementation("ends-while-writing", EndsWhileWriting)
fsspec.register_implementation("keeps-everything", KeepsEverything)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_two_runs_in_one_store_do_not_meet(tmp_path):
    ours, theirs = RunStore.begin(str(tmp_path)), RunStore.begin(f"{tmp_path}/")
    ours.put_inputs("spring", b"of ours")
    theirs.put_inputs("spring", b"of theirs")
    assert (ours.inputs("spring"), theirs.inputs("spring")) == (b"of ours", b"of theirs")
    ours.end()
    assert names(tmp_path) == [MARK, "spring.inputs.zip"] and theirs.inputs("spring") == b"of theirs"


@pytest.mark.parametrize("store", ["{folder}", "memory://runs"])
def test_a_report_goes_there_and_comes_back(tmp_path, store):
    run = RunStore.begin(store.format(folder=tmp_path))
    run.put_inputs("spring", b"raw data")
    run.give_back("spring", b"report")
    assert run.report("spring") == b"report"
    run.forget("spring")
    run.forget("never-sent")
    run.end()
    system, path = fsspec.core.url_to_fs(run.place)
    assert not system.exists(path)


def test_archives_of_one_pilot_leave_the_store_when_it_is_done(tmp_path):
    run = RunStore.begin(str(tmp_path))
    for pilot in ("spring", "autumn"):
        run.put_inputs(pilot, b"raw data")
        run.give_back(pilot, b"report")
    run.forget("spring")
    assert names(tmp_path) == ["autumn.inputs.zip", "autumn.report.zip", MARK]


def test_nothing_is_written_once_the_run_has_ended(tmp_path):
    run = RunStore.begin(str(tmp_path))
    run.end()
    for act in (lambda: run.give_back("spring", b"report"), lambda: run.inputs("spring")):
        with pytest.raises(PilotproofError, match="has ended; nothing was kept"):
            act()
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_while_the_run_ended_is_deleted(tmp_path):
    run = RunStore.begin(f"ends-while-writing://{tmp_path}")
    with pytest.raises(PilotproofError, match="has ended; nothing was kept"):
        run.give_back("spring", b"report")
    assert list(tmp_path.iterdir()) == []


def test_an_archive_that_cannot_be_deleted_does_not_keep_the_others(tmp_path):
    run = RunStore.begin(str(tmp_path))
    for pilot in ("spring", "autumn"):
        run.give_back(pilot, b"report")
    (Path(run.place) / "spring.inputs.zip").mkdir()  # no file, so that deleting it as one fails
    run.forget("spring")
    assert names(tmp_path) == ["autumn.report.zip", MARK]
    run.end()
    assert list(tmp_path.iterdir()) == []


def test_raw_data_that_stay_in_the_store_are_told_of(tmp_path):
    run = RunStore.begin(f"keeps-everything://{tmp_path}")
    run.put_inputs("spring", b"raw data")
    run.forget("spring")
    with pytest.raises(PilotproofError, match=r"(?s)pilotproof-run-.* could not be deleted .*no right to delete.*by hand"):
        run.end()


def test_a_store_that_takes_nothing_is_named_with_its_reason(tmp_path):
    (tmp_path / "store").write_bytes(b"a file where a folder should be")
    with pytest.raises(PilotproofError, match=r"does not give or take files at .*/store/pilotproof-run-.* \(NotADirectoryError"):
        RunStore.begin(str(tmp_path / "store"))
