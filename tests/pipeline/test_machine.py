"""Limits of a container or a job count as the machine's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotproof.pipeline.machine import GIBIBYTE, UNKNOWN_MEMORY, cores, free_memory


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A machine with 8 GiB free, and a process in the group job/step."""
    put(tmp_path / "proc/meminfo", f"MemTotal: 99999999 kB\nMemAvailable: {8 * 2**20} kB\n")
    put(tmp_path / "proc/self/cgroup", "9:cpuset:/x\n0::/job/step\n")
    (tmp_path / "sys/fs/cgroup/job/step").mkdir(parents=True)
    return tmp_path


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")


def test_without_limits_the_machine_counts(system):
    assert free_memory(system) == 8 * GIBIBYTE
    assert cores(system) == cores()


def test_the_tightest_limit_counts_wherever_it_is_set(system):
    group = system / "sys/fs/cgroup/job"
    put(group / "memory.max", f"{5 * GIBIBYTE}\n")
    put(group / "memory.current", f"{2 * GIBIBYTE}\n")
    put(group / "step/memory.max", "max\n")
    put(group / "step/memory.current", "1\n")
    assert free_memory(system) == 3 * GIBIBYTE  # 5 less 2
    put(group / "memory.current", f"{6 * GIBIBYTE}\n")
    assert free_memory(system) == 0


def test_a_part_of_a_core_is_one(system):
    put(system / "sys/fs/cgroup/job/step/cpu.max", "max 100000\n")
    assert cores(system) == cores()
    put(system / "sys/fs/cgroup/job/step/cpu.max", "150000 100000\n")
    assert cores(system) == 1
    put(system / "sys/fs/cgroup/job/step/cpu.max", "50000 100000\n")
    assert cores(system) == 1


def test_a_system_that_tells_nothing(tmp_path):
    assert free_memory(tmp_path) == UNKNOWN_MEMORY and cores(tmp_path) >= 1
