"""Two spikes, and nothing in between: was it 50 steps from the one to the other, or 49?

    0 0 0 1 0 0 0 ... 0 0 1 0 0        asked at the second spike: class 1 for the long distance, 0 for the short one

Nothing that is read says how long it has been: it has to be counted. Before the first spike it is quiet for a while,
drawn anew for each sequence, so that the place of the second one alone says nothing.

F. A. Gers and J. Schmidhuber, "Recurrent nets that time and count", IJCNN 2000, where a network learned it that has
peepholes; F. A. Gers, N. N. Schraudolph and J. Schmidhuber, "Learning precise timing with LSTM recurrent networks",
Journal of Machine Learning Research 3, 2002.
"""

from __future__ import annotations

import numpy as np

__all__ = ["batch"]


def batch(
    N: int, rng: np.random.Generator, distance: int = 50, quiet: int = 10
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N sequences of two spikes: xs (N, T, 1), targets and mask (N, T), with T = quiet + distance + 1.

    The second spike comes ``distance`` steps after the first, class 1, or one step fewer, class 0, both as likely; the
    first one after 0 to ``quiet`` steps. ``targets`` is the class, at every step the same; ``mask`` is 1.0 at the
    second spike alone. Raises ValueError where the distance is below 2.
    """
    if distance < 2:
        raise ValueError(f"the distance is {distance}: it has to be 2 or more, for the shorter one is a step less")
    rows = np.arange(N)
    classes = rng.integers(2, size=N)
    first = rng.integers(quiet + 1, size=N)
    second = first + distance - 1 + classes
    xs, mask = np.zeros((N, quiet + distance + 1, 1)), np.zeros((N, quiet + distance + 1))
    xs[rows, first] = xs[rows, second] = 1.0
    mask[rows, second] = 1.0
    return xs, np.repeat(classes[:, None], mask.shape[1], axis=1), mask
