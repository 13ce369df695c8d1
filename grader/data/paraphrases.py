"""Pairs of sentences: do the two say the same of who did what to whom?

    it was anna whom ben , it seems , praised      anna was lauded by ben                     the same
    carl sold the boat to dora                     it was dora who bought the boat from carl  the same
    anna praised ben                               it was ben who lauded anna                 not: roles exchanged

A meaning is an event and two persons, who did it and to whom. It may be said with either of two verbs (synonyms, or two
that tell an exchange from its two ends: sold to, bought from), in one of several constructions, and with remarks in
between that say nothing. A pair that isn't the same is for the most part the same meaning with its *roles exchanged*:
then both sentences have the words that they might have in a pair that is. The others have another event or another
person, and are there so that these count too.

Some meanings are held out, whichever way round their persons stand, and so are some pairs of constructions. The two
sentences of a pair are never of the same construction.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = [
    "CONSTRUCTIONS",
    "EVENTS",
    "KINDS",
    "PAD",
    "PERSONS",
    "REMARKS",
    "TOGETHER",
    "WORDS",
    "Meaning",
    "Pair",
    "encode",
    "held_out",
    "pairs",
    "say",
    "ways",
]

PERSONS = ("anna", "ben", "carl", "dora", "emil", "frida", "hans", "ines", "jonas", "karla", "leo", "mira")
# An event, by two verbs; of an exchange also what changes hands and a preposition. There the second verb is said of the
# other end: who is bought from is the one that sells.
EVENTS = (
    ("praised", "lauded"),
    ("scolded", "rebuked"),
    ("helped", "aided"),
    ("phoned", "called"),
    ("fooled", "deceived"),
    ("saved", "rescued"),
    ("sold boat to", "bought boat from"),
    ("lent bike to", "borrowed bike from"),
    ("handed letter to", "received letter from"),
)
# X is who does what the verb V says, Y to whom; what changes hands is O, the preposition P. Remarks may stand at a bar.
CONSTRUCTIONS = (
    "X | V | Y",
    "it was X | who | V | Y",
    "the one who | V | Y | was | X",
    "Y | was | V | by | X",
    "it was Y | whom | X | V",
    "the one who | was | V | by | X | was | Y",
    "X | V the O P | Y",
    "it was X | who | V the O P | Y",
    "the one who | V the O P | Y | was | X",
    "the O | was | V P | Y | by | X",
    "it was Y | P whom | X | V the O",
    "the one P whom | X | V the O | was | Y",
)
REMARKS = (", it seems ,", ", as we heard ,", ", by the way ,", ", believe it or not ,", ", to be honest ,")
KINDS = {"same": 0.5, "roles": 0.25, "event": 0.1, "person": 0.15}  # what a pair is, and how likely
TOGETHER = ({3, 4}, {1, 5}, {9, 10}, {7, 11})  # pairs of constructions that are held out
PAD = "(pad)"
_UP_TO = np.cumsum([*KINDS.values()][:-1])
_PLAIN, _EXCHANGE = (
    tuple(k for k, text in enumerate(CONSTRUCTIONS) if (" O" in text) == exchange) for exchange in (False, True)
)
_TEXT = " ".join([PAD, *PERSONS, *(verb for event in EVENTS for verb in event), *CONSTRUCTIONS, *REMARKS])
WORDS = tuple(dict.fromkeys(word for word in _TEXT.split() if word not in "|XYVOP"))
_IDS = {word: k for k, word in enumerate(WORDS)}


class Meaning(NamedTuple):
    """Who did what to whom: an event, a number in ``EVENTS``, and two persons, numbers in ``PERSONS``.

    ``who`` is the one of whom the event's first verb is said.
    """

    event: int
    who: int
    whom: int


class Pair(NamedTuple):
    """Two sentences, lists of words; whether they say the same, 1 or 0; and what they are, one of ``KINDS``.

    ``ways`` are the two sentences' constructions, numbers in ``CONSTRUCTIONS``.
    """

    first: list[str]
    second: list[str]
    same: int
    kind: str
    ways: tuple[int, int]


def ways(event: int) -> tuple[int, ...]:
    """The constructions in which an event may be told, numbers in ``CONSTRUCTIONS``."""
    return _EXCHANGE if " " in EVENTS[event][0] else _PLAIN


def say(meaning: Meaning, verb: int, construction: int, remarks: int, rng: np.random.Generator) -> list[str]:
    """A meaning as words: with the event's verb 0 or 1, in a construction, with so many remarks at drawn places.

    There are never more remarks than places. Raises ValueError where the event isn't told in this construction.
    """
    if construction not in ways(meaning.event):
        raise ValueError(f"{EVENTS[meaning.event]} is not told as {CONSTRUCTIONS[construction]!r}")
    said = EVENTS[meaning.event][verb].split()
    ends = [PERSONS[meaning.who], PERSONS[meaning.whom]]
    if len(said) > 1 and verb:
        ends.reverse()  # told from the other end
    parts = {"X": ends[0], "Y": ends[1], **dict(zip("VOP", said, strict=False))}
    pieces = CONSTRUCTIONS[construction].split("|")
    after = set(rng.permutation(len(pieces) - 1)[:remarks].tolist())
    words = []
    for k, piece in enumerate(pieces):
        words += [parts.get(word, word) for word in piece.split()]
        if k in after:
            words += REMARKS[rng.integers(len(REMARKS))].split()
    return words


def held_out(meaning: Meaning) -> bool:
    """Whether a meaning is held out: it is as well with its roles exchanged."""
    low, high = sorted((meaning.who, meaning.whom))
    return (low + 3 * high + 2 * meaning.event) % 7 == 0


_MEANINGS = tuple(
    Meaning(event, who, whom)
    for event in range(len(EVENTS))
    for who, whom in itertools.permutations(range(len(PERSONS)), 2)
)
_SHOWN, _HELD = ([one for one in _MEANINGS if held_out(one) == held] for held in (False, True))


def pairs(count: int, rng: np.random.Generator, *, test: bool = False, remarks: tuple[int, int] = (0, 2)) -> list[Pair]:
    """So many pairs, half of which say the same, each sentence with ``remarks`` from the one number to the other.

    To train with: neither sentence has a meaning that is held out, nor have both together constructions that are. To
    ``test``: the first one's meaning is held out, and both may have any construction.
    """
    return [_pair(rng, test, remarks) for _ in range(count)]


def _pair(rng: np.random.Generator, test: bool, remarks: tuple[int, int]) -> Pair:
    kind = list(KINDS)[int(np.searchsorted(_UP_TO, rng.random(), side="right"))]
    known = _HELD if test else _SHOWN
    while True:
        first = known[rng.integers(len(known))]
        second = _beside(first, kind, rng)
        both = _way(first, rng), _way(second, rng)
        if both[0] != both[1] and (test or not held_out(second) and {*both} not in TOGETHER):
            break
    texts = [
        say(one, int(rng.integers(2)), way, int(rng.integers(remarks[0], remarks[1] + 1)), rng)
        for one, way in zip((first, second), both, strict=True)
    ]
    return Pair(texts[0], texts[1], int(kind == "same"), kind, both)


def _way(meaning: Meaning, rng: np.random.Generator) -> int:
    return ways(meaning.event)[rng.integers(len(ways(meaning.event)))]


def _beside(meaning: Meaning, kind: str, rng: np.random.Generator) -> Meaning:
    """The meaning of a pair's second sentence."""
    event, who, whom = meaning
    if kind == "roles":
        return Meaning(event, whom, who)
    if kind == "event":
        return Meaning((event + int(rng.integers(1, len(EVENTS)))) % len(EVENTS), who, whom)
    if kind == "person":
        another = [one for one in range(len(PERSONS)) if one not in (who, whom)][rng.integers(len(PERSONS) - 2)]
        return Meaning(event, who, another) if rng.random() < 0.5 else Meaning(event, another, whom)
    return meaning


def encode(sentences: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
    """Sentences as ids (N, T), whole numbers, padded on the right with 0; and their lengths (N,).

    T is that of the longest. Raises KeyError for a word that there isn't.
    """
    lengths = np.array([len(words) for words in sentences], dtype=np.int64)
    ids = np.zeros((len(sentences), lengths.max(initial=0)), dtype=np.int64)
    for row, words in zip(ids, sentences, strict=True):
        row[: len(words)] = [_IDS[word] for word in words]
    return ids, lengths
