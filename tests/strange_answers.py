"""What a learner may hand in: objects that lie, places for them in an answer, and what every verdict has to be."""

import itertools
import json

import numpy as np
import pytest

from grader import check
from grader.exercises import exercise
from grader.given import given

NAMES = ("lstm_step", "lstm", "one_hot", "num_parameters", "to_torch")
ARRAYS = ("lstm_step", "lstm", "one_hot", "to_torch")
KEYS = list(exercise("to_torch").returns[0].keys)
RIGHT = {name: given(name) for name in (*NAMES, "from_torch")}


# --- what every answer of check has to be -------------------------------------------------------


def readable(verdict, name):
    """The message names the function, is short, and shows nothing of ours and nothing that is no text."""
    text = verdict.text
    assert name in text.split("\n")[0]
    assert len(text) < 4000
    for ours in ("Traceback", "site-packages", "grader/", "checking", '.py"', "stumbled"):
        assert ours not in text, text
    assert all(mark.isprintable() or mark in "\n\t" for mark in text)
    text.encode("utf-8")
    assert len(verdict._repr_mimebundle_()["text/html"]) < 12_000
    assert json.loads(json.dumps(verdict.record()))["passed"] is verdict.passed


def refused(name, function, *phrases):
    verdict = check(name, function)
    assert verdict.passed is False, verdict.text
    assert verdict.score == 0 and verdict.points == 0
    readable(verdict, name)
    assert len(verdict.text.split("\n")) >= 2  # more than a headline
    for phrase in phrases:
        assert phrase in verdict.text, verdict.text
    return verdict


def accepted(name, function):
    verdict = check(name, function)
    assert verdict.passed is True and verdict.score == 1, verdict.text
    readable(verdict, name)
    return verdict


def in_notebook(name, cell=""):
    """The verdict of check(name) in a notebook where this cell has been run."""
    scope = {"np": np, "check": check, "right": RIGHT[name]}
    exec(cell, scope)
    return eval(f"check({name!r})", scope)


def answering(name, change):
    """A function that computes the right answer and returns something else: ``change`` of it."""

    def function(*arguments):
        return change(RIGHT[name](*arguments))

    return function


def places(name):
    """Where an array stands in what an exercise returns: (its place, how to put another there)."""
    if name == "to_torch":
        return [(key, lambda answer, value, key=key: answer | {key: value}) for key in KEYS]
    if name == "one_hot":
        return [(None, lambda answer, value: value)]
    return [(k, lambda answer, value, k=k: (*answer[:k], value, *answer[k + 1 :])) for k in range(2)]


def with_array(name, place, put, make):
    return answering(name, lambda answer: put(answer, make(answer if place is None else answer[place])))


def each_place(name):
    return [pytest.param(name, *place, id=f"{name}-{place[0]}") for place in places(name)]


# --- objects that lie ---------------------------------------------------------------------------


class EqualsAll:
    """Is equal to everything, is any number, and has the right shape: the type is what gives it away."""

    shape, dtype, ndim, size = (2, 3), np.dtype("float64"), 2, 6

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __le__ = __ge__ = __lt__ = __gt__ = __contains__ = __eq__
    __hash__ = object.__hash__

    def __array__(self, dtype=None, copy=None):
        return np.zeros((2, 3))

    def __len__(self):
        return 3

    def __iter__(self):
        return iter([self] * 3)

    def __getitem__(self, key):
        return self

    def __float__(self):
        return 48.0

    def __int__(self):
        return 48

    __index__ = __int__

    def __call__(self, *arguments):
        return self

    def __getattr__(self, name):
        return self

    @property
    def __class__(self):
        return np.ndarray


def _refuse(self, *arguments):
    raise RuntimeError("ask me nothing")


class Refuses:
    """Raises whatever it is asked."""

    __getattribute__ = __repr__ = __str__ = __eq__ = __ne__ = __bool__ = __len__ = __iter__ = _refuse
    __array__ = __float__ = __int__ = __index__ = __getitem__ = __contains__ = __hash__ = __format__ = _refuse


class LongTuple(tuple):
    """A tuple that claims to hold three items and never stops handing them out."""

    def __len__(self):
        return 3

    def __iter__(self):
        return itertools.repeat(None)

    def __getitem__(self, key):
        raise RuntimeError("ask me nothing")


class WholeNumber(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__

    def __float__(self):
        return 48.0


class Key(str):
    """A key that looks like another one, and raises when they are compared."""

    def __hash__(self):
        return hash(KEYS[0])

    def __eq__(self, other):
        raise RuntimeError("ask me nothing")


class Subclass(np.ndarray):
    """An array that answers every comparison and every sum with zeros."""

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        return np.zeros(self.shape)


class Meta(type):
    def __getattribute__(cls, name):
        raise RuntimeError("ask me nothing")


class OfMeta(metaclass=Meta):
    pass


def generator():
    yield 1


async def coroutine():
    return 1
