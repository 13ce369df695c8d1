"""What the tests of the sandbox share: both confinements, workers in them, and what a cell said."""

import dataclasses
import errno
import json
import os
import time

import pytest
from conftest import need_program

from grader.boundary import landlock, lock
from grader.boundary.proxy import WorkerProcess
from grader.sandbox import confinement as sandbox
from grader.sandbox.confinement import confinement
from grader.sandbox.layers import Confinement

MISSING = f"FileNotFoundError: [Errno {errno.ENOENT}]"
SEALED = f"OSError: [Errno {errno.EROFS}]"
REFUSED = f"PermissionError: [Errno {errno.EPERM}]"
DENIED = f"PermissionError: [Errno {errno.EACCES}]"
OUTSIDE = "what it did is not to be seen outside"


def found(kind: str) -> Confinement:
    """The confinement of a kind, of which CI must have both."""
    if kind == "namespaces":
        need_program("bwrap")
    elif landlock.version() < sandbox.OLDEST_ALONE or not lock.can_filter():
        if os.environ.get("CI") == "true":
            pytest.fail("Landlock is not there")
        pytest.skip("Landlock is not there")
    confined = confinement(namespaces=kind == "namespaces")
    assert confined.command, confined.missing
    assert ("bubblewrap namespaces" in confined.layers) is (kind == "namespaces")
    return confined


@pytest.fixture(scope="module", params=["namespaces", "alone"])
def confined(request):
    """Both ways: in bubblewrap's namespaces, and with Landlock and the filter alone."""
    return found(request.param)


@pytest.fixture(scope="module")
def namespaced():
    return found("namespaces")


@pytest.fixture(scope="module")
def alone():
    return found("alone")


def with_orders(confined: Confinement, **changed) -> Confinement:
    """The same with other orders to the worker; a change to None takes an order's key from the limits."""
    command = list(confined.command)
    for at, part in enumerate(command):
        name, equals, text = part.rpartition(f"{lock.VARIABLE}=")
        if equals:
            command[at] = f"{equals}{json.dumps(json.loads(text) | changed)}"
        elif part == lock.VARIABLE:
            command[at + 1] = json.dumps(json.loads(command[at + 1]) | changed)
    assert tuple(command) != confined.command
    return dataclasses.replace(confined, command=tuple(command))


@pytest.fixture
def confined_worker(confined):
    with WorkerProcess(command=confined.command) as process:
        yield process


@pytest.fixture(scope="module")
def shared_worker(confined):
    """For tests that leave nothing behind in it."""
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
