"""The registry: which units there are, which exercises each holds, and where to find one.

An exercise is loaded when it is asked for, so that importing the package stays cheap.

The units are the package's own, unless ``GRADER_COURSE`` names the folder of another course, laid out like this
repository: ``grader/exercises``, ``grader/given`` and ``grader/vectors`` (and ``solutions`` and ``course`` for the
build). Its units then take the place of the package's own, here and in every process started from here. A learner's
worker is none of them: what it needs of a course, it is sent.
"""

from __future__ import annotations

import functools
import importlib
import os
from pathlib import Path
from types import ModuleType

from ..errors import UnknownExercise
from .base import Exercise, Question, Unit

__all__ = [
    "COURSE_VARIABLE",
    "course",
    "course_module",
    "course_part",
    "exercise",
    "exercises",
    "quiz_of",
    "secret_folders",
    "unit",
    "unit_of",
    "units",
]

COURSE_VARIABLE = "GRADER_COURSE"
_PACKAGE = Path(__file__).resolve().parent.parent


def course() -> Path | None:
    """The folder of the course that takes the place of the package's own, or None."""
    named = os.environ.get(COURSE_VARIABLE)
    return Path(named) if named else None


def course_part(name: str) -> Path:
    """Where the course that is taught has its ``exercises``, ``given`` or ``vectors``."""
    elsewhere = course()
    return (elsewhere / "grader" if elsewhere else _PACKAGE) / name


def secret_folders() -> list[Path]:
    """What learners' code must not see of another course. (Of the package a worker sees only what it needs.)"""
    elsewhere = course()
    if elsewhere is None:
        return []
    return [elsewhere / "solutions", *(course_part(name) for name in ("exercises", "given", "vectors"))]


def course_module(part: str, name: str) -> ModuleType:
    """The module ``grader.<part>.<name>`` of the course that is taught: of ``exercises`` or ``given``.

    A process may change from one course to another, if no two of their units have the same name.
    """
    package = importlib.import_module(f"grader.{part}")
    package.__path__[:] = dict.fromkeys([str(course_part(part)), *package.__path__])
    return importlib.import_module(f"{package.__name__}.{name}")


def units() -> tuple[Unit, ...]:
    """Every unit, in teaching order."""
    return _units(course_part("exercises"))


@functools.cache
def _units(folder: Path) -> tuple[Unit, ...]:
    names = sorted(path.parent.name for path in folder.glob("[0-9][0-9]_*/__init__.py"))
    return tuple(unit(name) for name in names)


def unit(name: str) -> Unit:
    """The unit of that folder."""
    if not (course_part("exercises") / name / "__init__.py").is_file():
        raise UnknownExercise(name, [u.name for u in units()])
    return course_module("exercises", name).UNIT


def _index() -> dict[str, str]:
    return _index_of(course_part("exercises"))


@functools.cache
def _index_of(folder: Path) -> dict[str, str]:
    return {exercise_name: one.name for one in _units(folder) for exercise_name in one.exercises}


def unit_of(exercise_name: str) -> str:
    """The name of the unit that holds an exercise."""
    try:
        return _index()[exercise_name]
    except (KeyError, TypeError):
        raise UnknownExercise(exercise_name, list(_index())) from None


def exercise(name: str) -> Exercise:
    """The exercise of that name. Raises :class:`UnknownExercise`."""
    if type(name) is not str:  # whatever else a learner may put there need not even be hashable
        raise UnknownExercise(name, list(_index()))
    return _exercise(unit_of(name), name)


@functools.cache
def _exercise(unit_name: str, name: str) -> Exercise:
    return course_module("exercises", f"{unit_name}.{name}").EXERCISE


def exercises() -> list[Exercise]:
    """Every exercise, in teaching order."""
    return [exercise(name) for name in _index()]


def quiz_of(unit_name: str) -> tuple[Question, ...]:
    """The questions of a unit's quiz."""
    unit(unit_name)
    return course_module("exercises", f"{unit_name}.quiz").QUIZ
