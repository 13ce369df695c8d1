"""From bytes to a record: reading, rebuilding, running, marking; and what of a class's story is shared."""

import copy
import dataclasses
import json
from typing import get_args

import nbformat
import pytest
from conftest import TOY

from grader.boundary.nursery import NurseryFailed
from grader.boundary.proxy import WorkerProcess
from grader.build.course import write_sources
from grader.cells import grade_id
from grader.demo import solutions
from grader.errors import GraderError
from grader.exercises import quiz_of
from grader.grading import engine
from grader.grading.engine import REPORT, Unreadable, grade, read_cells
from grader.grading.exam import Exam, prepare
from grader.grading.lane import Lane
from grader.grading.rebuild import MISSING
from grader.grading.record import CellRecord, Phase, Provenance, Record, Submitted
from grader.grading.work import Work
from grader.notebooks import fill
from grader.vectors import HIDDEN_VARIABLE, make

UNIT = "00_toy"


@pytest.fixture(scope="module")
def place(toy, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exam")
    write_sources(TOY, folder / "source")
    make.write(folder / "hidden", make.new_secret())
    return folder


@pytest.fixture(scope="module")
def exam(place) -> Exam:
    return prepare(place / "source", Work.named(UNIT), place / "hidden")


@pytest.fixture(scope="module")
def lane(exam):
    with Lane(exam) as one:
        yield one


@pytest.fixture(autouse=True)
def hidden(place, monkeypatch):
    """For what is graded in this process; a lane is told by its exam."""
    monkeypatch.setenv(HIDDEN_VARIABLE, str(place / "hidden"))
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")


def released():
    return nbformat.read(TOY / "course" / UNIT / f"{UNIT}.ipynb", as_version=4)


def solved(**answers):
    return fill(released(), solutions(TOY, UNIT) | answers)


def raw(notebook) -> bytes:
    return nbformat.writes(notebook).encode()


def own_cell(notebook, source, at=1, kind="code"):
    make_cell = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    notebook.cells.insert(at, make_cell(source))
    return notebook


# --- the learner's trials ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trial",
    [
        "numbers = None",
        "raise ValueError('tried')",
        "def sigmoid(z):\n    return z",
        "import numpy as np\nnp.exp = None",
        "check = lambda *a, **k: 1",
        "while True: pass",
    ],
)
def test_what_was_tried_in_a_story_cell_changes_nothing(lane, trial):
    untouched, handed_in = solved(), solved()
    stories = [cell for cell in handed_in.cells if "story" in cell.metadata.get("tags", [])]
    assert stories and all(cell.metadata.get("editable", True) for cell in stories)
    for cell in stories:
        cell.source = f"{cell.source}\n{trial}"
    (record, text), (wanted, text_wanted) = lane.grade(raw(handed_in), "ada"), lane.grade(raw(untouched), "ada")
    assert record["status"] == "graded" and record["points"] == record["max_points"] == wanted["points"]
    graded = [nbformat.reads(one, as_version=4).cells for one in (text, text_wanted)]
    assert [cell.source for cell in graded[0]] == [cell.source for cell in graded[1]], "the instructor's text is back"
    assert trial not in str(text)


# --- marks ---------------------------------------------------------------------------------------


def test_a_right_notebook_gets_all_and_its_record_says_how(lane, exam):
    record, text = lane.grade(raw(solved()), "ada")
    assert (record["status"], record["points"], record["human"]) == ("graded", record["max_points"], [])
    assert [cell["cell"] for cell in record["cells"]] == [name for name, _ in exam.graded()]
    assert record["max_points"] == exam.max_points == sum(cell["max_points"] for cell in record["cells"])
    assert set(record["answers"].values()) == {"changed"}
    assert record["provenance"]["vectors"] != record["provenance"]["tests"]
    assert len(record["provenance"]["vectors"]) == 64
    assert not record["provenance"]["confined"] and record["provenance"]["missing"]
    seconds = record["seconds"]
    assert seconds["total"] == pytest.approx(sum(v for k, v in seconds.items() if k != "total"), abs=0.01)
    graded = nbformat.reads(text, as_version=4)
    nbformat.validate(graded)
    assert REPORT not in graded.metadata


