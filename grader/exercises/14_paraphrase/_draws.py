"""What the unit's cases share: draws of pairs of vectors, of labels, and of similarities."""

import importlib

import numpy as np

__all__ = ["LARGE", "labels_of", "pairs_of", "single", "spread", "zeros_among"]

_bptt = importlib.import_module("..02_bptt._draws", __package__)
LARGE, single, spread = (getattr(_bptt, name) for name in ("LARGE", "single", "spread"))


def labels_of(rng, N, share=0.5):
    """Draw N labels, whole numbers 0 and 1, of which both are there where there is room for them."""
    labels = (rng.random(N) < share).astype(np.int64)
    if N > 1:
        one, other = rng.choice(N, size=2, replace=False)
        labels[one], labels[other] = 1, 0
    return labels


def pairs_of(rng, N, H, alike=None):
    """Draw u and v (N, H) of unlike lengths, the pairs more or less alike, up to ``alike`` (N,): 1 is the same way."""
    u, v = rng.normal(size=(2, N, H))
    alike = rng.permutation(np.linspace(-0.5, 0.95, N)) if alike is None else alike
    v = alike[:, None] * u + (1 - np.abs(alike))[:, None] * v
    sizes = rng.permutation(np.geomspace(0.4, 3.0, 2 * N)).reshape(2, N, 1)
    return {"u": sizes[0] * u, "v": sizes[1] * v}


def zeros_among(rng):
    """Draw u and v (4, 3) in which no row is all zeros: of each, one row adds up to 0, and one has a single 0."""
    drawn = pairs_of(rng, 4, 3, alike=rng.uniform(0.4, 0.8, size=4))
    for name, adds_up, has_one in (("u", 0, 1), ("v", 2, 3)):
        drawn[name][adds_up] = rng.uniform(0.5, 2.0) * rng.permutation([1.0, 1.0, -2.0])
        drawn[name][has_one, rng.integers(3)] = 0.0
    return drawn
