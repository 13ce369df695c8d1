"""Sequences of different lengths in one batch: what is beyond a sequence's end leaves no trace.

Beyond its length a sequence's outputs are 0 and its state is held, so that the last state is the one at its
length; no gradient comes from there or goes there, whatever the padding holds.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

__all__ = ["hold", "last", "mask_of", "reverse", "step_by_step", "without_padding"]


def mask_of(lengths: Tensor | None, xs: Tensor) -> Tensor | None:
    """Where the steps of ``xs (N, T, D)`` are real: a mask ``(N, T)``, or None where all are.

    ``lengths`` are whole numbers ``(N,)`` from 0 to T, or a mask ``(N, T)`` of bools which is True up to each
    sequence's end. Raises ValueError or TypeError for anything else.
    """
    if lengths is None:
        return None
    N, T = xs.shape[:2]
    if not isinstance(lengths, Tensor):
        raise TypeError(f"lengths have to be a torch tensor, not {type(lengths).__name__}")
    if lengths.dtype == torch.bool:
        if tuple(lengths.shape) != (N, T):
            raise ValueError(f"the mask has the shape {tuple(lengths.shape)}, and it has to be (N, T) = {(N, T)}")
        mask = lengths.to(xs.device)
        if (mask[:, 1:] & ~mask[:, :-1]).any():
            raise ValueError("the mask has a gap: it has to be True up to a sequence's end, and False from there on")
        return mask
    if lengths.is_floating_point() or lengths.is_complex():
        raise TypeError(f"lengths have to be whole numbers or a mask of bools, not {lengths.dtype}")
    if tuple(lengths.shape) != (N,):
        raise ValueError(f"lengths have the shape {tuple(lengths.shape)}, and it has to be (N,) = {(N,)}")
    if N and not (0 <= int(lengths.min()) and int(lengths.max()) <= T):
        raise ValueError(f"lengths run from {int(lengths.min())} to {int(lengths.max())}, outside 0 ... T = {T}")
    return torch.arange(T, device=xs.device) < lengths.to(xs.device)[:, None]  # (T,) against (N, 1) -> (N, T)


def without_padding(xs: Tensor, mask: Tensor | None) -> Tensor:
    """``xs (N, T, D)`` with zeros beyond the ends: a NaN there would spoil every gradient."""
    return xs if mask is None else torch.where(mask[:, :, None], xs, xs.new_zeros(()))


def hold(real: Tensor | None, new: Tensor, old: Tensor) -> Tensor:
    """The new state where the step is real ``(N,)``, the old one where it is not; both ``(N, H)``."""
    return new if real is None else torch.where(real[:, None], new, old)


def step_by_step(mask: Tensor | None, T: int) -> Sequence[Tensor | None]:
    """Which sequences have a step t, for each of T: ``(N,)`` of bools, or None where all have it; for :func:`hold`."""
    return [None] * T if mask is None else mask.unbind(1)


def reverse(xs: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Each sequence from its own last step to its first; the padding stays where it is. ``(N, T, D)``."""
    mask = mask_of(lengths, xs)
    if mask is None:
        return xs.flip(1)
    t = torch.arange(xs.shape[1], device=xs.device)
    place = torch.where(mask, mask.sum(dim=1, keepdim=True) - 1 - t, t)  # (N, T): where step t comes from
    return xs.gather(1, place[:, :, None].expand_as(xs))


def last(hs: Tensor, h0: Tensor, lengths: Tensor | None = None) -> Tensor:
    """The hidden state ``(N, H)`` at each sequence's end, out of ``hs (N, T, H)``; ``h0`` where the length is 0."""
    mask = mask_of(lengths, hs)
    if mask is None:
        return hs[:, -1]
    count = mask.sum(dim=1)  # (N,)
    place = (count - 1).clamp_min(0)[:, None, None].expand(-1, 1, hs.shape[2])
    return torch.where((count > 0)[:, None], hs.gather(1, place)[:, 0], h0)
