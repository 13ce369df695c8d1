"""What the tests share: a workspace of their own, and components that CI must have."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Every process the tests start finds this environment's programs (alembic, jupyter) and the tests' settings.
os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("gpu") and not _cuda():
            item.add_marker(pytest.mark.skip(reason="no CUDA device on this machine"))


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


def _do_without(what: str) -> None:
    message = f"{what} is not installed (see the README on what the tests use)"
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
