"""Run one submission: the learner's cells in a worker, the grade cells here.

Called in a process of its own for every submission (:mod:`grader.grading.lane`), which holds no
gradebook. The grade cells, the expected values and the verdict live here; the learner's code never does:
:func:`_ours` is the one way to a text that is run here, and lets through none that was handed in.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import nbformat

from ..boundary.nursery import NurseryFailed
from ..boundary.proxy import RemoteFunction, WorkerDied, WorkerProcess
from ..cells import cell_kind, grade_id, nbgrader_record
from ..exercises import units
from ..home import course_part
from ..learner import check
from .doubt import CELL, SETUP, doubt
from .explicit import with_explicit_pass
from .magics import parse
from .rebuild import OurCell, Ours, TheirCell

__all__ = ["Limits", "given_texts", "judge", "learner_names"]

_NOT_RUN = "This cell takes long and is not run while a class is graded.\n"


class Limits(dict):
    """Seconds for a cell (``cell``), a call of a learner's function (``call``), the whole ``submission``.

    What is not given is 20, 5 and 600.
    """

    def __init__(self, **limits: float):
        super().__init__({"cell": 20.0, "call": 5.0, "submission": 600.0} | limits)


def learner_names(source) -> list[str]:
    """The names the instructor's solution cells bind at their top level, in order: these are the learner's.

    ``source`` is the notebook with the solutions, of nbformat 4. Functions, classes and assignments count; imports
    don't: what is imported is ours in a test (:class:`.rebuild.OurImports`).
    """
    names: dict[str, None] = {}
    for cell in source.cells:
        if cell.cell_type == "code" and cell_kind(cell) == "solution":
            for node in parse(cell.source).body:
                for part in ast.walk(node) if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) else ():
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        names[part.id] = None
                if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
                    names[node.name] = None
    return list(names)


def given_texts(unit_name: str) -> dict[str, str]:
    """The course's own functions of the units before this one, as text by unit's name.

    Before is by name: a notebook of the instructor's own has those of the units whose names sort before its own.
    """
    earlier = [unit.name for unit in units() if unit.name < unit_name]
    return {name: (course_part("given") / f"{name}.py").read_text(encoding="utf-8") for name in earlier}


class _Side:
    """The learner's side of one submission: a worker, and another one when it dies.

    ``deadline`` is when the submission's time is used up, on the clock of :func:`time.monotonic`.
    """

    def __init__(self, start: Callable[[], WorkerProcess], deadline: float):
        self.start, self.deadline = start, deadline
        self.worker = start()
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
        self.worker = self.start()
        self.worker.deadline = self.deadline
        for source in self.ran:
            self.worker.run_cell(source, seconds)

    def close(self) -> None:
        self.worker.close()


def judge(
    cells: Sequence[OurCell | TheirCell],
    unit_name: str,
    names: Sequence[str],
    limits: Mapping[str, float] = Limits(),
    start: Callable[[], WorkerProcess] | None = None,
    story: Mapping[str, list] = {},
    imports: Ours | None = None,
    clean: Callable[[list], list] | None = None,
) -> None:
    """Run a rebuilt submission: its cells get their outputs, and the seconds that each took.

    Where a cell runs follows from whose text it holds: what is the learner's in the worker, and nowhere else. Outputs
    go into the cells' nodes, ``seconds`` and (of a grade cell that fails) ``doubt`` into the cells.

    Args:
        cells: the submission, from :func:`.rebuild.rebuild`.
        unit_name: its unit, whose earlier units' functions a worker of its own is given.
        names: those that are the learner's (:func:`learner_names`).
        limits: seconds for a ``cell``, a ``call`` and the whole ``submission``; once these are used up, what is left is
            not run and says so.
        start: makes a worker (default: an unconfined one of its own).
        story: the outputs of story cells that are not to be run, by grade_id.
        imports: what is run on this side first.
        clean: makes the outputs of learners' code safe to show (default: leaves out what is no output).

    Raises:
        NurseryFailed: no worker starts, or the course's own setup cell does not run before any of the learner's did.
    """
    deadline = time.monotonic() + limits["submission"]
    shown = clean or _well_formed
    scope: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}
    side = _Side(start or functools.partial(WorkerProcess, given_texts(unit_name)), deadline)
    if imports is not None:
        _set_up_leniently(imports, scope)
    count = 0
    strange = False  # whether a cell ran that is no setup: until then a failure can't be the learner's doing
    try:
        for cell in cells:
            if cell.node["cell_type"] != "code":
                continue
            began = time.monotonic()
            left = deadline - began
            if left <= 0:
                cell.node["outputs"] = _nodes([_error("TimeLimit", "The submission's time was used up.")])
                continue
            count += 1
            seconds = min(limits["cell"], left)
            if isinstance(cell, TheirCell):
                outputs = shown(side.run(cell.text, seconds))
                strange = True
            elif cell.kind == "grade":
                outputs = _grade(cell, scope, side, names, limits, count)
            elif cell.kind == "long":
                outputs = [{"output_type": "stream", "name": "stdout", "text": _NOT_RUN}]
            elif cell.kind == "story" and grade_id(cell.node) in story:
                outputs = story[grade_id(cell.node)]
            else:
                outputs = shown(side.run(cell.text, seconds))
                strange |= cell.kind != "setup"
                if cell.kind == "setup":
                    if not strange and (failed := [one for one in outputs if one["output_type"] == "error"]):
                        raise NurseryFailed(f"the course's own setup cell did not run: {failed[0]['evalue'][:300]}")
                    _set_up(cell, scope)
                elif cell.kind == "plain":
                    _set_up_leniently(cell, scope)
            cell.node["execution_count"] = count
            cell.node["outputs"] = _nodes(outputs)
            cell.seconds = time.monotonic() - began
    finally:
        side.close()


def _nodes(outputs: list[dict]) -> list:
    """Outputs as nbformat has them."""
    return [nbformat.from_dict(output) for output in outputs]


def _ours(piece: Ours) -> str:
    """The text of what is to run on this side. Raises TypeError for all that could hold a learner's."""
    if not isinstance(piece, Ours):
        raise TypeError(f"a {type(piece).__name__} can't run on the grader's side: its text may be a learner's")
    return piece.text


