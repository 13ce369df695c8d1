"""What lives with the learner's code, as a test on our side sees it.

A :class:`Handle` stands for an object that does not cross as data. Its public attributes can be read and set and
its methods called; it answers no question about itself: comparison, truth, length, arithmetic and conversion raise,
or an object that equals everything would pass every test. A handle of a function can be called, one of an
iterator be iterated.

What a plain test sees otherwise than in one process, and fails by: the type, length, items and equality of learners'
own objects; their own exceptions in an ``except`` clause (the built-in ones they are derived from are caught);
``issubclass``. An array in an attribute may be written into, and theirs follows with the next call; lists and dicts
in attributes, and values of global names, are copies. Of two results in the same memory only the numbers are alike.
"""

from __future__ import annotations

import inspect
import itertools
import linecache
import math
import types
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from ..checking.calling import CALL_SECONDS, Outcome, Subject
from .likeness import RemoteError, bring_back, error_like
from .start import WorkerDied

__all__ = ["Handle", "RemoteFunction", "RemoteOutcome", "Worker", "handle_of", "outcome_of"]

MAX_STEPS = 100_000  # that an iterator over there is asked for
_ABOUT = ("__defaults__", "__kwdefaults__", "__signature__", "__qualname__", "__code__")
_FAILURES = ("not written", "raised", "time", "interrupted")
_sources = itertools.count()


@dataclass
class RemoteOutcome(Outcome):
    """An outcome with the exception as it can be made again.

    ``raised`` is (names of its class and of that one's bases, nearest first; its arguments), both empty where nothing
    was raised. The other fields are :class:`~grader.checking.calling.Outcome`'s.
    """

    raised: tuple[Sequence[str], Sequence[Any]] = ((), ())


def outcome_of(
    reply: Mapping[str, Any], value: Any, arguments: Any, raised: Any, stand_ins: Iterable[str] = ()
) -> RemoteOutcome:
    """What a call did, from what the worker says of it.

    ``reply`` is a header, of which nothing is trusted; ``value``, ``arguments`` and ``raised`` are decoded. What is of
    another kind or too long counts as empty, and a failure of no known kind as ``"raised"``. Of ``stand_ins``, names
    that were lent, the outcome's ``lent`` has those that were called.
    """
    failure, warned, spent, lent = (reply.get(name) for name in ("failure", "warnings", "seconds", "lent"))
    return RemoteOutcome(
        value=value,
        failure=failure if failure is None or failure in _FAILURES else "raised",
        error=_text(reply.get("error"), 20_000),
        warnings=[w[:500] for w in warned[:20] if isinstance(w, str)] if isinstance(warned, list) else [],
        printed=_text(reply.get("printed"), 2000),
        arguments=arguments if isinstance(arguments, list) else [],
        seconds=spent if type(spent) is float and math.isfinite(spent) and spent > 0 else 0.0,
        lent=[name for name in stand_ins if name in lent] if type(lent) is list else [],
        raised=_raised(raised),
    )


def _text(value: Any, longest: int) -> str:
    """``value`` where it is a text, cut to so many characters; an empty one otherwise."""
    return value[:longest] if isinstance(value, str) else ""


def _raised(said: Any) -> tuple[list[str], list[Any]]:
    """The names of an exception's classes, and its arguments, where that is what was said."""
    if isinstance(said, list) and len(said) == 2 and all(isinstance(part, list) for part in said):
        if said[0] and all(isinstance(name, str) and name.isidentifier() for name in said[0]):
            return said[0], said[1]
    return [], []


class Worker(Protocol):
    """What is asked here of the process in which the learner's code lives (:class:`.proxy.WorkerProcess`).

    It says there what each of these does. ``seconds`` is how long a call may take, ``dropped`` takes the numbers of
    handles that nobody holds any more.
    """

    seconds: float
    dropped: list[int]

    def call(
        self,
        target: Mapping[str, Any],
        arguments: Sequence[Any],
        keywords: Mapping[str, Any] = {},
        seconds: float = CALL_SECONDS,
        stand_ins: Mapping[str, str] | None = None,
        seeds: bool = False,
        unread: Sequence[bool] = (),
    ) -> RemoteOutcome:
        """Call something over there."""

    def subject(self, name: str, seconds: float = CALL_SECONDS) -> Subject:
        """A function of that name, as the checks know one."""

    def about(self, name: str) -> dict[str, Any]:
        """What inspect says of a function over there."""

    def form(self, name: str) -> str:
        """In which form it was written, a key of :data:`grader.checking.forms.FORMS`."""

    def signature(self, name: str) -> inspect.Signature | None:
        """Its signature, or None."""

    def kinds(self, names: Sequence[str]) -> dict[str, str]:
        """``missing``, ``function`` or ``value`` for each name."""

    def session(self) -> AbstractContextManager[None]:
        """Within it, all is done in a child forked for it."""

    def session_now(self) -> Any:
        """The session that what is made now lives in."""

    def is_open(self, session: Any) -> bool:
        """Whether what was made in that session is still there."""


