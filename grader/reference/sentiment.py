"""A text in one vector, and how much each of its words had to say."""

from __future__ import annotations

import torch
from torch import Tensor

from .lengths import last
from .shapes import match

__all__ = ["last_valid", "masked_mean", "saliency"]


def last_valid(hs: Tensor, lengths: Tensor) -> Tensor:
    """The state after each text's last word: ``hs (N, T, H)``, ``lengths (N,)`` -> ``(N, H)``; zeros for a length of 0.

    Raises ValueError on other shapes, and for a length that is not from 0 to T; TypeError for one that is not whole.
    """
    match(("hs", hs, "N T H"), ("lengths", lengths, "N"))
    return last(hs, torch.zeros_like(hs[:, 0]), lengths)


def masked_mean(hs: Tensor, mask: Tensor) -> Tensor:
    """The mean of the steps whose mask is 1: ``hs (N, T, H)``, ``mask (N, T)`` -> ``(N, H)``; zeros where none is.

    Raises ValueError on other shapes.
    """
    match(("hs", hs, "N T H"), ("mask", mask, "N T"))
    real = mask[:, :, None] != 0
    total = torch.where(real, hs, hs.new_zeros(())).sum(dim=1)
    return total / real.sum(dim=1).clamp_min(1)


def saliency(dxs: Tensor) -> Tensor:
    """Each word's share of the sizes of a text's gradients: ``dxs (N, T, D)`` -> ``(N, T)``; zeros where all are 0.

    Raises ValueError on another shape.
    """
    match(("dxs", dxs, "N T D"))
    size = torch.linalg.vector_norm(dxs, dim=2)
    total = size.sum(dim=1, keepdim=True)
    return torch.where(total > 0, size / torch.where(total > 0, total, 1), 0)
