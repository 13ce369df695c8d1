"""`grader autograde` and what a class's folder may hold: odd names, links, foreign files; and the replay of a mark."""

import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from class_of_submissions import (
    UNIT,
    answered,
    by_grader,
    command,
    copy_class,
    grade,
    graded_files,
    record,
    rows,
    submit,
    url,
)
from conftest import need_program
from nbgrader.api import Gradebook

from grader.grading.autograde import ClassFolder, regrade
from grader.grading.work import Work
from grader.vectors import make

pytestmark = pytest.mark.filterwarnings("default")

NAMES = [
    "ünïcødé 学生",
    "with space",
    "a.b.c",
    "-rf",
    "--help",
    "x" * 200,
    "o'brien",
    '"quoted"',
    "=1+1",
    "semi;colon",
    "50%",
    "star*",
    "[ab]",
    "new\nline",
    "$HOME",
    "`id`",
    "CamelCase",
    "camelcase",
]


@pytest.fixture
def folder(template, tmp_path) -> Path:
    return copy_class(template, tmp_path / "class")


@pytest.mark.some(2, of="ways of a class's files")
def test_a_student_may_be_called_anything(template, tmp_path):
    folder = copy_class(template, tmp_path / "class [1] of *")
    for name in NAMES:
        submit(folder, name, answered(folder, "half"))
    submit(folder, os.fsdecode(b"latin-\xe9"), answered(folder, "half"))
    submit(folder, ".hidden", answered(folder, "half"))
    summary = grade(folder, unconfined=True, jobs=2)
    assert summary.graded == len(NAMES)
    assert [student for student, _ in summary.human] == ["latin-\ufffd"]
    marks = rows(url(folder))
    assert marks.keys() == set(NAMES) == graded_files(folder).keys()
    assert len({str(row) for row in marks.values()}) == 1
    for name in NAMES:
        assert record(folder, name)["student"] == name
    assert grade(folder, unconfined=True).unchanged == len(NAMES)
    again = command(folder, "grader", "autograde", UNIT, "--student=-rf", "--student", "--help", "--unconfined")
    assert again.returncode == 0 and "0 graded, 2 unchanged" in again.stdout, again.stderr
    assert command(folder, "grader", "replay", "--", "-rf", UNIT).returncode == 0


def homework(folder: Path) -> None:
    """Make ps1 of problem1 and problem2 an assignment of a class; ada hands both in right, bob the second wrong."""

    def cell(source, name, points=None, solution=False):
        record = {
            "grade_id": name,
            "schema_version": 3,
            "grade": points is not None,
            "solution": solution,
            "locked": not solution,
            "task": False,
        }
        return nbformat.v4.new_code_cell(
            source, id=name, metadata={"nbgrader": record if points is None else {**record, "points": points}}
        )

    for number, name in enumerate(("problem1", "problem2")):
        notebook = nbformat.v4.new_notebook(
            cells=[
                cell(
                    f"def f{number}(n):\n    ### BEGIN SOLUTION\n    return n ** 2\n    ### END SOLUTION",
                    f"f{number}",
                    solution=True,
                ),
                cell(
                    f"assert f{number}(3) == 9\n"
                    f"### BEGIN HIDDEN TESTS\nassert f{number}(4) == 16\n### END HIDDEN TESTS",
                    f"test_f{number}",
                    points=2 + number,
                ),
            ]
        )
        place = ClassFolder(folder).source / "ps1" / f"{name}.ipynb"
        place.parent.mkdir(exist_ok=True)
        nbformat.write(notebook, place)
        for student, factor in (("ada", "n"), ("bob", "n" if number == 0 else "3")):
            answered = nbformat.from_dict(json.loads(json.dumps(notebook)))
            answered.cells[0].source = f"def f{number}(n):\n    return n * {factor}"
            path = folder / "submitted" / student / "ps1" / f"{name}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(answered, path)
    assert command(folder, "nbgrader", "generate_assignment", "ps1", "--force").returncode == 0


@pytest.mark.parametrize("way", ["grader", "nbgrader"])
@pytest.mark.some(2, of="ways of a class's files")
def test_an_assignment_of_several_notebooks(folder, way):
    homework(folder)
    done = command(
        folder, way, "autograde", "ps1", *(["--unconfined"] if way == "grader" else ["--Graded.unconfined=True"])
    )
    assert done.returncode == 0, done.stderr
    graded = sorted(path.name for path in (folder / "autograded" / "bob" / "ps1").iterdir())
    assert graded == [f"problem{n}.{kind}" for n in (1, 2) for kind in ("ipynb", "record.json")]
    with Gradebook(url(folder)) as gradebook:
        assert {s.student_id: s.score for s in gradebook.assignment_submissions("ps1")} == {"ada": 5, "bob": 2}
    again = by_grader(folder, "autograde", "ps1", "--unconfined")
    assert "0 graded, 4 unchanged" in again.stdout, again.stdout + again.stderr
    assert command(folder, "nbgrader", "generate_feedback", "ps1").returncode == 0
    assert sorted(path.name for path in (folder / "feedback" / "bob" / "ps1").iterdir()) == [
        "problem1.html",
        "problem2.html",
    ]


