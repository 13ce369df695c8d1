"""Three relatives of the LSTM's step, each with as many blocks of weights as it needs.

The cell of 1997, before there was a forget gate: S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural
Computation 9(8), 1997. Peepholes: F. A. Gers and J. Schmidhuber, "Recurrent Nets that Time and Count", IJCNN 2000.
Coupled gates: K. Greff et al., "LSTM: A Search Space Odyssey", IEEE Transactions on Neural Networks and Learning
Systems 28(10), 2017, where the input gate is kept and ``f = 1 - i``; here it is the forget gate. All three have tanh as
both squashing functions.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .basics import sigmoid
from .layer import lstm_step
from .precision import float32_inside
from .shapes import match

__all__ = ["coupled_step", "lstm_1997_step", "peephole_step"]


def _three_blocks(x: Tensor, h_prev: Tensor, c_prev: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, ...]:
    """``[h, x] W + b`` in three blocks, each (N, H). Raises ValueError on other shapes."""
    match(("x", x, "N D"), ("h_prev", h_prev, "N H"), ("c_prev", c_prev, "N H"), ("W", W, "H+D 3H"), ("b", b, "3H"))
    return (torch.cat([h_prev, x], dim=1) @ W + b).chunk(3, dim=1)


@float32_inside
def lstm_1997_step(x: Tensor, h_prev: Tensor, c_prev: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """One step of a cell that never forgets: ``c = c_prev + i * g``.

    ``x (N, D)``, ``h_prev, c_prev (N, H)``, ``W (H + D, 3H)`` and ``b (3H,)`` in the order i, g, o -> ``h, c (N, H)``.
    Raises ValueError on other shapes.
    """
    z_i, z_g, z_o = _three_blocks(x, h_prev, c_prev, W, b)
    c = c_prev + sigmoid(z_i) * torch.tanh(z_g)
    return sigmoid(z_o) * torch.tanh(c), c


def peephole_step(
    x: Tensor, h_prev: Tensor, c_prev: Tensor, W: Tensor, b: Tensor, p_i: Tensor, p_f: Tensor, p_o: Tensor
) -> tuple[Tensor, Tensor]:
    """One step of a cell whose gates see the cell state: i and f the old one, o the new one.

    ``x (N, D)``, ``h_prev, c_prev (N, H)``, ``W (H + D, 4H)`` and ``b (4H,)`` in the order i, f, g, o,
    ``p_i, p_f, p_o (H,)`` -> ``h, c (N, H)``. Raises ValueError on other shapes.
    """
    return lstm_step(x, h_prev, c_prev, W, b, peepholes=(p_i, p_f, p_o))


@float32_inside
def coupled_step(x: Tensor, h_prev: Tensor, c_prev: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """One step of a cell that writes as much as it forgets: ``c = f * c_prev + (1 - f) * g``.

    ``x (N, D)``, ``h_prev, c_prev (N, H)``, ``W (H + D, 3H)`` and ``b (3H,)`` in the order f, g, o -> ``h, c (N, H)``.
    Raises ValueError on other shapes.
    """
    z_f, z_g, z_o = _three_blocks(x, h_prev, c_prev, W, b)
    f = sigmoid(z_f)
    c = f * c_prev + (1 - f) * torch.tanh(z_g)
    return sigmoid(z_o) * torch.tanh(c), c
