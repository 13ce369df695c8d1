"""Run one submission: the learner's cells in a worker, the grade cells here.

A process of its own for every submission (``python -m grader.boundary.judge``), started by whoever
keeps the marks: a notebook with a header comes in on stdin, the notebook with its outputs goes out
on stdout. It holds no gradebook. The grade cells, the expected values and the verdict live here;
the learner's code never does.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from ..exercises import units
from .explicit import with_explicit_pass
from .proxy import RemoteFunction, WorkerDied, WorkerProcess

__all__ = ["Limits", "given_texts", "judge", "judge_in_process", "learner_names"]

_GIVEN = Path(__file__).resolve().parent.parent / "given"


class Limits(dict):
    """Seconds for a cell, a call and the whole submission: ``cell``, ``call``, ``submission``."""

    def __init__(self, **limits: float):
        super().__init__({"cell": 20.0, "call": 5.0, "submission": 600.0} | limits)


def learner_names(source) -> list[str]:
    """The names the instructor's solution cells bind at their top level: these are the learner's."""
    names: dict[str, None] = {}
    for cell in source.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            for node in ast.parse(cell.source).body:
                for part in ast.walk(node) if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) else ():
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        names[part.id] = None
                if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
                    names[node.name] = None
    return list(names)


def given_texts(unit_name: str) -> dict[str, str]:
    """The course's own functions of the units before this one, as text by unit."""
    earlier = [unit.name for unit in units() if unit.name < unit_name]
    return {name: (_GIVEN / f"{name}.py").read_text(encoding="utf-8") for name in earlier}


def _kind(cell) -> str:
    nbgrader = cell.metadata.get("nbgrader", {})
    if nbgrader.get("grade"):
        return "grade"
    return "setup" if "setup" in cell.metadata.get("tags", []) and nbgrader.get("locked") else "learner"


class _Side:
    """The learner's side of one submission: a worker, and another one when it dies."""

    def __init__(self, given: Mapping[str, str], command: Sequence[str], deadline: float | None = None):
        self.given, self.command, self.deadline = given, command, deadline
        self.worker = WorkerProcess(given, command)
        self.worker.deadline = deadline
        self.ran: list[str] = []  # what a new worker has to run again

    def run(self, source: str, seconds: float) -> list[dict]:
        """Run a cell; one that takes the process with it is left out when its successor is set up."""
        try:
            self.revive(seconds)
            outputs = self.worker.run_cell(source, seconds)
        except WorkerDied as death:
            return [_error("WorkerDied", f"This cell ended the process: {death}.")]
        self.ran.append(source)
        return outputs

    def revive(self, seconds: float) -> None:
        """Make sure that a worker is there with all that ran so far. Raises :class:`WorkerDied`."""
        if self.worker.alive:
            return
        self.worker.close()
        self.worker = WorkerProcess(self.given, self.command)
        self.worker.deadline = self.deadline
        for source in self.ran:
            self.worker.run_cell(source, seconds)

    def close(self) -> None:
        self.worker.close()


def judge(
    notebook, unit_name: str, names: Sequence[str], limits: Mapping[str, float] = Limits(), command: Sequence[str] = ()
):
    """Run a rebuilt submission; returns it with its outputs.

    ``notebook``'s grade and setup cells must be the instructor's own. ``command`` is what the
    worker is started under, such as a sandbox.
    """
    deadline = time.monotonic() + limits["submission"]
    scope: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    side = _Side(given_texts(unit_name), command, deadline)
    count = 0
    try:
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            left = deadline - time.monotonic()
            if left <= 0:
                cell.outputs = [nbformat.from_dict(_error("TimeLimit", "The submission's time was used up."))]
                continue
            count += 1
            seconds = min(limits["cell"], left)
            if _kind(cell) == "grade":
                outputs = _grade(cell, scope, side, names, limits, count)
            else:
                outputs = side.run(cell.source, seconds)
                if _kind(cell) == "setup":
                    _set_up(cell.source, scope)
            cell.execution_count = count
            cell.outputs = [nbformat.from_dict(output) for output in outputs if _well_formed(output)]
    finally:
        side.close()
    return notebook


def _set_up(source: str, scope: dict[str, Any]) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, "<setup>", "exec"), scope)


def _grade(cell, scope: dict, side: _Side, names: Sequence[str], limits: Mapping[str, float], count: int) -> list[dict]:
    """Run a grade cell here, with the learner's names standing for what lives over there."""
    source = with_explicit_pass(cell.source, float(cell.metadata["nbgrader"]["points"]))
    printed = io.StringIO()
    outputs: list[dict] = []
    try:
        side.revive(limits["cell"])
        with side.worker.session():
            own = dict(scope) | _lent(side.worker, names, limits["call"])
            body = ast.parse(source).body
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                exec(compile(ast.Module(body[:-1], []), "<grade cell>", "exec"), own)
                value = eval(compile(ast.Expression(body[-1].value), "<grade cell>", "eval"), own)
        bundle = getattr(value, "_repr_mimebundle_", None)
        data = bundle() if bundle else {"text/plain": repr(value)}
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count})
    except WorkerDied as death:
        outputs.append(_error("WorkerDied", f"The learner's code ended its process: {death}."))
    except Exception as error:  # an assertion that does not hold, or what the learner's function raised
        outputs.append(_error(type(error).__name__, str(error)[:2000]))
    if printed.getvalue():
        outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": printed.getvalue()[:20_000]})
    return outputs


def _lent(worker: WorkerProcess, names: Sequence[str], seconds: float) -> dict[str, Any]:
    kinds = worker.kinds(names)
    lent: dict[str, Any] = {}
    for name, kind in kinds.items():
        if kind == "function":
            lent[name] = RemoteFunction(worker, name, seconds)
        elif kind == "value":
            lent[name] = worker.fetch(name)
    return lent


def _error(name: str, text: str) -> dict:
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def _well_formed(output: dict) -> bool:
    """Whether what the learner's side calls an output is one; a result that carries points is not theirs to give."""
    try:
        nbformat.validate(nbformat.from_dict(output), "output", version=4)
    except Exception:
        return False
    return True


def judge_in_process(
    notebook, unit_name: str, names: Sequence[str], limits: Mapping[str, float], command: Sequence[str] = ()
):
    """:func:`judge` in a fresh process. Raises RuntimeError where that process itself fails."""
    order = {
        "notebook": nbformat.writes(notebook), "unit": unit_name, "names": list(names), "limits": dict(limits),
        "command": list(command),
    }
    done = subprocess.run(
        [sys.executable, "-I", "-m", "grader.boundary.judge"], input=json.dumps(order).encode(), capture_output=True,
        env={**os.environ, "NBGRADER_EXECUTION": "autograde"},
        timeout=2 * limits["submission"] + 120,
    )
    if done.returncode:
        raise RuntimeError(f"the process that grades failed: {done.stderr.decode(errors='replace')[-2000:]}")
    return nbformat.reads(done.stdout.decode(), as_version=4)


if __name__ == "__main__":
    order = json.load(sys.stdin)
    answer = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but the answer goes out
    result = judge(
        nbformat.reads(order["notebook"], as_version=4), order["unit"], order["names"], order["limits"],
        order["command"],
    )
    answer.write(nbformat.writes(result).encode("utf-8", "replace"))  # what was printed may be no text
