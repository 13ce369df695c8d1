"""The learner's side: runs the learner's cells, and calls their functions when asked.

Started as a script of its own, with one socket and nothing of ours but this folder, the time limit
and the figures. Inside, ``grader`` is a facade: ``check`` says nothing, ``mine`` gives the course's
functions of earlier units, and there are no exercises, vectors or solutions to be found.

Everything here may be read and changed by the learner's code: nothing it says is believed beyond
"this is what the learner's function returned".
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import functools
import gc
import importlib
import inspect
import itertools
import json
import os
import signal
import socket
import sys
import types
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def _facade() -> types.ModuleType:
    """A package called ``grader`` that has a path (for figures and data) and none of our functions."""
    package = types.ModuleType("grader")
    package.__path__ = [str(HERE.parent)]
    sys.modules["grader"] = package
    return package


_facade()
_calling: Any = importlib.import_module("grader.checking.calling")
_channel: Any = importlib.import_module("grader.boundary.channel")
_codec: Any = importlib.import_module("grader.boundary.codec")
_describe: Any = importlib.import_module("grader.checking.describe")
_forms: Any = importlib.import_module("grader.checking.forms")
_likeness: Any = importlib.import_module("grader.boundary.likeness")
_memory: Any = importlib.import_module("grader.boundary.memory")
_seeds: Any = importlib.import_module("grader.boundary.seeds")
_shell: Any = importlib.import_module("grader.boundary.shell")
_plain: Any = importlib.import_module("grader.boundary.plain")
_tensors: Any = importlib.import_module("grader.boundary.tensors")


class _Unread:
    """A value that nobody over there looks at: it stays here, whatever it is."""

    def __init__(self, thing: Any):
        self.thing = thing


class _Said:
    """What ``check``, ``hint`` and ``quiz`` return here: it shows a text, and has passed neither nor failed."""

    def __init__(self, text: str):
        self.text = text
        self.passed = self.score = None

    def __repr__(self) -> str:
        return self.text


def _fill_facade(given: dict[str, str]) -> None:
    """Give the facade its functions; ``given`` are the earlier units' modules as text, by unit.

    ``grader.given`` is then a module that lends these functions and no others, ``mine`` gives the same, or what the
    notebook itself has bound to the name.

    A unit's module runs when one of its functions is asked for: one about tensors would bring torch into every worker.

    Raises SyntaxError for a text that is no Python. ``mine`` gives for a function that is not written one that says so
    when it is called, so that the cell which only mentions it runs.
    """
    package: Any = sys.modules["grader"]
    codes, unit_of = {}, {}
    for unit, text in given.items():
        tree = ast.parse(text)
        codes[unit] = compile(tree, f"<the course's {unit}>", "exec")
        unit_of.update({node.name: unit for node in tree.body if isinstance(node, ast.FunctionDef)})

    @functools.cache
    def module(unit: str) -> dict[str, Any]:
        scope = {"__name__": f"grader.given.{unit}"}
        exec(codes[unit], scope)
        return scope

    def given_function(name: str):
        return module(unit_of[name])[name]

    lent: Any = types.ModuleType("grader.given")
    lent.given = given_function
    sys.modules["grader.given"] = package.given = lent

    def mine(name: str):
        if name not in unit_of:  # a function of this unit: a story cell draws with it
            return _shell.namespace().get(name) or _missing(name)
        return given_function(name)

    package.check = lambda *a, **k: _Said("This check runs on the grader's side.")
    package.quiz = lambda *a, **k: _Said("This quiz is marked on the grader's side.")
    package.hint = lambda *a, **k: _Said("Hints are not shown while a class is graded.")
    package.solution = package.reset = lambda *a, **k: _Said("Solutions are not shown while a class is graded.")
    package.progress = lambda *a, **k: _Said("What was done is not looked at while a class is graded.")
    package.mine = mine
    package.__all__ = ["check", "hint", "mine", "progress", "quiz", "reset", "solution"]


def _missing(name: str):
    """A function that stands for one which is not written: calling it raises NotImplementedError."""

    def missing(*arguments, **keywords):
        raise NotImplementedError(f"{name} is not written")

    return missing


class Worker:
    """Serves one channel until it is closed.

    A request is a header with ``op`` (the method of that name, after an underscore) and ``id``, which its reply
    repeats. While a call runs, ``callback`` asks our side to call one of its functions, and our side may send requests
    of its own.

    Methods for ``op`` take (header, blobs) and return a reply's (header, blobs). ``kept`` maps handles' numbers to what
    they stand for; our side tells with each request which of them it has ``drop``-ped.
    """

    def __init__(self, channel):
        self.channel = channel
        self.forking = False  # while a session is opened: any other fork is the learner's
        self.kept: dict[int, Any] = {}  # what stays here, by handle
        self.numbers = itertools.count()  # of what is kept
        self.sent = _memory.Sent()

    # --- values -----------------------------------------------------------------------------

    def _keep(self, value: Any) -> dict:
        """Keep what does not cross, and return the record of its handle: a number, and what it is in words.

        ``can`` says what may be done with it over there, ``says`` what it is, with and without its numbers.
        """
        number = next(self.numbers)
        if type(value) is _Unread:
            self.kept[number] = value.thing
            return {"h": number, "type": "cache", "module": "", "can": None, "says": ["", ""]}
        self.kept[number] = value
        kind = type(value)
        can = "iterate" if hasattr(kind, "__next__") else "call" if callable(value) else None
        return {
            "h": number,
            "type": kind.__name__[:100],
            "module": str(kind.__module__)[:100],
            "can": can,
            "says": [_describe.describe(value)[:300], _describe.describe(value, values=False)[:300]],
        }

    def _resolve(self, record: dict) -> Any:
        """What a record from our side stands for: something kept, a callback, a function by name.

        Raises KeyError for a handle that was dropped, AttributeError or ImportError for a function that is not there.
        """
        if "h" in record:
            return self.kept[record["h"]]
        if "callback" in record:
            return self._callback(record["callback"], record["name"])
        if "function" in record:  # one of a library's
            module, name = record["function"]
            return getattr(importlib.import_module(module), name)
        if "own" in record:  # a function of theirs, passed to another one
            return _shell.namespace()[record["own"]]
        raise _codec.ProtocolError("an unknown record")

    def _callback(self, number: int, name: str):
        """A function that has one of ours called over there, with what that one returned or raised."""

        def callback(*arguments, **keywords):
            encoder = _codec.Encoder(self._keep)
            data, named = encoder.encode(arguments), encoder.encode(keywords)
            sent = encoder.arrays
            self.channel.send({"callback": number, "arguments": data, "keywords": named}, encoder.blobs)
            header, blobs = self.channel.receive()
            while "op" in header:  # the function over there calls one of ours
                self._do(header, blobs)
                header, blobs = self.channel.receive()
            decoder = _codec.Decoder(blobs, self._resolve, own=sent)
            value = decoder.decode(header.get("value"))
            if "changed" in header:
                value = _likeness.bring_back([*arguments, *keywords.values()], decoder.decode(header["changed"]), value)
            if "error" in header:
                kind = getattr(builtins, header["kind"], None)
                raised: Exception = RuntimeError(header["error"])
                if isinstance(kind, type) and issubclass(kind, Exception):
                    with contextlib.suppress(TypeError):  # one that takes other arguments than a text
                        raised = kind(header["text"])
                raise raised
            return value

        callback.__name__ = callback.__qualname__ = name
        return callback

    # --- requests ---------------------------------------------------------------------------

    def serve(self) -> None:
        """Answer requests, one after the other, until the channel is closed or a session ends."""
        while True:
            try:
                header, blobs = self.channel.receive()
            except (_channel.ChannelClosed, _codec.ProtocolError):
                return
            if header.get("op") == "end":
                return
            self._do(header, blobs)

    def _do(self, header, blobs) -> None:
        """Answer one request."""
        op, request = header.get("op"), header.get("id")
        if op is None:  # the answer to a callback that was interrupted
            return
        _tensors.wanted = header.get("torch", False)
        for number in header.get("drop", ()):
            self.kept.pop(number, None)
        if op == "session":
            self._session(request)
            return
        reply, out = getattr(self, f"_{op}")(header, blobs)
        try:
            self.channel.send({"id": request, **reply}, out)
        except _codec.ProtocolError:
            self.channel.send({"id": request, "failure": "raised", "error": "what it returned is too large to be sent"})

    def _session(self, request: int) -> None:
        """Serve in a forked child until it ends: what is done or broken there is gone with it."""
        self.forking = True
        child = os.fork()
        self.forking = False
        if child == 0:
            status = 1
            try:
                gc.freeze()  # a collection would touch, and so copy, all that it has in common with its parent
                self.channel.send({"id": request, "session": "open"})
                self.serve()
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        if os.getpid() == 1:  # in a namespace of its own: what the question left running goes with it
            with contextlib.suppress(OSError):
                os.kill(-1, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.waitpid(-1, 0)
        self.channel.send({"id": request, "session": "over", "status": os.waitstatus_to_exitcode(status)})

    def _setup(self, header, blobs):
        """Fill the facade, where no nursery has done so already."""
        if header["given"] is not None:
            _fill_facade(header["given"])
        return {}, []

    def _cell(self, header, blobs):
        """Run a cell, and reply with its outputs."""
        return {"outputs": _shell.run_cell(header["source"], header["store_history"], header["seconds"])}, []

    def _names(self, header, blobs):
        """Which of these names are bound, and to what kind of thing.

        Replies with ``kinds`` ({name: missing, function or value}) and ``plain``, the values that are short.
        """
        kinds, plain = {}, {}
        encoder = _codec.Encoder(self._keep)
        for name in header["names"]:
            value = _shell.namespace().get(name, _calling)
            kinds[name] = "missing" if value is _calling else "function" if callable(value) else "value"
            if _plain.is_short(value):
                plain[name] = value
        return {"kinds": kinds, "plain": encoder.encode(plain)}, encoder.blobs

    def _fetch(self, header, blobs):
        """The value of a name; None where it is bound to nothing."""
        encoder = _codec.Encoder(self._keep)
        return {"value": encoder.encode(_shell.namespace().get(header["name"]))}, encoder.blobs

    def _form(self, header, blobs):
        """In which form a function came."""
        return {"form": _forms.form_of(_shell.namespace().get(header["name"]), header["name"])}, []

    def _signature(self, header, blobs):
        """The parameters of a function: name, kind, and whether there is a default."""
        subject = _calling.LocalSubject(header["name"], _shell.namespace().get(header["name"]))
        signature = subject.signature()
        if signature is None:
            return {"parameters": None}, []
        return {
            "parameters": [
                [p.name, int(p.kind), p.default is not inspect.Parameter.empty] for p in signature.parameters.values()
            ],
            "text": str(signature)[:500],
        }, []

    def _about(self, header, blobs):
        """What inspect says of a function, so that it says the same over there.

        ``parameters`` are [name, kind, [default], [annotation]] and ``returns`` is [annotation]; the inner lists are
        empty where there is none. ``code`` is [number of arguments, names of variables, names used].
        """
        function = _shell.namespace().get(header["name"])
        plain = type(function) is types.FunctionType
        encoder = _codec.Encoder(self._keep)
        about: dict[str, Any] = {
            "kind": "function" if plain else "class" if isinstance(function, type) else "object",
            "doc": doc if type(doc := getattr(function, "__doc__", None)) is str else None,
        }
        signature = _calling.LocalSubject(header["name"], function).signature()
        if signature is not None:
            empty = inspect.Parameter.empty
            about["parameters"] = [
                [p.name, int(p.kind), *([x][: x is not empty] for x in (p.default, p.annotation))]
                for p in signature.parameters.values()
            ]
            about["returns"] = [signature.return_annotation][: signature.return_annotation is not empty]
        if plain:
            with contextlib.suppress(OSError, TypeError, IndexError):
                about["source"] = inspect.getsource(function)
            code = function.__code__
            about["code"] = [code.co_argcount, list(code.co_varnames), list(code.co_names)]
        return {"about": encoder.encode(about)}, encoder.blobs

    def _target(self, header):
        """What is to be called: a function of theirs, or something to be done to an object of theirs.

        ``header`` has a ``name`` or a ``handle``, and may have ``do`` with an ``attribute``. Returns something to be
        called with the request's arguments. Raises KeyError for a handle that was dropped.
        """
        thing = _shell.namespace().get(header["name"]) if "name" in header else self.kept[header["handle"]]
        do, name = header.get("do"), header.get("attribute")
        if do is None:
            return thing
        return {
            "get": lambda: getattr(thing, name),
            "set": lambda value: setattr(thing, name, value),
            "next": lambda: next(((item,) for item in thing), None),
            "is": lambda other: isinstance(other, thing),
            "copy": lambda: copy.copy(thing),
            "deepcopy": lambda: copy.deepcopy(thing),
            "vjp": lambda gradient: _tensors.vector_jacobian(*thing, gradient),
        }[do]

    def _call(self, header, blobs):
        """Call a function of theirs, and reply with the outcome: see ``_answered``.

        What our side sent beside the arguments is done first: states of random generators, what was written into arrays
        of earlier results. Then it is called with a time limit (``seconds``), with ``stand_ins`` in its own functions'
        places. Outputs that are ``unread`` over there are not sent but kept.
        """
        decoder = _codec.Decoder(blobs, self._resolve)
        arguments, keywords = decoder.decode(header["arguments"]), decoder.decode(header["keywords"])
        if "seeds" in header:
            _seeds.put(decoder.decode(header["seeds"]))
        if "written" in header:
            for request, blob, array in decoder.decode(header["written"]):
                self.sent.write(request, blob, array)
        given = _memory.Arguments(decoder.arrays, decoder.blobs)
        function, raised = self._target(header), None

        def caught(*arguments, **keywords):
            nonlocal raised
            try:
                return function(*arguments, **keywords)
            except Exception as error:
                raised = error
                raise

        functools.update_wrapper(caught, function, assigned=(), updated=())  # its signature, and no more
        subject = _calling.LocalSubject(header.get("name", "it"), caught, header["seconds"])
        if header.get("stand_ins"):
            # Only ever in a session's child, which lives for this one call, or for one function's cases.
            stand_ins = _load(header["stand_ins"], subject)
        else:
            stand_ins = None
        outcome = subject.call(arguments, stand_ins, keywords)
        unread = header.get("unread", ())
        kind = next((kind for kind in (tuple, list) if issubclass(type(outcome.value), kind)), None)
        if unread and kind and kind.__len__(outcome.value) == len(unread):
            pairs = zip(kind.__iter__(outcome.value), unread, strict=True)
            outcome.value = kind(_Unread(item) if skipped else item for item, skipped in pairs)
        return self._answered(header["id"], given, outcome, [*arguments, *keywords.values()], raised)

    def _answered(self, request, given, outcome, arguments, raised):
        """The reply to a call: the outcome, the arguments as they are now, and what changed in earlier results."""
        encoder = _codec.Encoder(
            self._keep,
            self.sent.place,
            lambda tensor: None if tensor.is_leaf else self._keep((tensor, given.leaves())),
            given.unchanged(),
            given.view,
        )
        again = encoder.encode(self.sent.changed())
        value = encoder.encode(outcome.value) if outcome.failure is None else None
        self.sent.remember(request, encoder.arrays, encoder.blobs)
        encoder.earlier = None
        return {
            "again": again,
            "value": value,
            "arguments": encoder.encode(arguments),
            "raised": None if raised is None else encoder.encode(_remade(raised)),
            "failure": outcome.failure,
            "error": outcome.error[:20_000],
            "printed": outcome.printed,
            "warnings": [w[:500] for w in outcome.warnings],
            "seconds": outcome.seconds,
            "lent": outcome.lent,
        }, encoder.blobs


def _remade(error: Exception) -> list:
    """An exception as the names of its classes, and its arguments, so that it can be made again over there.

    [names, nearest first; arguments]. Arguments that are no plain values, or a text that the class makes in its own
    way, become the text alone.
    """
    kinds = [kind.__name__ for kind in type(error).__mro__ if issubclass(kind, Exception)]
    plain = [a for a in error.args if type(a) in (str, int, float, bool, type(None))]
    if len(plain) == len(error.args) and type(error).__str__ in (Exception.__str__, KeyError.__str__):
        return [kinds, plain]
    return [kinds, [_calling._text_of(error)]]


def _load(sources: dict[str, str], subject) -> dict[str, Any]:
    """The course's functions by name, from texts of modules.

    Raises whatever running them raises; they are the course's own.
    """
    functions = {}
    for name, text in sources.items():
        scope = {"__name__": "grader.given"}
        exec(compile(text, f"<the course's {name}>", "exec"), scope)
        functions[name] = scope[name]
    return functions


def _prepare() -> None:
    """What has to be there before learners' code, and can be shared by the workers that are forked here."""
    _shell.start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _serve(sock: socket.socket) -> None:
    """Serve one channel in this process, which no longer collects what was there before."""
    gc.freeze()
    _tensors.may_import = True
    worker = Worker(_channel.Channel(sock))
    # A process that the learner's code forks must not answer in our name.
    os.register_at_fork(after_in_child=lambda: None if worker.forking else sock.close())
    worker.serve()


