"""Reviews: short texts of which one opinion counts, with negation and contrast over distance.

    I doubt that the film , which my brother called dull , was anything but wonderful .         bad
    the music was awful , but nobody believes that the ending was far from charming .          good

The opinion that counts is that of the main clause: its adjective, turned round by its verb (``was never``, ``was
anything but``) and by each opening that denies it (``I doubt that``, ``it is false that``). Opinions that don't count
stand around it: somebody else's in a relative clause, and another thing's before ``but`` or in a clause with
``although`` or ``even if``, which comes first or last.

Everything but the adjective is drawn first, and whether the text is good or bad with a fair coin; from both follows
which kind of adjective has to stand there. What turns an opinion round has a partner that doesn't, and both are as
likely. So every word comes as often in good texts as in bad ones, and no sum of numbers of single words can tell them
apart. For the test some verbs are held out behind some openings (:func:`held_out`): no text of the training has the two
together. Longer texts than those of the training, with three openings and more, are made by asking for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["BAD", "GOOD", "OPENINGS", "PAD", "VERBS", "WORDS", "Review", "draw", "encode", "held_out", "padded"]

PAD = "~"  # behind the last word of a shorter text in a batch
GOOD = tuple("good wonderful brilliant charming lovely superb clever moving delightful excellent".split())
BAD = tuple("bad awful dull boring terrible weak clumsy silly dreadful poor".split())
_THINGS = tuple("film plot music acting ending story dialogue camera cast script".split())
_PEOPLE = ("my brother", "the paper", "my neighbour", "a critic")
# Each with its partner: the first leaves an opinion as it is, the second turns it round.
OPENINGS = tuple(
    tuple(tuple(way.split()) for way in pair)
    for pair in (
        ("I think that", "I doubt that"),
        ("everybody believes that", "nobody believes that"),
        ("it is true that", "it is not true that"),
        ("it is not false that", "it is false that"),
        ("I would say that", "I would not say that"),
        ("my sister admits that", "my sister denies that"),
    )
)
VERBS = tuple(
    tuple(tuple(way.split()) for way in pair)
    for pair in (
        ("was", "was not"),
        ("was always", "was never"),
        ("was really", "was hardly"),
        ("was nothing but", "was anything but"),
        ("was close to", "was far from"),
        ("could be called", "could not be called"),
    )
)
_GLUE = "the a , . which called found although but even if".split()
WORDS = tuple(
    dict.fromkeys(
        [PAD, *_GLUE]
        + [word for pairs in (OPENINGS, VERBS) for pair in pairs for way in pair for word in way]
        + [word for one in _PEOPLE for word in one.split()]
        + [*_THINGS, *GOOD, *BAD]
    )
)
_IDS = {word: k for k, word in enumerate(WORDS)}


class Review(NamedTuple):
    """A text: its ``words``, whether it is ``good``, and what decides that.

    ``begins`` is the place of the main clause's first word, its openings among it, ``key`` that of the adjective that
    counts; ``turns`` is how often that is turned round.
    """

    words: tuple[str, ...]
    good: bool
    begins: int
    key: int
    turns: int


def held_out(opening: int, verb: int) -> bool:
    """Whether no text of the training has this pair of openings (a place in ``OPENINGS``) with this pair of verbs."""
    return (opening + verb) % len(VERBS) == 0


def _one(items: Sequence, rng: np.random.Generator):
    return items[int(rng.integers(len(items)))]


def _aside(thing: str, rng: np.random.Generator) -> list[str]:
    """Another thing's opinion, which doesn't count, with a verb of its own."""
    verb = _one(_one(VERBS, rng), rng)
    return ["the", thing, *verb, _one(_one((GOOD, BAD), rng), rng)]


def _form(openings: int, test: bool, rng: np.random.Generator) -> tuple[list[int], int]:
    """Which pairs of openings, each once, and which pair of verbs."""
    while True:
        pairs, verb = rng.permutation(len(OPENINGS))[:openings].tolist(), int(rng.integers(len(VERBS)))
        if any(held_out(pair, verb) for pair in pairs) == test:
            return pairs, verb


def _review(openings: int, test: bool, rng: np.random.Generator) -> Review:
    pairs, verb = _form(openings, test, rng)
    turned = rng.integers(2, size=openings + 1)  # of each opening and of the verb: is it the one that turns round?
    first, second = (str(thing) for thing in rng.permutation(_THINGS)[:2])
    words = [word for pair, k in zip(pairs, turned[:-1], strict=True) for word in OPENINGS[pair][k]]
    words += ["the", first]
    if rng.random() < 0.4:
        called = _one(("called", "found"), rng)
        words += [",", "which", *_one(_PEOPLE, rng).split(), called, _one(_one((GOOD, BAD), rng), rng), ","]
    words += VERBS[verb][turned[-1]]
    good, turns = bool(rng.integers(2)), int(turned.sum())
    key = len(words)
    words.append(_one(GOOD if good == (turns % 2 == 0) else BAD, rng))
    place = rng.random()
    if place < 0.25:
        before = [*_aside(second, rng), ",", "but"]
    elif place < 0.4:
        before = ["although", *_aside(second, rng), ","]
    else:
        before = []
        if place < 0.75:
            words += [",", *_one((("although",), ("even", "if")), rng), *_aside(second, rng)]
    return Review((*before, *words, "."), good, len(before), len(before) + key, turns)


def draw(
    N: int, rng: np.random.Generator, *, openings: Sequence[int] = (0, 1, 1, 2, 2), test: bool = False
) -> list[Review]:
    """Draw N reviews.

    Args:
        N: how many.
        rng: all that is random comes from it.
        openings: how many openings a text may have, 0 to 6, each entry as likely as every other.
        test: whether each has an opening and a verb that the training never has together; else none has. Such a text
            has one opening at least, so 0 is left out of ``openings`` then.

    Returns:
        The reviews, N of them; about half of them are good.

    Raises:
        ValueError: a number of openings that there isn't, or none that is left.
    """
    some = [k for k in openings if k or not test]
    if not some or not all(0 <= k <= len(OPENINGS) for k in some):
        raise ValueError(f"a review has 0 to {len(OPENINGS)} openings, 1 or more for the test; got {list(openings)}")
    return [_review(_one(some, rng), test, rng) for _ in range(N)]


def encode(words: Sequence[str]) -> np.ndarray:
    """A text's ids, whole numbers (T,). Raises KeyError for a word that no review has."""
    return np.array([_IDS[word] for word in words], dtype=np.int64)


def padded(texts: Sequence[Sequence[str]], T: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Texts as one batch: (ids, lengths), whole numbers (N, T) and (N,), with ``PAD`` behind each shorter text.

    T is the longest text's length unless it is given. Raises ValueError where it is given and too small.
    """
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    longest = int(max(lengths, default=0))
    if T is not None and T < longest:
        raise ValueError(f"the longest text has {longest} words, which T = {T} steps don't hold")
    ids = np.zeros((len(texts), longest if T is None else T), dtype=np.int64)
    for n, text in enumerate(texts):
        ids[n, : len(text)] = encode(text)
    return ids, lengths
