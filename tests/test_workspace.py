"""What passed is kept as the learner wrote it, with all it needs, and comes back while it still passes."""

import ast
import linecache
import os
import re
import sys
import textwrap
import warnings

import numpy as np
import pytest

from grader import check, mine
from grader.exercises import exercise
from grader.given import given
from grader.workspace import earlier, folder, passed, remember

COURSE = "the course's version (no version of yours has passed yet)"
OWN = "your own version, which passed its check"
Z = np.array([[-3.0, 0.5, 800.0]])

SIGMOID = """
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
"""

ONE_HOT = """
def one_hot(ids, num_classes):
    return (ids[..., None] == np.arange(num_classes)).astype(float)
"""

STEP = """
def lstm_step(x, h_prev, c_prev, W, b):
    z = np.concatenate([h_prev, x], axis=1) @ W + b
    i, f, g, o = np.split(z, 4, axis=1)
    c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c, None
"""

LSTM = """
def lstm(xs, h0, c0, W, b):
    h, c, hs = h0, c0, []
    for t in range(xs.shape[1]):
        h, c, _ = lstm_step(xs[:, t], h, c, W, b)
        hs.append(h)
    return np.stack(hs, axis=1), c, None
"""


class Notebook:
    """A kernel's namespace: cells run in it, and Python knows their text, as in Jupyter."""

    count = 0

    def __init__(self, setup="import numpy as np\nfrom grader import check, mine"):
        self.scope = {"__name__": "__main__"}
        self.run(setup)

    def run(self, cell, known=True):
        cell = textwrap.dedent(cell).strip("\n") + "\n"
        Notebook.count += 1
        name = f"<cell {Notebook.count}>"
        if known:
            linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec"), self.scope)
        return self

    def check(self, name, **options):
        return eval(f"check({name!r}, **{options!r})", self.scope)

    def passes(self, name):
        verdict = self.check(name)
        assert verdict.passed is True, verdict.text
        return verdict


def kept(name):
    """The text that was kept, after it was seen to need nothing but itself."""
    text = (folder() / "passed" / f"{name}.py").read_text(encoding="utf-8")
    ast.parse(text)
    return text


def says(capsys, name):
    """(the function mine gives, the one line it prints)."""
    capsys.readouterr()
    function = mine(name)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{name}: ") and lines[0].endswith(".")
    return function, lines[0].removeprefix(f"{name}: ").removesuffix(".")


# --- which version ------------------------------------------------------------------------------


def test_the_courses_version_where_nothing_passed(capsys):
    function, line = says(capsys, "sigmoid")
    assert line == COURSE
    assert function is given("sigmoid")
    assert passed() == {}


def test_the_learners_own_once_it_passed(capsys):
    assert Notebook().run(SIGMOID).passes("sigmoid").notes == []
    function, line = says(capsys, "sigmoid")
    assert line == OWN
    assert function is not given("sigmoid") and "one_hot" not in passed()
    np.testing.assert_allclose(function(Z), given("sigmoid")(Z))
    assert list(passed()) == ["sigmoid"]
    assert "def sigmoid(z):" in kept("sigmoid")


def test_a_wrong_version_is_not_kept_and_the_last_right_one_stays(capsys):
    notebook = Notebook().run(SIGMOID)
    notebook.passes("sigmoid")
    before = kept("sigmoid")
    notebook.run("def sigmoid(z):\n    return np.tanh(z)")
    assert notebook.check("sigmoid").passed is False
    assert kept("sigmoid") == before
    assert says(capsys, "sigmoid")[1] == OWN
    notebook.run("def sigmoid(z):\n    # mine, again\n    return (1 + np.tanh(z / 2)) / 2").passes("sigmoid")
    assert "# mine, again" in kept("sigmoid")  # the last that passed