def _set_up(cell: Ours, scope: dict[str, Any]) -> None:
    """Run a setup cell here as well, for the grade cells; what it prints is shown by the learner's side."""
    code = compile(_ours(cell), SETUP, "exec")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, scope)


def _set_up_leniently(piece: Ours, scope: dict[str, Any]) -> None:
    """Run what can be run of it here: it may call the learner's functions, which live elsewhere, or hold magics."""
    source = _ours(piece)
    text = "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in source.split("\n"))
    try:
        statements = ast.parse(text).body
    except SyntaxError:
        return
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for statement in statements:
            with contextlib.suppress(Exception):  # a test that needs it will say so
                exec(compile(ast.Module([statement], []), SETUP, "exec"), scope)


def _grade(
    cell: OurCell, scope: dict, side: _Side, names: Sequence[str], limits: Mapping[str, float], count: int
) -> list[dict]:
    """Run a grade cell here, with the learner's names standing for what lives over there. Returns its outputs.

    Its last value is shown, and is its points; where it has none, reaching the end earns ``points``. An exception is
    an output too, and ``cell.doubt`` then says whether it may not be the learner's doing. ``count`` is the number
    that the notebook shows for it.
    """
    text, points = _ours(cell), float(nbgrader_record(cell.node)["points"])
    source = with_explicit_pass(text, points)
    printed = io.StringIO()
    outputs: list[dict] = []
    try:
        side.revive(limits["cell"])
        with side.worker.session():
            own = dict(scope) | _lent(side.worker, names, limits["call"])
            *body, last = _without_idle_checks(ast.parse(source).body, scope)
            last = cast(ast.Expr, last)  # with_explicit_pass ends it so
            theirs = set(names) | {"__value__"}
            with _kept(scope, own, theirs), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                exec(compile(ast.Module(body, []), CELL, "exec"), own)
                value = eval(compile(ast.Expression(last.value), CELL, "eval"), own)
        if _is_call_of(text, names):  # what a learner's function returns is no number of points
            value = points
        bundle = getattr(value, "_repr_mimebundle_", None)
        data = bundle() if bundle else {"text/plain": repr(value)}
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count})
    except WorkerDied as death:
        outputs.append(_error("WorkerDied", f"The learner's code ended its process: {death}."))
    except NurseryFailed:  # ours
        raise
    except Exception as error:  # an assertion that does not hold, or what the learner's function raised
        cell.doubt = doubt(error, names)
        said = getattr(error, "__notes__", None) or [str(error)]  # of what was raised over there: also where
        outputs.append(_error(type(error).__name__, said[0][:2000]))
    if printed.getvalue():
        outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": printed.getvalue()[:20_000]})
    return outputs


@contextlib.contextmanager
def _kept(scope: dict[str, Any], own: dict[str, Any], theirs: set[str]) -> Iterator[None]:
    """What a grade cell imports and defines is there for the next one, as in a notebook."""
    try:
        yield
    finally:
        scope.update({name: value for name, value in own.items() if name not in theirs})


def _lent(worker: WorkerProcess, names: Sequence[str], seconds: float) -> dict[str, Any]:
    """What stands for the learner's names in a grade cell, by name: of a function a stand-in, of a value a copy.

    Names that the learner did not bind are left out; ``seconds`` is how long a call may take.
    """
    kinds, lent = worker.bound(names)
    for name, kind in kinds.items():
        if kind == "function":
            lent[name] = RemoteFunction(worker, name, seconds)
        elif kind == "value" and name not in lent:
            lent[name] = worker.fetch(name)
    return lent


def _error(name: str, text: str) -> dict:
    """An output of nbformat's for an error of this kind."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def _well_formed(outputs: list) -> list:
    """What nbformat takes for an output, of what the learner's side calls one."""
    kept = []
    for output in outputs:
        with contextlib.suppress(Exception):  # it may be anything
            nbformat.validate(nbformat.from_dict(output), "output", version=4)
            kept.append(output)
    return kept


def _without_idle_checks(body: list[ast.stmt], scope: Mapping[str, Any]) -> list[ast.stmt]:
    """Leave out each ``check("name")`` whose verdict is thrown away: the learner saw it, the hidden one decides."""
    if scope.get("check") is not check:
        return body

    def idle(node: ast.stmt) -> bool:
        call = node.value if isinstance(node, ast.Expr) else None
        return (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "check"
            and all(isinstance(one, ast.Constant) for one in call.args)
            and not call.keywords
        )

    return [node for node in body if not idle(node)]


def _is_call_of(source: str, names: Sequence[str]) -> bool:
    """Whether the last statement is nothing but a call of one of the learner's functions."""
    last = ast.parse(source).body[-1:]
    call = last[0].value if last and isinstance(last[0], ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names
