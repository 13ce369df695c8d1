"""The whole cell with packed weights, and the cell run over a sequence.

The cell of Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation 9(8), 1997, with
the forget gate of Gers, Schmidhuber and Cummins, "Learning to Forget", Neural Computation 12(10),
2000; one cell a block, no peepholes, tanh as both squashing functions. ``torch.nn.LSTM`` computes the
same, and the tests compare the two.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from .basics import sigmoid
from .lengths import hold, mask_of, step_by_step, without_padding
from .precision import float32_inside
from .shapes import at_least_one_step, match

__all__ = ["lstm", "lstm_step", "num_parameters", "pack"]


def pack(
    W_i: Tensor, W_f: Tensor, W_g: Tensor, W_o: Tensor, b_i: Tensor, b_f: Tensor, b_g: Tensor, b_o: Tensor
) -> tuple[Tensor, Tensor]:
    """Four gates' weights side by side, in the order i, f, g, o.

    Each ``W (H + D, H)`` and each ``b (H,)`` -> ``W (H + D, 4H)``, ``b (4H,)``. Raises ValueError on other
    shapes.
    """
    match(
        *zip(("b_i", "b_f", "b_g", "b_o"), (b_i, b_f, b_g, b_o), ("H",) * 4, strict=True),
        *zip(("W_i", "W_f", "W_g", "W_o"), (W_i, W_f, W_g, W_o), ("H+D H",) * 4, strict=True),
    )
    W = torch.cat([W_i, W_f, W_g, W_o], dim=1)  # (H + D, 4H)
    b = torch.cat([b_i, b_f, b_g, b_o])  # (4H,)
    return W, b


@float32_inside
def lstm_step(
    x: Tensor,
    h_prev: Tensor,
    c_prev: Tensor,
    W: Tensor,
    b: Tensor,
    *,
    peepholes: tuple[Tensor, Tensor, Tensor] | None = None,
    coupled: bool = False,
    forget: bool = True,
) -> tuple[Tensor, Tensor]:
    """One time step: the four gates at once, then the cell state, then the hidden state.

    ``x (N, D)``, ``h_prev, c_prev (N, H)``, ``W (H + D, 4H)``, ``b (4H,)`` -> ``h, c (N, H)``. Raises
    ValueError on other shapes.

    Other cells of the family: ``peepholes=(p_i, p_f, p_o)``, each (H,), let the gates see the cell state, i and f the
    old one and o the new one (Gers and Schmidhuber, "Recurrent Nets that Time and Count", IJCNN 2000).
    ``coupled`` forgets as much as it writes, ``f = 1 - i``; ``forget=False`` never forgets, ``f = 1``: the cell of
    1997. In both the forget gate's columns of W and b are there and not used; to ask for both is a ValueError.
    """
    match(
        ("x", x, "N D"),
        ("h_prev", h_prev, "N H"),
        ("c_prev", c_prev, "N H"),
        ("W", W, "H+D 4H"),
        ("b", b, "4H"),
        *(zip(("p_i", "p_f", "p_o"), peepholes, ("H",) * 3, strict=True) if peepholes else ()),
    )
    if coupled and not forget:
        raise ValueError("coupled says f = 1 - i, and forget=False says f = 1: it has to be one of them")
    hx = torch.cat([h_prev, x], dim=1)  # (N, H + D)
    z = hx @ W + b  # (N, H + D) @ (H + D, 4H) + (4H,) -> (N, 4H)
    z_i, z_f, z_g, z_o = z.chunk(4, dim=1)  # four times (N, H)
    if peepholes:
        p_i, p_f, p_o = peepholes
        z_i, z_f = z_i + p_i * c_prev, z_f + p_f * c_prev
    i = sigmoid(z_i)
    f = 1 - i if coupled else sigmoid(z_f) if forget else torch.ones_like(i)
    g = torch.tanh(z_g)
    c = f * c_prev + i * g
    o = sigmoid(z_o + p_o * c if peepholes else z_o)
    h = o * torch.tanh(c)
    return h, c


@float32_inside
def lstm(
    xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None = None, **options: Any
) -> tuple[Tensor, Tensor]:
    """The cell over a whole sequence, the same weights at every step.

    ``xs (N, T, D)`` with T of at least 1, ``h0, c0 (N, H)``, ``W (H + D, 4H)``, ``b (4H,)`` ->
    ``hs (N, T, H)``, every hidden state, and ``c_T (N, H)``, the last cell state. ``lengths`` as in
    :mod:`.lengths`; the options are those of :func:`lstm_step`. Raises ValueError on other shapes.
    """
    sizes = match(("xs", xs, "N T D"), ("h0", h0, "N H"), ("c0", c0, "N H"), ("W", W, "H+D 4H"), ("b", b, "4H"))
    at_least_one_step(sizes, xs)
    mask = mask_of(lengths, xs)
    h, c, hs = h0, c0, []
    steps = step_by_step(mask, xs.shape[1])
    # T times (N, D); with xs[:, t] the backward pass is quadratic in T
    for x, real in zip(without_padding(xs, mask).unbind(1), steps, strict=True):
        h_new, c_new = lstm_step(x, h, c, W, b, **options)
        h, c = hold(real, h_new, h), hold(real, c_new, c)
        hs.append(hold(real, h, torch.zeros_like(h)))
    return torch.stack(hs, dim=1), c  # (N, T, H), (N, H)


def num_parameters(D: int, H: int) -> int:
    """The numbers an LSTM of input size D and hidden size H learns: ``4 H (H + D + 1)``.

    Four gates, each with (H + D) H weights and H biases. (PyTorch keeps a second bias a gate, which adds
    nothing the first could not hold, and so counts 4 H more.) Raises ValueError where a size is below 1.
    """
    D, H = int(D), int(H)
    if D < 1 or H < 1:
        raise ValueError(f"D and H have to be at least 1, not D = {D}, H = {H}")
    return 4 * H * (H + D + 1)
