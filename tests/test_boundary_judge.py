"""Whole submissions across the boundary: marks, limits, tampering."""

import inspect
import multiprocessing
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from boundary_sides import SETUP, cell, judged, marks, ran, run
from conftest import ROOT

from grader.boundary.proxy import RemoteError, RemoteFunction, WorkerProcess
from grader.build.source import read_source
from grader.checking.verdict import MIME
from grader.grading.judge import Limits, learner_names

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
    return run(cells, "00_start", names, Limits(**limits))


def test_a_right_submission_and_its_stories(grading):
    right = start(SIGMOID, stories=True)
    assert marks(right) == [2, 2, 4]
    errors = [o for c in right.cells for o in c.get("outputs", []) if o.output_type == "error"]
    assert errors == []
    assert any("text/html" in o.get("data", {}) for c in right.cells for o in c.outputs)


BARE = {
    "one of four": ('q1 = "c"\nq2 = b\nq3 = "d"\nq4 = "a"', 3, ['q2 = "b"']),
    "the first of four": ('q1 = c\nq2 = "b"\nq3 = "d"\nq4 = "a"', 3, ['q1 = "c"']),
    "all, in one line": (
        "q1, q2, q3, q4 = c, b, d, a",
        0,
        [f'q{k} = "{one}"' for k, one in zip("1234", "cbda", strict=True)],
    ),
    "two in a chain": ('q1 = "c"\nq2 = q3 = b\nq4 = "a"', 2, ['q2 = "b"', 'q3 = "b"']),
}


@pytest.mark.parametrize("case", BARE)
def test_a_letter_without_its_quotes_costs_its_own_question(case, grading):
    answers, points, lines = BARE[case]
    right = start(SIGMOID, answers=answers)
    assert marks(right) == [2, 2, points]
    (said,) = (str(o.data) for c in right.cells for o in c.get("outputs", []) if "Question 1" in str(o.get("data")))
    assert all(line in said for line in lines) and said.count("It goes in quotes") >= len(lines)
    assert not [o for c in right.cells for o in c.get("outputs", []) if o.output_type == "error"]


def test_a_letter_that_is_a_variable_and_any_other_name_are_what_they_were(grading):
    bound = start(SIGMOID, extra="b = 'b'", answers='q1 = "c"\nq2 = b\nq3 = "d"\nq4 = "a"')
    assert marks(bound) == [2, 2, 4]
    for broken in ('q1 = "c"\nq2 = bee\nq3 = "d"\nq4 = "a"', 'q1 = q9 = wrong = b\nq2 = q3 = q4 = "a"'):
        graded = start(SIGMOID, answers=broken)
        assert marks(graded) == [2, 2, 0]
        assert "NameError" in str([c.outputs for c in graded.cells if "outputs" in c])


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
    """Unconfined, a cell can kill the process that grades it: nothing comes out of that one then."""
    cells = [
        cell("setup", SETUP),
        cell("solution", "import os, time\nos.kill(os.getppid(), 9)\ntime.sleep(9)"),
        cell("grade", 'check("sigmoid")'),
    ]
    apart = multiprocessing.get_context("fork").Process(
        target=run, args=(cells, "00_start", ["sigmoid"], Limits(cell=2.0))
    )
    apart.start()
    apart.join(30)
    assert apart.exitcode == -9


