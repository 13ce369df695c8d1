"""Ordinary hidden tests, plain asserts on whatever learners define, judge alike with the boundary and without it."""

import io
import linecache
from contextlib import redirect_stdout

import pytest
from boundary_sides import SETUP, cell, judged, marks

# What a learner wrote, rightly and wrongly, and the grade cell. Names are the case's own.
CASES = {
    "a number": ("def f1(x): return x + 6", "def f1(x): return x + 7", "assert f1(1) == 7"),
    "an array": (
        "def f2(x): return x * 2",
        "def f2(x): return x * 2.001",
        "np.testing.assert_allclose(f2(np.arange(3.0)), [0, 2, 4])",
    ),
    "a shape": ("def f3(x): return x.T", "def f3(x): return x", "assert f3(np.ones((2, 3))).shape == (3, 2)"),
    "a dtype": (
        "def f4(x): return x.astype(np.float32)",
        "def f4(x): return x",
        "assert f4(np.ones(2)).dtype == np.float32",
    ),
    "a type": ("def f5(x): return [x]", "def f5(x): return (x,)", "assert isinstance(f5(1), list) and f5(1) == [1]"),
    "an exact type": ("def f6(x): return int(x)", "def f6(x): return float(x)", "assert type(f6(3)) is int"),
    "a dict": (
        "def f7(): return {'W': np.zeros(2), 1: None}",
        "def f7(): return {'W': np.zeros(2), '1': None}",
        "d = f7()\nassert set(d) == {'W', 1} and d['W'].shape == (2,)",
    ),
    "a set": ("def f8(t): return set(t)", "def f8(t): return sorted(t)", "assert f8('aab') == {'a', 'b'}"),
    "bytes": ("def f9(t): return t.encode()", "def f9(t): return t", "assert f9('é') == b'\\xc3\\xa9'"),
    "a named tuple": (
        "from collections import namedtuple\nState = namedtuple('State', 'h c')\ndef f10(): return State(c=2, h=1)",
        "def f10(): return {'h': 1, 'c': 2}",
        "s = f10()\nassert s.h == 1 and s[1] == 2 and s == (1, 2)",
    ),
    "a counter": (
        "import collections\ndef f11(t): return collections.Counter(t)",
        "def f11(t): return {}",
        "assert f11('aab')['z'] == 0 and f11('aab')['a'] == 2",
    ),
    "an exception": (
        "def f12(x):\n    if x < 0: raise ValueError('must be positive')",
        "def f12(x): raise TypeError('no')",
        "try:\n    f12(-1)\nexcept ValueError as error:\n    assert str(error) == 'must be positive'\n"
        "    assert error.args == ('must be positive',)\nelse:\n    assert False",
    ),
    "assert_raises": (
        "def f13(d): return d['k']",
        "def f13(d): return None",
        "np.testing.assert_raises(KeyError, f13, {})",
    ),
    "unittest": (
        "def f14(x): return 1 / x",
        "def f14(x): return 0",
        "import unittest\nt = unittest.TestCase()\nwith t.assertRaises(ZeroDivisionError):\n    f14(0)\n"
        "t.assertAlmostEqual(f14(4), 0.25)",
    ),
    "a derived exception": (
        "class Odd(ValueError): pass\ndef f15(): raise Odd('odd')",
        "def f15(): raise RuntimeError('odd')",
        "try:\n    f15()\n    assert False, 'no error'\nexcept ValueError as error:\n    assert 'odd' in str(error)",
    ),
    "an exception's text": (
        "def f16(): raise KeyError('x', 3)",
        "def f16(): raise KeyError('y')",
        "try:\n    f16()\nexcept LookupError as e:\n    assert e.args == ('x', 3)",
    ),
    "its name": ("def f17(): pass", "f17 = None", "assert f17.__name__ == 'f17'"),
    "its docstring": ("def f18():\n    'Adds.'", "def f18(): pass", "assert f18.__doc__ and 'Adds' in f18.__doc__"),
    "its signature": (
        "def f19(x, *args, k=3, **more): pass",
        "def f19(x, k=4): pass",
        "import inspect\ns = inspect.signature(f19)\nassert list(s.parameters) == ['x', 'args', 'k', 'more']\n"
        "assert s.parameters['k'].default == 3 and s.parameters['x'].default is inspect.Parameter.empty",
    ),
    "its defaults": (
        "def f20(x, lr=0.1, *, b=(1, 2)): pass",
        "def f20(x, lr=0.2, *, b=(1, 2)): pass",
        "assert f20.__defaults__ == (0.1,) and f20.__kwdefaults__ == {'b': (1, 2)}",
    ),
    "its annotations": (
        "def f21(x: int, y: 'np.ndarray') -> float: pass",
        "def f21(x, y): pass",
        "assert f21.__annotations__ == {'x': int, 'y': 'np.ndarray', 'return': float}",
    ),
    "its source": (
        "def f22(x):\n    return sum(x)",
        "def f22(x):\n    for k in x: pass\n    return sum(x)",
        "import inspect\nassert 'for' not in inspect.getsource(f22)",
    ),
    "the names it uses": (
        "def f23(x): return np.einsum('i->', x)",
        "def f23(x): return np.sum(x)",
        "assert 'einsum' in f23.__code__.co_names and f23.__code__.co_varnames[0] == 'x'",
    ),
    "what it is": (
        "def f24(): pass",
        "class f24: pass",
        "import inspect, types\nassert inspect.isfunction(f24) and isinstance(f24, types.FunctionType)",
    ),
    "keywords": (
        "def f25(x, *, by=2): return x * by",
        "def f25(x, *, by=2): return x * 2",
        "assert f25(3, by=3) == 9 and f25(3) == 6 and f25(x=1) == 2",
    ),
    "star arguments": (
        "def f26(*a, **k): return len(a), sorted(k)",
        "def f26(*a, **k): return len(a), list(k)",
        "assert f26(*range(3), b=1, a=2) == (3, ['a', 'b'])",
    ),
    "a callback": (
        "def f27(g, x): return g(x, y=2)",
        "def f27(g, x): return g(x)",
        "assert f27(lambda x, y=0: x + y, 1) == 3",
    ),
    "a callback as keyword": (
        "def f28(x, act=None): return act(x)",
        "def f28(x, act=None): return x",
        "np.testing.assert_allclose(f28(np.ones(2), act=np.tanh), np.tanh(np.ones(2)))",
    ),
    "an error in a callback": (
        "def f29(g):\n    try: g()\n    except ZeroDivisionError: return 'caught'",
        "def f29(g): return g()",
        "assert f29(lambda: 1 / 0) == 'caught'",
    ),
    "a callback that writes": (
        "def f29a(g, x):\n    a, b = x.copy(), [x.copy(), 2]\n    g(a, b)\n    return a, b",
        "def f29a(g, x):\n    a, b = x.copy(), [x.copy(), 2]\n    g(a.copy(), list(b))\n    return a, b",
        "def spoil(a, b):\n    a *= 2\n    b[0][1] = 7\n    b.pop()\n"
        "a, b = f29a(spoil, np.ones(3))\nassert a.tolist() == [2, 2, 2] and len(b) == 1 and b[0].tolist() == [1, 7, 1]",
    ),
    "a callback that writes and raises": (
        "def f29b(g, x):\n    try: g(x)\n    except ValueError: return float(x.sum())",
        "def f29b(g, x):\n    try: g(x.copy())\n    except ValueError: return float(x.sum())",
        "def spoil(a):\n    a[0] = 5\n    raise ValueError('spoilt')\nassert f29b(spoil, np.ones(3)) == 7",
    ),
    "a callback that returns its argument": (
        "def f29c(g, x): return g(x) is x",
        "def f29c(g, x): return g(x.copy()) is x",
        "assert f29c(lambda a: a, np.ones(3))",
    ),
    "several callbacks in a list": (
        "def f29d(gs, x): return [bool(g(x).sum() > 0) for g in gs]",
        "def f29d(gs, x): return [bool(gs[0](x).sum() > 0) for g in gs]",
        "assert f29d([np.abs, lambda a: -a, np.negative], np.ones(3)) == [True, False, False]",
    ),
    "theirs as argument": (
        "def sq(x): return x * x\ndef f30(g, x): return g(g(x))",
        "def sq(x): return x * x\ndef f30(g, x): return g(x)",
        "assert f30(sq, 3) == 81",
    ),
    "a closure": (
        "def f31(n):\n    return lambda x: x + n",
        "def f31(n):\n    return lambda x: x - n",
        "add = f31(3)\nassert callable(add) and add(4) == 7",
    ),
    "a partial": (
        "import functools\ndef power(x, p): return x ** p\ncube = functools.partial(power, p=3)",
        "import functools\ndef power(x, p): return x * p\ncube = functools.partial(power, p=3)",
        "assert cube(2) == 8 and cube.keywords == {'p': 3}",
    ),
    "a generator": (
        "def f33(n):\n    for k in range(n): yield k, np.full(2, k)",
        "def f33(n):\n    yield 0, np.zeros(2)",
        "items = list(f33(3))\nassert [k for k, _ in items] == [0, 1, 2] and items[2][1].tolist() == [2, 2]",
    ),
    "an endless generator": (
        "def f34():\n    k = 0\n    while True:\n        yield k\n        k += 1",
        "def f34():\n    yield 0\n    yield 2",
        "import itertools\ng = f34()\nassert next(g) == 0 and list(itertools.islice(g, 3)) == [1, 2, 3]",
    ),
    "a class": (
        "class Cell:\n    def __init__(self, D, H):\n        self.W = np.ones((H + D, 4 * H)); self.H = H\n"
        "    def forward(self, x):\n        self.last = x.sum()\n        return x @ self.W[self.H:]",
        "class Cell:\n    def __init__(self, D, H):\n        self.W = np.ones((H + D, 4 * H)); self.H = H\n"
        "    def forward(self, x):\n        return x @ self.W[:-self.H]\n",
        "cell = Cell(3, 4)\nout = cell.forward(np.ones((2, 3)))\n"
        "assert out.shape == (2, 16) and cell.W.shape == (7, 16)\n"
        "assert isinstance(cell, Cell) and not isinstance(3, Cell) and cell.H == 4 and cell.last == 6.0\n"
        "assert hasattr(cell, 'W') and not hasattr(cell, 'V') and callable(cell.forward)",
    ),
    "an attribute that is set": (
        "class Scale:\n    by = 1\n    def __call__(self, x): return x * self.by",
        "class Scale:\n    def __init__(self): self.factor = 1\n    def __call__(self, x): return x * self.factor",
        "s = Scale()\ns.by = 3\nassert s(2) == 6",
    ),
    "a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass State:\n    h: float\n    c: float = 2.0\n"
        "def f37(): return State(1.0)",
        "from dataclasses import dataclass\n@dataclass\nclass State:\n    h: float\n    c: float = 3.0\n"
        "def f37(): return State(1.0)",
        "s = f37()\nassert s.h == 1 and s.c == 2",
    ),
    "a method as value": (
        "class Sum:\n    total = 0\n    def add(self, x):\n        self.total += x\n        return self.total\n"
        "add = Sum().add",
        "class Sum:\n    total = 0\n    def add(self, x): return x\nadd = Sum().add",
        "assert add(1) == 1 and add(2) == 3",
    ),
    "a function's attribute": (
        "def f39(): f39.calls += 1\nf39.calls = 0",
        "def f39(): pass\nf39.calls = 0",
        "f39()\nf39()\nassert f39.calls == 2",
    ),
    "a value": (
        "weights = {'W': np.ones((2, 2))}",
        "weights = {'W': np.zeros((2, 2))}",
        "assert weights['W'].sum() == 4",
    ),
    "in place": (
        "def f41(x): x *= 2",
        "def f41(x): x = x * 2",
        "x = np.ones(3)\nassert f41(x) is None and x.tolist() == [2, 2, 2]",
    ),
    "in place by keyword": (
        "def f42(*, d): d['k'] = 1",
        "def f42(*, d): return {'k': 1}",
        "d = {}\nf42(d=d)\nassert d == {'k': 1}",
    ),
    "itself": ("def f43(x): return x", "def f43(x): return list(x)", "x = [np.ones(2)]\nassert f43(x) is x"),
    "no alias": (
        "def f44(x): return x.copy()",
        "def f44(x): return x[:]",
        "x = np.ones(2)\ny = f44(x)\ny[0] = 5\nassert f44(x) is not x and x[0] == 1",
    ),
    "two results": (
        "def f45(x): return x * 2",
        "buffer = np.zeros(9)\ndef f45(x):\n    out = buffer[: len(x)]\n    out[:] = x * 2\n    return out",
        "a = f45(np.ones(3))\nb = f45(np.zeros(2))\nassert a.tolist() == [2, 2, 2]",
    ),
    "a global seed": (
        "def f46(n): return np.random.randn(n)",
        "def f46(n): return np.random.rand(n)",
        "np.random.seed(3)\nexpected = np.random.randn(4)\nnp.random.seed(3)\n"
        "np.testing.assert_array_equal(f46(4), expected)",
    ),
    "Python's seed": (
        "import random\ndef f47(): return random.random()",
        "def f47(): return 0.5",
        "import random\nrandom.seed(1)\ne = random.random()\nrandom.seed(1)\nassert f47() == e",
    ),
    "a generator of random numbers": (
        "def f48(rng, n): return rng.normal(size=n)",
        "def f48(rng, n): return np.random.default_rng(0).normal(size=n)",
        "a, b = np.random.default_rng(5), np.random.default_rng(5)\n"
        "np.testing.assert_array_equal(f48(a, 3), b.normal(size=3))\nassert a.random() == b.random()",
    ),
    "a dtype as argument": (
        "def f49(n, dtype): return np.zeros(n, dtype)",
        "def f49(n, dtype): return np.zeros(n)",
        "assert f49(2, np.float32).dtype == np.float32 and f49(2, dtype=int).dtype == int",
    ),
    "numpy's warnings": (
        "def f50(x): return np.where(x >= 0, x, 0)",
        "def f50(x): return np.maximum(x, 1)",
        "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')\n"
        "    assert f50(np.array([-1.0, 2])).tolist() == [0, 2]",
    ),
    "None": ("def f51(x): pass", "def f51(x): return x", "assert f51(1) is None"),
    "truth": ("def f52(x): return x > 1", "def f52(x): return x > 3", "assert f52(2)\nassert f52(2) is True"),
    "many at once": (
        "def f53(a, b): return a @ b",
        "def f53(a, b): return b @ a",
        "rng = np.random.default_rng(0)\nfor n in (1, 2, 5):\n    a, b = rng.random((2, n, n))\n"
        "    assert np.allclose(f53(a, b), a @ b)\n"
        "assert f53(np.eye(2), np.ones((2, 3))).shape == (2, 3)",
    ),
    "a deep copy": (
        "class Box:\n    def __init__(self): self.x = [1]\n    def grow(self): self.x.append(2)",
        "class Box:\n    x = [1]\n    def grow(self): Box.x.append(2)",
        "import copy\na = Box()\nb = copy.deepcopy(a)\nc = copy.copy(b)\nc.grow()\nassert a.x == [1] and b.x == [1, 2]",
    ),
    "a cache": (
        "class Cache:\n    def __init__(self, x): self.x = x\ndef f55(x): return x, Cache(x)\n"
        "def back(cache): return cache.x * 2",
        "class Cache:\n    def __init__(self, x): self.x = x\ndef f55(x): return x, Cache(1)\n"
        "def back(cache): return cache.x * 2",
        "y, cache = f55(4)\nassert back(cache) == 8",
    ),
    "a gradient check in place": (
        "class Layer:\n    def __init__(self): self.params = {'W': np.ones((2, 2)), 'b': np.zeros(2)}\n"
        "    def loss(self, x): return float((x @ self.params['W'] + self.params['b']).sum() ** 2)\n"
        "    def grad_b(self, x): return 2 * (x @ self.params['W'] + self.params['b']).sum() * np.full(2, len(x))",
        "class Layer:\n    def __init__(self): self.params = {'W': np.ones((2, 2)), 'b': np.zeros(2)}\n"
        "    def loss(self, x): return float((x @ self.params['W'] + self.params['b']).sum() ** 2)\n"
        "    def grad_b(self, x): return 2 * (x @ self.params['W'] + self.params['b']).sum() * np.ones(2)",
        "layer, x = Layer(), np.arange(6.0).reshape(3, 2)\nb, grad = layer.params['b'], np.zeros(2)\n"
        "for k in range(2):\n    b[k] += 1e-5\n    up = layer.loss(x)\n    b[k] -= 2e-5\n    down = layer.loss(x)\n"
        "    b[k] += 1e-5\n    grad[k] = (up - down) / 2e-5\n"
        "np.testing.assert_allclose(grad, layer.grad_b(x), rtol=1e-6)",
    ),
    "an update in place": (
        "class Model:\n    def __init__(self): self.W = np.ones(2)\n    def step(self): self.W -= 0.5",
        "class Model:\n    def __init__(self): self.W = np.ones(2)\n    def step(self): self.W = self.W + 0.5",
        "m = Model()\nW = m.W\nbefore = W.copy()\nm.step()\nassert (m.W < before).all() and (W == m.W).all()",
    ),
    "a property": (
        "class P:\n    @property\n    def size(self): return 3\np = P()",
        "class P:\n    def size(self): return 3\np = P()",
        "assert p.size == 3",
    ),
    "a class method": (
        "class Q:\n    @classmethod\n    def make(cls, n):\n        q = cls()\n        q.n = n\n        return q",
        "class Q:\n    @classmethod\n    def make(cls, n): return cls()",
        "assert Q.make(3).n == 3",
    ),
}

