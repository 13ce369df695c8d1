"""Summing up: words that are copied, and how much two texts agree.

The mixture is equation 9 of A. See, P. J. Liu and C. D. Manning, "Get To The Point: Summarization with
Pointer-Generator Networks", ACL 2017; ROUGE-L that of C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of
Summaries", 2004, with precision and recall weighted alike.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .shapes import match

__all__ = ["copy_distribution", "rouge_l"]


def copy_distribution(p_vocab: Tensor, attention: Tensor, ids: Tensor, p_gen: Tensor) -> Tensor:
    """``p_gen`` of the vocabulary's probabilities, and the rest of the attention on each word's places: ``(N, T, K)``.

    ``p_vocab (N, T, K)``, ``attention (N, T, S)``, ``ids (N, S)`` from 0 to K - 1, ``p_gen (N, T)``. Raises ValueError
    on other shapes.
    """
    match(
        ("p_vocab", p_vocab, "N T K"), ("attention", attention, "N T S"), ("ids", ids, "N S"), ("p_gen", p_gen, "N T")
    )
    places = ids.to(torch.long)[:, None].expand(attention.shape)  # (N, T, S)
    copied = torch.zeros_like(p_vocab).scatter_add(2, places, attention)
    return p_gen[..., None] * p_vocab + (1 - p_gen[..., None]) * copied


def rouge_l(candidate: Tensor, reference: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Precision, recall and their harmonic mean of the longest common subsequence of ``(L,)`` and ``(M,)`` ids.

    All are 0 where nothing is common. Raises ValueError on other shapes.
    """
    match(("candidate", candidate, "L"), ("reference", reference, "M"))
    L, M = len(candidate), len(reference)
    same = candidate[:, None] == reference  # (L, M)
    lengths = torch.zeros(M + 1, dtype=torch.long)
    for i in range(L):  # of a row the best that ends before each place, made larger from the left to the right
        better = torch.where(same[i], lengths[:-1] + 1, lengths[1:])
        lengths = torch.cat([lengths[:1], torch.cummax(better, 0).values]) if M else lengths
    common = lengths[-1].to(torch.float64)
    if not common:
        return common, common, common
    precision, recall = common / L, common / M
    return precision, recall, 2 * precision * recall / (precision + recall)
