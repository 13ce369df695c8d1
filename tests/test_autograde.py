"""`grader autograde`: the marks that nbgrader's own way gives, and nothing lost whenever it stops."""

import datetime
import fcntl
import os
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from class_of_submissions import (
    UNIT,
    WORDS,
    answered,
    command,
    copy_class,
    files,
    grade,
    graded_files,
    marks_beside_the_hostile,
    record,
    released,
    rows,
    submit,
    url,
    without_seconds,
)
from conftest import need_program
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from grader.cells import grade_id
from grader.errors import GraderError
from grader.grading.autograde import ClassFolder
from grader.vectors import make

# nbgrader, its database layer and its converters warn about their own future.
pytestmark = pytest.mark.filterwarnings("default")

LATE = """
import sys
sys.path.insert(0, str(root))
c.{setting}
"""
PLUGIN = """
from nbgrader.plugins import BasePlugin


class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return None if student_id == "lenient" else score / 2 + total_seconds_late / 1e9
"""


@pytest.fixture
def folder(template, tmp_path) -> Path:
    return copy_class(template, tmp_path / "class")


# --- one engine ---------------------------------------------------------------------------------


def _first_round(folder: Path) -> None:
    for kind in ("right", "wrong", "part", "half", "warning", "untouched"):
        submit(folder, kind, answered(folder, kind))
    edited = answered(folder, "right")
    edited.cells = [cell for cell in edited.cells[::-1] if grade_id(cell) != "check_sigmoid"]
    edited.cells += [nbformat.v4.new_code_cell("print('<b>mine</b>')", id="mine")]
    submit(folder, "edited", edited)
    submit(folder, "damaged", b'{"cells": [')
    submit(folder, "late", answered(folder, "part"), timestamp="2026-01-02 10:00:00 UTC")
    submit(folder, "lenient", answered(folder, "right"), timestamp="2026-01-02 10:00:00 Europe/Berlin")
    submit(folder, "in time", answered(folder, "right"), timestamp="2025-12-02 10:00:00 UTC")
    with Gradebook(url(folder), "lstm-course") as book:
        book.update_or_create_assignment(UNIT, duedate=datetime.datetime(2026, 1, 1))
    words = released(folder, WORDS)
    submit(folder, "silent", words, WORDS)
    for cell in words.cells:
        if grade_id(cell) in ("why", "double"):
            cell.source = {"why": "Because.", "double": "double = lambda x: x + x"}[grade_id(cell)]
    submit(folder, "eloquent", words, WORDS)


def _human_and_second_round(folder: Path) -> None:
    with Gradebook(url(folder), "lstm-course") as book:
        for student, unit, cell, manual, extra in (
            ("wrong", UNIT, "check_one_hot", 0.5, None),
            ("right", UNIT, "check_sigmoid", None, 1.5),
            ("late", UNIT, "check_sigmoid", 2.0, 1.0),
            ("eloquent", WORDS, "why", 2.0, None),
        ):
            mark = book.find_grade(cell, unit, unit, student)
            mark.manual_score, mark.extra_credit, mark.needs_manual_grade = manual, extra, False
        book.find_comment("sigmoid", UNIT, UNIT, "late").manual_comment = "Well."
        book.db.commit()
    submit(folder, "wrong", answered(folder, "right"))
    submit(folder, "right", answered(folder, "half"), timestamp="2026-01-05 10:00:00 UTC")


def _by_nbgrader(folder: Path, unit: str) -> None:
    done = command(folder, "nbgrader", "autograde", unit, "--force")
    assert done.returncode == 0, done.stderr


def _by_formgrader(folder: Path, unit: str) -> None:
    api = NbGraderAPI(config=ClassFolder(folder).config)
    for student in sorted(api.get_submitted_students(unit)):
        result = api.autograde(unit, student, force=True, create=True)
        assert result["success"], result["log"]


def _by_grader(folder: Path, unit: str) -> None:
    done = command(folder, "grader", "autograde", unit, "--force")
    assert done.returncode == 1, done.stdout + done.stderr  # somebody needs a human


def _with_plugin(folder: Path, setting: str) -> None:
    (folder / "late_plugin.py").write_text(PLUGIN)
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write(LATE.format(setting=setting))


