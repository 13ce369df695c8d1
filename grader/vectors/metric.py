"""How far one array is from another: ``max|got - ref| / max|ref|``, per tensor and per block of it.

A block is a time step of an axis T, or a gate's columns of an axis 4H. A block whose reference is tiny is measured
against the tensor.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..exercises.shapes import GATES, axes

__all__ = ["blocks", "relative_error"]

_BLOCK_FLOOR = 1e-6  # of the tensor's largest value: below it, rounding alone could exceed the gate


def blocks(shape_text: str, shape: tuple[int, ...]) -> Iterator[tuple[str, tuple]]:
    """(label, index) of each block of a tensor: its time steps, or the four gates' columns.

    ``shape_text`` is the shape in letters, such as ``(N, T, 4H)``, ``shape`` the array's. The label is ``t = 3`` or a
    gate's name, the index a tuple for the array. Nothing comes of a shape without such an axis, or of a text that has
    another number of axes than the array.
    """
    for position, axis, count in _split_axes(shape_text, shape):
        before, size = (slice(None),) * position, shape[position] // count
        for k in range(count):
            index = k if axis == "T" else slice(k * size, (k + 1) * size)
            yield f"t = {k}" if axis == "T" else GATES[k], (*before, index)


def _split_axes(shape_text: str, shape: tuple[int, ...]) -> Iterator[tuple[int, str, int]]:
    """(position, name, number of blocks) of each axis that is looked at in blocks."""
    named = axes(shape_text)
    if len(named) != len(shape):
        return
    for position, axis in enumerate(named):
        if axis == "T" and shape[position]:
            yield position, axis, shape[position]
        if axis == "4H" and shape[position] and shape[position] % 4 == 0:
            yield position, axis, 4


def relative_error(got: np.ndarray, ref: np.ndarray, shape_text: str = "", floor: float = 1e-200) -> float:
    """The largest relative error over the tensor and its blocks; inf where shapes or NaNs differ.

    What is smaller than ``floor`` is measured against ``floor``; a reference of zeros against 1.

    ``got`` and ``ref`` are real arrays of any dtype, compared in float64; ``shape_text`` as in :func:`blocks`, without
    which only the whole tensor is looked at. inf also for complex numbers in ``got``; two empty arrays of one shape are
    0 apart. A block smaller than 1e-6 of the tensor is measured against that, so that rounding in a gate that is closed
    doesn't count.
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
