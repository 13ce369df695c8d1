"""The sandbox that a worker is started in.

On Linux, bubblewrap gives the worker namespaces of its own: it sees no other process, no network and
no file but what Python needs, all of it read-only, and an empty folder that goes with it. Inside, the
worker gives up what it does not need (:mod:`.lock`) before it runs learners' code. Where namespaces are
not to be had, as in many containers, the worker does that alone. Either is used only once
:func:`proven`. Elsewhere nothing is claimed, and what is missing is said.

The orders that a worker is given are JSON in its environment (:data:`grader.boundary.lock.VARIABLE`), made here and
carried out in :func:`grader.boundary.lock.lock`. The limits at the top of this module are defaults of one submission's
worker. See bubblewrap's manual, bwrap(1), for the options.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..boundary.landlock import version
from ..boundary.lock import VARIABLE, can_filter
from ..boundary.nursery import Nursery, NurseryFailed, worker_environment
from ..boundary.proxy import WorkerProcess
from ..errors import ConfinementError
from .cgroup import grouping
from .layers import NO_RIGHTS_LESS, Confinement
from .proof import UNCONFINED, prove

__all__ = ["confinement", "proven"]

MEMORY = 2 << 30  # bytes of address space, of each process
TOGETHER = 3 << 30  # bytes of memory, of all of a worker's processes
PROCESSES = 32
FILE_BYTES = 64 << 20  # of one file, and of all the files in the private folder
OPEN_FILES = 256
CPU_SECONDS = 900  # of each process; the limits on a cell and a call end it long before
OLDEST_ALONE = 3  # of Landlock's versions, to do without namespaces: the first that governs cutting files

PACKAGE = Path(__file__).parent.parent
_NEEDED = [  # of this package; nothing else of it is to be seen
    "boundary",
    "data",
    "figures",
    "checking/__init__.py",
    "checking/calling.py",
    "checking/describe.py",
    "checking/forms.py",
    "checking/letters.py",
    "checking/timelimit.py",
]
_SYSTEM = ("/usr", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
_LINKED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_DEVICES = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]
_HOME = "/tmp/learner"
_APART = (
    "--unshare-user --unshare-pid --unshare-net --unshare-ipc --unshare-uts --unshare-cgroup-try "
    "--uid 1000 --gid 1000 --hostname worker --cap-drop ALL --die-with-parent --new-session"
)

# --- the command --------------------------------------------------------------------------------


def confinement(
    *,
    memory: int = MEMORY,
    processes: int = PROCESSES,
    together: int = TOGETHER,
    hide: Iterable[Path] = (),
    torch: bool = False,
    namespaces: bool = True,
) -> Confinement:
    """The strongest confinement that can be set up here, which is not proven yet (:func:`proven`).

    ``memory`` in bytes of address space for each process, ``together`` in bytes for all of a worker's, ``processes``
    the most of them. ``hide``: files and folders of the class (course root, gradebook, hidden vectors), for the case
    that they lie in a folder that a worker sees, such as the Python installation. ``torch``: whether it may be
    imported. ``namespaces``: False to do without them, as where there are none.

    Where there is none, ``command`` is empty and ``missing`` says why. Some programs are tried for it, which takes a
    moment.

    ``hidden`` of what it returns has each of ``hide`` as it was given and with its links followed; the self-test tries
    to read them. Limits that are not in force are None there, so that nothing is claimed of them.
    """
    hidden = tuple(dict.fromkeys(variant for path in hide for variant in _spellings(Path(path))))
    if sys.platform != "linux":
        reason = f"There is no sandbox for {platform.system()}: use Linux, or a Linux virtual machine."
        return Confinement((), (), (reason, NO_RIGHTS_LESS), hidden=hidden)
    grouped, counted, shared = grouping(processes, together)
    layers, missing = ["rlimits"], []
    orders: dict[str, Any] = {
        "rlimits": {
            "RLIMIT_AS": memory,
            "RLIMIT_FSIZE": FILE_BYTES,
            "RLIMIT_NOFILE": OPEN_FILES,
            "RLIMIT_CORE": 0,
            "RLIMIT_CPU": CPU_SECONDS,
            "RLIMIT_MSGQUEUE": 0,
            "RLIMIT_MEMLOCK": 65536,
        },
        "processes": 0,
        "seccomp": can_filter(),
        "without": [] if torch else ["torch"],
        "landlock": None,
    }
    if counted is not None:
        layers.append("pids cgroup")
    elif os.getuid() != 0:  # which this limit does not bind
        orders["processes"] = counted = processes
        layers.append("number of processes (rlimit)")
    else:
        missing.append(
            "The number of processes is not limited: that takes a pids cgroup this user can write to, "
            "or a user other than root."
        )
    if shared is not None:
        layers.append("memory cgroup")
    else:
        missing.append(
            "The memory of all of a worker's processes together is not limited, only that of each: that takes "
            "a memory cgroup this user can write to."
        )
    if orders["seccomp"]:
        layers.append("seccomp")
    else:
        missing.append(f"System calls are not filtered: there is no filter for {platform.machine()} yet.")
    if version():
        layers.append(f"landlock (ABI {version()})")
    else:
        missing.append("Landlock is not there: that takes Linux 5.13 with `landlock` among its security modules.")
    limits: dict[str, Any] = dict(
        memory=memory, processes=counted, together=shared, file_bytes=FILE_BYTES, hidden=hidden
    )

    reason = "Namespaces were not asked for." if not namespaces else ""
    if namespaces:
        command, reason = _namespaced(grouped, orders, hidden, torch)
        if not reason:
            sized = bool(_sized())
            if not sized:
                missing.append("How much is written is limited for each file only: that takes bubblewrap 0.6.2.")
            layers = ["bubblewrap namespaces", "read-only view", "no network", *layers]
            return Confinement(command, tuple(layers), tuple(missing), folder=FILE_BYTES if sized else None, **limits)
    if not can_filter() or version() < OLDEST_ALONE:
        needed = "Without namespaces, it takes Linux 6.2 with Landlock, on x86-64 or aarch64."
        return Confinement((), (), (reason, needed, NO_RIGHTS_LESS), hidden=hidden)
    missing = [
        reason,
        "Without namespaces, learners' code can look up which files and processes there are, and the names in "
        "the Python installation; not what is in them.",
        "How much it writes is limited for each file only.",
        "Where the grader is killed, processes that learners' code started may go on.",
        *missing,
    ]
    if counted is not None and orders["processes"]:
        missing.append(
            "The number of processes is that of all of your processes: a submission that starts too many can keep "
            "another one from starting any. A pids cgroup this user can write to counts them apart."
        )
    command = (*grouped, *_alone(orders, hidden, torch))
    return Confinement(command, ("read-only view", "no network", *layers), tuple(missing), **limits)


def _namespaced(
    grouped: tuple[str, ...], orders: dict[str, Any], hidden: Sequence[Path], torch: bool
) -> tuple[tuple[str, ...], str]:
    """bubblewrap's command, or why it can't be used: (command, "") or ((), reason).

    ``grouped`` goes before it, ``orders`` is what the worker will give up itself (:func:`grader.boundary.lock.lock`),
    ``hidden`` what it must not see.

    The command ends with ``--``: the worker's own stands behind it. It is tried once, by starting Python under it; the
    reason is what bubblewrap said, with the settings of the kernel that most often stand in the way.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return (), "bubblewrap is not installed: `apt-get install bubblewrap`, or your system's way."
    shown, covered = _shown(), _covered(hidden, torch)
    # A second line: bubblewrap has made the view, and names in it may be listed.
    landlock = {
        "abi": version(),
        "read": [*map(str, sorted(shown - covered)), *_LINKED, "/proc"],
        "parts": {},
        "listing": ["/"],
        "write": ["/tmp"],
        "devices": [*_DEVICES, "/dev/tty"],
    }
    orders = orders | {"namespaces": True, "private_bytes": FILE_BYTES, "landlock": landlock if version() else None}
    command = (*grouped, bwrap, *_view(shown, covered), "--setenv", VARIABLE, json.dumps(orders), "--")
    said = _refusal(command)
    if not said:
        return command, ""
    return (), (
        f"bubblewrap can't set up its namespaces ({said}): enable user namespaces "
        "(`sysctl user.max_user_namespaces`, `sysctl kernel.unprivileged_userns_clone=1`, on Ubuntu 24.04 "
        "and later `sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a container, a profile that "
        "allows them)."
    )


