"""The test vectors: inputs and expected outputs of every case, as numpy arrays without pickle.

Public ones (``grader/vectors/<unit>.npz``) ship with the course. Hidden ones are made once per
class by ``grader vectors --hidden`` into a folder outside the course, which the environment
variable ``GRADER_HIDDEN`` names. Loading needs numpy alone; making them (:mod:`.make`) needs torch.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import VectorsMissing, VectorsUnreadable
from ..exercises import exercise, unit_of
from ..exercises.base import Case
from ..home import course_part
from .tree import flatten, unflatten

__all__ = ["HIDDEN_VARIABLE", "Vector", "load", "pack", "public", "unpack", "upstream"]

HIDDEN_VARIABLE = "GRADER_HIDDEN"
_SEPARATOR = "/"


def public() -> Path:
    """The folder of the public vectors.

    ``grader/vectors``, or the same part of the course that ``GRADER_COURSE`` names (:func:`grader.home.course_part`).
    """
    return course_part("vectors")


@dataclass(frozen=True, eq=False)  # arrays have no one answer to ==
class Vector:
    """A case with the reference's outputs, by flattened name.

    ``case`` holds the arguments by name. ``expected`` maps each compared output (:attr:`Exercise.flat`) to its array,
    numpy's float64 in the output's shape; gradients are under ``dNAME``. Nothing may be written into them:
    :func:`load` gives the same arrays to all who ask.
    """

    case: Case
    expected: dict[str, np.ndarray]


def upstream(shape: tuple[int, ...], position: int) -> np.ndarray:
    """What flows back into an output, the ``position``-th of its function, where gradients are compared.

    Numbers between -1 and 1 that differ from place to place, always the same: every entry of every output counts.

    ``shape`` is the output's, ``position`` counts from 0; returns float64 of that shape. The gradients that are stored
    and those of a learner's function are taken of the sum of outputs times these numbers, and so need the same ones.
    """
    count = int(np.prod(shape, dtype=np.int64))
    return np.cos(1.7 * np.arange(1, count + 1) + position).reshape(shape)


def pack(exercise_name: str, vectors: list[Vector]) -> dict[str, np.ndarray]:
    """The arrays of a unit's ``.npz`` that hold one exercise's vectors.

    Keys are ``EXERCISE/CASE/tags`` (texts), ``EXERCISE/CASE/in/ARGUMENT`` and ``EXERCISE/CASE/out/OUTPUT``; an argument
    that is no array has several keys (:func:`.tree.flatten`). Raises :class:`TypeError` for an argument that can't be
    stored, and :class:`UnknownExercise`.
    """
    arrays = {}
    for vector in vectors:
        prefix = f"{exercise_name}{_SEPARATOR}{vector.case.name}{_SEPARATOR}"
        arrays[prefix + "tags"] = np.array(sorted(vector.case.tags), dtype="U64")
        functions = exercise(exercise_name).functions
        for name, value in vector.case.args.items():
            arrays.update(
                {f"{prefix}in{_SEPARATOR}{key}": item for key, item in flatten(name, value, functions).items()}
            )
        for name, value in vector.expected.items():
            arrays[f"{prefix}out{_SEPARATOR}{name}"] = value
    return arrays


def unpack(arrays, exercise_name: str) -> list[Vector]:
    """The vectors of one exercise, in the order they were packed.

    The other way round of :func:`pack`: ``arrays`` maps keys to arrays, and may hold those of other exercises, as the
    file of a unit does. Raises :class:`KeyError` where a piece of an argument, or a function that it names, is missing.
    """
    cases: dict[str, dict] = {}
    for key in arrays:
        owner, case, *rest = key.split(_SEPARATOR)
        if owner != exercise_name:
            continue
        record = cases.setdefault(case, {"args": {}, "expected": {}, "tags": frozenset()})
        value = arrays[key]
        if rest[0] == "tags":
            record["tags"] = frozenset(str(tag) for tag in value)
        elif rest[0] == "out":
            record["expected"][rest[1]] = value
        else:
            record["args"][rest[1]] = value
    known = exercise(exercise_name).functions
    return [Vector(Case(name, unflatten(r["args"], known), r["tags"]), r["expected"]) for name, r in cases.items()]


@functools.lru_cache(maxsize=64)
def _load(path: Path, changed: tuple[int, int], exercise_name: str) -> list[Vector]:
    """The vectors in a file, kept for the next call until the file changes.

    ``changed`` is its (time of the last change in nanoseconds, size in bytes), which only tells one state of the file
    from another. Raises :class:`VectorsUnreadable` for whatever goes wrong with a file that is there.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            wanted = {key: arrays[key] for key in arrays.files if key.startswith(exercise_name + _SEPARATOR)}
        vectors = unpack(wanted, exercise_name)
        for vector in vectors:
            _must_fit(vector, exercise_name)
    except Exception as error:  # zipfile, numpy and zlib each raise their own
        raise VectorsUnreadable(path, error) from error
    return vectors


def _must_fit(vector: Vector, exercise_name: str) -> None:
    """Vectors that another version of the course made must not count against a learner."""
    asked = exercise(exercise_name)
    if list(vector.case.args) != list(asked.arguments) or not asked.fits(vector.expected):
        raise ValueError(f"case {vector.case.name!r} does not fit {asked.signature}")


def load(exercise_name: str, hidden: bool = False) -> list[Vector]:
    """The vectors of an exercise. Raises :class:`VectorsMissing` or :class:`VectorsUnreadable`.

    ``exercise_name`` is that of a registered exercise (else :class:`UnknownExercise`). ``hidden`` asks for those of the
    class, in the folder that ``GRADER_HIDDEN`` names, instead of the public ones. Missing is also a file without a
    vector of this exercise, or hidden ones where the variable is not set; unreadable, a file that is broken or whose
    cases have other arguments or outputs than the exercise has now. The list is kept and given to all who ask: change
    nothing in it.
    """
    folder = public()
    if hidden:
        named = os.environ.get(HIDDEN_VARIABLE)
        if not named:
            raise VectorsMissing(None, hidden)
        folder = Path(named)
    path = folder.absolute() / f"{unit_of(exercise_name)}.npz"
    try:
        state = path.stat()
    except OSError:
        raise VectorsMissing(path, hidden) from None
    vectors = _load(path, (state.st_mtime_ns, state.st_size), exercise_name)
    if not vectors:
        raise VectorsMissing(path, hidden)
    return vectors
