"""Values across the boundary: what plain tests call and get, and the codec by itself."""

import collections
import json
import math
import os
import signal
import struct
import time
import tracemalloc

import numpy as np
import pytest
from boundary_sides import FUNCTIONS, ran
from conftest import ROOT
from hypothesis import given as draw
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.boundary import codec
from grader.boundary.codec import Decoder, Encoder, ProtocolError
from grader.boundary.proxy import Handle, RemoteError, RemoteFunction, WorkerDied, WorkerProcess


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
        assert str(caught.value) == str(error("why"))
        (note,) = caught.value.__notes__
        assert "in fails" in note and "boundary" not in note


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
    lambda h: h == 7,
    lambda h: 7 == h,
    lambda h: h != 7,
    lambda h: h < 1,
    lambda h: 1 >= h,
    lambda h: bool(h),
    lambda h: len(h),
    lambda h: iter(h),
    lambda h: h[0],
    lambda h: 1 in h,
    lambda h: h + 1,
    lambda h: 1 + h,
    lambda h: h - 1,
    lambda h: 1 - h,
    lambda h: h * 2,
    lambda h: 2 * h,
    lambda h: h / 2,
    lambda h: 2 / h,
    lambda h: h**2,
    lambda h: 2**h,
    lambda h: h % 2,
    lambda h: -h,
    lambda h: +h,
    lambda h: abs(h),
    lambda h: h @ h,
    lambda h: h // 2,
    lambda h: 2 // h,
    lambda h: h & 1,
    lambda h: h | 1,
    lambda h: h ^ 1,
    lambda h: ~h,
    lambda h: float(h),
    lambda h: int(h),
    lambda h: complex(h),
    lambda h: round(h),
    lambda h: divmod(h, 2),
    lambda h: hash(h),
    lambda h: np.asarray(h),
    lambda h: np.array([h], dtype=float),
    lambda h: np.abs(h),
    lambda h: np.ones(2) * h,
    lambda h: np.ones(2) == h,
    lambda h: h == np.ones(2),
    lambda h: np.allclose(h, 7),
    lambda h: np.testing.assert_allclose(h, 7),
    lambda h: np.testing.assert_array_equal(h, 7),
    lambda h: h(),
    lambda h: math.isclose(h, 7),
    lambda h: range(h),
    lambda h: [1, 2][h],
    lambda h: sum(h),
    lambda h: sorted([h, h]),
    lambda h: np.sum(h),
    lambda h: {h},
    lambda h: np.mean([h, h]),
    lambda h: np.equal(h, 7),
    lambda h: reversed(h),
    lambda h: "7" in h,
    lambda h: h in [7],
    lambda h: [h] == [7],
    lambda h: (1, h) == (1, 7),
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
        _ = cache == 7
    assert theirs["backward"](cache).tolist() == [0, 2, 4]
    assert "Cache" in repr(cache)
    assert theirs["is_one"](cache, cache) is True


def test_what_nobody_reads_stays_there_whatever_it_is(worker):
    assert (
        worker.run_cell(
            "import numpy as np\n"
            "class Tuple(tuple):\n    __len__ = __iter__ = __getitem__ = None\n"
            "class Odd:\n    def __getattr__(self, name): raise SystemExit\n    __eq__ = __bool__ = __repr__ = None\n"
            "def f(kind):\n"
            "    cache = {'list': [np.ones(3)] * 9, 'odd': Odd(), 'none': None, 'huge': np.zeros(10**8)}.get(kind, 7)\n"
            "    return Tuple((np.ones(2), cache)) if kind == 'tuple' else (np.ones(2), cache)\n"
            "def g(cache): return type(cache).__name__",
            20,
        )
        == []
    )
    kinds = {"list": "list", "odd": "Odd", "none": "NoneType", "huge": "ndarray", "tuple": "int"}
    for kind, name in kinds.items():
        with worker.session():
            value = worker.call({"name": "f"}, [kind], unread=(False, True)).value
            assert type(value) is tuple and value[0].tolist() == [1, 1] and type(value[1]) is Handle
            assert RemoteFunction(worker, "g", 5.0)(value[1]) == name, "and can be handed back"
    assert type(worker.call({"name": "f"}, ["list"], unread=(False, True, True)).value[1]) is list, "of another length"


def test_the_values_of_names_come_with_their_kinds_where_they_are_short(worker):
    assert worker.run_cell("a, b, d, e = 1, 'x', None, True\nc = 'y' * 2000\nf = len\ng = 1 << 5000\nh = [1]", 5) == []
    kinds, values = worker.bound([*"abcdefgh", "nothing"])
    assert values == {"a": 1, "b": "x", "d": None, "e": True}
    assert kinds == {**dict.fromkeys("abcdegh", "value"), "f": "function", "nothing": "missing"}


def test_a_session_begins_when_something_is_asked_that_may_change_something(worker, theirs):
    assert worker.run_cell("n = 0", 5) == []
    with worker.session():
        assert worker.kinds(["n"]) == {"n": "value"}
        assert worker.session_now().number is None
        with worker.session():
            assert theirs["count"]() == 1
        assert worker.session_now().number is not None and theirs["count"]() == 1
    assert worker.fetch("n") == 0


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
    if isinstance(a, (set, frozenset)):
        return identical(sorted(a, key=repr), sorted(b, key=repr))
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
    hnp.boolean_dtypes()
    | hnp.integer_dtypes()
    | hnp.unsigned_integer_dtypes()
    | hnp.floating_dtypes()
    | hnp.complex_number_dtypes()
    | hnp.datetime64_dtypes()
    | hnp.unicode_string_dtypes(min_len=1, max_len=3)
)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
ARRAYS = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**2000), 10**2000)
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=20)
    | hnp.floating_dtypes().flatmap(hnp.from_dtype)
    | hnp.integer_dtypes().flatmap(hnp.from_dtype)
    | hnp.boolean_dtypes().flatmap(hnp.from_dtype)
)
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS | st.tuples(KEYS, KEYS), inner, max_size=4)
        | st.sets(KEYS, max_size=3)
        | st.frozensets(KEYS, max_size=3)
        | st.binary(max_size=9)
        | st.builds(range, *[st.integers(-9, 9)] * 2)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@draw(VALUES)
