"""Whatever a learner hands in: check returns, refuses it, and says so in a message that can be read."""

import asyncio
import collections
import contextlib
import functools
import itertools
import json
import math
import sys
import types
import warnings
from unittest import mock

import numpy as np
import pytest
import torch

from grader import check
from grader.checking import calling
from grader.exercises import exercise
from grader.given import given
from grader.vectors import load

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


# --- no function, or none that can be called like this ------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cell", ["", "{0}_ = right", "{1} = right"], ids=["missing", "longer", "capitals"])
def test_a_function_of_another_name(name, cell):
    verdict = in_notebook(name, cell.format(name, name.upper()))
    assert verdict.passed is False and verdict.score == 0
    assert f"{name} is not defined here" in verdict.text and exercise(name).signature in verdict.text
    readable(verdict, name)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_no_function(name):
    for value in (3, "right", None, (), {}, np.zeros(3), 1j, ..., Refuses(), np, torch.zeros(2)):
        scope = {"check": check, name: value}
        verdict = eval(f"check({name!r})", scope)
        assert verdict.passed is False and verdict.score == 0
        assert f"{name} should be a function; it is" in verdict.text
        readable(verdict, name)


def definitions(name):
    """(a def line and its body, a phrase of the answer) that can't be called as the exercise says."""
    arguments = list(exercise(name).arguments)
    few, many = ", ".join(arguments[:-1]), ", ".join([*arguments, "extra"])
    every = ", ".join(arguments)
    default = "[0] * 10_000"
    return {
        "too few": (f"def {name}({few}): pass", f"yours is {name}({few})"),
        "none": (f"def {name}(): pass", f"yours is {name}()"),
        "too many": (f"def {name}({many}): pass", f"yours is {name}({many})"),
        "keyword only": (f"def {name}(*, {every}): pass", "yours is"),
        "the last by keyword": (f"def {name}({few}, *, {arguments[-1]}): pass", "yours is"),
        "a huge default": (f"def {name}({arguments[0]}={default}, *, more): pass", "yours is"),
        "a default that raises": (f"def {name}(a=refuses, *, more): pass", "yours is"),
        "an annotation that raises": (f"def {name}(a: refuses, *, more) -> refuses: pass", "yours is"),
        "a class": (f"class {name}:\n    pass", f"yours is {name}()"),
    }


@pytest.mark.parametrize("kind", definitions("lstm_step"))
@pytest.mark.parametrize("name", NAMES)
def test_a_def_line_that_does_not_fit(name, kind):
    cell, phrase = definitions(name)[kind]
    scope = {"check": check, "refuses": Refuses()}
    exec(cell, scope)
    verdict = eval(f"check({name!r})", scope)
    assert verdict.passed is False and verdict.score == 0
    assert f"{name} should take {len(exercise(name).arguments)} arguments" in verdict.text
    assert phrase in verdict.text and len(verdict.text) < 600
    readable(verdict, name)


@pytest.mark.parametrize("name", NAMES)
def test_partial(name):
    function = RIGHT[name]
    count = len(exercise(name).arguments)
    accepted(name, functools.partial(function))
    refused(name, functools.partial(function, 1), f"should take {count} argument")


@pytest.mark.parametrize("name", NAMES)
def test_whatever_can_be_called_and_is_right_is_right(name):
    function = RIGHT[name]

    class Callable:
        def __call__(self, *arguments):
            return function(*arguments)

        method = __call__

    class Guarded(Callable):
        def __getattr__(self, name):
            raise RuntimeError("ask me nothing")

    circular = Callable()
    circular.__wrapped__ = circular
    circular.__signature__ = "none"
    for one in (lambda *a: function(*a), Callable(), Callable().method, Guarded(), circular):
        accepted(name, one)


@pytest.mark.parametrize("name", NAMES)
def test_things_that_can_be_called_and_are_no_answer(name):
    class Instance:
        def __init__(self, *arguments):
            pass

    async def waits(*arguments):
        return RIGHT[name](*arguments)

    async def waits_and_yields(*arguments):
        yield RIGHT[name](*arguments)

    def yields(*arguments):
        yield RIGHT[name](*arguments)

    refused(name, Instance, "an object of type Instance")
    refused(name, waits, "`async`")
    refused(name, waits_and_yields, "`yield`")
    refused(name, yields, "`yield`")
    refused(name, mock.MagicMock(), "an object of type MagicMock")
    refused(name, EqualsAll())
    refused(name, Refuses)
    refused(name, OfMeta)