@pytest.mark.parametrize("way", ["graded", "unreadable", "fault"])
def test_a_record_holds_what_its_type_says_and_nothing_else(exam, lane, way):
    if way == "fault":
        record = engine.fault_record(b"", exam, "ada", "no worker")
    else:
        record, _ = lane.grade(raw(solved()) if way == "graded" else b"", "ada")
        assert record["status"] == way
    assert record.keys() == Record.__required_keys__
    assert record["submitted"].keys() == Submitted.__required_keys__
    assert record["provenance"].keys() == Provenance.__required_keys__
    assert record["cells"] and all(cell.keys() == CellRecord.__required_keys__ for cell in record["cells"])
    assert set(record["seconds"]) == (set(get_args(Phase)) if way == "graded" else set())


@pytest.mark.parametrize("word, work", [("05_lstm", ("05_lstm", "05_lstm")), ("ps1/problem1", ("ps1", "problem1"))])
def test_what_is_graded_has_one_word_that_names_it(tmp_path, word, work):
    assert Work.named(word) == work and str(Work(*work)) == f"{Work(*work)}" == word
    assert Exam.from_json(Exam(Work(*work), *[{}] * 12).to_json()).work == Work(*work)
    path = Work(*work).by("ada").file(tmp_path, "record.json")
    assert path == tmp_path / "ada" / work[0] / f"{work[1]}.record.json"


def test_the_same_bytes_give_the_same_notebook_and_record(lane):
    one, two = lane.grade(raw(solved()), "ada"), lane.grade(raw(solved()), "ada")
    for record, _ in (one, two):
        record.pop("seconds")
        for cell in record["cells"]:
            cell.pop("seconds")
    assert one == two


def test_an_untouched_notebook_gets_nothing_and_each_cell_says_no_answer(lane):
    record, _ = lane.grade(raw(released()), "nobody")
    assert record["points"] == 0 and set(record["answers"].values()) == {"no answer"}
    assert all(cell["text"] for cell in record["cells"])


def test_a_known_mistake_is_in_the_record_by_name(lane):
    record, _ = lane.grade(raw(solved(sigmoid="def sigmoid(z):\n    return np.tanh(z)")), "bela")
    (cell,) = (cell for cell in record["cells"] if cell["exercise"] == "sigmoid")
    assert cell["passed"] is False and cell["mistake"] and cell["points"] < cell["max_points"]


def test_cells_are_put_right_and_the_report_is_in_the_notebook(lane):
    notebook = solved()
    notebook.cells = [c for c in notebook.cells if grade_id(c) != "check_sigmoid"]
    record, text = lane.grade(raw(notebook), "chen")
    assert record["points"] == record["max_points"]
    assert record["put_right"] == nbformat.reads(text, as_version=4).metadata[REPORT]
    assert record["put_right"] == ["cell check_sigmoid: missing, put back"]


def test_cells_whose_metadata_a_tool_took_away_are_known_by_their_ids(lane):
    notebook = solved()
    for cell in notebook.cells:
        cell.metadata = {}
    record, _ = lane.grade(raw(notebook), "stripped")
    assert record["points"] == record["max_points"] and record["put_right"] == []


@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_an_id_says_nothing_where_another_cell_has_the_name(lane, kind):
    notebook = own_cell(solved(), "sigmoid = None" if kind == "code" else "my notes", at=1, kind=kind)
    for cell in notebook.cells[1:2] + notebook.cells[-2:]:
        if not grade_id(cell):
            cell["id"] = "sigmoid"
    record, _ = lane.grade(json.dumps(notebook).encode(), "ids")
    assert record["points"] == record["max_points"]


def test_a_missing_answer_is_no_answer(lane):
    notebook = solved()
    notebook.cells = [c for c in notebook.cells if grade_id(c) != "sigmoid"]
    record, text = lane.grade(raw(notebook), "dora")
    assert record["answers"]["sigmoid"] == "no answer" and MISSING in text


def test_without_a_warm_process_the_marks_are_the_same(exam, lane, monkeypatch):
    """macOS can't pass on what the warm process needs; each worker is then started for itself."""
    from grader.boundary.nursery import ColdStart

    cold = ColdStart(exam.given, exam.command, exam.preload)
    answer = {"sigmoid": "def sigmoid(z):\n    return np.tanh(z)"}
    record, _ = grade(raw(solved(**answer)), exam, lambda: WorkerProcess(nursery=cold))
    warm, _ = lane.grade(raw(solved(**answer)), "")
    assert [(c["points"], c["text"]) for c in record["cells"]] == [(c["points"], c["text"]) for c in warm["cells"]]


