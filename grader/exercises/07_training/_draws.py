"""What the unit's cases share: draws of an LSTM with its readout, of Adam's memory, and of generators."""

import importlib

import numpy as np

__all__ = ["CALLS", "LARGE", "LONG", "adam_of", "generator", "network", "orthogonal", "single", "spread"]

_bptt = importlib.import_module("..02_bptt._draws", __package__)
LARGE, LONG, single, spread = (getattr(_bptt, name) for name in ("LARGE", "LONG", "single", "spread"))
CALLS = "calls:10"


def generator(rng):
    """A generator for the function under test, whose numbers depend on the draw alone."""
    return np.random.default_rng(int(rng.integers(2**63)))


def orthogonal(rng, H):
    """Draw an orthogonal matrix (H, H)."""
    return np.linalg.qr(rng.normal(size=(H, H)))[0]


def network(rng, D, H, K, gain=1.0, forget=(-1.0, 1.0), whole=False):
    """Draw the parameters of an LSTM and its readout by name; ``whole`` asks for orthogonal recurrent blocks."""
    W = gain * rng.normal(size=(H + D, 4 * H)) / np.sqrt(H + D)
    if whole:
        W[:H] = 0.5 * np.concatenate([orthogonal(rng, H) for _ in range(4)], axis=1)
    b = rng.uniform(-0.5, 0.5, size=4 * H)
    b[H : 2 * H] = rng.uniform(*forget, size=H)
    return {"W": W, "b": b, "V": rng.normal(size=(H, K)), "b_y": rng.normal(size=K)}


def adam_of(rng, params, t, size=1.0):
    """Draw what Adam remembers of each parameter after t steps with gradients of about that size."""
    return {
        name: {
            "m": size * rng.normal(size=param.shape),
            "v": size**2 * rng.uniform(0.5, 2.0, size=param.shape),
            "t": int(t),
        }
        if t
        else {"m": np.zeros(param.shape), "v": np.zeros(param.shape), "t": 0}
        for name, param in params.items()
    }
