"""Restaurants: a meaning in slots, and what it may be said as.

    name: strada, kind: pub, food: english, near: the_bakers

    strada is an english pub near the_bakers .
    there is a pub called strada with english food . it stands next to the_bakers .

In the manner of the E2E data (J. Novikova, O. Dusek and V. Rieser, "The E2E dataset: new challenges for end-to-end
generation", SIGDIAL 2017), and made on the spot: every text comes from a small grammar that says each slot once, in one
of several ways, in a drawn order. So it can be read off any text which slots it says, by a list of phrases.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np

__all__ = [
    "END",
    "PHRASES",
    "SLOTS",
    "VALUES",
    "WORDS",
    "decode",
    "encode",
    "meaning",
    "said",
    "slot_errors",
    "text",
    "vector",
]

END = "~"  # before the first word and after the last
SLOTS: Mapping[str, tuple[str, ...]] = {
    "name": ("aromi", "zizzi", "the_mill", "blue_spice", "giraffe", "strada", "the_vaults", "wildwood"),
    "kind": ("pub", "restaurant", "coffee_shop"),
    "food": ("english", "french", "indian", "italian", "chinese", "japanese"),
    "price": ("low", "moderate", "high"),
    "area": ("river", "centre"),
    "family": ("yes", "no"),
    "rating": ("poor", "average", "excellent"),
    "near": ("cafe_rouge", "the_bakers", "the_six_bells", "all_bar_one", "crowne_plaza"),
}
ALWAYS = ("name", "kind")  # of the others it is two to all
VALUES = tuple((slot, value) for slot, values in SLOTS.items() for value in values)
# What a value is said as: before the noun, after it, or as a sentence's end after "it". An empty place: not there.
_BEFORE = {
    ("price", "low"): "cheap",
    ("price", "moderate"): "moderately priced",
    ("price", "high"): "expensive",
    ("rating", "poor"): "badly rated",
    ("rating", "average"): "decently rated",
    ("rating", "excellent"): "highly rated",
    ("family", "yes"): "family friendly",
    ("family", "no"): "adults only",
    **{("food", food): food for food in SLOTS["food"]},
}
_AFTER = {
    ("price", "low"): "with low prices",
    ("price", "moderate"): "with fair prices",
    ("price", "high"): "with high prices",
    ("area", "river"): "by the river",
    ("area", "centre"): "in the centre of town",
    **{("food", food): f"with {food} food" for food in SLOTS["food"]},
    **{("near", near): f"near {near}" for near in SLOTS["near"]},
}
_IT = {
    ("price", "low"): "costs little",
    ("price", "moderate"): "costs neither much nor little",
    ("price", "high"): "costs a lot",
    ("rating", "poor"): "has got one star out of five",
    ("rating", "average"): "has got three stars out of five",
    ("rating", "excellent"): "has got five stars out of five",
    ("family", "yes"): "welcomes children",
    ("family", "no"): "is no place for children",
    ("area", "river"): "lies on the riverside",
    ("area", "centre"): "lies in the heart of the city",
    **{("food", food): f"serves {food} dishes" for food in SLOTS["food"]},
    **{("near", near): f"stands next to {near}" for near in SLOTS["near"]},
}
# What shows that a value was said: any of these phrases, each a tuple of words. None is a part of another's.
PHRASES: Mapping[tuple[str, str], tuple[tuple[str, ...], ...]] = {
    (slot, value): ((value,),)
    if slot in ("name", "kind", "food", "near")
    else tuple(tuple(way[slot, value].split()) for way in (_BEFORE, _AFTER, _IT) if (slot, value) in way)
    for slot, value in VALUES
}
_BY_WORD: dict[str, list[tuple[tuple[str, ...], tuple[str, str]]]] = {}  # the phrases with what they say, by first word
for _value, _phrases in PHRASES.items():
    for _phrase in _phrases:
        _BY_WORD.setdefault(_phrase[0], []).append((_phrase, _value))
_GLUE = "a an is there called and it . with food serves dishes near stands next to"
WORDS = tuple(
    dict.fromkeys([END, *_GLUE.split(), *(word for ways in PHRASES.values() for phrase in ways for word in phrase)])
)
_IDS = {word: k for k, word in enumerate(WORDS)}


def meaning(rng: np.random.Generator) -> dict[str, str]:
    """A meaning: a value for the name, the kind, and two to all of the other slots, in the order of ``SLOTS``."""
    others = [slot for slot in SLOTS if slot not in ALWAYS]
    used = {*ALWAYS, *rng.permutation(others)[: int(rng.integers(2, len(others) + 1))].tolist()}
    return {slot: values[int(rng.integers(len(values)))] for slot, values in SLOTS.items() if slot in used}


def vector(meaning: Mapping[str, str]) -> np.ndarray:
    """A meaning as numbers (S,): 1.0 for each of its values, in the order of ``VALUES``, and 0.0 for the others."""
    return np.array([float(meaning.get(slot) == value) for slot, value in VALUES])


def text(meaning: Mapping[str, str], rng: np.random.Generator) -> list[str]:
    """One of the texts that say a meaning: words, sentence by sentence, each ended by a point.

    ``meaning`` has a value for the name and the kind at least. Raises KeyError for a value that there isn't.
    """
    before: list[list[str]] = []
    after: list[list[str]] = []
    it: list[list[str]] = []
    for slot in rng.permutation([slot for slot in meaning if slot not in ALWAYS]).tolist():
        value = slot, meaning[slot]
        ways = [
            (place, way[value].split())
            for place, way, room in ((before, _BEFORE, 2), (after, _AFTER, 2), (it, _IT, 6))
            if value in way and len(place) < room
        ]
        place, words = ways[int(rng.integers(len(ways)))]
        place.append(words)
    noun = [*itertools.chain(*before), meaning["kind"]]
    noun.insert(0, "an" if noun[0][0] in "aeiou" else "a")
    where = [*itertools.chain(*after)]
    if rng.random() < 0.5:
        words = [meaning["name"], "is", *noun, *where, "."]
    else:
        words = ["there", "is", *noun, "called", meaning["name"], *where, "."]
    while it:
        words += ["it", *it.pop(0)]
        if it and rng.random() < 0.5:
            words += ["and", *it.pop(0)]
        words.append(".")
    if unknown := {*words} - {*WORDS}:
        raise KeyError(f"no value is called {sorted(unknown)}")
    return words


def encode(words: Sequence[str]) -> np.ndarray:
    """A text's ids with an end before the first word and after the last, whole numbers (T,). Raises KeyError."""
    return np.array([_IDS[word] for word in (END, *words, END)], dtype=np.int64)


def decode(ids: Sequence[int] | np.ndarray) -> list[str]:
    """The words of these ids (T,), up to the first end but one at the beginning."""
    words = [WORDS[k] for k in ids]
    words = words[1:] if words[:1] == [END] else words
    return words[: words.index(END)] if END in words else words


def said(words: Sequence[str]) -> list[tuple[str, str]]:
    """The values (slot, value) that a text says, in the order of its words; one that is said twice is there twice."""
    found = []
    for k, word in enumerate(words):
        for phrase, value in _BY_WORD.get(word, ()):
            if tuple(words[k : k + len(phrase)]) == phrase:
                found.append(value)
    return found


def slot_errors(words: Sequence[str], meaning: Mapping[str, str]) -> tuple[int, int]:
    """What is wrong with a text for a meaning: (how many values are missing, how many too many).

    Too many is a value that the meaning doesn't have, and each time after the first that one is said. Divided by the
    number of slots that the meaning has it is the *slot error rate* of T.-H. Wen et al., "Semantically conditioned
    LSTM-based natural language generation for spoken dialogue systems", EMNLP 2015.
    """
    found, wanted = said(words), {*meaning.items()}
    missing = len(wanted - {*found})
    return missing, len(found) - (len(wanted) - missing)
