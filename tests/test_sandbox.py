"""The sandbox holds against what its self-test tries, the self-test can fail, and what is missing is said."""

import dataclasses
import errno
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from confinements import DENIED, MISSING, OUTSIDE, REFUSED, SEALED, printed, with_orders
from conftest import ROOT

from grader import errors
from grader.boundary import landlock
from grader.boundary.nursery import Nursery
from grader.boundary.proxy import WorkerProcess
from grader.sandbox import cgroup, proof
from grader.sandbox import confinement as sandbox
from grader.sandbox.confinement import confinement, proven
from grader.sandbox.layers import Confinement, describe
from grader.sandbox.proof import attempts, prove

NONE = Confinement((), (), ())


# --- the proof ----------------------------------------------------------------------------------


def test_it_is_proven_and_says_what_it_is_made_of(confined, secret):
    start = time.perf_counter()
    assert prove(confined, secret) == []
    assert time.perf_counter() - start < 10  # about one second where nothing else runs
    assert {"read-only view", "no network", "rlimits"} <= set(confined.layers)
    assert all(sentence.endswith(".") for sentence in confined.missing)
    assert describe(confined) == {"confined": True, "layers": list(confined.layers), "missing": list(confined.missing)}
    assert secret.read_text() == "a class's secret"


BY_THE_FILTER = [
    "tcp",
    "tcp outside",
    "udp",
    "udp outside",
    "trace",
    "priority",
    "priority of another",
    "limit of another",
    "signal by a file",
    "shared memory",
    "messages",
    "semaphores",
    "namespace",
]
EITHER_WAY = {
    "raise a limit": "ValueError: not allowed to raise maximum limit",
    "allocate": f"OSError: [Errno {errno.ENOMEM}]",
    "large file": f"OSError: [Errno {errno.EFBIG}]",
    "outlive": "it is to be seen when the worker is gone",
    "terminal": f"OSError: [Errno {errno.ENOTTY}]",
}


def expected(confined: Confinement) -> dict[str, str]:
    met = dict.fromkeys(BY_THE_FILTER, REFUSED) | EITHER_WAY
    if confined.processes:
        met["fork"] = f"BlockingIOError: [Errno {errno.EAGAIN}]"
    if confined.together:
        met["share"] = "MemoryError: processes were ended"
    if "bubblewrap namespaces" not in confined.layers:
        hidden = (
            "symlink",
            "truncate",
            "list",
            "environment of another",
            "environment of the parent",
            "environment of the first",
            "memory of another",
            "memory of the parent",
        )
        return (
            met
            | dict.fromkeys(hidden, DENIED)
            | dict.fromkeys(("mode", "times"), OUTSIDE)
            | {
                "hard link": f"OSError: [Errno {errno.EXDEV}]",
                "watch": REFUSED,
                "signal": REFUSED,
                "abstract socket": REFUSED,
                "unix socket": REFUSED,
                "unix datagram": REFUSED,
            }
        )
    hidden = (
        "symlink",
        "hard link",
        "mode",
        "times",
        "truncate",
        "watch",
        "unix socket",
        "unix datagram",
        "memory of another",
    )
    if confined.folder:
        met["many files"] = f"OSError: [Errno {errno.ENOSPC}]"
    return (
        met
        | dict.fromkeys(hidden, MISSING)
        | {
            "list": "LookupError: no process",
            "environment of another": "LookupError: no process",
            "environment of the parent": DENIED,
            "environment of the first": DENIED,
            "memory of the parent": DENIED,
            "signal": f"ProcessLookupError: [Errno {errno.ESRCH}]",
            "abstract socket": f"ConnectionRefusedError: [Errno {errno.ECONNREFUSED}]",
        }
    )


