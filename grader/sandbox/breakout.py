"""What the self-test of the sandbox tries in a worker. Its text is run there as a learner's cell.

The standard library only, and nothing of the package: that is not to be had there.

Each attempt is a function that returns None where it worked, and raises, mostly OSError, where it was refused; some
return a sentence instead, where nothing was refused and nothing gained, or where only the outside can tell. See
:mod:`.proof` for what becomes of that.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import functools
import mmap
import os
import resource
import signal
import socket
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["break_out", "look_around"]


def _call(name: str, *arguments: Any) -> int:
    """A function of the C library's; returns what it does. Raises OSError, with its error number, where it fails.

    The numbers that these functions are given are those of Linux's headers, whose names Python doesn't have.
    """
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    result = function(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


# --- files --------------------------------------------------------------------------------------


def _read(path: str) -> None:
    """A byte of a file, or of one anywhere below a folder.

    Of a folder, a name that can be read is enough; after some 20 refusals it is given up. Raises FileNotFoundError for
    what is empty: an empty folder, or /dev/null, may have been laid over what was there.
    """
    if os.path.isdir(path):
        refused: list[OSError] = []
        for folder, _, names in os.walk(path, onerror=refused.append):
            for name in names:
                try:
                    _read(os.path.join(folder, name))
                except OSError as error:
                    refused.append(error)
                else:
                    return
                if len(refused) > 20:
                    raise refused[0]
        raise refused[0] if refused else FileNotFoundError(errno.ENOENT, "nothing in it", path)
    with open(path, "rb") as file:
        if not file.read(1):
            raise FileNotFoundError(errno.ENOENT, "nothing in it", path)


def _write(path: str) -> None:
    """Make a file that is not there."""
    with open(path, "x") as file:
        file.write("written")


def _read_by_link(make: Callable[[str, str], None], path: str) -> None:
    """Read a file through a link to it, which ``make`` makes in the working folder."""
    make(path, "link")
    try:
        _read("link")
    finally:
        os.remove("link")


def _watch(folder: str) -> None:
    """Ask the kernel to tell of new files in a folder."""
    inotify = _call("inotify_init")
    try:
        _call("inotify_add_watch", inotify, folder.encode(), 0x100)
    finally:
        os.close(inotify)


def _large_file(most: int) -> None:
    """One file of a byte more than is allowed."""
    try:
        with open("large", "wb") as file:
            file.truncate(most + 1)
    finally:
        os.remove("large")


def _many_files(most: int) -> None:
    """Files that are each allowed and together more than the folder may hold.

    ``most`` is in bytes; space is reserved for four files of a third of it each.
    """
    names = [f"part-{number}" for number in range(4)]
    try:
        for name in names:
            with open(name, "wb") as file:
                os.posix_fallocate(file.fileno(), 0, most // 3)
    finally:
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.remove(name)


# --- sockets ------------------------------------------------------------------------------------


def _tcp(address: list) -> None:
    """Connect to (host, port)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.settimeout(1)
        sock.connect(tuple(address))


def _udp(address: list) -> None:
    """Send to (host, port), from which no answer is needed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"out", tuple(address))


def _unix(address: str) -> None:
    """Connect to a unix socket: a path, or an abstract name behind a zero byte."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(address)


