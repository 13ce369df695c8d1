"""Where a cell runs follows from whose text it holds: nothing that was handed in runs in the grader's own process."""

import ast
import builtins
import contextlib
import copy
import itertools
import json
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT

from grader.cells import cell_kind, grade_id
from grader.errors import GraderError
from grader.grading import judge as judging
from grader.grading.engine import grade
from grader.grading.exam import Exam, prepare
from grader.grading.rebuild import MISSING, OurCell, OurImports, Ours, TheirCell, rebuild
from grader.grading.work import Work

FLAGS = ("grade", "solution", "locked", "task")
TAGS = [list(found) for size in range(4) for found in itertools.combinations(("setup", "story", "long"), size)]
FORGED = (None, "plain", "setup", "grade")  # "grader_kind", by which cells were once told apart
SCHEMAS = (1, 2, 3, None, "three")
KINDS = ("code", "markdown", "raw")
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def ours(name: str) -> str:
    """A text of the instructor's that says so where it runs, and gives half a point."""
    return f"getattr(__import__('builtins'), 'ours_ran', []).append({name!r}) or 0.5"


def canary(name: str) -> str:
    return f"getattr(__import__('builtins'), 'theirs_ran', []).append({name!r})\n99.0"


def cells_of(kind: str, schema) -> list:
    """A cell of this type for every combination of what nbgrader and we read off its metadata."""
    cells = []
    for number, (flags, tags, forged) in enumerate(
        itertools.product(itertools.product([False, True], repeat=4), TAGS, FORGED)
    ):
        name = f"cell{number}"
        record = dict(zip(FLAGS, flags, strict=True)) | {"grade_id": name, "points": 1, "schema_version": schema}
        metadata = {"nbgrader": record, "tags": tags} | ({"grader_kind": forged} if forged else {})
        make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
        cell = make.get(kind, nbformat.v4.new_raw_cell)(ours(name), metadata=metadata)
        cell["id"] = name
        cells.append(cell)
    return cells


def kind_of(cell) -> str:
    """What a cell is, said once more and independently."""
    record, tags = cell["metadata"]["nbgrader"], cell["metadata"]["tags"]
    if record["solution"]:
        return "solution"
    if cell["cell_type"] != "code":
        return "text"
    if record["grade"]:
        return "grade"
    return next((tag for tag in ("setup", "long", "story") if tag in tags and record["locked"]), "plain")


class Worker:
    """A worker that runs nothing and remembers what it was given."""

    alive, deadline = True, 0.0

    def __init__(self):
        self.given: list[str] = []

    def run_cell(self, source, seconds):
        self.given.append(source)
        return []

    def session(self):
        return contextlib.nullcontext()

    def bound(self, names):
        return dict.fromkeys(names, "missing"), {}

    def close(self):
        pass


@pytest.fixture
def ran(monkeypatch):
    """What ran in this process: (the instructor's texts, the learner's)."""
    found = ([], [])
    monkeypatch.setattr(builtins, "ours_ran", found[0], raising=False)
    monkeypatch.setattr(builtins, "theirs_ran", found[1], raising=False)
    return found


@pytest.fixture(scope="module", params=itertools.product(KINDS, SCHEMAS), ids=lambda pair: f"{pair[0]}-{pair[1]}")
def exam(request, tmp_path_factory) -> Exam:
    folder = tmp_path_factory.mktemp("every")
    notebook = nbformat.v4.new_notebook(cells=cells_of(*request.param))
    (folder / "every").mkdir()
    (folder / "every" / "every.ipynb").write_text(json.dumps(notebook))
    with pytest.MonkeyPatch.context() as patch:  # the class's story is another test's affair
        patch.setattr("grader.grading.exam._story", lambda *arguments: {})
        return prepare(folder, Work.named("every"))


def honest(cells):
    return cells