class _Remote:
    """What a handle and a function of a name have in common: attributes, and calls."""

    _worker: Worker
    _seconds: float

    def _target(self) -> dict[str, Any]:
        """What says over there which object this is: part of a request."""
        raise NotImplementedError

    def _label(self) -> str:
        """What it is called in an error."""
        raise NotImplementedError

    def _ask(self, order: Mapping[str, Any], arguments: Any = (), keywords: Mapping[str, Any] = {}) -> Any:
        """Have something done to it over there: called, or what ``order`` says.

        Changes the arguments as they were changed over there, and returns what came back. Raises :class:`RemoteError`
        for what the learner's code raised, and where the worker died.
        """
        try:
            outcome = self._worker.call({**self._target(), **order}, arguments, keywords, self._seconds, seeds=True)
        except WorkerDied as death:
            raise RemoteError(f"{self._label()}: {death}") from None
        value = bring_back([*arguments, *keywords.values()], outcome.arguments, outcome.value)
        if outcome.failure is not None:
            raise _error(self._label(), outcome)
        return value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what Python and numpy ask of any object is not for theirs to answer
            raise AttributeError(f"a {type(self).__name__} has no attribute {name}")
        return self._ask({"do": "get", "attribute": name})

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self._ask({"do": "set", "attribute": name}, [value])

    def __copy__(self) -> Any:
        return self._ask({"do": "copy"})

    def __deepcopy__(self, memo: dict) -> Any:
        return self._ask({"do": "deepcopy"})

    def __instancecheck__(self, thing: Any) -> bool:
        return isinstance(type(thing), type) and issubclass(type(thing), _Remote) and self._is(thing)

    def _is(self, thing: Any) -> bool:
        return self._ask({"do": "is"}, [thing]) is True


def _error(label: str, outcome: RemoteOutcome) -> RemoteError:
    """The error that stands for what the learner's code did."""
    report = f"{label}: {outcome.error}"
    kinds, arguments = outcome.raised
    if outcome.failure == "time" or not kinds:
        kinds, arguments = ["TimeoutError" if outcome.failure == "time" else "RemoteError"], [report]
    return error_like(kinds, arguments, report)


