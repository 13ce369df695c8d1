"""What is installed, and what importing it costs: pinned, small for learners, complete in the wheel."""

import ast
import email
import importlib
import importlib.util
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
import yaml
from conftest import need_index
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import grader
from grader.exercises import exercises, units

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FLOOR = (3, 11)


def pins() -> dict[str, str]:
    """What constraints.txt asks for on this Python and system (see test_lock.py for the others)."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9A-Za-z.]*( ; .+)?", line) for line in found), found
    here = [one for one in map(Requirement, found) if one.marker is None or one.marker.evaluate()]
    assert len({one.name for one in here}) == len(here)
    return {one.name: str(one.specifier).removeprefix("==") for one in here}


def requirements() -> list[Requirement]:
    """Everything pyproject.toml asks for, in every extra."""
    project = PROJECT["project"]
    texts = [*project["dependencies"], *PROJECT["build-system"]["requires"]]
    texts += [text for extra in project["optional-dependencies"].values() for text in extra]
    return [one for one in map(Requirement, texts) if one.name != project["name"]]


# --- versions -----------------------------------------------------------------------------------


def test_constraints_leave_the_choice_of_torch_to_the_machine():
    """No local label (+cpu) and no CUDA package: the same file serves every machine.

    Triton is the version that this torch's build with CUDA asks for.
    """
    assert "+" not in "".join(pins().values())
    assert [name for name in pins() if name.startswith(("nvidia", "cuda"))] == []
    assert (pins()["torch"], pins()["triton"]) == ("2.13.0", "3.7.1")


@pytest.mark.parametrize("requirement", requirements(), ids=lambda one: one.name)
def test_every_dependency_is_pinned_to_a_version_that_will_do(requirement):
    assert canonicalize_name(requirement.name) in pins()
    assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)])


def test_constraints_are_sorted_and_say_where_they_come_from():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert text.startswith("#") and "make lock" in text.splitlines()[0]
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == sorted(lines, key=str.lower)


def test_conda_installs_the_same_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    plain = [one for one in environment["dependencies"] if isinstance(one, str)]
    pip = next(one["pip"] for one in environment["dependencies"] if isinstance(one, dict))
    assert pip == ["-c constraints.txt", "-e .[instructor]"]
    assert plain == [f"python={FLOOR[0]}.{FLOOR[1]}", "pip"]  # every other version comes from constraints.txt


def test_one_oldest_python():
    asked = SpecifierSet(PROJECT["project"]["requires-python"])
    assert asked.contains(f"{FLOOR[0]}.{FLOOR[1]}") and not asked.contains(f"{FLOOR[0]}.{FLOOR[1] - 1}")
    assert sys.version_info >= FLOOR
    assert f"Python {FLOOR[0]}.{FLOOR[1]}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_one_version_of_the_course():
    assert PROJECT["project"]["version"] == grader.__version__


def test_learners_need_no_instructors_package():
    learner = {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]}
    assert not learner & {"torch", "nbgrader", "jupytext", "pytest", "playwright"}


# --- modules ------------------------------------------------------------------------------------

# Records of exercises and generated functions have names the registry knows; importing the worker, which is a
# script, would put its facade in the place of grader.
_NONE = re.compile(r"grader\.(?:exercises\.\d|given|course|boundary\.worker)")
MODULES = sorted(one.name for one in pkgutil.walk_packages(grader.__path__, "grader.") if not _NONE.match(one.name))


def isorted(names):
    """Constants, then classes, then functions, each in the order of the alphabet."""
    return sorted(names, key=lambda name: (2 - name[:1].isupper() - name.isupper(), name))


def test_there_are_modules():
    assert len(MODULES) > 30 and "grader.checking.check" in MODULES


@pytest.mark.parametrize("name", MODULES)
def test_all_is_sorted_and_complete(name):
    spec = importlib.util.find_spec(name)
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not any("command" in ast.unparse(decorator) for decorator in node.decorator_list)
    }
    private = name.rpartition(".")[2].startswith("_")
    module = importlib.import_module(name)
    public = getattr(module, "__all__", None)
    if public is None:
        assert private or not defined, f"{name} needs an __all__ with {sorted(defined)}"
        return
    assert list(public) == isorted(set(public)), f"{name}: {isorted(set(public))}"
    for one in public:
        assert hasattr(module, one), f"{name} has no {one}"
    if not private:
        assert defined <= set(public), f"{name}.__all__ lacks {sorted(defined - set(public))}"


# --- what importing costs -----------------------------------------------------------------------

HEAVY = {
    "torch",
    "nbgrader",
    "click",
    "rich",
    "matplotlib",
    "IPython",
    "ipywidgets",
    "nbformat",
    "nbclient",
    "jupytext",
    "traitlets",
    "zmq",
    "sqlalchemy",
    "jupyter_client",
    "pytest",
    "asyncio",
    "scipy",
    "watchfiles",
    "tqdm",
}

LOADED = """
import sys
import grader
from grader import check, hint, mine, quiz
def sigmoid(z):
    import numpy as np
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
{use}
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""

