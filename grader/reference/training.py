"""What it takes to learn: first weights, Adam, dropout, batches of a stream, a whole step, and what was learned.

Orthogonal blocks are those of A. M. Saxe, J. L. McClelland and S. Ganguli, "Exact solutions to the nonlinear dynamics
of learning in deep linear neural networks", ICLR 2014; the forget gate's bias is that of F. A. Gers, J. Schmidhuber
and F. Cummins, "Learning to Forget", Neural Computation 12(10), 2000. Adam is torch's own, of D. P. Kingma and J. Ba,
"Adam: A Method for Stochastic Optimization", ICLR 2015. Dropout is that of N. Srivastava, G. Hinton, A. Krizhevsky,
I. Sutskever and R. Salakhutdinov, JMLR 15, 2014, made up for in training.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .backward import clip_by_norm
from .layer import lstm
from .losses import readout
from .shapes import match

__all__ = [
    "accuracy_by_step",
    "adam_step",
    "dropout",
    "dropout_backward",
    "init_lstm",
    "nearest_state",
    "stream_batches",
    "train_step",
    "variational_dropout_mask",
]

State = Mapping[str, Any]  # of Adam, for one parameter: "m" and "v", tensors, and "t", a whole number


def init_lstm(D: int, H: int, forget_bias: float, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """An LSTM's weights before it has learned anything.

    ``W (H + D, 4H)``: normal of deviation ``1 / sqrt(D)`` in its last D rows, and four orthogonal blocks (H, H) in the
    first H; ``b (4H,)``: zeros but for ``forget_bias`` in the forget gate. What is drawn comes from ``rng``.
    """
    W = torch.from_numpy(rng.normal(size=(H + D, 4 * H))) / math.sqrt(D)
    blocks = [torch.linalg.qr(torch.from_numpy(rng.normal(size=(H, H)))).Q for _ in range(4)]
    b = torch.zeros(4 * H, dtype=torch.float64)
    b[H : 2 * H] = forget_bias
    return torch.cat([torch.cat(blocks, dim=1), W[H:]]), b


def adam_step(
    param: Tensor, grad: Tensor, state: State, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Tensor, dict[str, Any]]:
    """One step of ``torch.optim.Adam`` for one parameter: the new one, and the state after it.

    ``state`` holds ``m`` and ``v`` in the parameter's shape, and ``t``, how many steps were made before.
    """
    leaf = param.detach().clone().requires_grad_()
    optimizer = torch.optim.Adam([leaf], lr=lr, betas=(beta1, beta2), eps=eps)
    memory = {"exp_avg": state["m"].clone(), "exp_avg_sq": state["v"].clone()}
    optimizer.state[leaf] = {"step": torch.tensor(float(state["t"])), **memory}
    leaf.grad = grad.detach().clone()
    optimizer.step()
    after = optimizer.state[leaf]
    return leaf.detach(), {"m": after["exp_avg"], "v": after["exp_avg_sq"], "t": int(after["step"])}


def dropout(x: Tensor, p: float, rng: np.random.Generator, train: bool) -> tuple[Tensor, Tensor]:
    """``x`` times a mask of 0 (with probability ``p``) and ``1 / (1 - p)``, and that mask; of 1 outside of training."""
    if not train:
        return x.clone(), torch.ones_like(x)
    mask = torch.from_numpy(rng.random(tuple(x.shape)) >= p).to(x) / (1 - p)
    return x * mask, mask


def variational_dropout_mask(N: int, T: int, D: int, p: float, rng: np.random.Generator) -> Tensor:
    """A mask ``(N, T, D)`` of 0 (with probability ``p``) and ``1 / (1 - p)``, the same at all T steps.

    Y. Gal and Z. Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks", NIPS 2016.
    """
    mask = torch.from_numpy(rng.random((N, 1, D)) >= p).double() / (1 - p)
    return mask.repeat(1, T, 1)


def dropout_backward(dy: Tensor, mask: Tensor) -> Tensor:
    """The way back through :func:`dropout`: by autograd, of ``x * mask``. All of one shape."""
    x = torch.zeros_like(dy).requires_grad_()
    with torch.enable_grad():
        (dx,) = torch.autograd.grad(x * mask, x, dy)
    return dx


def stream_batches(ids: Tensor, N: int, T: int) -> tuple[Tensor, Tensor]:
    """``ids (L,)`` cut into N streams, and these into batches of T steps: inputs and targets, each ``(B, N, T)``.

    Row n of a batch goes on where row n of the last one ended; B is as many as can be filled. Raises ValueError where
    none can.
    """
    P = (len(ids) - 1) // N
    if P < T:
        raise ValueError(f"{len(ids)} ids don't fill a batch of {N} rows with {T} steps each, and a target for each")
    streams = [ids[n * P : n * P + P + 1] for n in range(N)]
    windows = torch.stack([stream.unfold(0, T + 1, T) for stream in streams], dim=1)  # (B, N, T + 1)
    return windows[:, :, :-1].clone(), windows[:, :, 1:].clone()


def train_step(
    params: Mapping[str, Tensor],
    adam: Mapping[str, State],
    batch: Sequence[Tensor],
    start: Sequence[Tensor],
    loss_fn: Callable[..., Any],
    lr: float,
    max_norm: float,
) -> tuple[dict[str, Tensor], dict[str, Any], float, tuple[Tensor, Tensor]]:
    """One step of learning: the gradients by autograd, clipped together, and a step of Adam for each parameter.

    ``params`` are W, b of the LSTM and V, b_y of its readout; ``batch`` is (xs, targets, mask), ``start`` (h0, c0).
    ``loss_fn(outputs, targets, mask)`` takes arrays of numpy's and returns the loss and its gradient. Returns the new
    parameters, Adam's states, the loss before the step, and the states after the last time step.
    """
    xs, targets, mask = batch
    with torch.enable_grad():
        leaves = {name: param.detach().requires_grad_() for name, param in params.items()}
        hs, c_T = lstm(xs, *start, leaves["W"], leaves["b"])
        outputs = readout(hs, leaves["V"], leaves["b_y"])
        loss, slopes = loss_fn(*(one.detach().cpu().numpy() for one in (outputs, targets, mask)))
        flowing = torch.as_tensor(np.asarray(slopes)).to(outputs)
        found = torch.autograd.grad(outputs, list(leaves.values()), flowing)
    grads, _ = clip_by_norm(dict(zip(leaves, found, strict=True)), max_norm)
    steps = {name: adam_step(params[name], grads[name], adam[name], lr, 0.9, 0.999, 1e-8) for name in params}
    new_params = {name: new for name, (new, _) in steps.items()}
    new_adam = {name: state for name, (_, state) in steps.items()}
    return new_params, new_adam, float(loss), (hs[:, -1].detach(), c_T.detach())


def accuracy_by_step(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """The share of sequences whose largest logit is the target's, of those that the mask counts, at each step.

    ``logits (N, T, K)``, ``targets (N, T)``, ``mask (N, T)`` of 0 and 1 -> ``(T,)``; 0 where none counts. Raises
    ValueError on other shapes.
    """
    match(("logits", logits, "N T K"), ("targets", targets, "N T"), ("mask", mask, "N T"))
    right = (logits.argmax(dim=2) == targets) & (mask != 0)
    return right.sum(dim=0) / mask.sum(dim=0).clamp(min=1)


def nearest_state(hs: Tensor, known_hs: Tensor, known_states: Tensor) -> Tensor:
    """``known_states (M,)`` of the nearest of ``known_hs (M, H)`` for each of ``hs (N, T, H)``: ``(N, T)``.

    Of several that are equally near the first one counts. Raises ValueError on other shapes.
    """
    match(("hs", hs, "N T H"), ("known_hs", known_hs, "M H"), ("known_states", known_states, "M"))
    flat = hs.reshape(-1, hs.shape[2])
    away = torch.cdist(flat, known_hs, compute_mode="donot_use_mm_for_euclid_dist")
    return known_states[away.argmin(dim=1)].reshape(hs.shape[:2])
