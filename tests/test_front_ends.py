"""Where else than in JupyterLab the notebooks run: a Python without the package, Colab, Binder, Codespaces."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import need_index, need_program

import grader
from grader.build.source import with_way_in
from grader.exercises import units
from grader.start import released_notebooks

ROOT = Path(__file__).resolve().parent.parent
WHEEL = f"lstm_course-{grader.__version__}-py3-none-any.whl"
NOTEBOOKS = released_notebooks()


def first_cell(name):
    """The first code cell of a released notebook."""
    cells = nbformat.read(NOTEBOOKS[name], as_version=4).cells
    return next(cell.source for cell in cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_first_cell_says_how_to_get_the_package_where_it_is_not(name, tmp_path):
    """In a Python with nothing in it, and in one with another package of that name."""
    for folder, text in (("nothing", None), ("another", "def something(): ...\n")):
        (tmp_path / folder).mkdir()
        if text:
            (tmp_path / folder / "grader.py").write_text(text)
        bare = subprocess.run(
            [sys.executable, "-S", "-c", first_cell(name)],
            cwd=tmp_path / folder,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
        )
        last = bare.stderr.strip().splitlines()[-1]
        assert bare.returncode == 1 and last.startswith("ImportError: The course's package is not installed"), (
            bare.stderr
        )
        assert f"pip install {WHEEL}" in last and "Colab" in last and last.endswith(f"%pip install {WHEEL}")
        assert "During handling" not in bare.stderr


def test_what_a_setup_cell_becomes():
    found = with_way_in("import numpy as np\n\nfrom grader import check, mine\n\nsigmoid = mine('sigmoid')")
    assert found.startswith("try:\n    from grader import check, mine\nexcept ImportError:\n")
    assert found.endswith("from None\n\nimport numpy as np\n\nsigmoid = mine('sigmoid')")
    assert with_way_in("import numpy as np") == "import numpy as np"
    assert all(len(line) < 120 for line in found.splitlines())


RIGHT = """
import numpy as np
from grader import check
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
"""


@pytest.fixture
def sigmoid_check(tmp_path):
    """The verdict on a learner's own sigmoid, under its own name, where Python can find its text."""
    (tmp_path / "learners.py").write_text(RIGHT + "def verdict():\n    return check('sigmoid')\n")
    spec = importlib.util.spec_from_file_location("learners", tmp_path / "learners.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.verdict


@pytest.mark.parametrize("service", ["Colab", "Binder", None])
def test_where_files_are_lost_with_the_session_it_is_said_once(service, sigmoid_check, monkeypatch, workspace):
    monkeypatch.setattr(grader.learner, "_told", set())
    if service == "Colab":
        monkeypatch.setitem(sys.modules, "google.colab", sys)
    elif service == "Binder":
        monkeypatch.setenv("BINDER_REPO_URL", "somewhere")
    notes = [" ".join(sigmoid_check().notes) for _ in range(2)]
    assert (f"until this session ends, as all files on {service}: in {workspace}" in notes[0]) == bool(service)
    assert "session" not in notes[1]
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setattr(grader.learner, "_told", set())
    assert "session" not in " ".join(sigmoid_check().notes)  # nor while a class is graded


def test_binder_installs_the_course_from_this_repository():
    lines = [line for line in (ROOT / ".binder" / "requirements.txt").read_text().splitlines() if line[:1] != "#"]
    assert lines == ["-c ../constraints.txt", "."]
    version = (ROOT / ".binder" / "runtime.txt").read_text().strip().removeprefix("python-")
    assert f"Python :: {version}" in (ROOT / "pyproject.toml").read_text()
    after = ROOT / ".binder" / "postBuild"
    assert os.access(after, os.X_OK) and subprocess.run(["bash", "-n", after]).returncode == 0


def test_codespaces_opens_what_the_commands_bring(tmp_path):
    found = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    install, _, start = found["postCreateCommand"].partition(" && ")
    assert install == "pip install -c constraints.txt -e ."
    version = re.fullmatch(r"python:(3\.\d+)", found["image"])[1]
    assert f"Python :: {version}" in (ROOT / "pyproject.toml").read_text()
    for command in (start, (ROOT / ".binder" / "postBuild").read_text().splitlines()[-1]):
        program, *arguments = command.split()
        subprocess.run([need_program(program), *arguments], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    opened = found["customizations"]["codespaces"]["openFiles"]
    assert opened and all((tmp_path / name).is_file() for name in opened)
    assert all((tmp_path / "work" / one.name / f"{one.name}.ipynb").is_file() for one in units())


@pytest.mark.long
def test_what_binder_installs_resolves_from_its_file(tmp_path):
    """From the repository's root, as its builder does it."""
    need_index(tmp_path)
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "-q", "--ignore-installed"]
    command += ["--disable-pip-version-check", "-r", ".binder/requirements.txt"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500)
    assert result.returncode == 0, result.stderr