USE = """
assert check("sigmoid").passed is True
assert check("sigmoid", lambda z: -z).passed is False
repr(hint("sigmoid")), repr(quiz("00_start", ["a", "b", "c", "d"]))
mine("sigmoid")
"""

SECONDS = """
import time
import numpy
start = time.process_time()
import grader
print(time.process_time() - start)
"""


def python(text, **options):
    result = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=120, check=False, **options
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("use", ["", USE], ids=["imported", "used"])
def test_a_learner_loads_numpy_and_nothing_large(use):
    loaded = set(python(LOADED.format(use=use)).splitlines()[-1].split())
    assert "numpy" in loaded and "grader" in loaded
    assert not HEAVY & loaded


def test_importing_is_fast():
    best = min(float(python(SECONDS)) for _ in range(5))
    assert best < 0.15, f"import grader takes {best:.3f} s on top of numpy"


# --- the wheel ----------------------------------------------------------------------------------


def run(*command, **options):
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "VIRTUAL_ENV", "GRADER_WORKSPACE", "GRADER_HIDDEN")
    }
    return subprocess.run(
        [str(one) for one in command], capture_output=True, text=True, timeout=500, env=environment, **options
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    if importlib.util.find_spec("hatchling") and importlib.util.find_spec("build"):
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    else:
        need_index(tmp_path_factory.mktemp("probe"))
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT]
    result = run(*command)
    assert result.returncode == 0, result.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_the_course_and_no_solutions(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        contents = {name: archive.read(name) for name in names if name.endswith((".ipynb", ".npz"))}
        metadata = email.message_from_bytes(
            archive.read(next(name for name in names if name.endswith(".dist-info/METADATA")))
        )
        entry = archive.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert wheel.name == f"lstm_course-{grader.__version__}-py3-none-any.whl"
    for unit in units():
        notebook = f"{unit.name}/{unit.name}.ipynb"
        assert contents[f"grader/course/{notebook}"] == (ROOT / "course" / notebook).read_bytes()
        assert (
            contents[f"grader/vectors/{unit.name}.npz"]
            == (ROOT / "grader" / "vectors" / f"{unit.name}.npz").read_bytes()
        )
        assert f"grader/given/{unit.name}.py" in names
        for name in unit.exercises:
            assert f"grader/exercises/{unit.name}/{name}.py" in names
    about = f"lstm_course-{grader.__version__}.dist-info"
    assert {name.partition("/")[0] for name in names} == {"grader", about}
    for name in names:
        assert not re.search(r"solutions|tests?/|hidden/|_pycache_|\.(pyc|build|db)|checkpoints", name), name
    modules = {f"grader{path.as_posix().partition('/grader')[2]}" for path in (ROOT / "grader").rglob("*.py")}
    measuring = {name for name in modules if name.startswith("grader/bench/")}  # the grader itself: in a clone only
    assert measuring and not measuring & names and modules - measuring <= names
    assert "grader = grader.cli:main" in entry
    assert wheel.stat().st_size < 450_000 * len(units()), "half a megabyte a unit, or less"
    assert metadata["Name"] == PROJECT["project"]["name"]
    assert metadata["Requires-Python"] == PROJECT["project"]["requires-python"]
    needed = {Requirement(text).name for text in metadata.get_all("Requires-Dist") if "extra ==" not in text}
    assert needed == {Requirement(text).name for text in PROJECT["project"]["dependencies"]}


LEARNS = """
import os, sys
import numpy as np
from grader import check, mine
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
verdict = check("sigmoid")
assert verdict.passed is False and verdict.points == 1, verdict.text
assert check("one_hot", lambda ids, num_classes: np.eye(num_classes)[ids]).passed is True
assert check("one_hot", lambda ids, num_classes: np.zeros((*ids.shape, num_classes))).mistake == "all_zeros"
assert "torch" not in sys.modules
import matplotlib; matplotlib.use("agg")
import grader.figures
assert "torch" not in sys.modules
"""


@pytest.mark.timeout(580)
def test_a_learner_installs_the_wheel_and_begins(wheel, tmp_path):
    """pip install in a fresh environment, then the first commands, from an empty folder and without torch."""
    need_index(tmp_path / "probe")
    place, here = tmp_path / "environment", tmp_path / "empty"
    here.mkdir()
    venv.create(place, with_pip=True)
    programs = place / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [programs / "python", "-m", "pip", "--disable-pip-version-check"]
    # Without compiling a hundred packages of which few are used here.
    result = run(*pip, "install", "-q", "--no-compile", "-c", ROOT / "constraints.txt", wheel, cwd=here)
    assert result.returncode == 0, result.stderr
    assert run(*pip, "check", cwd=here).returncode == 0
    assert run(programs / "python", "-c", "import torch", cwd=here).returncode == 1

    doctor = run(programs / "grader", "doctor", cwd=here)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert "All that a learner needs is here." in doctor.stdout
    assert f"for {len(exercises())} exercises" in " ".join(doctor.stdout.split())
    later = doctor.stdout.partition("Not needed to learn:")[2]
    assert all(f"  {name}: pip install" in later for name in ("torch", "nbgrader", "jupytext"))

    start = run(programs / "grader", "start", "--no-open", cwd=here)
    assert start.returncode == 0 and start.stdout.count("copied") == len(units()) + 1
    assert (here / "work" / "index.ipynb").read_bytes() == (ROOT / "course" / "index.ipynb").read_bytes()
    for unit in units():
        name = f"{unit.name}/{unit.name}.ipynb"
        assert (here / "work" / name).read_bytes() == (ROOT / "course" / name).read_bytes()

    hint = run(programs / "grader", "hint", "sigmoid", cwd=here / "work")  # what was seen is kept there, not at home
    assert hint.returncode == 0 and "Hint 1 of 3 for sigmoid." in hint.stdout
    for command, said in (
        (["progress"], "Go on with sigmoid, in 00_start/00_start.ipynb"),
        (["solution", "sigmoid", "--anyway"], "def sigmoid(z):"),
        (["reset", "sigmoid"], "sigmoid is as the course gave it already"),
        (["update"], "00_start: up to date"),
    ):
        result = run(programs / "grader", *command, cwd=here)
        assert result.returncode == 0 and said in result.stdout, result.stderr
    watch = run(programs / "grader", "watch", cwd=here, input="q")
    assert watch.returncode == 0 and "Now: sigmoid" in watch.stdout, watch.stderr

    learns = run(programs / "python", "-c", LEARNS, cwd=here / "work")
    assert learns.returncode == 0, learns.stderr
    check = run(programs / "grader", "check", here / "work" / "00_start" / "00_start.ipynb", cwd=here)
    assert check.returncode == 1, check.stderr
    assert "isn't written yet" in check.stdout and "00_start: 0 of " in check.stdout

    for command in (["build", "--check"], ["vectors"], ["demo"]):
        refused = run(programs / "grader", *command, cwd=here)
        assert refused.returncode == 2 and "This needs torch" in refused.stderr
        assert "Traceback" not in refused.stderr
    refused = run(programs / "grader", "bench", "grading", cwd=here)
    assert refused.returncode == 2 and "is not part of the installed package" in refused.stderr
    assert "Get the clone" in " ".join(refused.stderr.split()) and "Traceback" not in refused.stderr
    assert sorted(path.name for path in here.iterdir()) == ["work"]
