"""For the tests of grading: a class's folder made once and copied, its submissions, and its gradebook as text.

The class is taught the toy course.
"""

import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import corpus_runner
import nbformat
import pytest
from click.testing import CliRunner
from conftest import TOY
from nbgrader.api import Gradebook, SubmittedNotebook

from grader.build.course import write_sources
from grader.cli import main
from grader.demo import LEARNERS, ClassRoot, solutions
from grader.grading.autograde import ClassFolder, autograde
from grader.grading.work import Work
from grader.notebooks import fill
from grader.vectors import HIDDEN_VARIABLE, make

UNIT, WORDS = "00_toy", "99_words"
BIN = Path(sys.executable).parent

_NAIVE = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"
_SWAPPED = "def one_hot(ids, num_classes):\n    return np.zeros((num_classes, len(ids)))"


def make_class(folder: Path) -> ClassRoot:
    """A class without submissions: units built, hidden vectors made, UNIT and WORDS released.

    The outputs of the units' own cells are there too, which each of its copies would make anew.
    """
    before = os.environ.get(HIDDEN_VARIABLE)
    course = ClassRoot(folder)
    write_sources(TOY, course.source)
    write_words(course.source)
    make.write(folder / "hidden", make.new_secret())
    for unit in (UNIT, WORDS):
        course.generate(unit)
        ClassFolder(folder).exam(Work.named(unit), unconfined=True)
    if before is None:
        os.environ.pop(HIDDEN_VARIABLE, None)
    return course


@pytest.fixture(scope="module")
def template(toy, made_once) -> Path:
    """The class's folder, to be copied."""
    return made_once("class", make_class)


def copy_class(template: Path, folder: Path) -> Path:
    shutil.copytree(template, folder, symlinks=True)
    return folder


def _marked(cell, name: str, points: int | None = None, **kind):
    kind = {"grade": points is not None, "solution": False, "locked": False, "task": False} | kind
    record = {"schema_version": 3, "grade_id": name, **kind} | ({} if points is None else {"points": points})
    cell["metadata"]["nbgrader"] = record
    cell["id"] = name
    return cell


def write_words(source: Path) -> None:
    """A unit of an instructor's own: a function tested by plain asserts, a text and a task to mark by hand."""
    code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [
        _marked(
            code("def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"),
            "double",
            solution=True,
        ),
        _marked(
            code("assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(5) == 10\n### END HIDDEN TESTS"),
            "check_double",
            2,
            locked=True,
        ),
        _marked(text("Your answer here."), "why", 3, solution=True),
        _marked(text("Draw it."), "draw", 4, locked=False, task=True, grade=False),
    ]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = source / WORDS / f"{WORDS}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(book, path)


def released(folder: Path, unit: str = UNIT):
    return nbformat.read(folder / "release" / unit / f"{unit}.ipynb", as_version=4)


def answered(folder: Path, kind: str, unit: str = UNIT):
    """A filled-in notebook: ``right``, ``wrong``, ``part``, ``half``, ``warning``, ``untouched``."""
    if kind == "untouched":
        return released(folder, unit)
    right = solutions(TOY, unit)
    if kind == "wrong":
        return fill(released(folder, unit), right | {"one_hot": _SWAPPED})
    if kind == "part":
        return fill(released(folder, unit), right | {"sigmoid": _NAIVE})
    name = {"right": "ada", "half": "chen", "warning": "emil"}[kind]
    learner = next(one for one in LEARNERS if one.name == name)
    return fill(released(folder, unit), learner.answers(unit, right))


def submit(folder: Path, student: str, notebook, unit: str = UNIT, timestamp: str | None = None) -> Path:
    """Hand in a notebook, or bytes in place of one."""
    path = folder / "submitted" / student / unit / f"{unit}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode())
    if timestamp:
        path.with_name("timestamp.txt").write_text(timestamp)
    return path


def environment(**more: str) -> dict[str, str]:
    left_out = (HIDDEN_VARIABLE, "NBGRADER_EXECUTION")
    return {name: value for name, value in os.environ.items() if name not in left_out} | more


def command(folder: Path, *words: str, **more) -> subprocess.CompletedProcess:
    """Run one of this environment's programs in a class's folder."""
    return subprocess.run(
        [str(BIN / words[0]), *words[1:]],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        **more,
    )


