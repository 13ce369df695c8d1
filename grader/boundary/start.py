"""Our side: where a worker comes from, and how it is ended.

A worker is one of two things to :class:`.proxy.WorkerProcess`: an object with ``process``, a number, and ``kill()``.
"""

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

    ``command`` goes before Python's own and may be empty. The worker gets its end of the channel by its number, a
    descriptor that it inherits, and nothing else of ours. Raises OSError where the command can't be started.
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
        """End it, and all that is still in its process group.

        Under bubblewrap, whatever the worker started elsewhere goes with the namespaces. May be called again.
        """
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process, 9)
        with contextlib.suppress(ProcessLookupError):
            self._started.kill()
        self._started.wait()


class Forked:
    """A worker that a nursery forked. ``process`` is the operating system's number of the nursery's own process.

    Raises :class:`NurseryFailed` where it forks none.

    ``sock`` is the worker's end of its channel, ``folder`` its working folder, as :meth:`.nursery.Nursery.spawn` takes
    them.
    """

    def __init__(self, nursery: Nursery, sock: socket.socket, folder: str):
        self.process = nursery.process.pid
        self._nursery = nursery
        self._number: int | None = nursery.spawn(sock, folder)

    def kill(self) -> None:
        """End it, and all that it started in its namespaces.

        Nothing is raised where the nursery itself is gone. May be called again.
        """
        if self._number is not None:
            with contextlib.suppress(NurseryFailed):
                self._nursery.kill(self._number)
        self._number = None
