"""The registry: which units there are, which exercises each holds, and where to find one.

An exercise is loaded when it is asked for, so that importing the package stays cheap.
The units are the package's own, or those of another course (:mod:`grader.home`).
"""

from __future__ import annotations

import functools
from pathlib import Path

from ..errors import BuildError, UnknownExercise
from ..home import course_module, course_part
from .base import Exercise, Question, Unit, with_numbers

__all__ = ["exercise", "exercises", "quiz_of", "unit", "unit_of", "units"]


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
        raise UnknownExercise(name, [u.name for u in units()], "unit")
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
    """The exercise of that name.

    Raises :class:`UnknownExercise`, and :class:`BuildError` where its known mistakes can't be read.
    """
    if type(name) is not str:  # whatever else a learner may put there need not even be hashable
        raise UnknownExercise(name, list(_index()))
    return _exercise(unit_of(name), name)


@functools.cache
def _exercise(unit_name: str, name: str) -> Exercise:
    try:
        found = course_module("exercises", f"{unit_name}.{name}").EXERCISE
    except BuildError as error:  # its mistakes can't be read
        raise BuildError(f"grader/exercises/{unit_name}/{name}.py: {error}") from error
    return with_numbers(found, unit_name)


def exercises() -> list[Exercise]:
    """Every exercise, in teaching order."""
    return [exercise(name) for name in _index()]


def quiz_of(unit_name: str) -> tuple[Question, ...]:
    """The questions of a unit's quiz."""
    unit(unit_name)
    return with_numbers(course_module("exercises", f"{unit_name}.quiz").QUIZ, unit_name)
