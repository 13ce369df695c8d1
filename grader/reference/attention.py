"""Attention by dot products, over sequences that are padded, and the way back through it.

It is that of M.-T. Luong, H. Pham and C. D. Manning, "Effective Approaches to Attention-based Neural Machine
Translation", EMNLP 2015, with the score they call dot; the idea is that of D. Bahdanau, K. Cho and Y. Bengio, "Neural
Machine Translation by Jointly Learning to Align and Translate", ICLR 2015.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .kept import Kept
from .precision import float32_inside
from .shapes import match

__all__ = ["attend", "attend_backward", "masked_softmax"]

Cache = tuple[Tensor, Tensor, Tensor, Tensor]  # query (N, T, H), keys (N, S, H), values (N, S, D), weights (N, T, S)


@float32_inside
def masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """The softmax of ``scores (N, T, S)`` over the places where ``mask (N, S)`` is not 0: ``(N, T, S)``.

    0 at all other places, and everywhere in a sequence in which no place is left. Raises ValueError on other shapes.
    """
    match(("scores", scores, "N T S"), ("mask", mask, "N S"))
    seen = (mask != 0)[:, None, :]  # (N, 1, S)
    some = seen.any(dim=2, keepdim=True)  # (N, 1, 1)
    sizes = scores.detach().real if scores.is_complex() else scores.detach()
    top = torch.where(seen | ~some, sizes, -torch.inf).amax(dim=2, keepdim=True)  # (N, T, 1)
    e = torch.exp(torch.where(seen, scores - top, 0)) * seen  # (N, T, S): padding's is 1 at first, and never infinite
    return e / torch.where(some, e.sum(dim=2, keepdim=True), 1)


def attend(query: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """What each query gets from the values, each counted by how well its key answers, and these weights.

    ``query (N, T, H)``, ``keys (N, S, H)``, ``values (N, S, D)``, ``mask (N, S)`` -> ``context (N, T, D)``, ``weights
    (N, T, S)``. Raises ValueError on other shapes.
    """
    match(("query", query, "N T H"), ("keys", keys, "N S H"), ("values", values, "N S D"), ("mask", mask, "N S"))
    weights = masked_softmax(torch.einsum("nth,nsh->nts", query, keys), mask)
    return torch.einsum("nts,nsd->ntd", weights, values), weights


def _softmax_rule(flowing: Tensor, kept: Tensor) -> Tensor:
    return torch.ops.aten._softmax_backward_data(flowing, kept, 2, kept.dtype)


def attend_backward(dcontext: Tensor, dweights: Tensor, cache: Cache) -> tuple[Tensor, Tensor, Tensor]:
    """The way back through :func:`attend`, by autograd.

    ``dcontext (N, T, D)``; ``dweights (N, T, S)`` without what reaches the weights through the context; ``cache
    (query, keys, values, weights)``, the weights taken as they were kept -> ``dquery (N, T, H)``, ``dkeys (N, S, H)``,
    ``dvalues (N, S, D)``. Raises ValueError on other shapes.
    """
    query, keys, values, weights = cache
    match(
        ("query", query, "N T H"),
        ("keys", keys, "N S H"),
        ("values", values, "N S D"),
        ("weights", weights, "N T S"),
        ("dcontext", dcontext, "N T D"),
        ("dweights", dweights, "N T S"),
    )
    with torch.enable_grad():
        leaves = [one.detach().requires_grad_() for one in (query, keys, values)]
        shared = Kept.apply(torch.einsum("nth,nsh->nts", leaves[0], leaves[1]), weights, _softmax_rule)
        context = torch.einsum("nts,nsd->ntd", shared, leaves[2])
        dquery, dkeys, dvalues = torch.autograd.grad([context, shared], leaves, [dcontext, dweights])
    return dquery, dkeys, dvalues
