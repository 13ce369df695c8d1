"""How far an answer is from the reference, and how it is related to it.

The metric is ``max|got - ref| / max|ref|``, taken per tensor and per block of it (per time step,
per gate), with a floor: a block whose reference is tiny is measured against the tensor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..exercises.base import Exercise, Output

__all__ = [
    "blocks",
    "expected_shape_text",
    "flat_outputs",
    "is_float32",
    "listed",
    "matches",
    "named_outputs",
    "output_label",
    "relative_error",
    "tolerance_for",
]

FLOAT32_TOLERANCE = 1e-4
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
    axes = [axis.strip() for axis in shape_text.strip("()").split(",") if axis.strip()]
    if len(axes) != len(shape):
        return
    for position, axis in enumerate(axes):
        before = (slice(None),) * position
        if axis == "T":
            for t in range(shape[position]):
                yield f"t = {t}", (*before, t)
        if axis == "4H" and shape[position] % 4 == 0:
            size = shape[position] // 4
            for k, gate in enumerate("ifgo"):
                yield gate, (*before, slice(k * size, (k + 1) * size))


def _relative(got: np.ndarray, ref: np.ndarray, least: float) -> float:
    if not got.size:
        return 0.0
    with np.errstate(all="ignore"):
        difference = np.max(np.abs(got - ref))
    return float(difference / max(np.max(np.abs(ref)), least))


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
    scale = float(np.max(np.abs(ref))) if ref.size else 0.0
    least = max(_BLOCK_FLOOR * scale, floor) if scale else 1.0
    worst = _relative(got, ref, least)
    for _, index in blocks(shape_text, ref.shape):
        worst = max(worst, _relative(got[index], ref[index], least))
    return worst


def is_float32(arguments) -> bool:
    """Whether a float32 array is among the arguments, or inside a dict of them."""
    return any(
        is_float32(value.values()) if isinstance(value, dict) else getattr(value, "dtype", None) == np.float32
        for value in arguments
    )


def tolerance_for(exercise: Exercise, arguments) -> float:
    """The gate for one case: float32 inputs earn a wider one."""
    return FLOAT32_TOLERANCE if is_float32(arguments) else exercise.tolerance


def matches(got: dict, ref: dict, exercise: Exercise, tolerance: float) -> bool:
    """Whether two flattened answers agree in every output."""
    shapes = {name: output.shape for name, output in flat_outputs(exercise)}
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
    return " and ".join(dict.fromkeys(output_label(exercise, name) for name in names))
