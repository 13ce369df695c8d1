"""What units that train have in common: a progress bar that writes no warnings' red, and curves of the loss."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.ticker import AutoLocator, LogLocator, NullLocator, StrMethodFormatter
from tqdm import tqdm

from ._sheet import listed, plain, sheet
from ._svg import number
from .palette import COLORS, ink, style
from .show import show

__all__ = ["loss_curves", "steps"]

_KEYS = ("h", "g", "i", "alpha", "o", "f", "c")  # of the lines, in order
_DASHES = ("-", "--", ":", "-.", (0, (6, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))


def steps(count: int, what: str = "training", *, leave: bool = True, begin: int = 0) -> tqdm:
    """The numbers ``begin`` to ``count`` - 1, with a progress bar under the cell while they are gone through.

    ``for k in (bar := steps(2000)): ...``; ``bar.set_postfix(loss=f"{loss:.3f}", refresh=False)`` shows a number beside
    it (without ``refresh=False`` the bar is drawn anew at each step, which takes longer than the step). The bar is
    written to stdout: what stands on stderr is red in a notebook, and looks like something gone wrong.

    Args:
        count: how many. what: is said in front of the bar. leave: whether the full bar stays under the cell. begin: how
        many were made before; the bar begins there, and estimates the time that is left from the others.
    """
    left = range(begin, count)
    return tqdm(left, desc=what, total=count, initial=begin, file=sys.stdout, leave=leave, ncols=79, mininterval=0.2)


def _window(count: int) -> int:
    """Over how many steps a line's mean is taken: an 80th of them, and one where there are few."""
    return max(1, count // 80)


def _name_levels(ax: Any, levels: Mapping[str, float], floor: float | None) -> None:
    """Draw lines across with their names at the right, kept apart where they are close."""
    below = -np.inf
    for name, height in sorted(levels.items(), key=lambda one: one[1]):
        key = "good" if height == floor else "neutral"
        ax.axhline(height, color=COLORS[key], linewidth=1.3, linestyle="-" if key == "good" else "--")
        inside = ax.transAxes.inverted().transform(ax.transData.transform((0, height)))[1]
        below = max(inside, below + 0.06)
        look = {"color": ink(COLORS[key]), "fontsize": 9, "va": "center", "transform": ax.transAxes}
        ax.text(1.01, below, f"{name}, {number(height, 3)}", **look)


@plain
def loss_curves(
    losses: Mapping[str, Any], levels: Mapping[str, float] | None = None, floor: float | None = None, what: str = ""
) -> None:
    """Show the loss over the steps of training, with levels that it is compared with.

    Each run is a faint line as it was and, over it, the mean of the last 80th of the steps.

    Args:
        losses: the loss at every step, (K,), by the run's name; two or more of the same length. levels: losses of
        others, by what they are called, each a line across. floor: the smallest loss there can be, a line across;
        left out where None. what: a sentence for the caption, with the seed.
    """
    fig, ax = sheet(8.5, 3.8)
    said, low = [], []
    for key, dash, (name, values) in zip(_KEYS, _DASHES, losses.items(), strict=False):
        values = np.asarray(values, dtype=float)
        width = _window(len(values))
        mean = np.convolve(values, np.ones(width) / width, mode="valid")
        ax.plot(values, color=COLORS[key], alpha=0.3, linewidth=0.8)
        ax.plot(
            np.arange(width - 1, len(values)), mean, **style(key, marker="", linewidth=2.2, linestyle=dash), label=name
        )
        said.append(
            f"{name} goes from {number(values[0], 2)} to {number(mean[-1], 3)}, the mean of its last {width} steps"
        )
        low.append(mean.min())
    others = dict(levels or {}) | ({} if floor is None else {"the smallest there can be": floor})
    lowest = min([*low, *others.values()])
    ax.set_yscale("log" if lowest > 0 else "linear")  # where the curve is nearly level, a little is a lot
    ax.set(xlabel="step of training", ylabel="loss, nats a word", ylim=(0.93 * lowest, None), xlim=(0, None))
    fine = (1, 1.5, 2, 3, 5, 7) if ax.get_ylim()[1] < 30 * lowest else (1,)  # over many powers of ten, these alone
    ax.yaxis.set_major_locator(LogLocator(subs=fine) if lowest > 0 else AutoLocator())
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.spines[["top", "right"]].set_visible(False)
    _name_levels(ax, others, floor)
    if len(losses) > 1:
        ax.legend(frameon=False, handlelength=3)
    beside = listed(f"{name} at {number(height, 3)}" for name, height in others.items())
    show(
        fig,
        alt=f"The loss over the steps of training: "
        f"{'; '.join(said)}.{f' Lines across mark {beside}.' if beside else ''}",
        caption=f"Faint: each step's batch. Bold: the mean of the last 80th of the steps.{f' {what}' if what else ''}",
    )
