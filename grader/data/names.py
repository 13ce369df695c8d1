"""Names in short reports: persons, places and firms that are called the same. Only what stands around them tells.

    near     the singer [jordan PER] is in the news again .
    after    [lincoln ford ORG] , as half the town said this morning , hired forty engineers .
    before   there is a new village , as my neighbour heard last week , called [chelsea LOC] .
    again    by the way , [lincoln ford ORG] cost us a lot of ink .

What says of which type a name is stands right before it, or on the other side of a clause, before it or after it, or it
was said when the name came for the first time: a report has two names that are told, and may come back to one of them.
A clause has words of all three types in it, which say nothing of the name. Each name is used for all three types, most
often for its favourite one, as in a dictionary of names. Names, clauses and long clauses are held out: see
:func:`reports`.

Which name is of which type, and that type depends on context, is what J. Hammerton, "Named entity recognition with long
short-term memory", CoNLL 2003, and E. F. Tjong Kim Sang and F. De Meulder, "Introduction to the CoNLL-2003 shared
task", CoNLL 2003, asked for, in newspapers.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = [
    "KINDS",
    "KNOWN",
    "TAGS",
    "TYPES",
    "UNKNOWN",
    "UNSEEN",
    "WORDS",
    "Mention",
    "Report",
    "batch",
    "decode",
    "encode",
    "reports",
]

TYPES = ("PER", "LOC", "ORG")  # persons, places, firms
TAGS = ("O", *(f"{part}-{kind}" for kind in TYPES for part in "BI"))  # O, B-PER, I-PER, B-LOC, ...
KINDS = ("near", "after", "before", "again")  # where it is told of which type a name is
UNKNOWN = "?"  # what stands for every word that is not in WORDS
FAR = 0.7  # how often a clause stands where one may stand
FAVOURITE = 0.5  # of a name's mentions; the other half is shared by the other two types

_ALL = """jordan lincoln chelsea ford austin carter dallas florence georgia hamilton houston jackson kingston lancaster
madison melbourne morgan nelson orlando preston raleigh sydney wells wellington winchester york bristol boston warner
dunlop hudson cooper""".split()
UNSEEN = tuple(_ALL[3::4])  # never in a report to learn from
KNOWN = tuple(name for name in _ALL if name not in UNSEEN)

_NEAR = (
    ("the singer", "doctor", "my aunt", "a certain mister"),
    ("the town of", "the road to", "a house near", "the mayor of"),
    ("shares of", "the managers of", "a factory of", "everything made by"),
)
_AFTER = (
    ("sang all night", "wrote a novel", "broke an arm", "married a baker"),
    ("lies under water", "has two churches", "needs a bridge", "was built in 1820"),
    ("hired forty engineers", "sold its shares", "went bankrupt", "makes cheap shoes"),
)
_BEFORE = (
    ("a young painter", "an old friend", "one more thief", "some famous cook"),
    ("a new village", "one more island", "a quiet harbour", "some small city"),
    ("a new airline", "one more brewery", "an old bank", "some big publisher"),
)
_NEUTRAL = ("is in the news again", "cost us a lot of ink", "is not what it was", "will be talked about")
_OPENINGS = ("and now", "by the way ,", "once more ,", "so")
_WHO = ("the radio", "my neighbour", "a singer", "a manager", "half the town", "everybody")
_SAID = ("said", "told us", "wrote", "heard", "had to admit")
_WHEN = ("this morning", "last week", "yesterday", "at noon", "again")
# Every fifth of the clauses that there may be is never in a report to learn from: its parts are, in other clauses.
_PARTS = tuple(itertools.product(range(len(_WHO)), range(len(_SAID)), range(len(_WHEN))))
_CLAUSES = {
    held: [f", as {_WHO[a]} {_SAID[b]} {_WHEN[c]}" for a, b, c in _PARTS if ((a + b + c) % 5 == 0) == held]
    for held in (False, True)
}
_PHRASES = (*itertools.chain(*_NEAR, *_AFTER, *_BEFORE), *_NEUTRAL, *_OPENINGS, *itertools.chain(*_CLAUSES.values()))
WORDS = tuple(dict.fromkeys([UNKNOWN, ".", ",", "there", "is", "called", *" ".join(_PHRASES).split(), *KNOWN]))
_IDS = {word: k for k, word in enumerate(WORDS)}


class Mention(NamedTuple):
    """One name in a report: the words from ``start`` up to ``end``, which is the first after it."""

    start: int
    end: int
    type: int  # the place in TYPES
    kind: str  # one of KINDS
    unseen: bool  # whether a word of it is one of UNSEEN


class Report(NamedTuple):
    """The words (T of them), the tag of each as its place in TAGS, whole numbers (T,), and the names that are told."""

    words: list[str]
    tags: np.ndarray
    mentions: list[Mention]


def _one(rng: np.random.Generator, several: Sequence[str]) -> list[str]:
    return several[int(rng.integers(len(several)))].split()


def _favourite(word: str) -> int:
    return _ALL.index(word) // 4 % 3 if word in UNSEEN else KNOWN.index(word) % 3


def _named(kind: int, names: Sequence[str], rng: np.random.Generator) -> list[str]:
    """A name for something of this type: one word, or two. Its first word's favourite type is this in half of all."""
    other = (1 - FAVOURITE) / 2
    shares = np.array([FAVOURITE if _favourite(name) == kind else other for name in names])
    words = rng.choice(names, size=2 if rng.random() < 0.4 else 1, replace=False, p=shares / shares.sum())
    return [str(word) for word in words]


