"""Make the test vectors: draw each exercise's cases, and let the torch reference answer them.

``grader vectors`` calls :func:`write`, with the seed ``PUBLIC_SEED`` for the vectors in the package, and with
:func:`new_secret` for a class's hidden ones, which are then other numbers of the same cases.
"""

from __future__ import annotations

import hashlib
import secrets
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .. import reference
from ..errors import BuildError
from ..exercises import exercise, units
from ..exercises.base import Case, Exercise
from . import Vector, pack, public, upstream
from .metric import relative_error
from .tree import copied

__all__ = [
    "PUBLIC_SEED",
    "answer",
    "choose_device",
    "make_exercise",
    "make_unit",
    "new_secret",
    "refuse_course_folder",
    "same_but_for_rounding",
    "write",
]

PUBLIC_SEED = "public"


def choose_device(name: str = "auto") -> str:
    """``cpu`` or ``cuda``: what ``auto`` comes to here. Raises :class:`BuildError` where there is no CUDA device."""
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise BuildError(
            "There is no CUDA device that PyTorch can use here (torch.cuda.is_available() is False): use "
            "--device cpu. The vectors are the same to 12 digits."
        )
    return name


def _to_torch(value: Any, device: str) -> Any:
    """A tree of arguments with its arrays as tensors on ``device``.

    Floating point comes as float64; integers and truth values keep their dtype.
    """

    def lay(array: np.ndarray) -> Any:
        tensor = torch.from_numpy(np.ascontiguousarray(array)).to(device)
        return tensor.double() if tensor.is_floating_point() else tensor

    return copied(value, lay)


def answer(exercise: Exercise, case: Case, device: str = "cpu") -> dict[str, np.ndarray]:
    """The reference's outputs for a case and what flows back to its arguments, in float64 whatever came in.

    ``device`` is ``cpu`` or ``cuda``. Keys are the flattened outputs without those that no test reads, and ``dNAME``
    for each name in ``exercise.gradients``: by torch's autograd, of the outputs' sum weighted with
    :func:`grader.vectors.upstream`. The arrays are numpy's, in the outputs' shapes. Raises :class:`ValueError` where
    the reference doesn't return as many values as the exercise says, and whatever the reference itself raises.
    """
    return exercise.in_turn(case, lambda args: _answer(exercise, args, device))


def _answer(exercise: Exercise, args: Mapping[str, Any], device: str) -> dict[str, np.ndarray]:
    """The reference's answer to one call: what :func:`answer` gives."""
    arguments = {name: _to_torch(value, device) for name, value in args.items()}
    for name in exercise.gradients:
        arguments[name].requires_grad_()
    result = getattr(reference, exercise.reference or exercise.name)(*arguments.values())
    outputs = [output for output in exercise.own if output.read]
    values = result if len(outputs) > 1 else (result,)
    answered: dict[str, np.ndarray] = {}
    for output, value in zip(outputs, values, strict=True):
        answered.update(output.flat(value))
    if exercise.gradients:
        flowing = [torch.from_numpy(upstream(tuple(value.shape), k)).to(value) for k, value in enumerate(values)]
        leaves = [arguments[name] for name in exercise.gradients]
        for name, found in zip(exercise.gradients, torch.autograd.grad(values, leaves, flowing), strict=True):
            answered[f"d{name}"] = found.detach().cpu().numpy()
    return answered


