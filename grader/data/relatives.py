"""The LSTM's relatives, made ready to be trained: how many numbers they learn, their first weights, their way back.

The steps themselves are the learner's. Each is called with a cell's arrays in their order, ``step(x, h, c, W, b)``, and
only what it gives is kept, h and c of every step. The way back computes the gates from them once more, those of all
steps in one product, and so it fits any step that computes the same cell, whatever that keeps for itself. The GRU's is
made of the learner's own step back.

    kind              arrays of a cell                blocks    what is another way than in the LSTM
    "LSTM"            W, b                            i f g o
    "peephole"        W, b, p_i, p_f, p_o             i f g o   i and f see the old c too, and o the new one
    "coupled"         W, b                            f g o     i = 1 - f
    "1997"            W, b                            i g o     f = 1: nothing is forgotten
    "no input gate"   W, b                            f g o     i = 1
    "no output gate"  W, b                            i f g     h = tanh(c)
    "GRU"             W, b, b_n                       r z n     no c; z keeps, as f does

``W (H + D, blocks H)`` and ``b (blocks H,)`` are packed in the order of the blocks; the others are (H,) each.

K. Greff, R. K. Srivastava, J. Koutnik, B. R. Steunebrink and J. Schmidhuber, "LSTM: A Search Space Odyssey", IEEE
Transactions on Neural Networks and Learning Systems 28(10), 2017, has compared most of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ._sigmoid import sigmoid

__all__ = ["BLOCKS", "backward", "count", "forward", "gru_backward", "gru_cache", "gru_forward", "start", "width"]

Cell = Mapping[str, np.ndarray]
BLOCKS = {
    "LSTM": "ifgo",
    "peephole": "ifgo",
    "coupled": "fgo",
    "1997": "igo",
    "no input gate": "fgo",
    "no output gate": "ifg",
    "GRU": "rzn",
}
_MORE = {"peephole": ("p_i", "p_f", "p_o"), "GRU": ("b_n",)}  # the arrays (H,) beside W and b


def count(kind: str, D: int, H: int, K: int = 0) -> int:
    """How many numbers a cell of this kind learns, with a readout of K numbers. Raises KeyError for no kind."""
    return len(BLOCKS[kind]) * H * (H + D + 1) + len(_MORE.get(kind, ())) * H + K * (H + 1)


def width(kind: str, D: int, K: int, numbers: int) -> int:
    """The hidden size H with which :func:`count` comes nearest to ``numbers``. Raises KeyError for no kind."""
    H = 1
    while count(kind, D, H, K) < numbers:
        H += 1
    return H - (H > 1 and numbers - count(kind, D, H - 1, K) < count(kind, D, H, K) - numbers)


def start(kind: str, D: int, H: int, forget_bias: float, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """A cell before it has learned anything: an orthogonal matrix a block, inputs scaled by 1 / sqrt(D).

    The bias of the gate that keeps, f or the GRU's z, is ``forget_bias``; peepholes and all other biases are 0, so
    that a cell with peepholes begins as the LSTM of the same draws. Raises KeyError for no kind.
    """
    blocks = BLOCKS[kind]
    W = rng.normal(size=(H + D, len(blocks) * H)) / np.sqrt(D)
    for k in range(len(blocks)):
        W[:H, k * H : (k + 1) * H] = np.linalg.qr(rng.normal(size=(H, H)))[0]
    keeps = np.repeat([one in "fz" for one in blocks], H)
    return {"W": W, "b": np.where(keeps, float(forget_bias), 0.0)} | {name: np.zeros(H) for name in _MORE.get(kind, ())}


def forward(
    step: Callable[..., Any], xs: np.ndarray, h0: np.ndarray, c0: np.ndarray, cell: Cell
) -> tuple[np.ndarray, np.ndarray]:
    """A step over a whole sequence: ``xs (N, T, D)``, ``h0, c0 (N, H)`` -> ``hs, cs (N, T, H)``.

    ``step(x, h, c, W, b, ...)``, with the cell's arrays in their order, returns h and c, and after them what it likes.
    """
    h, c, hs, cs = h0, c0, [], []
    for x in xs.transpose(1, 0, 2):  # T times (N, D)
        h, c, *_ = step(x, h, c, *cell.values())
        hs.append(h)
        cs.append(c)
    return np.stack(hs, axis=1), np.stack(cs, axis=1)


def backward(
    kind: str,
    dhs: np.ndarray,
    dc_T: np.ndarray,
    xs: np.ndarray,
    hs: np.ndarray,
    cs: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    cell: Cell,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """The way back through a whole sequence of any kind but the GRU.

    ``dhs (N, T, H)`` and ``dc_T (N, H)`` are the loss's gradients with respect to every h and the last c; ``hs, cs
    (N, T, H)`` what the forward pass gave from ``xs (N, T, D)``, ``h0`` and ``c0 (N, H)``. Returns ``dxs (N, T, D)``,
    ``dh0, dc0 (N, H)`` and a dict of the gradients of ``cell``. Raises KeyError for no kind.
    """
    W, b, (N, H), blocks = cell["W"], cell["b"], h0.shape, BLOCKS[kind]
    peeps = [cell[name] for name in _MORE.get(kind, ())]
    # Time first from here on, (T, N, ...): the loop takes one step after the other.
    hx = np.concatenate([_before(h0, hs), xs], axis=2).swapaxes(0, 1)  # (T, N, H + D)
    cs, c_prev, dhs = cs.swapaxes(0, 1), _before(c0, cs).swapaxes(0, 1), dhs.swapaxes(0, 1)
    z = dict(zip(blocks, np.split(hx @ W + b, len(blocks), axis=2), strict=True))  # a block's letter: (T, N, H)
    if peeps:
        p_i, p_f, p_o = peeps
        z["i"], z["f"], z["o"] = z["i"] + p_i * c_prev, z["f"] + p_f * c_prev, z["o"] + p_o * cs
    gate = {name: np.tanh(z[name]) if name == "g" else sigmoid(z[name]) for name in blocks}
    g, s = gate["g"], np.tanh(cs)
    f, o = gate.get("f", np.ones_like(g)), gate.get("o", np.ones_like(g))
    i = 1 - f if kind == "coupled" else gate.get("i", np.ones_like(g))
    slopes = {  # of what is written with respect to its z
        "i": g * i * (1 - i),
        "f": (c_prev - g if kind == "coupled" else c_prev) * f * (1 - f),
        "g": i * (1 - g * g),
    }
    written = [name for name in blocks if name != "o"]  # o is the last one, where there is one
    slope, slope_o = np.stack([slopes[name] for name in written], axis=2), s * o * (1 - o)
    shown = o * (1 - s * s)  # what of dh comes to dc
    dzs = np.empty((len(cs), N, len(blocks), H))
    dh, dc = np.zeros_like(h0), dc_T
    for t in reversed(range(len(cs))):
        dh, dz = dh + dhs[t], dzs[t]
        if "o" in blocks:
            dz[:, -1] = dh * slope_o[t]
        dc = dc + dh * shown[t]
        if peeps:
            dc = dc + dz[:, -1] * p_o
        dz[:, : len(written)] = dc[:, None] * slope[t]
        dc = dc * f[t]
        if peeps:
            dc = dc + dz[:, 0] * p_i + dz[:, 1] * p_f
        dh = dz.reshape(N, -1) @ W[:H].T
    dz = dzs.reshape(len(cs), N, -1)
    grads = {"W": np.tensordot(hx, dz, axes=([0, 1], [0, 1])), "b": dz.sum(axis=(0, 1))}
    if peeps:
        looked = (("p_i", "i", c_prev), ("p_f", "f", c_prev), ("p_o", "o", cs))
        grads |= {name: np.sum(dzs[:, :, blocks.index(block)] * c, axis=(0, 1)) for name, block, c in looked}
    return (dz @ W[H:].T).swapaxes(0, 1), dh, dc, grads


def _before(first: np.ndarray, states: np.ndarray) -> np.ndarray:
    """The states before each step (N, T, H), from that before the first (N, H) and those after each."""
    return np.concatenate([first[:, None], states[:, :-1]], axis=1)


def gru_forward(
    step_forward: Callable[..., Any], xs: np.ndarray, h0: np.ndarray, cell: Cell
) -> tuple[np.ndarray, list[Any]]:
    """A GRU's step over a whole sequence: ``xs (N, T, D)``, ``h0 (N, H)`` -> ``hs (N, T, H)`` and a cache a step.

    ``step_forward(x, h_prev, W, b, b_n)`` returns h and a cache.
    """
    h, hs, caches = h0, [], []
    for x in xs.transpose(1, 0, 2):  # T times (N, D)
        h, cache = step_forward(x, h, *cell.values())
        hs.append(h)
        caches.append(cache)
    return np.stack(hs, axis=1), caches


def gru_cache(
    x: np.ndarray, h_prev: np.ndarray, W: np.ndarray, b: np.ndarray, b_n: np.ndarray
) -> tuple[np.ndarray, ...]:
    """What the way back through one step of a GRU needs: the tuple (x, h_prev, r, z, n, q, W).

    ``x (N, D)``, ``h_prev (N, H)``, ``W (H + D, 3H)``, ``b (3H,)``, ``b_n (H,)``; the two gates r and z, the candidate
    n and what the reset gate is applied to, q, are (N, H) each, and are computed once more.
    """
    H = len(b_n)
    hx, W_n = np.concatenate([h_prev, x], axis=1), W[:, 2 * H :]
    r, z = np.split(sigmoid(hx @ W[:, : 2 * H] + b[: 2 * H]), 2, axis=1)
    q = h_prev @ W_n[:H] + b_n
    return x, h_prev, r, z, np.tanh(x @ W_n[H:] + b[2 * H :] + r * q), q, W


def gru_backward(
    step_backward: Callable[..., Any], dhs: np.ndarray, caches: list[Any]
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """The GRU's way back, step by step with the learner's own: ``step_backward(dh, cache)``.

    ``dhs (N, T, H)``, a cache for each of T steps -> ``dxs (N, T, D)``, ``dh0 (N, H)`` and a dict of dW, db, db_n.
    """
    dh, dxs = np.zeros_like(dhs[:, 0]), []
    total: dict[str, Any] = {"W": 0.0, "b": 0.0, "b_n": 0.0}
    for t in reversed(range(len(caches))):
        dx, dh, *grads = step_backward(dh + dhs[:, t], caches[t])
        dxs.append(dx)
        total = {name: total[name] + grad for name, grad in zip(total, grads, strict=True)}
    return np.stack(dxs[::-1], axis=1), dh, total
