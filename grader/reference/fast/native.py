"""torch.nn.LSTM's own kernels (cuDNN on an NVIDIA GPU, oneDNN on a CPU), with the course's weights."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from ..lengths import without_padding
from ..precision import wide

__all__ = ["native"]


def native(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, mask: Tensor | None = None):
    """By the functional entry behind ``torch.nn.LSTM``; lengths by packing.

    On a CPU numbers of 16 bits are computed with in float32: that is more exact, and where the processor has no
    products of 16 bits it was up to 26 times as fast.

    The arguments and results are :func:`.loops.hoisted`'s. cuDNN's kernels can be differentiated once only.
    """
    dtype = wide(xs.dtype)
    if xs.device.type == "cpu" and dtype != xs.dtype:
        hs, c_T = native(xs.to(dtype), h0.to(dtype), c0.to(dtype), W.to(dtype), b.to(dtype), mask)
        return hs.to(xs.dtype), c_T.to(xs.dtype)
    H = h0.shape[1]
    # Transposed once a call; the gradients come back through the transposition.
    weights = [W[H:].T.contiguous(), W[:H].T.contiguous(), b, torch.zeros_like(b)]
    state = (h0[None].contiguous(), c0[None].contiguous())
    training = torch.is_grad_enabled()
    if mask is None:
        hs, _, c_T = torch._VF.lstm(xs.contiguous(), state, weights, True, 1, 0.0, training, False, True)
        return hs, c_T[0]
    counts = mask.sum(dim=1)
    # A packed sequence has a step at least: what that one adds to an empty sequence is taken away below.
    packed = pack_padded_sequence(
        without_padding(xs, mask), counts.clamp_min(1).cpu(), batch_first=True, enforce_sorted=False
    )
    order, back = packed.sorted_indices, packed.unsorted_indices
    assert order is not None and back is not None  # as enforce_sorted=False has it
    state = (state[0].index_select(1, order), state[1].index_select(1, order))
    data, _, c_T = torch._VF.lstm(packed.data, packed.batch_sizes, state, weights, True, 1, 0.0, training, False)
    hs, _ = pad_packed_sequence(packed._replace(data=data), batch_first=True, total_length=xs.shape[1])
    c_T = c_T[0].index_select(0, back)
    hs = torch.where(mask[:, :, None], hs, hs.new_zeros(()))
    return hs, torch.where((counts > 0)[:, None], c_T, c0)
