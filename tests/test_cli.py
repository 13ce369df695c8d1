"""The command line: every command does what its help says, and whatever it is given, shows no traceback."""

import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

import grader
from grader import demo, doctor, notebooks
from grader.build.source import cell_kind
from grader.cells import grade_id
from grader.cli import main
from grader.exercises import exercise, exercises, unit, units
from grader.start import copy_missing, course_folder

COMMANDS = [
    "start",
    "doctor",
    "check",
    "hint",
    "build",
    "vectors",
    "demo",
    "autograde",
    "replay",
    "report",
    "export",
    "bench",
]
UNIT = "00_start"


def run(*arguments):
    """(exit status, output) in this process; an exception that is not ours is a failure of the test."""
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    output = " ".join(result.output.split())  # the terminal's line breaks are none of ours
    assert "Traceback" not in output
    return result.exit_code, output


def really(*arguments, **options):
    """The command as a user starts it: a process of its own."""
    result = subprocess.run(
        [Path(sys.executable).with_name("grader"), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=240,
        **options,
    )
    assert "Traceback" not in result.stdout + result.stderr
    return result


def released(unit_name=UNIT):
    return nbformat.read(course_folder() / unit_name / f"{unit_name}.ipynb", as_version=4)


def put(notebook, folder, unit_name=UNIT):
    path = folder / f"{unit_name}.ipynb"
    nbformat.write(notebook, path)
    return path


# --- help ---------------------------------------------------------------------------------------


def test_the_commands_and_their_order():
    status, output = run("--help")
    assert status == 0
    assert list(main.commands) == COMMANDS
    places = [output.index(f" {name} ") for name in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help(command, option):
    status, output = run(command, option)
    assert status == 0 and output.startswith(f"Usage: main {command}")
    assert output.count(".") >= 1 and len(output) > 100
    for parameter in main.commands[command].params:
        if parameter.param_type_name == "option":
            assert parameter.opts[-1] in output and (parameter.help or parameter.name == "help")


def test_the_program_itself():
    result = really("--version")
    assert result.returncode == 0 and result.stdout == f"grader, version {grader.__version__}\n"
    assert really("--help").returncode == 0
    wrong = really("chekc")
    assert wrong.returncode == 2 and "chekc" in wrong.stderr and not wrong.stdout


# --- doctor -------------------------------------------------------------------------------------


def test_doctor_finds_everything_here(workspace):
    status, output = run("doctor")
    assert status == 0 and "All that a learner needs is here." in output
    state = {item.name: item for item in doctor.examine()}
    for name in ("numpy", "jupyterlab", "ipywidgets", "matplotlib", "torch", "nbgrader", "jupytext"):
        assert state[name].state == "ok" and state[name].found[0].isdigit()
    assert state["public test vectors"].found.endswith(f"for {len(exercises())} exercises")
    assert state["workspace"].found == f"{workspace} (0 exercises passed)"
    assert all(item.remedy for item in state.values() if item.state != "ok")


def test_doctor_without_torch_is_content(monkeypatch):
    version, find = doctor.importlib.metadata.version, importlib.util.find_spec

    def no_version(name):
        if name in ("torch", "nbgrader", "jupytext"):
            raise doctor.importlib.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(doctor.importlib.metadata, "version", no_version)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else find(name))
    status, output = run("doctor")
    assert status == 0 and "All that a learner needs is here." in output
    later = output.partition("Not needed to learn:")[2]
    for name in ("torch", "nbgrader", "jupytext"):
        assert f'{name}: pip install -c constraints.txt -e ".[instructor]"' in later


@pytest.mark.parametrize("missing", ["numpy", "jupyterlab", "ipywidgets"])
def test_doctor_says_what_is_missing(missing, monkeypatch):
    version = doctor.importlib.metadata.version

    def no_version(name):
        if name == missing:
            raise doctor.importlib.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(doctor.importlib.metadata, "version", no_version)
    status, output = run("doctor")
    assert status == 1 and f"Missing: {missing}." in output
    assert f"How to get what is missing: {missing}: pip install -c constraints.txt -e ." in output


def test_doctor_with_a_broken_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it raises
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: importlib.machinery.ModuleSpec("torch", None) if name == "torch" else find(name),
    )
    status, output = run("doctor")
    assert status == 0 and "can't be imported" in output


