"""Whatever a learner hands in: check returns, refuses it, and says so in a message that can be read."""

import collections
import functools
import math
import types
from unittest import mock

import numpy as np
import pytest
import torch
from strange_answers import (
    ARRAYS,
    KEYS,
    NAMES,
    RIGHT,
    EqualsAll,
    Key,
    LongTuple,
    OfMeta,
    Refuses,
    Subclass,
    WholeNumber,
    accepted,
    answering,
    coroutine,
    each_place,
    generator,
    in_notebook,
    readable,
    refused,
    with_array,
)

from grader import check
from grader.exercises import exercise
from grader.vectors import load

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
