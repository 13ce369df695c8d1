"""Run a program and measure it with everything it starts: time, processor time, memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


@dataclass(frozen=True)
class Measured:
    """What a program and all its descendants took.

    ``exit_code`` and ``cpu_seconds`` are None where the time limit ended it. ``cpu_seconds`` is the whole machine's
    on Linux (a sandbox hides its processes' time from whoever waits for it), so that nothing else may run
    meanwhile; elsewhere that of the descendants which were waited for. ``peak`` is the most memory (bytes) that all
    of them held at one of the looks, pages that they share counted once where the system tells (Linux).
    """

    exit_code: int | None
    seconds: float
    cpu_seconds: float | None
    peak: int
    log: str = field(repr=False)


def run_measured(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], timeout: float | None = None
) -> Measured:
    """Run a command to its end, or to the time limit; then it and all it started are ended."""
    ours, theirs = os.pipe()
    with open(ours, "rb") as told, tempfile.TemporaryFile(prefix="grader-bench-") as output:
        begun, busy = time.monotonic(), _busy()
        reaper = [sys.executable, "-I", "-S", str(Path(__file__).with_name("reaper.py")), str(theirs)]
        process = subprocess.Popen(
            [*reaper, *command],
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[theirs],
        )
        os.close(theirs)
        memory = _Memory(process.pid)
        memory.start()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _end(process.pid)
            process.wait()
            memory.stop()
        seconds, busy = time.monotonic() - begun, _busy() - busy
        output.seek(0)
        log = output.read().decode("utf-8", "replace")
        said = json.loads(told.read() or b"{}")
    cpu = busy if psutil.LINUX and "status" in said else said.get("cpu_seconds")
    return Measured(said.get("status"), said.get("seconds", seconds), cpu, memory.peak, log)


def _busy() -> float:
    """Seconds that the machine's processors have worked."""
    times = psutil.cpu_times()
    return sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq"))


def _end(pid: int) -> None:
    """End a program and what it started, sessions of their own included."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        family = [*parent.children(recursive=True), parent]
        for member in reversed(family):  # the parent first: it must not start anything new
            with suppress(psutil.NoSuchProcess):
                member.kill()


class _Memory(threading.Thread):
    """Looks at the memory of a process and its descendants, now and then."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.pid, self.peak = pid, 0
        self._stopped = threading.Event()

    def run(self) -> None:
        pause = 0.0
        while not self._stopped.wait(pause):
            begun = time.monotonic()
            self.peak = max(self.peak, self._held())
            pause = max(INTERVAL, SHARE * (time.monotonic() - begun))

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def _held(self) -> int:
        try:
            root = psutil.Process(self.pid)
            family = [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return 0
        held = 0
        for member in family:
            with suppress(psutil.NoSuchProcess):
                held += _bytes(member)
        return held


def _bytes(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return getattr(full, "pss", None) or full.rss
    except psutil.AccessDenied:
        return process.memory_info().rss
