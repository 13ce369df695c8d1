"""Test idioms of real courses: a right answer, its test, and whether that test works across the boundary.

Stock nbgrader gives every one of these answers its point. See docs/tests.md, whose table follows this list.
"""

from dataclasses import dataclass

__all__ = ["IDIOMS", "Idiom"]


@dataclass(frozen=True)
class Idiom:
    """``kind`` is its line in the table; ``wrong`` an answer that must fail, where there is one."""

    name: str
    kind: str
    answer: str
    test: str
    crosses: bool = True
    wrong: str = ""


IDIOMS = [
    Idiom(
        "plain",
        "`assert f(3) == 9`",
        "def sq(x):\n    return x * x",
        "assert sq(3) == 9",
        wrong="def sq(x):\n    return x",
    ),
    Idiom(
        "print_last",
        "a `print` at the end",
        "def sq3(x):\n    return x * x",
        "assert sq3(3) == 9\nprint('ok')",
        wrong="def sq3(x):\n    return x",
    ),
    Idiom(
        "globals_test", "`'name' in globals()`", "g7 = 3", "assert 'g7' in globals()\nassert g7 == 3", wrong="g7 = 4"
    ),
    Idiom(
        "raises_builtin",
        "a built-in exception, by `try` and `except`",
        "def r15(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x",
        "try:\n    r15(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no error')",
        wrong="def r15(x):\n    return x",
    ),
    Idiom(
        "raises_unittest",
        "`assertRaises` and the other methods of `unittest.TestCase`",
        "def r17():\n    raise KeyError('k')",
        "import unittest\nt = unittest.TestCase()\nwith t.assertRaises(KeyError):\n    r17()\nt.assertEqual(1, 1)",
        wrong='def r17():\n    raise ValueError("k")',
    ),
    Idiom(
        "class_isinstance",
        "`isinstance` with a class of the answer",
        "class A19: pass\nclass B19(A19): pass",
        "assert isinstance(B19(), A19)",
    ),
    Idiom(
        "class_call",
        "a call of such an object",
        "class C29:\n    def __call__(self, k):\n        return k + 1",
        "assert C29()(1) == 2",
    ),
    Idiom(
        "namedtuple",
        "a namedtuple that is returned",
        "from collections import namedtuple\nPt33 = namedtuple('Pt33', 'x y')\ndef mk33():\n    return Pt33(1, 2)",
        "assert mk33().x == 1 and mk33() == (1, 2)",
        wrong="def mk33():\n    return (1, 2)",
    ),
    Idiom(
        "closure",
        "a function that is returned",
        "def adder35(n):\n    return lambda x: x + n",
        "assert adder35(2)(3) == 5",
        wrong="def adder35(n):\n    return lambda x: x",
    ),
    Idiom(
        "sorted_key",
        "the answer's function as a key for `sorted`, `map`",
        "def key37(s):\n    return -len(s)",
        "assert sorted(['a', 'bbb'], key=key37) == ['bbb', 'a']\nassert list(map(key37, ['a'])) == [-1]",
        wrong="def key37(s):\n    return len(s)",
    ),
    Idiom(
        "in_place_dict",
        "a list, dict or array that the function changes",
        "def put39(d):\n    d['k'] = 1",
        "d = {}\nput39(d)\nassert d == {'k': 1}",
        wrong='def put39(d):\n    d["j"] = 1',
    ),
    Idiom(
        "getsource",
        "`inspect.getsource`",
        "def src41(xs):\n    return [x for x in xs]",
        "import inspect\nassert 'while' not in inspect.getsource(src41)",
    ),
    Idiom("callable", "`callable(f)`", "def c43():\n    return 1", "assert callable(c43)", wrong="c43 = 1"),
    Idiom(
        "seed_random",
        "random numbers after `random.seed`",
        "import random\ndef draw45():\n    return random.random()",
        "import random\nrandom.seed(1)\ngot = draw45()\nrandom.seed(1)\nassert got == random.random()",
        wrong="def draw45():\n    return 0.5",
    ),
    Idiom(
        "figure_axes",
        "matplotlib axes that the answer made, `ax.get_xlabel()`",
        "import matplotlib.pyplot as plt\nfig51, ax51 = plt.subplots()\n"
        "ax51.plot([1, 2], [3, 4])\nax51.set_xlabel('x')",
        "assert ax51.get_xlabel() == 'x'",
        wrong="import matplotlib.pyplot as plt\nfig51, ax51 = plt.subplots()",
    ),
    Idiom(
        "figure_data",
        "a plotted line's data",
        "import matplotlib.pyplot as plt\nfig53, ax53 = plt.subplots()\nline53, = ax53.plot([1, 2], [3, 4])",
        "import numpy as np\nnp.testing.assert_allclose(line53.get_ydata(), [3, 4])",
    ),
    Idiom(
        "regex_match",
        "a match of a regular expression",
        "import re\ndef m59(s):\n    return re.match('a+', s)",
        "assert m59('aab').group() == 'aa'\nassert m59('b') is None",
        wrong='import re\ndef m59(s):\n    return re.match("b+", s)',
    ),
    Idiom(
        "zip_map",
        "an iterator that is returned, `list(f())`",
        "def z61():\n    return zip([1], [2])",
        "assert list(z61()) == [(1, 2)]",
        wrong="def z61():\n    return zip([1], [3])",
    ),
    Idiom(
        "masked_array",
        "a masked array, by its methods",
        "import numpy as np\ndef ma65():\n    return np.ma.array([1, 2], mask=[0, 1])",
        "assert ma65().sum() == 1",
    ),
    Idiom("is_none", "`f() is None`", "def n67():\n    pass", "assert n67() is None", wrong="def n67():\n    return 0"),
    Idiom(
        "timeit",
        "`timeit` with the function",
        "def fast69():\n    return 1",
        "import timeit\nassert timeit.timeit(fast69, number=3) < 5",
    ),
    Idiom(
        "pytest_style",
        "a `def test_...` that is called",
        "def q71(x):\n    return x",
        "def test_q71():\n    assert q71(1) == 1\ntest_q71()",
        wrong="def q71(x):\n    return 2",
    ),
    Idiom(
        "object_from_earlier_test_1",
        "an object's attributes after a call of its methods",
        "class A73:\n    def __init__(self):\n        self.n = 0\n    def inc(self):\n        self.n += 1",
        "a73 = A73()\na73.inc()\nassert a73.n == 1",
        wrong="class A73:\n    def __init__(self):\n        self.n = 0\n    def inc(self):\n        pass",
    ),
    Idiom(
        "object_from_plain_variable",
        "an object that the answer keeps in a variable",
        "class A75:\n    def __init__(self):\n        self.items = [1, 2]\nobj75 = A75()",
        "assert obj75.items == [1, 2]",
    ),
    Idiom(
        "lambda_names",
        "a `lambda` that is bound to a name",
        "f77 = lambda x: x + 1",
        "assert f77(1) == 2",
        wrong="f77 = lambda x: x",
    ),
    Idiom(
        "true_last",
        "a comparison as the last line, without `assert`",
        "def sq5(x):\n    return x * x",
        "sq5(3) == 9",
        crosses=False,
        wrong="def sq5(x):\n    return x",
    ),
    Idiom(
        "partial_numpy",
        "partial credit as a numpy number, `np.mean([...])`",
        "def sq7(x):\n    return x * x",
        "import numpy as np\nnp.mean([sq7(3) == 9, sq7(2) == 4])",
        crosses=False,
    ),
    Idiom(
        "cell_magic_in_test",
        "a cell magic above the test, `%%time`",
        "def sq9(x):\n    return x * x",
        "%%time\nassert sq9(3) == 9",
        crosses=False,
    ),
    Idiom(
        "shell_in_test",
        "a shell line in the test, `!echo`",
        "def sq10(x):\n    return x * x",
        "!echo testing\nassert sq10(3) == 9",
        crosses=False,
    ),
    Idiom(
        "with_names",
        "a name that the answer binds inside `with`",
        "import io\nwith io.StringIO('x\\ny\\n') as f1:\n    lines1 = f1.read().split()",
        "assert lines1 == ['x', 'y']",
        crosses=False,
    ),
    Idiom(
        "if_names",
        "a name that the answer binds inside `if`",
        "if True:\n    big3 = 10\nelse:\n    big3 = 0",
        "assert big3 == 10",
        crosses=False,
    ),
    Idiom("walrus_name", "a name bound by `:=`", "(w5 := 5)", "assert w5 == 5", crosses=False),
    Idiom(
        "stdout_swap",
        "what the answer prints, by a swapped `sys.stdout`",
        "def hello9():\n    print('hello')",
        "import io, sys\nold, sys.stdout = sys.stdout, io.StringIO()\nhello9()\n"
        "got, sys.stdout = sys.stdout.getvalue(), old\nassert got == 'hello\\n'",
        crosses=False,
        wrong="def hello9():\n    print('bye')",
    ),
    Idiom(
        "input_builtins",
        "a mocked `input`",
        "def ask11():\n    return input() + '!'",
        "import builtins\nold = builtins.input\nbuiltins.input = lambda *a: 'hi'\n"
        "try:\n    assert ask11() == 'hi!'\nfinally:\n    builtins.input = old",
        crosses=False,
    ),
    Idiom(
        "helper_replaced",
        "one of the answer's functions replaced by the test",
        "def f13(x):\n    return x + 1\ndef g13(x):\n    return f13(x) * 2",
        "def f13(x):\n    return 100\nassert g13(1) == 200",
        crosses=False,
    ),
    Idiom(
        "class_len",
        "`len` of an object of the answer's class",
        "class L21:\n    def __len__(self):\n        return 3",
        "assert len(L21()) == 3",
        crosses=False,
        wrong="class L21:\n    def __len__(self):\n        return 4",
    ),
    Idiom(
        "class_repr",
        "`repr` or `str` of such an object",
        "class S23:\n    def __repr__(self):\n        return 'S23()'",
        "assert repr(S23()) == 'S23()'",
        crosses=False,
    ),
    Idiom(
        "class_add",
        "an operator of such an object",
        "class V25:\n    def __init__(self, x):\n"
        "        self.x = x\n    def __add__(self, o):\n        return V25(self.x + o.x)",
        "assert (V25(1) + V25(2)).x == 3",
        crosses=False,
    ),
    Idiom(
        "class_iter",
        "`list` or `for` over such an object",
        "class I27:\n    def __iter__(self):\n        return iter([1, 2])",
        "assert list(I27()) == [1, 2]",
        crosses=False,
    ),
    Idiom(
        "dataclass_eq",
        "`==` of two such objects (dataclasses too)",
        "from dataclasses import dataclass\n@dataclass\nclass P31:\n    x: int",
        "assert P31(1) == P31(1)",
        crosses=False,
    ),
    Idiom(
        "file_read_given",
        "a data file beside the notebook",
        "def load47(path):\n    with open(path) as f:\n        return f.read().strip()",
        "assert load47('data.txt') == 'given'",
        crosses=False,
    ),
    Idiom(
        "module_beside",
        "a module beside the notebook",
        "import helpers\ndef use49():\n    return helpers.three()",
        "assert use49() == 3",
        crosses=False,
    ),
    Idiom(
        "fraction",
        "a `Fraction` or `Decimal` that is returned",
        "from fractions import Fraction\ndef half55():\n    return Fraction(1, 2)",
        "from fractions import Fraction\nassert half55() == Fraction(1, 2)",
        crosses=False,
    ),
    Idiom(
        "datetime",
        "a date or time that is returned",
        "import datetime\ndef day57():\n    return datetime.date(2020, 1, 2)",
        "import datetime\nassert day57() == datetime.date(2020, 1, 2)",
        crosses=False,
    ),
    Idiom(
        "array_object_dtype",
        "an array of objects",
        "import numpy as np\ndef o63():\n    return np.array(['a', None], dtype=object)",
        "assert o63()[1] is None",
        crosses=False,
    ),
    Idiom(
        "type_of_own",
        "`type(x) == TheirClass`",
        "class T79: pass\ndef t79():\n    return T79()",
        "assert type(t79()) == T79",
        crosses=False,
    ),
    Idiom(
        "long_running",
        "a call that takes longer than `call_seconds`",
        "def slow81():\n    import time\n    time.sleep(2)\n    return 1",
        "assert slow81() == 1",
        crosses=False,
    ),
    Idiom(
        "large_list",
        "a list of 200,000 items that is returned",
        "def big83():\n    return list(range(200_000))",
        "assert sum(big83()) == 19999900000",
        crosses=False,
    ),
    Idiom(
        "warn_test",
        "warnings, by `catch_warnings(record=True)`",
        "import warnings\ndef w85():\n    warnings.warn('old', DeprecationWarning)",
        "import warnings\nwith warnings.catch_warnings(record=True) as w:\n"
        "    warnings.simplefilter('always')\n    w85()\nassert len(w) == 1",
        crosses=False,
    ),
]
