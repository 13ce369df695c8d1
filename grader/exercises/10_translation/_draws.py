"""What the unit's cases share: masks of sources that are padded, and queries, keys and values."""

import importlib

import numpy as np

__all__ = [
    "LARGE",
    "LONG",
    "NOTHING",
    "attention",
    "attention_cache",
    "holes",
    "levels",
    "mask_of",
    "moved",
    "single",
    "spread",
    "tokens",
    "weights_of",
]

_bptt = importlib.import_module("..02_bptt._draws", __package__)
_language = importlib.import_module("..08_language._draws", __package__)
_rnn = importlib.import_module("..01_rnn._draws", __package__)
LARGE, LONG, moved, single, spread = (getattr(_bptt, name) for name in ("LARGE", "LONG", "moved", "single", "spread"))
mask_of, tokens, levels = _language.mask_of, _language.tokens, _rnn.levels
NOTHING = frozenset({"nothing"})


def holes(rng, N, S):
    """Draw a mask (N, S) in which what counts stands between what doesn't."""
    return rng.permuted(np.tile((np.arange(S) % 2).astype(np.float64), (N, 1)), axis=1)


def attention(rng, N, T, S, H, D, **given):
    """Draw the arguments of ``attend``; ``given`` are some of query, keys, values, mask."""
    drawn = {
        "query": 1.5 * rng.normal(size=(N, T, H)) / np.sqrt(H),
        "keys": rng.normal(size=(N, S, H)),
        "values": rng.normal(size=(N, S, D)),
        "mask": mask_of(rng, N, S),
    }
    return drawn | given


def weights_of(query, keys, mask):
    """The weights (N, T, S) with which queries (N, T, H) look at those keys (N, S, H) where the mask (N, S) is 1."""
    scores = np.where(mask[:, None] > 0, query @ keys.transpose(0, 2, 1), -np.inf)
    top = scores.max(axis=2, keepdims=True)
    e = np.exp(scores - np.where(np.isfinite(top), top, 0))
    return (e / np.maximum(e.sum(axis=2, keepdims=True), 1)).astype(query.dtype)


def attention_cache(query, keys, values, mask):
    """The cache of ``attend``: (query, keys, values, weights)."""
    return query, keys, values, weights_of(query, keys, mask)