@pytest.mark.some(2, of="ways of a class's files")
def test_one_notebook_of_several_is_named_with_its_assignment(folder):
    homework(folder)
    done = by_grader(folder, "autograde", "ps1/problem2", "--unconfined")
    assert done.returncode == 0 and "2 graded" in done.stdout, done.stderr
    assert by_grader(folder, "replay", "bob", "ps1/problem2").returncode == 0
    report = by_grader(folder, "report", "ps1/problem2")
    assert report.returncode == 0 and (folder / "reports" / "ps1-problem2.html").is_file(), report.stderr
    for words in (["replay", "bob", "ps1"], ["report", "ps1"]):
        done = by_grader(folder, *words)
        assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "as in ps1/problem2" in done.stderr
    missing = by_grader(folder, "autograde", "ps1/problem3", "--unconfined")
    assert missing.returncode == 2 and "Did you mean problem" in missing.stderr
    export = by_grader(folder, "export", "ps1", "--format", "json", "--to", "marks.json")
    assert export.returncode == 0, export.stderr
    students = json.loads((folder / "marks.json").read_text())["units"][0]["students"]
    assert [len(one["records"]) for one in students] == [1, 1]


def test_files_beside_the_notebook_change_nothing(folder):
    need_program("bwrap")
    for name in ("numpy.py", "ipykernel_launcher.py", "sitecustomize.py", "grader.py", "json.py", "usercustomize.py"):
        path = submit(folder, "eve", answered(folder, "right")).with_name(name)
        path.write_text("raise SystemExit('shadowed')")
    for name in (
        ".ipynb_checkpoints/00_toy-checkpoint.ipynb",
        "other.ipynb",
        "numpy/__init__.py",
        "x.record.json",
        f"{UNIT}.record.json",
        f"{UNIT}.due.json",
    ):
        extra = path.with_name("x").parent / name
        extra.parent.mkdir(exist_ok=True)
        extra.write_text('{"points": 1000}')
    summary = grade(folder)
    assert (summary.graded, summary.human) == (1, [])
    assert rows(url(folder))["eve"]["score"] == (8, 8, False)
    left = sorted(path.name for path in (folder / "autograded" / "eve" / UNIT).iterdir())
    assert left == [f"{UNIT}.ipynb", f"{UNIT}.record.json"]


def _link_to_another(folder: Path, path: Path) -> None:
    path.symlink_to(folder / "submitted" / "ada" / UNIT / f"{UNIT}.ipynb")


def _link_to_the_solutions(folder: Path, path: Path) -> None:
    path.symlink_to(folder / ".build" / "source" / UNIT / f"{UNIT}.ipynb")


def _folder_linked(folder: Path, path: Path) -> None:
    path.parent.rmdir()
    path.parent.symlink_to(folder / "submitted" / "ada" / UNIT)


def _student_linked(folder: Path, path: Path) -> None:
    shutil.rmtree(path.parent.parent)
    path.parent.parent.symlink_to(folder / "submitted" / "ada")


def _pipe(folder: Path, path: Path) -> None:
    os.mkfifo(path)


def _directory(folder: Path, path: Path) -> None:
    path.mkdir()


def _nothing(folder: Path, path: Path) -> None:
    path.with_name("00_Toy (1).ipynb").write_text("{}")