@pytest.mark.parametrize(
    "text",
    [
        "def sigmoid(z):\n    return z\n",
        "def sigmoid(z) return",
        "",
        "import nothing_of_this_name",
        "raise SystemExit",
        "sigmoid = 3",
        "def sigmoid(z):\n    return given(z)\n",
        "\x00",
        "while True: 1/0",
    ],
    ids=["wrong", "no Python", "empty", "no import", "leaves", "no function", "no name", "null", "raises"],
)
def test_a_kept_version_that_no_longer_passes(text, capsys):
    Notebook().run(SIGMOID).passes("sigmoid")
    path = folder() / "passed" / "sigmoid.py"
    path.write_text(text)
    function, line = says(capsys, "sigmoid")
    assert function is given("sigmoid")
    assert line == f"the course's version (the version of yours in {path} no longer passes)"


def test_a_kept_version_that_asks_for_itself_comes_to_an_end():
    path = folder() / "passed" / "sigmoid.py"
    path.parent.mkdir(parents=True)
    path.write_text("from grader.workspace import earlier\n\nsigmoid = earlier('sigmoid')\n")
    assert mine("sigmoid") is given("sigmoid")


def test_a_kept_file_that_is_no_text(capsys):
    path = folder() / "passed" / "sigmoid.py"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xfe\x00garbage\x80")
    function, line = says(capsys, "sigmoid")
    assert function is given("sigmoid") and "course's version" in line
    path.unlink()
    path.mkdir()
    assert says(capsys, "sigmoid")[0] is given("sigmoid")


def test_mine_of_no_exercise():
    for name in ("sigmod", 3, None, ["sigmoid"]):
        with pytest.raises(LookupError, match="There is no exercise called"):
            mine(name)
    with pytest.raises(LookupError, match="Did you mean 'sigmoid'"):
        mine("sigmod")


def test_hidden_checks_and_other_names_keep_nothing():
    notebook = Notebook().run(SIGMOID).run("mine_too = sigmoid")
    assert eval("check('sigmoid', mine_too)", notebook.scope).passed
    assert notebook.check("sigmoid", hidden=True).passed is None
    assert passed() == {}
    assert eval("check(sigmoid)", notebook.scope).passed  # under its own name
    assert list(passed()) == ["sigmoid"]


# --- all that a function needs ------------------------------------------------------------------