def _alone(orders: dict[str, Any], hidden: Sequence[Path], torch: bool) -> tuple[str, ...]:
    """The command where nothing but the worker's own orders confines it. The arguments are those above.

    It sets the orders in the environment by ``env``, as there is no bubblewrap that could.
    """
    read, parts = _pieces(_shown(), _covered(hidden, torch))
    listing = [*parts, str(PACKAGE)]  # an import lists the folder that it looks in
    landlock = {"abi": version(), "read": read, "parts": parts, "listing": listing, "write": [], "devices": _DEVICES}
    return ("/usr/bin/env", f"{VARIABLE}={json.dumps(orders | {'namespaces': False, 'landlock': landlock})}")


# --- what is to be seen -------------------------------------------------------------------------


def _shown() -> set[Path]:
    """What a worker needs of the files: Python, the system's libraries, and the few files of ours in ``_NEEDED``.

    Absolute paths, those that are there. Bytecode of our files is among them, under whatever name this Python gives it.
    """
    shown = {Path(path) for path in _SYSTEM}
    python = Path(os.path.realpath(sys.executable)).parent.parent
    for prefix in {*_spellings(Path(sys.prefix)), *_spellings(Path(sys.base_prefix)), python}:
        # not the whole prefix: a course may lie beside these
        shown |= {prefix / part for part in ("bin", "lib", "lib64", "pyvenv.cfg")}
    for package in _spellings(PACKAGE):
        for part in _NEEDED:
            path = package / part
            shown |= {path, Path(importlib.util.cache_from_source(path))} if path.suffix else {path}
    shown |= {Path(name) for name in _LINKED if os.path.isdir(name) and not os.path.islink(name)}
    return {path for path in shown if path.exists() and not _below_link(path)}


