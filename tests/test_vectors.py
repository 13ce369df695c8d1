"""The test vectors: what the reference makes, in files numpy alone reads, and that no verdict gives away."""

import hashlib
import os
import shutil
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hidden_verdicts import arrays, given_away

from grader import check, vectors
from grader.cli import main
from grader.errors import BuildError, VectorsMissing, VectorsUnreadable
from grader.exercises import exercise, exercises, units
from grader.exercises.base import Case
from grader.given import given
from grader.vectors import HIDDEN_VARIABLE, load, make, public

ALL = [e.name for e in exercises()]
FILES = [f"{unit.name}.npz" for unit in units()]
SECRET = "a class's secret"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Hidden vectors of a class, made once."""
    folder = tmp_path_factory.mktemp("class") / "hidden"
    make.write(folder, SECRET)
    return folder


@pytest.fixture
def hidden(made, tmp_path, monkeypatch):
    """A class's hidden vectors, to be spoiled at will."""
    folder = tmp_path / "hidden"
    shutil.copytree(made, folder)
    monkeypatch.setenv(HIDDEN_VARIABLE, str(folder))
    return folder


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.npz"))}


# --- the files ----------------------------------------------------------------------------------


def test_every_exercise_has_vectors_and_no_file_more():
    assert sorted(path.name for path in public().glob("*.npz")) == FILES
    for unit in units():
        with np.load(public() / f"{unit.name}.npz", allow_pickle=False) as file:
            assert {key.split("/")[0] for key in file.files} == set(unit.exercises)


def test_the_same_seed_makes_the_same_bytes(made, tmp_path, some):
    again = some([unit.name for unit in units()], 3, "again")
    make.write(tmp_path / "again", SECRET, only=again)
    assert digests(tmp_path / "again") == {f"{name}.npz": digests(made)[f"{name}.npz"] for name in again}
    assert sorted(path.name for path in made.iterdir()) == FILES  # and no draft is left


def test_a_file_that_holds_the_vectors_but_for_their_last_digits_is_left_alone(tmp_path):
    """Processors round differently: making the public vectors on another one changes no committed file."""
    gates = ["04_gates"]
    make.write(tmp_path, only=gates)
    path = tmp_path / "04_gates.npz"

    def nudged(by):
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] * (1 + by) if file[key].dtype == np.float64 else file[key] for key in file.files}
        np.savez_compressed(path, allow_pickle=False, **arrays)
        return digests(tmp_path)

    before = nudged(1e-15)
    make.write(tmp_path, only=gates)
    assert digests(tmp_path) == before
    before = nudged(1e-11)
    make.write(tmp_path, only=gates)
    assert digests(tmp_path) != before
    path.write_bytes(b"PK no file of ours")
    make.write(tmp_path, only=gates)
    with np.load(path, allow_pickle=False) as file, np.load(public() / path.name, allow_pickle=False) as shipped:
        assert file.files == shipped.files


def test_an_exercises_draw_does_not_depend_on_its_neighbours():
    alone = vectors.pack("forget_gate", make.make_exercise("forget_gate", SECRET))
    with_others = make.make_unit("04_gates", ("candidate", "forget_gate"), SECRET)
    for key, value in alone.items():
        np.testing.assert_array_equal(with_others[key], value)


def test_new_secrets_differ():
    secrets = {make.new_secret() for _ in range(100)}
    assert len(secrets) == 100 and min(map(len, secrets)) >= 32


def spoiled(monkeypatch, case):
    import dataclasses

    def cases(rng):
        return iter(case)

    monkeypatch.setattr(make, "exercise", lambda name: dataclasses.replace(exercise(name), cases=cases))


def test_cases_that_cannot_be_vectors_are_refused(monkeypatch):
    good = Case("one", {"z": np.zeros((1, 2))})
    for case, words in (
        ([Case("one", {"y": np.zeros((1, 2))})], "its arguments are y; the exercise says z"),
        ([good, good], "two cases called 'one'"),
        ([Case("one", {"z": np.full((1, 2), np.nan)})], "the reference's s is not finite"),
    ):
        spoiled(monkeypatch, case)
        with pytest.raises(BuildError, match=words):
            make.make_exercise("sigmoid")


def test_a_draft_is_removed_when_writing_fails(tmp_path, monkeypatch):
    (tmp_path / FILES[0]).write_bytes(b"the old one")

    def full(path, **arrays):
        path.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space"):
        make.write(tmp_path, SECRET)
    assert [path.name for path in tmp_path.iterdir()] == [FILES[0]]
    assert (tmp_path / FILES[0]).read_bytes() == b"the old one"


# --- loading ------------------------------------------------------------------------------------

WITHOUT_TORCH = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "nbgrader", "matplotlib", "IPython", "click"):
            raise ImportError(name)

sys.meta_path.insert(0, Refuse())
from grader import check
from grader.exercises import exercise
from grader.vectors import load
from grader.given import given

