"""Numbers of 16 bits: what comes in and goes out is, what is added up in between is not.

A loop that keeps its states and adds its gradients up in bfloat16 loses a little at every step. Kernels for such
numbers keep float32 inside; so does the reference, which has to be at least as near to the truth as what it judges.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

__all__ = ["float32_inside", "tf32_in_kernels", "tf32_in_products", "wide"]

_SIXTEEN_BITS = (torch.float16, torch.bfloat16)


def wide(dtype: torch.dtype) -> torch.dtype:
    """In which type numbers of this one are added up."""
    return torch.float32 if dtype in _SIXTEEN_BITS else dtype


def tf32_in_products() -> bool:
    """Whether torch's own products of float32 may be computed in TF32 on a GPU."""
    return _allowed(torch.backends.cuda.matmul)


def tf32_in_kernels() -> bool:
    """Whether cuDNN may compute float32 in TF32, so that a kernel in the place of its own may."""
    return _allowed(torch.backends.cudnn)


def _allowed(settings: Any) -> bool:
    try:
        return bool(settings.allow_tf32)
    except RuntimeError:  # set by the newer names, after which torch refuses to read the older one
        return getattr(getattr(settings, "rnn", settings), "fp32_precision", "ieee") == "tf32"


def float32_inside(function: Callable) -> Callable:
    """Let a function of tensors compute in float32 where all its tensors of numbers with a point have 16 bits.

    Results and gradients are rounded once, at the end, to the arguments' dtype. Where the arguments' dtypes differ
    nothing is done, and the function says what it says to that.
    """

    @functools.wraps(function)
    def run(*arguments: Any, **options: Any) -> Any:
        dtypes: set[torch.dtype] = set()
        _each((arguments, tuple(options.values())), lambda value: dtypes.add(value.dtype))
        if len(dtypes) != 1 or not dtypes <= set(_SIXTEEN_BITS):
            return function(*arguments, **options)
        (dtype,) = dtypes
        arguments, values = _each((arguments, tuple(options.values())), lambda value: value.to(torch.float32))
        return _each(function(*arguments, **dict(zip(options, values, strict=True))), lambda value: value.to(dtype))

    return run


def _each(value: Any, change: Callable[[Tensor], Any]) -> Any:
    """Every tensor of numbers with a point changed, in tuples too."""
    if isinstance(value, tuple):
        return tuple(_each(part, change) for part in value)
    if isinstance(value, Tensor) and (value.is_floating_point() or value.is_complex()):
        return change(value)
    return value
