"""A class from release to gradebook, with real nbgrader: right marks, and nothing for nothing."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, TOY, need_program
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade
from rich.console import Console

from grader import demo
from grader.cells import cell_kind, grade_id
from grader.checking.check import fault
from grader.checking.verdict import MIME
from grader.demo import LEARNERS, ClassRoot, solutions
from grader.exercises import exercise, exercises, quiz_of, unit
from grader.grading.engine import REPORT, points_of, read_cells
from grader.grading.exam import prepare
from grader.grading.explicit import with_explicit_pass
from grader.grading.rebuild import notebook_of, rebuild
from grader.grading.record import read_record
from grader.grading.work import Work
from grader.home import COURSE_VARIABLE
from grader.notebooks import fill
from grader.vectors import HIDDEN_VARIABLE

# nbgrader, its database layer and its converters warn about their own future.
pytestmark = pytest.mark.filterwarnings("default")

UNITS = ("00_start", "05_lstm")  # a class taught all of the course would take as long as the course is
FULL = {name: sum(exercise(one).points for one in unit(name).exercises) + len(quiz_of(name)) for name in UNITS}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The demo's class, played once with two units; what it printed beside it."""
    printed = io.StringIO()
    before = os.environ.get(HIDDEN_VARIABLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "units", lambda: tuple(unit(name) for name in UNITS))
        course = demo.play(ROOT, tmp_path_factory.mktemp("class"), Console(file=printed, width=160))
    yield course, printed.getvalue()
    if before is None:
        os.environ.pop(HIDDEN_VARIABLE, None)


@pytest.fixture
def course(played, monkeypatch) -> ClassRoot:
    monkeypatch.setenv(HIDDEN_VARIABLE, str(played[0].folder / "hidden"))
    return played[0]


def released(course: ClassRoot, unit_name: str):
    return nbformat.read(course.release / unit_name / f"{unit_name}.ipynb", as_version=4)


def solved(course: ClassRoot, unit_name: str):
    return fill(released(course, unit_name), solutions(ROOT, unit_name))


def graded_path(course: ClassRoot, student: str) -> Path:
    return course.folder / "autograded" / student / "00_start" / "00_start.ipynb"


def record_of(course: ClassRoot, student: str) -> dict:
    return read_record(Work.named("00_start").by(student).file(course.folder / "autograded", "record.json"))


def hand_in(course: ClassRoot, student: str, unit_name: str, notebook) -> tuple[float, float, bool]:
    course.submit(student, unit_name, notebook)
    course.autograde(student, unit_name)
    return course.score(student, unit_name)


# --- the demo's class ---------------------------------------------------------------------------


@pytest.mark.parametrize("unit_name", FULL)
@pytest.mark.parametrize("student", ["ada", "emil"])
def test_right_answers_get_full_marks_and_warnings_cost_nothing(course, student, unit_name):
    assert course.score(student, unit_name) == (FULL[unit_name], FULL[unit_name], False)


def test_emil_really_warned(course):
    path = course.folder / "autograded" / "emil" / "05_lstm" / "05_lstm.ipynb"
    outputs = [o for cell in nbformat.read(path, as_version=4).cells for o in cell.get("outputs", [])]
    assert any(o.output_type == "stream" and o.name == "stderr" for o in outputs)
    verdict = course.verdicts("emil", "05_lstm")["check_lstm_step"]
    assert "experimental" in verdict["text"]


def test_swapped_gates_are_named_and_cost_one_question(course):
    points, most, human = course.score("bela", "05_lstm")
    verdicts = course.verdicts("bela", "05_lstm")
    assert "input and forget gates are swapped" in verdicts["check_lstm_step"]["text"]
    assert verdicts["check_lstm"]["passed"], "lstm was judged with the course's lstm_step"
    assert (points, human) == (most - verdicts["check_lstm_step"]["max_points"], False)


def test_an_endless_loop_costs_its_question(course):
    verdicts = course.verdicts("dora", "05_lstm")
    assert "no answer after" in verdicts["check_lstm"]["text"]
    assert [name for name, record in verdicts.items() if not record["passed"]] == ["check_lstm"]


