"""Which path computes an LSTM here, why, and what happens where it can't."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..lengths import mask_of
from ..shapes import at_least_one_step, match

__all__ = ["Choice", "OutOfMemory", "explain", "lstm", "paths"]

LARGEST_H = {torch.float32: 64, torch.bfloat16: 128, torch.float16: 128}  # whose weights fit one multiprocessor
OLDEST_GPU = (8, 0)  # compute capability: Triton's products in bfloat16 and TF32 want tensor cores of that age
SMALLEST_H = 128  # from which on the hand-written backward pass was faster on a CPU in float64


class OutOfMemory(RuntimeError):
    """The memory of the device is too small for this call; the text names the sizes."""


@dataclass(frozen=True)
class Choice:
    """The path a call takes. ``ruled_out`` says of each other path why not, in the order they were thought of."""

    path: str
    why: str
    ruled_out: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [f"{self.path}: {self.why}", *(f"  not {name}: {why}" for name, why in self.ruled_out.items())]
        return "\n".join(lines)


# Each: (module beside this one, function, what it is).
_PATHS = {
    "nn": (".native", "native", "torch.nn.LSTM's own kernels"),
    "triton": (".kernels", "persistent", "a Triton kernel that keeps the recurrent weights on the chip"),
    "graph": (".graph", "graphed", "the hoisted loop as a CUDA graph"),
    "bptt": (".loops", "bptt", "the hoisted loop with its backward pass written by hand"),
    "hoisted": (".loops", "hoisted", "the loop with the input products taken out"),
    "loop": ("..layer", "lstm", "the oracle's loop"),
}


def paths() -> dict[str, str]:
    """Every path by name: why it can't be taken on this machine, or nothing where it can."""
    return {name: _missing(name) for name in _PATHS}


@functools.cache
def _missing(path: str) -> str:
    if path == "graph" and not torch.cuda.is_available():
        return "there is no CUDA device"
    if path == "triton":
        if importlib.util.find_spec("triton") is None:
            return "Triton is not installed (pip install triton; Linux)"
        if os.environ.get("TRITON_INTERPRET") == "1":
            return ""
        if not torch.cuda.is_available():
            return "there is no CUDA device, and Triton's interpreter was not asked for (TRITON_INTERPRET=1)"
        if torch.cuda.get_device_capability() < OLDEST_GPU:
            return f"the GPU is of compute capability {torch.cuda.get_device_capability()}, older than {OLDEST_GPU}"
    return ""


def _function(path: str) -> Callable:
    module, name, _ = _PATHS[path]
    return getattr(importlib.import_module(module, __package__), name)


def _obstacle(path: str, xs: Tensor, H: int, lengths: Tensor | None) -> str:
    """Why a path can't compute this call; empty where it can."""
    if path == "loop":
        return ""
    if xs.is_complex():
        return f"it does not compute with {xs.dtype}"
    if missing := _missing(path):
        return missing
    if path == "graph" and xs.device.type != "cuda":
        return f"the tensors lie on {xs.device}"
    if path == "nn" and not xs.shape[0]:
        return "it takes no empty batch"
    if path == "triton":
        if xs.device.type != "cuda" and os.environ.get("TRITON_INTERPRET") != "1":
            return f"the tensors lie on {xs.device}"
        if xs.dtype not in LARGEST_H:
            return f"it does not compute with {xs.dtype}"
        if H > LARGEST_H[xs.dtype]:
            return f"in {xs.dtype} the weights of H = {H} don't fit one multiprocessor (at most {LARGEST_H[xs.dtype]})"
    return ""


def _order(xs: Tensor, W: Tensor, gradients: bool, lengths: Tensor | None) -> list[tuple[str, str]]:
    """(path, why) in the order they are tried."""
    rest = [("hoisted", "it does less in each step than the oracle"), ("loop", "it always can")]
    if xs.device.type == "cuda":
        # Not measured on a GPU yet: what cuDNN gives is taken, and the kernels are there by name.
        return [("nn", "cuDNN's kernels; which of ours beat them has not been measured on a GPU yet"),
                ("bptt", "one pass of products after the loop"), *rest]
    # On a CPU torch's own kernels were the fastest on the whole grid of docs/reference-speed.md, but in float64, which
    # oneDNN does not compute: there, with gradients, ours took 0.3 to 0.97 of the time from H = 128 on.
    bptt = ("bptt", "its backward pass is one product for each weight, after the loop")
    if xs.dtype == torch.float64 and gradients and lengths is None and W.shape[1] >= 4 * SMALLEST_H:
        return [bptt, ("nn", "torch's own loop"), *rest]
    return [("nn", f"torch's own kernels were the fastest on a CPU in {xs.dtype}"), bptt, *rest]


