"""The course's own functions: one module a unit, generated from ``solutions/`` by ``grader build``.

``given(name)`` is the function, ``text(name)`` its text: what known mistakes are edits of; ``numbered`` puts the
equations' numbers into what is said of them.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from ..errors import UnknownExercise
from ..home import course_module, course_part

__all__ = ["EQUATIONS", "given", "numbered", "text"]

EQUATIONS = "equations.json"  # beside the modules: every labelled equation's number, by unit
_REFERENCE = re.compile(r"\(eq:(?:(\d\d)\.)?(\w+)\)")


def _index() -> dict[str, str]:
    return _index_of(course_part("given"))


@functools.cache
def _index_of(folder: Path) -> dict[str, str]:
    """The module of every function, by the function's name. The modules are only read: one may need torch."""
    return {
        name: path.stem
        for path in sorted(folder.glob("[0-9][0-9]_*.py"), reverse=True)  # of two of one name, the earlier unit's
        for name in re.findall(r"^def (\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def given(name: str) -> Callable:
    """The course's own version of a function, in plain numpy (or torch, in a unit on tensors).

    Raises :class:`grader.errors.UnknownExercise` where the course has none of that name, or was not built since.
    """
    if name not in _index():
        raise UnknownExercise(name, list(_index()))
    return getattr(course_module("given", _index()[name]), name)


def text(name: str) -> str:
    """The text of the course's own version, without its docstring. It is not run: one on tensors needs no torch.

    Raises as :func:`given` does.
    """
    if name not in _index():
        raise UnknownExercise(name, list(_index()))
    return _text(course_part("given") / f"{_index()[name]}.py", name)


@functools.cache
def _text(module: Path, name: str) -> str:
    source = module.read_text(encoding="utf-8")
    named = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == name)
    function = next(named)
    lines = source.split("\n")
    last = cast(int, function.end_lineno)
    kept = lines[function.lineno - 1 : last]
    if ast.get_docstring(function) is not None:
        documented = function.body[0]
        kept = lines[function.lineno - 1 : documented.lineno - 1] + lines[cast(int, documented.end_lineno) : last]
    return "\n".join(kept).rstrip() + "\n"


def numbered(said: str, unit: str, numbers: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """A text of a unit with its equations' numbers: ``(eq:z)`` becomes ``(5.3)``, ``(eq:04.cell)`` another unit's.

    ``numbers`` are the last build's where None. Raises :class:`KeyError` where there is no such equation.
    """
    if "(eq:" not in said:
        return said
    known = _equations(course_part("given")) if numbers is None else numbers

    def number(match: re.Match) -> str:
        home = next((name for name in known if name.startswith(f"{match[1]}_")), "") if match[1] else unit
        if match[2] not in known.get(home, {}):
            raise KeyError(match[0])
        return f"({known[home][match[2]]})"

    return _REFERENCE.sub(number, said)


@functools.cache
def _equations(folder: Path) -> dict[str, dict[str, str]]:
    return json.loads((folder / EQUATIONS).read_text(encoding="utf-8"))