def test_doctor_without_vectors(monkeypatch, tmp_path):
    monkeypatch.setattr(grader.vectors, "public", lambda: tmp_path)
    status, output = run("doctor")
    assert status == 1 and "Missing: public test vectors." in output and "grader vectors" in output


# --- hint ---------------------------------------------------------------------------------------


def test_a_hint_without_a_number_is_the_first_and_says_how_to_go_on():
    result = really("hint", "sigmoid")
    assert result.returncode == 0
    output = " ".join(result.stdout.split())
    assert "Hint 1 of 3 for sigmoid." in output and "grader hint sigmoid -n 2" in output


def test_hints_that_are_not_there():
    status, output = run("hint", "sigmod")
    assert status == 2 and "There is no exercise called 'sigmod'. Did you mean 'sigmoid'?" in output
    status, output = run("hint", "quantum")
    assert status == 2 and "The exercises are: sigmoid, one_hot" in output
    for number in (0, 4, -1):
        assert "sigmoid has the hints 1 to 3" in run("hint", "sigmoid", "-n", number)[1]
    assert run("hint", "sigmoid", "-n", "two")[0] == 2
    assert run("hint")[0] == 2


# --- start --------------------------------------------------------------------------------------

NOTEBOOKS = [f"{one.name}/{one.name}.ipynb" for one in units()]


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_start_copies_what_is_missing_and_touches_nothing_else(tmp_path):
    result = really("start", cwd=tmp_path)
    assert result.returncode == 0 and "jupyter lab work" in result.stdout
    work = tmp_path / "work"
    assert files(work) == NOTEBOOKS and (work / ".grader").is_dir()
    for name in NOTEBOOKS:
        assert (work / name).read_bytes() == (course_folder() / name).read_bytes()
    (work / NOTEBOOKS[0]).write_text("my own work")
    (work / NOTEBOOKS[1]).unlink()
    (work / "notes.txt").write_text("mine")
    before = (work / NOTEBOOKS[0]).stat().st_mtime_ns
    result = really("start", cwd=tmp_path)
    assert result.returncode == 0
    assert f"copied  {NOTEBOOKS[1]}\n" in result.stdout and result.stdout.count("copied") == 1
    assert f"kept    {len(NOTEBOOKS) - 1} that you already have" in result.stdout
    assert (work / NOTEBOOKS[0]).read_text() == "my own work"
    assert (work / NOTEBOOKS[0]).stat().st_mtime_ns == before
    assert files(work) == sorted([*NOTEBOOKS, "notes.txt"])


def test_start_in_a_folder_of_any_name(tmp_path):
    for name in ("my work", "größe", "[red]course[/red]", "deep/er/still"):
        status, output = run("start", tmp_path / name)
        assert status == 0 and files(tmp_path / name) == NOTEBOOKS
        assert output.endswith(name)


def test_start_leaves_links_and_folders_alone(tmp_path):
    first, second = (tmp_path / name for name in NOTEBOOKS[:2])
    first.parent.mkdir()
    first.symlink_to(tmp_path / "a disk that is not mounted.ipynb")
    second.mkdir(parents=True)
    copied, kept = copy_missing(tmp_path)
    assert kept == NOTEBOOKS[:2] and copied == NOTEBOOKS[2:]
    assert first.is_symlink() and not first.exists() and second.is_dir()


def test_start_on_a_full_disk(tmp_path, monkeypatch):
    copyfile, calls = shutil.copyfile, []

    def full(source, target):
        calls.append(target)
        if len(calls) == 2:
            Path(target).write_bytes(Path(source).read_bytes()[:1000])
            raise OSError(28, "No space left on device", str(target))
        return copyfile(source, target)

    monkeypatch.setattr(shutil, "copyfile", full)
    status, output = run("start", tmp_path / "work")
    assert status == 2 and "No space left on device" in output
    assert files(tmp_path / "work") == NOTEBOOKS[:1]  # the first is whole, and of the second there is nothing
    monkeypatch.setattr(shutil, "copyfile", copyfile)
    assert run("start", tmp_path / "work")[0] == 0
    for name in NOTEBOOKS:
        assert (tmp_path / "work" / name).read_bytes() == (course_folder() / name).read_bytes()


