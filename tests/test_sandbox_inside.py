"""What a confined worker sees and may do: no more of the files than it needs, its limits, and all honest code."""

import contextlib
import dataclasses
import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from confinements import DENIED, eventually, printed, raised
from conftest import ROOT

from grader.boundary import lock
from grader.boundary.nursery import Nursery
from grader.boundary.proxy import RemoteError, RemoteFunction, RemoteSubject, WorkerDied, WorkerProcess
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.exercises import exercise
from grader.sandbox import confinement as sandbox
from grader.sandbox.confinement import confinement
from grader.sandbox.proof import prove


@pytest.fixture
def worker(confined_worker):
    return confined_worker


STEP = """
import numpy as np

def lstm_step(x, h_prev, c_prev, W, b):
    H = h_prev.shape[1]
    z = np.concatenate([h_prev, x], axis=1) @ W + b
    s = 0.5 * (1 + np.tanh(z / 2))
    i, f, o = s[:, :H], s[:, H : 2 * H], s[:, 3 * H :]
    g = np.tanh(z[:, 2 * H : 3 * H])
    c = f * c_prev + i * g
    return o * np.tanh(c), c, None
"""


# --- what is to be seen -------------------------------------------------------------------------


def test_only_the_needed_part_of_the_package_is_there(namespaced):
    folders = [str(ROOT), str(ROOT / "grader")]
    source = f"import json, os\nprint(json.dumps([sorted(os.listdir(p)) for p in {folders}]))"
    with WorkerProcess(command=namespaced.command) as worker:
        root, package = json.loads(printed(worker.run_cell(source, 10)))
    assert set(root) <= {"grader", ".venv"}
    assert package == ["boundary", "checking", "data", "figures"]


def test_only_the_needed_part_of_the_package_can_be_read(worker):
    """Every file of the package's, by its name: without namespaces, names are to be seen."""
    names = sorted(str(path.relative_to(ROOT / "grader")) for path in (ROOT / "grader").rglob("*.py"))
    source = f"""
for name in {names}:
    try:
        with open({str(ROOT / "grader")!r} + "/" + name) as file:
            print(name, bool(file.read()))
    except OSError:
        pass
"""
    read = [line.split()[0] for line in printed(worker.run_cell(source, 10)).splitlines() if line.endswith("True")]
    needed = tuple(sandbox._NEEDED)
    assert set(read) <= {name for name in names if name.startswith(needed)}
    assert {name for name in names if name.startswith("figures/")} <= set(read)


def test_what_a_class_keeps_in_the_python_installation_can_be_hidden(confined, secret):
    folder = Path(sys.prefix) / "lib" / f"grader-test-{os.getpid()}"
    kept = folder / "gradebook.db", folder / "sub" / "mark"
    namespaces = "bubblewrap namespaces" in confined.layers
    (folder / "sub").mkdir(parents=True)
    try:
        for path in kept:
            path.write_text("5")
        seen = dataclasses.replace(confinement(namespaces=namespaces), hidden=(folder, kept[0]))
        assert prove(seen, secret) == [f"It could read {path}." for path in seen.hidden]
        look = f"""
for path in {[str(path) for path in kept]}:
    try:
        print(open(path).read() or "nothing")
    except OSError:
        print("nothing")
"""
        for hide, text in (
            ([], "5\n5\n"),
            ([folder], "nothing\nnothing\n"),
            ([kept[0]], "nothing\n5\n"),
            ([kept[1].parent], "5\nnothing\n"),
        ):
            with WorkerProcess(command=confinement(hide=hide, namespaces=namespaces).command) as worker:
                assert printed(worker.run_cell(look, 10)) == text
    finally:
        shutil.rmtree(folder)


