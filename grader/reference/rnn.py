"""The plain recurrent network: a step, and the step over a sequence.

J. L. Elman, "Finding Structure in Time", Cognitive Science 14(2), 1990, with tanh and the hidden state itself as
what is shown. ``torch.nn.RNN`` computes the same, and the tests compare the two.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .lengths import hold, mask_of, step_by_step, without_padding
from .precision import float32_inside
from .shapes import at_least_one_step, match

__all__ = ["rnn", "rnn_step"]


@float32_inside
def rnn_step(x: Tensor, h_prev: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """One time step: ``h = tanh([h_prev, x] W + b)``.

    ``x (N, D)``, ``h_prev (N, H)``, ``W (H + D, H)``, ``b (H,)`` -> ``h (N, H)``. Raises ValueError on other
    shapes.
    """
    match(("x", x, "N D"), ("h_prev", h_prev, "N H"), ("W", W, "H+D H"), ("b", b, "H"))
    hx = torch.cat([h_prev, x], dim=1)  # (N, H + D)
    return torch.tanh(hx @ W + b)  # (N, H + D) @ (H + D, H) + (H,) -> (N, H)


@float32_inside
def rnn(xs: Tensor, h0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None = None) -> Tensor:
    """The step over a whole sequence, the same weights at every step.

    ``xs (N, T, D)`` with T of at least 1, ``h0 (N, H)``, ``W (H + D, H)``, ``b (H,)`` -> ``hs (N, T, H)``, every
    hidden state. ``lengths`` as in :mod:`.lengths`. Raises ValueError on other shapes.
    """
    at_least_one_step(match(("xs", xs, "N T D"), ("h0", h0, "N H"), ("W", W, "H+D H"), ("b", b, "H")), xs)
    mask = mask_of(lengths, xs)
    h, hs = h0, []
    steps = step_by_step(mask, xs.shape[1])
    for x, real in zip(without_padding(xs, mask).unbind(1), steps, strict=True):  # T times (N, D)
        h = hold(real, rnn_step(x, h, W, b), h)
        hs.append(hold(real, h, torch.zeros_like(h)))
    return torch.stack(hs, dim=1)  # (N, T, H)