def test_start_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    assert run("start", tmp_path / "file")[0] == 2
    status, output = run("start", tmp_path / "file" / "work")
    assert status == 2 and "Not a directory" in output


# --- check: notebooks that can't be read --------------------------------------------------------


def truncated(path):
    text = json.dumps(released())
    path.write_text(text[: len(text) // 2])


UNREADABLE = {
    "missing": (lambda path: None, "can't be read: No such file"),
    "a folder": (lambda path: path.mkdir(), "can't be read: Is a directory"),
    "empty": (lambda path: path.write_bytes(b""), "is empty: saving it may have failed"),
    "blank": (lambda path: path.write_text(" \n\n"), "is empty"),
    "truncated": (truncated, "is not a complete notebook"),
    "binary": (lambda path: path.write_bytes(bytes(range(256)) * 40), "is not a text file"),
    "zeros": (lambda path: path.write_bytes(b"\0" * 5000), "is not a complete notebook"),
    "in another encoding": (lambda path: path.write_text('{"a": "größe"}', "utf-16"), "is not a text file"),
    "another text": (lambda path: path.write_text("# %%\nimport numpy"), "is not a complete notebook"),
    "a number": (lambda path: path.write_text("5"), "is not a complete notebook"),
    "a list": (lambda path: path.write_text("[]"), "is not a complete notebook"),
    "another JSON": (lambda path: path.write_text('{"cells": 3}'), "is not a complete notebook"),
    "null": (lambda path: path.write_text("null"), "is not a complete notebook"),
    "empty cells": (
        lambda path: path.write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}'),
        "is not a complete notebook",
    ),
    "cells of numbers": (
        lambda path: path.write_text(
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": '
            '[{"cell_type": "code", "source": 3, "metadata": {}}]}'
        ),
        "is not a complete notebook",
    ),
    "no metadata": (
        lambda path: path.write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": 3, "cells": []}'),
        "is not a complete notebook",
    ),
    "deep": (lambda path: path.write_text("[" * 100_000), "is not a complete notebook"),
    "the future": (
        lambda path: path.write_text('{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}'),
        "is not a complete notebook",
    ),
    "a merge conflict": (
        lambda path: path.write_text("<<<<<<< HEAD\n" + json.dumps(released())),
        "is not a complete notebook",
    ),
    "another course's": (
        lambda path: nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), path),
        "is not a notebook of this course",
    ),
    "another course's, with our key": (
        lambda path: nbformat.write(nbformat.v4.new_notebook(metadata={"lstm_course": "mine"}), path),
        "is not a notebook of this course",
    ),
    "a unit that is none": (
        lambda path: nbformat.write(nbformat.v4.new_notebook(metadata={"lstm_course": {"unit": "99_gru"}}), path),
        "is not a notebook of this course",
    ),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_check_a_file_that_is_no_notebook_of_ours(kind, tmp_path):
    write, phrase = UNREADABLE[kind]
    path = tmp_path / "homework.ipynb"
    write(path)
    status, output = run("check", path)
    assert status == 2
    assert output.startswith("Error: ") and phrase in output and "homework.ipynb" in output
    assert len(output) < 500