def _covered(hidden: Sequence[Path], torch: bool) -> set[Path]:
    """What must not be seen where it lies in what is shown: the class's files, the rest of ours, torch if unwanted.

    What does not lie in anything that is shown does no harm here: it isn't seen anyhow.
    """
    covered = {*hidden, *_spellings(PACKAGE)}
    found = importlib.util.find_spec("torch") if not torch else None
    if found is not None and found.origin:
        covered.add(Path(found.origin).parent)
    return covered


def _pieces(shown: Iterable[Path], covered: Iterable[Path]) -> tuple[list[str], dict[str, list[str]]]:
    """What is shown without what is covered: whole files and folders, and by folder the names of those in it.

    Returns (paths, {folder: names}), links left out and all real paths. Landlock can only allow, a folder with all that
    is below it: a folder with something covered in it is taken apart, down to where nothing is covered.
    """
    covers = {path.resolve() for path in covered if path.exists()}
    around = {parent for path in covers for parent in path.parents}
    parts: dict[str, list[str]] = {}

    def split(folder: Path) -> None:
        names = parts[str(folder)] = []
        with contextlib.suppress(PermissionError), os.scandir(folder) as entries:
            for entry in entries:
                path = folder / entry.name
                # Where a link leads is allowed or not by itself.
                if path in covers or entry.is_symlink():
                    continue
                if path in around:
                    split(path)
                else:
                    names.append(entry.name)
        names.sort()

    whole = []
    for path in sorted({path.resolve() for path in shown} - covers):
        if path not in around:
            whole.append(str(path))
        elif path.is_dir():
            split(path)
    return whole, parts


