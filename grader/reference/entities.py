"""Spans of tags and how many are right; the best of all paths through tags, and the probability of one.

An I that goes on from nothing begins a span, as in conlleval, the script of the shared tasks of CoNLL (2000 to 2003).
The paths are those of J. Lafferty, A. McCallum and F. Pereira, "Conditional Random Fields", ICML 2001, section 3.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .shapes import match

__all__ = ["bio_spans", "crf_log_likelihood", "span_f1", "viterbi"]


def bio_spans(tags: Tensor) -> Tensor:
    """The spans of ``tags (T,)``: whole numbers, 0 for O, 2k + 1 for B and 2k + 2 for I of type k -> ``(S, 3)``.

    A row is (start, end, type), from left to right; the words are ``tags[start:end]``. Raises ValueError where tags
    have not one axis, or where one is below 0.
    """
    match(("tags", tags, "T"))
    if (tags < 0).any():
        raise ValueError(f"tags begin with 0, and one is {int(tags.min())}")
    tags = tags.to(torch.long)
    kinds = torch.div(tags - 1, 2, rounding_mode="floor")  # -1 for O
    outside = kinds.new_full((1,), -1)
    changes = torch.cat([outside, kinds]) != torch.cat([kinds, outside])  # (T + 1,), before each word and at the end
    bounds = changes | torch.cat([tags % 2 == 1, tags.new_zeros(1, dtype=torch.bool)])
    places = bounds.nonzero()[:, 0]  # where something begins or ends
    pieces = torch.stack([places[:-1], places[1:], kinds[places[:-1]]], dim=1)
    return pieces[pieces[:, 2] >= 0]


def span_f1(predicted: Tensor, targets: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Precision, recall and F1 of the spans in all rows together: tags ``(N, T)``, ``mask (N, T)`` padded on the right.

    0 where a division would be by 0. Raises ValueError on other shapes, and where a mask is not one up to an end.
    """
    match(("predicted", predicted, "N T"), ("targets", targets, "N T"), ("mask", mask, "N T"))
    _must_end_once(mask)

    def spans(tags: Tensor) -> set[tuple[int, ...]]:
        outside = torch.where(mask > 0, tags, torch.zeros_like(tags))
        return {(n, *row) for n, one in enumerate(outside) for row in bio_spans(one).tolist()}

    said, true = spans(predicted), spans(targets)
    right = float(len(said & true))
    precision, recall = right / max(len(said), 1), right / max(len(true), 1)
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    precision, recall, f1 = torch.tensor([precision, recall, f1], dtype=torch.float64, device=mask.device)
    return precision, recall, f1


def _must_end_once(mask: Tensor) -> None:
    if not ((mask == 0) | (mask == 1)).all() or (mask[:, 1:] > mask[:, :-1]).any():
        raise ValueError("the mask has to be 1 up to a sequence's end, and 0 from there on")


def viterbi(scores: Tensor, transitions: Tensor) -> tuple[Tensor, Tensor]:
    """The best path ``(T,)`` and its score: ``scores (T, K)``, ``transitions (K, K)`` from row to column.

    Raises ValueError on other shapes, and where there is no step.
    """
    sizes = match(("scores", scores, "T K"), ("transitions", transitions, "K K"))
    if not sizes["T"]:
        raise ValueError("scores have no step: there is no path")
    best, pointers = scores[0], []
    for score in scores[1:].unbind(0):
        best, before = torch.max(best[:, None] + transitions + score, dim=0)
        pointers.append(before)
    score, last = best.max(dim=0)
    path = [last]
    for before in pointers[::-1]:
        path.insert(0, before[path[0]])
    return torch.stack(path), score


def crf_log_likelihood(scores: Tensor, transitions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
    """The log-probability of each sequence's tags: ``(N, T, K)``, ``(K, K)``, ``(N, T)``, ``(N, T)`` -> ``(N,)``.

    0 for a sequence without a step. Raises ValueError on other shapes, where a tag that counts is none of K, and where
    a mask is not one up to an end.
    """
    sizes = match(("scores", scores, "N T K"), ("transitions", transitions, "K K"), ("tags", tags, "N T"))
    match(("mask", mask, "N T"), N=sizes["N"], T=sizes["T"])
    _must_end_once(mask)
    found = []
    for row, path, real in zip(scores, tags.to(torch.long), mask > 0, strict=True):
        row, path = row[real], path[real]  # (steps, K), (steps,)
        if len(path) and not (0 <= int(path.min()) and int(path.max()) < sizes["K"]):
            raise ValueError(f"tags run from {int(path.min())} to {int(path.max())}, outside 0 ... {sizes['K'] - 1}")
        score = row.gather(1, path[:, None]).sum() + transitions[path[:-1], path[1:]].sum()
        alpha = row[0] if len(path) else row.new_zeros(1)
        for step in row[1:].unbind(0):
            alpha = torch.logsumexp(alpha[:, None] + transitions + step, dim=0)
        found.append(score - torch.logsumexp(alpha, dim=0))
    return torch.stack(found)
