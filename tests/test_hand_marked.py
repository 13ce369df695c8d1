"""Answers in code that a human marks: they run where all that learners write runs, and nowhere else."""

import nbformat
import pytest
from conftest import need_program
from nbgrader.api import Gradebook

from grader.demo import ClassRoot
from grader.grading.autograde import ClassFolder, autograde
from grader.grading.lane import Lane
from grader.grading.work import Work
from grader.vectors import HIDDEN_VARIABLE

UNIT, SECRET = "98_by_hand", "the-witness-of-the-class"

# Said in the answer: what it sees, and that it came to its end.
NOSY = """
import gc, os, pathlib, sys

print("HIDDEN", os.environ.get("GRADER_HIDDEN"), "END")
for place in ("{folder}", "{folder}/hidden", "{folder}/submitted", os.environ.get("GRADER_HIDDEN", "/nowhere")):
    for path in [*pathlib.Path(place).glob("*"), *pathlib.Path(place).glob("*/*")]:
        print(path, path.read_bytes() if path.is_file() else "")
try:
    import sqlite3
    print(sqlite3.connect("file:{folder}/gradebook.db?mode=ro", uri=True).execute("select id from student").fetchall())
except Exception as error:
    print("NO GRADEBOOK", type(error).__name__)
try:
    pathlib.Path("{folder}/left-by-a-learner").write_text("1")
except OSError:
    print("NOTHING WRITTEN")
frame = sys._getframe()
while frame is not None:
    for space in (frame.f_globals, frame.f_locals):
        print([name for name in list(space) if name in ("exam", "side", "scope", "limits", "record")])
        for name in ("points", "source", "value", "count"):
            if name in space:
                space[name] = 99
    frame = frame.f_back
print([thing for thing in gc.get_objects() if type(thing).__name__ in ("Exam", "OurCell", "Gradebook")])
print("LOOKED")
"""
EXITS = "import os\nos._exit(0)"
POINTS = "99.0"


def cell(make, source, name, **record):
    flags = {"grade": False, "solution": False, "locked": False, "task": False} | record
    metadata = {"nbgrader": {"grade_id": name, "schema_version": 3, **flags}}
    return make(source, id=name, metadata=metadata)


def source():
    """An instructor's notebook: two functions with tests, and an answer in code between them."""
    code = nbformat.v4.new_code_cell
    solved = "### BEGIN SOLUTION\n    return {}\n    ### END SOLUTION"
    return nbformat.v4.new_notebook(
        cells=[
            cell(code, f"def double(x):\n    {solved.format('2 * x')}", "double", solution=True),
            cell(code, "assert double(2) == 4", "check_double", grade=True, locked=True, points=2),
            cell(code, "# Show how fast it is.", "show", grade=True, solution=True, points=5),
            cell(code, f"def half(x):\n    {solved.format('x / 2')}", "half", solution=True),
            cell(code, "assert half(2) == 1", "check_half", grade=True, locked=True, points=3),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    need_program("bwrap")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HIDDEN_VARIABLE, "")  # which making a class sets
        found = tmp_path_factory.mktemp("class")
        course = ClassRoot(found)
        (course.source / UNIT).mkdir(parents=True)
        nbformat.write(source(), course.source / UNIT / f"{UNIT}.ipynb")
        (found / "hidden").mkdir()
        (found / "hidden" / "seed.txt").write_text(SECRET)
        (found / "submitted" / SECRET / UNIT).mkdir(parents=True)
        course.generate(UNIT)
        with Gradebook(course.coursedir.db_url) as gradebook:
            gradebook.add_student(SECRET)
        yield course


@pytest.fixture
def folder(course):
    return course.folder


def answered(folder, answer: str):
    book = source()
    for one in book.cells:
        if one["id"] == "show":
            one.source = answer.replace("{folder}", str(folder))
    return book


def graded(folder, answer: str, unconfined: bool = False):
    book = answered(folder, answer)
    with Lane(ClassFolder(folder).exam(Work.named(UNIT), unconfined)) as lane:
        record, text = lane.grade(nbformat.writes(book).encode(), "ada")
    notebook = nbformat.reads(text, as_version=4)
    shown = next(one for one in notebook.cells if one["id"] == "show")
    return record, shown, str([one.get("outputs") for one in notebook.cells])


@pytest.mark.parametrize("answer", [NOSY, EXITS, NOSY + EXITS, POINTS, "raise SystemExit(5)", "while True: pass"])
@pytest.mark.some(3)
def test_an_answer_in_code_reads_nothing_and_costs_nothing_else(folder, answer, monkeypatch):
    exam = ClassFolder.exam
    monkeypatch.setattr(ClassFolder, "exam", lambda *arguments: _hurried(exam(*arguments)))
    record, shown, outputs = graded(folder, answer)
    assert record["provenance"]["confined"] is True
    points = {one["cell"]: one["points"] for one in record["cells"]}
    assert points == {"check_double": 2.0, "show": None, "check_half": 3.0}
    assert (record["points"], record["human"]) == (5.0, ["show: an answer to mark by hand"])
    assert SECRET not in outputs and not (folder / "left-by-a-learner").exists()
    if answer == NOSY:
        said = shown.outputs[0].text
        assert "LOOKED" in said and "HIDDEN None END" in said and "NO GRADEBOOK" in said and "NOTHING WRITTEN" in said
        assert "exam" not in said and "OurCell" not in said
    assert shown.outputs, "who marks it sees what it did"


def _hurried(exam):
    exam.limits["cell"] = 2.0
    return exam


def test_what_it_would_have_read_is_there(folder):
    """The same answer without a sandbox, in a worker still: it reads files, and nothing of the grader's process."""
    record, shown, outputs = graded(folder, NOSY, unconfined=True)
    assert record["provenance"]["confined"] is False
    said = shown.outputs[0].text
    assert SECRET in said and "NO GRADEBOOK" not in said
    assert "exam" not in said and "OurCell" not in said
    (folder / "left-by-a-learner").unlink()


# nbgrader, its database layer and its converters warn about their own future.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("way", ["nbgrader", "grader"])
def test_it_waits_in_the_gradebook_for_who_marks_it(course, way):
    course.submit(way, UNIT, answered(course.folder, NOSY))
    if way == "nbgrader":
        course.autograde(way, UNIT)
    else:
        autograde(ClassFolder(course.folder), UNIT, students=[way], jobs=1)
        course.feedback(UNIT, way)
    assert course.score(way, UNIT) == (5.0, 10.0, True)
    with Gradebook(course.coursedir.db_url) as gradebook:
        mark = gradebook.find_grade("show", UNIT, UNIT, way)
        assert (mark.auto_score, mark.needs_manual_grade) == (None, True)
    page = (course.folder / "feedback" / way / UNIT / f"{UNIT}.html").read_text()
    assert "LOOKED" in page and SECRET not in page
