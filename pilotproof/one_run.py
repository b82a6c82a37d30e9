"""Keeps two commands that write the same pilot's files apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pilotproof.errors import PilotproofError
from pilotproof.workspace import Workspace


@contextmanager
def only_run(name: str, workspace: Workspace) -> Iterator[None]:
    """Keep two runs of one pilot apart. The lock goes with the process, however that ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(workspace.root / "reports" / f".{name}.lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout:
        raise PilotproofError(f"Another run for {name} is under way. Wait for it to end, then run this again.") from None
