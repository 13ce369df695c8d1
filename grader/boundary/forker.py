"""On the learner's side: a warm process that forks one worker per submission.

It has imported what a unit needs and never runs a learner's code. Where it was started in bubblewrap's
namespaces, each child enters namespaces of its own inside them (user, pid, mount, ipc, net): no process
but its own, an empty private folder, no /proc. Then it locks itself in and serves. The standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
from collections.abc import Callable
from typing import Any

from .lock import VARIABLE, end_with_starter, first_to_die, lock

__all__ = ["serve"]

HOME = "/tmp/learner"
LAST_SECONDS = 10.0  # that the kernel may take to empty a worker's namespaces
_NEW = 0x10000000 | 0x20000000 | 0x00020000 | 0x08000000 | 0x40000000  # user, pid, mount, ipc, net
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REC_PRIVATE = 0x4000 | (1 << 18)
_MS_REC_BIND, _MS_REMOUNT_BIND = 0x4000 | 0x1000, 0x20 | 0x1000


def serve(control: socket.socket, work: Callable[[socket.socket], None]) -> None:
    """Fork a child for every request on ``control``; each calls ``work`` with its own channel's socket.

    Requests: ``{"spawn": number, "folder": path}`` with a descriptor, answered with ``{"spawned": number}`` or
    ``{"failed": reason}``; ``{"kill": number}`` and ``{"kill after": number}`` (all that came later). Every answer has
    the request's ``mark``. Returns when the other end of ``control`` is closed.

    A message is one packet of JSON; ``number`` is the caller's own and grows with each worker. Raises OSError where the
    other end is gone when it answers.
    """
    orders = json.loads(os.environ.pop(VARIABLE, "null"))
    children: dict[int, tuple[int, int]] = {}  # by number: the child, and a pidfd of the worker
    while True:
        data, descriptors, *_ = socket.recv_fds(control, 65536, 1)
        if not data:
            return
        request = json.loads(data)
        if "spawn" in request:
            try:
                children[request["spawn"]] = _spawn(
                    descriptors[0], control, orders, request["folder"], work, [pidfd for _, pidfd in children.values()]
                )
                answer = {"spawned": request["spawn"]}
            except OSError as error:
                answer = {"failed": str(error)[:500]}
            finally:
                os.close(descriptors[0])
        elif "kill" in request:
            _end(*children.pop(request["kill"], (0, -1)))
            answer = {"killed": request["kill"]}
        else:
            for number in [number for number in children if number > request["kill after"]]:
                _end(*children.pop(number))
            answer = {"killed after": request["kill after"]}
        control.send(json.dumps({**answer, "mark": request["mark"]}).encode())


def _spawn(
    descriptor: int, control: socket.socket, orders: Any, folder: str, work: Callable, others: list[int]
) -> tuple[int, int]:
    """Fork a worker, which keeps nothing of ``others``; returns (child, pidfd of the worker).

    The child waits where the worker got namespaces of its own, and is the worker otherwise. Raises OSError, with the
    reason that the child gave, where it did not come as far as serving.
    """
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            control.close()
            for number in (told, *others):
                os.close(number)
            _become_worker(socket.socket(fileno=descriptor), orders, folder, tell, work)
            status = 0
        finally:
            os._exit(status)
    os.close(tell)
    try:
        with open(told, encoding="utf-8", errors="replace") as file:  # it ends when the worker is ready, or gone
            said = dict(line.rstrip().partition(" ")[::2] for line in file)
        if "ready" not in said:
            raise OSError(said.get("failed", "the process that was to become a worker died"))
        return child, os.pidfd_open(int(said["process"]))
    except OSError:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise


def _become_worker(sock: socket.socket, orders: Any, folder: str, tell: int, work: Callable) -> None:
    """In the child: into namespaces, a folder and the lock that ``orders`` say, then ``work``.

    Tells through ``tell``, a line each: ``process NUMBER`` of the worker, then ``ready``, or ``failed REASON``.
    """
    try:
        os.setsid()
        if orders and orders.get("namespaces"):
            _enter_namespaces(orders.get("private_bytes"))
            worker = os.fork()
            if worker:  # this one stays outside the new pid namespace, and waits for its only process
                sock.close()
                os.write(tell, b"process %d\n" % worker)
                os.close(tell)
                os.waitpid(worker, 0)
                return
            end_with_starter()
            folder = HOME
        else:
            os.write(tell, b"process %d\n" % os.getpid())
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):  # nobody reads what is written there
            os.dup2(nothing, number)
        os.close(nothing)
        os.environ["HOME"] = os.environ["IPYTHONDIR"] = folder
        os.chdir(folder)
        if orders:
            lock(orders)
    except Exception as error:
        os.write(tell, f"failed {type(error).__name__}: {error}\n"[:1000].encode())
        raise
    os.write(tell, b"ready\n")
    os.close(tell)
    work(sock)


def _enter_namespaces(private_bytes: int | None) -> None:
    """New namespaces for the children of this process, with nothing in /tmp and nothing in /proc.

    ``private_bytes`` is the size of the new /tmp, None for no limit. Raises OSError where the kernel refuses.

    See unshare(2) and namespaces(7). Folders that were to be seen in /tmp are to be seen in the new one, read-only.
    """
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)

    def must(result: int, what: str) -> None:
        if result:
            raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")

    first_to_die()  # while there is a /proc to say so
    must(libc.unshare(_NEW), "new namespaces")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    must(libc.mount(None, b"/", None, _MS_REC_PRIVATE, None), "private mounts")
    # What Python needs may lie in /tmp, where somebody put the course: it is shown again in the new one.
    shown = {
        os.fsencode(entry.path): os.open(entry.path, os.O_PATH)
        for entry in os.scandir("/tmp")
        if entry.is_dir(follow_symlinks=False) and entry.path != HOME
    }
    size = b"" if private_bytes is None else b",size=%d" % private_bytes
    must(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", _MS_NOSUID | _MS_NODEV, b"mode=700" + size), "a private /tmp")
    for path, descriptor in shown.items():
        os.mkdir(path)
        must(libc.mount(b"/proc/self/fd/%d" % descriptor, path, None, _MS_REC_BIND, None), "what /tmp showed")
        must(libc.mount(None, path, None, _MS_REMOUNT_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV, None), "sealing it")
        os.close(descriptor)
    must(
        libc.mount(b"tmpfs", b"/proc", b"tmpfs", _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, b"size=4096"),
        "covering /proc",
    )
    os.mkdir(HOME, 0o700)


def _end(child: int, worker: int) -> None:
    """End a worker and all it started that is still in its process group or its pid namespace.

    ``child`` is a process number, ``worker`` a descriptor (pidfd) that is closed here; a number that is used again by
    another process is so never signalled. Waits at most ``LAST_SECONDS`` for the namespaces to be empty.
    """
    if not child:
        return
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(worker, signal.SIGKILL)
    os.close(worker)
    # A child that waits for its worker ends when the worker's whole namespace is empty: the next one needs its room.
    around = os.pidfd_open(child)
    select.select([around], [], [], LAST_SECONDS)
    os.close(around)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
