"""How far an answer is from the reference, and how it is related to it.

The metric is ``max|got - ref| / max|ref|``, taken per tensor and per block of it (per time step,
per gate), with a floor: a block whose reference is tiny is measured against the tensor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..exercises.base import Case, Exercise, Output

__all__ = [
    "FLOAT32_TOLERANCE",
    "LOW_PRECISION",
    "block_shapes",
    "blocks",
    "budget",
    "expected_shape_text",
    "flat_outputs",
    "in_words",
    "is_float32",
    "listed",
    "matches",
    "named_outputs",
    "output_label",
    "relative_error",
    "tolerance_for",
]

FLOAT32_TOLERANCE = 1e-4
# By the tag of a case. Correct code is off by 2e-2 and 2e-3 in the mean square; its worst entry by a few times that.
LOW_PRECISION = {"bfloat16": 6e-2, "float16": 8e-3}
_BLOCK_FLOOR = 1e-6  # of the tensor's largest value: below it, rounding alone could exceed the gate


def flat_outputs(exercise: Exercise) -> list[tuple[str, Output]]:
    """The compared outputs in order, a dict of arrays taken apart into its keys."""
    flat = []
    for output in exercise.returns:
        if output.kind == "arrays":
            flat += [(key, Output(key, shape)) for key, shape in output.keys.items()]
        elif output.kind != "cache":
            flat.append((output.name, output))
    return flat


def blocks(shape_text: str, shape: tuple[int, ...]) -> Iterator[tuple[str, tuple]]:
    """(label, index) of each block of a tensor: its time steps, or the four gates' columns."""
    for position, axis, count in _split_axes(shape_text, shape):
        before, size = (slice(None),) * position, shape[position] // count
        for k in range(count):
            index = k if axis == "T" else slice(k * size, (k + 1) * size)
            yield f"t = {k}" if axis == "T" else "ifgo"[k], (*before, index)


def _split_axes(shape_text: str, shape: tuple[int, ...]) -> Iterator[tuple[int, str, int]]:
    """(position, name, number of blocks) of each axis that is looked at in blocks."""
    axes = [axis.strip() for axis in shape_text.strip("()").split(",") if axis.strip()]
    if len(axes) != len(shape):
        return
    for position, axis in enumerate(axes):
        if axis == "T" and shape[position]:
            yield position, axis, shape[position]
        if axis == "4H" and shape[position] and shape[position] % 4 == 0:
            yield position, axis, 4


def relative_error(got: np.ndarray, ref: np.ndarray, shape_text: str = "", floor: float = 1e-200) -> float:
    """The largest relative error over the tensor and its blocks; inf where shapes or NaNs differ.

    What is smaller than ``floor`` is measured against ``floor``; a reference of zeros against 1.
    """
    if got.shape != ref.shape:
        return np.inf
    if got.dtype.kind == "c":
        return np.inf
    got, ref = np.asarray(got, np.float64), np.asarray(ref, np.float64)
    strange = ~(np.isfinite(got) & np.isfinite(ref))
    if strange.any():  # NaN and infinities have to stand in the same places
        if not np.array_equal(got[strange], ref[strange], equal_nan=True):
            return np.inf
        got, ref = np.where(strange, 0.0, got), np.where(strange, 0.0, ref)
    if not ref.size:
        return 0.0
    with np.errstate(all="ignore"):
        difference, size = np.abs(got - ref), np.abs(ref)
        scale = float(size.max())
        least = max(_BLOCK_FLOOR * scale, floor) if scale else 1.0
        worst = difference.max() / max(scale, least)
        for position, _, count in _split_axes(shape_text, ref.shape):
            # The largest of each block; of as many as there are time steps a loop would take long.
            others = tuple(axis for axis in range(ref.ndim) if axis != position)
            off, there = (one.max(axis=others).reshape(count, -1).max(axis=1) for one in (difference, size))
            worst = max(worst, (off / np.maximum(there, least)).max())
    return float(worst)


def is_float32(arguments) -> bool:
    """Whether a float32 array is among the arguments, or inside a dict of them."""
    return any(
        is_float32(value.values()) if isinstance(value, dict) else getattr(value, "dtype", None) == np.float32
        for value in arguments
    )


def tolerance_for(exercise: Exercise, case: Case) -> float:
    """The gate for one case: inputs of a lower precision earn a wider one."""
    return max(budget(case), exercise.tolerance)


def budget(case: Case) -> float:
    """How far correct code may be off in a case's precision; 0 for float64."""
    low = next((LOW_PRECISION[tag] for tag in case.tags if tag in LOW_PRECISION), None)
    return low or (FLOAT32_TOLERANCE if is_float32(case.args.values()) else 0.0)


def block_shapes(exercise: Exercise, case: Case) -> dict[str, str]:
    """The shapes, in letters, of the outputs that are compared in blocks as well.

    In a low precision none is: the rounding of large entries would count against a block of small ones.
    """
    if exercise.tolerance > FLOAT32_TOLERANCE or LOW_PRECISION.keys() & case.tags:
        return {}
    return {name: output.shape for name, output in flat_outputs(exercise)}


def matches(got: dict, ref: dict, exercise: Exercise, case: Case, tolerance: float) -> bool:
    """Whether two flattened answers to a case agree in every output."""
    shapes = block_shapes(exercise, case)
    return got.keys() == ref.keys() and all(
        relative_error(got[name], ref[name], shapes.get(name, ""), exercise.floor) <= tolerance for name in ref
    )


def expected_shape_text(output: Output, ref: np.ndarray) -> str:
    """``(N, H) = (2, 3)``, as the messages say it."""
    numbers = f"({', '.join(map(str, ref.shape))}{',' if ref.ndim == 1 else ''})"
    return f"{output.shape} = {numbers}" if output.shape else numbers


def named_outputs(exercise: Exercise) -> list[tuple[str, Any]]:
    """The compared outputs, each once where messages call two of them by one name."""
    return list({output_label(exercise, name): (name, output) for name, output in flat_outputs(exercise)}.values())


def output_label(exercise: Exercise, name: str) -> str:
    """What the messages call an output; "" where the exercise has only one."""
    if len(flat_outputs(exercise)) < 2:
        return ""
    return exercise.labels.get(name, name)


def listed(exercise: Exercise, names: list[str]) -> str:
    """Outputs in a sentence: "h and c"."""
    return in_words(list(dict.fromkeys(output_label(exercise, name) for name in names)))


def in_words(names: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
