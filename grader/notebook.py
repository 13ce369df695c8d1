"""What a notebook calls: ``check``, which keeps what passed, and beside it ``hint``, ``mine`` and ``quiz``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .checking.check import UNDEFINED, check_function, fault
from .checking.describe import describe
from .checking.verdict import Finding, Verdict
from .errors import GraderError, UsageError
from .exercises import exercise as find_exercise
from .guidance import hint, quiz
from .workspace import mine, remember

__all__ = ["Verdict", "check", "hint", "mine", "quiz"]


def check(what: str | Callable, fn: Callable | None = None, *, hidden: bool = False) -> Verdict:
    """Check a function of yours against the reference.

    ``check("lstm_step")`` looks the name up where you call it, ``check(lstm_step)`` takes the
    function itself, and ``check("lstm_step", f)`` judges ``f`` as an answer to that exercise.
    ``hidden=True`` uses the class's hidden test vectors and shows no values. What stands under its own name and
    passes is kept in your workspace, for the units that use it (see ``mine``).

    Never raises: where no verdict is possible, ``passed`` of what comes back is None, and its text says why.
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
    if verdict.passed and not hidden and named:
        note = remember(exercise.name, function)
        verdict.notes += [note] if note else []
    return verdict


def _name_of(what: Any) -> str:
    """What a check was asked for, in a word: it may be any object, and answer anything when it is asked."""
    try:
        name = what if type(what) is str else what.__name__
    except Exception:
        name = None
    return name[:80] if type(name) is str else "check"


def _unexpected(error: Exception) -> str:
    place = ""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        place = f" (in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno})"
    return f"The grader stumbled over {type(error).__name__}: {error}{place}."


def _resolve(what: Any, fn: Any, scope: dict) -> tuple[str, Any, bool]:
    """(exercise's name, function, whether it stands under its own name)."""
    if type(what) is str:
        if fn is not None:
            return what, fn, False
        return what, scope.get(what, UNDEFINED), True
    try:
        name = what.__name__
    except Exception:
        name = None
    if type(name) is not str or name == "<lambda>":
        raise UsageError(
            f"check was given {'a lambda' if name == '<lambda>' else describe(what)}, which doesn't tell which "
            "exercise it answers. "
            'Say so with the exercise\'s name first: check("lstm_step", your_function).'
        )
    return name, what, scope.get(name) is what
