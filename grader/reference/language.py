"""A language model: what it reads and should say, what a token costs, its gradients, and what its cells follow.

The cell that is told what to say is that of T.-H. Wen, M. Gasic, N. Mrksic, P.-H. Su, D. Vandyke and S. Young,
"Semantically Conditioned LSTM-based Natural Language Generation for Spoken Dialogue Systems", EMNLP 2015, eq. 7 to 11.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from .basics import sigmoid
from .layer import lstm
from .losses import cross_entropy, embed, readout
from .shapes import match

__all__ = [
    "bits_per_token",
    "cell_correlation",
    "lm_loss_and_grads",
    "nll_per_token",
    "perplexity",
    "sc_lstm_step",
    "shift",
]


def shift(ids: Tensor) -> tuple[Tensor, Tensor]:
    """What is read, and what comes after each of it: ``ids (N, T + 1)`` -> inputs and targets, each ``(N, T)``.

    Raises ValueError where the ids have not two axes.
    """
    match(("ids", ids, "N L"))
    return ids[:, :-1].clone(), ids[:, 1:].clone()


def nll_per_token(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """``-log softmax(logits)[target]`` at every step, in nats: ``(N, T, K)``, ``(N, T)``, ``(N, T)`` -> ``(N, T)``.

    0 where the mask, of zeros and ones, is 0. Raises ValueError on other shapes.
    """
    match(("logits", logits, "N T K"), ("targets", targets, "N T"), ("mask", mask, "N T"))
    log_p = torch.log_softmax(logits, dim=2)
    costs = 0 - log_p.gather(2, targets[..., None].to(torch.long))[..., 0]  # no -0.0
    return torch.where(mask != 0, costs, torch.zeros_like(costs))


def _mean(nlls: Sequence[Tensor], masks: Sequence[Tensor]) -> Tensor:
    """The mean over all that counts, in nats; 0 where nothing does. Raises ValueError on shapes that differ."""
    for k, (nll, mask) in enumerate(zip(nlls, masks, strict=True)):
        match((f"nlls[{k}]", nll, "N T"), (f"masks[{k}]", mask, "N T"))
    kept = torch.cat([nll[mask != 0] for nll, mask in zip(nlls, masks, strict=True)])
    return kept.sum() / max(len(kept), 1)


def bits_per_token(nlls: Sequence[Tensor], masks: Sequence[Tensor]) -> Tensor:
    """What a token costs on the mean, in bits, of costs in nats: lists of batches, each ``(N, T)``, and their masks.

    0 where no token counts. Raises ValueError where a mask has another shape.
    """
    return _mean(nlls, masks) / math.log(2)


def perplexity(nlls: Sequence[Tensor], masks: Sequence[Tensor]) -> Tensor:
    """The exponential of what a token costs on the mean, in nats; arguments and errors as :func:`bits_per_token`."""
    return _mean(nlls, masks).exp()


def lm_loss_and_grads(
    params: Mapping[str, Tensor], ids: Tensor, h0: Tensor, c0: Tensor
) -> tuple[Tensor, dict[str, Tensor], Tensor, Tensor]:
    """A language model's loss on ``ids (N, T + 1)``, its gradients by autograd, and the states it ends with.

    ``params``: ``E (K, D)``, ``W (H + D, 4H)``, ``b (4H,)``, ``V (H, K)``, ``b_y (K,)``; ``h0, c0 (N, H)``. Every id
    but a row's first is a target. Raises ValueError on other shapes.
    """
    inputs, targets = shift(ids)
    with torch.enable_grad():
        leaves = {name: param.detach().requires_grad_() for name, param in params.items()}
        hs, c_T = lstm(embed(inputs, leaves["E"]), h0, c0, leaves["W"], leaves["b"])
        loss = cross_entropy(readout(hs, leaves["V"], leaves["b_y"]), targets, hs.new_ones(targets.shape))
        found = torch.autograd.grad(loss, list(leaves.values()))
    return loss.detach(), dict(zip(leaves, found, strict=True)), hs[:, -1].detach(), c_T.detach()


def cell_correlation(cs: Tensor, feature: Tensor) -> Tensor:
    """Pearson's correlation of each cell with a feature: ``cs (N, T, H)``, ``feature (N, T)`` -> ``(H,)``.

    Taken over all N T steps; 0 for a cell that never changes, and for all where the feature doesn't. Raises ValueError
    on other shapes.
    """
    match(("cs", cs, "N T H"), ("feature", feature, "N T"))
    cells, wanted = cs.reshape(-1, cs.shape[2]), feature.reshape(-1)
    found = []
    for cell in cells.unbind(1):
        still = bool((cell == cell[0]).all() or (wanted == wanted[0]).all())
        found.append(cell.new_zeros(()) if still else torch.corrcoef(torch.stack([cell, wanted]))[0, 1])
    return torch.stack(found)


def sc_lstm_step(
    x: Tensor,
    h_prev: Tensor,
    c_prev: Tensor,
    d_prev: Tensor,
    W: Tensor,
    b: Tensor,
    W_r: Tensor,
    b_r: Tensor,
    W_d: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """A step of an LSTM with a vector of what is left to say, which a gate of its own uses up.

    ``x (N, D)``, ``h_prev, c_prev (N, H)``, ``d_prev (N, S)``, ``W (H + D, 4H)``, ``b (4H,)``, ``W_r (H + D, S)``,
    ``b_r (S,)``, ``W_d (S, H)`` -> ``h, c (N, H)``, ``d (N, S)``. Raises ValueError on other shapes.
    """
    match(
        ("x", x, "N D"),
        ("h_prev", h_prev, "N H"),
        ("c_prev", c_prev, "N H"),
        ("d_prev", d_prev, "N S"),
        ("W", W, "H+D 4H"),
        ("b", b, "4H"),
        ("W_r", W_r, "H+D S"),
        ("b_r", b_r, "S"),
        ("W_d", W_d, "S H"),
    )
    hx = torch.cat([h_prev, x], dim=1)  # (N, H + D)
    z_i, z_f, z_g, z_o = (hx @ W + b).chunk(4, dim=1)  # four times (N, H)
    d = sigmoid(hx @ W_r + b_r) * d_prev  # (N, S)
    c = sigmoid(z_f) * c_prev + sigmoid(z_i) * torch.tanh(z_g) + torch.tanh(d @ W_d)  # (N, H)
    return sigmoid(z_o) * torch.tanh(c), c, d
