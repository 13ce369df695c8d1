"""The way back through an LSTM that reads a meaning and uses it up, ready-made: no data, and needed to learn from some.

Forward goes the function ``sc_lstm_step`` of unit 08, step by step. What it keeps is no more than the states, and the
gates are computed from them once more:

    r = sigmoid([h_prev, x] W_r + b_r),  d = r * d_prev,  c = f * c_prev + i * g + tanh(d W_d),  h = o * tanh(c)

T.-H. Wen, M. Gasic, N. Mrksic, P.-H. Su, D. Vandyke and S. Young, "Semantically conditioned LSTM-based natural language
generation for spoken dialogue systems", EMNLP 2015, equations 7 to 11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ._sigmoid import sigmoid

__all__ = ["backward", "forward"]

Array = np.ndarray


def forward(step: Callable, xs: Array, d0: Array, params: Mapping[str, Array]) -> tuple[Array, Array, Array]:
    """A step over a whole sequence, begun with h and c of zeros: the states (hs, cs, ds) after each of the T steps.

    Args:
        step: ``step(x, h_prev, c_prev, d_prev, W, b, W_r, b_r, W_d)`` returns (h, c, d). xs: (N, T, D). d0: (N, S),
        what is to be said. params: W (H + D, 4H), b (4H,), W_r (H + D, S), b_r (S,), W_d (S, H); others may be there.

    Returns hs and cs (N, T, H), ds (N, T, S).
    """
    weights = [params[name] for name in ("W", "b", "W_r", "b_r", "W_d")]
    h = c = np.zeros((len(xs), weights[-1].shape[1]))
    d, states = d0, []
    for t in range(xs.shape[1]):
        h, c, d = step(xs[:, t], h, c, d, *weights)
        states.append((h, c, d))
    hs, cs, ds = (np.stack(of_one, axis=1) for of_one in zip(*states, strict=True))
    return hs, cs, ds


def backward(
    dhs: Array, dd_T: Array, xs: Array, d0: Array, states: tuple[Array, Array, Array], params: Mapping[str, Array]
) -> tuple[Array, dict[str, Array]]:
    """The way back through :func:`forward`, whoever wrote the step.

    Args:
        dhs: (N, T, H), the loss's gradient with respect to the h of every step. dd_T: (N, S), that with respect to what
        is left of the meaning at the end. xs, d0, params: what :func:`forward` was given. states: what it returned.

    Returns (dxs, grads): dxs (N, T, D), and a dict of the gradients of W, b, W_r, b_r and W_d.
    """
    hs, cs, ds = states
    W, W_r, W_d = params["W"], params["W_r"], params["W_d"]
    N, T, H = hs.shape
    nothing = np.zeros((N, 1, H))
    c_prev, d_prev = np.concatenate([nothing, cs[:, :-1]], axis=1), np.concatenate([d0[:, None], ds[:, :-1]], axis=1)
    hx = np.concatenate([np.concatenate([nothing, hs[:, :-1]], axis=1), xs], axis=2)  # (N, T, H + D)
    i, f, g, o = np.split(hx @ W + params["b"], 4, axis=2)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    r, s, said = sigmoid(hx @ W_r + params["b_r"]), np.tanh(cs), np.tanh(ds @ W_d)
    dz, da, dsaid, dhx = np.empty((N, T, 4 * H)), np.empty(ds.shape), np.empty(hs.shape), np.empty(hx.shape)
    dh, dc, dd = np.zeros((N, H)), np.zeros((N, H)), dd_T
    for t in reversed(range(T)):
        dh = dhs[:, t] + dh
        dc = dc + dh * o[:, t] * (1 - s[:, t] ** 2)
        dz[:, t, :H] = dc * g[:, t] * i[:, t] * (1 - i[:, t])
        dz[:, t, H : 2 * H] = dc * c_prev[:, t] * f[:, t] * (1 - f[:, t])
        dz[:, t, 2 * H : 3 * H] = dc * i[:, t] * (1 - g[:, t] ** 2)
        dz[:, t, 3 * H :] = dh * s[:, t] * o[:, t] * (1 - o[:, t])
        dsaid[:, t] = dc * (1 - said[:, t] ** 2)  # what reaches d W_d
        dd = dd + dsaid[:, t] @ W_d.T
        da[:, t] = dd * d_prev[:, t] * r[:, t] * (1 - r[:, t])
        dhx[:, t] = dz[:, t] @ W.T + da[:, t] @ W_r.T
        dh, dc, dd = dhx[:, t, :H], dc * f[:, t], dd * r[:, t]
    grads = {
        "W": np.einsum("nti,ntj->ij", hx, dz, optimize=True),
        "b": dz.sum(axis=(0, 1)),
        "W_r": np.einsum("nti,ntj->ij", hx, da, optimize=True),
        "b_r": da.sum(axis=(0, 1)),
        "W_d": np.einsum("nti,ntj->ij", ds, dsaid, optimize=True),
    }
    return dhx[:, :, H:], grads
