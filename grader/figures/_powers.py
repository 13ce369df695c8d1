"""Numbers of any size: how one reads them aloud, and axes whose steps are powers of ten."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ._svg import Plot, number

__all__ = ["DECADES", "TINY", "decades", "log_axis", "logs", "size"]

TINY = 1e-300  # what is drawn in the place of 0, below every axis
DECADES = 30  # how far up and down the axis of a live plot goes


def size(value: float) -> str:
    """A number of any size, as one reads it aloud: "0.25", "40", "3e-14"; 0 is "0"."""
    value = float(value)
    if not value or 1e-3 <= abs(value) < 1e4:
        return number(value, 4 if abs(value) < 0.1 else 2)
    return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", "\N{MINUS SIGN}")


def log_axis(ax: Any, values: Any) -> None:
    """A logarithmic axis to the left, with room for these values and for 1."""
    found = np.asarray(values, dtype=float)
    found = found[np.isfinite(found) & (found > TINY)]
    low, high = (min(found.min(), 1.0), max(found.max(), 1.0)) if found.size else (0.1, 1.0)
    ax.set_yscale("log")
    ax.set_ylim(low / 3, high * 3)


def decades(plot: Plot, low: int, high: int, steps: Iterable[int] = ()) -> None:
    """Lines across, and powers of ten beside them, from 10 to the low to 10 to the high; numbers under these steps."""
    unit = max(1, math.ceil((high - low) / 6 / 5) * 5) if high - low > 6 else 1
    plot.ticks(steps, [k for k in range(low, high + 1) if k % unit == 0], "time step t")


def logs(values: Any, low: int = -DECADES, high: int = DECADES) -> list[float]:
    """The powers of ten of these sizes, as far as a live axis from 10 to the low to 10 to the high goes."""
    with np.errstate(divide="ignore"):
        return [float(v) for v in np.clip(np.log10(np.abs(np.asarray(values, dtype=float))), low, high)]
