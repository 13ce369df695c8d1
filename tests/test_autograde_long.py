"""`grader autograde` for longer: kill loops, a hostile class of 200, memory as the class grows."""

import subprocess
import sys

import pytest
from class_of_submissions import UNIT, answered, copy_class, environment, marks_beside_the_hostile, submit
from conftest import need_program
from killing import WHOM, Run, left_behind
from test_autograde_stops import STUDENTS, finish, hand_in_a_class, state

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.long, pytest.mark.timeout(3600)]

MORE_BYTES = 12_000_000  # that 400 submissions may take beyond 50


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    need_program("bwrap")
    folder = hand_in_a_class(copy_class(template, tmp_path_factory.mktemp("undisturbed") / "class"))
    status, said = Run(folder).end()
    assert status == 0 and f"{STUDENTS} graded" in said, said
    assert not left_behind(folder)
    return state(folder)


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_twenty_moments(template, tmp_path, undisturbed, seed):
    folder = hand_in_a_class(copy_class(template, tmp_path / "class"))
    finish(folder, WHOM[seed % len(WHOM)] if seed % 2 else "everything", 100 + seed)
    assert state(folder) == undisturbed


def test_killed_again_and_again_until_it_is_done(template, tmp_path, undisturbed):
    folder = hand_in_a_class(copy_class(template, tmp_path / "class"))
    graded = 0
    while graded < STUDENTS:
        run = Run(folder)
        run.wait_for(graded + 2)
        run.kill("everything")
        run.end()
        graded = run.records()
    status, said = Run(folder).end()
    assert status == 0 and f"0 graded, {STUDENTS} unchanged" in said
    assert not left_behind(folder) and state(folder) == undisturbed


def test_twenty_hostile_of_two_hundred_change_nobodys_mark(template, tmp_path):
    need_program("bwrap")
    marks_beside_the_hostile(template, tmp_path, students=180, hostile=20, seed=2)


PEAK = """
import resource, sys
from pathlib import Path
from grader.grading.autograde import ClassFolder, autograde
print(autograde(ClassFolder(Path(".")), sys.argv[1], unconfined=True).graded,
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def test_memory_is_flat_in_the_size_of_the_class(template, tmp_path):
    peaks = {}
    for students in (50, 400):
        folder = copy_class(template, tmp_path / str(students))
        for number in range(students):
            submit(folder, f"s{number:04}", answered(folder, ("right", "half", "wrong")[number % 3]))
        done = subprocess.run(
            [sys.executable, "-c", PEAK, UNIT],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=1800,
            check=True,
        )
        graded, peak = map(int, done.stdout.split())
        assert graded == students
        peaks[students] = peak
    assert peaks[400] - peaks[50] < MORE_BYTES, peaks
