"""The temporary folder in which a worker of a cluster makes one report, and what keeps a killed worker from leaving it behind."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import stat
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pilotproof.workspace import COPY

FOLDER_VARIABLE = "PILOTPROOF_WORKER_FOLDER"  # by which the processes of a report are known, whoever started them
NAME = re.compile(rf"{COPY}[a-z0-9-]*\.(?P<pid>\d+)\.(?P<computer>[0-9a-f]{{8}})-[a-z0-9_]{{8}}")
LONGEST_SOCKET = 107  # bytes of a path, on Linux
BYTES_OF_A_SOCKET = len("/pymp-12345678/listener-12345678")  # as multiprocessing names it
ROUNDS = 100
SECONDS_BETWEEN = 0.05
SECONDS_OF_DOUBT = 10  # by which the time of a process and that of a file may differ


@contextmanager
def own_folder(pilot: str = "") -> Iterator[Path]:
    """An empty folder that nobody else may read; at the end it goes, and whatever still runs for it.

    pilot : whose raw data it will hold, so that a purge finds it
    """
    folder = Path(tempfile.mkdtemp(prefix=f"{COPY}{pilot}.{os.getpid()}.{_computer()}-")).resolve()
    try:
        yield folder
    finally:
        _remove(folder)


def sweep() -> None:
    """Delete the folders of processes of this user on this computer that are no more: nobody else would."""
    for folder in Path(tempfile.gettempdir()).resolve().glob(f"{COPY}*"):
        name = NAME.fullmatch(folder.name)
        if name is None or name["computer"] != _computer():
            continue
        with contextlib.suppress(FileNotFoundError):  # another task sweeps at the same time
            if _is_own(folder) and not _is_alive(int(name["pid"]), folder):
                _remove(folder)


def variables_for(folder: Path, scratch: Path) -> dict[str, str]:
    """What the processes of a report in `folder` get to know: whose they are, and where their temporary files go."""
    marked = {FOLDER_VARIABLE: str(folder)}
    if len(str(scratch)) + BYTES_OF_A_SOCKET > LONGEST_SOCKET:  # kernels could not start; the usual place must do
        return marked
    return marked | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))


def end_processes_of(folder: Path) -> None:
    """Kill every process that works for the report in `folder`, those too that were started meanwhile."""
    import psutil

    for _ in range(ROUNDS):
        processes = list(_processes_of(folder))
        if not processes:
            return
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(SECONDS_BETWEEN)


def _processes_of(folder: Path) -> Iterator[object]:
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):  # it has ended, or is another user's
            if process.environ().get(FOLDER_VARIABLE) == str(folder):
                yield process


def _remove(folder: Path) -> None:
    end_processes_of(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _computer() -> str:
    """In the name of a folder, because containers that share a disk number their processes each for itself."""
    return f"{zlib.crc32(platform.node().encode()):08x}"


def _is_own(folder: Path) -> bool:
    info = folder.lstat()
    return stat.S_ISDIR(info.st_mode) and (not hasattr(os, "getuid") or info.st_uid == os.getuid())


def _is_alive(pid: int, folder: Path) -> bool:
    """Whether the process that made the folder runs; one that began after the folder's last change has only got its number."""
    import psutil

    try:
        process = psutil.Process(pid)
        began, is_dead = process.create_time(), process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    return not is_dead and began <= folder.lstat().st_ctime + SECONDS_OF_DOUBT
