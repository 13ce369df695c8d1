"""One cell in single pieces: the candidate, three gates and two updates.

The input gate, the output gate and the cell state are those of Hochreiter and Schmidhuber, "Long
Short-Term Memory", Neural Computation 9(8), 1997; the forget gate is that of Gers, Schmidhuber and
Cummins, "Learning to Forget: Continual Prediction with LSTM", Neural Computation 12(10), 2000.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .basics import sigmoid
from .shapes import match

__all__ = ["candidate", "cell_update", "forget_gate", "hidden_update", "input_gate", "leaky_update", "output_gate"]


def _affine(x: Tensor, h_prev: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """``[h, x] W + b``: (N, D), (N, H), (H + D, H), (H,) -> (N, H)."""
    match(("x", x, "N D"), ("h_prev", h_prev, "N H"), ("W", W, "H+D H"), ("b", b, "H"))
    hx = torch.cat([h_prev, x], dim=1)  # (N, H + D)
    return hx @ W + b  # (N, H + D) @ (H + D, H) + (H,) -> (N, H)


def candidate(x: Tensor, h_prev: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """What could be written to the cell: ``g = tanh([h, x] W + b)``.

    ``x (N, D)``, ``h_prev (N, H)``, ``W (H + D, H)``, ``b (H,)`` -> ``g (N, H)``. Some texts write a C with a
    tilde. Raises ValueError on other shapes.
    """
    return torch.tanh(_affine(x, h_prev, W, b))


def leaky_update(c_prev: Tensor, g: Tensor, alpha: float | Tensor) -> Tensor:
    """A leaky unit: ``c = alpha c_prev + (1 - alpha) g``.

    ``c_prev, g (N, H)`` -> ``c (N, H)``. ``alpha`` is a number, or a tensor that spreads over (N, H), such as
    one number a unit, (H,). Raises ValueError on other shapes.
    """
    match(("c_prev", c_prev, "N H"), ("g", g, "N H"))
    shape, full = tuple(getattr(alpha, "shape", ())), tuple(c_prev.shape)
    if len(shape) > 2 or any(a not in (1, n) for a, n in zip(shape[::-1], full[::-1], strict=False)):
        raise ValueError(f"alpha has the shape {shape}, and it has to spread over (N, H) = {full}")
    return alpha * c_prev + (1 - alpha) * g


def input_gate(x: Tensor, h_prev: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """How much of the candidate is written: ``i = sigmoid([h, x] W + b)``.

    ``x (N, D)``, ``h_prev (N, H)``, ``W (H + D, H)``, ``b (H,)`` -> ``i (N, H)``. Raises ValueError on other
    shapes.
    """
    return sigmoid(_affine(x, h_prev, W, b))


def forget_gate(x: Tensor, h_prev: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """How much of the old cell state is kept: ``f = sigmoid([h, x] W + b)``.

    ``x (N, D)``, ``h_prev (N, H)``, ``W (H + D, H)``, ``b (H,)`` -> ``f (N, H)``: 1 keeps, 0 erases. Raises
    ValueError on other shapes.
    """
    return sigmoid(_affine(x, h_prev, W, b))


def output_gate(x: Tensor, h_prev: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """How much of the cell state is shown: ``o = sigmoid([h, x] W + b)``.

    ``x (N, D)``, ``h_prev (N, H)``, ``W (H + D, H)``, ``b (H,)`` -> ``o (N, H)``. Raises ValueError on other
    shapes.
    """
    return sigmoid(_affine(x, h_prev, W, b))


def cell_update(f: Tensor, c_prev: Tensor, i: Tensor, g: Tensor) -> Tensor:
    """Keep some, write some: ``c = f * c_prev + i * g``, elementwise.

    All (N, H) -> ``c (N, H)``. Raises ValueError on other shapes.
    """
    match(("f", f, "N H"), ("c_prev", c_prev, "N H"), ("i", i, "N H"), ("g", g, "N H"))
    return f * c_prev + i * g


def hidden_update(o: Tensor, c: Tensor) -> Tensor:
    """What the cell shows: ``h = o * tanh(c)``, elementwise.

    Both (N, H) -> ``h (N, H)``. Raises ValueError on other shapes.
    """
    match(("o", o, "N H"), ("c", c, "N H"))
    return o * torch.tanh(c)
