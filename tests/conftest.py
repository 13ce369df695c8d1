"""What the tests share: workspaces, courses and processes of their own, components that CI must have, and samples."""

import fcntl
import functools
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sampling

from grader.home import COURSE_VARIABLE
from grader.machine import cores

ROOT = Path(__file__).resolve().parent.parent
TOY = Path(__file__).resolve().parent / "toy"

pytest_plugins = ["boundary_sides", "class_of_submissions", "confinements", "browsers", "one_unit_trees"]

# Every process the tests start finds this environment's programs (alembic, jupyter) and the tests' settings.
os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a run in the background: programs it starts would ignore it too
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser):
    group = parser.getgroup("the course")
    group.addoption(
        "--unit", help="only what is asked of this unit and of its exercises, with all known mistakes and long cases"
    )
    group.addoption(
        "--all",
        action="store_true",
        help="all that `make test-long` runs: long tests, and in full what is otherwise asked of a sample",
    )


def pytest_xdist_auto_num_workers(config):
    """One more than there are processors: tests wait for kernels, servers and browsers a good part of their time."""
    return cores() + 1


def pytest_configure(config):
    os.environ.pop(COURSE_VARIABLE, None)
    sampling.seed()


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"samples drawn with {sampling.VARIABLE}={sampling.seed()}")


@pytest.hookimpl(trylast=True)  # of what -k and -m leave
def pytest_collection_modifyitems(config, items):
    for item in items:
        if item.get_closest_marker("gpu") and not _cuda():
            item.add_marker(pytest.mark.skip(reason="no CUDA device on this machine"))
    if name := config.getoption("--unit"):
        _keep(config, items, _of_unit(name))
    elif config.getoption("--all"):
        of_a_sample = {"some", "whole"}
        _keep(
            config,
            items,
            lambda item: (
                item.get_closest_marker("long") or item.get_closest_marker("some") or of_a_sample & {*item.fixturenames}
            ),
        )
    else:
        drawn = _drawn(items)
        _keep(config, items, lambda item: not item.get_closest_marker("some") or item.nodeid in drawn)


def _keep(config, items, wanted: Callable[[pytest.Item], object]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if not wanted(item)])
    items[:] = [item for item in items if wanted(item)]


def _drawn(items) -> set[str]:
    """Which cases of the tests that are asked for some of theirs are asked in this run; ``of`` names several as one."""
    cases: dict[str, list[str]] = {}
    most: dict[str, int] = {}
    for item in items:
        if marker := item.get_closest_marker("some"):
            test = marker.kwargs.get("of", item.nodeid.partition("[")[0])
            cases.setdefault(test, []).append(item.nodeid)
            (number,) = marker.args
            assert most.setdefault(test, number) == number, f"{item.nodeid}: {test!r} has another number elsewhere"
    return {one for test, ids in cases.items() for one in sampling.draw(ids, most[test], test)}


def _of_unit(name: str) -> Callable[[pytest.Item], bool]:
    """Whether a test is parametrised by that unit, or by one of its exercises."""
    from grader.errors import UnknownExercise
    from grader.exercises import unit

    try:
        wanted = {"unit_name": (name,), "name": unit(name).exercises}
    except UnknownExercise as error:
        raise pytest.UsageError(str(error)) from None

    def belongs(item) -> bool:
        given = getattr(item, "callspec", None)
        return given is not None and any(given.params.get(key) in values for key, values in wanted.items())

    return belongs


@functools.cache
def _cuda() -> bool:
    import torch

    return torch.cuda.is_available()


def need_program(*names: str) -> str:
    """The path of the first program found; without one, skip, or fail in CI, where all must be there."""
    for name in names:
        if path := shutil.which(name):
            return path
    _do_without(" or ".join(names))


def need_package(name: str) -> None:
    """A package that is not to be had everywhere: without it, skip, or fail in CI, where all must be there."""
    if importlib.util.find_spec(name) is None:
        _do_without(f"the package {name}")


def need_index(folder: Path) -> None:
    """A package index that pip finds; tried by a small download into ``folder``. Without it, as without a program."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--disable-pip-version-check"]
    command += ["-d", str(folder), "-c", str(ROOT / "constraints.txt"), "click"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if found.returncode:
        _skip(f"pip finds no package index here: {found.stderr.strip()[-300:]}")


def _do_without(what: str) -> None:
    _skip(f"{what} is not installed (see the README on what the tests use)")


def _skip(message: str) -> None:
    """Skip a test, or in CI let it fail: there all must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture(autouse=True)
def workspace(tmp_path_factory, monkeypatch) -> Path:
    """A learner's workspace of the test's own, and no class's settings."""
    folder = tmp_path_factory.mktemp("workspace")
    monkeypatch.setenv("GRADER_WORKSPACE", str(folder))
    monkeypatch.delenv("GRADER_HIDDEN", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return folder


@pytest.fixture(scope="module")
def toy():
    """The toy course in place of the real one, for all of a module's tests that come after it is asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(COURSE_VARIABLE, str(TOY))
        yield TOY


@pytest.fixture
def some(request) -> Callable:
    """``some(items, most, what)``: a sample of them, or with ``--all`` all."""
    return (lambda items, most, what: list(items)) if request.config.getoption("--all") else sampling.draw


@pytest.fixture
def whole(request) -> bool:
    """Whether to take what is long as well: with ``--all``, and where one unit is asked for."""
    return bool(request.config.getoption("--all") or request.config.getoption("--unit"))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> Callable[[str, Callable[[Path], object]], Path]:
    """``made_once(name, make)``: the folder that ``make(folder)`` makes, once for all processes of a run. Copy it."""
    mine = tmp_path_factory.getbasetemp()
    shared = (mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "shared"
    shared.mkdir(exist_ok=True)

    def once(name: str, make: Callable[[Path], object]) -> Path:
        folder = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                draft = shared / f"{name}.draft"
                shutil.rmtree(draft, ignore_errors=True)  # of a process that failed to make it
                make(draft)
                draft.rename(folder)
        return folder

    return once
