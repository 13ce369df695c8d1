"""The command line: every command does what its help says, and whatever it is given, shows no traceback."""

import importlib.machinery
import importlib.util
import io
import json
import os
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from commands import put, really, released, run
from rich.console import Console

import grader
from grader import doctor
from grader.alone.begin import copy_missing
from grader.alone.words import at_a_terminal
from grader.cli import main
from grader.exercises import exercises, unit, units
from grader.progress import keep_check, read
from grader.screen import say

COMMANDS = [
    "start",
    "progress",
    "check",
    "watch",
    "hint",
    "solution",
    "reset",
    "update",
    "doctor",
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


# --- help ---------------------------------------------------------------------------------------


def test_the_commands_and_their_order():
    output = CliRunner().invoke(main, ["--help"]).output
    assert list(main.commands) == COMMANDS
    learning = output.partition("To learn:")[2].partition("To teach a class:")[0]
    assert all((f"\n  {name} " in learning) is (k <= COMMANDS.index("doctor")) for k, name in enumerate(COMMANDS))
    assert all(output.count(f"\n  {name} ") == 1 for name in COMMANDS) and "..." not in learning


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
    assert status == 2 and "The exercises are: `sigmoid`, `one_hot`" in output
    for number in (0, 4, -1):
        assert "sigmoid has the hints 1 to 3" in run("hint", "sigmoid", "-n", number)[1]
    assert run("hint", "sigmoid", "-n", "two")[0] == 2


# --- progress, solution -------------------------------------------------------------------------


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A learner's folder ``work`` below the working folder, with the workspace that belongs to it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_WORKSPACE")
    copy_missing(tmp_path / "work")
    yield tmp_path / "work"
    monkeypatch.delenv("GRADER_WORKSPACE", raising=False)  # a command may have set it, for its own process


def test_progress_says_what_is_done_and_where_to_go_on(work):
    status, output = run("progress")
    assert status == 0 and "Your progress: 0 of" in output
    assert "Go on with sigmoid, in 00_start/00_start.ipynb" in output
    passed = work / ".grader" / "passed"
    passed.mkdir()
    (passed / "sigmoid.py").write_text("def sigmoid(z): ...")
    for arguments in ([], ["work"], [work]):
        status, output = run("progress", *arguments)
        assert status == 0 and "Your progress: 2 of" in output and "Go on with one_hot" in output


def test_a_hint_of_nothing_is_one_of_what_is_next(work):
    assert "Hint 1 of 3 for sigmoid." in run("hint")[1]
    passed = work / ".grader" / "passed"
    passed.mkdir()
    for name in unit(UNIT).exercises:
        (passed / f"{name}.py").write_text(f"def {name}(z): ...")
    status, output = run("hint")
    assert (
        status == 2
        and "Next is the quiz of unit 00_start" in output
        and f"grader hint {units()[1].exercises[0]}" in output
    )
    for name in (one.name for one in exercises()):
        (passed / f"{name}.py").write_text(f"def {name}(z): ...")
    status, output = run("hint")
    assert status == 2 and "Every exercise is right" in output


def test_a_solution_comes_after_a_try_or_anyway(work, monkeypatch):
    status, output = run("solution", "sigmoid")
    assert status == 2 and "grader hint sigmoid" in output and "grader solution sigmoid --anyway" in output
    status, output = run("solution", "sigmoid", "--anyway")
    assert status == 0 and output.startswith("def sigmoid(z):") and "np.exp" in output
    monkeypatch.setenv("GRADER_WORKSPACE", str(work / ".grader"))
    assert keep_check("sigmoid", "wrong", 0, 2) == ""
    status, output = run("solution", "sigmoid")
    assert status == 0 and output.startswith("def sigmoid(z):")
    status, output = run("solution", "sigmod")
    assert status == 2 and "Did you mean 'sigmoid'?" in output


def test_why_a_solution_is_not_shown_yet_is_said_and_true(work):
    """A check by the command is no try: it keeps nothing. One in the notebook is, as `grader watch` is."""
    wanted = (
        "You have not checked a version of one_hot of your own yet, in its notebook or with `grader watch` "
        "(`grader check` keeps nothing of it). Try it first: `grader hint one_hot` says where to begin. Or see the "
        "solution anyway: grader solution one_hot --anyway"
    )
    assert run("solution", "one_hot") == (2, f"Error: {wanted}")
    path = work / UNIT / f"{UNIT}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "one_hot")
    cell.source = "def one_hot(ids, num_classes):\n    return np.zeros((*ids.shape, num_classes))\n"
    nbformat.write(notebook, path)
    status, output = run("check", path)
    assert status == 1 and "one_hot: not right yet" in output
    assert run("solution", "one_hot") == (2, f"Error: {wanted}")


def test_what_is_seen_from_above_the_folder_is_kept_in_it(work):
    assert really("hint", "sigmoid", "-n", 2).returncode == 0
    assert read(work / ".grader").hints == {"sigmoid": 2}
    assert "grader solution sigmoid" in " ".join(really("hint", "sigmoid", "-n", 3).stdout.split())
    assert read(work / ".grader").hints == {"sigmoid": 3}


# --- check: notebooks that can't be read --------------------------------------------------------


def truncated(path):
    text = json.dumps(released(UNIT))
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
        lambda path: path.write_text("<<<<<<< HEAD\n" + json.dumps(released(UNIT))),
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
    path = put(released(UNIT), tmp_path, UNIT)

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

    monkeypatch.setattr("grader.alone.begin.copy_missing", full)
    status, output = run("start", tmp_path, "--no-open")
    assert status == 2 and output == "Error: No space left on device: work/00_start."


def test_output_goes_where_it_is_sent(tmp_path):
    """Not a terminal, no UTF-8, a narrow one, no home: the commands still answer."""
    bare = {"PATH": os.environ["PATH"], "COLUMNS": "20", "PYTHONIOENCODING": "ascii:replace", "LC_ALL": "C"}
    bare["GRADER_WORKSPACE"] = str(
        tmp_path / "kept"
    )  # Python finds a home all the same: that of whoever runs the tests
    for arguments in (["doctor"], ["hint", "sigmoid"], ["start", "--no-open", tmp_path / "work"]):
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


def test_long_lines_go_on_under_their_beginning():
    shown = io.StringIO()
    on = Console(file=shown, width=30)
    say("  ✓ one two three four five six seven\n  eight nine ten eleven twelve thirteen", on)
    assert shown.getvalue() == (
        "  ✓ one two three four five\n    six seven\n  eight nine ten eleven twelve\n  thirteen\n"
    )


def test_calls_are_commands_at_a_terminal():
    assert at_a_terminal('ask hint("one_hot").') == "ask `grader hint one_hot`."
    assert at_a_terminal("hint(sigmoid) and print(1)") == "hint(sigmoid) and print(1)"
