"""Every submission of the corpus: nothing gained, nothing lost for others, nothing left behind."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from conftest import need_program
from corpus_ground import Ground, adopt_orphans, leaked, processes, traces
from corpus_runner import CORPUS, KINDS, MARKED, MOST, UNIT, Entry, active, entries

from grader.grading.autograde import autograde

# nbgrader, its database layer and its converters warn about their own future.
pytestmark = pytest.mark.filterwarnings("default")

ENTRIES = entries()
MOST_SECONDS = 40.0  # twice a submission's limit


@pytest.fixture(scope="module")
def ground(toy, tmp_path_factory):
    need_program("bwrap")
    adopt_orphans(True)
    with pytest.MonkeyPatch.context() as patch:
        temporary = tmp_path_factory.mktemp("temporary")  # what the grader leaves there can be seen
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr(tempfile, "tempdir", str(temporary))
        found = Ground(tmp_path_factory.mktemp("corpus"), plots=False)
        found.warm_up()
        yield found
        found.close()
    adopt_orphans(False)


@pytest.fixture
def whole(toy, tmp_path):
    """A class that gets the unit as it is, plots and all."""
    need_program("bwrap")
    found = Ground(tmp_path / "class")
    yield found
    found.close()


@pytest.fixture
def clean(ground, entry):
    """The class before an entry; afterwards its submission is gone and the class looks as it did."""
    ground.warm_up(entry.unit)
    running, files, neighbours = processes(), traces(ground.folder), ground.neighbours()
    yield ground
    deadline = time.monotonic() + 5.0
    while (left := processes() - running) and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(ground.folder / "submitted" / "mallory")
    assert not left, "processes are left"
    assert traces(ground.folder) - files == set(), "files are left"
    assert ground.neighbours() == neighbours, "something of others was changed"


@pytest.mark.parametrize(
    "entry", [pytest.param(entry, id=entry.name, marks=[pytest.mark.long] * entry.long) for entry in ENTRIES]
)
@pytest.mark.some(24)
def test_an_entry_gains_nothing_and_disturbs_nobody(clean, entry: Entry):
    graded = clean.grade(entry)
    assert entry.complaint(graded.points, graded.human) == "", graded.record
    assert graded.seconds < MOST_SECONDS
    assert not leaked(graded.notebook, clean.secret)
    assert active(graded.notebook) == []
    assert len(str(graded.notebook)) < 5_000_000
    assert not clean.contacted()
    after = clean.neighbour(entry.unit)
    assert (after.points, after.human) == (MOST, entry.unit == MARKED), after.record


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_class_of_them_all_in_one_batch(whole):
    """Everybody of the corpus and a dozen right ones, several at a time, into the gradebook."""
    for entry in ENTRIES:
        whole.hand_in(entry, entry.name)
    others = [f"right{number:02}" for number in range(12)]
    for name in others:
        folder = whole.folder / "submitted" / name / UNIT
        folder.mkdir(parents=True)
        (folder / f"{UNIT}.ipynb").write_bytes(whole.right[UNIT])
    marks, asked = {}, set()
    for unit in (UNIT, MARKED):
        summary = autograde(whole.class_folder, unit, jobs=2)
        marks |= {name: points for name, points in whole.marks(unit).items() if name != "zoe"}
        asked |= {student for student, _ in summary.human}
        assert summary.left == 0 and not summary.interrupted
    assert {name: marks[name] for name in others} == dict.fromkeys(others, MOST)
    complaints = {entry.name: entry.complaint(marks[entry.name], entry.name in asked) for entry in ENTRIES}
    assert {name: said for name, said in complaints.items() if said} == {}


def test_the_corpus_is_large_and_says_what_it_is():
    assert len(ENTRIES) >= 75
    assert {entry.kind for entry in ENTRIES} == set(KINDS)
    assert len({entry.title for entry in ENTRIES}) == len(ENTRIES)
    assert all(entry.says.endswith(".") for entry in ENTRIES)
    assert {path.stem for path in CORPUS.glob("*.py")} == {entry.name for entry in ENTRIES}
    assert all(entry.name.split("_")[0] == entry.kind for entry in ENTRIES)


def shows(*outputs: dict):
    """A graded notebook in which a learner's cell has these outputs."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=list(outputs))])


@pytest.mark.parametrize("text", ["a witness1234 b", "### BEGIN HIDDEN TESTS", "MEMORY READ 7"])
def test_what_was_read_is_noticed(text):
    printed = nbformat.v4.new_output("stream", text=text)
    assert leaked(shows(printed), "witness1234")
    assert not leaked(shows(nbformat.v4.new_output("stream", text="nothing")), "witness1234")


@pytest.mark.parametrize(
    "kind, text",
    [
        ("text/html", "<p><script>1</script>"),
        ("text/html", "<img src=x onerror=a>"),
        ("text/html", "<SVG/onload=a>"),
        ("text/html", "<a href='javascript:a'>"),
        ("image/svg+xml", "<svg><script>1</script></svg>"),
        ("application/javascript", "1"),
        ("text/markdown", "<script>1</script>"),
        ("text/html", "<iframe src=x>"),
    ],
)
def test_what_would_run_in_a_browser_is_noticed(kind, text):
    assert active(shows(nbformat.v4.new_output("display_data", data={kind: text})))
    harmless = {"text/html": "<p>on = 1, script, <img src='data:image/png;base64,' alt='a'></p>", "text/plain": text}
    assert active(shows(nbformat.v4.new_output("display_data", data=harmless))) == []


def test_what_is_left_behind_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before, running = traces(tmp_path), processes()
    (tmp_path / "corpus-left-1").touch()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE):
        assert processes() - running
    assert {Path(path).name for path in traces(tmp_path) - before} == {"corpus-left-1"}


def test_what_must_happen_is_held_against_what_did():
    tried = {entry.must: entry for entry in ENTRIES if entry.kind != "honest" and not entry.first}
    for must, (points, human) in {
        "nothing gained": (MOST, False),
        "only its question lost": (2.0, False),
        "needs a human": (0.0, False),
        "full marks": (MOST, True),
        "marked by hand": (MOST, False),
    }.items():
        assert tried[must].complaint(points + (tried[must].earns if must == "nothing gained" else 0), human)
