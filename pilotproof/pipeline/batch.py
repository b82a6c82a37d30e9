"""Reports of many pilots: a few worker processes, each making one report after another; a failure stops nobody else."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Literal

from pilotproof.errors import PilotproofError, machine_trouble
from pilotproof.pipeline.interrupts import unheard_by_children
from pilotproof.pipeline.machine import GIBIBYTE, cores, free_memory
from pilotproof.pipeline.manifest import MANIFEST_FILE
from pilotproof.pipeline.render import USUAL_FORMATS, chosen_formats
from pilotproof.workspace import Workspace

MEMORY_OF_A_WORKER = 1 * GIBIBYTE  # measured with its kernel and their server; benchmarks/batch.csv

Fate = Literal["made", "up to date", "failed"]
Step = Callable[[str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one pilot. said : the message when it failed, else the path of its first page"""

    pilot: str
    fate: Fate
    said: str


def workers_for(pilots: int) -> int:
    """How many workers we may have here: one a core, one a gibibyte of free memory, no more than there are pilots."""
    return max(1, min(cores(), pilots, free_memory() // MEMORY_OF_A_WORKER))


def make_reports(
    pilots: Sequence[str], workspace: Workspace, *, renderer: str, workers: int, on_step: Step, formats: str = USUAL_FORMATS
) -> Iterator[Result]:
    """Make the report of each pilot; yield each result as it comes.

    workers : processes that work at the same time
    on_step : is called with a pilot's name and what it does now
    A worker that dies takes only its own pilot with it: that pilot has failed, and another worker is started.
    """
    context = multiprocessing.get_context("spawn")
    waiting = deque(pilots)
    busy: dict[Connection, tuple[BaseProcess, str]] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < workers:
                connection, process = _start_worker(context, workspace, renderer, formats)
                busy[connection] = (process, _hand_out(connection, waiting, on_step))
            for connection in wait(list(busy)):
                process, pilot = busy[connection]
                message = _received(connection)
                if isinstance(message, str):
                    on_step(pilot, message)
                    continue
                yield message or _died(pilot)
                del busy[connection]
                if message is not None and waiting:
                    busy[connection] = (process, _hand_out(connection, waiting, on_step))
                else:
                    _dismiss(connection, process)
    finally:
        for connection, (process, _) in busy.items():
            process.terminate()
            _dismiss(connection, process)


def _start_worker(
    context: multiprocessing.context.SpawnContext, workspace: Workspace, renderer: str, formats: str
) -> tuple[Connection, BaseProcess]:
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, workspace, renderer, formats))
    with unheard_by_children():  # `make_reports` ends it then
        process.start()
    theirs.close()
    return ours, process


def _hand_out(connection: Connection, waiting: deque[str], on_step: Step) -> str:
    pilot = waiting.popleft()
    on_step(pilot, "started")
    connection.send(pilot)
    return pilot


def _received(connection: Connection) -> str | Result | None:
    """A step, a result, or None when the worker is gone."""
    try:
        return connection.recv()
    except (EOFError, OSError):
        return None


def _died(pilot: str) -> Result:
    said = "its process ended without a word, most likely for want of memory; try again with fewer at a time (JOBS=1)"
    return Result(pilot=pilot, fate="failed", said=said)


def _dismiss(connection: Connection, process: BaseProcess) -> None:
    connection.close()
    process.join()


def _work(connection: Connection, workspace: Workspace, renderer: str, formats: str) -> None:
    """Make one report after another until nobody asks for more."""
    from pilotproof.pipeline.report import make_report

    while True:
        try:
            pilot = connection.recv()
        except EOFError:
            return
        try:
            is_made = make_report(pilot, workspace, renderer=renderer, say=connection.send, formats=formats, more_follow=True)
            page = workspace.report(pilot) / f"{pilot}.{chosen_formats(formats)[0]}"
            connection.send(Result(pilot=pilot, fate="made" if is_made else "up to date", said=workspace.show(page)))
        except PilotproofError as error:
            connection.send(_failed(pilot, str(error), workspace))
        except OSError as error:
            connection.send(_failed(pilot, machine_trouble(error), workspace))


def _failed(pilot: str, said: str, workspace: Workspace) -> Result:
    if (workspace.report(pilot) / MANIFEST_FILE).is_file():
        said += f"\nIts last report, from earlier inputs, is still in {workspace.show(workspace.report(pilot))}/"
    return Result(pilot=pilot, fate="failed", said=said)