@pytest.mark.long
def test_whichever_way_it_is_graded_the_class_has_the_same_marks(template, tmp_path, some):
    """By our command, and by the one or the other of nbgrader's ways; with --all by both."""
    need_program("bwrap")
    ways, found = {"nbgrader": _by_nbgrader, "formgrader": _by_formgrader, "grader": _by_grader}, {}
    for name in [*some(["nbgrader", "formgrader"], 1, "ways"), "grader"]:
        way = ways[name]
        folder = copy_class(template, tmp_path / name)
        _with_plugin(folder, "AssignLatePenalties.plugin_class = 'late_plugin.Half'")
        _first_round(folder)
        way(folder, UNIT)
        way(folder, WORDS)
        _human_and_second_round(folder)
        way(folder, UNIT)
        if name != "nbgrader":  # its start takes long
            way(folder, WORDS)
        students = [path.parent.parent.name for path in folder.glob(f"autograded/*/{UNIT}/{UNIT}.record.json")]
        found[name] = [
            rows(url(folder)),
            graded_files(folder),
            graded_files(folder, WORDS),
            {student: without_seconds(record(folder, student)) for student in students},
        ]
        if name != "nbgrader":
            found[name].append(rows(url(folder), WORDS))
    ours = found.pop("grader")
    for name, theirs in found.items():
        for mine, other in zip(ours, theirs, strict=False):
            assert mine.keys() == other.keys(), name
            for student in mine:
                assert mine[student] == other[student], (name, student)
    marks, notebooks, _, records, words = ours
    assert len(marks) == len(records) == len(notebooks) == 11 and len(words) == 2
    assert marks["wrong"]["grades"]["check_one_hot"][:2] == (2.0, 0.5)
    assert marks["wrong"]["score"][2] and marks["damaged"]["score"][2] and not marks["edited"]["score"][2]
    assert marks["late"]["penalty"] > 0 and marks["in time"]["penalty"] is marks["lenient"]["penalty"] is None
    assert marks["right"]["grades"]["check_sigmoid"][2] == 1.5 and marks["right"]["penalty"] > 0
    assert words["eloquent"]["grades"]["why"] == (None, 2.0, None, True)
    assert words["silent"]["grades"]["why"][0] == 0.0 and words["silent"]["comments"]["why"][0] == "No response."


def test_late_work_is_worth_nothing_where_the_class_says_so(folder):
    _with_plugin(folder, "LateSubmissionPlugin.penalty_method = 'zero'")
    submit(folder, "late", answered(folder, "right"), timestamp="2026-01-02 10:00:00 UTC")
    submit(folder, "punctual", answered(folder, "right"), timestamp="2025-01-02 10:00:00 UTC")
    grade(folder, unconfined=True)
    assert rows(url(folder))["late"]["penalty"] is None
    _set_due_date(folder, datetime.datetime(2026, 1, 1))  # forgotten at first
    assert grade(folder, unconfined=True).unchanged == 2
    marks = rows(url(folder))
    assert marks["late"]["penalty"] == marks["late"]["score"][0] > 0 and marks["punctual"]["penalty"] is None
    _set_due_date(folder, datetime.datetime(2026, 2, 1))  # and put off
    grade(folder, unconfined=True)
    assert rows(url(folder))["late"]["penalty"] is None


def test_a_late_plugin_that_fails_is_named_and_costs_no_graded_notebook(folder):
    _with_plugin(folder, "AssignLatePenalties.plugin_class = 'late_plugin.Half'")
    (folder / "late_plugin.py").write_text(PLUGIN.replace("return", "return 1 / 0 #"))
    submit(folder, "late", answered(folder, "right"), timestamp="2026-01-02 10:00:00 UTC")
    _set_due_date(folder, datetime.datetime(2026, 1, 1))
    sys.modules.pop("late_plugin", None)
    with pytest.raises(GraderError, match="late submission plugin failed on late's 00_toy .ZeroDivisionError"):
        grade(folder, unconfined=True)
    (folder / "late_plugin.py").write_text(PLUGIN + "# mended\n")
    sys.modules.pop("late_plugin", None)
    assert grade(folder, unconfined=True).unchanged == 1
    assert rows(url(folder))["late"]["penalty"] > 0