def test_check_is_told_nothing_it_can_use():
    partial = functools.partial(math.sin)
    for what in (3, None, Refuses(), EqualsAll(), OfMeta, OfMeta(), lambda z: z, partial, [], "x" * 10**6):
        verdict = check(what)
        assert verdict.passed is None and verdict.score is None
        assert len(verdict.text) < 1000 and "check(" in verdict.text or "There is no exercise" in verdict.text
    assert "Did you mean 'lstm_step'" in check("lstm_stp").text


# --- what comes back ----------------------------------------------------------------------------

WHOLE = {
    "None": (lambda: None, "None (is a `return` missing?)"),
    "a number": (lambda: 3.5, "number"),
    "a text": (lambda: "h", "text"),
    "bytes": (lambda: b"h", "bytes"),
    "a set": (lambda: {1, 2}, "set"),
    "a class": (lambda: EqualsAll, "type"),
    "a function": (lambda: math.sin, "round brackets"),
    "a generator": (generator, "`yield`"),
    "a coroutine": (coroutine, "`async`"),
    "a module": (lambda: np, "module"),
    "an ellipsis": (lambda: ..., "ellipsis"),
    "NotImplemented": (lambda: NotImplemented, "NotImplementedType"),
    "an exception": (lambda: ValueError("h"), "ValueError"),
    "an empty tuple": (lambda: (), "a tuple of 0 items"),
    "a huge tuple": (lambda: tuple(range(1_000_000)), "a tuple of 1000000 items"),
    "a tuple in tuples": (lambda: functools.reduce(lambda a, _: (a,), range(500), ()), "a tuple of 1 item"),
    "a lying tuple": (lambda: LongTuple([1]), ""),
    "an empty dict": (lambda: {}, ""),
    "a dict of anything": (lambda: {1: 2, None: 3, (4,): 5, Key("a"): 6}, ""),
    "a dict with huge keys": (lambda: {"k" * 10**6: 1}, ""),
    "a dict with odd keys": (lambda: {"\x1b[2J\ud800": 1}, ""),
    "equal to everything": (EqualsAll, "EqualsAll"),
    "an object that raises": (Refuses, "Refuses"),
    "of a class that raises": (OfMeta, ""),
    "a mock": (mock.MagicMock, "MagicMock"),
    "a huge number": (lambda: 10**5000, ""),
    "an array of objects": (lambda: np.array([EqualsAll()], dtype=object), ""),
    "a tensor": (lambda: torch.zeros(2, 3), "torch tensor"),
}


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.some(20)
def test_something_else_comes_back(name, kind):
    make, phrase = WHOLE[kind]
    if (name, kind) == ("num_parameters", "a huge number"):
        phrase = "expected: 48"  # a whole number it is
    elif name == "to_torch" and "dict" in kind:
        phrase = "should have exactly the keys weight_ih_l0"
    verdict = refused(name, lambda *arguments: make(), phrase)
    assert "\ud800" not in verdict.text and "\x1b" not in verdict.text


@pytest.mark.parametrize("name", ("lstm_step", "lstm"))
def test_the_wrong_count_or_nesting(name):
    wanted = f"should return 3 values, {exercise(name).result}"
    for change in (
        lambda a: a[0],
        lambda a: a[:1],
        lambda a: a[:2],
        lambda a: (*a, None),
        lambda a: (a, None),
        lambda a: (a[:2], a[2]),
        lambda a: [*a, None],
        lambda a: [*a[:2]],
        lambda a: a + a,
        lambda a: dict(enumerate(a)),
        lambda a: np.array([None, None], dtype=object),
        lambda a: iter(a),
        LongTuple,
    ):
        if change is LongTuple:  # its items are right, and it is a tuple
            accepted(name, answering(name, change))
        else:
            refused(name, answering(name, change), wanted)
    refused(name, answering(name, lambda a: (a,) * 3), "should be a numpy array")
    refused(name, answering(name, lambda a: ([a[0]], a[1], a[2])), "a list of 1 item")
    refused(name, answering(name, lambda a: (a[0], (a[1],), a[2])), "a tuple of 1 item")
    point = types.SimpleNamespace(h=1)
    refused(name, answering(name, lambda a: point), wanted)