def test_half_a_notebook_gets_its_half(course):
    for unit_name, most in FULL.items():
        points, _, human = course.score("chen", unit_name)
        written = list(solutions(ROOT, unit_name))[: len(solutions(ROOT, unit_name)) // 2]
        assert points == sum(e.points for e in exercises() if e.name in written)
        assert 0 < points < most and not human


def test_the_demo_says_who_has_what_and_where_to_look(played):
    _, printed = played
    for learner in LEARNERS:
        assert learner.name in printed
    assert "input and forget gates are swapped" in printed
    assert "grades.csv" in printed and "gradebook.db" in printed and "feedback" in printed


def test_the_csv_holds_every_mark(course):
    rows = list(csv.DictReader((course.folder / "grades.csv").read_text().splitlines()))
    assert len(rows) == len(LEARNERS) * len(FULL)
    ada = {row["assignment"]: float(row["score"]) for row in rows if row["student_id"] == "ada"}
    assert ada == FULL


def test_feedback_shows_the_diagnosis_and_no_hidden_test(course):
    html = (course.folder / "feedback" / "bela" / "05_lstm" / "05_lstm.html").read_text()
    assert "input and forget gates are swapped" in html
    assert "hidden=True" not in html and "HIDDEN TESTS" not in html


def test_released_with_a_gradebook_or_without_is_the_same_file(course):
    for unit_name in UNITS:
        name = f"{unit_name}/{unit_name}.ipynb"
        assert (course.release / name).read_bytes() == (ROOT / "course" / name).read_bytes()


# --- nothing for nothing ------------------------------------------------------------------------


def test_an_untouched_notebook_gets_nothing(course):
    for unit_name in FULL:
        assert hand_in(course, "nobody", unit_name, released(course, unit_name))[0] == 0


def test_a_part_of_an_exercise_gets_its_part(course):
    naive = {"sigmoid": "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"}
    points, _, human = hand_in(course, "part", "00_start", fill(released(course, "00_start"), naive))
    assert (points, human) == (1, False)


def _tag_all(nb):
    for cell in nb.cells:
        cell.metadata["tags"] = ["skip-execution", "remove-cell"]


def _empty_tests(nb):
    for cell in nb.cells:
        if cell_kind(cell) == "grade":
            cell.source = "pass"


def _full_points_shown(nb):
    for cell in nb.cells:
        if cell_kind(cell) == "grade":
            cell.source = str(float(cell.metadata["nbgrader"]["points"]))


def _more_points(nb):
    for cell in nb.cells:
        if cell_kind(cell) == "grade":
            cell.metadata["nbgrader"]["points"] = 1000


def _deleted(nb):
    nb.cells = [cell for cell in nb.cells if cell_kind(cell) != "grade"]


def _retyped(nb):
    nb.cells = [
        nbformat.v4.new_raw_cell(cell.source, metadata=cell.metadata) if cell_kind(cell) == "grade" else cell
        for cell in nb.cells
    ]


def _flags_flipped(nb):
    for cell in nb.cells:
        if cell_kind(cell) == "grade":
            cell.metadata["nbgrader"] |= {"grade": False, "solution": True, "locked": False}


def _no_metadata(nb):
    for cell in nb.cells:
        cell.metadata.pop("nbgrader", None)


def _always_equal(nb):
    text = (
        "class Equal(float):\n    __eq__ = __ge__ = __le__ = lambda *a: True\n    __hash__ = None\n"
        "def {name}(*arguments):\n    return Equal()"
    )
    for cell in nb.cells:
        if cell_kind(cell) == "solution" and grade_id(cell) != "quiz":
            cell.source = text.format(name=grade_id(cell))


TRICKS = [
    _tag_all,
    _empty_tests,
    _full_points_shown,
    _more_points,
    _deleted,
    _retyped,
    _flags_flipped,
    _no_metadata,
    _always_equal,
]


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.__name__.strip("_"))
@pytest.mark.some(4)
def test_tricks_with_cells_get_nothing(course, trick):
    notebook = released(course, "00_start")
    trick(notebook)
    points, most, _ = hand_in(course, f"trick{trick.__name__}", "00_start", notebook)
    assert (points, most) == (0, FULL["00_start"])


@pytest.mark.parametrize(
    "trick",
    [_tag_all, _empty_tests, _more_points, _deleted, _retyped, _flags_flipped],
    ids=lambda trick: trick.__name__.strip("_"),
)
@pytest.mark.some(3)
def test_the_same_accidents_cost_a_right_notebook_nothing(course, trick):
    notebook = solved(course, "00_start")
    trick(notebook)
    assert hand_in(course, f"accident{trick.__name__}", "00_start", notebook)[0] == FULL["00_start"]


