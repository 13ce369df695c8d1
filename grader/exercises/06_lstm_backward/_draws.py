"""What the unit's cases share: an LSTM's forward pass, its caches, and draws of what goes into them."""

import importlib

import numpy as np

from ..base import Case, Record, Steps

__all__ = [
    "LARGE",
    "LONG",
    "SEQUENCE",
    "STEP",
    "forward",
    "holding",
    "of_sequence",
    "of_step",
    "other_sequence",
    "other_step",
    "packed",
    "sigmoid",
    "signs",
    "single",
    "spread",
]

_bptt = importlib.import_module("..02_bptt._draws", __package__)
_lstm = importlib.import_module("..05_lstm._draws", __package__)
LARGE, LONG, moved, signs, single, spread = (
    getattr(_bptt, name) for name in ("LARGE", "LONG", "moved", "signs", "single", "spread")
)
packed = _lstm.packed

_STATES = ("h_prev", "c_prev", "i", "f", "g", "o", "c")
STEP = Record({"x": "(N, D)", **dict.fromkeys(_STATES, "(N, H)"), "W": "(H + D, 4H)"})
SEQUENCE = Steps(
    STEP,
    {
        "xs": ("x", "(N, T, D)"),
        "h0": ("h_prev", "(N, H)"),
        "c0": ("c_prev", "(N, H)"),
        **{f"{name}s": (name, "(N, T, H)") for name in ("i", "f", "g", "o", "c")},
        "W": ("W", "(H + D, 4H)"),
    },
)


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small)).astype(z.dtype)


def forward(xs, h0, c0, W, b):
    """Run the LSTM over xs (N, T, D) from h0, c0 (N, H): the cache, a tuple (x, h_prev, ..., W) for each step."""
    cache, h_prev, c_prev = [], h0, c0
    for t in range(xs.shape[1]):
        x = xs[:, t].copy()
        z_i, z_f, z_g, z_o = np.split(np.concatenate([h_prev, x], axis=1) @ W + b, 4, axis=1)
        i, f, g, o = sigmoid(z_i), sigmoid(z_f), np.tanh(z_g), sigmoid(z_o)
        c = f * c_prev + i * g
        cache.append((x, h_prev, c_prev, i, f, g, o, c, W))
        h_prev, c_prev = o * np.tanh(c), c
    return cache


def holding(rng, D, H, low, high):
    """Draw packed weights whose forget gates lie near the sigmoids of numbers from low to high."""
    W, b = packed(rng, D, H)
    W[:, H : 2 * H] *= 0.2
    b[H : 2 * H] = rng.uniform(low, high, size=H)
    return {"W": W, "b": b}


def of_step(rng, N, D, H, *, forget=0.0, orthogonal=False, **given):
    """Draw the arguments of a step's way back; ``given`` are some of dh, dc, x, h_prev, c_prev, W, b."""
    W, b = packed(rng, D, H, forget=forget, orthogonal=orthogonal)
    drawn = {"x": rng.normal(size=(N, D)), "h_prev": np.tanh(rng.normal(size=(N, H))), "c_prev": _cells(rng, N, H)}
    drawn |= {"W": W, "b": b, "dh": rng.normal(size=(N, H)), "dc": rng.normal(size=(N, H))} | given
    (step,) = forward(drawn["x"][:, None], drawn["h_prev"], drawn["c_prev"], drawn["W"], drawn["b"])
    return {"dh": drawn["dh"], "dc": drawn["dc"], "cache": step}


def of_sequence(rng, N, T, D, H, *, forget=0.0, orthogonal=False, **given):
    """Draw the arguments of a sequence's way back; ``given`` are some of dhs, dc_T, xs, h0, c0, W, b."""
    W, b = packed(rng, D, H, forget=forget, orthogonal=orthogonal)
    drawn = {"xs": rng.normal(size=(N, T, D)), "h0": np.tanh(rng.normal(size=(N, H))), "c0": _cells(rng, N, H)}
    drawn |= {"W": W, "b": b, "dhs": rng.normal(size=(N, T, H)), "dc_T": rng.normal(size=(N, H))} | given
    cache = forward(*(drawn[name] for name in ("xs", "h0", "c0", "W", "b")))
    return {"dhs": drawn["dhs"], "dc_T": drawn["dc_T"], "cache": cache}


def _cells(rng, N, H):
    """Draw cell states (N, H), none of them near 0, where tanh(c) is c."""
    return spread(rng, 0.4, 2.0, (N, H))


def other_step(case):
    """A case of a step with other numbers, whose cache is one of a forward pass again."""
    x, h_prev, c_prev, *_, W = case.args["cache"]
    (step,) = forward(moved(x)[:, None], moved(h_prev), moved(c_prev), moved(W), _bias(W))
    return Case(case.name, {"dh": moved(case.args["dh"]), "dc": moved(case.args["dc"]), "cache": step}, case.tags)


def other_sequence(case):
    """A case of a sequence with other numbers, whose cache is one of a forward pass again."""
    made = SEQUENCE.gathered(case.args["cache"])
    xs, h0, c0, W = (moved(made[name]) for name in ("xs", "h0", "c0", "W"))
    cache = forward(xs, h0, c0, W, _bias(W))
    return Case(
        case.name, {"dhs": moved(case.args["dhs"]), "dc_T": moved(case.args["dc_T"]), "cache": cache}, case.tags
    )


def _bias(W):
    return (0.3 * np.cos(np.arange(W.shape[1]))).astype(W.dtype)
