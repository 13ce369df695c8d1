"""The registry: which units there are, which exercises each holds, and where to find one.

An exercise is loaded when it is asked for, so that importing the package stays cheap.
"""

from __future__ import annotations

import functools
import importlib
from pathlib import Path

from ..errors import UnknownExercise
from .base import Exercise, Question, Unit

__all__ = ["exercise", "exercises", "quiz_of", "unit", "unit_of", "units"]


@functools.cache
def units() -> tuple[Unit, ...]:
    """Every unit, in teaching order."""
    folders = sorted(p.parent.name for p in Path(__file__).parent.glob("[0-9][0-9]_*/__init__.py"))
    return tuple(unit(name) for name in folders)


@functools.cache
def unit(name: str) -> Unit:
    """The unit of that folder."""
    if not (Path(__file__).parent / name / "__init__.py").is_file():
        raise UnknownExercise(name, [u.name for u in units()])
    return importlib.import_module(f"{__name__}.{name}").UNIT


@functools.cache
def _index() -> dict[str, str]:
    return {exercise_name: unit.name for unit in units() for exercise_name in unit.exercises}


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
    return _exercise(name)


@functools.cache
def _exercise(name: str) -> Exercise:
    return importlib.import_module(f"{__name__}.{unit_of(name)}.{name}").EXERCISE


def exercises() -> list[Exercise]:
    """Every exercise, in teaching order."""
    return [exercise(name) for name in _index()]


@functools.cache
def quiz_of(unit_name: str) -> tuple[Question, ...]:
    """The questions of a unit's quiz."""
    unit(unit_name)
    return importlib.import_module(f"{__name__}.{unit_name}.quiz").QUIZ
