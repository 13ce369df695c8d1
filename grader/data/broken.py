"""Eight backward passes through an LSTM, a mistake in each: what unit 06 trains with, checks and reads.

Each is the text of a whole function, with the arguments and the results of unit 06's ``lstm_backward``, and is called
by a letter. ``text("A")`` is to be read, ``backward("A")`` to be called. What is wrong with it is said nowhere: to find
that is what they are for.

    backward(dhs, dc_T, cache) -> (dxs, dh0, dc0, dW, db)

``dhs (N, T, H)`` and ``dc_T (N, H)`` are the loss's gradients with respect to every h and to the last c; ``cache`` is
the list of T tuples ``(x, h_prev, c_prev, i, f, g, o, c, W)`` that a forward pass has kept. Claimed are the gradients
with respect to ``xs (N, T, D)``, ``h0`` and ``c0 (N, H)``, ``W (H + D, 4H)`` and ``b (4H,)``.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["NAMES", "backward", "text"]

_PASS = """\
def backward(dhs, dc_T, cache):
    N, T, H = dhs.shape
    dh, dc = np.zeros((N, H)), dc_T
    dxs, dW, db = [], 0.0, 0.0
    for t in reversed(range(T)):
        x, h_prev, c_prev, i, f, g, o, c, W = cache[t]
        dh = dhs[:, t] + dh
        s = np.tanh(c)
        dc = dc + dh * o * (1 - s * s)
        dz_i = dc * g * i * (1 - i)
        dz_f = dc * c_prev * f * (1 - f)
        dz_g = dc * i * (1 - g * g)
        dz_o = dh * s * o * (1 - o)
        dz = np.concatenate([dz_i, dz_f, dz_g, dz_o], axis=1)
        dW = dW + np.concatenate([h_prev, x], axis=1).T @ dz
        db = db + dz.sum(axis=0)
        dhx = dz @ W.T
        dh, dx = dhx[:, :H], dhx[:, H:]
        dc = dc * f
        dxs.append(dx)
    return np.stack(dxs[::-1], axis=1), dh, dc, dW, db
"""

_EDITS = {
    "A": ("dh * o * (1 - s * s)", "dh * o"),
    "B": ("dc * c_prev * f", "dc * c * f"),
    "C": ("np.zeros((N, H)), dc_T", "np.zeros((N, H)), np.zeros((N, H))"),
    "D": ("        dc = dc * f\n", ""),
    "E": ("np.concatenate([h_prev, x], axis=1).T", "np.concatenate([o * s, x], axis=1).T"),
    "F": ("f * (1 - f)", "i * (1 - i)"),
    "G": ("dc = dc + dh * o", "dc = dh * o"),
    "H": ("dc * i * (1 - g * g)", "dc * i * g * (1 - g)"),
}
NAMES = tuple(_EDITS)


def text(name: str) -> str:
    """The text of the backward pass of this letter. Raises KeyError where there is none."""
    wanted, found = _EDITS[name]
    return _PASS.replace(wanted, found)


def backward(name: str) -> Callable[[Any, Any, Any], tuple[Any, ...]]:
    """The backward pass of this letter, as a function. Raises KeyError where there is none."""
    source, file = text(name), f"<backward pass {name}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file  # so that tracebacks show lines
    scope: dict[str, Any] = {"np": np}
    exec(compile(source, file, "exec"), scope)
    return scope["backward"]