def test_a_copied_cell_and_a_shuffled_notebook_are_put_right(course):
    notebook = solved(course, "00_start")
    notebook.cells = notebook.cells[::-1] + [
        nbformat.from_dict(cell) for cell in notebook.cells if cell_kind(cell) in ("grade", "solution")
    ]
    assert hand_in(course, "copies", "00_start", notebook)[0] == FULL["00_start"]
    path = course.folder / "autograded" / "copies" / "00_start" / "00_start.ipynb"
    assert any("2 times" in line for line in nbformat.read(path, as_version=4).metadata[REPORT])


def test_a_resubmission_is_graded_afresh(course):
    assert hand_in(course, "again", "00_start", solved(course, "00_start"))[0] == FULL["00_start"]
    notebook = released(course, "00_start")
    _deleted(notebook)
    assert hand_in(course, "again", "00_start", notebook)[0] == 0


def test_a_learners_own_cells_stay_and_run(course):
    notebook = released(course, "00_start")
    own = nbformat.v4.new_code_cell(solutions(ROOT, "00_start")["sigmoid"] + "\nmine_is_here = 1")
    place = next(k for k, cell in enumerate(notebook.cells) if grade_id(cell) == "sigmoid")
    notebook.cells = notebook.cells[:place] + [own] + notebook.cells[place + 1 :]
    points, _, _ = hand_in(course, "own", "00_start", notebook)
    assert points == next(e.points for e in exercises() if e.name == "sigmoid")


def test_missing_vectors_ask_for_a_human_and_take_nothing(course, monkeypatch, tmp_path):
    monkeypatch.setitem(course.config.Graded, "hidden_directory", str(tmp_path / "nowhere"))
    points, _, human = hand_in(course, "unlucky", "00_start", solved(course, "00_start"))
    assert human and points == len(quiz_of("00_start"))  # the quiz needs no vectors
    with Gradebook(course.coursedir.db_url) as gradebook:
        submission = gradebook.find_submission_notebook("00_start", "00_start", "unlucky")
        scores = {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in submission.grades}
    assert scores["check_sigmoid"] == (None, True)
    record = course.verdicts("unlucky", "00_start")["check_sigmoid"]
    assert record["passed"] is None and "grader vectors --hidden" in record["text"]


def test_a_confined_class_gets_the_same_marks_and_sees_nothing(course):
    """Without a word in the configuration, the class's folder is not there for the learner's code to find."""
    need_program("bwrap")
    notebook = solved(course, "00_start")
    look = f"import os\nprint('SEEN', os.path.exists({str(course.folder)!r}), os.environ.get({HIDDEN_VARIABLE!r}))"
    notebook.cells.insert(1, nbformat.v4.new_code_cell(look))
    assert hand_in(course, "confined", "00_start", notebook)[0] == FULL["00_start"]
    assert "SEEN False None" in graded_path(course, "confined").read_text()
    course.config.Graded.unconfined = True
    try:
        assert hand_in(course, "unconfined", "00_start", notebook)[0] == FULL["00_start"]
    finally:
        course.config.Graded.unconfined = False
    assert "SEEN True None" in graded_path(course, "unconfined").read_text(), "the test can see the difference"
    confined = {name: record_of(course, name)["provenance"]["confined"] for name in ("confined", "unconfined")}
    assert confined == {"confined": True, "unconfined": False}


# --- points of a cell ---------------------------------------------------------------------------


def graded_cell(*outputs, count=1):
    cell = nbformat.v4.new_code_cell("check('x')", execution_count=count, outputs=list(outputs))
    cell.metadata["nbgrader"] = {"grade": True, "grade_id": "x", "points": 5, "solution": False}
    return cell


def result(text, **data):
    return nbformat.v4.new_output("execute_result", {"text/plain": text, **data}, execution_count=1)


STDERR = nbformat.v4.new_output("stream", name="stderr", text="a warning")
ERROR = nbformat.v4.new_output("error", ename="AssertionError", evalue="", traceback=[])


