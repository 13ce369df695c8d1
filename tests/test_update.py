"""`grader update` and `grader reset`: the course's words change, the learner's never get lost. On the toy course."""

import copy
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from commands import files, really, run
from conftest import TOY

from grader import notebooks
from grader.alone import change as changing
from grader.alone.begin import copy_missing
from grader.alone.released import digest, given, note_given
from grader.alone.update import Changes, merged, update
from grader.cells import cell_kind, grade_id
from grader.files import locked
from grader.home import COURSE_VARIABLE
from grader.start import INDEX

pytestmark = pytest.mark.usefixtures("toy")
UNIT = "00_toy"
MINE = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))  # mine\n"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of the test's own, so that its next version can be released."""
    folder = tmp_path / "course"
    shutil.copytree(TOY, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv(COURSE_VARIABLE, str(folder))
    return folder


@pytest.fixture
def work(course, tmp_path):
    copy_missing(tmp_path / "work")
    return tmp_path / "work"


def path_of(folder):
    return folder / UNIT / f"{UNIT}.ipynb"


def released(course):
    return nbformat.read(course / "course" / UNIT / f"{UNIT}.ipynb", as_version=4)


def read(work):
    return nbformat.read(path_of(work), as_version=4)


def cell(notebook, name):
    return next(one for one in notebook.cells if one.id == name)


def sources(notebook):
    return [one.source for one in notebook.cells]


def release(course, changed):
    """Release another version of the course's first notebook."""
    notebook = released(course)
    changed(notebook)
    nbformat.write(notebook, course / "course" / UNIT / f"{UNIT}.ipynb")
    return notebook


def save(work, changed):
    """Save the learner's notebook with something changed, as JupyterLab would."""
    notebook = read(work)
    changed(notebook)
    nbformat.write(notebook, path_of(work))
    return notebook


def updated(work):
    """What an update makes of the notebook."""
    return next(one for one in update(work)[1] if one.name == UNIT)


def stories(notebook):
    return [one.id for one in notebook.cells if cell_kind(one) == "story"]


def texts(notebook):
    return [one.id for one in notebook.cells if one.cell_type == "markdown"]


def next_version(notebook):
    """A story is another, a text too, a stub has other words, a cell is new, and one is gone."""
    notebook.cells = [one for one in notebook.cells if one.id != texts(notebook)[-1]]
    cell(notebook, stories(notebook)[0]).source = "print('a better experiment')"
    cell(notebook, texts(notebook)[0]).source = "# A better beginning"
    cell(notebook, "sigmoid").source += "\n# look at both signs"
    notebook.cells.insert(2, nbformat.v4.new_markdown_cell("A new text.", id="a-new-text"))
    notebook.metadata["lstm_course"]["version"] = "9.0.0"


def learn(notebook):
    """What a learner does: an answer, two cells of their own, outputs."""
    cell(notebook, "sigmoid").source = MINE
    cell(notebook, "check_sigmoid").outputs = [nbformat.v4.new_output("stream", text="right")]
    position = notebook.cells.index(cell(notebook, "check_sigmoid"))
    notebook.cells.insert(position + 1, nbformat.v4.new_code_cell("sigmoid(np.array([3.0]))", id="mine-a"))
    notebook.cells.insert(position + 2, nbformat.v4.new_markdown_cell("*A note to myself*", id="mine-b"))
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("Mine, at the top", id="mine-c"))


# --- what becomes of each cell ------------------------------------------------------------------


def test_an_untouched_notebook_becomes_the_new_one(work, course):
    old, new = path_of(work).read_bytes(), release(course, next_version)
    copied, done = update(work)
    index, first, second = done
    assert copied == [] and [one.name for one in done] == [INDEX, UNIT, "01_toy"]
    assert read(work) == new
    assert first.backup.read_bytes() == old and index.backup is second.backup is None
    assert first.renewed and len(first.gone) == 1 and first.added == ["“A new text.”"]
    assert not first.kept and not first.own and not first.problem


def test_what_the_learner_wrote_stays_where_it_was(work, course):
    before = save(work, learn)
    new = release(course, next_version)
    changes = updated(work)
    after = read(work)
    assert sources(after)[0] == "Mine, at the top"
    assert cell(after, "sigmoid").source == MINE
    names = [one.id for one in after.cells]
    place = names.index("check_sigmoid")
    assert names[place - 1 : place + 3] == ["sigmoid", "check_sigmoid", "mine-a", "mine-b"]
    assert [name for name in names if not name.startswith("mine-")] == [one.id for one in new.cells]
    for one in new.cells:
        if one.id != "sigmoid":
            assert cell(after, one.id).source == one.source
    assert cell(after, "check_sigmoid").outputs == cell(before, "check_sigmoid").outputs
    assert changes.kept == ["sigmoid"] == changes.newer and changes.own == 3
    assert after.metadata["lstm_course"]["version"] == "9.0.0"
    nbformat.validate(after)