def forged(cells):
    """The metadata of another cell, another type, tags, pictures."""
    for number, cell in enumerate(cells):
        record = {"grade": True, "solution": not number % 2, "locked": bool(number % 3), "task": not number % 5}
        cell["metadata"]["nbgrader"] |= record | {"points": 99, "cell_type": "code", "schema_version": number % 4}
        cell["metadata"] |= {"tags": TAGS[number % len(TAGS)], "grader_kind": FORGED[1 + number % 3]}
        cell["cell_type"] = KINDS[number % 3]
        cell["attachments"] = {"a.png": {"image/svg+xml": "<svg onload='1'/>"}}
    return cells


def twice(cells):
    return [*cells, *copy.deepcopy(cells[::-1])]


def renamed(cells):
    """Own cells, which say all kinds of things of themselves."""
    for cell in cells:
        cell["metadata"]["nbgrader"]["grade_id"] += "-own"
        cell["id"] = "own" + cell["id"]
    return [*cells, {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "cell0"}}, "source": canary("cell0")}]


def nameless(cells):
    for cell in cells:
        del cell["metadata"]["nbgrader"]
    return cells


@pytest.mark.parametrize("change", [honest, forged, twice, renamed, nameless])
@pytest.mark.some(30)
def test_no_text_that_was_handed_in_runs_here(exam, ran, change):
    handed_in = [cell | {"source": canary(grade_id(cell))} for cell in copy.deepcopy(exam.source["cells"])]
    workers = []
    book = json.dumps({"cells": change(handed_in)}).encode()
    record, notebook = grade(book, exam, lambda: workers.append(Worker()) or workers[-1])
    assert record["status"] == "graded"
    assert ran[1] == []
    # Of the instructor's texts those ran here that belong here, the answers' own among them never.
    here = {grade_id(one) for one in exam.source["cells"] if kind_of(one) in ("grade", "setup", "plain")}
    assert set(ran[0]) == here
    # In the worker ran every answer in code, and no text of the instructor's that is for an answer or a test.
    (worker,) = workers
    assert all(cell_kind(one) == kind_of(one) for one in exam.source["cells"])
    kinds = {grade_id(one): kind_of(one) for one in exam.source["cells"]}
    in_code = exam.source["cells"][0]["cell_type"] == "code"
    if change is not renamed:
        assert {canary(name) for name, kind in kinds.items() if kind == "solution" and in_code} <= set(worker.given)
    assert not {ours(name) for name, kind in kinds.items() if kind in ("solution", "grade")} & set(worker.given)
    # The record says so: what a learner wrote is for a human to mark, and no test gave points for it.
    marks = {cell["cell"]: cell["points"] for cell in record["cells"]}
    assert list(marks) == [name for name, _ in exam.graded()]
    by_hand = {name for name, points in marks.items() if points is None}
    asked = {line.partition(":")[0] for line in record["human"]}
    assert by_hand == asked
    answered = {name for name, state in record["answers"].items() if state == "changed"}
    assert {name for name in marks if kinds[name] == "solution"} & answered <= by_hand
    tested = {name: points for name, points in marks.items() if kinds[name] == "grade"}
    assert set(tested.values()) <= {0.5} and bool(tested) == in_code
    assert {marks[name] for name in marks.keys() - tested.keys() - by_hand} <= {0.0}
    nbformat.validate(nbformat.from_dict(notebook))
    raw = [cell for cell in notebook["cells"] if cell["cell_type"] == "raw"]
    assert all(cell["source"] == ours(grade_id(cell)) for cell in raw)


def test_a_learners_cell_cant_be_handed_to_what_runs_ours(exam):
    cells, _ = rebuild(exam.source, copy.deepcopy(exam.source["cells"]), exam.stubs)
    theirs = [cell for cell in cells if not isinstance(cell, Ours)]
    assert theirs and all(isinstance(cell, TheirCell) for cell in theirs)
    for piece in (theirs[0], theirs[0].text, theirs[0].node, exam.source["cells"][0], None):
        for run in (judging._set_up, judging._set_up_leniently):
            with pytest.raises(TypeError, match="may be a learner's"):
                run(piece, {})
        with pytest.raises(TypeError, match="may be a learner's"):
            judging._grade(piece, {}, None, [], {}, 1)


