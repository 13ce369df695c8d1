"""Our side of the warm process that forks a worker for every submission (:mod:`.forker`).

Importing numpy and a shell takes far longer than forking a process that has them. The messages are one packet of
JSON each, see :func:`.forker.serve`; each answer repeats its request's ``mark``.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["ColdStart", "Nursery", "NurseryFailed", "open_nursery", "worker_environment"]


LAST_SECONDS = 2.0  # to end by itself


class NurseryFailed(Exception):
    """No worker can be forked; the text says why."""


def worker_environment(home: str) -> dict[str, str]:
    """All that a worker is told of this process's environment; ``home`` is its folder.

    One thread, no display, no bytecode written, and nothing of what this process's own environment holds.
    """
    return {
        "PATH": os.defpath,
        "HOME": home,
        "IPYTHONDIR": home,
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
    }


class ColdStart:
    """Stands for a nursery where none can be had (macOS): every worker is started for itself.

    ``given`` and ``command`` are those of :class:`Nursery`; ``preload`` is of no use to it.
    """

    def __init__(self, given: Mapping[str, str] = {}, command: Sequence[str] = (), preload: Sequence[str] = ()):
        self.given, self.command = dict(given), list(command)
        self.number, self.alive = 0, True

    def clear(self, last: int) -> None:
        """Its workers end when their end of the channel is closed."""

    def close(self) -> None:
        """There is nothing to end."""

    def __enter__(self) -> ColdStart:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def open_nursery(given: Mapping[str, str], command: Sequence[str], preload: Sequence[str]) -> Nursery | ColdStart:
    """A nursery, or what stands for one on a system without its means. Raises :class:`NurseryFailed`.

    The arguments are those of :class:`Nursery`. Use it in a ``with`` block, or call its ``close``.
    """
    return (Nursery if hasattr(os, "pidfd_open") else ColdStart)(given, command, preload)


class Nursery:
    """A warm process, started under ``command`` with the earlier units' functions (``given``, as text by unit).

    ``preload`` are modules that it imports before it forks; ``start_seconds`` is how long that may take. ``number`` is
    that of the last worker, ``process`` what was started. Raises :class:`NurseryFailed`, with the last line that the
    process said on stderr.
    """

    def __init__(
        self,
        given: Mapping[str, str] = {},
        command: Sequence[str] = (),
        preload: Sequence[str] = (),
        start_seconds: float = 60.0,
    ):
        self.home = tempfile.TemporaryDirectory(prefix="grader-nursery-")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control, self.number = ours, 0  # number: of the last worker
        worker = Path(__file__).with_name("worker.py")
        with theirs, tempfile.TemporaryFile() as setup:
            setup.write(json.dumps({"given": dict(given), "preload": list(preload)}).encode())
            setup.seek(0)
            descriptors = theirs.fileno(), setup.fileno()
            self.process = subprocess.Popen(
                [*command, sys.executable, "-I", str(worker), "--warm", *map(str, descriptors)],
                pass_fds=descriptors,
                cwd=self.home.name,
                env=worker_environment(self.home.name),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        try:
            if self._answer(start_seconds) != {"warm": True}:
                raise NurseryFailed("it answered something else")
        except NurseryFailed as error:
            said = self._last_words()
            self.close()
            raise NurseryFailed(f"the warm process does not start: {said or error}") from None

    def _last_words(self) -> str:
        """What the process said last on stderr, at most 500 characters.

        It is ended for that, and may have said nothing.
        """
        self.process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            lines = self.process.communicate(timeout=10)[1].decode(errors="replace").strip().splitlines()
            return lines[-1][:500] if lines else ""
        return ""

    def spawn(self, sock: socket.socket, folder: str, seconds: float = 30.0) -> int:
        """Fork a worker that serves ``sock``; returns its number, by which it can be killed.

        ``folder`` is its working folder, unless it gets a private one in its namespaces. Raises :class:`NurseryFailed`
        where none was forked within so many ``seconds``.
        """
        self.number = number = self.number + 1
        answer = self._ask({"spawn": number, "folder": folder}, [sock.fileno()], seconds)
        if "failed" in answer:
            raise NurseryFailed(f"no worker could be set up: {answer['failed']}")
        return number

    def kill(self, number: int, seconds: float = 30.0) -> None:
        """End a worker and every process it started. Raises :class:`NurseryFailed` where the warm process is gone."""
        self._ask({"kill": number}, [], seconds)

    def clear(self, last: int) -> None:
        """End what is left of the workers after number ``last``: those that a forked copy of this one asked for.

        Raises :class:`NurseryFailed`.
        """
        with contextlib.suppress(NurseryFailed):
            self._ask({"kill after": last}, [], 30.0)
            return
        self.process.kill()  # not alive from here on

    def _ask(self, request: dict, descriptors: list[int], seconds: float) -> dict:
        """Send a request with descriptors, and wait for its own answer.

        Raises :class:`NurseryFailed` where the process is gone or says nothing for so many ``seconds``.
        """
        mark = f"{os.getpid()}-{time.monotonic_ns()}"
        try:
            self._control.settimeout(seconds)
            socket.send_fds(self._control, [json.dumps({**request, "mark": mark}).encode()], descriptors)
        except OSError as error:
            raise NurseryFailed(f"the warm process is gone ({error})") from None
        while True:
            answer = self._answer(seconds)
            if answer.pop("mark", None) == mark:  # others are for a forked copy of this one that was ended
                return answer

    def _answer(self, seconds: float) -> dict:
        """The next answer, whosever it is. Raises :class:`NurseryFailed` where none comes."""
        try:
            self._control.settimeout(seconds)
            data = self._control.recv(65536)
        except TimeoutError:
            raise NurseryFailed(f"no answer within {seconds:g} seconds") from None
        except OSError as error:
            raise NurseryFailed(str(error)) from None
        if not data:
            raise NurseryFailed("the warm process ended")
        return json.loads(data)

    @property
    def alive(self) -> bool:
        """Whether it can still be asked for workers: a forked copy of this object may ask, too."""
        try:
            self._control.settimeout(0)
            return self._control.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def close(self) -> None:
        """End it, with every worker in its namespaces. It gets a moment to do so by itself."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):  # by itself, so that its time is accounted for
            self.process.wait(LAST_SECONDS)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, 9)
        self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
        with contextlib.suppress(OSError):
            self.home.cleanup()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