NEEDS = {
    "a helper": """
        def stable(z):
            return np.exp(-np.abs(z))
        def sigmoid(z):
            e = stable(z)
            return np.where(z >= 0, 1, e) / (1 + e)
        """,
    "a helper's helper": """
        def size(z):
            return np.abs(z)
        def stable(z):
            return np.exp(-size(z))
        def sigmoid(z):
            e = stable(z)
            return np.where(z >= 0, 1, e) / (1 + e)
        """,
    "helpers that call each other": """
        def positive(z):
            return 1 / (1 + np.exp(-z)) if z >= 0 else negative(z)
        def negative(z):
            return np.exp(z) / (1 + np.exp(z)) if z < 0 else positive(z)
        def sigmoid(z):
            return np.array([positive(x) for x in z.ravel()], z.dtype).reshape(z.shape)
        """,
    "numpy by another name": """
        import numpy
        import numpy as xp
        def sigmoid(z):
            e = xp.exp(-numpy.abs(z))
            return xp.where(z >= 0, 1, e) / (1 + e)
        """,
    "names from numpy": """
        from numpy import abs as size, exp, where
        def sigmoid(z):
            e = exp(-size(z))
            return where(z >= 0, 1, e) / (1 + e)
        """,
    "names from Python's library": """
        from functools import reduce
        from math import exp
        import operator as op
        def sigmoid(z):
            one = lambda x: reduce(op.mul, [1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))])
            return np.array([one(x) for x in z.ravel()], z.dtype).reshape(z.shape)
        """,
    "constants": """
        ONE, SIGNS, TABLE, HALF, NOTHING, NAME = 1.0, (-1, 1), {"a": [1, 2]}, np.float64(0.5), None, "sigmoid"
        def sigmoid(z):
            assert NOTHING is None and NAME == "sigmoid" and TABLE["a"][0] == SIGNS[1]
            e = np.exp(SIGNS[0] * np.abs(z))
            return np.where(z >= 0, 2 * HALF, e) / (ONE + e)
        """,
    "a constant as a default": """
        ONE = 1
        def sigmoid(z, one=ONE, *, other=ONE):
            e = np.exp(-np.abs(z))
            return np.where(z >= 0, one, e) / (other + e)
        """,
    "an annotation": """
        Array = np.ndarray
        def sigmoid(z: Array, note: "nothing" = None) -> Array:
            e = np.exp(-np.abs(z))
            return np.where(z >= 0, 1, e) / (1 + e)
        """,
    "a second name for a helper": """
        def stable(z):
            return np.exp(-np.abs(z))
        small = stable
        def sigmoid(z):
            e = small(z)
            return np.where(z >= 0, 1, e) / (1 + e)
        """,
    "a name of Python's own, given to something else": """
        def abs(z):
            return np.where(z < 0, -z, z)
        def sigmoid(z):
            e = np.exp(-abs(z))
            return np.where(z >= 0, 1, e) / (1 + e)
        """,
    "functions inside": """
        def sigmoid(z):
            def stable(z):
                return np.exp(-np.abs(z))
            class Branch:
                one = 1
                small = lambda self: np.where(z >= 0, self.one, stable(z))
            return Branch().small() / (1 + stable(z))
        """,
    "an import inside": """
        def sigmoid(z):
            import numpy as xp
            e = xp.exp(-xp.abs(z))
            return xp.where(z >= 0, 1, e) / (1 + e)
        """,
    "names that are also attributes": """
        shape, T, where, dtype = np.zeros(3), np.ones(3), object(), print
        def sigmoid(z):
            e = np.exp(-np.abs(z.T.T)).astype(z.dtype).reshape(z.shape)
            return np.where(z >= 0, 1, e) / (1 + e)
        """,
    "names that are local as well": """
        e, z = np.linspace(0, 1, 400), object()
        def sigmoid(z):
            e = np.exp(-np.abs(z))
            return np.where(z >= 0, 1, e) / (1 + e)
        """,
    "letters from everywhere": """
        GRÖSSE = "größer: σ(z) ≥ ½"
        def sigmoid(z):
            'σ(z) in float64 -- ½ at 0'
            e = np.exp(-np.abs(z))
            return np.where(z >= 0, len(GRÖSSE) - 15, e) / (1 + e)
        """,
}


@pytest.mark.parametrize("what", NEEDS)
def test_a_function_is_kept_with_all_it_needs(what, capsys):
    notebook = Notebook().run(NEEDS[what])
    verdict = notebook.passes("sigmoid")
    assert verdict.notes == [], verdict.text
    notebook.scope.clear()  # the next notebook knows nothing of it
    function, line = says(capsys, "sigmoid")
    assert line == OWN
    np.testing.assert_array_equal(function(Z), given("sigmoid")(Z))


def test_numpy_need_not_be_called_np_where_it_comes_back(capsys):
    notebook = Notebook("import numpy as n\nfrom grader import check")
    notebook.run(SIGMOID.replace("np.", "n.")).passes("sigmoid")
    assert kept("sigmoid").count("import numpy as n\n") == 1
    assert says(capsys, "sigmoid")[1] == OWN


def test_marks_of_the_solution_are_not_kept():
    marked = SIGMOID.replace("    e =", "    ### BEGIN SOLUTION\n    e =") + "    ### END SOLUTION\n"
    Notebook().run(marked).passes("sigmoid")
    assert "SOLUTION" not in kept("sigmoid") and "np.exp" in kept("sigmoid")


WITH_DEF = "write it as `def sigmoid(z):`, with nothing above it, and check it again"


