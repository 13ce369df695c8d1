"""A box for whole programs that run code nobody trusts: stock nbgrader on hostile submissions.

The grader's own sandbox (:mod:`grader.sandbox.confinement`) confines a worker that runs learners' cells.
Here a complete ``nbgrader autograde``, kernels included, runs in namespaces of its own, so that an
attack may succeed against nbgrader and not against the machine.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ..errors import ConfinementError
from ..sandbox.cgroup import grouping

__all__ = ["contained"]

MEMORY = 3 << 30  # bytes, of all processes together (cgroup)
ADDRESS_SPACE = 16 << 30  # bytes, of each process: torch maps several GB that it never uses
PROCESSES = 256
FILE_BYTES = 512 << 20

# Lowers the limits, becomes the command.
_LIMIT = 'ulimit -c 0; ulimit -v "$1"; ulimit -f "$2"; ulimit -t "$3"; ulimit -n 1024; shift 3; exec "$@"'


def contained(
    folder: Path, seconds: float, *, memory: int = MEMORY, processes: int = PROCESSES
) -> tuple[list[str], tuple[str, ...]]:
    """(what goes before a command that may write in ``folder`` and nowhere else, what then holds it, in words).

    The command sees no process but its own, no network but its own loopback, and the rest of the file system
    read-only. Whatever it started dies with it. ``memory`` (bytes) and the number of ``processes`` are limited as a
    whole where cgroups can be made; no process of it may use more than ``seconds`` of the processor, and a minute.
    Raises :class:`ConfinementError` where bubblewrap is missing or cannot set this up.
    """
    grouped, counted, together = grouping(processes, memory)
    limits = [ADDRESS_SPACE // 1024, FILE_BYTES // 512, int(seconds) + 60]
    command = [*grouped, "/bin/sh", "-c", _LIMIT, "limit", *map(str, limits), *_box(folder.resolve())]
    held = ["bubblewrap: own processes, network and IPC; files read-only outside the class", "rlimits"]
    held += ["pids cgroup"] * (counted is not None) + ["memory cgroup"] * (together is not None)
    return command, tuple(held)


def _box(folder: Path) -> list[str]:
    """bubblewrap's command for a box in which ``folder`` can be written to. Raises :class:`ConfinementError`.

    Ends with ``--``, behind which the command stands. It is tried with a command that does nothing.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise ConfinementError(
            "Hostile submissions are run through stock nbgrader only in a box, and bubblewrap is not installed: "
            "`apt-get install bubblewrap`."
        )
    said = ""
    for proc in (["--proc", "/proc"], ["--tmpfs", "/proc"]):  # in some containers no new /proc can be mounted
        box = [bwrap, "--ro-bind", "/", "/", "--dev", "/dev", *proc, "--bind", str(folder), str(folder)]
        box += ["--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
        box += ["--unshare-cgroup-try", "--cap-drop", "ALL", "--die-with-parent", "--new-session"]
        box += ["--chdir", str(folder), "--"]
        probe = subprocess.run(
            [*box, "/bin/true"], capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL
        )
        if probe.returncode == 0:
            return box
        said = probe.stderr.strip()[-300:]
    raise ConfinementError(
        f"bubblewrap can't set up its namespaces ({said}): enable user namespaces "
        "(`sysctl user.max_user_namespaces`), or use a container whose profile allows them."
    )
