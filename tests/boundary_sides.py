"""What the tests of the boundary share: a worker with the tests' functions, and small notebooks."""

import linecache
import shutil
import sys

import nbformat
import pytest
from conftest import ROOT

from grader.boundary.proxy import RemoteFunction, WorkerProcess
from grader.cells import cell_kind
from grader.exercises import exercises, unit_of
from grader.grading.engine import points_of
from grader.grading.judge import Limits, judge
from grader.grading.rebuild import OurCell, TheirCell

ALL = [e.name for e in exercises()]
GIVEN = ROOT / "grader" / "given"
UNITS = sorted({unit_of(name) for name in ALL})


@pytest.fixture(scope="module")
def copied_exercises(tmp_path_factory):
    """The package under another name, so that a worker, whose grader has no exercises, finds their mistakes."""
    folder = tmp_path_factory.mktemp("copied")
    unneeded = shutil.ignore_patterns("__pycache__", "*.npz")
    for part in ("exercises", "given"):
        shutil.copytree(ROOT / "grader" / part, folder / "copied" / part, ignore=unneeded)
    for name in ("errors", "home"):
        shutil.copyfile(ROOT / "grader" / f"{name}.py", folder / "copied" / f"{name}.py")
    (folder / "copied" / "__init__.py").write_text("")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def worker(copied_exercises):
    given = {unit: (GIVEN / f"{unit}.py").read_text(encoding="utf-8") for unit in UNITS}
    with WorkerProcess(given) as process:
        assert ran(process, "import numpy as np, torch", 60) == []
        assert ran(process, f"import sys, importlib; sys.path.insert(0, {str(copied_exercises)!r})") == []
        yield process
        assert process.alive


def ran(process, source, seconds=20.0):
    return [output for output in process.run_cell(source, seconds) if output["output_type"] == "error"]


def local(source: str) -> dict:
    """The names a cell binds, run in this process as a notebook would."""
    place = f"<cell {hash(source)}>"
    linecache.cache[place] = (len(source), None, source.splitlines(True), place)
    scope = {"__name__": "__main__"}
    exec(compile(source, place, "exec"), scope)
    return scope


FUNCTIONS = """
import numpy as np, os, signal
def same(*arguments): return arguments
def is_one(a, b): return a is b
def layout(a): return a.strides, a.flags.c_contiguous, a.flags.f_contiguous, a.flags.writeable, str(a.dtype)
def write(a):
    a[...] = 7
    return a
def write_deep(where):
    where[0]["a"][0] = 5; where.append(1); where[0]["new"] = 2; del where[0]["old"]
def fails(kind, text="why"): raise {"v": ValueError, "k": KeyError, "z": ZeroDivisionError}[kind](text)
def numerical_gradient(f, x, d=1e-5):
    grad = np.zeros_like(x)
    for k in np.ndindex(x.shape):
        e = np.zeros_like(x); e[k] = d
        grad[k] = (f(x + e) - f(x - e)) / (2 * d)
    return grad
def loss(x): return float((x ** 2).sum())
class Cache:
    def __init__(self, x): self.x = x
    def __eq__(self, other): return True
    def __float__(self): return 7.0
def forward(x): return x, Cache(x)
def backward(cache): return 2 * cache.x
def everything(): return Cache(0)
def odd_keys(): return {(1, "a"): 1, object(): 2}
def big(n): return np.zeros(n)
n = 0
def count():
    global n
    n += 1
    return n
def leave(how):
    if how == "exit": os._exit(0)
    if how == "kill": os.kill(os.getpid(), signal.SIGKILL)
    if how == "kill parent": os.kill(os.getppid(), signal.SIGKILL)
    if how == "segv": os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.fixture(scope="module")
def theirs(worker):
    assert ran(worker, FUNCTIONS) == []
    names = [line[4:].partition("(")[0] for line in FUNCTIONS.split("\n") if line.startswith("def ")]
    return {name: RemoteFunction(worker, name) for name in names}


def cell(kind, source, points=2):
    name = f"{kind}_{abs(hash(source))}"
    nbgrader = {"schema_version": 3, "grade_id": name, "grade": kind == "grade", "solution": kind == "solution"}
    nbgrader["locked"] = kind != "solution"
    if kind == "grade":
        nbgrader["points"] = points
    metadata = {} if kind == "own" else {"nbgrader": nbgrader}
    if kind in ("setup", "story"):
        metadata["tags"] = [kind]
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


SETUP = "import numpy as np\n\nfrom grader import check, hint, mine, quiz"


@pytest.fixture
def grading(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def marks(judged) -> list[float]:
    grades = [c for c in judged.cells if c.metadata.get("nbgrader", {}).get("grade")]
    return [points_of(c, float(c.metadata["nbgrader"]["points"])) for c in grades]


def run(cells, unit, names, limits):
    """What :func:`judge` makes of these cells, as a notebook; those without metadata are the learner's own."""
    book = notebook(*cells)
    parts = [
        TheirCell(cell.source, dict(cell)) if cell_kind(cell) == "solution" or not cell.metadata else OurCell(book, k)
        for k, cell in enumerate(book.cells)
    ]
    judge(parts, unit, names, limits)
    return nbformat.from_dict({**book, "cells": [part.node for part in parts]})


def judged(cells, names, **limits):
    return run(cells, "00_start", names, Limits(**limits))