def test_the_cache_may_be_anything():
    for cache in (None, Refuses(), EqualsAll(), generator(), 10**5000, OfMeta, LongTuple()):
        accepted("lstm_step", answering("lstm_step", lambda a, cache=cache: (*a[:2], cache)))


BAD_ARRAYS = {
    "None": (lambda a: None, "it is None"),
    "a list": (lambda a: a.tolist(), "a list of"),
    "a tuple": (lambda a: tuple(a), "a tuple of"),
    "a tensor": (lambda a: torch.from_numpy(a.copy()), "torch tensor"),
    "a masked array": (lambda a: np.ma.masked_array(a), "MaskedArray"),
    "all masked": (lambda a: np.ma.masked_all(a.shape), "MaskedArray"),
    "a matrix": (lambda a: np.matrix(a.reshape(len(a), -1)), "matrix"),
    "a record array": (lambda a: a.view(np.recarray), "recarray"),
    "a memory view": (lambda a: memoryview(np.ascontiguousarray(a)), "memoryview"),
    "a subclass": (lambda a: a.view(Subclass), "special kind of array"),
    "a number": (lambda a: float(a.mean()), "the single number"),
    "numpy's number": (lambda a: a.mean(), "np.float64"),
    "objects": (lambda a: a.astype(object), "object"),
    "objects equal to all": (lambda a: np.full(a.shape, EqualsAll(), dtype=object), "object"),
    "objects that raise": (lambda a: np.full(a.shape, Refuses, dtype=object), "object"),
    "complex": (lambda a: a + 0j, "complex128"),
    "bool": (lambda a: a.astype(bool), "bool"),
    "int": (lambda a: a.astype(int), "int64"),
    "unsigned": (lambda a: np.abs(a).astype(np.uint8), "uint8"),
    "float16": (lambda a: a.astype(np.float16), "float16"),
    "float32": (lambda a: a.astype(np.float32), "float32"),
    "the other byte order": (lambda a: a.astype(a.dtype.newbyteorder()), "bytes in the other order"),
    "texts": (lambda a: a.astype(str), "str"),
    "fields": (lambda a: np.zeros(a.shape, [(f"f{k}" * 50, float) for k in range(500)]), "void"),
    "dates": (lambda a: np.zeros(a.shape, "M8[s]"), "datetime64[s]"),
    "NaN": (lambda a: a * np.nan, "NaN"),
    "one NaN": (lambda a: np.where(np.arange(a.size).reshape(a.shape) == 0, np.nan, a), "NaN"),
    "infinite": (lambda a: a + np.inf, "infinite"),
    "no axes": (lambda a: np.array(a.mean()), "should have the shape"),
    "one axis": (lambda a: np.append(a.ravel(), 0), "should have the shape"),
    "empty": (lambda a: a[:0], "should have the shape"),
    "empty in the last axis": (lambda a: a[..., :0], "should have the shape"),
    "all empty": (lambda a: np.array([]), "should have the shape"),
    "an axis more": (lambda a: a[None], "There is an axis too many"),
    "32 axes": (lambda a: a.reshape((1,) * 30 + a.shape), "should have the shape"),
    "a repeated row": (lambda a: np.concatenate([a, a[-1:]]), "should have the shape"),
    "a huge array of nothing": (lambda a: np.broadcast_to(0.0, (10**9, 10**6)), "should have the shape"),
    "equal to everything": (lambda a: EqualsAll(), "EqualsAll"),
    "an object that raises": (lambda a: Refuses(), "Refuses"),
    "a function": (lambda a: a.copy, "round brackets"),
}


