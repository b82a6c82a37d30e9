"""Kernels forked from a server are fresh processes, end with their owner, and give way to ordinary ones."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from pilotproof.errors import NotebookError
from pilotproof.pipeline import warm
from pilotproof.pipeline.notebooks import STOCK_KERNEL, ready_kernel, run_notebook
from pilotproof.workspace import Workspace

pytestmark = pytest.mark.skipif(not warm.can_fork(), reason="this platform has no fork server")

LOOK = """import json, os, sys
seen = {"pid": os.getpid(), "parent": os.getppid(), "folder": os.getcwd(), "pandas": "pandas" in sys.modules,
        "left": "left_over" in globals(), "backend": os.environ.get("MPLBACKEND")}
import numpy as np
seen["draw"] = np.random.random()
left_over = True
print(json.dumps(seen))"""


@pytest.fixture
def bare(tmp_path: Path) -> Workspace:
    for folder in ("params", "notebooks"):
        (tmp_path / folder).mkdir()
    return Workspace.open(tmp_path)


def write(workspace: Workspace, source: str) -> None:
    cells = [nbformat.v4.new_code_cell('pilot = "x"', metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell(source)]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), workspace.notebook("look"))


def look(workspace: Workspace) -> dict[str, object]:
    write(workspace, LOOK)
    executed = nbformat.read(run_notebook("look", "x", workspace, kernel=ready_kernel()), as_version=4)
    return json.loads(executed.cells[-1].outputs[0].text)


def test_each_notebook_gets_a_process_of_its_own_forked_from_one_server(bare):
    assert ready_kernel() == warm.KERNEL
    first, second = look(bare), look(bare)
    assert first["pid"] != second["pid"] and first["parent"] == second["parent"] != os.getpid()
    assert not first["left"] and not second["left"]
    assert first["pandas"] and first["backend"] == "agg"
    assert first["folder"] == str(bare.root / "notebooks")
    assert first["draw"] != second["draw"], "the server's random state is not handed on"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the system does not list a process's threads")
@pytest.mark.parametrize("kernels", ["warm", "stock"])
def test_a_kernel_reckons_in_one_thread(bare, monkeypatch, kernels):
    monkeypatch.setenv("KERNELS", kernels)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    source = (
        "import os\nbefore = set(os.listdir('/proc/self/task'))\nimport numpy as np\n"
        "square = np.ones((2000, 2000))\nsquare @ square\nprint(len(set(os.listdir('/proc/self/task')) - before))"
    )
    write(bare, source)
    executed = nbformat.read(run_notebook("look", "x", bare, kernel=ready_kernel()), as_version=4)
    assert executed.cells[-1].outputs[-1].text.strip() == "0"


def test_ordinary_kernels_on_request(monkeypatch):
    monkeypatch.setenv("KERNELS", "stock")
    assert ready_kernel() == STOCK_KERNEL


def test_a_kernel_that_dies_is_said_so(bare):
    write(bare, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(NotebookError, match="ended without a word"):
        run_notebook("look", "x", bare, kernel=ready_kernel())


def test_nothing_is_left_running_when_the_owner_is_killed(bare):
    write(bare, f"import os, time; open({str(bare.root / 'pid')!r}, 'w').write(str(os.getpid())); time.sleep(60)")
    program = (
        "from pilotproof.pipeline.notebooks import ready_kernel, run_notebook\n"
        "from pilotproof.workspace import Workspace\n"
        "if __name__ == '__main__':\n"
        f"    run_notebook('look', 'x', Workspace.open({str(bare.root)!r}), kernel=ready_kernel())\n"
    )
    (bare.root / "owner.py").write_text(program, encoding="utf-8")
    owner = subprocess.Popen([sys.executable, bare.root / "owner.py"], stderr=subprocess.DEVNULL)
    _wait_until(lambda: (bare.root / "pid").exists() and (bare.root / "pid").read_text())
    kernel = int((bare.root / "pid").read_text())
    assert _is_running(kernel)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    _wait_until(lambda: not _is_running(kernel))


def _wait_until(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
