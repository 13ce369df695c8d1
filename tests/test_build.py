"""The build is deterministic and careful, and the map of the course is made of the registry."""

import json
import os
import re
import shutil

import pytest
from click.testing import CliRunner
from one_unit_trees import ROOT, UNIT, markdown, notebook_path, plant, problems, story, text_of

from grader.build import build, checks, derived, source
from grader.cells import cell_kind
from grader.cli import main
from grader.errors import BuildError
from grader.exercises import exercise, quiz_of, units
from grader.exercises.base import PARTS


def test_two_builds_are_the_same_bytes(tree):
    assert derived(tree) == derived(tree)


def test_derived_files_do_not_depend_on_where_the_clone_is(tree, tmp_path):
    elsewhere = tmp_path / "another place"
    shutil.copytree(tree / "solutions", elsewhere / "solutions")
    assert derived(elsewhere) == derived(tree)
    assert str(tmp_path).encode() not in b"".join(derived(tree).values())
    assert os.environ.get("HOME", "/nowhere").encode() not in b"".join(derived(tree).values())


def test_the_tree_is_in_order(tree):
    assert problems(tree) == []


def state(folder):
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".build" not in path.parts
    }


def test_building_again_writes_nothing(tree):
    before = state(tree)
    assert build(tree) == []
    assert state(tree) == before


def test_a_change_reaches_everything_made_of_it(tree):
    plant(tree, ("e = np.exp(-np.abs(z))  ", "e = np.exp(-np.abs(z)) # small "))
    assert "# small" in (tree / "grader" / "given" / f"{UNIT}.py").read_text()
    assert "# small" not in (tree / "course" / UNIT / f"{UNIT}.ipynb").read_text()
    plant(tree, ("# # Unit 00", "# # Unit 000"))
    assert "# Unit 000" in (tree / "course" / UNIT / f"{UNIT}.ipynb").read_text()
    assert problems(tree) == [] and build(tree) == []


def test_a_hand_edited_notebook_is_not_overwritten(tree):
    path = notebook_path(tree)
    edited = path.read_bytes().replace(b"Unit 00", b"My own unit")
    path.write_bytes(edited)
    before = state(tree)
    with pytest.raises(BuildError, match=f"Changed by hand: course/{UNIT}/{UNIT}.ipynb") as raised:
        build(tree)
    assert "solutions/" in str(raised.value) and "--force" in str(raised.value)
    assert state(tree) == before
    plant_fails = text_of(tree).read_text() + "\n# more\n"
    text_of(tree).write_text(plant_fails)
    with pytest.raises(BuildError, match="Changed by hand"):  # also when the source has changed as well
        build(tree)
    assert path.read_bytes() == edited
    assert f"course/{UNIT}/{UNIT}.ipynb" in build(tree, force=True)
    assert problems(tree) == [] and b"My own unit" not in path.read_bytes()


@pytest.mark.parametrize("damage", ["gone", "no JSON", "a list"])
def test_without_a_manifest_nothing_is_overwritten_that_would_change(tree, damage):
    manifest = tree / "course" / "manifest.json"
    manifest.unlink() if damage == "gone" else manifest.write_text("{" if damage == "no JSON" else "[]")
    assert build(tree) == ["course/manifest.json"]  # the notebook is what it would write
    manifest.unlink()
    notebook_path(tree).write_bytes(notebook_path(tree).read_bytes() + b" ")
    with pytest.raises(BuildError, match="Changed by hand"):
        build(tree)


def test_a_file_nobody_makes(tree):
    (tree / "course" / UNIT / "notes.txt").write_text("mine")
    (tree / "grader" / "given" / "99_old.py").write_text("")
    assert problems(tree) == [
        f"course/{UNIT}/notes.txt is stale: run `grader build`.",
        "grader/given/99_old.py is stale: run `grader build`.",
    ]
    with pytest.raises(BuildError, match=f"Changed by hand: course/{UNIT}/notes.txt"):
        build(tree)
    build(tree, force=True)
    assert problems(tree) == []
    assert not (tree / "course" / UNIT / "notes.txt").exists()


