"""The course's own functions: one module a unit, generated from ``solutions/`` by ``grader build``.

``given(name)`` is the function, ``text(name)`` its text: what known mistakes are edits of.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
from collections.abc import Callable

from ..exercises import unit_of

__all__ = ["given", "text"]


def given(name: str) -> Callable:
    """The course's own version of a function, in plain numpy (or torch, in a unit on tensors).

    Raises :class:`grader.errors.UnknownExercise`, and ``AttributeError`` where the unit was not built since the
    exercise was written.
    """
    return getattr(importlib.import_module(f"{__name__}.{unit_of(name)}"), name)


@functools.cache
def text(name: str) -> str:
    """The text of the course's own version, without its docstring. Raises as :func:`given` does."""
    source = inspect.getsource(given(name))
    function = ast.parse(source).body[0]
    lines = source.split("\n")
    if ast.get_docstring(function) is not None:
        documented = function.body[0]
        del lines[documented.lineno - 1 : documented.end_lineno]
    return "\n".join(lines).rstrip() + "\n"
