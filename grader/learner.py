"""What a learner calls first of all: ``check``, which keeps what passed, and what each check said."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

from .checking.check import UNDEFINED, check_function, fault
from .checking.verdict import Finding, Verdict
from .errors import GraderError, UsageError
from .exercises import exercise as find_exercise
from .hints import NOTHING, named_exercise
from .progress import keep_check, solution_text
from .reminders import reminders
from .workspace import folder, forgetful, grading, own_text, remember

__all__ = ["check"]


def check(what: Any = NOTHING, fn: Callable | None = None, *, hidden: bool = False) -> Verdict:
    """Check a function of yours against the reference.

    ``check("lstm_step")`` looks the name up where you call it, ``check(lstm_step)`` takes the
    function itself, and ``check("lstm_step", f)`` judges ``f`` as an answer to that exercise.
    ``hidden=True`` uses the class's hidden test vectors and shows no values. What stands under its own name and
    passes is kept in your workspace, for the units that use it (see ``mine``), and so is what each check said. Of what
    passed a notebook shows the course's own version too, folded away.

    Never raises: where no verdict is possible, ``passed`` of what comes back is None, and its text says why.

    ``what`` is an exercise's name, or a function that is called like one. The answer shows itself as the last
    expression of a cell; its attributes (``passed``, ``points``, ``score``, ``mistake``, ``text``) are
    :class:`Verdict`'s. What passed under another name, or with hidden vectors, is not kept.
    """
    scope = sys._getframe(1).f_globals
    try:
        name, function, named = _resolve(what, fn, scope)
        exercise = find_exercise(name)
        verdict = check_function(exercise, function, hidden)
    except UsageError as error:
        return Verdict(_name_of(what), passed=None, finding=Finding(seen=str(error)))
    except GraderError as error:
        return fault(_name_of(what), str(error))
    except Exception as error:  # ours, whatever it is: never the learner's
        return fault(_name_of(what), _unexpected(error))
    if named and not hidden and not grading():
        _keep(verdict, function)
    verdict.notes += reminders(exercise.name, function, verdict) if named else []
    return verdict


_told: set[str] = set()  # of what could not be kept, once in a kernel is enough


def _keep(verdict: Verdict, function: Any) -> None:
    """Keep what a check said of a learner's own function, and the function if it passed; show them ours beside it."""
    if verdict.passed is None or not verdict.tried:
        return
    if _is_the_courses(function):
        verdict.notes.append("This is the course's own version, so nothing of it is kept or counted as yours.")
        return
    note = ""
    if verdict.passed:
        note = remember(verdict.name, function)
        verdict.notes += [note] if note else []
        verdict.solution, verdict.own = solution_text(verdict.name), own_text(function)
    outcome = {"right": "right", "partly": "partly"}.get(verdict.state, "wrong")
    unkept = keep_check(verdict.name, outcome, verdict.points or 0.0, verdict.max_points)
    for said in ("" if note else unkept, "" if note or not verdict.passed else _until_when()):
        if said and said not in _told:
            _told.add(said)
            verdict.notes.append(said)


def _until_when() -> str:
    """What is said where what passed will not be kept for long, else ""."""
    if not (service := forgetful()):
        return ""
    return (
        f"It is kept until this session ends, as all files on {service}: in {folder()}. Download that folder to have "
        "it next time."
    )


def _is_the_courses(function: Any) -> bool:
    """Whether somebody checks what ``mine`` gave them where they had none of their own."""
    module = function.__module__ if type(function) is types.FunctionType else None  # others may answer anything
    return isinstance(module, str) and module.startswith("grader.given.")


def _name_of(what: Any) -> str:
    """What a check was asked for, in a word: it may be any object, and answer anything when it is asked."""
    try:
        name = what if type(what) is str else what.__name__
    except Exception:
        name = None
    return name[:80] if type(name) is str else "check"


def _unexpected(error: Exception) -> str:
    """What is said of an error of ours: its class, its text, and where it was raised."""
    place = ""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        place = f" (in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno})"
    return f"The grader stumbled over {type(error).__name__}: {error}{place}."


def _resolve(what: Any, fn: Any, scope: dict) -> tuple[str, Any, bool]:
    """(exercise's name, function, whether it stands under its own name), from what ``check`` was given.

    ``scope`` are the names where ``check`` was called; what stands there under no name is ``UNDEFINED``. Raises
    :class:`UsageError` for what doesn't tell which exercise it answers.
    """
    name = named_exercise(what, "check")
    if type(what) is str:
        return (name, scope.get(name, UNDEFINED), True) if fn is None else (name, fn, False)
    return name, what, scope.get(name) is what
