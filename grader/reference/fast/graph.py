"""The hoisted loop recorded as a CUDA graph: the GPU replays hundreds of small kernels without waiting for Python."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from ..lengths import mask_of
from .loops import hoisted

__all__ = ["MOST_GRAPHS", "graphed"]

MOST_GRAPHS = 8  # each keeps its own memory on the GPU


def graphed(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None = None):
    """Recorded once for each shape, dtype and set of gradients, then replayed, forward and backward."""
    mask = mask_of(lengths, xs)
    arguments = [xs, h0, c0, W, b]
    key = tuple((tuple(value.shape), value.requires_grad) for value in arguments)
    run = _recorded(key, xs.dtype, xs.device, mask is not None, torch.is_grad_enabled())
    hs, c_T = run(*(value.contiguous() for value in arguments), *(() if mask is None else (mask,)))
    return hs.clone(), c_T.clone()  # the graph's own memory is written again by the next replay


@functools.lru_cache(maxsize=MOST_GRAPHS)
def _recorded(key: tuple, dtype: torch.dtype, device: torch.device, masked: bool, gradients: bool):
    samples = [
        torch.randn(shape, dtype=dtype, device=device, requires_grad=needs and gradients) for shape, needs in key
    ]
    if masked:
        samples.append(torch.ones(key[0][0][:2], dtype=torch.bool, device=device))
    # mask_of looks at a mask's numbers, which a graph can't wait for: the caller has looked.
    return torch.cuda.make_graphed_callables(_hoisted_and_masked, tuple(samples), allow_unused_input=True)


def _hoisted_and_masked(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, mask: Tensor | None = None):
    return hoisted(xs, h0, c0, W, b, checked=mask) if mask is not None else hoisted(xs, h0, c0, W, b)
