"""Subject and verb, with a distance between them: which verb is right depends on one word, ever further away.

    My dog [chases]                              distance 0
    My dog , whom I adopted in 2009 , [chases]   distance 7
    My dogs near the tree behind my houses [chase]   distance 6

What stands between is made of phrases that say nothing of the subject's number. Many of them bring a noun of their
own (an *attractor*), drawn like the subject, so that whoever answers by the last noun is right by luck alone.

After T. Linzen, E. Dupoux and Y. Goldberg, "Assessing the ability of LSTMs to learn syntax-sensitive dependencies",
Transactions of the ACL 4, 2016.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["NOUNS", "ONE", "PHRASES", "SUBJECTS", "VERBS", "WORDS", "batch", "decode", "last_noun", "sentence"]

VERBS = ("chases", "chase")  # the answers: 0 for one, 1 for several
ONE = 0.6  # the share of nouns that stand for one
# Each noun for one, and the same for several.
NOUNS = {"dog": "dogs", "cat": "cats", "boy": "boys", "tree": "trees", "house": "houses", "friend": "friends"}
SUBJECTS = ("dog", "cat", "boy")
# What may stand between, each of so many words; NOUN is any noun, for one or for several.
PHRASES = (
    "often",
    "quite often",
    "near the NOUN",
    "behind my NOUN",
    "that the NOUN saw",
    "with the old NOUN",
    ", whom I adopted in 2009 ,",
)
_PLURALS = {many: one for one, many in NOUNS.items()}
_PARTS = [phrase.split() for phrase in PHRASES]
WORDS = tuple(dict.fromkeys(["My", *NOUNS, *_PLURALS, *(w for words in _PARTS for w in words if w != "NOUN")]))
_IDS = {word: k for k, word in enumerate(WORDS)}


def sentence(distance: int, rng: np.random.Generator) -> list[str]:
    """The words before the verb: "My", the subject, and ``distance`` words between it and the verb.

    Raises ValueError for a negative distance.
    """
    if distance < 0:
        raise ValueError(f"the distance is {distance}: there can't be fewer than 0 words in between")
    words = ["My", _noun(SUBJECTS, rng)]
    left = distance
    while left:
        # An adverb fills up the end; before that it would leave room for nothing else.
        fitting = [one for one in _PARTS if len(one) <= left and (len(one) > 2 or left <= 2)]
        for word in fitting[int(rng.integers(len(fitting)))]:
            words.append(_noun(tuple(NOUNS), rng) if word == "NOUN" else word)
        left = distance + 2 - len(words)
    return words


def _noun(nouns: Sequence[str], rng: np.random.Generator) -> str:
    one = nouns[int(rng.integers(len(nouns)))]
    return one if rng.random() < ONE else NOUNS[one]


def batch(N: int, distance: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N sentences whose verb is asked for at the end: ids, targets and mask, each (N, T) with T = distance + 2.

    ``ids`` are the words before the verb. ``targets`` is 0 where it is "chases" and 1 where it is "chase", at every
    step the same; ``mask`` is 1.0 at the last step alone, where the verb comes next, and 0.0 before.
    """
    drawn = [sentence(distance, rng) for _ in range(N)]
    ids = np.array([[_IDS[word] for word in words] for words in drawn], dtype=np.int64).reshape(N, distance + 2)
    several = np.array([words[1] in _PLURALS for words in drawn], dtype=np.int64)
    mask = np.zeros(ids.shape)
    mask[:, -1] = 1.0
    return ids, np.repeat(several[:, None], distance + 2, axis=1), mask


def decode(ids: Sequence[int] | np.ndarray) -> list[str]:
    """The words of these ids (T,)."""
    return [WORDS[k] for k in ids]


def last_noun(ids: np.ndarray) -> np.ndarray:
    """The answers (N,), 0 or 1, of somebody who looks at the last noun before the verb; ``ids (N, T)``."""
    kinds = np.array([0 if word in NOUNS else 1 if word in _PLURALS else -1 for word in WORDS])[ids]  # (N, T)
    places = np.where(kinds >= 0, np.arange(ids.shape[1]), -1).max(axis=1)  # (N,); the subject is a noun
    return kinds[np.arange(len(ids)), places]