def test_plain_data_comes_back_as_it_was(value):
    assert identical(there_and_back(value), value)


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        -0.0,
        10**3000,
        -1,
        complex(-0.0, math.nan),
        np.float64(-0.0),
        np.float32(1e-45),
        np.longdouble("1.1"),
        np.bool_(True),
        np.int8(-3),
        np.uint64(2**64 - 1),
        np.complex64(1j),
        (),
        [],
        {},
        ((),),
        {1: 2, None: 3, "1": 4},
        "\udc80",
        "\x00",
        np.array(3.0),
        np.zeros((0, 3)),
        np.zeros((2, 0, 4), np.int8),
        np.array([-0.0, np.nan]),
        np.datetime64("2020-01-01"),
        set(),
        frozenset({1, "a"}),
        b"",
        b"\x00\xff",
        range(9, 1, -2),
        int,
        np.float32,
        np.ndarray,
        np.tanh,
        np.dtype(">i4"),
        collections.OrderedDict({2: 1, 1: 2}),
        collections.Counter("abca"),
        {k: 1 for k in range(5000)},
    ],
    ids=lambda value: type(value).__name__,
)  # by their text a set's would differ from process to process
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
        np.broadcast_to(base, (3, 10)),
        np.lib.stride_tricks.sliding_window_view(base, 4),
        np.lib.stride_tricks.as_strided(base, (3, 3), (8, 8)),
        np.lib.stride_tricks.as_strided(base, (2, 3), (16, 8)),
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


@pytest.mark.parametrize(
    "value",
    [
        object(),
        _Trap(),
        lambda: 0,
        {_Trap(), 2},
        slice(1),
        np.array([object(), 1]),
        np.zeros(2, dtype="f8,i4"),
        np.ma.array([1.0]),
        np.zeros((2, 2)).view(np.matrix),
        np.random.Generator(np.random.SFC64(0)),
        iter([1]),
        type,
        np,
        Ellipsis,
        np.zeros((0, 1 << 40)),
        np.zeros(0, "U9000000"),
        frozenset({_Trap()}),
        {k / 7: 1 for k in range(1001)},
        "x" * 1_000_001,
        1 << 20_000,
        list(range(100_001)),
        {_Trap(): 1},
        {(1, _Trap()): 1},
        np.mean,
        sum,
        type("Sub", (float,), {})(1.0),
        type("Whole", (int,), {})(1),
        type("Text", (str,), {})("x"),
        type("Items", (list,), {})([1]),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_is_no_plain_data_becomes_a_handle(value):
    kept = []

    def keep(v):
        kept.append(v)
        return {"h": len(kept) - 1}

    back = there_and_back(value, keep)
    assert kept
    if type(value) is not list:
        assert back == ("handle", 0) and kept[0] is value


def test_nothing_is_ever_unpickled():
    for name in (
        "boundary/encoder",
        "boundary/decoder",
        "boundary/channel",
        "boundary/proxy",
        "boundary/worker",
        "grading/judge",
    ):
        text = (ROOT / "grader" / f"{name}.py").read_text(encoding="utf-8")
        assert not any(f"{word}" in text for word in ("import pickle", "marshal", "np.load", "allow_pickle", "shelve"))
    for dtype in ("|O", "O", "|O8", "object", "|V8", "f8,f8", "<f8,O", "|S0", "<U0", "(2,)f8", ">f9", "<m8[s", "a5"):
        with pytest.raises(ProtocolError):
            Decoder([b"\x80\x04N."], refuse).decode({"a": 0, "dtype": dtype, "shape": [1], "strides": None})


def test_lies_about_sizes_are_refused_without_an_allocation():
    ok = {"a": 0, "dtype": "<f8", "shape": [2], "strides": None}
    lies = [
        {"shape": [2**62]},
        {"shape": [10**30, 0]},
        {"shape": [-2]},
        {"shape": [True, 2]},
        {"shape": 2},
        {"shape": None},
        {"shape": [2] * 40},
        {"shape": [1] * 33 + [2]},
        {"a": 1},
        {"a": -1},
        {"a": True},
        {"a": "0"},
        {"a": None},
        {"dtype": 3},
        {"dtype": "<f4"},
        {"dtype": "<f" + "9" * 30},
        {"strides": {}},
        {"strides": [8, 8]},
        {"of": 3},
        {"of": [[], []]},
        {"of": [1]},
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
        3,
        "x",
        1.5,
        [],
        {"i": "9" * 5000},
        {"i": 3},
        {"i": "x"},
        {"f": "0x1p99999"},
        {"f": "z"},
        {"c": [1]},
        {"c": {}},
        {"c": [{"s": "1"}, {"s": "2"}]},
        {"l": "abc"},
        {"l": {"a": 1}},
        {"d": [[1]]},
        {"d": [[{"l": []}, None]]},
        {"n": ok},
        {"n": 3},
        {"s": 3},
        {"s": "x" * 1_000_001},
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
