"""`grader check`: notebooks in any condition run in a kernel, public tests only, with the toy course."""

import json
import shutil
import sys

import nbformat
import pytest
from commands import files, put, really, released, run

import grader
from grader import demo, notebooks
from grader.cells import cell_kind, grade_id
from grader.exercises import exercise, unit, units

pytestmark = pytest.mark.usefixtures("toy")
UNIT = "00_toy"


@pytest.fixture(scope="module")
def answers(toy):
    """The course's own answers to a unit, by grade_id."""
    return {one.name: demo.solutions(toy, one.name) for one in units()}


def check_json(path, **options):
    result = really("check", path, "--json", **options)
    report = json.loads(result.stdout)
    assert list(report) == ["unit", "verdicts", "notes"]
    names = [verdict["name"] for verdict in report["verdicts"]]
    wanted = list(unit(report["unit"]).exercises)
    assert names[:-1] == wanted and "quiz" in names[-1].lower()
    return result.returncode, report, {v["name"]: v for v in report["verdicts"]}


def points(report):
    return sum(v["points"] for v in report["verdicts"]), sum(v["max_points"] for v in report["verdicts"])


@pytest.mark.parametrize("unit_name", [UNIT, "01_toy"])
def test_a_solved_notebook(unit_name, answers, tmp_path, workspace):
    path = put(notebooks.fill(released(unit_name), answers[unit_name]), tmp_path, unit_name)
    before = path.read_bytes()
    result = really("check", path)
    assert result.returncode == 0, result.stdout
    assert result.stderr == ""
    most = sum(exercise(name).points for name in unit(unit_name).exercises)
    lines = result.stdout.strip().splitlines()
    assert lines[-1].startswith(f"{unit_name}: ") and lines[-1].split()[1] == lines[-1].split()[3]
    assert float(lines[-1].split()[1]) > most
    for name in unit(unit_name).exercises:
        assert f"✓ {name}: right" in lines
    assert path.read_bytes() == before and files(tmp_path) == [path.name]  # the file is only read
    assert not any(workspace.iterdir())  # and nothing of it is kept as the learner's


def test_an_untouched_notebook(tmp_path):
    status, report, verdicts = check_json(put(released(UNIT), tmp_path, UNIT))
    assert status == 1 and report["unit"] == UNIT and report["notes"] == []
    assert points(report) == (0, 8)
    for name in unit(UNIT).exercises:
        assert verdicts[name]["passed"] is False and "isn't written yet" in verdicts[name]["text"]


def test_a_half_solved_notebook_in_any_condition(answers, tmp_path, workspace):
    """One answer right, one wrong; a check deleted, one twice, cells that raise; version and name odd."""
    kept = workspace / "passed" / "sigmoid.py"
    kept.parent.mkdir(parents=True)
    kept.write_text("raise SystemExit('the learner\\'s own workspace is none of this check\\'s business')")
    wrong = "def one_hot(ids, num_classes):\n    return np.zeros((*ids.shape, num_classes))"
    notebook = notebooks.fill(released(UNIT), {**answers[UNIT], "one_hot": wrong, "quiz": "q1 = 'c'\nq2 = 7"})
    cells = notebook.cells
    at = next(k for k, cell in enumerate(cells) if grade_id(cell) == "check_sigmoid")
    cells[at]["metadata"]["tags"] = ["skip-execution"]
    deleted = next(k for k, cell in enumerate(cells) if grade_id(cell) == "check_one_hot")
    del cells[deleted]
    cells += [cell for cell in cells if cell_kind(cell) == "grade"]
    for source in (
        "1 / 0",
        "this is no Python",
        "%matplotlib nothing",
        "import sys; sys.exit(3)",
        "raise KeyboardInterrupt",
        "input('?')",
        "print('x' * 10**6)",
        "%%bash\nexit 7",
    ):
        cells.insert(2, nbformat.v4.new_code_cell(source))
    cells.insert(3, nbformat.v4.new_raw_cell("raw"))
    notebook.metadata["lstm_course"]["version"] = "0.0.1"
    notebook.metadata["kernelspec"] = {"name": "julia-9", "display_name": "Julia", "language": "julia"}
    path = tmp_path / "my homework [final] (2).ipynb"
    path.write_text(json.dumps(notebook))
    status, report, verdicts = check_json(path)
    assert status == 1 and report["unit"] == UNIT
    assert verdicts["sigmoid"]["passed"] is True and verdicts["sigmoid"]["points"] == 2
    assert verdicts["one_hot"]["mistake"] == "all_zeros"
    assert points(report) == (3, 8)  # two of sigmoid, one of the quiz
    assert len(report["notes"]) == 2
    assert report["notes"][1].startswith("A cell could not be read, and none of it was run: SyntaxError: ")
    assert report["notes"][1].endswith("(line 1: this is no Python).")
    assert f"made by version 0.0.1 of the course; this is {grader.__version__}" in report["notes"][0]
    assert kept.read_text().startswith("raise SystemExit")


