"""The boundary: the same verdict on both sides, plain data only, and nothing to gain from breaking it."""

import inspect
import json
import linecache
import math
import os
import random
import re
import shutil
import signal
import socket
import struct
import sys
import threading
import time
import tracemalloc
from pathlib import Path

import nbformat
import numpy as np
import pytest
import variants
from conftest import ROOT
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.boundary import codec
from grader.boundary.channel import Channel, ChannelClosed, ChannelTimeout
from grader.boundary.codec import Decoder, Encoder, ProtocolError
from grader.boundary.judge import Limits, judge, judge_in_process, learner_names
from grader.boundary.proxy import Handle, RemoteError, RemoteFunction, RemoteSubject, WorkerDied, WorkerProcess
from grader.build.source import read_source
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.checking.verdict import MIME
from grader.exercises import exercise, exercises, unit_of
from grader.nbgrader.preprocessors import points_of
from grader.vectors import load

ALL = [e.name for e in exercises()]
GIVEN = ROOT / "grader" / "given"
UNITS = sorted({unit_of(name) for name in ALL})


# --- a worker, and both sides of it -------------------------------------------------------------


@pytest.fixture(scope="module")
def copied_exercises(tmp_path_factory):
    """The exercises under another package's name, so that a worker, whose grader has none, finds their mistakes."""
    folder = tmp_path_factory.mktemp("copied")
    shutil.copytree(ROOT / "grader" / "exercises", folder / "copied", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "copied" / "__init__.py").write_text("")
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def worker(copied_exercises):
    given = {unit: (GIVEN / f"{unit}.py").read_text(encoding="utf-8") for unit in UNITS}
    with WorkerProcess(given) as process:
        source = (ROOT / "tests" / "variants.py").read_text(encoding="utf-8")
        assert ran(process, source, 60) == []
        assert ran(process, f"import sys, importlib; sys.path.insert(0, {str(copied_exercises)!r})") == []
        yield process
        assert process.alive


def ran(process, source, seconds=20.0):
    return [output for output in process.run_cell(source, seconds) if output["output_type"] == "error"]


def local(source: str) -> dict:
    """The names a cell binds, run in this process as a notebook would."""
    place = f"<cell {hash(source)}>"
    linecache.cache[place] = (len(source), None, source.splitlines(True), place)
    scope = {"__name__": "__main__"}
    exec(compile(source, place, "exec"), scope)
    return scope


def same_verdict(worker, name, source, seconds=5.0, hidden=False):
    """The verdict on the function of that name in a cell, the same on both sides."""
    there, here = verdicts(worker, name, source, seconds, hidden)
    for verdict in (there, here):  # how deep a recursion got depends on how deep it began
        verdict["text"] = re.sub(r"\.\.\. \d+ more \.\.\.", "...", verdict["text"])
    assert there == here
    return here


def verdicts(worker, name, source, seconds=5.0, hidden=False):
    source = source.strip()  # as IPython numbers its lines
    vectors = load(name) if hidden else None
    with worker.session():
        assert ran(worker, source) == []
        subject = RemoteSubject(worker, name, seconds)
        there = check_subject(subject, exercise(name), hidden, vectors).record()
    subject = LocalSubject(name, local(source)[name], seconds)
    return there, check_subject(subject, exercise(name), hidden, vectors).record()


@pytest.mark.parametrize("name", [f.__name__ for f in [*variants.STEPS, *variants.SEQUENCES]])
def test_right_answers_have_the_same_verdict(worker, name):
    wanted = "lstm_step" if name.startswith("step_") else "lstm"
    with worker.session():
        assert ran(worker, f"{wanted} = {name}") == []
        there = check_subject(RemoteSubject(worker, wanted), exercise(wanted))
    here = check_subject(LocalSubject(wanted, getattr(variants, name)), exercise(wanted))
    assert there.passed is True and there.record() == here.record()


@pytest.mark.parametrize("name", ALL)
def test_solutions_and_stubs_have_the_same_verdict(worker, name):
    text = (GIVEN / f"{unit_of(name)}.py").read_text(encoding="utf-8")
    verdict = same_verdict(worker, name, text)
    assert verdict["passed"] is True
    stub = f"def {name}({', '.join(exercise(name).arguments)}):\n    raise NotImplementedError"
    verdict = same_verdict(worker, name, stub)
    assert verdict["passed"] is False and verdict["points"] == 0