def test_a_crash_costs_its_question_and_a_dead_judge_none(lane, monkeypatch):
    record, _ = lane.grade(raw(solved(one_hot="def one_hot(ids, n):\n    import os\n    os._exit(1)")), "emil")
    lost = {cell["cell"] for cell in record["cells"] if cell["points"] != cell["max_points"]}
    assert lost == {"check_one_hot"} and not record["human"]


def test_what_a_learners_function_returns_is_no_number_of_points(exam, monkeypatch):
    """A grade cell that ends in a bare call passes by reaching its end; a returned 0 or 99 is neither."""
    for returned in ("0.0", "99.0", "None", "'text'"):
        book = json.loads(json.dumps(exam.source))
        for cell in book["cells"]:
            if grade_id(cell) == "check_sigmoid":
                cell["source"] = "sigmoid(0.0)"
        changed = Exam(**{**exam.__dict__, "source": book})
        notebook = solved(sigmoid=f"def sigmoid(z):\n    return {returned}")
        record, _ = grade(raw(notebook), changed, lambda: WorkerProcess(exam.given))
        (cell,) = (cell for cell in record["cells"] if cell["cell"] == "check_sigmoid")
        assert cell["points"] == cell["max_points"], returned


def test_a_notebook_that_shows_too_much_is_cut(exam):
    notebook = solved()
    for _ in range(100):
        own_cell(notebook, "from IPython.display import HTML\nHTML('<i>x</i>' * 40_000)")
    record, graded = grade(raw(notebook), exam, lambda: WorkerProcess(exam.given))
    assert record["points"] == record["max_points"]
    assert len(json.dumps(graded)) < 31_000_000


def test_missing_vectors_ask_for_a_human(place, exam):
    unlucky = Exam(**{**exam.__dict__, "hidden": str(place / "nowhere")})
    with Lane(unlucky) as lane:
        record, _ = lane.grade(raw(solved()), "unlucky")
    assert record["points"] == len(quiz_of(UNIT)) and len(record["human"]) == 2
    assert "grader vectors --hidden" in record["human"][0]


# --- reading -------------------------------------------------------------------------------------


DEEP = b'{"nbformat": 4, "metadata": {}, "cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


@pytest.mark.parametrize(
    "data, why",
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "no text"),
        (b'{"cells": [', "complete"),
        (b"[]", "no cells"),
        (b"{}", "no cells"),
        (b'{"cells": {}}', "no cells"),
        (b"null", "no cells"),
        (DEEP, "complete"),
        (b'{"nbformat": 3, "worksheets": 7}', "complete"),
        (b'{"cells": ' + str([1] * 6000).encode() + b"}", "6000 cells"),
        (b"1" * 5000, "complete"),
        (b'{"cells": [7, null, {"source": {}}]}', "another notebook"),
        (
            nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])).encode(),
            "another notebook",
        ),
    ],
    ids=[
        "nothing",
        "blank",
        "png",
        "cut",
        "list",
        "dict",
        "dict-cells",
        "null",
        "deep",
        "v3",
        "many",
        "huge-int",
        "damaged",
        "another",
    ],
)
def test_what_is_no_notebook_asks_for_a_human_and_says_why(exam, data, why):
    record, notebook = grade(data, exam, pytest.fail)
    assert record["status"] == "unreadable" and why in record["reason"] and len(record["human"]) == 1
    assert [cell["points"] for cell in record["cells"]] == [None] * len(exam.graded())
    nbformat.validate(nbformat.from_dict(notebook))


def test_a_file_that_is_too_large_is_not_read(monkeypatch, exam):
    monkeypatch.setattr(engine, "LARGEST", 10)
    with pytest.raises(Unreadable, match="far smaller"):
        read_cells(b"x" * 11)


