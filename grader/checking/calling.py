"""Call a learner's function and bring back all that happened, whatever happened.

A :class:`Subject` is where the learner's function lives. The checks know nothing else of it, so
the same ladder judges a function in this process and one at the far side of a boundary.
"""

from __future__ import annotations

import builtins
import contextlib
import functools
import getpass
import inspect
import io
import linecache
import sysconfig
import time
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from .forms import form_of
from .timelimit import TimeLimitExceeded, run_limited

__all__ = ["LocalSubject", "Outcome", "Subject", "error_line", "learner_frames"]

CALL_SECONDS = 5.0
MESSAGE_SECONDS = 1.0  # an exception's own text may be the learner's code as well
PRINTED_CHARACTERS = 2000
_WARNINGS = 20
LINE = 200  # characters of a line of source, or of a warning, that are kept
_OURS = str(Path(__file__).resolve().parent.parent)
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


@dataclass
class Outcome:
    """What one call did.

    ``failure`` is None, ``"not written"``, ``"raised"``, ``"time"``, ``"died"`` (with the process it ran in) or
    ``"interrupted"``; ``error`` is then the text a learner reads. ``warnings`` are texts that begin with the category
    (``"RuntimeWarning: overflow ..."``), each once, the first 20 of them; ``printed`` is what went to stdout and
    stderr, up to 2000 characters; ``seconds`` is how long the call took. ``arguments`` are the arguments as they stood
    after the call. ``lent`` are the names of the stand-ins that the function called. ``gradients`` and
    ``gradient_error`` are for functions of tensors (:mod:`.torch_calls`): what flowed back to the arguments, by output,
    and why nothing did. ``listed`` says that ``value`` was a list, where a tuple of as many values was asked for.
    """

    value: Any = None
    failure: str | None = None
    error: str = ""
    warnings: list[str] = field(default_factory=list)
    printed: str = ""
    arguments: list[Any] = field(default_factory=list)
    seconds: float = 0.0
    lent: list[str] = field(default_factory=list)
    gradients: dict[str, np.ndarray | None] = field(default_factory=dict)
    gradient_error: str = ""
    listed: bool = False

    def take_list(self, many: int) -> None:
        """Where ``many`` values, more than one, are asked for, a list of as many is as good as a tuple."""
        if many > 1 and issubclass(type(self.value), list) and list.__len__(self.value) == many:
            self.value, self.listed = tuple(list.__iter__(self.value)), True


class Subject(Protocol):
    """A learner's function, wherever it lives."""

    name: str

    def signature(self) -> inspect.Signature | None:
        """The function's signature, or None where Python cannot tell."""

    def form(self) -> str:
        """In which form it was written: a key of :data:`~.forms.FORMS`."""

    def call(
        self,
        arguments: list[Any],
        stand_ins: Mapping[str, Callable] | None = None,
        *,
        unread: Sequence[bool] = (),
        finish: Callable[[Outcome], Any] | None = None,
    ) -> Outcome:
        """Call the function; ``stand_ins`` replace functions it calls, by name, for this call.

        ``arguments`` are passed by position, and are the function's to change. Of a tuple (or a list) of as many values
        as ``unread`` has, those marked there need not be looked at. ``finish`` gets the outcome while what the function
        has made is surely still there, for what is to be done with it.

        Returns what happened; nothing that the function raises comes out of here.
        """

    def lending(self) -> AbstractContextManager[Any]:
        """Within it calls with ``stand_ins`` follow one another: what one leaves behind, the next one finds.

        Without it such a call may be made where all that it leaves behind is lost.
        """

    def neighbour(self, name: str) -> Subject | None:
        """The function of that name beside this one, or None where there is none."""


class _Capped(io.StringIO):
    """Collects what is printed, up to a limit, and drops the rest without complaint."""

    def write(self, text: str) -> int:
        room = PRINTED_CHARACTERS - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)

    def close(self) -> None:
        """Stay open: what closes sys.stdout closes ours, not the learner's."""


class _Caught:
    """Collects warnings as texts: the first few, each once, and the first of numpy's whatever came before."""

    def __init__(self):
        self.texts: list[str] = []

    def __call__(self, message, category, filename, lineno, file=None, line=None) -> None:
        kind = getattr(category, "__name__", "Warning")
        numerical = kind == "RuntimeWarning" and not any(text.startswith(kind) for text in self.texts)
        if len(self.texts) < _WARNINGS or numerical:
            try:
                text = f"{kind}: {message}"[:LINE]
            except Exception:  # the learner's own warning, with a broken __str__
                text = kind
            if text not in self.texts:
                self.texts.append(text)


def _text_of(error: BaseException) -> str:
    """An exception's message, even where its ``__str__`` raises. Raises :class:`TimeLimitExceeded`."""
    try:
        return "".join([run_limited(str, [error], MESSAGE_SECONDS)])  # a plain str, whatever came
    except TimeLimitExceeded:
        raise
    except BaseException:
        return "(its message could not be shown)"


def learner_frames(error: BaseException) -> str:
    """The exception with the learner's own frames only: no frame of ours, none of a library's.

    A line for each frame, ``  line 3, in f:  its source``, of many the first four and the last two; then the exception
    as Python words it, its message cut at 500 characters. Raises :class:`TimeLimitExceeded` where the message takes
    long.
    """
    lines = []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(_OURS) or frame.filename.startswith(_LIBRARIES):
            continue
        source = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()[:LINE]
        lines.append(f"  line {frame.lineno}, in {frame.name}" + (f":  {source}" if source else ""))
    message = _text_of(error)
    if len(lines) > 8:  # a recursion repeats itself
        lines = [*lines[:4], f"  ... {len(lines) - 6} more ...", *lines[-2:]]
    last = type(error).__name__ + (f": {message[:500]}" if message else "")
    return "\n".join([*lines, last])


