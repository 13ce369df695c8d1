"""Notebooks in a real kernel, untouched and solved, from top to bottom: one unit, and the others in `make test-long`.

What every unit's notebook is asked stands in test_units.py, where its cells run in a fork of a warm process.
"""

import re

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

from grader.cells import cell_kind, grade_id
from grader.checking.verdict import MIME
from grader.demo import solutions
from grader.exercises import units
from grader.notebooks import fill

# nbclient and the kernel's client warn about their own event loops.
pytestmark = pytest.mark.filterwarnings("default")
FIRST, *OTHERS = [unit.name for unit in units()]
NAMES = [FIRST, *(pytest.param(name, marks=pytest.mark.long) for name in OTHERS)]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """(unit, solved) -> the executed notebook; each is run once, in a workspace of its own."""
    done = {}

    def execute(name: str, solved: bool):
        if (name, solved) not in done:
            notebook = nbformat.read(ROOT / "course" / name / f"{name}.ipynb", as_version=4)
            if solved:
                notebook = fill(notebook, solutions(ROOT, name))
            folder = tmp_path_factory.mktemp("learner")
            (folder / ".grader").mkdir()
            client = NotebookClient(
                notebook,
                timeout=300,
                allow_errors=True,
                kernel_name="python3",
                resources={"metadata": {"path": str(folder)}},
            )
            with pytest.MonkeyPatch.context() as patch:
                patch.delenv("GRADER_WORKSPACE", raising=False)
                client.execute()
            done[name, solved] = notebook, folder
        return done[name, solved]

    return execute


def outputs(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield cell, output


@pytest.mark.parametrize("solved", [False, True], ids=["untouched", "solved"])
@pytest.mark.parametrize("name", NAMES)
def test_it_runs_from_top_to_bottom(run, name, solved):
    notebook, _ = run(name, solved)
    errors = [
        (grade_id(cell), output.ename, output.evalue)
        for cell, output in outputs(notebook)
        if output.output_type == "error"
    ]
    assert errors == []
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


def verdicts(notebook) -> dict:
    return {
        grade_id(cell): output.data[MIME]
        for cell, output in outputs(notebook)
        if cell_kind(cell) == "grade" and output.output_type == "execute_result"
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_check_of_a_solved_notebook_passes(run, name):
    notebook, folder = run(name, True)
    found = verdicts(notebook)
    exercises = next(unit.exercises for unit in units() if unit.name == name)
    assert set(found) == {f"check_{e}" for e in (*exercises, "quiz")}
    assert all(record["passed"] for record in found.values()), found
    kept = {path.stem for path in (folder / ".grader" / "passed").glob("*.py")}
    assert kept == set(exercises), "every passing function is kept for later units"


@pytest.mark.parametrize("name", NAMES)
def test_every_check_of_an_untouched_notebook_says_so_kindly(run, name):
    for record in verdicts(run(name, False)[0]).values():
        assert record["passed"] is False and record["points"] == 0
        assert record["state"] == "to do" and "✗" not in record["text"]  # neutral: nothing was tried
        assert "isn't written yet" in record["text"] or "no answer yet" in record["text"]


@pytest.mark.parametrize("solved", [False, True], ids=["untouched", "solved"])
@pytest.mark.parametrize("name", NAMES)
def test_figures_come_with_alt_text(run, name, solved):
    pictures = []
    for _, output in outputs(run(name, solved)[0]):
        data = output.get("data", {})
        assert "image/png" not in data, "a figure was displayed without show()"
        pictures += re.findall(r"<img[^>]*>", data.get("text/html", ""))
    assert pictures
    for picture in pictures:
        alt = re.search(r'alt="([^"]*)"', picture)
        assert alt and len(alt.group(1)) > 15


def test_a_later_unit_uses_the_learners_own_function(run, tmp_path, monkeypatch):
    """sigmoid passes in unit 00; unit 05's notebook, in the same workspace, brings the learner's own."""
    _, folder = run("00_start", True)
    notebook = nbformat.read(ROOT / "course" / "05_lstm" / "05_lstm.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell_kind(cell) == "setup"]
    (folder / "05_lstm").mkdir(exist_ok=True)
    monkeypatch.delenv("GRADER_WORKSPACE")
    NotebookClient(
        notebook, timeout=100, kernel_name="python3", resources={"metadata": {"path": str(folder / "05_lstm")}}
    ).execute()
    printed = "".join(output.text for _, output in outputs(notebook) if output.output_type == "stream")
    assert "sigmoid: your own version" in printed