@pytest.mark.parametrize(
    "cell",
    [
        {},
        {"cell_type": "code"},
        {"cell_type": "code", "source": 7},
        {"source": ["a", 7, "b"]},
        {"metadata": "no"},
        {"cell_type": "code", "source": "1", "metadata": {"nbgrader": []}},
        {"cell_type": ["code"], "source": "x"},
        {"cell_type": "code", "source": "\ud800", "id": 7, "outputs": "many"},
        {"id": {"a": 1}, "cell_type": "markdown"},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": ["sigmoid"]}}},
        {"cell_type": "code\ud800", "source": "x", "metadata": {"nbgrader": {"grade_id": "sigmoid\ud800"}}},
    ],
)
def test_strange_cells_disturb_nobody(exam, cell):
    """The answers beside them count; nbformat would refuse the file."""
    book = json.loads(nbformat.writes(solved()))
    book["cells"].insert(1, cell)
    record, notebook = grade(json.dumps(book).encode(), exam, lambda: WorkerProcess(exam.given))
    assert record["points"] == record["max_points"], record
    nbformat.validate(nbformat.from_dict(notebook))


def test_a_byte_order_mark_and_an_old_format_are_read(exam):
    assert len(read_cells(b"\xef\xbb\xbf" + raw(released()))) == len(released().cells)
    old = nbformat.convert(released(), 3)
    assert len(read_cells(json.dumps(old).encode())) == len(released().cells)


# --- the class's story -----------------------------------------------------------------------------


def test_the_exam_holds_the_outputs_of_every_story_cell(exam, place):
    stories = [grade_id(cell) for cell in exam.source["cells"] if "story" in cell["metadata"].get("tags", [])]
    assert stories and set(exam.story) == set(stories)
    assert any("text/html" in output.get("data", {}) for outputs in exam.story.values() for output in outputs)
    assert prepare(place / "source", Work.named(UNIT), place / "hidden") == exam, "and the second time it is read"


@pytest.mark.parametrize(
    "source, shared",
    [
        ("my_number = 1\nmy_number + 1", True),
        ("sigmoid(np.zeros(3))", True),
        ("plt.plot([1, 2])", False),  # imported by a story cell
        ("def sigmoid(z):\n    return plt", False),
        ("np = None", False),  # read by story cells
        ("globals()['a'] = 1", False),
        ("import __main__", False),
        ("%timeit sigmoid(0.0)", True),
        ("%matplotlib inline\nplt.plot([1])", False),
        ("this is no python", True),
        ("print('hello')", True),
    ],
)
def test_the_story_is_run_again_where_a_learners_cell_touches_it(lane, source, shared):
    record, text = lane.grade(raw(own_cell(solved(), source)), "own")
    assert record["story"] == ("of the class" if shared else "of the submission")
    shown = [
        o for c in nbformat.reads(text, as_version=4).cells if "story" in c.metadata.get("tags", []) for o in c.outputs
    ]
    assert any("text/html" in output.get("data", {}) for output in shown), "figures are there either way"


def test_a_learners_own_cell_may_use_what_a_story_cell_made(lane):
    notebook = own_cell(solved(), "print(type(plt).__name__)", at=len(released().cells))
    record, text = lane.grade(raw(notebook), "own")
    assert record["story"] == "of the submission"
    cells = nbformat.reads(text, as_version=4).cells
    assert next(c for c in cells if c.source == "print(type(plt).__name__)").outputs[0].text == "module\n"


def test_a_long_cell_is_not_run_and_says_so(exam):
    book = json.loads(json.dumps(exam.source))
    cell = next(c for c in book["cells"] if "story" in c["metadata"].get("tags", []))
    cell["metadata"]["tags"], cell["source"] = ["long"], "while True: pass"
    changed = Exam(**{**exam.__dict__, "source": book, "limits": {**exam.limits, "cell": 1.0}})
    record, notebook = grade(raw(solved()), changed, lambda: WorkerProcess(exam.given))
    (shown,) = (c for c in notebook["cells"] if c["metadata"].get("tags") == ["long"])
    assert "not run" in shown["outputs"][0]["text"]
    assert record["points"] == record["max_points"]


def test_an_exam_of_a_unit_that_was_not_built_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv(HIDDEN_VARIABLE, raising=False)
    with pytest.raises(GraderError, match="grader build"):
        prepare(tmp_path, Work.named(UNIT))


def test_the_key_changes_with_all_that_a_mark_depends_on(exam, place):
    keys = {exam.key}
    for name, value in {"tests": "x", "vectors": None, "layers": ["more"], "limits": {}, "confined": True}.items():
        keys.add(Exam(**{**exam.__dict__, "provenance": {**exam.provenance, name: value}}).key)
    assert len(keys) == 6


# --- an instructor's own assignment, as nbgrader's users write them --------------------------------


