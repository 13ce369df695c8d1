"""The two-sequence problem: the first three numbers say which of two classes it is, and a hundred say nothing.

    1  1  1  0.42  -0.08 ...  0.61       the answer is 0.2, and one hears 0.2 plus noise
    -1 -1 -1 0.13  -0.77 ... -0.29       the answer is 0.8

All numbers after the third are noise, drawn from a normal distribution with variance 0.2. What is asked for at the end
is noisy as well: 0.2 or 0.8, to which in training a normal number of variance 0.1 is added, more than half as wide as
the classes are apart. A network never hears the right answer; it can only find it as the mean of what it hears.

Task 3c of S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997, where T is 100. Its
simpler form, without noise on the answer, is from Y. Bengio, P. Simard and P. Frasconi, "Learning long-term
dependencies with gradient descent is difficult", IEEE Transactions on Neural Networks 5, 1994.
"""

from __future__ import annotations

import math

import numpy as np

from ._lengths import at_the_end, lengths

__all__ = ["ANSWERS", "BLIND", "FLOOR", "NEAR", "batch"]

ANSWERS = (0.2, 0.8)  # of the class that begins with 1, and of that which begins with -1
NEAR = 0.1  # an answer that is nearer than that to the one without noise counts as right
FLOOR = 0.1  # the smallest mean squared error against noisy answers: the noise's variance
BLIND = FLOOR + (ANSWERS[1] - ANSWERS[0]) ** 2 / 4  # that of always answering 0.5
_SIGNAL = 3  # so many numbers say which class it is


def batch(
    N: int, rng: np.random.Generator, T: int = 100, noisy: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N sequences of T to T + T // 10 numbers, padded on the right with zeros: xs, targets and mask.

    ``xs (N, T of the longest, 1)``; ``targets (N, T of the longest, 1)`` is the answer, at every step the same, with
    noise if ``noisy``; ``mask (N, T of the longest)`` is 1.0 at the last step alone. Raises ValueError where T is below
    20.
    """
    steps = lengths(N, T, rng)
    mask = at_the_end(steps)
    last = mask.shape[1]
    classes = rng.integers(2, size=N)
    xs = rng.normal(scale=math.sqrt(0.2), size=(N, last))
    xs[:, :_SIGNAL] = 1.0 - 2.0 * classes[:, None]
    xs[np.arange(last) >= steps[:, None]] = 0.0
    answers = np.array(ANSWERS)[classes]
    if noisy:
        answers = answers + rng.normal(scale=math.sqrt(FLOOR), size=N)
    return xs[:, :, None], np.repeat(answers[:, None, None], last, axis=1), mask