def _set_due_date(folder: Path, when: datetime.datetime) -> None:
    with Gradebook(url(folder), "lstm-course") as book:
        book.update_or_create_assignment(UNIT, duedate=when)


# --- what is graded again -----------------------------------------------------------------------


def test_what_is_unchanged_is_not_graded_again_and_what_is_changed_is(folder, tmp_path):
    for kind in ("right", "half"):
        submit(folder, kind, answered(folder, kind))
    assert _counts(grade(folder, unconfined=True)) == (2, 0)
    with Gradebook(url(folder), "lstm-course") as book:
        mark = book.find_grade("check_one_hot", UNIT, UNIT, "half")
        mark.manual_score, mark.needs_manual_grade = 1.0, False
        book.db.commit()
    before, written = rows(url(folder)), files(folder)
    assert _counts(grade(folder, unconfined=True)) == (0, 2)
    assert rows(url(folder)) == before and files(folder) == written

    submit(folder, "half", answered(folder, "right"))
    assert _counts(grade(folder, unconfined=True)) == (1, 1)
    assert rows(url(folder))["half"]["grades"]["check_one_hot"] == (2.0, 1.0, None, True), "a human looks again"
    submit(folder, "half", answered(folder, "right"), timestamp="2026-01-02 10:00:00 UTC")
    assert _counts(grade(folder, unconfined=True)) == (1, 1)
    assert _counts(grade(folder, unconfined=True, students=["half"], force=True)) == (1, 0)
    assert _counts(grade(folder, unconfined=True, students=["right"])) == (0, 1)

    (folder / "autograded" / "right" / UNIT / f"{UNIT}.ipynb").unlink()
    assert _counts(grade(folder, unconfined=True)) == (1, 1)
    (folder / "gradebook.db").unlink()  # its marks come back from the records
    assert _counts(grade(folder, unconfined=True)) == (0, 2)
    assert rows(url(folder))["right"]["score"][0] == 8

    config = (folder / "nbgrader_config.py").read_text()
    (folder / "nbgrader_config.py").write_text(config + "c.Graded.call_seconds = 4.0\n")
    assert _counts(grade(folder, unconfined=True)) == (2, 0), "other limits"
    make.write(folder / "hidden", make.new_secret())
    assert _counts(grade(folder, unconfined=True)) == (2, 0), "other vectors"
    source = folder / ".build" / "source" / UNIT / f"{UNIT}.ipynb"
    source.write_text(source.read_text() + "\n")
    assert _counts(grade(folder, unconfined=True)) == (2, 0), "other tests"


def test_another_sandbox_means_graded_again(folder):
    need_program("bwrap")
    submit(folder, "ada", answered(folder, "right"))
    assert _counts(grade(folder, unconfined=True)) == (1, 0)
    assert record(folder, "ada")["provenance"]["confined"] is False
    assert _counts(grade(folder)) == (1, 0)
    assert record(folder, "ada")["provenance"]["confined"] is True
    assert _counts(grade(folder)) == (0, 1)


def _counts(summary) -> tuple[int, int]:
    return summary.graded, summary.unchanged


def test_a_damaged_record_is_graded_again(folder):
    submit(folder, "ada", answered(folder, "right"))
    grade(folder, unconfined=True)
    path = folder / "autograded" / "ada" / UNIT / f"{UNIT}.record.json"
    for text in ('{"schema": 1}', path.read_text()[:-300], path.read_text().replace('"cells": [', '"cells": [1, ')):
        path.write_text(text)
        assert _counts(grade(folder, unconfined=True)) == (1, 0), text[:50]
    assert record(folder, "ada")["points"] == 8


@pytest.mark.parametrize("jobs", [pytest.param(2, marks=pytest.mark.long), 4])
def test_the_marks_do_not_depend_on_how_many_are_graded_at_once(template, tmp_path, jobs):
    found = []
    for number in (1, jobs):
        folder = copy_class(template, tmp_path / str(number))
        for kind in ("right", "wrong", "part", "half", "warning", "untouched"):
            submit(folder, kind, answered(folder, kind))
        assert grade(folder, unconfined=True, jobs=number).graded == 6
        found.append((rows(url(folder)), graded_files(folder)))
    assert found[0] == found[1]


