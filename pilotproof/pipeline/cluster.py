"""Reports of many pilots on many machines, with Dask: each pilot is one task, from one archive of inputs to one of its report."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pilotproof.errors import PilotproofError
from pilotproof.identity.keys import KEYS_VARIABLE, keep_key, key_of
from pilotproof.one_run import only_run
from pilotproof.pilot import load_pilot
from pilotproof.pipeline.batch import Result, Step
from pilotproof.pipeline.bundle import pack_inputs, pack_report, take_report, unpack_inputs
from pilotproof.pipeline.known_notebooks import require_known
from pilotproof.pipeline.manifest import MANIFEST_FILE, describe_inputs, differences, is_current, read_manifest
from pilotproof.pipeline.render import USUAL_FORMATS, choose_renderer, chosen_formats
from pilotproof.sources.passport import check_passports
from pilotproof.workspace import COPY, Workspace

SECONDS_TO_CONNECT = 20
TRIES_AFTER_A_DEATH = 2  # of the worker that made the report, before the pilot is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a worker sends back. archive : the report, or the path in the store where it lies; said : why there is none"""

    archive: bytes | str | None
    said: str


def make_reports_on_cluster(
    pilots: Sequence[str],
    workspace: Workspace,
    *,
    scheduler: str,
    renderer: str,
    on_step: Step,
    formats: str = USUAL_FORMATS,
    store: str | None = None,
) -> Iterator[Result]:
    """Make the report of each pilot on the workers of a running Dask scheduler; yield each result as it comes.

    scheduler : its address, such as tcp://10.0.0.5:8786
    store : folder that this machine and the workers can write, as fsspec spells it (s3://bucket/folder, /shared/folder);
        None sends the archives through the scheduler
    A worker that dies costs its pilot a new try on another. Raises PilotproofError when the scheduler cannot be reached.
    """
    client_class, as_completed = _dask()
    try:
        client = client_class(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PilotproofError(
            f"No Dask scheduler answers at {scheduler} ({error}).\n"
            "Start one with `dask scheduler`, or leave ENGINE out to work here."
        ) from error
    with client:
        names = {}
        for pilot in pilots:
            ready = _prepared(pilot, workspace, renderer, formats)
            if isinstance(ready, Result):
                yield ready
                continue
            on_step(pilot, "sent")
            archive = _put(ready, store, f"{pilot}.inputs.zip")
            where = None if store is None else _join(store, f"{pilot}.report.zip")
            task = client.submit(
                report_elsewhere,
                pilot,
                archive,
                renderer,
                formats,
                where,
                _key(pilot, workspace),
                pure=False,
                retries=TRIES_AFTER_A_DEATH,
            )
            names[task] = pilot
        try:
            for task in as_completed(list(names), loop=client.loop):
                yield _taken(task, names[task], workspace, renderer, formats)
                _forget(names.pop(task), store)
        finally:
            for task, pilot in names.items():  # of a run that was stopped
                task.cancel()
                _forget(pilot, store)


def report_elsewhere(
    pilot: str, inputs: bytes | str, renderer: str, formats: str, where: str | None, key: bytes | None = None
) -> Returned:
    """Runs on a worker: make one report in a folder of its own, with the code that came with it.

    key : of the pilot's pseudonyms, None for the published one; it comes with the task, never in the store, and goes with it
    A process of its own: workers are daemons, which may not start the processes that kernels are.
    """
    with tempfile.TemporaryDirectory(prefix=f"{COPY}{pilot}-") as folder, tempfile.TemporaryDirectory(prefix="keys-") as keys:
        if key is not None:
            keep_key(Path(keys) / f"{pilot}.key", key)
        workspace = unpack_inputs(_get(inputs), Path(folder).resolve())
        done = subprocess.run(
            [sys.executable, "-m", "pilotproof", "report", pilot, "--renderer", renderer, "--formats", formats],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": folder, KEYS_VARIABLE: keys},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode != 0:
            return Returned(archive=None, said=done.stderr.strip())
        report = pack_report(pilot, workspace)
        if where is None:
            return Returned(archive=report, said="")
        _write(where, report)
        return Returned(archive=where, said="")


def _key(pilot: str, workspace: Workspace) -> bytes | None:
    is_simulated = load_pilot(pilot, workspace).is_simulated
    return None if is_simulated else key_of(pilot, workspace, is_simulated=False)


def _prepared(pilot: str, workspace: Workspace, renderer: str, formats: str) -> bytes | Result:
    """The archive to send, or what is known without sending any."""
    try:
        params = load_pilot(pilot, workspace)
        check_passports(pilot, params, workspace)
        forms = chosen_formats(formats)
        inputs = describe_inputs(pilot, params, workspace, choose_renderer(renderer).label, forms)
        inputs |= {"own_notebooks": list(require_known(workspace, is_own_allowed=False))}
        if is_current(workspace.report(pilot), inputs, workspace.root):
            page = workspace.show(workspace.report(pilot) / f"{pilot}.{forms[0]}")
            return Result(pilot=pilot, fate="up to date", said=page)
        return pack_inputs(inputs, workspace)
    except PilotproofError as error:
        return Result(pilot=pilot, fate="failed", said=str(error))


def _taken(task: object, pilot: str, workspace: Workspace, renderer: str, formats: str) -> Result:
    """Put the report of a finished task in place, if it was made with what is here."""
    from distributed.scheduler import KilledWorker

    try:
        returned = task.result()
        if returned.archive is None:
            return Result(pilot=pilot, fate="failed", said=returned.said)
        forms = chosen_formats(formats)
        with only_run(pilot, workspace):
            take_report(pilot, _get(returned.archive), workspace)
            manifest = read_manifest(workspace.report(pilot) / MANIFEST_FILE)
        inputs = describe_inputs(pilot, load_pilot(pilot, workspace), workspace, choose_renderer(renderer).label, forms)
        if manifest is not None and (causes := differences(manifest, inputs)):
            return Result(pilot=pilot, fate="failed", said="The worker made it with something else:\n" + "\n".join(causes))
        return Result(pilot=pilot, fate="made", said=workspace.show(workspace.report(pilot) / f"{pilot}.{forms[0]}"))
    except PilotproofError as error:
        return Result(pilot=pilot, fate="failed", said=str(error))
    except KilledWorker:
        said = f"{TRIES_AFTER_A_DEATH + 1} workers died while they made it, most likely for want of memory"
        return Result(pilot=pilot, fate="failed", said=said)


def _dask() -> tuple[type, type]:
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise PilotproofError(
            "ENGINE=dask needs the package dask.distributed, which is not in this environment: "
            "make reports ENGINE=dask adds it to .venv; in another one: pip install 'pilotproof[cluster]'"
        ) from None
    return Client, as_completed


def _put(archive: bytes, store: str | None, name: str) -> bytes | str:
    if store is None:
        return archive
    place = _join(store, name)
    _write(place, archive)
    return place


def _join(store: str, name: str) -> str:
    return f"{store.rstrip('/')}/{name}"


def _write(place: str, archive: bytes) -> None:
    import fsspec

    with fsspec.open(place, "wb") as file:
        file.write(archive)


def _forget(pilot: str, store: str | None) -> None:
    """Delete the archives of `pilot` from the store: they hold its raw data, and no purge would find them there."""
    if store is None:
        return
    import fsspec

    for part in ("inputs", "report"):
        system, path = fsspec.core.url_to_fs(_join(store, f"{pilot}.{part}.zip"))
        with contextlib.suppress(FileNotFoundError):
            system.rm_file(path)


def _get(archive: bytes | str) -> bytes:
    if isinstance(archive, bytes):
        return archive
    import fsspec

    with fsspec.open(archive, "rb") as file:
        return file.read()
