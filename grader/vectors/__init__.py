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
    """The folder of the public vectors."""
    return course_part("vectors")


@dataclass(frozen=True, eq=False)  # arrays have no one answer to ==
class Vector:
    """A case with the reference's outputs, by flattened name."""

    case: Case
    expected: dict[str, np.ndarray]


def upstream(shape: tuple[int, ...], position: int) -> np.ndarray:
    """What flows back into an output, the ``position``-th of its function, where gradients are compared.

    Numbers between -1 and 1 that differ from place to place, always the same: every entry of every output counts.
    """
    count = int(np.prod(shape, dtype=np.int64))
    return np.cos(1.7 * np.arange(1, count + 1) + position).reshape(shape)


def pack(exercise_name: str, vectors: list[Vector]) -> dict[str, np.ndarray]:
    """The arrays of a unit's ``.npz`` that hold one exercise's vectors."""
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
    """The vectors of one exercise, in the order they were packed."""
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
    if list(vector.case.args) != list(asked.arguments) or set(vector.expected) != set(asked.flat):
        raise ValueError(f"case {vector.case.name!r} does not fit {asked.signature}")


def load(exercise_name: str, hidden: bool = False) -> list[Vector]:
    """The vectors of an exercise. Raises :class:`VectorsMissing` or :class:`VectorsUnreadable`."""
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
