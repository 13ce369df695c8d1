"""Run a program and measure it with everything it starts: time, processor time, memory.

Linux and macOS: processes are counted with psutil, their time as the system accounts for it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

__all__ = ["Measured", "run_measured"]

INTERVAL = 0.25  # seconds between two looks at the memory
SHARE = 50  # a look may cost one part in so many of the time
GRACE = 2.0  # seconds that what outlives the program gets to end
LOG_BYTES = 16_000_000  # of what it printed last


@dataclass(frozen=True)
class Measured:
    """What a program and all its descendants took.

    ``exit_code`` and ``cpu_seconds`` are None where the time limit ended it. ``cpu_seconds`` is the whole machine's
    on Linux (a sandbox hides its processes' time from whoever waits for it), so that nothing else may run
    meanwhile; elsewhere that of the descendants which were waited for. ``peak`` is the most memory (bytes) that all
    of them held at one of the looks, pages that they share counted once where the system tells (Linux). ``log`` is
    the end of what they printed.
    """

    exit_code: int | None
    seconds: float
    cpu_seconds: float | None
    peak: int
    log: str = field(repr=False)


def run_measured(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], timeout: float | None = None
) -> Measured:
    """Run a command to its end, or to the time limit (seconds); then it and all it started are ended.

    For programs that mean no harm, or in a box (:func:`.containment.contained`): what it started is known by its
    parents, and by its session where those are gone.

    ``cwd`` is the working folder, ``environment`` all of its environment; its standard input is empty. Of what it
    prints the last ``LOG_BYTES`` are kept, both streams as they came. Raises OSError where the command can't be
    started.
    """
    with tempfile.TemporaryFile(prefix="grader-bench-") as output:
        begun, busy = time.monotonic(), _busy()
        process = psutil.Popen(
            list(command),
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        family = _Family(process.pid)
        family.start()
        exit_code: int | None = None
        try:
            with suppress(psutil.TimeoutExpired):
                exit_code = process.wait(timeout)
            seconds = time.monotonic() - begun
            if exit_code is not None:
                psutil.wait_procs(family.now(), GRACE)
        finally:
            for member in family.now():
                with suppress(psutil.NoSuchProcess):
                    member.kill()
            process.wait()
            family.stop()
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - LOG_BYTES))
        log = output.read().decode("utf-8", "replace")
    return Measured(exit_code, seconds, None if exit_code is None else _busy() - busy, family.peak, log)


def _busy() -> float:
    """Seconds that the machine's processors have worked, on Linux; elsewhere for processes waited for here."""
    if not psutil.LINUX:
        waited = resource.getrusage(resource.RUSAGE_CHILDREN)
        return waited.ru_utime + waited.ru_stime
    times = psutil.cpu_times()
    return sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq"))


class _Family(threading.Thread):
    """A process and what it started; looks at the memory of all of them, now and then.

    ``peak`` is the most bytes that they held at a look. Known are descendants of a process that lives, and what is in
    the program's own session.
    """

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.pid, self.peak = pid, 0
        self._seen: set[psutil.Process] = set()
        self._stopped = threading.Event()
        self._looking = threading.Lock()

    def run(self) -> None:
        """Look again and again until :meth:`stop`.

        The pauses are so long that the looks take a fiftieth of the time at most.
        """
        pause = 0.0
        while not self._stopped.wait(pause):
            begun = time.monotonic()
            self.peak = max(self.peak, sum(map(_bytes, self.now())))
            pause = max(INTERVAL, SHARE * (time.monotonic() - begun))

    def stop(self) -> None:
        """End the looks, and wait for the one under way."""
        self._stopped.set()
        self.join()

    def now(self) -> list[psutil.Process]:
        """Those that live: the parents before what they started, which a killed parent does not start again.

        A zombie, ended and not yet waited for, counts as gone.
        """
        with self._looking:
            for process in psutil.process_iter():
                with suppress(psutil.Error, OSError):
                    if os.getsid(process.pid) == self.pid:
                        self._seen.add(process)
            for process in list(self._seen):
                with suppress(psutil.Error):
                    self._seen.update(process.children(recursive=True))
            living = []
            for process in self._seen:
                with suppress(psutil.Error):
                    if process.status() != psutil.STATUS_ZOMBIE and process.is_running():
                        living.append(process)
            self._seen = set(living)
            return sorted(living, key=lambda process: process.create_time())


def _bytes(process: psutil.Process) -> int:
    """The memory of a process, shared pages counted in part where the system tells; 0 for one that is gone.

    By psutil's ``pss`` on Linux (the proportional set size), else the resident memory.
    """
    try:
        full = process.memory_full_info()
        return getattr(full, "pss", None) or full.rss
    except psutil.NoSuchProcess:
        return 0
    except psutil.AccessDenied:
        return process.memory_info().rss