# --- what can't be graded -----------------------------------------------------------------------


def test_what_keeps_a_class_from_being_graded_is_said_with_its_remedy(folder, tmp_path):
    def refused(words: str, *arguments: str, place: Path = folder) -> None:
        done = command(place, "grader", "autograde", *arguments)
        assert done.returncode == 2 and not done.stdout, done.stdout + done.stderr
        assert "Traceback" not in done.stderr and re.search(words, done.stderr), done.stderr

    refused("no submission of 00_toy in submitted/NAME/00_toy/: collect them", UNIT)
    submit(folder, "johanna", answered(folder, "right"))
    refused("no unit 00_yot here. Did you mean 00_toy?", "00_yot")
    refused("no submission of 00_toy by johana. Did you mean johanna?", UNIT, "--student", "johana")
    refused("no nbgrader_config.py in .*--root", UNIT, place=tmp_path)


def _refused(folder: Path, words: str, unit: str = UNIT, database: str | None = None) -> None:
    with pytest.raises(GraderError, match=words):
        grade(folder, unit, database, unconfined=True)
    assert not graded_files(folder)


def test_a_class_without_hidden_vectors_or_sources_is_not_graded(folder):
    submit(folder, "ada", answered(folder, "right"))
    os.rename(folder / "hidden", folder / "away")
    _refused(folder, "00_toy can't be graded: There are no test vectors .*grader vectors --hidden")
    (folder / "hidden").mkdir()
    (folder / "hidden" / f"{UNIT}.npz").write_bytes(b"PK")
    _refused(folder, "00_toy can't be graded: .*00_toy.npz")
    shutil.rmtree(folder / ".build")
    _refused(folder, "no source notebook in .*grader build")


@pytest.mark.parametrize(
    "text, words",
    [
        ("c = get_config()", "class_config"),
        ("c = get_config(", "can't be used .SyntaxError"),
        ("1 / 0", "can't be used .ZeroDivisionError"),
    ],
)
def test_a_configuration_that_is_no_good_is_named(folder, text, words):
    submit(folder, "ada", answered(folder, "right"))
    (folder / "nbgrader_config.py").write_text(text)
    _refused(folder, f"nbgrader_config.py.*{words}")


def test_a_unit_that_was_never_released_is_put_into_the_gradebook_and_learners_copies_stay(folder):
    submit(folder, "ada", answered(folder, "right"))
    (folder / "gradebook.db").unlink()
    given_out = folder / "release" / UNIT / f"{UNIT}.ipynb"
    given_out.write_text("what learners have")
    summary = grade(folder, unconfined=True)
    assert summary.graded == 1 and any("was not in the gradebook" in note for note in summary.notes)
    assert rows(url(folder))["ada"]["score"][:2] == (8, 8)
    assert given_out.read_text() == "what learners have"


def test_a_unit_that_was_changed_since_its_release_is_not_graded_into_the_old_rows(folder):
    submit(folder, "ada", answered(folder, "right"))
    source = folder / ".build" / "source" / UNIT / f"{UNIT}.ipynb"
    book = nbformat.read(source, as_version=4)
    cell = next(cell for cell in book.cells if grade_id(cell) == "check_sigmoid")
    cell.metadata.nbgrader.points += 1
    nbformat.write(book, source)
    _refused(folder, "check_sigmoid has 2 points there and 3 in the source.*generate_assignment 00_toy --force")
    cell.metadata.nbgrader.grade_id = "check_logistic"
    nbformat.write(book, source)
    _refused(folder, "the cell check_logistic is not in it")


def test_one_run_at_a_time_grades_a_unit(folder):
    submit(folder, "ada", answered(folder, "right"))
    descriptor = os.open(folder / ".build" / "source" / UNIT, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    _refused(folder, "Another `grader autograde 00_toy` is at work")
    os.close(descriptor)
    assert grade(folder, unconfined=True).graded == 1


def test_hostile_neighbours_change_nobodys_mark(template, tmp_path):
    need_program("bwrap")
    marks_beside_the_hostile(template, tmp_path, students=9, hostile=3, seed=1)
