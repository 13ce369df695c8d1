"""Fuzzing our end of the boundary: nothing but a refusal comes out, in bounded time and memory."""

import itertools
import json
import socket
import struct
import threading
import time
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, example, settings
from hypothesis import given as draw
from hypothesis import strategies as st

from grader.boundary import proxy
from grader.boundary.channel import Channel, ChannelClosed, ChannelTimeout
from grader.boundary.codec import Decoder, ProtocolError
from grader.boundary.plain import MAX_ARRAY_BYTES
from grader.boundary.proxy import RemoteError, RemoteFunction, WorkerDied, WorkerProcess
from grader.boundary.remote import handle_of

KEYS = [
    "a",
    "s",
    "i",
    "f",
    "c",
    "t",
    "l",
    "d",
    "n",
    "arg",
    "T",
    "set",
    "frozenset",
    "b",
    "r",
    "class",
    "ufunc",
    "dtype",
    "torch",
    "same",
    "view",
    "h",
    "rng",
    "state",
    "kind",
    "fields",
    "shape",
    "strides",
    "offset",
    "fixed",
    "of",
    "gradient",
    "torch_dtype",
    "device",
    "grad",
    "graph",
    "parameter",
    "key",
    "pos",
    "bit_generator",
    "inc",
    "can",
    "has_uint32",
    "uinteger",
    "has_gauss",
    "gauss",
    "type",
    "module",
    "says",
    "callback",
    "own",
    "function",
    "x",
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(
        [
            "<f8",
            "|b1",
            "<U2",
            ">U1",
            "<m8[ns]",
            "<M8[0s]",
            "<m8[9s]",
            "<f16",
            "|S3",
            "<f3",
            "<c16",
            "=i4",
            "int64",
            "float32",
            "builtins.int",
            "numpy.ndarray",
            "tanh",
            "abs",
            "PCG64",
            "MT19937",
            "SFC64",
            "RandomState",
            "Generator",
            "cpu",
            "bool",
            "torch.float32",
            "0x1.8p+1",
            "nan",
            "12",
            "-7",
            "9" * 4001,
            "Counter",
            "OrderedDict",
            "call",
            "iterate",
            "h",
            "c",
            2**31,
            2**62,
            2**63,
            2**64,
            -(2**63),
            10**30,
            1e308,
            "\udc80",
            "\x00",
            "__class__",
            "class",
            "_x",
            "8",
            "def",
        ]
    )
)
BLOBS = [b"", b"\x02", bytes(8), b"\xff" * 8, bytes(range(16)), b"\x7f" * 24, bytes(2496)]
DATA = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=24,
)
SIZES = st.lists(st.sampled_from([0, 1, 2, 3, 4, 8, -1, 2**40]), max_size=3)
RECORDS = st.one_of(
    DATA,
    st.fixed_dictionaries(
        {
            "a": st.integers(0, 6),
            "dtype": st.sampled_from(["<f8", "|b1", "<U2", "<U1", "|S3", "<m8[s]", "|u1"]),
            "shape": SIZES,
            "strides": st.none() | SIZES,
        },
        optional={"fixed": st.booleans(), "of": st.lists(st.integers(0, 3), max_size=2)},
    ),
    st.fixed_dictionaries({"view": st.integers(0, 4), "offset": st.integers(-9, 99), "shape": SIZES, "strides": SIZES}),
    st.fixed_dictionaries(
        {
            "T": st.integers(0, 6),
            "torch_dtype": st.sampled_from(["float64", "bool", "bfloat16", "complex64", "int8"]),
            "shape": SIZES,
            "strides": st.none() | SIZES,
            "device": st.just("cpu"),
            "grad": st.booleans(),
        }
    ),
    st.fixed_dictionaries(
        {
            "rng": st.sampled_from(["Generator", "RandomState"]),
            "state": st.dictionaries(st.sampled_from(KEYS), DATA, max_size=6).map(
                lambda d: {"d": [[{"s": k}, v] for k, v in d.items()]}
            ),
        }
    ),
    st.lists(DATA | st.integers(0, 5).map(lambda n: {"same": n}), max_size=5).map(lambda items: {"l": items}),
    st.lists(DATA, max_size=4).map(lambda items: {"set": items}),
    st.tuples(st.lists(DATA, max_size=3), st.lists(st.text(max_size=4), max_size=3)).map(
        lambda pair: {"t": pair[0], "fields": pair[1], "kind": "State"}
    ),
)
OWN = [torch.arange(4.0), np.arange(4.0), np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3).T, [1]]