@pytest.mark.parametrize(
    "what, cell, reason",
    [
        ("a lambda", "sigmoid = lambda z: (1 + np.tanh(z / 2)) / 2", f"sigmoid is a lambda; {WITH_DEF}"),
        (
            "a closure",
            """
        def make():
            half = 2
            def sigmoid(z):
                return (1 + np.tanh(z / half)) / half
            return sigmoid
        sigmoid = make()
        """,
            "sigmoid uses variables of a function around it",
        ),
        (
            "an object",
            """
        class Sigmoid:
            def __call__(self, z):
                return (1 + np.tanh(z / 2)) / 2
        sigmoid = Sigmoid()
        """,
            f"sigmoid is an object, not a function; {WITH_DEF}",
        ),
        (
            "a method",
            """
        class Sigmoid:
            def sigmoid(self, z):
                return (1 + np.tanh(z / 2)) / 2
        sigmoid = Sigmoid().sigmoid
        """,
            f"sigmoid is an object, not a function; {WITH_DEF}",
        ),
        (
            "a partial",
            """
        import functools
        def scaled(half, z):
            return (1 + np.tanh(z / half)) / half
        sigmoid = functools.partial(scaled, 2)
        """,
            f"sigmoid is made by functools.partial; {WITH_DEF}",
        ),
        (
            "another name's function",
            """
        def other(z):
            return (1 + np.tanh(z / 2)) / 2
        sigmoid = other
        """,
            f"sigmoid is another name of other; {WITH_DEF}",
        ),
        (
            "decorated",
            """
        def same(f):
            return f
        @same
        def sigmoid(z):
            return (1 + np.tanh(z / 2)) / 2
        """,
            f"a decorator stands above the def of sigmoid; {WITH_DEF}",
        ),
        (
            "behind a decorator",
            """
        import functools
        def noted(f):
            @functools.wraps(f)
            def wrapper(*a):
                return f(*a)
            return wrapper
        @noted
        def sigmoid(z):
            return (1 + np.tanh(z / 2)) / 2
        """,
            f"sigmoid is a function that wraps another one, as decorators make them; {WITH_DEF}",
        ),
        (
            "vectorized",
            """
        def one(z):
            return (1 + np.tanh(z / 2)) * 0.5
        sigmoid = np.vectorize(one, otypes=[float])
        """,
            f"sigmoid is made by np.vectorize; {WITH_DEF}",
        ),
        (
            "a class",
            """
        class sigmoid:
            def __new__(cls, z):
                return (1 + np.tanh(z / 2)) / 2
        """,
            f"sigmoid is a class; {WITH_DEF}",
        ),
        (
            "a helper that is a lambda",
            """
        half = lambda z: z / 2
        def sigmoid(z):
            return half(1 + np.tanh(half(z)))
        """,
            "half is a lambda; write it as `def half(...):`",
        ),
        (
            "a helper that is a closure",
            """
        def make(k):
            return lambda z: z / k
        half = make(2)
        def sigmoid(z):
            return half(1 + np.tanh(half(z)))
        """,
            "half uses variables of a function around it",
        ),
        (
            "a class of the notebook",
            """
        class Half:
            value = 2
        def sigmoid(z):
            return (1 + np.tanh(z / Half.value)) / Half.value
        """,
            "it uses Half, a class of yours",
        ),
        (
            "an array of the notebook",
            """
        table = np.array([2.0])
        def sigmoid(z):
            return (1 + np.tanh(z / table)) / table
        """,
            "it uses table (ndarray)",
        ),
        (
            "an infinite constant",
            """
        LARGE = float("inf")
        def sigmoid(z):
            return (1 + np.tanh(np.minimum(z, LARGE) / 2)) / 2
        """,
            "it uses LARGE (float)",
        ),
    ],
)
def test_what_is_not_kept_and_why(what, cell, reason, capsys):
    cell = cell.replace("(1 + np.tanh(z / 2)) / 2", "((1 + np.tanh(z / 2)) / 2).astype(z.dtype)")
    verdict = Notebook().run(cell).passes("sigmoid")
    assert verdict.score == 1
    assert len(verdict.notes) == 1, verdict.text
    assert "not kept for later units, which will use the course's version" in verdict.notes[0]
    assert reason in verdict.notes[0]
    assert passed() == {} and says(capsys, "sigmoid")[1] == COURSE


def test_a_function_whose_text_nobody_knows(capsys):
    verdict = Notebook().run(SIGMOID, known=False).passes("sigmoid")
    assert "Python can't find the text of sigmoid" in verdict.text
    assert passed() == {}


