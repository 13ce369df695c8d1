"""Layers on top of each other, and a sequence read from both ends.

A layer here is any function of ``xs (N, T, D)`` that returns ``hs (N, T, H)``, such as
``lambda xs: lstm(xs, h0, c0, W, b)[0]``. It reads each sequence from its first step on, and may read the padding behind
its end.

M. Schuster and K. K. Paliwal, "Bidirectional Recurrent Neural Networks", IEEE Transactions on Signal
Processing 45(11), 1997.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from .lengths import mask_of, reverse, without_padding

__all__ = ["bidirectional", "stacked"]

Layer = Callable[[Tensor], Tensor]


def bidirectional(forward: Layer, backward: Layer, xs: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Two layers side by side, one of which reads each sequence from its own last step.

    ``xs (N, T, D)`` -> ``(N, T, H_forward + H_backward)``: at step t what each has seen up to t from its end, and 0
    beyond each sequence's own end. ``lengths`` as in :mod:`.lengths`.
    """
    there = torch.as_tensor(forward(xs))
    back = reverse(torch.as_tensor(backward(reverse(xs, lengths))), lengths)
    return without_padding(torch.cat([there, back], dim=2), mask_of(lengths, xs))


def stacked(layers: Iterable[Layer], xs: Tensor) -> Tensor:
    """Each layer reads the hidden states of the one below: ``xs (N, T, D)`` -> the last one's ``hs``."""
    for layer in layers:
        xs = torch.as_tensor(layer(xs))
    return xs
