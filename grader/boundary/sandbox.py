"""The sandbox that a worker is started in, and the proof that it holds.

On Linux, bubblewrap gives the worker namespaces of its own: it sees no other process, no network and
no file but what Python needs, all of it read-only, and an empty folder that goes with it. Inside, the
worker lowers its limits and filters its system calls (:mod:`.lock`) before it runs learners' code.
:func:`prove` tries to break out. Elsewhere nothing is claimed, and what is missing is said.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib.util
import json
import os
import platform
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ConfinementError
from .lock import VARIABLE, can_filter
from .proxy import WorkerDied, WorkerProcess

__all__ = ["Confinement", "attempts", "confinement", "prove", "proven"]

MEMORY = 2 << 30  # bytes of address space, of each process
PROCESSES = 32
FILE_BYTES = 64 << 20  # of one file, and of all the files in the private folder
OPEN_FILES = 256
CPU_SECONDS = 900  # of each process; the limits on a cell and a call end it long before

PACKAGE = Path(__file__).parent.parent
_NEEDED = [  # of this package; nothing else of it is to be seen
    "boundary", "figures", "checking/__init__.py", "checking/calling.py", "checking/describe.py",
    "checking/timelimit.py",
]
_HOME = "/tmp/learner"
_UNCONFINED = "`c.Execute.confined = False` in nbgrader_config.py grades unconfined"


@dataclass(frozen=True)
class Confinement:
    """How a worker is started, and what that is good for.

    ``command`` goes before the worker's own; ``layers`` are in force; ``missing`` says in sentences
    what is not, and how to get it. ``memory`` and ``processes`` are the limits, None where there is none.
    ``hidden`` are the files and folders that the self-test tries to read as well.
    """

    command: tuple[str, ...]
    layers: tuple[str, ...]
    missing: tuple[str, ...]
    memory: int | None = None
    processes: int | None = None
    hidden: tuple[Path, ...] = field(default=(), repr=False)


# --- the command --------------------------------------------------------------------------------


def confinement(
    *, memory: int = MEMORY, processes: int = PROCESSES, hide: Iterable[Path] = (), torch: bool = False
) -> Confinement:
    """The strongest confinement that can be set up here.

    ``hide``: files and folders of the class (course root, gradebook, hidden vectors), for the case that
    they lie in a folder that a worker sees, such as the Python installation. ``torch``: whether it may be
    imported.
    """
    hidden = tuple(dict.fromkeys(variant for path in hide for variant in _spellings(Path(path))))
    bwrap = shutil.which("bwrap")
    if sys.platform != "linux":
        reason = f"There is no sandbox for {platform.system()}: use Linux, or a Linux virtual machine."
        return _none(reason, hidden)
    if bwrap is None:
        reason = "bubblewrap is not installed: `apt-get install bubblewrap`, or your system's way."
        return _none(reason, hidden)
    orders = {
        "rlimits": {
            "RLIMIT_AS": memory, "RLIMIT_FSIZE": FILE_BYTES, "RLIMIT_NOFILE": OPEN_FILES, "RLIMIT_CORE": 0,
            "RLIMIT_CPU": CPU_SECONDS, "RLIMIT_MSGQUEUE": 0, "RLIMIT_MEMLOCK": 65536,
        },
        "seccomp": can_filter(),
        "without": [] if torch else ["torch"],
    }
    layers = ["bubblewrap namespaces", "read-only view", "no network", "rlimits"]
    missing = []
    counted, counting = _counting(processes)
    if counting:
        layers.append("pids cgroup")
    elif os.getuid() != 0 and _kernel() >= (5, 14):  # since then counted in each user namespace by itself
        orders["rlimits"]["RLIMIT_NPROC"] = processes
        layers.append("number of processes (rlimit)")
        counted = processes
    else:
        missing.append(
            "The number of processes is not limited: that takes a pids cgroup this user can write to, "
            "or Linux 5.14 and a user other than root."
        )
    if orders["seccomp"]:
        layers.append("seccomp")
    else:
        missing.append(f"System calls are not filtered: there is no filter for {platform.machine()} yet.")
    missing.append("The memory of all of a worker's processes together is not limited, only that of each.")
    reason = ""
    for proc in (["--proc", "/proc"], ["--dir", "/proc"]):  # in some containers no new /proc can be mounted
        view = _view(hidden, torch, proc)
        command = (*counting, bwrap, *view, "--setenv", VARIABLE, json.dumps(orders), "--")
        reason = _refusal(command)
        if not reason:
            return Confinement(command, tuple(layers), tuple(missing), memory, counted, hidden)
    return _none(
        f"bubblewrap can't set up its namespaces ({reason}): enable user namespaces "
        "(`sysctl user.max_user_namespaces`, `sysctl kernel.unprivileged_userns_clone=1`, on Ubuntu 24.04 "
        "and later `sysctl kernel.apparmor_restrict_unprivileged_userns=0`; in a container, a profile that "
        "allows them).",
        hidden,
    )


def _none(reason: str, hidden: tuple[Path, ...]) -> Confinement:
    return Confinement((), (), (reason, "Learners' code runs with all your rights, in a process of its own."),
                       hidden=hidden)


def _view(hidden: Sequence[Path], torch: bool, proc: Sequence[str]) -> list[str]:
    """bubblewrap's options: namespaces, environment and what is to be seen of the files."""
    system = ("/usr", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")
    shown = {Path(path) for path in system}
    python = Path(os.path.realpath(sys.executable)).parent.parent
    for prefix in {*_spellings(Path(sys.prefix)), *_spellings(Path(sys.base_prefix)), python}:
        # not the whole prefix: a course may lie beside these
        shown |= {prefix / part for part in ("bin", "lib", "lib64", "pyvenv.cfg")}
    covered = set(hidden)
    for package in _spellings(PACKAGE):
        covered.add(package)
        for part in _NEEDED:
            path = package / part
            shown |= {path, Path(importlib.util.cache_from_source(path))} if path.suffix else {path}
    found = importlib.util.find_spec("torch") if not torch else None
    if found is not None and found.origin:
        covered.add(Path(found.origin).parent)

    links: list[str] = []
    for name in ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"):
        if os.path.islink(name):
            links += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            shown.add(Path(name))
    shown = {path for path in shown if path.exists() and not _below_link(path)}

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
    return [
        "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup-try",
        "--uid", "1000", "--gid", "1000", "--hostname", "worker", "--cap-drop", "ALL",
        "--die-with-parent", "--new-session", "--clearenv",
        "--setenv", "PATH", os.defpath, "--setenv", "HOME", _HOME, "--setenv", "IPYTHONDIR", _HOME,
        "--setenv", "OMP_NUM_THREADS", "1", "--setenv", "MPLBACKEND", "agg",
        "--setenv", "PYTHONDONTWRITEBYTECODE", "1", "--setenv", "LANG", "C.UTF-8",
        *proc, "--dev", "/dev", *_sized(), "--tmpfs", "/tmp", *links, *files,
        "--dir", _HOME, "--chdir", _HOME, *sealed, "--remount-ro", "/dev", "--remount-ro", "/",
    ]


def _spellings(path: Path) -> set[Path]:
    """A path as it is given and as it really is."""
    return {Path(os.path.abspath(path)), path.resolve()}


def _below_link(path: Path) -> bool:
    """Whether a root-level link (/lib to usr/lib) leads there: the link itself is made again inside."""
    first = path.parts[1:2]
    return first in [("bin",), ("lib",), ("lib64",)] and os.path.islink(Path("/", *first))


@functools.cache
def _sized() -> tuple[str, ...]:
    """The size of the private folder, for a bubblewrap that can limit it (0.6.2 and later)."""
    described = subprocess.run([shutil.which("bwrap"), "--help"], capture_output=True, text=True, timeout=20)
    return ("--size", str(FILE_BYTES)) if "--size" in described.stdout + described.stderr else ()


def _kernel() -> tuple[int, ...]:
    return tuple(int("".join(filter(str.isdigit, part)) or 0) for part in platform.release().split(".")[:2])


# A group for every worker, under a name that holds the worker's process number; the groups of workers that
# are gone are removed on the way.
_IN_GROUP = """
for d in "$0"-*; do kill -0 "${d##*-}" 2>/dev/null || rmdir "$d" 2>/dev/null; done
d="$0-$$"; n=$1; shift
mkdir "$d" && echo "$n" >"$d/pids.max" && echo $$ >"$d/cgroup.procs" && exec "$@"
exit 71
"""
_AROUND = 2  # bubblewrap outside, and the first process inside


@functools.cache
def _groups() -> str | None:
    """Where pids cgroups can be made, as the beginning of their path."""
    for mount in (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup")):
        probe = mount / f"grader-probe-{os.getpid()}"
        try:
            probe.mkdir()
        except OSError:
            continue
        try:
            if (probe / "pids.max").exists():
                base = str(mount / f"grader-{os.getpid()}")
                for left in mount.glob("grader-*-*"):  # by a grader that was killed
                    if not any(Path("/proc", number).exists() for number in left.name.split("-")[1:]):
                        with contextlib.suppress(OSError):
                            left.rmdir()
                atexit.register(_remove_groups, base)
                return base
        finally:
            with contextlib.suppress(OSError):
                probe.rmdir()
    return None


def _remove_groups(base: str) -> None:
    deadline = time.monotonic() + 2.0  # a killed worker's processes take a moment to go
    while (groups := list(Path(base).parent.glob(Path(base).name + "-*"))) and time.monotonic() < deadline:
        for group in groups:
            with contextlib.suppress(OSError):
                group.rmdir()
        time.sleep(0.01)


def _counting(processes: int) -> tuple[int | None, tuple[str, ...]]:
    """The limit in force, and what puts a worker into a cgroup that counts its processes; else None."""
    base = _groups()
    if base is None:
        return None, ()
    counting = ("/bin/sh", "-c", _IN_GROUP, base, str(processes + _AROUND))
    entered = subprocess.run([*counting, "true"], capture_output=True, stdin=subprocess.DEVNULL, timeout=20)
    return (processes, counting) if entered.returncode == 0 else (None, ())


def _refusal(command: Sequence[str]) -> str:
    """Why Python doesn't start under this command; nothing if it does."""
    try:
        done = subprocess.run(
            [*command, sys.executable, "-I", "-S", "-c", "pass"], capture_output=True, text=True, timeout=30,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)[:300]
    said = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else said[-1][:300] if said else f"exit status {done.returncode}"


# --- the proof ----------------------------------------------------------------------------------


_BREAK_OUT = '''
import contextlib, ctypes, json, os, resource, signal, socket, time

target = json.loads({target!r})
happened = {{}}

def attempt(name, action):
    try:
        result = action()
    except BaseException as error:
        happened[name] = f"{{type(error).__name__}}: {{error}}"[:300]
    else:
        happened[name] = result  # None, or why what it did does not count

def read(path):
    if os.path.isdir(path):
        if not os.listdir(path):
            raise FileNotFoundError(f"an empty folder: {{path}}")
    else:
        with open(path, "rb") as file:
            if not file.read(1):
                raise FileNotFoundError(f"an empty file: {{path}}")

def write(path):
    with open(path, "x") as file:
        file.write("written")

def tcp(address):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        sock.settimeout(1)
        sock.connect(tuple(address))

def udp(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"out", tuple(address))

def abstract(name):
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(chr(0) + name)

def search(kind, wanted):
    for number in filter(str.isdigit, os.listdir("/proc")):
        if int(number) != os.getpid():
            with contextlib.suppress(OSError), open(f"/proc/{{number}}/{{kind}}", "rb") as file:
                if wanted.encode() in file.read():
                    return None
    return "LookupError: no process shows it"

def environment(allowed):
    with open(f"/proc/{{os.getppid()}}/environ", "rb") as file:
        names = {{line.partition(b"=")[0].decode() for line in file.read().split(bytes(1)) if line}}
    return None if names - set(allowed) else "LookupError: nothing but the worker's own variables"

def allocate(size):
    bytearray(size)  # the limit is on address space: nothing has to be written

def raise_limit():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

def namespace():
    libc = ctypes.CDLL(None, use_errno=True)
    child = os.fork()
    if child == 0:
        os._exit(ctypes.get_errno() if libc.unshare(0x10000000 | 0x00020000) else 0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise OSError(status, os.strerror(status))

def fork(limit):
    children = []
    try:
        for _ in range(limit + 8):
            child = os.fork()
            if child == 0:
                time.sleep(30)
                os._exit(0)
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)

for path in target["read"]:
    attempt("read " + path, lambda: read(path))
for path in target["write"]:
    attempt("write " + path, lambda: write(path))
attempt("tcp", lambda: tcp(target["tcp"]))
attempt("tcp outside", lambda: tcp(target["outside"]))
attempt("udp", lambda: udp(target["udp"]))
attempt("udp outside", lambda: udp(target["outside"]))
attempt("abstract socket", lambda: abstract(target["abstract"]))
attempt("list", lambda: search("cmdline", target["mark"]))
attempt("environment of another", lambda: search("environ", target["mark"]))
attempt("environment of the parent", lambda: environment(target["variables"]))
attempt("signal", lambda: os.kill(target["pid"], signal.SIGTERM))
attempt("raise a limit", raise_limit)
attempt("allocate", lambda: allocate(target["memory"]))
attempt("namespace", namespace)
if target["processes"]:
    attempt("fork", lambda: fork(target["processes"]))
print(json.dumps(happened))
'''

_POSSIBLE = {
    "tcp": "It could open a TCP connection to this machine.",
    "tcp outside": "It could open a TCP connection to the network.",
    "udp": "It could send a UDP packet to this machine.",
    "udp outside": "It could send a UDP packet to the network.",
    "abstract socket": "It could connect to another program's abstract socket.",
    "list": "It could see another process.",
    "environment of another": "It could read the environment of another process.",
    "environment of the parent": "It could read the environment of the process that started it.",
    "signal": "It could end another process.",
    "raise a limit": "It could raise its own limit on memory.",
    "allocate": "It could allocate more memory than its limit.",
    "namespace": "It could make namespaces of its own.",
    "fork": "It could start more processes than its limit.",
}
_VARIABLES = ["HOME", "IPYTHONDIR", "LANG", "LC_CTYPE", "MPLBACKEND", "OMP_NUM_THREADS", "PATH", "PWD",
              "PYTHONDONTWRITEBYTECODE", "OLDPWD", "SHLVL", "_", VARIABLE]


@contextlib.contextmanager
def _surroundings() -> Iterator[dict]:
    """What a break-out would find: a process, listening sockets, and a mark to know them by."""
    mark = secrets.token_hex(16)
    with contextlib.ExitStack() as stack:
        sleeper = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", f"import time; time.sleep(300)  # {mark}"],
            env={**os.environ, "GRADER_PROOF": mark}, stdin=subprocess.DEVNULL,
        )
        stack.callback(sleeper.wait)
        stack.callback(sleeper.kill)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        if sys.platform == "linux":
            abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
            abstract.bind(f"\0{mark}")
            abstract.listen()
        yield {
            "mark": mark, "pid": sleeper.pid, "sleeper": sleeper, "abstract": mark,
            "tcp": tcp.getsockname(), "udp": udp.getsockname(),
            "outside": ["192.0.2.1", 9],  # an address that is kept for examples
        }


def attempts(confined: Confinement, secret: Path) -> dict[str, str | None]:
    """Try to break out of a worker, in a learner's cell: what each attempt met with, or None where it worked.

    Raises :class:`ConfinementError` where no worker starts, or the cell doesn't report.
    """
    ours = ("exercises", "vectors", "given", "reference", "course", "cli.py", "checking/check.py")
    readable = [secret, *confined.hidden, PACKAGE.parent / "solutions", *(PACKAGE / name for name in ours)]
    through = [f"/proc/1/root{secret.resolve()}", f"/proc/self/cwd/../..{secret.resolve()}"]
    traces = [folder / f"grader-proof-{secrets.token_hex(8)}" for folder in (
        Path.home(), PACKAGE, PACKAGE / "boundary", secret.parent, Path(sys.prefix) / "lib", Path("/dev/shm")
    )]
    try:
        with _surroundings() as around, contextlib.ExitStack() as stack:
            for trace in traces:
                stack.callback(trace.unlink, missing_ok=True)
            sleeper = around.pop("sleeper")
            target = around | {
                "read": [*(str(path) for path in readable if path.exists()), *through],
                "write": [str(trace) for trace in traces],
                "memory": confined.memory or MEMORY, "processes": confined.processes, "variables": _VARIABLES,
            }
            source = textwrap.dedent(_BREAK_OUT).format(target=json.dumps(target))
            with WorkerProcess(command=confined.command) as worker:
                outputs = worker.run_cell(source, 60.0)
            try:
                happened = json.loads("".join(o["text"] for o in outputs if o.get("name") == "stdout"))
            except ValueError:
                raise ConfinementError(
                    f"The self-test of the sandbox did not report: {str(outputs)[-500:]}. {_UNCONFINED}."
                ) from None
            # Two things are seen from here: a number or a name may mean something else in there.
            if sleeper.poll() is not None:
                happened["signal"] = None
            elif happened["signal"] is None:
                happened["signal"] = "the process that it ended was its own"
            for trace in traces:
                if trace.exists():
                    happened[f"write {trace}"] = None
                elif happened[f"write {trace}"] is None:
                    happened[f"write {trace}"] = "what it wrote is not to be found here"
            return happened
    except WorkerDied as death:
        raise ConfinementError(f"No worker runs in the sandbox: {death}. {_UNCONFINED}.") from None


def prove(confined: Confinement, secret: Path) -> list[str]:
    """Try to break out; returns sentences on what was possible, and none where the worker is confined.

    ``secret`` is a file that a worker must not read, in a folder in which it must not write.
    """
    return [
        _POSSIBLE.get(name) or f"It could {name.partition(' ')[0]} {name.partition(' ')[2]}."
        for name, met in attempts(confined, secret).items() if met is None
    ]


@functools.cache
def proven(
    *, memory: int = MEMORY, processes: int = PROCESSES, hide: tuple[Path, ...] = (), torch: bool = False
) -> Confinement:
    """The confinement here, once its self-test has passed in this process.

    Raises :class:`ConfinementError` with the reason and the remedy.
    """
    confined = confinement(memory=memory, processes=processes, hide=hide, torch=torch)
    if not confined.command:
        reasons = " ".join(confined.missing)
        raise ConfinementError(f"Learners' code can't be confined here. {reasons} {_UNCONFINED}.")
    with tempfile.TemporaryDirectory(prefix="grader-proof-") as folder:
        secret = Path(folder) / "secret"
        secret.write_text("a class's secret")
        possible = prove(confined, secret)
    if possible:
        raise ConfinementError(
            "Learners' code would not be confined here: the self-test of the sandbox broke out. "
            f"{' '.join(possible)} {_UNCONFINED}."
        )
    return confined