@pytest.mark.parametrize(
    "cell, points",
    [
        (graded_cell(result("5.0")), 5),
        (graded_cell(result("2.5")), 2.5),
        (graded_cell(STDERR, result("5.0")), 5),
        (graded_cell(), 0),
        (graded_cell(STDERR), 0),
        (graded_cell(result("5.0"), count=None), 0),
        (graded_cell(result("nan")), 0),
        (graded_cell(result("inf")), 0),
        (graded_cell(result("-1")), 0),
        (graded_cell(result("5.1")), 0),
        (graded_cell(result("all right")), 0),
        (graded_cell(result("None")), 0),
        (graded_cell(result("5.0"), ERROR), 0),
        (graded_cell(result("5.0"), result("5.0")), 0),
        (graded_cell(result("x", **{MIME: fault("x", "broken").record()})), None),
    ],
)
def test_points_only_for_an_explicit_pass(cell, points):
    assert points_of(cell, 5.0) == points


def test_nbgraders_own_rule_would_give_full_marks_to_silence():
    """The reason for ours: if upstream mends it, this test says so."""
    assert determine_grade(graded_cell(count=None))[0] == 5


@pytest.mark.parametrize(
    "source, value",
    [
        ("assert True", 3.0),
        ("x = 1\nassert x == 1", 3.0),
        ("x = 1\nabs(-x)", 1),
        ("import math\nmath.sqrt(4)", 2.0),
        ("print('hi')", 3.0),
        ("s = 'ä'; (1 +\n 1)", 2),
        ("def f():\n    return 7\n\nf()  # a comment", 7),
        ("for k in range(3):\n    assert k < 3\n# the end", 3.0),
    ],
)
def test_a_grade_cell_ends_in_its_points(source, value):
    scope = {}
    *statements, last = with_explicit_pass(source, 3.0).split("\n")
    exec("\n".join(statements), scope)
    assert eval(last, scope) == value


def test_rebuilding_takes_only_answers_and_own_cells(course):
    exam = prepare(course.source, Work.named("05_lstm"))
    again, report = rebuild(exam.source, read_cells(nbformat.writes(solved(course, "05_lstm")).encode()), exam.stubs)
    assert report == []
    source, notebook = nbformat.from_dict(exam.source), nbformat.from_dict(notebook_of(exam.source, again))
    assert [cell.source for cell in notebook.cells if cell_kind(cell) != "solution"] == [
        cell.source for cell in source.cells if cell_kind(cell) != "solution"
    ]
    emptied, report = rebuild(exam.source, [], exam.stubs)
    assert len(report) == len([cell for cell in source.cells if grade_id(cell)])
    assert "BEGIN SOLUTION" not in "".join(cell.node["source"] for cell in emptied)


# --- the command line ---------------------------------------------------------------------------


def test_the_instructors_way_through_nbgraders_own_commands(tmp_path, monkeypatch):
    """The README's commands, in a class of its own: generate, autograde, feedback, export."""
    config = ROOT / "nbgrader_config.py"
    (tmp_path / "nbgrader_config.py").write_text(config.read_text())
    monkeypatch.setenv(COURSE_VARIABLE, str(TOY))
    environment = {**os.environ, "GRADER_COURSE_ROOT": str(tmp_path)}
    environment.pop(HIDDEN_VARIABLE, None)

    def run(*command):
        program = str(Path(sys.executable).parent / command[0])
        return subprocess.run(
            [program, *command[1:]],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )

    from grader.build.course import write_sources

    write_sources(TOY, tmp_path / ".build" / "source")
    run("grader", "vectors", "--hidden")
    run("nbgrader", "generate_assignment", "00_toy", "--force")
    path = tmp_path / "submitted" / "zoe" / "00_toy" / "00_toy.ipynb"
    path.parent.mkdir(parents=True)
    name = "00_toy/00_toy.ipynb"
    assert (tmp_path / "course" / name).read_bytes() == (TOY / "course" / name).read_bytes()
    notebook = nbformat.read(tmp_path / "course" / "00_toy" / "00_toy.ipynb", as_version=4)
    story = next(cell for cell in notebook.cells if "story" in cell.metadata.get("tags", []))
    story.source += "\nraise ValueError('tried')"  # as the notebook allows; grading takes the instructor's text
    nbformat.write(fill(notebook, solutions(TOY, "00_toy")), path)
    run("nbgrader", "autograde", "00_toy", "--create")
    run("nbgrader", "generate_feedback", "00_toy")
    run("nbgrader", "export", "--to", "marks.csv")
    (row,) = csv.DictReader((tmp_path / "marks.csv").read_text().splitlines())
    assert (row["student_id"], float(row["score"])) == ("zoe", 8.0)
    assert (tmp_path / "feedback" / "zoe" / "00_toy" / "00_toy.html").is_file()
