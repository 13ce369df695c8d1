"""What a worker does to itself before it runs any of the learner's code: it gives up what no exercise needs.

Limits, Landlock, capabilities and a filter of system calls. None of it can be undone, and every process
that is forked later is bound by it. The standard library only.

Each step needs the one before: limits first, then no new privileges, without which neither Landlock nor a filter may be
set by an ordinary user; the filter comes last, as it refuses what the others do. See the manual pages setrlimit(2),
landlock(7), capabilities(7), prctl(2) and seccomp(2). The numbers of system calls are those of Linux's own tables.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import signal
import struct
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from .landlock import enclose

__all__ = ["VARIABLE", "can_filter", "end_with_starter", "first_to_die", "lock"]

VARIABLE = "GRADER_LIMITS"  # of the environment: what a worker is to do, as JSON

# What no exercise needs and a break-out might: numbers on x86-64 and on aarch64 (-1: not there).
_REFUSED = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    # other views of the system
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "statmount": (457, 457),
    "listmount": (458, 458),
    "setns": (308, 268),
    "unshare": (272, 97),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "lookup_dcookie": (212, 18),
    # parts of the kernel with a history of holes, or ways of running that filters were not written for
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "syslog": (103, 116),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "vmsplice": (278, 75),
    "splice": (275, 76),
    "tee": (276, 77),
    "personality": (135, 92),
    "modify_ldt": (154, -1),
    "uselib": (134, -1),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "acct": (163, 89),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "vhangup": (153, 58),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "ioperm": (173, -1),
    "iopl": (172, -1),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "mbind": (237, 235),
    "set_mempolicy": (238, 237),
    "set_mempolicy_home_node": (450, 450),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # memory that no address space is charged for, and what outlives a process; using them as well as making
    # them, as somebody else's could be used by its number
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
}
# Where no namespaces are, the same files, processes and sockets are there as for everybody else.
_REFUSED_ALONE = {
    # what Landlock does not govern
    "chown": (92, -1),
    "lchown": (94, -1),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "inotify_init": (253, -1),
    "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27),
    "connect": (42, 203),
    "bind": (49, 200),
    # a process out of the worker's group would outlive the worker
    "setsid": (112, 157),
    "setpgid": (109, 154),
}
# Not done either, without a word: honest code that copies a file sets these, for its own sake.
_IGNORED_ALONE = {
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "utime": (132, -1),
    "utimes": (235, -1),
    "futimesat": (261, -1),
    "utimensat": (280, 88),
}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_SOCKET, _SOCKETPAIR, _CLONE, _CLONE3 = (41, 198), (53, 199), (56, 220), (435, 435)
_IOCTL, _FCNTL, _PRCTL, _PRLIMIT = (16, 29), (72, 25), (157, 167), (302, 261)
_KILL, _TKILL, _TGKILL = (62, 129), (200, 130), (234, 131)
_NEW_NAMESPACES, _CLONE_PARENT = 0x7E020000, 0x8000  # flags of clone: CLONE_NEW..., a child of one's parent's
# TCGETS, TCGETS2, TIOCGPGRP, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: ask, and of one's own descriptor.
# Others type into a terminal (TIOCSTI, TIOCLINUX), have signals sent (FIOSETOWN), seal or flag a file that is
# open for reading, or drive a device.
_HARMLESS = (0x5401, 0x802C542A, 0x540F, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# F_SETOWN, F_SETSIG, F_SETOWN_EX send signals to anybody; F_SETLEASE, F_NOTIFY hold or watch a file
_SIGNALLING = (8, 10, 15, 1024, 1026)
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 24, 22, 38
_ALLOW, _ERRNO, _KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_AF_UNIX, _SOCK_STREAM, _SOCKET_TYPE = 1, 1, 0xF
_REFUSE = _ERRNO | errno.EPERM


def can_filter() -> bool:
    """Whether the filter of system calls is written for this machine: Linux on x86-64 or aarch64.

    Calls have other numbers on other machines: there, no filter is claimed.
    """
    return sys.platform == "linux" and platform.machine() in _MACHINES


def _program(alone: bool = False, signals: bool = True) -> bytes:
    """The filter, in the classic BPF that the kernel takes: an array of (code, jump, jump, constant).

    ``alone``: no namespaces round it. ``signals``: to others, they may be tried, as something else stops them.

    See seccomp(2) for what such a program sees: the number of the call, the machine's and the arguments. It ends with
    one answer: allow, refuse with an error number, or end the process, where the call is made in another machine's
    dialect.
    """
    column, architecture = _MACHINES[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL_PROCESS), (_LOAD, 0, 0, 0)]

    def refuse(call: tuple[int, int], error: int = errno.EPERM) -> None:
        if call[column] >= 0:
            steps.extend([(_EQUAL, 0, 1, call[column]), (_RETURN, 0, 0, _ERRNO | error)])

    def look(call: tuple[int, int], argument: int, test: int, values: Iterable[int], then: int, otherwise: int) -> None:
        """Decide a call by the lower half of an argument; the upper halves of these mean nothing."""
        block = [(_LOAD, 0, 0, 16 + 8 * argument)]
        for value in values:
            block += [(test, 0, 1, value), (_RETURN, 0, 0, then)]
        block.append((_RETURN, 0, 0, otherwise))
        steps.extend([(_EQUAL, 0, len(block), call[column]), *block])

    if column == 0:  # the same calls once more, in the x32 dialect
        steps += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _REFUSE)]
    for call in (*_REFUSED.values(), *(_REFUSED_ALONE.values() if alone else ())):
        refuse(call)
    for call in _IGNORED_ALONE.values() if alone else ():
        refuse(call, 0)
    refuse(_CLONE3, errno.ENOSYS)  # its flags can't be read from here; libc then uses clone
    look(_CLONE, 0, _ANY_BIT, [_NEW_NAMESPACES | _CLONE_PARENT], _REFUSE, _ALLOW)
    look(_IOCTL, 1, _EQUAL, _HARMLESS, _ALLOW, _ERRNO | errno.ENOTTY)
    look(_FCNTL, 1, _EQUAL, _SIGNALLING, _REFUSE, _ALLOW)
    # The rest of prctl is about the process itself and gains it nothing: whether it can be dumped, who may trace
    # it (nobody can), one more filter.
    look(_PRCTL, 0, _EQUAL, [_PR_SET_PDEATHSIG], _REFUSE, _ALLOW)
    look(_PRLIMIT, 0, _EQUAL, [0], _ALLOW, _REFUSE)  # of itself only
    if alone:
        # No sockets but pairs, of the kind that can't be connected to another: a unix socket's path can't be
        # seen from here, and Landlock does not govern it.
        refuse(_SOCKET)
        steps += [
            (_EQUAL, 0, 5, _SOCKETPAIR[column]),
            (_LOAD, 0, 0, 24),
            (_AND, 0, 0, _SOCKET_TYPE),
            (_EQUAL, 0, 1, _SOCK_STREAM),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        ]
    else:
        look(_SOCKET, 0, _EQUAL, [_AF_UNIX], _ALLOW, _REFUSE)  # of this machine only, and so not of the network
    if not signals:
        # To itself by its number; a child that is forked later has another, and can't even signal itself.
        refuse(_TKILL)
        look(_KILL, 0, _EQUAL, [os.getpid()], _ALLOW, _REFUSE)
        look(_TGKILL, 0, _EQUAL, [os.getpid()], _ALLOW, _REFUSE)
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *step) for step in steps)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def _prctl(option: int, *arguments: Any) -> None:
    """Call prctl with these arguments. Raises OSError where it is refused.

    Python's numbers are passed as unsigned longs, as prctl(2) wants them.
    """
    values = [a if isinstance(a, ctypes._SimpleCData) else ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)]
    if ctypes.CDLL(None, use_errno=True).prctl(option, *values[:4]):
        number = ctypes.get_errno()
        raise OSError(number, f"prctl({option}) was refused: {os.strerror(number)}")


def end_with_starter() -> None:
    """When the process that forked this one goes, this one goes too. Linux only; raises OSError if refused.

    By PR_SET_PDEATHSIG, see prctl(2): the kernel sends SIGKILL, which can't be ignored. Once the filter is in force,
    the process can't take it back.
    """
    _prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def _filter_system_calls(alone: bool, signals: bool) -> None:
    """Put the filter in force for this process and all it starts. Raises OSError where it is refused.

    The arguments are those of :func:`_program`. It takes ``no_new_privs`` or root.
    """
    text = _program(alone, signals)
    buffer = ctypes.create_string_buffer(text, len(text))
    program = _Program(len(text) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    _prctl(_PR_SET_SECCOMP, 2, ctypes.c_void_p(ctypes.addressof(program)))


def _drop_capabilities() -> None:
    """All of them, and what a program started later could be given. Only root has any to lose.

    Raises OSError where the kernel refuses, see capset(2).
    """
    with contextlib.suppress(OSError):  # not there, or none to drop: then no program can be given it either
        for capability in range(64):
            _prctl(_PR_CAPBSET_DROP, capability)
    header = struct.pack("=Ii", 0x20080522, 0)  # version 3 of the interface; this thread
    if ctypes.CDLL(None, use_errno=True).capset(header, bytes(24)):
        raise OSError(ctypes.get_errno(), "dropping the capabilities was refused")


def first_to_die() -> None:
    """Where memory runs out in a group of processes, the kernel is to end this one, not the one that started it.

    Needs /proc; without one, the kernel takes the largest.
    """
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def _limit_processes(most: int) -> None:
    """Allow ``most`` processes more than this user has, whom the kernel counts in every container together.

    How many there are is found by trying limits, as no file says it. Raises OSError or ValueError where it is refused.

    A fork is tried under each limit; the number is right to within four.
    """
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    ceiling = 1 << 22 if hard == resource.RLIM_INFINITY else hard  # no machine has more

    def starts(limit: int) -> bool:
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, hard))
        try:
            child = os.fork()
        except OSError:
            return False
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
        return True

    least, enough = 0, 64  # the smallest limit under which one more starts lies between: it tells the number
    while enough < ceiling and not starts(enough):
        least, enough = enough, min(2 * enough, ceiling)
    while enough - least > 4:
        middle = (least + enough) // 2
        least, enough = (least, middle) if starts(middle) else (middle, enough)
    limit = min(enough + most, ceiling)
    resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))


def _private_folder() -> str:
    """The working folder, where it is one that was made for this worker. Raises OSError where it is another.

    It is one where the home folder that the worker was told of is the working folder, and nothing is in it.
    """
    folder = os.getcwd()
    if os.path.realpath(os.environ.get("HOME", "")) != folder or os.listdir(folder):
        raise OSError(errno.EINVAL, "the working folder is not an empty one of the worker's own", folder)
    return folder


def lock(orders: Mapping[str, Any]) -> None:
    """Give up what ``orders`` says, which :func:`.sandbox.confinement` writes.

    ``rlimits`` by name, ``processes`` to be allowed beyond those there, modules to do ``without``,
    ``seccomp`` (whether to filter system calls), ``namespaces`` (whether they are round it) and ``landlock``:
    the ``abi`` to go up to and what may be done with which paths; None to do without. Without namespaces the
    working folder is the private one, and must be empty. Here must be one thread only.

    Raises OSError or ValueError where something of it can't be done: the worker must not start then.

    ``rlimits`` are those of setrlimit(2), RLIMIT_AS in bytes among them, each lowered to what was allowed before where
    that is less. ``landlock`` has ``read``, ``listing``, ``write`` and ``devices`` as :func:`.landlock.enclose` takes
    them, and ``parts``, {folder: names in it that may be read}.
    """
    import resource

    with contextlib.suppress(FileNotFoundError):
        if len(os.listdir("/proc/self/task")) != 1:
            raise OSError(errno.EBUSY, "other threads would not be bound")
    first_to_die()
    alone, landlock = not orders["namespaces"], orders["landlock"]
    if orders["processes"]:
        _limit_processes(orders["processes"])
    for name, value in orders["rlimits"].items():
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))
    sys.modules.update(dict.fromkeys(orders["without"]))  # importing one says that there is none
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    folders = landlock["write"] if landlock else []
    if alone:
        # Elsewhere bubblewrap sees to it that the worker goes when its starter does.
        end_with_starter()
        folders = [_private_folder()]
        os.environ["TMPDIR"] = folders[0]
        tempfile: Any = sys.modules.get("tempfile")
        if tempfile is not None:  # it may have settled on another one
            tempfile.tempdir = None
    if landlock:
        names = [f"{folder}/{name}" for folder, parts in landlock["parts"].items() for name in parts]
        enclose(
            abi=landlock["abi"],
            read=[*landlock["read"], *names],
            listing=landlock["listing"],
            write=folders,
            devices=landlock["devices"],
        )
    _drop_capabilities()
    if orders["seccomp"]:
        _filter_system_calls(alone, signals=not alone or bool(landlock) and landlock["abi"] >= 6)