def reports(n: int, rng: np.random.Generator, *, test: bool = False, clauses: int = 1) -> list[Report]:
    """So many reports, of two sentences with a name each, and half of them of a third that comes back to one of these.

    ``test``: with the clauses that are held out, and with all names, in place of the clauses and names to learn from.
    ``clauses``: how many stand in a row where one may stand; more than 1 makes distances that no training has.
    """
    return [_report(rng, test, clauses) for _ in range(n)]


def _report(rng: np.random.Generator, test: bool, clauses: int) -> Report:
    words: list[str] = []
    mentions: list[Mention] = []
    names = (*KNOWN, *UNSEEN) if test else KNOWN

    def say(before: Sequence[str], name: Sequence[str], after: Sequence[str], type: int, kind: str) -> None:
        start = len(words) + len(before)
        mentions.append(Mention(start, start + len(name), type, kind, not {*UNSEEN}.isdisjoint(name)))
        words.extend([*before, *name, *after, "."])

    while len(mentions) < 2:
        type, kind = int(rng.integers(len(TYPES))), KINDS[int(rng.integers(3))]
        name = _named(type, names, rng)
        if any(name[0] in words or name[-1] in words for _ in mentions):
            continue  # two things of one name in one report would be one too many
        clause: list[str] = []
        if far := rng.random() < FAR:
            clause = [*itertools.chain(*(_one(rng, _CLAUSES[test]) for _ in range(clauses))), ","]
        if kind == "near":
            say(_one(rng, _NEAR[type]), name, _one(rng, _NEUTRAL), type, kind)
        elif kind == "after":
            say([], name, [*clause, *_one(rng, _AFTER[type])], type, kind if far else "near")
        else:
            say(["there", "is", *_one(rng, _BEFORE[type]), *clause, "called"], name, [], type, kind if far else "near")
    if rng.random() < 0.5:
        old = mentions[int(rng.integers(2))]
        say(_one(rng, _OPENINGS), words[old.start : old.end], _one(rng, _NEUTRAL), old.type, "again")
    tags = np.zeros(len(words), dtype=np.int64)
    for one in mentions:
        tags[one.start : one.end] = 2 + 2 * one.type
        tags[one.start] = 1 + 2 * one.type
    return Report(words, tags, mentions)


def encode(words: Sequence[str]) -> np.ndarray:
    """The words' places in ``WORDS``, whole numbers (T,); that of ``UNKNOWN`` for a word that isn't there."""
    return np.array([_IDS.get(word, 0) for word in words], dtype=np.int64)


def decode(ids: Sequence[int] | np.ndarray) -> list[str]:
    """The words of these ids (T,)."""
    return [WORDS[k] for k in ids]


def batch(some: Sequence[Report]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reports side by side, padded on the right: ids and tags, whole numbers (N, T), and lengths (N,).

    T is the longest one's length; the padding is 0 in both.
    """
    lengths = np.array([len(one.words) for one in some])
    ids, tags = np.zeros((2, len(some), lengths.max()), dtype=np.int64)
    for n, one in enumerate(some):
        ids[n, : lengths[n]], tags[n, : lengths[n]] = encode(one.words), one.tags
    return ids, tags, lengths
