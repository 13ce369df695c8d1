"""`grader autograde` stopped at any moment, in any way: the next run ends it, and nothing is lost or left."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from class_of_submissions import (
    BIN,
    UNIT,
    answered,
    copy_class,
    environment,
    files,
    grade,
    graded_files,
    rows,
    submit,
    url,
)
from conftest import need_program
from killing import WHOM, Run, killed_somewhere, left_behind

from grader.demo import ClassRoot
from grader.errors import GraderError
from grader.grading import autograde, gradebook

pytestmark = pytest.mark.filterwarnings("default")

KINDS = ("right", "wrong", "part", "half", "warning", "untouched")
STUDENTS = 10


def hand_in_a_class(folder: Path, students: int = STUDENTS) -> Path:
    for number in range(students):
        submit(folder, f"s{number:03}", answered(folder, KINDS[number % len(KINDS)]))
    return folder


@pytest.fixture(scope="module")
def handed_in(template, made_once) -> Path:
    """A class, handed in and not graded."""
    return made_once("class handed in", lambda folder: hand_in_a_class(copy_class(template, folder)))


@pytest.fixture(scope="module")
def undisturbed(handed_in, tmp_path_factory):
    """What a run that nobody disturbs leaves: rows, the export, files, graded notebooks."""
    need_program("bwrap")
    folder = copy_class(handed_in, tmp_path_factory.mktemp("undisturbed") / "class")
    run = Run(folder)
    status, said = run.end()
    assert status == 0 and f"{STUDENTS} graded" in said, said
    assert not left_behind(folder)
    return state(folder)


@pytest.fixture
def folder(handed_in, tmp_path) -> Path:
    return copy_class(handed_in, tmp_path / "class")


def state(folder: Path) -> dict:
    return {
        "rows": rows(url(folder)),
        "export": ClassRoot(folder).export().read_bytes(),
        "files": files(folder),
        "notebooks": graded_files(folder),
    }


def finish(folder: Path, whom: str, seed: int) -> None:
    """Kill a run at a random moment and go on until all is graded, counting."""
    status, said = killed_somewhere(folder, whom, seed, STUDENTS)
    if whom != "everything":  # the run itself goes on
        assert status == 0 and f"{STUDENTS} graded, 0 unchanged" in said, said
        assert not left_behind(folder)
        return
    there = len(list(folder.glob(f"autograded/*/{UNIT}/{UNIT}.record.json")))
    run = Run(folder)
    status, said = run.end()
    assert status == 0 and f"{STUDENTS - there} graded, {there} unchanged" in said, said
    assert not left_behind(folder)


@pytest.mark.parametrize("whom, seed", [("everything", 1), *((one, 3) for one in WHOM[1:])])
@pytest.mark.some(2, of="a run that is ended")
def test_killed_at_a_random_moment_and_nothing_is_lost_or_counted_twice(folder, undisturbed, whom, seed):
    finish(folder, whom, seed)
    assert state(folder) == undisturbed


SLOW = "import time\ntime.sleep(10)"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.some(2, of="a run that is ended")
def test_a_signal_ends_it_in_order_and_the_next_run_goes_on(folder, undisturbed, number):
    slow = answered(folder, KINDS[0])
    slow.cells.insert(1, nbformat.v4.new_code_cell(SLOW))
    submit(folder, "s004", slow)
    run = Run(folder)
    run.wait_for(5)
    began = time.monotonic()
    os.killpg(run.process.pid, number)
    status, said = run.end()
    assert time.monotonic() - began < 3.0
    assert status == 128 + number, said
    graded, left = (int(re.search(pattern, said)[1]) for pattern in (r"(\d+) graded", r"(\d+) are left"))
    assert 5 <= graded == run.records() == STUDENTS - left and left > 0
    assert len(rows(url(folder))) == graded, "their marks are in the gradebook"
    assert not left_behind(folder) and "Traceback" not in said
    submit(folder, "s004", answered(folder, KINDS[4]))
    status, said = Run(folder).end()
    assert status == 0 and f"{left} graded, {graded} unchanged" in said
    assert not left_behind(folder)
    assert state(folder) == undisturbed


def test_a_signal_while_it_starts_ends_it(folder):
    run = Run(folder)
    program = psutil.Process(run.process.pid)
    while sum(program.cpu_times()[:2]) < 0.8:  # not by the clock: a busy machine may not have begun to load it by then
        time.sleep(0.01)
    run.process.send_signal(signal.SIGINT)
    status, said = run.end()
    assert status == 130 and "Traceback" not in said, said
    assert not run.records() and not left_behind(folder)


def test_a_signal_that_was_swallowed_on_the_way_is_obeyed_all_the_same():
    program = (
        "import os, signal\nfrom grader.grading import interrupt\n"
        "def swallowed():\n    try:\n        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt:\n        pass\n"
    )
    while_loading = "interrupt.listen()\nswallowed()\nwith interrupt.Stop() as stop:\n    print('went on')\n"
    while_preparing = "with interrupt.Stop() as stop:\n    swallowed()\n    stop.be_patient()\n    print('went on')\n"
    for rest in (while_loading, while_preparing):
        done = subprocess.run([sys.executable, "-c", program + rest], capture_output=True, text=True, timeout=60)
        assert "went on" not in done.stdout and "KeyboardInterrupt: 2" in done.stderr
    noted = "with interrupt.Stop() as stop:\n    stop.be_patient()\n    swallowed()\n    print(stop.number)\n"
    done = subprocess.run([sys.executable, "-c", program + noted], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout == "2\n", done.stderr


def test_marks_that_were_not_written_are_written_by_the_next_run(folder, monkeypatch):
    """Killed between a record and its marks, also where the points are those of before."""
    submit(folder, "s000", answered(folder, "right"), timestamp="2026-01-02 10:00:00 UTC")
    grade(folder, unconfined=True, students=["s000"])
    before = rows(url(folder))["s000"]
    with gradebook.Gradebook(url(folder), "lstm-course") as book:
        mark = book.find_grade("check_sigmoid", UNIT, UNIT, "s000")
        mark.manual_score, mark.needs_manual_grade = 1.0, False
        book.db.commit()
    submit(folder, "s000", answered(folder, "right"), timestamp="2026-01-03 10:00:00 UTC")
    with monkeypatch.context() as patch:
        patch.setattr(gradebook.Marks, "apply", lambda *arguments, **keywords: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            grade(folder, unconfined=True, students=["s000"])
    assert rows(url(folder))["s000"]["timestamp"] == before["timestamp"]
    assert grade(folder, unconfined=True, students=["s000"]).unchanged == 1
    after = rows(url(folder))["s000"]
    assert after["timestamp"] != before["timestamp"] and after["grades"]["check_sigmoid"] == (2.0, 1.0, None, True)


def test_a_gradebook_that_another_program_holds_is_waited_for(folder, monkeypatch):
    grade(folder, unconfined=True, students=["s000"])
    held = sqlite3.connect(folder / "gradebook.db", isolation_level=None, check_same_thread=False)
    held.execute("BEGIN EXCLUSIVE")
    threading.Timer(2.0, held.rollback).start()
    assert grade(folder, unconfined=True, students=["s001"]).graded == 1
    assert "s001" in rows(url(folder))

    monkeypatch.setattr(gradebook, "WAIT_SECONDS", 0.2)
    held.execute("BEGIN IMMEDIATE")
    with pytest.raises(GraderError, match="held by another program.*run the command again"):
        grade(folder, unconfined=True, students=["s002"])
    held.rollback()
    held.close()
    assert grade(folder, unconfined=True, students=["s002"]).graded == 1, "it was not begun while marks had no place"
    assert "s002" in rows(url(folder))


FULL_DISK = """
mount -t tmpfs -o size=60k,mode=755 none autograded && {grader} autograde {unit} --unconfined --jobs 1
echo "status $?"; find autograded -name '.*' ; find autograded -name '*.ipynb' -size 0; umount autograded
{grader} autograde {unit} --unconfined --jobs 1; echo "status $?"
"""


def test_a_full_disk_is_said_and_breaks_nothing(folder, undisturbed):
    need_program("unshare")
    (folder / "autograded").mkdir()
    script = FULL_DISK.format(grader=BIN / "grader", unit=UNIT)
    done = subprocess.run(
        ["unshare", "-rm", "bash", "-c", script],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip("this machine lets nobody mount a small disk: " + done.stderr[:200])
    assert "No space left on device" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert re.search(r"^status 2\n(.*\n)*.* graded, 0 unchanged.*\nstatus 0\n", done.stdout), done.stdout
    assert rows(url(folder)) == undisturbed["rows"]


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_graded(folder, monkeypatch):
    (folder / "autograded").write_text("a file")
    with pytest.raises(GraderError, match="can't be written to .*autograded .*nothing was graded"):
        grade(folder, unconfined=True)
    (folder / "autograded").unlink()

    def refuse(*arguments, **keywords):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(autograde.tempfile, "TemporaryFile", refuse)
    with pytest.raises(GraderError, match="can't be written to .*Permission denied"):
        grade(folder, unconfined=True)
