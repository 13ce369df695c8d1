"""Layers on top of each other, and a sequence read from both ends.

A layer here is any function of ``xs (N, T, D)`` and lengths that returns ``hs (N, T, H)``, such as
``lambda xs, lengths: lstm(xs, h0, c0, W, b, lengths)[0]``.

M. Schuster and K. K. Paliwal, "Bidirectional Recurrent Neural Networks", IEEE Transactions on Signal
Processing 45(11), 1997.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from .lengths import reverse

__all__ = ["bidirectional", "stacked"]

Layer = Callable[[Tensor, Tensor | None], Tensor]


def bidirectional(forward: Layer, backward: Layer, xs: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Two layers side by side, one of which reads each sequence from its own last step.

    ``xs (N, T, D)`` -> ``(N, T, H_forward + H_backward)``: at step t what each has seen up to t from its end.
    """
    there = forward(xs, lengths)
    back = reverse(backward(reverse(xs, lengths), lengths), lengths)
    return torch.cat([there, back], dim=2)


def stacked(layers: Iterable[Layer], xs: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Each layer reads the hidden states of the one below: ``xs (N, T, D)`` -> the last one's ``hs``."""
    for layer in layers:
        xs = layer(xs, lengths)
    return xs
