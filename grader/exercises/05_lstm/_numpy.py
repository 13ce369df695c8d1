"""What the unit's cases and known mistakes share: draws of weights, and an LSTM with loose parts.

Nothing here decides what is right (:mod:`grader.reference` does). ``make_step`` builds a *wrong*
LSTM step by replacing one piece of a right one, so that a mistake reads as the piece it changes.
"""

from itertools import permutations
from types import SimpleNamespace

import numpy as np

__all__ = ["ORDER", "apart", "gate_weights", "make_step", "packed", "reorder", "run", "sigmoid", "wrong_orders"]

ORDER = "ifgo"  # the course's order of the four blocks, left to right


def sigmoid(z):
    """The logistic sigmoid; its exponent is never positive, so nothing overflows."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def gate_weights(rng, D, H, *, bias=0.0, orthogonal=False, gain=1.0):
    """Draw one gate's W (H + D, H) and b (H,); the biases scatter around ``bias`` (a number or a pair)."""
    W = rng.normal(size=(H + D, H)) * gain / np.sqrt(H + D)
    if orthogonal:  # keeps the length of h, so that it still matters after many steps
        W[:H] = np.linalg.qr(rng.normal(size=(H, H)))[0]
    b = rng.uniform(*bias, size=H) if isinstance(bias, tuple) else bias + rng.normal(size=H)
    return W, b


def packed(rng, D, H, *, forget=0.0, orthogonal=False, gain=1.5):
    """Draw packed weights W (H + D, 4H) and b (4H,), different in every block."""
    gates = [
        gate_weights(rng, D, H, bias=forget if name == "f" else 0.0, orthogonal=orthogonal, gain=gain) for name in ORDER
    ]
    return np.concatenate([W for W, _ in gates], axis=1), np.concatenate([b for _, b in gates])


def reorder(blocks, order):
    """Arrange a last axis of 4H columns, packed i, f, g, o, in ``order``."""
    parts = dict(zip(ORDER, np.split(np.asarray(blocks), 4, axis=-1), strict=True))
    return np.concatenate([parts[name] for name in order], axis=-1)


def wrong_orders():
    """The 23 orders of the four blocks that are not the course's, as strings such as ``"figo"``."""
    return ["".join(order) for order in permutations(ORDER) if "".join(order) != ORDER]


def apart(order):
    """Write an order the way the texts do: ``"f, i, g, o"``."""
    return ", ".join(order)


def make_step(*, order=ORDER, reads=None, bias=1.0, split=None, squash=None, cell=None, hidden=None, returns=None):
    """Build an LSTM step from pieces; without arguments it is the right one.

    ``reads(x, h_prev, c_prev)`` is what W multiplies, ``bias`` how often b is added, ``split(z)`` the
    four blocks, ``order`` which gate each block is taken for, ``squash`` other functions for some of
    the blocks, such as ``{"ifo": np.tanh}``. ``cell``, ``hidden`` and ``returns`` see one namespace
    with i, f, g, o, their z_i ... z_o, x, h_prev, c_prev, then c, then h.
    """
    functions = {"i": sigmoid, "f": sigmoid, "g": np.tanh, "o": sigmoid}
    for names, function in (squash or {}).items():
        functions |= dict.fromkeys(names, function)

    def step(x, h_prev, c_prev, W, b):
        a = np.concatenate([h_prev, x], axis=1) if reads is None else reads(x, h_prev, c_prev)
        z = a @ W + bias * b
        blocks = np.split(z, 4, axis=1) if split is None else split(z)
        s = SimpleNamespace(x=x, h_prev=h_prev, c_prev=c_prev)
        for name, block in zip(order, blocks, strict=True):
            setattr(s, f"z_{name}", block)
            setattr(s, name, functions[name](block))
        s.c = s.f * s.c_prev + s.i * s.g if cell is None else cell(s)
        s.h = s.o * np.tanh(s.c) if hidden is None else hidden(s)
        return (s.h, s.c, None) if returns is None else (*returns(s), None)

    return step


def run(step, xs, h, c, W, b):
    """Run ``step`` over xs (N, T, D) and return hs (N, T, H), the last c (N, H) and no cache."""
    hs = []
    for t in range(xs.shape[1]):
        h, c, _ = step(xs[:, t], h, c, W, b)
        hs.append(h)
    return np.stack(hs, axis=1), c, None
