"""Reports of many pilots on many machines, with Dask: each pilot is one task, from one archive of inputs to one of its report."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilotproof.errors import PilotproofError, machine_trouble
from pilotproof.identity.keys import key_of
from pilotproof.one_run import only_run
from pilotproof.pilot import load_pilot
from pilotproof.pipeline.batch import Result, Step
from pilotproof.pipeline.bundle import pack_inputs, take_report
from pilotproof.pipeline.known_notebooks import require_known
from pilotproof.pipeline.manifest import MANIFEST_FILE, describe_inputs, differences, is_current, read_manifest
from pilotproof.pipeline.on_worker import report_elsewhere
from pilotproof.pipeline.render import USUAL_FORMATS, choose_renderer, chosen_formats
from pilotproof.pipeline.run_store import RunStore
from pilotproof.sources.passport import check_passports
from pilotproof.workspace import Workspace

if TYPE_CHECKING:
    from distributed import Client, Future

SECONDS_TO_CONNECT = 20
ARCHIVES_PER_WORKER = 2  # sent ahead: one being made and one to go on with, so that no whole state is in memory at once


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
    A worker that dies costs its pilot a new try on another; a pilot that fails stops no other. Raises PilotproofError when the
    scheduler or the store cannot be reached, or when the folder of the run could not be deleted from the store.
    """
    with _connected(scheduler) as client, _folder_in(store) as run:
        way = _Way(client=client, workspace=workspace, renderer=renderer, formats=formats, run=run, on_step=on_step)
        yield from in_window(client, pilots, way.send, way.take)


def in_window(
    client: Client,
    pilots: Sequence[str],
    send: Callable[[str], Future | Result],
    take: Callable[[Future, str], Result],
) -> Iterator[Result]:
    """Results of all pilots, of which at most `ARCHIVES_PER_WORKER` per thread of a worker are sent and not yet taken."""
    from distributed import as_completed

    waiting, finished = deque(pilots), as_completed(loop=client.loop)
    flying: dict[Future, str] = {}
    try:
        while waiting or flying:
            while waiting and len(flying) < _room(client):
                pilot = waiting.popleft()
                sent = send(pilot)
                if isinstance(sent, Result):
                    yield sent
                    continue
                flying[sent] = pilot
                finished.add(sent)
            if flying:
                task = next(finished)
                yield take(task, flying.pop(task))
    finally:
        for task in flying:  # of a run that was stopped
            with contextlib.suppress(Exception):
                task.cancel()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """The way of a pilot to a worker and back; what goes wrong on it is that pilot's result."""

    client: Client
    workspace: Workspace
    renderer: str
    formats: str
    run: RunStore | None
    on_step: Step

    def send(self, pilot: str) -> Future | Result:
        """The task of a pilot, or what is known without one."""
        try:
            ready = self._prepared(pilot)
            if isinstance(ready, Result):
                return ready
            if self.run is not None:
                self.run.put_inputs(pilot, ready)
                ready = None
            key = _key(pilot, self.workspace)
            how = {"pure": False, "retries": 0}  # these would repeat errors, which stay errors; Dask counts deaths by itself
            task = self.client.submit(report_elsewhere, pilot, ready, self.renderer, self.formats, self.run, key, **how)
            self.on_step(pilot, "sent")
            return task
        except Exception as error:
            return Result(pilot=pilot, fate="failed", said=_plain(error))

    def take(self, task: Future, pilot: str) -> Result:
        """Put the report of a finished task in place, if it was made with what is here."""
        try:
            returned = task.result()
            if returned.said:
                return Result(pilot=pilot, fate="failed", said=returned.said)
            return self._in_place(pilot, self.run.report(pilot) if returned.report is None else returned.report)
        except Exception as error:
            return Result(pilot=pilot, fate="failed", said=_plain(error))
        finally:
            if self.run is not None:
                self.run.forget(pilot)

    def _prepared(self, pilot: str) -> bytes | Result:
        """The archive to send, or the result of a pilot whose report is there."""
        workspace, params = self.workspace, load_pilot(pilot, self.workspace)
        check_passports(pilot, params, workspace)
        forms = chosen_formats(self.formats)
        inputs = describe_inputs(pilot, params, workspace, choose_renderer(self.renderer).label, forms)
        inputs |= {"own_notebooks": list(require_known(workspace, is_own_allowed=False))}
        if is_current(workspace.report(pilot), inputs, workspace.root):
            return Result(pilot=pilot, fate="up to date", said=self._page(pilot))
        return pack_inputs(inputs, workspace)

    def _in_place(self, pilot: str, report: bytes) -> Result:
        workspace, forms = self.workspace, chosen_formats(self.formats)
        with only_run(pilot, workspace):
            take_report(pilot, report, workspace)
            manifest = read_manifest(workspace.report(pilot) / MANIFEST_FILE)
        inputs = describe_inputs(pilot, load_pilot(pilot, workspace), workspace, choose_renderer(self.renderer).label, forms)
        if manifest is not None and (causes := differences(manifest, inputs)):
            return Result(pilot=pilot, fate="failed", said="The worker made it with something else:\n" + "\n".join(causes))
        return Result(pilot=pilot, fate="made", said=self._page(pilot))

    def _page(self, pilot: str) -> str:
        return self.workspace.show(self.workspace.report(pilot) / f"{pilot}.{chosen_formats(self.formats)[0]}")


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError:
        raise PilotproofError(
            "ENGINE=dask needs the package dask.distributed, which is not in this environment: "
            "make reports ENGINE=dask adds it to .venv; in another one: pip install 'pilotproof[cluster]'"
        ) from None
    try:
        client = Client(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PilotproofError(
            f"No Dask scheduler answers at {scheduler} ({error}).\n"
            "Start one with `dask scheduler`, or leave ENGINE out to work here."
        ) from error
    with client:
        yield client


@contextmanager
def _folder_in(store: str | None) -> Iterator[RunStore | None]:
    """The folder of this run in the store, which goes with the run, however that ends."""
    if store is None:
        yield None
        return
    run = RunStore.begin(store)
    try:
        yield run
    finally:
        run.end()


def _room(client: Client) -> int:
    """How many pilots may be under way: asked anew each time, because workers come and go."""
    try:
        threads = sum(client.nthreads().values())
    except Exception:  # a scheduler that is gone is told of by the pilots that are under way
        threads = 1
    return ARCHIVES_PER_WORKER * max(1, threads)


def _key(pilot: str, workspace: Workspace) -> bytes | None:
    is_simulated = load_pilot(pilot, workspace).is_simulated
    return None if is_simulated else key_of(pilot, workspace, is_simulated=False)


def _plain(error: Exception) -> str:
    """What went wrong with one pilot, in words."""
    from distributed.scheduler import KilledWorker

    if isinstance(error, PilotproofError):
        return str(error)
    if isinstance(error, KilledWorker):
        deaths = error.allowed_failures + 1
        died = "A worker" if deaths == 1 else f"{deaths} workers, one after another,"
        return f"{died} died while making it, most likely for want of memory."
    if isinstance(error, OSError):
        return machine_trouble(error)
    return f"It could not be made on the cluster ({type(error).__name__}: {error})."
