"""A box for whole programs that run code nobody trusts: stock nbgrader on hostile submissions.

The grader's own sandbox (:mod:`grader.sandbox.confinement`) confines a worker that runs learners' cells.
Here a complete ``nbgrader autograde``, kernels included, runs in namespaces of its own, so that an
attack may succeed against nbgrader and not against the machine.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfinementError

__all__ = ["Outcome", "run_contained"]

MEMORY = 3 << 30  # bytes, of all processes together (cgroup)
ADDRESS_SPACE = 16 << 30  # bytes, of each process: torch maps several GB that it never uses
PROCESSES = 256
FILE_BYTES = 512 << 20
LOG_BYTES = 2_000_000

# Joins the groups named before "--", lowers the limits, becomes the command.
_ENTER = """
while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs" || exit 71; shift; done; shift
ulimit -c 0; ulimit -v "$1"; ulimit -f "$2"; ulimit -t "$3"; ulimit -n 1024; shift 3
exec "$@"
"""


@dataclass(frozen=True)
class Outcome:
    """How a contained program ended: its exit status (None where the time limit ended it) and its output."""

    exit_code: int | None
    seconds: float
    log: str
    limits: tuple[str, ...]

    @property
    def timed_out(self) -> bool:
        return self.exit_code is None


def run_contained(
    command: Sequence[str],
    folder: Path,
    timeout: float,
    *,
    environment: Mapping[str, str],
    memory: int = MEMORY,
    processes: int = PROCESSES,
) -> Outcome:
    """Run a command that may write in ``folder`` and nowhere else.

    It sees no process but its own, no network but its own loopback, and the rest of the file system
    read-only. Whatever it started is dead when this returns. The memory and the number of processes are
    limited as a whole where cgroups can be made, and ``limits`` says what was in force.
    Raises :class:`ConfinementError` where bubblewrap is missing or cannot set this up.
    """
    folder = folder.resolve()
    box = _box(folder)
    limits = ["bubblewrap: own processes, network and IPC; files read-only outside the class", "rlimits"]
    with contextlib.ExitStack() as stack:
        groups = stack.enter_context(_groups(memory, processes))
        limits += [f"cgroup {group.parent.name if group.parent.name != 'cgroup' else 'v2'}" for group in groups]
        enter = [
            "/bin/sh",
            "-c",
            _ENTER,
            "enter",
            *map(str, groups),
            "--",
            str(ADDRESS_SPACE // 1024),
            str(FILE_BYTES // 512),
            str(int(timeout) + 60),
            *box,
            *command,
        ]
        output = stack.enter_context(tempfile.TemporaryFile(prefix="grader-contained-"))
        begun = time.monotonic()
        process = subprocess.Popen(
            enter,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
        try:
            exit_code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            exit_code = None
        finally:
            if process.poll() is None:  # the box's first process dies with bubblewrap, and all others with it
                process.kill()
            process.wait()
        seconds = time.monotonic() - begun
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - LOG_BYTES))
        log = output.read().decode("utf-8", "replace")
    return Outcome(exit_code, seconds, log, tuple(limits))


def _box(folder: Path) -> list[str]:
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise ConfinementError(
            "Hostile submissions are run through stock nbgrader only in a box, and bubblewrap is not installed: "
            "`apt-get install bubblewrap`."
        )
    said = ""
    for proc in (["--proc", "/proc"], ["--tmpfs", "/proc"]):  # in some containers no new /proc can be mounted
        box = [
            bwrap,
            "--ro-bind",
            "/",
            "/",
            "--dev",
            "/dev",
            *proc,
            "--bind",
            str(folder),
            str(folder),
            "--unshare-user",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--cap-drop",
            "ALL",
            "--die-with-parent",
            "--new-session",
            "--chdir",
            str(folder),
            "--",
        ]
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


@contextlib.contextmanager
def _groups(memory: int, processes: int) -> Iterator[list[Path]]:
    """New cgroups with these limits: those that this user can make, in either version of the hierarchy."""
    name = f"grader-contained-{os.getpid()}-{secrets.token_hex(4)}"
    mount = Path("/sys/fs/cgroup")
    wanted = [
        (mount / "memory" / name, {"memory.limit_in_bytes": memory}),
        (mount / "pids" / name, {"pids.max": processes}),
        (mount / name, {"memory.max": memory, "memory.swap.max": 0, "pids.max": processes}),
    ]
    made = []
    try:
        for group, settings in wanted:
            if not (group.parent / "cgroup.procs").exists():
                continue
            for left in group.parent.glob("grader-contained-*"):  # by a run that was killed
                if not Path("/proc", left.name.split("-")[2]).exists():
                    with contextlib.suppress(OSError):
                        left.rmdir()
            try:
                group.mkdir()
            except OSError:
                continue
            if any(_set(group / file, value) for file, value in settings.items()):
                made.append(group)
            else:
                group.rmdir()
        yield made
    finally:
        for group in made:
            _end(group)


def _set(file: Path, value: int) -> bool:
    try:
        file.write_text(str(value))
    except OSError:
        return False
    return True


def _end(group: Path) -> None:
    """Remove a group, and what is left in it."""
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            for number in (group / "cgroup.procs").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(number), signal.SIGKILL)
        try:
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.05)  # a killed process takes a moment to go
        else:
            return
