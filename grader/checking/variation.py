"""Cases made from a case: other numbers in the same shapes, and what the course's own function answers.

What a function keeps between calls shows when other numbers come in the same shapes: a buffer that is never cleared,
an answer that is looked up by shape. The reference (torch) is not there when a learner's function is judged; the
course's own function is, and is tested against it.
"""

from __future__ import annotations

import dataclasses
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import GraderError
from ..exercises.base import Case, Exercise
from ..given import given
from ..vectors import Vector
from ..vectors.tree import copied
from .calling import LocalSubject
from .compare import LOW_PRECISION, errors
from .ladder import CaseResult, ask, take_apart

__all__ = ["Other", "course_answer", "float32_error", "other_numbers", "varied"]


@dataclass(frozen=True)
class Other:
    """A call with other numbers. ``judged`` where its answer is one to judge, and not judged anyway as a case.

    ``slack`` is how many times a case's tolerance it may be off: the course's own answer, which it is compared with,
    may be off by one where an exercise allows for rounding.
    """

    vector: Vector
    judged: bool
    slack: float = 1.0


def course_answer(exercise: Exercise, vector: Vector, change: Callable[[str, Any], Any] | None = None) -> dict | None:
    """The course's own function's flattened answer to a case, before ``canonical``; None where there is none.

    ``change(name, value)`` replaces arguments first; it may give float32 or float64 in the place of the other. The
    case's expected outputs tell which shapes are asked for, and are not looked at otherwise. None is also the answer
    where the course's function raises, or is of an exercise that was not built yet.
    """
    try:
        function = given(exercise.name)
    except (GraderError, AttributeError, ImportError):  # not built since the exercise was written
        return None
    case = vector.case
    if change:
        case = dataclasses.replace(case, args={name: change(name, value) for name, value in case.args.items()})
    asked = Vector(case, vector.expected)  # the same shapes are expected of it
    plain = dataclasses.replace(exercise, canonical=None)
    outcome = ask(LocalSubject(exercise.name, function), plain, asked)
    if outcome.failure:
        return None
    got, problem = take_apart(plain, outcome, asked)
    return None if problem else got


def _in_steps(array: np.ndarray) -> bool:
    """Whether it holds whole numbers only, whatever its dtype: ids, lengths, masks."""
    return array.dtype.kind in "iub" or bool(np.isfinite(array).all() and np.array_equal(array, np.round(array)))


def _moved(value: Any, axis: int | None) -> Any:
    """An argument with other numbers that are as good as these.

    Floats come nearer to zero, each by another share: signs, bounds and zeros stay. Whole numbers change places, whole
    rows of them (``axis`` 0) or within the rows (-1). Plain whole numbers stay, for they may be sizes.
    """

    def moved(array: np.ndarray) -> np.ndarray:
        if array.dtype.kind not in "iubf" or not array.size or not array.ndim:
            return array
        if _in_steps(array):
            return array if axis is None else np.roll(array, 1, axis=axis)
        share = 0.85 + 0.1 * np.cos(1.7 * np.arange(1, array.size + 1))
        return (array * share.reshape(array.shape)).astype(array.dtype)

    if type(value) is float and np.isfinite(value) and value != round(value):
        return 0.9 * value
    return copied(value, moved)


def varied(args: dict[str, Any]) -> dict[str, Any] | None:
    """Arguments of the same shapes and kinds with other numbers; None where nothing in them can be moved.

    Floats come 5 to 25 % nearer to zero; whole numbers in arrays change places, whole rows first, then within the rows.
    """
    for axis in (0, -1):
        moved = {name: _moved(value, axis) for name, value in args.items()}
        if not _same(moved, args):
            return moved
    return None


def _same(one: Any, other: Any) -> bool:
    """Whether two arguments hold the same numbers and texts, the same functions, and generators in the same state."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    if isinstance(one, dict):
        return all(_same(value, other[key]) for key, value in one.items())
    if type(one) in (list, tuple):
        return all(map(_same, one, other))
    if isinstance(one, np.random.Generator):
        return one.bit_generator.state == other.bit_generator.state
    return one is other if callable(one) else one == other


def _kind(value: Any) -> Any:
    """What has to be alike in two calls of the same shapes."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype
    if isinstance(value, dict):
        return {key: _kind(item) for key, item in value.items()}
    return [_kind(item) for item in value] if type(value) in (list, tuple) else type(value)


def float32_error(exercise: Exercise, result: CaseResult) -> float:
    """How far off the course's own function is on a case where it is given float32: what float32 leaves there.

    The largest relative error of its outputs; 0 where it could not be asked.
    """
    halved = course_answer(
        exercise, result.vector, lambda name, value: copied(value, lambda a: _as(a, np.float64, np.float32))
    )
    if halved is None:
        return 0.0
    expected = result.vector.expected
    if exercise.canonical:
        halved, expected = exercise.canonical(halved), exercise.canonical(expected)
    return max(errors(halved, expected, exercise, result.vector.case).values())


# The same for every answer to a case, as what known mistakes give on it is: both are kept as long as the case.
_made: weakref.WeakKeyDictionary[Vector, Other | None] = weakref.WeakKeyDictionary()


def other_numbers(exercise: Exercise, vector: Vector, vectors: Sequence[Vector]) -> Other | None:
    """A call like a case's with other numbers, or None.

    The case's own, moved a little; where there is nothing to move, another one of ``vectors`` of the same shapes, which
    is not judged, since it is judged as a case. The expected outputs of the first kind are the course's own answer, in
    float64 where the exercise asks for exact numbers. Kept as long as the vector is.
    """
    if vector not in _made:
        _made[vector] = _other(exercise, vector)
    if _made[vector] is not None:
        return _made[vector]
    like = [
        one
        for one in vectors
        if one is not vector
        and {name: _kind(value) for name, value in one.case.args.items()}
        == {name: _kind(value) for name, value in vector.case.args.items()}
        and not _same(one.case.args, vector.case.args)
    ]
    return Other(like[0], judged=False) if like else None


def _other(exercise: Exercise, vector: Vector) -> Other | None:
    case = vector.case
    if exercise.other:
        args: dict[str, Any] | None = dict(exercise.other(case).args)
    else:
        args = varied(case.args)
    if args is None or _same(args, case.args):  # there is nothing in it that could be moved
        return None
    moved = Vector(Case(f"{case.name}, with other numbers", args, case.tags), vector.expected)
    rounds = bool(LOW_PRECISION.keys() & case.tags) or exercise.tolerance > 1e-9
    expected = course_answer(
        exercise, moved, None if rounds else lambda name, value: copied(value, lambda a: _as(a, np.float32, np.float64))
    )
    if expected is None:
        return Other(moved, judged=False)
    return Other(Vector(moved.case, expected), judged=True, slack=2.0 if rounds else 1.0)


def _as(array: np.ndarray, before: type, after: type) -> np.ndarray:
    return array.astype(after) if array.dtype == before else array