def test_a_wrong_lstm_step_stays_wrong(grading):
    for patch in ("numpy", "builtins", "the facade"):
        cells = [
            cell("setup", SETUP),
            cell("solution", f"{PATCHES[patch]}\n{WRONG_STEP}"),
            cell("grade", 'check("lstm_step")', 5),
        ]
        result = run(cells, "05_lstm", ["lstm_step"], Limits())
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
    "assert f(1) == 7",
    "assert f(1)",
    "np.testing.assert_allclose(f(1), 7)",
    "assert np.allclose(f(1), 7)",
    "assert abs(f(1) - 7) < 1e-9",
    "assert float(f(1)) == 7",
    "assert [f(1)] == [7]",
    "assert f(1) in (7, 8)",
    "np.testing.assert_equal(f(1), 7)",
    "assert np.array_equal(f(1), 7)",
    "2.0 if f(1) == 7 else 0.0",
    "assert not f(1) != 7",
    "assert len(f(1)) == 3",
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
        "assert f(1) == 7",
        "np.testing.assert_allclose(f(np.arange(3)), [6, 7, 8])",
        "np.testing.assert_allclose(numerical_gradient(lambda x: float(np.sum(x**2)), np.ones(3)), 2 * np.ones(3))",
        "np.testing.assert_allclose(numerical_gradient(loss, np.ones(3)), 2 * np.ones(3), rtol=1e-6)",
        "np.testing.assert_allclose(numerical_gradient(lambda x: loss(x), np.ones(3)), 2 * np.ones(3), rtol=1e-6)",
        "y, cache = forward(np.arange(3.0))\nassert (backward(cache) == np.arange(3.0)).all()",
        "try:\n    picky(-1)\nexcept ValueError:\n    pass\nelse:\n    assert False",
        "assert picky(2) == {'a': [2], 3: (2, None)}",
        "assert q1 == 'b'",
        "assert weights['W'].sum() == 4",
        "x = np.ones(3)\nscale(x, by=3)\nassert x.tolist() == [3, 3, 3]",
        "import numpy\nassert np is numpy",
        "print('x', f(2))\nassert callable(check)",
        "assert isinstance(f(np.ones(2)), np.ndarray)",
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
        cell("setup", SETUP),
        cell("solution", "import os\ndef f(x): return x\nkept = 5"),
        cell("solution", "def lost(): return 1\nos._exit(1)"),
        cell("grade", "assert lost() == 1"),
        cell("grade", "assert f(3) == 3 and kept == 5"),
        cell("solution", "def dies(x):\n    os.kill(os.getpid(), 9)"),
        cell("grade", "assert dies(1) is None"),
        cell("grade", "assert f(4) == 4"),
        cell(
            "solution",
            "def hangs(x):\n    import signal, time\n    signal.pthread_sigmask(signal.SIG_BLOCK, [14])\n"
            "    time.sleep(60)",
        ),
        cell("grade", "hangs(1)"),
        cell("grade", "assert f(5) == 5 and kept == 5"),
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
    cells += [cell("grade", source) for source in ("assert f(1) == 7", "check('sigmoid', f)", "assert f(1)", "f(1)")]
    assert marks(judged(cells, ["f"])) == [0, 0, 0, 2]  # the last one asks for nothing but an answer


def test_no_state_of_theirs_goes_from_one_grade_cell_to_the_next(grading):
    solution = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    cells = [cell("setup", SETUP), cell("solution", solution)]
    cells += [cell("grade", "assert f(1) == 1 and f(1) == 2\nmade_here = 1") for _ in range(2)]
    cells += [cell("grade", "assert made_here == 1 and seen == []")]  # the instructor's own names stay
    assert marks(judged(cells, ["f", "seen"])) == [2, 2, 2]


def test_an_endless_cell_is_stopped_and_the_rest_graded(grading):
    cells = [
        cell("setup", SETUP),
        cell("solution", SIGMOID),
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
        cell("grade", "assert f(1) == '\\udc80'"),
        cell("grade", "print(f(1))\nassert f(1)"),
    ]
    result = judged(cells, ["f"])
    assert marks(result) == [2, 2]
    assert len(nbformat.writes(result).encode("utf-8", "replace")) < 1_500_000


def test_an_error_in_a_cell_is_shown_once_with_the_learners_frames(worker):
    for source, name in (
        ("def f(): return 1 / 0\nf()", "ZeroDivisionError"),
        ("def f(:", "SyntaxError"),
        ("if 1:\nx = 2", "IndentationError"),
    ):
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
    import importlib
    import sys

    found = [name for name in sys.modules if "exercises" in name and "grader" in name]
    import grader

    found += [name for name in ("exercises", "vectors", "reference", "learner", "workspace") if hasattr(grader, name)]
    import grader.given  # it lends the functions of the units that were sent, and is no folder of modules

    found += [name for name in vars(grader.given) if not name.startswith("__") and name != "given"]
    for name in ("00_start", "05_lstm"):
        try:
            found.append(importlib.import_module(f"grader.given.{name}").__name__)
        except ImportError:
            pass
    return found


def test_workers_leave_no_folder_and_no_process_behind():
    process = WorkerProcess()
    folder = Path(process.folder.name)
    assert (
        ran(
            process,
            "import os\nopen('left', 'w').close()\npid = os.fork()\nif pid == 0:\n"
            "    import time; time.sleep(100); os._exit(0)",
        )
        == []
    )
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
