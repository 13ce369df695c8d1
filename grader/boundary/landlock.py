"""Landlock: a process of Linux takes rights to files, ports, sockets and signals away from itself.

It needs no privilege and can't be undone; what is forked or started later is bound as well. It is an
allow-list of files and folders with all below them. What it does not govern: looking up that a file is
there, its size and its times, and changing its mode, owner, times or attributes. The standard library only.
"""

from __future__ import annotations

import ctypes
import functools
import os
import stat
import struct
import sys
from collections.abc import Iterable

__all__ = ["enclose", "version"]

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every machine
_ASK_VERSION, _BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_CHAR, _MAKE_DIR, _MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM = (1 << bit for bit in range(6, 13))
_REFER, _TRUNCATE, _IOCTL_DEV = (1 << bit for bit in range(13, 16))
_ON_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV  # what a rule on a file may grant

_READ = _EXECUTE | _READ_FILE | _READ_DIR
# A private folder: no devices in it, and nothing to be executed.
_WRITE = (
    _READ_FILE
    | _READ_DIR
    | _WRITE_FILE
    | _TRUNCATE
    | _REMOVE_DIR
    | _REMOVE_FILE
    | _MAKE_DIR
    | _MAKE_REG
    | _MAKE_SOCK
    | _MAKE_FIFO
    | _MAKE_SYM
    | _REFER
)
_DEVICE = _READ_FILE | _WRITE_FILE | _TRUNCATE

# What each version of the interface began to govern.
_FILES = {1: _REFER - 1, 2: _REFER, 3: _TRUNCATE, 5: _IOCTL_DEV}
_NET = {4: 0b11}  # binding and connecting TCP sockets
_SCOPES = {6: 0b11}  # abstract unix sockets and signals of processes outside


@functools.cache
def version() -> int:
    """The version of Landlock's interface in this kernel; 0 where it is not there or not to be used.

    See the kernel's documentation, userspace-api/landlock: 1 is of Linux 5.13, 3 of 6.2, 6 of 6.12.
    """
    if sys.platform != "linux":
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION)))


def _up_to(newest: int, rights: dict[int, int]) -> int:
    """The rights that Landlock governs up to a version of its interface, of those listed by when they came.

    ``rights`` maps a version to the bits that it began to govern; returns them together.
    """
    return sum(bits for since, bits in rights.items() if since <= newest)


def enclose(
    *,
    abi: int,
    read: Iterable[str] = (),
    listing: Iterable[str] = (),
    write: Iterable[str] = (),
    devices: Iterable[str] = (),
) -> None:
    """Leave this thread, and all it starts, only these files: no TCP, and no signal or abstract socket to others.

    ``abi`` is the version of the interface to go up to, of what :func:`version` says; ``read`` are files and
    folders to be read and executed, ``listing`` folders whose names alone may be read, with those below,
    ``write`` private folders, ``devices`` files to be read and written. A path that is not there is left out.

    Raises OSError where the kernel refuses.

    What the version doesn't govern yet is left as it was. The calling process needs ``no_new_privs`` (prctl(2)); other
    threads that are there already are not bound. Symbolic links are followed to what they lead to.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def call(number: int, *arguments: object) -> int:
        result = libc.syscall(number, *arguments)
        if result < 0:
            raise OSError(ctypes.get_errno(), "Landlock was refused")
        return result

    governed = _up_to(abi, _FILES)
    attributes = struct.pack("=QQQ", governed, _up_to(abi, _NET), _up_to(abi, _SCOPES))
    ruleset = call(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        for paths, rights in ((read, _READ), (listing, _READ_DIR), (write, _WRITE), (devices, _DEVICE)):
            for path in paths:
                try:
                    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
                except (FileNotFoundError, NotADirectoryError, PermissionError):
                    continue
                try:
                    allowed = rights & governed
                    if not stat.S_ISDIR(os.fstat(opened).st_mode):
                        allowed &= _ON_A_FILE
                    if allowed:
                        rule = struct.pack("=Qi", allowed, opened)
                        call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_BENEATH), rule, ctypes.c_uint32(0))
                finally:
                    os.close(opened)
        call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
