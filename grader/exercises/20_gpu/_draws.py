"""What the unit's cases share: draws of arguments, ordinary ones and far out, and low precisions."""

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..base import Array, Case, Gradient

__all__ = [
    "ARGUMENTS",
    "GRADIENTS",
    "HS_AND_C",
    "LARGE",
    "against_h",
    "arguments",
    "far_out",
    "full_cells",
    "gates_far_out",
    "large_cases",
    "long_case",
    "low_precision",
    "many_cells",
    "ordinary_cases",
    "packed",
    "rounded",
    "signs",
    "single",
    "sized_cases",
    "spread",
]

_lstm = importlib.import_module("..05_lstm._draws", __package__)
many_cells, packed, spread = _lstm.many_cells, _lstm.packed, _lstm.spread

ARGUMENTS = {"xs": "(N, T, D)", "h0": "(N, H)", "c0": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"}
HS_AND_C = (Array("hs", "(N, T, H)"), Array("c_T", "(N, H)"))
GRADIENTS = tuple(Gradient(f"d{name}", shape) for name, shape in ARGUMENTS.items())
LARGE = frozenset({"large"})


def arguments(rng: np.random.Generator, N: int, T: int, D: int, H: int, **options: Any) -> dict[str, np.ndarray]:
    """Draw xs (N, T, D), h0, c0 (N, H) and packed weights; the options are those of :func:`packed`."""
    W, b = packed(rng, D, H, **options)
    xs, h0, c0 = rng.normal(size=(N, T, D)), np.tanh(rng.normal(size=(N, H))), rng.normal(size=(N, H))
    return {"xs": xs, "h0": h0, "c0": c0, "W": W, "b": b}


def signs(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Draw an array of -1 and 1."""
    return rng.choice([-1.0, 1.0], size=shape)


def gates_far_out(
    rng: np.random.Generator, N: int, T: int, D: int, H: int, scale: float = 1.0
) -> dict[str, np.ndarray]:
    """Draw arguments whose z lies beyond ``scale`` times 710, where exp overflows, with both signs in every column."""
    drawn = arguments(rng, N, T, D, H)
    turns = (-1.0) ** np.add.outer(np.arange(N), np.arange(T))  # each step and each sequence has the other sign
    drawn["xs"][:, :, 0] = scale * turns * rng.uniform(1, 2, size=(N, T))
    drawn["W"][H] = signs(rng, 4 * H) * rng.uniform(750, 3000, size=4 * H)
    return drawn


def far_out(rng: np.random.Generator, N: int, T: int, H: int) -> dict[str, np.ndarray]:
    """Draw arguments in the thousands, and beside each one so small that z stays where the gates are not flat.

    Nothing may be cut off on the way in: large xs meet small weights, small xs large ones, and b makes up for the
    third input's.
    """
    drawn = arguments(rng, N, T, 3, H)

    def thousands(*shape: int) -> np.ndarray:
        return signs(rng, *shape) * rng.uniform(1500, 4000, size=shape)

    drawn["xs"][:, :, 0], drawn["W"][H] = thousands(N, T), 4e-4 * rng.normal(size=4 * H)
    drawn["xs"][:, :, 1], drawn["W"][H + 1] = 4e-4 * rng.normal(size=(N, T)), thousands(4 * H)
    drawn["xs"][:, :, 2], drawn["b"] = 1.0, thousands(4 * H)
    drawn["W"][H + 2] = rng.normal(size=4 * H) - drawn["b"]
    return drawn


def against_h(rng: np.random.Generator, N: int, T: int, D: int, H: int) -> dict[str, np.ndarray]:
    """Draw arguments of which h's part in z, and at the first step x's, is in the thousands: there they cancel."""
    drawn = arguments(rng, N, T, D, H)
    drawn["h0"][:, 0], drawn["xs"][:, :, 0] = rng.uniform(0.5, 0.9), 1.0
    drawn["W"][0] = signs(rng, 4 * H) * rng.uniform(3000, 6000, size=4 * H)
    drawn["W"][H] = rng.normal(size=4 * H) - drawn["h0"][0, 0] * drawn["W"][0]
    return drawn


def full_cells(rng: np.random.Generator, N: int, T: int, D: int, H: int, shut: bool = False) -> dict[str, np.ndarray]:
    """Draw arguments with c0 from 50 to 3000, of either sign, behind forget gates that stand wide open, or are shut."""
    drawn = arguments(rng, N, T, D, H)
    drawn["c0"] = spread(rng, 50, 3000, (N, H))
    drawn["b"][H : 2 * H] = rng.uniform(-2000, -800, size=H) if shut else rng.uniform(200, 400, size=H)
    return drawn


def sized_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw sequences of every size that could go wrong by itself, with open forget gates first and an h0 of 0 last."""
    yield Case("forget biases up to 5", arguments(rng, N=2, T=6, D=3, H=5, forget=(1.0, 5.0), orthogonal=True))
    yield Case("one step", arguments(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", arguments(rng, N=1, T=5, D=3, H=4))
    yield Case("one input", arguments(rng, N=2, T=4, D=1, H=3))
    yield Case("one cell", arguments(rng, N=2, T=3, D=4, H=1))
    yield Case("zero h0", arguments(rng, N=2, T=3, D=5, H=4) | {"h0": np.zeros((2, 4))})


def ordinary_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Draw what every LSTM over a sequence is asked: a small case first, the sizes, and a layout that is not dense."""
    yield Case("small", arguments(rng, N=2, T=3, D=5, H=4))
    yield Case("more steps", arguments(rng, N=3, T=7, D=2, H=4, gain=2.0))
    yield from sized_cases(rng)
    yield Case("strided", arguments(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))


def large_cases(rng: np.random.Generator, N: int = 2, D: int = 3) -> Iterator[Case]:
    """Draw sequences in which each argument and each value on the way is far out; N and D are those of the first."""
    yield Case("gates far out", gates_far_out(rng, N, T=4, D=D, H=5), LARGE)
    yield Case("arguments far out", far_out(rng, N=2, T=4, H=5), LARGE)
    yield Case("inputs against h", against_h(rng, N=2, T=3, D=2, H=4), LARGE)
    yield Case("full cells", full_cells(rng, N=2, T=5, D=3, H=4), LARGE)
    yield Case("full cells behind shut gates", full_cells(rng, N=2, T=5, D=3, H=4, shut=True), LARGE)


def long_case(rng: np.random.Generator) -> Case:
    """A sequence of 200 steps through which the cell remembers.

    H is not 4, or four blocks would be the same as blocks of four.
    """
    args = arguments(rng, N=2, T=200, D=1, H=3, forget=(3.0, 5.0), orthogonal=True)
    return Case("200 steps", args, frozenset({"long"}))


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