def _considered(
    xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None
) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """(what can be taken, the best first; why the others can't). Raises as the oracle does for what is no call."""
    sizes = match(("xs", xs, "N T D"), ("h0", h0, "N H"), ("c0", c0, "N H"), ("W", W, "H+D 4H"), ("b", b, "4H"))
    at_least_one_step(sizes, xs)
    mask_of(lengths, xs)
    gradients = torch.is_grad_enabled() and any(value.requires_grad for value in (xs, h0, c0, W, b))
    possible, ruled_out = [], {}
    ordered = _order(xs, W, gradients, lengths)
    for path, why in ordered:
        if obstacle := _obstacle(path, xs, sizes["H"], lengths):
            ruled_out[path] = obstacle
        else:
            possible.append((path, why))
    for path in _PATHS:
        if path not in dict(ordered):
            ruled_out[path] = _obstacle(path, xs, sizes["H"], lengths) or "nothing measured speaks for it here"
    return possible, ruled_out


def explain(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None = None) -> Choice:
    """Which path :func:`lstm` takes for this call, and why. Computes nothing."""
    possible, ruled_out = _considered(xs, h0, c0, W, b, lengths)
    (path, why), *others = possible
    return Choice(path, why, ruled_out | {name: f"slower here than {path}" for name, _ in others})


def lstm(
    xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None = None, *, path: str | None = None
) -> tuple[Tensor, Tensor]:
    """As :func:`grader.reference.lstm`: ``hs (N, T, H)`` and ``c_T (N, H)``, by the fastest path there is here.

    Or by ``path``: raises ValueError where there is none of that name, or it can't compute this call. A path that
    fails is left for the next, with a warning that says why. ``nn`` on CUDA and ``graph`` can be differentiated once
    only, the others as often as one likes. Raises :class:`OutOfMemory`, and ValueError and TypeError as the oracle does.
    """
    possible, ruled_out = _considered(xs, h0, c0, W, b, lengths)
    if path is not None:
        if path not in _PATHS:
            raise ValueError(f"there is no path called {path!r}; there are {', '.join(_PATHS)}")
        if obstacle := _obstacle(path, xs, h0.shape[1], lengths):
            raise ValueError(f"{path}: {obstacle}")
        possible = [(path, "it was asked for")]
    for position, (name, _) in enumerate(possible):
        try:
            return _function(name)(xs, h0, c0, W, b, lengths)
        except Exception as error:
            if _is_memory(error):
                raise OutOfMemory(_sizes(name, xs, h0)) from error
            if path is not None or position == len(possible) - 1:
                raise
            _warn(name, possible[position + 1][0], f"{type(error).__name__}: {str(error).strip()[:300]}")
    raise AssertionError("the loop is always possible")


def _is_memory(error: Exception) -> bool:
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or "can't allocate memory" in str(error)


def _sizes(path: str, xs: Tensor, h0: Tensor) -> str:
    N, T, D = xs.shape
    H, size = h0.shape[1], xs.element_size()
    kept = N * T * (D + 6 * H) * size  # inputs, four gates, hidden and cell states of every step
    return (
        f"{xs.device} has too little memory for an LSTM with N = {N}, T = {T}, D = {D}, H = {H} in {xs.dtype} by the "
        f"path {path}: what the backward pass needs of every step alone is {kept / 2**30:.1f} GiB. Use fewer sequences at a "
        "time, shorter ones (truncated backpropagation), or no gradients."
    )


@functools.cache
def _warn(path: str, instead: str, why: str) -> None:
    """Once for each reason."""
    what = _PATHS[path][2]
    warnings.warn(f"The path {path} ({what}) failed, and {instead} is used: {why}", RuntimeWarning, stacklevel=4)
