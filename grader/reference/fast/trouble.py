"""What happens where a path fails: too little memory names the sizes, anything else is said once and gone round."""

from __future__ import annotations

import contextlib
import functools
import warnings
from collections.abc import Iterator

import torch
from torch import Tensor

__all__ = ["OutOfMemory", "is_memory", "sizes_named", "warn_once"]


class OutOfMemory(RuntimeError):
    """The memory of the device is too small for this call; the text names the sizes."""


@contextlib.contextmanager
def sizes_named(path: str, xs: Tensor, h0: Tensor) -> Iterator[None]:
    """Turns an error about memory into :class:`OutOfMemory`, on the way there and on the way back."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if isinstance(error, OutOfMemory) or not is_memory(error):
            raise
        raise OutOfMemory(_sizes(path, xs, h0)) from error


def is_memory(error: Exception) -> bool:
    """Whether an error says that there was too little memory."""
    return isinstance(error, (OutOfMemory, torch.OutOfMemoryError, MemoryError)) or "can't allocate memory" in str(
        error
    )


def _sizes(path: str, xs: Tensor, h0: Tensor) -> str:
    """What an :class:`OutOfMemory` says.

    The call's sizes, what the backward pass needs of them at least, in GiB, and what would need less.
    """
    N, T, D = xs.shape
    H, size = h0.shape[1], xs.element_size()
    kept = N * T * (D + 6 * H) * size  # inputs, four gates, hidden and cell states of every step
    return (
        f"{xs.device} has too little memory for an LSTM with N = {N}, T = {T}, D = {D}, H = {H} in {xs.dtype} by the "
        f"path {path}: what the backward pass needs of every step alone is {kept / 2**30:.1f} GiB. Use fewer sequences "
        "at a time, shorter ones (truncated backpropagation), or no gradients."
    )


def warn_once(path: str, what: str, instead: str, error: Exception) -> None:
    """That a path failed, why, and what is used; once for each reason.

    A RuntimeWarning with the error's class and its first 300 characters. ``what`` says what the path is, ``instead``
    what is used in its place.
    """
    _warn(path, what, instead, f"{type(error).__name__}: {str(error).strip()[:300]}")


@functools.cache
def _warn(path: str, what: str, instead: str, why: str) -> None:
    warnings.warn(f"The path {path} ({what}) failed, and {instead} is used: {why}", RuntimeWarning, stacklevel=5)