@pytest.mark.parametrize("kind", BAD_ARRAYS)
@pytest.mark.parametrize("name, place, put", [one for name in ARRAYS for one in each_place(name)])
@pytest.mark.some(120)
def test_no_array_or_the_wrong_one(name, place, put, kind):
    make, phrase = BAD_ARRAYS[kind]
    verdict = refused(name, with_array(name, place, put, make), phrase)
    if kind == "None":
        whole = with_array(name, place, put, make)(*load(name)[0].case.args.values()) is None
        assert ("is a `return` missing?" in verdict.text) == whole, "a tuple that holds None was returned"


@pytest.mark.parametrize(
    "make",
    [np.asfortranarray, lambda a: np.repeat(a, 2, axis=-1)[..., ::2], lambda a: np.flip(np.flip(a).copy())],
    ids=["by columns", "strided", "backwards"],
)
@pytest.mark.parametrize("name, place, put", [one for name in ARRAYS for one in each_place(name)])
def test_right_arrays_in_any_layout(name, place, put, make):
    accepted(name, with_array(name, place, put, make))


def test_read_only_answers_are_right():
    def frozen(a):
        a = a.copy()
        a.flags.writeable = False
        return a

    accepted("one_hot", answering("one_hot", frozen))


BAD_COUNTS = {
    "a float": (float, "(float)"),
    "numpy's float": (np.float64, "np.float64"),
    "true": (lambda n: True, "bool True"),
    "numpy's true": (lambda n: np.True_, "bool"),
    "an array of one": (lambda n: np.array([n]), "an array of shape (1,)"),
    "an array without axes": (lambda n: np.array(n), "an array of shape ()"),
    "a text": (str, "the text"),
    "complex": (complex, "complex"),
    "a list": (lambda n: [n], "a list of 1 item"),
    "a fraction": (lambda n: __import__("fractions").Fraction(n), "Fraction"),
    "a tensor": (lambda n: torch.tensor(n), "torch tensor"),
    "a lying number": (lambda n: WholeNumber(7), "WholeNumber"),
    "NaN": (lambda n: math.nan, "nan"),
    "infinite": (lambda n: math.inf, "inf"),
    "a duration": (lambda n: np.timedelta64(n, "s"), "timedelta64"),
}


@pytest.mark.parametrize("kind", BAD_COUNTS)
def test_a_count_that_is_no_whole_number(kind):
    make, phrase = BAD_COUNTS[kind]
    refused("num_parameters", answering("num_parameters", make), "should be a whole number (an int)", phrase)


@pytest.mark.parametrize("make", [np.int64, np.int32, np.uint64])
def test_numpys_whole_numbers_count(make):
    def where_it_fits(count):
        return make(count) if count <= np.iinfo(make).max else count

    accepted("num_parameters", answering("num_parameters", where_it_fits))


def test_a_wrong_whole_number():
    for count in (0, -48, 10**400, -(10**5000), 2**63):
        refused("num_parameters", lambda D, H, count=count: count, "expected: 48")


def test_dicts_for_to_torch():
    # torch's own state dict is an OrderedDict
    for right in (collections.OrderedDict, lambda a: collections.defaultdict(list, a)):
        accepted("to_torch", answering("to_torch", right))
    refused("to_torch", answering("to_torch", types.MappingProxyType), "should be a dict of arrays")
    missing = {key: None for key in KEYS[:2]}
    refused("to_torch", lambda *a: missing, "should have exactly the keys", f"Missing: {KEYS[2]}, {KEYS[3]}")
    refused("to_torch", answering("to_torch", lambda a: a | {"bias": 1}), "There are 1 more", "bias")
    refused("to_torch", answering("to_torch", lambda a: a | {Key("x"): 1}), "There are 1 more")
    many = {k: 1 for k in range(10**5)}
    refused("to_torch", answering("to_torch", lambda a: a | many), "There are 100000 more")
    refused("to_torch", answering("to_torch", lambda a: list(a.items())), "should be a dict of arrays")


# --- arguments and memory -----------------------------------------------------------------------