def decoded(data):
    decoder = Decoder(BLOBS, _resolve, {(1, 2): np.zeros(2)}, OWN)
    try:
        value = decoder.decode(json.loads(json.dumps(data)))
    except ProtocolError:
        return None
    repr(value)
    return value


def _resolve(record):
    if type(record.get("h")) is not int:
        raise ProtocolError("no handle")
    return handle_of(_Nobody(), record)


class _Nobody:
    seconds = 1.0
    dropped: list = []

    def session_now(self):
        return None


FAST = settings(max_examples=150, deadline=None, derandomize=True)
LONG = settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))


@FAST
@draw(RECORDS)
@example({"a": 2, "dtype": "<M8[0s]", "shape": [1], "strides": None})
@example({"set": [{"l": []}]})
@example({"view": 1, "offset": 0, "shape": [2**40], "strides": [0]})
def test_any_data_is_decoded_or_refused(data):
    decoded(data)


@pytest.mark.long
@LONG
@draw(RECORDS)
def test_any_data_is_decoded_or_refused_at_length(data):
    decoded(data)


# --- messages -----------------------------------------------------------------------------------


def received(data: bytes):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        channel = Channel(ours)
        try:
            while True:
                channel.receive(1.0)
        except (ProtocolError, ChannelClosed, ChannelTimeout):
            return channel


def framed(header: bytes, blobs=(), length=None, count=None) -> bytes:
    sizes = struct.pack(
        f"<II{len(blobs)}Q",
        len(header) if length is None else length,
        len(blobs) if count is None else count,
        *map(len, blobs),
    )
    return b"LC1\n" + sizes + header + b"".join(blobs)


FRAMES = st.builds(
    framed,
    st.binary(max_size=40) | DATA.map(lambda data: json.dumps(data).encode()),
    st.lists(st.binary(max_size=20), max_size=3),
    *[st.none() | st.integers(0, 2**32 - 1)] * 2,
) | st.binary(max_size=60)


@FAST
@draw(st.lists(FRAMES, max_size=4))
def test_any_bytes_are_messages_or_the_end(frames):
    assert received(b"".join(frames)).broken is not None


@pytest.mark.long
@LONG
@draw(st.lists(FRAMES, max_size=4))
def test_any_bytes_are_messages_or_the_end_at_length(frames):
    assert received(b"".join(frames)).broken is not None


# --- a worker that answers anything -------------------------------------------------------------


