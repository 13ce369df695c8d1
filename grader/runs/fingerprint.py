"""What a function is made of: its own code, that of each function it calls, and all the values that they use.

Two runs do the same if they are made of the same. It is told by digests, one for each name, so that what differs can be
named. A comment, a docstring and an empty line make no difference; a number does.
"""

from __future__ import annotations

import functools
import hashlib
import sys
import types
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..checking.names import global_names

__all__ = ["differing", "digest", "parts"]


def parts(function: Callable) -> dict[str, str]:
    """The digests of a function and of all that it uses, by name; the function's own is under its name.

    Functions that come from a module, numpy's and the course's, are told by their names alone. A thing of which
    nothing can be told (an open file, a lock) has another digest each time.
    """
    found = _Parts()
    found.add(getattr(function, "__name__", type(function).__name__), function)
    return found.digests


def digest(value: Any) -> str:
    """The digest of a value: numbers, texts, arrays, and containers of these by what is in them."""
    return _Parts().of(value)


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The names under which the two have different digests, or only one has any; sorted."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


class _Parts:
    """Digests as they are found; a function that is being looked at is not looked at again."""

    def __init__(self) -> None:
        self.digests: dict[str, str] = {}
        self._names: dict[int, str] = {}  # under which name a function stands, by its id
        self._open: set[int] = set()  # containers that are being looked at

    def add(self, name: str, value: Any) -> None:
        """Add what a name stands for; another thing of the same name gets a number behind it."""
        if isinstance(value, types.FunctionType) and not _is_importable(value):
            self._function(name, value)
            return
        said = self.of(value)
        if self.digests.get(name, said) != said:
            name = self._free(name)
        self.digests[name] = said

    def of(self, value: Any) -> str:
        """The digest of a value. Functions that it holds are added under their own names."""
        return hashlib.sha256("\0".join(self._said(value)).encode()).hexdigest()

    def _function(self, name: str, function: types.FunctionType) -> str:
        """Add a function with what it uses. Returns the name under which it stands."""
        if id(function) in self._names:
            return self._names[id(function)]
        name = self._free(name) if name in self.digests else name
        self._names[id(function)] = name
        self.digests[name] = ""  # holds its place, so that a recursion ends
        code = function.__code__
        defaults = (function.__defaults__, function.__kwdefaults__)
        self.digests[name] = self.of((*_code(code, function.__doc__), defaults))
        used: dict[str, Any] = {}
        for one in sorted(global_names(code)):
            if one in function.__globals__:
                used[one] = function.__globals__[one]
        for one, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            used[one] = _content(cell)
        for one, value in used.items():
            self.add(one, value)
        return name

    def _free(self, name: str) -> str:
        """A name that nothing stands under."""
        return next(one for k in range(2, sys.maxsize) if (one := f"{name} ({k})") not in self.digests)

    def _said(self, value: Any) -> Iterator[str]:
        """What is told of a value, piece by piece."""
        yield type(value).__name__
        if id(value) in self._open:
            return
        if value is None or value is ... or isinstance(value, (bool, int, float, complex, str, bytes, range, slice)):
            yield repr(value)
        elif isinstance(value, (np.ndarray, np.generic)) and value.dtype != object:
            array = np.asarray(value)
            yield f"{array.dtype.str} {array.shape}"
            yield hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
        elif isinstance(value, (list, tuple, dict, set, frozenset)):
            self._open.add(id(value))
            inside = [*value.items()] if isinstance(value, dict) else [*value]
            said = [self.of(one) for one in inside]
            yield from sorted(said) if isinstance(value, (set, frozenset)) else said
            self._open.discard(id(value))
        elif isinstance(value, types.CodeType):
            yield self.of(_code(value, None))
        elif isinstance(value, types.ModuleType):
            yield value.__name__
        elif isinstance(value, np.random.Generator):
            yield self.of(value.bit_generator.state)
        elif isinstance(value, functools.partial):
            yield self.of((value.func, value.args, value.keywords))
        elif isinstance(value, types.MethodType):
            yield self.of((value.__func__, value.__self__))
        elif _is_importable(value):
            yield f"{value.__module__}.{value.__qualname__}"
        elif isinstance(value, types.FunctionType):
            yield self._function(value.__name__, value)
        elif isinstance(value, type):
            yield self.of({name: one for name, one in vars(value).items() if name not in ("__dict__", "__weakref__")})
        elif hasattr(value, "__dict__"):
            self._open.add(id(value))
            yield self.of((type(value), vars(value)))
            self._open.discard(id(value))
        else:
            yield uuid.uuid4().hex  # nothing is known of it


def _code(code: types.CodeType, doc: str | None) -> tuple[Any, ...]:
    """What code does, without its lines' numbers and its docstring, as values that have a digest."""
    constants = [None if doc is not None and one == doc else one for one in code.co_consts]
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return code.co_code, constants, names, code.co_argcount, code.co_kwonlyargcount, code.co_flags


def _content(cell: types.CellType) -> Any:
    """What a variable of an outer function holds, None where it was not bound yet."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _is_importable(value: Any) -> bool:
    """Whether a thing is found under its name in the module it says it is from, and that is not the notebook."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return False
    thing: Any = sys.modules.get(module)
    for piece in name.split("."):
        thing = getattr(thing, piece, None)
    return thing is value
