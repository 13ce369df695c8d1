"""In which form a function came: written with def, or as a class, a lambda, behind a decorator ...

Both sides of a boundary ask this, so nothing here needs more than Python and numpy.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["FORMS", "form_of", "function_behind"]

# What a message calls each form; a plain def needs no word.
FORMS = {
    "def": "",
    "lambda": "a lambda",
    "class": "a class",
    "factory": "a class",  # whose calls need not make an object of it
    "cached": "a function behind a decorator that keeps answers (functools.lru_cache)",
    "decorated": "a function that wraps another one, as decorators make them",
    "vectorized": "made by np.vectorize",
    "partial": "made by functools.partial",
    "library": "a function of a library's",
    "object": "an object, not a function",
}
_CACHED = type(functools.lru_cache(int))
_BUILT_IN = (types.BuiltinFunctionType, np.ufunc, type(np.concatenate))


def form_of(function: Any, name: str) -> str:
    """A key of ``FORMS`` for what stands under a name. Never raises, whatever stands there.

    A wrapper that a decorator put in a function's place is known by what it wraps: functools.wraps leaves a note of it,
    else it holds the function of that name.
    """
    kind = type(function)
    if kind is type:
        return "class" if function.__new__ is object.__new__ else "factory"
    if issubclass(kind, type):
        return "factory"
    if kind is _CACHED:
        return "cached"
    if kind is np.vectorize:
        return "vectorized"
    if kind is functools.partial:
        return "partial"
    if issubclass(kind, _BUILT_IN):
        return "library"
    if kind is not types.FunctionType:
        return "object"
    if _wrapped(function, name):
        return "decorated"
    return "lambda" if function.__code__.co_name == "<lambda>" else "def"


def function_behind(function: Any, name: str) -> Callable | None:
    """The plain function that a decorator or np.vectorize stands in front of; None where there is none."""
    try:
        found = function.pyfunc if type(function) is np.vectorize else _wrapped(function, name)
    except Exception:  # an object of the learner's may answer anything
        return None
    return found if type(found) is types.FunctionType else None


def _wrapped(function: Any, name: str) -> Any:
    """What a wrapper wraps, or None."""
    if type(function) in (_CACHED, types.FunctionType) and "__wrapped__" in function.__dict__:
        return function.__dict__["__wrapped__"]
    for cell in getattr(function, "__closure__", None) or ():
        try:
            held = cell.cell_contents
        except ValueError:  # not bound yet
            continue
        own = type(held) is types.FunctionType and held.__globals__ is function.__globals__  # none of the course's
        if own and held is not function and held.__name__ == name:
            return held
    return None
