"""Which language a text is in: counts put together by Bayes' rule, and what was said up to each step added up.

Naive Bayes with a count of one more for everything is the text classifier of C. D. Manning, P. Raghavan and H. Schütze,
"Introduction to Information Retrieval", Cambridge University Press 2008, chapter 13.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .shapes import match

__all__ = ["naive_bayes", "running_posterior"]


def naive_bayes(counts: Tensor, ids: Tensor) -> Tensor:
    """How likely each of K languages is for each of N texts ``(N, K)``, where none was likelier before it was read.

    ``counts (K, V)``: how often each of V items came in each language; one is added to every count. ``ids (N, T)``,
    whole numbers: the texts' items, -1 where there is none.
    """
    match(("counts", counts, "K V"), ("ids", ids, "N T"))
    if ids.numel() and not (-1 <= int(ids.min()) and int(ids.max()) < counts.shape[1]):
        raise ValueError(
            f"ids go from {int(ids.min())} to {int(ids.max())}, and should from -1 to {counts.shape[1] - 1}"
        )
    counts = counts if counts.dtype.is_floating_point or counts.dtype.is_complex else counts.to(torch.float64)
    log_p = torch.log((counts + 1) / (counts + 1).sum(dim=1, keepdim=True))
    there = (ids >= 0).to(log_p.dtype)
    each = log_p.T[ids.clamp(min=0).long()] * there[..., None]  # (N, T, K)
    return torch.softmax(each.sum(dim=1), dim=1)


def running_posterior(logits: Tensor) -> Tensor:
    """The softmax over the classes of the sum of ``logits (N, T, K)`` over the steps up to each: ``(N, T, K)``."""
    match(("logits", logits, "N T K"))
    return torch.softmax(torch.cumsum(logits, dim=1), dim=2)
