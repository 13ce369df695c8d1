"""What the unit's cases share: draws of tokens, of masks, of batches of unequal size, and of a language model."""

import importlib

import numpy as np

__all__ = ["LARGE", "LONG", "batches", "costs", "language_model", "mask_of", "single", "spread", "tokens"]

_bptt = importlib.import_module("..02_bptt._draws", __package__)
LARGE, LONG, single, spread = (getattr(_bptt, name) for name in ("LARGE", "LONG", "single", "spread"))


def tokens(rng, N, L, K, first=0):
    """Draw ids (N, L) from ``first`` to K - 1, in which the smallest and the largest occur where there is room."""
    ids = rng.integers(first, K, size=(N, L))
    if ids.size > 1:
        low, high = rng.choice(ids.size, size=2, replace=False)
        ids.flat[low], ids.flat[high] = first, K - 1
    return ids


def mask_of(rng, N, T):
    """Draw the mask (N, T) of pieces padded on the right: the longest has T tokens, the shortest one or two."""
    lengths = rng.integers(1, T + 1, size=N)
    lengths[0] = T
    if N > 1:
        lengths[1] = rng.integers(1, min(3, T)) if T > 1 else 1
    return (np.arange(T) < rng.permutation(lengths)[:, None]).astype(np.float64)


def costs(rng, mask, low=0.1, high=5.0):
    """Draw what tokens cost, in nats, in the shape of a mask: 0 where it is."""
    return rng.uniform(low, high, size=mask.shape) * mask


def batches(rng, shapes, *, padded=True, low=0.1, high=5.0):
    """Draw the costs and the masks of batches of these shapes: what ``bits_per_token`` takes.

    Each batch costs about another amount a token, so that it shows how much each of them counts.
    """
    masks = [mask_of(rng, *shape) if padded else np.ones(shape) for shape in shapes]
    levels = rng.permutation(np.linspace(0.4, 1.0, len(masks)))
    return {
        "nlls": [level * costs(rng, mask, low, high) for level, mask in zip(levels, masks, strict=True)],
        "masks": masks,
    }


def language_model(rng, K, D, H, gain=1.0, forget=(-1.0, 1.0), whole=False):
    """Draw the parameters of a language model by name; ``whole`` asks for orthogonal recurrent blocks."""
    W = gain * rng.normal(size=(H + D, 4 * H)) / np.sqrt(H + D)
    if whole:
        blocks = [np.linalg.qr(rng.normal(size=(H, H)))[0] for _ in range(4)]
        W[:H] = 0.5 * np.concatenate(blocks, axis=1)
    b = rng.uniform(-0.5, 0.5, size=4 * H)
    b[H : 2 * H] = rng.uniform(*forget, size=H)
    return {"E": rng.normal(size=(K, D)), "W": W, "b": b, "V": rng.normal(size=(H, K)), "b_y": rng.normal(size=K)}
