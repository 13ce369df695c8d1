"""English sentences and their French, word by word, from a small grammar that both languages share.

    the small black cat does not see her
    le petit chat noir ne la voit pas

French puts its words elsewhere, and has more to agree on. Articles and adjectives take the noun's gender and number,
verbs their subject's number. A mood or a colour follows its noun, in the reverse order of two, a size precedes it.
"not" and "never" go around the verb (ne ... pas, ne ... jamais), and a pronoun goes before it, inside of that. "that"
is *qui* where its noun is the subject of what follows, *que* where it is the object. Two-word verbs are one ("looks
for": cherche). Before a vowel a word loses its end (l', n', qu') or changes (ma: mon, ce: cet). Each English sentence
has one translation, and each French word one English word that it comes from.

Two kinds of sentences are never learned from: those in which an adjective stands beside a noun that it is kept
``apart`` from, and longer ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ._french import ALIVE, ALONE, BEFORE, COLOURS, MOODS, THE, THEM, THINGS, WITH

__all__ = ["BOS", "ENGLISH", "EOS", "FRENCH", "PAD", "Sentence", "apart", "decode", "padded", "sentences", "translated"]

PAD, EOS, BOS = "(pad)", "(end)", "(begin)"  # before a short English sentence; after a French one; before it
_SHORTER = {"le": "l'", "la": "l'", "ne": "n'", "que": "qu'", "ma": "mon", "ce": "cet"}  # before one of these letters
_VOWELS = "aeéiou"

Piece = list[tuple[str, int]]  # French words, each with the place of the English word that it comes from


class Sentence(NamedTuple):
    """An English sentence, its French, and for each French word which English word it comes from, by its place."""

    english: tuple[str, ...]
    french: tuple[str, ...]
    comes_from: tuple[int, ...]


def apart(adjective: str, noun: str) -> bool:
    """Whether these two English words never stand together in what is learned from: one pair in six.

    Raises StopIteration for a word that isn't an adjective, or no noun in the singular.
    """
    adjectives = [one[0] for one in (*BEFORE, *MOODS, *COLOURS)]
    at = next(k for k, one in enumerate(adjectives) if one == adjective)
    return (5 * at + next(k for k, one in enumerate((*ALIVE, *THINGS)) if one[0] == noun)) % 6 == 0


class _Writer:
    """One sentence while it is written: ``english``, and whether it has an adjective beside a noun kept apart."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng, self.english, self.new = rng, list[str](), False

    def pick(self, some: Sequence[tuple]) -> tuple:
        return some[int(self.rng.integers(len(some)))]

    def one_of(self, first: float, second: float) -> int:
        """0 or 1 with these probabilities, or else 2."""
        drawn = self.rng.random()
        return int(drawn >= first) + int(drawn >= first + second)

    def say(self, words: str, french: str) -> tuple[str, int]:
        """English words are said; the French word comes from the first of them."""
        self.english += words.split()
        return french, len(self.english) - len(words.split())

    def noun(self, nouns: Sequence[tuple]) -> tuple[Piece, bool]:
        """A noun with what belongs to it: its French, and whether it is several."""
        one, several, un, des, gender, kinds = self.pick(nouns)
        many = bool(self.rng.random() < 0.4)
        form = many + 2 * gender
        the = self.pick(THE[:3] if many else THE)
        said = [self.say(the[many], the[2 + form])]
        front: Piece = []
        back: Piece = []
        count = self.one_of(0.4, 0.4)
        for k in sorted(self.rng.permutation(kinds)[:count].tolist()) if count else ():
            word, *forms = self.pick((BEFORE, MOODS, COLOURS)[k])
            (front if k == 0 else back).append(self.say(word, forms[form]))
            self.new |= apart(word, one)
        return [*said, *front, self.say(several if many else one, des if many else un), *back[::-1]], many

    def verb(self, verbs: Sequence[tuple], many: bool) -> tuple[Piece, Piece]:
        """A verb, denied or not: its French before the place of a pronoun, and from there on."""
        one, several, sing, plur = self.pick(verbs)
        way = self.one_of(0.5, 0.3)
        if way == 1:
            self.say("do" if many else "does", "")
        around = [("not", "pas"), ("never", "jamais")][way - 1] if way else ("", "")
        denied = self.say(*around)
        said = self.say(several if many or way == 1 else one, plur if many else sing)
        return ([("ne", denied[1])], [said, denied]) if way else ([], [said])

    def does(self, many: bool) -> Piece:
        """What somebody does, and to whom."""
        if self.rng.random() < 0.3:
            before, verb = self.verb(ALONE, many)
            return before + verb
        before, verb = self.verb(WITH, many)
        if self.rng.random() < 0.35:
            return [*before, self.say(*self.pick(THEM)), *verb]
        return [*before, *verb, *self.noun(ALIVE + THINGS)[0]]

    def clause(self) -> Piece:
        """Somebody, perhaps told apart from others, does something."""
        said, many = self.noun(ALIVE)
        how = self.rng.random()
        if how < 0.15:
            said += [self.say("that", "qui"), *self.does(many)]
        elif how < 0.3:
            said.append(self.say("that", "que"))
            others, are_many = self.noun(ALIVE)
            said += [*others, *sum(self.verb(WITH, are_many), [])]
        return said + self.does(many)


