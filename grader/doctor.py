"""What is installed, what is missing, and how to get it.

``grader doctor`` prints what :func:`examine` finds. Nothing here changes anything. A package counts as installed by
its metadata, without being imported; torch alone is, to ask it for a GPU.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import shutil
import sys
from dataclasses import dataclass

from .errors import GraderError

__all__ = ["Item", "examine", "need"]


@dataclass(frozen=True)
class Item:
    """One thing the course uses. ``state`` is ``"ok"``, ``"missing"`` or ``"optional"`` (missing, not needed).

    ``found`` says what is there, ``remedy`` how to get what is not.
    """

    name: str
    state: str
    found: str
    remedy: str = ""


_NOTEBOOKS = ("numpy", "matplotlib", "ipywidgets", "jupyterlab", "tqdm")
_LEARNER = (*_NOTEBOOKS, "click", "rich", "nbclient", "nbformat", "watchfiles")
_INSTRUCTOR = {"torch": "unit 20_gpu, the reference and the vectors", "nbgrader": "a class", "jupytext": "the build"}
_TRITON = "pip install -c constraints.txt triton   (Linux; unit 20_gpu shows a kernel in it, and runs it where it is)"
_EVERYTHING = 'pip install -c constraints.txt -e ".[instructor]"'


def need(*packages: str) -> None:
    """Raise :class:`GraderError`, which says how to get them, where one of these packages is not installed.

    Packages by the name that is imported; none is imported.
    """
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise GraderError(
            f"This needs {', '.join(missing)}, not installed here. In the clone of the course: {_EVERYTHING}"
        )


def _package(name: str, needed: bool, use: str = "") -> Item:
    """A package by the name it is installed under; ``use`` says what it is good for."""
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        remedy = "pip install -c constraints.txt -e ." if needed else _EVERYTHING
        return Item(name, "missing" if needed else "optional", "not installed", f"{remedy}   ({use or 'needed'})")
    return Item(name, "ok", version)


def _device() -> Item:
    """Whether torch finds a GPU. The one item that imports torch.

    A torch that is there and can't be imported is said to be so, with its error; nothing is raised.
    """
    if importlib.util.find_spec("torch") is None:
        return Item("device", "optional", "no torch, so none is used", "learners need none")
    try:
        import torch
    except Exception as error:  # a torch without its libraries raises OSError, ImportError and others
        return Item("device", "optional", f"torch is installed and can't be imported: {error}", _EVERYTHING)
    if torch.cuda.is_available():
        return Item("device", "ok", f"{torch.cuda.get_device_name()} (CUDA)")
    return Item("device", "ok", "CPU (no CUDA device; nothing in the course needs one)")


def _triton() -> Item:
    """Whether the GPU unit's kernel can be run."""
    try:
        return Item("triton", "ok", importlib.metadata.version("triton"))
    except importlib.metadata.PackageNotFoundError:
        return Item("triton", "optional", "not installed", _TRITON)


def _vectors() -> Item:
    """Whether the public test vectors can be loaded, for every exercise.

    They are loaded one and all, which also shows that they are of these exercises.
    """
    from . import vectors
    from .exercises import exercises

    try:
        count = sum(len(vectors.load(e.name)) for e in exercises())
    except GraderError as error:
        return Item("public test vectors", "missing", str(error), "grader vectors")
    return Item("public test vectors", "ok", f"{count} cases for {len(exercises())} exercises")


def _program(name: str, use: str, remedy: str) -> Item:
    """A program in the PATH; ``use`` says what it is good for."""
    path = shutil.which(name)
    return Item(name, "ok", path) if path else Item(name, "optional", "not found", f"{remedy}   ({use})")


def _time_limit() -> Item:
    """By which means a learner's function is stopped here."""
    from .checking.timelimit import can_interrupt_by_signal

    how = (
        "by signal: stops sleeps and loops"
        if can_interrupt_by_signal()
        else ("by watchdog thread: stops Python loops; a single long call into C can't be stopped on this system")
    )
    return Item("time limit on your functions", "ok", how)


def _sandbox() -> Item:
    """What learners' code would be locked into when a class is graded; whether it holds is tested then.

    To find out, some programs are tried, which takes a moment (:func:`grader.sandbox.confinement.confinement`).
    """
    from .sandbox.confinement import confinement

    confined = confinement()
    if confined.command:
        return Item("sandbox", "ok", ", ".join(confined.layers))
    return Item("sandbox", "optional", "none", f"{' '.join(confined.missing)}   (to grade a class)")


def _workspace() -> Item:
    """Where this learner's passing functions are kept, and how many there are."""
    from .workspace import folder, passed

    place = folder()
    return Item("workspace", "ok", f"{place} ({len(passed())} exercises passed)")


def examine() -> list[Item]:
    """Everything the course uses, and its state on this machine: the rows of ``grader doctor``, in order.

    It takes a moment. Raises RuntimeError where there is no home folder to keep a workspace in.
    """
    return [
        Item("Python", "ok", f"{platform.python_version()} ({sys.executable})"),
        *(_package(name, needed=True) for name in _LEARNER),
        *(_package(name, needed=False, use=use) for name, use in _INSTRUCTOR.items()),
        _triton(),
        _device(),
        _vectors(),
        _time_limit(),
        _sandbox(),
        _workspace(),
        _program("make", "the short commands; the README has the long ones", "your system's package manager"),
    ]
