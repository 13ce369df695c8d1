"""Between the course's packed weights and the state dict of ``torch.nn.LSTM``.

PyTorch keeps the rows for x and for h in two matrices, transposed, and has two biases where one would do. The
gates stand in the same order in both: i, f, g, o.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from .shapes import match

__all__ = ["from_torch", "to_torch"]

_KEYS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def _copy(tensor: Tensor) -> Tensor:
    """Memory of its own, in row order, so that loading or changing one side leaves the other alone."""
    return tensor.clone(memory_format=torch.contiguous_format)


def to_torch(W: Tensor, b: Tensor, D: int) -> dict[str, Tensor]:
    """The state dict of a ``torch.nn.LSTM(D, H)`` that computes the same.

    ``W (H + D, 4H)``, ``b (4H,)`` -> ``weight_ih_l0 (4H, D)``, ``weight_hh_l0 (4H, H)``, ``bias_ih_l0 (4H,)``
    and ``bias_hh_l0 (4H,)``. The whole bias goes into ``bias_ih_l0``; ``bias_hh_l0`` is zero. Raises
    ValueError where W, b and D do not fit together.
    """
    D = int(D)
    if D < 1:
        raise ValueError(f"D has to be at least 1, not {D}")
    H = W.shape[-1] // 4 if W.ndim else 0
    match(("W", W, "H+D 4H"), ("b", b, "4H"), D=D, H=H)
    W_h, W_x = W[:H], W[H:]  # (H, 4H) and (D, 4H): the rows follow [h, x]
    return {
        "weight_ih_l0": _copy(W_x.T),  # (4H, D)
        "weight_hh_l0": _copy(W_h.T),  # (4H, H)
        "bias_ih_l0": _copy(b),
        "bias_hh_l0": torch.zeros_like(b),
    }


def from_torch(state: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The packed weights of a ``torch.nn.LSTM`` with one layer and one direction, from its state dict.

    Returns ``W (H + D, 4H)``, ``b (4H,)``; b is the sum of PyTorch's two biases, which are only ever added.
    Raises ValueError where the keys or the shapes are not those of such a layer.
    """
    if set(state) != set(_KEYS):
        raise ValueError(f"the state has the keys {sorted(state)}, and it has to have {sorted(_KEYS)}")
    W_ih, W_hh, b_ih, b_hh = (state[key] for key in _KEYS)
    H = W_hh.shape[-1] if W_hh.ndim else 0
    match(
        ("weight_hh_l0", W_hh, "4H H"),
        ("weight_ih_l0", W_ih, "4H D"),
        ("bias_ih_l0", b_ih, "4H"),
        ("bias_hh_l0", b_hh, "4H"),
        H=H,
    )
    W = torch.cat([W_hh.T, W_ih.T])  # (H, 4H) over (D, 4H) -> (H + D, 4H)
    return W, b_ih + b_hh
