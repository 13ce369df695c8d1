"""Shapes are looked at before anything is computed: broadcasting would hide a wrong one."""

from __future__ import annotations

import re

from torch import Tensor

__all__ = ["at_least_one_step", "match"]


def _size(dim: str, actual: int | None, sizes: dict[str, int]) -> int | str:
    """What ``dim`` ("D", "4H", "H+D") comes to; a letter still free takes what ``actual`` leaves it."""
    total, free = 0, ""
    for factor, letter in re.findall(r"(\d*)([A-Z])", dim):
        if letter in sizes:
            total += int(factor or 1) * sizes[letter]
        else:
            free = letter
    if not free:
        return total
    if actual is None or actual < total:
        return "?"
    sizes[free] = actual - total
    return actual


def match(*expected: tuple[str, Tensor, str], **sizes: int) -> dict[str, int]:
    """Check tensors against shapes written in letters, from left to right.

    ``expected`` holds triples ``(name, tensor, shape)``, the shape being words such as ``"N H+D 4H"``.
    A letter that has no value yet takes it from the first tensor it appears in.

    Returns the letters' values. Raises ValueError, with both shapes, where a tensor does not fit, TypeError where one
    is no tensor, and where two of numbers with a point are of different dtypes or lie on different devices.
    """
    first: tuple[str, Tensor] | None = None
    for name, tensor, shape in expected:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{name} has to be a torch tensor, not {type(tensor).__name__}")
        got, dims = tuple(tensor.shape), shape.split()
        fits = len(got) == len(dims)
        want = [_size(dim, got[axis] if fits else None, sizes) for axis, dim in enumerate(dims)]
        if list(got) != want:
            letters = _tuple(dim.replace("+", " + ") for dim in dims)
            raise ValueError(f"{name} has the shape {got}, and it has to be {letters} = {_tuple(want)}")
        if tensor.is_floating_point() or tensor.is_complex():
            first = first or (name, tensor)
            if (tensor.dtype, tensor.device) != (first[1].dtype, first[1].device):
                raise TypeError(
                    f"{name} is {tensor.dtype} on {tensor.device}, and {first[0]} is {first[1].dtype} on "
                    f"{first[1].device}: they have to be alike"
                )
    return sizes


def at_least_one_step(sizes: dict[str, int], xs: Tensor) -> None:
    """Raise ValueError for a sequence of no steps."""
    if sizes["T"] == 0:
        raise ValueError(f"xs has the shape {tuple(xs.shape)}, and it needs a time step: T of at least 1")


def _tuple(parts) -> str:
    """As Python writes a tuple, without quotes: ``(H + D, 4H)``, ``(H,)``."""
    parts = [str(part) for part in parts]
    return f"({', '.join(parts)}{',' * (len(parts) == 1)})"