def test_a_story_that_the_learner_edited_stays(work, course):
    first, *others = stories(read(work))
    save(work, lambda notebook: cell(notebook, first).update(source="print('my experiment')"))

    def elsewhere(notebook):
        cell(notebook, texts(notebook)[0]).source = "# A better beginning"

    release(course, elsewhere)
    changes = updated(work)
    assert cell(read(work), first).source == "print('my experiment')" and changes.kept == [first]
    assert cell(read(work), texts(read(work))[0]).source == "# A better beginning"


def test_an_edited_cell_that_the_course_edited_too_stands_under_the_new_one(work, course):
    first, text = stories(read(work))[0], texts(read(work))[0]

    def edit(notebook):
        cell(notebook, first).source = "print('my experiment')"
        cell(notebook, text).source = "# My own beginning"

    save(work, edit)
    release(course, next_version)
    changes = updated(work)
    found = sources(read(work))
    for theirs, ours in (
        ("print('my experiment')", "print('a better experiment')"),
        ("# My own beginning", "# A better beginning"),
    ):
        assert found.index(theirs) == found.index(ours) + 1
    assert len(changes.beside) == 2 and changes.kept == changes.beside
    grade_ids = [grade_id(one) for one in read(work).cells if grade_id(one)]
    assert len(set(grade_ids)) == len(grade_ids) and len({one.id for one in read(work).cells}) == len(found)
    nbformat.validate(read(work))


def test_an_answer_stays_though_its_exercise_is_gone(work, course):
    save(work, learn)

    def without(notebook):
        notebook.cells = [one for one in notebook.cells if "sigmoid" not in one.id]

    release(course, without)
    changes = updated(work)
    mine = next(one for one in read(work).cells if one.source == MINE)
    assert not grade_id(mine) and "sigmoid" in changes.kept and "sigmoid" in changes.gone
    assert "sigmoid(np.array([3.0]))" in sources(read(work))


def test_of_copies_the_last_that_was_worked_on_is_the_answer_and_none_is_lost(work, course):
    def copies(notebook):
        place = notebook.cells.index(cell(notebook, "sigmoid"))
        for text in ("def sigmoid(z):\n    return z", MINE):
            one = copy.deepcopy(cell(notebook, "sigmoid"))
            one.update(id=f"copy-{len(text)}", source=text)
            notebook.cells.insert(place + 1, one)
            place += 1

    save(work, copies)
    release(course, next_version)
    update(work)
    after = read(work)
    assert cell(after, "sigmoid").source == MINE
    assert "def sigmoid(z):\n    return z" in sources(after)
    assert [grade_id(one) for one in after.cells].count("sigmoid") == 1


@pytest.mark.parametrize("kind", ["no ids", "new ids", "no metadata"])
def test_notebooks_that_other_editors_saved(kind, work, course):
    """They drop ids, give new ones, or leave nothing of the metadata: the texts say which cell is which."""
    save(work, learn)
    notebook = json.loads(path_of(work).read_text())
    for k, one in enumerate(notebook["cells"]):
        if kind == "no metadata":
            one["metadata"] = {}
        elif kind == "new ids":
            one["id"] = f"other-{k}"
        else:
            del one["id"]
            notebook["nbformat_minor"] = 4
    path_of(work).write_text(json.dumps(notebook))
    new = release(course, next_version)
    update(work)
    found = sources(read(work))
    assert [found.count(one) for one in (MINE, "sigmoid(np.array([3.0]))", "*A note to myself*")] == [1, 1, 1]
    assert found.index("sigmoid(np.array([3.0]))") > found.index(MINE)
    for one in new.cells:
        assert one.id == "sigmoid" or found.count(one.source) == 1
    nbformat.validate(read(work))


def test_without_a_note_of_what_was_given_whatever_differs_is_kept(work, course):
    save(work, learn)
    shutil.rmtree(work / ".grader" / "released")
    old_story = cell(read(work), stories(read(work))[0]).source
    release(course, next_version)
    changes = updated(work)
    found = sources(read(work))
    assert MINE in found and old_story in found and "A new text." in found
    assert changes.renewed == [] and changes.newer == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cells": 3}', '{"cells": [3, null, {}]}', "\xff"])
