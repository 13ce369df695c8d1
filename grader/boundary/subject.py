"""Our side: a learner's function across the boundary, as the ladder of checks asks one."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..checking.calling import CALL_SECONDS, Outcome
from .remote import Worker
from .start import WorkerDied

__all__ = ["RemoteSubject"]


class RemoteSubject:
    """The learner's function of that name in a worker, as the checks know one.

    It is what :class:`~grader.checking.calling.Subject` says; ``seconds`` is how long a call may take. A worker that
    dies is an outcome (``"died"``), and raises nothing here.
    """

    def __init__(self, worker: Worker, name: str, seconds: float = CALL_SECONDS):
        self.worker, self.name, self.seconds = worker, name, seconds
        self._lending = False

    def signature(self) -> inspect.Signature | None:
        """What :func:`inspect.signature` says over there, defaults left out; None where nobody can tell.

        ``check`` takes it to see whether the arguments fit, for which a default need only be there.
        """
        try:
            return self.worker.signature(self.name)
        except WorkerDied:  # the first call will say so
            return None

    def form(self) -> str:
        """In which form it was written over there, as far as anybody can tell."""
        try:
            return self.worker.form(self.name)
        except WorkerDied:
            return "def"

    def neighbour(self, name: str) -> RemoteSubject | None:
        """The function of that name beside this one in the learner's notebook; None where there is none."""
        try:
            kind = self.worker.kinds([name])[name]
        except WorkerDied:
            return None
        return RemoteSubject(self.worker, name, self.seconds) if kind == "function" else None

    @contextlib.contextmanager
    def lending(self) -> Iterator[None]:
        """One child, forked for all the calls with ``stand_ins`` that are made within it."""
        with self.worker.session():
            self._lending = True
            try:
                yield
            finally:
                self._lending = False

    def call(
        self,
        arguments: list[Any],
        stand_ins: Mapping[str, Callable] | None = None,
        *,
        unread: Sequence[bool] = (),
        finish: Callable[[Outcome], Any] | None = None,
    ) -> Outcome:
        """Call it with copies of these arguments, and bring back all that happened.

        With ``stand_ins`` (the course's functions by name, which it will call in place of the learner's) the call is
        made in a child forked for it, or for all within :meth:`lending`. ``unread`` and ``finish`` are those of
        :class:`~grader.checking.calling.Subject`.
        """
        target = {"name": self.name}
        sources = {name: _source(function) for name, function in (stand_ins or {}).items()}
        try:
            with self.worker.session() if sources and not self._lending else contextlib.nullcontext():
                outcome = self.worker.call(target, arguments, seconds=self.seconds, stand_ins=sources, unread=unread)
                if finish:
                    finish(outcome)
                return outcome
        except WorkerDied as death:
            return Outcome(failure="died", error=str(death), arguments=arguments)


def _source(function: Callable) -> str:
    """The text of one of the course's functions with the imports of its module, and no other function."""
    module = ast.parse(Path(inspect.getfile(function)).read_text(encoding="utf-8"))
    wanted = {function.__name__, *function.__code__.co_names}
    module.body = [node for node in module.body if not isinstance(node, ast.FunctionDef) or node.name in wanted]
    return ast.unparse(module)