def main(descriptor: int) -> None:
    """One worker, which serves one channel: the socket with this descriptor.

    ``GRADER_LIMITS`` in the environment, where it is set, says what it gives up first (:mod:`.lock`).
    """
    if orders := os.environ.pop("GRADER_LIMITS", None):  # in a sandbox; before any code of the learner's
        importlib.import_module("grader.boundary.lock").lock(json.loads(orders))
    _prepare()
    _serve(socket.socket(fileno=descriptor))


def main_warm(control: int, setup: int) -> None:
    """A warm process that forks a worker whenever it is asked to, and runs no code of a learner's.

    ``control`` is the descriptor of the socket on which it is asked (:mod:`.forker`), ``setup`` that of a JSON file:
    ``given`` and ``preload``, as :class:`.nursery.Nursery` has them.
    """
    forker = importlib.import_module("grader.boundary.forker")
    with open(setup) as file:
        orders = json.load(file)
    _prepare()
    _fill_facade(orders["given"])
    for name in orders["preload"]:
        with contextlib.suppress(ImportError):  # the cell that imports it will say so
            if name == "torch":
                _tensors.load_to_fork()
            else:
                importlib.import_module(name)
    gc.collect()
    sock = socket.socket(fileno=control)
    sock.send(json.dumps({"warm": True}).encode())
    forker.serve(sock, _serve)


if __name__ == "__main__":
    if sys.argv[1] == "--warm":
        main_warm(*map(int, sys.argv[2:]))
    else:
        main(int(sys.argv[1]))