def test_every_attempt_fails_for_its_own_reason(confined, secret):
    if not {"seccomp", f"landlock (ABI {landlock.version()})"} <= set(confined.layers) or landlock.version() < 6:
        pytest.skip("the reasons are those of all layers together")
    happened = attempts(confined, secret)
    reads, writes, keeps = (
        {name: met for name, met in happened.items() if name.startswith(kind)} for kind in ("read ", "write ", "keep ")
    )
    parts = ("solutions", "grader/exercises", "grader/vectors", "grader/given")
    assert {f"read {secret}", *(f"read {ROOT / part}" for part in parts)} <= set(reads)
    assert len(writes) == 6 and len(keeps) == 3
    assert keeps[next(name for name in keeps if name.startswith("keep ./"))] == OUTSIDE
    if "bubblewrap namespaces" in confined.layers:
        assert all(met.startswith((MISSING, DENIED)) for met in reads.values()), reads
        assert all(met.startswith((MISSING, SEALED)) for met in writes.values()), writes
        assert writes[next(name for name in writes if "/grader/boundary/" in name)].startswith(SEALED)
        assert all(met.startswith((OUTSIDE, MISSING)) for met in keeps.values()), keeps
    else:
        assert all(met.startswith(DENIED) for met in (reads | writes).values()), reads | writes
        assert all(met.startswith((OUTSIDE, DENIED)) for met in keeps.values()), keeps
    others = {name: met for name, met in happened.items() if name not in reads | writes | keeps}
    reasons = expected(confined)
    assert set(others) == set(reasons)
    assert {name: met for name, met in others.items() if not str(met).startswith(reasons[name])} == {}


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_an_unconfined_worker_does_not_pass_the_self_test(secret, monkeypatch):
    """The very attempts that the sandbox refuses work without it; and they leave nothing behind."""
    mark = f"{os.getpid()}-{time.monotonic_ns()}"  # another run of the tests has its own
    monkeypatch.setattr(proof.secrets, "token_hex", lambda size: mark)
    possible = prove(NONE, secret)
    assert f"It could read {secret}." in possible
    assert f"It could read {ROOT / 'grader' / 'exercises'}." in possible
    assert any(s.startswith(f"It could write {secret.parent}/") for s in possible)
    assert f"It could keep /tmp/grader-kept-{mark}." in possible
    anybody = [
        "symlink",
        "mode",
        "times",
        "truncate",
        "watch",
        "large file",
        "tcp",
        "udp",
        "abstract socket",
        "unix socket",
        "unix datagram",
        "list",
        "environment of another",
        "environment of the parent",
        "priority of another",
        "limit of another",
        "signal",
        "signal by a file",
        "shared memory",
        "messages",
        "semaphores",
        "allocate",
        "outlive",
    ]
    root = ["memory of another", "trace", "priority", "terminal", "namespace"] if os.getuid() == 0 else []
    assert [name for name in anybody + root if proof._POSSIBLE[name] not in possible] == []
    assert [path.name for path in secret.parent.iterdir()] == ["secret"]
    assert not list((ROOT / "grader").rglob(f"grader-proof-{mark}"))
    assert not list(Path("/tmp").glob(f"grader-kept-{mark}"))
    assert proof._left(mark) == []


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ("--unshare-net", "It could connect to another program's abstract socket."),
        ("--unshare-pid", "It could see another process."),
    ],
)
def test_the_self_test_notices_one_missing_namespace(namespaced, secret, without, sentence):
    command = tuple(part for part in namespaced.command if part != without)
    assert len(command) == len(namespaced.command) - 1
    weaker = with_orders(dataclasses.replace(namespaced, command=command), landlock=None)
    assert sentence in prove(weaker, secret)


def test_landlock_is_a_second_line_behind_the_namespaces(namespaced, secret):
    """With a folder, the network and the processes in sight, files and others stay out of reach."""
    if landlock.version() < 6:
        pytest.skip("this Landlock does not govern sockets and signals")
    command = [part for part in namespaced.command if part not in ("--unshare-net", "--unshare-pid")]
    at = command.index("/tmp") + 1  # after the private folder: what lies there is seen again, and can be written
    command[at:at] = ["--bind", str(secret.parent), "/secrets"]
    inside = """
for path in ("/secrets/secret", "/secrets/new"):
    try:
        open(path, "r" if path.endswith("secret") else "w").close()
    except OSError as error:
        print(type(error).__name__, error.errno)
"""
    with WorkerProcess(command=command) as worker:
        assert printed(worker.run_cell(inside, 10)) == f"PermissionError {errno.EACCES}\n" * 2
    possible = prove(dataclasses.replace(namespaced, command=tuple(command)), secret)
    assert not {proof._POSSIBLE[name] for name in ("abstract socket", "signal", "memory of another")} & set(possible)


