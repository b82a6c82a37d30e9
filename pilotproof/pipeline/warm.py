"""Kernels that start at once: each is forked from a server process that has made the slow imports already.

A kernel provisioner is jupyter_client's documented way to start kernels differently. Every notebook still gets a fresh
process of its own. Where processes cannot be forked (Windows), kernels are started the ordinary way.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.process import BaseProcess
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from pilotproof.pipeline.interrupts import listen, unheard_by_children

KERNEL = "pilotproof-warm"
PRELOADED = (
    "__main__",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",  # every kernel imports it when it starts
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "pandas",
    "pilotproof.pipeline.preload",
    "psutil",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    "scipy.stats",
    "seaborn",
    "statsmodels.api",
    "statsmodels.stats.proportion",
)


def can_fork() -> bool:
    """Whether this platform has fork servers. macOS has, but its frameworks do not survive a fork."""
    return sys.platform != "darwin" and "forkserver" in multiprocessing.get_all_start_methods()


def is_installed() -> bool:
    """Whether jupyter_client finds this provisioner; not in an environment that was set up before there was one."""
    return KERNEL in KernelProvisionerFactory.instance().provisioners


def start_server() -> None:
    """Start the server and its imports; returns at once, so that the caller can go on meanwhile."""
    from multiprocessing import forkserver

    multiprocessing.get_context("forkserver").set_forkserver_preload(list(PRELOADED))
    with unheard_by_children():
        forkserver.ensure_running()


def stop_server() -> None:
    """End the server, if there is one, so that what comes after the notebooks has its memory; the next kernel starts another."""
    if can_fork():
        from multiprocessing import forkserver

        forkserver._forkserver._stop()  # Python has no public way


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by forking the server, and otherwise treats it as jupyter_client treats any local kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Fork a kernel for the command line `cmd`; return its connection information."""
        context = multiprocessing.get_context("forkserver")
        arguments = cmd[cmd.index("-f") :]
        process = context.Process(target=_be_a_kernel, args=(arguments, kwargs.get("cwd"), kwargs["env"]))
        process.start()
        self.process = _Forked(process)
        self.pid, self.pgid = process.pid, process.pid
        return self.connection_info


class _Forked:
    """The part of subprocess.Popen that jupyter_client uses, of a forked process."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        if self.pid is not None and self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _be_a_kernel(arguments: list[str], folder: str | None, environment: dict[str, str]) -> None:
    """Run in the forked process until the kernel is shut down."""
    import numpy as np
    import pandas as pd
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()  # as ordinary kernels have: a signal to the kernel reaches what it started
    os.environ.clear()
    os.environ.update(environment)
    if folder is not None:
        os.chdir(folder)
    np.random.seed()  # else every kernel would inherit the state of the server
    pd.options.display.max_columns = 20  # pandas chooses while imported, by whether that is in a notebook: here it was not
    listen()
    sys.argv = ["ipykernel_launcher", *arguments]
    threading.Thread(target=_end_with_owner, daemon=True).start()
    IPKernelApp.launch_instance(arguments)


def _end_with_owner() -> None:
    """Leave nothing running when the process that asked for the kernel is killed. (The server waits for its kernels.)"""
    owner = multiprocessing.parent_process()
    if owner is not None:
        owner.join()
        os._exit(1)
