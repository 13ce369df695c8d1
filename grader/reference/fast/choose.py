"""Which path computes an LSTM here, why, and what happens where it can't.

A path is a function of (xs, h0, c0, W, b, mask), which returns hs and c_T. They differ in speed and in the last digits,
and are tested against the oracle. What is tried first was measured where it could be (docs/reference-speed.md). Shapes
are in the course's letters: N sequences, T steps, D inputs, H hidden units.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..lengths import mask_of
from ..precision import wide
from ..shapes import at_least_one_step, match
from .trouble import OutOfMemory, is_memory, sizes_named, warn_once

__all__ = ["Choice", "OutOfMemory", "explain", "lstm", "paths"]

# Bytes of shared memory that the persistent kernels take, by the side of their tiles, as they were compiled for compute
# capability 8.0 and 9.0; beyond the largest, weights don't fit any multiprocessor.
_LOW = {16: 7168, 32: 21504, 64: 59392, 128: 184320}
SHARED_MEMORY = {torch.float32: {16: 22528, 32: 55296, 64: 143360}, torch.bfloat16: _LOW, torch.float16: _LOW}
OLDEST_GPU = (8, 0)  # compute capability: Triton's products in bfloat16 and TF32 want tensor cores of that age
SMALLEST_H = 128  # from which on the hand-written backward pass was faster on a CPU in float64


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
    """Why a path can't be taken on this machine, whatever the call; "" where it can.

    The answer is kept for the process: what is installed meanwhile is not seen.
    """
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


@functools.cache
def _shared_memory(device: torch.device) -> int:
    """Bytes that a kernel may take of a multiprocessor: as many as it likes in Triton's interpreter, which has none."""
    if device.type != "cuda":
        return 1 << 40
    properties = torch.cuda.get_device_properties(device)
    return properties.shared_memory_per_block_optin  # type: ignore[attr-defined]  # torch's stub leaves it out


def _function(path: str) -> Callable:
    """The function of a path; its module is imported here, as Triton's takes long and need not be installed."""
    module, name, _ = _PATHS[path]
    return getattr(importlib.import_module(module, __package__), name)


def _obstacle(path: str, xs: Tensor, H: int) -> str:
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
        if xs.dtype not in SHARED_MEMORY:
            return f"it does not compute with {xs.dtype}"
        there = SHARED_MEMORY[xs.dtype]
        side = next((side for side in there if H <= side), None)
        if side is None:
            return f"in {xs.dtype} the weights of H = {H} don't fit one multiprocessor (at most H = {max(there)})"
        if there[side] > (room := _shared_memory(xs.device)):
            needed = f"its weights in {xs.dtype} take {there[side] // 1024} KiB of a multiprocessor"
            return f"{needed}, and this GPU's has {room // 1024}"
    return ""


def _order(xs: Tensor, W: Tensor, gradients: bool, mask: Tensor | None) -> list[tuple[str, str]]:
    """(path, why) in the order they are tried.

    ``gradients`` says whether any is asked for, ``mask`` is (N, T) or None. The oracle's loop is always the last.
    """
    rest = [("hoisted", "it does less in each step than the oracle"), ("loop", "it always can")]
    if xs.device.type == "cuda":
        # Not measured on a GPU yet: what cuDNN gives is taken, and the kernels are there by name.
        return [
            ("nn", "cuDNN's kernels; which of ours beat them has not been measured on a GPU yet"),
            ("bptt", "one pass of products after the loop"),
            *rest,
        ]
    # On a CPU torch's own kernels were the fastest on the whole grid of docs/reference-speed.md, but in float64, which
    # oneDNN does not compute: there, with gradients, ours took 0.3 to 0.97 of the time from H = 128 on.
    bptt = ("bptt", "its backward pass is one product for each weight, after the loop")
    if xs.dtype == torch.float64 and gradients and mask is None and W.shape[1] >= 4 * SMALLEST_H:
        return [bptt, ("nn", "torch's own loop"), *rest]
    inside = "" if wide(xs.dtype) == xs.dtype else f", in {wide(xs.dtype)} inside,"
    return [("nn", f"torch's own kernels{inside} were the fastest on a CPU in {xs.dtype}"), bptt, *rest]


def _considered(
    xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None
) -> tuple[list[tuple[str, str]], dict[str, str], Tensor | None]:
    """(what can be taken, the best first; why the others can't; the mask). Raises as the oracle for what is no call."""
    sizes = match(("xs", xs, "N T D"), ("h0", h0, "N H"), ("c0", c0, "N H"), ("W", W, "H+D 4H"), ("b", b, "4H"))
    at_least_one_step(sizes, xs)
    mask = mask_of(lengths, xs)  # looks at the numbers, for which a GPU has to be waited for: once
    gradients = torch.is_grad_enabled() and any(value.requires_grad for value in (xs, h0, c0, W, b))
    possible, ruled_out = [], {}
    ordered = _order(xs, W, gradients, mask)
    for path, why in ordered:
        if obstacle := _obstacle(path, xs, sizes["H"]):
            ruled_out[path] = obstacle
        else:
            possible.append((path, why))
    for path in _PATHS:
        if path not in dict(ordered):
            ruled_out[path] = _obstacle(path, xs, sizes["H"]) or "nothing measured speaks for it here"
    return possible, ruled_out, mask


def explain(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None = None) -> Choice:
    """Which path :func:`lstm` takes for this call, and why. Computes nothing.

    The arguments are those of :func:`lstm`. Raises ValueError and TypeError, as the oracle does, for what is no call.
    """
    possible, ruled_out, _ = _considered(xs, h0, c0, W, b, lengths)
    (path, why), *others = possible
    return Choice(path, why, ruled_out | {name: f"slower here than {path}" for name, _ in others})


def lstm(
    xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None = None, *, path: str | None = None
) -> tuple[Tensor, Tensor]:
    """As :func:`grader.reference.lstm`: ``hs (N, T, H)`` and ``c_T (N, H)``, by the fastest path there is here.

    Or by ``path``: raises ValueError where there is none of that name, or it can't compute this call. A path that
    fails is left for the next, with a warning that says why. ``nn`` on CUDA can be differentiated once only, the
    others as often as one likes. Raises :class:`OutOfMemory`, and ValueError and TypeError as the oracle does.
    """
    possible, _, mask = _considered(xs, h0, c0, W, b, lengths)
    if path is not None:
        if path not in _PATHS:
            raise ValueError(f"there is no path called {path!r}; there are {', '.join(_PATHS)}")
        if obstacle := _obstacle(path, xs, h0.shape[1]):
            raise ValueError(f"{path}: {obstacle}")
        possible = [(path, "it was asked for")]
    for position, (name, _) in enumerate(possible):
        try:
            with sizes_named(name, xs, h0):
                return _function(name)(xs, h0, c0, W, b, mask)
        except Exception as error:
            if is_memory(error) or path is not None or position == len(possible) - 1:
                raise
            warn_once(name, _PATHS[name][2], possible[position + 1][0], error)
    raise AssertionError("the loop is always possible")