@pytest.mark.parametrize(
    ("without", "names"),
    [
        ({"landlock": None}, ["symlink", "truncate", "list"]),
        (
            {"seccomp": False},
            [
                "mode",
                "times",
                "watch",
                "udp",
                "unix socket",
                "unix datagram",
                "shared memory",
                "messages",
                "semaphores",
                "limit of another",
                "outlive",
            ],
        ),
        ({"rlimits": {}}, ["allocate", "large file"]),
    ],
    ids=["landlock", "seccomp", "rlimits"],
)
def test_the_self_test_notices_one_missing_layer_where_nothing_else_is(alone, secret, without, names):
    possible = prove(with_orders(alone, **without), secret)
    assert [name for name in names if proof._POSSIBLE[name] not in possible] == []
    assert (f"It could read {secret}." in possible) is ("landlock" in without)


def test_the_self_test_notices_missing_limits(namespaced, secret):
    bare = namespaced.command[namespaced.command.index(shutil.which("bwrap")) :]
    weaker = with_orders(dataclasses.replace(namespaced, command=bare, processes=8, together=1 << 30), rlimits={})
    at = weaker.command.index("--tmpfs")
    weaker = dataclasses.replace(weaker, command=(*weaker.command[: at - 2], *weaker.command[at:]))
    possible = prove(weaker, secret)
    names = ["allocate", "large file", "fork", "share", *(["many files"] if namespaced.folder else [])]
    assert [name for name in names if proof._POSSIBLE[name] not in possible] == []


