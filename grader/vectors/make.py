"""Make the test vectors: draw each exercise's cases, and let the torch reference answer them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .. import reference
from ..errors import BuildError
from ..exercises import exercise, units
from ..exercises.base import Case, Exercise
from . import PUBLIC, Vector, pack

__all__ = [
    "PUBLIC_SEED", "answer", "make_exercise", "make_unit", "new_secret", "refuse_course_folder", "write",
]

PUBLIC_SEED = "public"


def _to_torch(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _to_torch(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        tensor = torch.from_numpy(np.ascontiguousarray(value))
        return tensor.double() if tensor.is_floating_point() else tensor
    return value


def _to_numpy(value: Any) -> np.ndarray:
    return value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(float(value))


def answer(exercise: Exercise, case: Case) -> dict[str, np.ndarray]:
    """The reference's outputs for a case, computed in float64 whatever the inputs' dtype."""
    arguments = [_to_torch(value) for value in case.args.values()]
    result = getattr(reference, exercise.reference or exercise.name)(*arguments)
    outputs = [output for output in exercise.returns if output.kind != "cache"]
    values = result if len(outputs) > 1 else (result,)
    answered: dict[str, np.ndarray] = {}
    for output, value in zip(outputs, values, strict=True):
        if output.kind == "arrays":
            answered.update({key: _to_numpy(value[key]) for key in output.keys})
        else:
            answered[output.name] = _to_numpy(value)
    return answered


def _generator(seed: str, exercise_name: str) -> np.random.Generator:
    """A generator that depends on the seed and the exercise alone, not on its neighbours."""
    digest = hashlib.sha256(f"{seed}:{exercise_name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def make_exercise(name: str, seed: str = PUBLIC_SEED) -> list[Vector]:
    """All cases of an exercise with their expected outputs. Raises :class:`BuildError`."""
    drawn = exercise(name)
    vectors = []
    for case in drawn.cases(_generator(seed, name)):
        if tuple(case.args) != drawn.arguments:
            raise BuildError(
                f"{name}, case {case.name!r}: its arguments are {', '.join(case.args)}; the exercise says "
                f"{', '.join(drawn.arguments)}. Give them in that order."
            )
        if any(existing.case.name == case.name for existing in vectors):
            raise BuildError(f"{name} has two cases called {case.name!r}. Rename one.")
        expected = answer(drawn, case)
        for output, value in expected.items():
            if not np.isfinite(value).all():
                raise BuildError(f"{name}, case {case.name!r}: the reference's {output} is not finite.")
        vectors.append(Vector(case, expected))
    return vectors


def make_unit(unit_name: str, exercises: tuple[str, ...], seed: str = PUBLIC_SEED) -> dict[str, np.ndarray]:
    """The arrays of a unit's ``.npz``."""
    arrays: dict[str, np.ndarray] = {}
    for name in exercises:
        arrays.update(pack(name, make_exercise(name, seed)))
    return arrays


def new_secret() -> str:
    """A seed nobody can guess, for a class's hidden vectors."""
    return secrets.token_hex(32)


def refuse_course_folder(folder: Path) -> None:
    """Hidden vectors never go where learners' notebooks are. Raises :class:`BuildError`."""
    here = Path.cwd().resolve()
    for place in (folder.resolve(), *folder.resolve().parents):
        # A clone may itself stand in a folder called course: then only what is inside the clone counts.
        inside = here != place and place.is_relative_to(here) or any(place.glob("*/*.ipynb"))
        if place.name in ("course", "release") and inside:
            raise BuildError(
                f"{folder} is inside what learners get. Choose a folder outside the course, such as `hidden`."
            )


def write(folder: Path = PUBLIC, seed: str = PUBLIC_SEED, progress: Callable[[str], Any] = lambda name: None):
    """Write every unit's vectors into ``folder``. A file is replaced only when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    for unit in units():
        progress(unit.name)
        draft = folder / f".{unit.name}.new.npz"
        try:
            np.savez_compressed(draft, allow_pickle=False, **make_unit(unit.name, unit.exercises, seed))
            draft.replace(folder / f"{unit.name}.npz")
        finally:
            draft.unlink(missing_ok=True)
