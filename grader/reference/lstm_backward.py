"""The way back through the LSTM, by autograd; and what says of a backward pass whether it is the gradient.

A cache holds what a forward pass has kept, (x, h_prev, c_prev, i, f, g, o, c, W) a step, and not its bias: the gates
and the cell state are taken as they were kept, with the slopes there, and autograd does the rest. The full gradient
through time of this cell is that of A. Graves and J. Schmidhuber, "Framewise Phoneme Classification with Bidirectional
LSTM and Other Neural Network Architectures", Neural Networks 18(5-6), 2005; the paper of 1997 cut it off at the gates.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .backward import numerical_gradient
from .kept import Kept, as_kept, sigmoid_rule, tanh_rule
from .shapes import at_least_one_step, match

__all__ = ["carousel", "gradient_check", "lstm_backward", "lstm_step_backward", "separates"]

# x (N, D); h_prev, c_prev, i, f, g, o, c (N, H); W (H + D, 4H)
Cache = tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
STEP = 1e-5  # of gradient_check, to each side


def _step(h: Tensor, c: Tensor, x: Tensor, W: Tensor, b: Tensor, cache: Cache) -> tuple[Tensor, Tensor]:
    """h and c after a step, with the gates and the cell state that its cache has kept."""
    _, _, _, i, f, g, o, kept, _ = cache
    z_i, z_f, z_g, z_o = (torch.cat([h, x], dim=1) @ W + b).chunk(4, dim=1)
    i, f, o = Kept.apply(z_i, i, sigmoid_rule), Kept.apply(z_f, f, sigmoid_rule), Kept.apply(z_o, o, sigmoid_rule)
    c = Kept.apply(f * c + i * Kept.apply(z_g, g, tanh_rule), kept, as_kept)
    return o * torch.tanh(c), c


def lstm_step_backward(dh: Tensor, dc: Tensor, cache: Cache) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """The way back through one :func:`.lstm_step`.

    ``dh, dc (N, H)``, the gradients with respect to the step's h and c, dc without what reaches c through h; ``cache
    (x, h_prev, c_prev, i, f, g, o, c, W)`` -> ``dx (N, D)``, ``dh_prev, dc_prev (N, H)``, ``dW (H + D, 4H)``,
    ``db (4H,)``. Raises ValueError on other shapes.
    """
    dxs, dh_prev, dc_prev, dW, db = lstm_backward(dh[:, None], dc, [cache])
    return dxs[:, 0], dh_prev, dc_prev, dW, db


def lstm_backward(dhs: Tensor, dc_T: Tensor, cache: Sequence[Cache]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """The way back through :func:`.lstm`, for a loss that looks at every hidden state and at the last cell state.

    ``dhs (N, T, H)``, ``dc_T (N, H)``, ``cache`` a tuple (x, h_prev, c_prev, i, f, g, o, c, W) for each of T steps ->
    ``dxs (N, T, D)``, ``dh0, dc0 (N, H)``, ``dW (H + D, 4H)``, ``db (4H,)``. The steps have to be those of one
    sequence, with one W. Raises ValueError on other shapes.
    """
    inputs = torch.stack([step[0] for step in cache], dim=1)
    _, h_prev, c_prev, *gates, weights = cache[0]
    sizes = match(
        ("xs", inputs, "N T D"),
        ("h0", h_prev, "N H"),
        ("c0", c_prev, "N H"),
        ("W", weights, "H+D 4H"),
        ("dhs", dhs, "N T H"),
        ("dc_T", dc_T, "N H"),
        *((name, kept, "N H") for name, kept in zip("ifgoc", gates, strict=True)),
    )
    at_least_one_step(sizes, inputs)
    with torch.enable_grad():
        leaves = [one.detach().requires_grad_() for one in (inputs, h_prev, c_prev, weights)]
        xs, h, c, W = leaves
        b = weights.new_zeros(4 * sizes["H"]).requires_grad_()
        hs = []
        for t, (x, kept) in enumerate(zip(xs.unbind(1), cache, strict=True)):
            if t:  # the states as this step has kept them, which in float32 are rounded
                h, c = Kept.apply(h, kept[1], as_kept), Kept.apply(c, kept[2], as_kept)
            h, c = _step(h, c, x, W, b, kept)
            hs.append(h)
        found = torch.autograd.grad([torch.stack(hs, dim=1), c], [*leaves, b], [dhs, dc_T])
    dxs, dh0, dc0, dW, db = found
    return dxs, dh0, dc0, dW, db


def carousel(fs: Tensor) -> Tensor:
    """The gradient of the last cell state with respect to that of every step, along the cell states alone.

    ``fs (N, T, H)``, the forget gates -> ``(N, T, H)``: at step t the product of the gates of all later steps, 1 at the
    last. Raises ValueError on other shapes.
    """
    at_least_one_step(match(("fs", fs, "N T H")), fs)
    later = torch.cat([fs[:, 1:], torch.ones_like(fs[:, :1])], dim=1)
    return later.flip(1).cumprod(1).flip(1)


def gradient_check(f: Callable[[np.ndarray], float], backward: Callable[[np.ndarray], np.ndarray], x: Tensor) -> Tensor:
    """How far ``backward(x)`` is from the gradient of f at x by central differences, with a step of 1e-5.

    ``f`` takes an array of numpy's in the shape of ``x``, which may be any, and returns a number; ``backward`` takes
    such an array and returns one of that shape. Returns the largest difference over the larger of the two largest
    sizes; 0 where both gradients are 0. Raises what the two raise.
    """
    measured = numerical_gradient(f, x, STEP)
    claimed = torch.as_tensor(np.array(backward(x.detach().cpu().to(torch.float64).numpy().copy())))
    scale = max(float(measured.abs().max()), float(claimed.abs().max()))
    return (measured - claimed).abs().max() / scale if scale else measured.new_zeros(())


_TRIALS = ((3, 5, 2, 4, 0.0), (1, 1, 3, 2, 0.0), (2, 1, 4, 3, 1.0), (2, 200, 1, 3, 4.0))  # N, T, D, H, forget bias


def separates(backwards: Sequence[Callable]) -> list[bool]:
    """Of each function of ``(dhs, dc_T, cache)`` whether it is :func:`lstm_backward`, on numpy's arrays.

    Tried on draws of several sizes, of 200 steps too: every gradient has to be right to 1e-9 of its largest number, in
    the right shape, and the arguments have to be left as they were. A function that raises is not the gradient.
    """
    trials = _trials()
    return [all(_holds(backward, trial) for trial in trials) for backward in backwards]


def _trials() -> list[tuple[list, list[np.ndarray]]]:
    """Arguments (dhs, dc_T, cache) of numpy's arrays, each with the five gradients."""
    made = []
    for seed, (N, T, D, H, forget) in enumerate(_TRIALS):
        rng = torch.Generator().manual_seed(seed)

        def normal(*shape: int, rng: torch.Generator = rng) -> Tensor:
            return torch.randn(*shape, generator=rng, dtype=torch.float64)

        W, b = normal(H + D, 4 * H), normal(4 * H)
        for k in range(4):
            W[:H, k * H : (k + 1) * H] = torch.linalg.qr(normal(H, H))[0]
        b[H : 2 * H] += forget
        h, c = torch.tanh(normal(N, H)), normal(N, H)
        cache = []
        for x in normal(N, T, D).unbind(1):
            i, f, g, o = (torch.cat([h, x], dim=1) @ W + b).chunk(4, dim=1)
            i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
            h_prev, c_prev = h, c
            c = f * c_prev + i * g
            h = o * c.tanh()
            cache.append((x, h_prev, c_prev, i, f, g, o, c, W))
        dhs, dc_T = normal(N, T, H), normal(N, H)
        right = [one.numpy() for one in lstm_backward(dhs, dc_T, cache)]
        made.append(([dhs.numpy(), dc_T.numpy(), [tuple(one.numpy() for one in step) for step in cache]], right))
    return made


def _holds(backward: Callable, trial: tuple[list, list[np.ndarray]]) -> bool:
    before, right = trial
    arguments = copy.deepcopy(before)
    try:
        found = list(backward(*arguments))
    except Exception:
        return False
    return (
        len(found) == len(right)
        and all(
            type(one) is np.ndarray
            and one.shape == wanted.shape
            and bool(np.abs(one - wanted).max() <= 1e-9 * np.abs(wanted).max())
            for one, wanted in zip(found, right, strict=True)
        )
        and _same(arguments, before)
    )


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other))
    return len(one) == len(other) and all(map(_same, one, other))