# What differs, and how: each of these is right, passes in one process, and does not across the boundary.
DIFFERS = {
    "length and items of their own objects": (
        "class Bag:\n    def __len__(self): return 2\n    def __getitem__(self, k): return k",
        "assert len(Bag()) == 2",
    ),
    "equality of their own objects": (
        "class Num:\n    def __init__(self, x): self.x = x\n    def __eq__(self, o): return self.x == o.x",
        "assert Num(1) == Num(1)",
    ),
    "the type of their own objects": ("class T: pass", "assert type(T()) is T"),
    "catching their own exceptions": (
        "class Mine(Exception): pass\ndef g4(): raise Mine",
        "try:\n    g4()\nexcept Mine:\n    pass",
    ),
    "a list inside an object changed from outside": (
        "class M:\n    def __init__(self): self.W = [1]\n    def total(self): return sum(self.W)",
        "m = M()\nm.W.append(5)\nassert m.total() == 6",
    ),
}


def bound(source: str) -> list[str]:
    scope = {}
    exec(SETUP + "\n" + source, scope)
    return [name for name in scope if not name.startswith("__") and name not in ("np", "check", "hint", "mine", "quiz")]


def in_one_process(number: int, learner: str, grade: str) -> float:
    """What the cell would earn in a kernel: all its points, if it ends without an error."""
    scope = {"__name__": "__main__"}
    try:
        for part, source in enumerate((SETUP, learner, grade)):
            place = f"<cell {number}.{part}>"
            linecache.cache[place] = (len(source), None, source.splitlines(True), place)
            with redirect_stdout(io.StringIO()):
                exec(compile(source, place, "exec"), scope)
    except Exception:
        return 0.0
    return 2.0