CHANGES = {
    "+=": lambda a: np.add(a, 1, out=a),
    "set to zero": lambda a: a.fill(7),
    "sorted": lambda a: np.copyto(a, a[::-1].copy() + 1),
    "one number": lambda a: a.__setitem__((0,) * a.ndim, a.flat[0] + 1),
    "one NaN": lambda a: a.__setitem__((-1,) * a.ndim, np.nan if a.dtype.kind == "f" else -1),
    "a byte": lambda a: a[:1].fill(0.5 if a.dtype.kind == "f" else 9),
}


def arrays_of(name):
    first = next(iter(exercise(name).cases(np.random.default_rng(0))))
    return [(k, name) for k, (name, value) in enumerate(first.args.items()) if isinstance(value, np.ndarray)]


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize(
    "name, position, argument", [(name, *one) for name in ARRAYS for one in arrays_of(name)], ids=str
)
def test_a_changed_argument_is_seen(name, position, argument, how):
    def function(*arguments):
        answer = RIGHT[name](*[a.copy() if isinstance(a, np.ndarray) else a for a in arguments])
        CHANGES[how](arguments[position])
        return answer

    refused(name, function, f"{name} changed its argument {argument} while computing")


def test_an_argument_that_is_changed_and_put_back_is_fine():
    def lstm_step(x, h_prev, c_prev, W, b):
        before = x.copy()
        x *= 2
        x /= 2
        x[...] = before
        return RIGHT["lstm_step"](x, h_prev, c_prev, W, b)

    accepted("lstm_step", lstm_step)


@pytest.mark.parametrize(
    "change, argument",
    [
        (lambda state: state.clear(), "state"),
        (lambda state: state.pop(KEYS[0]), "state"),
        (lambda state: state.update(more=1), "state"),
        (lambda state: (state.pop(KEYS[0]), state.__setitem__(Key("x"), 1)), "state"),
        (lambda state: state.update({KEYS[0]: None}), f"state['{KEYS[0]}']"),
        (lambda state: state.update({KEYS[1]: state[KEYS[1]].astype(np.float16)}), f"state['{KEYS[1]}']"),
        (lambda state: np.add(state[KEYS[3]], 1, out=state[KEYS[3]]), f"state['{KEYS[3]}']"),
    ],
)
def test_a_changed_dict_is_seen(change, argument):
    def from_torch(state):
        answer = tuple(a.copy() for a in RIGHT["from_torch"](dict(state)))
        change(state)
        return answer

    refused("from_torch", from_torch, f"changed its argument {argument} while computing")


def reusing(name):
    """A right function that writes its answers into the same arrays at every call."""
    kept = {}

    def reuse(place, array):
        buffer = kept.setdefault((place, array.shape, array.dtype), np.empty_like(array))
        buffer[...] = array
        return buffer

    def function(*arguments):
        answer = RIGHT[name](*arguments)
        if isinstance(answer, dict):
            return {key: reuse(key, array) for key, array in answer.items()}
        if isinstance(answer, tuple):
            return (*(reuse(k, array) for k, array in enumerate(answer[:2])), None)
        return reuse(0, answer)

    return function


@pytest.mark.parametrize("name", ARRAYS)
def test_answers_that_share_their_memory(name):
    refused(name, reusing(name), f"The second call of {name} returned the very arrays")


@pytest.mark.parametrize("name", NAMES)
def test_another_answer_the_second_time(name):
    calls = []

    def forgets(*arguments):
        calls.append(1)
        right = RIGHT[name](*arguments)
        return right if len(calls) % 2 else None

    refused(name, forgets, "another answer when it was called a second time")
    calls.clear()

    def raises(*arguments):
        calls.append(1)
        return RIGHT[name](*arguments) if len(calls) % 2 else 1 / 0

    seen = "called a second time with the same arguments it raised an error"
    refused(name, raises, seen, "ZeroDivisionError")


# --- what it may do instead of answering --------------------------------------------------------


class BrokenText(Exception):
    def __str__(self):
        raise ValueError("no text")


class NoText(Exception):
    def __str__(self):
        return 3


class Leaves(Exception):
    def __str__(self):
        raise SystemExit


