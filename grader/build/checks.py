"""The course's self-check: every rule a unit can break, each message saying what to do next.

``grader build --check`` prints what it finds and fails if it finds anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .. import vectors
from ..errors import GraderError
from ..exercises import exercise, unit, units
from ..exercises.base import Unit
from ..vectors import make
from .course import derived, stale
from .exercise_rules import behaviour, exercise_rules
from .source import read_source
from .text_rules import leaks, no_python, unit_rules

__all__ = ["check_course"]

SWEEP_SEEDS = tuple(f"sweep {k}" for k in range(3))


def check_course(
    root: Path,
    seeds: tuple[str, ...] = SWEEP_SEEDS,
    progress: Callable[[str], Any] = lambda text: None,
    only: str | None = None,
) -> list[str]:
    """Every rule that is broken, as sentences; empty when the course is in order.

    ``seeds`` are further draws of every exercise's cases, on which the solutions have to pass and the known mistakes
    have to be named as well: hidden vectors are such draws. ``only`` names a unit that alone is looked at.
    Raises :class:`BuildError` where a text can't be read, :class:`UnknownExercise` where no unit is called ``only``.

    Each sentence begins with the unit or the exercise it is about. Everything is computed anew: the derived files, the
    public vectors, and for each exercise its answers on the public vectors and on each of ``seeds``. The behaviour of
    an exercise is looked at only where its record is in order, and of a unit with a cell that is no Python nothing
    further. ``root`` is the clone, ``progress(text)`` is told what is looked at.
    """
    looked_at = [one for one in units() if only in (None, one.name)] or [unit(str(only))]
    problems: list[str] = []
    progress("derived files")
    files = derived(root, only)
    problems += [f"{name} is stale: run `grader build`." for name in stale(root, files, only)]
    for one in looked_at:
        progress(one.name)
        problems += _stale_vectors(one)
        notebook = read_source(root, one.name)
        if broken := list(no_python(notebook)):
            problems += [f"{one.name}: {text}" for text in broken]
            continue
        problems += [f"{one.name}: {text}" for text in unit_rules(one, notebook)]
        problems += [f"{one.name}: {text}" for text in leaks(notebook, files, one.name)]
        for name in one.exercises:
            progress(f"{one.name}: {name}")
            broken = list(exercise_rules(exercise(name)))
            broken = broken or list(behaviour(notebook, files, one, exercise(name), seeds))
            problems += [f"{name}: {text}" for text in broken]
    return problems


def _stale_vectors(one: Unit) -> Iterator[str]:
    """Which of a unit's exercises have public vectors that the reference would not make today.

    Compared are the cases' names and order, and all arrays but for their last digits, which differ from processor to
    processor (:func:`grader.vectors.make.same_but_for_rounding`).
    """
    for name in one.exercises:
        try:
            shipped = {v.case.name: v for v in vectors.load(name)}
        except GraderError:
            yield f"{name} has no public vectors: run `grader vectors`."
            continue
        made = vectors.unpack(vectors.pack(name, make.make_exercise(name)), name)
        same = [v.case.name for v in made] == list(shipped) and make.same_but_for_rounding(
            vectors.pack(name, made), vectors.pack(name, list(shipped.values()))
        )
        if not same:
            yield f"{name}: its public vectors are not what the reference makes: run `grader vectors`."
