"""Our side: where a worker comes from, and how it is ended."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .nursery import Nursery, NurseryFailed, worker_environment

__all__ = ["Forked", "OwnProcess", "WorkerDied"]


class WorkerDied(Exception):
    """The worker crashed, hung, or said something that is not the protocol. The text says which."""


class OwnProcess:
    """A worker that was started for itself, under ``command``; ``sock`` is its end of the channel.

    ``folder`` is its working folder and its home. ``process`` is the operating system's number of what was started.
    """

    def __init__(self, command: Sequence[str], sock: socket.socket, folder: str):
        worker = Path(__file__).with_name("worker.py")
        self._started = subprocess.Popen(
            [*command, sys.executable, "-I", str(worker), str(sock.fileno())],
            pass_fds=[sock.fileno()],
            cwd=folder,
            env=worker_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.process = self._started.pid

    def kill(self) -> None:
        """End it, and all that is still in its process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process, 9)
        with contextlib.suppress(ProcessLookupError):
            self._started.kill()
        self._started.wait()


class Forked:
    """A worker that a nursery forked. ``process`` is the operating system's number of the nursery's own process.

    Raises :class:`NurseryFailed` where it forks none.
    """

    def __init__(self, nursery: Nursery, sock: socket.socket, folder: str):
        self.process = nursery.process.pid
        self._nursery = nursery
        self._number: int | None = nursery.spawn(sock, folder)

    def kill(self) -> None:
        """End it, and all that it started in its namespaces."""
        if self._number is not None:
            with contextlib.suppress(NurseryFailed):
                self._nursery.kill(self._number)
        self._number = None
