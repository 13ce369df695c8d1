"""Shapes in letters, ``(N, T, H + D)``: the one place that reads them.

A shape is a text in round brackets, an axis a sum of products of letters, names and whole numbers: ``N``, ``4H``,
``H + D``, ``(H + D) * 4H``, ``num_classes``. An argument that is no array says so in a word of :data:`WORDS`, or
is a letter by itself (``D``, or the argument's own name: a whole number, the size of that axis); a dict maps its keys
to shapes; a :class:`Record` is a tuple whose items have names and shapes, :class:`Steps` a list of such tuples.
``grader build --check`` refuses anything else.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = [
    "GATES",
    "WORDS",
    "Record",
    "Said",
    "ShapeError",
    "Steps",
    "axes",
    "blocks_of",
    "evaluate",
    "in_words",
    "named",
    "says_what",
    "shape_of",
    "shown",
    "sizes",
]

# What an argument may be that has no shape, or one that differs from case to case.
WORDS = (
    "a number",
    "a whole number",
    "a function",
    "a list of functions",
    "a list of lists",
    "a generator",
    "a text",
    "True or False",
    "a cache",
    "an array",
    "a dict of arrays",
    "a list of arrays",
)
GATES = "ifgo"  # the order of the blocks of an axis of 4H


class ShapeError(ValueError):
    """A shape that can't be read, or arrays that do not fit the shapes they should have."""


@dataclass(frozen=True)
class Record:
    """A tuple whose items have names, each with its shape: a step's cache, ``(x, h_prev, h, W)``."""

    items: Mapping[str, str]

    @property
    def text(self) -> str:
        """The tuple as a learner writes it."""
        return f"({', '.join(self.items)})"


@dataclass(frozen=True)
class Steps:
    """A list of T tuples of one kind, one for each time step: a sequence's cache.

    ``whole`` says what it was made from, which is what messages show: each name with the item of a step that holds it
    and its shape, ``{"xs": ("x", "(N, T, D)"), "h0": ("h_prev", "(N, H)")}``. What has an axis T is the item of all
    steps together, along that axis; anything else is the first step's.
    """

    step: Record
    whole: Mapping[str, tuple[str, str]]

    def gathered(self, value: Any) -> dict[str, np.ndarray]:
        """What such a list was made from, by the names of ``whole``."""
        places, found = list(self.step.items), {}
        for name, (item, text) in self.whole.items():
            each = [one[places.index(item)] for one in value]
            found[name] = np.stack(each, axis=axes(text).index("T")) if "T" in axes(text) else each[0]
        return found


Said = str | Mapping[str, "Said"] | Record | Steps  # of one argument


@functools.cache
def axes(text: str) -> tuple[str, ...]:
    """The axes of a shape, as texts: ``("N", "H + D")`` of ``"(N, H + D)"``; none of what is no array.

    Raises :class:`ShapeError` where the text is no shape.
    """
    if not text.startswith("("):
        return ()
    inside = text.strip()
    if not inside.endswith(")"):
        raise ShapeError(f"{text!r} is no shape: a closing bracket is missing.")
    found, depth, piece = [], 0, ""
    for mark in inside[1:-1] + ",":
        depth += (mark == "(") - (mark == ")")
        if mark == "," and not depth:
            found.append(piece.strip())
            piece = ""
        else:
            piece += mark
    parts = tuple(part for part in found if part)
    for part in parts:
        _tree(part)
    return parts


def says_what(name: str, text: str) -> bool:
    """Whether the text says what the argument of that name is: a shape, the letter whose size it is, or a word."""
    try:
        return bool(axes(text)) or text in WORDS or text.isidentifier() and (text == name or len(text) == 1)
    except ShapeError:
        return False


@functools.cache
def _tree(axis: str) -> ast.expr:
    """An axis as an expression of Python's. Raises :class:`ShapeError`."""
    try:
        tree = ast.parse(re.sub(r"(?<![A-Za-z_])(\d+)\s*(?=[A-Za-z_(])", r"\1*", axis), mode="eval").body
    except SyntaxError:
        tree = None
    if tree is None or not all(
        isinstance(node, ast.BinOp | ast.Name | ast.Load | ast.Add | ast.Sub | ast.Mult)
        or isinstance(node, ast.Constant)
        and type(node.value) is int
        for node in ast.walk(tree)
    ):
        raise ShapeError(f"{axis!r} is no axis: write letters, whole numbers, +, - and *.")
    return tree


def _names(axis: str) -> list[str]:
    return list(dict.fromkeys(node.id for node in ast.walk(_tree(axis)) if isinstance(node, ast.Name)))


def _value(axis: str, known: Mapping[str, int]) -> int:
    return int(eval(compile(ast.Expression(_tree(axis)), "<axis>", "eval"), {"__builtins__": {}}, dict(known)))


def evaluate(text: str, known: Mapping[str, int]) -> tuple[int, ...]:
    """The shape in numbers, for these sizes of its letters. Raises :class:`KeyError` where one is not known."""
    for axis in axes(text):
        for name in _names(axis):
            known[name]
    return tuple(_value(axis, known) for axis in axes(text))


