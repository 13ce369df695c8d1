"""The LSTM in the pieces that unit 20 takes it apart into: the input products, a step's backward pass, padding,
mixed precision, and a tile of the weights as a kernel reads it.

The order of what is computed is that of J. Appleyard, T. Kocisky and P. Blunsom, "Optimizing Performance of Recurrent
Neural Networks on GPUs", arXiv:1604.01946, 2016; mixed precision as in P. Micikevicius et al., "Mixed Precision
Training", ICLR 2018, with bfloat16 for float16.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .basics import sigmoid
from .layer import lstm
from .shapes import at_least_one_step, match

__all__ = ["fused_step_backward", "gate_tile", "input_product", "lstm_masked", "lstm_mixed"]


def input_product(xs: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """What the inputs and the bias add to z, for all steps at once.

    ``xs (N, T, D)``, ``W (H + D, 4H)``, ``b (4H,)`` -> ``zs (N, T, 4H)``. Raises ValueError on other shapes.
    """
    sizes = match(("xs", xs, "N T D"), ("W", W, "H+D 4H"), ("b", b, "4H"))
    return xs @ W[sizes["H"] :] + b


def _pointwise(z: Tensor, c_prev: Tensor) -> tuple[Tensor, Tensor]:
    z_i, z_f, z_g, z_o = z.chunk(4, dim=1)
    c = sigmoid(z_f) * c_prev + sigmoid(z_i) * torch.tanh(z_g)
    return sigmoid(z_o) * torch.tanh(c), c


def fused_step_backward(dh: Tensor, dc: Tensor, z: Tensor, c_prev: Tensor) -> tuple[Tensor, Tensor]:
    """The backward pass of all of a step that comes after its matrix product, by autograd.

    ``dh, dc, c_prev (N, H)``, ``z (N, 4H)`` -> ``dz (N, 4H)``, ``dc_prev (N, H)``. dh and dc are the gradients with
    respect to the step's h and c, dc without what reaches c through h. Raises ValueError on other shapes.
    """
    match(("dh", dh, "N H"), ("dc", dc, "N H"), ("z", z, "N 4H"), ("c_prev", c_prev, "N H"))
    with torch.enable_grad():
        leaves = [value.detach().requires_grad_() for value in (z, c_prev)]
        dz, dc_prev = torch.autograd.grad(_pointwise(*leaves), leaves, (dh, dc))
    return dz, dc_prev


def lstm_masked(xs: Tensor, lengths: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The LSTM on sequences of different lengths, padded to T steps: :func:`.lstm` with its arguments in another order.

    ``xs (N, T, D)``, ``lengths (N,)`` whole numbers from 0 to T, ``h0, c0 (N, H)``, ``W (H + D, 4H)``, ``b (4H,)`` ->
    ``hs (N, T, H)``, 0 beyond each sequence's end, and ``c_T (N, H)``, the cell state at its end. Raises ValueError and
    TypeError as :func:`.lstm` does.
    """
    return lstm(xs, h0, c0, W, b, lengths)


def lstm_mixed(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The LSTM with the operands and the results of its products rounded to bfloat16, and all else in xs's dtype.

    Shapes and errors as :func:`.lstm`. The sums inside a product are not rounded: in float64 this is what hardware
    that adds up in float32 gives, up to the rare sum that falls on the other side of a rounding boundary.
    """
    sizes = match(("xs", xs, "N T D"), ("h0", h0, "N H"), ("c0", c0, "N H"), ("W", W, "H+D 4H"), ("b", b, "4H"))
    at_least_one_step(sizes, xs)
    W_low = _rounded(W)
    h, c, hs = h0, c0, []
    for x in xs.unbind(1):
        hx = _rounded(torch.cat([h, x], dim=1))  # (N, H + D)
        h, c = _pointwise(_rounded(hx @ W_low) + b, c)
        hs.append(h)
    return torch.stack(hs, dim=1), c


def _rounded(value: Tensor) -> Tensor:
    return value.to(torch.bfloat16).to(value.dtype)


def gate_tile(memory: Tensor, H: int, size: int, gate: int) -> Tensor:
    """One gate's recurrent weights out of W as it lies in memory, filled up with zeros to ``size`` rows and columns.

    ``memory ((H + D) * 4H,)``: the rows of ``W (H + D, 4H)`` one after the other. ``gate`` is 0 to 3, for i, f, g, o.
    Returns ``(size, size)``. Raises ValueError where the sizes don't fit.
    """
    if not (1 <= H <= size and 0 <= gate <= 3 and memory.ndim == 1 and memory.numel() % (4 * H) == 0):
        raise ValueError(
            f"memory {tuple(memory.shape)} is no W (H + D, 4H) of H = {H}, or size = {size} is below H, "
            f"or gate = {gate} is not one of 0 to 3"
        )
    W = memory.reshape(-1, 4 * H)
    return torch.nn.functional.pad(W[:H, gate * H : (gate + 1) * H], (0, size - H, 0, size - H))
