"""How long something takes, measured so that other work on the machine disturbs it as little as can be."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

__all__ = ["microseconds"]

_ROUND = 1e-3  # seconds that a round of calls should last: long for the clock, short between two disturbances


def microseconds(*functions: Callable[[], Any], rounds: int = 25, calls: int = 0) -> list[float]:
    """The shortest time of a call of each function, in microseconds.

    What disturbs a measurement only adds to it, so the shortest of many short rounds comes nearest to the truth. The
    functions take turns: what slows the machine down for a while slows down all of them.

    Args:
        functions: called without arguments.
        rounds: how many rounds each of them has.
        calls: of a function in a round; 0 takes as many as last about a millisecond.

    Returns:
        A list with a time for each function. Each is called once before, unmeasured: the first call also pays for what
        is set up once. Work that was only launched on a GPU is waited for.
    """
    plans = []
    for function in functions:
        _seconds(function, 1)
        plans.append((function, calls or max(1, int(_ROUND / max(_seconds(function, 1), 1e-9)))))
    best = [float("inf")] * len(plans)
    for _ in range(rounds):
        for k, (function, times) in enumerate(plans):
            best[k] = min(best[k], _seconds(function, times) / times)
    return [1e6 * seconds for seconds in best]


def _seconds(function: Callable[[], Any], times: int) -> float:
    """How long ``times`` calls take, until what they launched is done."""
    start = perf_counter()
    for _ in range(times):
        function()
    torch = sys.modules.get("torch")  # a launch returns at once; the time is over when the GPU is done
    if torch is not None and torch.cuda.is_available():
        torch.cuda.synchronize()
    return perf_counter() - start