def test_jupyters_checkpoints_are_none_of_its_business(tree):
    folder = tree / "course" / UNIT / ".ipynb_checkpoints"
    folder.mkdir()
    (folder / f"{UNIT}-checkpoint.ipynb").write_text("{}")
    assert problems(tree) == [] and build(tree) == []
    assert (folder / f"{UNIT}-checkpoint.ipynb").exists()


def test_a_missing_notebook_is_made_again(tree):
    before = notebook_path(tree).read_bytes()
    shutil.rmtree(tree / "course" / UNIT)
    assert problems(tree) == [f"course/{UNIT}/{UNIT}.ipynb is stale: run `grader build`."]
    assert build(tree) == [f"course/{UNIT}/{UNIT}.ipynb"]
    assert notebook_path(tree).read_bytes() == before


def test_a_unit_without_its_text(tree):
    text_of(tree).unlink()
    with pytest.raises(BuildError, match=f"{UNIT}.py: No such file"):
        build(tree)


@pytest.mark.parametrize(
    "marker, words", [("{{exercise sigmod}}", "Did you mean 'sigmoid'"), ("{{exercise}}", "no exercise called ''")]
)
def test_a_marker_that_names_nothing(tree, marker, words):
    with pytest.raises(BuildError, match=words) as raised:
        plant(tree, f"# %% [markdown]\n# {marker}")
    assert marker in str(raised.value) and f"{UNIT}.py" in str(raised.value)


NO_CELLS = {
    "no kind": (["# %%\nx = 1"], "the code cell 'x = 1' is of no kind. Begin it with `# %% exercise="),
    "a story without a name": (['# %% tags=["story"]\nx = 1'], "is of no kind"),
    "another tag": (['# %% tags=["tale"] id="planted"\nx = 1'], "is of no kind"),
    "two tags": (['# %% tags=["setup", "story"] id="planted"\nx = 1'], "is of no kind"),
    "nbgrader's metadata": (['# %% nbgrader={"grade": true, "grade_id": "planted"}\nx = 1'], "is of no kind"),
    "an exercise that is none": (
        ['# %% exercise="sigmoide"\nx = 1'],
        "'sigmoide' is no exercise of 00_start: register",
    ),
    "a quiz with a text": ([('# %% exercise="quiz"\n', '# %% exercise="quiz"\nq1 = "a"\n')], "leave it empty"),
    "two of one name": ([story("x = 1", name="figures")], "two cells are called 'figures'. Rename one"),
    "two for one exercise": (['# %% exercise="sigmoid"\nx = 1'], "two cells are called 'sigmoid'"),
    "an equation that is not there": ([markdown("See equation (eq:nowhere).")], "there is no equation (eq:nowhere)"),
    "an equation labelled twice": ([markdown("$$x \\tag{eq:sigmoid}$$")], "two equations are labelled eq:sigmoid"),
}


@pytest.mark.parametrize("fault", NO_CELLS)
def test_a_text_that_can_be_no_notebook(fault, tree):
    changes, message = NO_CELLS[fault]
    with pytest.raises(BuildError, match=re.escape(message)) as raised:
        plant(tree, *changes)
    assert f"{UNIT}.py" in str(raised.value)


def test_equations_are_numbered_in_the_order_of_the_text(tree):
    source = text_of(tree)
    text = source.read_text()
    plant(tree, markdown("$$x = 1 \\tag{eq:planted}$$ Compare (eq:planted) with (eq:sigmoid)."))
    numbers = json.loads((tree / "grader" / "given" / "equations.json").read_text())[UNIT]
    assert numbers["sigmoid"] == "0.1" and numbers["planted"] == f"0.{len(numbers)}"
    assert f"Compare (0.{len(numbers)}) with (0.1)." in notebook_path(tree).read_text()
    assert text != source.read_text()


