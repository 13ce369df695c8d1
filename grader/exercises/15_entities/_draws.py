"""What the unit's cases share: draws of tags, of what a network may say in their place, and of sequences' ends."""

import importlib

import numpy as np

__all__ = ["LARGE", "LONG", "PADDING", "ends", "scattered", "single", "spread", "tagged"]

_bptt = importlib.import_module("..02_bptt._draws", __package__)
LARGE, LONG, single, spread = (getattr(_bptt, name) for name in ("LARGE", "LONG", "single", "spread"))
PADDING = frozenset({"padding"})


def tagged(rng, T, types, inside=0.5, longest=3, first=0):
    """Draw tags (T,) as somebody would put them: spans of one to ``longest`` words, O between some of them.

    ``inside`` is how likely a span begins where none is; the types count from ``first``.
    """
    tags = []
    while len(tags) < T:
        if rng.random() < inside:
            kind = int(rng.integers(first, types))
            tags += [2 * kind + 1] + [2 * kind + 2] * int(rng.integers(longest))
        else:
            tags.append(0)
    return np.array(tags[:T])


def scattered(rng, T, types, outside=0.3):
    """Draw tags (T,) as a network may say them: each by itself, so that many an I goes on from nothing."""
    return np.where(rng.random(T) < outside, 0, rng.integers(1, 2 * types + 1, size=T))


def ends(lengths, T):
    """The mask (N, T) of sequences of these lengths, padded on the right."""
    return (np.arange(T) < np.asarray(lengths)[:, None]).astype(float)