for name in sys.argv[1:]:
    e = exercise(name)
    assert load(e.name) and load(e.name, hidden=True)
    for hidden in (False, True):
        verdict = check(e.name, given(e.name), hidden=hidden)
        assert verdict.passed is True, verdict.text
        verdict = check(e.name, e.mistakes[0].fn, hidden=hidden)
        assert verdict.passed is False and verdict.mistake == e.mistakes[0].name, verdict.text
assert "torch" not in sys.modules
print("done")
"""


def test_checking_needs_no_torch(made, some):
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, *some([e.name for e in exercises() if not e.torch], 24, "no torch")],
        env={**os.environ, HIDDEN_VARIABLE: str(made)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.stdout == "done\n" and result.returncode == 0, result.stderr


def test_hidden_vectors_are_the_class_s(hidden):
    public, secret = load("lstm_step"), load("lstm_step", hidden=True)
    assert [v.case.name for v in public] == [v.case.name for v in secret]
    assert not np.allclose(public[0].case.args["W"], secret[0].case.args["W"])
    drawn = make.make_exercise("lstm_step", SECRET)
    np.testing.assert_array_equal(secret[0].case.args["W"], drawn[0].case.args["W"])


def test_new_vectors_at_the_same_place_are_seen(hidden):
    before = load("sigmoid", hidden=True)[0].case.args["z"].copy()
    make.write(hidden, "another class's", only=["00_start"])
    assert not np.allclose(load("sigmoid", hidden=True)[0].case.args["z"], before)


def test_a_relative_folder_follows_the_working_folder(made, tmp_path, monkeypatch):
    for name, seed in (("a", SECRET), ("b", "another class's")):
        path = tmp_path / name / "hidden" / "00_start.npz"
        path.parent.mkdir(parents=True)
        np.savez(path, **make.make_unit("00_start", ("sigmoid",), seed))
        os.utime(path, ns=(1, 1))  # as old and as large as the other
    monkeypatch.setenv(HIDDEN_VARIABLE, "hidden")
    monkeypatch.chdir(tmp_path / "a")
    first = load("sigmoid", hidden=True)[0].case.args["z"]
    monkeypatch.chdir(tmp_path / "b")
    assert not np.allclose(load("sigmoid", hidden=True)[0].case.args["z"], first)


def no_verdict(name, *phrases):
    """The hidden check of a right function, where there is nothing to check it with."""
    verdict = check(name, given(name), hidden=True)
    assert verdict.passed is None and verdict.score is None and verdict.points is None
    text = verdict.text
    assert text.startswith(f"! {name}: not judged\n")
    assert "Traceback" not in text and "stumbled" not in text and len(text) < 800
    assert "not counted against you" in text and "instructor" in text
    for phrase in phrases:
        assert phrase in text, text
    assert verdict.record()["passed"] is None


@pytest.mark.parametrize("value", [None, ""])
def test_no_class(value, monkeypatch):
    if value is not None:
        monkeypatch.setenv(HIDDEN_VARIABLE, value)
    with pytest.raises(VectorsMissing, match="GRADER_HIDDEN is not set"):
        load("sigmoid", hidden=True)
    no_verdict("sigmoid", "GRADER_HIDDEN is not set", "grader vectors --hidden")
    assert check("sigmoid", given("sigmoid")).passed is True


def test_a_class_without_vectors(tmp_path, monkeypatch):
    for place in (tmp_path, tmp_path / "nowhere"):
        monkeypatch.setenv(HIDDEN_VARIABLE, str(place))
        with pytest.raises(VectorsMissing):
            load("sigmoid", hidden=True)
        no_verdict("sigmoid", "There are no test vectors at", "00_start.npz", "grader vectors --hidden")


def zipped(*members):
    def write(path):
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members:
                archive.writestr(name, content)

    return write


def with_objects(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.savez(path, **{"sigmoid/small/in/z": np.array([{"a": 1}], dtype=object)}, allow_pickle=True)


def of_another_version(path):
    with np.load(path) as file:
        kept = {key.replace("/in/z", "/in/x"): file[key] for key in file.files}
    np.savez_compressed(path, **kept)


def without_outputs(path):
    with np.load(path) as file:
        kept = {key: file[key] for key in file.files if "/out/" not in key}
    np.savez_compressed(path, **kept)


def one_array(path):
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


SPOILS = {
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"\x93NUMPY garbage " * 100),
    "text": lambda path: path.write_text("sigmoid, 1, 2, 3"),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "cut at the end": lambda path: path.write_bytes(path.read_bytes()[:-30]),
    "spoiled in the middle": lambda path: path.write_bytes(
        path.read_bytes()[:2000] + b"\xff" * 2000 + path.read_bytes()[4000:]
    ),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "members that are no arrays": zipped(("sigmoid/small/in/z.npy", b"no array")),
    "names that are none": zipped(("sigmoid/x.npy", b"")),
    "objects": with_objects,
    "another version's": of_another_version,
    "no outputs": without_outputs,
    "one array": one_array,
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_vectors_that_cannot_be_used(spoil, hidden):
    SPOILS[spoil](hidden / "00_start.npz")
    with pytest.raises(VectorsUnreadable, match="can't be used"):
        load("sigmoid", hidden=True)
    no_verdict("sigmoid", "00_start.npz", "Make them again", "grader vectors --hidden")
    if spoil != "another version's":
        assert check("lstm_step", given("lstm_step"), hidden=True).passed is True  # another file


def test_a_class_without_one_exercise(hidden):
    with np.load(hidden / "00_start.npz") as file:
        kept = {key: file[key] for key in file.files if not key.startswith("sigmoid/")}
    np.savez_compressed(hidden / "00_start.npz", **kept)
    no_verdict("sigmoid", "There are no test vectors at")
    assert check("one_hot", given("one_hot"), hidden=True).passed is True


def test_public_vectors_that_are_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "public", lambda: tmp_path)
    verdict = check("sigmoid", given("sigmoid"))
    assert verdict.passed is None and "reinstall" in verdict.text and "instructor" in verdict.text


# --- making a class's ---------------------------------------------------------------------------


def make_hidden(*arguments):
    return CliRunner().invoke(main, ["vectors", "--hidden", *map(str, arguments)])


def test_a_class_s_vectors_are_made_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = make_hidden()
    assert result.exit_code == 0 and "Hidden vectors written to hidden" in result.output, result.output
    first = digests(tmp_path / "hidden")
    assert sorted(first) == FILES and first != digests(public())
    result = make_hidden()
    assert result.exit_code == 2 and digests(tmp_path / "hidden") == first
    assert "already holds hidden vectors" in result.output and "--force replaces them" in result.output
    result = make_hidden("--force")
    assert result.exit_code == 0
    assert set(digests(tmp_path / "hidden").values()).isdisjoint(first.values())


@pytest.mark.parametrize(
    "place",
    [
        "course",
        "release",
        "course/hidden",
        "release/hidden",
        "course/00_start/deep/er",
        "release/a/b/c/hidden",
        "class/release/04_gates",
        "./work/../course",
    ],
)
def test_never_among_what_learners_get(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = make_hidden("--out", place)
    assert result.exit_code == 2, result.output
    output = " ".join(result.output.split())
    assert "inside what learners get" in output and "outside the course" in output
    assert not list(tmp_path.rglob("*.npz"))


def test_no_other_folder_is_looked_into(tmp_path, monkeypatch):
    """What lies beside it, as in /tmp, may be gone while it is read."""
    real = Path.glob

    def glob(self, pattern):
        if self.name not in ("course", "release"):
            raise FileNotFoundError(2, "No such file or directory", str(self / "gone"))
        return real(self, pattern)

    monkeypatch.setattr(Path, "glob", glob)
    make.refuse_course_folder(tmp_path / "hidden")
    (tmp_path / "course" / "00_start").mkdir(parents=True)
    (tmp_path / "course" / "00_start" / "00_start.ipynb").write_text("{}")
    with pytest.raises(BuildError, match="inside what learners get"):
        make.refuse_course_folder(tmp_path / "course" / "hidden")


def test_never_in_another_clones_course(tmp_path, monkeypatch):
    clone, here = tmp_path / "clone", tmp_path / "here"
    (clone / "course" / "00_start").mkdir(parents=True)
    (clone / "course" / "00_start" / "00_start.ipynb").write_text("{}")
    here.mkdir()
    monkeypatch.chdir(here)
    assert make_hidden("--out", clone / "course" / "00_start" / "data").exit_code == 2
    (here / "link").symlink_to(clone / "course")
    assert make_hidden("--out", "link/hidden").exit_code == 2
    assert not list(tmp_path.rglob("*.npz"))


def test_a_clone_may_stand_in_a_folder_called_course(tmp_path, monkeypatch):
    clone = tmp_path / "course"
    (clone / "course" / "00_start").mkdir(parents=True)
    monkeypatch.chdir(clone)
    assert make_hidden().exit_code == 0
    assert sorted(digests(clone / "hidden")) == FILES


# --- what a hidden verdict gives away -----------------------------------------------------------


def test_the_search_finds_what_is_given_away(hidden):
    public = check("lstm_step", lambda x, h, c, W, b: (h, c, None))
    shown = np.concatenate([a.ravel() for a in arrays(load("lstm_step"))])
    assert given_away(public, shown)
    assert given_away(check("num_parameters", lambda D, H: 7), np.array([48.0]))


def test_a_hidden_verdict_still_says_what_is_wrong(hidden):
    z_turned = check("lstm_step", exercise("lstm_step").mistakes[0].fn, hidden=True)
    assert exercise("lstm_step").mistakes[0].what in z_turned.text
    assert "None (is a `return` missing?)" in check("sigmoid", lambda z: None, hidden=True).text
    assert "raised an error" in check("sigmoid", lambda z: 1 / 0, hidden=True).text
    assert ", that is (N, H) with N = " in check("sigmoid", lambda z: z[0], hidden=True).text
