"""The adding problem: of about a hundred numbers two are marked, and their sum is asked for at the end.

    number   0.31  -0.82   0.44 ...  0.10  -0.57 ...  0.93
    marker  -1      0      1    ...  0      1    ... -1        the answer is 0.5 + (0.44 - 0.57) / 4

The numbers are drawn from -1 to 1. The first mark is at one of the places 1 to 10, the second at another one of the
places 1 to T / 2 - 1; the marker is -1 at both ends of a sequence, and 0 elsewhere. The sum is scaled to lie between 0
and 1. Whoever always answers 0.5 has a mean squared error of exactly 1/24.

Experiment 4 of S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997, where T is 100,
500 or 1000. There the very first number could be marked too, and was then set to 0.
"""

from __future__ import annotations

import numpy as np

from ._lengths import at_the_end, lengths

__all__ = ["BLIND", "NEAR", "batch"]

BLIND = 1 / 24  # the mean squared error of always answering 0.5: two variances of 1/3, divided by 16
NEAR = 0.04  # an answer that is nearer than that counts as right


def batch(N: int, rng: np.random.Generator, T: int = 100) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N sequences of T to T + T // 10 pairs, padded on the right with zeros: xs, targets and mask.

    ``xs (N, T of the longest, 2)`` are the numbers and their markers; ``targets (N, T of the longest, 1)`` is the
    scaled sum, at every step the same; ``mask (N, T of the longest)`` is 1.0 at the last step alone. Raises ValueError
    where T is below 20.
    """
    steps = lengths(N, T, rng)
    mask = at_the_end(steps)
    rows, last = np.arange(N), mask.shape[1]
    first = rng.integers(1, 11, size=N)
    second = rng.integers(1, T // 2 - 1, size=N)
    second += second >= first  # another place than the first: those from it on are counted one further
    xs = np.zeros((N, last, 2))
    xs[:, :, 0] = rng.uniform(-1, 1, size=(N, last)) * (np.arange(last) < steps[:, None])
    xs[rows, first, 1] = xs[rows, second, 1] = 1.0
    xs[:, :1, 1] = xs[rows, steps - 1, 1] = -1.0
    total = (xs[:, :, 0] * (xs[:, :, 1] == 1)).sum(axis=1)
    return xs, np.repeat((0.5 + total / 4)[:, None, None], last, axis=1), mask