def _sentence(rng: np.random.Generator) -> tuple[Sentence, bool]:
    """Any sentence, and whether it has a pair that is kept apart."""
    writer = _Writer(rng)
    said = writer.clause()
    while rng.random() < 0.35:
        said += [writer.say(*writer.pick((("and", "et"), ("but", "mais")))), *writer.clause()]
    following = [word for word, _ in said[1:]] + ["."]
    french = [
        _SHORTER.get(word, word) if then[0] in _VOWELS else word
        for (word, _), then in zip(said, following, strict=True)
    ]
    return Sentence(tuple(writer.english), tuple(french), tuple(at for _, at in said)), writer.new


def sentences(
    count: int, rng: np.random.Generator, words: tuple[int, int] = (3, 12), new: bool = False
) -> list[Sentence]:
    """So many different sentences.

    Args:
        count: how many. rng: a generator of numpy's. words: how many English words they have, from and to, both
        included. new: with at least one adjective beside a noun that it is kept apart from (``apart``), or none.
    """
    found: dict[tuple[str, ...], Sentence] = {}
    while len(found) < count:
        one, is_new = _sentence(rng)
        if words[0] <= len(one.english) <= words[1] and is_new == new:
            found[one.english] = one
    return list(found.values())


def _all_words() -> tuple[list[str], list[str]]:
    """Every English word, and every French one."""
    nouns, adjectives, verbs = ALIVE + THINGS, BEFORE + MOODS + COLOURS, ALONE + WITH
    english = [word for one in (*nouns, *THE, *verbs) for word in one[:2]] + [one[0] for one in adjectives]
    french = [word for one in nouns for word in one[2:4]] + [word for one in adjectives for word in one[1:]]
    french += [word for one in THE for word in one[2:]] + [word for one in verbs for word in one[2:]]
    english += ["do", "does", "not", "never", "that", "and", "but", *(one[0] for one in THEM)]
    french += ["ne", "pas", "jamais", "qui", "que", "et", "mais", *(_SHORTER.values())]
    return [*dict.fromkeys(" ".join(english).split())], [*dict.fromkeys(" ".join(french).split())]


_WORDS = _all_words()
ENGLISH, FRENCH = (PAD, *_WORDS[0]), (EOS, BOS, *_WORDS[1])  # an id is a place in these
_ENGLISH_IDS, _FRENCH_IDS = ({word: k for k, word in enumerate(words)} for words in (ENGLISH, FRENCH))


def padded(some: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
    """English sentences as ids, the padding before them, so that all end at the last step: ids (N, S), mask (N, S).

    Raises KeyError for a word that isn't one of ``ENGLISH``.
    """
    S = max(map(len, some))
    ids, mask = np.zeros((len(some), S), dtype=np.int64), np.zeros((len(some), S))
    for n, one in enumerate(some):
        ids[n, S - len(one) :], mask[n, S - len(one) :] = [_ENGLISH_IDS[word] for word in one], 1.0
    return ids, mask


def translated(some: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
    """French sentences as ids, each ended by EOS and filled up with it: ids (N, T), mask (N, T), 1.0 up to the first.

    Raises KeyError for a word that isn't one of ``FRENCH``.
    """
    T = max(map(len, some)) + 1
    ids, mask = np.zeros((len(some), T), dtype=np.int64), np.zeros((len(some), T))
    for n, one in enumerate(some):
        ids[n, : len(one)], mask[n, : len(one) + 1] = [_FRENCH_IDS[word] for word in one], 1.0
    return ids, mask


def decode(ids: Sequence[int] | np.ndarray) -> list[str]:
    """The French words of these ids (T,), up to the first EOS."""
    words = [FRENCH[k] for k in ids]
    return words[: words.index(EOS)] if EOS in words else words
