"""What the long tasks of 1997 have in common: sequences of T to T + T / 10 steps, asked for an answer at their end."""

from __future__ import annotations

import numpy as np

__all__ = ["at_the_end", "lengths"]

SHORTEST = 20  # below it there is no room for what the tasks place in a sequence


def lengths(N: int, T: int, rng: np.random.Generator) -> np.ndarray:
    """How many steps each of N sequences has, whole numbers (N,) from T to T + T // 10, all as likely.

    Raises ValueError where T is below 20.
    """
    if T < SHORTEST:
        raise ValueError(f"T is {T}: a sequence of this task has {SHORTEST} steps or more")
    return rng.integers(T, T + T // 10 + 1, size=N)


def at_the_end(steps: np.ndarray) -> np.ndarray:
    """The mask (N, T) of sequences with so many ``steps`` (N,): 1.0 at the last step of each, 0.0 at all others.

    T is that of the longest.
    """
    mask = np.zeros((len(steps), max(steps, default=0)))
    mask[np.arange(len(steps)), steps - 1] = 1.0
    return mask
