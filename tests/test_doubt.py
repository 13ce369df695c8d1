"""A test that fails by the boundary or by its own code asks for a human; one that the answer fails costs points."""

import dataclasses
import re

import nbformat
import pytest
from boundary_sides import SETUP, cell
from conftest import ROOT
from idioms import IDIOMS
from traitlets.config import Config

from grader.grading.exam import Exam
from grader.grading.judge import Limits, judge
from grader.grading.lane import Lane
from grader.grading.rebuild import OurCell, TheirCell
from grader.grading.settings import Graded
from grader.grading.work import Work

PAGE = ROOT / "docs" / "tests.md"


def assignment(idioms):
    """An instructor's notebook: of each idiom the answer and its test, worth a point."""
    cells = []
    for one in idioms:
        for name, source, grade_ in ((one.name, one.answer, False), (f"test_{one.name}", one.test, True)):
            record = {"grade_id": name, "grade": grade_, "solution": not grade_, "locked": grade_, "points": 1}
            cells.append(nbformat.v4.new_code_cell(source, id=name, metadata={"nbgrader": record}))
    return nbformat.v4.new_notebook(cells=cells)


def exam_of(folder, notebook) -> Exam:
    (folder / "source" / "one").mkdir(parents=True)
    nbformat.write(notebook, folder / "source" / "one" / "one.ipynb")
    config = Config({"Graded": {"unconfined": True, "source_directory": str(folder / "source"), "call_seconds": 1.0}})
    return Graded(config=config).exam(Work.named("one"))


@pytest.fixture(scope="module")
def exam(tmp_path_factory) -> Exam:
    return exam_of(tmp_path_factory.mktemp("idioms"), assignment(IDIOMS))


def graded(exam, notebook) -> tuple[dict, dict]:
    """(points by idiom, what is said to a human by idiom)."""
    with Lane(exam) as lane:
        record, _ = lane.grade(nbformat.writes(notebook).encode(), "ada")
    assert record["status"] == "graded"
    points = {one["cell"].removeprefix("test_"): one["points"] for one in record["cells"]}
    said = dict(line.removeprefix("test_").split(": ", 1) for line in record["human"])
    assert {name for name, earned in points.items() if earned is None} == set(said)
    return points, said


def test_a_right_answer_gets_its_point_or_a_human_is_asked(exam):
    points, said = graded(exam, assignment(IDIOMS))
    assert set(points.values()) <= {1.0, None}
    assert {name for name, earned in points.items() if earned == 1.0} == {one.name for one in IDIOMS if one.crosses}
    assert len([one for one in IDIOMS if one.crosses]) >= 25, "most of the usual ones"
    assert (
        said["class_len"].startswith("the test asks for something that can't be asked") and "L21" in said["class_len"]
    )
    assert said["with_names"].startswith("the test failed in its own code") and "lines1" in said["with_names"]
    assert said["stdout_swap"].startswith("the test doesn't give the instructor's own solution its points either")


def test_a_wrong_answer_gets_nothing_and_no_human_where_the_test_works(exam):
    tried = [one for one in IDIOMS if one.wrong]
    assert len(tried) >= 12
    names = {name for one in tried for name in (one.name, f"test_{one.name}")}
    source = {**exam.source, "cells": [cell for cell in exam.source["cells"] if cell["id"] in names]}
    some = dataclasses.replace(exam, source=source)
    points, _ = graded(some, assignment([dataclasses.replace(one, answer=one.wrong) for one in tried]))
    assert {one.name: points[one.name] for one in tried} == {one.name: 0.0 if one.crosses else None for one in tried}


def test_what_the_instructors_solution_does_not_pass_is_tried_once(exam, tmp_path, monkeypatch):
    sound = next(one for one in IDIOMS if one.name == "plain")
    broken = dataclasses.replace(sound, name="broken", test="assert sq(3) == 10")
    first = exam_of(tmp_path, assignment([sound, broken]))
    assert list(first.doubtful) == ["test_broken"] and "instructor's own solution" in first.doubtful["test_broken"]
    monkeypatch.setattr("grader.grading.trial.Lane", pytest.fail)
    again = Graded(
        config=Config(
            {"Graded": {"unconfined": True, "source_directory": str(tmp_path / "source"), "call_seconds": 1.0}}
        )
    )
    assert again.exam(Work.named("one")) == first


