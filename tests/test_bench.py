"""The stock edition of the course grades as a course would, and the benchmark measures what it says."""

import json
import os
import re
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from click.testing import CliRunner
from conftest import ROOT, need_program
from nbgrader.preprocessors import ClearHiddenTests

from grader.bench.commands import bench
from grader.bench.measure import run_measured
from grader.bench.population import KINDS, known_mistakes, mix, population, sample
from grader.bench.stock import StockClass, stock_edition
from grader.build.source import read_source
from grader.cells import cell_kind, grade_id
from grader.demo import solutions
from grader.errors import BuildError
from grader.exercises import exercises, units
from grader.given import given
from grader.learner import check
from grader.vectors import make

UNITS = [one.name for one in units() if not one.torch]
# One of them is enough to see that it works, and for all of them there is `make test-long`.
FIRST = [pytest.param(name, marks=[pytest.mark.long] * (name != UNITS[0])) for name in UNITS]


def grade_cells(notebook):
    return {grade_id(cell): cell for cell in notebook.cells if cell_kind(cell) == "grade"}


# --- the stock edition --------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("torch", [True, False], ids=["torch", "numpy"])
def test_only_the_tests_of_the_stock_edition_differ(unit, torch):
    ours, stock = read_source(ROOT, unit), stock_edition(ROOT, unit, torch)
    assert [cell.metadata for cell in ours.cells] == [cell.metadata for cell in stock.cells]
    for mine, theirs in zip(ours.cells, stock.cells, strict=True):
        if cell_kind(mine) != "grade":
            assert mine.source == theirs.source
            continue
        assert "assert" in theirs.source and not re.search(r"\b(check|quiz)\(", theirs.source)
        assert torch or "torch" not in theirs.source.replace("to_torch", "").replace("from_torch", "")
        released, _ = ClearHiddenTests().preprocess_cell(theirs.copy(), {"language": "python"}, 0)
        assert "np." not in released.source and "==" not in released.source


def test_a_unit_on_tensors_has_no_stock_edition():
    with pytest.raises(BuildError, match="no edition of 20_gpu for stock nbgrader"):
        stock_edition(ROOT, "20_gpu")


