"""Our side: a worker process, and the learner's functions in it as if they were here."""

from __future__ import annotations

import ast
import builtins
import contextlib
import inspect
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..checking.calling import CALL_SECONDS, Outcome
from .channel import Channel, ChannelClosed, ChannelTimeout
from .codec import Decoder, Encoder, ProtocolError

__all__ = ["Handle", "RemoteError", "RemoteFunction", "RemoteSubject", "WorkerDied", "WorkerProcess"]

GRACE = 3.0  # seconds past a limit before the worker, which should have stopped by itself, is killed
_FAILURES = ("not written", "raised", "time", "interrupted")


class WorkerDied(Exception):
    """The worker crashed, hung, or said something that is not the protocol."""


class RemoteError(Exception):
    """A learner's function raised; the text shows their own frames."""


class Handle:
    """Something that stays with the learner's code, such as a cache.

    It can be passed back as an argument. It can't be compared, measured, tested for truth or turned
    into an array: it would answer for itself.
    """

    def __init__(self, worker: WorkerProcess, number: int, kind: str, says: tuple[str, str] = ("", "")):
        self._worker, self._number, self._kind = worker, number, kind
        self._says = says  # what it is in words, with and without what it computed

    def _described(self, values: bool) -> str:
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
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = __reversed__ = _refuse


class _Session:
    """A child forked in the worker: the number of the request that opened it, and whether it died."""

    def __init__(self, number: int):
        self.number, self.died = number, False