def _datagram(address: str) -> None:
    """Send to a unix socket from one of a pair, which connects to nothing."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        one.sendto(b"out", address)


# --- processes ----------------------------------------------------------------------------------


def _search(kind: str, wanted: str) -> str | None:
    """Look for a text in a file of /proc (``cmdline``, ``environ``) of every other process.

    None where it was found, else a sentence. Only a process with the mark in it is one of ours outside: in a namespace
    of its own, a worker sees its own processes.
    """
    for number in filter(str.isdigit, os.listdir("/proc")):
        if int(number) != os.getpid():
            with contextlib.suppress(OSError), open(f"/proc/{number}/{kind}", "rb") as file:
                if wanted.encode() in file.read():
                    return None
    return "LookupError: no process shows it"


def _environment(process: int, allowed: list[str]) -> str | None:
    """Look for variables of another process that the worker itself was not given.

    ``allowed`` are the names that may be there. What counts is what the grader's own environment holds and a worker
    must not see, so a process with no more than the worker's variables gives away nothing.
    """
    with open(f"/proc/{process}/environ", "rb") as file:
        names = {line.partition(b"=")[0].decode() for line in file.read().split(bytes(1)) if line}
    return None if names - set(allowed) else "LookupError: nothing but the worker's own variables"


def _memory_of(process: int) -> None:
    """Open another process's memory.

    Opening it is enough: the kernel asks for the right to trace a process there, and not when it is read.
    """
    with open(f"/proc/{process}/mem", "rb"):
        pass


def _trace(process: int) -> None:
    """Attach to another process, as a debugger does."""
    _call("ptrace", 16, process, None, None)  # attach
    os.waitpid(process, 0x40000000)
    _call("ptrace", 17, process, None, None)  # detach


def _signal_by_a_file(process: int) -> None:
    """The kernel sends signals about a socket for its owner, to whom the owner names."""
    one, other = socket.socketpair()
    with one, other:
        fcntl.fcntl(one, fcntl.F_SETOWN, process)
        fcntl.fcntl(one, fcntl.F_SETSIG, int(signal.SIGTERM))
        fcntl.fcntl(one, fcntl.F_SETFL, fcntl.fcntl(one, fcntl.F_GETFL) | os.O_ASYNC)
        other.send(b"!")


def _type(terminal: int = 0x5412) -> None:
    """Type a character into a terminal: one of its own, or else whatever its standard input is.

    ``terminal`` is the request of ioctl, TIOCSTI, which puts a character into the input as if it had been typed: a
    shell at that terminal would run it.
    """
    try:
        pair = os.openpty()
    except OSError:
        fcntl.ioctl(0, terminal, b"x")
        return
    try:
        fcntl.ioctl(pair[1], terminal, b"x")
    finally:
        for descriptor in pair:
            os.close(descriptor)


def _outlive(program: list[str]) -> str:
    """Leave a process behind; whether it outlives the worker is seen from outside.

    ``program`` is a command with its arguments. It is started by a grandchild in a session of its own, as a daemon is.
    This waits until the program has replaced the grandchild, which is when its end of a pipe closes.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.setsid()
        try:
            if os.fork() == 0:
                os.set_inheritable(writer, False)  # closed by the program's start
                os.execv(program[0], program)
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    os.read(reader, 1)
    os.close(reader)
    return "it is to be seen when the worker is gone"


def _namespace() -> None:
    """New user and mount namespaces, in a child.

    The two flags are CLONE_NEWUSER and CLONE_NEWNS, see unshare(2). Raises OSError with the child's error number.
    """
    child = os.fork()
    if child == 0:
        number = 1
        try:
            number = 0 if not _call("unshare", 0x10000000 | 0x00020000) else 1
        except OSError as error:
            number = error.errno or 1
        finally:
            os._exit(number)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise OSError(status, os.strerror(status))


@contextlib.contextmanager
def _crowd():
    """A function that forks a child which does something and then lives, with its result, to the end of the block.

    Gives (add, statuses). ``add(first)`` returns the child's process number; ``first`` runs in the child, and what it
    returns lives as long as the child. After the block ``statuses`` holds each child's, as waitpid gives it: not 0
    where one was ended.
    """
    reader, writer = os.pipe()
    children = []

    def add(first: Callable[[], object] = lambda: None) -> int:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(writer)
                held = [first()]
                os.read(reader, 1)  # until the parent closes its end: no signal is needed to end it
                held.clear()
                status = 0
            finally:
                os._exit(status)
        children.append(child)
        return child

    statuses: list[int] = []
    try:
        yield add, statuses
    finally:
        os.close(writer)
        os.close(reader)
        statuses += [os.waitpid(child, 0)[1] for child in children]


def _fork(limit: int) -> None:
    """More processes than are allowed, all alive at once.

    ``limit`` is the number allowed. Raises OSError where one is refused; those before it are ended and waited for.
    """
    with _crowd() as (add, _):
        for _ in range(limit + 8):
            add()


def _share(size: int, number: int) -> None:
    """Several processes that together use more memory than one limit for all.

    ``size`` in bytes for each of ``number`` processes, which fill their memory one after the other and hold it
    together. Raises MemoryError where one of them was ended; the kernel may end the caller instead, which its starter
    sees.
    """
    with _crowd() as (add, statuses):
        for _ in range(number):
            ready, done = os.pipe()

            def fill(done=done):
                block = bytearray(b"\1") * size  # written, and so in use
                os.write(done, block[:1])
                return block

            add(fill)
            os.close(done)
            os.read(ready, 1)
            os.close(ready)
    if any(statuses):
        raise MemoryError(f"processes were ended, with status {statuses}")


# --- all of it ----------------------------------------------------------------------------------


