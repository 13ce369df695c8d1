"""The machine: how many processors there are to work on, and what they are called.

Commands take from it how many to run at a time, benchmarks what they were measured on. Nothing here raises.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path

__all__ = ["cores", "processor"]


def cores() -> int:
    """How many processors this process may use; at least 1.

    On Linux those that the process is bound to, which in a container may be fewer than the machine has; elsewhere all.
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    """The processor's model, as the system names it.

    For example ``AMD EPYC 7763 64-Core Processor``. Linux names it in /proc/cpuinfo; elsewhere it is what Python's
    platform module knows, which may be no more than ``arm``.
    """
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
