"""The learner's workspace: functions that passed, kept for the units that use them.

``mine(name)`` brings an earlier function into a later unit: the learner's own last passing version,
or the course's where there is none. The workspace is the folder ``GRADER_WORKSPACE`` names, else
the nearest ``.grader`` folder above the notebook (``make lab`` makes one), else ``~/.lstm-course``.

A function is kept as a text, ``passed/NAME.py``, that runs by itself: with its imports, its helpers and its constants,
and earlier exercises by :func:`earlier`. It is the learner's own code, run in their own kernel and nowhere else: where
a class is graded, :func:`mine` gives the course's functions.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import inspect
import os
import sys
import textwrap
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .checking.calling import LocalSubject
from .checking.check import check_subject
from .checking.forms import FORMS, form_of
from .checking.names import global_names
from .errors import GraderError
from .exercises import exercise, unit_of
from .files import write_atomically
from .given import given

__all__ = ["earlier", "folder", "forgetful", "grading", "mine", "own_text", "passed", "remember"]

MARKER = ".grader"
_GIVEN, _KEPT = "grader.given.", "kept_"  # where functions that are not the notebook's own come from
_EARLIER = "from grader.workspace import earlier\n\n{} = earlier({!r})"
_MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")


def folder() -> Path:
    """Where this learner's passing functions are kept; it need not exist yet.

    Raises RuntimeError where it would be in a home folder and there is none.
    """
    named = os.environ.get("GRADER_WORKSPACE")
    if named:
        return Path(named)
    here = Path.cwd()
    for place in (here, *here.parents):
        if os.path.isdir(place / MARKER):
            return place / MARKER
    return Path.home() / ".lstm-course"


def forgetful() -> str:
    """The name of the service in which this kernel runs, if it is one that forgets all files when a session ends."""
    if "google.colab" in sys.modules:
        return "Colab"
    return "Binder" if "BINDER_REPO_URL" in os.environ else ""


def grading() -> bool:
    """Whether a class is being graded: then nothing of a learner's is used, and nothing kept or said."""
    return bool(os.environ.get("NBGRADER_EXECUTION"))


def _path(name: str) -> Path:
    """The file in which a function that passed is kept."""
    return folder() / "passed" / f"{name}.py"


def passed(place: Path | None = None) -> dict[str, float]:
    """The exercises with a kept passing version in a workspace, and when each was kept (seconds since 1970).

    Names are those of the files, whatever wrote them. Empty where nothing was kept; raises as :func:`folder` does.
    ``place`` is the workspace; default: the learner's.
    """
    return {path.stem: path.stat().st_mtime for path in sorted(((place or folder()) / "passed").glob("*.py"))}


def mine(name: str) -> Callable:
    """Your own last passing version of a function, or the course's where there is none; says which.

    ``name`` is an exercise's. Your version is checked again before it is used. While a class is graded it is the
    course's version, without a word. Raises LookupError where no exercise has that name.
    """
    function, what = _mine(name)
    if not grading():
        print(f"{name}: {what}.")
    return function


def earlier(name: str) -> Callable:
    """What :func:`mine` gives, without a word: for kept functions that use other exercises.

    Raises LookupError where no exercise is called ``name``.
    """
    return _mine(name)[0]


def _mine(name: str) -> tuple[Callable, str]:
    """(the function, which version it is)."""
    try:
        exercise(name)
    except GraderError as error:
        raise LookupError(str(error)) from None
    if grading():  # a class is graded with the course's versions of earlier functions
        return given(name), "the course's version"
    function, problem = _kept(name)
    if function is not None:
        return function, "your own version, which passed its check"
    return given(name), f"the course's version{problem}"


def _kept(name: str) -> tuple[Callable | None, str]:
    """The learner's kept version if it still passes, or why it is not used: (function, "") or (None, reason)."""
    try:
        path = _path(name)
        source = path.read_text(encoding="utf-8")
    except OSError:
        return None, " (no version of yours has passed yet)"
    except (ValueError, RuntimeError):  # the file is no text, or there is no home folder to look in
        return None, " (yours can't be read)"
    scope: dict[str, Any] = {"__name__": f"{_KEPT}{name}", "np": np}
    try:
        exec(compile(source, str(path), "exec"), scope)  # the learner's own code, in their kernel
        if check_subject(LocalSubject(name, scope[name]), exercise(name)).passed:
            return scope[name], ""
    except (Exception, SystemExit):
        pass
    return None, f" (the version of yours in {path} no longer passes)"


def remember(name: str, function: Callable) -> str:
    """Keep a function that passed. Returns a note for the learner where that was not possible, else "".

    Kept is its text, with the text of all it uses in the notebook: it has to run without the notebook. Nothing is kept
    while a class is graded.

    ``name`` is the exercise's, ``function`` what passed its check; an earlier version is replaced. Never raises.
    """
    if grading():
        return ""
    try:
        source = _standalone_source(name, function)
    except _CannotKeep as reason:
        return f"It was not kept for later units, which will use the course's version: {reason}."
    except Exception as error:  # among the names it uses may be objects that answer anything
        why = type(error).__name__
        return f"It was not kept for later units, which will use the course's version ({why})."
    try:
        write_atomically(_path(name), source.encode())
    except (OSError, ValueError, RuntimeError) as error:  # no place for it, or a text that is none
        why = getattr(error, "strerror", None) or type(error).__name__
        place = getattr(error, "filename", None)
        where = f"{why}: {place}" if place else why
        return (
            f"It could not be kept for later units, which will use the course's version ({where}). "
            "Make room or give yourself the right to write there, and check it again."
        )
    return ""