@pytest.mark.parametrize("name", ALL)
def test_known_mistakes_are_named_across_the_boundary(worker, name):
    mistakes = exercise(name).mistakes
    for mistake in mistakes[:: max(1, len(mistakes) // 5)]:
        where = f"importlib.import_module('copied.{unit_of(name)}.{name}').EXERCISE.mistakes"
        cell = f"import importlib\n{name} = {{m.name: m.fn for m in {where}}}[{mistake.name!r}]"
        verdict = same_verdict(worker, name, cell)
        assert verdict["passed"] is False and verdict["mistake"] == mistake.name


def test_a_dependency_is_replaced_for_its_calls_only(worker):
    """lstm is judged with the course's step where the learner's is wrong; theirs stays what it is."""
    text = (GIVEN / "05_lstm.py").read_text(encoding="utf-8")
    text += "\n\n_right = lstm_step\ndef lstm_step(x, h_prev, c_prev, W, b):\n"
    text += "    h, c, cache = _right(x, h_prev, c_prev, W, b)\n    return -h, c, cache\n"
    verdict = same_verdict(worker, "lstm", text)
    assert verdict["passed"] is True and "course's lstm_step" in verdict["text"]
    assert same_verdict(worker, "lstm_step", text)["passed"] is False


STEP = """
import numpy as np, warnings
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
def right(x, h_prev, c_prev, W, b):
    z = np.concatenate([h_prev, x], axis=1) @ W + b
    i, f, g, o = np.split(z, 4, axis=1)
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c, None
"""
BODIES = {
    "raises": "raise ValueError('no\\n  line 3 of it')",
    "raises its own": "class Odd(Exception):\n        def __str__(self): 1/0\n    raise Odd",
    "an error inside numpy": "return x @ W",
    "None": "return None",
    "a list": "return [1, 2]",
    "lists": "h, c, k = right(x, h_prev, c_prev, W, b); return h.tolist(), c.tolist(), k",
    "one too few": "return right(x, h_prev, c_prev, W, b)[:2]",
    "one too many": "return (*right(x, h_prev, c_prev, W, b), 1)",
    "numbers": "return 1.0, 2, None",
    "complex": "h, c, k = right(x, h_prev, c_prev, W, b); return h + 0j, c, k",
    "bool": "h, c, k = right(x, h_prev, c_prev, W, b); return h > 0, c, k",
    "text array": "h, c, k = right(x, h_prev, c_prev, W, b); return h.astype(str), c, k",
    "other byte order": "h, c, k = right(x, h_prev, c_prev, W, b); return h.astype('>f8'), c, k",
    "matrix": "h, c, k = right(x, h_prev, c_prev, W, b); return h.view(np.matrix), c, k",
    "masked": "h, c, k = right(x, h_prev, c_prev, W, b); return np.ma.array(h), c, k",
    "a function": "return right",
    "a generator": "yield 1",
    "an object": "class Thing: pass\n    return Thing()",
    "named tuple": "from collections import namedtuple\n"
    "    return namedtuple('Step', 'h c cache')(*right(x, h_prev, c_prev, W, b))",
    "float32": "h, c, k = right(x, h_prev, c_prev, W, b); return h.astype(np.float32), c, k",
    "float32 inside": "return right(x.astype(np.float32).astype(float), h_prev, c_prev, W, b)",
    "nan": "h, c, k = right(x, h_prev, c_prev, W, b); return h * np.nan, c, k",
    "transposed": "h, c, k = right(x, h_prev, c_prev, W, b); return h.T, c, k",
    "Fortran views": "h, c, k = right(x, h_prev, c_prev, W, b); return np.asfortranarray(h), c[:, ::-1][:, ::-1], k",
    "broadcast": "h, c, k = right(x, h_prev, c_prev, W, b); return np.broadcast_to(h[:1], h.shape), c, k",
    "warns": "warnings.warn('careful'); return right(x, h_prev, c_prev, W, b)",
    "warns numerically": "np.exp(np.array([1e9])); return right(x, h_prev, c_prev, W, b)",
    "prints": "print('hello', x.shape); return right(x, h_prev, c_prev, W, b)",
    "prints a lot": "print('long' * 9999); return right(x, h_prev, c_prev, W, b)",
    "prints no text": "print('\\udc80 \\x1b[31m'); return right(x, h_prev, c_prev, W, b)",
    "exits": "raise SystemExit",
    "recursion": "return lstm_step(x, h_prev, c_prev, W, b)",
    "returns its argument": "return h_prev, c_prev, None",
    "a cache of all kinds": "h, c, k = right(x, h_prev, c_prev, W, b)\n"
    "    return h, c, {object(): [lambda: 0, sigmoid], 'x': {1: (x,)}}",
    "a huge cache": "return (*right(x, h_prev, c_prev, W, b)[:2], list(range(200_000)))",
    "a cache that holds itself": "k = []; k += [k, k]; return (*right(x, h_prev, c_prev, W, b)[:2], k)",
    "looks at strides": "if not all(a.flags.c_contiguous for a in (x, h_prev, c_prev, W, b)): raise ValueError(\n"
    "        [a.strides for a in (x, h_prev, c_prev, W, b)])\n    return right(x, h_prev, c_prev, W, b)",
    "writes while not contiguous": "x2 = x if x.flags.c_contiguous else x.base\n    x2 *= 1\n"
    "    return right(x, h_prev, c_prev, W, b)",
    "counts its calls": "global n; n = globals().get('n', 0) + 1\n"
    "    return (*(a * n for a in right(x, h_prev, c_prev, W, b)[:2]), None)",
    "fails the second time": "global n; n = globals().get('n', 0) + 1\n"
    "    if n == 2: raise ValueError('again?')\n    return right(x, h_prev, c_prev, W, b)",
    "one buffer for all calls": "h, c, k = right(x, h_prev, c_prev, W, b)\n"
    "    buffer = globals().setdefault('buffers', {}).setdefault(h.shape, np.zeros_like(h))\n"
    "    buffer[...] = h; return buffer, c, k",
    "a view of one buffer": "h, c, k = right(x, h_prev, c_prev, W, b)\n"
    "    buffer = globals().setdefault('buffers', {}).setdefault(h.shape, np.zeros((2, *h.T.shape)))\n"
    "    buffer[1] = c.T; return h, buffer[1].T, k",
    "default argument": "h, c, k = right(x, h_prev, c_prev, W, b); right.last = h; return right.last, c, k",
    **{f"changes {a}": f"out = right(x, h_prev, c_prev, W, b); {a} *= 1.5; return out"
       for a in ("x", "h_prev", "c_prev", "W", "b")},
    "changes one number": "out = right(x, h_prev, c_prev, W, b); W[-1, -1] += 1e-12; return out",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_misbehaving_answers_have_the_same_verdict(worker, body):
    cell = f"{STEP}\ndef lstm_step(x, h_prev, c_prev, W, b):\n    {body}\n"
    same_verdict(worker, "lstm_step", cell)
    same_verdict(worker, "lstm_step", cell, hidden=True)


def test_object_arrays_and_named_containers_lose_no_point(worker):
    """An array of objects stays over there: the verdict is the same, only its words are others."""
    cell = f"{STEP}\ndef lstm_step(*a):\n    h, c, k = right(*a)\n    return h.astype(object), c, k\n"
    there, here = verdicts(worker, "lstm_step", cell)
    assert {**there, "text": ""} == {**here, "text": ""}
    assert there["points"] == 0 and "an array of shape" in there["text"]


def test_an_endless_loop_has_the_same_verdict(worker):
    cell = f"{STEP}\ndef lstm_step(x, h_prev, c_prev, W, b):\n"
    cell += "    while True:\n        try: pass\n        except: pass\n"
    verdict = same_verdict(worker, "lstm_step", cell, seconds=0.4)
    assert verdict["points"] == 0 and "no answer after 0.4 seconds" in verdict["text"]


@pytest.mark.parametrize("definition", [
    "def lstm_step(x, h_prev): return 1", "lstm_step = lambda *a, **k: right(*a)", "lstm_step = np.tanh",
    "def lstm_step(h_prev, x, c_prev, W, b): return right(x, h_prev, c_prev, W, b)",
    "def lstm_step(x, h_prev, c_prev, W, b=np.zeros(3), *, more={}): return right(x, h_prev, c_prev, W, b)",
    "class lstm_step:\n    def __init__(self, *a): pass",
])
def test_signatures_have_the_same_verdict(worker, definition):
    same_verdict(worker, "lstm_step", f"{STEP}\n{definition}\n")


# --- functions called by plain tests ------------------------------------------------------------

FUNCTIONS = """
import numpy as np, os, signal
def same(*arguments): return arguments
def is_one(a, b): return a is b
def layout(a): return a.strides, a.flags.c_contiguous, a.flags.f_contiguous, a.flags.writeable, str(a.dtype)
def write(a):
    a[...] = 7
    return a
def write_deep(where):
    where[0]["a"][0] = 5; where.append(1); where[0]["new"] = 2; del where[0]["old"]
def fails(kind, text="why"): raise {"v": ValueError, "k": KeyError, "z": ZeroDivisionError}[kind](text)
def numerical_gradient(f, x, d=1e-5):
    grad = np.zeros_like(x)
    for k in np.ndindex(x.shape):
        e = np.zeros_like(x); e[k] = d
        grad[k] = (f(x + e) - f(x - e)) / (2 * d)
    return grad
def loss(x): return float((x ** 2).sum())
class Cache:
    def __init__(self, x): self.x = x
    def __eq__(self, other): return True
    def __float__(self): return 7.0
def forward(x): return x, Cache(x)
def backward(cache): return 2 * cache.x
def everything(): return Cache(0)
def odd_keys(): return {(1, "a"): 1, object(): 2}
def big(n): return np.zeros(n)
n = 0
def count():
    global n
    n += 1
    return n
def leave(how):
    if how == "exit": os._exit(0)
    if how == "kill": os.kill(os.getpid(), signal.SIGKILL)
    if how == "kill parent": os.kill(os.getppid(), signal.SIGKILL)
    if how == "segv": os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.fixture(scope="module")
def theirs(worker):
    assert ran(worker, FUNCTIONS) == []
    names = [line[4:].partition("(")[0] for line in FUNCTIONS.split("\n") if line.startswith("def ")]
    return {name: RemoteFunction(worker, name) for name in names}


def test_arguments_keep_layout_identity_and_flags(theirs):
    fixed = np.arange(3.0)
    fixed.flags.writeable = False
    base = np.arange(24.0).reshape(4, 6)
    for a in (base, base.T, base[:, ::2], base[::-1], base[1:, ::-2].T, np.float32(base), fixed, np.arange(4)):
        expected = (a.strides, a.flags.c_contiguous, a.flags.f_contiguous, a.flags.writeable, str(a.dtype))
        assert theirs["layout"](a) == expected
    assert theirs["is_one"](base, base) is True and theirs["is_one"](base, base.copy()) is False
    x, y = np.arange(3.0), np.arange(3.0)
    first, second = theirs["same"](y, x)
    assert first is y and second is x


def test_changes_of_arguments_arrive(theirs):
    x = np.zeros((3, 4))[:, ::2]
    assert theirs["write"](x) is x and (x == 7).all()
    inner = {"a": np.zeros(2), "old": 1}
    where = [inner]
    theirs["write_deep"](where)
    assert where[0] is inner and inner["a"].tolist() == [5, 0] and where[1:] == [1]
    assert inner["new"] == 2 and "old" not in inner
    fixed = np.zeros(3)
    fixed.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        theirs["write"](fixed)
    assert not fixed.any()


def test_exceptions_are_those_of_python_and_show_the_learners_frames(theirs):
    for kind, error in (("v", ValueError), ("k", KeyError), ("z", ZeroDivisionError)):
        with pytest.raises(error) as caught:
            theirs["fails"](kind)
        assert isinstance(caught.value, RemoteError)
        assert "in fails" in str(caught.value) and "boundary" not in str(caught.value)


def test_callables_may_be_arguments_ours_theirs_and_mixed(theirs):
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    gradient, loss = theirs["numerical_gradient"], theirs["loss"]
    np.testing.assert_allclose(gradient(lambda a: float((a**3).sum()), x), 3 * x**2, rtol=1e-6)
    np.testing.assert_allclose(gradient(loss, x), 2 * x, rtol=1e-6)
    np.testing.assert_allclose(gradient(lambda a: 3 * loss(a), x, d=1e-4), 6 * x, rtol=1e-6)
    with pytest.raises(RemoteError, match="ZeroDivisionError"):
        gradient(lambda a: 1 / 0, x)
    np.testing.assert_allclose(gradient(loss, x), 2 * x, rtol=1e-6)  # and the channel is well


OPERATIONS = [
    lambda h: h == 7, lambda h: 7 == h, lambda h: h != 7, lambda h: h < 1, lambda h: 1 >= h, lambda h: bool(h),
    lambda h: len(h), lambda h: iter(h), lambda h: h[0], lambda h: 1 in h, lambda h: h + 1, lambda h: 1 + h,
    lambda h: h - 1, lambda h: 1 - h, lambda h: h * 2, lambda h: 2 * h, lambda h: h / 2, lambda h: 2 / h,
    lambda h: h**2, lambda h: 2**h, lambda h: h % 2, lambda h: -h, lambda h: +h, lambda h: abs(h), lambda h: h @ h,
    lambda h: h // 2, lambda h: 2 // h, lambda h: h & 1, lambda h: h | 1, lambda h: h ^ 1, lambda h: ~h,
    lambda h: float(h), lambda h: int(h), lambda h: complex(h), lambda h: round(h), lambda h: divmod(h, 2),
    lambda h: hash(h), lambda h: np.asarray(h), lambda h: np.array([h], dtype=float), lambda h: np.abs(h),
    lambda h: np.ones(2) * h, lambda h: np.ones(2) == h, lambda h: h == np.ones(2), lambda h: np.allclose(h, 7),
    lambda h: np.testing.assert_allclose(h, 7), lambda h: np.testing.assert_array_equal(h, 7), lambda h: h(),
    lambda h: math.isclose(h, 7), lambda h: range(h), lambda h: [1, 2][h], lambda h: sum(h), lambda h: sorted([h, h]),
    lambda h: np.sum(h), lambda h: {h}, lambda h: np.mean([h, h]), lambda h: np.equal(h, 7), lambda h: reversed(h),
    lambda h: "7" in h, lambda h: h in [7], lambda h: [h] == [7], lambda h: (1, h) == (1, 7),
]


@pytest.mark.parametrize("number", range(len(OPERATIONS)))
def test_a_handle_answers_no_question(theirs, number):
    handle = theirs["everything"]()
    assert type(handle) is Handle
    with pytest.raises(TypeError, match="stays on their side"):
        OPERATIONS[number](handle)
    assert np.array_equal(handle, 7) is False  # numpy takes any error for a no


def test_a_handle_says_why_and_can_be_passed_back(theirs):
    y, cache = theirs["forward"](np.arange(3.0))
    with pytest.raises(TypeError, match="stays on their side"):
        cache == 7  # noqa: B015
    assert theirs["backward"](cache).tolist() == [0, 2, 4]
    assert "Cache" in repr(cache)
    assert theirs["is_one"](cache, cache) is True


def test_odd_keys_and_large_answers_do_not_end_the_worker(worker, theirs):
    assert type(theirs["odd_keys"]()) is Handle
    assert theirs["big"](1_000_000).shape == (1_000_000,)
    with worker.session():
        assert type(theirs["big"](codec.MAX_ARRAY_BYTES // 8 + 1)) is Handle
    assert worker.alive


@pytest.mark.parametrize("how", ["exit", "kill", "segv"])
def test_a_session_whose_process_dies_begins_again_as_it_was(worker, theirs, how):
    assert worker.run_cell("n = 0", 5) == []
    with worker.session():
        assert [theirs["count"](), theirs["count"]()] == [1, 2]
        with pytest.raises(RemoteError, match="died"):
            theirs["leave"](how)
        assert theirs["count"]() == 1
        with worker.session():
            assert theirs["count"]() == 2
            with pytest.raises(RemoteError, match="died"):
                theirs["leave"](how)
        assert theirs["count"]() in (1, 2)
    assert worker.fetch("n") == 0


def test_killing_the_parent_costs_the_worker_and_no_more(copied_exercises):
    with WorkerProcess() as process:
        assert ran(process, FUNCTIONS) == []
        leave = RemoteFunction(process, "leave", 1.0)
        start = time.monotonic()
        with process.session():
            leave("kill parent")  # whoever answers now is an orphan
        assert not process.alive
        with pytest.raises(WorkerDied):
            process.fetch("n")
        assert time.monotonic() - start < 10


# --- the codec ----------------------------------------------------------------------------------


def there_and_back(value, keep=None):
    encoder = Encoder(keep or refuse)
    data = json.loads(json.dumps(encoder.encode(value), allow_nan=False))
    return Decoder([bytes(blob) for blob in encoder.blobs], lambda record: ("handle", record["h"])).decode(data)


def refuse(value):
    raise TypeError(f"a {type(value).__name__} is not plain")


def identical(a, b) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict):
        return len(a) == len(b) and all(identical(p, q) for p, q in zip(a.items(), b.items(), strict=True))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, np.generic):
        return a.dtype == b.dtype and (a.tobytes() == b.tobytes() or a == b)
    if isinstance(a, float):
        return struct.pack("d", a) == struct.pack("d", b) or (math.isnan(a) and math.isnan(b))
    if isinstance(a, complex):
        return identical(a.real, b.real) and identical(a.imag, b.imag)
    return a == b


KEYS = st.text(max_size=5) | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()
DTYPES = (
    hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes() | hnp.floating_dtypes()
    | hnp.complex_number_dtypes() | hnp.datetime64_dtypes() | hnp.unicode_string_dtypes(min_len=1, max_len=3)
)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
ARRAYS = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES))
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.integers(-(10**2000), 10**2000) | st.floats()
    | st.complex_numbers() | st.text(max_size=20) | hnp.floating_dtypes().flatmap(hnp.from_dtype)
    | hnp.integer_dtypes().flatmap(hnp.from_dtype) | hnp.boolean_dtypes().flatmap(hnp.from_dtype)
)
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple)
    | st.dictionaries(KEYS | st.tuples(KEYS, KEYS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@draw(VALUES)
def test_plain_data_comes_back_as_it_was(value):
    assert identical(there_and_back(value), value)


@pytest.mark.parametrize("value", [
    math.nan, math.inf, -math.inf, -0.0, 10**3000, -1, complex(-0.0, math.nan), np.float64(-0.0), np.float32(1e-45),
    np.longdouble("1.1"), np.bool_(True), np.int8(-3), np.uint64(2**64 - 1), np.complex64(1j), (), [], {}, ((),),
    {1: 2, None: 3, "1": 4}, "\udc80", "\x00", np.array(3.0), np.zeros((0, 3)), np.zeros((2, 0, 4), np.int8),
    np.array([-0.0, np.nan]), np.datetime64("2020-01-01"),
], ids=repr)
def test_the_odd_ones_come_back_as_they_were(value):
    assert identical(there_and_back(value), value)


@settings(max_examples=150, deadline=None, derandomize=True)
@draw(hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=6)), st.data())
def test_layouts_come_back_as_they_were(array, data):
    view = array.transpose(data.draw(st.permutations(range(array.ndim))))
    view = view[tuple(slice(None, None, data.draw(st.sampled_from([1, 2, -1, -2, 3]))) for _ in range(view.ndim))]
    back = there_and_back(view)
    assert identical(back, view) and back.flags.writeable
    assert back.flags.c_contiguous == view.flags.c_contiguous
    assert back.flags.f_contiguous == view.flags.f_contiguous
    moved = [k for k in range(view.ndim) if view.shape[k] > 1]
    assert [back.strides[k] for k in moved] == [view.strides[k] for k in moved]
    back[...] = np.arange(back.size).reshape(back.shape)  # every number has a place of its own
    assert len(np.unique(back)) == back.size


def test_overlapping_and_broadcast_views_come_back_with_their_numbers():
    base = np.arange(10.0)
    for view in (
        np.broadcast_to(base, (3, 10)), np.lib.stride_tricks.sliding_window_view(base, 4),
        np.lib.stride_tricks.as_strided(base, (3, 3), (8, 8)), np.lib.stride_tricks.as_strided(base, (2, 3), (16, 8)),
    ):
        assert identical(there_and_back(view), np.array(view))


def test_aliases_stay_aliases():
    a, b = np.zeros(3), np.zeros(3)
    one, two, (three,), same = there_and_back([a, b, (a,), a])
    assert one is three is same and one is not two and not np.may_share_memory(one, two)


class _Trap:
    """Says that it ran, should anything ever unpickle it."""

    def __reduce__(self):
        return os.kill, (os.getpid(), signal.SIGKILL)

    def __deepcopy__(self, memo):
        raise AssertionError


@pytest.mark.parametrize("value", [
    object(), _Trap(), lambda: 0, {1, 2}, b"bytes", np.array([object(), 1]), np.zeros(2, dtype="f8,i4"),
    np.ma.array([1.0]), np.zeros((2, 2)).view(np.matrix), np.random.default_rng(0), range(3), type, np, Ellipsis,
    "x" * 1_000_001, 1 << 20_000, list(range(100_001)), {_Trap(): 1}, {(1, _Trap()): 1}, np.float64,
    type("Sub", (float,), {})(1.0), type("Whole", (int,), {})(1), type("Text", (str,), {})("x"),
    type("Items", (list,), {})([1]),
], ids=lambda v: type(v).__name__)
def test_what_is_no_plain_data_becomes_a_handle(value):
    kept = []
    keep = lambda v: kept.append(v) or {"h": len(kept) - 1}  # noqa: E731
    back = there_and_back(value, keep)
    assert kept
    if type(value) is not list:
        assert back == ("handle", 0) and kept[0] is value


def test_nothing_is_ever_unpickled():
    for name in ("codec", "channel", "proxy", "worker", "judge"):
        text = (ROOT / "grader" / "boundary" / f"{name}.py").read_text(encoding="utf-8")
        assert not any(f"{word}" in text for word in ("import pickle", "marshal", "np.load", "allow_pickle", "shelve"))
    for dtype in ("|O", "O", "|O8", "object", "|V8", "f8,f8", "<f8,O", "|S0", "<U0", "(2,)f8", ">f9", "<m8[s", "a5"):
        with pytest.raises(ProtocolError):
            Decoder([b"\x80\x04N."], refuse).decode({"a": 0, "dtype": dtype, "shape": [1], "strides": None})


def test_lies_about_sizes_are_refused_without_an_allocation():
    ok = {"a": 0, "dtype": "<f8", "shape": [2], "strides": None}
    lies = [
        {"shape": [2**62]}, {"shape": [10**30, 0]}, {"shape": [-2]}, {"shape": [True, 2]}, {"shape": 2},
        {"shape": None},
        {"shape": [2] * 40}, {"shape": [1] * 33 + [2]}, {"a": 1}, {"a": -1}, {"a": True}, {"a": "0"}, {"a": None},
        {"dtype": 3}, {"dtype": "<f4"}, {"dtype": "<f" + "9" * 30}, {"strides": {}}, {"strides": [8, 8]},
        {"of": 3}, {"of": [[], []]}, {"of": [1]},
    ]
    tracemalloc.start()
    for lie in lies:
        with pytest.raises(ProtocolError):
            Decoder([bytes(16)], refuse).decode({**ok, **lie})
    for strides in ([2**60], [-(2**60)], [10**40], [0], [3], [True], ["8"], [8.0], []):
        try:
            back = Decoder([bytes(16)], refuse).decode({**ok, "strides": strides})
        except ProtocolError:
            continue
        assert back.shape == (2,) and not back.any()
    for data in (
        3, "x", 1.5, [], {"i": "9" * 5000}, {"i": 3}, {"i": "x"}, {"f": "0x1p99999"}, {"f": "z"}, {"c": [1]}, {"c": {}},
        {"c": [{"s": "1"}, {"s": "2"}]}, {"l": "abc"}, {"l": {"a": 1}}, {"d": [[1]]}, {"d": [[{"l": []}, None]]},
        {"n": ok}, {"n": 3}, {"s": 3}, {"s": "x" * 1_000_001},
    ):
        with pytest.raises(ProtocolError):
            Decoder([bytes(16)], refuse).decode(data)
    deep = None
    for _ in range(500):
        deep = {"l": [deep]}
    with pytest.raises(ProtocolError):
        Decoder([], refuse).decode(deep)
    with pytest.raises(ProtocolError):
        Decoder([], refuse).decode({"l": [None] * 300_000})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000


# --- the channel --------------------------------------------------------------------------------


def heard(data: bytes, seconds: float = 0.2):
    """What the receiver makes of these bytes and then silence."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        writer = threading.Thread(target=_write, args=(theirs, data))
        writer.start()
        try:
            return Channel(ours).receive(seconds)
        finally:
            ours.close()
            writer.join()


def _write(sock, data):
    try:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def message(content, blobs=(), **lies) -> bytes:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    lengths = lies.get("lengths", [len(blob) for blob in blobs])
    sizes = struct.pack(f"<II{len(lengths)}Q", lies.get("header", len(text)), lies.get("count", len(lengths)), *lengths)
    return b"LC1\n" + sizes + text + b"".join(blobs)


REFUSED = (ProtocolError, ChannelClosed, ChannelTimeout)


def test_a_message_arrives():
    assert heard(message({"id": 1}, [b"abc", b""])) == ({"id": 1}, [b"abc", b""])


@pytest.mark.parametrize("data", [
    b"", b"L", b"GET / HTTP/1.1\r\n\r\n", message({}, header=2**32 - 1), message({}, count=2**32 - 1),
    message({}, lengths=[2**63]), message({}, lengths=[2**64 - 1] * 3), message({}, lengths=[500_000_000]),
    message({}, header=15_000_000), message(b"[]"), message(b"3"), message(b"nul"), message(b"\xff\xfe"),
    message(b'{"a":' + b"[" * 200_000), message(b'{"a":' + b"9" * 10_000 + b"}"), message({}, count=9_999),
    message({}, lengths=[1] * 9_000),
], ids=range(17))
def test_what_is_no_message_is_refused_at_once_and_cheaply(data):
    tracemalloc.start()
    start = time.monotonic()
    with pytest.raises(REFUSED):
        heard(data)
    assert time.monotonic() - start < 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_broken_channel_stays_broken_and_silence_ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"junk" + message({"id": 1}))
        channel = Channel(ours)
        for _ in range(2):
            with pytest.raises(ProtocolError):
                channel.receive(0.2)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(message({"id": 1})[:-3])
        start = time.monotonic()
        with pytest.raises(ChannelTimeout):
            Channel(ours).receive(0.2)
        channel = Channel(theirs)
        with pytest.raises(ChannelTimeout):  # nobody reads
            channel.send({"a": 1}, [bytes(50_000_000)], 0.3)
        assert channel.broken and time.monotonic() - start < 3


def test_random_bytes_and_mutations_give_nothing_but_refusals():
    rng = random.Random(7)
    value = {"a": [np.arange(6.0).reshape(2, 3).T, (1, "x", None)], 3: {"b": np.float32(2)}, "c": 2 + 1j}
    encoder = Encoder(refuse)
    valid = message({"id": 3, "value": encoder.encode(value)}, encoder.blobs)
    arrived = 0
    start = time.monotonic()
    for turn in range(3000):
        data = bytearray(valid)
        if turn % 10 == 0:
            data = bytearray(b"LC1\n" * (turn % 20 == 0) + rng.randbytes(rng.randrange(200)))
        else:
            first = 4 if turn % 3 else 12 + 8 * len(encoder.blobs)  # in the header alone, or in the lengths too
            for _ in range(rng.randrange(1, 5)):
                spot = rng.randrange(first, len(data))
                how = rng.randrange(3)
                if how == 0:
                    data[spot] = rng.choice(b'0123456789-"[]{},:.efinsadltc\x00\xff')
                elif how == 1:
                    data[spot:spot] = rng.choice([b"9", b"-", b'"', b"[", b"null", b"1e9"])
                else:
                    del data[spot]
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(data)
            theirs.shutdown(socket.SHUT_WR)
            try:
                header, blobs = Channel(ours).receive(1.0)
                Decoder(blobs, lambda record: _no_handles()).decode(header.get("value"))
                arrived += 1
            except REFUSED:
                pass
    assert time.monotonic() - start < 20
    assert 0 < arrived < 3000


def _no_handles():
    raise ProtocolError("no handles here")


# --- workers that speak wrongly -----------------------------------------------------------------

HOSTILE = '''
import json, os, socket, struct, sys, time
how, sock = sys.argv[1], socket.socket(fileno=int(sys.argv[-1]))
def read(n):
    data = b""
    while len(data) < n:
        piece = sock.recv(n - len(data))
        if not piece:
            os._exit(0)
        data += piece
    return data
def receive():
    read(4)
    length, count = struct.unpack("<II", read(8))
    sizes = struct.unpack(f"<{count}Q", read(8 * count))
    header = json.loads(read(length))
    for size in sizes:
        read(size)
    return header
def send(header, blobs=(), raw=None):
    text = json.dumps(header).encode() if raw is None else raw
    sock.sendall(b"LC1\\n" + struct.pack(f"<II{len(blobs)}Q", len(text), len(blobs), *map(len, blobs)) + text)
    for blob in blobs:
        sock.sendall(blob)
send({"id": receive()["id"]})
number = receive()["id"]
if how == "wrong id": send({"id": number + 1, "value": None})
if how == "id of another kind": send({"id": float(number), "value": None}); send({"id": True, "value": None})
if how == "no id": send({"value": None})
if how == "an earlier answer": send({"id": 1, "value": None})
if how == "half": sock.sendall(b"LC1\\n" + struct.pack("<II", 500, 0) + b"{"); time.sleep(60)
if how == "a byte at a time":
    for byte in b"LC1\\n" + struct.pack("<II", 500, 0) + b" " * 500:
        sock.sendall(bytes([byte])); time.sleep(0.1)
if how == "huge header": sock.sendall(b"LC1\\n" + struct.pack("<II", 2**31, 0) + b"{" * 1000); time.sleep(60)
if how == "huge blob": sock.sendall(b"LC1\\n" + struct.pack("<IIQ", 2, 1, 2**60) + b"{}"); time.sleep(60)
if how == "garbage": sock.sendall(os.urandom(5000)); time.sleep(60)
if how == "silence": time.sleep(60)
if how == "closes": sock.close(); time.sleep(60)
if how == "exits": os._exit(0)
if how == "handles out of nothing": send({"id": number, "value": {"h": "x"}}); time.sleep(60)
if how == "an array without bytes": send({"id": number, "value": {"a": 0}}); time.sleep(60)
if how == "a value of no kind": send({"id": number, "value": {"pickle": "gASV"}}); time.sleep(60)
if how == "a bare number": send({"id": number, "value": 7}); time.sleep(60)
if how == "callbacks for ever":
    while True: send({"callback": 0, "arguments": {"t": []}}); receive()
if how == "callbacks unread":
    while True: send({"callback": 0, "arguments": {"t": []}})
if how == "a callback nobody gave": send({"callback": 5, "arguments": {"t": []}}); time.sleep(60)
if how == "the end of no session": send({"id": number, "session": "over"}); time.sleep(60)
if how == "unasked":
    send({"id": number, "value": None}); send({"id": number + 1, "value": {"i": "7"}})
    send({"id": number + 1, "value": {"i": "7"}}); time.sleep(60)
time.sleep(60)
'''
LATER = ["unasked"]
WRONG = [line.split('"')[1] for line in HOSTILE.split("\n") if line.startswith("if how == ")]


@pytest.mark.parametrize("how", [how for how in WRONG if how not in LATER])
def test_a_worker_that_speaks_wrongly_is_dead_in_time(tmp_path, how):
    script = tmp_path / "hostile.py"
    script.write_text(HOSTILE)
    with WorkerProcess(command=[sys.executable, "-S", str(script), how]) as process:
        start = time.monotonic()
        process._callbacks.append(lambda: 1.0)
        with pytest.raises(WorkerDied):
            reply, blobs = process.request("fetch", 1.0, name="x")
            process._decoded(blobs, reply.get("value"))
        assert time.monotonic() - start < 4
        assert not process.alive
        with pytest.raises(WorkerDied):
            process.fetch("x")


def test_unasked_answers_are_no_answers_to_what_comes_next(tmp_path):
    """A worker may answer ahead of the question, as any function may ignore its arguments; not twice."""
    script = tmp_path / "hostile.py"
    script.write_text(HOSTILE)
    with WorkerProcess(command=[sys.executable, "-S", str(script), "unasked"]) as process:
        assert process.fetch("x") is None
        assert process.fetch("x") == 7
        with pytest.raises(WorkerDied):
            process.fetch("x")


def test_nonsense_in_well_formed_answers_is_harmless(tmp_path):
    script = tmp_path / "hostile.py"
    odd = {
        "value": None, "failure": ["x"], "error": {"a": 1}, "printed": [1] * 5000,
        "warnings": [1, None, "w" * 9000] * 50,
        "seconds": 10**400, "arguments": {"i": "3"}, "outputs": [1, None, {"output_type": []}], "kinds": [1],
        "parameters": [["a b", 1, 0], 3],
    }
    script.write_text(HOSTILE.split("number =")[0] + f"while True: send({{'id': receive()['id'], **{odd!r}}})")
    with WorkerProcess(command=[sys.executable, "-S", str(script)]) as process:
        outcome = process.call({"name": "f"}, [1])
        assert outcome.failure == "raised" and outcome.seconds == 0.0 and outcome.arguments == []
        assert len(outcome.printed) <= 2000 and all(len(w) <= 500 for w in outcome.warnings)
        assert process.kinds(["a"]) == {"a": "missing"}
        assert process.signature("f") is None
        assert process.run_cell("1", 1) == [{"output_type": []}]


# --- whole submissions --------------------------------------------------------------------------


def cell(kind, source, points=2):
    name = f"{kind}_{abs(hash(source))}"
    nbgrader = {"schema_version": 3, "grade_id": name, "grade": kind == "grade", "solution": kind == "solution"}
    nbgrader["locked"] = kind != "solution"
    if kind == "grade":
        nbgrader["points"] = points
    metadata = {} if kind == "own" else {"nbgrader": nbgrader}
    if kind in ("setup", "story"):
        metadata["tags"] = [kind]
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


SETUP = "import numpy as np\n\nfrom grader import check, hint, mine, quiz"


@pytest.fixture
def grading(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def marks(judged) -> list[float]:
    grades = [c for c in judged.cells if c.metadata.get("nbgrader", {}).get("grade")]
    return [points_of(c, float(c.metadata["nbgrader"]["points"])) for c in grades]


def judged(cells, names, **limits):
    return judge(notebook(*cells), "00_start", names, Limits(**limits))


SIGMOID = "def sigmoid(z):\n    e = np.exp(-np.abs(z))\n    return np.where(z >= 0, 1, e) / (1 + e)"
ONE_HOT = "def one_hot(ids, num_classes):\n    return (ids[..., None] == np.arange(num_classes)).astype(float)"
WRONG_SIGMOID = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))"
WRONG_STEP = "def lstm_step(x, h_prev, c_prev, W, b):\n    return h_prev, c_prev, None"


def start(sigmoid, one_hot=ONE_HOT, extra="", answers="q1, q2, q3, q4 = 'cbda'", stories=False, **limits):
    """The marks of 00_start with these solutions, its hidden tests left out."""
    source = read_source(ROOT, "00_start")
    names, texts = learner_names(source), {"sigmoid": sigmoid, "one_hot": one_hot, "quiz": answers}
    cells = []
    for c in source.cells:
        meta = c.metadata.get("nbgrader", {})
        if c.cell_type != "code" or ("story" in c.metadata.get("tags", []) and not stories):
            continue
        if meta.get("solution"):
            c.source = texts[meta["grade_id"]]
            if meta["grade_id"] == "sigmoid" and extra:
                cells.append(nbformat.v4.new_code_cell(extra))
        if meta.get("grade"):
            c.source = c.source.partition("### BEGIN HIDDEN")[0]
        cells.append(c)
    return judge(notebook(*cells), "00_start", names, Limits(**limits))


def test_a_right_submission_and_its_stories(grading):
    right = start(SIGMOID, stories=True)
    assert marks(right) == [2, 2, 4]
    errors = [o for c in right.cells for o in c.get("outputs", []) if o.output_type == "error"]
    assert errors == []
    assert any("text/html" in o.get("data", {}) for c in right.cells for o in c.outputs)


PATCHES = {
    "numpy": "np.array_equal = np.allclose = lambda *a, **k: True\nnp.testing.assert_allclose = lambda *a, **k: None\n"
    "np.abs = lambda x: np.zeros_like(x)\nnp.max = lambda *a, **k: 0.0",
    "builtins": "import builtins\nbuiltins.all = builtins.isinstance = lambda *a: True\nbuiltins.abs = lambda x: 0",
    "the facade": "import grader\ngrader.check = check = lambda *a, **k: 2.0\nquiz = check\n"
    "class _V:\n    passed = True; score = 1.0\n    def __repr__(self): return '2.0'\n"
    "hint = check = lambda *a, **k: _V()",
    "the worker": "import sys\nm = sys.modules['__main__']\n"
    "for n in list(vars(m)):\n    o = getattr(m, n)\n"
    "    if isinstance(o, type): o._call = lambda *a: ({'value': None}, [])",
    "junk on the socket": "import os\nfor fd in range(3, 40):\n    try: os.write(fd, b'LC1\\n' + b'x' * 999)\n"
    "    except OSError: pass",
    "a forged answer": "import os, json, struct\nt = json.dumps({'id': 3, 'outputs': [], 'value': None}).encode()\n"
    "for fd in range(3, 40):\n    try: os.write(fd, b'LC1\\n' + struct.pack('<II', len(t), 0) + t)\n"
    "    except OSError: pass",
    "dup2": "import os\nr, w = os.pipe()\nfor fd in range(3, 40):\n    try: os.dup2(r, fd)\n    except OSError: pass",
    "exit": "import os\nos._exit(0)",
    "sigkill": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "the group": "import os, signal\nos.killpg(0, signal.SIGKILL)",
    "sys.exit": "import sys\nsys.exit(0)",
    "background": "import os, time\nif os.fork() == 0:\n    time.sleep(100)\n    os._exit(0)",
    "a child that goes on": "import os\nos.fork()",
    "hooks": "ip = get_ipython()\nip.run_cell = lambda *a, **k: None\n",
    "transformer": "ip = get_ipython()\nip.input_transformers_cleanup.append(lambda lines: ['2.0\\n'])",
    "alarms": "import signal\nsignal.signal = signal.setitimer = lambda *a: None",
}


@pytest.mark.parametrize("how", PATCHES)
def test_tampering_earns_nothing_and_disturbs_only_itself(grading, how):
    """A wrong sigmoid stays wrong whatever is done around it; a right one_hot keeps its mark where it is defined."""
    result = marks(start(WRONG_SIGMOID, extra=PATCHES[how], cell=3.0, call=1.0))
    assert result[0] == 0
    breaks_their_own = ("numpy", "builtins", "the worker", "hooks", "transformer", "a forged answer", "alarms")
    if how not in breaks_their_own:
        assert result[1:] == [2, 4]


def test_killing_the_judge_gives_no_mark(grading):
    """Unconfined, a cell can kill the process that grades it: that is a fault to look at, never a mark."""
    cells = [cell("setup", SETUP), cell("solution", "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(9)"),
             cell("grade", 'check("sigmoid")')]
    with pytest.raises(RuntimeError, match="process that grades failed"):
        judge_in_process(notebook(*cells), "00_start", ["sigmoid"], Limits(cell=2.0))


def test_a_wrong_lstm_step_stays_wrong(grading):
    for patch in ("numpy", "builtins", "the facade"):
        cells = [cell("setup", SETUP), cell("solution", f"{PATCHES[patch]}\n{WRONG_STEP}"),
                 cell("grade", 'check("lstm_step")', 5)]
        result = judge(notebook(*cells), "05_lstm", ["lstm_step"])
        assert marks(result) == [0]


EQUAL = """
class Same:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __array__(self, *a, **k): return np.array(7.0)
    def __float__(self): return 7.0
    def __bool__(self): return True
    def __len__(self): return 3
    def __sub__(self, other): return 0.0
    __rsub__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __abs__(self): return 0.0
class Number(float):
    def __eq__(self, other): return True
class Array(np.ndarray):
    def __eq__(self, other): return np.array(True)
"""
ASSERTS = [
    "assert f(1) == 7", "assert f(1)", "np.testing.assert_allclose(f(1), 7)", "assert np.allclose(f(1), 7)",
    "assert abs(f(1) - 7) < 1e-9", "assert float(f(1)) == 7", "assert [f(1)] == [7]", "assert f(1) in (7, 8)",
    "np.testing.assert_equal(f(1), 7)", "assert np.array_equal(f(1), 7)", "f(1)", "2.0 if f(1) == 7 else 0.0",
    "assert not f(1) != 7", "assert len(f(1)) == 3",
]


@pytest.mark.parametrize("returned", ["Same()", "Number(7)", "Array(1)", "(Same(),)", "{'a': Same()}", "Same"])
def test_what_equals_everything_scores_nothing(grading, returned):
    cells = [cell("setup", SETUP), cell("solution", f"{EQUAL}\ndef f(x):\n    return {returned}")]
    cells += [cell("grade", source) for source in ASSERTS]
    result = marks(judged(cells, ["f"]))
    if returned[0] in "({":  # not empty, which is all that `assert f(1)` asks
        assert result.pop(1) == 2
    assert set(result) == {0}


def test_ordinary_hidden_tests_work(grading):
    solution = """
import numpy as mine_np
def f(x):
    return x + 6
def numerical_gradient(f, x):
    return mine_np.array([(f(x + 1e-5 * e) - f(x - 1e-5 * e)) / 2e-5 for e in mine_np.eye(len(x))])
def forward(x):
    return 2 * x, ("cache", lambda: x)
def backward(cache):
    return cache[1]()
def picky(x):
    if x < 0:
        raise ValueError("negative")
    return {"a": [x], 3: (x, None)}
def loss(x):
    return float(mine_np.sum(x ** 2))
def scale(x, *, by=2):
    x *= by
q1 = "b"
weights = {"W": np.ones((2, 2))}
np = check = None
"""
    right = [
        "assert f(1) == 7", "np.testing.assert_allclose(f(np.arange(3)), [6, 7, 8])",
        "np.testing.assert_allclose(numerical_gradient(lambda x: float(np.sum(x**2)), np.ones(3)), 2 * np.ones(3))",
        "np.testing.assert_allclose(numerical_gradient(loss, np.ones(3)), 2 * np.ones(3), rtol=1e-6)",
        "np.testing.assert_allclose(numerical_gradient(lambda x: loss(x), np.ones(3)), 2 * np.ones(3), rtol=1e-6)",
        "y, cache = forward(np.arange(3.0))\nassert (backward(cache) == np.arange(3.0)).all()",
        "try:\n    picky(-1)\nexcept ValueError:\n    pass\nelse:\n    assert False",
        "assert picky(2) == {'a': [2], 3: (2, None)}", "assert q1 == 'b'", "assert weights['W'].sum() == 4",
        "x = np.ones(3)\nscale(x, by=3)\nassert x.tolist() == [3, 3, 3]", "import numpy\nassert np is numpy",
        "print('x', f(2))\nassert callable(check)", "assert isinstance(f(np.ones(2)), np.ndarray)",
        "x = np.ones(2)\nassert f(x) is not x and not np.shares_memory(f(x), x)",
    ]
    wrong = ["assert f(1) == 8", "assert q1 == 'a'", "picky(-1)", "undefined(3)", "assert f(1) == 7\nassert False"]
    partial = ["1.5 if f(1) == 7 else 0.0", "0.5 * (f(1) == 7) + 0.5 * (f(1) == 8)", "3.0", "float('nan')", "'2.0'"]
    cells = [cell("setup", SETUP), cell("solution", solution)]
    cells += [cell("grade", source) for source in (*right, *wrong, *partial)]
    names = ["f", "numerical_gradient", "forward", "backward", "picky", "loss", "scale", "q1", "weights"]
    result = marks(judged(cells, names))
    assert result[: len(right)] == [2] * len(right)
    assert result[len(right) : -len(partial)] == [0] * len(wrong)
    assert result[-len(partial) :] == [1.5, 0.5, 0, 0, 0]


def test_a_cell_or_a_function_that_ends_its_process_costs_itself_alone(grading):
    cells = [
        cell("setup", SETUP), cell("solution", "import os\ndef f(x): return x\nkept = 5"),
        cell("solution", "def lost(): return 1\nos._exit(1)"), cell("grade", "assert lost() == 1"),
        cell("grade", "assert f(3) == 3 and kept == 5"), cell("solution", "def dies(x):\n    os.kill(os.getpid(), 9)"),
        cell("grade", "assert dies(1) is None"), cell("grade", "assert f(4) == 4"),
        cell("solution", "def hangs(x):\n    import signal, time\n    signal.pthread_sigmask(signal.SIG_BLOCK, [14])\n"
             "    time.sleep(60)"),
        cell("grade", "hangs(1)"), cell("grade", "assert f(5) == 5 and kept == 5"),
    ]
    begin = time.monotonic()
    result = judged(cells, ["f", "kept", "lost", "dies", "hangs"], call=0.5, cell=5.0)
    assert marks(result) == [0, 2, 0, 2, 0, 2]
    assert "ended the process" in result.cells[2].outputs[0].evalue
    assert time.monotonic() - begin < 15


def test_shown_points_earn_nothing(grading):
    forged = (
        f"from IPython.display import display, publish_display_data\n"
        f"publish_display_data({{'text/plain': '2.0', {MIME!r}: {{'passed': True, 'points': 2.0}}}})\n"
        "class V:\n    def _repr_mimebundle_(self, *a, **k):\n"
        f"        return {{'text/plain': '2.0', {MIME!r}: {{'passed': True}}}}\ndisplay(V())\n"
        "def f(x):\n    print(2.0); display(V()); return V()\nV()"
    )
    cells = [cell("setup", SETUP), cell("solution", forged), cell("own", "2.0")]
    cells += [cell("grade", source) for source in ("assert f(1) == 7", "check('sigmoid', f)", "f(1)")]
    assert marks(judged(cells, ["f"])) == [0, 0, 0]


def test_no_state_goes_from_one_grade_cell_to_the_next(grading):
    solution = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    cells = [cell("setup", SETUP), cell("solution", solution)]
    cells += [cell("grade", "assert f(1) == 1 and f(1) == 2\nmade_here = 1") for _ in range(2)]
    cells += [cell("grade", "assert 'made_here' not in globals() and seen == []")]
    assert marks(judged(cells, ["f", "seen"])) == [2, 2, 2]


def test_an_endless_cell_is_stopped_and_the_rest_graded(grading):
    cells = [
        cell("setup", SETUP), cell("solution", SIGMOID),
        cell("story", "while True:\n    try:\n        while True: pass\n    except BaseException: pass"),
        cell("grade", 'check("sigmoid")'),
    ]
    begin = time.monotonic()
    result = judged(cells, ["sigmoid"], cell=0.5)
    assert marks(result) == [2] and time.monotonic() - begin < 12
    assert [o.ename for o in result.cells[2].outputs] == ["TimeoutError"]


def test_the_submissions_limit_ends_it_with_zeros(grading):
    solution = "import time\ndef f(x):\n    time.sleep(0.8)\n    return x\ndef g(x): return f"
    cells = [cell("setup", SETUP), cell("solution", solution), cell("grade", "assert f(1) == 1")]
    cells += [cell("story", "while True: pass")]
    cells += [cell("grade", "for _ in range(1000):\n    f(1)"), cell("grade", "assert f(1) == 1")]
    cells += [cell("grade", 'check("sigmoid")'), cell("own", "1")]
    begin = time.monotonic()
    result = judged(cells, ["f", "sigmoid"], submission=5.0, cell=1.0, call=2.0)
    assert marks(result) == [2, 0, 0, 0]
    assert time.monotonic() - begin < 12


def test_output_that_is_no_text_and_too_much_of_it(grading):
    cells = [
        cell("setup", SETUP),
        cell("solution", "print('\\udc80', '\\x1b[31m' * 3)\ndef f(x):\n    print('\\udcff'); return '\\udc80'"),
        cell("own", "for _ in range(300): print('y' * 100_000)\n'z' * 3_000_000"),
        cell("grade", "assert f(1) == '\\udc80'"), cell("grade", "print(f(1))\nassert f(1)"),
    ]
    result = judge_in_process(notebook(*cells), "00_start", ["f"], Limits())
    assert marks(result) == [2, 2]
    assert len(nbformat.writes(result)) < 1_500_000


def test_an_error_in_a_cell_is_shown_once_with_the_learners_frames(worker):
    for source, name in (("def f(): return 1 / 0\nf()", "ZeroDivisionError"), ("def f(:", "SyntaxError"),
                         ("if 1:\nx = 2", "IndentationError")):
        with worker.session():
            (output,) = worker.run_cell(source, 5)
        assert output["output_type"] == "error" and output["ename"] == name
        assert "grader" not in "".join(output["traceback"])


def test_a_time_limit_inside_a_callback_leaves_the_channel_well(worker, theirs):
    slow = RemoteFunction(worker, "numerical_gradient", 0.5)
    with worker.session():
        with pytest.raises(RemoteError):
            slow(lambda x: time.sleep(0.2) or 1.0, np.ones(20))
        assert theirs["loss"](np.ones(3)) == 3
    assert theirs["loss"](np.ones(3)) == 3


def test_the_facade_hides_what_is_ours(worker):
    source = inspect.getsource(_look_around) + "\nfound = _look_around()"
    with worker.session():
        assert ran(worker, source) == []
        assert worker.fetch("found") == []


def _look_around():
    """What of ours can be imported where the learner's code runs."""
    import sys

    found = [name for name in sys.modules if "exercises" in name and "grader" in name]
    import grader

    found += [name for name in ("exercises", "vectors", "reference", "given") if hasattr(grader, name)]
    return found


def test_workers_leave_no_folder_and_no_process_behind():
    process = WorkerProcess()
    folder = Path(process.folder.name)
    assert ran(process, "import os\nopen('left', 'w').close()\npid = os.fork()\nif pid == 0:\n"
               "    import time; time.sleep(100); os._exit(0)") == []
    pid = process.fetch("pid")
    process.close()
    assert not folder.exists()
    for _ in range(100):
        if not _running(pid):
            break
        time.sleep(0.02)
    assert not _running(pid)


def _running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
