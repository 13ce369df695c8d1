"""What the names in a learner's function refer to: names that Python does not know, and names from outside of it."""

from __future__ import annotations

import builtins
import dis
import inspect
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import GraderError
from ..exercises import unit_of
from ..exercises.base import Exercise
from ..exercises.shapes import Record, Steps, axes, named
from .calling import LocalSubject, Subject, error_line
from .describe import describe

__all__ = ["Named", "global_names", "outside", "undefined", "unpacked"]

_MODULES = {"np": "numpy", "torch": "torch", "math": "Python's module math"}


# --- names that Python does not know ------------------------------------------------------------


def undefined(exercise: Exercise, error: str) -> tuple[str, str]:
    """(what it means, where to look) of a name that Python does not know and the course does; both "" of any other.

    ``error`` is the text that :func:`~.calling.learner_frames` gives.
    """
    found = re.match(r"NameError: name '(\w+)' is not defined", error_line(error))
    name = found[1] if found else ""
    if not name:
        return "", ""
    if name in exercise.arguments:
        return (
            f"{name} is an argument of {exercise.signature}, and Python does not know it where it is read.",
            "Does your def line call it something else, or does a function inside need to be given it?",
        )
    if said := _length(exercise, name):
        return f"{name} is no argument: in the docstring it is a length, that of an axis.", said
    if name == "np" and not exercise.torch or name == "torch" and exercise.torch:
        return (
            f"Python does not know {name} here: the setup cell at the top of the notebook imports it.",
            "Run that cell. It has to be run again whenever the kernel was restarted.",
        )
    unit = _unit(name)
    if not unit:
        return "", ""
    look = "Run the cell in which you write it. It has to be run again whenever the kernel was restarted."
    if unit != _unit(exercise.name):
        look = (
            f'`{name} = mine("{name}")` fetches it. If that stands in the setup cell, run it: it has to be run again '
        )
        look += "whenever the kernel was restarted."
    return f"Python does not know {name} here. It is a function of unit {unit[:2]}.", look


def unpacked(exercise: Exercise, error: str) -> tuple[str, str]:
    """(what it means, where to look) where the line that stopped takes a cache apart, and not into what it holds.

    ``error`` is the text that :func:`~.calling.learner_frames` gives. Both are "" of any other error.
    """
    if not re.match(r"ValueError: (too many|not enough) values to unpack", error_line(error)):
        return "", ""
    line = (re.findall(r"^  line \d+, in \w+:  (.*)", error, re.MULTILINE) or [""])[-1]
    for name, said in exercise.arguments.items():
        if isinstance(said, Record) and re.search(rf"=\s*{name}\s*(#.*)?$", line):
            return (
                f"{name} is a tuple of {len(said.items)} arrays, {said.text}, and another number of names stands "
                "before that =.",
                "Name all of them, in that order.",
            )
        if isinstance(said, Steps) and re.search(rf"=\s*{name}\b", line):
            return (
                f"{name} is a list with an item for each time step, and each item is a tuple {said.step.text}.",
                "Does that line take a step's tuple apart, or the whole list? How many names stand before its =?",
            )
    return "", ""


def _unit(name: str) -> str:
    """The unit of the exercise of that name, or ""."""
    try:
        return unit_of(name)
    except GraderError:
        return ""


