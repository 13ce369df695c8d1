"""English prose as characters: what the standard library's own documentation says of Python, in some 250,000 of them.

    assert statements are a convenient way to insert debugging assertions into a program:
    the simple form, "assert expression", is equivalent to

It is what ``help("assert")`` shows, and on every computer that has Python. The text changes with Python's version, so
a loss is compared with that of a baseline on the same text, and never with a number from elsewhere.

What is kept are paragraphs of prose, a line each, in small letters: no grammar, tables, code. Digits are a 0, and
what is no letter and none of the usual marks is left out.

**The split comes first.** Many paragraphs stand in two or three topics, so that a topic held out as it is would be
known by heart to a sixth of its length. Here every paragraph stands in the first topic that has it, and in no other.
Then whole topics are held out.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import numpy as np

__all__ = ["CHARACTERS", "HELD_OUT", "decode", "encode", "paragraphs", "split"]

CHARACTERS = "\n abcdefghijklmnopqrstuvwxyz0\"'()[]_-.,:;"  # the newline ends a paragraph, and stands before the first
HELD_OUT = 0.1  # at most so much of the text is for the test
_IDS = {character: k for k, character in enumerate(CHARACTERS)}
_ALIKE = str.maketrans("“”’‘—–", "\"\"''--")
_SHORTEST, _LETTERS = 60, 0.85  # of a paragraph of prose: how many characters, and which share are letters and spaces
_CODE = re.compile(r"::=|>>>|--| = ")


@functools.cache
def paragraphs() -> dict[str, tuple[str, ...]]:
    """The paragraphs of each topic, by its name, in the order of the names: none of them stands in two.

    Raises ImportError where this Python comes without its documentation's topics.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError:
        raise ImportError(
            'This Python has no `pydoc_data.topics`, which help("assert") shows as well, so there is no English text. '
            "A Python from python.org, from conda or from pyenv has it; some systems put it into a package of its own."
        ) from None
    known: set[str] = set()
    found = {}
    for name in sorted(topics):
        prose = dict.fromkeys(text for raw in re.split(r"\n\s*\n", topics[name]) if (text := _prose(raw)) is not None)
        found[name] = tuple(text for text in prose if text not in known)
        known.update(prose)
    return found


def _prose(raw: str) -> str | None:
    """A paragraph in one line and in the characters that there are; None where it isn't prose."""
    text = " ".join(raw.lower().translate(_ALIKE).split())
    letters = sum(character.isalpha() or character == " " for character in text)
    if len(text) < _SHORTEST or letters < _LETTERS * len(text) or _CODE.search(text):
        return None
    text = re.sub(r"\d+", "0", text)
    return " ".join("".join(character for character in text if character in _IDS).split())


@functools.cache
def split() -> tuple[str, str]:
    """The text to train on, and the text to test on: no topic, and no paragraph, is in both.

    Each begins with a newline, and each of its paragraphs ends with one. A topic is held out wherever the text for the
    test stays within ``HELD_OUT`` of all up to there, in the order of the topics' names. Raises as :func:`paragraphs`.
    """
    parts: tuple[list[str], list[str]] = ([], [])
    sizes = [0, 0]
    for texts in paragraphs().values():
        size = sum(len(text) + 1 for text in texts)
        held = sizes[1] + size <= HELD_OUT * (sum(sizes) + size)
        parts[held].extend(texts)
        sizes[held] += size
    train, test = ("\n" + "".join(f"{text}\n" for text in part) for part in parts)
    return train, test


def encode(text: str) -> np.ndarray:
    """The characters' ids, whole numbers (T,). Raises KeyError for a character that is none of ``CHARACTERS``."""
    return np.array([_IDS[character] for character in text], dtype=np.int64)


def decode(ids: Sequence[int] | np.ndarray) -> str:
    """The text of these ids (T,)."""
    return "".join(CHARACTERS[k] for k in ids)
