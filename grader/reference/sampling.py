"""From a language model's numbers to words: temperature, what may be drawn, drawing, and looking for the likeliest.

Top-p sampling is that of A. Holtzman, J. Buys, L. Du, M. Forbes and Y. Choi, "The Curious Case of Neural Text
Degeneration", ICLR 2020, and top-k that of A. Fan, M. Lewis and Y. Dauphin, "Hierarchical Neural Story Generation",
ACL 2018; here words that are equally likely stay or go together. The beam is that of I. Sutskever, O. Vinyals and Q. V.
Le, "Sequence to Sequence Learning with Neural Networks", NeurIPS 2014, with the mean over the words as its score.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .shapes import match

__all__ = ["apply_temperature", "beam_search", "generate", "sample", "top_k", "top_p"]

State = Any  # a tuple of arrays, which is handed on unread
# (ids (n,), state) -> (probs (n, K), state): of numpy's arrays, as a learner's function gets it
Step = Callable[[np.ndarray, State], tuple[Any, State]]


def apply_temperature(logits: Tensor, temperature: float) -> Tensor:
    """The softmax of ``logits (N, K)`` divided by ``temperature``, which is above 0: ``(N, K)``."""
    match(("logits", logits, "N K"))
    if temperature <= 0:
        raise ValueError(f"temperature is {temperature}, and it has to be above 0")
    return torch.softmax(logits / temperature, dim=1)


def top_k(probs: Tensor, k: int) -> Tensor:
    """``probs (N, K)`` with zeros in place of what is less likely than the k-th likeliest of its row, renormalised."""
    match(("probs", probs, "N K"))
    if k < 1:
        raise ValueError(f"k is {k}, and it has to be 1 or more")
    least = torch.topk(probs, min(k, probs.shape[1]), dim=1).values.amin(dim=1, keepdim=True)
    return _renormalised(probs, probs >= least)


def top_p(probs: Tensor, p: float) -> Tensor:
    """``probs (N, K)`` with zeros where the more likely words of the row add up to ``p`` or more, renormalised."""
    match(("probs", probs, "N K"))
    if not 0 < p <= 1:
        raise ValueError(f"p is {p}, and it has to lie above 0 and not above 1")
    more = probs[:, None, :] > probs[:, :, None]  # (N, K, K): is the second one more likely than the first?
    return _renormalised(probs, (more * probs[:, None, :]).sum(dim=2) < p)


def _renormalised(probs: Tensor, kept: Tensor) -> Tensor:
    left = torch.where(kept, probs, torch.zeros_like(probs))
    return left / left.sum(dim=1, keepdim=True)


def sample(probs: Tensor, u: Tensor) -> Tensor:
    """The first id in each row of ``probs (N, K)`` whose cumulative sum is above that of ``u (N,)``: ``(N,)``.

    Where rounding leaves the sum of a row at u or below, it is the last id that has a probability.
    """
    match(("probs", probs, "N K"), ("u", u, "N"))
    above = torch.cumsum(probs, dim=1) > u[:, None]
    last = probs.shape[1] - 1 - (probs > 0).flip(1).int().argmax(dim=1)
    return torch.where(above.any(dim=1), above.int().argmax(dim=1), last)


def generate(step: Step, start: Tensor, state: State, T: int, us: Tensor) -> Tensor:
    """T ids a row, ``(N, T)``: each drawn with its number of ``us (N, T)`` from what ``step`` says of the one before.

    ``start (N,)`` goes in first. ``step`` takes and gives numpy's arrays: of a state too, a tuple of them.
    """
    match(("start", start, "N"), ("us", us, "N T"), T=T)
    ids, at = start, _arrays(state)
    drawn = []
    for t in range(T):
        probs, at = step(ids.numpy(), at)
        ids = sample(torch.as_tensor(np.asarray(probs)).to(us.dtype), us[:, t])
        drawn.append(ids)
    return torch.stack(drawn, dim=1)


def beam_search(step: Step, start: Tensor, state: State, width: int, T: int, eos: int) -> tuple[Tensor, float]:
    """The ids ``(L,)`` with the largest mean of log p among those that a beam finishes, and that mean in nats.

    ``start (1,)`` goes in first. In each round every beginning that is left goes on with every word; the ``width`` of
    all these with the largest sum of log p are kept, and those of them that end in ``eos`` or have T words are put
    aside as finished.
    """
    match(("start", start, "N"), N=1)
    beginnings, totals = start[:, None], torch.zeros(1, dtype=torch.float64)  # (n, words so far and start), (n,)
    at, finished = _arrays(state), []
    for t in range(1, T + 1):
        probs, at = step(beginnings[:, -1].numpy(), at)
        all_totals = totals[:, None] + torch.log(torch.as_tensor(np.asarray(probs), dtype=torch.float64))  # (n, K)
        totals, places = torch.topk(all_totals.flatten(), min(width, all_totals.numel()))
        parents, words = places // all_totals.shape[1], places % all_totals.shape[1]
        beginnings = torch.cat([beginnings[parents], words[:, None]], dim=1)
        done = (words == eos) | (t == T)
        finished += [(total / t, ids[1:]) for total, ids in zip(totals[done], beginnings[done], strict=True)]
        totals, beginnings = totals[~done], beginnings[~done]
        if not len(totals):
            break
        at = tuple(array[parents[~done].numpy()] for array in at)
    score, ids = max(finished, key=lambda one: float(one[0]))
    return ids, float(score)


def _arrays(state: State) -> State:
    return tuple(one.numpy() if isinstance(one, Tensor) else one for one in state)
