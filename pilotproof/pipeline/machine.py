"""What this process may use of the machine: cores and free memory, within the limits of a container or a job of a cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/")
GIBIBYTE = 2**30
UNKNOWN_MEMORY = 4 * GIBIBYTE  # where the system does not tell


def cores(root: Path = ROOT) -> int:
    """Cores that this process may run on; of a limit such as one and a half the whole ones, and at least one.

    root : of the file system that the system describes itself in
    """
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limits = [here]
    for group in _groups(root):
        quota, _, period = _said(group / "cpu.max").partition(" ")
        if quota.isdigit() and period.isdigit():
            limits.append(int(quota) // int(period))
    return max(1, min(limits))


def free_memory(root: Path = ROOT) -> int:
    """Bytes of memory that are free or can be freed."""
    lines = _said(root / "proc/meminfo").splitlines()
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")] or [UNKNOWN_MEMORY]
    for group in _groups(root):
        most, used = _said(group / "memory.max"), _said(group / "memory.current")
        if most.isdigit() and used.isdigit():
            found.append(max(0, int(most) - int(used)))
    return min(found)


def _groups(root: Path) -> Iterator[Path]:
    """The control group of this process and those around it (Linux, version 2)."""
    own = next((line[3:] for line in _said(root / "proc/self/cgroup").splitlines() if line.startswith("0::")), None)
    if own is not None:
        top = root / "sys/fs/cgroup"
        group = top / own.lstrip("/")
        yield from (group, *(parent for parent in group.parents if parent.is_relative_to(top)))


def _said(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        return ""
