"""What a check of a notebook's adds of what went before it: the last check, and the version that passed once."""

from __future__ import annotations

import os
import types
import weakref
from typing import Any

from .checking.names import global_names
from .checking.verdict import Verdict
from .workspace import folder, passed

__all__ = ["reminders"]

_EMPTY = ("is not defined here.", "isn't written yet: it still raises NotImplementedError.")
_Made = tuple[list[types.FunctionType], dict[str, int]]  # functions; what else they read, by name: the value's id
# By exercise: what the last check that failed was of.
_last: dict[str, tuple[list[weakref.ref], dict[str, int]]] = {}


def reminders(name: str, function: Any, verdict: Verdict) -> list[str]:
    """Sentences for a check that failed, on a function whose cell may not have been run; none while a class is graded.

    ``function`` is what stood under the exercise's name. A function is the very one of the
    last check only where no cell has defined it anew since, nor any function of the learner's that it calls: running a
    cell again makes a new function, also of the same text.
    """
    if verdict.passed is not False or verdict.hidden or os.environ.get("NBGRADER_EXECUTION"):
        if verdict.passed and not verdict.hidden:
            _last.pop(name, None)
        return []
    notes = []
    functions, values = _made_of(function)
    references, before = _last.get(name, ([], {}))
    if functions and values == before and [id(one) for one in functions] == [id(one()) for one in references]:
        notes.append(
            f"This is the same function as at your last check of {name}. Did you change it? Then run its cell, and "
            "check again."
        )
    _last[name] = [weakref.ref(one) for one in functions], values
    seen = verdict.finding.seen if verdict.finding else ""
    if seen.endswith(_EMPTY) and _is_kept(name):
        place = folder() / "passed" / f"{name}.py"
        notes.append(
            f"A version of {name} of yours has passed this check before, and is kept ({place}). If its cell is in this "
            "notebook, run it, and check again."
        )
    return notes


def _made_of(function: Any) -> _Made:
    """The function and those of the notebook's that it calls, in order, and what else of it they read.

    No functions at all of what is no plain function.
    """
    if type(function) is not types.FunctionType:
        return [], {}
    found, values = [function], {}
    for one in found:
        for used in sorted(global_names(one.__code__)):
            value = one.__globals__.get(used)
            if type(value) is not types.FunctionType or value.__globals__ is not function.__globals__:
                values[used] = id(value)
            elif all(value is not other for other in found):
                found.append(value)
    return found, values


def _is_kept(name: str) -> bool:
    try:
        return name in passed()
    except (OSError, RuntimeError):  # no home folder to look in
        return False
