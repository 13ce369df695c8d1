"""What the unit's cases share: draws of arguments, and low precisions; and known mistakes that are loaded late.

The mistakes are functions of tensors, in :mod:`._torch`, which is imported when one of them is run: loading an
exercise must not load torch.
"""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ..base import Array, Case, Gradient

__all__ = ["GRADIENTS", "HS_AND_C", "arguments", "late", "low_precision", "packed", "rounded", "single"]

packed = importlib.import_module("..05_lstm._draws", __package__).packed

HS_AND_C = (Array("hs", "(N, T, H)"), Array("c_T", "(N, H)"))
GRADIENTS = tuple(
    Gradient(f"d{name}", shape)
    for name, shape in (("xs", "(N, T, D)"), ("h0", "(N, H)"), ("c0", "(N, H)"), ("W", "(H + D, 4H)"), ("b", "(4H,)"))
)


def arguments(rng: np.random.Generator, N: int, T: int, D: int, H: int, **options: Any) -> dict[str, np.ndarray]:
    """Draw xs (N, T, D), h0, c0 (N, H) and packed weights; the options are those of :func:`packed`."""
    W, b = packed(rng, D, H, **options)
    xs, h0, c0 = rng.normal(size=(N, T, D)), np.tanh(rng.normal(size=(N, H))), rng.normal(size=(N, H))
    return {"xs": xs, "h0": h0, "c0": c0, "W": W, "b": b}


def single(args: dict[str, Any]) -> dict[str, Any]:
    """The same arguments in float32; whole numbers stay."""
    return {
        name: value.astype(np.float32) if getattr(value, "dtype", None) == np.float64 else value
        for name, value in args.items()
    }


def rounded(value: np.ndarray, precision: str) -> np.ndarray:
    """The nearest numbers that bfloat16 or float16 has, as float32; for neither NaN nor infinity."""
    if precision == "float16":
        return value.astype(np.float16).astype(np.float32)
    bits = value.astype(np.float32).view(np.uint32)
    bits = bits + 0x7FFF + ((bits >> 16) & 1)  # to the nearest, ties to even; the lower half is cut off then
    return (bits & np.uint32(0xFFFF0000)).view(np.float32)


def low_precision(args: dict[str, Any], precision: str) -> Case:
    """A case whose tensors are of that dtype."""
    low = {
        name: rounded(value, precision) if getattr(value, "dtype", None) == np.float64 else value
        for name, value in args.items()
    }
    return Case(precision, low, frozenset({precision}))


def late(name: str, **pieces: Any) -> Callable[..., Any]:
    """A function of :mod:`._torch`, with these pieces exchanged, found when it is called."""

    def mistake(*args: Any) -> Any:
        return getattr(importlib.import_module("._torch", __package__), name)(*args, **pieces)

    return mistake