RAISES = {
    "an error": (lambda: ValueError("my own words"), "ValueError: my own words"),
    "without words": (AssertionError, "AssertionError"),
    "with a broken text": (BrokenText, "BrokenText: (its message could not be shown)"),
    "with a text that is none": (NoText, "NoText: (its message could not be shown)"),
    "that leaves in its text": (Leaves, "Leaves: (its message could not be shown)"),
    "SystemExit": (lambda: SystemExit(0), "SystemExit: 0"),
    "KeyboardInterrupt": (KeyboardInterrupt, "was stopped before"),
    "GeneratorExit": (GeneratorExit, "GeneratorExit"),
    "StopIteration": (lambda: StopIteration((1, 2, 3)), "StopIteration"),
    "StopAsyncIteration": (StopAsyncIteration, "StopAsyncIteration"),
    "CancelledError": (asyncio.CancelledError, "CancelledError"),
    "MemoryError": (MemoryError, "MemoryError"),
    "NotImplementedError": (NotImplementedError, "isn't written yet"),
    "a warning": (lambda: RuntimeWarning("overflow"), "RuntimeWarning: overflow"),
    "a group": (lambda: BaseExceptionGroup("many", [KeyboardInterrupt()]), "BaseExceptionGroup: many"),
    "a long text": (lambda: ValueError("long " * 10**6), "ValueError: long long"),
    "many lines": (lambda: ValueError("\n" * 10**5), "ValueError"),
    "odd marks": (lambda: ValueError("a\x00\x1b[2J\ud800\r"), "ValueError: a"),
    "numbers": (lambda: KeyError(3), "KeyError: 3"),
    "braces": (lambda: ValueError("{} {0} {name} %s"), "ValueError: {} {0} {name} %s"),
    "broadcasting": (lambda: ValueError("operands could not be broadcast together with shapes {0}"), "{0}"),
    "a changed line": (lambda: NameError("name 'zz' is not defined"), "NameError: name 'zz'"),
    "HTML": (lambda: ValueError("<script>alert(1)</script>"), "<script>"),
}


@pytest.mark.parametrize("kind", RAISES)
@pytest.mark.parametrize("name", NAMES)
def test_it_raises(name, kind):
    make, phrase = RAISES[kind]

    def function(*arguments):
        raise make()

    verdict = refused(name, function, phrase)
    html = verdict._repr_mimebundle_()["text/html"]
    assert "<script" not in html
    if "isn't written" not in phrase and "stopped" not in phrase:
        assert "in function:  raise make()" in verdict.text  # the learner's own line


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.some(2)
def test_it_really_runs_out_of_something(name):
    def endless_recursion(*arguments):
        return endless_recursion(*arguments)

    def too_much(*arguments):
        return np.zeros((10**9, 10**9))

    def wrong_syntax(*arguments):
        return eval("1 +")

    def two_errors(*arguments):
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second") from error

    verdict = refused(name, endless_recursion, "RecursionError", "more ...")
    assert verdict.text.count("endless_recursion") < 20
    refused(name, too_much, "MemoryError")
    refused(name, wrong_syntax, "SyntaxError")
    refused(name, two_errors, "ValueError: second")


@pytest.mark.parametrize("name", NAMES)
def test_it_never_ends_nor_does_the_text_of_its_error(name, monkeypatch):
    monkeypatch.setattr(calling, "CALL_SECONDS", 0.1)
    monkeypatch.setattr(calling, "MESSAGE_SECONDS", 0.1)

    class Endless(Exception):
        def __str__(self):
            while True:
                pass

    def loops(*arguments):
        while True:
            pass

    def raises(*arguments):
        raise Endless

    refused(name, loops, "gave no answer after 0.1 seconds")
    refused(name, raises, "gave no answer")


@pytest.mark.parametrize("name", NAMES)
def test_its_own_functions_fail(name):
    def helper(z):
        return undefined_name + z  # noqa: F821

    def function(*arguments):
        return helper(arguments[0])

    verdict = refused(name, function, "NameError: name 'undefined_name' is not defined")
    assert "in helper:  return undefined_name + z" in verdict.text


# --- side effects -------------------------------------------------------------------------------


def settings():
    return np.geterr(), list(warnings.filters), warnings.showwarning, sys.stdout, sys.stderr, sys.gettrace()