# --- functions that use other exercises ---------------------------------------------------------


def test_earlier_exercises_come_by_name_and_only_the_outer_call_speaks(capsys):
    notebook = Notebook().run(SIGMOID).run(STEP).run(LSTM)
    for name in ("sigmoid", "lstm_step", "lstm"):
        assert notebook.passes(name).notes == []
    assert "def lstm_step" not in kept("lstm") and "def sigmoid" not in kept("lstm_step")
    function, line = says(capsys, "lstm")  # says() wants exactly one line
    assert line == OWN
    assert function.__globals__["lstm_step"].__globals__["sigmoid"].__module__ != "grader.given.00_start"
    os.unlink(folder() / "passed" / "sigmoid.py")
    function, line = says(capsys, "lstm")
    assert line == OWN  # with the course's sigmoid inside
    assert function.__globals__["lstm_step"].__globals__["sigmoid"] is given("sigmoid")


def test_an_exercise_under_a_name_of_the_learners(capsys):
    notebook = Notebook().run('squash = mine("sigmoid")').run(STEP.replace("sigmoid(", "squash("))
    assert notebook.passes("lstm_step").notes == []
    assert "squash = earlier('sigmoid')" in kept("lstm_step")
    Notebook().run(SIGMOID).passes("sigmoid")
    again = Notebook().run('squash = mine("sigmoid")').run(STEP.replace("sigmoid(", "squash("))
    assert again.passes("lstm_step").notes == []  # now it is the learner's own, kept
    assert "squash = earlier('sigmoid')" in kept("lstm_step") and "def sigmoid" not in kept("lstm_step")
    assert says(capsys, "lstm_step")[1] == OWN


def test_a_function_judged_with_the_courses_helper_is_kept_too(capsys):
    """lstm is right and the notebook's lstm_step is not: lstm passes, and comes back with the course's."""
    notebook = Notebook().run(SIGMOID).run(STEP.replace("sigmoid(o)", "np.tanh(o)")).run(LSTM)
    assert notebook.check("lstm_step").passed is False
    assert "judged with the course's lstm_step" in notebook.passes("lstm").text
    function, line = says(capsys, "lstm")
    assert line == OWN and function.__globals__["lstm_step"] is given("lstm_step")


def test_earlier_says_nothing(capsys):
    assert earlier("sigmoid") is given("sigmoid")
    Notebook().run(SIGMOID).passes("sigmoid")
    assert earlier("sigmoid") is not given("sigmoid")
    assert capsys.readouterr().out == ""


# --- the folder ---------------------------------------------------------------------------------


def test_the_workspace_is_the_one_named_else_the_nearest_else_at_home(tmp_path, monkeypatch):
    assert folder() == type(tmp_path)(os.environ["GRADER_WORKSPACE"])
    monkeypatch.delenv("GRADER_WORKSPACE")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    deep = tmp_path / "work" / "00_start" / "deeper"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert folder() == tmp_path / "home" / ".lstm-course"
    (tmp_path / "work" / ".grader").mkdir()
    assert folder() == tmp_path / "work" / ".grader"
    (deep / ".grader").write_text("a file is no workspace")
    assert folder() == tmp_path / "work" / ".grader"
    Notebook().run(SIGMOID).passes("sigmoid")
    assert (tmp_path / "work" / ".grader" / "passed" / "sigmoid.py").is_file()
    assert not (tmp_path / "home").exists()


def test_a_workspace_that_cannot_be_written(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path / "file" / "workspace"))
    verdict = Notebook().run(SIGMOID).passes("sigmoid")
    assert verdict.score == 1 and len(verdict.notes) == 1
    assert "could not be kept" in verdict.notes[0] and "Not a directory" in verdict.notes[0]
    assert says(capsys, "sigmoid")[1] == COURSE


