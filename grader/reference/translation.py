"""A translator's decoder, what goes into it and what it says; and how far off a translation is.

Teacher forcing is that of R. J. Williams and D. Zipser, "A Learning Algorithm for Continually Running Fully Recurrent
Neural Networks", Neural Computation 1(2), 1989. The distance is V. I. Levenshtein's, "Binary Codes Capable of
Correcting Deletions, Insertions, and Reversals", Soviet Physics Doklady 10(8), 1966. BLEU is that of K. Papineni,
S. Roukos, T. Ward and W.-J. Zhu, "BLEU: a Method for Automatic Evaluation of Machine Translation", ACL 2002.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from .sampling import State, Step
from .shapes import match

__all__ = ["bleu", "decoder_inputs", "edit_distance", "greedy_decode"]


def decoder_inputs(targets: Tensor, bos: int) -> Tensor:
    """What the decoder reads where it should say ``targets (N, T)``: ``bos``, and all targets but the last; ``(N, T)``.

    Raises ValueError where the targets have not two axes.
    """
    match(("targets", targets, "N T"))
    return torch.nn.functional.pad(targets, (1, 0), value=bos)[:, : targets.shape[1]]


def greedy_decode(step: Step, state: State, bos: int, eos: int, T: int) -> Tensor:
    """The likeliest word of each row each time, ``(N, T)``; from a row's first ``eos`` on all is ``eos``.

    ``step (ids (N,), state) -> (logits (N, K), state)`` takes and gives numpy's arrays, and is asked for all rows each
    time. ``state`` is a tuple of arrays whose first axis is N. ``bos`` goes in first.
    """
    at = tuple(one.numpy() if isinstance(one, Tensor) else one for one in state)
    ids = torch.full((len(at[0]),), bos)
    said = []
    for _ in range(T):
        logits, at = step(ids.numpy(), at)
        ids = torch.as_tensor(np.asarray(logits)).argmax(dim=1)
        said.append(ids)
    words = torch.stack(said, dim=1)
    ended = (words == eos).cumsum(dim=1) > 0
    return torch.where(ended, eos, words)


def edit_distance(a: Tensor, b: Tensor) -> int:
    """How many ids have to be put in, taken out or exchanged to make ``b (T,)`` of ``a (S,)``."""
    match(("a", a, "S"), ("b", b, "T"))
    places = torch.arange(len(b) + 1)
    row = places
    for i, x in enumerate(a, start=1):
        best = torch.minimum(row[1:] + 1, row[:-1] + (b != x))  # taken out, exchanged or left alone
        # What is put in comes from the left: the least of all on the left, each with its way from there.
        row = (torch.cat([torch.tensor([i]), best]) - places).cummin(dim=0).values + places
    return int(row[-1])


def bleu(candidates: Sequence[Sequence], references: Sequence[Sequence]) -> float:
    """BLEU-4 of a corpus, from 0 to 1: one reference for each candidate, counts of all sentences added up.

    0 where no run of n words is right, for an n of 1 to 4: there is no smoothing. Raises ValueError where there are not
    as many references as candidates.
    """
    total = 0.0
    for n in range(1, 5):
        said, right = Counter[int](), Counter[int]()
        for candidate, reference in zip(candidates, references, strict=True):
            grams, wanted = (Counter(zip(*(one[k:] for k in range(n)), strict=False)) for one in (candidate, reference))
            said[n] += grams.total()
            right[n] += (grams & wanted).total()
        if not right[n]:
            return 0.0
        total += math.log(right[n] / said[n]) / 4
    c, r = (sum(map(len, one)) for one in (candidates, references))
    return math.exp(total + min(0.0, 1 - r / c))