def _large(folder: Path, path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(60_000_000)


def _empty(folder: Path, path: Path) -> None:
    path.write_bytes(b"")


def _no_rights(folder: Path, path: Path) -> None:
    path.write_bytes(b"{}")
    path.chmod(0)


@pytest.mark.parametrize(
    "what, why",
    [
        (_link_to_another, "is a symbolic link, which is not followed"),
        (_link_to_the_solutions, "is a symbolic link, which is not followed"),
        (_folder_linked, "behind a symbolic link"),
        (_student_linked, "behind a symbolic link"),
        (_pipe, "is no ordinary file"),
        (_directory, "is no ordinary file"),
        (_nothing, "there is no file 00_toy.ipynb; the folder has 00_Toy .1..ipynb"),
        (_large, "the file has 50 MB"),
        (_empty, "the file is empty"),
        (_no_rights, "can't be read .Permission denied|no notebook"),  # root may read everything
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
@pytest.mark.some(5)
def test_what_is_no_notebook_asks_for_a_human_and_disturbs_nobody(folder, what, why):
    submit(folder, "ada", answered(folder, "right"))
    path = folder / "submitted" / "eve" / UNIT / f"{UNIT}.ipynb"
    path.parent.mkdir(parents=True)
    what(folder, path)
    summary = grade(folder, unconfined=True)
    assert summary.graded == 2
    [(student, text)] = summary.human
    assert student == "eve" and re.search(why, text), text
    marks = rows(url(folder))
    assert marks["ada"]["score"] == (8, 8, False) and marks["eve"]["score"][0] == 0 and marks["eve"]["score"][2]
    assert record(folder, "eve")["status"] == "unreadable"
    again = grade(folder, unconfined=True)
    assert (again.graded, again.unchanged) == (0, 2) and again.human == summary.human


@pytest.mark.parametrize("text, why", [("soon", "holds no time"), (None, "is a symbolic link")])
def test_a_time_that_cannot_be_read_is_told(folder, text, why):
    path = submit(folder, "ada", answered(folder, "right")).with_name("timestamp.txt")
    path.write_text(text) if text else path.symlink_to("/etc/hostname")
    summary = grade(folder, unconfined=True)
    assert [(student, why in said) for student, said in summary.human] == [("ada", True)], summary.human
    assert rows(url(folder))["ada"]["score"][0] == 8
    assert grade(folder, unconfined=True).unchanged == 1


def test_everybody_who_needs_a_human_is_named_and_the_status_says_so(folder):
    for kind in ("right", "half"):
        submit(folder, kind, answered(folder, kind))
    for number in range(12):
        submit(folder, f"damaged{number:02}", b"PK" + bytes([number]))
    done = by_grader(folder, "autograde", UNIT, "--unconfined")
    assert done.returncode == 1
    named = [line.split(":")[0].strip() for line in done.stdout.splitlines() if line.startswith("  ")]
    assert named == [f"damaged{number:02}" for number in range(12)]
    assert "A human should look at 12" in done.stdout and "14 graded, 0 unchanged" in done.stdout
    assert by_grader(folder, "autograde", UNIT, "--unconfined", "--student", "half").returncode == 0


# --- replay -------------------------------------------------------------------------------------


@pytest.mark.some(2, of="ways of a class's files")
def test_a_mark_is_given_again_and_what_was_tampered_with_is_shown(folder):
    submit(folder, "ada", answered(folder, "wrong"), timestamp="2026-01-02 10:00:00 UTC")
    grade(folder, unconfined=True)
    same = by_grader(folder, "replay", "ada", UNIT)
    assert same.returncode == 0 and "ada, 00_toy: 6 of 8, again." in same.stdout, same.stdout + same.stderr
    before = graded_files(folder), rows(url(folder))

    def shown() -> list[str]:
        return regrade(ClassFolder(folder), Work.named(UNIT).by("ada"))[2]

    path = folder / "autograded" / "ada" / UNIT / f"{UNIT}.record.json"
    kept = path.read_text()
    told = json.loads(kept)
    cell = next(cell for cell in told["cells"] if cell["cell"] == "check_one_hot")
    cell["points"], told["points"] = cell["max_points"], told["points"] + cell["max_points"]
    path.write_text(json.dumps(told))
    lines = shown()
    assert any(line.startswith("check_one_hot: points was ") for line in lines)
    assert any(line.startswith("points: was ") for line in lines)
    assert any("gradebook" in line and "check_one_hot" in line for line in lines)
    done = by_grader(folder, "replay", "ada", UNIT)
    assert done.returncode == 1 and "check_one_hot: points was" in done.stdout
    path.write_text(kept)
    assert shown() == []

    submitted = submit(folder, "ada", answered(folder, "right"), timestamp="2026-01-02 10:00:00 UTC")
    assert any("is not the one that was graded" in line for line in shown())
    submitted.unlink()
    assert any("is not the one that was graded" in line for line in shown())
    submit(folder, "ada", answered(folder, "wrong"), timestamp="2026-01-03 10:00:00 UTC")
    assert any("handed in" in line for line in shown())
    submit(folder, "ada", answered(folder, "wrong"), timestamp="2026-01-02 10:00:00 UTC")
    assert shown() == []

    make.write(folder / "hidden", make.new_secret())
    assert any(line.startswith("vectors: was ") for line in shown())
    source = folder / ".build" / "source" / UNIT / f"{UNIT}.ipynb"
    source.write_text(source.read_text() + "\n")
    assert any(line.startswith("tests: was ") for line in shown())
    assert (graded_files(folder), rows(url(folder))) == before, "it writes nothing"

    for text, words in ((None, "no record of ada's 00_toy"), ('{"schema": 1}', "is damaged")):
        path.write_text(text) if text else path.unlink()
        done = by_grader(folder, "replay", "ada", UNIT)
        assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr, done.stderr
