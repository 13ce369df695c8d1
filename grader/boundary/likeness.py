"""What makes a call over there look like one here: arguments that change, and errors that can be caught."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import tensors

__all__ = ["RemoteError", "bring_back", "error_like"]


class RemoteError(Exception):
    """A learner's function raised; the note says where, with their own frames only.

    Where a built-in exception was raised over there, it is caught as that one too (:func:`error_like`).
    """


def bring_back(before: Sequence[Any], after: Sequence[Any], value: Any) -> Any:
    """Change the arguments as the function over there changed its copies, as it could have done here.

    ``before`` are the caller's own objects, ``after`` what became of them, one for one. Arrays of the same shape and
    dtype, tensors, lists, dicts, sets and random generators are changed in place; where nothing changed, nothing is
    written. Returns ``value`` with the caller's own objects where the function returned its arguments.

    An array or list of another class than the caller's is left alone, as is an array of another shape: the caller's is
    then what it was. Keys and items that are new are the objects that came back.
    """
    own: dict[int, Any] = {}  # by the id of what stands for it in ``after``
    for one, other in zip(before, after, strict=False):
        _bring(one, other, own)
    return _with_own(value, own)


def _bring(before: Any, after: Any, own: dict[int, Any]) -> None:
    """Change one object in place; ``own`` learns which of ours stands for what came back."""
    kind = type(before)
    if before is after or kind is not type(after):
        return
    if kind is tuple:
        for one, other in zip(before, after, strict=False):
            _bring(one, other, own)
        return
    if id(after) in own:
        return
    if kind is np.ndarray:
        if before.shape == after.shape and before.dtype == after.dtype:
            own[id(after)] = before
            if before.flags.writeable and before.tobytes() != after.tobytes():
                before[...] = after
    elif tensors.is_tensor(before):
        own[id(after)] = before
        tensors.write(before, after)
    elif kind is list:
        own[id(after)] = before
        for one, other in zip(before, after, strict=False):
            _bring(one, other, own)
        before[:] = [_kept(*pair) for pair in zip(before, after, strict=False)] + after[len(before) :]
    elif kind is dict:
        own[id(after)] = before
        for key in before.keys() & after.keys():
            _bring(before[key], after[key], own)
        now = {key: _kept(before[key], value) if key in before else value for key, value in after.items()}
        before.clear()
        before.update(now)
    elif kind is set:
        own[id(after)] = before
        before &= after
        before |= after
    elif kind is np.random.Generator:
        own[id(after)] = before
        if type(before.bit_generator) is type(after.bit_generator):
            before.bit_generator.state = after.bit_generator.state
    elif kind is np.random.RandomState:
        own[id(after)] = before
        before.set_state(after.get_state(legacy=False))


def _kept(before: Any, after: Any) -> Any:
    """The object that was there, where it can be what is there now.

    Of what did not cross, a handle comes back: it says nothing of the object that was here, which stays.
    """
    if hasattr(type(after), "_refuse"):  # what did not cross as data has not come back as something else
        return before
    kind = type(before)
    if kind is type(after):
        if kind is np.ndarray or tensors.is_tensor(before):
            return before if before.shape == after.shape and before.dtype == after.dtype else after
        if kind in (list, dict, set, np.random.Generator) or kind is tuple and len(before) == len(after):
            return before
    return after


def _with_own(value: Any, own: dict[int, Any]) -> Any:
    """A value that came back, with our own objects in the place of what stands for them.

    Lists and dicts are changed in place, tuples made anew; ``own`` maps ids of what came back to our objects.
    """
    if not own:
        return value
    if id(value) in own:
        return own[id(value)]
    kind = type(value)
    if kind is list:
        value[:] = [_with_own(item, own) for item in value]
    elif kind is dict:
        for key, item in value.items():
            value[key] = _with_own(item, own)
    elif isinstance(value, tuple):  # named ones too
        return kind(_with_own(item, own) for item in value)
    return value


def error_like(kinds: Sequence[str], arguments: Sequence[Any], report: str) -> RemoteError:
    """A :class:`RemoteError` that is caught as the built-in exception which was raised over there.

    ``kinds`` are the names of the exception's class and of those it is derived from, ``arguments`` its ``args``;
    ``report`` goes into its note. Where no class of that name takes these arguments, it is a plain RemoteError.
    """
    error: RemoteError | None = None
    base = next((kind for kind in map(_exception, kinds) if kind), None)
    if base is not None:
        try:
            error = type(kinds[0][:100], (RemoteError, base), {})(*arguments)
            str(error)
        except Exception:  # arguments that this kind of exception does not take
            error = None
    if error is None:
        error = RemoteError(*arguments)
    error.add_note(report)
    return error


def _exception(name: str) -> type[Exception] | None:
    """The built-in exception of that name that an ``except`` may usefully catch; None for any other name."""
    kind = vars(builtins).get(name)
    usual = isinstance(kind, type) and issubclass(kind, Exception) and kind not in (Exception, StopIteration)
    return kind if usual else None