class WorkerProcess:
    """One submission's worker. ``given`` are the texts of the earlier units' functions, by unit."""

    def __init__(self, given: Mapping[str, str] = {}, command: Sequence[str] = (), start_seconds: float = 60.0):
        ours, theirs = socket.socketpair()
        self.folder = tempfile.TemporaryDirectory(prefix="grader-worker-")
        worker = Path(__file__).with_name("worker.py")
        environment = {
            "PATH": os.defpath, "HOME": self.folder.name, "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg",
            "PYTHONDONTWRITEBYTECODE": "1", "IPYTHONDIR": self.folder.name, "LANG": "C.UTF-8",
        }
        with theirs:
            self.process = subprocess.Popen(
                [*command, sys.executable, "-I", str(worker), str(theirs.fileno())],
                pass_fds=[theirs.fileno()], cwd=self.folder.name, env=environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.channel = Channel(ours)
        self._number = 0
        self._callbacks: list[Callable] = []
        self._sessions: list[_Session] = []
        self._last: dict[tuple[int, int], np.ndarray] = {}  # the last call's arrays, by request and blob
        self.deadline: float | None = None  # of time.monotonic(): no request waits longer
        try:
            self.request("setup", start_seconds, given=dict(given))
        except WorkerDied:  # nobody else will ever hold this object
            self.close()
            raise

    # --- messages ---------------------------------------------------------------------------

    def request(self, op: str, wait: float, blobs: list[bytes] = (), **header: Any) -> tuple[dict, list[bytes]]:
        """Ask for something; answers the worker's callbacks until the reply is there.

        Raises :class:`WorkerDied` when no well-formed answer to this request comes in time. A session
        whose process died is begun again first, as it was when it was opened.
        """
        if self._sessions and self._sessions[-1].died:
            self._sessions[-1] = self._open(wait)
        return self._ask(op, wait, blobs, header)

    def _ask(self, op: str, wait: float, blobs: Sequence[bytes], header: Mapping[str, Any]) -> tuple[dict, list[bytes]]:
        if not self.alive:
            raise WorkerDied("its process is gone")
        self._number = number = self._number + 1
        end = time.monotonic() + wait
        end = end if self.deadline is None else min(end, self.deadline)
        try:
            self.channel.send({"op": op, "id": number, **header}, list(blobs), end - time.monotonic())
            while True:
                reply, out = self.channel.receive(end - time.monotonic())
                if "callback" not in reply:
                    break
                self._answer(reply, out, end)
            if reply.get("session") == "over":
                if not self._sessions or reply.get("id") != self._sessions[-1].number:
                    raise ProtocolError("the end of what never began")
                self._sessions[-1].died = True  # its parent is well, and serves the next one
                raise WorkerDied("the process that ran it died")
            if type(reply.get("id")) is not int or reply["id"] != number:
                raise ProtocolError("an answer to another question")
            return reply, out
        except ChannelTimeout:
            self.kill()
            raise WorkerDied(f"no answer within {wait:g} seconds") from None
        except ChannelClosed:
            self.kill()
            raise WorkerDied("the process that ran it died") from None
        except ProtocolError as error:
            self.kill()
            raise WorkerDied(f"it sent what is no answer ({error})") from None

    def _open(self, seconds: float) -> _Session:
        reply, _ = self._ask("session", seconds, (), {})
        if reply.get("session") != "open":
            self.kill()
            raise WorkerDied("no process could be started for the call")
        return _Session(reply["id"])

    def _answer(self, reply: dict, blobs: list[bytes], end: float) -> None:
        number = reply["callback"]
        if type(number) is not int or not 0 <= number < len(self._callbacks):
            raise ProtocolError("a callback nobody gave")
        encoder = Encoder(self._keep)
        try:
            arguments = Decoder(blobs, self._resolve).decode(reply.get("arguments"))
            value = encoder.encode(self._callbacks[number](*arguments))
        except (ProtocolError, WorkerDied):
            raise
        except Exception as error:
            said = f"{type(error).__name__}: {error}"[:2000]
            self.channel.send({"error": said}, seconds=max(end - time.monotonic(), 0.0))
            return
        self.channel.send({"value": value}, encoder.blobs, max(end - time.monotonic(), 0.0))

    def _keep(self, value: Any) -> dict:
        if isinstance(value, Handle):
            return {"h": value._number}
        if isinstance(value, RemoteFunction) and value._worker is self:
            return {"own": value.__name__}
        if callable(value):
            self._callbacks.append(value)
            return {"callback": len(self._callbacks) - 1}
        raise TypeError(f"a {type(value).__name__} can't be passed to the learner's function")

    def _resolve(self, record: dict) -> Any:
        number = record.get("h")
        if type(number) is not int:
            raise ProtocolError("a value of no kind")
        says = record.get("says")
        said = [text[:300] if type(text) is str else "" for text in says[:2]] if type(says) is list else []
        kind = f"{str(record.get('module'))[:100]}.{str(record.get('type'))[:100]}"
        return Handle(self, number, kind, tuple([*said, "", ""][:2]))

    # --- what the learner's side can do -----------------------------------------------------

    def run_cell(self, source: str, seconds: float, store_history: bool = True) -> list[dict]:
        """Run one of the learner's cells; returns its outputs as nbformat dicts, not yet trusted."""
        reply, _ = self.request(
            "cell", seconds + GRACE, source=source, seconds=seconds, store_history=store_history
        )
        outputs = reply.get("outputs")
        return [output for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else []

    def kinds(self, names: Sequence[str]) -> dict[str, str]:
        """``missing``, ``function`` or ``value`` for each name in the learner's namespace."""
        reply, _ = self.request("names", GRACE, names=list(names))
        kinds = reply.get("kinds")
        kinds = kinds if isinstance(kinds, dict) else {}
        return {name: kinds.get(name) if kinds.get(name) in ("function", "value") else "missing" for name in names}

    def fetch(self, name: str) -> Any:
        """A value of the learner's, as plain data or a handle."""
        reply, blobs = self.request("fetch", GRACE, name=name)
        return self._decoded(blobs, reply.get("value"))

    def signature(self, name: str) -> inspect.Signature | None:
        """The signature of a learner's function, or None."""
        reply, _ = self.request("signature", GRACE, name=name)
        return _signature(reply.get("parameters"))

    def call(
        self, target: Mapping[str, Any], arguments: Sequence[Any], keywords: Mapping[str, Any] = {},
        seconds: float = CALL_SECONDS, stand_ins: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Call something over there; what comes back is checked, and may be any outcome at all."""
        encoder = Encoder(self._keep)
        header = {
            **target, "arguments": encoder.encode(list(arguments)), "keywords": encoder.encode(dict(keywords)),
            "seconds": seconds, "stand_ins": dict(stand_ins or {}),
        }
        reply, blobs = self.request("call", seconds + GRACE, encoder.blobs, **header)
        try:
            decoder = Decoder(blobs, self._resolve, self._last)
            failure = reply.get("failure")
            value = decoder.decode(reply.get("value"))
            self._last = {(reply["id"], blob): array for blob, array in decoder.arrays.items()}
            after = decoder.decode(reply.get("arguments"))
        except ProtocolError as error:
            self.kill()
            raise WorkerDied(f"it sent what is no answer ({error})") from None
        warned = reply.get("warnings") if isinstance(reply.get("warnings"), list) else []
        spent = reply.get("seconds")
        return Outcome(
            value=value,
            failure=failure if failure is None or failure in _FAILURES else "raised",
            error=str(reply.get("error") or "")[:20_000],
            warnings=[w[:500] for w in warned[:20] if isinstance(w, str)],
            printed=str(reply.get("printed") or "")[:2000],
            arguments=after if isinstance(after, list) else [],
            seconds=spent if type(spent) is float else 0.0,
        )

    def _decoded(self, blobs: list[bytes], data: Any) -> Any:
        try:
            return Decoder(blobs, self._resolve).decode(data)
        except ProtocolError as error:
            self.kill()
            raise WorkerDied(f"it sent what is no value ({error})") from None

    @contextlib.contextmanager
    def session(self, seconds: float = 30.0) -> Iterator[None]:
        """Within it, all is done in a child forked for it: nothing done there is kept."""
        if self._sessions and self._sessions[-1].died:
            self._sessions[-1] = self._open(seconds)
        self._sessions.append(self._open(seconds))
        try:
            yield
        finally:
            session = self._sessions.pop()
            if self.alive and not session.died:
                self._end(session, GRACE)

    def _end(self, session: _Session, seconds: float) -> None:
        """The child ends; its parent answers with the session's number and how it went."""
        try:
            self.channel.send({"op": "end", "id": session.number}, seconds=seconds)
            reply, _ = self.channel.receive(seconds)
            if reply.get("session") != "over" or reply.get("id") != session.number:
                raise ProtocolError("an answer to another question")
        except (ChannelTimeout, ChannelClosed, ProtocolError):
            self.kill()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None and self.channel.broken is None

    def kill(self) -> None:
        """End the worker and every process it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, 9)
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End the worker and remove its folder."""
        self.kill()
        self.channel.sock.close()
        with contextlib.suppress(OSError):
            self.folder.cleanup()

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


def _signature(parameters: Any) -> inspect.Signature | None:
    """A signature from what the worker says of it; None where that is nonsense."""
    if not isinstance(parameters, list):
        return None
    try:
        return inspect.Signature([
            inspect.Parameter(
                name, inspect._ParameterKind(kind), default=None if has_default else inspect.Parameter.empty
            )
            for name, kind, has_default in parameters
        ])
    except (ValueError, TypeError):
        return None


class RemoteSubject:
    """A learner's function in a worker, as the checks know one."""

    def __init__(self, worker: WorkerProcess, name: str, seconds: float = CALL_SECONDS):
        self.worker, self.name, self.seconds = worker, name, seconds

    def signature(self) -> inspect.Signature | None:
        try:
            return self.worker.signature(self.name)
        except WorkerDied:  # the first call will say so
            return None

    def neighbour(self, name: str) -> RemoteSubject | None:
        try:
            kind = self.worker.kinds([name])[name]
        except WorkerDied:
            return None
        return RemoteSubject(self.worker, name, self.seconds) if kind == "function" else None

    def call(self, arguments: list[Any], stand_ins: Mapping[str, Callable] | None = None) -> Outcome:
        target = {"name": self.name}
        sources = {name: _source(function) for name, function in (stand_ins or {}).items()}
        try:
            with self.worker.session() if sources else contextlib.nullcontext():
                return self.worker.call(target, arguments, seconds=self.seconds, stand_ins=sources)
        except WorkerDied as death:
            return Outcome(failure="died", error=str(death), arguments=arguments)


def _source(function: Callable) -> str:
    """The text of one of the course's functions with the imports of its module, and no other function."""
    module = ast.parse(Path(inspect.getfile(function)).read_text(encoding="utf-8"))
    wanted = {function.__name__, *function.__code__.co_names}
    module.body = [node for node in module.body if not isinstance(node, ast.FunctionDef) or node.name in wanted]
    return ast.unparse(module)


class RemoteFunction:
    """A learner's function as a grade cell calls it: like one of ours."""

    def __init__(self, worker: WorkerProcess, name: str, seconds: float = CALL_SECONDS):
        self.__name__ = name
        self._worker, self._seconds = worker, seconds

    def subject(self) -> RemoteSubject:
        """The function as the checks know one."""
        return RemoteSubject(self._worker, self.__name__, self._seconds)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        try:
            outcome = self._worker.call({"name": self.__name__}, arguments, keywords, self._seconds)
        except WorkerDied as death:
            raise RemoteError(f"{self.__name__}: {death}") from None
        for before, after in zip(arguments, outcome.arguments, strict=False):
            _bring_back(before, after)
        if outcome.failure is not None:
            raise _error_like(outcome)(f"{self.__name__}: {outcome.error}")
        return _with_own(outcome.value, list(zip(outcome.arguments, arguments, strict=False)))

    def __repr__(self) -> str:
        return f"<the learner's function {self.__name__}>"


def _bring_back(before: Any, after: Any) -> None:
    """Change an argument as the function over there changed its copy, as it could have done here."""
    if type(before) is not type(after):
        return
    if type(before) is np.ndarray:
        if before.shape == after.shape and before.dtype == after.dtype and before.flags.writeable:
            if before.tobytes() != after.tobytes():
                before[...] = after
    elif type(before) is list:
        for one, other in zip(before, after, strict=False):
            _bring_back(one, other)
        kept = before[: len(after)]
        before[:] = [_kept(*pair) for pair in zip(kept, after, strict=False)] + after[len(kept) :]
    elif type(before) is dict:
        for key in before.keys() & after.keys():
            _bring_back(before[key], after[key])
        now = {key: _kept(before[key], value) if key in before else value for key, value in after.items()}
        before.clear()
        before.update(now)
    elif type(before) is tuple:
        for one, other in zip(before, after, strict=False):
            _bring_back(one, other)


def _kept(before: Any, after: Any) -> Any:
    """The object that was there, where it can be what is there now."""
    if isinstance(after, Handle):  # what did not cross as data has not come back as something else
        return before
    if type(before) is type(after):
        if type(before) is np.ndarray:
            return before if before.shape == after.shape and before.dtype == after.dtype else after
        if type(before) in (list, dict) or type(before) is tuple and len(before) == len(after):
            return before
    return after


def _with_own(value: Any, pairs: list[tuple[Any, Any]]) -> Any:
    """``value`` with the caller's own arrays where the function returned its arguments."""
    if type(value) is np.ndarray:
        for after, before in pairs:
            if value is after and type(before) is np.ndarray and before.shape == value.shape:
                return before
        return value
    if type(value) in (list, tuple):
        return type(value)(_with_own(item, pairs) for item in value)
    if type(value) is dict:
        return {key: _with_own(item, pairs) for key, item in value.items()}
    return value


_LIKE = {"not written": "NotImplementedError", "time": "TimeoutError"}


def _error_like(outcome: Outcome) -> type[Exception]:
    """A :class:`RemoteError` that is caught as the built-in exception which was raised over there."""
    said = next((line for line in outcome.error.split("\n") if not line.startswith("  ")), "")
    name = _LIKE.get(outcome.failure) or said.partition(":")[0]
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)) or kind in (Exception, StopIteration):
        return RemoteError
    try:
        like = type(f"RemoteError, {name}", (RemoteError, kind), {})
        like("")
    except TypeError:  # one that wants more than a text
        return RemoteError
    return like