def test_check_without_a_right_to_read(tmp_path, monkeypatch):
    path = put(released(), tmp_path)

    def refuse(self, **options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_text", refuse)
    status, output = run("check", path)
    assert status == 2 and "can't be read: Permission denied" in output


def test_check_a_huge_file(tmp_path):
    path = tmp_path / "homework.ipynb"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    status, output = run("check", path)
    assert status == 2 and "60 MB" in output and "Clear" in output


@pytest.mark.parametrize("kind", ["truncated", "empty", "missing"])
def test_the_exit_status_of_the_process_too(kind, tmp_path):
    path = tmp_path / "homework.ipynb"
    UNREADABLE[kind][0](path)
    result = really("check", path)
    assert result.returncode == 2 and not result.stdout
    assert UNREADABLE[kind][1] in " ".join(result.stderr.split())


# --- check: notebooks that run ------------------------------------------------------------------


@pytest.fixture(scope="module")
def answers(request):
    """The course's own answers to a unit, by grade_id."""
    root = Path(__file__).resolve().parent.parent
    return {one.name: demo.solutions(root, one.name) for one in units()}


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


@pytest.mark.parametrize("unit_name", [UNIT, units()[-1].name])
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
    status, report, verdicts = check_json(put(released(), tmp_path))
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
    notebook = notebooks.fill(released(), {**answers[UNIT], "one_hot": wrong, "quiz": "q1 = 'c'\nq2 = 7"})
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
    assert len(report["notes"]) == 1
    assert f"made by version 0.0.1 of the course; this is {grader.__version__}" in report["notes"][0]
    assert kept.read_text().startswith("raise SystemExit")


def test_a_kernel_that_dies(answers, tmp_path):
    dies = answers[UNIT]["one_hot"] + "\n\nimport os\nos._exit(1)"
    path = put(notebooks.fill(released(), {**answers[UNIT], "one_hot": dies}), tmp_path)
    result = really("check", path)
    assert result.returncode == 1
    output = " ".join(result.stdout.split())
    assert "✓ sigmoid: right" in output  # what was checked before counts
    assert "✗ one_hot: not checked" in output and "The kernel died while the notebook ran" in output
    assert "2 of 8 points" in output


def test_a_cell_that_never_ends(answers, tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "CELL_SECONDS", 5)
    endless = answers[UNIT]["one_hot"] + "\n\nwhile True:\n    pass"
    notebook = notebooks.fill(released(), {**answers[UNIT], "one_hot": endless})
    notebook.cells = [cell for cell in notebook.cells if cell_kind(cell) != "story"]  # a slow machine needs longer
    status, output = run("check", put(notebook, tmp_path))
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
    notebook = json.loads(json.dumps(notebooks.fill(released(), answers[UNIT])))
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


# --- commands for instructors -------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["build"], ["vectors"], ["vectors", "--hidden"], ["demo"]])
def test_what_an_instructor_needs_is_named(arguments, monkeypatch, tmp_path):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else find(name, *rest))
    monkeypatch.chdir(tmp_path)
    status, output = run(*arguments)
    assert status == 2 and "This needs torch, not installed here" in output
    assert 'pip install -c constraints.txt -e ".[instructor]"' in output
    assert not list(tmp_path.iterdir())


def test_build_says_what_it_needs_where_there_is_no_clone(tmp_path, monkeypatch):
    from grader import start

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(start, "__file__", str(tmp_path / "site-packages" / "grader" / "start.py"))
    status, output = run("build", "--check")
    assert status == 2 and "needs a clone of the course" in output


def test_errors_of_the_system_are_one_line(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device", "work/00_start")

    monkeypatch.setattr("grader.start.copy_missing", full)
    status, output = run("start", tmp_path)
    assert status == 2 and output == "Error: No space left on device: work/00_start."


def test_output_goes_where_it_is_sent(tmp_path):
    """Not a terminal, no UTF-8, a narrow one, no home: the commands still answer."""
    bare = {"PATH": os.environ["PATH"], "COLUMNS": "20", "PYTHONIOENCODING": "ascii:replace", "LC_ALL": "C"}
    for arguments in (["doctor"], ["hint", "sigmoid"], ["start", tmp_path / "work"]):
        result = really(*arguments, env=bare, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert result.stdout.isascii()


@pytest.mark.parametrize("command", ["autograde", "replay", "bench"])
def test_on_windows_grading_a_class_says_what_to_use(monkeypatch, command):
    monkeypatch.setattr(sys, "platform", "win32")
    status, output = run(command, "00_start")
    assert status == 2 and "Windows Subsystem for Linux" in output


def test_vectors_on_a_gpu_that_is_not_there_say_so(tmp_path, monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    done = CliRunner().invoke(main, ["vectors", "--hidden", "--out", str(tmp_path / "hidden"), "--device", "cuda"])
    assert done.exit_code == 2 and "--device cpu" in done.output and "Traceback" not in done.output
    assert not (tmp_path / "hidden").exists()