def by_grader(folder: Path, *words: str) -> subprocess.CompletedProcess:
    """The same for `grader`, in this process, which has loaded already what that program loads first."""
    with contextlib.chdir(folder):
        done = CliRunner(env=dict.fromkeys((HIDDEN_VARIABLE, "NBGRADER_EXECUTION"))).invoke(
            main, words, catch_exceptions=False
        )
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


def grade(folder: Path, unit: str = UNIT, database: str | None = None, **options):
    """As `grader autograde` does it, in this process; one at a time, which starts faster."""
    options.setdefault("jobs", 1)
    return autograde(ClassFolder(folder, database), unit, **options)


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'gradebook.db'}"


def rows(database: str, unit: str = UNIT) -> dict[str, dict]:
    """Every column of a unit's rows in a gradebook, by student; cells go by their names and not by their ids."""
    with Gradebook(database, "lstm-course") as book:
        found = {}
        for notebook in book.db.query(SubmittedNotebook):
            if notebook.name != unit:
                continue
            submission = notebook.assignment
            found[submission.student_id] = {
                "timestamp": str(submission.timestamp),
                "extension": str(submission.extension),
                "flagged": notebook.flagged,
                "penalty": notebook.late_submission_penalty,
                "score": (notebook.score, notebook.max_score, notebook.needs_manual_grade),
                "grades": {
                    grade.name: (grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade)
                    for grade in sorted(notebook.grades, key=lambda grade: grade.name)
                },
                "comments": {
                    comment.name: (comment.auto_comment, comment.manual_comment)
                    for comment in sorted(notebook.comments, key=lambda comment: comment.name)
                },
            }
        return found


def record(folder: Path, student: str, unit: str = UNIT) -> dict:
    return json.loads((folder / "autograded" / student / unit / f"{unit}.record.json").read_text())


def without_seconds(value):
    """A record without what the clock says."""
    if isinstance(value, dict):
        return {name: without_seconds(inner) for name, inner in value.items() if name != "seconds"}
    return [without_seconds(inner) for inner in value] if isinstance(value, list) else value


def files(folder: Path) -> list[str]:
    """All that lies in a class's folder of graded notebooks, by its path in it."""
    return sorted(
        str(path.relative_to(folder / "autograded")) for path in (folder / "autograded").rglob("*") if path.is_file()
    )


def graded_files(folder: Path, unit: str = UNIT) -> dict[str, bytes]:
    """The graded notebooks, by student."""
    found = (folder / "autograded").glob(f"*/{unit}/{unit}.ipynb")
    return {path.parent.parent.name: path.read_bytes() for path in found}


def marks_beside_the_hostile(template: Path, place: Path, students: int, hostile: int, seed: int) -> None:
    """Assert that honest marks are the same with hostile entries of the corpus in the class as without them."""
    draw = random.Random(seed)
    entries = [one for one in corpus_runner.entries() if one.unit == UNIT and one.kind != "honest" and not one.long]
    kinds = ("right", "wrong", "part", "half", "warning", "untouched")
    found = []
    for name in ("without", "with"):
        folder = copy_class(template, place / name)
        notebooks = {kind: answered(folder, kind) for kind in kinds}
        for number in range(students):
            submit(folder, f"honest{number:03}", notebooks[kinds[number % len(kinds)]])
        if name == "with":
            for number, entry in enumerate(draw.sample(entries, hostile)):
                student = f"{'honest' if number % 2 else 'a'}{number * students // hostile:03}-{entry.name}"
                words = {"__CLASS__": str(folder), "__PORT__": "9"}
                entry.hand_in(released(folder), solutions(TOY, UNIT), folder / "submitted" / student / UNIT, words)
        summary = grade(folder, jobs=2)
        assert summary.graded == students + (hostile if name == "with" else 0)
        honest = [f"honest{number:03}" for number in range(students)]
        marks, notebooks = rows(url(folder)), graded_files(folder)
        found.append({student: (marks[student], notebooks[student]) for student in honest})
        assert not {student for student, _ in summary.human} & set(honest)
    assert found[0] == found[1]
