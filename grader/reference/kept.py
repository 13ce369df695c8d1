"""Values as a forward pass has kept them, for a way back that starts from a cache.

A cache holds the gates and states of a forward pass, and not the biases they were made with: they are taken as they
were kept, with the slopes there, and autograd does the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

__all__ = ["Kept", "as_kept", "sigmoid_rule", "tanh_rule"]


class Kept(torch.autograd.Function):
    """A function of z, with its value as a forward pass has kept it: torch's own rules need the value alone.

    ``Kept.apply(z, kept, rule)`` is ``kept``, and what flows back to z is ``rule(flowing, kept)``.
    """

    @staticmethod
    def forward(ctx: Any, z: Tensor, kept: Tensor, rule: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        ctx.save_for_backward(kept)
        ctx.rule = rule
        return kept.clone()

    @staticmethod
    def backward(ctx: Any, *flowing: Tensor) -> tuple[Tensor, None, None]:
        return ctx.rule(flowing[0], *ctx.saved_tensors), None, None


sigmoid_rule, tanh_rule = torch.ops.aten.sigmoid_backward, torch.ops.aten.tanh_backward


def as_kept(flowing: Tensor, kept: Tensor) -> Tensor:
    """The rule of what is the same on both sides, but for rounding."""
    return flowing
