"""Verses that rhyme: the word that ends a line decides how a later line has to end.

    the moon sleeps under the night          a
    a bird sings without a sound             b
    my heart waits beyond the light          a
    the wind calls for my ground             b

What stands before the last word of a line says nothing of it. So whoever wants to rhyme has to carry the rhyme of line
1 over all of line 2, and that of line 2 over line 3.

The rhyming words come as one token (``split=False``) or as two, onset and rime: "n-", "-ight". As one token "night" and
"light" are two ids with nothing in common, and that they rhyme has to be found out from which of them come together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

__all__ = ["LINES", "RHYMES", "STOP", "chance", "decode", "encode", "kept", "last_words", "verse", "words"]

BREAK, STOP = "/", "~"  # between two lines; before the first word and after the last
# Each rime, with the onsets that make a word with it.
RHYMES: Mapping[str, tuple[str, ...]] = {
    "ight": ("l", "n", "s", "f", "fl", "kn"),
    "ay": ("d", "w", "r", "b", "tr", "pl"),
    "ound": ("s", "gr", "h", "m", "p", "r"),
    "ing": ("k", "r", "spr", "str", "w", "th"),
    "ain": ("r", "tr", "gr", "ch", "br", "p"),
    "ore": ("sh", "st", "c", "sc", "ch", "l"),
    "ock": ("cl", "r", "bl", "l", "s", "fl"),
    "ell": ("b", "sh", "sp", "c", "w", "sm"),
}
SCHEME = "abab"
# What a line is made of, up to its last word; of each part one is drawn.
PARTS = (
    ("the", "a", "my", "one"),
    ("sea", "bird", "heart", "moon", "wind", "child"),
    ("sleeps", "sings", "waits", "calls", "dreams"),
    ("under", "without", "beyond", "for", "near"),
    ("the", "a", "my", "one"),
)
LINES = len(SCHEME)
_RIMES = {onset + rime: rime for rime, onsets in RHYMES.items() for onset in onsets}


def verse(rng: np.random.Generator) -> list[list[str]]:
    """One verse, a list of words a line. Lines with the same letter in the scheme end in two words that rhyme.

    The letters' rimes are two different ones, and no word ends two lines.
    """
    letters = sorted(set(SCHEME))
    rimes = dict(zip(letters, rng.permutation(list(RHYMES))[: len(letters)].tolist(), strict=True))
    onsets = {letter: iter(rng.permutation(RHYMES[rimes[letter]]).tolist()) for letter in letters}
    return [
        [*(part[int(rng.integers(len(part)))] for part in PARTS), next(onsets[letter]) + rimes[letter]]
        for letter in SCHEME
    ]


def words(split: bool) -> tuple[str, ...]:
    """All tokens there are, the rhyming words split into onset and rime, or not."""
    ends = [one for word in _RIMES for one in _tokens(word, split)]
    return tuple(dict.fromkeys([STOP, BREAK, *(word for part in PARTS for word in part), *ends]))


def encode(lines: Sequence[Sequence[str]], split: bool) -> np.ndarray:
    """A verse's ids, whole numbers (T,): a stop, the lines with a break between each two, and a stop.

    Every verse has as many tokens as any other. Raises KeyError for a word that there isn't.
    """
    tokens = [STOP]
    for line in lines:
        tokens += [*line[:-1], *_tokens(line[-1], split), BREAK]
    ids = {token: k for k, token in enumerate(words(split))}
    return np.array([ids[token] for token in (*tokens[:-1], STOP)], dtype=np.int64)


def decode(ids: Sequence[int] | np.ndarray, split: bool) -> list[list[str]]:
    """The lines of these ids (T,), whoever made them: up to the first stop but one at the beginning."""
    known, tokens = words(split), [int(k) for k in ids]
    lines: list[list[str]] = [[]]
    for k in tokens[1:] if tokens and known[tokens[0]] == STOP else tokens:
        token = known[k]
        if token == STOP:
            break
        if token == BREAK:
            lines.append([])
        elif token.startswith("-") and lines[-1] and lines[-1][-1].endswith("-"):
            lines[-1][-1] = lines[-1][-1][:-1] + token[1:]
        else:
            lines[-1].append(token)
    return lines


def _tokens(word: str, split: bool) -> list[str]:
    if not split or word not in _RIMES:
        return [word]
    rime = _RIMES[word]
    return [f"{word[: -len(rime)]}-", f"-{rime}"]


def last_words(lines: Sequence[Sequence[str]]) -> list[str]:
    """The last word of each line; an empty text where a line has none."""
    return [line[-1] if line else "" for line in lines]


def kept(lines: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many rhymes of a verse are kept, and how many were to be: (kept, asked for), the second is always the same.

    A rhyme is kept where two lines with the same letter in the scheme end in words of the same rime that are not the
    same word. A line that is missing, or that ends in no word that there is, keeps none.
    """
    ends = [*last_words(lines), *[""] * LINES][:LINES]
    pairs = [(j, k) for k in range(LINES) for j in range(k) if SCHEME[j] == SCHEME[k]]
    rimes = [_RIMES.get(word) for word in ends]
    fine = [rimes[j] is not None and rimes[j] == rimes[k] and ends[j] != ends[k] for j, k in pairs]
    return sum(fine), len(pairs)


def chance() -> float:
    """The share of rhymes that are kept by somebody who draws every last word from all of them."""
    total = len(_RIMES)
    return sum(len(onsets) * (len(onsets) - 1) for onsets in RHYMES.values()) / total**2