def _shapes(exercise: Exercise) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(argument, or place in it, its axes) of every array among the arguments."""
    for name, said in exercise.arguments.items():
        step = said.step if isinstance(said, Steps) else said  # a name that a learner can unpack
        for label, text in named(name, step):
            if found := axes(text):
                yield label, found


def _length(exercise: Exercise, letter: str) -> str:
    """Where the length is to be found that a letter of the docstring stands for, "" where it stands for none."""
    shapes = list(_shapes(exercise))
    if not any(re.search(rf"\b\d*{letter}\b", axis) for _, found in shapes for axis in found):
        return ""
    holding = [name for name, found in shapes if letter in found]
    if not holding:
        return "Which argument has an axis in which it stands? Its .shape tells it."
    return f"Take it from {holding[0]}.shape, which tells how long each axis is."


# --- names from outside -------------------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """What is said of a name that a function reads from outside of itself.

    ``certain`` is where it is surely in the way, and ``instead`` where what Python says of it is explained by that.
    """

    text: str
    look: str = ""
    certain: bool = False
    instead: bool = False


@dataclass(frozen=True)
class _Outside:
    """A value that a function finds under a global name: no function, no class and no module."""

    name: str
    value: Any
    reader: str  # the function's name


def outside(subject: Subject, exercise: Exercise, error: str = "") -> list[Named]:
    """What is said of the values that the function, or one of the learner's that it calls, reads from outside.

    ``error`` is what it raised, as :func:`~.calling.learner_frames` words it. Nothing is said of a function across a
    boundary, of whose names nobody here knows.
    """
    return [_told(one, exercise, error) for one in _read_outside(subject)]


def _read_outside(subject: Subject) -> list[_Outside]:
    if not isinstance(subject, LocalSubject):
        return []
    try:
        function = inspect.unwrap(subject.function)
    except Exception:
        return []
    if type(function) is not types.FunctionType:
        return []
    scope = function.__globals__
    found: dict[str, _Outside] = {}
    todo, seen = [(subject.name, function)], {function.__code__}
    written: set[str] = set()
    for reader, one in todo:
        written |= global_names(one.__code__, "STORE_")
        judged = one is not function and _unit(reader)  # what an earlier exercise's reads, its own check tells
        for name in sorted(global_names(one.__code__)):
            value = scope.get(name, builtins) if not name.startswith("__") else builtins  # Python's own: __name__
            if type(value) is types.FunctionType:
                if value.__globals__ is scope and value.__code__ not in seen:
                    seen.add(value.__code__)
                    todo.append((name, value))
            elif not judged and not isinstance(value, types.ModuleType | type) and not callable(value):
                found.setdefault(name, _Outside(name, value, reader))
    return [one for name, one in found.items() if name not in written]


def _told(one: _Outside, exercise: Exercise, error: str) -> Named:
    """What is said of one such value."""
    name, what = one.name, describe(one.value)
    reads = "Your function reads" if one.reader == exercise.name else f"{one.reader}, which your function calls, reads"
    last = re.findall(r"^  line \d+, in \w+:  (.*)", error, re.MULTILINE)[-1:]
    if name in _MODULES:
        where = "Run the setup cell at the top again" if name != "math" else "Import math again"
        text = f"{name} does not stand for {_MODULES[name]} here: it is {what}. A cell gave the name to that."
        return Named(text, f"{where}, and call the other thing something else.", certain=True, instead=True)
    if name in exercise.arguments:
        text = f"{reads} {name} from outside: there it is {what}, and not the argument {name} of {exercise.signature}."
        look = "Compare your def line with the one in the exercise."
        return Named(
            text, look if one.reader == exercise.name else f"Give it to {one.reader} in the call.", certain=True
        )
    whole = type(one.value) is int or isinstance(one.value, np.integer)
    if whole and (where := _length(exercise, name)):
        text = f"{name} is {one.value} here, whatever the arguments are: it comes from outside of the function."
        return Named(text, f"In the docstring {name} is the length of an axis. {where}", certain=True)
    named = re.search(rf"\b{name}\b", "".join(last))
    if one.value is None and named and "NoneType" in error_line(error):
        text = f"{name} is None, and comes from outside of the function."
        return Named(text, f"Which line of the function should make {name}?", certain=True, instead=True)
    if "object is not callable" in error_line(error) and re.search(rf"\b{name}\(", "".join(last)):
        return Named(f"{name} is {what} here, and no function. A cell gave the name to that.", _back(name), True, True)
    if error and not named:
        return Named("")
    return Named(f"{reads} {name}, which comes from outside of it: there it is {what}.")


def _back(name: str) -> str:
    """How to get back the function that a name stood for."""
    if hasattr(builtins, name):
        return f"Call that something else; `del {name}` gives Python's own {name} back."
    return f"Call that something else, and run the cell again that makes the function {name}."


def global_names(code: types.CodeType, does: str = "LOAD_") -> set[str]:
    """The names that a function looks up outside itself (not its attributes, whatever they are called).

    With ``"STORE_"``, those that it binds there.
    """
    names = {
        step.argval
        for step in dis.get_instructions(code)
        if step.opname.startswith(does) and step.opname.endswith(("GLOBAL", "GLOBALS", "NAME"))
    }
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= global_names(constant, does)
    return names