class Handle(_Remote):
    """Something that stays with the learner's code, such as a cache or an object of their class.

    ``number`` is the worker's for it, ``kind`` the name of its class with its module, ``says`` what it is in words,
    with and without what it computed. It goes from the worker when nobody holds it here; one that was made in a session
    is lost with that, and raises :class:`RemoteError`.
    """

    def __init__(self, worker: Worker, number: int, kind: str, says: tuple[str, str] = ("", "")):
        self._worker, self._number, self._kind = worker, number, kind
        self._seconds = worker.seconds
        self._says = says  # what it is in words, with and without what it computed
        self._session = worker.session_now()

    def __del__(self):
        worker = self.__dict__.get("_worker")
        if worker is not None and "_session" in self.__dict__ and worker.session_now() is self._session:
            worker.dropped.append(self._number)

    def _reference(self) -> int:
        """Its number over there. Raises :class:`RemoteError` where the process it lived in is gone."""
        if not self._worker.is_open(self._session):
            raise RemoteError(f"the {self._kind} was lost with the process it lived in")
        return self._number

    def _target(self) -> dict[str, Any]:
        return {"handle": self._reference()}

    def _label(self) -> str:
        return self._kind.rpartition(".")[2]

    def _described(self, values: bool) -> str:
        """What it is, in words for a learner, with the numbers in it or without."""
        return self._says[not values] or f"an object of type {self._kind}"

    def __repr__(self) -> str:
        return f"<a {self._kind} that stays with the learner's code>"

    def _refuse(self, *arguments: Any) -> Any:
        raise TypeError(
            f"a {self._kind} that the learner's function returned stays on their side: compare plain numbers, "
            "tuples, dicts or numpy arrays instead"
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __len__ = __iter__ = _refuse
    __array__ = __float__ = __int__ = __index__ = __complex__ = __getitem__ = __contains__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __hash__ = _refuse
    __matmul__ = __rmatmul__ = __neg__ = __abs__ = __pow__ = __rpow__ = __mod__ = __rmod__ = __call__ = _refuse
    __floordiv__ = __rfloordiv__ = __divmod__ = __rdivmod__ = __pos__ = __invert__ = __round__ = __trunc__ = _refuse
    __reduce_ex__ = _refuse
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = __reversed__ = _refuse


class _CallableHandle(Handle):
    """A function, a method or a class of the learner's that has no name in their notebook. Calling it calls it."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._ask({}, arguments, keywords)


class _IteratorHandle(Handle):
    """A generator of the learner's, or another iterator.

    It ends after ``MAX_STEPS`` steps with a :class:`RemoteError`, if it does not by itself.
    """

    _steps = 0

    def __iter__(self) -> _IteratorHandle:
        return self

    def __next__(self) -> Any:
        if self._steps >= MAX_STEPS:
            raise RemoteError(f"the {self._label()} did not come to an end after {MAX_STEPS} steps")
        self._steps += 1
        value = self._ask({"do": "next"})
        if value is None or type(value) is not tuple:
            raise StopIteration
        return value[0]


_HANDLES = {"call": _CallableHandle, "iterate": _IteratorHandle}


def handle_of(worker: Worker, record: Mapping[str, Any]) -> Handle:
    """The handle that a checked number and unchecked words describe.

    ``record`` has ``h``, a whole number, and may have ``type``, ``module``, ``says`` and ``can`` (``call`` or
    ``iterate``): what is no text of a sensible length counts as none.
    """
    says = record.get("says")
    said = [text[:300] if type(text) is str else "" for text in says[:2]] if type(says) is list else []
    first, second, *_ = *said, "", ""
    names = [text[:100] if type(text := record.get(part)) is str else "" for part in ("module", "type")]
    can = record.get("can")
    handle = _HANDLES.get(can, Handle) if type(can) is str else Handle
    return handle(worker, record["h"], ".".join(names), (first, second))


class RemoteFunction(_Remote):
    # A learner's function or class as a grade cell calls it: like one of ours. What inspect asks of a function
    # (name, signature with defaults, docstring, source) is theirs; the name is the one it is bound to.

    def __init__(self, worker: Worker, name: str, seconds: float = CALL_SECONDS):
        self.__name__, self.__module__ = name, "__main__"
        self._worker, self._seconds = worker, seconds

    def subject(self) -> Subject:
        """The function as the checks know one; a call of it may take as long as one of this stand-in."""
        return self._worker.subject(self.__name__, self._seconds)

    def _target(self) -> dict[str, Any]:
        return {"name": self.__name__}

    def _label(self) -> str:
        return self.__name__

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._ask({}, arguments, keywords)

    def __repr__(self) -> str:
        return f"<the learner's function {self.__name__}>"

    def _about(self) -> dict[str, Any]:
        """What inspect would find over there; asked for once."""
        if "_known" not in self.__dict__:
            self._known = self._worker.about(self.__name__)
        return self._known

    @property  # type: ignore[misc]  # this and the next two are as the learner's side has them, and not to be set
    def __class__(self) -> type:
        # What isinstance and inspect.isfunction see.
        kind = self._about().get("kind")
        return types.FunctionType if kind == "function" else type if kind == "class" else RemoteFunction

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        return self._about().get("doc")

    @property
    def __annotations__(self) -> dict[str, Any]:  # type: ignore[override]
        signature = _signature(self._about())
        if signature is None:
            return {}
        notes = {p.name: p.annotation for p in signature.parameters.values() if p.annotation is not p.empty}
        returned = signature.return_annotation
        return notes if returned is signature.empty else {**notes, "return": returned}

    def __getattr__(self, name: str) -> Any:
        if name not in _ABOUT:
            return _Remote.__getattr__(self, name)  # super() needs the name __class__, which is taken
        about = self._about()
        if name == "__code__":
            if "_source" not in self.__dict__:
                self._source = _code(self.__name__, about)
            return self._source
        signature = _signature(about)
        if signature is None:
            raise AttributeError(name)
        if name == "__signature__":
            return signature
        if name == "__qualname__":
            return self.__name__
        parameters = signature.parameters.values()
        named_only = name == "__kwdefaults__"
        chosen = [p for p in parameters if (p.kind is p.KEYWORD_ONLY) == named_only and p.default is not p.empty]
        if named_only:
            return {p.name: p.default for p in chosen} or None
        return tuple(p.default for p in chosen) or None


def _signature(about: Mapping[str, Any]) -> inspect.Signature | None:
    """A signature from what was fetched of it; None where that is nonsense."""
    empty = inspect.Parameter.empty
    try:
        parameters = [
            inspect.Parameter(
                name,
                inspect._ParameterKind(kind),
                default=default[0] if default else empty,
                annotation=annotation[0] if annotation else empty,
            )
            for name, kind, default, annotation in about["parameters"]
        ]
        returned = about["returns"]
        return inspect.Signature(parameters, return_annotation=returned[0] if returned else empty)
    except (KeyError, ValueError, TypeError):
        return None


def _code(name: str, about: Mapping[str, Any]) -> types.CodeType:
    """Code that does nothing, with the names that the learner's uses, and its source for inspect."""
    source, code = about.get("source"), about.get("code", ())
    if type(source) is not str:
        raise AttributeError("__code__")
    place = f"<the learner's {name} {next(_sources)}>"
    linecache.cache[place] = (len(source), None, source.splitlines(True), place)
    made = (lambda: None).__code__.replace(co_filename=place, co_firstlineno=1, co_name=name)
    try:
        count, variables, names = code
        return made.replace(
            co_argcount=count, co_varnames=tuple(variables), co_nlocals=len(variables), co_names=tuple(names)
        )
    except (ValueError, TypeError, OverflowError):
        return made
