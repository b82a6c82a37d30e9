"""The folder of one run in a store that its machines share: inputs of each pilot go there, and its report comes back there."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilotproof.errors import PilotproofError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

RUN = "pilotproof-run-"
MARK = "running"  # a file that lies in the folder for as long as the run goes on
TRIES_TO_DELETE = 3
BYTES_OF_A_NAME = 8


@dataclass(frozen=True, slots=True)
class RunStore:
    """The folder of one run. Its name is drawn, so that two projects that share a store never meet.

    place : the folder, as fsspec spells it
    Every method raises PilotproofError where the store does not give or take files.
    """

    place: str

    @classmethod
    def begin(cls, store: str) -> RunStore:
        """A new folder in `store`."""
        run = cls(f"{store.rstrip('/')}/{RUN}{secrets.token_hex(BYTES_OF_A_NAME)}")
        with _answering(run.place):
            system, path = run._found()
            system.makedirs(path, exist_ok=True)
            run._write(MARK, b"")
        return run

    def put_inputs(self, pilot: str, archive: bytes) -> None:
        with _answering(self.place):
            self._write(_inputs(pilot), archive)

    def inputs(self, pilot: str) -> bytes:
        self._require_running()
        with _answering(self.place):
            return self._read(_inputs(pilot))

    def give_back(self, pilot: str, report: bytes) -> None:
        """Write a report, unless the run has ended: who began it has then deleted the folder, and nobody would do so again."""
        self._require_running()
        with _answering(self.place):
            self._write(_report(pilot), report)
        if not self.is_running():
            self.end()
            self._require_running()

    def report(self, pilot: str) -> bytes:
        with _answering(self.place):
            return self._read(_report(pilot))

    def is_running(self) -> bool:
        """Whether whoever began the run still waits for reports."""
        with _answering(self.place):
            system, path = self._found(MARK)
            system.invalidate_cache()
            return system.exists(path)

    def forget(self, pilot: str) -> None:
        """Delete the archives of `pilot`, which hold its raw data; what cannot be deleted now is left to `end`."""
        for name in (_inputs(pilot), _report(pilot)):
            with contextlib.suppress(Exception):
                system, path = self._found(name)
                system.rm_file(path)

    def end(self) -> None:
        """Delete the folder, the mark first. Raises PilotproofError when something is left: no purge would find it there."""
        with contextlib.suppress(Exception):  # the folder goes in any case
            system, path = self._found(MARK)
            system.rm_file(path)
        reason = "something is still being written there"
        for _ in range(TRIES_TO_DELETE + 1):
            try:
                system, path = self._found()
                system.invalidate_cache()
                if not system.exists(path):
                    return
                system.rm(path, recursive=True)
            except Exception as error:
                reason = _words(error)
        raise PilotproofError(
            f"The folder {self.place} could not be deleted ({reason}).\nIt may hold raw data of students: delete it by hand."
        )

    def _require_running(self) -> None:
        if not self.is_running():
            raise PilotproofError("The run that asked for this report has ended; nothing was kept.")

    def _found(self, name: str = "") -> tuple[AbstractFileSystem, str]:
        import fsspec

        return fsspec.core.url_to_fs(f"{self.place}/{name}".rstrip("/"))

    def _write(self, name: str, archive: bytes) -> None:
        system, path = self._found(name)
        with system.open(path, "wb") as file:
            file.write(archive)

    def _read(self, name: str) -> bytes:
        system, path = self._found(name)
        with system.open(path, "rb") as file:
            return file.read()


def _inputs(pilot: str) -> str:
    return f"{pilot}.inputs.zip"


def _report(pilot: str) -> str:
    return f"{pilot}.report.zip"


@contextmanager
def _answering(place: str) -> Iterator[None]:
    """Each store has errors of its own, of no common kind; to the reader they are all one: it did not give or take files."""
    try:
        yield
    except Exception as error:
        raise PilotproofError(
            f"The store does not give or take files at {place} ({_words(error)}).\n"
            "Check its address, its room, and this computer's right to read, write and delete there."
        ) from error


def _words(error: Exception) -> str:
    reason = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
