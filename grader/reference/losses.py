"""From words to vectors, from hidden states to probabilities, and what a wrong one costs."""

from __future__ import annotations

import torch
from torch import Tensor

from .precision import float32_inside
from .shapes import match

__all__ = ["cross_entropy", "embed", "readout"]


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


@float32_inside
def cross_entropy(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """The mean, over the steps that count, of ``-log softmax(logits)[target]``.

    ``logits (N, T, K)``, whole numbers ``targets (N, T)``, ``mask (N, T)`` of bools, or of zeros and ones -> a single
    number. Large logits do no harm: the largest is taken off first. Raises ValueError on other shapes, where a
    target is no class, and where no step counts; TypeError where they lie on different devices.
    """
    sizes = match(("logits", logits, "N T K"), ("targets", targets, "N T"), ("mask", mask, "N T"))
    if targets.device != logits.device:
        raise TypeError(f"targets are on {targets.device}, and logits on {logits.device}: they have to be alike")
    if not ((mask == 0) | (mask == 1)).all():
        raise ValueError("the mask has to be of bools, or of zeros and ones")
    counts = mask.to(device=logits.device, dtype=torch.bool)  # (N, T)
    if not counts.any():
        raise ValueError("the mask leaves no step that counts")
    _must_be_ids("targets", targets[counts], sizes["K"])
    kept = logits[counts]  # (steps that count, K)
    top = kept.detach().amax(dim=1, keepdim=True) if not kept.is_complex() else kept.detach().real.amax(1, keepdim=True)
    log_sum = torch.log(torch.exp(kept - top).sum(dim=1)) + top[:, 0]
    chosen = kept.gather(1, targets[counts][:, None].to(torch.long))[:, 0]
    return (log_sum - chosen).mean()
