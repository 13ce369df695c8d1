"""Twelve languages in Latin letters: what each calls the world's countries, languages, scripts and currencies.

    de: vereinigtes königreich    es: reino unido    fi: yhdistynyt kuningaskunta    pl: wielka brytania

The names are those of CLDR, the collection that operating systems show dates and countries by, as the package Babel has
them. The course needs it, as JupyterLab does, so it is on every computer that shows these notebooks. Its names change a
little from one version to the next: compare a measure with that of a baseline on the same names, and never with a
number from elsewhere.

**The split is by what is named, and comes first.** "Afghanistan" is that in five of these languages, and "afganistan"
in two: if a country could be learned from in one language and asked for in another, much of the test would be known by
heart. So a country with its currencies, a language with its varieties, or a script is held out in all languages or in
none. Names that are spelled alike in several of the languages are left out: nobody could tell.
"""

from __future__ import annotations

import functools
import re
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np

__all__ = ["CHARACTERS", "CODES", "LANGUAGES", "NOTHING", "decode", "encode", "names", "padded", "quoting", "texts"]

LANGUAGES = {
    "da": "Danish",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
    "tr": "Turkish",
}
CODES = tuple(LANGUAGES)
CHARACTERS = " «»'-abcdefghijklmnopqrstuvwxyzßàáâãäåæçèéêëíîïñòóôõöøùúûüąćęğıłńœśşźż"
NOTHING = -1  # the id where a row has ended
HELD_OUT = 5  # one in about so many of what is named is for the test
_IDS = {character: k for k, character in enumerate(CHARACTERS)}
_KINDS = ("territories", "languages", "scripts", "currencies")  # as Babel calls them
_LETTERS = range(3, 26)  # of a name
_ALIKE = str.maketrans("’ʼʻ–—", "'''--")

Names = tuple[tuple[str, ...], ...]  # for each language of CODES its names, sorted


@functools.cache
def names() -> tuple[Names, Names]:
    """The names to learn from, and those for the test: what is named in one of them is not named in the other.

    Raises ImportError where Babel isn't installed.
    """
    by_language = [_called(code) for code in CODES]
    often = Counter(name for called in by_language for name in set(called.values()))
    train, test = [], []
    for called in by_language:
        parts: dict[str, set[bool]] = {}
        for thing, name in called.items():
            if often[name] == 1:
                parts.setdefault(name, set()).add(zlib.crc32(_group(thing).encode()) % HELD_OUT == 0)
        # a name of two things of which one is held out belongs to neither part
        train.append(tuple(sorted(name for name, held in parts.items() if held == {False})))
        test.append(tuple(sorted(name for name, held in parts.items() if held == {True})))
    return tuple(train), tuple(test)


def _called(code: str) -> dict[tuple[str, str], str]:
    """What a language calls each thing, (kind, CLDR's code), in the characters that there are."""
    try:
        from babel import Locale
    except ImportError:
        raise ImportError(
            "The names of countries and languages come from the package Babel, and it isn't installed here. It comes "
            "with the course; `python -m pip install babel` installs it by itself."
        ) from None
    locale, found = Locale.parse(code), {}
    for kind in _KINDS:
        for key, raw in sorted(getattr(locale, kind).items()):
            text = raw.replace("I", "ı").replace("İ", "i") if code == "tr" else raw
            text = re.sub(r"\(.*?\)", " ", text.lower().translate(_ALIKE))  # a year or a variety, not the name
            text = " ".join(text.split())
            if len(text) in _LETTERS and _IDS.keys() >= set(text):
                found[kind, key] = text
    return found


def _group(thing: tuple[str, str]) -> str:
    """What is held out together: a country and its currencies, a language and its varieties."""
    kind, key = thing
    if kind == "languages":
        return "language " + key.split("_")[0]
    return f"script {key}" if kind == "scripts" else f"country {key[:2]}"


def texts(some: Names, rng: np.random.Generator, N: int, most: int = 1) -> tuple[list[str], np.ndarray]:
    """N texts of one language each, of one to ``most`` names, and the languages' places in CODES (N,).

    Each language and each number of names is as likely as any other.
    """
    labels = rng.integers(len(some), size=N)
    many = rng.integers(1, most + 1, size=N)
    return [
        " ".join(some[label][k] for k in rng.integers(len(some[label]), size=m))
        for label, m in zip(labels, many, strict=True)
    ], labels


def quoting(some: Names, rng: np.random.Generator, N: int, T: int) -> tuple[np.ndarray, np.ndarray]:
    """N texts of one language that quote others: ids (N, T), and each letter's language, its place in CODES (N, T).

    One or two names, then one of another language between « and », then the first language goes on, and so on
    with a new one in each quotation. The marks and a space after them belong to the first language. A text
    ends after T characters, wherever that is.
    """
    ids, labels = np.zeros((N, T), dtype=np.int64), np.zeros((N, T), dtype=np.int64)
    for n in range(N):
        own = int(rng.integers(len(some)))
        text, of = "", []
        while len(text) < T:
            other = int((own + rng.integers(1, len(some))) % len(some))
            for language, many in ((own, rng.integers(1, 3)), (other, 1)):
                said = " ".join(some[language][k] for k in rng.integers(len(some[language]), size=many))
                marks = ("", " ") if language == own else ("«", "» ")
                text += said.join(marks)
                of += [own] * len(marks[0]) + [language] * len(said) + [own] * len(marks[1])
        ids[n], labels[n] = encode(text[:T]), of[:T]
    return ids, labels


def padded(some: Sequence[str]) -> np.ndarray:
    """The ids of N texts (N, T), where T is the longest one's length: NOTHING after a text's end."""
    ids = np.full((len(some), max(map(len, some), default=0)), NOTHING, dtype=np.int64)
    for row, text in zip(ids, some, strict=True):
        row[: len(text)] = encode(text)
    return ids


def encode(text: str) -> np.ndarray:
    """The characters' ids, whole numbers (T,). Raises KeyError for a character that is none of ``CHARACTERS``."""
    return np.array([_IDS[character] for character in text], dtype=np.int64)


def decode(ids: Sequence[int] | np.ndarray) -> str:
    """The text of these ids (T,), up to its end."""
    return "".join(CHARACTERS[k] for k in ids if k != NOTHING)
