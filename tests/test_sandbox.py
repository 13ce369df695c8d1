"""The sandbox holds against what its self-test tries, the self-test can fail, and honest code runs in it."""

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, need_program

from grader import errors
from grader.boundary import sandbox
from grader.boundary.proxy import RemoteError, RemoteFunction, RemoteSubject, WorkerDied, WorkerProcess
from grader.boundary.sandbox import Confinement, attempts, confinement, prove, proven
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.exercises import exercise

NONE = Confinement((), (), ())

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


@pytest.fixture(scope="module")
def confined():
    need_program("bwrap")
    found = confinement()
    assert found.command, found.missing
    return found


@pytest.fixture
def worker(confined):
    with WorkerProcess(command=confined.command) as process:
        yield process


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_text("a class's secret")
    return path


def printed(outputs: list[dict]) -> str:
    """What a cell printed; fails the test where it raised."""
    assert not [o for o in outputs if o["output_type"] == "error"], outputs
    return "".join(o["text"] for o in outputs if o.get("name") == "stdout")


def raised(outputs: list[dict]) -> str:
    """The error that a cell ended with."""
    return next(f"{o['ename']}: {o['evalue']}" for o in outputs if o["output_type"] == "error")


def eventually(holds, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return held


# --- the proof ----------------------------------------------------------------------------------


def test_the_self_test_passes_and_says_what_is_in_force(confined, secret):
    assert prove(confined, secret) == []
    assert {"bubblewrap namespaces", "no network", "rlimits", "read-only view"} <= set(confined.layers)
    assert all(sentence.endswith(".") for sentence in confined.missing)


def test_every_attempt_fails_for_its_own_reason(confined, secret):
    happened = attempts(confined, secret)
    missing = f"FileNotFoundError: [Errno {errno.ENOENT}]"
    sealed = f"OSError: [Errno {errno.EROFS}]"
    refused = f"PermissionError: [Errno {errno.EPERM}]"
    unreachable = refused if "seccomp" in confined.layers else "ConnectionRefusedError"
    reads = {name: met for name, met in happened.items() if name.startswith("read ")}
    parts = ("solutions", "grader/exercises", "grader/vectors", "grader/given")
    ours = (f"read {ROOT / part}" for part in parts)
    assert {f"read {secret}", *ours} <= set(reads)
    assert all(met.startswith(missing) for met in reads.values()), reads
    writes = {name: met for name, met in happened.items() if name.startswith("write ")}
    assert len(writes) == 6
    assert all(met.startswith((missing, sealed)) for met in writes.values()), writes
    assert writes[next(name for name in writes if "/grader/boundary/" in name)].startswith(sealed)
    expected = {
        "tcp": unreachable, "udp": unreachable, "tcp outside": refused, "udp outside": refused,
        "abstract socket": f"ConnectionRefusedError: [Errno {errno.ECONNREFUSED}]",
        "list": "LookupError: no process", "environment of another": "LookupError: no process",
        "environment of the parent": "LookupError: nothing but",
        "signal": f"ProcessLookupError: [Errno {errno.ESRCH}]",
        "raise a limit": "ValueError: not allowed to raise maximum limit",
        "allocate": "MemoryError", "namespace": refused,
    }
    if confined.processes:
        expected["fork"] = f"BlockingIOError: [Errno {errno.EAGAIN}]"
    others = {name: met for name, met in happened.items() if name not in reads | writes}
    assert set(others) == set(expected)
    assert {name: met for name, met in others.items() if not str(met).startswith(expected[name])} == {}


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_an_unconfined_worker_does_not_pass_the_self_test(secret, monkeypatch):
    """The very attempts that the sandbox refuses work without it; and they leave nothing behind."""
    mark = f"{os.getpid()}-{time.monotonic_ns()}"  # another run of the tests has its own
    monkeypatch.setattr(sandbox.secrets, "token_hex", lambda size: mark)
    possible = prove(NONE, secret)
    assert f"It could read {secret}." in possible
    assert f"It could read {ROOT / 'grader' / 'exercises'}." in possible
    assert any(s.startswith(f"It could write {secret.parent}/") for s in possible)
    for name in ("tcp", "udp", "abstract socket", "list", "environment of another", "signal", "allocate"):
        assert sandbox._POSSIBLE[name] in possible
    assert [path.name for path in secret.parent.iterdir()] == ["secret"]
    assert not list((ROOT / "grader").rglob(f"grader-proof-{mark}"))


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ("--unshare-net", "It could connect to another program's abstract socket."),
        ("--unshare-pid", "It could see another process."),
    ],
)
def test_the_self_test_notices_one_missing_layer(confined, secret, without, sentence):
    command = tuple(part for part in confined.command if part != without)
    assert len(command) == len(confined.command) - 1
    assert sentence in prove(Confinement(command, (), (), confined.memory, confined.processes), secret)