def test_the_page_for_instructors_says_what_was_measured():
    rows = re.findall(r"^\| (.+?) \| (works|a human is asked) \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert rows == [(one.kind, "works" if one.crosses else "a human is asked") for one in IDIOMS]


# --- whose doing it was, by where it was raised ----------------------------------------------------

ANSWER = """
class Opaque:
    def __eq__(self, other): return True
    def __len__(self): return 3
def make(): return Opaque()
def none(): return None
def fails(kind): raise {"import": ImportError, "file": FileNotFoundError, "name": NameError, "os": OSError}[kind]("x")
def deep():
    import nothing_of_this_name
def unknown(): return not_there
def opens(): return open("/no/such/file")
def ends():
    import os
    os._exit(0)
def number(): return 3
"""

NAMES = ["make", "none", "fails", "deep", "unknown", "opens", "ends", "number", "missing"]
THEIRS = [
    "assert number() == 4",
    "assert none() + 1 == 2",  # a wrong value makes the test stumble
    "assert none()[0] == 1",
    "fails('import')",
    "fails('file')",
    "fails('name')",
    "fails('os')",
    "deep()",
    "unknown()",
    "opens()",
    "ends()",
    "missing(3)",  # a name that is for the learner to bind
    "import numpy as np\nnp.testing.assert_allclose(number(), 4)",
    "import unittest\nunittest.TestCase().assertEqual(number(), 4)",
    "try:\n    fails('file')\nexcept OSError:\n    raise AssertionError('not there')",
    "def test():\n    assert number() == 4\ntest()",
    "eval('1 +')",  # a text that might have been theirs
    "try:\n    ends()\nexcept Exception as error:\n    raise ValueError('it died') from error",
]
BOUNDARY = [
    "assert make() == 3",
    "assert len(make()) == 3",
    "assert make()",
    "import numpy as np\nnp.testing.assert_allclose(make(), 3)",
    "import numpy as np\nassert np.mean([make()]) == 3",
    "number._private",
    "number(object())",
    "try:\n    len(make())\nexcept TypeError:\n    assert False",
]
OWN = [
    "assert helper_of_mine(3) == 3",
    "def test():\n    return not_defined_anywhere\ntest()",
    "import no_such_module_at_all",
    "from math import no_such_name",
    "open('/no/such/file/at/all')",
    "%%time\nassert number() == 3",
    "assert number( == 3",
    "import json\njson.load(open('cases.json'))",
]


def doubts(*tests):
    book = nbformat.v4.new_notebook(cells=[cell("setup", SETUP), cell("solution", ANSWER)])
    book.cells += [cell("grade", test) for test in tests]
    parts = [TheirCell(one.source, dict(one)) if k == 1 else OurCell(book, k) for k, one in enumerate(book.cells)]
    judge(parts, "00_start", NAMES, Limits())
    failed = [any(output["output_type"] == "error" for output in part.node["outputs"]) for part in parts[2:]]
    assert all(failed), [test for test, bad in zip(tests, failed, strict=True) if not bad]
    return [part.doubt for part in parts[2:]]


def test_what_the_answer_did_costs_points():
    assert dict(zip(THEIRS, doubts(*THEIRS), strict=True)) == dict.fromkeys(THEIRS, "")


def test_what_the_boundary_refuses_asks_for_a_human():
    for test, why in zip(BOUNDARY, doubts(*BOUNDARY), strict=True):
        assert "sandbox's boundary" in why, test


def test_a_test_that_fails_in_its_own_code_asks_for_a_human():
    for test, why in zip(OWN, doubts(*OWN), strict=True):
        assert "its own code" in why, test
