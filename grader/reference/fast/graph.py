"""The loops recorded as CUDA graphs: the GPU replays hundreds of small kernels without waiting for Python.

A graph reads and writes the places in memory at which it was recorded. So what it is given is copied there first and
what it gives is copied out, every time: results of one call don't change with the next, however the calls and their
backward passes follow each other. The products with the inputs and the weights' gradients are single calls, and stay
outside.
"""

from __future__ import annotations

import functools
import importlib.util
import threading
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ..precision import tf32_in_products
from . import loops
from .loops import Loops, by_loops

__all__ = ["MOST_GRAPHS", "graphed"]

MOST_GRAPHS = 16  # each keeps its own memory on the GPU
_one_at_a_time = threading.Lock()


def graphed(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, mask: Tensor | None = None):
    """Recorded once for each shape and dtype, forward and backward, and replayed from then on."""
    return by_loops(xs, h0, c0, W, b, mask, _GRAPHS)


def _replay(name: str, first: Tensor, *others: Tensor | None) -> list[Tensor]:
    """What the loop called ``name`` gives for these arguments, by its recording, which is made at the first call.

    ``first`` is (T, N, ...) or (N, T, ...); an empty batch is computed without a graph. A recording belongs to the
    arguments' shapes and dtypes, to a device, and to whether products may use TF32.
    """
    arguments = (first, *others)
    if not first.shape[1]:  # nothing to launch
        return getattr(loops, name)(*arguments)
    key = tuple(None if value is None else (tuple(value.shape), value.dtype) for value in arguments)
    with _one_at_a_time:
        return _recording(name, key, first.device, tf32_in_products())(arguments)


_GRAPHS = Loops(
    "graph", "a CUDA graph", functools.partial(_replay, "forward_loop"), functools.partial(_replay, "backward_loop")
)


@functools.lru_cache(maxsize=MOST_GRAPHS)
def _recording(name: str, key: tuple, device: torch.device, tf32: bool) -> _Recording:
    places = [None if one is None else torch.zeros(one[0], dtype=one[1], device=device) for one in key]
    return _Recording(_loop(name), places)


def _loop(name: str) -> Callable[..., Any]:
    """The loop with fused steps where there is Triton, and of torch's own operations where not."""
    if importlib.util.find_spec("triton") is None:
        return getattr(loops, name)
    from . import steps

    return getattr(steps, name)


class _Recording:
    """A function of tensors, recorded on ``places``: a call copies its arguments there, and the results out."""

    def __init__(self, function: Callable[..., Any], places: list[Tensor | None]) -> None:
        self._places = places
        with torch.no_grad():
            self._again, self._results = _record(function, places)
        self._done: torch.cuda.Event | None = None

    def __call__(self, arguments: tuple[Tensor | None, ...]) -> list[Tensor]:
        device = self._results[0].device
        on_gpu = device.type == "cuda"
        if on_gpu and self._done is not None:  # another stream may be at these places still
            torch.cuda.current_stream(device).wait_event(self._done)
        for place, value in zip(self._places, arguments, strict=True):
            if place is not None and value is not None:  # by the key, both are or neither is
                place.copy_(value)
        self._again()
        results = [result.clone() for result in self._results]
        if on_gpu:
            self._done = torch.cuda.current_stream(device).record_event()
        return results


def _record(function: Callable[..., Any], places: list[Tensor | None]) -> tuple[Callable[[], Any], list[Tensor]]:
    """(what runs the function again on the same places, where its results are to be found)."""
    device = next(place.device for place in places if place is not None)
    with torch.cuda.device(device):
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(2):  # kernels are compiled and libraries set up before anything is recorded
                function(*places)
        torch.cuda.current_stream().wait_stream(aside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            results = function(*places)
    return graph.replay, list(results)
