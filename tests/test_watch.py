"""`grader watch`: every save is checked, only what is new is said, and nothing a notebook holds stops it."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from rich.console import Console

from grader import demo
from grader.alone.begin import copy_missing
from grader.alone.keys import pressed
from grader.alone.once import without_story
from grader.alone.reset import reset
from grader.alone.watch import KEYS, _Watch
from grader.cells import cell_kind
from grader.notebooks import fill

pytestmark = pytest.mark.usefixtures("toy")
UNIT = "00_toy"
PROGRAM = Path(sys.executable).with_name("grader")
SECONDS = 120.0  # a kernel begins within three on a machine that does nothing else


class Watching:
    """A watch in a process of its own, without a terminal: what it says, and keys for it."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [PROGRAM, "watch", folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "COLUMNS": "300"},
        )
        self.lines, self.seen = [], 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def until(self, pattern):
        """What it says from where we stopped reading, up to a line that matches."""
        end = time.monotonic() + SECONDS
        while True:
            for k, line in enumerate(self.lines[self.seen :], start=self.seen + 1):
                if re.search(pattern, line):
                    said, self.seen = "".join(self.lines[self.seen : k]), k
                    assert "Traceback" not in said
                    return said
            assert time.monotonic() < end and self.process.poll() is None, (pattern, "".join(self.lines))
            time.sleep(0.05)

    def press(self, keys):
        self.process.stdin.write(keys)
        self.process.stdin.flush()

    def end(self):
        """The exit status, after everything was read."""
        status = self.process.wait(timeout=30)
        self.reader.join(timeout=10)
        return status


