"""Values in words, short enough to read in a message."""

from __future__ import annotations

import textwrap
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["WIDE", "call_head", "call_text", "describe", "dtype_text", "numbers", "told_apart"]

_SHOWN = 24  # arrays with more elements are described by their shape
WIDE = 96  # characters of a line
_NAME = 60  # characters of a name or a key that are shown


def told_apart(one: float, other: float, digits: int = 6) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they differ, and not fewer than ``digits``.

    Of 17 significant digits at most, which tell any two float64 apart.
    """
    for many in (digits, 9, 12, 15, 17):
        texts = f"{one:.{many}g}", f"{other:.{many}g}"
        if many >= digits and texts[0] != texts[1]:
            break
    return texts


def numbers(value: Any, digits: int = 5) -> str:
    """An array's (or number's) digits on as few lines as they need, or its shape where it is large.

    ``digits`` stand after the point of an array's numbers; any other value is shown as Python writes it, up to 200
    characters. Never raises, whatever the value's own ``__repr__`` does.
    """
    if isinstance(value, np.ndarray):
        if value.size > _SHOWN:
            return describe(value)
        return np.array2string(value, precision=digits, suppress_small=False, separator=", ", max_line_width=78)
    try:
        text = repr(value)
    except Exception:  # an int of 5000 digits, or a learner's own class
        return f"({type(value).__name__} that can't be shown)"
    return text if len(text) <= 200 else text[:200] + " ..."


def describe(value: Any, *, values: bool = True, numpy: bool = True) -> str:
    """What a value is: its type, shape and dtype, in words a learner knows.

    Without ``values`` nothing is said that the function could have computed: no number, no key, no name.
    With ``numpy`` an array is what is wanted, and not a tensor. What comes back goes after "it is": ``an array of shape
    (2, 3), float64``. Never raises, and asks nothing of an object of the learner's own class but its type's name.
    """
    try:
        return _described(value, values, numpy)
    except Exception:  # a class of the learner's may answer anything when it is asked
        return "an object that can't be shown"


_UNSENT = {
    types.GeneratorType: "a generator (is there a `yield` where a `return` should be?)",
    types.CoroutineType: "a coroutine (is there an `async` before the def?)",
    types.AsyncGeneratorType: "a generator (is there a `yield` where a `return` should be?)",
}


def _described(value: Any, values: bool, numpy: bool) -> str:
    """As :func:`describe`, which catches what this raises."""
    kind = type(value)  # isinstance would ask the object's own __class__
    if kind.__module__ == "grader.boundary.remote":  # it lives with the learner's code
        return value._described(values)
    if value is None:
        return "None"
    if kind is np.ndarray:
        return f"an array of shape {value.shape}" + (f", {dtype_text(value.dtype)}" if values else "")
    if kind in _UNSENT:
        return _UNSENT[kind]
    if str(kind.__module__).partition(".")[0] == "torch" and hasattr(kind, "numpy"):
        return "a torch tensor (turn it into numpy with .numpy())" if numpy else "a torch tensor"
    if issubclass(kind, np.ndarray):
        name = kind.__name__[:_NAME] if kind.__module__.startswith("numpy") else "subclass of ndarray"
        return f"a {name} (a special kind of array; return a plain one)"
    if kind in (tuple, list):
        items = "item" if len(value) == 1 else "items"
        return f"a {kind.__name__} of {len(value)} {items}"
    if kind is dict:
        if not value or not values:
            return "a dict" if value else "an empty dict"
        return f"a dict with the keys {', '.join(numbers(key)[:_NAME] for key in list(value)[:8])}"
    numpys = kind.__module__ == "numpy" and issubclass(kind, np.generic)
    if kind in (int, float, complex) or numpys and np.dtype(kind).kind in "iufc":
        shown = numbers(value) if kind in (int, float, complex) else f"{value:.6g}"
        name = kind.__name__ if kind in (int, float, complex) else f"np.{kind.__name__}"
        return f"the single number {shown} ({name})" if values else f"a single number ({name})"
    if kind is str:
        return f"the text {numbers(value)}" if values else "a text"
    if kind is bool or numpys:
        return f"{kind.__name__} {numbers(value)}" if values else f"a {kind.__name__}"
    if kind in (types.FunctionType, types.BuiltinFunctionType, types.MethodType):
        name = f", {value.__name__[:_NAME]}" if values else ""
        return f"a function{name} (are its round brackets missing?)"
    return f"an object of type {kind.__name__[:_NAME]}" if values else "an object of another type"


def dtype_text(dtype: np.dtype) -> str:
    """A dtype in a word, with a note where its bytes stand in the other order; without a structured one's fields."""
    return dtype.name if dtype.isnative else f"{dtype.name} with its bytes in the other order"