def test_a_limit_on_all_processes_that_is_not_the_claimed_one_is_noticed(confined, secret):
    if confined.together is None:
        pytest.skip("no memory cgroup here")
    claimed = dataclasses.replace(confined, together=confined.together // 2)
    assert prove(claimed, secret) == [proof._POSSIBLE["share"]]


@pytest.mark.parametrize("abi", [3, 5])
def test_an_older_landlock_does_as_well(alone, secret, monkeypatch, abi):
    """The filter then refuses the signals that Landlock doesn't govern yet; a session still works."""
    monkeypatch.setattr(sandbox, "version", lambda: abi)
    older = confinement(namespaces=False)
    assert f"landlock (ABI {abi})" in older.layers
    assert prove(older, secret) == []


def test_proven_is_proven_once(namespaced):
    first = proven()
    assert first.layers == namespaced.layers
    start = time.perf_counter()
    assert proven() is first
    assert time.perf_counter() - start < 0.01


def test_without_bubblewrap_the_rest_is_used_and_what_is_missing_is_said(alone, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    proven.cache_clear()
    found = proven()
    proven.cache_clear()
    assert found.command == alone.command and found.layers == alone.layers
    assert "apt-get install bubblewrap" in found.missing[0]


def test_what_is_not_there_is_said_and_nothing_is_proven(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sandbox, "version", lambda: sandbox.OLDEST_ALONE - 1)
    found = confinement()
    assert found.command == () and found.layers == ()
    assert "apt-get install bubblewrap" in found.missing[0] or sys.platform != "linux"
    assert describe(found) == {"confined": False, "layers": [], "missing": list(found.missing)}
    assert describe(None)["confined"] is False and describe(None)["missing"]
    proven.cache_clear()
    with pytest.raises(errors.ConfinementError, match="--unconfined.*c.Graded.unconfined = True") as refusal:
        proven()
    assert all(sentence in str(refusal.value) for sentence in found.missing)
    proven.cache_clear()


def test_other_systems_are_told_plainly(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert confinement().command == ()
    assert confinement().missing[0].startswith("There is no sandbox for ")


def test_no_namespaces_is_said_with_the_reason(namespaced, monkeypatch):
    monkeypatch.setattr(sandbox, "_refusal", lambda command: "No permissions to create a new namespace")
    found = confinement()
    assert "bubblewrap namespaces" not in found.layers
    assert "No permissions to create a new namespace" in found.missing[0]
    assert "user.max_user_namespaces" in found.missing[0]


def test_where_no_group_can_be_made_it_is_said(monkeypatch, namespaced, alone):
    monkeypatch.setattr(cgroup, "_base", lambda controller: None)
    for namespaces in (True, False):
        found = confinement(namespaces=namespaces)
        assert found.together is None
        assert any("memory cgroup this user can write to" in sentence for sentence in found.missing)
        if os.getuid() == 0:
            assert found.processes is None
            assert any("number of processes is not limited" in sentence for sentence in found.missing)
        else:
            assert "number of processes (rlimit)" in found.layers


def test_a_sandbox_that_breaks_out_is_refused(namespaced, monkeypatch):
    monkeypatch.setattr(sandbox, "prove", lambda confined, secret, start=None: ["It could see another process."])
    proven.cache_clear()
    with pytest.raises(errors.ConfinementError, match="It could see another process"):
        proven()
    proven.cache_clear()


def test_a_worker_that_does_not_start_is_no_confinement(secret):
    with pytest.raises(errors.ConfinementError, match="No worker runs"):
        prove(Confinement(("/bin/false",), (), ()), secret)


def test_alone_it_does_not_start_in_a_folder_that_is_not_its_own(alone, tmp_path):
    (tmp_path / "gradebook.db").write_text("marks")
    start = [
        *alone.command,
        sys.executable,
        "-I",
        "-c",
        (
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); import json, os\n"
            "from grader.boundary.lock import VARIABLE, lock\nlock(json.loads(os.environ[VARIABLE]))"
        ),
    ]
    environment = {"HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(start, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "is not an empty one of the worker's own" in done.stderr


def test_where_no_proc_can_be_mounted_it_does_without_namespaces(namespaced, monkeypatch):
    """As in some containers: bubblewrap refuses, and what needs none of it is left."""
    refusal = sandbox._refusal
    monkeypatch.setattr(sandbox, "_refusal", lambda command: "no new proc" if "--proc" in command else refusal(command))
    found = confinement()
    assert found.command and "bubblewrap namespaces" not in found.layers
    assert any("no new proc" in sentence for sentence in found.missing)


def test_it_holds_for_a_course_that_lies_in_tmp(namespaced, tmp_path):
    """Where the workers' private folder is too: what Python needs has to be shown in it again."""
    shutil.copytree(ROOT / "grader", tmp_path / "clone" / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    said = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path.insert(0, {str(tmp_path / 'clone')!r})\n"
            "from grader.sandbox import confinement as sandbox\nprint(sandbox.__file__, sandbox.proven().layers)",
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith(str(tmp_path)) and "bubblewrap namespaces" in said.stdout


def test_workers_that_a_warm_process_forks_are_confined_as_well(confined, secret):
    with Nursery(command=confined.command) as nursery:
        assert prove(confined, secret, lambda: WorkerProcess(nursery=nursery)) == []
        with WorkerProcess(nursery=nursery) as worker:  # what was tried has not ended it
            assert printed(worker.run_cell("print('well')", 10)) == "well\n"


GROUPS = """12:pids:/session
4:memory:/box/of-ours
3:cpu,cpuacct:/
0::/user.slice/app.slice/lab.scope
"""


def test_groups_are_made_in_the_own_group_or_above_it(tmp_path, monkeypatch):
    """A container's own limit is kept: its groups are below its own; and folders that are not there are passed by."""
    monkeypatch.setattr(cgroup, "MOUNT", tmp_path)
    for folder in ("memory/box/of-ours", "pids", "unified/user.slice/app.slice/lab.scope"):
        (tmp_path / folder).mkdir(parents=True)
    second = [
        (2, tmp_path / "unified" / path)
        for path in ("user.slice/app.slice/lab.scope", "user.slice/app.slice", "user.slice", "")
    ]
    first = [(1, tmp_path / "memory" / path) for path in ("box/of-ours", "box", "")]
    assert list(cgroup._candidates("memory", GROUPS)) == [*first, (2, tmp_path), *second]
    assert list(cgroup._candidates("pids", GROUPS)) == [(1, tmp_path / "pids"), (2, tmp_path), *second]