# --- the command --------------------------------------------------------------------------------


def command(tree, monkeypatch, *arguments):
    monkeypatch.chdir(tree)
    monkeypatch.setattr(checks, "SWEEP_SEEDS", ())
    result = CliRunner().invoke(main, ["build", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def test_the_build_command(tree, monkeypatch):
    assert command(tree, monkeypatch) == (0, "course/ is up to date.")
    text_of(tree).write_text(text_of(tree).read_text() + "\n\n# %% [markdown]\n# More.\n")
    status, output = command(tree, monkeypatch, "--check")
    assert status == 1 and f"✗ course/{UNIT}/{UNIT}.ipynb is stale: run `grader build`." in output
    assert "2 problems." in output  # the notebook and the manifest
    status, output = command(tree, monkeypatch)
    assert status == 0 and f"wrote course/{UNIT}/{UNIT}.ipynb" in output and "2 files written." in output
    notebook_path(tree).write_text("{}")
    status, output = command(tree, monkeypatch)
    assert status == 2 and f"Changed by hand: course/{UNIT}/{UNIT}.ipynb" in output
    assert notebook_path(tree).read_text() == "{}"
    assert command(tree, monkeypatch, "--force")[0] == 0
    status, output = command(tree / "solutions" / UNIT, monkeypatch, "--check")  # from anywhere inside
    assert (status, output.removeprefix("building ")) == (0, "The course is in order.")


# --- the map ------------------------------------------------------------------------------------


def test_the_index_links_every_unit_and_says_what_the_registry_says():
    notebook = json.loads((ROOT / "course" / "index.ipynb").read_text(encoding="utf-8"))
    texts = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    rows = [line for text in texts for line in text.splitlines() if line.startswith("| [")]
    assert len(rows) == len(units())
    for one in units():
        row = next(line for line in rows if f"({one.name}/{one.name}.ipynb)" in line)
        assert (ROOT / "course" / one.name / f"{one.name}.ipynb").is_file()
        most = sum(exercise(name).points for name in one.exercises) + len(quiz_of(one.name))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1:3] == [one.gives, one.needs] and cells[4] == str(most) and one.title in cells[0]
    parts = [text.splitlines()[0] for text in texts if text.startswith("## Part")]
    assert parts == [f"## Part {key}: {PARTS[key]}" for key in PARTS if any(one.part == key for one in units())]


def test_the_index_holds_one_code_cell_and_nothing_of_nbgraders():
    notebook = json.loads((ROOT / "course" / "index.ipynb").read_text(encoding="utf-8"))
    (code,) = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert "".join(code["source"]).endswith("progress()") and code["outputs"] == []
    assert "nbgrader" not in json.dumps(notebook)


def test_the_index_is_not_overwritten_where_it_was_changed(tree):
    path = tree / "course" / "index.ipynb"
    path.write_bytes(path.read_bytes().replace(b"Build an LSTM", b"My LSTM"))
    assert problems(tree) == ["course/index.ipynb is stale: run `grader build`."]
    with pytest.raises(BuildError, match=r"Changed by hand: course/index\.ipynb"):
        build(tree)
    assert build(tree, force=True) == ["course/index.ipynb"] and problems(tree) == []


def test_every_question_has_its_buttons_under_it_and_the_unit_ends_with_progress(tree):
    cells = source.read_source(tree, UNIT).cells
    questions = quiz_of(UNIT)
    for number, question in enumerate(questions, start=1):
        place = next(k for k, cell in enumerate(cells) if f"**Question {number}.**" in cell.source)
        assert question.text in cells[place].source and cells[place].source.count("**Question") == 1
        assert cells[place + 1].source == f'quiz("{UNIT}", {number})' and cell_kind(cells[place + 1]) == "story"
    assert cells[-1].source == f'progress("{UNIT}")' and cell_kind(cells[-1]) == "story"
