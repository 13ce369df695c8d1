"""What a worker does to itself before it runs any of the learner's code: limits and a filter of system calls.

Neither can be undone: the hard limits go down with the soft ones, and a filter stays for life, in every
process that is forked later. The standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Mapping
from typing import Any

__all__ = ["VARIABLE", "can_filter", "lock"]

VARIABLE = "GRADER_LIMITS"  # of the environment: what a worker is to do, as JSON

# What no exercise needs and a break-out might: numbers on x86-64 and on aarch64 (-1: not there).
_REFUSED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_getfd": (438, 438), "personality": (135, 92), "modify_ldt": (154, -1),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "setns": (308, 268), "unshare": (272, 97),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "syslog": (103, 116),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "acct": (163, 89),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "swapon": (167, 224), "swapoff": (168, 225), "ioperm": (173, -1), "iopl": (172, -1),
    "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "sethostname": (170, 161), "setdomainname": (171, 162),
    "mbind": (237, 235), "set_mempolicy": (238, 237), "migrate_pages": (256, 238), "move_pages": (279, 239),
    # memory that no address space is charged for
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_CLONE3 = 435
_SOCKET, _CLONE = (41, 198), (56, 220)
_NEW_NAMESPACES = 0x7E020000  # the CLONE_NEW... flags
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AF_UNIX = 1


def can_filter() -> bool:
    """Whether the filter is written for this machine."""
    return sys.platform == "linux" and platform.machine() in _MACHINES


def _program() -> bytes:
    """The filter, in the classic BPF that the kernel takes: an array of (code, jump, jump, constant)."""
    column, architecture = _MACHINES[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]

    def refuse(error: int, test: int, number: int) -> None:
        steps.extend([(test, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)])

    if column == 0:
        refuse(errno.EPERM, _AT_LEAST, 0x40000000)  # the same calls once more, in the x32 dialect
    for numbers in _REFUSED.values():
        if numbers[column] >= 0:
            refuse(errno.EPERM, _EQUAL, numbers[column])
    refuse(errno.ENOSYS, _EQUAL, _CLONE3)  # its flags can't be read from here; libc then uses clone
    steps += [
        (_EQUAL, 0, 3, _SOCKET[column]),  # sockets of this machine only, and so not of the network
        (_LOAD, 0, 0, 16), (_EQUAL, 4, 0, _AF_UNIX), (_RETURN, 0, 0, _ERRNO | errno.EPERM),
        (_EQUAL, 0, 2, _CLONE[column]),  # forks, but no namespaces
        (_LOAD, 0, 0, 16), (_ANY_BIT, 1, 0, _NEW_NAMESPACES),
        (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def _filter_system_calls() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    text = _program()
    buffer = ctypes.create_string_buffer(text, len(text))
    program = _Program(len(text) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    no_new_privileges, set_seccomp, mode_filter, zero = 38, 22, 2, ctypes.c_ulong(0)
    if libc.prctl(no_new_privileges, ctypes.c_ulong(1), zero, zero, zero):
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    if libc.prctl(set_seccomp, ctypes.c_ulong(mode_filter), ctypes.byref(program), zero, zero):
        raise OSError(ctypes.get_errno(), "the filter of system calls was refused")


def lock(orders: Mapping[str, Any]) -> None:
    """Lower the limits (``rlimits``, by name), hide modules (``without``), filter system calls (``seccomp``).

    Raises OSError or ValueError where something of it can't be done: the worker must not start then.
    """
    import resource

    for name, value in orders["rlimits"].items():
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))
    sys.modules.update(dict.fromkeys(orders["without"]))  # importing one says that there is none
    if orders["seccomp"]:
        _filter_system_calls()
