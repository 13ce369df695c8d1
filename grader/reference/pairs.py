"""Pairs of vectors: how alike they are, what it costs that they are, and how well a score tells two kinds apart.

The loss is that of R. Hadsell, S. Chopra and Y. LeCun, "Dimensionality reduction by learning an invariant mapping",
CVPR 2006, with the cosine in the place of a distance, as in P. Neculoiu, M. Versteegh and M. Rotaru, "Learning text
similarity with Siamese recurrent networks", Repl4NLP 2016.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .precision import float32_inside
from .shapes import match

__all__ = ["auc", "contrastive_backward", "contrastive_loss", "siamese_similarity"]


@float32_inside
def siamese_similarity(u: Tensor, v: Tensor) -> Tensor:
    """The cosine of the angle between two vectors, of N pairs: ``u, v (N, H)`` -> ``(N,)``.

    0 where one of the two is all zeros. Raises ValueError on other shapes.
    """
    match(("u", u, "N H"), ("v", v, "N H"))
    lengths = torch.linalg.vector_norm(u, dim=1) * torch.linalg.vector_norm(v, dim=1)
    return torch.linalg.vecdot(u, v, dim=1) / torch.where(lengths > 0, lengths, torch.ones_like(lengths))


@float32_inside
def contrastive_loss(s: Tensor, labels: Tensor, margin: float) -> Tensor:
    """What N similarities cost, their mean: ``s (N,)``, ``labels (N,)`` of 1 (alike) and 0, a number.

    ``(1 - s)**2`` of a pair that is alike, ``max(0, s - margin)**2`` of one that isn't. Raises ValueError on other
    shapes.
    """
    match(("s", s, "N"), ("labels", labels, "N"))
    return torch.where(labels != 0, (1 - s).square(), (s - margin).relu().square()).mean()


def contrastive_backward(u: Tensor, v: Tensor, labels: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """The gradients of the loss of :func:`siamese_similarity`'s numbers, by autograd: ``du`` and ``dv (N, H)``.

    ``u, v (N, H)`` without a row of zeros. Raises ValueError on other shapes.
    """
    with torch.enable_grad():
        leaves = [one.detach().requires_grad_() for one in (u, v)]
        loss = contrastive_loss(siamese_similarity(*leaves), labels, margin)
        du, dv = torch.autograd.grad(loss, leaves)
    return du, dv


def auc(scores: Tensor, labels: Tensor) -> Tensor:
    """The area under the ROC curve: how likely a drawn 1 has a higher score than a drawn 0, ties counting a half.

    ``scores (N,)``, ``labels (N,)`` of 0 and 1, of which both are there. Raises ValueError on other shapes, or
    where one of the two labels isn't there.
    """
    match(("scores", scores, "N"), ("labels", labels, "N"))
    above, below = scores[labels != 0], scores[labels == 0]
    if not len(above) or not len(below):
        raise ValueError("the labels are all the same, and both 0 and 1 have to be there")
    order, sizes = torch.unique(scores, return_inverse=True, return_counts=True)[1:]
    last = sizes.cumsum(0)  # the rank of a score: the mean of the places that its ties have
    ranks = (last - (sizes - 1) / 2)[order]
    most = len(above) * len(below)
    return (ranks[labels != 0].sum() - len(above) * (len(above) + 1) / 2).to(scores.dtype) / most
