"""What a worker of a cluster does for one pilot: it starts this module as a process, which makes the report and ends with it.

A process of its own, because workers are daemons, which may not start the processes that kernels are. Its standard input stays
open for as long as the worker lives, however that ends: at its end the process stops all it has started and deletes its folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pilotproof
from pilotproof.errors import PilotproofError, machine_trouble
from pilotproof.identity.keys import KEYS_VARIABLE, keep_key
from pilotproof.pipeline.bundle import pack_report, unpack_inputs
from pilotproof.pipeline.run_store import RunStore
from pilotproof.pipeline.worker_folder import end_processes_of, own_folder, sweep, variables_for

SECONDS_BETWEEN_LOOKS = 0.1
WITHOUT_A_WORD = "its process ended without a word, most likely for want of memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a worker sends back. report : the archive, None when it lies in the store; said : why there is none, else empty"""

    report: bytes | None
    said: str


def report_elsewhere(
    pilot: str, inputs: bytes | None, renderer: str, formats: str, run: RunStore | None, key: bytes | None = None
) -> Returned:
    """The task: make one report in a folder of its own, with the code that came with it.

    inputs : the archive, None when it lies in the store
    key : of the pilot's pseudonyms, None for the published one; it comes with the task, never in the store, and goes with it
    """
    order = {"pilot": pilot, "renderer": renderer, "formats": formats, "key": key.hex() if key else None}
    try:
        returned = _asked(order, run.inputs(pilot) if inputs is None else inputs)
        if run is None or returned.report is None:
            return returned
        run.give_back(pilot, returned.report)
        return Returned(report=None, said="")
    except PilotproofError as error:
        return _refused(str(error))
    except OSError as error:
        return _refused(machine_trouble(error))


def _asked(order: dict[str, Any], inputs: bytes) -> Returned:
    """Start the process, and wait for what it answers."""
    code = str(Path(pilotproof.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [code, os.environ.get("PYTHONPATH")]))
    with subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
        start_new_session=True,
    ) as process:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(order | {"bytes": len(inputs)}).encode() + b"\n" + inputs)
            process.stdin.flush()
        answer, _, report = process.stdout.read().partition(b"\n")
    if not answer:
        return _refused(WITHOUT_A_WORD)
    said = json.loads(answer)
    return Returned(report=None if said else report, said=said)


def _refused(said: str) -> Returned:
    return Returned(report=None, said=f"On the worker {platform.node()}: {said}")


def main() -> None:
    """Runs in the process: one order from standard input, one answer to standard output."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    order = json.loads(sys.stdin.buffer.readline() or "null")
    inputs = sys.stdin.buffer.read(order["bytes"]) if order else b""
    if not order or len(inputs) < order["bytes"]:
        sys.exit(1)  # the worker has died already
    sweep()
    try:
        with own_folder() as scratch, own_folder(order["pilot"]) as folder:  # the second goes first, with all that runs
            threading.Thread(target=_end_with_worker, args=(folder,), daemon=True).start()
            said, report = _made(order, inputs, folder, scratch)
    except PilotproofError as error:
        said, report = str(error), b""
    except OSError as error:
        said, report = machine_trouble(error), b""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + report)
        sys.stdout.buffer.flush()


def _made(order: dict[str, Any], inputs: bytes, folder: Path, scratch: Path) -> tuple[str, bytes]:
    """Why there is no report, else nothing, and the report as an archive."""
    pilot, project, keys = order["pilot"], folder / "project", folder / "keys"
    for part in (project, keys):
        part.mkdir(mode=0o700)
    if order["key"] is not None:
        keep_key(keys / f"{pilot}.key", bytes.fromhex(order["key"]))
    workspace = unpack_inputs(inputs, project)
    done = subprocess.run(
        [sys.executable, "-m", "pilotproof", "report", pilot, "--renderer", order["renderer"], "--formats", order["formats"]],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(project), KEYS_VARIABLE: str(keys)} | variables_for(folder, scratch),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        return done.stderr.strip() or WITHOUT_A_WORD, b""
    return "", pack_report(pilot, workspace)


def _end_with_worker(folder: Path) -> None:
    """Once the worker is gone, let nothing run in the folder, so that the main thread comes to its end and deletes it."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    while True:
        end_processes_of(folder)
        time.sleep(SECONDS_BETWEEN_LOOKS)


if __name__ == "__main__":
    main()
