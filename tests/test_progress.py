"""What a learner has done: kept through crashes and in company, read from anything, added up by the registry."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from grader import check
from grader.exercises import exercise, quiz_of, unit, units
from grader.given import given
from grader.progress import keep_answers, keep_check, keep_hint, read, render_text, summary
from grader.progress.page import progress
from grader.progress.store import FILE, VERSION
from grader.version import __version__

FIRST = units()[0]


def everything_right(but=()):
    """Have passed all of the course, but what is named."""
    for one in units():
        for name in one.exercises:
            if name not in but:
                keep_check(name, "right", exercise(name).points, exercise(name).points)
        if f"quiz {one.name}" not in but:
            keep_answers(one.name, {k: (q.answer, True) for k, q in enumerate(quiz_of(one.name), start=1)})


# --- what is kept -------------------------------------------------------------------------------


def test_the_best_outcome_counts_and_every_attempt_is_counted(workspace):
    before = time.time()
    for outcome, points in (("wrong", 0), ("partly", 1), ("wrong", 0), ("right", 2), ("partly", 1)):
        assert keep_check("sigmoid", outcome, points, 2) == ""
    record = read().checks["sigmoid"]
    assert (record.outcome, record.points, record.attempts, record.version) == ("right", 2.0, 5, __version__)
    assert before <= record.first <= record.last <= time.time()
    keep_check("one_hot", "partly", 1, 2)
    keep_check("one_hot", "wrong", 0, 2)
    assert (read().checks["one_hot"].outcome, read().checks["one_hot"].points) == ("partly", 1.0)


def test_hints_and_answers_are_kept():
    for number in (1, 3, 2):
        keep_hint("sigmoid", number)
    assert read().hints == {"sigmoid": 3}
    keep_answers(FIRST.name, {1: ("b", False), 3: ("c", True)})
    keep_answers(FIRST.name, {1: ("a", True)})
    answers = read().answers
    assert {key: (one.letter, one.right) for key, one in answers.items()} == {
        (FIRST.name, 1): ("a", True),
        (FIRST.name, 3): ("c", True),
    }


def test_nothing_is_kept_or_read_while_a_class_is_graded(workspace, monkeypatch):
    keep_check("sigmoid", "right", 2, 2)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    before = (workspace / FILE).read_bytes()
    assert keep_check("one_hot", "right", 2, 2) == keep_hint("sigmoid", 1) == ""
    assert keep_answers(FIRST.name, {1: ("a", True)}) == ""
    assert (workspace / FILE).read_bytes() == before
    assert read().checks == {} and summary().units[0].points == 0
    check("sigmoid", given("sigmoid"))
    assert (workspace / FILE).read_bytes() == before


def test_a_transaction_that_fails_leaves_nothing_half_done(workspace):
    keep_answers(FIRST.name, {1: ("a", True)})
    note = keep_answers(FIRST.name, {2: ("b", True), 3: (object(), True)})  # the second row can't be stored
    assert "could not be kept" in note or "set aside" in note
    assert (FIRST.name, 2) not in read().answers


# --- two at once, and killed --------------------------------------------------------------------

WRITER = """
import sys
from grader.progress import keep_check
print("ready", flush=True)
sys.stdin.readline()
for k in range(int(sys.argv[2])):
    note = keep_check(sys.argv[1], "partly", k, 100)
    assert note == "", note
    print(k, flush=True)