class _Thread:
    """In a worker's place: answers each request with what ``answers`` makes of it, in a thread."""

    def __init__(self, sock, answers):
        self.sock, self.answers = sock.dup(), answers
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        channel = Channel(self.sock)
        try:
            request, _ = channel.receive()
            channel.send({"id": request["id"]})
            while True:
                request, _ = channel.receive()
                for piece in self.answers(request):
                    self.sock.settimeout(5)
                    self.sock.sendall(piece)
        except (OSError, ChannelClosed, ProtocolError):
            pass

    def kill(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.thread.join(10)
        self.sock.close()


@pytest.fixture(scope="module")
def answering():
    """A worker on our side whose other side is a function from requests to bytes."""
    patch = pytest.MonkeyPatch()
    patch.setattr(proxy, "GRACE", 0.1)

    def start(answers):
        patch.setattr(proxy, "OwnProcess", lambda command, sock, folder: _Thread(sock, answers))
        return WorkerProcess()

    yield start
    patch.undo()


def reply(request, _blobs=(), **fields) -> bytes:
    return framed(json.dumps({"id": request["id"], **fields}).encode(), _blobs)


FIELDS = {
    "value": RECORDS,
    "arguments": RECORDS,
    "again": RECORDS,
    "raised": RECORDS,
    "about": RECORDS,
    "failure": DATA | st.sampled_from([None, "raised", "time"]),
    "error": DATA,
    "printed": DATA,
    "warnings": DATA,
    "seconds": DATA,
    "outputs": DATA,
    "kinds": DATA,
    "plain": RECORDS,
    "parameters": DATA,
    "callback": st.integers(-1, 2) | DATA,
    "keywords": RECORDS,
    "session": st.sampled_from(["open", "over", 3]),
    "id": st.integers(-1, 9) | DATA,
}
REPLIES = st.lists(
    st.sets(st.sampled_from([name for name in FIELDS if name not in ("callback", "session", "id")]))
    .map(sorted)
    .flatmap(lambda chosen: st.fixed_dictionaries({name: FIELDS[name] for name in chosen}))
    | st.fixed_dictionaries({"value": RECORDS, "arguments": RECORDS, "again": RECORDS})
    | st.fixed_dictionaries({name: FIELDS[name] for name in ("callback", "arguments", "keywords")})
    | st.fixed_dictionaries({}, optional=FIELDS),
    min_size=1,
    max_size=4,
)
EXCUSED = (WorkerDied, RemoteError)


def ask_everything(worker):
    """All that a test can ask of a worker: only its death or an error of the learner's comes out."""
    function = RemoteFunction(worker, "f", 0.05)
    asked = [
        lambda: function(
            np.arange(4.0), [1, {"k": 2}], {3}, lambda *a, **k: a, k=np.ones((2, 2)), rng=np.random.default_rng(1)
        ),
        lambda: worker.call({"name": "f"}, [np.arange(3.0)], seconds=0.05),
        lambda: worker.fetch("x"),
        lambda: worker.kinds(["a", "b"]),
        lambda: worker.signature("f"),
        lambda: worker.about("f"),
        lambda: worker.run_cell("1", 0.05),
        lambda: [isinstance(function, int), function.__doc__, function.__annotations__],
        lambda: [getattr(function, name, None) for name in ("__signature__", "__defaults__", "__code__")],
        lambda: list(zip(range(3), worker.fetch("x")._ask({"do": "next"}), strict=False)),
        lambda: function.weight,
        lambda: isinstance(function(1), function),
    ]
    for question in asked:
        try:
            question()
        except EXCUSED:
            pass
        except (AttributeError, TypeError):  # `x` is no handle, and no iterable
            if question is not asked[9]:
                raise
    try:
        with worker.session():
            function(2)
    except EXCUSED:
        pass


def check_any_answers(answering, replies):
    turn = itertools.cycle(replies)

    def answers(request):
        return [framed(json.dumps({"id": request.get("id"), **next(turn)}).encode(), BLOBS)]

    start = time.monotonic()
    with answering(answers) as worker:
        ask_everything(worker)
    assert time.monotonic() - start < 5


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@draw(REPLIES)
def test_any_answers_end_in_a_value_or_a_death(answering, replies):
    check_any_answers(answering, replies)


@pytest.mark.long
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@draw(REPLIES)
def test_any_answers_end_in_a_value_or_a_death_at_length(answering, replies):
    check_any_answers(answering, replies)


# --- what costs much ----------------------------------------------------------------------------


def colliding(n):
    return {"d": [[{"i": str(k * (2**61 - 1))}, None] for k in range(1, n)]}


def doubled(depth):
    data = {"l": []}
    rows = [data]
    for k in range(depth):
        rows.append({"l": [{"same": k + 1}, {"same": k + 1}]})
    return {"l": rows}


def nested(depth):
    data = None
    for _ in range(depth):
        data = {"l": [data]}
    return data


ARRAY = {"a": 0, "dtype": "<f8", "shape": [1000, 1], "strides": [512, 8]}
COSTLY = {
    "keys that collide": lambda r: [reply(r, value=colliding(60_000))],
    "aliases of aliases": lambda r: [reply(r, value=doubled(60))],
    "deep": lambda r: [reply(r, value=nested(400))],
    "deep JSON": lambda r: [framed(b'{"id":' + b"[" * 5000 + b"]" * 5000 + b"}")],
    "empty lists": lambda r: [framed(b'{"id":3,"value":[' + b"[]," * 4_000_000 + b"[]]}")],
    "many items": lambda r: [reply(r, value={"l": [None] * 1_000_000})],
    "many empty blobs": lambda r: [framed(b"{}", [b""] * 20_001)],
    "a blob of 2**60": lambda r: [b"LC1\n" + struct.pack("<IIQ", 2, 1, 2**60) + b"{}"],
    "a blob that is announced": lambda r: [b"LC1\n" + struct.pack("<IIQ", 2, 1, 150_000_000) + b"{}" + bytes(100)],
    "a header that is announced": lambda r: [b"LC1\n" + struct.pack("<II", 15_000_000, 0) + b"{"],
    "spread arrays": lambda r: [reply(r, [bytes(8000)] * 3000, value={"l": [{**ARRAY, "a": k} for k in range(3000)]})],
    "a text of 16 MB": lambda r: [reply(r, value={"s": "x" * 15_000_000})],
    "texts for types": lambda r: [reply(r, value={"dtype": "<U" + "9" * 20}), reply(r, value={"dtype": "<f8," * 5})],
    "huge empty arrays": lambda r: [
        reply(r, [b""], value={"a": 0, "dtype": "<U1000000", "shape": [0, 2**40], "strides": None})
    ],
    "big integers": lambda r: [reply(r, value={"l": [{"i": "9" * 4002}] * 3000})],
    "integers in the header": lambda r: [framed(b'{"id":' + b"9" * 1_000_000 + b"}")],
    "calls inside calls": lambda r: [framed(b'{"callback":0,"arguments":{"t":[]},"keywords":{"d":[]}}')],
    "callbacks for ever": lambda r: [framed(b'{"callback":1,"arguments":{"t":[]},"keywords":{"d":[]}}')] * 20_000,
    "a byte at a time": lambda r: _slowly(reply(r, value=None)),
    "invalid text": lambda r: [framed(b'{"id":"\xff\xfe\x80"}')],
    "handles": lambda r: [reply(r, value={"l": [{"h": k} for k in range(100_000)]})],
    "kinds of tuples": lambda r: [
        reply(r, value={"l": [{"t": [None], "fields": [f"a{k}"], "kind": "K"} for k in range(50_000)]})
    ],
    "outputs": lambda r: [reply(r, outputs=[{"output_type": "stream", "text": "x" * 1_900_000, "name": "stdout"}] * 8)],
    "bytes of 100 MB": lambda r: [reply(r, [bytes(100_000_000)], value={"b": 0})],
}


def _slowly(data):
    for byte in data:
        time.sleep(0.02)
        yield bytes([byte])


@pytest.mark.parametrize("how", COSTLY)
def test_what_costs_much_is_refused_in_time(answering, how):
    with answering(COSTLY[how]) as worker:
        function = RemoteFunction(worker, "f", 0.5)
        worker.deadline = time.monotonic() + 8
        tracemalloc.start()
        start = time.monotonic()
        for question in (lambda: function(lambda: function(1), lambda: None), lambda: worker.run_cell("1", 0.5)):
            try:
                question()
            except EXCUSED:
                pass
        spent, peak = time.monotonic() - start, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert spent < 9
    assert peak < 4 * MAX_ARRAY_BYTES