def _raise_limit() -> None:
    """Lift the limit on its own memory."""
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _shared_memory() -> None:
    """Make shared memory of System V, which outlives a process, and remove it again."""
    number = _call("shmget", 0, ctypes.c_size_t(4096), 0o1600)  # IPC_PRIVATE, IPC_CREAT
    _call("shmctl", number, 0, None)  # IPC_RMID


def _messages() -> None:
    """Make a queue of messages of System V, and remove it again."""
    number = _call("msgget", 0, 0o1600)
    _call("msgctl", number, 0, None)


def _semaphores() -> None:
    """Make semaphores of System V, and remove them again."""
    number = _call("semget", 0, 1, 0o1600)
    _call("semctl", number, 0, 0)


def break_out(target: Mapping[str, Any]) -> dict[str, str | None]:
    """Try everything; returns what each attempt met with, or None where it worked.

    ``target`` is written by :func:`.proof.attempts`: ``pid`` of a process outside, a ``secret`` file, paths to
    ``read``, to ``write`` and to ``keep`` something in, addresses of sockets, a ``mark`` to know things by, and the
    limits that hold: ``memory``, ``folder`` and ``file_bytes`` in bytes, ``processes``. An attempt is named in the
    proof's sentences. What an attempt met with is an exception's class and text.

    ``target`` also has the ``program`` that is to outlive the worker, the ``variables`` that may be in an environment,
    and an address ``outside``; ``folder`` and ``processes`` are None where there is no such limit, which is then not
    tried. Never raises: what an attempt raises is what it met with.
    """
    pid, secret = target["pid"], target["secret"]
    tries: dict[str, Callable[[], str | None]] = {}
    for path in target["read"]:
        tries[f"read {path}"] = functools.partial(_read, path)
    for path in target["write"]:
        tries[f"write {path}"] = functools.partial(_write, path)
    for path in target["keep"]:
        tries[f"keep {path}"] = functools.partial(_write, path)
    tries |= {
        "symlink": lambda: _read_by_link(os.symlink, secret),
        "hard link": lambda: _read_by_link(os.link, secret),
        "mode": lambda: os.chmod(secret, 0o604),
        "truncate": lambda: os.truncate(secret, 1),
        "times": lambda: os.utime(secret, (1, 1)),
        "watch": lambda: _watch(os.path.dirname(secret)),
        "large file": lambda: _large_file(target["file_bytes"]),
        "tcp": lambda: _tcp(target["tcp"]),
        "tcp outside": lambda: _tcp(target["outside"]),
        "udp": lambda: _udp(target["udp"]),
        "udp outside": lambda: _udp(target["outside"]),
        "abstract socket": lambda: _unix(chr(0) + target["mark"]),
        "unix socket": lambda: _unix(target["socket"]),
        "unix datagram": lambda: _datagram(target["datagram"]),
        "list": lambda: _search("cmdline", target["mark"]),
        "environment of another": lambda: _search("environ", target["mark"]),
        "environment of the parent": lambda: _environment(os.getppid(), target["variables"]),
        "environment of the first": lambda: _environment(1, target["variables"]),
        "memory of another": lambda: _memory_of(pid),
        "memory of the parent": lambda: _memory_of(os.getppid()),
        "trace": lambda: _trace(pid),
        "priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, -5),
        "priority of another": lambda: os.setpriority(os.PRIO_PROCESS, pid, 3),
        "limit of another": lambda: resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0)) and None,
        "signal by a file": lambda: _signal_by_a_file(pid),
        "signal": lambda: os.kill(pid, signal.SIGTERM),
        "shared memory": _shared_memory,
        "messages": _messages,
        "semaphores": _semaphores,
        "terminal": _type,
        "raise a limit": _raise_limit,
        "allocate": lambda: mmap.mmap(-1, target["memory"]).close(),  # the limit is on addresses: nothing is written
        "namespace": _namespace,
        "outlive": lambda: _outlive(target["program"]),
    }
    if target["folder"]:
        tries["many files"] = lambda: _many_files(target["folder"])
    if target["processes"]:
        tries["fork"] = lambda: _fork(target["processes"])
    happened: dict[str, str | None] = {}
    for name, attempt in tries.items():
        try:
            happened[name] = attempt()
        except BaseException as error:
            happened[name] = f"{type(error).__name__}: {error}"[:300]
    return happened


def look_around(paths: list[str]) -> list[str]:
    """Which of these the next worker finds.

    ``paths`` are those that :func:`break_out` was told to ``keep`` something in.
    """
    return [path for path in paths if os.path.exists(path)]