@pytest.mark.parametrize(
    "broken, kind, line",
    [
        (
            "def one_hot(ids, num_classes):\n    return np.zeros((3, 4)\n",
            "SyntaxError",
            "line 2: return np.zeros((3, 4)",
        ),
        ("def one_hot(ids, num_classes)\n    return ids\n", "SyntaxError", "line 1: def one_hot(ids, num_classes)"),
        ("def one_hot(ids, num_classes):\nreturn ids\n", "IndentationError", "line 2: return ids"),
    ],
    ids=["a bracket", "a colon", "indentation"],
)
def test_a_cell_that_is_no_python_is_shown_as_that(answers, tmp_path, broken, kind, line):
    path = put(notebooks.fill(released(UNIT), {**answers[UNIT], "one_hot": broken}), tmp_path, UNIT)
    _, report, verdicts = check_json(path)
    text, points = verdicts["one_hot"]["text"], verdicts["one_hot"]["points"]
    assert "The cell that defines one_hot is no Python that can be read" in text and points == 0
    assert f"{kind}: " in text and line in text and "is not defined" not in text
    assert verdicts["one_hot"]["max_points"] == exercise("one_hot").points and report["notes"] == []
    assert verdicts["sigmoid"]["passed"] is True


def test_a_cell_that_is_no_python_beside_one_that_is(answers, tmp_path):
    """The exercise is defined all the same: its verdict is about that, and a note tells of the other cell."""
    notebook = notebooks.fill(released(UNIT), answers[UNIT])
    notebook.cells.append(nbformat.v4.new_code_cell("def one_hot(ids:\n    pass"))
    _, report, verdicts = check_json(put(notebook, tmp_path, UNIT))
    assert verdicts["one_hot"]["passed"] is True
    assert len(report["notes"]) == 1 and "line 1: def one_hot(ids:" in report["notes"][0]


def test_a_kernel_that_dies(answers, tmp_path):
    dies = answers[UNIT]["one_hot"] + "\n\nimport os\nos._exit(1)"
    path = put(notebooks.fill(released(UNIT), {**answers[UNIT], "one_hot": dies}), tmp_path, UNIT)
    result = really("check", path)
    assert result.returncode == 1
    output = " ".join(result.stdout.split())
    assert "✓ sigmoid: right" in output  # what was checked before counts
    assert "✗ one_hot: not checked" in output and "The kernel died while the notebook ran" in output
    assert "2 of 8 points" in output


def test_a_kernel_that_does_not_start_is_started_once_more_or_said(answers, tmp_path, monkeypatch):
    once, kernels = tmp_path / "once", tmp_path / "kernels" / "python3"
    program = (
        "import os, sys\n"
        f"if os.path.exists({str(once)!r}) and sys.argv[1] == 'second':\n"
        "    os.execv(sys.executable, [sys.executable, '-m', 'ipykernel_launcher', '-f', sys.argv[2]])\n"
        f"open({str(once)!r}, 'w').close()\n"
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    kernels.mkdir(parents=True)
    path = put(notebooks.fill(released(UNIT), answers[UNIT]), tmp_path, UNIT)
    for when in ("second", "never"):
        argv = [sys.executable, "-c", program, when, "{connection_file}"]
        (kernels / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "x", "language": "python"}))
        done = really("check", path)
        if when == "second":
            assert done.returncode == 0 and done.stderr == "" and "✓ sigmoid: right" in done.stdout
        else:
            assert done.returncode == 2 and "No kernel for Python came up" in done.stderr, done
            assert "Traceback" not in done.stderr and "AssertionError" not in done.stderr


def test_a_cell_that_never_ends(answers, tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "CELL_SECONDS", 5)
    endless = answers[UNIT]["one_hot"] + "\n\nwhile True:\n    pass"
    notebook = notebooks.fill(released(UNIT), {**answers[UNIT], "one_hot": endless})
    notebook.cells = [cell for cell in notebook.cells if cell_kind(cell) != "story"]  # a slow machine needs longer
    status, output = run("check", put(notebook, tmp_path, UNIT))
    assert status == 1 and "✓ sigmoid: right" in output
    assert "A cell ran for more than 5 seconds and the notebook was stopped there." in output


def test_a_fault_of_the_graders_has_a_status_of_its_own(tmp_path, monkeypatch):
    text = "! sigmoid: not judged"
    record = {"name": "sigmoid", "passed": None, "points": None, "max_points": 2.0, "text": text}
    monkeypatch.setattr(notebooks, "check_notebook", lambda path, progress: (UNIT, [record], []))
    status, output = run("check", tmp_path)
    assert status == 3 and "! sigmoid: not judged" in output and "0 of 2 points" in output


def test_an_old_notebook_is_read_too(answers, tmp_path):
    """Without cell ids, as nbformat 4.4 and most tools of 2020 wrote them."""
    notebook = json.loads(json.dumps(notebooks.fill(released(UNIT), answers[UNIT])))
    notebook["nbformat_minor"] = 2
    for cell in notebook["cells"]:
        del cell["id"]
    path = tmp_path / f"{UNIT}.ipynb"
    path.write_text(json.dumps(notebook))
    assert notebooks.unit_of_notebook(notebooks.read(path), path) == UNIT
    stripped = {**notebook, "metadata": {}}
    path.write_text(json.dumps(stripped))
    assert notebooks.unit_of_notebook(notebooks.read(path), path) == UNIT  # its name says so
    elsewhere = tmp_path / UNIT / "copy.ipynb"
    elsewhere.parent.mkdir()
    shutil.copyfile(path, elsewhere)
    assert notebooks.unit_of_notebook(notebooks.read(elsewhere), elsewhere) == UNIT  # or its folder's
