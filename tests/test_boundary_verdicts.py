"""The same verdict on both sides of the boundary, whatever the learner's function does."""

import re

import pytest
from boundary_sides import GIVEN, local, ran

from grader.boundary.proxy import RemoteSubject
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.exercises import exercise
from grader.vectors import load


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
    "asks the keyboard": "return float(input('how large? '))",
    "a length that is no name": "return x[:, :H]",
    "an empty slice": "return x[9:] + h_prev",
    "an earlier function that is no name": "return one_hot(x, 3)",
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
    **{
        f"changes {a}": f"out = right(x, h_prev, c_prev, W, b); {a} *= 1.5; return out"
        for a in ("x", "h_prev", "c_prev", "W", "b")
    },
    "changes one number": "out = right(x, h_prev, c_prev, W, b); W[-1, -1] += 1e-12; return out",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.some(20)
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


@pytest.mark.parametrize("name", ["sigmoid", "hidden_update", "one_hot", "num_parameters"])
@pytest.mark.parametrize("returns", ["a, 1.5", "a,", "(a, a, [])"])
def test_several_results_where_one_is_asked_have_the_same_verdict(worker, name, returns):
    cell = f"def {name}(*args):\n    a = args[0]\n    return {returns}\n"
    same_verdict(worker, name, cell)
    same_verdict(worker, name, cell, hidden=True)


def test_an_endless_loop_has_the_same_verdict(worker):
    cell = f"{STEP}\ndef lstm_step(x, h_prev, c_prev, W, b):\n"
    cell += "    while True:\n        try: pass\n        except: pass\n"
    verdict = same_verdict(worker, "lstm_step", cell, seconds=0.4)
    assert verdict["points"] == 0 and "no answer after 0.4 seconds" in verdict["text"]


@pytest.mark.parametrize(
    "definition",
    [
        "def lstm_step(x, h_prev): return 1",
        "lstm_step = lambda *a, **k: right(*a)",
        "lstm_step = np.tanh",
        "def lstm_step(h_prev, x, c_prev, W, b): return right(x, h_prev, c_prev, W, b)",
        "def lstm_step(x, h_prev, c_prev, W, b=np.zeros(3), *, more={}): return right(x, h_prev, c_prev, W, b)",
        "class lstm_step:\n    def __init__(self, *a): pass",
        "class lstm_step:\n    def forward(self, *a): pass",
        "class lstm_step:\n    def __new__(cls, *a): return a",
        "import functools\nlstm_step = functools.lru_cache(right)",
    ],
)
def test_signatures_have_the_same_verdict(worker, definition):
    same_verdict(worker, "lstm_step", f"{STEP}\n{definition}\n")
