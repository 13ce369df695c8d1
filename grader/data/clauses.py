"""Whole sentences after unit 03's: every verb agrees with a subject of its own, clauses stand inside clauses.

    the dog that my friends like often chases the cat .
    my cats , whom I adopted in 2009 , purr .
    the boy that the dogs that my cat sees follow whistles .

What comes next follows from rules, and not from the last few words: how many clauses are still open, of which number
each one's subject was, and who it was, for dogs bark and cats purr. Every choice has a known probability, so the best
loss that any model can reach is known too. A sentence begins after the full stop of the one before it.

After T. Linzen, E. Dupoux and Y. Goldberg, "Assessing the ability of LSTMs to learn syntax-sensitive dependencies",
Transactions of the ACL 4, 2016.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from .agreement import NOUNS, ONE
from .agreement import VERBS as CHASE

__all__ = ["STOP", "WORDS", "Sentence", "Verb", "best_loss", "decode", "encode", "sentence", "sentences", "stream"]

STOP = "."
PLACES = ("tree", "house")
# Who does something, each for one and for several, with what nobody else does.
OWN: Mapping[str, tuple[str, str]] = {
    "dog": ("barks", "bark"),
    "cat": ("purrs", "purr"),
    "boy": ("whistles", "whistle"),
    "friend": ("calls", "call"),
    "bird": ("sings", "sing"),
    "horse": ("neighs", "neigh"),
    "baby": ("cries", "cry"),
    "teacher": ("explains", "explain"),
}
PLURALS = {**NOUNS, "bird": "birds", "horse": "horses", "baby": "babies", "teacher": "teachers"}
# What anybody does to somebody.
VERBS = (CHASE, ("likes", "like"), ("sees", "see"), ("follows", "follow"), ("hears", "hear"), ("knows", "know"))
ADOPTED = ", whom I adopted in 2009 ,"
DETERMINERS, NEARNESS = ("the", "my"), ("near", "behind")
# What may follow a subject, by how many clauses it stands in; deeper than the last column as in the last.
MODIFIERS: Mapping[str, tuple[float, ...]] = {
    "nothing": (0.2, 0.4, 0.7),
    "place": (0.2, 0.2, 0.2),  # near the trees
    "object clause": (0.35, 0.3, 0.0),  # that my friends like
    "subject clause": (0.1, 0.1, 0.1),  # that likes my friends
    "adopted": (0.15, 0.0, 0.0),
}
OFTEN = 0.2  # how likely there is an "often" before a verb that is no subject clause's
WORDS = tuple(
    dict.fromkeys(
        [STOP, *DETERMINERS, *PLURALS, *PLURALS.values(), "that", *NEARNESS, "often", *ADOPTED.split()]
        + [form for verb in (*VERBS, *OWN.values()) for form in verb]
    )
)
_SINGULAR = {many: one for one, many in PLURALS.items()}
_IDS = {word: k for k, word in enumerate(WORDS)}
_T = TypeVar("_T")


class Verb(NamedTuple):
    """A verb of a sentence.

    ``at`` is its place among the words, counted from 0; ``wrong`` the form that doesn't agree; ``attractors`` how many
    nouns of the other number stand between its subject and it; ``main`` whether it is the sentence's own, and no
    clause's.
    """

    at: int
    wrong: str
    attractors: int
    main: bool


class Sentence(NamedTuple):
    """A sentence: its words, the stop at the end among them; how surprising it is, in nats; its verbs as they come."""

    words: list[str]
    nats: float
    verbs: list[Verb]


def sentence(rng: np.random.Generator, depth: int = 2, nested: bool = False) -> Sentence:
    """One sentence, at least three words and its stop.

    ``depth`` is how many object clauses may be open at once. Where ``nested`` is True they are, each inside the one
    before, and nothing else stands between: a test of sentences deeper than any that was learned from. The surprise
    is then not counted, and is NaN. Raises ValueError for a negative depth.
    """
    if depth < 0:
        raise ValueError(f"the depth is {depth}: there can't be fewer than 0 clauses")
    writer = _Writer(rng, depth, nested)
    subject = writer.subject(0)
    writer.predicate(subject)
    return Sentence(writer.words, math.nan if nested else writer.nats, writer.verbs)


def sentences(count: int, rng: np.random.Generator, depth: int = 2, nested: bool = False) -> list[Sentence]:
    """So many sentences as :func:`sentence` draws them."""
    return [sentence(rng, depth, nested) for _ in range(count)]


def encode(words: Sequence[str]) -> np.ndarray:
    """The words' ids, whole numbers (T,). Raises KeyError for a word that the language doesn't have."""
    return np.array([_IDS[word] for word in words], dtype=np.int64)


def decode(ids: Sequence[int] | np.ndarray) -> list[str]:
    """The words of these ids (T,)."""
    return [WORDS[k] for k in ids]


def stream(drawn: Sequence[Sentence]) -> np.ndarray:
    """Sentences one after the other, as whole numbers (T,); a stop stands before the first."""
    return encode([STOP, *(word for one in drawn for word in one.words)])


def best_loss(drawn: Sequence[Sentence]) -> float:
    """The smallest mean cross-entropy a word that any model can reach on these sentences, in nats: that of the choices.

    Raises ZeroDivisionError where there are none.
    """
    return sum(one.nats for one in drawn) / sum(len(one.words) for one in drawn)


class _Writer:
    """Puts down a sentence from left to right, and adds up what its choices cost."""

    def __init__(self, rng: np.random.Generator, depth: int, nested: bool):
        self.rng, self.depth, self.nested = rng, depth, nested
        self.words: list[str] = []
        self.several: list[bool | None] = []  # of each word: whether a noun stands for several; None for all others
        self.nats = 0.0
        self.verbs: list[Verb] = []

    def put(self, *words: str) -> None:
        self.words += words
        self.several += [None] * len(words)

    def one_of(self, choices: Sequence[_T], shares: Sequence[float] | None = None) -> _T:
        """One of several; all as likely where there are no shares, which add up to 1."""
        drawn = self.rng.random()
        if shares is None:
            k = int(drawn * len(choices))
            self.nats += math.log(len(choices))
        else:
            k = min(bisect.bisect(list(itertools.accumulate(shares)), drawn), len(shares) - 1)
            self.nats -= math.log(shares[k])
        return choices[k]

    def noun(self, nouns: Sequence[str]) -> int:
        """A determiner and a noun. Returns the noun's place."""
        self.put(self.one_of(DETERMINERS))
        name, several = self.one_of(nouns), self.one_of((False, True), (ONE, 1 - ONE))
        self.words.append(PLURALS[name] if several else name)
        self.several.append(several)
        return len(self.words) - 1

    def verb(self, forms: tuple[str, str], subject: int, main: bool = False) -> None:
        """A verb that agrees with the noun at this place."""
        several = bool(self.several[subject])
        attractors = self.several[subject + 1 :].count(not several)
        self.verbs.append(Verb(len(self.words), forms[not several], attractors, main))
        self.put(forms[several])

    def subject(self, open_clauses: int) -> int:
        """A noun that does something, and what says more of it. Returns the noun's place."""
        who = self.noun(tuple(OWN))
        column = 0 if open_clauses == 0 else 1 if open_clauses < self.depth else 2
        if self.nested:
            kind = "object clause" if open_clauses < self.depth else "nothing"
        else:
            kind = self.one_of(list(MODIFIERS), [shares[column] for shares in MODIFIERS.values()])
        if kind == "place":
            self.put(self.one_of(NEARNESS))
            self.noun(PLACES)
        elif kind == "object clause":
            self.put("that")
            inner = self.subject(open_clauses + 1)
            self.often()
            self.verb(self.one_of(VERBS), inner)
        elif kind == "subject clause":
            self.put("that")
            self.verb(self.one_of(VERBS), who)
            self.noun(tuple(OWN))
        elif kind == "adopted":
            self.put(*ADOPTED.split())
        return who

    def often(self) -> None:
        if not self.nested and self.one_of((True, False), (OFTEN, 1 - OFTEN)):
            self.put("often")

    def predicate(self, subject: int) -> None:
        """The sentence's own verb, and whom it is done to, if that kind of verb it is."""
        self.often()
        if self.one_of((True, False)):
            name = self.words[subject]
            self.verb(OWN[_SINGULAR.get(name, name)], subject, main=True)
        else:
            self.verb(self.one_of(VERBS), subject, main=True)
            self.noun(tuple(OWN))
        self.put(STOP)
