"""Our side: a worker process, and the learner's functions in it as if they were here."""

from __future__ import annotations

import contextlib
import inspect
import json
import socket
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..checking.calling import CALL_SECONDS
from ..checking.forms import FORMS
from . import seeds as random_seeds
from . import tensors
from .channel import Channel, ChannelClosed, ChannelTimeout
from .codec import Decoder, Encoder, ProtocolError
from .likeness import RemoteError
from .memory import Arguments
from .nursery import ColdStart, Nursery, NurseryFailed
from .plain import is_short
from .remote import Handle, RemoteFunction, RemoteOutcome, handle_of, outcome_of
from .start import Forked, OwnProcess, WorkerDied
from .subject import RemoteSubject

__all__ = ["Handle", "RemoteError", "RemoteFunction", "RemoteSubject", "WorkerDied", "WorkerProcess"]

GRACE = 3.0  # seconds past a limit before the worker, which should have stopped by itself, is killed
_HARMLESS = ("names",)  # what runs no code of a learner's
MAX_NESTED = 20  # calls and callbacks inside each other
MAX_OUTPUT = 2_000_000  # characters of a cell's outputs, which the worker should have cut to less
_LIBRARIES = ("math", "numpy", "numpy.linalg", "torch", "torch.nn.functional")  # whose functions cross by name


class _Session:
    """A child forked in the worker: the number of the request that opened it (None before), and whether it died."""

    def __init__(self) -> None:
        self.number: int | None = None
        self.died = False


