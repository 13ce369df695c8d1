"""How much of a gradient is left on its way back through a plain RNN, and what that depends on.

R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .basics import sigmoid
from .precision import float32_inside
from .shapes import match

__all__ = ["gradient_norms", "sigmoid_slope", "spectral_radius", "step_jacobian"]


def sigmoid_slope(z: Tensor) -> Tensor:
    """The slope of the logistic sigmoid, elementwise: at most 1/4, and never NaN however far out ``z`` is.

    Takes ``z`` of any shape and returns the same shape and dtype. Both factors are sigmoids, so that nothing is
    subtracted from a number close to 1.
    """
    return sigmoid(z) * sigmoid(-z)


@float32_inside
def step_jacobian(h: Tensor, W: Tensor, D: int) -> Tensor:
    """How each number of a plain RNN's new state moves with each number of the old one.

    ``h (N, H)``, the new state; ``W (H + D, H)``; ``D``, the number of inputs -> ``J (N, H, H)`` with ``J[n, j, k]``
    the derivative of the new state's number j by the old state's number k. Raises ValueError on other shapes.
    """
    sizes = match(("h", h, "N H"), ("W", W, "H+D H"))
    if int(D) != sizes["D"]:
        raise ValueError(f"W has {sizes['D']} rows below the first H, and D is {int(D)}")
    W_h = W[: sizes["H"]]  # (H, H): old state's number k, new state's number j
    slope = 1 - h * h  # (N, H)
    return torch.einsum("nj,kj->njk", slope, W_h)


def _norm(values: Tensor) -> Tensor:
    return (values * values).sum().sqrt()  # torch's own takes the size of a complex number, which has no derivative


@float32_inside
def gradient_norms(dh_T: Tensor, hs: Tensor, W: Tensor) -> Tensor:
    """The Euclidean norm of dL/dh_t, over the whole batch, at every step of a plain RNN, for a loss at the last step.

    ``dh_T (N, H)``, the gradient with respect to the last state; ``hs (N, T, H)``, every state; ``W (H + D, H)`` ->
    ``norms (T,)``, the last of which is that of ``dh_T``. Raises ValueError on other shapes.
    """
    sizes = match(("dh_T", dh_T, "N H"), ("hs", hs, "N T H"), ("W", W, "H+D H"))
    dh, norms = dh_T, [_norm(dh_T)]
    for h in hs[:, 1:].flip(1).unbind(1):  # (N, H) each, from the last step down to step 1
        dh = torch.einsum("nj,njk->nk", dh, step_jacobian(h, W, sizes["D"]))
        norms.append(_norm(dh))
    return torch.stack(norms[::-1])  # (T,)


def spectral_radius(W_h: Tensor) -> Tensor:
    """The largest absolute value among the eigenvalues of ``W_h (H, H)``, a single number.

    Raises ValueError on another shape.
    """
    match(("W_h", W_h, "H H"))
    return torch.linalg.eigvals(W_h).abs().max()
