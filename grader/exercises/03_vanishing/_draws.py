"""What the unit's cases are drawn with. Nothing here decides what is right (:mod:`grader.reference` does)."""

import numpy as np

__all__ = ["LARGE", "layer", "orthogonal", "spread", "states"]

LARGE = frozenset({"large"})


def spread(rng, low, high, shape):
    """Draw numbers of both signs whose sizes are spread from low to high, whatever the draw."""
    count = int(np.prod(shape))
    signs = rng.permuted(np.resize([1.0, -1.0], count))
    sizes = rng.permutation(np.geomspace(low, high, count)) * rng.uniform(0.9, 1.0, size=count)
    return (signs * sizes).reshape(shape)


def orthogonal(rng, H):
    """Draw an orthogonal matrix (H, H): it keeps every length."""
    return np.linalg.qr(rng.normal(size=(H, H)))[0]


def layer(rng, D, H, gain=1.5):
    """Draw W (H + D, H); the rows for x are larger, so that it shows where they are taken for those of h."""
    W = gain * rng.normal(size=(H + D, H)) / np.sqrt(H + D)
    W[H:] *= 2
    return W


def states(rng, *shape, loud=1.0):
    """Draw hidden states of that shape, between -1 and 1; the louder, the closer to these bounds."""
    return np.tanh(loud * rng.normal(size=shape))