@pytest.mark.parametrize("unit", FIRST)
@pytest.mark.parametrize("torch", [True, False], ids=["torch", "numpy"])
def test_the_stock_tests_tell_right_from_wrong(unit, torch, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_HIDDEN", str(tmp_path))
    make.write(tmp_path, make.new_secret(), only=[unit])
    cells, right = grade_cells(stock_edition(ROOT, unit, torch)), solutions(ROOT, unit)
    names = {"np": np} | {one.name: given(one.name) for one in exercises()}
    exec(right["quiz"], names)
    for cell in cells.values():
        exec(cell.source, dict(names))
    mistakes = known_mistakes(unit)
    assert mistakes
    for name, texts in mistakes.items():
        for text in texts.values():
            scope = dict(names)
            exec(text, scope)
            with np.errstate(all="ignore"), pytest.raises((AssertionError, ValueError)):
                exec(cells[f"check_{name}"].source, scope)
    with pytest.raises(AssertionError):
        exec(cells["check_quiz"].source, names | {"q1": None})


@pytest.mark.long
def test_hostile_submissions_are_held_in_a_box(tmp_path):
    need_program("bwrap")
    course = StockClass(tmp_path / "class", "00_start", torch=False, cell_seconds=20)
    course.generate_assignment()
    right = course.solutions()
    outside = tmp_path / "outside"
    altering = (
        f"import sqlite3, pathlib\nbook = sqlite3.connect({str(course.folder / 'gradebook.db')!r})\n"
        "book.execute('update grade set auto_score = 77 where auto_score is not null')\nbook.commit()\n"
        f"pathlib.Path({str(course.folder / 'release' / 'left')!r}).write_text('x')\n"
        f"pathlib.Path({str(outside)!r}).write_text('x')"
    )
    killing = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"
    for name, answers in {
        "a_right": right,
        "b_wrong": right | wrong("one_hot", right),
        "c_alters": {"sigmoid": altering},
        "d_kills": {"sigmoid": killing},
        "e_after": right,
    }.items():
        course.submit(name, course.filled(answers))
    run = course.autograde_contained(timeout=120)
    most = sum(course.max_scores().values())
    assert run.batch_died and not run.timed_out and run.exit_code != 0
    assert run.not_graded == ("d_kills", "e_after") and run.scores["e_after"] == {} and run.total("e_after") == 0
    assert run.scores["c_alters"]["check_sigmoid"] == 0
    # What the attack did to the gradebook is seen, and what was due can still be read in the notebooks.
    assert run.total("a_right") > most and any(line.startswith("a_right, check_sigmoid: 77") for line in run.altered)
    assert any("2.0 by the graded notebook" in line for line in run.altered if line.startswith("a_right"))
    assert any("b_wrong, check_one_hot: 77.0 in the gradebook, 0 by" in line for line in run.altered)
    assert "release/left was made." in run.altered
    assert not outside.exists()
    assert not [one for one in psutil.process_iter(["cmdline"]) if str(course.folder) in str(one.info["cmdline"])]


def wrong(name, right):
    """The solutions' answer to an exercise, taken from one."""
    return {name: right[name] + f"\n_right = {name}\ndef {name}(*arguments):\n    return 1 - _right(*arguments)"}


# --- who hands in what --------------------------------------------------------------------------


def test_a_population_holds_its_shares_and_is_always_the_same():
    people = population(ROOT, "05_lstm", 200, 0.02)
    assert people == population(ROOT, "05_lstm", 200, 0.02)
    assert mix(people) == {"right": 88, "wrong": 69, "half": 39, "slow": 4} and tuple(mix(people)) == KINDS
    assert 0.1 < sum(bool(one.own) for one in people) / 200 < 0.3
    assert len({one.student for one in people}) == 200
    released = read_source(ROOT, "05_lstm")
    assert len({str(one.notebook(released)) for one in people}) == 200
    few = sample(people, 10)
    assert mix(few) == {"right": 4, "wrong": 3, "half": 2, "slow": 1} and all(one in people for one in few)
    assert mix(sample(people, 100)) == {"right": 44, "wrong": 34, "half": 20, "slow": 2}
    assert mix(sample(people, 3)) == {"right": 1, "wrong": 1, "half": 1}
    assert len(sample(people, 1)) == 1 and sample(people, 1000) == people


@pytest.mark.parametrize("unit", FIRST)
def test_wrong_answers_are_mistakes_that_the_course_names(unit):
    checked = 0
    scope = {"np": np} | {one.name: given(one.name) for one in exercises()}
    for name, texts in known_mistakes(unit).items():
        for mistake, text in texts.items():
            made = dict(scope)
            exec(text, made)
            verdict = check(name, made[name])
            assert verdict.passed is False and verdict.mistake == mistake
            checked += 1
    assert checked


# --- measuring ----------------------------------------------------------------------------------


def test_everything_a_program_starts_is_measured():
    program = (
        "import os, time\n"
        "until_it_ends, its = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    if os.fork() == 0:\n"  # an orphan, whose processor time nobody here waits for
        "        while time.process_time() < 0.5: pass\n"
        "        held = bytearray(b'x' * (150 << 20)); time.sleep(1.2); os._exit(0)\n"
        "    os._exit(0)\n"
        "os.close(its); os.read(until_it_ends, 1); print('done'); raise SystemExit(3)"
    )
    done = run_measured([sys.executable, "-c", program], cwd=Path.cwd(), environment=os.environ)
    assert done.exit_code == 3 and done.log == "done\n" and done.seconds > 1.2
    assert done.peak > 150 << 20
    if sys.platform == "linux":
        assert done.cpu_seconds > 0.5


def test_a_time_limit_ends_a_program_and_its_children():
    program = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    begun = time.monotonic()
    done = run_measured([sys.executable, "-c", program], cwd=Path.cwd(), environment=os.environ, timeout=1.5)
    assert done.exit_code is None and done.cpu_seconds is None and time.monotonic() - begun < 20
    gone = [psutil.Process(int(done.log))] if psutil.pid_exists(int(done.log)) else []
    assert not psutil.wait_procs(gone, timeout=5)[1]


# --- the command --------------------------------------------------------------------------------


@pytest.mark.long
def test_the_benchmark_of_grading_from_end_to_end(tmp_path):
    need_program("bwrap")
    figures, page = tmp_path / "figures.json", tmp_path / "docs" / "grading-speed.md"
    done = CliRunner().invoke(
        bench,
        [
            "grading",
            "--students",
            "4",
            "--unit",
            "00_start",
            "--jobs",
            "2",
            "--stock",
            "1",
            "--slow",
            "0",
            "--limit",
            "20",
            "--growth",
            "2",
            "--json",
            str(figures),
            "--docs",
            str(page),
        ],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    result = json.loads(figures.read_text(encoding="utf-8"))
    assert result["mix"] == {"right": 2, "wrong": 1, "half": 1} and result["students"] == 4
    ours = result["ours"]
    assert ours["submissions"] == 4 and ours["jobs"] == 2 and ours["exit_code"] == 0 and ours["human"] == []
    assert ours["marks"] == {"right": {"full": 2}, "wrong": {"less": 1}, "half": {"less": 1}}
    assert ours["seconds_each"] == pytest.approx(ours["seconds"] / 4) and ours["peak_bytes"] > 50 << 20
    assert set(ours["seconds_by_kind"]) == {"right", "wrong", "half"}
    assert sum(ours["phases"].values()) == pytest.approx(2 * ours["seconds"] / 4, rel=0.01)
    assert result["growth"][0]["submissions"] == 2
    for name in ("torch", "numpy"):
        stock, ratio = result["stock"][name], result["ratios"][name]
        assert stock["exit_code"] == 0 and stock["marks"] == {"right": {"full": 1}} and stock["jobs"] == 1
        whole = stock["start_seconds"] + 4 * stock["seconds_by_kind"]["right"]
        assert stock["whole_class_seconds"] == pytest.approx(whole)
        assert ratio["whole_class"] == pytest.approx(whole / ours["seconds"])
        assert ratio["per_core"] == pytest.approx(ratio["whole_class"] / 2)
        assert ratio["same_submissions"] == pytest.approx(stock["seconds"] / result["ours_same"]["seconds"])
        assert f"{ratio['whole_class']:.1f}" in done.stdout
    text = page.read_text(encoding="utf-8")
    assert f"| {ours['seconds']:.1f} | {ours['seconds_each']:.3f} |" in text and result["date"] in text
    assert str(tmp_path) not in text and str(ROOT) not in text


def test_sizes_are_whole_numbers():
    for text in ("10,x", "0", "-5", "1.5"):
        done = CliRunner().invoke(bench, ["grading", "--growth", text])
        assert done.exit_code == 2 and "such as 10,100,1000" in done.output
