"""What the unit's cases are drawn with. Nothing here decides what is right (:mod:`grader.reference` does)."""

import importlib

import numpy as np

# The step is unit 04's candidate to the letter, and so are the cases that tell it from what is wrong.
_gates = importlib.import_module("..04_gates._draws", __package__)
far, layer_cases, signs = _gates.far, _gates.layer_cases, _gates.signs

__all__ = ["LARGE", "far", "hidden_states", "ids_of", "layer_cases", "levels", "padded_right", "signs", "weights"]

LARGE = frozenset({"large"})


def ids_of(rng, N, T, K, dtype=np.int64):
    """Draw ids (N, T) from 0 to K - 1, in which the smallest and the largest occur where there is room for both."""
    ids = rng.integers(K, size=(N, T), dtype=dtype)
    if ids.size > 1:
        first, last = rng.choice(ids.size, size=2, replace=False)
        ids.flat[first], ids.flat[last] = 0, K - 1
    return ids


def hidden_states(rng, *shape):
    """Draw hidden states, all between -1 and 1."""
    return np.tanh(rng.normal(size=shape))


def weights(rng, D, H, *, gain=1.5, orthogonal=False):
    """Draw W (H + D, H) and b (H,); orthogonal rows for h keep its length, so that it matters after many steps."""
    W = gain * rng.normal(size=(H + D, H)) / np.sqrt(H + D)
    if orthogonal:
        W[:H] = np.linalg.qr(rng.normal(size=(H, H)))[0]
    return W, rng.normal(size=H)


def padded_right(rng, N, T):
    """Draw the mask (N, T) of sequences padded on the right: the longest has T words, the shortest one or two."""
    lengths = rng.integers(1, T + 1, size=N)
    lengths[0] = T
    if N > 1:
        lengths[1] = rng.integers(1, min(3, T))
    return (np.arange(T) < rng.permutation(lengths)[:, None]).astype(np.float64)


def levels(rng, N, T, K, low=1200.0, high=3000.0):
    """Draw logits (N, T, K) whose rows lie at levels far apart, in turn beyond +1000 and beyond -1000.

    Within a row they are a few units apart, so that none of its probabilities is 0: what takes off one number for all
    rows, for all of a sequence or for all of a time step loses those at the other end.
    """
    sign = 1 - 2.0 * ((np.arange(N)[:, None] + np.arange(T) + rng.integers(2)) % 2)
    return rng.normal(size=(N, T, K)) * 2 + (sign * rng.uniform(low, high, size=(N, T)))[..., None]