"""


def writer(name, many):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(many)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


def test_two_kernels_that_write_at_once_lose_nothing(workspace):
    names, many = ("sigmoid", "one_hot"), 40
    processes = [writer(name, many) for name in names]
    for process in processes:
        go(process)
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert {name: read().checks[name].attempts for name in names} == dict.fromkeys(names, many)
    assert [path.name for path in workspace.iterdir()] == [FILE]


def test_the_first_write_of_two_kernels_at_once_makes_one_file(workspace):
    for _ in range(5):
        processes = [writer(name, 1) for name in ("sigmoid", "one_hot")]
        for process in processes:
            go(process)
        for process in processes:
            process.communicate(timeout=120)
            assert process.returncode == 0
        assert set(read().checks) == {"sigmoid", "one_hot"}
        (workspace / FILE).unlink()


@pytest.mark.parametrize("after", [1, 7, 23])
def test_a_kernel_killed_while_it_writes_leaves_all_that_it_had_written(workspace, after):
    process = writer("sigmoid", 100_000)
    go(process)
    for _ in range(after):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    said = after + len(process.stdout.read().splitlines())
    process.communicate(timeout=60)
    attempts = read().checks["sigmoid"].attempts
    assert said <= attempts <= said + 1  # the one it was killed in may be there, whole
    assert read().note == "" and keep_check("sigmoid", "right", 2, 2) == ""
    assert read().checks["sigmoid"].attempts == attempts + 1


INSIDE = """
import os, sys
from grader import workspace
from grader.progress import store
def work(connection):
    connection.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the end
    row = ("sigmoid", "right", 2.0, 2.0, 1.0, "x" * 900)
    connection.executemany("INSERT INTO checks VALUES (?, ?, ?, ?, ?, ?)", [row] * 500)
    os.kill(os.getpid(), 9)