def error_line(error: str) -> str:
    """Of what :func:`learner_frames` gives, the exception without the frames: ``"ValueError: ..."``."""
    lines = error.splitlines()
    return "\n".join(lines[next((k for k, line in enumerate(lines) if not line.startswith("  ")), 0) :])


class LocalSubject:
    """A function in this process: the learner's kernel.

    ``seconds`` is how long a call may take (``CALL_SECONDS`` by default). What the function prints and warns of is
    caught and told in the outcome; its stand-ins are in place while it runs, in the module it was defined in.
    """

    def __init__(self, name: str, function: Callable, seconds: float | None = None):
        self.name = name
        self.function = function
        self.seconds = CALL_SECONDS if seconds is None else seconds

    def signature(self) -> inspect.Signature | None:
        """What :func:`inspect.signature` says, or None where it raises, whatever it raises."""
        try:
            return inspect.signature(self.function)
        except Exception:  # an object with a __call__ may answer anything when it is asked
            return None

    def form(self) -> str:
        """In which form it was written: a key of :data:`~.forms.FORMS`."""
        return form_of(self.function, self.name)

    def lending(self) -> AbstractContextManager[Any]:
        """Nothing is to be done for it: all calls are made in this process."""
        return contextlib.nullcontext()

    def scope(self) -> dict[str, Any]:
        """The global names that the function looks up, which are the notebook's; {} where it has none."""
        try:
            scope = getattr(inspect.unwrap(self.function), "__globals__", {})
        except Exception:
            return {}
        return scope if type(scope) is dict else {}

    def neighbour(self, name: str) -> LocalSubject | None:
        """What can be called under that name where this function looks its names up, or None."""
        function = self.scope().get(name)
        return LocalSubject(name, function, self.seconds) if callable(function) else None

    def call(
        self,
        arguments: list[Any],
        stand_ins: Mapping[str, Callable] | None = None,
        keywords: Mapping[str, Any] | None = None,
        *,
        unread: Sequence[bool] = (),
        finish: Callable[[Outcome], Any] | None = None,
    ) -> Outcome:
        """Call it here. ``keywords`` are passed by name; the rest is what :meth:`Subject.call` says."""
        function = functools.partial(self.function, **keywords) if keywords else self.function
        outcome = Outcome(arguments=arguments)
        printed, caught = _Capped(), _Caught()
        lent = {name: _noting(stand_in, name, outcome.lent) for name, stand_in in (stand_ins or {}).items()}
        start = time.perf_counter()
        with warnings.catch_warnings(), _standing_in(self.scope(), lent):
            warnings.simplefilter("always")
            warnings.showwarning = caught
            with (
                np.errstate(over="warn", invalid="warn", divide="warn", under="ignore"),
                contextlib.redirect_stdout(printed),
                contextlib.redirect_stderr(printed),
                _nobody_types(),
            ):
                try:
                    try:
                        outcome.value = run_limited(function, arguments, self.seconds)
                    except NotImplementedError as error:
                        outcome.failure, outcome.error = "not written", learner_frames(error)
                    except (KeyboardInterrupt, TimeLimitExceeded):
                        raise
                    except BaseException as error:
                        outcome.failure, outcome.error = "raised", learner_frames(error)
                except TimeLimitExceeded:  # of the function, or of the text of what it raised
                    outcome.failure = "time"
                    outcome.error = f"no answer after {self.seconds:g} seconds"
                except KeyboardInterrupt:
                    outcome.failure, outcome.error = "interrupted", "you stopped it"
        outcome.seconds = time.perf_counter() - start
        outcome.warnings = caught.texts
        outcome.printed = printed.getvalue()
        if finish:
            finish(outcome)
        return outcome


def _noting(function: Callable, name: str, called: list[str]) -> Callable:
    """The function, which puts its name on a list when it is called."""

    @functools.wraps(function)
    def noting(*arguments: Any, **keywords: Any) -> Any:
        if name not in called:
            called.append(name)
        return function(*arguments, **keywords)

    return noting


_ASKING = ((builtins, "input"), (getpass, "getpass"))


def _refuse_to_ask(*prompt: Any, **how: Any) -> str:
    """What input() is while a check runs: a prompt in a notebook would wait for somebody to type, and stay dead."""
    raise RuntimeError("input() waits for the keyboard, and nobody types while a check runs")


@contextlib.contextmanager
def _nobody_types():
    """Refuse at once what asks the keyboard. A notebook puts functions of its own in these places: they come back."""
    missing = object()
    before = [(module, name, getattr(module, name, missing)) for module, name in _ASKING]
    for module, name in _ASKING:
        setattr(module, name, _refuse_to_ask)
    try:
        yield
    finally:
        for module, name, function in before:
            if function is missing:
                delattr(module, name)
            else:
                setattr(module, name, function)


@contextlib.contextmanager
def _standing_in(scope: dict[str, Any], stand_ins: Mapping[str, Callable]):
    """Put stand-ins where a function looks its global names up, and take them away again, whatever happened.

    ``scope`` is the function's own globals, so that other functions of its module find the stand-ins too.
    """
    missing = object()
    before = {name: scope.get(name, missing) for name in stand_ins}
    scope.update(stand_ins)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is missing:
                scope.pop(name, None)
            else:
                scope[name] = value