def test_a_full_disk_leaves_the_last_version_whole(monkeypatch, capsys):
    notebook = Notebook().run(SIGMOID)
    notebook.passes("sigmoid")
    before = kept("sigmoid")

    def full(self, data):
        with open(self, "wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device", str(self))

    with monkeypatch.context() as patch:
        patch.setattr(type(folder()), "write_bytes", full)
        verdict = notebook.run(SIGMOID.replace("e =", "e  =")).passes("sigmoid")
    assert "No space left on device" in verdict.notes[0]
    assert kept("sigmoid") == before
    assert [path.name for path in (folder() / "passed").iterdir()] == ["sigmoid.py"]


def test_a_working_folder_that_is_gone(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.delenv("GRADER_WORKSPACE")
    monkeypatch.chdir(gone)
    gone.rmdir()
    verdict = Notebook().run(SIGMOID).passes("sigmoid")
    assert "could not be kept" in verdict.notes[0]
    assert mine("sigmoid") is given("sigmoid")


def test_while_a_class_is_graded_nothing_is_kept_and_nothing_used(monkeypatch, capsys):
    Notebook().run(SIGMOID).passes("sigmoid")
    before = passed()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    Notebook().run(ONE_HOT).passes("one_hot")
    Notebook().run(SIGMOID.replace("e =", "e  =")).passes("sigmoid")
    assert passed() == before and "e  =" not in kept("sigmoid")
    assert mine("sigmoid") is given("sigmoid")
    assert capsys.readouterr().out == ""


# --- in a real kernel's shell -------------------------------------------------------------------


@pytest.fixture
def shell(tmp_path, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    hook, before = sys.displayhook, list(warnings.filters)
    yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    InteractiveShell.clear_instance()
    sys.displayhook, warnings.filters[:] = hook, before


def test_in_ipython(shell, capsys):
    def run(cell):
        result = shell.run_cell(cell, store_history=True)
        assert result.success, result.error_in_exec or result.error_before_exec
        return result.result

    run("import numpy as np\nfrom grader import check, mine\nHALF = 0.5")
    run("def stable(z):\n    return np.exp(-np.abs(z))")
    run("def sigmoid(z):\n    # first try\n    return np.tanh(z)")
    assert run('check("sigmoid")').passed is False
    run("def sigmoid(z):\n    e = stable(z)\n    return np.where(z >= 0, 2 * HALF, e) / (1 + e)")
    verdict = run('check("sigmoid")')
    assert verdict.passed is True and verdict.notes == []
    text = kept("sigmoid")
    assert "def stable" in text and "HALF = 0.5" in text and "first try" not in text
    run('z = np.linspace(-1, 1)\nsigmoid = mine("sigmoid")')
    assert OWN in capsys.readouterr().out
    run(STEP)
    assert run('check("lstm_step")').passed is True
    shell.user_ns["sigmoid"] = None
    assert says(capsys, "lstm_step")[1] == OWN


# --- the format ---------------------------------------------------------------------------------


def test_what_is_kept_says_what_it_is():
    Notebook().run(SIGMOID).passes("sigmoid")
    first = kept("sigmoid").splitlines()[0]
    assert first.startswith("# ") and exercise("sigmoid").signature in first
    assert re.search(r"^import numpy as np$", kept("sigmoid"), re.MULTILINE)


def test_every_solution_of_the_course_is_kept_whole(root, capsys, some):
    """The course's own texts are what learners' look like: each comes back as the learner's own."""
    from grader.build.source import read_source
    from grader.cells import cell_kind, grade_id
    from grader.exercises import units

    for unit in some(units(), 4, "kept whole"):
        notebook = Notebook()
        for cell in read_source(root, unit.name).cells:
            if cell_kind(cell) == "setup" or grade_id(cell) in unit.exercises:
                notebook.run(cell.source)
            if grade_id(cell) in unit.exercises:
                assert notebook.passes(grade_id(cell)).notes == []
        for name in unit.exercises:
            assert says(capsys, name)[1] == OWN


def test_remember_never_raises():
    assert "a function of a library's" in remember("sigmoid", np.tanh)
    assert "not a function" in remember("sigmoid", 3)
    assert check("sigmoid", given("sigmoid")).notes == []
