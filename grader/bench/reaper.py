"""Run a command, and tell what it and all its descendants took: a small program of its own.

    python -I -S reaper.py DESCRIPTOR COMMAND ...

On Linux, descendants that lose their parent become this program's, so that the processor time of those
that were killed counts too. Writes {"status", "seconds", "cpu_seconds"} as JSON to the descriptor.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time

__all__ = ["main"]

GRACE = 2.0  # seconds that what is left behind gets to end


def main() -> None:
    descriptor, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        become_subreaper = 36
        ctypes.CDLL(None).prctl(become_subreaper, 1, 0, 0, 0)
    begun = time.monotonic()
    process = subprocess.Popen(command)
    cpu, status, seconds = 0.0, None, 0.0
    while status is None or time.monotonic() - begun < seconds + GRACE:
        try:
            pid, ended, usage = os.wait4(-1, os.WNOHANG if status is not None else 0)
        except ChildProcessError:
            break
        if pid == 0:
            time.sleep(0.01)
            continue
        cpu += usage.ru_utime + usage.ru_stime
        if pid == process.pid:
            status, seconds = os.waitstatus_to_exitcode(ended), time.monotonic() - begun
            process.returncode = status  # waited for already
    _end_the_rest()
    os.write(descriptor, json.dumps({"status": status, "seconds": seconds, "cpu_seconds": cpu}).encode())


def _end_the_rest() -> None:
    """Kill what outlived its parents, such as the kernel of a program that was killed."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            left = [int(number) for number in file.read().split()]
    except OSError:
        return
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