def _view(shown: set[Path], covered: set[Path]) -> list[str]:
    """bubblewrap's options: namespaces, environment and what is to be seen of the files.

    A covered folder gets an empty file system laid over it, a covered file /dev/null. All of it is read-only but the
    private folder; the environment is :func:`grader.boundary.nursery.worker_environment`'s, to which the worker's
    orders are added.
    """
    links = [part for name in _LINKED if os.path.islink(name) for part in ("--symlink", os.readlink(name), name)]
    files: list[str] = []
    sealed: list[str] = []
    # What lies deeper comes later: a folder is covered, and then parts of it are shown again.
    for path in sorted(shown | covered, key=lambda p: (len(p.parts), str(p))):
        if path in shown and path not in covered:
            files += ["--ro-bind", str(path), str(path)]
        elif path == PACKAGE or any(root in path.parents for root in shown):  # elsewhere it isn't seen anyhow
            if path.is_dir():
                files += ["--tmpfs", str(path)]
                sealed += ["--remount-ro", str(path)]
            elif path.exists():
                files += ["--ro-bind", os.devnull, str(path)]
    environment = [part for variable in worker_environment(_HOME).items() for part in ("--setenv", *variable)]
    private = ["--proc", "/proc", "--dev", "/dev", *_sized(), "--tmpfs", "/tmp"]
    home = ["--dir", _HOME, "--chdir", _HOME]
    seal = [*sealed, "--remount-ro", "/dev", "--remount-ro", "/"]
    return [*_APART.split(), "--clearenv", *environment, *private, *links, *files, *home, *seal]


def _spellings(path: Path) -> set[Path]:
    """A path as it is given and as it really is."""
    return {Path(os.path.abspath(path)), path.resolve()}


def _below_link(path: Path) -> bool:
    """Whether a root-level link (/lib to usr/lib) leads there: the link itself is made again inside."""
    first = path.parts[1:2]
    return first in [("bin",), ("lib",), ("lib64",)] and os.path.islink(Path("/", *first))


@functools.cache
def _sized() -> tuple[str, ...]:
    """The size of the private folder, for a bubblewrap that can limit it (0.6.2 and later).

    The two words of the option, none for an older one. Raises FileNotFoundError where there is no bubblewrap at all.
    """
    described = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, timeout=20)
    return ("--size", str(FILE_BYTES)) if "--size" in described.stdout + described.stderr else ()


def _refusal(command: Sequence[str]) -> str:
    """Why Python doesn't start under this command; nothing if it does.

    The last line that it said, at most 300 characters; a program that isn't there or takes half a minute is a reason
    too.
    """
    try:
        done = subprocess.run(
            [*command, sys.executable, "-I", "-S", "-c", "pass"],
            capture_output=True,
            text=True,
            timeout=30,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)[:300]
    said = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else said[-1][:300] if said else f"exit status {done.returncode}"


# --- the proof ----------------------------------------------------------------------------------


@functools.cache
def proven(
    *,
    memory: int = MEMORY,
    processes: int = PROCESSES,
    together: int = TOGETHER,
    hide: tuple[Path, ...] = (),
    torch: bool = False,
    namespaces: bool = True,
) -> Confinement:
    """The confinement here, once its self-test has passed in this process.

    The arguments are those of :func:`confinement`. The test takes about a second, and is made once for the same
    arguments. Raises :class:`ConfinementError` with the reason and the remedy: then no code of a learner's is run.

    The self-test is :func:`.proof.prove`, in a worker that a warm process forks, as submissions are graded. Its
    arguments have to be hashable, ``hide`` a tuple. A failure isn't kept: the next call tries again.
    """
    confined = confinement(
        memory=memory, processes=processes, together=together, hide=hide, torch=torch, namespaces=namespaces
    )
    if not confined.command:
        reasons = " ".join(confined.missing)
        raise ConfinementError(f"Learners' code can't be confined here. {reasons} {UNCONFINED}.")
    with tempfile.TemporaryDirectory(prefix="grader-proof-") as folder:
        secret = Path(folder) / "secret"
        secret.write_text("a class's secret")
        try:  # as submissions are graded: in workers that a warm process forks
            with Nursery(command=confined.command) as nursery:
                possible = prove(confined, secret, lambda: WorkerProcess(nursery=nursery))
        except NurseryFailed as error:
            raise ConfinementError(f"No worker runs in the sandbox: {error}. {UNCONFINED}.") from None
    if possible:
        raise ConfinementError(
            "Learners' code would not be confined here: the self-test of the sandbox broke out. "
            f"{' '.join(possible)} {UNCONFINED}."
        )
    return confined
