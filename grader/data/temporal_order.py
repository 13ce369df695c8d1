"""Temporal order: two symbols of about a hundred matter, and which of them came first.

    E a c d b ... X ... b a a d ... Y ... c a B       the class is XY

A sequence begins with E and ends with B, the sign that an answer is wanted. In between are a, b, c and d at random, but
for two places with X or Y: one from T / 10 to T / 5, one from T / 2 to 3 T / 5, both ends included. The four classes
are the four pairs in their order, each as likely.

Task 6a of S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997, where T is 100.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ._lengths import at_the_end, lengths

__all__ = ["CLASSES", "SYMBOLS", "batch", "decode"]

SYMBOLS = ("E", "B", "X", "Y", "a", "b", "c", "d")
CLASSES = ("XX", "XY", "YX", "YY")
_X = SYMBOLS.index("X")
_NOTHING = (SYMBOLS.index("a"), SYMBOLS.index("d") + 1)  # the symbols that say nothing


def batch(N: int, rng: np.random.Generator, T: int = 100) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N sequences of T to T + T // 10 symbols, padded on the right: ids, targets and mask, each (N, T of the longest).

    ``ids`` are the symbols, 0 on the padding. ``targets`` is the class, at every step the same; ``mask`` is 1.0 at the
    B alone, where the class is asked for. Raises ValueError where T is below 20.
    """
    steps = lengths(N, T, rng)
    mask = at_the_end(steps)
    rows, last = np.arange(N), mask.shape[1]
    ids = rng.integers(*_NOTHING, size=mask.shape)
    first, second = rng.integers(2, size=(2, N))  # 0 for X, 1 for Y
    ids[rows, rng.integers(T // 10, T // 5 + 1, size=N)] = _X + first
    ids[rows, rng.integers(T // 2, 3 * T // 5 + 1, size=N)] = _X + second
    ids[:, :1] = SYMBOLS.index("E")
    ids[rows, steps - 1] = SYMBOLS.index("B")
    ids[np.arange(last) >= steps[:, None]] = 0
    return ids, np.repeat((2 * first + second)[:, None], last, axis=1), mask


def decode(ids: Sequence[int] | np.ndarray) -> list[str]:
    """The symbols of these ids (T,)."""
    return [SYMBOLS[k] for k in ids]
