"""A tiny language, in which the verb has to agree with a subject that stands a few words before it.

    the cat sits .        the dogs that I saw today sleep .

Half of the sentences have a few words between subject and verb that say nothing of the subject's number: who sees only
the last two or three words can't know which verb is right.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

__all__ = [
    "CLAUSES",
    "STOP",
    "SUBJECTS",
    "VERBS",
    "WORDS",
    "batch",
    "best_loss",
    "decode",
    "encode",
    "sentences",
    "whole",
]

STOP = "."  # ends a sentence, and stands before the first word of the next
SUBJECTS = {"cat": "one", "dog": "one", "cats": "several", "dogs": "several"}
VERBS = {"one": ("sits", "sleeps"), "several": ("sit", "sleep")}
CLAUSES = {"": 1 / 2, "that I saw": 1 / 4, "that I saw today": 1 / 4}  # with their probabilities
WORDS = (STOP, "the", *SUBJECTS, "that", "I", "saw", "today", *VERBS["one"], *VERBS["several"])
_IDS = {word: k for k, word in enumerate(WORDS)}


def sentences() -> Iterator[tuple[list[str], float]]:
    """Every sentence of the language as (its words, its probability). The stop is its last word."""
    for subject, (clause, weight) in itertools.product(SUBJECTS, CLAUSES.items()):
        verbs = VERBS[SUBJECTS[subject]]
        for verb in verbs:
            yield ["the", subject, *clause.split(), verb, STOP], weight / len(SUBJECTS) / len(verbs)


def encode(words: Sequence[str]) -> np.ndarray:
    """The words' ids, whole numbers (T,). Raises KeyError for a word that the language doesn't have."""
    return np.array([_IDS[word] for word in words], dtype=np.int64)


def decode(ids: Sequence[int] | np.ndarray) -> list[str]:
    """The words of these ids (T,)."""
    return [WORDS[k] for k in ids]


def batch(N: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N sentences to predict word by word, padded on the right with stops: ids, targets and mask, each (N, T).

    ``ids`` begins with the stop before the sentence, ``targets`` is the next word at every step, ``mask`` is 1.0 where
    there is one and 0.0 on the padding. T is the longest one's number of words.
    """
    every = list(sentences())
    return _padded([every[k][0] for k in rng.choice(len(every), size=N, p=[p for _, p in every])])


def whole() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The language itself as a batch like those of :func:`batch`: each sentence as often as its probability says.

    A mean over its words is the mean over the language, with nothing left to chance.
    """
    every = list(sentences())
    rarest = min(p for _, p in every)
    return _padded([words for words, p in every for _ in range(round(p / rarest))])


def _padded(chosen: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    N, T = len(chosen), max(map(len, chosen))
    ids, targets, mask = np.zeros((N, T), dtype=np.int64), np.zeros((N, T), dtype=np.int64), np.zeros((N, T))
    for n, words in enumerate(chosen):
        length = len(words)
        targets[n, :length] = encode(words)
        ids[n, 1:length] = targets[n, : length - 1]
        mask[n, :length] = 1.0
    return ids, targets, mask


def best_loss() -> float:
    """The smallest mean cross-entropy a word that any model can reach on this language, in nats.

    What is drawn is the sentence alone, so all the words of a sentence together cost -log of its probability. The mean
    is over the words of very many sentences.
    """
    cost = sum(-p * math.log(p) for _, p in sentences())
    return cost / sum(p * len(words) for words, p in sentences())