class WorkerProcess:
    """One submission's worker: forked by ``nursery``, or a process of its own, started under ``command``.

    ``given`` are the texts of the earlier units' functions, by unit; a nursery has them already. ``start_seconds`` is
    how long it may take to be ready. Use it in a ``with`` block, or call :meth:`close`.

    ``seconds`` is the limit of the last call, which holds for what is asked of its handles too. ``deadline``, of
    ``time.monotonic()``, bounds every request from then on. ``dropped`` are numbers of handles that nobody holds any
    more. Raises :class:`WorkerDied` where none starts, :class:`NurseryFailed` where none can be forked.
    """

    def __init__(
        self,
        given: Mapping[str, str] = {},
        command: Sequence[str] = (),
        start_seconds: float = 60.0,
        nursery: Nursery | ColdStart | None = None,
    ):
        if isinstance(nursery, ColdStart):
            given, command, nursery = nursery.given, nursery.command, None
        ours, theirs = socket.socketpair()
        self.folder = tempfile.TemporaryDirectory(prefix="grader-worker-")
        self.channel = Channel(ours)
        self._killed = False
        self._number = 0
        self._callbacks: list[Callable] = []
        self._sessions: list[_Session] = []
        self._earlier: weakref.WeakValueDictionary[tuple[int, int], Any] = weakref.WeakValueDictionary()
        self._seeded: tuple = random_seeds.mark()  # the state of ours when the worker's were last put into it
        self._shown: dict[tuple[int, int], bytes] = {}  # arrays in attributes, as they were when they came
        self._ends: list[float] = []  # of the requests under way, the innermost last
        self.dropped: list[int] = []  # handles that nobody holds any more
        self.seconds = CALL_SECONDS  # of the last call; what is asked of a handle may take as long
        self.deadline: float | None = None  # of time.monotonic(): no request waits longer
        try:
            with theirs:
                if nursery is None:
                    self._place: Forked | OwnProcess = OwnProcess(command, theirs, self.folder.name)
                else:
                    self._place = Forked(nursery, theirs, self.folder.name)
        except NurseryFailed:
            ours.close()
            self.folder.cleanup()
            raise
        try:
            self.request("setup", start_seconds, given=None if nursery else dict(given))
        except WorkerDied as death:  # nobody else will ever hold this object
            self.close()
            if nursery is None:
                raise
            raise NurseryFailed(f"a worker that was forked does not answer: {death}") from None

    # --- messages ---------------------------------------------------------------------------

    def request(self, op: str, wait: float, blobs: Sequence[bytes] = (), **header: Any) -> tuple[dict, list[bytes]]:
        """Ask for something; answers the worker's callbacks until the reply is there.

        ``op`` is the name of one of the worker's methods, ``wait`` the seconds until it is given up, ``header`` what
        JSON can hold and ``blobs`` the bytes that it speaks of. Returns the reply's header and blobs, none of it
        trusted.

        Raises :class:`WorkerDied` when no well-formed answer to this request comes in time. A session's process is
        forked for the first request that may change something over there; where it died it is begun again first, as it
        was.
        """
        for place, session in enumerate(self._sessions if op not in _HARMLESS else ()):
            if session.died or session.number is None:
                self._sessions[place] = self._open(wait, _Session() if session.died else session)
        return self._ask(op, wait, blobs, header)

    def _ask(self, op: str, wait: float, blobs: Sequence[bytes], header: Mapping[str, Any]) -> tuple[dict, list[bytes]]:
        """Send one request and wait for its own reply. Raises :class:`WorkerDied`, as :meth:`request` does."""
        if not self.alive:
            raise WorkerDied("its process is gone")
        self._number = number = self._number + 1
        end = time.monotonic() + wait
        end = min([end, *self._ends[-1:], *([] if self.deadline is None else [self.deadline])])
        header = {**header, "torch": "torch" in sys.modules}
        if self.dropped:
            header["drop"], self.dropped = self.dropped, []
        self._ends.append(end)
        try:
            if len(self._ends) > MAX_NESTED:
                raise ProtocolError("too many calls inside each other")
            self.channel.send({"op": op, "id": number, **header}, blobs, end - time.monotonic())
            while True:
                reply, out = self.channel.receive(end - time.monotonic())
                if "callback" not in reply:
                    break
                self._answer(reply, out, end)
            if reply.get("session") == "over":
                begun = [session for session in self._sessions if session.number is not None]
                if not begun or reply.get("id") != begun[-1].number:
                    raise ProtocolError("the end of what never began")
                begun[-1].died = True  # its parent is well, and serves the next one
                self._seeded = ()
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
        finally:
            self._ends.pop()

    def _open(self, seconds: float, session: _Session) -> _Session:
        """Fork the child of a session. Raises :class:`WorkerDied`."""
        reply, _ = self._ask("session", seconds, (), {})
        if reply.get("session") != "open":
            self.kill()
            raise WorkerDied("no process could be started for the call")
        session.number = reply["id"]
        return session

    def _answer(self, reply: dict, blobs: list[bytes], end: float) -> None:
        """Call one of our functions for the worker and send what it returned or raised, before ``end``."""
        number = reply["callback"]
        if type(number) is not int or not 0 <= number < len(self._callbacks):
            raise ProtocolError("a callback nobody gave")
        decoder = Decoder(blobs, self._resolve)
        arguments, keywords = decoder.decode(reply.get("arguments")), decoder.decode(reply.get("keywords"))
        arguments = arguments if type(arguments) is tuple else ()
        keywords = keywords if type(keywords) is dict else {}
        given = Arguments(decoder.arrays, blobs)
        answer: dict[str, Any] = {}
        value = None
        try:
            value = self._callbacks[number](*arguments, **keywords)
        except (ProtocolError, WorkerDied):
            raise
        except Exception as error:
            answer = {
                "error": f"{type(error).__name__}: {error}"[:2000],
                "kind": type(error).__name__,
                "text": str(error)[:2000],
            }
        # What it has written into its arguments is written over there too: they are the caller's own.
        encoder = Encoder(self._keep, known=given.unchanged(), view=given.view)
        after = encoder.encode([*arguments, *keywords.values()])
        try:
            answer |= {"value": encoder.encode(value), "changed": after}
        except TypeError as error:
            answer = {"error": f"TypeError: {error}"[:2000], "kind": "TypeError", "text": str(error)[:2000]}
        self.channel.send(answer, encoder.blobs, max(end - time.monotonic(), 0.0))

    def _keep(self, value: Any) -> dict:
        """The record of what does not cross as data: a handle of theirs, or a function. Raises TypeError for others."""
        kind = type(value)  # isinstance would ask the learner's side what it is
        if issubclass(kind, Handle) and value._worker is self:
            return {"h": value._reference()}
        if kind is RemoteFunction and value._worker is self:
            return {"own": value.__name__}
        if not callable(value):
            raise TypeError(f"a {kind.__name__} can't be passed to the learner's function")
        name: Any = getattr(value, "__name__", None)
        for library in _LIBRARIES if isinstance(name, str) else ():
            if library in sys.modules and vars(sys.modules[library]).get(name) is value:
                return {"function": [library, name]}
        number = next((place for place, known in enumerate(self._callbacks) if known is value), len(self._callbacks))
        if number == len(self._callbacks):
            self._callbacks.append(value)
        return {"callback": number, "name": name if isinstance(name, str) else "callback"}

    def _resolve(self, record: dict) -> Any:
        """The handle that a record from over there names. Raises :class:`ProtocolError` for anything else."""
        if type(record.get("h")) is not int or record["h"] < 0:
            raise ProtocolError("a value of no kind")
        return handle_of(self, record)

    def session_now(self) -> _Session | None:
        """The session that what is made now lives in."""
        return self._sessions[-1] if self._sessions else None

    def is_open(self, session: _Session | None) -> bool:
        """Whether what was made in that session is still there."""
        return session is None or session in self._sessions and not session.died

    # --- what the learner's side can do -----------------------------------------------------

    def run_cell(self, source: str, seconds: float, store_history: bool = True) -> list[dict]:
        """Run one of the learner's cells; returns its outputs as nbformat dicts, not yet trusted.

        ``seconds`` bounds it; one that is stopped says so in an error output. ``store_history`` counts it as IPython
        does. Of more than ``MAX_OUTPUT`` characters the rest is left out. Raises :class:`WorkerDied` where it takes the
        process with it.
        """
        reply, _ = self.request("cell", seconds + GRACE, source=source, seconds=seconds, store_history=store_history)
        outputs = reply.get("outputs")
        found, size = [], 0
        for output in outputs if isinstance(outputs, list) else ():
            with contextlib.suppress(RecursionError):  # nested so deeply, it is none that a cell has
                size += len(json.dumps(output))
                if isinstance(output, dict) and size <= MAX_OUTPUT:
                    found.append(output)
        return found

    def kinds(self, names: Sequence[str]) -> dict[str, str]:
        """``missing``, ``function`` or ``value`` for each name in their namespace. Raises :class:`WorkerDied`."""
        return self.bound(names)[0]

    def bound(self, names: Sequence[str]) -> tuple[dict[str, str], dict[str, Any]]:
        """The :meth:`kinds` of names, and their values where those are short (:func:`.plain.is_short`).

        No code of the learner's runs for it. Raises :class:`WorkerDied`.
        """
        reply, blobs = self.request("names", GRACE, names=list(names))
        said, plain = reply.get("kinds"), self._decoded(blobs, reply.get("plain"))
        kinds: dict[str, Any] = said if isinstance(said, dict) else {}
        known = {name: kinds[name] if kinds.get(name) in ("function", "value") else "missing" for name in names}
        plain = plain if type(plain) is dict else {}
        return known, {name: value for name, value in plain.items() if known.get(name) == "value" and is_short(value)}

    def fetch(self, name: str) -> Any:
        """A value of the learner's, as plain data or a handle; None where the name is bound to nothing.

        Raises :class:`WorkerDied`.
        """
        reply, blobs = self.request("fetch", GRACE, name=name)
        return self._decoded(blobs, reply.get("value"))

    def signature(self, name: str) -> inspect.Signature | None:
        """The signature of a learner's function, with None for every default; None where nobody can tell.

        Raises :class:`WorkerDied`.
        """
        reply, _ = self.request("signature", GRACE, name=name)
        return _signature(reply.get("parameters"))

    def form(self, name: str) -> str:
        """In which form a learner's function came, a key of ``FORMS``; ``"def"`` where nobody can tell.

        Raises :class:`WorkerDied`.
        """
        reply, _ = self.request("form", GRACE, name=name)
        found = reply.get("form")
        return found if type(found) is str and found in FORMS else "def"

    def about(self, name: str) -> dict[str, Any]:
        """What inspect says of a learner's function over there, unchecked; empty where it can't be asked.

        ``kind`` (function, class or object), ``doc``, ``parameters`` with defaults and annotations, ``returns``,
        ``source``, ``code`` (number of arguments, names of variables, names used), as far as there are any.
        """
        try:
            reply, blobs = self.request("about", GRACE, name=name)
            about = self._decoded(blobs, reply.get("about"))
        except WorkerDied:
            return {}
        return about if isinstance(about, dict) else {}

    def subject(self, name: str, seconds: float = CALL_SECONDS) -> RemoteSubject:
        """The learner's function of that name, as the checks know one; a call of it may take ``seconds``."""
        return RemoteSubject(self, name, seconds)

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
        """Call something over there; what comes back is checked, and may be any outcome at all.

        ``target`` has the ``name`` of a function of theirs or the number of a ``handle``, and what to ``do`` with it
        where that is not to call it. ``stand_ins`` are texts of the course's functions by name, for this one call:
        within a :meth:`session` only. ``seconds`` bounds the call itself.

        The outcome's ``arguments`` are those of ``arguments`` and then of ``keywords``. With ``seeds`` the function
        draws from global random generators in the state of ours. Of a tuple of as many values as ``unread`` has, those
        marked there stay over there, behind handles.

        Raises :class:`WorkerDied`, and TypeError for an argument that can't cross.
        """
        self.seconds = seconds
        encoder = Encoder(self._keep)
        header = {
            **target,
            "arguments": encoder.encode(list(arguments)),
            "keywords": encoder.encode(dict(keywords)),
            "seconds": seconds,
            "stand_ins": dict(stand_ins or {}),
            "unread": list(unread),
        }
        if seeds:
            if (mark := random_seeds.mark()) != self._seeded:
                self._seeded, header["seeds"] = mark, encoder.encode(random_seeds.states())
        if self._shown and (written := self._written()):
            header["written"] = encoder.encode(written)
        sent = encoder.arrays
        reply, blobs = self.request("call", seconds + GRACE, encoder.blobs, **header)
        leaves = [array for array in sent if tensors.needs_gradient(array)]
        try:
            decoder = Decoder(blobs, self._resolve, self._earlier, sent, self._linking(leaves))
            self._update(decoder, reply.get("again"))
            value = decoder.decode(reply.get("value"))
            for blob, array in decoder.arrays.items():
                if type(array) is np.ndarray:
                    self._earlier[reply["id"], blob] = array
                    if target.get("do") == "get":
                        self._shown[reply["id"], blob] = array.tobytes()
            after = decoder.decode(reply.get("arguments"))
            raised = decoder.decode(reply.get("raised"))
        except ProtocolError as error:
            self.kill()
            raise WorkerDied(f"it sent what is no answer ({error})") from None
        return outcome_of(reply, value, after, raised, stand_ins or ())

    def _written(self) -> list[list[Any]]:
        """The arrays in attributes of theirs that have been written into here: they are to follow over there."""
        written = []
        for place, before in list(self._shown.items()):
            array = self._earlier.get(place)
            if array is None:
                del self._shown[place]
            elif (now := array.tobytes()) != before:
                self._shown[place] = now
                written.append([*place, array.copy()])
        return written

    def _update(self, decoder: Decoder, again: Any) -> None:
        """Write into arrays of earlier calls what the learner's function has written into them since."""
        changed = decoder.decode(again)
        for record in changed if type(changed) is list else ():
            if type(record) is not list or [type(part) for part in record] != [int, int, np.ndarray]:
                raise ProtocolError("a change of nothing")
            message, blob, array = record
            before = self._earlier.get((message, blob))
            if before is not None and before.flags.writeable:
                if before.shape == array.shape and before.dtype == array.dtype:
                    before[...] = array

    def _linking(self, leaves: Sequence[Any]) -> Callable[[Any, Any], Any]:
        """What makes a tensor that came back one whose gradient is asked for over there."""

        def lead(tensor: Any, graph: Any) -> Any:
            handle = self._resolve(graph)

            def backward(gradient: Any) -> list[Any]:
                found = handle._ask({"do": "vjp"}, [gradient])
                if type(found) is not list or len(found) != len(leaves):
                    raise RemoteError("the learner's side sent gradients of something else")
                return found

            return tensors.linked(tensor, leaves, backward)

        return lead

    def _decoded(self, blobs: list[bytes], data: Any) -> Any:
        """A reply's value. Raises :class:`WorkerDied`, and ends the worker, where it is none."""
        try:
            return Decoder(blobs, self._resolve).decode(data)
        except ProtocolError as error:
            self.kill()
            raise WorkerDied(f"it sent what is no value ({error})") from None

    @contextlib.contextmanager
    def session(self) -> Iterator[None]:
        """Within it, all is done in a child forked for it: nothing done there is kept.

        The child is forked when the first request needs it. Sessions may lie inside each other. Handles made in one are
        lost with it, and say so when they are used.
        """
        self._sessions.append(_Session())
        given, seeded, self.dropped = len(self._callbacks), self._seeded, []
        try:
            yield
        finally:
            session = self._sessions.pop()
            self._seeded, self.dropped = seeded, []
            del self._callbacks[given:]
            if self.alive and session.number is not None and not session.died:
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
    def process(self) -> int:
        """The operating system's number of the process that was started for it: its own, or its nursery's."""
        return self._place.process

    @property
    def alive(self) -> bool:
        """Whether the worker can be asked for something: it was not ended, and its end of the channel is open."""
        if self._killed or self.channel.broken is not None:
            return False
        try:
            self.channel.sock.settimeout(0)
            return self.channel.sock.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """End the worker and every process it started. What is asked of it then raises :class:`WorkerDied`."""
        self._killed = True
        self._place.kill()

    def close(self) -> None:
        """End the worker and remove its folder. May be called again."""
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
        return inspect.Signature(
            [
                inspect.Parameter(
                    name, inspect._ParameterKind(kind), default=None if has_default else inspect.Parameter.empty
                )
                for name, kind, has_default in parameters
            ]
        )
    except (ValueError, TypeError):
        return None