def own_text(function: Any) -> str:
    """The text of a function of the learner's, without the marks of a solution; "" where Python can't find it."""
    try:
        lines = textwrap.dedent(inspect.getsource(function)).rstrip().split("\n")
    except Exception:  # inspect raises more than it says
        return ""
    return "\n".join(line for line in lines if line.strip() not in _MARKS)


class _CannotKeep(Exception):
    """Why a function's text would not run elsewhere, in words for its author."""

    pass


def _standalone_source(name: str, function: Callable) -> str:
    """The function's text with all it needs: imports, helpers, constants, earlier exercises.

    Raises :class:`_CannotKeep`.
    """
    pieces: dict[str, str] = {}
    _collect(name, function, pieces)
    header = f"# {exercise(name).signature}, as it passed its check. Kept by the course for later units.\n"
    return header + "\n\n".join(pieces.values()) + "\n"


def _collect(name: str, function: Callable, pieces: dict[str, str]) -> None:
    """Add the text of a function of the learner's, after all that it uses.

    ``pieces`` are the texts by the names they bind, in the order in which they have to run. Raises
    :class:`_CannotKeep`.

    ``name`` is what the function is called in the text: it has to be a plain ``def`` of that name, without a decorator
    and without variables of a function around it.
    """
    form = form_of(function, name)
    if form in ("def", "lambda") and function.__closure__:
        raise _CannotKeep(f"{name} uses variables of a function around it")
    if form != "def":
        raise _CannotKeep(f"{name} is {FORMS[form]}; {_with_def(name)}")
    try:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source).body[0]
    except Exception:  # inspect raises more than it says
        raise _CannotKeep(f"Python can't find the text of {name}") from None
    if isinstance(tree, ast.FunctionDef) and tree.decorator_list:
        raise _CannotKeep(f"a decorator stands above the def of {name}; {_with_def(name)}")
    if isinstance(tree, ast.FunctionDef) and tree.name != name:
        raise _CannotKeep(f"{name} is another name of {tree.name}; {_with_def(name)}")
    if not isinstance(tree, ast.FunctionDef):
        raise _CannotKeep(f"{name} is not written as a plain `def`; {_with_def(name)}")
    pieces[name] = ""  # holds its place, so that a recursion ends
    for used in sorted(global_names(function.__code__) | _names_in_defaults(tree)):
        if used in pieces or used not in function.__globals__:
            continue
        value = function.__globals__[used]
        if value is not getattr(builtins, used, _CannotKeep):
            _collect_name(used, value, pieces)
    del pieces[name]
    lines = [line for line in source.rstrip().split("\n") if line.strip() not in _MARKS]
    pieces[name] = "\n".join(lines)


def _with_def(name: str) -> str:
    """What to do about a function that is no plain one."""
    call = exercise(name).signature if _is_exercise(name) else f"{name}(...)"
    return f"write it as `def {call}:`, with nothing above it, and check it again"


def _collect_name(used: str, value: Any, pieces: dict[str, str]) -> None:
    """Add the text that binds a name as it is bound in the notebook. Raises :class:`_CannotKeep`."""
    module, own = getattr(value, "__module__", None) or "", str(getattr(value, "__name__", ""))
    if isinstance(value, types.ModuleType):
        pieces[used] = f"import {value.__name__} as {used}"
    elif _is_exercise(used):
        pieces[used] = _EARLIER.format(used, used)
    elif isinstance(value, types.FunctionType) and module.startswith((_GIVEN, _KEPT)) and _is_exercise(own):
        pieces[used] = _EARLIER.format(used, own)  # squash = mine("sigmoid")
    elif _can_be_imported(value):
        pieces[used] = f"from {module} import {own} as {used}"
    elif isinstance(value, types.FunctionType):
        function: types.FunctionType = value
        if own != used and function.__globals__.get(own) is function:  # a second name for it
            if own not in pieces:
                _collect(own, function, pieces)
            pieces[used] = f"{used} = {own}"
        else:
            _collect(used, value, pieces)
    elif _is_constant(value):
        pieces[used] = f"{used} = {value!r}"
    else:
        kind = type(value).__name__
        what = f"{used}, a class of yours" if isinstance(value, type) else f"{used} ({kind}) from elsewhere"
        raise _CannotKeep(f"it uses {what} in the notebook; write it into the function instead")


def _can_be_imported(value: Any) -> bool:
    """Whether a function or class comes from a module that another notebook can import as well."""
    module, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
    return (
        callable(value)
        and isinstance(module, str)
        and isinstance(own, str)
        and module != "__main__"
        and getattr(sys.modules.get(module), own, None) is value
        and importlib.util.find_spec(module.partition(".")[0]) is not None
    )


def _is_constant(value: Any) -> bool:
    """Whether Python's text for a value makes the same value again.

    Such are numbers, texts, truth values, None, and tuples, lists, dicts and sets of them; NaN and infinity are not.
    """
    if isinstance(value, (np.floating, np.integer)):  # np.float64(0.5)
        return bool(np.isfinite(value))
    try:
        again = ast.literal_eval(repr(value))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return False
    return type(again) is type(value) and again == value


def _is_exercise(name: Any) -> bool:
    """Whether an exercise has that name."""
    try:
        return bool(unit_of(name))
    except GraderError:
        return False


def _names_in_defaults(tree: ast.FunctionDef) -> set[str]:
    """The names in a function's default values, which its code does not look up."""
    defaults = [*tree.args.defaults, *(one for one in tree.args.kw_defaults if one is not None)]
    return {node.id for default in defaults for node in ast.walk(default) if isinstance(node, ast.Name)}
