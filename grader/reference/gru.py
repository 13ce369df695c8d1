"""The gated recurrent unit, in the form that ``torch.nn.GRU`` computes.

K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", EMNLP 2014. There the reset gate is
applied to the hidden state before its product with the candidate's weights, ``(r * h_prev) W``; here, as in PyTorch
and cuDNN, after it, ``r * (h_prev W + b_n)``, with a bias inside. And there the update gate z says how much of the
old state is kept, as it does here.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .basics import sigmoid
from .kept import Kept, as_kept, sigmoid_rule, tanh_rule
from .lengths import hold, mask_of, step_by_step, without_padding
from .precision import float32_inside
from .shapes import at_least_one_step, match

__all__ = ["gru", "gru_step", "gru_step_backward"]

# x (N, D); h_prev, r, z, n, q (N, H); W (H + D, 3H)
Cache = tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]


@float32_inside
def gru_step(x: Tensor, h_prev: Tensor, W: Tensor, b: Tensor, b_n: Tensor) -> Tensor:
    """One time step: reset gate, update gate, candidate, and a mean of old and new.

    ``x (N, D)``, ``h_prev (N, H)``, ``W (H + D, 3H)`` and ``b (3H,)`` in the order r, z, n, ``b_n (H,)`` the bias
    that the reset gate reaches -> ``h (N, H)``. Raises ValueError on other shapes.
    """
    sizes = match(("x", x, "N D"), ("h_prev", h_prev, "N H"), ("W", W, "H+D 3H"), ("b", b, "3H"), ("b_n", b_n, "H"))
    H = sizes["H"]
    from_h = h_prev @ W[:H]  # (N, H) @ (H, 3H) -> (N, 3H)
    from_x = x @ W[H:] + b  # (N, D) @ (D, 3H) + (3H,) -> (N, 3H)
    h_r, h_z, h_n = from_h.chunk(3, dim=1)  # three times (N, H)
    x_r, x_z, x_n = from_x.chunk(3, dim=1)
    r = sigmoid(x_r + h_r)
    z = sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * (h_n + b_n))
    return (1 - z) * n + z * h_prev


@float32_inside
def gru(xs: Tensor, h0: Tensor, W: Tensor, b: Tensor, b_n: Tensor, lengths: Tensor | None = None) -> Tensor:
    """The step over a whole sequence, the same weights at every step.

    ``xs (N, T, D)`` with T of at least 1, ``h0 (N, H)``, ``W (H + D, 3H)``, ``b (3H,)``, ``b_n (H,)`` ->
    ``hs (N, T, H)``. ``lengths`` as in :mod:`.lengths`. Raises ValueError on other shapes.
    """
    at_least_one_step(
        match(("xs", xs, "N T D"), ("h0", h0, "N H"), ("W", W, "H+D 3H"), ("b", b, "3H"), ("b_n", b_n, "H")), xs
    )
    mask = mask_of(lengths, xs)
    h, hs = h0, []
    steps = step_by_step(mask, xs.shape[1])
    for x, real in zip(without_padding(xs, mask).unbind(1), steps, strict=True):  # T times (N, D)
        h = hold(real, gru_step(x, h, W, b, b_n), h)
        hs.append(hold(real, h, torch.zeros_like(h)))
    return torch.stack(hs, dim=1)  # (N, T, H)


def gru_step_backward(dh: Tensor, cache: Cache) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """The way back through one :func:`.gru_step`, by autograd.

    ``dh (N, H)``, the gradient with respect to the step's h; ``cache (x, h_prev, r, z, n, q, W)``, in which q is what
    the reset gate is applied to, ``h_prev W + b_n`` -> ``dx (N, D)``, ``dh_prev (N, H)``, ``dW (H + D, 3H)``,
    ``db (3H,)``, ``db_n (H,)``. Raises ValueError on other shapes.
    """
    inputs, before, *gates, weights = cache
    H = match(
        ("x", inputs, "N D"),
        ("h_prev", before, "N H"),
        ("W", weights, "H+D 3H"),
        ("dh", dh, "N H"),
        *((name, kept, "N H") for name, kept in zip("rznq", gates, strict=True)),
    )["H"]
    with torch.enable_grad():
        leaves = [one.detach().requires_grad_() for one in (inputs, before, weights)]
        x, h_prev, W = leaves
        b, b_n = (weights.new_zeros(size).requires_grad_() for size in (3 * H, H))
        h_r, h_z, h_n = (h_prev @ W[:H]).chunk(3, dim=1)
        x_r, x_z, x_n = (x @ W[H:] + b).chunk(3, dim=1)
        r, z = Kept.apply(x_r + h_r, gates[0], sigmoid_rule), Kept.apply(x_z + h_z, gates[1], sigmoid_rule)
        q = Kept.apply(h_n + b_n, gates[3], as_kept)
        n = Kept.apply(x_n + r * q, gates[2], tanh_rule)
        dx, dh_prev, dW, db, db_n = torch.autograd.grad((1 - z) * n + z * h_prev, [*leaves, b, b_n], dh)
    return dx, dh_prev, dW, db, db_n
