"""From words to vectors, from hidden states to probabilities, and what a wrong one costs."""

from __future__ import annotations

import torch
from torch import Tensor

from .precision import float32_inside
from .shapes import match

__all__ = ["cross_entropy", "embed", "readout", "softmax"]


def _must_be_ids(name: str, ids: Tensor, count: int) -> None:
    if ids.is_floating_point() or ids.is_complex() or ids.dtype == torch.bool:
        raise TypeError(f"{name} have to be whole numbers, not {ids.dtype}")
    if ids.numel() and not (0 <= int(ids.min()) and int(ids.max()) < count):
        raise ValueError(f"{name} run from {int(ids.min())} to {int(ids.max())}, outside 0 ... {count - 1}")


def embed(ids: Tensor, E: Tensor) -> Tensor:
    """A row of ``E (K, D)`` for every id: whole numbers ``(N, T)`` -> ``xs (N, T, D)``.

    Raises TypeError where the ids are no whole numbers or on another device, ValueError where one has no row.
    """
    match(("E", E, "K D"))
    if ids.device != E.device:
        raise TypeError(f"ids are on {ids.device}, and E on {E.device}: they have to be alike")
    _must_be_ids("ids", ids, E.shape[0])
    return E[ids.to(torch.long)]  # bytes would be taken for a mask


def readout(hs: Tensor, V: Tensor, b_y: Tensor) -> Tensor:
    """A number for every class at every step: ``hs (N, T, H)``, ``V (H, K)``, ``b_y (K,)`` -> logits ``(N, T, K)``.

    Raises ValueError on other shapes.
    """
    match(("hs", hs, "N T H"), ("V", V, "H K"), ("b_y", b_y, "K"))
    return hs @ V + b_y  # (N, T, H) @ (H, K) + (K,) -> (N, T, K)


def _without_the_largest(logits: Tensor) -> Tensor:
    """The logits (..., K), less the largest of each row: no exponential of them overflows, and no softmax changes."""
    sizes = logits.detach().real if logits.is_complex() else logits.detach()
    return logits - sizes.amax(dim=-1, keepdim=True)


@float32_inside
def softmax(logits: Tensor) -> Tensor:
    """``exp(logits)`` over its sum, at each step for itself: logits ``(N, T, K)`` -> probabilities ``(N, T, K)``.

    Large logits do no harm: the largest is taken off first. Raises ValueError on other shapes.
    """
    match(("logits", logits, "N T K"))
    e = torch.exp(_without_the_largest(logits))  # (N, T, K)
    return e / e.sum(dim=2, keepdim=True)


@float32_inside
def cross_entropy(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """The mean, over the steps that count, of ``-log softmax(logits)[target]``.

    ``logits (N, T, K)``, whole numbers ``targets (N, T)``, ``mask (N, T)`` of bools, or of zeros and ones -> a single
    number, 0 where no step counts. Large logits do no harm: the largest is taken off first. Raises ValueError on other
    shapes, and where a target is no class; TypeError where they lie on different devices.
    """
    sizes = match(("logits", logits, "N T K"), ("targets", targets, "N T"), ("mask", mask, "N T"))
    if targets.device != logits.device:
        raise TypeError(f"targets are on {targets.device}, and logits on {logits.device}: they have to be alike")
    if not ((mask == 0) | (mask == 1)).all():
        raise ValueError("the mask has to be of bools, or of zeros and ones")
    counts = mask.to(device=logits.device, dtype=torch.bool)  # (N, T)
    _must_be_ids("targets", targets[counts], sizes["K"])
    kept = _without_the_largest(logits[counts])  # (steps that count, K)
    chosen = kept.gather(1, targets[counts][:, None].to(torch.long))[:, 0]
    costs = torch.log(torch.exp(kept).sum(dim=1)) - chosen  # (steps that count,)
    return costs.sum() / max(len(costs), 1)
