"""The two functions everything else stands on: a squashing curve and an encoding."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["one_hot", "sigmoid"]


def sigmoid(z: Tensor) -> Tensor:
    """The logistic sigmoid, ``1 / (1 + exp(-z))``, elementwise.

    Takes ``z`` of any shape and returns the same shape and dtype. Holds for complex ``z`` too, so that a
    derivative can be taken with a complex step (Squire and Trapp, SIAM Review 40(1), 1998), and overflows
    nowhere: torch's own complex sigmoid is nan where the real part is below about -710.
    """
    if not z.is_complex():
        return torch.sigmoid(z)
    right = z.real >= 0
    e = torch.exp(torch.where(right, -z, z))  # |e| <= 1
    return torch.where(right, 1, e) / (1 + e)


def one_hot(ids: Tensor, num_classes: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """``y[n, t, k] = 1`` where ``k == ids[n, t]``, and 0 elsewhere.

    Takes whole numbers ``ids``, in the course of shape (N, T), and returns ``(*ids.shape, num_classes)``.
    Raises TypeError where ``ids`` are no whole numbers, ValueError where one is outside
    0 ... num_classes - 1.
    """
    if ids.is_floating_point() or ids.is_complex() or ids.dtype == torch.bool:
        raise TypeError(f"ids have to be whole numbers, not {ids.dtype}")
    num_classes = int(num_classes)
    if ids.numel() and not (0 <= int(ids.min()) and int(ids.max()) < num_classes):
        raise ValueError(
            f"ids run from {int(ids.min())} to {int(ids.max())}, outside 0 ... {num_classes - 1} "
            f"(num_classes is {num_classes})"
        )
    classes = torch.arange(num_classes, device=ids.device)  # (K,)
    return (ids[..., None] == classes).to(dtype)  # (N, T, 1) against (K,) -> (N, T, K)