def test_a_package_in_site_packages_is_covered(confined, tmp_path):
    """Installed by pip, the exercises lie in a folder that the worker sees."""
    site = Path(sys.prefix) / "lib" / f"grader-site-{os.getpid()}"
    shutil.copytree(ROOT / "grader", site / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    try:
        code = f"""
import sys
sys.path.insert(0, {str(site)!r})
from pathlib import Path
from grader.sandbox import confinement as sandbox
from grader.sandbox.confinement import confinement
from grader.sandbox.proof import prove
assert sandbox.PACKAGE == Path({str(site / "grader")!r}), sandbox.PACKAGE
secret = Path({str(tmp_path / "secret")!r})
secret.write_text("a class's secret")
print(prove(confinement(namespaces={"bubblewrap namespaces" in confined.layers}), secret))
"""
        done = subprocess.run(
            [sys.executable, "-I", "-c", code],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
    finally:
        shutil.rmtree(site)


def test_torch_is_there_only_where_it_is_asked_for(worker):
    assert raised(worker.run_cell("import torch", 20)).startswith("ModuleNotFoundError")
    again = "import sys\ndel sys.modules['torch']\nimport torch\ntorch.nn"
    assert raised(worker.run_cell(again, 20)).startswith(("AttributeError: module 'torch' has no attribute", DENIED))


CLONE = lock._CLONE[os.uname().machine == "aarch64"]
CALLS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)
"""


@pytest.mark.parametrize(
    "source",
    [
        "import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)",
        "call('ptrace', 0, 0, 0, 0)",
        "import os; os.memfd_create('room')",
        "call('semop', 0, None, 0)",
        "call('msgsnd', 0, None, 0, 0)",
        "call('shmat', 0, None, 0) or call('shmat', 0, None, 0)",
        "call('mq_open', b'/queue', 0, 0, None)",
        "call('syscall', 425, 1, None)",
        "call('syscall', 434, 1, 0)",
        "call('syscall', 424, -1, 9, None, 0)",
        "call('prctl', 1, 0, 0, 0, 0)",
        "import os; os.splice(0, 1, 1)",
        f"call('syscall', {CLONE}, 0x8011, 0, 0, 0, 0)",
        "import os; os.sched_setaffinity(0, {0})",
        "import fcntl; fcntl.fcntl(0, fcntl.F_SETSIG, 9)",
        "import fcntl; fcntl.fcntl(0, fcntl.F_NOTIFY, 0)",
    ],
    ids=[
        "vsock",
        "ptrace",
        "memfd",
        "semop",
        "msgsnd",
        "shmat",
        "mq_open",
        "io_uring",
        "pidfd_open",
        "pidfd_send_signal",
        "death signal",
        "splice",
        "sibling",
        "affinity",
        "F_SETSIG",
        "F_NOTIFY",
    ],
)
def test_system_calls_are_refused(shared_worker, confined, source):
    if "seccomp" not in confined.layers:
        pytest.skip("no filter for this machine")
    assert raised(shared_worker.run_cell(CALLS + source, 10)).startswith(f"PermissionError: [Errno {errno.EPERM}]")


def test_an_ioctl_that_changes_a_file_is_refused(worker):
    """A file that is open for reading could be sealed, or given another flag."""
    source = f"""
import fcntl
for request in (0x40086602, 0x40086685):
    try:
        fcntl.ioctl(open({os.__file__!r}), request, bytes(128))
    except OSError as error:
        print(error.errno)
"""
    assert printed(worker.run_cell(source, 10)) == f"{errno.ENOTTY}\n" * 2


def test_no_privilege_and_no_descriptor_is_left(confined):
    opened = """
import os, stat
for number in range(256):
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        continue
    print("socket" if stat.S_ISSOCK(mode) else "device" if stat.S_ISCHR(mode) else "another")
"""
    with WorkerProcess(command=confined.command) as worker:
        process = worker.process
        if "bubblewrap namespaces" in confined.layers:
            text = printed(worker.run_cell("print(open('/proc/self/status').read())", 10))
        else:
            text = Path(f"/proc/{process}/status").read_text()
        kinds = printed(worker.run_cell(opened, 10)).split()
    status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == 0
    if os.getuid() == 0:  # another user has none to drop
        assert int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert kinds.count("socket") == 1
    assert set(kinds) <= {"socket", "device"}


# --- limits -------------------------------------------------------------------------------------


def test_a_file_that_is_too_large_and_a_full_folder_end_in_an_error(worker):
    large = "with open('large', 'wb') as f:\n    for _ in range(80):\n        f.write(bytes(1 << 20))"
    assert raised(worker.run_cell(large, 20)).startswith("OSError: [Errno")
    assert printed(worker.run_cell("import os; os.remove('large'); print('well')", 10)) == "well\n"


def test_a_memory_bomb_costs_its_own_call(worker):
    bomb = "import numpy as np\ndef bomb(n):\n    return np.ones(n).sum()\n"
    worker.run_cell(bomb + "def one():\n    return 1", 10)
    with worker.session(), pytest.raises(RemoteError, match="MemoryError"):
        RemoteFunction(worker, "bomb")(1 << 29)
    with worker.session():
        assert RemoteFunction(worker, "one")() == 1


def test_a_fork_bomb_stays_within_its_worker(worker, confined):
    if not confined.processes:
        pytest.skip("the number of processes is not limited here")
    bomb = """
import os, time
def bomb():
    while True:
        if os.fork() == 0:
            time.sleep(60)
"""
    printed(worker.run_cell(bomb, 10))
    with WorkerProcess(command=confined.command) as neighbour:
        neighbour.run_cell("def one():\n    return 1", 10)
        with contextlib.suppress(RemoteError, WorkerDied), worker.session():
            RemoteFunction(worker, "bomb")()
        with neighbour.session():
            assert RemoteFunction(neighbour, "one")() == 1


def test_no_group_of_processes_is_left(confined):
    if confined.together is None:
        pytest.skip("no cgroups here")
    code = f"""
from grader.sandbox import cgroup
from grader.sandbox import confinement as sandbox
from grader.boundary.proxy import WorkerProcess
confined = sandbox.confinement(namespaces={"bubblewrap namespaces" in confined.layers})
for _ in range(2):
    with WorkerProcess(command=confined.command) as worker:
        assert all(file.exists() for file in cgroup.limit_files(worker.process))
print(cgroup._base("pids")[0], cgroup._base("memory")[0])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    bases = [Path(base) for base in done.stdout.split()]
    assert [base.name.startswith("grader-") for base in bases] == [True, True], done.stderr
    assert not [group for base in bases for group in base.parent.glob(base.name + "*")]


NOBODY = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
for _ in range(70):  # of the same user's, and counted as well
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
from grader.boundary.lock import lock
orders = {"rlimits": {}, "processes": 8, "seccomp": False, "namespaces": True, "without": [], "landlock": None}
lock(orders)
started = 0
try:
    while started < 100:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        started += 1
except BlockingIOError:
    print(started)
"""


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="root alone can become another user")
def test_without_groups_the_number_of_processes_is_limited_beyond_those_there():
    python = shutil.which("python3", path="/usr/bin")  # one that anybody may read
    if python is None:
        pytest.skip("no system Python")
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "grader" / "boundary"
        package.mkdir(parents=True)
        for name in ("lock.py", "landlock.py"):
            shutil.copy(ROOT / "grader" / "boundary" / name, package)
        for path in (package, package.parent):
            (path / "__init__.py").write_text("")
        os.chmod(folder, 0o755)
        done = subprocess.Popen(
            [python, "-I", "-S", "-B", "-c", NOBODY, folder],
            stdout=subprocess.PIPE,
            text=True,
            user=65534,
            group=65534,
            extra_groups=[],
            start_new_session=True,
        )
        try:
            assert 8 <= int(done.stdout.readline()) <= 12
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(done.pid, 9)
            done.communicate(timeout=20)


def test_memory_over_several_processes_costs_the_call_and_not_the_worker(confined):
    if confined.together is None:
        pytest.skip("no memory cgroup here")
    small = confinement(together=256 << 20, namespaces="bubblewrap namespaces" in confined.layers)
    bomb = """
import os, time
def bomb():
    for _ in range(8):
        if os.fork() == 0:
            block = bytearray(b"1") * (64 << 20)
            time.sleep(60)
    return [os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(2)]
def one():
    return 1
"""
    with WorkerProcess(command=small.command) as worker:
        printed(worker.run_cell(bomb, 10))
        with contextlib.suppress(RemoteError, WorkerDied), worker.session():
            assert RemoteFunction(worker, "bomb", 10.0)() == [-9, -9]
        with worker.session():
            assert RemoteFunction(worker, "one")() == 1


# --- honest code --------------------------------------------------------------------------------


PLOT = """
import matplotlib.pyplot as plt
import numpy as np
from grader.figures import cell_diagram, show, style
fig, ax = plt.subplots()
ax.plot(np.tanh(np.linspace(-3, 3, 50)), **style("g"))
show(fig, alt="tanh rises from -1 to 1, steepest at 0", caption="Between -1 and 1.")
show(cell_diagram("lstm"), alt="the full LSTM cell with its three gates")
"""


def check_plot(outputs: list[dict]) -> None:
    figures = [o["data"]["text/html"] for o in outputs if "text/html" in o.get("data", {})]
    assert len(figures) == 2
    assert all("data:image/png;base64," in html and "<figure" in html for html in figures)
    assert printed(outputs) == ""
    assert not [o for o in outputs if o.get("name") == "stderr"], outputs


def test_a_plot_is_drawn_and_shown(worker):
    check_plot(worker.run_cell(PLOT, 30))


@pytest.mark.parametrize(
    ("source", "passes"), [(STEP, True), (STEP.replace("g = np.tanh(z[:", "g = (z[:"), False)], ids=["right", "wrong"]
)
def test_verdicts_are_those_of_this_side(worker, source, passes):
    printed(worker.run_cell(source, 10))
    scope = {}
    exec(source, scope)
    here = check_subject(LocalSubject("lstm_step", scope["lstm_step"]), exercise("lstm_step"))
    there = check_subject(RemoteSubject(worker, "lstm_step"), exercise("lstm_step"))
    assert there.passed is here.passed is passes
    assert there.text == here.text


HONEST = """
import asyncio, concurrent.futures, glob, os, pathlib, shutil, signal, socket, subprocess, sys, tempfile, threading
import numpy as np

np.save("weights.npy", np.ones((3, 2)))
assert np.load("weights.npy", mmap_mode="r").sum() == 6
shutil.copy("weights.npy", "copy.npy")
shutil.copy2("weights.npy", "again.npy")
pathlib.Path("folder/below").mkdir(parents=True)
os.replace("copy.npy", "folder/below/copy.npy")
pathlib.Path("folder").touch()
with tempfile.NamedTemporaryFile() as file, tempfile.TemporaryDirectory() as folder:
    file.write(b"x")
shutil.rmtree("folder")
assert sorted(glob.glob("*.npy")) == ["again.npy", "weights.npy"]
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    assert sum(pool.map(lambda n: n * n, range(10))) == 285
assert asyncio.run(asyncio.sleep(0, "slept")) == "slept"
done = subprocess.run([sys.executable, "-c", "print('a program')"], capture_output=True, text=True)
assert done.stdout == "a program\\n", done.stderr
child = os.fork()
if child == 0:
    os._exit(3)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
struck = []
signal.signal(signal.SIGUSR1, lambda *a, **k: struck.append(1))
signal.raise_signal(signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGUSR1)
assert struck == [1, 1]
one, other = socket.socketpair()
one.send(b"x")
assert other.recv(1) == b"x"
np.linalg.svd(np.random.default_rng(0).normal(size=(60, 60)))
print(os.isatty(0), os.urandom(4) != b"", open("/dev/null").read() == "")
"""


def test_honest_code_works(worker):
    assert printed(worker.run_cell(HONEST, 60)) == "False True True\n"


def test_honest_code_works_in_a_worker_that_was_forked(confined):
    with Nursery(command=confined.command, preload=["matplotlib.pyplot", "tempfile"]) as nursery:
        for _ in range(2):
            with WorkerProcess(nursery=nursery) as worker:
                assert printed(worker.run_cell(HONEST, 60)) == "False True True\n"
                check_plot(worker.run_cell(PLOT, 30))


def test_honest_code_works_with_an_older_landlock(alone, monkeypatch):
    monkeypatch.setattr(sandbox, "version", lambda: 3)
    with WorkerProcess(command=confinement(namespaces=False).command) as worker:
        assert printed(worker.run_cell(HONEST, 60)) == "False True True\n"


def test_the_folder_is_private_and_goes_with_the_worker(confined):
    names = ["note", "/tmp/note"] if "bubblewrap namespaces" in confined.layers else ["note"]
    write = f"for name in {names}:\n    open(name, 'w').write('for my neighbour')\n"
    look = f"import os\nprint(os.getcwd(), *map(os.path.exists, {names}))"

    def seen(worker):
        return printed(worker.run_cell(look, 10)).split()

    yes, no = ["True"] * len(names), ["False"] * len(names)
    with WorkerProcess(command=confined.command) as one, WorkerProcess(command=confined.command) as two:
        printed(one.run_cell(write, 10))
        assert seen(one)[1:] == yes
        assert seen(two)[1:] == no
        if "bubblewrap namespaces" in confined.layers:
            assert seen(one)[0] == "/tmp/learner"
            assert list(Path(one.folder.name).iterdir()) == []
        else:
            assert seen(one)[0] == one.folder.name
    assert not Path(one.folder.name).exists()
    with WorkerProcess(command=confined.command) as three:
        assert seen(three)[1:] == no


def test_nothing_outlives_a_worker(confined):
    """A process that a cell left in the background, in a session of its own where it can, ends with the worker."""
    mark = f"left-{os.getpid()}-{time.monotonic_ns()}"
    left = f"""
import subprocess, sys
sleep = [sys.executable, "-S", "-c", "import time; time.sleep(60)", {mark!r}]
subprocess.Popen(sleep, start_new_session={"bubblewrap namespaces" in confined.layers})
print("left")
"""

    def seen():
        found = 0
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                # The worker's command does not hold the mark: only what the cell started does.
                found += mark.encode() in path.read_bytes()
        return found

    with WorkerProcess(command=confined.command) as worker:
        assert printed(worker.run_cell(left, 10)) == "left\n"
        assert eventually(lambda: seen() == 1)
    assert eventually(lambda: seen() == 0)
