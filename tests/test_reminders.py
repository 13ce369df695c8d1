"""What a check adds of the last one: was the cell run? And of a version that is kept."""

import linecache
import textwrap

import pytest

from grader.workspace import folder

SETUP = "import numpy as np\nfrom grader import check, mine\nfrom grader.given import given\n"
RIGHT = """
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
"""
WRONG = "def sigmoid(z):\n    return np.tanh(z)\n"
STUB = "def sigmoid(z):\n    raise NotImplementedError\n"
SAME, KEPT = "same function as at your last check", "has passed this check before, and is kept"


class Kernel:
    """A namespace in which cells run; a new one is what a restart leaves."""

    count = 0

    def __init__(self):
        self.scope = {"__name__": "__main__"}
        self.run(SETUP)

    def run(self, cell):
        cell = textwrap.dedent(cell)
        Kernel.count += 1
        name = f"<reminded {Kernel.count}>"
        linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec"), self.scope)
        return self

    def says(self, name="sigmoid", **options):
        return eval(f"check({name!r}, **{options!r})", self.scope).text


@pytest.fixture
def kernel():
    return Kernel().run(RIGHT.replace("np.where", "np.add"))


def test_a_cell_that_was_not_run_again(kernel):
    assert SAME not in kernel.says()
    assert SAME in kernel.says() and SAME in kernel.says()
    assert "Did you change it? Then run its cell" in kernel.says()


def test_a_stub_that_was_filled_in_and_not_run():
    kernel = Kernel().run(STUB)
    assert SAME not in kernel.says() and SAME in kernel.says()


@pytest.mark.parametrize("text", [WRONG, RIGHT.replace("np.where", "np.add")], ids=["another", "the same text"])
def test_a_cell_that_was_run_is_not_asked_for(kernel, text):
    """Also one that was run as it was: that its text is the same is no sign that it was not run."""
    kernel.says()
    assert SAME not in kernel.run(text).says()


def test_another_exercise_is_another_check(kernel):
    kernel.says()
    kernel.run("def one_hot(ids, num_classes):\n    return ids\n")
    assert SAME not in kernel.says("one_hot")
    assert SAME in kernel.says()


def test_what_it_calls_or_reads_was_run_again():
    kernel = Kernel().run("k = 3\ndef half(z):\n    return z / k\n").run("def sigmoid(z):\n    return half(z)\n")
    kernel.says()
    assert SAME in kernel.says()
    assert SAME not in kernel.run("def half(z):\n    return z / 2\n").says()
    assert SAME in kernel.says()
    assert SAME not in kernel.run("k = 4\n").run("def half(z):\n    return z / k\n").says()
    assert SAME not in kernel.run("k = 5\n").says()


def test_a_right_answer_in_between_is_no_last_one(kernel):
    kernel.says()
    wrong = kernel.scope["sigmoid"]
    assert "right" in kernel.run(RIGHT).says()
    kernel.scope["sigmoid"] = wrong
    assert SAME not in kernel.says()


def test_hidden_checks_and_graded_ones_remember_nothing(kernel, monkeypatch):
    kernel.says()
    assert SAME not in kernel.says(hidden=True)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert SAME not in kernel.says()


def test_a_version_that_passed_is_spoken_of_after_a_restart_and_over_a_stub():
    assert KEPT not in Kernel().says() and KEPT not in Kernel().run(STUB).says()
    Kernel().run(RIGHT).says()
    place = folder() / "passed" / "sigmoid.py"
    for kernel in (Kernel(), Kernel().run(STUB)):
        text = kernel.says()
        assert KEPT in text and str(place) in text and "If its cell is in this notebook, run it" in text
        assert KEPT not in kernel.says(hidden=True)
    assert KEPT not in Kernel().run(WRONG).says()  # there is something to say of that one
    assert KEPT not in Kernel().says("one_hot")


def test_no_version_is_spoken_of_while_a_class_is_graded(monkeypatch):
    Kernel().run(RIGHT).says()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert KEPT not in Kernel().says()
