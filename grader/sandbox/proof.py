"""The proof that a worker is confined: it tries to break out, and what it did is looked at from outside.

:func:`attempts` starts what a break-out would find (a process, sockets, a secret file), has a worker run
:mod:`.breakout` as a learner's cell, and corrects what the worker says of itself by what is to be seen from outside;
:func:`prove` makes sentences of it. What could be done is named in ``_POSSIBLE``, by the attempt.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from ..boundary.lock import VARIABLE
from ..boundary.nursery import worker_environment
from ..boundary.proxy import WorkerDied, WorkerProcess
from ..errors import ConfinementError
from .cgroup import limit_files
from .layers import Confinement

__all__ = ["UNCONFINED", "attempts", "prove"]

UNCONFINED = (
    "`grader autograde --unconfined`, or `c.Graded.unconfined = True` in nbgrader_config.py, grades without "
    "confinement, and every record then says so"
)
PACKAGE = Path(__file__).parent.parent
_OURS = (
    "exercises",
    "vectors",
    "given",
    "reference",
    "course",
    "cli.py",
    "learner.py",
    "progress",
    "checking/check.py",
)
_MORE = 96 << 20  # bytes beyond those in use, as the limit on all processes together while it is tried
_SHARE, _SHARES = 64 << 20, 4  # bytes, and how many processes use as much
# What may be in a worker's environment: what it is given, and what a shell on the way adds.
_VARIABLES = [*worker_environment(""), "LC_CTYPE", "PWD", "OLDPWD", "SHLVL", "_", VARIABLE]

_POSSIBLE = {
    "symlink": "It could read a secret through a symbolic link.",
    "hard link": "It could read a secret through a hard link.",
    "mode": "It could change the mode of a file that is not its own.",
    "times": "It could change the times of a file that is not its own.",
    "truncate": "It could cut a file that is not its own.",
    "watch": "It could watch a folder that is not its own.",
    "large file": "It could write a larger file than its limit.",
    "many files": "It could write more bytes than its limit.",
    "tcp": "It could open a TCP connection to this machine.",
    "tcp outside": "It could open a TCP connection to the network.",
    "udp": "It could send a UDP packet to this machine.",
    "udp outside": "It could send a UDP packet to the network.",
    "abstract socket": "It could connect to another program's abstract socket.",
    "unix socket": "It could connect to another program's socket in the file system.",
    "unix datagram": "It could send to another program's socket in the file system.",
    "list": "It could see another process.",
    "environment of another": "It could read the environment of another process.",
    "environment of the parent": "It could read the environment of the process that started it.",
    "environment of the first": "It could read the environment of the first process.",
    "memory of another": "It could read the memory of another process.",
    "memory of the parent": "It could read the memory of the process that started it.",
    "trace": "It could trace another process.",
    "priority": "It could raise its own priority.",
    "priority of another": "It could change the priority of another process.",
    "limit of another": "It could change a limit of another process.",
    "signal": "It could end another process.",
    "signal by a file": "It could end another process by a signal about a file.",
    "shared memory": "It could make shared memory that outlives it.",
    "messages": "It could make a queue of messages that outlives it.",
    "semaphores": "It could make semaphores that outlive it.",
    "terminal": "It could type into a terminal.",
    "raise a limit": "It could raise its own limit on memory.",
    "allocate": "It could allocate more memory than its limit.",
    "share": "Its processes together could use more memory than their limit.",
    "namespace": "It could make namespaces of its own.",
    "fork": "It could start more processes than its limit.",
    "outlive": "It could leave a process behind that outlives it.",
}


@contextlib.contextmanager
def _surroundings(folder: Path) -> Iterator[dict[str, Any]]:
    """What a break-out would find: a process, listening sockets, and a mark to know them by.

    Gives the part of :func:`.breakout.break_out`'s target that speaks of them, and the process under ``sleeper``.

    ``folder`` is one to make sockets in; all of it is gone after the block. Of the keys, ``tcp`` and ``udp`` are
    addresses as (host, port), ``socket`` and ``datagram`` paths of unix sockets, ``pid`` the process's number, and
    ``program`` a command that is told by the mark in its arguments. ``outside`` is of 192.0.2.0/24, which no machine
    has (RFC 5737).
    """
    mark = secrets.token_hex(16)
    with contextlib.ExitStack() as stack:
        sleeper = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", f"import time; time.sleep(300)  # {mark}"],
            env={**os.environ, "GRADER_PROOF": mark},
            stdin=subprocess.DEVNULL,
        )
        stack.callback(sleeper.wait)
        stack.callback(sleeper.kill)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        stream = stack.enter_context(socket.socket(socket.AF_UNIX))
        datagram = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        for name, sock in (("stream", stream), ("datagram", datagram)):
            sock.bind(str(folder / name))
        stream.listen()
        if sys.platform == "linux":
            abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
            abstract.bind(f"\0{mark}")
            abstract.listen()
        yield {
            "mark": mark,
            "pid": sleeper.pid,
            "sleeper": sleeper,
            "tcp": tcp.getsockname(),
            "udp": udp.getsockname(),
            "socket": str(folder / "stream"),
            "datagram": str(folder / "datagram"),
            "outside": ["192.0.2.1", 9],  # an address that is kept for examples
            "program": [sys.executable, "-I", "-S", "-c", "import time; time.sleep(30)", f"left-{mark}"],
        }


def _in_a_cell(worker: WorkerProcess, call: str, argument: Any, seconds: float = 60.0) -> Any:
    """What a function of :mod:`.breakout` says in a learner's cell.

    Raises :class:`ConfinementError` where it says nothing, and :class:`WorkerDied`.

    ``argument`` has to be what JSON can hold, as has what the function returns; ``seconds`` is the cell's limit.
    """
    source = Path(__file__).with_name("breakout.py").read_text(encoding="utf-8")
    ask = f"\nimport json\nprint(json.dumps({call}(json.loads({json.dumps(argument)!r}))))"
    outputs = worker.run_cell(source + ask, seconds)
    try:
        return json.loads("".join(o["text"] for o in outputs if o.get("name") == "stdout"))
    except ValueError:
        said = str(outputs)[-500:]
        raise ConfinementError(f"The self-test of the sandbox did not report: {said}. {UNCONFINED}.") from None


def _share(worker: WorkerProcess, most: int) -> str | None:
    """Lower the limit on the memory of all its processes to just above what they use, and let them use more.

    ``most`` is the limit that is claimed, in bytes. Returns what that met with; None where it worked, or where the
    limit in force is not the claimed one.

    The limit that holds is too high to be tried: filling gigabytes takes long and may hurt the machine. That a lower
    one is kept shows that the group is counted. The files get their old values back. What it met with is an exception's
    class and text, or that the worker died.
    """
    source = Path(__file__).with_name("breakout.py").read_text(encoding="utf-8")
    files = limit_files(worker.process)
    try:
        before = [int(file.read_text()) for file in files]
        if not files or before[0] > most:
            return None  # it is not the limit that was claimed
        statistics = dict(line.split() for line in files[0].with_name("memory.stat").read_text().splitlines())
        lower = int(statistics.get("anon") or statistics["rss"]) + _MORE
        for file in files:
            file.write_text(str(lower))
    except (OSError, ValueError):  # it is in no such group, or the limit is "max"
        return None
    try:
        outputs = worker.run_cell(f"{source}\n_share({_SHARE}, {_SHARES})", 30.0)
    except WorkerDied as death:
        return str(death)
    finally:
        for file, value in reversed(list(zip(files, before, strict=True))):
            with contextlib.suppress(OSError):
                file.write_text(str(value))
    errors = [f"{o['ename']}: {o['evalue']}" for o in outputs if o["output_type"] == "error"]
    return errors[0] if errors else None


def _left(mark: str) -> list[int]:
    """The processes whose command holds a mark, as far as they can be seen.

    Their numbers, as this process sees them. The mark is in the arguments of the program that was to be left behind.
    """
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"left-{mark}\0".encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def _gone(mark: str) -> bool:
    """Whether nothing is left of a worker; what is left is ended.

    Waits for a second at most: the kernel takes a moment to empty a namespace.
    """
    deadline = time.monotonic() + 1.0
    while left := _left(mark):
        if time.monotonic() > deadline:
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            return False
        time.sleep(0.005)
    return True


def _traces(secret: Path) -> list[Path]:
    """Files that a worker must not be able to make, in places that are not its own.

    New names each time, as paths: in the home folder, in this package, beside the secret, in Python's own folders and
    in the system's shared memory.
    """
    folders = (Path.home(), PACKAGE, PACKAGE / "boundary", secret.parent, Path(sys.prefix) / "lib", Path("/dev/shm"))
    return [folder / f"grader-proof-{secrets.token_hex(8)}" for folder in folders]


def attempts(
    confined: Confinement, secret: Path, start: Callable[[], AbstractContextManager[WorkerProcess]] | None = None
) -> dict[str, str | None]:
    """Try to break out of a worker, in a learner's cell: what each attempt met with, or None where it worked.

    ``secret`` is a file made for this, which a worker must neither read nor change, in a folder in which it must
    not write. ``start`` starts a worker under ``confined``, if not in the plain way; it is called twice.

    Raises :class:`ConfinementError` where no worker starts, or the cell doesn't report.

    The keys are attempts as :func:`.breakout.break_out` names them, ``"read PATH"`` and ``"keep PATH"`` among them, and
    ``"share"`` where the memory of all is claimed to be limited. A text says what an attempt met with, mostly an
    exception's class and words. The second worker only looks for what the first left in its own folders. All files that
    were made are removed.
    """
    start = start or (lambda: WorkerProcess(command=confined.command))
    readable = [secret, *confined.hidden, PACKAGE.parent / "solutions", *(PACKAGE / name for name in _OURS)]
    through = [f"/proc/1/root{secret.resolve()}", f"/proc/self/cwd/../..{secret.resolve()}"]
    traces = _traces(secret)
    kept = [f"{folder}/grader-kept-{secrets.token_hex(8)}" for folder in (".", "/tmp", "/var/tmp")]
    with tempfile.TemporaryDirectory(prefix="grader-proof-") as folder, contextlib.ExitStack() as stack:
        around = stack.enter_context(_surroundings(Path(folder)))
        for trace in (*traces, *map(Path, kept[1:])):
            stack.callback(trace.unlink, missing_ok=True)
        sleeper = around.pop("sleeper")
        before, was = _state(sleeper.pid), secret.stat()
        target = around | {
            "secret": str(secret),
            "read": [*(str(path) for path in readable if path.exists()), *through],
            "write": [str(trace) for trace in traces],
            "keep": kept,
            "memory": confined.memory or 2 << 30,
            "processes": confined.processes,
            "folder": confined.folder,
            "file_bytes": confined.file_bytes or 64 << 20,
            "variables": _VARIABLES,
        }
        try:
            with start() as worker:
                happened = _in_a_cell(worker, "break_out", target)
                with worker.session():  # a call in a child of its own must go on working
                    worker.signature("print")
                # It may end the worker, and is its last.
                if confined.together is not None:
                    happened["share"] = _share(worker, confined.together)
            happened["outlive"] = happened["outlive"] if _gone(around["mark"]) else None
            with start() as following:
                found = _in_a_cell(following, "look_around", kept)
        except WorkerDied as death:
            raise ConfinementError(f"No worker runs in the sandbox: {death}. {UNCONFINED}.") from None
        # What is seen from here decides: a number or a name may mean something else in there.
        status = secret.stat()
        facts: dict[str, bool] = {
            "mode": status.st_mode != was.st_mode,
            "times": status.st_mtime != was.st_mtime,
            "truncate": status.st_size != was.st_size,
            **{f"write {trace}": trace.exists() for trace in traces},
            **{f"keep {path}": path in found or path[0] == "/" and os.path.exists(path) for path in kept},
        }
        if sleeper.poll() is None:
            now = _state(sleeper.pid)
            facts |= {
                "signal": False,
                "signal by a file": False,
                "priority of another": now[0] != before[0],
                "limit of another": now[1] != before[1],
            }
        elif happened["signal by a file"] is not None:
            facts["signal"] = True
        for name, done in facts.items():
            if done:
                happened[name] = None
            elif happened[name] is None:
                happened[name] = "what it did is not to be seen outside"
        return happened


def _state(process: int) -> tuple[int, tuple[int, int]]:
    """What could be changed of another process: its priority, and its limit on core files.

    (priority, (soft limit, hard limit) in bytes). Raises ProcessLookupError where it is gone.
    """
    import resource  # not there on Windows

    return os.getpriority(os.PRIO_PROCESS, process), resource.prlimit(process, resource.RLIMIT_CORE)


def prove(
    confined: Confinement, secret: Path, start: Callable[[], AbstractContextManager[WorkerProcess]] | None = None
) -> list[str]:
    """Try to break out; returns sentences on what was possible, and none where the worker is confined.

    The arguments are those of :func:`attempts`.

    Each sentence is of the form "It could ...", for whoever grades the class. Raises as :func:`attempts` does.
    """
    return [
        _POSSIBLE.get(name) or f"It could {name.partition(' ')[0]} {name.partition(' ')[2]}."
        for name, met in attempts(confined, secret, start).items()
        if met is None
    ]
