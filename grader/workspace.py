"""The learner's workspace: functions that passed, kept for the units that use them.

``mine(name)`` brings an earlier function into a later unit: the learner's own last passing version,
or the course's where there is none. The workspace is the folder ``GRADER_WORKSPACE`` names, else
the nearest ``.grader`` folder above the notebook (``make lab`` makes one), else ``~/.lstm-course``.
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import os
import re
import textwrap
import types
from collections.abc import Callable
from pathlib import Path

import numpy as np

from .errors import GraderError
from .exercises import exercise, unit_of

__all__ = ["folder", "given", "mine", "passed", "remember"]

MARKER = ".grader"


def folder() -> Path:
    """Where this learner's passing functions are kept; it need not exist yet."""
    named = os.environ.get("GRADER_WORKSPACE")
    if named:
        return Path(named)
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / MARKER).is_dir():
            return place / MARKER
    return Path.home() / ".lstm-course"


def _grading() -> bool:
    return bool(os.environ.get("NBGRADER_EXECUTION"))


def _path(name: str) -> Path:
    return folder() / "passed" / f"{name}.py"


def passed() -> dict[str, float]:
    """The exercises with a kept passing version, and when each was kept (seconds since 1970)."""
    return {path.stem: path.stat().st_mtime for path in sorted((folder() / "passed").glob("*.py"))}


def given(name: str) -> Callable:
    """The course's own plain-numpy version of a function."""
    module = importlib.import_module(f"grader.given.{unit_of(name)}")
    return getattr(module, name)


def mine(name: str) -> Callable:
    """Your own last passing version of a function, or the course's where there is none; says which."""
    try:
        exercise(name)
    except GraderError as error:
        raise LookupError(str(error)) from None
    if _grading():  # a class is graded with the course's versions of earlier functions
        return given(name)
    function, problem = _kept(name)
    if function is not None:
        print(f"{name}: your own version, which passed its check.")
        return function
    print(f"{name}: the course's version{problem}.")
    return given(name)


def _kept(name: str) -> tuple[Callable | None, str]:
    """The learner's kept version if it still passes, or why it is not used."""
    try:
        source = _path(name).read_text(encoding="utf-8")
    except OSError:
        return None, " (no version of yours has passed yet)"
    from .checking.calling import LocalSubject
    from .checking.check import check_subject

    scope = {"__name__": f"kept_{name}", "np": np}
    try:
        exec(compile(source, str(_path(name)), "exec"), scope)  # the learner's own code, in their kernel
        if check_subject(LocalSubject(name, scope[name]), exercise(name)).passed:
            return scope[name], ""
    except Exception:
        pass
    return None, f" (the version of yours in {_path(name)} no longer passes)"


def remember(name: str, function: Callable) -> str:
    """Keep a function that passed. Returns a note for the learner where that was not possible."""
    if _grading():
        return ""
    try:
        source = _standalone_source(name, function)
    except _CannotKeep as reason:
        return f"It was not kept for later units, which will use the course's version: {reason}."
    path = _path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.new")
        draft.write_text(source, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        return f"It could not be kept for later units ({error.strerror}: {path})."
    return ""


class _CannotKeep(Exception):
    pass


def _standalone_source(name: str, function: Callable) -> str:
    """The function's text with all it needs: imports, helpers, constants, earlier exercises."""
    pieces: dict[str, str] = {}
    _collect(name, function, pieces)
    header = f"# {exercise(name).signature}, as it passed its check. Kept by the course for later units.\n"
    return header + "\n\n".join(pieces.values()) + "\n"


def _collect(name: str, function: Callable, pieces: dict[str, str]) -> None:
    if not isinstance(function, types.FunctionType):
        raise _CannotKeep(f"{name} is not a plain function")
    if function.__closure__:
        raise _CannotKeep(f"{name} uses variables of a function around it")
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise _CannotKeep(f"Python can't find the text of {name}") from None
    if not re.match(rf"def\s+{re.escape(name)}\s*\(", source):
        raise _CannotKeep(f"{name} is not written as a plain `def {name}(...)`")
    pieces[name] = ""  # holds its place, so that a recursion ends
    for used in _global_names(function.__code__):
        if used in pieces or used not in function.__globals__ or hasattr(builtins, used):
            continue
        _collect_name(used, function.__globals__[used], pieces)
    del pieces[name]
    pieces[name] = source.rstrip()


def _collect_name(used: str, value, pieces: dict[str, str]) -> None:
    if isinstance(value, types.ModuleType):
        pieces[used] = f"import {value.__name__} as {used}"
    elif _is_exercise(used):
        pieces[used] = f"from grader.workspace import mine\n\n{used} = mine({used!r})"
    elif isinstance(value, types.FunctionType):
        _collect(used, value, pieces)
    elif isinstance(value, (bool, int, float, str, type(None))):
        pieces[used] = f"{used} = {value!r}"
    elif callable(value) and getattr(value, "__module__", None) and hasattr(value, "__qualname__"):
        pieces[used] = f"from {value.__module__} import {value.__qualname__} as {used}"
    elif isinstance(value, np.ufunc):
        pieces[used] = f"{used} = np.{value.__name__}"
    else:
        raise _CannotKeep(f"it uses {used}, a {type(value).__name__} from elsewhere in the notebook")


def _is_exercise(name: str) -> bool:
    try:
        return bool(unit_of(name))
    except GraderError:
        return False


def _global_names(code: types.CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _global_names(constant)
    return names