store._tried(workspace.folder() / store.FILE, work)
"""


def test_a_kernel_killed_inside_a_transaction_leaves_the_file_as_it_was(workspace):
    keep_check("one_hot", "right", 2, 2)
    done = subprocess.run([sys.executable, "-c", INSIDE], timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (workspace / f"{FILE}-journal").stat().st_size > 0  # it was killed in the middle indeed
    found = read()
    assert set(found.checks) == {"one_hot"} and found.note == ""
    assert keep_check("sigmoid", "wrong", 0, 2) == "" and set(read().checks) == {"one_hot", "sigmoid"}


def test_a_writer_waits_for_another_one(workspace, monkeypatch):
    keep_check("sigmoid", "wrong", 0, 2)
    store = sys.modules["grader.progress.store"]
    monkeypatch.setattr(store, "WAIT", 0.2)
    other = sqlite3.connect(workspace / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    note = keep_check("sigmoid", "right", 2, 2)
    assert "could not be kept" in note and "locked" in note and time.monotonic() - began > 0.15
    assert read().checks["sigmoid"].outcome == "wrong"  # reading does not wait
    other.execute("ROLLBACK")
    other.close()
    assert keep_check("sigmoid", "right", 2, 2) == ""


# --- files that are none ------------------------------------------------------------------------

DAMAGES = {
    "text": lambda path: path.write_text("not a database at all, " * 100),
    "binary": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "a page overwritten": lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 4096),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "other tables": lambda path: other_tables(path),
}


def other_tables(path):
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE checks (exercise, outcome, points, max_points, at, version)")
    connection.execute("CREATE TABLE hints (exercise, seen, at)")
    connection.execute("CREATE TABLE answers (a, b, c, d, e, f)")
    connection.execute("INSERT INTO checks VALUES ('sigmoid', 'right', 'many', 2, 0, '')")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("first", ["read", "write"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_set_aside_and_said(damage, first, workspace):
    keep_check("one_hot", "right", 2, 2)
    DAMAGES[damage](workspace / FILE)
    bytes_before = (workspace / FILE).read_bytes()
    if first == "write" and damage == "other tables":  # a row more goes in without a word: reading is what finds it
        assert keep_check("sigmoid", "right", 2, 2) == ""
        bytes_before = (workspace / FILE).read_bytes()
        note = read().note
    else:
        note = read().note if first == "read" else keep_check("sigmoid", "right", 2, 2)
    assert "was damaged" in note and "set aside" in note, note
    (aside,) = workspace.glob("progress-damaged-*.db")
    assert aside.read_bytes() == bytes_before and aside.name in note
    assert keep_check("sigmoid", "right", 2, 2) == ""
    found = read()
    assert found.note == "" and found.checks["sigmoid"].outcome == "right"


def test_two_damaged_files_are_both_kept(workspace):
    for k in range(3):
        (workspace / FILE).write_text(f"damage {k} " * 200)
        assert "set aside" in keep_check("sigmoid", "right", 2, 2)
    texts = {path.read_text()[:8] for path in workspace.glob("progress-damaged-*.db")}
    assert len(list(workspace.glob("progress-damaged-*.db"))) == 3, texts


def test_an_empty_file_is_a_new_one(workspace):
    (workspace / FILE).write_bytes(b"")
    assert read().checks == {} and read().note == ""
    assert keep_check("sigmoid", "right", 2, 2) == "" and read().checks["sigmoid"].attempts == 1


def test_a_file_of_a_later_version_is_left_alone(workspace):
    keep_check("sigmoid", "right", 2, 2)
    with sqlite3.connect(workspace / FILE) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    before = (workspace / FILE).read_bytes()
    for note in (read().note, keep_check("sigmoid", "right", 2, 2)):
        assert "later version of the course" in note
    assert (workspace / FILE).read_bytes() == before


def test_where_nothing_can_be_written_it_is_a_note(tmp_path, monkeypatch, workspace):
    (workspace / FILE).mkdir()  # a folder in its place
    assert "could not be kept" in keep_check("sigmoid", "right", 2, 2)
    assert "could not be kept" in read().note and (workspace / FILE).is_dir()
    file = tmp_path / "a file"
    file.write_text("")
    monkeypatch.setenv("GRADER_WORKSPACE", str(file / "workspace"))  # below a file there is no folder
    assert "could not be kept" in keep_check("sigmoid", "right", 2, 2)
    assert read().checks == {}


def test_what_can_only_be_read_is_read(workspace, monkeypatch):
    keep_check("sigmoid", "right", 2, 2)
    store = sys.modules["grader.progress.store"]
    opened = []
    connect = sqlite3.connect

    def read_only(path, **how):  # root may write everywhere: the database itself refuses
        opened.append(path)
        return connect(f"file:{path}?mode=ro", uri=True, **how)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    assert store.read().checks["sigmoid"].outcome == "right" and opened
    assert "readonly" in keep_check("sigmoid", "right", 2, 2)


def test_without_sqlite_it_is_a_note(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    assert "without sqlite3" in keep_check("sigmoid", "right", 2, 2)


# --- a check, and what is kept of it -------------------------------------------------------------


def run(text):
    scope = {"__name__": "__main__"}
    exec("import numpy as np\nfrom grader import check\n" + text, scope)
    return scope["verdict"]


STUB = "def sigmoid(z):\n    raise NotImplementedError()\n"
WRONG = "def sigmoid(z):\n    return z\n"
PARTLY = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"


def test_a_check_of_a_stub_is_no_attempt():
    verdict = run(f"{STUB}verdict = check('sigmoid')")
    assert verdict.state == "to do" and read().checks == {}
    run("verdict = check('sigmoid')")  # nothing of that name at all
    assert read().checks == {}


def test_checks_of_a_function_are_kept_under_its_own_name_alone():
    run(f"{WRONG}verdict = check('sigmoid')")
    run(f"{PARTLY}verdict = check(sigmoid)")
    assert (read().checks["sigmoid"].outcome, read().checks["sigmoid"].attempts) == ("partly", 2)
    run(f"{PARTLY}other, sigmoid = sigmoid, None\nverdict = check('sigmoid', other)")
    assert read().checks["sigmoid"].attempts == 2


def test_the_courses_own_function_is_nobodys_pass(workspace):
    verdict = run("from grader import mine\nsigmoid = mine('sigmoid')\nverdict = check('sigmoid')")
    assert verdict.passed and any("course's own version" in note for note in verdict.notes)
    assert verdict.solution == "" and read().checks == {} and not (workspace / "passed").exists()


def test_a_failure_to_keep_is_said_once_and_costs_nothing(workspace, monkeypatch):
    monkeypatch.setattr(sys.modules["grader.learner"], "_told", set())
    (workspace / FILE).mkdir()
    first, second = run(f"{WRONG}verdict = check('sigmoid')"), run(f"{WRONG}verdict = check('sigmoid')")
    assert any("could not be kept" in note for note in first.notes) and first.passed is False
    assert not any("could not be kept" in note for note in second.notes)


# --- added up -----------------------------------------------------------------------------------


def test_an_untouched_course_is_all_to_do():
    found = summary()
    assert [one.name for one in found.units] == [one.name for one in units()]
    assert all(one.state == "to do" and one.points == 0 for one in found.units)
    assert {e.state for one in found.units for e in one.exercises} == {"to do"}
    assert found.next == (FIRST.name, FIRST.exercises[0]) and not found.done
    for one in found.units:
        assert one.minutes_left == one.minutes == unit(one.name).minutes


def test_what_was_kept_by_an_older_version_counts(workspace):
    (workspace / "passed").mkdir()
    (workspace / "passed" / "sigmoid.py").write_text("def sigmoid(z): ...")
    state = summary().exercise("sigmoid")
    assert (state.state, state.points, state.attempts) == ("right", float(exercise("sigmoid").points), 1)
    assert state.when == pytest.approx((workspace / "passed" / "sigmoid.py").stat().st_mtime)


def test_points_never_exceed_what_there_is_to_earn():
    keep_check("sigmoid", "partly", 17, 20)  # when it was worth more
    assert summary().exercise("sigmoid").points <= exercise("sigmoid").points
    keep_answers(FIRST.name, {99: ("a", True)})  # when there were more questions
    assert summary().unit(FIRST.name).quiz.answered == 0


def test_what_is_left_shrinks_with_each_pass_and_ends_at_nothing():
    last = summary().unit(FIRST.name).minutes_left
    for name in FIRST.exercises:
        keep_check(name, "right", 9, 9)
        now = summary().unit(FIRST.name).minutes_left
        assert 0 < now < last
        last = now
    keep_answers(FIRST.name, {k: (q.answer, True) for k, q in enumerate(quiz_of(FIRST.name), start=1)})
    found = summary().unit(FIRST.name)
    assert (found.minutes_left, found.left, found.state, found.points) == (0, (), "right", found.max_points)


def test_one_goes_on_where_one_was():
    second = units()[1]
    keep_check(second.exercises[0], "right", 9, 9)
    assert summary().next == (second.name, second.exercises[1])  # not back to the first unit
    for name in second.exercises:
        keep_check(name, "right", 9, 9)
    assert summary().next == (second.name, "quiz")
    keep_answers(second.name, {k: (q.answer, True) for k, q in enumerate(quiz_of(second.name), start=1)})
    assert summary().next == (units()[2].name, units()[2].exercises[0])
    everything_right(but=["sigmoid"])
    assert summary().next == (FIRST.name, "sigmoid")  # what was left out comes last
    everything_right()
    assert summary().next is None and summary().done


def test_the_summary_of_a_folder_is_that_of_its_workspace(tmp_path, monkeypatch):
    (tmp_path / ".grader").mkdir()
    with monkeypatch.context() as patch:
        patch.setenv("GRADER_WORKSPACE", str(tmp_path / ".grader"))
        keep_check("sigmoid", "right", 2, 2)
    assert summary().exercise("sigmoid").state == "to do"
    assert summary(tmp_path).exercise("sigmoid").state == "right"
    assert summary(tmp_path / ".grader").exercise("sigmoid").state == "right"


def test_a_unit_that_is_not_done_says_what_is_next_in_it():
    following = f"unit {units()[1].name[:2]}"
    keep_check(FIRST.exercises[0], "right", 2, 2)
    text = repr(progress(FIRST.name))
    assert f"Next: {FIRST.exercises[1]}, in this unit" in text and f"After this unit: {following}" in text
    keep_check(FIRST.exercises[1], "right", 2, 2)
    assert "Next: the quiz, in this unit" in repr(progress(FIRST.name))
    keep_answers(FIRST.name, {k: (q.answer, True) for k, q in enumerate(quiz_of(FIRST.name), start=1)})
    text = repr(progress(FIRST.name))
    assert f"Next: {following}" in text and "in this unit" not in text and "After this unit" not in text


def test_the_text_names_each_unit_with_a_word_for_its_state():
    keep_check("sigmoid", "partly", 1, 2)
    text = render_text(summary())
    for one in units():
        assert one.title in text
    assert "◐ sigmoid: partly right (1 of 2 points)" in text and "begun" in text and "to do" in text
    assert f"Go on with sigmoid, in {FIRST.name}/{FIRST.name}.ipynb" in text
    everything_right()
    assert "All of it is right" in render_text(summary())
