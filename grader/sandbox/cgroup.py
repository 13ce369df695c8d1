"""Control groups: how many processes a worker and all it starts may be, and how much memory they have together.

The kernel counts both for a group of processes, where this user may make one: as root on most machines, in
some containers, and below a folder that systemd has delegated.

See the kernel's documentation, admin-guide/cgroup-v1 and admin-guide/cgroup-v2, for the two generations of the
interface and for the files whose names stand here. Where no group can be made, nothing is raised: a limit is then not
claimed.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["grouping", "limit_files"]

MOUNT = Path("/sys/fs/cgroup")
_AROUND = 4  # processes of ours in a worker's group: bubblewrap's two, one that forks workers, one to spare

# What is set for each limit, by the interface's generation; what follows the first is set where it is there.
_FILES: dict[str, dict[int, tuple[str, ...]]] = {
    "pids": {1: ("pids.max",), 2: ("pids.max",)},
    "memory": {1: ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"), 2: ("memory.max", "memory.swap.max")},
}

# A group for every worker, under a name that ends with the worker's process number; the groups of workers
# that are gone are removed on the way. The arguments: folder, file, value, three by three, up to "--".
_ENTER = """
while [ "$1" != -- ]; do
  if [ ! -d "$1-$$" ]; then
    for d in "$1"-*; do kill -0 "${d##*-}" 2>/dev/null || rmdir "$d" 2>/dev/null; done
    mkdir "$1-$$" || exit 71
  fi
  d="$1-$$"
  echo "$3" >"$d/$2" && echo $$ >"$d/cgroup.procs" || exit 71
  shift 3
done
shift
exec "$@"
"""


def _candidates(controller: str, groups: str) -> Iterator[tuple[int, Path]]:
    """Folders in which a group that knows the controller may be made: our own group's, and those above it.

    ``groups`` is the text of /proc/self/cgroup. Each comes with its interface's generation.
    """
    for line in groups.splitlines():
        _, controllers, path = line.split(":", 2)
        second = not controllers  # it has one tree for all
        if second or controller in controllers.split(","):
            roots = [MOUNT, MOUNT / "unified"] if second else [MOUNT / controllers, MOUNT / controller]
            for root in dict.fromkeys(roots):
                own = root / path.lstrip("/")
                if ".." not in own.parts:
                    yield from (
                        (2 if second else 1, folder)
                        for folder in (own, *own.parents)
                        if folder.is_relative_to(root) and folder.is_dir()
                    )


@functools.cache
def _base(controller: str) -> tuple[str, tuple[str, ...]] | None:
    """Where groups with this limit can be made, as the beginning of their path; and the files that set it.

    ``controller`` is ``"pids"`` or ``"memory"``. None where this user may make no such group. Groups that were left by
    a grader that was killed are removed on the way, and our own when this process ends.

    The path's beginning gets ``-NUMBER`` of the worker's process behind it. It is tried by making a group and removing
    it again; found out once for a controller.
    """
    try:
        groups = Path("/proc/self/cgroup").read_text()
    except OSError:
        return None
    for generation, folder in _candidates(controller, groups):
        probe = folder / f"grader-probe-{os.getpid()}"
        try:
            probe.mkdir()
        except OSError:
            continue
        try:
            first, *others = _FILES[controller][generation]
            if os.access(probe / first, os.W_OK):
                for left in folder.glob("grader-*-*"):  # by a grader that was killed
                    if not Path("/proc", left.name.split("-")[1]).exists():  # one that is in use can't be removed
                        with contextlib.suppress(OSError):
                            left.rmdir()
                base = str(folder / f"grader-{os.getpid()}")
                atexit.register(_remove_groups, base)
                return base, (first, *(name for name in others if os.access(probe / name, os.W_OK)))
        finally:
            with contextlib.suppress(OSError):
                probe.rmdir()
    return None


def _remove_groups(base: str) -> None:
    """Remove all groups whose path begins like this, waiting a moment for those that are still in use."""
    deadline = time.monotonic() + 2.0  # a killed worker's processes take a moment to go
    while (groups := list(Path(base).parent.glob(Path(base).name + "-*"))) and time.monotonic() < deadline:
        for group in groups:
            with contextlib.suppress(OSError):
                group.rmdir()
        time.sleep(0.01)


def _values(files: tuple[str, ...], limit: int) -> list[tuple[str, str]]:
    """(file, text to write) for each file that sets a limit."""
    # The second generation counts swap by itself, and the first together with the memory.
    return [(name, "0" if name == "memory.swap.max" else str(limit)) for name in files]


def _enters(command: tuple[str, ...]) -> bool:
    """Whether a command that goes before another one does its work.

    It is tried with a command that does nothing. Raises :class:`subprocess.TimeoutExpired` after 20 seconds.
    """
    entered = subprocess.run([*command, "true"], capture_output=True, stdin=subprocess.DEVNULL, timeout=20)
    return entered.returncode == 0


def grouping(processes: int, memory: int) -> tuple[tuple[str, ...], int | None, int | None]:
    """What puts a worker into groups with these limits, and the limits that are then in force.

    ``processes`` is their number, ``memory`` bytes, swap included; both for the worker and all it starts together.
    Returns (command, number, bytes). The command goes before the worker's; where no group can be made it is empty, and
    a limit is None. Each use of the command makes groups of its own.
    """
    command: tuple[str, ...] = ()
    triples: list[str] = []
    held: dict[str, int] = {}
    for controller, limit, around in (("pids", processes, _AROUND), ("memory", memory, 0)):
        if (base := _base(controller)) is None:
            continue
        folder, files = base
        tried = [part for name, value in _values(files, limit + around) for part in (folder, name, value)]
        entering = ("/bin/sh", "-c", _ENTER, "worker", *triples, *tried, "--")
        if _enters(entering):
            triples, command = [*triples, *tried], entering
            held[controller] = limit
    return command, held.get("pids"), held.get("memory")


def limit_files(worker: int) -> list[Path]:
    """The files that limit the memory of a worker, by its process number here, and of all it starts together.

    In the order in which they can be lowered; none where its memory is not limited.
    """
    if (base := _base("memory")) is None:
        return []
    folder, files = base
    return [Path(f"{folder}-{worker}", name) for name in files if name != "memory.swap.max"]