def test_a_broken_note_of_what_was_given_is_none(text, work, course):
    (work / ".grader" / "released" / f"{UNIT}.json").write_bytes(text.encode("latin1"))
    assert given(work, UNIT) == set()
    save(work, learn)
    release(course, next_version)
    assert updated(work).problem == ""
    assert MINE in sources(read(work)) and given(work, UNIT)


def test_a_second_update_finds_nothing_to_do(work, course):
    save(work, learn)
    release(course, next_version)
    update(work)
    before = {name: (work / name).stat().st_mtime_ns for name in files(work)}
    assert all(one.backup is None for one in update(work)[1])
    after = {name: (work / name).stat().st_mtime_ns for name in files(work)}
    assert {name for name in after if after[name] != before.get(name)} <= {".grader/notebooks.lock"}


def test_outputs_folds_and_a_kernels_metadata_are_no_change(work, course):
    def run_it(notebook):
        for one in notebook.cells:
            one.metadata["collapsed"] = True
            if one.cell_type == "code":
                one.execution_count, one.outputs = 3, [nbformat.v4.new_output("stream", text="…")]
        notebook.metadata["language_info"] = {"name": "python", "version": "3.13.1", "pygments_lexer": "ipython3"}

    save(work, run_it)
    assert not any(one.backup for one in update(work)[1])


def test_any_sequence_of_versions_and_edits_loses_nothing(tmp_path):
    """Drawn at random: whatever a learner wrote is there at the end, and every text of the course's just once."""
    new = nbformat.read(TOY / "course" / UNIT / f"{UNIT}.ipynb", as_version=4)
    for seed in range(60):
        draw = random.Random(seed)
        theirs, ours, before, written, number = copy.deepcopy(new), copy.deepcopy(new), set(), [], iter(range(100))
        before |= {digest(one) for one in ours.cells}
        for step in range(6):
            for one in draw.sample(theirs.cells, 3):  # the learner
                if draw.random() < 0.5:
                    written = [text for text in written if text != one.source]
                    one.source = f"# mine {next(number)}"
                    written.append(one.source)
                else:
                    made = nbformat.v4.new_code_cell(f"# own {next(number)}")
                    theirs.cells.insert(draw.randrange(len(theirs.cells) + 1), made)
                    written.append(made.source)
            for one in draw.sample(ours.cells, 3):  # the course
                one.source += f"\n# version {step}"
            if draw.random() < 0.5:
                del ours.cells[draw.randrange(len(ours.cells))]
            ours.cells.insert(
                draw.randrange(len(ours.cells)), nbformat.v4.new_markdown_cell(f"New in {step}", id=f"new-{step}")
            )
            after = merged(theirs, ours, before, Changes(UNIT))
            before |= {digest(one) for one in ours.cells}
            if after is not None:
                theirs = after
            found = sources(theirs)
            assert all(found.count(text) == 1 for text in written), (seed, step)
            ids = [one.id for one in theirs.cells]
            assert [one for one in ids if one in {o.id for o in ours.cells}] == [one.id for one in ours.cells]
            for one in ours.cells:
                text = cell(theirs, one.id).source
                assert text in written or text == one.source, (seed, step)
            assert merged(theirs, ours, before, Changes(UNIT)) is None, (seed, step)
            assert len(set(ids)) == len(ids)


# --- files --------------------------------------------------------------------------------------


def test_the_summary_says_what_happened_and_where_the_old_one_is(work, course):
    save(work, learn)
    (work / "01_toy" / "01_toy.ipynb").unlink()
    release(course, next_version)
    result = really("update", work)
    assert result.returncode == 0, result.stderr
    said = " ".join(result.stdout.split())
    assert "copied 01_toy/01_toy.ipynb" in said
    assert f"{UNIT}: cells 2 renewed, 1 new, 1 gone" in said
    assert "yours, kept: sigmoid, 3 of your own making" in said
    assert "the course words these anew: sigmoid. `grader reset sigmoid`" in said
    (kept,) = path_of(work).parent.glob("*.backup-*.ipynb")
    assert str(kept) in said and "Reload Notebook from Disk" in said
    assert "up to date" in run("update", work)[1]


BROKEN = {"cut off": '{"cells": [', "empty": "", "another": "5", "no text": "\xff\xfe\x00"}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_notebook_is_left_as_it_is_and_the_others_are_brought_up_to_date(kind, work, course):
    broken = work / "01_toy" / "01_toy.ipynb"
    broken.write_bytes(BROKEN[kind].encode("latin1"))
    release(course, next_version)
    status, output = run("update", work)
    assert status == 1 and "01_toy: left as it is." in output and "grader reset 01_toy" in output
    assert f"{UNIT}: cells 3 renewed" in output
    assert broken.read_bytes() == BROKEN[kind].encode("latin1")
    status, output = run("reset", "lstm_step", work)
    assert status == 2 and "01_toy.ipynb" in output and "`grader reset 01_toy` keeps this file beside it" in output
    status, output = run("reset", "01_toy", work)
    assert status == 0 and "01_toy is as the course gave it. Yours is kept in" in output
    (kept,) = broken.parent.glob("*.backup-*.ipynb")
    assert kept.read_bytes() == BROKEN[kind].encode("latin1")
    assert broken.read_bytes() == (course / "course" / "01_toy" / "01_toy.ipynb").read_bytes()