def _cell(source, grade_id, *, points=None, solution=False, kind="code"):
    make_cell = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    record = {
        "grade_id": grade_id,
        "schema_version": 3,
        "grade": points is not None,
        "solution": solution,
        "locked": not solution,
        "task": False,
    }
    if points is not None:
        record["points"] = points
    return make_cell(source, id=grade_id, metadata={"nbgrader": record})


@pytest.fixture(scope="module")
def homework(tmp_path_factory):
    """An exam of ps1/problem1: no unit of the course, no tags, plain asserts."""
    source = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Problem 1"),
            nbformat.v4.new_code_cell(
                "%matplotlib inline\nimport numpy as np\n\ndef helper(n):\n    return np.arange(n)"
            ),
            _cell(
                "import math\n\ndef squares(n):\n    ### BEGIN SOLUTION\n    return [k ** 2 for k in range(n)]\n"
                "    ### END SOLUTION",
                "squares",
                solution=True,
            ),
            nbformat.v4.new_code_cell("squares(3)  # try it"),
            _cell(
                "from numpy.testing import assert_array_equal\nassert squares(3) == [0, 1, 4]\n"
                "### BEGIN HIDDEN TESTS\nassert_array_equal(squares(5), helper(5) ** 2)\n### END HIDDEN TESTS",
                "test_squares",
                points=2,
            ),
            _cell("assert_array_equal(squares(0), [])\nassert math.isfinite(sum(squares(4)))", "test_more", points=3),
            _cell("What is a square?", "words", points=4, solution=True, kind="markdown"),
        ]
    )
    folder = tmp_path_factory.mktemp("homework")
    (folder / "ps1").mkdir()
    nbformat.write(source, folder / "ps1" / "problem1.ipynb")
    return prepare(folder, Work("ps1", "problem1"))


@pytest.mark.parametrize(
    "squares, points",
    [
        ("    return [k ** 2 for k in range(n)]", [2, 3]),
        ("    return [0, 1, 4]", [0, 0]),
        ("    return list(range(n))", [0, 3]),
        ("    print('almost')\n    return [k * k for k in range(n)]", [2, 3]),
        ("    raise NotImplementedError()", [0, 0]),
    ],
)
def test_ordinary_hidden_tests_work_unchanged(homework, squares, points):
    assert str(homework.work) == "ps1/problem1"
    book = json.loads(json.dumps(homework.source))
    for cell in book["cells"]:
        if grade_id(cell) == "squares":
            cell["source"] = f"import math\n\ndef squares(n):\n{squares}"
        if grade_id(cell) == "words":
            cell["source"] = "A number times itself."
    record, notebook = grade(json.dumps(book).encode(), homework, lambda: WorkerProcess())
    assert [cell["points"] for cell in record["cells"]] == [*points, None]
    assert record["human"] == ["words: an answer to mark by hand"]
    nbformat.validate(nbformat.from_dict(notebook))
    assert "grader_" not in json.dumps(notebook)


def test_an_answer_in_words_that_was_left_alone_needs_no_human(homework):
    book = json.loads(json.dumps(homework.source))
    for cell in book["cells"]:
        if grade_id(cell) in homework.stubs:
            cell["source"] = homework.stubs[grade_id(cell)]
    record, _ = grade(json.dumps(book).encode(), homework, lambda: WorkerProcess())
    assert [cell["points"] for cell in record["cells"]] == [0, 0, 0] and not record["human"]


def test_a_setup_cell_of_ours_that_does_not_run_is_no_fault_of_the_learners(exam, lane):
    """Nothing of the learner's ran before it: a human is asked, and no point is taken."""
    broken = copy.deepcopy(exam.source)
    setup = next(cell for cell in broken["cells"] if grade_id(cell) == "setup")
    setup["source"] = "import sys\nassert 'pytest' in sys.modules, 'only on our side'\n" + setup["source"]
    ours = dataclasses.replace(exam, source=broken)
    with pytest.raises(NurseryFailed, match="the course's own setup cell did not run: .*only on our side"):
        grade(raw(solved()), ours, lambda: WorkerProcess(ours.given))
    before = solved()  # after a cell of the learner's it may be their doing, and they are graded
    before.cells.insert(0, nbformat.v4.new_code_cell("import sys\nsys.modules['numpy'] = None"))
    record, _ = grade(raw(before), ours, lambda: WorkerProcess(ours.given))
    assert record["status"] == "graded"