def _generator(seed: str, exercise_name: str) -> np.random.Generator:
    """A generator that depends on the seed and the exercise alone, not on its neighbours."""
    digest = hashlib.sha256(f"{seed}:{exercise_name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def make_exercise(name: str, seed: str = PUBLIC_SEED, device: str = "cpu") -> list[Vector]:
    """All cases of an exercise with their expected outputs. Raises :class:`BuildError`.

    ``seed`` is any text; the same seed gives the same cases, whatever other exercises there are. It raises where a case
    gives its arguments in another order than the exercise, where two cases have one name, and where the reference
    returns NaN or infinity. Raises :class:`UnknownExercise` where none is called ``name``.
    """
    drawn = exercise(name)
    vectors: list[Vector] = []
    for case in drawn.cases(_generator(seed, name)):
        if list(case.args) != list(drawn.arguments):
            raise BuildError(
                f"{name}, case {case.name!r}: its arguments are {', '.join(case.args)}; the exercise says "
                f"{', '.join(drawn.arguments)}. Give them in that order."
            )
        if any(existing.case.name == case.name for existing in vectors):
            raise BuildError(f"{name} has two cases called {case.name!r}. Rename one.")
        expected = answer(drawn, case, device)
        for output, value in expected.items():
            if not np.isfinite(value).all():
                raise BuildError(f"{name}, case {case.name!r}: the reference's {output} is not finite.")
        vectors.append(Vector(case, expected))
    return vectors


def make_unit(
    unit_name: str, exercises: tuple[str, ...], seed: str = PUBLIC_SEED, device: str = "cpu"
) -> dict[str, np.ndarray]:
    """The arrays of a unit's ``.npz``.

    ``exercises`` names those to put in, as :class:`Unit` lists them; keys are those of :func:`grader.vectors.pack`.
    Raises as :func:`make_exercise` does.
    """
    arrays: dict[str, np.ndarray] = {}
    for name in exercises:
        arrays.update(pack(name, make_exercise(name, seed, device)))
    return arrays


def new_secret() -> str:
    """A seed nobody can guess, for a class's hidden vectors.

    64 hexadecimal digits (256 bits of the system's randomness). It is kept nowhere: the vectors made from it are.
    """
    return secrets.token_hex(32)


def refuse_course_folder(folder: Path) -> None:
    """Hidden vectors never go where learners' notebooks are. Raises :class:`BuildError`.

    Refused is what is inside a folder called ``course`` or ``release`` that holds notebooks, or that is itself below
    the working folder. ``folder`` need not exist.
    """
    here = Path.cwd().resolve()
    for place in (folder.resolve(), *folder.resolve().parents):
        if place.name not in ("course", "release"):  # no other is looked into: what is in /tmp may go meanwhile
            continue
        # A clone may itself stand in a folder called course: then only what is inside the clone counts.
        if here != place and place.is_relative_to(here) or any(place.glob("*/*.ipynb")):
            raise BuildError(
                f"{folder} is inside what learners get. Choose a folder outside the course, such as `hidden`."
            )


def same_but_for_rounding(ours: Mapping[str, np.ndarray], theirs: Mapping[str, np.ndarray]) -> bool:
    """Whether two files' arrays are the same numbers: the last digits differ from processor to processor.

    Both are what :func:`make_unit` returns. Floating point may differ by 1e-12 of the array's largest value
    (float32: 1e-6), everything else not at all; dtypes and names have to be the same.
    """
    return ours.keys() == theirs.keys() and all(_same(value, theirs[key]) for key, value in ours.items())


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    if a.dtype.kind != "f" or a.dtype != b.dtype:
        return a.dtype == b.dtype and np.array_equal(a, b)
    return relative_error(a, b) < (1e-6 if a.dtype == np.float32 else 1e-12)


def _is_there(path: Path, arrays: Mapping[str, np.ndarray]) -> bool:
    try:
        with np.load(path, allow_pickle=False) as there:
            return same_but_for_rounding(arrays, dict(there))
    except (OSError, ValueError, zipfile.BadZipFile):  # not there, or broken
        return False


def write(
    folder: Path | None = None,
    seed: str = PUBLIC_SEED,
    progress: Callable[[str], Any] = lambda name: None,
    device: str = "cpu",
    only: Sequence[str] | None = None,
) -> None:
    """Write the vectors of every unit (or of those named), computed on ``device``.

    They go into ``folder``, where None into that of the public ones.

    A file is replaced only when complete, and not at all where it holds these vectors but for rounding.

    ``seed`` as in :func:`make_exercise`; ``progress(name)`` is told each unit. The files are ``UNIT.npz``, without
    pickle; the folder is made where it is missing. Raises :class:`BuildError` where a case is at fault or its answer
    isn't finite, and :class:`OSError` where the folder can't be written to.
    """
    folder = folder or public()
    folder.mkdir(parents=True, exist_ok=True)
    for unit in units():
        if only is not None and unit.name not in only:
            continue
        progress(unit.name)
        arrays = make_unit(unit.name, unit.exercises, seed, device)
        if _is_there(folder / f"{unit.name}.npz", arrays):
            continue
        draft = folder / f".{unit.name}.new.npz"
        try:
            np.savez_compressed(draft, allow_pickle=False, **arrays)
            draft.replace(folder / f"{unit.name}.npz")
        finally:
            draft.unlink(missing_ok=True)