def across(cases) -> list[float]:
    cells, names = [cell("setup", SETUP)], []
    for learner, grade in cases:
        cells += [cell("solution", learner), cell("grade", grade)]
        names += bound(learner)
    return marks(judged(cells, names))


def test_right_and_wrong_answers_earn_the_same_as_in_one_process(grading):
    rights = [(right, grade) for right, _, grade in CASES.values()]
    wrongs = [(wrong, grade) for _, wrong, grade in CASES.values()]
    for cases, points in ((rights, 2.0), (wrongs, 0.0)):
        here = [in_one_process(number, *case) for number, case in enumerate(cases)]
        there = across(cases)
        told = [(name, a, b) for name, a, b in zip(CASES, here, there, strict=True) if (a, b) != (points, points)]
        assert told == []


def test_what_differs_fails_closed(grading):
    here = [in_one_process(number, *case) for number, case in enumerate(DIFFERS.values())]
    assert dict(zip(DIFFERS, here, strict=True)) == dict.fromkeys(DIFFERS, 2.0)
    assert dict(zip(DIFFERS, across(DIFFERS.values()), strict=True)) == dict.fromkeys(DIFFERS, 0.0)


@pytest.mark.parametrize(
    "learner, grade",
    [
        ("class A:\n    def __getattr__(self, name): return 7\na = A()", "assert a == 7"),
        ("class A:\n    def __getattr__(self, name): return 7\na = A()", "np.testing.assert_allclose(a, 7)"),
        ("class A:\n    __iter__ = lambda self: iter([7])\na = A()", "assert list(a) == [7]"),
        ("class A:\n    def __next__(self): return 7\na = A()", "assert list(a) == [7]"),
        (
            "class A:\n    def __call__(self): return self\n    def __eq__(self, o): return True\na = A()",
            "assert a() == 7",
        ),
        ("class F(float):\n    def __eq__(self, o): return True\ndef f(): return [F(1)]", "assert f() == [7]"),
        (
            "class Meta(type):\n    def __instancecheck__(c, o): return True\nclass A(metaclass=Meta): pass",
            "assert isinstance(7, A)",
        ),
        (
            "class E(Exception):\n    def __str__(self): return E.text\nE.text = 'no'\ndef f(): raise E",
            "try:\n    f()\nexcept ValueError:\n    pass",
        ),
        ("def f(): raise StopIteration", "assert [f() for _ in 'ab'] == []"),
        (
            "import numpy\ndef f(x): return x\nf.__signature__ = 3",
            "import inspect\nassert len(inspect.signature(f).parameters) == 2",
        ),
        ("def f(): return np.frombuffer(b'\\x02', bool)", "assert f()[0] == 2"),
    ],
)
def test_nothing_is_gained_by_what_answers_for_itself(grading, learner, grade):
    assert marks(judged([cell("setup", SETUP), cell("solution", learner), cell("grade", grade)], bound(learner))) == [0]