@pytest.fixture
def work(tmp_path):
    copy_missing(tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def watching(work):
    one = Watching(work)
    yield one
    if one.process.poll() is None:
        one.process.kill()
    one.process.wait()
    one.process.stdin.close()
    one.reader.join(timeout=10)
    one.process.stdout.close()


@pytest.fixture(scope="module")
def answers(toy):
    return demo.solutions(toy, UNIT)


def path_of(work, unit_name=UNIT):
    return work / unit_name / f"{unit_name}.ipynb"


def save(work, filled, unit_name=UNIT):
    notebook = nbformat.read(path_of(work, unit_name), as_version=4)
    nbformat.write(fill(notebook, filled), path_of(work, unit_name))


def test_a_learners_hour(work, watching, answers):
    """What is right, wrong, unchanged; hints; what is next; and what passed is kept."""
    said = watching.until(r"0 of \d+ points")
    assert "a notebook is checked whenever you save it" in said and KEYS in said
    assert "Now: sigmoid," in said and f"{UNIT}/{UNIT}.ipynb" in said
    assert "isn't written yet" not in said  # what was not begun is no news

    wrong = "def one_hot(ids, num_classes):\n    return np.zeros((*ids.shape, num_classes))"
    save(work, {"one_hot": wrong})
    said = watching.until("Now: ")
    assert "one_hot: not right yet" in said
    assert "sigmoid" not in said and "Now: one_hot," in said

    watching.press("h\n")
    assert "Hint 1 of 3 for one_hot." in watching.until("h again for a stronger one")
    watching.press("hh")
    assert "Hint 3 of 3" in watching.until("grader solution one_hot")

    save(work, {"sigmoid": answers["sigmoid"]})
    said = watching.until(r"sigmoid: right")
    assert "one_hot" not in said
    save(work, {"one_hot": answers["one_hot"]})
    said = watching.until("one_hot: right")
    assert "sigmoid" not in said and f"{UNIT}: 4 of 8 points" in said
    watching.until("Now: the quiz")
    watching.press("h")
    watching.until("There are hints for exercises")

    save(work, {"sigmoid": answers["sigmoid"] + "\n# a remark"})
    assert "nothing new" in watching.until(f"{UNIT}: 4 of 8 points")
    watching.press("n")
    assert "Now: lstm_step," in watching.until("Now: ")
    watching.press("?")
    watching.until("q: quit")
    watching.press("q")
    assert watching.end() == 0
    assert {one.stem for one in (work / ".grader" / "passed").glob("*.py")} == {"sigmoid", "one_hot"}
    shown = subprocess.run([PROGRAM, "progress", work], capture_output=True, text=True, timeout=120)
    assert "4 of " in shown.stdout and "Go on with " in shown.stdout


@pytest.mark.some(2, of="watching under difficulties")
def test_what_is_broken_while_it_is_saved_is_said_and_gone_over(work, watching, answers):
    watching.until("0 of")
    whole = path_of(work).read_bytes()
    path_of(work).write_bytes(whole[: len(whole) // 2])
    said = watching.until("I go on watching")
    assert f"{UNIT}/{UNIT}.ipynb: not checked." in said and "is not a complete notebook" in said
    path_of(work).write_bytes(whole)
    assert "nothing new" in watching.until("0 of 8 points")
    path_of(work).unlink()
    assert "can't be read: No such file" in watching.until("`grader start` brings a new one")
    copy_missing(work)
    watching.until("0 of 8 points")
    save(work, {"sigmoid": "def sigmoid(z:\n    half a line"})
    watching.until("sigmoid: ")
    save(work, {"sigmoid": answers["sigmoid"]})
    watching.until("sigmoid: right")


@pytest.mark.some(2, of="watching under difficulties")
def test_a_half_saved_notebook_is_waited_for(work, watching, answers):
    """Some editors write in two steps: what can't be read is looked at again before it is spoken of."""
    watching.until("0 of")
    notebook = fill(nbformat.read(path_of(work), as_version=4), {"sigmoid": answers["sigmoid"]})
    text = nbformat.writes(notebook)
    with path_of(work).open("w") as file:
        file.write(text[:1000])
        file.flush()
        time.sleep(0.5)
        file.write(text[1000:])
    assert "not checked" not in watching.until("sigmoid: right")


@pytest.mark.some(2, of="watching under difficulties")
def test_code_that_kills_its_kernel(work, watching, answers):
    watching.until("0 of")
    save(work, {"sigmoid": answers["sigmoid"], "one_hot": "import os\nos._exit(1)"})
    said = watching.until("Note: ")
    assert "sigmoid: right" in said and "The kernel died while the notebook ran" in said
    save(work, {"one_hot": answers["one_hot"]})
    watching.until("one_hot: right")


def children(process):
    return [one for one in psutil.Process(process.pid).children(recursive=True) if one.status() != psutil.STATUS_ZOMBIE]


def gone(processes):
    """Whether they end; a kernel whose parent is gone looks for it once a second."""
    return not psutil.wait_procs(processes, timeout=30)[1]


def wait_for_kernel(process):
    end = time.monotonic() + SECONDS
    while len(found := children(process)) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


@pytest.mark.some(2, of="watching under difficulties")
def test_a_newer_save_takes_the_place_of_a_check_that_runs(work, watching, answers):
    watching.until("0 of")
    save(work, {"sigmoid": "import time\ntime.sleep(1000)"})
    running = wait_for_kernel(watching.process)
    save(work, {"sigmoid": answers["sigmoid"]})
    assert "Note" not in watching.until("sigmoid: right")
    assert gone(running)


@pytest.mark.parametrize("how", ["q", "SIGTERM", "killed"])
@pytest.mark.some(2, of="watching under difficulties")
def test_the_end_is_the_end_of_all_that_it_began(how, work, watching):
    watching.until("0 of")
    save(work, {"sigmoid": "import time\ntime.sleep(1000)" if how != "killed" else "import time\ntime.sleep(3)"})
    running = wait_for_kernel(watching.process)
    if how == "q":
        watching.press("q")
    else:
        watching.process.send_signal({"killed": signal.SIGKILL}.get(how) or getattr(signal, how))
    assert watching.end() == (-signal.SIGKILL if how == "killed" else 0)
    assert gone(running)


def test_an_input_that_ends_is_no_end(work, watching, answers):
    """As in `grader watch < /dev/null`, or under nohup."""
    watching.until("0 of")
    watching.process.stdin.close()
    save(work, {"sigmoid": answers["sigmoid"]})
    watching.until("sigmoid: right")
    watching.process.send_signal(signal.SIGTERM)
    assert watching.end() == 0
    watching.process.stdin = open(os.devnull, "w")  # for the fixture to close


@pytest.mark.some(2, of="watching under difficulties")
def test_two_at_once_and_a_reset_meanwhile(work, watching, answers):
    other = Watching(work)
    try:
        for one in (watching, other):
            one.until("0 of")
        save(work, {"sigmoid": answers["sigmoid"]})
        for one in (watching, other):
            one.until("sigmoid: right")
        reset(work, "sigmoid")
        for one in (watching, other):
            one.until("isn't written yet")
        other.press("q")
        assert other.end() == 0
    finally:
        if other.process.poll() is None:
            other.process.kill()
        other.process.wait()
        other.process.stdin.close()
        other.reader.join(timeout=10)
        other.process.stdout.close()


def test_in_a_terminal_keys_need_no_enter_and_it_is_left_as_it_was(work):
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    process = subprocess.Popen([PROGRAM, "watch", work], stdin=theirs, stdout=theirs, stderr=theirs)
    said = b""

    def until(word):
        nonlocal said
        end = time.monotonic() + SECONDS
        while word not in said:
            assert time.monotonic() < end, said
            if select.select([ours], [], [], 0.2)[0]:
                said += os.read(ours, 65536)

    try:
        until(b"of 8 points")
        assert b"checking 00_toy" in said  # it shows that it works
        os.write(ours, b"h")
        until(b"Hint 1 of 3")
        os.write(ours, b"q")
        assert process.wait(timeout=30) == 0
        assert termios.tcgetattr(theirs) == before
        assert b"Traceback" not in said
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)


# --- its parts ----------------------------------------------------------------------------------


def test_no_input_at_all(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pressed() as key:
        assert key() == ""


def test_backups_and_what_editors_keep_are_no_notebooks(work, tmp_path):
    watching = _Watch(work, Console(file=(tmp_path / "out").open("w")))
    ours = [path_of(work), path_of(work, "01_toy")]
    others = [
        reset_kept(work),
        work / UNIT / f".~{UNIT}.ipynb",
        work / UNIT / ".ipynb_checkpoints" / f"{UNIT}-checkpoint.ipynb",
        work / UNIT / "notes.ipynb",
        work / "index.ipynb",
        work / ".grader" / "progress.db",
    ]
    assert all(watching.is_ours(1, str(one)) for one in ours)
    assert not any(watching.is_ours(1, str(one)) for one in others)
    watching.console.file.close()


def reset_kept(work):
    save(work, {"sigmoid": "mine"})
    kept = reset(work, "sigmoid")[1]
    assert kept.exists()
    return kept


def test_story_cells_that_nothing_needs_are_not_run(work):
    notebook = nbformat.read(path_of(work), as_version=4)
    stories = [one for one in notebook.cells if cell_kind(one) in ("story", "long")]
    assert stories and not any(one in without_story(notebook).cells for one in stories)
    assert [one for one in notebook.cells if one not in stories] == without_story(notebook).cells
    stories[0].source = "bound_there = 3"
    own = nbformat.v4.new_code_cell("print(bound_there)")
    notebook.cells.append(own)
    assert [one for one in stories if one in without_story(notebook).cells] == stories[:1]
    own.source = "%run -i something.py"
    assert "bound_there = 3" not in [one.source for one in without_story(notebook).cells]
    own.source = "exec(text)"
    assert all(one in without_story(notebook).cells for one in stories)
