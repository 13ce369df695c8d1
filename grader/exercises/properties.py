"""What has to be true of an answer whose digits can't be asked for, because numbers are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Property"]


@dataclass(frozen=True)
class Property:
    """Something that holds of every right answer, whatever was drawn.

    ``measure(args, got)`` gets a call's arguments by name and the flattened outputs, which have the right shapes and
    are finite. It returns None where the property holds (or where the call is too small to tell), and else what was
    measured, a sentence with its numbers: "the standard deviation of W[H:] is 1.02, and should be near 0.25".

    ``what`` is a sentence that says what is seen where it is broken, without a number; ``meaning`` why it matters, and
    ``look`` where to look next. All three have to be true of whatever breaks it. Of those that are broken the first of
    an exercise is told; its ``name`` stands in the verdict where a known mistake's would.
    """

    name: str
    what: str
    meaning: str
    look: str
    measure: Callable[[Mapping[str, Any], Mapping[str, np.ndarray]], str | None]
