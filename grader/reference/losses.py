"""From words to vectors, from hidden states to probabilities, and what a wrong one costs."""

from __future__ import annotations

import torch
from torch import Tensor

from .shapes import match

__all__ = ["cross_entropy", "embed", "readout"]


def _must_be_ids(name: str, ids: Tensor, count: int) -> None:
    if ids.is_floating_point() or ids.is_complex() or ids.dtype == torch.bool:
        raise TypeError(f"{name} have to be whole numbers, not {ids.dtype}")
    if ids.numel() and not (0 <= int(ids.min()) and int(ids.max()) < count):
        raise ValueError(f"{name} run from {int(ids.min())} to {int(ids.max())}, outside 0 ... {count - 1}")


def embed(ids: Tensor, E: Tensor) -> Tensor:
    """A row of ``E (K, D)`` for every id: whole numbers ``(N, T)`` -> ``xs (N, T, D)``.

    Raises TypeError where the ids are no whole numbers, ValueError where one has no row.
    """
    match(("E", E, "K D"))
    _must_be_ids("ids", ids, E.shape[0])
    return E[ids]


def readout(hs: Tensor, V: Tensor, b_y: Tensor) -> Tensor:
    """A number for every class at every step: ``hs (N, T, H)``, ``V (H, K)``, ``b_y (K,)`` -> logits ``(N, T, K)``.

    Raises ValueError on other shapes.
    """
    match(("hs", hs, "N T H"), ("V", V, "H K"), ("b_y", b_y, "K"))
    return hs @ V + b_y  # (N, T, H) @ (H, K) + (K,) -> (N, T, K)


def cross_entropy(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """The mean, over the steps that count, of ``-log softmax(logits)[target]``.

    ``logits (N, T, K)``, whole numbers ``targets (N, T)``, ``mask (N, T)`` of bools, or of zeros and ones -> a single
    number. Large logits do no harm: the largest is taken off first. Raises ValueError on other shapes, where a
    target is no class, and where no step counts.
    """
    sizes = match(("logits", logits, "N T K"), ("targets", targets, "N T"), ("mask", mask, "N T"))
    counts = mask.to(device=logits.device, dtype=torch.bool)  # (N, T)
    if not counts.any():
        raise ValueError("the mask leaves no step that counts")
    _must_be_ids("targets", targets[counts], sizes["K"])
    kept = logits[counts]  # (steps that count, K)
    top = kept.detach().amax(dim=1, keepdim=True) if not kept.is_complex() else kept.detach().real.amax(1, keepdim=True)
    log_sum = torch.log(torch.exp(kept - top).sum(dim=1)) + top[:, 0]
    chosen = kept.gather(1, targets[counts][:, None].to(torch.long))[:, 0]
    return (log_sum - chosen).mean()