def in_words(shape: tuple[int, ...], text: str, known: Mapping[str, int]) -> str:
    """A shape in numbers and in letters, ``(4, 3), that is (N, H) with N = 4, H = 3``; ``text`` has the letters.

    ``known`` are the sizes of letters; of those that are not among them nothing is said.
    """
    if not text:
        return str(shape)
    named = dict.fromkeys(name for axis in axes(text) for name in _names(axis) if name in known)
    sizes_said = ", ".join(f"{name} = {known[name]}" for name in named)
    return f"{shape}, that is {text}" + (f" with {sizes_said}" if sizes_said else "")


def shape_of(value: Any) -> tuple[int, ...] | None:
    """An array's (or tensor's) shape; None of anything else."""
    shape = getattr(value, "shape", None)
    return tuple(shape) if shape is not None and not callable(shape) else None


def named(name: str, said: Said) -> list[tuple[str, str]]:
    """The arrays in an argument as messages call them, each with its shape: those of a cache by their own names.

    An argument that is none of a build is the only one of them, whatever is said of it.
    """
    if isinstance(said, Record):
        return list(said.items.items())
    if isinstance(said, Steps):
        return [(one, text) for one, (_, text) in said.whole.items()]
    if isinstance(said, Mapping):
        return [one for key, inside in said.items() for one in named(f"{name}[{key!r}]", inside)]
    return [(name, said)]


def shown(name: str, said: Said, value: Any) -> list[tuple[str, Any]]:
    """The values in an argument by the names of :func:`named`."""
    if isinstance(said, Record):
        return list(zip(said.items, value, strict=True))
    if isinstance(said, Steps):
        return list(said.gathered(value).items())
    if isinstance(said, Mapping):
        return [one for key, item in value.items() for one in shown(f"{name}[{key!r}]", said.get(key, ""), item)]
    return [(name, value)]


def sizes(shapes: Mapping[str, Said], values: Mapping[str, Any]) -> dict[str, int]:
    """What each letter stands for in these values, ``{"N": 2, "D": 4, ...}``.

    ``shapes`` maps an argument's name to its shape, ``values`` to itself. Raises :class:`ShapeError` where the values
    do not fit.
    """
    known: dict[str, int] = {}
    open_axes: list[tuple[str, str, int]] = []
    for label, text, value in _leaves(shapes, values):
        if not text.startswith("("):
            if text.isidentifier() and isinstance(value, int | np.integer):
                open_axes.append((label, text, int(value)))
            continue
        shape = shape_of(value)
        if shape is None or len(shape) != len(axes(text)):
            raise ShapeError(f"{label} should have the shape {text}, and has {shape}.")
        open_axes += [(label, axis, size) for axis, size in zip(axes(text), shape, strict=True)]
    while open_axes:
        left = []
        for label, axis, size in open_axes:
            unknown = [name for name in _names(axis) if name not in known]
            if not unknown:
                if _value(axis, known) != size:
                    raise ShapeError(f"{label}: the axis {axis} should be {_value(axis, known)} long, and is {size}.")
            elif len(unknown) == 1:
                known[unknown[0]] = _solved(label, axis, unknown[0], known, size)
            else:
                left.append((label, axis, size))
        if len(left) == len(open_axes):  # H + D alone says nothing of either
            break
        open_axes = left
    return known


def _solved(label: str, axis: str, name: str, known: Mapping[str, int], size: int) -> int:
    """The size of the one letter of an axis that is not known yet: an axis is linear in it."""
    offset = _value(axis, {**known, name: 0})
    factor = _value(axis, {**known, name: 1}) - offset
    found, rest = divmod(size - offset, factor) if factor else (0, 1)
    if rest or found < 0:
        raise ShapeError(f"{label}: no {name} makes the axis {axis} {size} long.")
    return found


def _leaves(shapes: Mapping[str, Said], values: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(place, what is said of it, value) of all that an argument is made of. Raises :class:`ShapeError`."""
    for name, said in shapes.items():
        if name not in values:
            continue
        value = values[name]
        if isinstance(said, Steps):
            if type(value) is not list or not value:
                raise ShapeError(f"{name} should be a list with an item for each time step, and is {type(value)}.")
            yield f"the length of {name}", "T", len(value)
            for t, one in enumerate(value):
                yield from _leaves({f"{name}[{t}]": said.step}, {f"{name}[{t}]": one})
        elif isinstance(said, Record):
            if type(value) is not tuple or len(value) != len(said.items):
                raise ShapeError(f"{name} should be a tuple {said.text}, and is {type(value)}.")
            yield from _leaves(said.items, dict(zip(said.items, value, strict=True)))
        elif isinstance(said, Mapping):
            yield from ((f"{name}[{k!r}]", t, v) for k, t, v in _leaves(said, value))
        else:
            yield name, said, value


def blocks_of(axis: str, known: Mapping[str, int]) -> list[tuple[str, slice]]:
    """The blocks an axis is made of, ``[("H", slice(0, 3)), ("D", slice(3, 7))]`` of ``H + D``; of 4H the gates.

    None of an axis that is no such thing.
    """
    match _tree(axis):
        case ast.BinOp(left=ast.Name(id=left), op=ast.Add(), right=ast.Name(id=right)) if {left, right} <= set(known):
            first = known[left]
            return [(left, slice(0, first)), (right, slice(first, first + known[right]))]
    if axis.replace(" ", "") == "4H" and "H" in known:
        H = known["H"]
        return [(gate, slice(k * H, (k + 1) * H)) for k, gate in enumerate(GATES)]
    return []