EFFECTS = {
    "prints 10 MB": lambda: print("z" * 10_000_000),
    "prints many lines": lambda: print("\n" * 100_000),
    "prints odd marks": lambda: print("\x1b[2J\x00\ud800<script>"),
    "prints to stderr": lambda: print("a progress bar\r" * 1000, file=sys.stderr),
    "warns 10000 times": lambda: [warnings.warn(f"warning {k}", stacklevel=1) for k in range(10_000)],
    "warns at length": lambda: warnings.warn("long " * 10**6, stacklevel=1),
    "makes warnings errors": lambda: warnings.simplefilter("error"),
    "forgets all filters": warnings.resetwarnings,
    "shows warnings itself": lambda: setattr(warnings, "showwarning", None),
    "makes numpy strict": lambda: np.seterr(over="raise", invalid="raise", divide="raise"),
    "makes numpy mute": lambda: np.seterr(all="ignore"),
    "sets the seed": lambda: np.random.seed(0),
    "draws numbers": lambda: np.random.default_rng().normal(size=10),
    "closes stdout": lambda: sys.stdout.close(),
    "loses stdout": lambda: setattr(sys, "stdout", None),
    "seeks in stdout": lambda: (sys.stdout.seek(0), sys.stdout.truncate(0)),
    "traces": lambda: sys.settrace(lambda *a: None),
}


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_with_a_side_effect_is_right(name, effect, capsys):
    def function(*arguments):
        EFFECTS[effect]()
        return RIGHT[name](*arguments)

    before = settings()
    verdict = accepted(name, function)
    assert settings() == before
    assert len(verdict.text) < 1600
    seen = capsys.readouterr()
    assert not seen.out and not seen.err
    if effect.startswith("prints to"):
        assert "a progress bar" in verdict.text
    if effect.startswith("warns"):
        assert "Your function warned (which costs nothing here): UserWarning" in verdict.text


def test_a_strict_notebook_changes_no_verdict():
    def half_right(z):
        return 1 / (1 + np.exp(-z))

    plain = check("sigmoid", half_right).record()
    wrong = check("lstm_step", lambda x, h, c, W, b: (1e308 * h, -1e308 * c, None)).record()
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        assert check("sigmoid", half_right).record() == plain
        again = check("lstm_step", lambda x, h, c, W, b: (1e308 * h, -1e308 * c, None))
        accepted("lstm", RIGHT["lstm"])
    assert again.record() == wrong and again.passed is False
    readable(again, "lstm_step")


@contextlib.contextmanager
def numpy_put_back():
    before = dict(vars(np))
    try:
        yield
    finally:
        vars(np).update(before)


@pytest.mark.parametrize(
    "lost",
    [
        "tanh",
        "concatenate",
        "isfinite",
        "array_equal",
        "abs",
        "max",
        "errstate",
        "ndarray",
        "float64",
        "asarray",
        "may_share_memory",
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_numpy_loses_a_name(name, lost):
    """Then it may be that nothing can be judged any more: that is a fault, and never a pass."""

    def function(*arguments):
        answer = RIGHT[name](*arguments)
        vars(np).pop(lost, None)
        return (
            {key: value + 1 for key, value in answer.items()}
            if isinstance(answer, dict)
            else ((*(value + 1 for value in answer[:2]), None) if isinstance(answer, tuple) else answer + 1)
        )

    with numpy_put_back():
        verdict = check(name, function)
    assert verdict.passed in (False, None) and not verdict.score
    assert "Traceback" not in verdict.text and ".py" not in verdict.text and len(verdict.text) < 4000
    accepted(name, RIGHT[name])  # and numpy is whole again


def test_a_strange_object_among_the_globals():
    scope = {"check": check, "strange": Refuses(), "equal": EqualsAll(), "lstm_step": Refuses()}
    scope["given"] = given
    exec(
        """
def lstm(xs, h0, c0, W, b):
    strange, equal
    return given("lstm")(xs, h0, c0, W, b)
""",
        scope,
    )
    verdict = eval("check('lstm')", scope)
    assert verdict.passed is True, verdict.text
    assert "not kept" in verdict.text
