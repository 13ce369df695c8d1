"""What the unit's cases share: a plain RNN's forward pass, its caches, and draws of what goes into them."""

import numpy as np

from ..base import Case, Record, Steps

__all__ = [
    "LARGE",
    "LONG",
    "SEQUENCE",
    "STEP",
    "forward",
    "moved",
    "of_sequence",
    "of_step",
    "orthogonal",
    "other_sequence",
    "other_step",
    "signs",
    "single",
    "spread",
    "weights",
]

LARGE, LONG = frozenset({"large"}), frozenset({"long"})
STEP = Record({"x": "(N, D)", "h_prev": "(N, H)", "h": "(N, H)", "W": "(H + D, H)"})
SEQUENCE = Steps(
    STEP, {"xs": ("x", "(N, T, D)"), "h0": ("h_prev", "(N, H)"), "hs": ("h", "(N, T, H)"), "W": ("W", "(H + D, H)")}
)


def forward(xs, h0, W, b):
    """Run the plain RNN over xs (N, T, D) from h0 (N, H): the cache, a tuple (x, h_prev, h, W) for each step."""
    cache, h_prev = [], h0
    for t in range(xs.shape[1]):
        x = xs[:, t].copy()
        h = np.tanh(np.concatenate([h_prev, x], axis=1) @ W + b)
        cache.append((x, h_prev, h, W))
        h_prev = h
    return cache


def weights(rng, D, H, gain=1.2):
    """Draw W (H + D, H) and b (H,)."""
    return gain * rng.normal(size=(H + D, H)) / np.sqrt(H + D), 0.5 * rng.normal(size=H)


def orthogonal(rng, D, H, scale=0.01):
    """Draw W (H + D, H) that keeps the length of a small h, and b (H,): gradients then reach back over many steps."""
    W = scale * rng.normal(size=(H + D, H))
    W[:H] = np.linalg.qr(rng.normal(size=(H, H)))[0]
    return W, scale * rng.normal(size=H)


def of_step(rng, N, D, H, **given):
    """Draw the arguments of a step's way back; ``given`` are some of dh, x, h_prev, W, b."""
    W, b = weights(rng, D, H)
    drawn = {"x": rng.normal(size=(N, D)), "h_prev": np.tanh(rng.normal(size=(N, H))), "W": W, "b": b}
    drawn |= {"dh": rng.normal(size=(N, H))} | given
    (step,) = forward(drawn["x"][:, None], drawn["h_prev"], drawn["W"], drawn["b"])
    return {"dh": drawn["dh"], "cache": step}


def of_sequence(rng, N, T, D, H, **given):
    """Draw the arguments of a sequence's way back; ``given`` are some of dhs, xs, h0, W, b."""
    W, b = weights(rng, D, H)
    drawn = {"xs": rng.normal(size=(N, T, D)), "h0": np.tanh(rng.normal(size=(N, H))), "W": W, "b": b}
    drawn |= {"dhs": rng.normal(size=(N, T, H))} | given
    return {"dhs": drawn["dhs"], "cache": forward(drawn["xs"], drawn["h0"], drawn["W"], drawn["b"])}


def moved(array):
    """The array with each number nearer to zero, by another share each."""
    share = 0.85 + 0.1 * np.cos(1.7 * np.arange(1, array.size + 1))
    return (array * share.reshape(array.shape)).astype(array.dtype)


def other_step(case):
    """A case of a step with other numbers, whose cache is one of a forward pass again."""
    x, h_prev, _, W = map(moved, case.args["cache"])
    (step,) = forward(x[:, None], h_prev, W, _bias(W))
    return Case(case.name, {"dh": moved(case.args["dh"]), "cache": step}, case.tags)


def other_sequence(case):
    """A case of a sequence with other numbers, whose cache is one of a forward pass again."""
    made = SEQUENCE.gathered(case.args["cache"])
    xs, h0, W = (moved(made[name]) for name in ("xs", "h0", "W"))
    return Case(case.name, {"dhs": moved(case.args["dhs"]), "cache": forward(xs, h0, W, _bias(W))}, case.tags)


def _bias(W):
    return (0.3 * np.cos(np.arange(W.shape[1]))).astype(W.dtype)


def single(arguments):
    """The arguments with all their arrays in float32; what is one array in several places stays one."""
    made = {}

    def halved(value):
        if isinstance(value, np.ndarray):
            return made.setdefault(id(value), value.astype(np.float32) if value.dtype == np.float64 else value)
        if isinstance(value, dict):
            return {key: halved(item) for key, item in value.items()}
        return type(value)(map(halved, value)) if type(value) in (list, tuple) else value

    return halved(arguments)


def signs(rng, *shape):
    """Draw an array of -1 and 1."""
    return rng.choice([-1.0, 1.0], size=shape)


def spread(rng, low, high, shape):
    """Draw numbers of both signs whose sizes are spread from low to high, whatever the draw."""
    count = int(np.prod(shape))
    sizes = rng.permutation(np.geomspace(low, high, count)) * rng.uniform(0.9, 1.0, size=count)
    return (sizes * rng.permuted(np.resize([1.0, -1.0], count))).reshape(shape)
