"""The gradients of the plain recurrent network, and a step of learning: by autograd, wherever a gradient is asked for.

A cache holds what a forward pass has kept, (x, h_prev, h, W) a step, and not its bias: the hidden state is taken as it
was kept, with tanh's slope there, and autograd does the rest. The gradients through time are those of P. J. Werbos,
"Backpropagation Through Time: What It Does and How to Do It", Proceedings of the IEEE 78(10), 1990; clipping by the
norm is that of R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks",
ICML 2013.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .losses import cross_entropy, embed, readout
from .shapes import at_least_one_step, match

__all__ = [
    "clip_by_norm",
    "cross_entropy_backward",
    "embed_backward",
    "numerical_gradient",
    "readout_backward",
    "rnn_backward",
    "rnn_step_backward",
    "sgd_step",
]

Cache = tuple[Tensor, Tensor, Tensor, Tensor]  # x (N, D), h_prev (N, H), h (N, H), W (H + D, H)


def numerical_gradient(f: Callable[[np.ndarray], float], x: Tensor, h: float) -> Tensor:
    """The gradient of f at x by central differences: ``(f(x + h e) - f(x - h e)) / 2h`` for every entry's ``e``.

    ``f`` takes an array of numpy's in the shape of ``x``, which may be any, and returns a number. ``h`` is the step,
    and not 0. Returns float64 in the shape of x. Raises what f raises.
    """
    at = x.detach().cpu().to(torch.float64)
    grad = torch.zeros_like(at)
    for k in range(at.numel()):
        step = torch.zeros(at.numel(), dtype=torch.float64)
        step[k] = h
        there, back = (f((at + sign * step.reshape(at.shape)).numpy()) for sign in (1, -1))
        grad.view(-1)[k] = (float(there) - float(back)) / (2 * h)
    return grad


def _pulled(values: Sequence[Tensor], leaves: Sequence[Tensor], flowing: Sequence[Tensor]) -> tuple[Tensor, ...]:
    return torch.autograd.grad(values, leaves, flowing)


def _leaves(*values: Tensor) -> list[Tensor]:
    return [value.detach().requires_grad_() for value in values]


def cross_entropy_backward(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """The gradient of :func:`.cross_entropy` with respect to the logits, ``(N, T, K)``.

    Arguments and errors are those of :func:`.cross_entropy`; where no step counts, the gradient is 0.
    """
    if not mask.any():
        match(("logits", logits, "N T K"), ("targets", targets, "N T"), ("mask", mask, "N T"))
        return torch.zeros_like(logits)
    with torch.enable_grad():
        (leaf,) = _leaves(logits)
        loss = cross_entropy(leaf, targets, mask)
        (dlogits,) = torch.autograd.grad(loss, leaf)
    return dlogits


def readout_backward(dlogits: Tensor, hs: Tensor, V: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The way back through :func:`.readout`.

    ``dlogits (N, T, K)``, ``hs (N, T, H)``, ``V (H, K)`` -> ``dhs (N, T, H)``, ``dV (H, K)``, ``db_y (K,)``. Raises
    ValueError on other shapes.
    """
    match(("hs", hs, "N T H"), ("V", V, "H K"), ("dlogits", dlogits, "N T K"))
    with torch.enable_grad():
        leaves = _leaves(hs, V, V.new_zeros(V.shape[1]))
        dhs, dV, db_y = _pulled([readout(*leaves)], leaves, [dlogits])
    return dhs, dV, db_y


class _Kept(torch.autograd.Function):
    """tanh, with its value as a forward pass has kept it."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, h: Tensor) -> Tensor:
        ctx.save_for_backward(h)
        return h.clone()

    @staticmethod
    def backward(ctx: Any, *dh: Tensor) -> tuple[Tensor, None]:
        return torch.ops.aten.tanh_backward(dh[0], *ctx.saved_tensors), None  # torch's own rule: of the value alone


def rnn_step_backward(dh: Tensor, cache: Cache) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The way back through one :func:`.rnn_step`.

    ``dh (N, H)``, ``cache (x, h_prev, h, W)`` -> ``dx (N, D)``, ``dh_prev (N, H)``, ``dW (H + D, H)``, ``db (H,)``.
    Raises ValueError on other shapes.
    """
    dxs, dh_prev, dW, db = rnn_backward(dh[:, None], [cache])
    return dxs[:, 0], dh_prev, dW, db


def rnn_backward(dhs: Tensor, cache: Sequence[Cache]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The way back through :func:`.rnn`, for a loss that looks at every hidden state.

    ``dhs (N, T, H)``, ``cache`` a tuple (x, h_prev, h, W) for each of T steps -> ``dxs (N, T, D)``, ``dh0 (N, H)``,
    ``dW (H + D, H)``, ``db (H,)``. The steps have to be those of one sequence, with one W. Raises ValueError on other
    shapes.
    """
    inputs = torch.stack([x for x, _, _, _ in cache], dim=1)
    kept = torch.stack([h for _, _, h, _ in cache], dim=1)
    _, start, _, weights = cache[0]
    sizes = match(
        ("xs", inputs, "N T D"),
        ("h0", start, "N H"),
        ("W", weights, "H+D H"),
        ("hs", kept, "N T H"),
        ("dhs", dhs, "N T H"),
    )
    at_least_one_step(sizes, inputs)
    with torch.enable_grad():
        xs, h0, W, b = _leaves(inputs, start, weights, weights.new_zeros(sizes["H"]))
        h, hs = h0, []
        for x, value in zip(xs.unbind(1), kept.unbind(1), strict=True):
            h = _Kept.apply(torch.cat([h, x], dim=1) @ W + b, value)
            hs.append(h)
        dxs, dh0, dW, db = _pulled([torch.stack(hs, dim=1)], [xs, h0, W, b], [dhs])
    return dxs, dh0, dW, db


def embed_backward(dout: Tensor, ids: Tensor, num_embeddings: int) -> Tensor:
    """The way back through :func:`.embed`: ``dout (N, T, D)``, ``ids (N, T)`` -> ``dE (num_embeddings, D)``.

    Raises ValueError on other shapes and where an id has no row, TypeError where the ids are no whole numbers.
    """
    match(("dout", dout, "N T D"), ("ids", ids, "N T"))
    with torch.enable_grad():
        (E,) = _leaves(dout.new_zeros(int(num_embeddings), dout.shape[2]))
        (dE,) = _pulled([embed(ids, E)], [E], [dout])
    return dE


def clip_by_norm(grads: Mapping[str, Tensor], max_norm: float) -> tuple[dict[str, Tensor], Tensor]:
    """All gradients shortened by one factor, so that their norm is ``max_norm`` at most; and the norm they had.

    The norm is that of all entries of all arrays together. Shorter ones stay as they are.
    """
    norm = torch.linalg.vector_norm(torch.cat([grad.reshape(-1) for grad in grads.values()]))
    factor = max_norm / norm if norm > max_norm else torch.ones_like(norm)
    return {name: factor * grad for name, grad in grads.items()}, norm


def sgd_step(params: Mapping[str, Tensor], grads: Mapping[str, Tensor], lr: float) -> dict[str, Tensor]:
    """One step down the gradient: ``param - lr * grad`` for every parameter, by name."""
    return {name: param - lr * grads[name] for name, param in params.items()}