def test_what_is_saved_meanwhile_is_not_lost(work, course, monkeypatch):
    """JupyterLab saves between our look and our writing: then it is looked at again."""
    release(course, next_version)
    back_up, saved = changing.back_up, []

    def while_it_is_saved(path, data):
        if not saved:
            saved.append(save(work, learn))
        return back_up(path, data)

    monkeypatch.setattr(changing, "back_up", while_it_is_saved)
    changes = updated(work)
    assert saved and cell(read(work), "sigmoid").source == MINE and changes.own == 3
    (kept,) = path_of(work).parent.glob("*.backup-*.ipynb")
    assert MINE in sources(nbformat.read(kept, as_version=4))


def test_a_link_stays_one(work, course, tmp_path):
    elsewhere = tmp_path / "elsewhere.ipynb"
    path_of(work).rename(elsewhere)
    path_of(work).symlink_to(elsewhere)
    new = release(course, next_version)
    update(work)
    assert path_of(work).is_symlink() and nbformat.read(elsewhere, as_version=4) == new


def test_a_folder_without_notebooks(tmp_path, course, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in (["update"], ["reset", UNIT], ["progress"], ["watch"]):
        status, output = run(*command)
        assert status == 2 and "There are no notebooks of this course in work" in output and "grader start" in output
    assert not (tmp_path / "work").exists()


def test_two_updates_at_once(work, course):
    save(work, learn)
    new = release(course, next_version)
    command = [Path(sys.executable).with_name("grader"), "update", work]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    said = [one.communicate(timeout=120) for one in runs]
    assert [one.returncode for one in runs] == [0, 0, 0], said
    assert sum("2 renewed" in out for out, _ in said) == 1  # one of them did it
    assert len(list(path_of(work).parent.glob("*.backup-*.ipynb"))) == 1
    assert MINE in sources(read(work)) and {one.id for one in new.cells} <= {one.id for one in read(work).cells}


SLOW = """
import os, sys, time
from pathlib import Path
import grader.files
writes = int(sys.argv[2])
replace = os.replace
def counted(*paths):
    global writes
    if writes == 0:
        print("here", flush=True)
        time.sleep(60)
    writes -= 1
    replace(*paths)
os.replace = counted
from grader.alone.update import update
update(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_killed_in_the_middle(writes, work, course):
    """At each of the three moments at which it writes: all or nothing, and the next one does it."""
    save(work, learn)
    before = path_of(work).read_bytes()
    new = release(course, next_version)
    one = subprocess.Popen([sys.executable, "-c", SLOW, work, str(writes)], stdout=subprocess.PIPE, text=True)
    assert one.stdout.readline() == "here\n"
    one.send_signal(signal.SIGKILL)
    one.wait(timeout=30)
    one.stdout.close()
    assert path_of(work).read_bytes() == before
    release(course, lambda notebook: cell(notebook, "check_sigmoid").update(source='check("sigmoid")  # as ever'))
    status, output = run("update", work)
    assert status == 0 and "3 renewed, 1 new, 1 gone" in output
    found = sources(read(work))
    assert found.count(MINE) == 1 and found.count('check("sigmoid")  # as ever') == 1
    assert len(found) == len(new.cells) + 3


HOLDS = """
import sys, time
from pathlib import Path
from grader.files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
    print("let go", time.monotonic(), flush=True)
"""


@pytest.mark.parametrize("killed", [False, True])
def test_a_lock_is_held_by_one_and_freed_by_its_end(killed, tmp_path):
    command = [sys.executable, "-c", HOLDS, tmp_path / "lock", "600" if killed else "1"]
    one = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert one.stdout.readline() == "held\n"
        if killed:
            one.kill()
        with locked(tmp_path / "lock"):
            now = time.monotonic()
    finally:
        one.kill()
        said = one.communicate()[0]
    assert killed or float(said.split()[-1]) <= now


# --- reset --------------------------------------------------------------------------------------


def test_an_exercise_gets_its_stub_back(work, course):
    mine = save(work, learn)
    status, output = run("reset", "sigmoid", work)
    assert status == 0 and f"{UNIT}/{UNIT}.ipynb: sigmoid is as the course gave it. Yours is kept in" in output
    after, (kept,) = read(work), path_of(work).parent.glob("*.backup-*.ipynb")
    assert cell(after, "sigmoid").source == cell(released(course), "sigmoid").source
    assert [one for one in after.cells if one.id != "sigmoid"] == [one for one in mine.cells if one.id != "sigmoid"]
    assert nbformat.read(kept, as_version=4) == mine
    status, output = run("reset", "sigmoid", work)
    assert status == 0 and "as the course gave it already" in output
    assert len(list(path_of(work).parent.glob("*.backup-*.ipynb"))) == 1


def test_a_unit_gets_its_notebook_back(work, course):
    mine = save(work, learn)
    for _ in range(2):  # the second time there is nothing to do
        status, output = run("reset", UNIT, work)
        assert status == 0
    assert read(work) == released(course)
    (kept,) = path_of(work).parent.glob("*.backup-*.ipynb")
    assert nbformat.read(kept, as_version=4) == mine


def test_every_reset_keeps_what_was_there(work, course):
    for number in range(3):  # within a second
        save(work, lambda notebook, number=number: cell(notebook, "sigmoid").update(source=f"# try {number}"))
        assert run("reset", "sigmoid", work)[0] == 0
    kept = [nbformat.read(one, as_version=4) for one in path_of(work).parent.glob("*.backup-*.ipynb")]
    assert {cell(one, "sigmoid").source for one in kept} == {f"# try {number}" for number in range(3)}


def test_a_cell_that_was_deleted_is_back_in_its_place(work, course):
    def without(notebook):
        notebook.cells = [one for one in notebook.cells if one.id != "sigmoid"]

    save(work, without)
    status, output = run("reset", "sigmoid", work)
    assert status == 0 and "There was no cell for sigmoid: it is back in its place." in output
    assert [one.id for one in read(work).cells] == [one.id for one in released(course).cells]


def test_of_copies_the_others_stay(work, course):
    def twice(notebook):
        one = copy.deepcopy(cell(notebook, "sigmoid"))
        one.update(id="copy", source=MINE)
        notebook.cells.append(one)
        cell(notebook, "sigmoid").source = "def sigmoid(z): ..."

    save(work, twice)
    status, output = run("reset", "sigmoid", work)
    assert status == 0 and "There are 2 cells for sigmoid: the first has the stub again" in output
    assert read(work).cells[-1].source == MINE


def test_what_can_be_reset_is_said(work, course):
    status, output = run("reset", "sigmod", work)
    assert status == 2 and "Did you mean 'sigmoid'?" in output and "The units are: `00_toy`, `01_toy`." in output
    path_of(work).unlink()
    status, output = run("reset", "sigmoid", work)
    assert status == 2 and "`grader start` brings it" in output
    assert run("reset", UNIT, work)[0] == 0 and read(work) == released(course)


def test_a_notebook_that_is_saved_without_an_end_is_let_be(work, course, monkeypatch):
    release(course, next_version)
    back_up = changing.back_up

    def while_it_is_saved(path, data):
        save(work, lambda notebook: notebook.cells.append(nbformat.v4.new_markdown_cell(str(time.monotonic_ns()))))
        return back_up(path, data)

    monkeypatch.setattr(changing, "back_up", while_it_is_saved)
    changes = updated(work)
    assert "saved again and again" in changes.problem
    assert not list(path_of(work).parent.glob("*.backup-*.ipynb"))
    with pytest.raises(Exception, match="saved again and again"):
        changing.replace(path_of(work), b"{}")


def test_the_note_grows_and_never_shrinks(tmp_path):
    cells = [nbformat.v4.new_code_cell(text) for text in ("a", "b  \n", "c")]
    note_given(tmp_path, UNIT, cells[:2])
    note_given(tmp_path, UNIT, cells[2:])
    assert given(tmp_path, UNIT) == {digest(one) for one in cells}
    assert digest(nbformat.v4.new_code_cell("b")) == digest(cells[1])  # an editor took blanks away
    assert digest(nbformat.v4.new_markdown_cell("a")) != digest(cells[0])


def test_a_notebook_by_an_older_version_is_told_of_the_update(work, course):
    save(work, lambda notebook: notebook.metadata["lstm_course"].update(version="0.0.1"))
    assert notebooks.read(path_of(work)).metadata["lstm_course"]["version"] == "0.0.1"
    assert os.environ[COURSE_VARIABLE] == str(course)
    assert "`grader update` brings it up to date" in " ".join(really("check", path_of(work)).stdout.split())
