"""A clone of the course with its first unit alone, to be built and spoiled."""

import shutil
from pathlib import Path

import pytest

from grader.build import build, checks, course, index
from grader.build.checks import check_course
from grader.exercises import exercises, unit, units

ROOT = Path(__file__).resolve().parent.parent
UNIT = units()[0].name
ALL = [e.name for e in exercises()]


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A clone with the first unit only, built."""
    for module in (checks, course, index):
        monkeypatch.setattr(module, "units", lambda: (unit(UNIT),))
    for folder in ("solutions", "course"):
        shutil.copytree(ROOT / folder / UNIT, tmp_path / folder / UNIT)
    no_cache = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "grader" / "given", tmp_path / "grader" / "given", ignore=no_cache)
    for one in units()[1:]:
        (tmp_path / "grader" / "given" / f"{one.name}.py").unlink()
    assert build(tmp_path) == ["course/index.ipynb", "course/manifest.json"]  # the real ones name every unit
    return tmp_path


def text_of(tree):
    return tree / "solutions" / UNIT / f"{UNIT}.py"


def plant(tree, *changes):
    """Change the unit's text (a pair replaces, a single one is added at the end) and build."""
    path = text_of(tree)
    text = path.read_text(encoding="utf-8")
    for change in changes:
        if isinstance(change, str):
            text += "\n\n" + change
        else:
            assert change[0] in text, change
            text = text.replace(change[0], change[1], 1)
    path.write_text(text, encoding="utf-8")
    build(tree)


def problems(tree):
    return check_course(tree, seeds=())


def notebook_path(tree):
    return tree / "course" / UNIT / f"{UNIT}.ipynb"


def story(source, name="planted"):
    return f'# %% tags=["story"] id="{name}"\n{source}'


def markdown(text):
    return "# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in text.split("\n"))