def test_the_self_test_notices_missing_limits(confined, secret):
    at = confined.command.index(sandbox.VARIABLE) - 1
    command = confined.command[:at] + confined.command[at + 3 :]
    possible = prove(Confinement(command, (), (), confined.memory, None), secret)
    assert sandbox._POSSIBLE["allocate"] in possible


def test_proven_is_proven_once(confined):
    first = proven()
    assert first.command == confined.command
    start = time.perf_counter()
    assert proven() is first
    assert time.perf_counter() - start < 0.01


def test_what_is_not_there_is_said_and_nothing_is_proven(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = confinement()
    assert found.command == () and found.layers == ()
    assert "apt-get install bubblewrap" in found.missing[0] or sys.platform != "linux"
    proven.cache_clear()
    with pytest.raises(errors.ConfinementError, match="unconfined") as refusal:
        proven()
    assert found.missing[0] in str(refusal.value)
    proven.cache_clear()


def test_other_systems_are_told_plainly(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert confinement().command == ()
    assert confinement().missing[0].startswith("There is no sandbox for ")


def test_no_namespaces_is_said_with_the_reason(confined, monkeypatch):
    monkeypatch.setattr(sandbox, "_refusal", lambda command: "No permissions to create a new namespace")
    found = confinement()
    assert found.command == ()
    assert "No permissions to create a new namespace" in found.missing[0]
    assert "user.max_user_namespaces" in found.missing[0]


def test_a_sandbox_that_breaks_out_is_refused(confined, monkeypatch):
    monkeypatch.setattr(sandbox, "prove", lambda confined, secret: ["It could see another process."])
    proven.cache_clear()
    with pytest.raises(errors.ConfinementError, match="It could see another process"):
        proven()
    proven.cache_clear()


def test_a_worker_that_does_not_start_is_no_confinement(secret):
    with pytest.raises(errors.ConfinementError, match="No worker runs"):
        prove(Confinement(("/bin/false",), (), ()), secret)


def test_without_a_new_proc_it_holds_as_well(confined, secret):
    """In some containers none can be mounted; the worker then has an empty one."""
    at = confined.command.index("--proc")
    command = (*confined.command[:at], "--dir", "/proc", *confined.command[at + 2 :])
    assert prove(Confinement(command, (), (), confined.memory, confined.processes), secret) == []


# --- what is to be seen -------------------------------------------------------------------------


def test_only_the_needed_part_of_the_package_is_there(worker):
    folders = [str(ROOT), str(ROOT / "grader")]
    source = f"import json, os\nprint(json.dumps([sorted(os.listdir(p)) for p in {folders}]))"
    root, package = json.loads(printed(worker.run_cell(source, 10)))
    assert set(root) <= {"grader", ".venv"}
    assert package == ["boundary", "checking", "figures"]


def test_what_a_class_keeps_in_the_python_installation_can_be_hidden(confined, secret):
    folder = Path(sys.prefix) / "lib" / f"grader-test-{os.getpid()}"
    folder.mkdir()
    try:
        (folder / "gradebook.db").write_text("marks")
        (folder / "sub").mkdir()
        (folder / "sub" / "mark").write_text("5")
        for hide in ([folder], [folder / "gradebook.db", folder / "sub"]):
            seen = Confinement(confined.command, (), (), confined.memory, None, tuple(hide))
            assert prove(seen, secret) == [f"It could read {path}." for path in hide]
            assert prove(confinement(hide=hide), secret) == []
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
from grader.boundary import sandbox
from grader.boundary.sandbox import confinement, prove
assert sandbox.PACKAGE == Path({str(site / "grader")!r}), sandbox.PACKAGE
secret = Path({str(tmp_path / "secret")!r})
secret.write_text("s")
print(prove(confinement(), secret))
"""
        done = subprocess.run(
            [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
    finally:
        shutil.rmtree(site)


def test_torch_is_there_only_where_it_is_asked_for(worker):
    assert raised(worker.run_cell("import torch", 20)).startswith("ModuleNotFoundError")
    again = "import sys\ndel sys.modules['torch']\nimport torch\ntorch.nn"
    assert raised(worker.run_cell(again, 20)).startswith("AttributeError: module 'torch' has no attribute")


@pytest.mark.parametrize(
    "source",
    ["import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)",
     "import ctypes, os\nc = ctypes.CDLL(None, use_errno=True)\n"
     "c.ptrace(0, 0, 0, 0) and (_ for _ in ()).throw(PermissionError(ctypes.get_errno(), 'no'))",
     "import os; os.memfd_create('room')"],
    ids=["vsock", "ptrace", "memfd"],
)
def test_system_calls_are_refused(worker, confined, source):
    if "seccomp" not in confined.layers:
        pytest.skip("no filter for this machine")
    assert raised(worker.run_cell(source, 10)).startswith(f"PermissionError: [Errno {errno.EPERM}]")


def test_no_privilege_and_no_descriptor_is_left(worker):
    text = printed(worker.run_cell("print(open('/proc/self/status').read())", 10))
    status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    source = """
import os
for number in os.listdir("/proc/self/fd"):
    try:
        print(os.readlink("/proc/self/fd/" + number))
    except OSError:
        pass
"""
    opened = printed(worker.run_cell(source, 10)).split()
    assert sum(name.startswith("socket:") for name in opened) == 1
    assert {name.partition(":")[0] for name in opened} <= {"socket", "/dev/null"}, opened


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
    if "pids cgroup" not in confined.layers:
        pytest.skip("no pids cgroup here")
    code = """
from grader.boundary import sandbox
from grader.boundary.proxy import WorkerProcess
with WorkerProcess(command=sandbox.confinement().command):
    pass
print(sandbox._groups())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    base = Path(done.stdout.strip())
    assert base.name.startswith("grader-"), done.stderr
    assert not list(base.parent.glob(base.name + "*"))


# --- honest code --------------------------------------------------------------------------------


def test_a_plot_is_drawn_and_shown(worker):
    source = """
import matplotlib.pyplot as plt
import numpy as np
from grader.figures import cell_diagram, show, style
fig, ax = plt.subplots()
ax.plot(np.tanh(np.linspace(-3, 3, 50)), **style("g"))
show(fig, alt="tanh rises from -1 to 1, steepest at 0", caption="Between -1 and 1.")
show(cell_diagram("lstm"), alt="the full LSTM cell with its three gates")
"""
    outputs = worker.run_cell(source, 30)
    figures = [o["data"]["text/html"] for o in outputs if "text/html" in o.get("data", {})]
    assert len(figures) == 2
    assert all("data:image/png;base64," in html and "<figure" in html for html in figures)
    assert printed(outputs) == ""


@pytest.mark.parametrize(
    ("source", "passes"),
    [(STEP, True), (STEP.replace("g = np.tanh(z[:", "g = (z[:"), False)],
    ids=["right", "wrong"],
)
def test_verdicts_are_those_of_this_side(worker, source, passes):
    printed(worker.run_cell(source, 10))
    scope = {}
    exec(source, scope)
    here = check_subject(LocalSubject("lstm_step", scope["lstm_step"]), exercise("lstm_step"))
    there = check_subject(RemoteSubject(worker, "lstm_step"), exercise("lstm_step"))
    assert there.passed is here.passed is passes
    assert there.text == here.text


def test_the_folder_is_private_and_goes_with_the_worker(confined):
    write = "import os\nopen('note', 'w').write('for my neighbour')\nopen('/tmp/note', 'w').write('too')\n"
    look = "import os\nprint(os.getcwd(), os.path.exists('note'), os.path.exists('/tmp/note'))"
    with WorkerProcess(command=confined.command) as one, WorkerProcess(command=confined.command) as two:
        assert printed(one.run_cell(write + look, 10)) == "/tmp/learner True True\n"
        assert printed(two.run_cell(look, 10)) == "/tmp/learner False False\n"
        assert list(Path(one.folder.name).iterdir()) == []
    with WorkerProcess(command=confined.command) as three:
        assert printed(three.run_cell(look, 10)) == "/tmp/learner False False\n"


def test_nothing_outlives_a_worker(confined):
    """A process that a cell left in the background, in a session of its own, ends with the worker."""
    mark = f"left-{os.getpid()}-{time.monotonic_ns()}"
    left = f"""
import subprocess, sys
sleep = [sys.executable, "-S", "-c", "import time; time.sleep(60)", {mark!r}]
subprocess.Popen(sleep, start_new_session=True)
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