def call_text(
    name: str,
    arguments: dict[str, Any],
    *,
    shapes: bool = False,
    letters: Mapping[str, str] = {},
    sizes: Mapping[str, int] = {},
    inside: Mapping[str, tuple[str, Sequence[tuple[str, Any]]]] = {},
    about: Callable[[Callable], str] = lambda function: " ".join((function.__doc__ or "").split()),
) -> str:
    """The call, with the values of its arguments where they are few and their shapes where not.

    ``arguments`` are by name, in order; the text has a line with the call and below it one or more for each argument.
    With ``shapes`` every array of floats is given by its shape: where shapes are the matter, its digits
    would hide them. ``letters`` has arguments' shapes in letters, ``(N, H)``, and ``sizes`` what these stand for.
    ``inside`` has of an argument that is made of others what it is, in words, and the others by name. ``about`` says in
    words what a function is.
    """
    head = f"{call_head(name, arguments, sizes)}, and" if sizes else f"{call_head(name, arguments, sizes)}   with"
    lines = _wrapped(head)
    for argument, value in arguments.items():
        if argument in inside:
            what, parts = inside[argument]
            lines.append(f"  {argument} = {what}")
            lines += [f"  {line}" for name, part in parts for line in _lines(name, part, shapes, letters, about)]
        else:
            pieces = _pieces(argument, value)
            lines += [line for label, item in pieces for line in _lines(label, item, shapes, letters, about)]
    return "\n".join(lines)


def call_head(name: str, arguments: Iterable[str], sizes: Mapping[str, int]) -> str:
    """The call with its arguments' names alone, and what the letters of their shapes stand for, if any are known."""
    known = ", ".join(f"{letter} = {size}" for letter, size in sizes.items())
    return f"{name}({', '.join(arguments)})" + (f"   with {known}" if known else "")


def _wrapped(line: str) -> list[str]:
    """The first line of a call, on several where it is long."""
    return [line] if len(line) <= WIDE else textwrap.wrap(line, WIDE, subsequent_indent="        ")


def _pieces(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The values in a dict, in dicts inside of it, and in a list of functions or of arrays, each with its place.

    Of anything else the value itself.

    Arguments are built of more than that (:func:`grader.vectors.tree.leaves`), but this module is on the learner's side
    too, where there are no vectors.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _pieces(f"{name}[{key!r}]", item)
    elif type(value) is list and value and all(isinstance(item, types.FunctionType | np.ndarray) for item in value):
        yield from ((f"{name}[{k}]", item) for k, item in enumerate(value))
    else:
        yield name, value


def _lines(
    name: str, value: Any, shapes: bool, letters: Mapping[str, str], about: Callable[[Callable], str]
) -> list[str]:
    """The lines that show an argument, or a part of one; the arguments are those of :func:`call_text`."""
    if not isinstance(value, np.ndarray):
        text = numbers(value)
        if isinstance(value, np.random.Generator):  # its own text is where it lies in memory
            text = "a random generator, made by np.random.default_rng(...)"
        if isinstance(value, types.FunctionType):  # one of the exercise's own
            text = f"the function {value.__name__}: {about(value)}"
        return textwrap.wrap(f"{name} = {text}", WIDE, initial_indent="  ", subsequent_indent="      ")
    said = f", that is {letters[name]}" if name in letters else ""
    if value.size > _SHOWN or shapes and value.dtype.kind == "f":
        return [f"  {name} {_size(value)}{said}"]
    return [f"  {name} {_size(value)}{said} =", *(f"      {row}" for row in numbers(value).splitlines())]


def _size(value: Any) -> str:
    """An array's shape, with its dtype where that is not the usual one; a description of anything else."""
    if not isinstance(value, np.ndarray):
        return f"= {describe(value)}"
    return f"{value.shape}" + ("" if value.dtype == np.float64 else f", {dtype_text(value.dtype)}")