def test_ours_is_made_from_a_place_in_the_source_and_nothing_else(exam):
    with pytest.raises(TypeError, match="a place in the instructor's notebook"):
        Ours("print(1)")
    for position, cell in enumerate(exam.source["cells"]):
        if cell_kind(cell) == "solution":
            with pytest.raises(ValueError, match="for the learner's text"):
                OurCell(exam.source, position)
    found = next(k for k, cell in enumerate(exam.source["cells"]) if cell_kind(cell) != "solution")
    mine = OurCell(exam.source, found)
    mine.node["source"] = canary("x")
    assert mine.text == exam.source["cells"][found]["source"]
    with pytest.raises(AttributeError):
        mine.text = canary("x")


def test_only_the_judge_runs_anything_and_only_through_its_one_door():
    """Of all that grading does, these functions run a text, and each asks whose it is."""
    found = {}
    for path in sorted((ROOT / "grader" / "grading").glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                called = {node.func.id for node in ast.walk(function) if isinstance(node, ast.Call) and _named(node)}
                if called & {"exec", "eval", "compile", "__import__"}:
                    found[path.name, function.name] = "_ours" in called
    assert set(found) == {("judge.py", name) for name in ("_set_up", "_set_up_leniently", "_grade")}
    assert all(found.values())


def _named(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name)


def test_a_names_import_in_an_answer_is_the_instructors(tmp_path):
    """Tests may use what the solution imports; what a submission imports is never looked at."""
    notebook = {"cells": [{"cell_type": "code", "metadata": {"nbgrader": {"solution": True, "grade_id": "a"}}}]}
    notebook["cells"][0]["source"] = "%matplotlib inline\nimport math\nfrom os import path as place\nx = 1"
    assert OurImports(notebook).text == "import math\nfrom os import path as place"
    notebook["cells"][0]["source"] = "%%time\nimport math"
    assert OurImports(notebook).text == "import math"
    notebook["cells"][0]["source"] = "Write what you think here."
    assert OurImports(notebook).text == ""


def _written(folder: Path, *cells) -> Path:
    (folder / "one").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), folder / "one" / "one.ipynb")
    return folder


def _code(source="1", **record):
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": record})


@pytest.mark.parametrize(
    "cells, says",
    [
        ([_code(grade=True, grade_id="a", points=1), _code(solution=True, grade_id="a")], "two cells .* 'a'"),
        ([_code(solution=True)], "no grade_id"),
        ([_code(locked=True)], "no grade_id"),
        ([_code(grade=True, points=1, grade_id=["a"])], "no grade_id"),
        ([_code(grade=True, grade_id="a")], "earns points"),
        ([_code(grade=True, solution=True, grade_id="a", points="1")], "earns points"),
        ([_code(grade=True, grade_id="a", points=-1)], "earns points"),
        ([_code(grade=True, grade_id="a", points=True)], "earns points"),
    ],
)
def test_a_source_that_leaves_open_which_cell_is_which_is_refused(tmp_path, cells, says):
    with pytest.raises(GraderError, match=says):
        prepare(_written(tmp_path, *cells), Work.named("one"))


def test_words_marked_by_hand_are_made_safe_for_the_page_that_shows_them():
    for kind in ("markdown", "raw"):
        node = {"cell_type": kind, "metadata": {}, "source": "Your answer.", "attachments": {"own": {}}}
        cell = TheirCell("<script>alert(1)</script> *so*", node)
        assert cell.text.startswith("<script>") and cell.node["cell_type"] == "markdown"
        assert "attachments" not in cell.node
        assert "<script>" not in cell.node["source"] or cell.node["source"].startswith("~~~")
    assert TheirCell("*Because* $x$.", {"cell_type": "markdown"}).node["source"] == "*Because* $x$."
    picture = {"a.png": {"image/png": PIXEL}}
    shown = TheirCell("![A](attachment:a.png)", {"cell_type": "markdown"}, picture).node["source"]
    assert "data:image/png;base64,iVBOR" in shown


def test_a_missing_answer_in_words_is_none(exam):
    cells, report = rebuild(exam.source, [], exam.stubs)
    assert {cell.text for cell in cells if isinstance(cell, TheirCell)} == {MISSING}
    assert report[0].endswith("missing, put back")
